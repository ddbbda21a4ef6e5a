"""The studentized range distribution, for Games–Howell.

P(Q > q) is the mean over s = χ(df)/√df of P(range of k standard normals > q·s). Both integrals are taken by the
trapezoid rule, which converges geometrically for such integrands (in log s, and in the normal variable shifted by
half the range). The tail itself is integrated, so small probabilities keep their relative precision (1e-10 up to 20
groups, where R's own algorithm keeps 1e-8 to 1e-3).
Lund & Lund 1983, doi:10.2307/2347300. R: ``ptukey``, ``qtukey``.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy.special import gammaln, ndtr, stdtrit

#: Nodes of the inner rule: half a range from the middle of the two extremes.
_STEP = 0.3
_NODES = np.arange(-7.5, 7.51, _STEP)


def _range_tail(w: np.ndarray, k: int) -> np.ndarray:
    """P(range of k standard normals > w), for each w > 0."""
    z = w[:, None] / 2.0 + _NODES
    below = ndtr(z)
    share = np.minimum(ndtr(z - w[:, None]) / below, 1.0 - 1e-16)
    inside = below ** (k - 1) * -np.expm1((k - 1) * np.log1p(-share))
    density = np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    return k * _STEP * (density * inside).sum(axis=1)


def tail(q: float, k: int, df: float) -> float:
    """P(Q > q) for the studentized range of ``k`` means with ``df`` degrees of freedom."""
    if not q > 0:
        return 1.0
    step = min(0.12, 0.4 / math.sqrt(df))
    low = 0.5 * math.log(df / (df + q * q / 2.0)) - 32.0 / df - 4.0 / math.sqrt(df)
    high = math.log1p(8.7 / math.sqrt(df))
    u = np.arange(low, high + step, step)
    s = np.exp(u)
    log_density = math.log(2.0) + df / 2 * math.log(df / 2) - gammaln(df / 2) + df * u - df * s * s / 2
    return min(1.0, float(step * (np.exp(log_density) @ _range_tail(q * s, k))))


@lru_cache(maxsize=1024)
def critical(probability: float, k: int, df: float) -> float:
    """The q with P(Q > q) = ``probability``, by the secant rule on log q and log P."""
    first = math.log(math.sqrt(2.0) * -float(stdtrit(df, probability / (k * (k - 1)))))
    target = math.log(probability)
    a, b = first - 0.05, first
    fa, fb = (math.log(tail(math.exp(v), k, df)) - target for v in (a, b))
    for _ in range(50):
        if abs(fb) < 1e-12 or fa == fb:
            break
        a, b, fa = b, b - fb * (b - a) / (fb - fa), fb
        fb = math.log(tail(math.exp(b), k, df)) - target
    return math.exp(b)
