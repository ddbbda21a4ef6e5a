"""Do the strata differ in percent change at a week?"""

from __future__ import annotations

import numpy as np

from aadash.analyses import assumptions, model_based
from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import Quantiles
from aadash.errors import NotComputable
from aadash.formatting import interval, level_name, number, p_value
from aadash.levels import ALL, Pair
from aadash.plan import AnalysisPlan
from aadash.result import Alternative, Caveat, Check, Result, TestColumn
from aadash.stats.effect_size import hedges_g
from aadash.stats.k_sample import anova, games_howell, kruskal, welch_anova
from aadash.stats.two_sample import mann_whitney, welch_t

METHOD = (
    "Percent change of each patient. Two strata: Welch's t-test, Hedges' g (pooled SD, exact small-sample "
    "correction), and the Mann–Whitney test beside (exact where both strata have fewer than 50 patients and no two values "
    "are equal, else normal approximation with ties and continuity correction). Three or "
    "more: Welch's ANOVA, Games–Howell for each pair, and Kruskal–Wallis beside. None assumes equal variances, "
    "but Mann–Whitney and Kruskal–Wallis compare ranks, not means."
)
RANKS = "The Mann–Whitney test beside it is of the visits made at that week."
CHOICE_MODEL = (
    "Every visit that was made is to count, so the difference at a week comes from a mixed model of all weeks instead of a test of "
    "the patients seen then."
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
WELCH = "Welch's test"
NAN = float("nan")


@analysis(
    "Do the strata differ in percent change?",
    section="core",
    order=5,
    tests=(
        TestColumn("p", estimate="difference"),
        TestColumn("mann_whitney_p", "Mann–Whitney test", "difference"),
        TestColumn("kruskal_p", "Kruskal–Wallis test", "difference"),
    ),
    every_rule=True,
)
def between_strata(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """Compare percent change in SALT between strata at each week after baseline.

    Table
    -----
    ``variable`` "percent_change". Two strata: one row per week, ``group1_level`` ``ALL``, with ``test`` (its name), ``difference``
    (first minus second stratum, percentage points), ``t, df, p, ci_low, ci_high, hedges_g, g_low, g_high, mann_whitney_u,
    mann_whitney_p, mann_whitney_method, mean1, sd1, n1, mean2, sd2, n2``. Three or more: it has ``f, df1, df2, p, kruskal_h,
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
    for j in range(1, len(s.cohort.weeks)):
        week = s.cohort.weeks[j]
        groups = s.groups(s.percent_change[:, j])
        usable = _usable(groups, len(s.levels) == 3)
        left_out += [(week, lv, len(groups[lv])) for lv in groups if lv not in usable]
        if len(s.levels) == 3:
            rows.append(_two(s, week, usable))
        else:
            rows.extend(_several(s, week, usable))
    doubts = _by_model(s, rows) if plan.missing == "mixed" else []
    if all(np.isnan(r["p"]) for r in rows):
        raise NotComputable(
            "At no week do two strata have two patients each with different percent changes, so there is nothing to test",
            fix="Choose a coarser split, or widen the filters",
        )
    week = plan.at_week(s.cohort)
    modelled, why = len(s.levels) == 3 and _fitted(doubts, plan), f"with no visit at week {week}"
    seen = ~np.isnan(s.percent_change[:, s.cohort.column_index(week)])
    tested = np.logical_or.reduce([s.strata.members(lv) for lv in _tested(s, week)] or [np.zeros(len(seen), dtype=bool)])
    if modelled:
        seen, why = ~np.isnan(s.percent_change[:, 1:]).all(axis=1), "with no visit after baseline"
        tested = s.strata.codes >= 0
    used = seen & tested
    alone = seen & (s.strata.codes >= 0) & ~tested
    checks, others = _examined(s, rows, week)
    return Result(
        table(rows),
        s.accounting(used, why, percent=True, by_stratum=True, others=((TOO_SMALL, alone),)),
        f"{model_based.METHOD} {RANKS}" if modelled else METHOD,
        _sentence(s, rows, week),
        doubt.collect(
            *doubts,
            doubt.left_out(s, left_out),
            doubt.coupling(s),
            doubt.prognostic(s),
            doubt.imputed(s),
            doubt.nri_not_for_means(s),
            doubt.small(s, used),
            doubt.attrition(s),
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
    varying = {lv: v for lv, v in enough.items() if np.ptp(v) > 1e-9}
    return enough if two and varying else varying


def _tested(s: AnalysisSet, week: int) -> list[str]:
    return list(_usable(s.groups(s.percent_change[:, s.cohort.column_index(week)]), len(s.levels) == 3))


def _at(s: AnalysisSet, week: int) -> dict[str, np.ndarray]:
    """Label → percent changes at a week, for strata that can be tested."""
    groups = s.groups(s.percent_change[:, s.cohort.column_index(week)])
    return {s.strata.label(lv): groups[lv] for lv in _tested(s, week)}


def _quantiles(s: AnalysisSet, week: int) -> Quantiles:
    return Quantiles(assumptions.qq(_at(s, week)))


def _examined(s: AnalysisSet, rows: list[dict], week: int) -> tuple[tuple[Check, ...], tuple[Alternative, ...]]:
    groups = _at(s, week)
    if len(groups) < 2:
        return (), ()
    checks = [
        *assumptions.normality(groups, "Percent change"),
        assumptions.spread(groups),
        assumptions.sizes({k: len(v) for k, v in groups.items()}),
    ]
    now = next(r for r in rows if r["week"] == week and r["group1_level"] == ALL)
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


def _by_model(s: AnalysisSet, rows: list[dict]) -> list[Caveat | None]:
    """Two strata: put the mixed model's difference in place of Welch's. More: say that the weeks stand as observed."""
    if len(s.levels) != 3:
        return [
            Caveat(
                "mmrm",
                "With three or more strata single weeks are tested by Welch's ANOVA on the visits made, not by the mixed model, whose "
                "joint tests are under “Stratum × week”.",
            )
        ]
    try:
        model = model_based.fit(s, s.percent_change[:, 1:], s.cohort.followup_weeks, pooled=False)
        (diff,), means = model.contrasts("diff").values(), model.contrasts("lsmean")
    except NotComputable as error:
        return [model_based.not_fitted(error)]
    in_model = ~np.isnan(s.percent_change[:, 1:]).all(axis=1) & (s.strata.codes >= 0)
    patients = int(in_model.sum())
    for r in rows:
        if r["week"] in diff.index:
            d, (a, b) = diff.loc[r["week"]], s.levels[1:]
            r.update(
                test=model_based.TEST,
                difference=-d["estimate"],
                t=-d["t"],
                df=d["df"],
                p=d["p"],
                ci_low=-d["ci_high"],
                ci_high=-d["ci_low"],
                hedges_g=NAN,
                g_low=NAN,
                g_high=NAN,
                sd1=NAN,
                sd2=NAN,
                n1=int((s.strata.members(a) & in_model).sum()),
                n2=int((s.strata.members(b) & in_model).sum()),
                mean1=means[a].loc[r["week"], "estimate"],
                mean2=means[b].loc[r["week"], "estimate"],
                n_analysed=patients,
                n_excluded=r["n_enrolled"] - patients,
            )
    return [model_based.structure_caveat(model), model_based.known_caveat(model)]


def _two(s: AnalysisSet, week: int, groups: dict[str, np.ndarray]) -> dict:
    n = sum(map(len, groups.values()))
    stats: dict[str, object] = dict.fromkeys(
        (
            "difference",
            "t",
            "df",
            "p",
            "ci_low",
            "ci_high",
            "hedges_g",
            "g_low",
            "g_high",
            "mann_whitney_u",
            "mann_whitney_p",
            "mean1",
            "sd1",
            "n1",
            "mean2",
            "sd2",
            "n2",
        ),
        NAN,
    )
    stats["mann_whitney_method"] = None
    if len(groups) == 2:
        x, y = groups.values()
        t, g, u = welch_t(x, y, s.plan.level), hedges_g(x, y, s.plan.level), mann_whitney(x, y)
        stats.update(
            difference=t.difference,
            t=t.t,
            df=t.df,
            p=t.p,
            ci_low=t.ci_low,
            ci_high=t.ci_high,
            hedges_g=g.value,
            g_low=g.ci_low,
            g_high=g.ci_high,
            mann_whitney_u=u.u,
            mann_whitney_p=u.p,
            mann_whitney_method=u.method,
            mean1=t.mean1,
            sd1=t.sd1,
            n1=t.n1,
            mean2=t.mean2,
            sd2=t.sd2,
            n2=t.n2,
        )
    return row(s.strata.name, ALL, "percent_change", None, week, len(s.cohort), n, test=WELCH, **stats)


def _several(s: AnalysisSet, week: int, groups: dict[str, np.ndarray]) -> list[dict]:
    n, arrays, names = sum(map(len, groups.values())), list(groups.values()), list(groups)
    stats: dict[str, object] = dict.fromkeys(("f", "df1", "df2", "p", "kruskal_h", "kruskal_p"), NAN)
    if len(arrays) < 2:
        return [row(s.strata.name, ALL, "percent_change", None, week, len(s.cohort), n, test=WELCH, **stats)]
    w, k = welch_anova(arrays), kruskal(arrays)
    stats.update(f=w.f, df1=w.df1, df2=w.df2, p=w.p, kruskal_h=k.h, kruskal_p=k.p)
    out = [row(s.strata.name, ALL, "percent_change", None, week, len(s.cohort), n, test=WELCH, **stats)]
    for pair in games_howell(arrays, s.plan.level):
        a, b = names[pair.i], names[pair.j]
        enrolled = int(s.strata.members(a).sum() + s.strata.members(b).sum())
        out.append(
            row(
                s.strata.name,
                Pair(a, b),
                "percent_change",
                None,
                week,
                enrolled,
                len(groups[a]) + len(groups[b]),
                test="Games–Howell",
                difference=pair.difference,
                t=pair.t,
                df=pair.df,
                p=pair.p,
                ci_low=pair.ci_low,
                ci_high=pair.ci_high,
                hedges_g=pair.hedges_g,
            )
        )
    return out


def _sentence(s: AnalysisSet, rows: list[dict], week: int) -> str:
    now = next(r for r in rows if r["week"] == week and r["group1_level"] == ALL)
    if np.isnan(now["p"]):
        return f"At week {week} fewer than two strata have two patients with different values, so nothing can be tested."
    clear = now["p"] <= s.plan.alpha
    if len(s.levels) == 3:
        a, b = (s.strata.label(lv) for lv in s.levels[1:])
        modelled = bool(np.isnan(now["sd1"]))
        text = (
            f"At week {week} {s.cohort.score} had changed by {number(now['mean1'])} % in {a} (n = {now['n1']}) and by "
            f"{number(now['mean2'])} % in {b} (n = {now['n2']}): a difference of {number(now['difference'])} "
            f"percentage points ({level_name(s.plan.level)} CI {interval(now['ci_low'], now['ci_high'])}; "
            + (f"mixed model, {number(now['df'])} degrees of freedom, " if modelled else "Welch's t-test, ")
            + p_value(now["p"], prefix=True)
            + ("" if np.isnan(now["hedges_g"]) else f"; Hedges' g {number(now['hedges_g'], 2)}")
            + ")."
        )
        return text + ("" if clear else " Not significant is not the same as equal.")
    tested = len(_tested(s, week))
    of = f"the {tested} strata" if tested == len(s.levels) - 1 else f"{tested} of the {len(s.levels) - 1} strata"
    text = (
        f"At week {week} mean percent change {'differs' if clear else 'does not differ clearly'} between {of} (Welch's ANOVA of the "
        f"visits made, F({number(now['df1'], 0)}, {number(now['df2'])}) = {number(now['f'], 2)}, {p_value(now['p'], prefix=True)}, "
        f"n = {now['n_analysed']})."
    )
    return text + ("" if clear else " Not significant is not the same as equal.")
