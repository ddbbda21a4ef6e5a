"""Odds ratio and risk difference of two groups that stay finite when a cell is empty, with variances for pooling."""

from __future__ import annotations

import math
from dataclasses import dataclass

from aadash.errors import NotComputable
from aadash.stats.distributions import z_crit


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate with its variance and confidence limits, on its own scale (log odds ratio, risk difference)."""

    estimate: float
    variance: float
    low: float
    high: float


def log_odds_ratio(k1: int, n1: int, k2: int, n2: int, level: float = 0.95) -> Effect:
    """Log odds ratio of k1/n1 against k2/n2 with ½ added to each cell.

    ln[(k₁ + ½)(n₂ − k₂ + ½)/((n₁ − k₁ + ½)(k₂ + ½))] ± z√Σ1/(cell + ½). The estimate is Firth's; the limits are Gart's,
    which Agresti 1999 (doi:10.1111/j.0006-341x.1999.00597.x) finds to cover well in small samples. Gart 1966 (J R Stat Soc B
    28:164). R: by hand; ``metafor::escalc("OR", add = 1/2, to = "all")``.

    Raises NotComputable with an empty group. Drawn a little towards no difference.
    """
    _check(k1, n1, k2, n2)
    cells = (k1 + 0.5, n1 - k1 + 0.5, k2 + 0.5, n2 - k2 + 0.5)
    estimate = math.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    variance = sum(1.0 / c for c in cells)
    half = z_crit(level) * math.sqrt(variance)
    return Effect(estimate, variance, estimate - half, estimate + half)


def agresti_caffo(k1: int, n1: int, k2: int, n2: int, level: float = 0.95) -> Effect:
    """Risk difference after one responder and one other are added to each group.

    p̃ᵢ = (kᵢ + 1)/(nᵢ + 2); d = p̃₁ − p̃₂, variance Σp̃ᵢ(1 − p̃ᵢ)/(nᵢ + 2), normal limits, not cut at ±1. Agresti & Caffo
    2000, doi:10.1080/00031305.2000.10474560. R: ``PropCIs::wald2ci(k1, n1, k2, n2, 0.95, adjust = "AC")``.

    Raises NotComputable with an empty group. Drawn towards no difference in small groups: for a variance that is never
    0, not for the estimate to print (that is the difference itself, with Newcombe's limits).
    """
    _check(k1, n1, k2, n2)
    p1, p2 = (k1 + 1) / (n1 + 2), (k2 + 1) / (n2 + 2)
    variance = p1 * (1 - p1) / (n1 + 2) + p2 * (1 - p2) / (n2 + 2)
    half = z_crit(level) * math.sqrt(variance)
    return Effect(p1 - p2, variance, p1 - p2 - half, p1 - p2 + half)


def empirical_logit(k: int, n: int) -> tuple[float, float]:
    """Log odds of k/n with ½ added to each cell, and its variance.

    ln((k + ½)/(n − k + ½)), variance 1/(k + ½) + 1/(n − k + ½). Haldane 1956, doi:10.1111/j.1469-1809.1955.tb01285.x;
    Cox 1970, Analysis of Binary Data, section 3.2. R: ``metafor::escalc("PLO", add = 1/2, to = "all")``. Drawn towards
    even odds in small groups.

    Raises NotComputable for n = 0.
    """
    _check(k, n, 0, 1)
    a, b = k + 0.5, n - k + 0.5
    return math.log(a / b), 1.0 / a + 1.0 / b


def _check(k1: int, n1: int, k2: int, n2: int) -> None:
    if n1 <= 0 or n2 <= 0:
        raise NotComputable("A rate needs at least one patient in each group")
    if not (0 <= k1 <= n1 and 0 <= k2 <= n2):
        raise ValueError(f"{k1} of {n1} and {k2} of {n2} are no rates")
