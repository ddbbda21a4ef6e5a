"""Tables that mixed models share: contrasts, coefficients in treatment coding, joint tests."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd

from aadash.errors import NotComputable
from aadash.stats._inference import MixedModelInference, contrast_rows, kenward_roger_f, satterthwaite_f
from aadash.stats._layout import Cells, group_visit_tests
from aadash.stats._reml import PatternStats


def residual_scale(cells: Cells, stats: PatternStats) -> float:
    """Pooled within-cell standard deviation; NotComputable when there is none."""
    if stats.n_obs <= stats.n_coef:
        raise NotComputable(
            f"There are no more values ({stats.n_obs}) than means of groups at visits ({stats.n_coef}), "
            "so no variation is left to estimate",
            fix="Use fewer visits or groups",
        )
    scale = float(np.sqrt(np.trace(stats.yy.sum(axis=0)) / (stats.n_obs - stats.n_coef)))
    if scale <= cells.noise:
        raise NotComputable("All patients of a group have the same value at each visit: there is no spread to estimate")
    return scale


def contrast_table(cells: Cells, model: MixedModelInference, level: float) -> pd.DataFrame:
    """One row an adjusted mean, change, difference or difference of changes."""
    labels, vectors = cells.contrasts()
    rows = contrast_rows(model, vectors, level)
    return pd.DataFrame([{**label, **asdict(row)} for label, row in zip(labels, rows, strict=True)])


def coefficient_table(cells: Cells, model: MixedModelInference, level: float) -> tuple[pd.DataFrame, np.ndarray]:
    """R's coefficients (treatment coding) with tests and limits, and their covariance matrix."""
    names, coding = cells.treatment_coding()
    table = pd.DataFrame([asdict(row) for row in contrast_rows(model, coding, level)], index=names)
    return table, coding @ model.phi @ coding.T


def joint_test_table(cells: Cells, model: MixedModelInference) -> pd.DataFrame:
    """Type III tests of group, time and group:time, after Satterthwaite and after Kenward and Roger."""
    columns = ["term", "f", "df1", "df2", "p", "f_kr", "df2_kr", "p_kr"]
    table = []
    for term, every in group_visit_tests(cells):
        vectors = _moving(every, bool(cells.known))
        if vectors is None:
            table.append((term, np.nan, len(every), *[np.nan] * 5))
            continue
        a, b = satterthwaite_f(model, vectors), kenward_roger_f(model, vectors)
        table.append((term, a.f, a.df1, a.df2, a.p, b.f, b.df2, b.p))
    return pd.DataFrame(table, columns=columns)


def _moving(vectors: np.ndarray, constant: bool) -> np.ndarray | None:
    """The contrasts with something to estimate in them. None when there is none, or when a known amount is not zero: then
    there is nothing to test."""
    if not constant:
        return vectors
    moves = np.isnan(vectors).any(axis=1) | np.any(vectors[:, :-1] != 0, axis=1)
    broken = np.any(np.abs(vectors[~moves, -1]) > 1e-9)
    return None if broken or not moves.any() else vectors[moves]
