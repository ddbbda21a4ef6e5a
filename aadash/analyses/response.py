"""How many respond, and do the strata differ?"""

from __future__ import annotations

import itertools

import numpy as np

from aadash.analyses import assumptions
from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.analyses.visits import Visit
from aadash.cohort import Cohort
from aadash.endpoints import Endpoint, endpoints_of, visit_responses
from aadash.errors import NotComputable
from aadash.formatting import SPELLED, count, interval, level_name, listing, number, p_value
from aadash.levels import ALL, Level, Pair
from aadash.plan import AnalysisPlan
from aadash.result import Alternative, Caveat, Check, Result, TestColumn
from aadash.stats.adjust import adjust
from aadash.stats.proportions import newcombe, wilson
from aadash.stats.tables import chi_squared, fisher_exact, fisher_exact_table

METHOD = (
    "Responders over patients in whom the endpoint is defined, with Wilson's score interval "
    "(Wilson 1927, doi:10.1080/01621459.1927.10502953)."
)
METHOD_BETWEEN = (
    "Pearson's chi-squared test without continuity correction where every expected count is at least 5, "
    "Fisher's exact test otherwise (more than two strata: Fisher–Freeman–Halton, where its tables can "
    "be enumerated). Risk difference, first "
    "stratum minus second, with Newcombe's hybrid score interval (Newcombe 1998, "
    "doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I). Over three or more strata, "
    "pairs are compared by the same rule and Holm-adjusted."
)

CHOICE = (
    "Responders are counted, so proportions are compared: the chi-squared test where the table is well filled, Fisher's "
    "exact test where it is not. The size of the difference is the risk difference, which needs no such choice."
)


@analysis("How many respond, and when?", section="core", order=3, every_rule=True)
def responders(cohort: Cohort, plan: AnalysisPlan, brief: bool = False) -> Result:
    """Responder rates by stratum, week and endpoint.

    Table
    -----
    One row per level × endpoint of the measure (``variable`` "SALT30" … "SALT<=10", and the plan's own) × follow-up week with
    ``k`` responders, ``n`` in the denominator, ``rate`` (0–1), Wilson's ``ci_low, ci_high`` (0–1; NaN for n = 0),
    ``n_imputed`` and the three counts.

    Raises NotComputable without a follow-up visit. Misleads for "SALT<=20" when patients start at 20 or below: they
    count as responders before any drug (a caveat counts them).
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    rows = []
    ladder, weeks = _ladder(s, brief), [s.cohort.column_index(w) for w in s.weeks_asked(brief)]
    found = {(name, j): _tallied(s, rule, j) for name, rule in ladder.items() for j in weeks}
    for name in ladder:
        for level in s.levels:
            for j in weeks:
                k, n, filled = found[name, j][level]
                ci = wilson(k, n, plan.level) if n else None
                rows.append(
                    row(
                        s.strata.name,
                        level,
                        name,
                        None,
                        s.cohort.weeks[j],
                        s.size(level),
                        n,
                        k=k,
                        n=n,
                        rate=ci.estimate if ci else float("nan"),
                        ci_low=ci.low if ci else float("nan"),
                        ci_high=ci.high if ci else float("nan"),
                        n_imputed=filled,
                    )
                )
    rule, week = s.rule, plan.at_week(s.cohort)
    visit = s.at_week
    defined = ~np.isnan(_status(s, rule, visit)[0])
    return Result(
        table(rows),
        s.accounting(defined, f"with no visit at week {week}", rule=rule, at=visit),
        METHOD,
        _sentence(s, rows, week),
        doubt.collect(
            doubt.imputed(s, responder=True),
            doubt.already_there(s),
            doubt.undefined_change(s),
            doubt.severity_denominator(s),
            doubt.attrition(s, doubt.RATES),
            doubt.differential(s),
            doubt.no_stratum(s),
            doubt.after_baseline(s),
            doubt.rates_as_seen(s),
            doubt.small(s, defined, visit),
            doubt.single_arm(s),
        ),
        labels=s.labels,
    )


def _status(s: AnalysisSet, rule: Endpoint, visit: Visit) -> tuple[np.ndarray, np.ndarray]:
    """Response of each row at a week (1, 0, NaN), and where a missing visit counts as none."""
    return visit_responses(rule, s.plan.missing, visit.baseline, visit.values, visit.imputed)


def _tallied(s: AnalysisSet, rule: Endpoint, j: int) -> dict[Level, tuple[int, int, int]]:
    """Level → responders, patients asked, and visits filled in at the week at position ``j``."""
    visit = s.visit(j)
    kept = visit.__dict__.setdefault("_tallied", {})  # a counted visit is asked by several analyses
    levels = len(s.strata.levels)
    key = (rule.name, s.plan.missing, levels)
    if key not in kept:
        status, imputed = _status(s, rule, visit)
        kept[key] = [visit.by_level(who, levels) for who in (status == 1, ~np.isnan(status), imputed)]
    k, n, filled = kept[key]
    out: dict[Level, tuple[int, int, int]] = {ALL: (int(k.sum()), int(n.sum()), int(filled.sum()))}
    for level in s.levels[1:]:
        i = s.strata.levels.index(level)
        out[level] = (int(k[i]), int(n[i]), int(filled[i]))
    return out


def _ladder(s: AnalysisSet, brief: bool) -> dict[str, Endpoint]:
    """The usual endpoints of the measure, and the plan's own if it is another; in brief the plan's own alone."""
    return ({} if brief else endpoints_of(s.cohort.measure)) | {s.rule.name: s.rule}


def _sentence(s: AnalysisSet, rows: list[dict], week: int) -> str:
    rule = s.rule
    here = {r["group1_level"]: r for r in rows if r["variable"] == rule.name and r["week"] == week}
    everyone = here[ALL]
    if not everyone["n"]:
        return f"{rule.symbol} is defined for nobody at week {week}."
    text = (
        f"{rule.symbol} ({rule.label}) was reached by {count(everyone['k'], everyone['n'])} at week {week} "
        f"({level_name(s.plan.level)} CI {interval(100 * everyone['ci_low'], 100 * everyone['ci_high'])} %)."
    )
    parts = [f"{s.strata.label(lv)} {count(here[lv]['k'], here[lv]['n'])}" for lv in s.levels[1:] if here[lv]["n"]]
    rest = [int(everyone[c] - sum(here[lv][c] for lv in s.levels[1:])) for c in ("k", "n")]
    if parts and rest[1]:
        parts.append(f"not recorded {count(*rest)}")
    if len(parts) > SPELLED:
        used = sorted((here[lv] for lv in s.levels[1:] if here[lv]["n"]), key=lambda r: r["k"] / r["n"])
        low, high = ((count(r["k"], r["n"]), s.strata.label(r["group1_level"])) for r in (used[0], used[-1]))
        split = s.strata.title.split(" (")[0]
        text += f" By {split}, from {low[0]} in {low[1]} to {high[0]} in {high[1]}; {len(used)} strata."
        return text
    return text + (" By " + s.strata.title.split(" (")[0] + ": " + listing(parts) + "." if parts else "")


@analysis(
    "Do the strata differ in response?", section="core", order=4, tests=(TestColumn("p", estimate="risk_difference"),), every_rule=True
)
def responders_between(cohort: Cohort, plan: AnalysisPlan, brief: bool = False) -> Result:
    """Compare responder rates between strata at each week, for each endpoint.

    Table
    -----
    One row per endpoint × week with ``group1_level`` ``ALL``: ``test`` ("fisher" or "chi-squared"), ``p``, ``chi2, df``
    (for chi-squared), ``min_expected``; for two strata also ``risk_difference, ci_low, ci_high`` (proportions, first
    minus second). For three or more strata one row per pair too ("patchy - totalis") with ``risk_difference, ci_low,
    ci_high, p, p_holm``. NaN where a stratum has nobody.

    Raises NotComputable with fewer than two strata or without a follow-up visit.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    s.require_strata()
    rows = []
    for name, rule in _ladder(s, brief).items():
        for at in s.weeks_asked(brief):
            found = _tallied(s, rule, s.cohort.column_index(at))
            rows.extend(_compare(s, name, at, {lv: found[lv][:2] for lv in s.levels[1:]}, brief))
    rule, week, visit = s.rule, plan.at_week(s.cohort), s.at_week
    used = ~np.isnan(_status(s, rule, visit)[0]) & (visit.codes >= 0)
    checks, others = _examined(s, rows, week)
    return Result(
        table(rows),
        s.accounting(used, f"with no visit at week {week}", rule=rule, by_stratum=True, at=visit),
        METHOD_BETWEEN,
        _sentence_between(s, rows, week),
        doubt.collect(
            doubt.imputed(s, responder=True),
            doubt.already_there(s),
            doubt.severity_denominator(s),
            doubt.attrition(s, doubt.RATES),
            _apart(s, rows),
            doubt.differential(s),
            doubt.prognostic(s),
            doubt.rates_as_seen(s),
            doubt.small(s, used, visit),
            doubt.many_tests(sum(not np.isnan(r["p"]) for r in rows if r["variable"] == s.rule.name), plan.alpha),
        ),
        labels=s.labels,
        choice=CHOICE,
        checks=checks,
        alternatives=others,
    )


def _examined(s: AnalysisSet, rows: list[dict], week: int) -> tuple[tuple[Check, ...], tuple[Alternative, ...]]:
    """Expected counts and separation; the other test, and Yates' correction, where there are two strata."""
    found = _tallied(s, s.rule, s.cohort.column_index(week))
    counts = {s.strata.label(lv): found[lv][:2] for lv in s.levels[1:] if found[lv][1]}
    now = next(r for r in rows if (r["variable"], r["week"], r["group1_level"]) == (s.rule.name, week, ALL))
    if np.isnan(now["p"]):
        return (), ()
    checks = tuple(assumptions.expected(now["min_expected"], counts))
    cells = np.array([[k, n - k] for k, n in counts.values()], dtype=float)
    if len(counts) != 2 or (cells.sum(axis=0) == 0).any():
        return checks, ()
    (k1, n1), (k2, n2) = counts.values()
    tests = {
        "Fisher's exact test": fisher_exact(k1, n1, k2, n2),
        "Chi-squared test": chi_squared(cells).p,
        "Chi-squared with Yates' correction": chi_squared(cells, yates=True).p,
    }
    tests.pop({"fisher": "Fisher's exact test", "chi-squared": "Chi-squared test"}[now["test"]])
    side = now["p"] <= s.plan.alpha
    return checks, tuple(Alternative(name, p, bool((p <= s.plan.alpha) == side)) for name, p in tests.items())


def equal_proportions(counts: list[tuple[int, int]]) -> dict[str, object]:
    """The test of equal proportions that the expected counts allow, for two or more (k, n)."""
    responders_ = np.array([[k, n - k] for k, n in counts if n], dtype=float)
    if len(responders_) < 2:
        return {"test": None, "p": float("nan"), "chi2": float("nan"), "df": float("nan"), "min_expected": float("nan")}
    if (responders_.sum(axis=0) == 0).any():  # everyone or nobody responds: no table is more extreme
        return {"test": "fisher", "p": 1.0, "chi2": float("nan"), "df": float("nan"), "min_expected": 0.0}
    chi = chi_squared(responders_)
    if chi.min_expected >= 5:
        return {"test": "chi-squared", "p": chi.p, "chi2": chi.chi2, "df": float(chi.df), "min_expected": chi.min_expected}
    if len(responders_) == 2:
        (k1, n1), (k2, n2) = [c for c in counts if c[1]]
        p = fisher_exact(k1, n1, k2, n2)
    else:
        try:
            p = fisher_exact_table(responders_.astype(int))
        except NotComputable:  # too many tables to enumerate: the size that makes it so serves the chi-squared test well
            return {"test": "chi-squared", "p": chi.p, "chi2": chi.chi2, "df": float(chi.df), "min_expected": chi.min_expected}
    return {"test": "fisher", "p": float(p), "chi2": float("nan"), "df": float("nan"), "min_expected": chi.min_expected}


def _compare(s: AnalysisSet, name: str, week: int, counts: dict[str, tuple[int, int]], brief: bool = False) -> list[dict]:
    enrolled, analysed = len(s.cohort), sum(n for _, n in counts.values())
    overall = row(s.strata.name, ALL, name, None, week, enrolled, analysed, **equal_proportions(list(counts.values())))
    if brief and len(counts) > 2:
        return [overall]
    pairs = [_pair(s, name, week, (a, counts[a]), (b, counts[b])) for a, b in itertools.combinations(counts, 2)]
    if len(pairs) == 1:
        overall.update({k: pairs[0][k] for k in ("risk_difference", "ci_low", "ci_high")})
        return [overall]
    holm = adjust(np.array([r["p"] for r in pairs], dtype=float), "holm")
    for r, p in zip(pairs, holm, strict=True):
        r["p_holm"] = float(p)
    return [overall, *pairs]


def _pair(s: AnalysisSet, name: str, week: int, a: tuple[str, tuple[int, int]], b: tuple[str, tuple[int, int]]) -> dict:
    (la, (k1, n1)), (lb, (k2, n2)) = a, b
    enrolled = s.size(la) + s.size(lb)
    ci = newcombe(k1, n1, k2, n2, s.plan.level) if n1 and n2 else None
    return row(
        s.strata.name,
        Pair(la, lb),
        name,
        None,
        week,
        enrolled,
        n1 + n2,
        **equal_proportions([(k1, n1), (k2, n2)]),
        risk_difference=ci.estimate if ci else float("nan"),
        ci_low=ci.low if ci else float("nan"),
        ci_high=ci.high if ci else float("nan"),
    )


def _sentence_between(s: AnalysisSet, rows: list[dict], week: int) -> str:
    rule = s.rule
    here = [r for r in rows if r["variable"] == rule.name and r["week"] == week]
    overall = here[0]
    if np.isnan(overall["p"]):
        return f"{rule.symbol} at week {week} cannot be compared: only one stratum has anybody to count."
    test = {"fisher": "Fisher's exact test", "chi-squared": "chi-squared test"}[overall["test"]]
    clear, many = overall["p"] <= s.plan.alpha, s.strata.many
    text = (
        f"At week {week} the {many} {'differ' if clear else 'do not differ clearly'} in {rule.symbol} "
        f"({test}, {p_value(overall['p'], prefix=True)}"
    )
    two = len(s.levels) == 3 and not np.isnan(overall["risk_difference"])
    if two:
        a, b = (s.strata.label(lv) for lv in s.levels[1:])
        text += (
            f"): {a} minus {b} is {number(100 * overall['risk_difference'])} percentage points "
            f"({level_name(s.plan.level)} CI {interval(100 * overall['ci_low'], 100 * overall['ci_high'])}"
        )
    text += f"), n = {overall['n_analysed']}."
    if two and _disagree(overall, s.plan.alpha):
        return f"{text} Test and interval disagree because {WHY_APART[overall['test']]}"
    if clear:
        return text
    if two:
        return text + " Not significant is not the same as equal: the interval says what remains possible."
    return text + " Not significant is not the same as equal."


def _disagree(r: dict, alpha: float) -> bool:
    """Whether one of a test and the interval beside it sees a difference and the other does not."""
    return bool((r["p"] <= alpha) != (r["ci_low"] > 0 or r["ci_high"] < 0))


def _apart(s: AnalysisSet, rows: list[dict]) -> Caveat | None:
    """Where a test and the interval beside it do not agree about a difference of two strata, of the endpoint asked about."""
    apart = [
        r
        for r in rows
        if r["variable"] == s.rule.name and not np.isnan(r.get("risk_difference", np.nan)) and _disagree(r, s.plan.alpha)
    ]
    if not apart:
        return None
    weeks = listing([f"{w}" for w in sorted({r["week"] for r in apart})])
    exact = listing(sorted({"Fisher's exact test" if r["test"] == "fisher" else "the chi-squared test" for r in apart}))
    return Caveat(
        "test-and-interval",
        f"At week {weeks} the p-value and the interval of a difference point different ways: {exact} and Newcombe's interval are "
        "built differently.",
        "Call such a difference uncertain; the larger study decides.",
    )


#: Test → why Newcombe's interval may cover 0 where the test does not agree.
WHY_APART = {
    "fisher": "Fisher's test is exact and cautious, Newcombe's interval approximate: call the difference uncertain.",
    "chi-squared": "the test pools the two rates and the interval does not: call the difference uncertain.",
}
