"""Three or more groups: analysis of variance, its Welch form, Kruskal–Wallis, and the pairs behind them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from aadash.errors import NotComputable
from aadash.stats import _studentized_range
from aadash.stats._numeric import NAN, clean, clean_groups, mean_var, oneway_sums, rank_sums
from aadash.stats.distributions import f_p, t_p
from aadash.stats.effect_size import hedges_j


@dataclass(frozen=True, slots=True)
class FTest:
    """An F test; ``eta2`` (between sum of squares over total) where the test defines it, else NaN."""

    f: float
    df1: float
    df2: float
    p: float
    eta2: float = NAN


@dataclass(frozen=True, slots=True)
class Kruskal:
    """Kruskal–Wallis H, corrected for ties, against chi-squared."""

    h: float
    df: int
    p: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Group ``i`` minus group ``j`` (positions in the sequence given); p and interval allow for all pairs."""

    i: int
    j: int
    difference: float
    se: float
    t: float
    df: float
    p: float
    ci_low: float
    ci_high: float
    hedges_g: float


def _at_least_two(groups: Sequence[np.ndarray], what: str) -> None:
    if len(groups) < 2:
        raise NotComputable(f"{what} needs at least two groups with patients, found {len(groups)}", fix="Choose another split")


def anova(groups: Sequence[ArrayLike]) -> FTest:
    """One-way analysis of variance with equal variances, and eta squared; NaN and empty groups dropped.

    F = (SS_between/(G − 1))/(SS_within/(N − G)); η² = SS_between/SS_total. F is NaN where no group has spread.
    Fisher 1925. R: ``anova(lm(y ~ g))``, ``oneway.test(var.equal = TRUE)``. Too liberal when the smaller group has
    the larger variance: prefer :func:`welch_anova`. η² overstates in small samples.

    Raises
    ------
    NotComputable
        With fewer than two groups, or no group of two.
    """
    gs = clean_groups(groups)
    _at_least_two(gs, "Analysis of variance")
    between, within, df1, df2 = oneway_sums(gs)
    if df2 < 1:
        raise NotComputable("Analysis of variance needs a group with two patients, found one patient in each group")
    total = between + within
    if within == 0:
        return FTest(NAN, df1, df2, NAN, 1.0 if total else NAN)
    f = (between / df1) / (within / df2)
    return FTest(f, df1, df2, f_p(f, df1, df2), between / total)


def welch_anova(groups: Sequence[ArrayLike]) -> FTest:
    """Welch's analysis of variance, for unequal variances; NaN and empty groups dropped.

    Weights w = n/s²; F = Σw(m − m̃)²/(G − 1)/(1 + 2(G − 2)Λ), df2 = 1/(3Λ), Λ = Σ(1 − w/Σw)²/(n − 1)/(G² − 1).
    Welch 1951, doi:10.1093/biomet/38.3-4.330. R: ``oneway.test(y ~ g)``. With very small groups (below 6) its p is
    only approximate.

    Raises
    ------
    NotComputable
        With fewer than two groups, or a group of one patient or without spread.
    """
    gs = clean_groups(groups)
    _at_least_two(gs, "Welch's analysis of variance")
    n = np.array([g.size for g in gs], dtype=float)
    moments = [mean_var(g) for g in gs]
    mean, var = np.array([m for m, _ in moments]), np.array([v for _, v in moments])
    if n.min() < 2:
        raise NotComputable(
            "Welch's analysis of variance needs two patients in each group, and a group has only one",
            fix="Merge small groups",
        )
    if var.min() == 0:
        raise NotComputable(
            "Welch's analysis of variance is not defined when all patients of a group have the same value",
            fix="Use the Kruskal-Wallis test, or choose another week",
        )
    w = n / var
    total = w.sum()
    k = len(gs)
    deviation = mean - float(w @ mean) / total
    spread = float((((1 - w / total) ** 2) / (n - 1)).sum()) / (k * k - 1)
    f = float(w @ (deviation * deviation)) / (k - 1) / (1 + 2 * (k - 2) * spread)
    df2 = 1 / (3 * spread)
    return FTest(f, float(k - 1), df2, f_p(f, k - 1, df2))


def games_howell(groups: Sequence[ArrayLike], level: float = 0.95) -> list[Pair]:
    """All pairwise differences of means without assuming equal variances (Games–Howell); NaN dropped.

    t = (mᵢ − mⱼ)/√(sᵢ²/nᵢ + sⱼ²/nⱼ) with Welch's degrees of freedom; p and interval from the studentized range of
    as many means as there are groups at q = |t|√2. Pairs with a group of fewer than two patients, or where neither
    group has spread, get NaN. ``hedges_g`` uses the pooled SD of the pair and the exact J. Games & Howell 1976,
    doi:10.3102/10769986001002113. R: ``rstatix::games_howell_test``, or ``ptukey`` by hand. Somewhat liberal
    with groups below 6.

    Raises
    ------
    NotComputable
        With fewer than two groups that have patients.
    """
    gs = [clean(g) for g in groups]
    k = sum(g.size > 0 for g in gs)
    _at_least_two([g for g in gs if g.size], "The Games-Howell procedure")
    moments = [mean_var(g) for g in gs]
    pairs = []
    for i, j in combinations(range(len(gs)), 2):
        n1, n2 = gs[i].size, gs[j].size
        (m1, v1), (m2, v2) = moments[i], moments[j]
        difference = m1 - m2
        if n1 < 2 or n2 < 2 or v1 + v2 == 0:
            pairs.append(Pair(i, j, difference, NAN, NAN, NAN, NAN, NAN, NAN, NAN))
            continue
        e1, e2 = v1 / n1, v2 / n2
        se = math.sqrt(e1 + e2)
        df = (e1 + e2) ** 2 / (e1 * e1 / (n1 - 1) + e2 * e2 / (n2 - 1))
        t = difference / se
        if k == 2:
            p = t_p(t, df)
        else:
            p = _studentized_range.tail(abs(t) * math.sqrt(2), k, df)
        half = _studentized_range.critical(1 - level, k, df) / math.sqrt(2) * se
        pooled = math.sqrt(((n1 - 1) * v1 + (n2 - 1) * v2) / (n1 + n2 - 2))
        g = hedges_j(n1 + n2 - 2) * difference / pooled
        pairs.append(Pair(i, j, difference, se, t, df, p, difference - half, difference + half, g))
    return pairs


def kruskal(groups: Sequence[ArrayLike]) -> Kruskal:
    """Kruskal–Wallis rank test with ties corrected; NaN and empty groups dropped.

    H = 12/(N(N + 1))·ΣR²/n − 3(N + 1), divided by 1 − Σ(t³ − t)/(N³ − N), against chi-squared on G − 1 degrees of
    freedom. Kruskal & Wallis 1952, doi:10.2307/2280779. R: ``kruskal.test``. It compares medians only if the groups
    have the same shape; the chi-squared is rough when groups are below 5.

    Raises
    ------
    NotComputable
        With fewer than two groups, or when all values are the same.
    """
    gs = clean_groups(groups)
    _at_least_two(gs, "The Kruskal-Wallis test")
    found, ties, n = rank_sums(gs)
    correction = 1 - ties / (n**3 - n)
    if correction <= 0:
        raise NotComputable("The Kruskal-Wallis test is not defined when all patients have the same value")
    sums = np.array(found)
    h = (12 * float((sums * sums / [g.size for g in gs]).sum()) / (n * (n + 1)) - 3 * (n + 1)) / correction
    df = len(gs) - 1
    return Kruskal(h, df, float(chdtrc(df, max(h, 0.0))))
