"""Rates and their differences over m completed data sets."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from aadash.errors import NotComputable
from aadash.stats.distributions import t_crit
from aadash.stats.imputation import Pooled, pool
from aadash.stats.proportions import Interval, wilson


def pool_rate(responders: ArrayLike, n: int, level: float = 0.95) -> Interval:
    """Wilson's interval of a rate whose numerator was counted in m ≥ 2 completed data sets.

    ``responders`` holds m counts out of ``n``. Q̄ = mean rate, U̅ = mean of Q(1 − Q)/(n − 1), B the variance between, r =
    (1 + 1/m)B/U̅, t on (m − 1)(1 + 1/r)² degrees of freedom; limits solve |Q̄ − π| = t√((1 + r) π(1 − π)/n): Wilson's with t²(1 + r)
    in the place of z². Lott & Reiter 2020, doi:10.1080/00031305.2018.1473796. R: by hand. Without anything between the copies it
    is Wilson's interval.

    Raises NotComputable with n = 0.
    """
    q = np.asarray(responders, dtype=float) / n if n else np.array([])
    if not n:
        raise NotComputable("A rate needs at least one patient, found none")
    m, estimate = q.size, float(q.mean())
    between, within = float(q.var(ddof=1)), float((q * (1 - q)).mean()) / max(n - 1, 1)
    if np.ptp(q) == 0:
        return wilson(round(estimate * n), n, level)
    r = (1 + 1 / m) * between / within if within > 0 else math.inf
    if not math.isfinite(r):
        return Interval(estimate, 0.0, 1.0)
    df = (m - 1) * (1 + 1 / r) ** 2
    reach = t_crit(min(df, 1e10), level) ** 2 * (1 + r) / n
    middle = (estimate + reach / 2) / (1 + reach)
    half = math.sqrt(reach * estimate * (1 - estimate) + reach**2 / 4) / (1 + reach)
    return Interval(estimate, max(0.0, middle - half), min(1.0, middle + half))


def pool_rate_difference(k1: ArrayLike, n1: int, k2: ArrayLike, n2: int, level: float = 0.95) -> Pooled:
    """Difference of two rates, first minus second, over m ≥ 2 completed data sets, by Rubin's rules.

    The variance in each copy is that of Agresti and Caffo, one responder and one other added to each group, so that it is never 0;
    the estimate is the plain difference. Degrees of freedom after Barnard and Rubin with n₁ + n₂ − 2 for complete data. Agresti &
    Caffo 2000, doi:10.1080/00031305.2000.10474560; Rubin 1987. R: ``mice::pool.scalar`` on these estimates and variances.

    Raises NotComputable with an empty group.
    """
    if not n1 or not n2:
        raise NotComputable("A difference of rates needs patients in both groups")
    a, b = np.asarray(k1, dtype=float), np.asarray(k2, dtype=float)
    p1, p2 = (a + 1) / (n1 + 2), (b + 1) / (n2 + 2)
    variance = p1 * (1 - p1) / (n1 + 2) + p2 * (1 - p2) / (n2 + 2)
    return pool(a / n1 - b / n2, variance, n1 + n2 - 2, level)
