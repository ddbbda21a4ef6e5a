"""Two one-sided tests: evidence that two groups differ by less than a margin that matters."""

from __future__ import annotations

import math
from dataclasses import dataclass

from numpy.typing import ArrayLike
from scipy.special import ndtr, stdtr

from aadash.errors import NotComputable
from aadash.stats._numeric import NAN
from aadash.stats.distributions import t_crit
from aadash.stats.proportions import newcombe
from aadash.stats.two_sample import welch_t


@dataclass(frozen=True, slots=True)
class Tost:
    """Equivalence within (``margin_low``, ``margin_high``).

    ``p_low`` tests that the difference is not above the lower margin, ``p_high`` that it is not below the upper; ``p``
    is the larger of the two. The interval has level 1 − 2·alpha. ``df`` is NaN for proportions.
    """

    difference: float
    margin_low: float
    margin_high: float
    statistic_low: float
    statistic_high: float
    df: float
    p_low: float
    p_high: float
    p: float
    ci_low: float
    ci_high: float
    equivalent: bool


def _check_margins(low: float, high: float) -> None:
    if not low < high:
        raise ValueError(f"the lower margin {low} must be below the upper margin {high}")


def tost_welch(x: ArrayLike, y: ArrayLike, low: float, high: float, alpha: float = 0.05) -> Tost:
    """Equivalence of two means by two one-sided Welch tests; NaN dropped.

    t_low = (d − low)/se against the upper tail, t_high = (d − high)/se against the lower, d = mean x − mean y with
    Welch's se and degrees of freedom. Equivalent when both p are below ``alpha``, which is when the 1 − 2·alpha interval
    lies within the margins. Schuirmann 1987, doi:10.1007/BF01068419. R: ``t.test(x, y, mu = low, alternative =
    "greater")`` and ``t.test(x, y, mu = high, alternative = "less")``, or ``TOSTER::t_TOST``. Margins chosen after
    seeing the data prove nothing; small groups cannot show equivalence.

    Raises
    ------
    NotComputable
        With fewer than two values in a group, or without spread in both.
    """
    _check_margins(low, high)
    w = welch_t(x, y)
    if math.isnan(w.t):
        raise NotComputable("Equivalence cannot be tested when all patients of each group have the same value")
    se = math.sqrt(w.sd1**2 / w.n1 + w.sd2**2 / w.n2)
    t_low, t_high = (w.difference - low) / se, (w.difference - high) / se
    p_low, p_high = float(stdtr(w.df, -t_low)), float(stdtr(w.df, t_high))
    half = t_crit(w.df, 1 - 2 * alpha) * se
    p = max(p_low, p_high)
    return Tost(
        w.difference,
        low,
        high,
        t_low,
        t_high,
        w.df,
        p_low,
        p_high,
        p,
        w.difference - half,
        w.difference + half,
        p < alpha,
    )


def _restricted_variance(k1: int, n1: int, k2: int, n2: int, delta: float) -> float:
    """Variance of p̂₁ − p̂₂ at the maximum-likelihood proportions that differ by ``delta`` (closed form of a cubic)."""
    theta = n2 / n1
    p1, p2 = k1 / n1, k2 / n2
    a = 1 + theta
    b = -(1 + theta + p1 + theta * p2 + delta * (theta + 2))
    c = delta * delta + delta * (2 * p1 + theta + 1) + p1 + theta * p2
    d = -p1 * delta * (1 + delta)
    v = b**3 / (3 * a) ** 3 - b * c / (6 * a * a) + d / (2 * a)
    u = math.copysign(math.sqrt(max(0.0, b * b / (3 * a) ** 2 - c / (3 * a))), v)
    w = (math.pi + math.acos(max(-1.0, min(1.0, v / u**3 if u else 0.0)))) / 3
    q1 = min(1.0, max(0.0, 2 * u * math.cos(w) - b / (3 * a)))
    q2 = min(1.0, max(0.0, q1 - delta))
    return q1 * (1 - q1) / n1 + q2 * (1 - q2) / n2


def tost_proportions(k1: int, n1: int, k2: int, n2: int, low: float, high: float, alpha: float = 0.05) -> Tost:
    """Equivalence of two proportions by two one-sided score tests of the risk difference k1/n1 − k2/n2.

    z = (p̂₁ − p̂₂ − margin)/√var, the variance at the maximum-likelihood proportions that differ by the margin
    (Farrington & Manning 1990, doi:10.1002/sim.4780091208). ``equivalent`` when both p are below ``alpha``. The interval
    is Newcombe's at 1 − 2·alpha; it may disagree with the tests at the border. R: ``gsDesign::testBinomial(delta0 =)``
    with ``adj = 0``. Margins are fractions (0.15, not 15) and must be chosen before looking; the normal
    approximation is rough below about 10 patients a group.

    Raises
    ------
    NotComputable
        With an empty group, or a margin outside (−1, 1).
    """
    _check_margins(low, high)
    interval = newcombe(k1, n1, k2, n2, 1 - 2 * alpha)
    if low <= -1 or high >= 1:
        raise NotComputable(
            f"Margins of a difference of proportions lie between -1 and 1, found {low:g} and {high:g}",
            fix="Give the margins as fractions, such as 0.15 for 15 percentage points",
        )
    d = interval.estimate
    v_low, v_high = (_restricted_variance(k1, n1, k2, n2, m) for m in (low, high))
    z_low = (d - low) / math.sqrt(v_low) if v_low > 0 else NAN
    z_high = (d - high) / math.sqrt(v_high) if v_high > 0 else NAN
    p_low, p_high = float(ndtr(-z_low)), float(ndtr(z_high))
    p = max(p_low, p_high) if p_low == p_low and p_high == p_high else NAN
    return Tost(d, low, high, z_low, z_high, NAN, p_low, p_high, p, interval.low, interval.high, p < alpha)
