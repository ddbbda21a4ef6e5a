"""Brunner and Munzel's statistic over all arrangements of two groups: the p that few patients have."""

from __future__ import annotations

import itertools
import math

import numpy as np

from aadash.stats._numeric import NAN

#: In a group smaller than this, t is no approximation to go by (Neubert & Brunner 2007).
FEW = 10
#: Up to so many arrangements all are looked at; else so many are drawn.
MOST, DRAWS = 50_000, 9_999
SEED = 20250117
_BLOCK = 20_000


def permuted_p(a: np.ndarray, b: np.ndarray) -> float:
    """Two-sided p: the share of arrangements whose statistic is as far from 0 as the one seen; drawn ones as (1 + hits)/(1 + draws).

    Groups that do not overlap are further apart than any others, whose share is known without looking. NaN where no arrangement
    differs from another: one patient in each group, or all values equal.
    """
    a, b = sorted((a, b), key=len)
    values, m = np.concatenate((a, b)), len(a)
    total = len(values)
    if total < 3 or values.min() == values.max():
        return NAN
    order = np.argsort(values, kind="stable")  # what is drawn depends neither on the order of the patients nor on that of the groups
    values, first = values[order], (order < m)[None, :]
    above = (values[:, None] > values) + 0.5 * (values[:, None] == values)
    np.fill_diagonal(above, 0.0)
    seen = float(_size(first, above)[0])
    if math.isinf(seen):
        ends = {k for k in (m, total - m) if values[k - 1] < values[k]}
        return (2 if m == total - m else len(ends)) / math.comb(total, m)
    if math.comb(total, m) <= MOST:
        count = math.comb(total, m)
        each = itertools.chain.from_iterable(itertools.combinations(range(total), m))
        chosen = np.fromiter(each, dtype=np.intp, count=count * m).reshape(count, m)
        hits = sum(_hits(chosen[i : i + _BLOCK], total, above, seen) for i in range(0, len(chosen), _BLOCK))
        return hits / len(chosen)
    rng = np.random.default_rng(SEED)
    drawn = np.argsort(rng.random((DRAWS, total)), axis=1)[:, :m]
    return (1 + _hits(drawn, total, above, seen)) / (1 + DRAWS)


def _hits(chosen: np.ndarray, total: int, above: np.ndarray, seen: float) -> int:
    first = np.zeros((len(chosen), total), dtype=bool)
    np.put_along_axis(first, chosen, True, axis=1)
    return int((_size(first, above) >= seen - 1e-9).sum())


def _size(first: np.ndarray, above: np.ndarray) -> np.ndarray:
    """|t| of each arrangement (rows of ``first``, True for the first group): infinite where the groups do not overlap."""
    m = first[0].sum()
    n = first.shape[1] - m
    # how many of the other group lie below each patient, ties half
    x, y = (~first).astype(float) @ above.T, first.astype(float) @ above.T
    mean_x, mean_y = (x * first).sum(axis=1) / m, (y * ~first).sum(axis=1) / n
    spread = np.zeros(len(first))
    if m > 1:
        spread += ((x - mean_x[:, None]) ** 2 * first).sum(axis=1) / ((m - 1) * m * n * n)
    if n > 1:
        spread += ((y - mean_y[:, None]) ** 2 * ~first).sum(axis=1) / ((n - 1) * n * m * m)
    away = np.abs(mean_x / n - 0.5)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spread > 1e-15, away / np.sqrt(spread), np.where(away > 1e-12, np.inf, 0.0))
