"""The hypergeometric distribution behind Fisher's test and the conditional odds ratio."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaln

from aadash.errors import NotComputable

#: R's tolerance for calling two tables equally probable.
TIE = 1 + 1e-7
#: Below e to this an IEEE double is 0.
NOTHING = -750.0
#: Most partial tables that the exact r × 2 test enumerates on either side.
MAX_PARTIAL_TABLES = 2_000_000


def log_choose(n: float, k: np.ndarray) -> np.ndarray:
    """Logarithm of n over k, elementwise."""
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def hypergeometric(k1: int, n1: int, k2: int, n2: int) -> tuple[np.ndarray, np.ndarray]:
    """Possible responders of group 1 given the margins, and the log of their null probabilities (up to a constant).

    Of millions only those that a double can tell from 0, as a share of the largest: the probabilities fall from the mode to either
    side (they are log-concave), so what lies beyond such an edge is smaller still.
    """
    for k, n in ((k1, n1), (k2, n2)):
        if not 0 <= k <= n:
            raise ValueError(f"{k} of {n} is no proportion")
    total = k1 + k2
    low, high = max(0, total - n2), min(n1, total)
    mode = min(high, max(low, (total + 1) * (n1 + 1) // (n1 + n2 + 2)))

    def log_weight(x: np.ndarray) -> np.ndarray:
        return log_choose(n1, x) + log_choose(n2, total - x)

    top, reach = float(log_weight(np.array([float(mode)]))[0]), 2**16
    while True:
        begin, end = max(low, mode - reach), min(high, mode + reach)
        ends = log_weight(np.array([begin, end], dtype=float)) - top
        if all(place == edge or fall < NOTHING for place, edge, fall in zip((begin, end), (low, high), ends, strict=True)):
            break
        reach *= 2
    support = np.arange(begin, end + 1, dtype=float)
    weights = log_weight(support)
    return support, weights - weights.max()


def _splits(rows: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """All splits of ``rows`` into two columns: the first-column total of each, and its log weight."""
    totals, logs = np.zeros(1, dtype=np.int64), np.zeros(1)
    for n in rows:
        x = np.arange(int(n) + 1)
        if totals.size * x.size > MAX_PARTIAL_TABLES:
            raise NotComputable(
                "The exact test of this table needs too many tables to be enumerated",
                fix="Use the chi-squared test, or merge levels",
            )
        totals = (totals[:, None] + x).ravel()
        logs = (logs[:, None] + log_choose(n, x.astype(float))).ravel()
    return totals, logs


def r_by_2_tail(rows: np.ndarray, first: np.ndarray) -> float:
    """P, given the margins, of all r × 2 tables no more probable than the one whose first column is ``first``.

    The rows are dealt to two halves; the splits of each are enumerated and met by their totals: for each split of one
    half, the sum over the improbable enough splits of the other is read off a cumulative sum.
    """
    total = int(first.sum())
    observed = math.fsum(float(log_choose(n, np.array([k]))[0]) for n, k in zip(rows, first, strict=True))
    limit = observed + math.log(TIE)
    halves: tuple[list[float], list[float]] = ([], [])
    size = [1.0, 1.0]
    for n in sorted(map(float, rows), reverse=True):
        side = 0 if size[0] <= size[1] else 1
        halves[side].append(n)
        size[side] *= n + 1
    (totals_a, logs_a), (totals_b, logs_b) = _splits(halves[0]), _splits(halves[1])
    order_a, order_b = np.argsort(totals_a, kind="stable"), np.lexsort((logs_b, totals_b))
    totals_a, logs_a, totals_b, logs_b = totals_a[order_a], logs_a[order_a], totals_b[order_b], logs_b[order_b]
    scale = float(log_choose(float(rows.sum()), np.array([float(total)]))[0])
    p = 0.0
    for s in range(int(totals_a[-1]) + 1):
        a0, a1 = np.searchsorted(totals_a, [s, s + 1])
        b0, b1 = np.searchsorted(totals_b, [total - s, total - s + 1])
        if a0 == a1 or b0 == b1:
            continue
        a, b = logs_a[a0:a1], logs_b[b0:b1]
        below = np.concatenate(([0.0], np.cumsum(np.exp(b - b[-1]))))
        p += float((np.exp(a + b[-1] - scale) * below[np.searchsorted(b, limit - a, side="right")]).sum())
    return min(1.0, p)
