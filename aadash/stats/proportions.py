"""Proportions and their differences, each with an interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

from aadash.errors import NotComputable
from aadash.stats.distributions import z_crit


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its confidence limits, as fractions (not per cent)."""

    estimate: float
    low: float
    high: float


def _check(k: float, n: int) -> None:
    if n <= 0:
        raise NotComputable("A proportion needs at least one patient, found none", fix="Choose a week with visits")
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is no proportion")


def wilson(k: float, n: int, level: float = 0.95, correct: bool = False) -> Interval:
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


def newcombe(k1: float, n1: int, k2: float, n2: int, level: float = 0.95) -> Interval:
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
