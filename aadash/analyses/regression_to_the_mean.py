"""How far are the worst still the worst later? Regression to the mean, in units of spread."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import Ranked
from aadash.errors import NotComputable
from aadash.formatting import counted, interval, level_name, number
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result
from aadash.stats.correlation import pearson

METHOD = (
    "Each patient's score at baseline and at the week in question, in standard deviations from the mean of that visit, so that a "
    "change of everybody does not count. Patients are put into quarters by baseline, those with equal values together. A patient who "
    "stands z above the mean is expected at "
    "r × z later, r being the correlation of the two visits (Galton 1886, doi:10.2307/2841583): nearer to the mean, whatever the drug."
)
#: Fewer patients make no quarters.
FEWEST = 8
QUARTERS = ("mildest quarter", "second quarter", "third quarter", "most severe quarter")


@analysis("How far are the worst still the worst later?")
def regression_to_the_mean(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """Where the quarters by baseline stand at the week in question, in standard deviations from the mean of each visit.

    Table
    -----
    ``variable`` "salt". ``variable_level`` "correlation": ``r, ci_low, ci_high, p`` of the two visits; each of :data:`QUARTERS`:
    ``n``, mean ``z_baseline`` and ``z_later``, and ``z_expected`` (r times the former).

    ``details`` hold each patient's two values. Raises NotComputable for fewer than eight patients seen at both visits, or where
    nobody differs at one of them. Misleads near the ends of the scale, where patients at 0 or 100 cannot move further.
    """
    s = AnalysisSet.of(cohort, plan.replace(missing="observed"))
    s.require_followup()
    week = s.plan.at_week(s.cohort)
    first, later = s.values[:, 0], s.values[:, s.cohort.column_index(week)]
    seen = ~np.isnan(first) & ~np.isnan(later)
    n = int(seen.sum())
    if week == 0 or n < FEWEST:
        raise NotComputable(
            f"Patients seen at baseline and at week {week}: {n}", expected=f"{FEWEST} at least, and a week after baseline"
        )
    a, b = first[seen], later[seen]
    found = pearson(a, b, plan.level)
    z1, z2 = (a - a.mean()) / a.std(ddof=1), (b - b.mean()) / b.std(ddof=1)
    # Patients with the same baseline stay together: a quarter by the mean of their ranks, which may leave one empty.
    severe = -s.cohort.measure.improvement(a)
    quarter = np.floor(len(QUARTERS) * (pd.Series(severe).rank().to_numpy() - 0.5) / n).astype(int)
    enrolled = len(s.cohort)
    rows = [
        row(
            "none",
            ALL,
            "salt",
            "correlation",
            week,
            enrolled,
            n,
            r=found.r,
            ci_low=found.ci_low,
            ci_high=found.ci_high,
            p=found.p,
        )
    ]
    for i in np.unique(quarter):
        who = np.flatnonzero(quarter == i)
        start = float(z1[who].mean())
        rows.append(
            row(
                "none",
                ALL,
                "salt",
                QUARTERS[i],
                week,
                enrolled,
                len(who),
                n=len(who),
                z_baseline=start,
                z_later=float(z2[who].mean()),
                z_expected=found.r * start,
            )
        )
    worst: dict[str, Any] = rows[-1]
    those = counted(worst["n"], "patient")
    sentence = (
        f"The most severe at baseline ({those}) stood {number(worst['z_baseline'], 2)} standard deviations from the mean and stand "
        f"{number(worst['z_later'], 2)} from it at week {week}. The two visits correlate with r = {number(found.r, 2)} "
        f"({level_name(plan.level)} CI {interval(found.ci_low, found.ci_high, 2)}, n = {n})."
    )
    return Result(
        table(rows),
        s.accounting(seen, f"with no visit at week {week}"),
        METHOD,
        sentence,
        (
            Caveat(
                "single-arm",
                "Patients who are chosen because they are severe are nearer to the mean at the next visit without any treatment.",
                "Only a control group chosen in the same way tells the drug from this.",
            ),
        ),
        labels=s.labels,
        details=Ranked(s.cohort.score, week, a, b),
    )
