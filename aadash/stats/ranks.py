"""Two groups without means: Hodges–Lehmann shift, difference of medians, probability of superiority, each with an interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike
from scipy.special import betainc, ndtri

from aadash.errors import NotComputable
from aadash.stats._numeric import NAN, Tally, clean, in_order, mean_var, midranks, ranks_within
from aadash.stats._rank_permutation import FEW, permuted_p
from aadash.stats._rank_sum import rank_sum_cdf
from aadash.stats.descriptive import quartiles
from aadash.stats.distributions import t_crit, t_p, z_crit

#: Most pairs of values that are laid out at once.
MAX_PAIRS = 25_000_000


@dataclass(frozen=True, slots=True)
class Shift:
    """A difference, first group minus second, in the units of the data. ``method`` says how the limits were found."""

    estimate: float
    ci_low: float
    ci_high: float
    method: str


@dataclass(frozen=True, slots=True)
class MedianDifference:
    """Medians of two groups and their difference, first minus second."""

    median1: float
    median2: float
    difference: float
    se: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True)
class Superiority:
    """P(X > Y) + ½ P(X = Y): the chance that a patient of the first group has the larger value, ties half.

    ``ci_low, ci_high`` after Newcombe (defined also where the groups do not overlap); ``bm_*`` Brunner and Munzel's test of
    one half with its own limits, NaN where the groups do not overlap. ``p`` is that of Brunner and Munzel, by permutation where their
    t does not serve (see :func:`probability_of_superiority`).
    """

    estimate: float
    ci_low: float
    ci_high: float
    bm_t: float
    bm_df: float
    bm_p: float
    bm_low: float
    bm_high: float
    p: float


def hodges_lehmann(x: ArrayLike | Tally, y: ArrayLike | Tally, level: float = 0.95) -> Shift:
    """Median of all differences x − y, with the limits that belong to the Mann–Whitney test; NaN dropped.

    Exact below 50 a group without ties: the k-th smallest and k-th largest difference, k from the distribution of U. Else
    the shifts at which the test with tie-corrected variance and continuity correction stops to reject (R
    ``wilcox.test(conf.int = TRUE)``, whose root-finder is replaced by the step that it looks for). Hodges & Lehmann 1963,
    doi:10.1214/aoms/1177704172; Bauer 1972, doi:10.1080/01621459.1972.10481279. The estimate is the median difference
    itself (with ties R prints the root of its normal equation, which differs a little). It is the shift of a whole
    distribution: it says little where one group is at the bottom of the scale and the other spread over it. The limits are NaN where
    so few patients cannot give the level (R: "requested conf.level not achievable"): the range of all differences of 1 and 5 patients
    covers 67 %.

    Raises NotComputable with an empty group, when all values are equal, or beyond 25 million pairs.
    """
    a, b = (v.rows() if isinstance(v, Tally) else v for v in _two(x, y, "The Hodges–Lehmann estimate"))
    differences = np.sort((a[:, None] - b[None, :]).ravel())
    estimate = float(np.median(differences))
    _, ties = midranks(np.concatenate((a, b)))
    m, n = len(a), len(b)
    if ties == 0 and max(m, n) < 50:
        cdf = rank_sum_cdf(min(m, n), max(m, n))
        if 2 * cdf[0] > 1.5 * (1 - level):  # R's bound
            return Shift(estimate, NAN, NAN, "exact")
        k = max(1, int(np.searchsorted(cdf, (1 - level) / 2, side="left")))
        return Shift(estimate, float(differences[k - 1]), float(differences[m * n - k]), "exact")
    if differences[0] == differences[-1]:
        raise NotComputable("All patients have the same value, so there is no shift to estimate")
    if _standardised(a - differences[0] + 1, b, z_crit(level)) <= 0:  # not even groups apart would be told apart
        return Shift(estimate, NAN, NAN, "asymptotic, ties and continuity corrected")
    low, high = _step(a, b, differences, z_crit(level)), _step(a, b, differences, -z_crit(level))
    return Shift(estimate, low, high, "asymptotic, ties and continuity corrected")


def _step(a: np.ndarray, b: np.ndarray, differences: np.ndarray, target: float) -> float:
    """The difference at which the standardised statistic of (a − d, b), a falling step function of d, passes ``target``."""
    steps = np.unique(differences)
    if len(steps) > 1:
        # Differences equal but for rounding are one step.
        steps = steps[np.concatenate([[True], np.diff(steps) > 1e-9 * max(1.0, float(np.abs(steps).max()))])]
    below, above = 0, len(steps) - 1
    gaps = np.concatenate([[steps[0] - 1.0], (steps[1:] + steps[:-1]) / 2, [steps[-1] + 1.0]])
    while below < above:
        middle = (below + above) // 2
        if _standardised(a - gaps[middle + 1], b, target) > 0:
            below = middle + 1
        else:
            above = middle
    return float(steps[below])


def _standardised(a: np.ndarray, b: np.ndarray, target: float) -> float:
    ranks, ties = midranks(np.concatenate((a, b)))
    m, n = len(a), len(b)
    w = float(ranks[:m].sum()) - m * (m + 1) / 2 - m * n / 2
    spread = m * n / 12 * (m + n + 1 - ties / ((m + n) * (m + n - 1)))
    if spread <= 0:
        return -target
    return (w - math.copysign(0.5, target)) / math.sqrt(spread) - target


def median_difference(x: ArrayLike | Tally, y: ArrayLike | Tally, level: float = 0.95) -> MedianDifference:
    """Median of x minus median of y with Bonett and Price's limits; NaN dropped.

    Each median's standard error is (x₍n−c+1₎ − x₍c₎)/(2 z*), c = (n + 1)/2 − √n rounded (at least 1), z* the normal deviate of
    1 − P(Binomial(n, ½) ≤ c − 1); normal limits on √(se₁² + se₂²). Price & Bonett 2002, doi:10.1080/00949650212140;
    Bonett & Price 2002, doi:10.1037/1082-989X.7.3.370. R: by hand. Approximate; the interval has no width where most
    patients of both groups share one value.

    Raises NotComputable with fewer than five patients in a group.
    """
    a, b = _two(x, y, "A difference of medians", spread=False)
    if min(len(a), len(b)) < 5:
        raise NotComputable(f"A median's interval needs five patients in each group, found {len(a)} and {len(b)}")
    m1, m2 = quartiles(a)[1], quartiles(b)[1]
    se = math.hypot(_median_se(a), _median_se(b))
    half = z_crit(level) * se
    return MedianDifference(m1, m2, m1 - m2, se, m1 - m2 - half, m1 - m2 + half)


def _median_se(x: np.ndarray | Tally) -> float:
    n, ordered = len(x), in_order(x)
    c = max(1, round((n + 1) / 2 - math.sqrt(n)))
    tail = float(betainc(n - c + 1, c, 0.5))  # P(Binomial(n, 1/2) <= c - 1)
    return float((ordered[n - c] - ordered[c - 1]) / (2 * -ndtri(tail)))


def probability_of_superiority(x: ArrayLike | Tally, y: ArrayLike | Tally, level: float = 0.95) -> Superiority:
    """How often a patient of the first group has the larger value than one of the second; NaN dropped.

    θ = U/(mn), U the Mann–Whitney count with ties half. Limits solve |θ̂ − θ| = z√V(θ) with
    V(θ) = θ(1 − θ)/(mn) · [1 + (N* − 1)((1 − θ)/(2 − θ) + θ/(1 + θ))], N* = (m + n)/2: Newcombe 2006, method 5,
    doi:10.1002/sim.2324. Brunner & Munzel 2000 (doi:10.1002/(SICI)1521-4036(200001)42:1<17::AID-BIMJ17>3.0.CO;2-U): t on
    Satterthwaite's degrees of freedom, unequal variances allowed; R ``brunnermunzel``. ``p`` permutes that statistic (Neubert &
    Brunner 2007, doi:10.1016/j.csda.2006.05.024; R ``brunnermunzel.permutation.test``)
    where a group has fewer than ten patients, in which t
    gives a p below what any arrangement of so few has, and where the groups do not overlap. It says nothing of how much larger.

    Raises NotComputable with an empty group.
    """
    a, b = _two(x, y, "The probability of superiority", spread=False)
    m, n = len(a), len(b)
    ra, rb = ranks_within(a, b)  # how many of the other group lie below each
    theta = float(ra.sum()) / (m * n)
    low, high = _newcombe_5(theta, m, n, z_crit(level))
    t = df = p = bm_low = bm_high = NAN
    if m > 1 and n > 1:
        s1, s2 = mean_var(ra)[1] / (m * n * n), mean_var(rb)[1] / (n * m * m)
        variance = s1 + s2
        if variance > 0:
            t = (theta - 0.5) / math.sqrt(variance)
            df = variance**2 / (s1**2 / (m - 1) + s2**2 / (n - 1))
            p, half = t_p(t, df), t_crit(df, level) * math.sqrt(variance)
            bm_low, bm_high = max(0.0, theta - half), min(1.0, theta + half)
    rows = (v.rows() if isinstance(v, Tally) else v for v in (a, b))
    shown = permuted_p(*rows) if min(m, n) < FEW or np.isnan(p) else p
    return Superiority(theta, low, high, t, df, p, bm_low, bm_high, shown)


def _newcombe_5(theta: float, m: int, n: int, z: float) -> tuple[float, float]:
    star = (m + n) / 2

    def gap(t: float) -> float:
        v = t * (1 - t) / (m * n) * (1 + (star - 1) * ((1 - t) / (2 - t) + t / (1 + t)))
        return (theta - t) ** 2 - z * z * v

    low = 0.0 if theta <= 0 else float(scipy.optimize.brentq(gap, 0.0, min(theta, 1 - 1e-9), xtol=1e-14))
    high = 1.0 if theta >= 1 else float(scipy.optimize.brentq(gap, max(theta, 1e-9), 1.0, xtol=1e-14))
    return low, high


def _two(x: ArrayLike | Tally, y: ArrayLike | Tally, what: str, spread: bool = True) -> tuple[np.ndarray, np.ndarray]:
    a, b = clean(x), clean(y)
    if not a.size or not b.size:
        raise NotComputable(f"{what} needs patients in both groups, found {a.size} and {b.size}")
    if spread and a.size * b.size > MAX_PAIRS:
        raise NotComputable(
            f"{what} compares every patient of one group with every one of the other: {a.size * b.size:,} pairs are too many",
            expected=f"at most {MAX_PAIRS:,} pairs",
        )
    return a, b
