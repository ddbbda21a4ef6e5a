"""Small numeric helpers that the statistics share: NaN removal, counted samples, sums of squares, midranks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

NAN = math.nan
#: Values closer than this share of the largest are the same value. Binary fractions part 53.3 − 64.4 and 43.3 − 32.2 by
#: 1e-15 of 100; what was recorded to three decimals is 1e-5 of 100 apart, and two different percent changes of such values
#: 1e-8. (R: ``wilcox.test(digits.rank = 7)``, which the documentation recommends for the same reason.)
SAME = 1e-10


class Tally:
    """A sample as its values in ascending order and how often each occurs (frequency weights): what a large table needs to hold of it.

    It stands in the place of an array wherever a statistic says so: as long as there are values counted, and indexed as the ordered
    sample would be. NaN are not counted.
    """

    __slots__ = ("_moments", "among", "counts", "ends", "values")

    def __init__(self, values: np.ndarray, counts: np.ndarray, ordered: bool = False) -> None:
        if not ordered:
            order = values.argsort(kind="stable")
            values, counts = values[order], counts[order]
        #: What it was made of: samples of the same values (the same array) are ranked together without another sort.
        self.among = (values, counts)
        keep = counts > 0
        if not keep.all():
            values, counts = values[keep], counts[keep]
        # counts as float, which hold whole numbers to 9e15: a product with the values is then one call of BLAS
        self.values, self.counts = values, np.asarray(counts, dtype=float)
        self.ends = self.counts.cumsum()
        self._moments: tuple[float, float] | None = None

    @property
    def size(self) -> int:
        """Values counted."""
        return int(self.ends[-1]) if self.ends.size else 0

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, place: int) -> float:
        """The value at ``place`` (negative: from the end) of the ordered sample."""
        return float(self.values[int(np.searchsorted(self.ends, place % self.size, side="right"))])

    def min(self) -> float:
        """The smallest value."""
        return float(self.values[0])

    def max(self) -> float:
        """The largest value."""
        return float(self.values[-1])

    def sum(self) -> float:
        """Σ count × value."""
        return float(self.values @ self.counts)

    def mean(self) -> float:
        """The mean."""
        return mean_ss(self)[0]

    def std(self, ddof: int = 0) -> float:
        """The standard deviation, n − ``ddof`` below the line."""
        return math.sqrt(mean_ss(self)[1] / (self.size - ddof))

    def quantile(self, fraction: float) -> float:
        """The quantile of type 7 (R's default)."""
        position = (self.size - 1) * fraction
        low = math.floor(position)
        below, weight = self[low], position - low
        return below + weight * (self[low + 1] - below) if weight else below

    def map(self, function: Callable[[np.ndarray], np.ndarray]) -> Tally:
        """The sample of a function of its values."""
        return Tally(function(self.values), self.counts)

    def rows(self) -> np.ndarray:
        """The ordered sample itself."""
        return np.repeat(self.values, self.counts.astype(int))


def clean(x: ArrayLike | Tally) -> np.ndarray:
    """``x`` as a one-dimensional float array without its NaN; a :class:`Tally` stays what it is."""
    if isinstance(x, Tally):
        return x  # type: ignore[return-value]  # it stands in the place of an array
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


def in_order(x: np.ndarray | Tally) -> np.ndarray:
    """The sample in ascending order."""
    return x if isinstance(x, Tally) else np.sort(x)  # type: ignore[return-value]  # it stands in the place of an array


def mean_ss(x: np.ndarray | Tally) -> tuple[float, float]:
    """Mean and sum of squared deviations of a non-empty sample; exactly 0 when all values are equal."""
    low, high = float(x.min()), float(x.max())
    if low == high:
        return low, 0.0
    if isinstance(x, Tally):
        if x._moments is None:
            mean = x.sum() / x.size
            d = x.values - mean
            d *= d
            x._moments = (mean, float(d @ x.counts))
        return x._moments
    mean = float(x.sum()) / x.size
    d = x - mean
    return mean, float(d @ d)


def mean_var(x: np.ndarray | Tally) -> tuple[float, float]:
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


def rank_sums(groups: Sequence[np.ndarray]) -> tuple[list[float], float, int]:
    """The sum of each group's midranks among all, Σ(t³ − t) over the ties, and how many values there are."""
    if not any(isinstance(g, Tally) for g in groups):
        ranks, ties = midranks(np.concatenate(groups))
        edges = np.cumsum([0, *(g.size for g in groups)])
        return [float(ranks[a:b].sum()) for a, b in pairwise(edges)], ties, ranks.size
    parts = [g if isinstance(g, Tally) else Tally(g, np.ones(g.size)) for g in groups]
    values = parts[0].among[0]
    if all(g.among[0] is values for g in parts):
        each = [g.among[1] for g in parts]
        total = each[0] + sum(each[1:])
        ranks, ties = _midranks_in_order(values, total)
        return [float(ranks @ n) for n in each], ties, int(total.sum())
    values, counts = np.concatenate([g.values for g in parts]), np.concatenate([g.counts for g in parts])
    ranks, ties = counted_midranks(values, counts)
    edges = np.cumsum([0, *(g.values.size for g in parts)])
    return [float(ranks[a:b] @ counts[a:b]) for a, b in pairwise(edges)], ties, int(counts.sum())


def ranks_within(a: np.ndarray | Tally, b: np.ndarray | Tally) -> tuple[np.ndarray | Tally, np.ndarray | Tally]:
    """How many values of the other sample lie below each of a sample, ties half: a sample for each of two."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        pooled, m = midranks(np.concatenate((a, b)))[0], len(a)
        return pooled[:m] - midranks(a)[0], pooled[m:] - midranks(b)[0]
    a, b = (v if isinstance(v, Tally) else Tally(v, np.ones(v.size)) for v in (a, b))
    k = len(a.values)
    pooled = counted_midranks(np.concatenate((a.values, b.values)), np.concatenate((a.counts, b.counts)))[0]
    within = (pooled[:k] - counted_midranks(a.values, a.counts)[0], pooled[k:] - counted_midranks(b.values, b.counts)[0])
    return Tally(within[0], a.counts), Tally(within[1], b.counts)


def counted_midranks(x: np.ndarray, counts: np.ndarray, same: float = SAME) -> tuple[np.ndarray, float]:
    """:func:`midranks` where each of ``x`` stands ``counts`` times."""
    order = x.argsort(kind="stable")
    ranks = np.empty(x.size)
    ranks[order], ties = _midranks_in_order(x[order], counts[order], same)
    return ranks, ties


def _midranks_in_order(s: np.ndarray, n: np.ndarray, same: float = SAME) -> tuple[np.ndarray, float]:
    """:func:`counted_midranks` of ascending values."""
    first = np.ones(s.size, dtype=bool)
    np.greater(s[1:], s[:-1] + slack(s, same), out=first[1:])
    edges = np.flatnonzero(first)
    tied = np.add.reduceat(n, edges)
    below = np.cumsum(tied) - tied
    ranks = np.repeat(below + (tied + 1) / 2.0, np.diff([*edges, s.size]))
    t = tied.astype(float)
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
