"""The exact distribution of the Mann–Whitney U without ties."""

from __future__ import annotations

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=64)
def rank_sum_cdf(m: int, n: int) -> np.ndarray:
    """P(U ≤ u) for u = 0 … mn under the null, without ties (m ≤ n)."""
    # weights[j] holds, for groups of i and j, the share of orderings with each U; the recursion removes the largest.
    rows = [np.ones(1) for _ in range(n + 1)]
    for i in range(1, m + 1):
        current = [np.ones(1)]
        for j in range(1, n + 1):
            out = np.zeros(i * j + 1)
            out[j:] += rows[j] * (i / (i + j))
            out[: i * (j - 1) + 1] += current[j - 1] * (j / (i + j))
            current.append(out)
        rows = current
    cdf = np.cumsum(rows[n])
    cdf.flags.writeable = False
    return cdf
