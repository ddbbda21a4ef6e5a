"""Two groups: Welch's and Student's t, Mann–Whitney; and whether groups spread alike (Levene, Bartlett)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtr

from aadash.errors import NotComputable
from aadash.stats._numeric import NAN, Tally, clean, clean_groups, mean_ss, mean_var, oneway_sums, rank_sums
from aadash.stats._rank_sum import rank_sum_cdf
from aadash.stats.descriptive import quartiles
from aadash.stats.distributions import f_p, t_crit, t_p
from aadash.stats.k_sample import FTest

RankMethod = Literal["auto", "exact", "asymptotic"]
#: Largest group for which the exact distribution of U is tabulated.
MAX_EXACT_GROUP = 100


@dataclass(frozen=True, slots=True)
class TTest:
    """Two-sample t-test: ``difference`` is mean1 − mean2, with its interval, in the units of the data."""

    n1: int
    n2: int
    mean1: float
    mean2: float
    sd1: float
    sd2: float
    difference: float
    t: float
    df: float
    p: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True)
class MannWhitney:
    """Rank-sum test. ``u`` counts the pairs in which the first group is larger (ties half).

    ``rank_biserial`` = 2u/(n₁n₂) − 1: the share of pairs in which the first group is larger less the share in which
    it is smaller. ``method`` says what was used.
    """

    u: float
    p: float
    method: str
    rank_biserial: float


@dataclass(frozen=True, slots=True)
class Bartlett:
    """Bartlett's K² against chi-squared."""

    k2: float
    df: int
    p: float


def _t_test(x: ArrayLike, y: ArrayLike, level: float, pooled: bool) -> TTest:
    a, b = clean(x), clean(y)
    n1, n2 = a.size, b.size
    if n1 < 2 or n2 < 2:
        raise NotComputable(
            f"A t-test needs at least two patients in each group, found {n1} and {n2}",
            fix="Merge small groups or choose another split",
        )
    (mean1, var1), (mean2, var2) = mean_var(a), mean_var(b)
    difference = mean1 - mean2
    e1, e2 = var1 / n1, var2 / n2
    if pooled:
        df: float = n1 + n2 - 2
        se = math.sqrt(((n1 - 1) * var1 + (n2 - 1) * var2) / df * (1 / n1 + 1 / n2))
    else:
        se = math.sqrt(e1 + e2)
        df = (e1 + e2) ** 2 / (e1 * e1 / (n1 - 1) + e2 * e2 / (n2 - 1)) if se else NAN
    sd1, sd2 = math.sqrt(var1), math.sqrt(var2)
    if se <= 10 * np.finfo(float).eps * max(abs(mean1), abs(mean2)):
        return TTest(n1, n2, mean1, mean2, sd1, sd2, difference, NAN, df, NAN, NAN, NAN)
    t = difference / se
    half = t_crit(df, level) * se
    return TTest(n1, n2, mean1, mean2, sd1, sd2, difference, t, df, t_p(t, df), difference - half, difference + half)


def welch_t(x: ArrayLike, y: ArrayLike, level: float = 0.95) -> TTest:
    """Welch's t-test of mean(x) − mean(y), unequal variances allowed; NaN dropped.

    t = (m₁ − m₂)/√(s₁²/n₁ + s₂²/n₂), degrees of freedom after Welch–Satterthwaite. Welch 1947,
    doi:10.1093/biomet/34.1-2.28. R: ``t.test(x, y)``. Without spread in both groups t, p and interval are NaN. The
    mean of a bounded scale with many patients at its ends may not be what the question is about.

    Raises
    ------
    NotComputable
        With fewer than two values in a group.
    """
    return _t_test(x, y, level, pooled=False)


def student_t(x: ArrayLike, y: ArrayLike, level: float = 0.95) -> TTest:
    """Student's t-test of mean(x) − mean(y) with one pooled variance; NaN dropped.

    Student 1908, doi:10.1093/biomet/6.1.1. R: ``t.test(x, y, var.equal = TRUE)``. With unequal groups and unequal
    variances its error rate is off in either direction: prefer :func:`welch_t`.

    Raises
    ------
    NotComputable
        With fewer than two values in a group.
    """
    return _t_test(x, y, level, pooled=True)


def mann_whitney(x: ArrayLike, y: ArrayLike, method: RankMethod = "auto", correct: bool = True) -> MannWhitney:
    """Mann–Whitney (Wilcoxon rank-sum) test of two groups; NaN dropped.

    ``auto`` follows R: exact when both groups are below 50 and there are no ties, else normal with the variance
    corrected for ties and, with ``correct``, a continuity correction. ``exact`` too is honoured only without ties;
    the answer says what was done. Mann & Whitney 1947, doi:10.1214/aoms/1177730491. R: ``wilcox.test(x, y)``. It
    tests whether values of one group tend to be larger, which is a shift of medians only if the shapes are alike.

    Raises
    ------
    NotComputable
        With an empty group, or when all values are the same.
    """
    a, b = clean(x), clean(y)
    n1, n2 = a.size, b.size
    if n1 == 0 or n2 == 0:
        raise NotComputable(f"The Mann-Whitney test needs patients in both groups, found {n1} and {n2}")
    (first, _), ties, n = rank_sums((a, b))
    u = first - n1 * (n1 + 1) / 2
    biserial = 2 * u / (n1 * n2) - 1
    wanted = (method == "exact" and max(n1, n2) <= MAX_EXACT_GROUP) or (method == "auto" and max(n1, n2) < 50)
    if wanted and ties == 0:
        cdf = rank_sum_cdf(min(n1, n2), max(n1, n2))
        return MannWhitney(u, min(1.0, 2 * float(cdf[int(min(u, n1 * n2 - u))])), "exact", biserial)
    variance = n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1)))
    if variance <= 0:
        raise NotComputable("The Mann-Whitney test is not defined when all patients have the same value")
    z = u - n1 * n2 / 2
    if correct:
        z -= math.copysign(0.5, z) if z else 0.0
    p = min(1.0, 2 * float(ndtr(-abs(z) / math.sqrt(variance))))
    return MannWhitney(u, p, "asymptotic with continuity correction" if correct else "asymptotic", biserial)


def _two_groups(groups: Sequence[ArrayLike], what: str) -> list[np.ndarray]:
    gs = clean_groups(groups)
    if len(gs) < 2 or max(g.size for g in gs) < 2:
        raise NotComputable(f"{what} needs at least two groups, one of them with two patients or more")
    return gs


def levene(groups: Sequence[ArrayLike], center: Literal["median", "mean"] = "median") -> FTest:
    """Levene's test of equal variances: analysis of variance of the distances from each group's centre.

    ``median`` is the Brown–Forsythe form (robust; R's ``car::leveneTest`` default), ``mean`` Levene's own (the first
    line of SPSS). NaN and empty groups dropped; F and p NaN where no distance varies. Levene 1960; Brown & Forsythe
    1974, doi:10.1080/01621459.1974.10482955. Do not choose between Student and Welch by it: use Welch.

    Raises
    ------
    NotComputable
        With fewer than two groups, or only groups of one patient.
    """
    gs = _two_groups(groups, "Levene's test")
    if center not in ("median", "mean"):
        raise ValueError(f"unknown centre {center!r}")
    deviations = []
    for g in gs:
        middle = mean_ss(g)[0] if center == "mean" else quartiles(g)[1] if isinstance(g, Tally) else float(np.median(g))
        deviations.append(g.map(lambda x, m=middle: np.abs(x - m)) if isinstance(g, Tally) else np.abs(g - middle))
    between, within, df1, df2 = oneway_sums(deviations)
    if within == 0:
        return FTest(NAN, df1, df2, NAN)
    f = (between / df1) / (within / df2)
    return FTest(f, df1, df2, f_p(f, df1, df2))


def bartlett(groups: Sequence[ArrayLike]) -> Bartlett:
    """Bartlett's test of equal variances; NaN and empty groups dropped.

    K² = ((N − G)ln s_p² − Σ(n − 1)ln s²)/(1 + (Σ1/(n − 1) − 1/(N − G))/(3(G − 1))), chi-squared on G − 1 degrees of
    freedom. Bartlett 1937, doi:10.1098/rspa.1937.0109. R: ``bartlett.test``. It reacts to non-normality as much as
    to unequal variances; :func:`levene` does not. K² is infinite (p = 0) when one group has no spread, NaN when none.

    Raises
    ------
    NotComputable
        With fewer than two groups, or a group of one patient.
    """
    gs = _two_groups(groups, "Bartlett's test")
    df = np.array([g.size - 1.0 for g in gs])
    if df.min() < 1:
        raise NotComputable("Bartlett's test needs two patients in each group, and a group has only one")
    var = np.array([mean_var(g)[1] for g in gs])
    k, total = len(gs), float(df.sum())
    pooled = float(df @ var) / total
    if pooled == 0:
        return Bartlett(NAN, k - 1, NAN)
    if var.min() == 0:
        return Bartlett(math.inf, k - 1, 0.0)
    k2 = (total * math.log(pooled) - float(df @ np.log(var))) / (1 + (float((1 / df).sum()) - 1 / total) / (3 * (k - 1)))
    return Bartlett(k2, k - 1, float(chdtrc(k - 1, max(k2, 0.0))))
