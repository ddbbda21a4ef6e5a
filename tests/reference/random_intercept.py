"""Linear mixed model with a random intercept for each patient: ``value ~ group × time + (1 | patient)``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from aadash.errors import NotComputable
from aadash.stats._covariance import compound_symmetry
from aadash.stats._inference import prepare, rescale
from aadash.stats._layout import cell_layout
from aadash.stats._mixed_tables import coefficient_table, contrast_table, joint_test_table, residual_scale
from aadash.stats._mmrm_fit import fit_structure
from aadash.stats._reml import Array, Fit, Information, PatternStats, evaluate, information, pattern_stats


@dataclass(frozen=True)
class RandomInterceptModel:
    """A fitted random-intercept model. All numbers are in the units of the values and unrounded."""

    var_subject: float
    """Variance between patients (REML); exactly 0 when the estimate lies on the boundary."""
    var_residual: float
    icc: float
    """Intraclass correlation: var_subject / (var_subject + var_residual)."""
    boundary: bool
    """True when the patients vary no more than chance makes them: the model is then ordinary regression."""
    reml_loglik: float
    ml_loglik: float
    n_patients: int
    n_excluded: int
    """Patients without a single value."""
    n_observations: int
    groups: tuple[str, ...]
    visits: tuple[str, ...]
    empty_cells: tuple[tuple[str, str], ...]
    """(group, visit) without any value; their means and what depends on them are NaN."""
    coefficients: pd.DataFrame
    """Treatment coding as in R: estimate, se, df, t, p, ci_low, ci_high (Satterthwaite), the same ``_kr``."""
    vcov: Array
    ml_coefficients: pd.Series
    """Maximum likelihood estimates of the same coefficients."""
    contrasts: pd.DataFrame
    """As in :func:`aadash.stats.mmrm.mmrm`."""
    tests: pd.DataFrame
    """Type III: term, f, df1, df2, p (Satterthwaite), f_kr, df2_kr, p_kr (Kenward–Roger)."""
    level: float


def random_intercept(
    matrix: ArrayLike,
    codes: ArrayLike,
    times: Sequence[object],
    level: float = 0.95,
    *,
    groups: Sequence[object] | None = None,
) -> RandomInterceptModel:
    """Fit the random-intercept model by restricted maximum likelihood, and by maximum likelihood beside it.

    Parameters
    ----------
    matrix
        n × T floats, one row per patient, one column per visit in order, NaN = missing.
    codes
        n integers 0 … G−1, the group of each patient.
    times
        T labels of the visits; the first is the reference.
    level
        Confidence level.
    groups
        G labels, the first being the reference; by default the codes as text.

    Raises
    ------
    NotComputable
        No value; no repeated visit in any patient; values that do not vary; a likelihood without a maximum.

    Notes
    -----
    Agrees with R ``lme4::lmer`` and ``lmerTest`` (Laird & Ware 1982, doi:10.2307/2529876). It assumes the same
    variance at every visit and the same correlation between any two visits. SALT during treatment has neither, so
    prefer :func:`aadash.stats.mmrm.mmrm`, which estimates them.
    """
    cells = cell_layout(matrix, codes, times, groups)
    if np.all((~np.isnan(cells.y)).sum(axis=1) < 2):
        raise NotComputable("No patient has values at two visits, so patients and residuals cannot be told apart")
    stats = pattern_stats(cells.y, cells.z)
    scale = residual_scale(cells, stats)
    scaled = pattern_stats(cells.y / scale, cells.z)
    theta, fit, info = _fit(scaled, reml=True)
    _, ml, _ = _fit(scaled, reml=False)
    boundary = theta[0] == 0.0
    spare = stats.n_obs - stats.n_coef
    cov = np.diag([0.0, 2 * theta[1] ** 2 / spare]) if boundary else None
    gradient = compound_symmetry(len(cells.seen)).gradient(theta)
    model = rescale(prepare(scaled, fit, info, gradient, None, cov), scale)
    coefficients, vcov = coefficient_table(cells, model, level)
    names, coding = cells.treatment_coding()
    subject, residual = theta * scale**2
    return RandomInterceptModel(
        var_subject=float(subject),
        var_residual=float(residual),
        icc=float(subject / (subject + residual)),
        boundary=bool(boundary),
        reml_loglik=-0.5 * fit.criterion - spare * float(np.log(scale)),
        ml_loglik=-0.5 * ml.criterion - stats.n_obs * float(np.log(scale)),
        n_patients=len(cells.y),
        n_excluded=cells.n_excluded,
        n_observations=stats.n_obs,
        groups=cells.groups,
        visits=cells.visits,
        empty_cells=cells.empty(),
        coefficients=coefficients,
        vcov=vcov,
        ml_coefficients=pd.Series(coding @ (scaled.centre + ml.beta).ravel() * scale, index=names),
        contrasts=contrast_table(cells, model, level),
        tests=joint_test_table(cells, model),
        level=level,
    )


def _fit(stats: PatternStats, reml: bool) -> tuple[Array, Fit, Information]:
    """Variances (between patients, residual) with the first kept from falling below zero."""
    structure = compound_symmetry(stats.active.shape[1])
    free = fit_structure(stats, structure, reml)
    if free.theta[0] > 1e-12 * free.theta[1]:
        return free.theta, free.fit, free.info
    squares = float(np.trace(stats.yy.sum(axis=0)))
    theta = np.array([0.0, squares / (stats.n_obs - (stats.n_coef if reml else 0))])
    fit = evaluate(stats, structure.sigma(theta), reml)
    if fit is None:
        raise NotComputable("The random-intercept model could not be fitted")
    return theta, fit, information(stats, fit, structure.gradient(theta))
