"""Drawing the estimates of many groups towards one centre, the more so the less each rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from aadash.stats.distributions import z_crit


@dataclass(frozen=True, slots=True)
class Shrunken:
    """Estimates drawn towards ``centre``, in the order given.

    ``weight`` is the share (0–1) of the raw estimate that is left, τ²/(τ² + v); ``tau2`` the variance between groups.
    """

    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    weight: np.ndarray
    tau2: float
    centre: float


def paule_mandel(estimates: ArrayLike, variances: ArrayLike, centre: float) -> float:
    """Variance τ² between groups about a given centre, by the method of moments.

    The τ² ≥ 0 that solves Σ(yᵢ − c)²/(vᵢ + τ²) = m; 0 when the left side at τ² = 0 is already m or less. Paule & Mandel
    1982, doi:10.6028/jres.087.022; with the centre given, m replaces m − 1. R: ``uniroot`` on that equation
    (``metafor::rma(method = "PM")`` estimates the centre too).

    Raises ValueError for no estimate or a variance that is not positive. Imprecise with few groups.
    """
    y, v = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    if y.ndim != 1 or y.shape != v.shape or not len(y) or not (v > 0).all():
        raise ValueError("each of at least one estimate needs a positive variance")
    squares, m = (y - centre) ** 2, len(y)
    if float((squares / v).sum()) <= m:
        return 0.0
    low, high = 0.0, float(squares.sum()) / m  # at the upper end each of m terms is at most m·(its share) / m
    tau2 = 0.0
    for _ in range(200):
        value = float((squares / (v + tau2)).sum()) - m
        low, high = (tau2, high) if value > 0 else (low, tau2)
        slope = float((squares / (v + tau2) ** 2).sum())
        newton = tau2 + value * (value + m) / (m * slope)
        step = newton if low < newton < high else 0.5 * (low + high)
        if abs(step - tau2) <= 1e-14 * max(step, 1e-300):
            return step
        tau2 = step
    return tau2


def shrink(estimates: ArrayLike, variances: ArrayLike, centre: float, centre_variance: float = 0.0, level: float = 0.95) -> Shrunken:
    """Empirical-Bayes estimates of a normal–normal model: yᵢ ~ N(θᵢ, vᵢ), θᵢ ~ N(c, τ²), τ² by :func:`paule_mandel`.

    With B = v/(v + τ²): θ̂ = c + (1 − B)(y − c), variance (1 − B)v + B²·Var(c), normal limits. Efron & Morris 1973,
    doi:10.1080/01621459.1973.10481350; Morris 1983, doi:10.1080/01621459.1983.10477920. R: by hand;
    ``metafor::blup`` with an estimated centre.

    Each raw estimate is drawn towards the centre by the share B, so a group of four moves far and one of four hundred
    hardly. The limits take τ² for known and are a little too narrow with few groups (Laird & Louis 1987,
    J Am Stat Assoc 82:739); groups that share patients are treated as if they did not.
    """
    y, v = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    tau2 = paule_mandel(y, v, centre)
    weight = tau2 / (tau2 + v)
    mean = centre + weight * (y - centre)
    half = z_crit(level) * np.sqrt(weight * v + (1.0 - weight) ** 2 * centre_variance)
    return Shrunken(mean, mean - half, mean + half, weight, tau2, centre)
