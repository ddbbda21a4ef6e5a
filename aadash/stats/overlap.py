"""Comparing two selections of the same patients: some in both, some in one, perhaps with different values in each."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from aadash.errors import NotComputable
from aadash.stats._numeric import NAN
from aadash.stats.distributions import t_crit, t_p
from aadash.stats.proportions import wilson

#: Where two selections share patients with the same values, fewer patients than this in only one of them give no interval:
#: the difference is then the work of those few, and their spread says nothing.
FEWEST_APART = 5


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """Mean of the second selection minus that of the first, ``n_both`` patients being in both."""

    difference: float
    se: float
    df: float
    p: float
    ci_low: float
    ci_high: float
    n_first: int
    n_second: int
    n_both: int
    n_apart: int
    """Patients who count in one selection only, or with another value in each."""


@dataclass(frozen=True, slots=True)
class RateDifference:
    """Rate of the second selection minus that of the first; ``correlation`` is that of the two estimated rates, ``n_apart`` as
    for means."""

    difference: float
    ci_low: float
    ci_high: float
    correlation: float
    n_first: int
    n_second: int
    n_both: int
    n_apart: int


def mean_difference(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> MeanDifference:
    """Difference of two means over overlapping selections of one list of patients.

    ``first`` and ``second`` have one value per patient, NaN for a patient who is not in that selection. Each patient
    contributes ψᵢ = (y₂ᵢ − m₂)/√(n₂(n₂ − 1)) − (y₁ᵢ − m₁)/√(n₁(n₁ − 1)) (a term is 0 where he is not in that selection);
    SE = √Σψᵢ². Patients in the first alone, the second alone and both are three parts with sums of squares V:
    Satterthwaite's df = (ΣV)²/Σ(V²/(n − 1)), a part of one patient counting as one degree. That is exactly Welch's t-test
    where nobody is in both, and exactly the paired t-test where everybody is. Linearisation: Deville 1999 (Survey
    Methodology 25:193); Satterthwaite 1946, doi:10.2307/3002019. R: by hand.

    Where the selections share patients and fewer than :data:`FEWEST_APART` tell them apart (117 patients against 115 of them), the
    difference is arithmetic on those few: it is given, its error, degrees of freedom, p and limits are NaN.

    Raises NotComputable with fewer than two patients in a selection. The interval is for the two selections as samples
    of a population: it does not say that leaving out two patients was right.
    """
    y1, y2 = _selections(first, second)
    in1, in2 = ~np.isnan(y1), ~np.isnan(y2)
    n1, n2 = int(in1.sum()), int(in2.sum())
    if min(n1, n2) < 2:
        raise NotComputable("A mean's interval needs two patients in each selection")
    m1, m2 = float(y1[in1].mean()), float(y2[in2].mean())
    psi = np.where(in2, y2 - m2, 0.0) / math.sqrt(n2 * (n2 - 1)) - np.where(in1, y1 - m1, 0.0) / math.sqrt(n1 * (n1 - 1))
    parts = [psi[in1 & ~in2], psi[in2 & ~in1], psi[in1 & in2]]
    sums = [(float(part @ part), max(len(part) - 1, 1)) for part in parts if len(part)]
    variance = math.fsum(v for v, _ in sums)
    d, se = m2 - m1, math.sqrt(variance)
    both, apart = int((in1 & in2).sum()), _apart(y1, y2)
    if both and 0 < apart < FEWEST_APART:
        return MeanDifference(d, NAN, NAN, NAN, NAN, NAN, n1, n2, both, apart)
    if se <= 1e-12 * max(abs(m1), abs(m2), 1.0):
        return MeanDifference(d, 0.0, NAN, NAN, d, d, n1, n2, both, apart)
    df = variance**2 / math.fsum(v * v / nu for v, nu in sums)
    half = t_crit(df, level) * se
    return MeanDifference(d, se, df, t_p(d / se, df), d - half, d + half, n1, n2, both, apart)


def rate_difference(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> RateDifference:
    """Difference of two rates over overlapping selections of one list of patients.

    ``first`` and ``second`` have 1 or 0 a patient, NaN for a patient who is not in that selection. Wilson's limits l, u of
    each rate are combined by squares: d − √(a² + b² − 2rab) with a = p₂ − l₂, b = u₁ − p₁, and the like above, r being the
    correlation of the two rates, Σe₁e₂/√(Σe₁²Σe₂²) over the patients in both, e = y − p (0 when a rate has no spread).
    Zou & Donner 2008, doi:10.1002/sim.3095. Where nobody is in both, r = 0 and this is Newcombe's hybrid score interval;
    where everybody is, his method for paired proportions with the plain phi coefficient (Newcombe 1998,
    doi:10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C, method 8). Two identical selections differ by
    exactly 0. Limits are NaN where fewer than :data:`FEWEST_APART` tell overlapping selections apart. R: by hand.

    Raises NotComputable with an empty selection.
    """
    y1, y2 = _selections(first, second)
    in1, in2 = ~np.isnan(y1), ~np.isnan(y2)
    n1, n2, both = int(in1.sum()), int(in2.sum()), in1 & in2
    if not n1 or not n2:
        raise NotComputable("A rate needs at least one patient in each selection")
    a, b = wilson(int(y1[in1].sum()), n1, level), wilson(int(y2[in2].sum()), n2, level)
    e1, e2 = np.where(in1, y1 - a.estimate, 0.0), np.where(in2, y2 - b.estimate, 0.0)
    spread = math.sqrt(float(e1 @ e1) * float(e2 @ e2))
    r = float(e1 @ e2) / spread if spread > 0 else 0.0
    d = b.estimate - a.estimate

    def half(x: float, y: float) -> float:
        return math.sqrt(max(0.0, x * x + y * y - 2.0 * r * x * y))

    if np.array_equal(y1, y2, equal_nan=True):
        return RateDifference(0.0, 0.0, 0.0, 1.0, n1, n2, n1, 0)
    apart = _apart(y1, y2)
    if both.any() and apart < FEWEST_APART:
        return RateDifference(d, NAN, NAN, r, n1, n2, int(both.sum()), apart)
    low, high = half(b.estimate - b.low, a.high - a.estimate), half(b.high - b.estimate, a.estimate - a.low)
    return RateDifference(d, d - low, d + high, r, n1, n2, int(both.sum()), apart)


def _apart(y1: np.ndarray, y2: np.ndarray) -> int:
    """Patients whose part in the two selections differs."""
    return int((~(np.isnan(y1) & np.isnan(y2)) & ~(y1 == y2)).sum())


def _selections(first: ArrayLike, second: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    y1, y2 = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if y1.shape != y2.shape or y1.ndim != 1:
        raise ValueError("the two selections must be about one list of patients")
    return y1, y2
