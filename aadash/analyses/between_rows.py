"""Strata against each other at one week: two by Welch and Mann–Whitney, several by Welch and Games–Howell, or by the mixed model."""

from __future__ import annotations

import numpy as np

from aadash.analyses import model_based
from aadash.analyses.analysis_set import AnalysisSet, row
from aadash.errors import NotComputable
from aadash.levels import ALL, Pair
from aadash.result import Caveat
from aadash.stats.effect_size import hedges_g
from aadash.stats.k_sample import games_howell, kruskal, welch_anova
from aadash.stats.two_sample import mann_whitney, welch_t

WELCH = "Welch's test"


NAN = float("nan")


def by_model(s: AnalysisSet, rows: list[dict]) -> list[Caveat | None]:
    """Two strata: put the mixed model's difference in place of Welch's. More: say that the weeks stand as observed."""
    if len(s.levels) != 3:
        return [
            Caveat(
                "mmrm",
                "With three or more strata single weeks are tested by Welch's ANOVA on the scores recorded, not by the mixed model, "
                "whose "
                "joint tests are under “Stratum × week”.",
            )
        ]
    try:
        model = model_based.fit(s, "percent_change", 1, pooled=False)
        if len(model.levels) < 2:
            raise NotComputable("Only one stratum has patients with a percent change at a visit")
        (diff,), means = model.contrasts("diff").values(), model.contrasts("lsmean")
    except NotComputable as error:
        return [model_based.not_fitted(error)]
    visited = s.level_patterns.visit()
    in_model = s.level_patterns.changed & (visited.codes >= 0)
    patients = visited.n(in_model)
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
                n1=visited.n(in_model & s.who(visited, a)),
                n2=visited.n(in_model & s.who(visited, b)),
                mean1=means[a].loc[r["week"], "estimate"],
                mean2=means[b].loc[r["week"], "estimate"],
                n_analysed=patients,
                n_excluded=r["n_enrolled"] - patients,
            )
    return [model_based.structure_caveat(model), model_based.known_caveat(model)]


def two_strata(s: AnalysisSet, week: int, groups: dict[str, np.ndarray]) -> dict:
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
    stats["mann_whitney_method"], stats["n_ranks"] = None, float(n)
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


def several_strata(s: AnalysisSet, week: int, groups: dict[str, np.ndarray], pairs: bool = True) -> list[dict]:
    n, arrays, names = sum(map(len, groups.values())), list(groups.values()), list(groups)
    stats: dict[str, object] = dict.fromkeys(("f", "df1", "df2", "p", "kruskal_h", "kruskal_p"), NAN)
    if len(arrays) < 2:
        return [row(s.strata.name, ALL, "percent_change", None, week, len(s.cohort), n, test=WELCH, **stats)]
    w, k = welch_anova(arrays), kruskal(arrays)
    stats.update(f=w.f, df1=w.df1, df2=w.df2, p=w.p, kruskal_h=k.h, kruskal_p=k.p)
    out = [row(s.strata.name, ALL, "percent_change", None, week, len(s.cohort), n, test=WELCH, **stats)]
    for pair in games_howell(arrays, s.plan.level) if pairs else ():
        a, b = names[pair.i], names[pair.j]
        enrolled = s.size(a) + s.size(b)
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
