"""Is a sample plausibly normal? The Shapiro–Wilk test and the points of a normal Q–Q plot."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from aadash.stats._numeric import NAN, clean, mean_var


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


def shapiro(x: ArrayLike) -> Shapiro:
    """Shapiro–Wilk test of normality (Royston's AS R94); NaN dropped.

    W and p are NaN for n < 3, n > 5000 (outside the algorithm's range) and for a sample without spread.
    Royston 1995, doi:10.2307/2986146. R: ``shapiro.test``. With few patients it misses gross departures, with
    hundreds it flags trifles: look at the Q–Q plot as well, and choose the test before looking.
    """
    a = clean(x)
    n = a.size
    if n < 3 or n > 5000 or a.min() == a.max():
        return Shapiro(n, NAN, NAN)
    from scipy.stats import shapiro as scipy_shapiro  # the only slow import of this module

    # Centred and scaled: W is invariant, and the algorithm refuses a range below 1e-19.
    mean, var = mean_var(a)
    sd = math.sqrt(var)
    if sd <= 1e-12 * max(abs(mean), 1e-300):
        return Shapiro(n, NAN, NAN)
    w, p = scipy_shapiro((a - mean) / sd)
    return Shapiro(n, float(w), float(p))


def qq_points(x: ArrayLike) -> QQ:
    """Points of a normal Q–Q plot; NaN dropped, empty arrays for an empty sample.

    The i-th of n ordered values stands over Φ⁻¹((i − a)/(n + 1 − 2a)), a = 3/8 for n ≤ 10 and 1/2 above (Blom 1958).
    The line joins the quartiles of sample and theory; NaN for n < 2. R: ``qqnorm``, ``ppoints``, ``qqline``.
    Ties and a bounded scale make steps and flat ends; these are the scale, not the patients.
    """
    s = np.sort(clean(x))
    n = s.size
    if n == 0:
        return QQ(np.empty(0), s, NAN, NAN)
    a = 0.375 if n <= 10 else 0.5
    theoretical = ndtri((np.arange(1, n + 1) - a) / (n + 1 - 2 * a))
    if n < 2:
        return QQ(theoretical, s, NAN, NAN)
    q1, q3 = np.quantile(s, (0.25, 0.75))
    z = float(ndtri(0.75))
    slope = float(q3 - q1) / (2 * z)
    return QQ(theoretical, s, slope, float(q1 + q3) / 2)
