"""Within-patient effects: contrasts, sphericity and its corrections, Mauchly's test, Pillai's trace."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import chdtrc

from aadash.stats._numeric import NAN
from aadash.stats.distributions import f_p


@dataclass(frozen=True, slots=True)
class AnovaEffect:
    """One line of the table. Fields that the effect does not have are NaN.

    ``eps_gg``, ``eps_hf`` (at most 1) and ``eps_hf_raw`` are the sphericity epsilons, ``df1_gg`` … ``p_hf`` the
    corrected test; they and Mauchly's test exist for within-patient effects with three visits or more. Pillai's
    trace (multivariate, without sphericity) needs more patients than visits.
    """

    ss: float
    df1: float
    ss_error: float
    df2: float
    f: float
    p: float
    partial_eta2: float
    generalized_eta2: float
    eps_gg: float = NAN
    eps_hf: float = NAN
    eps_hf_raw: float = NAN
    df1_gg: float = NAN
    df2_gg: float = NAN
    p_gg: float = NAN
    p_hf: float = NAN
    mauchly_w: float = NAN
    mauchly_p: float = NAN
    pillai: float = NAN
    pillai_f: float = NAN
    pillai_df1: float = NAN
    pillai_df2: float = NAN
    pillai_p: float = NAN


@lru_cache(maxsize=32)
def whole_helmert(k: int) -> np.ndarray:
    """k × (k − 1) contrasts in whole numbers, orthogonal to each other and to the constant."""
    c = np.zeros((k, k - 1), dtype=np.int64)
    for j in range(1, k):
        c[:j, j - 1], c[j, j - 1] = 1, -j
    c.flags.writeable = False
    return c


@lru_cache(maxsize=32)
def lengths(k: int) -> np.ndarray:
    """The lengths of :func:`whole_helmert`'s contrasts."""
    found: np.ndarray = np.sqrt([j * (j + 1.0) for j in range(1, k)])
    found.flags.writeable = False
    return found


@lru_cache(maxsize=32)
def helmert(k: int) -> np.ndarray:
    """k × (k − 1) orthonormal contrasts, orthogonal to the constant."""
    c: np.ndarray = whole_helmert(k) / lengths(k)
    c.flags.writeable = False
    return c


#: Share of the sums of squares below which an error is the last binary digits of no error at all.
NOISE = 1e-20


def within_effect(h: np.ndarray, s: np.ndarray, q: int, df_error: int, ss_other: float, noise: float = 0.0) -> AnovaEffect:
    """A within-patient effect from its hypothesis matrix ``h`` and error matrix ``s`` in orthonormal contrasts; an error of ``noise``
    is none."""
    d = s.shape[0]
    ss, error = float(np.trace(h)), float(np.trace(s))
    df1, df2 = q * d, df_error * d
    if error <= max(noise, NOISE * (ss + error + ss_other)):
        return AnovaEffect(ss, df1, error, df2, NAN, NAN, NAN, NAN)
    f = (ss / df1) / (error / df2)
    total_error = error + ss_other
    basic = (ss, df1, error, df2, f, f_p(f, df1, df2), ss / (ss + error), ss / (ss + total_error))
    gg = hf = hf_raw = df1_gg = df2_gg = p_gg = p_hf = w = mauchly_p = NAN
    if d > 1:
        gg = error * error / (d * float((s * s).sum()))
        lower = df_error - d * gg
        hf_raw = ((df_error + 1) * d * gg - 2) / (d * lower) if lower > 0 else math.inf
        hf = min(1.0, hf_raw) if hf_raw > 0 else NAN
        df1_gg, df2_gg = gg * df1, gg * df2
        p_gg = f_p(f, df1_gg, df2_gg)
        p_hf = f_p(f, hf * df1, hf * df2) if hf > 0 else NAN
        w, mauchly_p = _mauchly(s, df_error)
    pillai = _pillai(h, s, q, df_error)
    return AnovaEffect(*basic, gg, hf, hf_raw, df1_gg, df2_gg, p_gg, p_hf, w, mauchly_p, *pillai)


def _mauchly(s: np.ndarray, n: int) -> tuple[float, float]:
    """Mauchly's W and its p with the second-order correction of R (whose ``3 * p`` counts visits)."""
    d = s.shape[0]
    if n < d:
        return NAN, NAN
    sign, log_det = np.linalg.slogdet(s)
    if sign <= 0:
        return NAN, NAN
    log_w = float(log_det) - d * math.log(float(np.trace(s)) / d)
    rho = 1 - (2 * d * d + d + 2) / (6 * d * n)
    w2 = (d + 2) * (d - 1) * (d - 2) * (2 * d**3 + 6 * d**2 + 3 * (d + 1) + 2) / (288 * (n * d * rho) ** 2)
    z = max(0.0, -n * rho * log_w)
    f = d * (d + 1) // 2 - 1
    first, second = float(chdtrc(f, z)), float(chdtrc(f + 4, z))
    return math.exp(log_w), first + w2 * (second - first)


def _pillai(h: np.ndarray, s: np.ndarray, q: int, df_error: int) -> tuple[float, float, float, float, float]:
    """Pillai's trace and its F from the eigenvalues of the hypothesis against the error matrix."""
    d = s.shape[0]
    if df_error < d:
        return NAN, NAN, NAN, NAN, NAN
    try:
        inverse = np.linalg.inv(np.linalg.cholesky(s))
    except np.linalg.LinAlgError:
        return NAN, NAN, NAN, NAN, NAN
    m = min(d, q)
    roots = np.maximum(np.linalg.eigvalsh(inverse @ h @ inverse.T)[-m:], 0.0)
    trace, rest = float((roots / (1 + roots)).sum()), float((1 / (1 + roots)).sum())
    df1, df2 = float(m * (abs(d - q) + m)), float(m * (df_error - d + m))
    f = df2 / df1 * trace / rest
    return trace, f, df1, df2, f_p(f, df1, df2)
