"""Small-sample inference for linear functions of the mean in a mixed model: Satterthwaite and Kenward–Roger.

Satterthwaite's degrees of freedom of one contrast c are ``2 v² / (g' C g)`` with ``v = c'Φc``, g its gradient in the
covariance parameters and C their inverse *observed* information (as R ``mmrm`` and ``lmerTest``). Kenward and Roger
(1997, doi:10.2307/2533558) enlarge Φ for the estimation of the covariance and use the inverse *expected* information;
their degrees of freedom of a single contrast reduce to the same formula with that information. A test of several
contrasts at once takes Fai and Cornelius' method (1996, doi:10.1080/00949659608811740) under Satterthwaite and
Kenward and Roger's scaled F under theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from aadash.stats._covariance import Second
from aadash.stats._reml import Array, Fit, Information, PatternStats, invert, kenward_roger_vcov
from aadash.stats.distributions import f_p


@dataclass(frozen=True)
class MixedModelInference:
    """All that tests on the mean need: qT coefficients (0 where not estimable), their covariances and derivatives."""

    beta: Array
    phi: Array
    phi_kr: Array
    p: Array
    """m × qT × qT, derivatives of the inverse of ``phi`` in the covariance parameters."""
    cov_observed: Array
    cov_expected: Array
    """Inverse observed and expected information of the covariance parameters."""
    active: Array
    """qT booleans: which coefficients are estimable."""


@dataclass(frozen=True)
class ContrastRow:
    """One contrast: estimate, standard error, df, t, two-sided p, and the limits; ``_kr`` after Kenward and Roger."""

    estimate: float
    se: float
    df: float
    t: float
    p: float
    ci_low: float
    ci_high: float
    se_kr: float
    df_kr: float
    t_kr: float
    p_kr: float
    ci_low_kr: float
    ci_high_kr: float


@dataclass(frozen=True)
class FTest:
    """Joint test of several contrasts: F, numerator and denominator degrees of freedom, p."""

    f: float
    df1: int
    df2: float
    p: float


def prepare(
    stats: PatternStats,
    fit: Fit,
    info: Information,
    gradient: Array,
    hessian: Second | None = None,
    cov_observed: Array | None = None,
) -> MixedModelInference:
    """Collect what the tests need from a REML fit at its maximum.

    ``cov_observed`` replaces the inverse observed information where that is not the covariance wanted (a variance on
    its boundary).
    """
    return MixedModelInference(
        beta=(stats.centre + fit.beta).ravel(),
        phi=fit.phi,
        phi_kr=kenward_roger_vcov(stats, fit, info, gradient, hessian),
        p=info.p,
        cov_observed=invert(info.observed) if cov_observed is None else cov_observed,
        cov_expected=invert(info.expected),
        active=stats.active.ravel(),
    )


def rescale(model: MixedModelInference, scale: float) -> MixedModelInference:
    """The same model for values multiplied by ``scale``; θ stays in scaled units, which no degree of freedom sees."""
    return MixedModelInference(
        beta=model.beta * scale,
        phi=model.phi * scale**2,
        phi_kr=model.phi_kr * scale**2,
        p=model.p / scale**2,
        cov_observed=model.cov_observed,
        cov_expected=model.cov_expected,
        active=model.active,
    )


def with_constant(model: MixedModelInference) -> MixedModelInference:
    """The same model with a last coefficient that is 1 without error, so that a contrast can hold a known amount."""
    pad = ((0, 1), (0, 1))
    return MixedModelInference(
        beta=np.append(model.beta, 1.0),
        phi=np.pad(model.phi, pad),
        phi_kr=np.pad(model.phi_kr, pad),
        p=np.pad(model.p, ((0, 0), *pad)),
        cov_observed=model.cov_observed,
        cov_expected=model.cov_expected,
        active=np.append(model.active, True),
    )


def variance_gradient(model: MixedModelInference, contrasts: Array) -> Array:
    """Gradient of each contrast's variance in the covariance parameters: k × m for k contrasts."""
    u = contrasts @ model.phi
    return -((u @ model.p) * u).sum(axis=2).T


def _quadratic(rows: Array, matrix: Array) -> Array:
    """``r'Mr`` of each row."""
    return ((rows @ matrix) * rows).sum(axis=1)


def contrast_rows(model: MixedModelInference, contrasts: Array, level: float) -> list[ContrastRow]:
    """Test each row of ``contrasts`` (k × qT) against zero.

    A contrast that touches a coefficient without data is NaN throughout; one of known amounts only is exact: se 0, limits
    at the estimate, no t.
    """
    estimable = _estimable(model, contrasts)
    contrasts = np.where(estimable[:, None], contrasts, 0.0)
    gradient = variance_gradient(model, contrasts)
    estimate = contrasts @ model.beta
    half = 0.5 + level / 2
    found = []
    for phi, information in ((model.phi, model.cov_observed), (model.phi_kr, model.cov_expected)):
        variance = _quadratic(contrasts, model.phi)
        denominator = _quadratic(gradient, information)
        with np.errstate(divide="ignore", invalid="ignore"):
            se = np.sqrt(_quadratic(contrasts, phi))
            df = np.where(estimable, 2.0 * variance**2 / denominator, np.nan)
            t = np.where(estimable & (se > 0), estimate / se, np.nan)
        margin = np.where(estimable & (se == 0), 0.0, stdtrit(df, half) * se)
        found.append((np.where(estimable, se, np.nan), df, t, 2 * stdtr(df, -np.abs(t)), margin))
    (se, df, t, p, margin), (se_kr, df_kr, t_kr, p_kr, margin_kr) = found
    columns = (
        np.where(estimable, estimate, np.nan), se, df, t, p, estimate - margin, estimate + margin,
        se_kr, df_kr, t_kr, p_kr, estimate - margin_kr, estimate + margin_kr,
    )  # fmt: skip
    return [ContrastRow(*map(float, row)) for row in zip(*columns, strict=True)]


def _estimable(model: MixedModelInference, contrasts: Array) -> Array:
    """Rows that are finite and touch no coefficient without data."""
    return np.isfinite(contrasts).all(axis=1) & ~np.any(contrasts[:, ~model.active] != 0, axis=1)


def satterthwaite_f(model: MixedModelInference, contrasts: Array) -> FTest:
    """F test that all rows of ``contrasts`` are zero, Fai–Cornelius degrees of freedom (as ``lmerTest``)."""
    if not _estimable(model, contrasts).all():
        return FTest(np.nan, len(contrasts), np.nan, np.nan)
    values, vectors = np.linalg.eigh(contrasts @ model.phi @ contrasts.T)
    directions = vectors.T @ contrasts
    gradient = variance_gradient(model, directions)
    nu = 2.0 * values**2 / _quadratic(gradient, model.cov_observed)
    f = float(np.mean((directions @ model.beta) ** 2 / values))
    q = len(values)
    if np.all(np.abs(np.diff(nu)) < 1e-8):
        df2 = float(np.mean(nu))
    elif np.any(nu <= 2):
        df2 = 2.0
    else:
        e = float(np.sum(nu / (nu - 2)))
        df2 = 2 * e / (e - q)
    return FTest(f, q, df2, f_p(f, q, df2))


def kenward_roger_f(model: MixedModelInference, contrasts: Array) -> FTest:
    """Kenward and Roger's scaled F test that all rows of ``contrasts`` are zero (as ``pbkrtest::KRmodcomp``)."""
    if not _estimable(model, contrasts).all():
        return FTest(np.nan, len(contrasts), np.nan, np.nan)
    q = len(contrasts)
    theta = contrasts.T @ np.linalg.solve(contrasts @ model.phi @ contrasts.T, contrasts)
    u = theta @ model.phi @ model.p @ model.phi
    traces = np.trace(u, axis1=1, axis2=2)
    a1 = float(traces @ model.cov_expected @ traces)
    m = len(u)
    a2 = float(np.sum(model.cov_expected * (u.reshape(m, -1) @ u.transpose(0, 2, 1).reshape(m, -1).T)))
    estimate = contrasts @ model.beta
    wald = float(estimate @ np.linalg.solve(contrasts @ model.phi_kr @ contrasts.T, estimate)) / q
    b = (a1 + 6 * a2) / (2 * q)
    g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
    base = 3 * q + 2 * (1 - g)
    v0, v1, v2 = 1 + g / base * b, 1 - (q - g) / base * b, 1 - (q + 2 - g) / base * b
    v0 = 0.0 if abs(v0) < 1e-10 else v0
    top = 1 - a2 / q
    ratio = 1.0 if abs(top) < 1e-14 and abs(v1) < 1e-14 else top / v1 if v1 else np.nan
    rho = ratio**2 * v0 / v2 / q if v2 else np.nan
    df2 = 4 + (q + 2) / (q * rho - 1) if q * rho != 1 else np.nan
    if not df2 > 0:
        return FTest(np.nan, q, np.nan, np.nan)
    scale = 1.0 if abs(df2 - 2) < 0.01 else df2 * (1 - a2 / q) / (df2 - 2)
    if scale <= 0:  # with fewer than two degrees of freedom F has no mean to be scaled to: R gives a negative F, and p = 1
        return FTest(np.nan, q, np.nan, np.nan)
    f = scale * wald
    return FTest(f, q, df2, f_p(f, q, df2))
