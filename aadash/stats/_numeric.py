"""Small numeric helpers that the statistics share: NaN removal, sums of squares, midranks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

NAN = math.nan
#: Values closer than this share of the largest are the same value. Binary fractions part 53.3 − 64.4 and 43.3 − 32.2 by
#: 1e-15 of 100; what was recorded to three decimals is 1e-5 of 100 apart, and two different percent changes of such values
#: 1e-8. (R: ``wilcox.test(digits.rank = 7)``, which the documentation recommends for the same reason.)
SAME = 1e-10


def clean(x: ArrayLike) -> np.ndarray:
    """``x`` as a one-dimensional float array without its NaN."""
    a = np.asarray(x, dtype=float)
    keep = a == a
    return a if keep.all() else a[keep]


def clean_pairs(x: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """The elements of ``x`` and ``y`` at the positions where neither is NaN."""
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"paired samples must have the same length, found {a.size} and {b.size}")
    keep = (a == a) & (b == b)
    return (a, b) if keep.all() else (a[keep], b[keep])


def clean_groups(groups: Sequence[ArrayLike]) -> list[np.ndarray]:
    """Each group without its NaN, empty groups dropped."""
    return [g for g in map(clean, groups) if g.size]


def mean_ss(x: np.ndarray) -> tuple[float, float]:
    """Mean and sum of squared deviations of a non-empty array; exactly 0 when all values are equal."""
    low, high = float(x.min()), float(x.max())
    if low == high:
        return low, 0.0
    mean = float(x.sum()) / x.size
    d = x - mean
    return mean, float(d @ d)


def mean_var(x: np.ndarray) -> tuple[float, float]:
    """Mean and variance with n − 1 below the line; variance NaN for one value, both NaN for none."""
    if not x.size:
        return NAN, NAN
    mean, ss = mean_ss(x)
    return mean, ss / (x.size - 1) if x.size > 1 else NAN


def slack(x: np.ndarray, same: float = SAME) -> float:
    """The distance within which two of the values ``x`` are the same."""
    return same * float(np.abs(x).max(initial=0.0, where=np.isfinite(x)))


def midranks(x: np.ndarray, same: float = SAME) -> tuple[np.ndarray, float]:
    """Ranks from 1 with ties averaged, and Σ(t³ − t) over the tied groups (0 without ties).

    Values closer than ``same`` times the largest are tied: they were equal before they were binary fractions.
    """
    n = x.size
    order = x.argsort(kind="stable")
    s = x[order]
    first = np.empty(n + 1, dtype=bool)
    first[0] = first[n] = True
    np.greater(s[1:], s[:-1] + slack(s, same), out=first[1:n])
    edges = np.flatnonzero(first)
    ranks = np.empty(n)
    if edges.size == n + 1:
        ranks[order] = np.arange(1.0, n + 1.0)
        return ranks, 0.0
    counts = np.diff(edges)
    ranks[order] = np.repeat((edges[:-1] + edges[1:] + 1) / 2.0, counts)
    t = counts.astype(float)
    return ranks, float((t * (t * t - 1.0)).sum())


def oneway_sums(groups: Sequence[np.ndarray]) -> tuple[float, float, int, int]:
    """Between and within sums of squares of non-empty groups, and their degrees of freedom."""
    n = np.array([g.size for g in groups], dtype=float)
    parts = [mean_ss(g) for g in groups]
    means = np.array([m for m, _ in parts])
    within = math.fsum(ss for _, ss in parts)
    if means.min() == means.max():
        between = 0.0
    else:
        deviations = means - float(n @ means) / float(n.sum())
        between = float(n @ (deviations * deviations))
    return between, within, len(groups) - 1, int(n.sum()) - len(groups)
