"""Plans side by side on one cohort: the same four measures under each, with differences that know who is in both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.analyses.subgroups.splits import not_modelled
from aadash.cohort import Cohort
from aadash.details import SideBySide
from aadash.endpoints import endpoint, responses
from aadash.errors import AadashError, NotComputable
from aadash.formatting import interval, level_name, listing, number, percent
from aadash.plan import AnalysisPlan
from aadash.result import Accounting, Caveat, Exclusion, Result
from aadash.stats.descriptive import describe
from aadash.stats.overlap import FEWEST_APART, mean_difference, rate_difference
from aadash.stats.proportions import wilson

METHOD = (
    "Each plan's own patients, week, endpoint, level of intervals and rule for missing visits. Means have t intervals, rates "
    "Wilson's. Differences are from the first plan. Most plans share patients, so neither an unpaired nor a paired test is right: "
    "each patient's part in both means is followed (Deville 1999; exactly Welch's t where nobody is shared and the paired t where "
    "everybody is), and rates are combined by Zou & Donner 2008 (doi:10.1002/sim.3095; exactly Newcombe's intervals in both cases)."
)
MEASURES = ("baseline", "salt", "percent_change", "response")
NAN = float("nan")


@analysis("What do the plans say side by side?", section="compare", variants=())
def side_by_side(cohort: Cohort, plan: AnalysisPlan, plans: tuple[tuple[str, AnalysisPlan], ...] = ()) -> Result:
    """Baseline SALT, SALT and percent change at the plan's week, and response, under each of several named plans.

    ``plans`` are (name, plan); differences are from the first. ``plan`` gives the level of what is said of all.

    Table
    -----
    ``group1`` "scenario", ``group1_level`` its name, ``variable`` one of "baseline", "salt", "percent_change", "response", ``week``
    the plan's own. ``n, estimate, ci_low, ci_high`` (SALT points, percent, or 0–1), ``k`` responders; and against the first plan
    ``difference, difference_low, difference_high`` (this minus the first) with ``n_both``, the patients who count in both. NaN where
    there is nobody, or fewer than two for a mean's interval; no difference of means of two different scores.

    Raises NotComputable with fewer than two plans, or when the first includes nobody. Misleads as a contest between plans: that
    one looks better is no reason to choose it.
    """
    if len(plans) < 2:
        raise NotComputable("Two plans at least are needed to put them side by side", fix="Save another scenario, or mark two")
    columns: dict[str, dict] = {}
    scores: dict[str, str] = {}
    rows: list[dict] = []
    broken: list[str] = []
    included: dict[str, AnalysisPlan] = {}
    for name, one in plans:
        try:
            fitted = one.resolved_for(cohort)[0]
            columns[name], included[name], scores[name] = _measures(cohort, fitted), fitted, fitted.measured(cohort).score
        except AadashError as error:
            broken.append(f"{name}: {error.paragraph()}")
    first = plans[0][0]
    if first not in columns:
        raise NotComputable(f"The first plan cannot be carried out. {broken[0]}")
    for name, measures in columns.items():
        own = included[name]
        for variable in MEASURES:
            values, week = measures[variable]
            enrolled = int(np.isin(cohort.salt.index, own.included(cohort).salt.index).sum())
            stats = _one(values, variable, own.level) | _against(
                columns[first][variable][0],
                values,
                variable == "response",
                own.level,
                name == first or (variable != "response" and scores[name] != scores[first]),
            )
            rows.append(row("scenario", name, variable, None, week, enrolled, int((~np.isnan(values)).sum()), **stats))
    counted = [~np.isnan(m[what][0]) for m in columns.values() for what in ("salt", "response")]  # by NRI a rate has whom no mean has
    analysed = np.logical_or.reduce(counted)
    doubts = [
        Caveat(
            "side-by-side",
            "Plans that were tried one after the other are looks at the same data.",
            "Decide which one answers the question before seeing which one looks best. What stands here has no p-value and so is not "
            "in the ledger.",
        )
    ]
    doubts += [c for c in [next(filter(None, map(not_modelled, included.values())), None)] if c]
    there = ((name, doubt.already_there(AnalysisSet.of(cohort, p))) for name, p in included.items())
    doubts += [
        replace(c, text=" ".join([c.text, f"This is so in the plan “{name}”."]))
        for name, c in [next((pair for pair in there if pair[1]), ("", None))]
        if c
    ]
    doubts += [*_other_scores(scores, first), *_other_endpoints(cohort, included, first), *_other_rules(included, first)]
    few = [r for r in rows if not np.isnan(r["difference"]) and np.isnan(r["difference_low"])]
    if few:
        names = listing(list(dict.fromkeys(f"“{r['group1_level']}”" for r in few)))
        doubts.append(
            Caveat(
                "few-apart",
                f"Between “{first}” and {names} fewer than {FEWEST_APART} patients make the difference, so it has no interval: it is "
                "arithmetic on those few patients.",
                "Look at those patients one by one.",
            )
        )
    doubts += [Caveat("not-computed", text, level="warning") for text in broken]
    return Result(
        table(rows),
        Accounting(len(cohort), int(analysed.sum()), (Exclusion("counted under none of the plans", int((~analysed).sum())),)),
        METHOD,
        _sentence(rows, included, first),
        tuple(doubts),
        details=SideBySide(
            {name: endpoint(p.endpoint).symbol for name, p in included.items()},
            {name: p.level for name, p in included.items()},
            scores,
            {name: p.measured(cohort).measure.digits for name, p in included.items()},
        ),
    )


def _other_scores(scores: Mapping[str, str], first: str) -> list[Caveat]:
    """Means of two scores have no difference: a point of one is no point of the other."""
    others = list(dict.fromkeys(score for score in scores.values() if score != scores[first]))
    if not others:
        return []
    return [
        Caveat(
            "other-scores",
            f"The first plan is about {scores[first]}, others are about {listing(others)}: their means are on different scales, so "
            "no difference between them is given.",
            "To ask whether two scores change together, see the page Two measures.",
        )
    ]


def _other_endpoints(cohort: Cohort, plans: Mapping[str, AnalysisPlan], first: str) -> list[Caveat]:
    """Shares that meet two rules, or one rule at two visits, differ without any patient differing."""

    def asked(plan: AnalysisPlan) -> str:
        symbol, week = endpoint(plan.endpoint).symbol, plan.at_week(cohort)
        return f"{symbol} at week {week}"

    own = asked(plans[first])
    others = list(dict.fromkeys(rule for rule in map(asked, plans.values()) if rule != own))
    if not others:
        return []
    return [
        Caveat(
            "other-endpoints",
            f"The first plan is about {own}, others are about {listing(others)}: the difference of their shares is one of rules or of "
            "visits, not of patients.",
            "To compare patients, give the plans one endpoint and one week.",
        )
    ]


def _other_rules(plans: Mapping[str, AnalysisPlan], first: str) -> list[Caveat]:
    """Shares of the same patients differ where a missing visit counts otherwise."""
    others = [name for name, plan in plans.items() if _of_rates(plan) != _of_rates(plans[first])]
    if not others:
        return []
    names = listing([f"“{name}”" for name in others])
    return [
        Caveat(
            "other-rules",
            f"A missing visit counts otherwise in {names} than in “{first}”: the difference of their shares is, in part or whole, one "
            "of rules and not of patients.",
            "To compare patients, give the plans one rule for missing visits.",
        )
    ]


def _of_rates(plan: AnalysisPlan) -> str:
    """What a missing visit counts as in a share; under the mixed model it is left out."""
    return "observed" if plan.missing == "mixed" else plan.missing


def _measures(cohort: Cohort, plan: AnalysisPlan) -> dict[str, tuple[np.ndarray, int]]:
    """Each measure as an array over all of the cohort's patients, NaN for whom the plan does not count, and its week."""
    s = AnalysisSet.of(cohort, plan)
    week = plan.at_week(s.cohort)
    j, where = s.cohort.column_index(week), cohort.salt.index.get_indexer(s.cohort.salt.index)
    status = responses(s.cohort, s.rule, plan.missing)[0][:, j] if week else np.full(len(s.cohort), NAN)
    found = {
        "baseline": (s.values[:, 0], 0),  # under complete cases of whom the plan counts
        "salt": (s.values[:, j], week),
        "percent_change": (s.percent_change[:, j], week),
        "response": (status, week),
    }
    out = {}
    for variable, (values, at) in found.items():
        spread = np.full(len(cohort), NAN)
        spread[where] = values
        out[variable] = spread, at
    return out


def _one(values: np.ndarray, variable: str, level: float) -> dict[str, object]:
    known = values[~np.isnan(values)]
    if variable == "response":
        if not len(known):
            return {"n": 0, "estimate": NAN, "ci_low": NAN, "ci_high": NAN, "k": 0}
        ci = wilson(int(known.sum()), len(known), level)
        return {"n": len(known), "estimate": ci.estimate, "ci_low": ci.low, "ci_high": ci.high, "k": int(known.sum())}
    d = describe(known, level)
    return {"n": d.n, "estimate": d.mean, "ci_low": d.ci_low, "ci_high": d.ci_high, "k": NAN}


def _against(first: np.ndarray, values: np.ndarray, rate: bool, level: float, alone: bool) -> dict[str, object]:
    nothing: dict[str, object] = {"difference": NAN, "difference_low": NAN, "difference_high": NAN, "n_both": NAN}
    if alone:
        return nothing
    try:
        d = rate_difference(first, values, level) if rate else mean_difference(first, values, level)
    except NotComputable:
        return nothing
    return {"difference": d.difference, "difference_low": d.ci_low, "difference_high": d.ci_high, "n_both": d.n_both}


def _sentence(rows: list[dict], plans: Mapping[str, AnalysisPlan], first: str) -> str:
    """Response under each plan, and how far each is from the first."""
    found = {r["group1_level"]: r for r in rows if r["variable"] == "response"}
    parts = []
    for name, r in found.items():
        plan = plans[name]
        symbol = endpoint(plan.endpoint).symbol
        if not r["n"]:
            parts.append(f"“{name}”: nobody can be counted for {symbol} at week {r['week']}")
            continue
        text = f"“{name}”: {symbol} at week {r['week']} in {percent(r['estimate'])} of {r['n']}"
        if name != first and not np.isnan(r["difference"]):
            text += f", {number(100 * r['difference'])} points from “{first}”"
            if not np.isnan(r["difference_low"]):
                text += f" ({level_name(plan.level)} CI {interval(100 * r['difference_low'], 100 * r['difference_high'])})"
        parts.append(text)
    return "; ".join(parts) + "."
