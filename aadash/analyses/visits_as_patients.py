"""A teaching contrast: what happens when visits are taken for patients."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.analyses.stratum_by_week import mixed_anova
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.formatting import degrees, number, p_value
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result
from aadash.stats.linear import linear

METHOD = (
    "Wrong on purpose: least squares of percent change on stratum and week (as a number) over all patient-visits, the zeros of "
    "week 0 included, as if each row were a patient of its own. Beside it the two-way mixed ANOVA of the same question."
)


@analysis("What if visits were taken for patients?")
def visits_as_patients(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """Set the pooled analysis of patient-visits, as some papers print it, beside the mixed ANOVA.

    Table
    -----
    ``variable`` "percent_change", ``variable_level`` "stratum" or "week": ``f, df1, df2, p`` of the pooled rows (type II),
    ``f_right, df1_right, df2_right, p_right`` of the mixed ANOVA (Greenhouse–Geisser for week); ``visits`` of so many ``patients``.

    Never an answer to report. Raises NotComputable where either cannot be computed.
    """
    s = AnalysisSet.of(cohort, plan.replace(missing="observed"))
    s.require_followup()
    s.require_strata()
    n, v = s.percent_change.shape
    frame = pd.DataFrame(
        {
            "y": s.percent_change.ravel(),
            "week": np.tile(np.array(s.cohort.weeks, dtype=float), n),
            "stratum": np.repeat([f"s{c}" for c in s.strata.codes], v),
        }
    )
    frame = frame[np.repeat(s.strata.codes >= 0, v)].dropna()
    patients = len(np.unique(frame.index // v))
    pooled = linear("y ~ stratum + week", frame, plan.level).terms.set_index("term")
    right = mixed_anova(cohort, plan.replace(missing="observed"))
    if not len(right.rows(variable="percent_change")):
        raise NotComputable(
            "There is one week after baseline only, or too few patients have every visit, so there is no mixed ANOVA to set beside"
        )
    rows = []
    for name in ("stratum", "week"):
        a, b = pooled.loc[name], right.rows(variable="percent_change", variable_level=name).iloc[0]
        corrected = not np.isnan(b["p_gg"])
        rows.append(
            row(
                s.strata.name,
                ALL,
                "percent_change",
                name,
                None,
                n,
                right.accounting.analysed,
                f=a["f"],
                df1=a["df"],
                df2=len(frame) - 1 - pooled.loc[["stratum", "week"], "df"].sum(),
                p=a["p"],
                f_right=b["f"],
                df1_right=b["df1_gg"] if corrected else b["df1"],
                df2_right=b["df2_gg"] if corrected else b["df2"],
                p_right=b["p_gg"] if corrected else b["p"],
                visits=len(frame),
                patients=patients,
            )
        )
    r = {k: float(rows[0][k]) for k in ("f", "df1", "df2", "p", "f_right", "df1_right", "df2_right", "p_right")}  # type: ignore[arg-type]
    sentence = (
        f"Were the {len(frame)} visits of {patients} patients so many patients, the test of the strata would be "
        f"F({degrees(r['df1'])}, {degrees(r['df2'])}) = {number(r['f'], 1)} ({p_value(r['p'], True)}); with each patient "
        f"counted once, in the {right.accounting.analysed} with a score at every visit, it is "
        f"F({degrees(r['df1_right'])}, {degrees(r['df2_right'])}) "
        f"= {number(r['f_right'], 1)} ({p_value(r['p_right'], True)})."
    )
    return Result(
        table(rows),
        right.accounting,
        METHOD,
        sentence,
        (
            Caveat(
                "visits-as-patients",
                "The pooled numbers are wrong: visits of one patient are not independent.",
                "Report the mixed ANOVA or the mixed model.",
                "warning",
            ),
        ),
        labels=s.labels,
    )
