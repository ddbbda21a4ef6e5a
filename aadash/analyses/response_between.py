"""Do the strata differ in how many respond?"""

from __future__ import annotations

import itertools
from typing import Literal

import numpy as np

from aadash.analyses import assumptions
from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.analyses.response import ladder_of, status_at, tallied
from aadash.cohort import Cohort
from aadash.endpoints import Endpoint
from aadash.errors import NotComputable
from aadash.formatting import interval, level_name, listing, number, p_value
from aadash.levels import ALL, Pair
from aadash.plan import AnalysisPlan
from aadash.result import Alternative, Caveat, Check, Result, TestColumn
from aadash.stats.adjust import adjust
from aadash.stats.proportions import newcombe
from aadash.stats.tables import chi_squared, fisher_exact, fisher_exact_table

METHOD = (
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


#: Which rows a table shows: the plan's endpoint at every week, every endpoint at the plan's week, or the one at the other.
Shown = Literal["weeks", "endpoints", "endpoint"]


@analysis(
    "Do the strata differ in response?", section="core", order=4, tests=(TestColumn("p", estimate="risk_difference"),), every_rule=True
)
def responders_between(cohort: Cohort, plan: AnalysisPlan, brief: bool = False, shown: Shown = "weeks") -> Result:
    """Compare responder rates between strata at each week, for each endpoint; ``brief`` as in ``responders``, and no pairs. Whatever
    rows are ``shown``, the table is the same, and how many tests there are and where they disagree with their intervals is said of
    those.

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
    rows, ladder = [], ladder_of(s, brief)
    for name, rule in ladder.items():
        for at in s.weeks_asked(brief):
            found = tallied(s, rule, s.cohort.column_index(at))
            rows.extend(_compare(s, name, at, {lv: found[lv][:2] for lv in s.levels[1:]}, brief))
    rule, week, visit = s.rule, plan.at_week(s.cohort), s.at_week
    used = ~np.isnan(status_at(s, rule, visit)[0]) & (visit.codes >= 0)
    checks, others = _examined(s, rows, week)
    seen = [r for r in rows if (shown == "endpoints" or r["variable"] == rule.name) and (shown == "weeks" or r["week"] == week)]
    return Result(
        table(rows),
        s.accounting(used, f"with no visit at week {week}", rule=rule, by_stratum=True, at=visit),
        METHOD,
        _sentence_between(s, rows, week),
        doubt.collect(
            doubt.imputed(s, responder=True),
            doubt.already_there(s),
            doubt.severity_denominator(s),
            doubt.attrition(s, doubt.RATES),
            _apart(seen, ladder, plan.alpha),
            doubt.differential(s),
            doubt.prognostic(s),
            doubt.rates_as_seen(s),
            doubt.small(s, used, visit),
            doubt.many_tests(sum(not np.isnan(r["p"]) for r in seen), plan.alpha),
        ),
        labels=s.labels,
        choice=CHOICE,
        checks=checks,
        alternatives=others,
    )


def _examined(s: AnalysisSet, rows: list[dict], week: int) -> tuple[tuple[Check, ...], tuple[Alternative, ...]]:
    """Expected counts and separation; the other test, and Yates' correction, where there are two strata."""
    found = tallied(s, s.rule, s.cohort.column_index(week))
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
        nobody = f"{rule.symbol} at week {week} cannot be compared: no stratum has anybody to count."
        return (
            f"{rule.symbol} at week {week} cannot be compared: only one stratum has anybody to count."
            if overall["n_analysed"]
            else nobody
        )
    test = {"fisher": "Fisher's exact test", "chi-squared": "chi-squared test"}[overall["test"]]
    clear, many = overall["p"] <= s.plan.alpha, s.strata.many
    text = (
        f"At week {week} the {many} {'differ' if clear else 'do not differ clearly'} in {rule.symbol} "
        f"({test}, {p_value(overall['p'], True, s.plan.alpha)}"
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


def _apart(rows: list[dict], ladder: dict[str, Endpoint], alpha: float) -> Caveat | None:
    """Where a test and the interval beside it do not agree about a difference of two strata."""
    apart = [r for r in rows if not np.isnan(r.get("risk_difference", np.nan)) and _disagree(r, alpha)]
    if not apart:
        return None
    at = [f"{w}" for w in sorted({r["week"] for r in apart})]
    symbols = listing([ladder[name].symbol for name in dict.fromkeys(r["variable"] for r in apart)])
    exact = listing(sorted({"Fisher's exact test" if r["test"] == "fisher" else "the chi-squared test" for r in apart}))
    return Caveat(
        "test-and-interval",
        f"At {'week' if len(at) == 1 else 'weeks'} {listing(at)} the p-value and the interval of a difference in {symbols} point "
        f"different ways: {exact} and Newcombe's interval are built differently.",
        "Call such a difference uncertain; the larger study decides.",
    )


def ratio_apart(r: dict, alpha: float) -> Caveat | None:
    """Where the Cochran–Mantel–Haenszel test and the interval of its odds ratio do not agree."""
    p, low, high = r["p"], r["ci_low"], r["ci_high"]
    if np.isnan([p, low, high]).any() or (p <= alpha) == (low > 1 or high < 1):
        return None
    return Caveat(
        "test-and-interval",
        f"At week {r['week']} the p-value and the interval of the odds within the second column point different ways: the test is "
        "corrected for continuity, the interval is not.",
        "Call such a difference uncertain; the larger study decides.",
    )


#: Test → why Newcombe's interval may cover 0 where the test does not agree.
WHY_APART = {
    "fisher": "Fisher's test is exact and cautious, Newcombe's interval approximate: call the difference uncertain.",
    "chi-squared": "the test pools the two rates and the interval does not: call the difference uncertain.",
}
