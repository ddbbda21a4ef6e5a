"""Proportions and their differences, each with an interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import betaincinv

from aadash.errors import NotComputable
from aadash.stats._numeric import NAN
from aadash.stats.distributions import z_crit


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its confidence limits, as fractions (not per cent)."""

    estimate: float
    low: float
    high: float


def _check(k: int, n: int) -> None:
    if n <= 0:
        raise NotComputable("A proportion needs at least one patient, found none", fix="Choose a week with visits")
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is no proportion")


def wilson(k: int, n: int, level: float = 0.95, correct: bool = False) -> Interval:
    """Wilson's score interval of k/n, the default here: it stays within 0 and 1 and is sound for small n.

    (p̂ + z²/2n ± z√(p̂(1 − p̂)/n + z²/4n²))/(1 + z²/n). Wilson 1927, doi:10.1080/01621459.1927.10502953.
    R: ``prop.test(k, n, correct = FALSE)``. ``correct`` follows R's ``prop.test(k, n)``, whose continuity correction
    is min(½, |k − n/2|) and so vanishes near one half; other programs give the full ½.

    Raises
    ------
    NotComputable
        With n = 0.
    """
    _check(k, n)
    p, z = k / n, z_crit(level)
    h = z * z / (2 * n)
    shift = min(0.5, abs(k - n / 2)) / n if correct else 0.0
    up, down = p + shift, p - shift
    high = 1.0 if up >= 1 else (up + h + z * math.sqrt(up * (1 - up) / n + h / (2 * n))) / (1 + 2 * h)
    low = 0.0 if down <= 0 else (down + h - z * math.sqrt(down * (1 - down) / n + h / (2 * n))) / (1 + 2 * h)
    return Interval(p, max(0.0, low), min(1.0, high))


def clopper_pearson(k: int, n: int, level: float = 0.95) -> Interval:
    """Clopper–Pearson ("exact") interval of k/n, from beta quantiles.

    Low: the (1 − level)/2 quantile of Beta(k, n − k + 1), high: the 1 − (1 − level)/2 quantile of Beta(k + 1, n − k).
    Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404. R: ``binom.test(k, n)``. It never covers less than it says,
    and so is wider than need be.

    Raises
    ------
    NotComputable
        With n = 0.
    """
    _check(k, n)
    tail = (1 - level) / 2
    low = 0.0 if k == 0 else float(betaincinv(k, n - k + 1, tail))
    high = 1.0 if k == n else float(betaincinv(k + 1, n - k, 1 - tail))
    return Interval(k / n, low, high)


def wald(k: int, n: int, level: float = 0.95) -> Interval:
    """The textbook interval p̂ ± z√(p̂(1 − p̂)/n), not cut at 0 and 1.

    Laplace 1812; why not to use it: Brown, Cai & DasGupta 2001, doi:10.1214/ss/1009213286. R: by hand. It has no
    width at 0 and n responders, and covers far less than it says in small groups.

    Raises
    ------
    NotComputable
        With n = 0.
    """
    _check(k, n)
    p = k / n
    half = z_crit(level) * math.sqrt(p * (1 - p) / n)
    return Interval(p, p - half, p + half)


def agresti_coull(k: int, n: int, level: float = 0.95) -> Interval:
    """Agresti–Coull interval: the Wald interval about p̃ = (k + z²/2)/(n + z²), not cut at 0 and 1.

    ``estimate`` is k/n. Agresti & Coull 1998, doi:10.1080/00031305.1998.10480550. R: ``binom::binom.agresti.coull``.
    Wider than Wilson's, and may leave 0–1 near the ends.

    Raises
    ------
    NotComputable
        With n = 0.
    """
    _check(k, n)
    z = z_crit(level)
    nt = n + z * z
    pt = (k + z * z / 2) / nt
    half = z * math.sqrt(pt * (1 - pt) / nt)
    return Interval(k / n, pt - half, pt + half)


def jeffreys(k: int, n: int, level: float = 0.95) -> Interval:
    """Jeffreys' interval: quantiles of Beta(k + ½, n − k + ½), 0 for the lower at k = 0, 1 for the upper at k = n.

    Brown, Cai & DasGupta 2001, doi:10.1214/ss/1009213286. R: ``qbeta``. Good average coverage, not guaranteed.

    Raises
    ------
    NotComputable
        With n = 0.
    """
    _check(k, n)
    tail = (1 - level) / 2
    low = 0.0 if k == 0 else float(betaincinv(k + 0.5, n - k + 0.5, tail))
    high = 1.0 if k == n else float(betaincinv(k + 0.5, n - k + 0.5, 1 - tail))
    return Interval(k / n, low, high)


def newcombe(k1: int, n1: int, k2: int, n2: int, level: float = 0.95) -> Interval:
    """Newcombe's hybrid score interval of the risk difference k1/n1 − k2/n2, without continuity correction.

    d − √((p₁ − l₁)² + (u₂ − p₂)²) to d + √((u₁ − p₁)² + (p₂ − l₂)²), l and u being Wilson limits. Newcombe 1998
    (method 10), doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I. R:
    ``DescTools::BinomDiffCI(method = "score")``. It may exclude 0 where Fisher's p is above 0.05, and the other way.

    Raises
    ------
    NotComputable
        With an empty group.
    """
    a, b = wilson(k1, n1, level), wilson(k2, n2, level)
    d = a.estimate - b.estimate
    return Interval(
        d,
        d - math.hypot(a.estimate - a.low, b.high - b.estimate),
        d + math.hypot(a.high - a.estimate, b.estimate - b.low),
    )


def wald_difference(k1: int, n1: int, k2: int, n2: int, level: float = 0.95) -> Interval:
    """Wald interval of the risk difference, d ± z√(p₁(1 − p₁)/n₁ + p₂(1 − p₂)/n₂).

    R: ``prop.test(c(k1, k2), c(n1, n2), correct = FALSE)$conf.int``, not cut at −1 and 1. Too narrow in small groups,
    without width at 0 or all responders in both: prefer :func:`newcombe` (same source).

    Raises
    ------
    NotComputable
        With an empty group.
    """
    _check(k1, n1)
    _check(k2, n2)
    p1, p2 = k1 / n1, k2 / n2
    half = z_crit(level) * math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    return Interval(p1 - p2, p1 - p2 - half, p1 - p2 + half)


def risk_ratio(k1: int, n1: int, k2: int, n2: int, level: float = 0.95) -> Interval:
    """Risk ratio (k1/n1)/(k2/n2) with the log interval exp(ln RR ± z√(1/k₁ − 1/n₁ + 1/k₂ − 1/n₂)).

    Katz et al. 1978, doi:10.2307/2530610. R: ``epitools::riskratio.wald``. The ratio is 0, infinite or NaN and the
    limits NaN where a group has no responders. The same ratio means little change of a small risk and much of a large
    one: give the difference too.

    Raises
    ------
    NotComputable
        With an empty group.
    """
    _check(k1, n1)
    _check(k2, n2)
    if k1 == 0 or k2 == 0:
        return Interval(NAN if k1 == k2 else 0.0 if k2 else math.inf, NAN, NAN)
    ratio = (k1 / n1) / (k2 / n2)
    half = z_crit(level) * math.sqrt(1 / k1 - 1 / n1 + 1 / k2 - 1 / n2)
    return Interval(ratio, ratio * math.exp(-half), ratio * math.exp(half))
