"""Is the difference in mean change between two strata the same in every subgroup? In points and in percent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from aadash.analyses.adjustment import adjusted_over
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.arms import prognostic
from aadash.analyses.registry import analysis
from aadash.analyses.subgroups.splits import (
    NAN,
    SHRUNKEN,
    TEST,
    adjusted,
    doubts_of_change,
    enrolled,
    members,
    names,
    not_modelled,
    of_parts,
    other_splits,
    tests_in_words,
    two_strata,
    varied,
)
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.formatting import interval, level_name, number
from aadash.levels import ALL, Level, Total
from aadash.plan import AnalysisPlan
from aadash.result import Result, TestColumn
from aadash.stats.descriptive import describe
from aadash.stats.heterogeneity import welch_q
from aadash.stats.shrinkage import shrink
from aadash.stats.two_sample import welch_t
from aadash.strata import Strata

METHOD = (
    "First the interaction: is the difference between the two strata the same in every level? Welch's F of the differences, "
    "weighted by their variances (Welch 1951, doi:10.1093/biomet/38.3-4.330), for the change itself (absolute) and in percent "
    "of baseline (relative). An interaction can exist on one scale and not on the other. Differences have Welch's t interval. "
    + SHRUNKEN
)


@analysis(
    "Is the difference in change the same in every subgroup?",
    section="subgroups",
    tests=(TestColumn("p", "interaction"), TestColumn("p_within", "difference within the level", "difference")),
)
def subgroup_differences_change(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """The difference in mean change between the plan's two strata, in every level of every other column.

    Table
    -----
    ``variable`` "salt_change" (points) or "percent_change". Level rows: ``n1, n2, mean1, mean2, difference, ci_low,
    ci_high`` (first minus second stratum; NaN unless both have two patients and somebody differs), ``shrunken…,
    p_within`` (Welch's t). Test rows: ``levels, f, df1, df2, p, p_adjusted``.

    Raises NotComputable unless the plan splits the patients into two strata that can be compared, or when no other
    column splits them.
    """
    s, first, second = two_strata(cohort, plan)
    week = plan.at_week(s.cohort)
    j = s.cohort.column_index(week)
    changes = {"salt_change": s.values[:, j] - s.cohort.baseline, "percent_change": s.percent_change[:, j]}
    points = changes["salt_change"]
    a, b = (s.strata.members(lv) & ~np.isnan(points) for lv in (first, second))
    overall = _means(s, ALL, ALL, "salt_change", points, a, b, len(s.cohort), week)
    if np.isnan(overall["difference"]):
        raise NotComputable(f"At week {week} the two strata do not both have two patients with different changes")
    splits, blocks = other_splits(s, a | b), {}
    for variable, values in changes.items():
        blocks[variable] = _block(s, variable, values, splits, week, (first, second))
    tests, levels = blocks["salt_change"][1:]
    rows = [r for whole, tested, every in blocks.values() for r in (whole, *tested, *every)]
    titles = names(splits)
    sentence, relative = (
        _sentence(s, blocks[v], titles.titles, unit, (first, second), week)
        for v, unit in (("salt_change", "points"), ("percent_change", "percentage points"))
    )
    return Result(
        table(rows),
        s.accounting(a | b, f"with no visit at week {week}", by_stratum=True),
        f"{METHOD} {adjusted_over('columns', plan)}{of_parts(s)}",
        sentence,
        doubts_of_change(s, tests, levels, prognostic(s), not_modelled(plan)),
        labels=s.labels,
        details=replace(titles, relative=relative),
    )


def _sentence(
    s: AnalysisSet,
    block: tuple[dict, list[dict], list[dict]],
    titles: Mapping[str, str],
    unit: str,
    strata: tuple[str, str],
    week: int,
) -> str:
    whole, tests, _ = block
    a, b = (s.strata.label(lv) for lv in strata)
    if np.isnan(whole["difference"]):
        if unit == "points":
            return f"At week {week} {a} and {b} cannot be compared in {s.cohort.measure.unit}."
        return f"At week {week} {a} and {b} cannot be compared in percentage points."
    measure, digits = s.cohort.measure, 1
    if unit == "points":
        size, digits = measure.amount(whole["difference"]), measure.digits
    else:
        size = f"{number(whole['difference'])} percentage points"
    score = s.cohort.score
    sign = (
        f"negative: {score} rises less, or falls more, in {a}"
        if s.cohort.measure.higher_is_better
        else f"negative: {score} falls more, or rises less, in {a}"
    )
    return (
        f"By week {week} the mean change in {a} minus that in {b} was {size} "
        f"({level_name(s.plan.level)} CI {interval(whole['ci_low'], whole['ci_high'], digits)}; {sign}). "
        + tests_in_words(tests, titles, s.plan, "an interaction")
    )


def _block(
    s: AnalysisSet, variable: str, values: np.ndarray, splits: list[Strata], week: int, strata: tuple[str, str]
) -> tuple[dict, list[dict], list[dict]]:
    """One variable: the whole cohort's row, the test rows, the level rows."""
    a, b = (s.strata.members(lv) & ~np.isnan(values) for lv in strata)
    whole = _means(s, ALL, ALL, variable, values, a, b, len(s.cohort), week)
    tests, levels = [], []
    for one in splits:
        rows = [
            _means(s, one.name, lv, variable, values, who & a, who & b, enrolled(s, one, lv), week) for lv, who in members(one, a | b)
        ]
        tests.append(_interaction(s, one, variable, rows, week))
        levels += rows
    _shrink(levels, whole, _pooled(s.taken(values, a), s.taken(values, b)), s.plan.level)
    adjusted(tests, s.plan, "p")
    return whole, tests, levels


def _means(
    s: AnalysisSet,
    name: str | Total,
    level: Level,
    variable: str,
    values: np.ndarray,
    a: np.ndarray,
    b: np.ndarray,
    enrolled: int,
    week: int,
) -> dict:
    x, y = s.taken(values, a), s.taken(values, b)
    stats = dict.fromkeys(("mean1", "mean2", "difference", "se", "df", "ci_low", "ci_high", "p_within"), NAN)
    if varied(x, y):
        t = welch_t(x, y, s.plan.level)
        stats.update(
            mean1=t.mean1,
            mean2=t.mean2,
            difference=t.difference,
            ci_low=t.ci_low,
            ci_high=t.ci_high,
            se=math.hypot(t.sd1 / math.sqrt(t.n1), t.sd2 / math.sqrt(t.n2)),
            df=t.df,
            p_within=t.p,
        )
    return row(name, level, variable, None, week, enrolled, len(x) + len(y), n1=len(x), n2=len(y), **stats)


def _interaction(s: AnalysisSet, one: Strata, variable: str, rows: list[dict], week: int) -> dict:
    usable = [r for r in rows if not np.isnan(r["difference"])]
    stats = dict.fromkeys(("f", "df1", "df2", "p"), NAN)
    if len(usable) > 1:
        q = welch_q([r["difference"] for r in usable], [r["se"] ** 2 for r in usable], [r["df"] for r in usable])
        stats.update(f=q.f, df1=q.df1, df2=q.df2, p=q.p)
    n = sum(r["n_analysed"] for r in usable)
    return row(one.name, ALL, variable, TEST, week, enrolled(s, one), n, levels=len(usable), **stats)


def _pooled(x: np.ndarray, y: np.ndarray) -> float:
    """The variance within the two strata together; NaN for fewer than three patients."""
    df = len(x) + len(y) - 2
    squares = [(d.n - 1) * d.sd**2 if d.n > 1 else 0.0 for d in map(describe, (x, y))]
    return sum(squares) / df if len(x) and len(y) and df else NAN


def _shrink(levels: list[dict], whole: dict, variance: float, level: float) -> None:
    """Shrink the known differences towards the whole cohort's. Their variance is that within the strata of the whole cohort
    over the subgroup's numbers, so that two patients who happen to agree are not trusted."""
    known = [r for r in levels if not np.isnan(r["difference"])]
    for r in levels:
        r.update(shrunken=NAN, shrunken_low=NAN, shrunken_high=NAN)
    if not known or np.isnan(whole["difference"]) or not variance > 0:
        return
    drawn = shrink(
        [r["difference"] for r in known],
        [variance * (1 / r["n1"] + 1 / r["n2"]) for r in known],
        whole["difference"],
        variance * (1 / whole["n1"] + 1 / whole["n2"]),
        level,
    )
    for i, r in enumerate(known):
        r.update(shrunken=float(drawn.estimate[i]), shrunken_low=float(drawn.low[i]), shrunken_high=float(drawn.high[i]))
