"""How far two numbers go together over patients: Pearson's and Spearman's correlation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from aadash.errors import NotComputable


@dataclass(frozen=True, slots=True)
class Correlation:
    """A correlation of ``n`` pairs, its two-sided ``p``, and Fisher's limits (NaN for three pairs)."""

    r: float
    p: float
    ci_low: float
    ci_high: float
    n: int


def _pairs(x: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if a.shape != b.shape or a.ndim != 1:
        raise NotComputable(f"The two measures have {a.shape} and {b.shape} values", expected="one of each for every patient")
    both = ~np.isnan(a) & ~np.isnan(b)
    a, b = a[both], b[both]
    if a.size < 3:
        raise NotComputable(f"{a.size} patients have both measures", expected="three at least")
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        raise NotComputable("One of the two measures is the same in every patient, so nothing can go with it")
    return a, b


def _limits(r: float, n: int, level: float) -> tuple[float, float]:
    if n < 4:
        return float("nan"), float("nan")
    if abs(r) >= 1:
        return float(r), float(r)
    half = scipy.stats.norm.ppf((1 + level) / 2) / np.sqrt(n - 3)
    z = np.arctanh(r)
    return float(np.tanh(z - half)), float(np.tanh(z + half))


def pearson(x: ArrayLike, y: ArrayLike, level: float = 0.95) -> Correlation:
    """Pearson's correlation of two equally long samples; a pair with a NaN is left out.

    t test with n − 2 degrees of freedom; limits by Fisher's z (Fisher 1921). R: ``cor.test(x, y)``. Raises NotComputable for fewer
    than three pairs or a sample that does not vary. Misleads where the relation is bent or one patient makes it: look at the picture.
    """
    a, b = _pairs(x, y)
    found = scipy.stats.pearsonr(a, b)
    r = float(found.statistic)
    return Correlation(r, float(found.pvalue), *_limits(r, a.size, level), a.size)


def spearman(x: ArrayLike, y: ArrayLike, level: float = 0.95) -> Correlation:
    """Spearman's rank correlation of two equally long samples; ties take their mean rank, a pair with a NaN is left out.

    p by the t approximation. R: ``cor.test(x, y, method = "spearman", exact = FALSE)``. Limits by Fisher's z with the standard
    error of Bonett & Wright 2000 (doi:10.1007/BF02294183), √((1 + r²/2)/(n − 3)). Raises NotComputable as :func:`pearson` does.
    """
    a, b = _pairs(x, y)
    found = scipy.stats.spearmanr(a, b)
    r, n = float(found.statistic), a.size
    if n < 4 or abs(r) >= 1:
        return Correlation(r, float(found.pvalue), *_limits(r, n, level), n)
    half = scipy.stats.norm.ppf((1 + level) / 2) * np.sqrt((1 + r * r / 2) / (n - 3))
    z = np.arctanh(r)
    return Correlation(r, float(found.pvalue), float(np.tanh(z - half)), float(np.tanh(z + half)), n)
