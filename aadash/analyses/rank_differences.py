"""Two strata without means: medians, shift, and how often a patient of the one does better."""

from __future__ import annotations

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.arms import against_one, pairs_asked
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.formatting import interval, listing, p_value, percent
from aadash.levels import Pair
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result, TestColumn
from aadash.stats.descriptive import Tally, quartiles
from aadash.stats.ranks import hodges_lehmann, median_difference, probability_of_superiority

METHOD = (
    "Medians with Bonett and Price's interval of their difference (2002, doi:10.1037/1082-989X.7.3.370); Hodges–Lehmann shift with "
    "the "
    "limits of the Mann–Whitney test; probability of superiority with Newcombe's interval (2006, doi:10.1002/sim.2324) and Brunner "
    "and "
    "Munzel's test, which allows different spreads (2000), by permutation where a group has fewer than ten patients (Neubert & "
    "Brunner 2007, doi:10.1016/j.csda.2006.05.024). First stratum against second. No limits where so few patients cannot "
    "give the level."
)


@analysis("How do they differ in medians and ranks?", tests=(TestColumn("p", "Brunner–Munzel test", "superiority"),), order=34)
def rank_differences(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """Medians and ranks of SALT and percent change at the week in question, for each pair with the first
    stratum, or with the control arm.

    Table
    -----
    ``variable`` "salt" or "percent_change"; ``group1_level`` a pair (first minus second). ``median1, median2, median_difference,
    median_low, median_high`` (NaN below five patients), ``shift, shift_low, shift_high`` (Hodges–Lehmann), ``superiority,
    superiority_low, superiority_high`` (probability that a patient of the first has the better value, ties half), ``p, n1, n2``.

    Raises NotComputable without two strata with visits.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_strata()
    week, visit = plan.at_week(s.cohort), s.at_week
    rows = []
    for variable, what in (("salt", "values"), ("percent_change", "percent_change")):
        groups = {level: group for level, group in s.samples(s.cohort.column_index(week), what).items() if len(group)}
        if len(groups) > 1:
            rows += [_row(s, variable, pair, groups[pair.first], groups[pair.second], week) for pair in pairs_asked(list(groups))]
    if not rows:
        raise NotComputable(f"Fewer than two strata have a patient with a visit at week {week}")
    seen = ~np.isnan(visit.values) & (visit.codes >= 0)
    return Result(
        table(rows),
        s.accounting(seen, f"with no visit at week {week}", by_stratum=True, baseline=False, at=visit),
        METHOD,
        _sentence(s, rows[0]) + against_one(s.labels, rows),
        doubt.collect(
            doubt.small(s, seen, visit),
            doubt.prognostic(s),
            doubt.coupling(s),
            doubt.imputed(s, baseline=False, at_week=True),
            doubt.rates_as_seen(s),
            _apart(s, rows),
        ),
        labels=s.labels,
    )


def _apart(s: AnalysisSet, rows: list[dict]) -> Caveat | None:
    """Where Brunner and Munzel's test and Newcombe's interval of the share of pairs do not agree."""
    apart = [r for r in rows if (r["p"] <= s.plan.alpha) != (r["superiority_low"] > 0.5 or r["superiority_high"] < 0.5)]
    pairs = list(dict.fromkeys(s.labels.label(r["group1_level"]) for r in apart if not np.isnan([r["p"], r["superiority_low"]]).any()))
    if not pairs:
        return None
    return Caveat(
        "test-and-interval",
        f"{listing(pairs)}: the p-value and the interval of the share of pairs point different ways, being built differently.",
        "Call such a difference uncertain; the larger study decides.",
    )


def _row(s: AnalysisSet, variable: str, pair: Pair, x: np.ndarray, y: np.ndarray, week: int) -> dict:
    nan, (first, second) = float("nan"), (quartiles(group)[1] for group in (x, y))
    stats = {"median1": first, "median2": second, "median_difference": first - second}
    try:
        m = median_difference(x, y, s.plan.level)
        stats |= {"median_low": m.ci_low, "median_high": m.ci_high}
    except NotComputable:
        stats |= {"median_low": nan, "median_high": nan}
    try:
        h = hodges_lehmann(x, y, s.plan.level)
        stats |= {"shift": h.estimate, "shift_low": h.ci_low, "shift_high": h.ci_high}
    except NotComputable:
        stats |= {"shift": nan, "shift_low": nan, "shift_high": nan}
    sign = 1.0 if s.cohort.measure.higher_is_better else -1.0  # of SALT the lower value and the more negative change are better
    p = probability_of_superiority(_times(sign, x), _times(sign, y), s.plan.level)
    stats |= {"superiority": p.estimate, "superiority_low": p.ci_low, "superiority_high": p.ci_high, "p": p.p}
    return row(s.strata.name, pair, variable, None, week, len(s.cohort), len(x) + len(y), **stats, n1=len(x), n2=len(y))


def _times(sign: float, sample: np.ndarray | Tally) -> np.ndarray | Tally:
    return sample.map(lambda values: sign * values) if isinstance(sample, Tally) else sign * sample


def _sentence(s: AnalysisSet, r: dict) -> str:
    pair, rise = r["group1_level"], s.cohort.measure.higher_is_better
    a, b = s.labels.label(pair.first), s.labels.label(pair.second)
    text = (
        f"Median {s.cohort.score} at week {r['week']} is {s.cohort.measure.number(r['median1'])} in {a} "
        f"and {s.cohort.measure.number(r['median2'])} in {b}. A patient of {a} has "
        f"the {'higher' if rise else 'lower'}, better value in {percent(r['superiority'])} of pairs, equal values counted half "
        f"({interval(100 * r['superiority_low'], 100 * r['superiority_high'])} %)"
    )
    return text + (f", {p_value(r['p'], True)}." if not np.isnan(r["p"]) else ".")
