"""Who is in the analysis, and who was seen when? The participants' flow."""

from __future__ import annotations

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.filters import mask
from aadash.formatting import count, counted, listing
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.result import Accounting, Exclusion, Result

METHOD = (
    "Patients of the file, those whom a filter leaves out (each counted once, at the first filter that leaves him out), those in each "
    "stratum, and of these those with a score at each scheduled visit."
)


@analysis("Who is in the analysis, and who was seen when?", section="further", order=1)
def participants(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """Count patients from the file to each visit.

    Table
    -----
    ``variable`` "in_file", "left_out" (``variable_level`` the filter), "included", "stratum" (a row per level), "no_stratum" and
    "seen" (a row per level and week, everyone included); ``n`` patients, and for "seen" ``not_seen``.

    Raises CohortError where the filters leave nobody.
    """
    s = AnalysisSet.of(cohort, plan)
    name, total = s.strata.name, len(cohort)
    rows = [row(name, ALL, "in_file", None, None, total, total, n=total)]
    here, excluded = np.ones(total, dtype=bool), []
    for one in plan.filters:
        keep = mask(cohort, one)
        gone = int((here & ~keep).sum())
        here &= keep
        rows.append(row(name, ALL, "left_out", one.label(cohort.severity_measure.name), None, total, int(here.sum()), n=gone))
        excluded.append(Exclusion(f"by the filter “{one.label(cohort.severity_measure.name)}”", gone))
    size = len(s.cohort)
    rows.append(row(name, ALL, "included", None, None, total, size, n=size))
    for level in s.levels[1:]:
        n = s.size(level)
        rows.append(row(name, level, "stratum", None, None, size, n, n=n))
    if s.strata.unassigned and len(s.levels) > 1:
        rows.append(row(name, ALL, "no_stratum", None, None, size, s.strata.unassigned, n=s.strata.unassigned))
    visits = [s.visit(j) for j in range(len(s.cohort.weeks))]
    for level in s.levels:
        for visit, week in zip(visits, s.cohort.weeks, strict=True):
            n = visit.n(~np.isnan(visit.seen) & s.who(visit, level))
            rows.append(row(name, level, "seen", None, week, s.size(level), n, n=n, not_seen=s.size(level) - n))
    return Result(
        table(rows),
        Accounting(total, size, tuple(excluded)),
        METHOD,
        _sentence(s, total),
        doubt.collect(doubt.attrition(s), doubt.small(s)),
        labels=s.labels,
        apart=s.apart,
    )


def _sentence(s: AnalysisSet, total: int) -> str:
    size = len(s.cohort)
    text = f"The file holds {counted(total, 'patient')}"
    text += f", {count(size, total)} of them are included" if size < total else ", all of them included"
    parts = [f"{s.size(lv)} in {s.strata.label(lv)}" for lv in s.levels[1:]]
    if parts and s.strata.unassigned:
        parts.append(f"{s.strata.unassigned} with nothing recorded for {s.strata.title}")
    if parts:
        text += ": " + listing(parts)
    visit = s.visit(len(s.cohort.weeks) - 1)
    last = visit.n(~np.isnan(visit.seen))
    if len(s.cohort.weeks) > 1 and s.apart:
        text += f"; of {count(last, size)} {s.cohort.score} is recorded at week {s.cohort.weeks[-1]}"
    elif len(s.cohort.weeks) > 1:
        text += f"; {count(last, size)} were seen at week {s.cohort.weeks[-1]}"
    return text + "."
