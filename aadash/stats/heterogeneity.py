"""Do several groups share one value? Tests of heterogeneity of means, rates, differences and odds ratios."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, xlogy

from aadash.errors import NotComputable
from aadash.stats.distributions import f_p


@dataclass(frozen=True, slots=True)
class CochranQ:
    """``q`` on ``df`` degrees of freedom; ``pooled`` is the inverse-variance weighted mean, ``i2`` the share (0–1) of the
    spread beyond sampling error."""

    q: float
    df: int
    p: float
    pooled: float
    i2: float


@dataclass(frozen=True, slots=True)
class WelchQ:
    """An F of ``df1`` and (fractional) ``df2`` degrees of freedom; ``pooled`` as in :class:`CochranQ`."""

    f: float
    df1: int
    df2: float
    p: float
    pooled: float


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """A likelihood-ratio chi-squared; ``penalised`` tells whether Firth's penalty was in it."""

    chi2: float
    df: int
    p: float
    penalised: bool


@dataclass(frozen=True, slots=True)
class BreslowDay:
    """Chi-squared of the Breslow–Day test with Tarone's correction, and the Mantel–Haenszel odds ratio under test."""

    chi2: float
    df: int
    p: float
    odds_ratio: float


def cochran_q(estimates: ArrayLike, variances: ArrayLike) -> CochranQ:
    """Cochran's Q: do independent estimates with known variances share one mean?

    Q = Σ wᵢ(yᵢ − ȳ_w)², w = 1/v, on m − 1 degrees of freedom; I² = max(0, (Q − df)/Q). Cochran 1954,
    doi:10.2307/3001666. R: ``metafor::rma(yi, vi, method = "EE")``.

    Raises NotComputable with fewer than two estimates; ValueError for a variance that is not positive. Liberal when the
    variances come from few patients: see :func:`welch_q`.
    """
    y, v = _pair(estimates, variances)
    w = 1.0 / v
    pooled = float(w @ y / w.sum())
    q = float(w @ (y - pooled) ** 2)
    df = len(y) - 1
    return CochranQ(q, df, float(chdtrc(df, q)), pooled, max(0.0, (q - df) / q) if q > 0 else 0.0)


def welch_q(estimates: ArrayLike, variances: ArrayLike, df: ArrayLike) -> WelchQ:
    """As :func:`cochran_q` where each variance was itself estimated, on ``df`` degrees of freedom.

    With Λ = Σ(1 − wᵢ/W)²/νᵢ: F = [Q/(m − 1)]/[1 + 2(m − 2)Λ/(m² − 1)] on m − 1 and (m² − 1)/(3Λ). For means with
    v = s²/n and ν = n − 1 this is Welch's analysis of variance (Welch 1951, doi:10.1093/biomet/38.3-4.330; R
    ``oneway.test``); for two estimates the square of Welch's t.

    Raises NotComputable with fewer than two estimates; ValueError for a variance or df that is not positive.
    """
    y, v = _pair(estimates, variances)
    nu = np.asarray(df, dtype=float)
    if nu.shape != y.shape or not (nu > 0).all():
        raise ValueError("each estimate needs positive degrees of freedom")
    base, m = cochran_q(y, v), len(y)
    share = (1.0 / v) / (1.0 / v).sum()
    spread = float(((1.0 - share) ** 2 / nu).sum())
    f = base.q / (m - 1) / (1.0 + 2.0 * (m - 2) * spread / (m * m - 1))
    df2 = (m * m - 1) / (3.0 * spread)
    return WelchQ(f, m - 1, df2, f_p(f, m - 1, df2), base.pooled)


def lr_proportions(k: ArrayLike, n: ArrayLike) -> LikelihoodRatio:
    """Likelihood-ratio test that m groups share one rate: that of a logistic regression on group.

    G² = 2Σ[k ln(p̂ᵢ/p̂) + (n − k) ln((1 − p̂ᵢ)/(1 − p̂))] on m − 1 (R ``anova(glm(…, binomial), test = "LRT")``). Where a
    group has no or only responders the maximum lies at infinity, and Firth's penalised likelihood (Jeffreys' prior of
    the group model) takes its place, as in R ``logistf``: p̂ᵢ = (kᵢ + ½)/(nᵢ + 1), under equality (K + m/2)/(N + m), and
    ½ ln(p(1 − p)) is added for every group. Firth 1993, doi:10.1093/biomet/80.1.27; Heinze & Schemper 2002,
    doi:10.1002/sim.1047.

    Groups without patients are left out. Raises NotComputable with fewer than two groups. Both are large-sample tests.
    """
    responders, patients = np.asarray(k, dtype=float), np.asarray(n, dtype=float)
    if responders.shape != patients.shape or (responders < 0).any() or (responders > patients).any():
        raise ValueError("k must lie between 0 and n in every group")
    used = patients > 0
    responders, patients = responders[used], patients[used]
    m = len(patients)
    if m < 2:
        raise NotComputable("Rates can be compared between two groups at least")
    separated = bool(((responders == 0) | (responders == patients)).any())
    half = 0.5 if separated else 0.0
    each = (responders + half) / (patients + 2 * half)
    one = (responders.sum() + m * half) / (patients.sum() + 2 * m * half)

    def loglik(p: np.ndarray | float) -> float:
        return float(np.sum(xlogy(responders + half, p) + xlogy(patients - responders + half, 1.0 - p)))

    chi2 = max(0.0, 2.0 * (loglik(each) - loglik(one)))
    return LikelihoodRatio(chi2, m - 1, float(chdtrc(m - 1, chi2)), separated)


def breslow_day(tables: ArrayLike) -> BreslowDay:
    """Breslow–Day test, with Tarone's correction, that several 2 × 2 tables share one odds ratio.

    ``tables`` has shape (m, 2, 2): rows the two groups, columns responders and others. With ψ the Mantel–Haenszel odds
    ratio and E, V the mean and variance of the first cell given the margins and ψ (asymptotic):
    Σ(a − E)²/V − (Σa − ΣE)²/ΣV on m − 1. Breslow & Day 1980 (IARC Sci Publ 32, p. 142); Tarone 1985,
    doi:10.1093/biomet/72.1.91. R: ``DescTools::BreslowDayTest(correct = TRUE)``.

    Tables with an empty row or column say nothing about an odds ratio and are left out. Raises NotComputable when fewer
    than two remain or ψ is 0 or infinite. Needs some five patients a cell to be trusted.
    """
    t = np.asarray(tables, dtype=float)
    t = t[(t.sum(axis=1) > 0).all(axis=1) & (t.sum(axis=2) > 0).all(axis=1)]
    if len(t) < 2:
        raise NotComputable("Fewer than two subgroups have both groups with responders and others, so odds ratios cannot be compared")
    a, b, c, d = t[:, 0, 0], t[:, 0, 1], t[:, 1, 0], t[:, 1, 1]
    total = t.sum(axis=(1, 2))
    up, down = float((a * d / total).sum()), float((b * c / total).sum())
    if up == 0 or down == 0:
        raise NotComputable("The odds ratio over all subgroups is 0 or infinite, so nothing can differ from it")
    psi = up / down
    expected = np.array([_expected(psi, *cells) for cells in zip(a + b, c + d, a + c, strict=True)])
    inverse = 1 / expected + 1 / (a + b - expected) + 1 / (a + c - expected) + 1 / (d - a + expected)
    variance = 1.0 / inverse
    gap = a - expected
    chi2 = float((gap**2 / variance).sum() - gap.sum() ** 2 / variance.sum())
    return BreslowDay(chi2, len(t) - 1, float(chdtrc(len(t) - 1, max(chi2, 0.0))), psi)


def _expected(psi: float, n1: float, n2: float, responders: float) -> float:
    """The first cell that gives the odds ratio ``psi`` with these margins."""
    if psi == 1.0:
        return n1 * responders / (n1 + n2)
    low, high = max(0.0, responders - n2), min(n1, responders)
    # E(n2 − k + E) = ψ(n1 − E)(k − E) as a quadratic in E, solved without cancellation
    qa, qb, qc = 1.0 - psi, n2 - responders + psi * (n1 + responders), -psi * n1 * responders
    root = math.sqrt(qb * qb - 4 * qa * qc)
    q = -0.5 * (qb + math.copysign(root, qb))
    return min((q / qa, qc / q), key=lambda x: max(low - x, x - high, 0.0))


def _pair(estimates: ArrayLike, variances: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    y, v = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    if y.shape != v.shape or y.ndim != 1:
        raise ValueError("estimates and variances must be two arrays of one length")
    if len(y) < 2:
        raise NotComputable("Heterogeneity needs two groups at least")
    if not (np.isfinite(y).all() and (v > 0).all()):
        raise ValueError("each estimate needs a finite value and a positive variance")
    return y, v
