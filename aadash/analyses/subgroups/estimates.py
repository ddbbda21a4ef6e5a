"""How each subgroup fares: response rate, or mean change, in every level of every column."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from aadash.analyses.adjustment import adjusted_over
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.arms import between_subgroups
from aadash.analyses.registry import analysis
from aadash.analyses.response_between import equal_proportions
from aadash.analyses.subgroups.odds import as_ratio, log_odds, shrink_ratios
from aadash.analyses.subgroups.splits import (
    NAN,
    NOTHING,
    TEST,
    adjusted,
    doubts_of_change,
    doubts_of_response,
    enrolled,
    members,
    names,
    not_modelled,
    of_parts,
    own_splits,
    tests_in_words,
    varied,
)
from aadash.cohort import Cohort
from aadash.endpoints import responses
from aadash.errors import NotComputable
from aadash.formatting import count, interval, level_name, number
from aadash.levels import ALL, Level, Total
from aadash.plan import AnalysisPlan
from aadash.result import Result, TestColumn
from aadash.stats.descriptive import describe
from aadash.stats.heterogeneity import lr_proportions, welch_q
from aadash.stats.proportions import wilson
from aadash.stats.shrinkage import shrink
from aadash.stats.tables import fisher_exact
from aadash.stats.two_proportions import empirical_logit
from aadash.stats.two_sample import welch_t
from aadash.strata import Strata

METHOD_RESPONSE = (
    "Each column splits the cohort in turn (numbers at their median; adverse events, which come later, are left out). First the "
    "question whether the levels differ at all: on the absolute scale Pearson's chi-squared test, or Fisher's exact test where "
    "an expected count is below 5; on the relative scale the likelihood-ratio test of a logistic regression, or Firth's "
    "penalised one where a level has no or only responders (Firth 1993, doi:10.1093/biomet/80.1.27). "
    "Rates have Wilson's intervals; odds ratios compare a level with all others of its column, ½ added to each "
    "cell (Agresti 1999, doi:10.1111/j.0006-341x.1999.00597.x). Shrunken estimates are empirical-Bayes: drawn towards the whole "
    "cohort on the logit scale, the more so the smaller the subgroup (Morris 1983, doi:10.1080/01621459.1983.10477920; Paule & "
    "Mandel 1982, doi:10.6028/jres.087.022)."
)
METHOD_CHANGE = (
    "Each column splits the cohort in turn (numbers at their median; adverse events, which come later, are left out). First the "
    "question whether the levels differ at all: Welch's analysis of variance (Welch 1951, doi:10.1093/biomet/38.3-4.330), for "
    "the change itself (absolute) and in percent of baseline (relative). Means have "
    "t intervals. Shrunken estimates are empirical-Bayes: drawn towards the whole cohort's mean, the more so the smaller the "
    "subgroup (Morris 1983, doi:10.1080/01621459.1983.10477920; Paule & Mandel 1982, doi:10.6028/jres.087.022), with the "
    "variance of all patients."
)


@analysis(
    "Who responds more often, and is it chance?",
    section="subgroups",
    tests=(
        TestColumn("p", "levels differ, absolute scale"),
        TestColumn("p_relative", "levels differ, relative scale"),
        TestColumn("p_rest", "level against the rest", "rate"),
    ),
)
def subgroups_response(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """Rate of the plan's endpoint at its week in every level of every column.

    Table
    -----
    ``variable`` is the endpoint. First the whole cohort (``group1`` and ``group1_level`` "all"). Then for each column a
    row with ``variable_level`` "test" (``levels, test, p, p_adjusted`` absolute; ``chi2_lr, p_relative,
    p_relative_adjusted, firth`` relative) and a row per level: ``k, n, rate, ci_low, ci_high`` (0–1),
    ``shrunken, shrunken_low, shrunken_high``; ``odds_ratio, or_low, or_high`` against the column's other levels and
    ``or_shrunken, or_shrunken_low, or_shrunken_high``; ``p_rest`` (Fisher, against the other levels).

    Raises NotComputable without a follow-up visit, when the endpoint is defined for nobody, or when no column splits.
    Misleads when the best of many subgroups is read by itself: it owes much to chance.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    rule, week = s.rule, plan.at_week(s.cohort)
    status = responses(s.cohort, rule, plan.missing)[0][:, s.cohort.column_index(week)]
    analysed = ~np.isnan(status)
    if not analysed.any():
        raise NotComputable(f"{rule.symbol} is known for nobody at week {week}")
    splits = own_splits(s, analysed)
    k, n = s.n(analysed & (status == 1)), s.n(analysed)
    whole = _rate(s, ALL, ALL, k, n, len(s.cohort), week)
    tests, levels = [], []
    for one in splits:
        found = [(lv, s.n(who & (status == 1)), s.n(who)) for lv, who in members(one, analysed)]
        tests.append(_rate_test(s, one, found, week))
        levels += [_rate_level(s, one, lv, a, b, found, week) for lv, a, b in found]
    _shrink_rates(levels, k, n, plan.level)
    adjusted(tests, plan, "p", "p_relative")
    titles = names(splits)
    start = (
        f"{rule.symbol} at week {week} was reached by {count(k, n)} ({level_name(plan.level)} CI "
        f"{interval(100 * whole['ci_low'], 100 * whole['ci_high'])} %). "
    )
    sentence, relative = (
        start + (tests_in_words(tests, titles.titles, plan, what, column) if 0 < k < n else NOTHING)
        for column, what in (
            ("p", "a difference between levels"),
            ("p_relative", "a difference between levels on the relative scale"),
        )
    )
    return Result(
        table([whole, *tests, *levels]),
        s.accounting(analysed, f"with no visit at week {week}", rule=rule),
        f"{METHOD_RESPONSE} {adjusted_over('columns', plan)}{of_parts(s)}",
        sentence,
        doubts_of_response(s, tests, levels, between_subgroups(s)),
        labels=s.labels,
        details=replace(titles, relative=relative),
    )


def _rate(s: AnalysisSet, name: str | Total, level: Level, k: int, n: int, enrolled: int, week: int, **more: object) -> dict:
    ci = wilson(k, n, s.plan.level)
    return row(name, level, s.rule.name, None, week, enrolled, n, k=k, n=n, rate=ci.estimate, ci_low=ci.low, ci_high=ci.high, **more)


def _rate_test(s: AnalysisSet, one: Strata, found: list[tuple[str, int, int]], week: int) -> dict:
    k, n = [a for _, a, _ in found], [b for _, _, b in found]
    absolute, relative = equal_proportions(list(zip(k, n, strict=True))), lr_proportions(k, n)
    some = 0 < sum(k) < sum(n)  # else there is nothing to compare, and of so many p none could be small by chance
    return row(
        one.name,
        ALL,
        s.rule.name,
        TEST,
        week,
        enrolled(s, one),
        sum(n),
        levels=len(found),
        test=absolute["test"] if some else None,
        p=absolute["p"] if some else NAN,
        chi2_lr=relative.chi2 if some else NAN,
        p_relative=relative.p if some else NAN,
        firth=relative.penalised,
    )


def _rate_level(s: AnalysisSet, one: Strata, level: str, k: int, n: int, found: list[tuple[str, int, int]], week: int) -> dict:
    k2, n2 = sum(a for _, a, _ in found) - k, sum(b for _, _, b in found) - n
    effect = log_odds(k, n, k2, n2, s.plan.level)
    return _rate(
        s,
        one.name,
        level,
        k,
        n,
        enrolled(s, one, level),
        week,
        **as_ratio(effect),
        effect=effect,
        p_rest=fisher_exact(k, n, k2, n2),
    )


def _shrink_rates(levels: list[dict], k: int, n: int, level: float) -> None:
    logits = [empirical_logit(r["k"], r["n"]) for r in levels]
    whole = (math.log(k / (n - k)), 1 / k + 1 / (n - k)) if 0 < k < n else empirical_logit(k, n)  # the rate that is printed
    rates = shrink([y for y, _ in logits], [v for _, v in logits], *whole, level)
    shrink_ratios(levels, [r.pop("effect") for r in levels], 0.0, 0.0, level)
    for i, r in enumerate(levels):
        r.update(
            shrunken=_rate_of(rates.estimate[i]),
            shrunken_low=_rate_of(rates.low[i]),
            shrunken_high=_rate_of(rates.high[i]),
        )


def _rate_of(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-logit))


@analysis(
    "Whose SALT falls more, and is it chance?",
    section="subgroups",
    tests=(TestColumn("p", "levels differ"), TestColumn("p_rest", "level against the rest", "mean")),
)
def subgroups_change(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """Mean change in SALT from baseline to the plan's week, in points and in percent, in every level of every column.

    Table
    -----
    ``variable`` is "salt_change" (points, the absolute scale) or "percent_change" (of baseline, the relative scale);
    negative is better. First the whole cohort (``group1`` and ``group1_level`` "all"). Then for each column a row with
    ``variable_level`` "test" (``levels, f, df1, df2, p, p_adjusted``; NaN unless two levels have two patients with
    different changes) and a row per level: ``n, mean, sd, ci_low, ci_high, shrunken, shrunken_low, shrunken_high, p_rest``
    (Welch's t against the other levels).

    Raises NotComputable without a follow-up visit, when nobody has both visits, or when no column splits. Misleads for
    percent change in subgroups by severity: baseline is the denominator.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    week = plan.at_week(s.cohort)
    j = s.cohort.column_index(week)
    changes = {"salt_change": s.values[:, j] - s.cohort.baseline, "percent_change": s.percent_change[:, j]}
    analysed = ~np.isnan(changes["salt_change"])
    if not analysed.any():
        raise NotComputable(f"Nobody has {s.cohort.score} recorded at baseline and at week {week}, so there is no change to compare")
    splits = own_splits(s, analysed)
    rows, blocks = [], {}
    for variable, values in changes.items():
        who = ~np.isnan(values)
        whole = _mean(s, ALL, ALL, variable, s.taken(values, who), len(s.cohort), week)
        tests, levels = [], []
        for one in splits:
            found = [(lv, m, s.taken(values, m)) for lv, m in members(one, who)]
            tests.append(_mean_test(s, one, variable, [v for _, _, v in found], week))
            of_any = who & (one.codes >= 0)
            levels += [_mean_level(s, one, lv, variable, v, s.taken(values, of_any & ~m), week) for lv, m, v in found]
        _shrink_means(levels, whole, plan.level)
        adjusted(tests, plan, "p")
        rows += [whole, *tests, *levels]
        blocks[variable] = whole, tests
    titles = names(splits)
    sentence, relative = (
        _on_average(s, whole, relative, week) + tests_in_words(tests, titles.titles, plan, "a difference between levels")
        for (whole, tests), relative in zip(blocks.values(), (False, True), strict=True)
    )
    return Result(
        table(rows),
        s.accounting(analysed, f"with no visit at week {week}"),
        f"{METHOD_CHANGE} {adjusted_over('columns', plan)}{of_parts(s)}",
        sentence,
        doubts_of_change(
            s, blocks["salt_change"][1], [r for r in rows if r["group1"] is not ALL], between_subgroups(s), not_modelled(plan)
        ),
        labels=s.labels,
        details=replace(titles, relative=relative),
    )


def _on_average(s: AnalysisSet, whole: dict, relative: bool, week: int) -> str:
    """What everybody's change was, in points or in percent of baseline."""
    score, n = s.cohort.score, whole["n"]
    if not n:
        return f"Nobody has a percent change in {score} by week {week}: it needs a baseline above 0. "
    mean = f"{number(whole['mean'])} %" if relative else s.cohort.measure.amount(whole["mean"])
    if n == 1:
        return f"{score} changed by {mean} by week {week} in the only patient in whom this is known. "
    digits = 1 if relative else s.cohort.measure.digits
    return (
        f"{score} changed by {mean} on average by week {week} ({level_name(s.plan.level)} CI "
        f"{interval(whole['ci_low'], whole['ci_high'], digits)}, n = {n}). "
    )


def _mean(
    s: AnalysisSet, name: str | Total, level: Level, variable: str, values: np.ndarray, enrolled: int, week: int, **more: object
) -> dict:
    d = describe(values, s.plan.level)
    return row(
        name, level, variable, None, week, enrolled, d.n, n=d.n, mean=d.mean, sd=d.sd, ci_low=d.ci_low, ci_high=d.ci_high, **more
    )


def _mean_test(s: AnalysisSet, one: Strata, variable: str, found: list[np.ndarray], week: int) -> dict:
    usable = [describe(v) for v in found if varied(v)]
    stats = dict.fromkeys(("f", "df1", "df2", "p"), NAN)
    if len(usable) > 1:
        q = welch_q([d.mean for d in usable], [d.se**2 for d in usable], [d.n - 1 for d in usable])
        stats = {"f": q.f, "df1": q.df1, "df2": q.df2, "p": q.p}
    return row(one.name, ALL, variable, TEST, week, enrolled(s, one), sum(d.n for d in usable), levels=len(usable), **stats)


def _mean_level(s: AnalysisSet, one: Strata, level: str, variable: str, values: np.ndarray, rest: np.ndarray, week: int) -> dict:
    p = welch_t(values, rest).p if varied(values, rest) else NAN
    return _mean(s, one.name, level, variable, values, enrolled(s, one, level), week, p_rest=p)


def _shrink_means(levels: list[dict], whole: dict, level: float) -> None:
    """Shrink towards the whole cohort's mean; the variance of a subgroup's mean is that of all patients over its n."""
    for r in levels:
        r.update(shrunken=NAN, shrunken_low=NAN, shrunken_high=NAN)
    if not levels or not whole["sd"] > 0:
        return
    variance = whole["sd"] ** 2
    drawn = shrink([r["mean"] for r in levels], [variance / r["n"] for r in levels], whole["mean"], variance / whole["n"], level)
    for i, r in enumerate(levels):
        r.update(shrunken=float(drawn.estimate[i]), shrunken_low=float(drawn.low[i]), shrunken_high=float(drawn.high[i]))
