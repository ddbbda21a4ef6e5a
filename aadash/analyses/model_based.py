"""The mixed-model answer to a missing visit: adjusted means, changes and differences from every visit that was made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from aadash.analyses.analysis_set import AnalysisSet
from aadash.errors import NotComputable
from aadash.result import Caveat
from aadash.stats.mmrm import MMRM, mmrm

METHOD = (
    "Mixed model for repeated measures (stratum × week, unstructured covariance of the visits where it can be fitted, "
    "REML, Kenward–Roger degrees of freedom): every visit that was made is used and nothing is filled in. Valid when "
    "visits are missing at random given what was observed (Mallinckrodt 2008, doi:10.1177/009286150804200402)."
)


def fit(s: AnalysisSet, matrix: np.ndarray, weeks: Sequence[int], pooled: bool) -> MMRM:
    """Fit the model to a (patients, weeks) matrix: one group when ``pooled``, else a group a stratum.

    Patients without a level are left out of the second. Raises NotComputable when no covariance can be fitted.
    """
    labels = [f"{w}" for w in weeks]
    if pooled:
        return mmrm(matrix, np.zeros(len(matrix), dtype=int), labels, level=s.plan.level, groups=["all"])
    seen = ~np.isnan(matrix).all(axis=1) & (s.strata.codes >= 0)
    used = [lv for lv in s.levels[1:] if (s.strata.members(lv) & seen).any()]
    if not used:
        raise NotComputable("No stratum has a patient with a visit")
    codes = np.full(len(matrix), -1)
    for i, level in enumerate(used):
        codes[s.strata.members(level)] = i
    keep = codes >= 0
    return mmrm(matrix[keep], codes[keep], labels, level=s.plan.level, groups=used)


def contrasts(model: MMRM, kind: str) -> pd.DataFrame:
    """Contrasts of one kind ("lsmean", "change", "diff") by (group, week), with Kenward–Roger inference.

    Columns: estimate, se, df, t, p, ci_low, ci_high.
    """
    t = model.contrasts[model.contrasts["kind"] == kind]
    out = pd.DataFrame(
        {
            "estimate": t["estimate"],
            "se": t["se_kr"],
            "df": t["df_kr"],
            "t": t["t_kr"],
            "p": t["p_kr"],
            "ci_low": t["ci_low_kr"],
            "ci_high": t["ci_high_kr"],
        }
    )
    out.index = pd.MultiIndex.from_arrays([t["group"].astype(str), t["time"].astype(int)], names=["group", "week"])
    return out


def structure_caveat(*models: MMRM | None) -> Caveat | None:
    """Say when the covariance had to be simplified."""
    fallen = [m for m in models if m is not None and m.failed]
    if not fallen:
        return None
    m = fallen[0]
    return Caveat(
        "mmrm-structure",
        f"The covariance of the visits was simplified to {m.structure}: {m.failed[0][1]}",
        "With few patients for many visits the free covariance cannot be estimated; intervals lean on the "
        "simpler pattern being right.",
        "warning",
    )


def not_fitted(error: NotComputable) -> Caveat:
    """Say that the mixed model could not be fitted and that observed visits stand instead."""
    return Caveat(
        "mmrm", f"The mixed model could not be fitted, so the visits made stand as they are. {error.paragraph()}", level="warning"
    )
