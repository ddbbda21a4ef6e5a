"""How far two groups differ at baseline, in standard deviations rather than in p-values."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from aadash.stats._numeric import NAN, clean, mean_var


def smd(x: ArrayLike, y: ArrayLike) -> float:
    """Standardised mean difference of two groups of numbers: (mean(x) − mean(y)) / √((s²(x) + s²(y)) / 2).

    NaN are dropped; NaN with fewer than two values in a group, or no spread but different means; 0 without any difference.
    Austin 2009, doi:10.1002/sim.3697. R: ``tableone::ExtractSmd`` gives its absolute value.
    Misleads for skewed numbers, where a median differs more than a mean.
    """
    a, b = clean(x), clean(y)
    if min(a.size, b.size) < 2:
        return NAN
    (m1, v1), (m2, v2) = mean_var(a), mean_var(b)
    if m1 == m2:
        return 0.0
    pooled = (v1 + v2) / 2
    return (m1 - m2) / math.sqrt(pooled) if pooled > 0 else NAN


def smd_categories(first: ArrayLike, second: ArrayLike) -> float:
    """Standardised difference of two groups over the same categories, from their counts; never negative.

    With p, q the shares of all categories but the first, it is √((p − q)ᵀ S⁻¹ (p − q)), S the mean of the two multinomial
    covariance matrices; with two categories |p − q| / √((p(1 − p) + q(1 − q)) / 2). Yang & Dalton 2012, SAS Global Forum
    335-2012. R: ``tableone::ExtractSmd``, ``smd::smd``. Categories that nobody is in are dropped; NaN for an empty group
    or a singular S with a difference (a category that one group has and the other lacks altogether, with no spread).
    Misleads when a category holds a handful of patients: one of them moves it much.
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    used = (a + b) > 0
    a, b = a[used], b[used]
    if a.sum() == 0 or b.sum() == 0:
        return NAN
    p, q = (a / a.sum())[1:], (b / b.sum())[1:]
    gap = p - q
    if not gap.any():
        return 0.0
    s = (np.diag(p) - np.outer(p, p) + np.diag(q) - np.outer(q, q)) / 2
    if np.linalg.matrix_rank(s) < len(s):
        return NAN
    return float(math.sqrt(gap @ np.linalg.solve(s, gap)))
