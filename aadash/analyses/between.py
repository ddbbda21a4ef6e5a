"""Do the strata differ in percent change at a week?"""

from __future__ import annotations

import numpy as np

from aadash.analyses import assumptions, model_based
from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, table
from aadash.analyses.between_rows import by_model, several_strata, two_strata
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import Quantiles
from aadash.errors import NotComputable
from aadash.formatting import degrees, differing, interval, level_name, number, p_value
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.result import Alternative, Caveat, Check, Result, TestColumn
from aadash.stats.k_sample import anova

METHOD = (
    "Percent change of each patient. Two strata: Welch's t-test, Hedges' g (pooled SD, exact small-sample "
    "correction), and the Mann–Whitney test beside (exact where both strata have fewer than 50 patients and no two values "
    "are equal, else normal approximation with ties and continuity correction). Three or "
    "more: Welch's ANOVA, Games–Howell for each pair, and Kruskal–Wallis beside. None assumes equal variances, "
    "but Mann–Whitney and Kruskal–Wallis compare ranks, not means."
)
RANKS = "The Mann–Whitney test beside it is of the scores recorded at that week."
CHOICE_MODEL = (
    "Every score recorded is to count, so the difference at a week comes from a mixed model of all weeks instead of a test of "
    "the patients with a score then."
)
CHOICE_TWO = (
    "Two separate groups and a question about means: Welch's t-test, which does not assume equal spread. If the "
    "values are far from normal and patients are few, go by Mann–Whitney."
)
CHOICE_MORE = (
    "Three or more separate groups and a question about means: Welch's ANOVA, which does not assume equal spread, "
    "and Games–Howell for each pair, which allows for the number of pairs."
)
TOO_SMALL = "in a stratum that could not be tested (fewer than two patients, or no spread)"


@analysis(
    "Do the strata differ in percent change?",
    section="core",
    order=5,
    tests=(
        TestColumn("p", estimate="difference"),
        TestColumn("mann_whitney_p", "Mann–Whitney test", "difference", "n_ranks"),
        TestColumn("kruskal_p", "Kruskal–Wallis test", "difference"),
    ),
    every_rule=True,
)
def between_strata(cohort: Cohort, plan: AnalysisPlan, brief: bool = False) -> Result:
    """Compare percent change in SALT between strata at each week after baseline.

    Table
    -----
    ``variable`` "percent_change". Two strata: one row per week, ``group1_level`` ``ALL``, with ``test`` (its name), ``difference``
    (first minus second stratum, percentage points), ``t, df, p, ci_low, ci_high, hedges_g, g_low, g_high, mann_whitney_u,
    mann_whitney_p, mann_whitney_method, n_ranks, mean1, sd1, n1, mean2, sd2, n2``. Three or more: it has ``f, df1, df2, p, kruskal_h,
    kruskal_p`` and one row for each :class:`aadash.levels.Pair` the Games–Howell ``difference, t, df, p, ci_low, ci_high, hedges_g``.
    A stratum with fewer than two values is left out of that week's test (NaN if fewer than two remain), and of three or more one
    without spread, for which Welch's ANOVA is not defined.

    Raises NotComputable with fewer than two strata, no follow-up, or no week at which two strata can be compared.
    Misleads for severity groups: baseline is both the stratifier and the denominator of percent change.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    s.require_strata()
    rows, left_out = [], []
    for week in s.weeks_asked(brief):
        j = s.cohort.column_index(week)
        groups = s.samples(j, "percent_change")
        usable = _usable(groups, len(s.levels) == 3)
        left_out += [(week, lv, len(groups[lv])) for lv in groups if lv not in usable]
        if len(s.levels) == 3:
            rows.append(two_strata(s, week, usable))
        else:
            rows.extend(several_strata(s, week, usable, pairs=not brief))
    doubts = by_model(s, rows) if plan.missing == "mixed" else []
    if brief and np.isnan(rows[0]["p"]):
        return between_strata(cohort, plan)  # which knows whether any week can be tested
    if all(np.isnan(r["p"]) for r in rows):
        raise NotComputable(
            "At no week do two strata have two patients each with different percent changes, so there is nothing to test",
            fix="Choose a coarser split, or widen the filters",
        )
    week = plan.at_week(s.cohort)
    modelled, why = len(s.levels) == 3 and _fitted(doubts, plan), f"with no visit at week {week}"
    visit = s.at_week
    seen = ~np.isnan(visit.percent_change)
    tested = np.logical_or.reduce([s.who(visit, lv) for lv in _tested(s, week)] or [np.zeros(seen.shape, dtype=bool)])
    if modelled:
        visit, seen, why = s.level_patterns.visit(), s.level_patterns.changed, "with no visit after baseline"
        tested = visit.codes >= 0
    used = seen & tested
    alone = seen & (visit.codes >= 0) & ~tested
    checks, others = _examined(s, rows, week, modelled)
    return Result(
        table(rows),
        s.accounting(used, why, percent=True, by_stratum=True, others=((TOO_SMALL, alone),), at=visit),
        f"{model_based.METHOD} {RANKS}" if modelled else METHOD,
        _sentence(s, rows, week),
        doubt.collect(
            *doubts,
            doubt.left_out(s, left_out),
            doubt.coupling(s),
            doubt.graded(s),
            doubt.prognostic(s),
            doubt.imputed(s),
            doubt.nri_not_for_means(s),
            doubt.small(s, used, visit),
            doubt.attrition(s, doubt.MEANS),
            doubt.differential(s),
            doubt.many_tests(sum(not np.isnan(r["p"]) for r in rows), plan.alpha),
        ),
        labels=s.labels,
        details=_quantiles(s, week),
        choice=CHOICE_MODEL if modelled else CHOICE_TWO if len(s.levels) == 3 else CHOICE_MORE,
        checks=checks,
        alternatives=others,
    )


def _fitted(doubts: list[Caveat | None], plan: AnalysisPlan) -> bool:
    """Whether the mixed model took the place of the tests of single weeks."""
    return plan.missing == "mixed" and not any(d.code == "mmrm" for d in doubts if d)


def _usable(groups: dict[str, np.ndarray], two: bool) -> dict[str, np.ndarray]:
    """The strata that can be tested at a week: two values at least; and spread, of which two strata need only one to have any."""
    enough = {lv: v for lv, v in groups.items() if len(v) > 1}
    varying = {lv: v for lv, v in enough.items() if float(v.max() - v.min()) > 1e-9}
    return enough if two and varying else varying


def _tested(s: AnalysisSet, week: int) -> list[str]:
    return list(_usable(s.samples(s.cohort.column_index(week), "percent_change"), len(s.levels) == 3))


def _at(s: AnalysisSet, week: int) -> dict[str, np.ndarray]:
    """Label → percent changes at a week, for strata that can be tested."""
    groups = s.samples(s.cohort.column_index(week), "percent_change")
    return {s.strata.label(lv): groups[lv] for lv in _tested(s, week)}


def _quantiles(s: AnalysisSet, week: int) -> Quantiles:
    return Quantiles(assumptions.qq(_at(s, week)))


def _examined(s: AnalysisSet, rows: list[dict], week: int, modelled: bool) -> tuple[tuple[Check, ...], tuple[Alternative, ...]]:
    groups = _at(s, week)
    if len(groups) < 2:
        return (), ()
    now = next(r for r in rows if r["week"] == week and r["group1_level"] == ALL)
    checks = [
        *assumptions.normality(groups, "Percent change", modelled),
        assumptions.spread(groups, modelled),
        assumptions.sizes({k: now[f"n{i}"] for i, k in enumerate(groups, 1)} if modelled else {k: len(v) for k, v in groups.items()}),
    ]
    if np.isnan(now["p"]):
        return (), ()
    alpha, side = s.plan.alpha, now["p"] <= s.plan.alpha
    if len(groups) == 2:
        return tuple(checks), tuple(assumptions.two_means(list(groups.values()), now["p"], alpha))
    equal, ranks = anova(list(groups.values())).p, now["kruskal_p"]
    return tuple(checks), (
        Alternative("One-way ANOVA (assumes equal spread)", equal, bool((equal <= alpha) == side)),
        Alternative("Kruskal–Wallis test (ranks)", ranks, bool((ranks <= alpha) == side)),
    )


def _counted(n: int, modelled: bool) -> str:
    """Patients of a mean: in the model, or seen at the week."""
    return f"{n} in the model" if modelled else f"n = {n}"


def _sentence(s: AnalysisSet, rows: list[dict], week: int) -> str:
    now = next(r for r in rows if r["week"] == week and r["group1_level"] == ALL)
    if np.isnan(now["p"]):
        many = s.strata.many
        return f"At week {week} fewer than two {many} have two patients with different values, so nothing can be tested."
    clear = now["p"] <= s.plan.alpha
    if len(s.levels) == 3:
        a, b = (s.strata.label(lv) for lv in s.levels[1:])
        modelled = bool(np.isnan(now["sd1"]))
        mean1, mean2, difference = differing(now["mean1"], now["mean2"], now["difference"])
        text = (
            f"At week {week} {s.cohort.score} had changed by {mean1} % in {a} ({_counted(now['n1'], modelled)}) and by "
            f"{mean2} % in {b} ({_counted(now['n2'], modelled)}): a difference of {difference} "
            f"percentage points ({level_name(s.plan.level)} CI {interval(now['ci_low'], now['ci_high'])}; "
            + (f"mixed model, {degrees(now['df'])} degrees of freedom, " if modelled else "Welch's t-test, ")
            + p_value(now["p"], True, s.plan.alpha)
            + ("" if np.isnan(now["hedges_g"]) else f"; Hedges' g {number(now['hedges_g'], 2)}")
            + ")."
        )
        return text + ("" if clear else " Not significant is not the same as equal.")
    tested, many = len(_tested(s, week)), s.strata.many
    of = f"the {tested} {many}" if tested == len(s.levels) - 1 else f"{tested} of the {len(s.levels) - 1} {many}"
    text = (
        f"At week {week} mean percent change {'differs' if clear else 'does not differ clearly'} between {of} (Welch's ANOVA, "
        f"F({degrees(now['df1'])}, {degrees(now['df2'])}) = {number(now['f'], 2)}, {p_value(now['p'], True, s.plan.alpha)}, "
        f"n = {now['n_analysed']})."
    )
    return text + ("" if clear else " Not significant is not the same as equal.")
