"""Brunner and Munzel's statistic over all arrangements of two groups: the p that few patients have."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from aadash.stats._numeric import NAN

#: In a group smaller than this, t is no approximation to go by (Neubert & Brunner 2007).
FEW = 10
#: Up to so many arrangements all are looked at; else so many are drawn.
MOST, DRAWS = 50_000, 9_999
SEED = 20250117
#: Comparisons within the smaller group that are held at once.
_HELD = 2_000_000


def permuted_p(a: np.ndarray, b: np.ndarray) -> float:
    """Two-sided p: the share of arrangements whose statistic is as far from 0 as the one seen; drawn ones as (1 + hits)/(1 + draws).

    Groups that do not overlap are further apart than any others, whose share is known without looking. NaN where no arrangement
    differs from another: one patient in each group, or all values equal. Time grows with the patients and with the square of the
    smaller group.
    """
    a, b = sorted((a, b), key=len)
    values, m = np.concatenate((a, b)), len(a)
    total = len(values)
    if total < 3 or values.min() == values.max():
        return NAN
    order = np.argsort(values, kind="stable")  # what is drawn depends neither on the order of the patients nor on that of the groups
    values = values[order]
    levels = _Levels.of(values)
    seen = float(levels.size(np.flatnonzero(order < m)[None, :])[0])
    if math.isinf(seen):
        ends = {k for k in (m, total - m) if values[k - 1] < values[k]}
        return (2 if m == total - m else len(ends)) / math.comb(total, m)
    if math.comb(total, m) <= MOST:
        count = math.comb(total, m)
        each = itertools.chain.from_iterable(itertools.combinations(range(total), m))
        return levels.hits(np.fromiter(each, dtype=np.intp, count=count * m).reshape(count, m), seen) / count
    return (1 + levels.hits(_drawn(total, m), seen)) / (1 + DRAWS)


def _drawn(total: int, m: int) -> np.ndarray:
    """Who is in the smaller group, without putting a patient in twice: arrangements that do are drawn again."""
    rng = np.random.default_rng(SEED)
    if m * m > total:
        return np.argsort(rng.random((DRAWS, total)), axis=1)[:, :m]
    drawn = np.sort(rng.integers(total, size=(DRAWS, m)), axis=1)
    while (twice := (np.diff(drawn, axis=1) == 0).any(axis=1)).any():
        drawn[twice] = np.sort(rng.integers(total, size=(int(twice.sum()), m)), axis=1)
    return drawn


@dataclass(frozen=True, eq=False)
class _Levels:
    """The value of each patient as a number among the distinct ones, and how many patients are at, below and above each."""

    codes: np.ndarray
    at: np.ndarray
    below: np.ndarray
    above: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> _Levels:
        _, codes, at = np.unique(values, return_inverse=True, return_counts=True)
        upto = np.cumsum(at)
        return cls(codes, at.astype(float), (upto - at).astype(float), (len(values) - upto).astype(float))

    def hits(self, chosen: np.ndarray, seen: float) -> int:
        """How many arrangements are as far from 0 as ``seen``."""
        step = max(1, _HELD // chosen.shape[1] ** 2)
        return sum(int((self.size(chosen[i : i + step]) >= seen - 1e-9).sum()) for i in range(0, len(chosen), step))

    def size(self, chosen: np.ndarray) -> np.ndarray:
        """|t| of each arrangement (rows of ``chosen``: who is in the first group), infinite where the groups do not overlap.

        For a patient of the first group, x is how many of the second lie below; for one of the second, y how many of the first do;
        ties half. The sum of y² over everybody is one of pairs of the first group: both lie below whoever is above the higher one.
        """
        m, n = chosen.shape[1], len(self.codes) - chosen.shape[1]
        c = self.codes[chosen]
        one, other = c[:, :, None], c[:, None, :]
        within = ((one > other) + 0.5 * (one == other)).sum(axis=2)
        x = self.below[c] + 0.5 * self.at[c] - within
        higher = np.maximum(one, other)
        squares = (self.above[higher] + np.where(one == other, 0.25, 0.5) * self.at[higher]).sum(axis=(1, 2)) - (within**2).sum(axis=1)
        sum_x = x.sum(axis=1)
        sum_y = m * n - sum_x
        spread = np.zeros(len(c))
        if m > 1:
            spread += (m * (x**2).sum(axis=1) - sum_x**2) / (m * (m - 1)) / (m * n * n)
        if n > 1:
            spread += (n * squares - sum_y**2) / (n * (n - 1)) / (n * m * m)
        away = np.abs(sum_x / (m * n) - 0.5)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(spread > 1e-15, away / np.sqrt(spread), np.where(away > 1e-12, np.inf, 0.0))
