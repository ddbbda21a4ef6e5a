"""How far chance alone carries a subgroup of a given size from the whole: limits for a funnel plot."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import ArrayLike

from aadash.stats.distributions import z_crit


def count_limits(k: int, total: int, sizes: ArrayLike, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Limits of the rate among ``sizes`` patients drawn at random from ``total``, of whom ``k`` are responders.

    The (1 − level)/2 and 1 − (1 − level)/2 quantiles of the hypergeometric distribution, over n: exact, and as narrow
    as must be since the subgroup is part of the whole (a binomial band is wider, by √((N − 1)/(N − n))). A rate outside
    is as rare as its tail says. R: ``qhyper(p, k, total - k, n) / n``. Funnel plots: Spiegelhalter 2005,
    doi:10.1002/sim.1970, with binomial limits.

    Returns the lower and the upper limits (0–1). Raises ValueError for a size outside 1 … total.
    """
    n = _sizes(sizes, total)
    tail = (1.0 - level) / 2.0
    low, high = (np.asarray(scipy.stats.hypergeom.ppf(q, total, k, n), dtype=float) for q in (tail, 1.0 - tail))
    return low / n, high / n


def mean_limits(mean: float, sd: float, total: int, sizes: ArrayLike, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Limits of the mean among ``sizes`` patients drawn at random from ``total`` with this mean and SD (n − 1).

    mean ± z·SD·√((1 − n/N)/n): the variance is exact (Cochran 1977, Sampling Techniques, 3rd ed., theorem 2.2), the
    normal form is not for few patients and skewed changes. R: by hand.

    Returns the lower and the upper limits. Raises ValueError for a size outside 1 … total.
    """
    n = _sizes(sizes, total)
    half = z_crit(level) * sd * np.sqrt((1.0 - n / total) / n)
    return mean - half, mean + half


def _sizes(sizes: ArrayLike, total: int) -> np.ndarray:
    n = np.asarray(sizes, dtype=float)
    if len(n) and (n.min() < 1 or n.max() > total):
        raise ValueError(f"a subgroup of {total} patients has between 1 and {total}")
    return n
