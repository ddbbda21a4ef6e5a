"""Is the difference in response between two strata the same in every subgroup? Interaction, on both scales."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from aadash.analyses.adjustment import adjusted_over
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.arms import prognostic
from aadash.analyses.registry import analysis
from aadash.analyses.subgroups.odds import as_ratio, log_odds, shrink_ratios
from aadash.analyses.subgroups.splits import (
    NAN,
    NOTHING,
    SHRUNKEN,
    TEST,
    adjusted,
    doubts_of_response,
    enrolled,
    members,
    names,
    of_parts,
    other_splits,
    tests_in_words,
    two_strata,
)
from aadash.cohort import Cohort
from aadash.endpoints import responses
from aadash.errors import NotComputable
from aadash.formatting import interval, level_name, number
from aadash.levels import ALL, Level, Total
from aadash.plan import AnalysisPlan
from aadash.result import Result, TestColumn
from aadash.stats.heterogeneity import breslow_day, cochran_q
from aadash.stats.proportions import newcombe
from aadash.stats.shrinkage import shrink
from aadash.stats.tables import fisher_exact
from aadash.stats.two_proportions import agresti_caffo
from aadash.strata import Strata

METHOD = (
    "First the interaction: is the difference between the two strata the same in every level? On the absolute scale Cochran's "
    "Q of the risk differences, weighted by the variances of Agresti & Caffo (2000, doi:10.1080/00031305.2000.10474560); on "
    "the relative scale the Breslow–Day test of the odds ratios with Tarone's correction (1985, doi:10.1093/biomet/72.1.91). "
    "An interaction can exist on one scale and not on the other. Risk differences have "
    "Newcombe's interval; odds ratios have ½ added to each cell. " + SHRUNKEN
)


@analysis(
    "Is the difference in response the same in every subgroup?",
    section="subgroups",
    tests=(
        TestColumn("p", "interaction, absolute scale"),
        TestColumn("p_relative", "interaction, relative scale"),
        TestColumn("p_within", "difference within the level", "risk_difference"),
    ),
)
def subgroup_differences_response(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """The difference in response between the plan's two strata, in every level of every other column.

    Table
    -----
    As :func:`subgroups_response`, but each level's row holds ``k1, n1, k2, n2, risk_difference, ci_low, ci_high``
    (first minus second stratum, −1 to 1), ``shrunken…``, ``odds_ratio, or_low, or_high, or_shrunken…`` and ``p_within``
    (Fisher); NaN where a stratum has nobody in that level. Test rows: ``levels, q, df, p, p_adjusted`` (absolute) and
    ``levels_relative, n_relative, chi2_bd, p_relative, p_relative_adjusted`` (NaN where no odds ratio can be formed).

    Raises NotComputable unless the plan splits the patients into two strata, or when no other column splits them.
    """
    s, first, second = two_strata(cohort, plan)
    rule, week = s.rule, plan.at_week(s.cohort)
    status = responses(s.cohort, rule, plan.missing)[0][:, s.cohort.column_index(week)]
    a, b = (s.strata.members(lv) & ~np.isnan(status) for lv in (first, second))
    if not a.any() or not b.any():
        raise NotComputable(f"{rule.symbol} is known for nobody of one stratum at week {week}")
    splits = other_splits(s, a | b)
    whole = _rates(s, ALL, ALL, status, a, b, len(s.cohort), week)
    tests, levels = [], []
    for one in splits:
        rows = [_rates(s, one.name, lv, status, who & a, who & b, enrolled(s, one, lv), week) for lv, who in members(one, a | b)]
        tests.append(_rate_interaction(s, one, rows, week))
        levels += rows
    _shrink(levels, whole, plan.level)
    adjusted(tests, plan, "p", "p_relative")
    titles, some = names(splits), 0 < whole["k1"] + whole["k2"] < whole["n1"] + whole["n2"]
    start = (
        f"At week {week} {s.strata.label(first)} minus {s.strata.label(second)} in {rule.symbol} is "
        f"{number(100 * whole['risk_difference'])} percentage points ({level_name(plan.level)} CI "
        f"{interval(100 * whole['ci_low'], 100 * whole['ci_high'])}). "
    )
    sentence, relative = (
        start + (tests_in_words(tests, titles.titles, plan, what, column) if some else NOTHING)
        for column, what in (
            ("p", "an interaction on the absolute scale"),
            ("p_relative", "an interaction on the relative scale"),
        )
    )
    return Result(
        table([whole, *tests, *levels]),
        s.accounting(a | b, f"with no visit at week {week}", rule=rule, by_stratum=True),
        f"{METHOD} {adjusted_over('columns', plan)}{of_parts(s)}",
        sentence,
        doubts_of_response(s, tests, levels, prognostic(s)),
        labels=s.labels,
        details=replace(titles, relative=relative),
    )


def _rates(
    s: AnalysisSet, name: str | Total, level: Level, status: np.ndarray, a: np.ndarray, b: np.ndarray, enrolled: int, week: int
) -> dict:
    k1, n1, k2, n2 = s.n(a & (status == 1)), s.n(a), s.n(b & (status == 1)), s.n(b)
    stats = dict.fromkeys(("risk_difference", "ci_low", "ci_high", "odds_ratio", "or_low", "or_high", "p_within"), NAN)
    if n1 and n2:
        ci = newcombe(k1, n1, k2, n2, s.plan.level)
        stats.update(risk_difference=ci.estimate, ci_low=ci.low, ci_high=ci.high, p_within=fisher_exact(k1, n1, k2, n2))
        stats.update(as_ratio(log_odds(k1, n1, k2, n2, s.plan.level)))
    return row(name, level, s.rule.name, None, week, enrolled, n1 + n2, k1=k1, n1=n1, k2=k2, n2=n2, **stats)


def _rate_interaction(s: AnalysisSet, one: Strata, rows: list[dict], week: int) -> dict:
    usable = [r for r in rows if r["n1"] and r["n2"]]
    stats = dict.fromkeys(("q", "df", "p", "chi2_bd", "p_relative"), NAN)
    compared = [r for r in usable if 0 < r["k1"] + r["k2"] < r["n1"] + r["n2"]]  # have an odds ratio
    if len(usable) > 1 and compared:  # where nobody or everybody responds, what is added alone would be compared
        added = [agresti_caffo(*_counts(r)) for r in usable]
        q = cochran_q([e.estimate for e in added], [e.variance for e in added])
        stats.update(q=q.q, df=q.df, p=q.p)
        try:
            bd = breslow_day([[[r["k1"], r["n1"] - r["k1"]], [r["k2"], r["n2"] - r["k2"]]] for r in usable])
            stats.update(chi2_bd=bd.chi2, p_relative=bd.p)
        except NotComputable:
            pass  # no odds ratio in these tables; the absolute scale stands
    n, relative = (sum(r["n_analysed"] for r in those) for those in (usable, compared))
    sizes = {"levels": len(usable), "levels_relative": len(compared), "n_relative": relative}
    return row(one.name, ALL, s.rule.name, TEST, week, enrolled(s, one), n, **sizes, **stats)


def _counts(r: dict) -> tuple[int, int, int, int]:
    return r["k1"], r["n1"], r["k2"], r["n2"]


def _shrink(levels: list[dict], whole: dict, level: float) -> None:
    """Shrink the subgroups that have both strata towards the whole cohort's difference, on both scales."""
    all_in = log_odds(*_counts(whole), level)
    each = [log_odds(*_counts(r), level) if all_in else None for r in levels]
    shrink_ratios(levels, each, all_in.estimate if all_in else 0.0, all_in.variance if all_in else 0.0, level)
    known = [r for r in levels if r["n1"] and r["n2"]]
    for r in levels:
        r.update(dict.fromkeys(("shrunken", "shrunken_low", "shrunken_high"), NAN))
    if not known:
        return
    own = agresti_caffo(*_counts(whole)).variance
    risk = shrink(
        [r["risk_difference"] for r in known],
        [agresti_caffo(*_counts(r)).variance for r in known],
        whole["risk_difference"],
        own,
        level,
    )
    for i, r in enumerate(known):
        r.update(
            shrunken=float(risk.estimate[i]),
            shrunken_low=float(risk.low[i]),
            shrunken_high=float(risk.high[i]),
        )
