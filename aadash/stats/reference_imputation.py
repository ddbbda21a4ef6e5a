"""Reference-based imputation: what patients who left would have shown, had they gone on like the control arm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from aadash.stats.repeated_imputation import RepeatedImputation, posterior_draws

Array = np.ndarray
#: Name → what is taken of the reference arm after the last visit.
STRATEGIES = ("jump to reference", "copy increments in reference")


def reference_based(done: RepeatedImputation, matrix: ArrayLike, reference: int, strategy: str) -> RepeatedImputation:
    """The copies with every visit after a patient's last one drawn anew as the reference arm goes; visits missed in between, and the
    reference arm itself, stay as they were drawn (missing at random within their arm).

    Parameters
    ----------
    done
        Copies of :func:`aadash.stats.repeated_imputation.impute_repeated`, arms imputed each by itself or with a shared covariance.
    matrix
        The n × T values that were imputed, NaN = missing.
    reference
        Code of the reference (control) arm.
    strategy
        One of :data:`STRATEGIES`.

    Notes
    -----
    With means μ and covariance Σ drawn for each copy, R the reference arm, A a patient's own, the last visit made at k, the visits up
    to k being o and those after it m, y_m is drawn from the normal with mean μ* + B (y_o − μ_A,o) and covariance R_mm − B R_om, where
    B = R_mo R_oo⁻¹ and μ* = μ_R,m (jump to reference) or μ_A,k + μ_R,m − μ_R,k (copy increments in reference). Carpenter, Roger &
    Kenward 2013, doi:10.1080/10543406.2013.834911, whose covariance for arms of different Σ has just these conditionals.

    Raises ValueError for another strategy or an arm that nobody is in. Rubin's rules give intervals as wide as if the unseen had been
    drawn at random (information-anchored: Cro, Carpenter & Kenward 2019, doi:10.1111/rssa.12423), wider than repeated sampling would.
    """
    if strategy not in STRATEGIES:
        raise ValueError(f"the strategy is {strategy!r}, expected one of {', '.join(STRATEGIES)}")
    y, codes = np.array(matrix, dtype=float, ndmin=2), done.codes
    if not (codes == reference).any():
        raise ValueError("nobody is in the reference arm")
    means, sigmas = posterior_draws(done, y)
    rng = np.random.default_rng([done.seed, STRATEGIES.index(strategy) + 1])
    values = done.values.copy()
    seen = ~np.isnan(y)
    last = np.where(seen.any(axis=1), y.shape[1] - 1 - np.argmax(seen[:, ::-1], axis=1), -1)
    for arm in np.unique(codes):
        for k in range(y.shape[1] - 1) if arm != reference else ():
            who = np.flatnonzero((codes == arm) & (last == k))
            if len(who):
                values[:, who] = _redrawn(values[:, who], k, means[:, arm], means[:, reference], sigmas[:, reference], strategy, rng)
    return replace(done, values=values)


def _redrawn(block: Array, k: int, own: Array, ref: Array, sigma: Array, strategy: str, rng: np.random.Generator) -> Array:
    """m × patients × T with the visits after the k-th drawn from the reference arm."""
    o = k + 1
    weight = np.linalg.solve(sigma[:, :o, :o], sigma[:, :o, o:])  # m × o × rest
    left = sigma[:, o:, o:] - sigma[:, o:, :o] @ weight
    size = left.shape[1]
    root = np.linalg.cholesky(
        (left + left.transpose(0, 2, 1)) / 2 + 1e-10 * np.trace(left, axis1=1, axis2=2)[:, None, None] * np.eye(size)
    )
    start = ref[:, o:] if strategy == STRATEGIES[0] else own[:, [k]] + ref[:, o:] - ref[:, [k]]
    mean = start[:, None] + (block[:, :, :o] - own[:, None, :o]) @ weight
    out = block.copy()
    out[:, :, o:] = mean + rng.standard_normal((len(block), block.shape[1], size)) @ root.transpose(0, 2, 1)
    return out
