"""Tables of counts: Fisher, chi-squared, Cochran–Mantel–Haenszel, trend over ordered groups, McNemar."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr, chdtrc

from aadash.errors import NotComputable
from aadash.stats._hypergeometric import TIE, hypergeometric, r_by_2_tail
from aadash.stats._numeric import NAN
from aadash.stats.distributions import z_crit


@dataclass(frozen=True, slots=True)
class ChiSquared:
    """Pearson's chi-squared; ``min_expected`` is the smallest expected count (below 5 the p is doubtful)."""

    chi2: float
    df: int
    p: float
    min_expected: float


@dataclass(frozen=True, slots=True)
class Cmh:
    """Cochran–Mantel–Haenszel test and the common odds ratio of ``n_strata`` informative 2 × 2 tables."""

    chi2: float
    df: int
    p: float
    odds_ratio: float
    ci_low: float
    ci_high: float
    n_strata: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Cochran–Armitage trend; ``z`` is positive when the proportion rises with the score."""

    chi2: float
    z: float
    p: float


@dataclass(frozen=True, slots=True)
class McNemar:
    """Change of a yes/no between two visits: exact p, and chi-squared with Edwards' correction."""

    p_exact: float
    chi2: float
    p_corrected: float
    n_discordant: int


def fisher_exact(k1: int, n1: int, k2: int, n2: int) -> float:
    """Fisher's exact test, two-sided p, of k1 of n1 against k2 of n2.

    The sum of the probabilities, given both margins, of all tables no more probable than the one observed (within a
    relative 1e-7, as R). Fisher 1935, doi:10.2307/2342435. R: ``fisher.test(table)$p.value``. 1 where nobody or
    everybody responded. Conservative in small groups: non-significance is weak evidence of anything.

    Raises
    ------
    NotComputable
        With an empty group.
    """
    if n1 <= 0 or n2 <= 0:
        raise NotComputable(f"Fisher's test needs patients in both groups, found {n1} and {n2}")
    support, log_weight = hypergeometric(k1, n1, k2, n2)
    weight = np.exp(log_weight)
    place = k1 - int(support[0])
    observed = weight[place] if 0 <= place < weight.size else 0.0
    return min(1.0, float(weight[weight <= observed * TIE].sum() / weight.sum()))


def fisher_exact_table(table: ArrayLike) -> float:
    """Fisher's exact test (Freeman–Halton) of an r × 2 table of counts, two-sided p; empty rows dropped.

    The rows are cut in two halves; the splits of each are enumerated and met by their totals, so the sum over all
    tables no more probable than the one observed is exact without listing them. Freeman & Halton 1951,
    doi:10.1093/biomet/38.1-2.141. R: ``fisher.test(table)``. p is 1 when a column is empty.

    Raises
    ------
    NotComputable
        With fewer than two rows that have patients, or too many tables.
    """
    t = np.asarray(table, dtype=float)
    if t.ndim != 2 or t.shape[1] != 2 or (t < 0).any() or (t != np.floor(t)).any():
        raise ValueError("expected an r x 2 table of counts")
    t = t[t.sum(axis=1) > 0]
    if t.shape[0] < 2:
        raise NotComputable(f"Fisher's test needs patients in at least two groups, found {t.shape[0]}")
    rows = t.sum(axis=1)
    return r_by_2_tail(rows, t[:, 0])


def chi_squared(table: ArrayLike, yates: bool = False) -> ChiSquared:
    """Pearson's chi-squared test of an r × c table of counts; empty rows and columns are an error.

    χ² = Σ(O − E)²/E on (r − 1)(c − 1) degrees of freedom; ``yates`` (2 × 2 only) takes min(½, |O − E|) off each
    difference, as R. Pearson 1900, doi:10.1080/14786440009463897; Yates 1934, doi:10.2307/2983604.
    R: ``chisq.test(table, correct = yates)``. With an expected count below 5 use Fisher's test.

    Raises
    ------
    NotComputable
        When a row or a column is empty, or there is only one.
    """
    o = np.asarray(table, dtype=float)
    if o.ndim != 2 or (o < 0).any():
        raise ValueError("expected a table of counts")
    rows, columns = o.sum(axis=1), o.sum(axis=0)
    if min(o.shape) < 2 or rows.min() == 0 or columns.min() == 0:
        raise NotComputable(
            "The chi-squared test is not defined when a group is empty, or when nobody or everybody responded",
            fix="Choose another endpoint, week or split",
        )
    expected = np.outer(rows, columns) / o.sum()
    difference = np.abs(o - expected)
    if yates:
        if o.shape != (2, 2):
            raise ValueError("Yates's correction is for 2 x 2 tables")
        difference = difference - min(0.5, float(difference.min()))
    chi2 = float((difference * difference / expected).sum())
    df = (o.shape[0] - 1) * (o.shape[1] - 1)
    return ChiSquared(chi2, df, float(chdtrc(df, chi2)), float(expected.min()))


def cmh(tables: ArrayLike, level: float = 0.95, correct: bool = True) -> Cmh:
    """Cochran–Mantel–Haenszel test and Mantel–Haenszel odds ratio of K tables, shape (K, 2, 2).

    Each table is [[a, b], [c, d]]: rows are the two groups, columns responded and not. χ² = (|Σ(a − E)| − δ)²/ΣV, δ =
    min(½, |Σ(a − E)|) with ``correct``; OR = Σ(ad/n)/Σ(bc/n) with the Robins–Breslow–Greenland interval (1986,
    doi:10.2307/2531052). Strata in which a margin is empty say nothing and are not counted in ``n_strata``. Mantel &
    Haenszel 1959, doi:10.1093/jnci/22.4.719. R: ``mantelhaen.test``. It averages over the strata: where they
    disagree, the average answers nobody's question.

    Raises
    ------
    NotComputable
        When no stratum has patients in both groups and in both columns.
    """
    t = np.asarray(tables, dtype=float)
    if t.ndim != 3 or t.shape[1:] != (2, 2) or (t < 0).any():
        raise ValueError("expected tables of shape (K, 2, 2)")
    informative = (t.sum(axis=1).min(axis=1) > 0) & (t.sum(axis=2).min(axis=1) > 0)
    t = t[informative]
    if not t.shape[0]:
        raise NotComputable(
            "The Cochran-Mantel-Haenszel test needs a stratum with both groups, with and without response",
            fix="Choose another second split",
        )
    a, b, c, d = t[:, 0, 0], t[:, 0, 1], t[:, 1, 0], t[:, 1, 1]
    n = a + b + c + d
    row, column = a + b, a + c
    excess = abs(float((a - row * column / n).sum()))
    variance = float((row * (c + d) * column * (b + d) / (n * n * (n - 1))).sum())
    delta = min(0.5, excess) if correct else 0.0
    chi2 = (excess - delta) ** 2 / variance
    r, s = a * d / n, b * c / n
    big_r, big_s = float(r.sum()), float(s.sum())
    ratio = big_r / big_s if big_s else math.inf
    low = high = NAN
    if big_r and big_s:
        p, q = (a + d) / n, (b + c) / n
        log_variance = (
            float((p * r).sum()) / (2 * big_r**2)
            + float((p * s + q * r).sum()) / (2 * big_r * big_s)
            + float((q * s).sum()) / (2 * big_s**2)
        )
        half = z_crit(level) * math.sqrt(log_variance)
        low, high = ratio * math.exp(-half), ratio * math.exp(half)
    return Cmh(chi2, 1, float(chdtrc(1, chi2)), ratio, low, high, t.shape[0])


def cochran_armitage(k: ArrayLike, n: ArrayLike, scores: ArrayLike | None = None) -> Trend:
    """Cochran–Armitage test for a trend of proportions k/n over ordered groups; empty groups dropped.

    χ² = (Σx(s − s̄))²/(p(1 − p)Σn(s − s̄)²) on one degree of freedom, s̄ the n-weighted mean score; scores 1, 2, … unless
    given. Armitage 1955, doi:10.2307/3001775. R: ``prop.trend.test(k, n, scores)``. It looks only for a rise or fall
    in line with the scores; a peak in the middle goes unseen.

    Raises
    ------
    NotComputable
        With fewer than two groups, the same score for all, or nobody or everybody responding.
    """
    kk, nn = np.asarray(k, dtype=float), np.asarray(n, dtype=float)
    s = np.arange(1.0, kk.size + 1) if scores is None else np.asarray(scores, dtype=float)
    keep = nn > 0
    kk, nn, s = kk[keep], nn[keep], s[keep]
    p = float(kk.sum() / nn.sum()) if nn.size else NAN
    if nn.size < 2 or s.min() == s.max() or not 0 < p < 1:
        raise NotComputable("A trend over groups needs two groups with patients, and some patients with and some without response")
    centred = s - float(nn @ s) / float(nn.sum())
    z = float(kk @ centred) / math.sqrt(p * (1 - p) * float(nn @ (centred * centred)))
    return Trend(z * z, z, float(chdtrc(1, z * z)))


def mcnemar(b: int, c: int) -> McNemar:
    """McNemar's test from the discordant pairs: ``b`` yes then no, ``c`` no then yes.

    Exact: two-sided binomial test of b in b + c at one half. Corrected: (|b − c| − 1)²/(b + c) against chi-squared
    with one degree of freedom (no correction when b = c). McNemar 1947, doi:10.1007/BF02295996; Edwards 1948,
    doi:10.1007/BF02289261. R: ``binom.test(b, b + c)$p.value``, ``mcnemar.test``. The patients who did not change do
    not enter; with cumulative endpoints nobody can go back, and the test says little. Without any discordant pair
    the exact p is 1 and the chi-squared NaN.
    """
    if b < 0 or c < 0:
        raise ValueError("counts cannot be negative")
    n = b + c
    if n == 0:
        return McNemar(1.0, NAN, NAN, 0)
    exact = 1.0 if b == c else min(1.0, 2 * float(bdtr(min(b, c), n, 0.5)))
    chi2 = (abs(b - c) - 1) ** 2 / n if b != c else 0.0
    return McNemar(exact, chi2, float(chdtrc(1, chi2)), n)
