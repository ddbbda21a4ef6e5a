"""After the interaction: the strata at each week, and the weeks within each stratum."""

from __future__ import annotations

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.absences import carried
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.formatting import listing
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result, TestColumn
from aadash.stats.adjust import adjust
from aadash.stats.mixed_anova import RepeatedAnova, friedman
from aadash.stats.mixed_anova import simple_effects as fit

METHOD = (
    "Simple effects on SALT in patients with a score at every visit: one-way ANOVA of the strata at each week, and one-way "
    "repeated-measures ANOVA of the weeks in each stratum (Greenhouse–Geisser), Holm-adjusted within each set; Friedman's "
    "test beside the second."
)


@analysis("Where do the strata differ?", tests=(TestColumn("p", estimate="f"),))
def simple_effects(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """Take the stratum × week interaction apart.

    Table
    -----
    ``variable`` "salt". ``variable_level`` "stratum at week": one row per week with ``f, df1, df2, p, p_holm``; "week in
    stratum": one row per level with ``f, df1, df2, p, p_gg, eps_gg, p_holm`` (of p_gg) and ``friedman_chi2, friedman_p``.

    Raises NotComputable with fewer than two strata or too few complete patients. Meant for after a clear interaction;
    without one, these are more looks at the same thing.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    s.require_strata()
    keep = (s.strata.codes >= 0) & ~np.isnan(s.values).any(axis=1)
    if not keep.any():
        raise NotComputable("Nobody has every visit, so nothing can be compared across them")
    levels = [lv for lv in s.levels[1:] if (s.strata.members(lv) & keep).any()]
    if len(levels) < 2:
        raise NotComputable("Fewer than two strata have a patient with a score at every visit")
    codes = np.array([levels.index(s.strata.levels[c]) for c in s.strata.codes[keep]])
    e, n = fit(s.values[keep], codes), len(s.cohort)
    at = [
        row(s.strata.name, ALL, "salt", "stratum at week", w, n, int(keep.sum()), f=t.f, df1=float(t.df1), df2=float(t.df2), p=t.p)
        for w, t in zip(s.cohort.weeks, e.group_at_visit, strict=True)
    ]
    within = [_within(s, level, s.values[keep][codes == i], e.visit_in_group[i]) for i, level in enumerate(levels)]
    clear: list[list[dict]] = []
    for rows, p in ((at, "p"), (within, "p_gg")):
        holm = adjust(np.array([r[p] for r in rows], dtype=float), "holm")
        for r, value in zip(rows, holm, strict=True):
            r["p_holm"] = float(value)
        clear.append([r for r, value in zip(rows, holm, strict=True) if value <= plan.alpha])
    weeks = [str(r["week"]) for r in clear[0]]
    told = (
        f"The strata differ in mean {s.cohort.score} at week{'s' if len(weeks) > 1 else ''} {listing(weeks)}"
        if weeks
        else f"The strata differ clearly in mean {s.cohort.score} at no week"
    )
    moves = [s.strata.label(r["group1_level"]) for r in clear[1]]
    told += f"; {s.cohort.score} changes over the weeks in {listing(moves)}." if moves else "; in no stratum does it change clearly."
    return Result(
        table([*at, *within]),
        s.accounting(keep, "with a missing visit", by_stratum=True),
        "".join([METHOD, carried(plan)]),
        told,
        doubt.collect(
            Caveat("simple-effects", "Ask this after a clear stratum × week interaction, not instead of one."),
            doubt.listwise(s, int(keep.sum())),
            doubt.imputed(s),
            doubt.after_baseline(s),
            doubt.small(s, keep),
        ),
        labels=s.labels,
    )


def _within(s: AnalysisSet, level: str, matrix: np.ndarray, r: RepeatedAnova | None) -> dict:
    nan = float("nan")
    chi2 = p = nan
    try:
        f = friedman(matrix)
        chi2, p = f.chi2, f.p
    except NotComputable:
        pass
    stats = {k: nan if r is None else getattr(r.effect, k) for k in ("f", "df1", "df2", "p", "p_gg", "eps_gg")}
    if np.isnan(stats["p_gg"]):
        stats["p_gg"] = stats["p"]
    return row(
        s.strata.name,
        level,
        "salt",
        "week in stratum",
        None,
        int(s.strata.members(level).sum()),
        len(matrix),
        **stats,
        friedman_chi2=chi2,
        friedman_p=p,
    )
