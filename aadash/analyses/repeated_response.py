"""More about responders: all visits together, one visit against another, ordered strata, a second stratifier."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.arms import pairs_asked, reference
from aadash.analyses.registry import analysis
from aadash.analyses.response_between import ratio_apart
from aadash.arms import control_among
from aadash.cohort import Cohort
from aadash.endpoints import responses
from aadash.errors import AadashError, NotComputable
from aadash.formatting import counted, level_name, listing, p_value, ratio, ratio_interval
from aadash.levels import ALL, Level, Pair
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result, TestColumn
from aadash.stats.gee import gee
from aadash.stats.tables import cmh, cochran_armitage, mcnemar
from aadash.strata import split

#: Question → how it was asked; of those that were answered.
METHODS = {
    "gee": "Generalised estimating equations: logistic model of responder status on stratum and week over all follow-up visits, "
    "exchangeable working correlation, robust standard errors (Liang & Zeger 1986, doi:10.1093/biomet/73.1.13).",
    "mcnemar": "McNemar's exact test for each pair of neighbouring visits.",
    "trend": "Cochran–Armitage test for a trend over strata in their order, a control arm first.",
    "cmh": "Cochran–Mantel–Haenszel test (corrected for continuity) of two strata within the levels of a second column; odds ratio by "
    "Mantel and Haenszel, interval by Robins, Breslow and Greenland (1986, doi:10.2307/2531052).",
}
#: What is asked where the strata cannot be compared over all visits.
BETWEEN_VISITS = "Who gains the response from one visit to the next, and who loses it?"


@analysis("What do all the visits together say?", tests=(TestColumn("p", estimate="odds_ratio"),))
def repeated_response(cohort: Cohort, plan: AnalysisPlan, within: str = "") -> Result:
    """Four further questions about the plan's endpoint.

    ``within`` names a second stratifier (for two strata); "" leaves that question out.

    Table
    -----
    ``variable`` the endpoint. ``variable_level`` "gee": the first stratum, or the control arm, and each other (a
    :class:`aadash.levels.Pair`) with ``odds_ratio, ci_low, ci_high, p``
    and "gee, 10 weeks", the same for ten weeks more; "mcnemar": a row per week against the visit
    before with ``gained, lost, p``; "trend": ``chi2, z, p`` at the week in question, of strata that have an order; "cmh":
    ``odds_ratio, ci_low, ci_high, chi2, p`` within ``within``. A question that cannot be answered is named in a caveat.

    Raises NotComputable when none can. GEE needs visits that are missing completely at random and some 40 patients.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    status, _ = responses(s.cohort, s.rule, plan.missing)
    rows: list[dict] = []
    failed: list[Caveat | None] = []
    for name, make in (
        ("Over all visits", lambda: _gee(s, status, failed)),
        ("Between visits", lambda: _mcnemar(s, status)),
        ("Trend over the strata", lambda: _trend(s, status)),
        ("Within a second column", lambda: _cmh(s, status, within) if within else []),
    ):
        try:
            rows.extend(make())
        except AadashError as error:
            failed.append(Caveat("not-computed", f"{name}: {error.paragraph()}"))
    if not rows:
        raise NotComputable(" ".join(c.text for c in failed if c).rstrip("."))
    used = ~np.isnan(status[:, 1:]).all(axis=1)
    return Result(
        table(rows),
        s.accounting(used, "with no visit after baseline", rule=s.rule),
        " ".join([how for what, how in METHODS.items() if any(r["variable_level"] == what for r in rows)]),
        _sentence(s, rows, within),
        doubt.collect(
            *failed,
            *(ratio_apart(r, plan.alpha) for r in rows if r["variable_level"] == "cmh"),
            doubt.imputed(s, responder=True),
            doubt.already_there(s, used),
            doubt.severity_denominator(s),
            doubt.rates_as_seen(s),
            doubt.attrition(s, doubt.RATES),
            doubt.differential(s),
            doubt.prognostic(s),
            doubt.small(s, used),
        ),
        labels=s.labels,
        question="" if any(r["variable_level"] == "gee" for r in rows) else BETWEEN_VISITS,
    )


def _told_apart(s: AnalysisSet, status: np.ndarray) -> tuple[list[str], str]:
    """The strata in which some respond and some do not, over all visits; and the names of those with patients of whom that is not so.
    The first one is what the others are compared with. Raises NotComputable where it, or all the others, cannot be."""
    seen = {level: status[s.strata.members(level), 1:] for level in s.levels[1:]}
    seen = {level: y[~np.isnan(y)] for level, y in seen.items()}
    levels = [level for level, y in seen.items() if len(y) and 0 < y.mean() < 1]
    alike = [level for level, y in seen.items() if len(y) and level not in levels]
    named = listing([s.strata.label(level) for level in alike])
    if len(levels) < 2 or reference(s.levels[1:]) not in levels:
        if alike:
            raise NotComputable(f"In {named} nobody or everybody responds at every visit, so the odds have no ratio")
        raise NotComputable("Fewer than two strata have a patient with a visit after baseline")
    return levels, named


def _gee(s: AnalysisSet, status: np.ndarray, failed: list[Caveat | None]) -> list[dict]:
    s.require_strata()
    used, alike = _told_apart(s, status)
    if alike:
        failed.append(
            Caveat(
                "not-computed", f"Over all visits: in {alike} nobody or everybody responds at every visit, so the odds have no ratio."
            )
        )
    base, pairs = reference(used), pairs_asked(used)
    # patients of one stratum with the same course are one cluster that counts as often
    kinds, place = np.unique(np.column_stack([s.strata.codes, np.nan_to_num(status[:, 1:], nan=-1)]), axis=0, return_inverse=True)
    code, courses, v = kinds[:, 0], np.where(kinds[:, 1:] < 0, np.nan, kinds[:, 1:]), status.shape[1] - 1
    frame = pd.DataFrame(
        {
            "y": courses.ravel(),
            "course": np.repeat(np.arange(len(kinds)), v),
            "n": np.repeat(np.bincount(place.ravel(), weights=s.weights), v),
            "tens": np.tile(np.array(s.cohort.followup_weeks) / 10, len(kinds)),
        }
    )
    names, levels = [f"g{i}" for i in range(len(pairs))], s.strata.levels
    for name, pair in zip(names, pairs, strict=True):
        other = pair.second if pair.first == base else pair.first
        frame[name] = np.repeat((code == levels.index(other)).astype(float), v)
    frame = frame[np.repeat(np.isin(code, [levels.index(level) for level in used]), v)].dropna()
    formula = "y ~ " + " + ".join([*names, *(["tens"] if len(np.unique(frame["tens"])) > 1 else [])])
    try:
        model = gee(formula, frame, "course", level=s.plan.level, counts="n")
    except NotComputable as error:  # its advice is for a model of one's own choosing
        raise NotComputable(error.found) from error
    labels: dict[str, Level] = {"tens": ALL, **dict(zip(names, pairs, strict=True))}
    out = []
    for term, r in model.coefficients.iterrows():
        level = labels.get(str(term))
        if level is not None:
            out.append(
                row(
                    s.strata.name,
                    level,
                    s.rule.name,
                    "gee" if term != "tens" else "gee, 10 weeks",
                    None,
                    len(s.cohort),
                    model.n_clusters,
                    **_odds_ratio(r, turned=isinstance(level, Pair) and level.first == base),
                    p=float(r["p"]),
                )
            )
    return out


def _odds_ratio(r: pd.Series, turned: bool) -> dict[str, float]:
    """e to the coefficient with its limits; ``turned``, of what it is compared with against this one, where that stands first."""
    ends = np.exp(-r[["estimate", "ci_high", "ci_low"]] if turned else r[["estimate", "ci_low", "ci_high"]])
    return dict(zip(("odds_ratio", "ci_low", "ci_high"), map(float, ends), strict=True))


def _mcnemar(s: AnalysisSet, status: np.ndarray) -> list[dict]:
    out = []
    for j in range(2, status.shape[1]):
        both = ~np.isnan(status[:, j]) & ~np.isnan(status[:, j - 1])
        if not both.any():
            continue
        before, now = status[:, j - 1], status[:, j]
        lost, gained = s.n((before == 1) & (now == 0)), s.n((before == 0) & (now == 1))
        test = mcnemar(lost, gained)
        out.append(
            row(
                s.strata.name,
                ALL,
                s.rule.name,
                "mcnemar",
                s.cohort.weeks[j],
                len(s.cohort),
                s.n(both),
                gained=gained,
                lost=lost,
                p=test.p_exact,
            )
        )
    return out


def _ordered(s: AnalysisSet) -> list[str]:
    """The strata in their order, the control arm first: placebo is the smallest of doses, not the last word of the alphabet."""
    levels = [str(level) for level in s.levels[1:]]
    control = control_among(levels)
    return sorted(levels, key=lambda level: level != control)


def _trend(s: AnalysisSet, status: np.ndarray) -> list[dict]:
    if len(s.levels) < 4 or not s.strata.in_order(control_among(map(str, s.levels[1:]))):
        return []
    week = s.plan.at_week(s.cohort)
    by_level = s.groups(status[:, s.cohort.column_index(week)])
    groups = [by_level[level] for level in _ordered(s)]
    t = cochran_armitage([float(g.sum()) for g in groups], [len(g) for g in groups])
    return [row(s.strata.name, ALL, s.rule.name, "trend", week, len(s.cohort), sum(map(len, groups)), chi2=t.chi2, z=t.z, p=t.p)]


def _cmh(s: AnalysisSet, status: np.ndarray, within: str) -> list[dict]:
    s.require_strata()
    if len(s.levels) != 3:
        raise NotComputable("The Cochran–Mantel–Haenszel test compares two strata", fix="Split by something with two levels")
    second = split(s.cohort, within, s.plan.severity_cut)
    week = s.plan.at_week(s.cohort)
    now = status[:, s.cohort.column_index(week)]
    tables, analysed = [], 0
    for i in range(len(second.levels)):
        cells = []
        for level in s.levels[1:]:
            g = s.taken(now, s.strata.members(level) & (second.codes == i) & ~np.isnan(now))
            cells.append([float(g.sum()), float(len(g) - g.sum())])
            analysed += len(g)
        tables.append(cells)
    t = cmh(tables, s.plan.level)
    return [
        row(
            s.strata.name,
            Pair(*s.levels[1:]),
            s.rule.name,
            "cmh",
            week,
            len(s.cohort),
            analysed,
            odds_ratio=t.odds_ratio,
            ci_low=t.ci_low,
            ci_high=t.ci_high,
            chi2=t.chi2,
            p=t.p,
        )
    ]


def _sentence(s: AnalysisSet, rows: list[dict], second: str) -> str:
    rule, told = s.rule, []
    for r in rows:
        if r["variable_level"] == "gee":
            pair = r["group1_level"]
            ci = f"{level_name(s.plan.level)} CI {ratio_interval(r['ci_low'], r['ci_high'])}"
            told.append(
                f"Over all visits the odds of {rule.symbol} in {s.strata.label(pair.first)} are {ratio(r['odds_ratio'])} "
                f"times those in {s.strata.label(pair.second)} ({ci}; {p_value(r['p'], True, s.plan.alpha)})."
            )
    steps = [r for r in rows if r["variable_level"] == "mcnemar"]
    if steps:
        clear = [r for r in steps if r["p"] <= s.plan.alpha]
        gained, lost = ([r for r in clear if r[a] > r[b]] for a, b in (("gained", "lost"), ("lost", "gained")))
        made = f"(McNemar at {counted(len(steps), 'step')}, unadjusted)"
        told.append(
            f"From one visit to the next, more gain the response than lose it by {_weeks(gained)}; more lose than gain it by "
            f"{_weeks(lost)} {made}."
            if gained and lost
            else f"From one visit to the next, more gain the response than lose it by {_weeks(gained)} {made}."
            if gained
            else f"From one visit to the next, more lose the response than gain it by {_weeks(lost)} {made}."
            if lost
            else "From one visit to the next the share of responders does not change clearly"
            + (f" at any of the {len(steps)} steps (McNemar)." if len(steps) > 1 else " (McNemar).")
        )
    trend = next((r for r in rows if r["variable_level"] == "trend"), None)
    if trend is not None and not np.isnan(trend["p"]):
        first, *between, last = (s.strata.label(level) for level in _ordered(s))
        clear = trend["p"] <= s.plan.alpha
        how = ("rises on the whole" if trend["z"] > 0 else "falls on the whole") if clear else "neither rises nor falls clearly"
        at, tested = trend["week"], p_value(trend["p"], True, s.plan.alpha)
        told.append(
            f"From {first} to {last}, in their order, the share with {rule.symbol} at week {at} {how} (Cochran–Armitage {tested})."
            if _ordered(s) == [str(level) for level in s.levels[1:]]
            else f"From {first} over {listing(between)} to {last} the share with {rule.symbol} at week {at} {how} (Cochran–Armitage "
            f"{tested})."
        )
    within = next((r for r in rows if r["variable_level"] == "cmh"), None)
    if within is not None and not np.isnan(within["odds_ratio"]):
        a, b = (s.strata.label(level) for level in s.levels[1:])
        title, p = split(s.cohort, second, s.plan.severity_cut).title, p_value(within["p"], True, s.plan.alpha)
        if 0 < within["odds_ratio"] < np.inf:
            told.append(
                f"At week {within['week']}, within the levels of {title}, the odds of {rule.symbol} in {a} are "
                f"{ratio(within['odds_ratio'])} times those in {b} ({level_name(s.plan.level)} CI "
                f"{ratio_interval(within['ci_low'], within['ci_high'])}; {p})."
            )
        else:
            more, less = (a, b) if within["odds_ratio"] else (b, a)
            told.append(
                f"At week {within['week']}, within the levels of {title}, the odds of {rule.symbol} in {a} and {b} have no finite "
                f"ratio: no level has responders in {less} beside non-responders in {more} ({p})."
            )
    return " ".join(told)


def _weeks(rows: list[dict]) -> str:
    """ "week 24", "weeks 24 and 36"."""
    return f"week{'s' if len(rows) > 1 else ''} {listing([str(r['week']) for r in rows])}"
