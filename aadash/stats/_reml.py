"""Residual likelihood of a multivariate normal model with missing visits, from sufficient statistics.

Patient i has the row ``z_i`` of covariates (q of them: group indicators, perhaps a centred covariate) and
the visits ``v_i`` at which something was observed. The model is ``y_i[v_i] = (z_i B)[v_i] + e``, with ``B``
a q × T matrix and ``e ~ N(0, S[v_i, v_i])``: every covariate has its own effect at every visit, which is
what "group × time" means. Patients with the same visits (one *pattern*) enter only through ``Z'Z``, ``Z'Y``
and ``Y'Y``, so the cost depends on the number of patterns and visits, not on the number of patients.

With ``W`` the inverse of ``S`` on a pattern's visits (zero elsewhere) the generalised least squares matrix is
``A = sum_p (Z'Z)_p ⊗ W_p``, and the derivatives of the residual likelihood in S are closed forms
(Harville 1977, doi:10.1080/01621459.1977.10480998; Kenward & Roger 1997, doi:10.2307/2533558).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from aadash.errors import NotComputable
from aadash.stats._covariance import Second
from aadash.stats._pattern_sums import PatternSums
from aadash.stats._reml_sums import parts, product_traces, sums

Array = np.ndarray


@dataclass(frozen=True)
class PatternStats:
    """What the likelihood needs of the data, one entry a missingness pattern (P of them, T visits, q covariates)."""

    observed: Array
    """P × T booleans."""
    count: Array
    """Patients of each pattern."""
    zz: Array
    """P × q × q, ``Z'Z``."""
    zy: Array
    """P × q × T, ``Z'Y`` of the centred values, zero at unobserved visits."""
    yy: Array
    """P × T × T, ``Y'Y`` of the centred values, zero at unobserved visits."""
    centre: Array
    """q × T: the least squares fit of each visit that was subtracted before forming the products."""
    active: Array
    """q × T booleans: coefficients that the data can estimate."""
    n_obs: int
    """Observed values."""

    def over(self, scale: float) -> PatternStats:
        """Of the values divided by ``scale``."""
        return replace(self, zy=self.zy / scale, yy=self.yy / scale**2, centre=self.centre / scale)

    @property
    def n_coef(self) -> int:
        """Estimable mean coefficients."""
        return int(self.active.sum())


@dataclass(frozen=True)
class Fit:
    """The likelihood at one S: everything that needs no derivative."""

    criterion: float
    """−2 residual log-likelihood (or −2 log-likelihood), constant included."""
    beta: Array
    """q × T, relative to ``PatternStats.centre``; zero where not estimable."""
    phi: Array
    """qT × qT, the inverse of A (zero rows and columns where not estimable)."""
    inverse: Array
    """P × T × T, the inverses W."""
    reml: bool


def pattern_stats(y: Array, z: Array, counts: Array | None = None) -> PatternStats:
    """Sufficient statistics of an n × T matrix ``y`` (NaN = missing) and an n × q matrix ``z``; a row stands for ``counts`` patients.

    Every patient must have at least one value and every visit at least one patient. A covariate that is
    constant zero, or a combination of earlier ones, among the patients seen at a visit is inactive there.
    """
    seen = ~np.isnan(y)
    q, visits = z.shape[1], y.shape[1]
    centre, active = np.zeros((q, visits)), np.zeros((q, visits), dtype=bool)
    each = np.ones(len(y)) if counts is None else counts
    root = np.sqrt(each)
    for t in range(visits):
        here = seen[:, t]
        rows = z[here] * root[here, None]
        keep = independent_columns(rows)
        active[keep, t] = True
        centre[keep, t] = np.linalg.lstsq(rows[:, keep], y[here, t] * root[here], rcond=None)[0]
    residual = np.where(seen, y - z @ centre, 0.0) * root[:, None]
    z = z * root[:, None]
    patterns, label = np.unique(seen, axis=0, return_inverse=True)
    label = label.ravel()
    members = [label == p for p in range(len(patterns))]
    return PatternStats(
        observed=patterns,
        count=np.array([each[m].sum() for m in members]),
        zz=np.stack([z[m].T @ z[m] for m in members]),
        zy=np.stack([z[m].T @ residual[m] for m in members]),
        yy=np.stack([residual[m].T @ residual[m] for m in members]),
        centre=centre,
        active=active,
        n_obs=int(each @ seen.sum(axis=1)),
    )


def group_stats(s: PatternSums, groups: int) -> PatternStats:
    """:func:`pattern_stats` of ``groups`` groups without a covariate, from their sums.

    Whole numbers are told from the whole number nearest to their group's mean before they are squared: nothing is rounded until what
    is left is less than half a unit.
    """
    group, n = s.codes, s.n[:, None] * s.seen
    total, sums = np.zeros((groups, s.seen.shape[1])), np.zeros((groups, s.seen.shape[1]))
    np.add.at(total, group, n)
    np.add.at(sums, group, s.sums)
    active = total > 0
    mean = np.divide(sums, total, out=np.zeros_like(sums), where=active)
    near = np.rint(mean) if s.unit else mean
    left, yy = s.sums, s.products
    for shift in (near, mean - near):
        away = shift[group] * s.seen
        yy = (
            yy
            - left[:, :, None] * away[:, None]
            - away[:, :, None] * left[:, None]
            + s.n[:, None, None] * away[:, :, None] * away[:, None]
        )
        left = left - n * away
    unit = float(s.unit or 1)
    observed, label = np.unique(s.seen, axis=0, return_inverse=True)
    label, patterns, visits = label.ravel(), len(observed), s.seen.shape[1]
    zz, zy, squares = np.zeros((patterns, groups, groups)), np.zeros((patterns, groups, visits)), np.zeros((patterns, visits, visits))
    np.add.at(zz, (label, group, group), s.n)
    np.add.at(zy, (label, group), left / unit)
    np.add.at(squares, label, yy / unit**2)
    return PatternStats(
        observed=observed,
        count=np.bincount(label, weights=s.n, minlength=patterns),
        zz=zz,
        zy=zy,
        yy=squares,
        centre=np.where(active, mean / unit + s.origin, 0.0),
        active=active,
        n_obs=int(n.sum()),
    )


def independent_columns(x: Array, tolerance: float = 1e-7) -> list[int]:
    """Columns of ``x`` that are not combinations of earlier ones, by R's rule (``qr``, tolerance 1e-7).

    Of many rows the triangle of x = QR is looked at in their place: its columns have the same lengths and angles.
    """
    basis: list[Array] = []
    kept: list[int] = []
    looked = np.asarray(np.linalg.qr(x.astype(float), mode="r") if len(x) > 4 * x.shape[1] > 0 else x)
    for j in range(x.shape[1]):
        column = looked[:, j].astype(float)
        size = np.linalg.norm(column)
        for _ in range(2):
            for b in basis:
                column = column - b * (b @ column)
        left = np.linalg.norm(column)
        if size > 0 and left >= tolerance * size and len(kept) < len(x):
            basis.append(column / left)
            kept.append(j)
    return kept


def evaluate(stats: PatternStats, sigma: Array, reml: bool = True) -> Fit | None:
    """The likelihood at ``sigma`` (T × T), or None where ``sigma`` is not positive definite."""
    q, visits = stats.active.shape
    blocks = _on_pattern(stats, sigma)
    try:
        np.linalg.cholesky(sigma)
        factor = np.linalg.cholesky(blocks)
        inverse = np.linalg.inv(blocks)
    except np.linalg.LinAlgError:
        return None
    log_det = 2.0 * np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
    mask = stats.observed[:, :, None] & stats.observed[:, None, :]
    inverse = np.where(mask, inverse, 0.0)
    inverse = 0.5 * (inverse + inverse.transpose(0, 2, 1))
    normal = _kron_sum(stats.zz, inverse)
    right = (stats.zy @ inverse).sum(axis=0).ravel()
    on = np.flatnonzero(stats.active.ravel())
    try:
        root = np.linalg.cholesky(normal[np.ix_(on, on)])
    except np.linalg.LinAlgError:
        return None
    half = np.linalg.inv(root)
    phi = np.zeros((q * visits, q * visits))
    phi[np.ix_(on, on)] = half.T @ half
    beta = phi @ right
    squares = float((inverse * stats.yy).sum() - right @ beta)
    criterion = float(stats.count @ log_det) + squares + stats.n_obs * np.log(2 * np.pi)
    if reml:
        criterion += 2.0 * float(np.log(np.diagonal(root)).sum()) - len(on) * np.log(2 * np.pi)
    if not np.isfinite(criterion):
        return None
    return Fit(criterion, beta.reshape(q, visits), phi, inverse, reml)


def _kron_sum(left: Array, right: Array) -> Array:
    """``Σ_p left_p ⊗ right_p`` for P × q × q and P × T × T arrays: qT × qT."""
    size = left.shape[1] * right.shape[1]
    return np.tensordot(left, right, axes=(0, 0)).transpose(0, 2, 1, 3).reshape(size, size)


def _on_pattern(stats: PatternStats, sigma: Array) -> Array:
    """``sigma`` on each pattern's visits, the identity on the others: P × T × T."""
    mask = stats.observed[:, :, None] & stats.observed[:, None, :]
    return np.where(mask, sigma, np.eye(sigma.shape[0]) * ~stats.observed[:, :, None])


@dataclass(frozen=True)
class Information:
    """First and second derivatives of the log-likelihood in the covariance parameters (m of them)."""

    score: Array
    """m, the gradient."""
    expected: Array
    """m × m."""
    observed: Array
    """m × m, minus the Hessian."""
    p: Array
    """m × qT × qT, the derivatives of A."""


def information(stats: PatternStats, fit: Fit, gradient: Array, hessian: Second | None = None) -> Information:
    """Score, expected and observed information.

    ``gradient`` is m × T × T, dS/dθ_a; ``hessian`` d²S/dθ_a dθ_b, None when S is linear in θ.
    """
    q, visits = stats.active.shape
    phi4 = fit.phi.reshape(q, visits, q, visits)
    leverage = np.tensordot(stats.zz, phi4, axes=([1, 2], [2, 0])) if fit.reml else np.zeros_like(stats.yy)
    z_resid = stats.zy - stats.zz @ fit.beta
    cross = fit.beta.T @ stats.zy
    spread = stats.yy - cross - cross.transpose(0, 2, 1) + fit.beta.T @ stats.zz @ fit.beta
    w = fit.inverse
    pull = (-stats.count[:, None, None] * w + w @ (spread + leverage) @ w).sum(axis=0) * 0.5
    s = sums(stats.count, stats.zz, z_resid, w, leverage, spread, gradient)
    pvpv = s.tr1 - 2.0 * s.tr2 + product_traces(fit.phi, s.p, visits) if fit.reml else s.tr1
    observed = -0.5 * pvpv + 0.5 * (s.quad + s.quad.T) - s.d1 @ fit.phi @ s.d1.T
    if hessian is not None:
        observed = observed - hessian.against(0.5 * (pull + pull.T))
    return Information(
        score=(pull * gradient).sum(axis=(1, 2)),
        expected=0.25 * (pvpv + pvpv.T),
        observed=0.5 * (observed + observed.T),
        p=s.p,
    )


def kenward_roger_vcov(stats: PatternStats, fit: Fit, info: Information, gradient: Array, hessian: Second | None = None) -> Array:
    """Kenward and Roger's small-sample covariance of the mean coefficients, qT × qT.

    ``Φ + 2 Φ [Σ_ab W_ab (Q_ab − P_a Φ P_b − R_ab/4)] Φ`` with W the inverse expected information; the last
    term vanishes when S is linear in its parameters.
    """
    q, visits = stats.active.shape
    size = q * visits
    m = len(gradient)
    weight = invert(info.expected)
    middle = np.zeros((size, size))
    curved = None if hessian is None else hessian.weighted(weight)
    for part in parts(len(fit.inverse), m, visits):
        w = fit.inverse[part]
        we = w[:, None] @ gradient
        mixed = np.tensordot(weight, we, axes=(0, 1)).transpose(1, 0, 2, 3)
        core = (mixed @ we).sum(axis=1) @ w
        if curved is not None:
            core = core - 0.25 * w @ curved @ w
        middle += _kron_sum(stats.zz[part], core)
    weighted_p = (weight @ info.p.reshape(m, -1)).reshape(m, size, size)
    middle -= (weighted_p @ fit.phi @ info.p).sum(axis=0)
    adjusted = fit.phi + 2.0 * fit.phi @ middle @ fit.phi
    return 0.5 * (adjusted + adjusted.T)


def invert(matrix: Array) -> Array:
    """Inverse of a symmetric positive definite matrix, after scaling its diagonal to one.

    Raises NotComputable when the matrix is not positive definite.
    """
    diagonal = np.diagonal(matrix)
    if not np.all(np.isfinite(matrix)) or np.any(diagonal <= 0):
        raise NotComputable("The information matrix of the covariance parameters is not positive definite")
    scale = 1.0 / np.sqrt(diagonal)
    try:
        half = np.linalg.inv(np.linalg.cholesky(matrix * scale[:, None] * scale))
    except np.linalg.LinAlgError:
        raise NotComputable("The information matrix of the covariance parameters is not positive definite") from None
    return (half.T @ half) * scale[:, None] * scale
