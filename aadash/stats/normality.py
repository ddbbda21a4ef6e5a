"""Is a sample plausibly normal? The Shapiro–Wilk test and the points of a normal Q–Q plot."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from aadash.stats._numeric import NAN, Tally, clean
from aadash.stats.descriptive import quartiles

#: Points of a Q–Q plot of a counted sample.
MOST_POINTS = 2000


@dataclass(frozen=True, slots=True)
class Shapiro:
    """Shapiro–Wilk W and its p; both NaN where the test is not defined."""

    n: int
    w: float
    p: float


@dataclass(frozen=True, slots=True)
class QQ:
    """A normal Q–Q plot: ordered sample against standard normal quantiles, and the line through the quartiles."""

    theoretical: np.ndarray
    sample: np.ndarray
    slope: float
    intercept: float


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    value = 0.0
    for c in reversed(coefficients):
        value = value * x + c
    return value


@lru_cache(maxsize=512)
def _weights(n: int) -> np.ndarray:
    """Royston's approximate weights of the ordered sample: antisymmetric, ascending."""
    a = np.zeros(n)
    half = n // 2
    if n == 3:
        upper = np.array([math.sqrt(0.5)])
    else:
        m = -ndtri((np.arange(1, half + 1) - 0.375) / (n + 0.25))
        total = 2 * float(m @ m)
        r = 1 / math.sqrt(n)
        first = _polynomial((0.0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056), r) + m[0] / math.sqrt(total)
        fixed = [first]
        if n > 5:
            second = _polynomial((0.0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633), r)
            fixed.append(second + m[1] / math.sqrt(total))
        k = len(fixed)
        scale = math.sqrt((total - 2 * float(m[:k] @ m[:k])) / (1 - 2 * math.fsum(v * v for v in fixed)))
        upper = np.concatenate((fixed, m[k:] / scale))
    a[:half] = -upper
    a[n - half :] = upper[::-1]
    a.flags.writeable = False
    return a


def shapiro(x: ArrayLike) -> Shapiro:
    """Shapiro–Wilk test of normality (Royston's AS R94); NaN dropped.

    W = (Σa·x₍ᵢ₎)²/Σ(x − x̄)² with Royston's approximate weights a; p from the normal distribution of a transform of
    1 − W. W and p are NaN for n < 3, n > 5000 (outside the algorithm's range) and for a sample without spread.
    Royston 1995, doi:10.2307/2986146. R: ``shapiro.test``. With few patients it misses gross departures, with
    hundreds it flags trifles: look at the Q–Q plot as well, and choose the test before looking.
    """
    s = clean(x)
    n = s.size
    if n < 3 or n > 5000:
        return Shapiro(n, NAN, NAN)
    s = s.rows() if isinstance(s, Tally) else np.sort(s)
    span = float(s[-1] - s[0])
    if span <= 1e-13 * max(abs(float(s[0])), abs(float(s[-1]))):
        return Shapiro(n, NAN, NAN)
    a = _weights(n)
    scaled = (s - s[0]) / span
    d = scaled - scaled.sum() / n
    saa, sxx, sax = float(a @ a), float(d @ d), float(a @ d)
    root = math.sqrt(saa * sxx)
    rest = max(0.0, (root - sax) * (root + sax) / (saa * sxx))  # 1 - W, without cancellation
    w = 1 - rest
    if n == 3:
        return Shapiro(n, w, max(0.0, 6 / math.pi * (math.asin(math.sqrt(w)) - math.pi / 3)))
    if rest == 0:
        return Shapiro(n, w, 1.0)
    y, log_n = math.log(rest), math.log(n)
    if n <= 11:
        gamma = 0.459 * n - 2.273
        if y >= gamma:
            return Shapiro(n, w, 1e-99)
        y = -math.log(gamma - y)
        mean = _polynomial((0.544, -0.39978, 0.025054, -6.714e-4), n)
        sd = math.exp(_polynomial((1.3822, -0.77857, 0.062767, -0.0020322), n))
    else:
        mean = _polynomial((-1.5861, -0.31082, -0.083751, 0.0038915), log_n)
        sd = math.exp(_polynomial((-0.4803, -0.082676, 0.0030302), log_n))
    return Shapiro(n, w, float(ndtr((mean - y) / sd)))


def qq_points(x: ArrayLike) -> QQ:
    """Points of a normal Q–Q plot; NaN dropped, empty arrays for an empty sample.

    The i-th of n ordered values stands over Φ⁻¹((i − a)/(n + 1 − 2a)), a = 3/8 for n ≤ 10 and 1/2 above (Blom 1958).
    The line joins the quartiles of sample and theory; NaN for n < 2. R: ``qqnorm``, ``ppoints``, ``qqline``.
    Of a counted sample at most :data:`MOST_POINTS` of its points are given, evenly spaced in rank.
    Ties and a bounded scale make steps and flat ends; these are the scale, not the patients.
    """
    s = clean(x)
    n = s.size
    if n == 0:
        return QQ(np.empty(0), np.empty(0), NAN, NAN)
    a = 0.375 if n <= 10 else 0.5
    q1, _, q3 = quartiles(s)
    if isinstance(s, Tally):
        places = np.unique(np.linspace(0, n - 1, min(n, MOST_POINTS)).astype(int))
        s = s.values[np.searchsorted(s.ends, places, side="right")]
    else:
        places, s = np.arange(n), np.sort(s)
    theoretical = ndtri((places + 1 - a) / (n + 1 - 2 * a))
    if n < 2:
        return QQ(theoretical, s, NAN, NAN)
    z = float(ndtri(0.75))
    slope = float(q3 - q1) / (2 * z)
    return QQ(theoretical, s, slope, float(q1 + q3) / 2)
