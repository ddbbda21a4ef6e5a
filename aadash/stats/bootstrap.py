"""Bootstrap intervals (BCa) where no formula can be trusted. Seeded, so the same data give the same interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from aadash.errors import NotComputable
from aadash.stats._numeric import NAN, slack

#: Called with (resamples done, resamples in all) about a hundred times.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BootstrapInterval:
    """A BCa interval, with what is needed to make it again.

    ``bias`` is z₀ (how far the estimate lies from the median of the resamples, in normal deviates), ``n_undefined`` the
    resamples in which the statistic was not defined and which were left out. ``acceleration`` is 0 where no patient moves the
    statistic when left out (a median amid equal values): the interval is then bias-corrected only.
    """

    estimate: float
    low: float
    high: float
    level: float
    resamples: int
    n_undefined: int
    bias: float
    acceleration: float
    seed: int


def _acceleration(samples: Sequence[np.ndarray], statistic: Callable[..., float]) -> float:
    """Efron's acceleration from the jackknife; each sample has its own leave-one-out values. 0 where none of them moves."""
    cubes = squares = 0.0
    for j, sample in enumerate(samples):
        n = sample.shape[0]
        keep = np.ones(n, dtype=bool)
        left_out = np.empty(n)
        for i in range(n):
            keep[i] = False
            left_out[i] = statistic(*samples[:j], sample[keep], *samples[j + 1 :])
            keep[i] = True
        if np.ptp(left_out) <= slack(left_out):
            continue
        influence = (n - 1) * (left_out.mean() - left_out)
        cubes += float((influence**3).sum()) / n**3
        squares += float((influence**2).sum()) / n**2
    return cubes / (6 * squares**1.5) if squares > 0 else 0.0


def _quantile(ordered: np.ndarray, fraction: float) -> float:
    """Quantile of the resamples, interpolated on the normal scale as R's ``boot:::norm.inter``."""
    r = ordered.size
    rank = (r + 1) * fraction
    k = math.floor(rank)
    if k < 1:
        return float(ordered[0])
    if k >= r:
        return float(ordered[-1])
    if k == rank:
        return float(ordered[k - 1])
    below, above, at = ndtri(np.array([k / (r + 1), (k + 1) / (r + 1), fraction]))
    return float(ordered[k - 1] + (at - below) / (above - below) * (ordered[k] - ordered[k - 1]))


def _bca_limits(replicates: np.ndarray, estimate: float, a: float, level: float) -> tuple[float, float, float]:
    """z₀ and the two limits from the resampled statistics."""
    z0 = float(ndtri((replicates < estimate - slack(replicates)).mean()))
    if not (math.isfinite(z0) and math.isfinite(a)):
        return z0, NAN, NAN
    ordered = np.sort(replicates)
    limits = []
    for probability in ((1 - level) / 2, (1 + level) / 2):
        z = z0 + float(ndtri(probability))
        limits.append(_quantile(ordered, float(ndtr(z0 + z / (1 - a * z)))))
    return z0, limits[0], limits[1]


def bootstrap_bca(
    samples: Sequence[ArrayLike],
    statistic: Callable[..., float],
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 20250101,
    progress: Progress | None = None,
) -> BootstrapInterval:
    """Bias-corrected and accelerated (BCa) bootstrap interval of ``statistic(*samples)``.

    Parameters
    ----------
    samples
        One array for each group; its first axis (the patients) is resampled with replacement, groups apart. Visits of
        one patient belong into one row, so that they stay together. NaN is for the caller to remove.
    statistic
        Takes as many arrays as there are samples and returns a float; NaN where it is not defined.
    progress
        Called with (done, resamples) about a hundred times; an exception raised in it ends the computation.

    z₀ = Φ⁻¹(share of resamples below the estimate), a from the jackknife; limits are the quantiles
    Φ(z₀ + (z₀ + z)/(1 − a(z₀ + z))) of the resamples at z = ±z(level). A median amid equal values does not move when one
    patient is left out: a is then 0. NaN limits where all resamples lie on one side of the estimate.
    Efron 1987, doi:10.1080/01621459.1987.10478410.
    R: ``boot::boot.ci(type = "bca")``. It needs about 20 patients a group; it cannot show values that the sample does not
    contain, and fails for extremes (minimum, maximum) and for statistics with few distinct values.

    Raises
    ------
    NotComputable
        With fewer than two patients in a group, when the statistic is not defined, or does not vary.
    """
    arrays = [np.asarray(sample, dtype=float) for sample in samples]
    if not arrays or min(a.shape[0] for a in arrays) < 2:
        raise NotComputable("A bootstrap interval needs at least two patients in each group")
    estimate = float(statistic(*arrays))
    if not math.isfinite(estimate):
        raise NotComputable("The statistic is not defined for these patients, so it has no bootstrap interval")
    rng = np.random.default_rng(seed)
    values = np.empty(resamples)
    every = max(1, resamples // 100)
    for r in range(resamples):
        values[r] = statistic(*(a[rng.integers(0, a.shape[0], a.shape[0])] for a in arrays))
        if progress is not None and (r + 1) % every == 0:
            progress(r + 1, resamples)
    used = values[np.isfinite(values)]
    if used.size < 2 or used.min() == used.max():
        raise NotComputable("The statistic is the same in every resample, so it has no bootstrap interval")
    a = _acceleration(arrays, statistic)
    z0, low, high = _bca_limits(used, estimate, a, level)
    return BootstrapInterval(estimate, low, high, level, resamples, resamples - used.size, z0, a, seed)
