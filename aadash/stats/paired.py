"""Before and after in the same patients: paired t and the Wilcoxon signed-rank test."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from aadash.errors import NotComputable
from aadash.stats._numeric import NAN, Tally, clean, clean_pairs, counted_midranks, mean_ss, midranks, slack
from aadash.stats.distributions import t_crit, t_p

RankMethod = Literal["auto", "exact", "asymptotic"]
#: Largest number of non-zero differences for which the exact distribution is tabulated.
MAX_EXACT_PAIRS = 200


@dataclass(frozen=True, slots=True)
class PairedT:
    """Paired t-test. ``mean`` and the interval are in the units of the data, ``dz`` is mean/sd of the differences."""

    n: int
    mean: float
    sd: float
    t: float
    df: int
    p: float
    ci_low: float
    ci_high: float
    dz: float


@dataclass(frozen=True, slots=True)
class Wilcoxon:
    """Signed-rank test. ``method`` says what was used: exact, asymptotic, asymptotic with continuity correction."""

    n: int
    n_nonzero: int
    v_plus: float
    p: float
    method: str
    rank_biserial: float


def paired_t(x: ArrayLike, y: ArrayLike, level: float = 0.95, counts: np.ndarray | None = None) -> PairedT:
    """Paired t-test of x − y (follow-up − baseline) on the pairs where neither is NaN; ``counts`` says how often each pair occurs.

    t = mean/(sd/√n) on n − 1 degrees of freedom, two-sided; dz = mean/sd (Cohen 1988; Lakens 2013,
    doi:10.3389/fpsyg.2013.00863). R: ``t.test(x, y, paired = TRUE)``. Without spread among the differences t, p,
    interval and dz are NaN, as R refuses "essentially constant" data. It says that patients changed, not that a
    treatment changed them: regression to the mean and natural course look the same without a control group.

    Raises
    ------
    NotComputable
        With fewer than two pairs.
    """
    a, b = clean_pairs(x, y)
    sums = (float(a.sum()), float(b.sum()))
    d: np.ndarray | Tally = a - b
    if counts is not None:
        both = ~(np.isnan(x) | np.isnan(y))  # type: ignore[arg-type]
        d, sums = Tally(a - b, counts[both]), (float(a @ counts[both]), float(b @ counts[both]))
    n = d.size
    if n < 2:
        raise NotComputable(
            f"A paired t-test needs at least two patients with both visits, found {n}",
            fix="Choose visits that more patients share",
        )
    mean, ss = mean_ss(d)
    sd = math.sqrt(ss / (n - 1))
    se = sd / math.sqrt(n)
    if se <= 10 * np.finfo(float).eps * max(map(abs, sums)) / n:
        return PairedT(n, mean, sd, NAN, n - 1, NAN, NAN, NAN, NAN)
    t = mean / se
    half = t_crit(n - 1, level) * se
    return PairedT(n, mean, sd, t, n - 1, t_p(t, n - 1), mean - half, mean + half, mean / sd)


@lru_cache(maxsize=128)
def _signed_rank_cdf(n: int) -> np.ndarray:
    """P(V+ ≤ v) for v = 0 … n(n + 1)/2 under the null, each rank positive with probability one half."""
    ways = np.zeros(n * (n + 1) // 2 + 1)
    ways[0] = 1.0
    for rank in range(1, n + 1):
        shifted = ways[:-rank].copy()
        ways[rank:] += shifted
        ways *= 0.5
    cdf = np.cumsum(ways)
    cdf.flags.writeable = False
    return cdf


def wilcoxon_signed_rank(d: ArrayLike, method: RankMethod = "auto", correct: bool = True) -> Wilcoxon:
    """Wilcoxon signed-rank test that the differences ``d`` lie symmetrically about zero; NaN dropped.

    Zeros are dropped, ties get midranks (Wilcoxon 1945, doi:10.2307/3001968); differences that only binary fractions tell
    apart are ties (R: ``digits.rank``). ``auto`` follows R: exact below 50
    pairs without ties and zeros, else normal with the variance corrected for ties and, with ``correct``, a
    continuity correction. ``exact`` is likewise honoured only without ties and zeros, ``method`` in the answer says
    what was done. ``v_plus`` is the sum of the ranks of the positive differences (R's V); ``rank_biserial`` =
    (V+ − V−)/(V+ + V−) (Kerby 2014, doi:10.2466/11.IT.3.1). R: ``wilcox.test(d, exact =, correct =)``. It tests
    symmetry about zero, which is a statement on the median only if the differences are symmetric.

    Raises
    ------
    NotComputable
        When no difference is other than zero.
    """
    a = clean(d)
    values = a.values if isinstance(a, Tally) else a
    moved = np.abs(values) > slack(values)
    nonzero = values[moved]
    counts = a.counts[moved] if isinstance(a, Tally) else None
    n = nonzero.size if counts is None else int(counts.sum())
    if n == 0:
        raise NotComputable("The signed-rank test needs at least one patient who changed, and none did", fix="Choose another visit")
    ranks, ties = midranks(np.abs(nonzero)) if counts is None else counted_midranks(np.abs(nonzero), counts)
    v = float((ranks if counts is None else ranks * counts)[nonzero > 0].sum())
    total = n * (n + 1) / 2
    biserial = (2 * v - total) / total
    wanted = (method == "exact" and n <= MAX_EXACT_PAIRS) or (method == "auto" and n < 50)
    if wanted and ties == 0 and n == a.size:
        cdf = _signed_rank_cdf(n)
        smaller = min(v, total - v)
        return Wilcoxon(a.size, n, v, min(1.0, 2 * float(cdf[int(smaller)])), "exact", biserial)
    sigma = math.sqrt(n * (n + 1) * (2 * n + 1) / 24 - ties / 48)
    z = v - total / 2
    if correct:
        z -= math.copysign(0.5, z) if z else 0.0
    p = min(1.0, 2 * float(ndtr(-abs(z / sigma))))
    name = "asymptotic with continuity correction" if correct else "asymptotic"
    return Wilcoxon(a.size, n, v, p, name, biserial)
