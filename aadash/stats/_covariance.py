"""Covariance structures of a patient's visits: S(θ) with its first and second derivatives.

Four structures, from the freest to the most restricted. Visits are taken in order, not by their distance in
time (as SAS ``UN``, ``TOEPH``, ``ARH(1)``, ``CS`` and R ``mmrm``'s ``us``, ``toeph``, ``ar1h``, ``cs`` do).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

Array = np.ndarray
StructureName = Literal["unstructured", "heterogeneous Toeplitz", "heterogeneous AR(1)", "compound symmetry"]


@dataclass(frozen=True)
class Second:
    """The second derivatives d²S/dθ_a dθ_b (m × m × T × T), as the two sums that are asked of them.

    The array itself would grow with the fourth power of the visits: 160 parameters at 80 visits are 164 million numbers.
    """

    against: Callable[[Array], Array]
    """T × T matrix P → Σ_ij P_ij d²S_ij, m × m."""
    weighted: Callable[[Array], Array]
    """Symmetric m × m matrix w → Σ_ab w_ab d²S/dθ_a dθ_b, T × T."""


@dataclass(frozen=True)
class Structure:
    """A covariance structure for T visits with m parameters θ.

    ``sigma(θ)`` is T × T, ``gradient(θ)`` m × T × T, ``hessian(θ)`` the second derivatives or None when S is linear in θ;
    ``start(S0)`` gives θ near a positive definite S0.
    """

    name: StructureName
    start: Callable[[Array], Array]
    sigma: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    hessian: Callable[[Array], Second | None]


def unstructured(visits: int) -> Structure:
    """Every variance and covariance free: θ is the upper triangle of S, row by row; T(T+1)/2 parameters."""
    rows, columns = np.triu_indices(visits)
    basis = np.zeros((len(rows), visits, visits))
    basis[np.arange(len(rows)), rows, columns] = 1.0
    basis[np.arange(len(rows)), columns, rows] = 1.0
    return _linear("unstructured", basis, lambda s: s[rows, columns])


def compound_symmetry(visits: int) -> Structure:
    """One variance and one covariance: S = a 11' + b I, θ = (a, b); a may be negative."""
    basis = np.stack([np.ones((visits, visits)), np.eye(visits)])

    def start(s: Array) -> Array:
        off = (s.sum() - np.trace(s)) / (visits * (visits - 1)) if visits > 1 else 0.0
        level = float(np.mean(np.diagonal(s)))
        off = float(np.clip(off, -0.5 * level / max(visits - 1, 1), 0.95 * level))
        return np.array([off, level - off])

    return _linear("compound symmetry", basis, start)


def _linear(name: StructureName, basis: Array, start: Callable[[Array], Array]) -> Structure:
    return Structure(
        name=name,
        start=start,
        sigma=lambda theta: np.tensordot(theta, basis, axes=1),
        gradient=lambda theta: basis,
        hessian=lambda theta: None,
    )


def heterogeneous_toeplitz(visits: int) -> Structure:
    """A variance a visit and a correlation a lag: θ = (log SD of each visit, ρ_1 … ρ_{T−1}); 2T − 1 parameters."""
    eye = np.eye(visits)[1:]

    def correlations(phi: Array) -> tuple[Array, Array, Array]:
        return np.concatenate([[1.0], phi]), eye, np.zeros((visits - 1, visits - 1, visits))

    def start(s: Array) -> Array:
        sd = np.sqrt(np.diagonal(s))
        r = s / np.outer(sd, sd)
        return np.concatenate([np.log(sd), [np.mean(np.diagonal(r, k)) for k in range(1, visits)]])

    return _by_lag("heterogeneous Toeplitz", visits, correlations, start)


def heterogeneous_ar1(visits: int) -> Structure:
    """A variance a visit and one correlation, ρ^lag: θ = (log SD of each visit, ρ); T + 1 parameters."""
    lag = np.arange(visits)

    def correlations(phi: Array) -> tuple[Array, Array, Array]:
        rho = phi[0]
        first = np.where(lag > 0, lag * rho ** np.maximum(lag - 1, 0), 0.0)
        second = np.where(lag > 1, lag * (lag - 1) * rho ** np.maximum(lag - 2, 0), 0.0)
        return rho**lag, first[None], second[None, None]

    def start(s: Array) -> Array:
        sd = np.sqrt(np.diagonal(s))
        r = s / np.outer(sd, sd)
        rho = float(np.mean(np.diagonal(r, 1))) if visits > 1 else 0.0
        return np.concatenate([np.log(sd), [np.clip(rho, -0.9, 0.9)]])

    return _by_lag("heterogeneous AR(1)", visits, correlations, start)


def _by_lag(
    name: StructureName,
    visits: int,
    correlations: Callable[[Array], tuple[Array, Array, Array]],
    start: Callable[[Array], Array],
) -> Structure:
    """S_ij = exp(l_i + l_j) ρ_|i−j|, where ``correlations(φ)`` gives ρ by lag and its two derivatives in φ."""
    index = np.arange(visits)
    lag = np.abs(index[:, None] - index[None])
    touch = np.zeros((visits, visits, visits))
    touch[index, index, :] += 1.0
    touch[index, :, index] += 1.0

    def split(theta: Array) -> tuple[Array, tuple[Array, Array, Array]]:
        sd = np.exp(theta[:visits])
        return np.outer(sd, sd), correlations(theta[visits:])

    def sigma(theta: Array) -> Array:
        scale, (rho, _, _) = split(theta)
        return scale * rho[lag]

    def gradient(theta: Array) -> Array:
        scale, (rho, first, _) = split(theta)
        return np.concatenate([touch * (scale * rho[lag]), scale * first[:, lag]])

    def hessian(theta: Array) -> Second:
        scale, (rho, first, second) = split(theta)
        scaled = scale * rho[lag]

        def against(p: Array) -> Array:
            whole, part = p * scaled, p * scale
            by_visit = whole + whole.T + np.diag(whole.sum(axis=0) + whole.sum(axis=1))
            of_lag = [part * f[lag] for f in first]
            cross = np.stack([m.sum(axis=0) + m.sum(axis=1) for m in of_lag], axis=1)
            sums = np.bincount(lag.ravel(), part.ravel(), minlength=visits)
            return np.block([[by_visit, cross], [cross.T, second @ sums]])

        def weighted(w: Array) -> Array:
            own = w[:visits, :visits]
            pairs = np.diagonal(own)[:, None] + np.diagonal(own)[None] + own + own.T
            cross = (w[:visits, visits:] @ first)[index[:, None], lag]
            return scaled * pairs + 2 * scale * (cross + cross.T) + scale * np.tensordot(w[visits:, visits:], second, 2)[lag]

        return Second(against, weighted)

    return Structure(name=name, start=start, sigma=sigma, gradient=gradient, hessian=hessian)


FALLBACK: tuple[Callable[[int], Structure], ...] = (
    unstructured,
    heterogeneous_toeplitz,
    heterogeneous_ar1,
    compound_symmetry,
)
"""The order in which :func:`aadash.stats.mmrm.mmrm` tries structures."""
