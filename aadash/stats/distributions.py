"""Two-sided p-values and critical values of t, z and F, exact far into the tail."""

from __future__ import annotations

import math

from scipy.special import betainc, fdtrc, ndtr, ndtri, stdtr, stdtrit

NAN = math.nan


def t_p(t: float, df: float) -> float:
    """Two-sided p of Student's t, from the tail itself so that 1e-200 is as exact as 0.05."""
    return float(2.0 * stdtr(df, -abs(t))) if math.isfinite(t) else (0.0 if math.isinf(t) else NAN)


def t_crit(df: float, level: float) -> float:
    """The t that leaves (1 − level)/2 above it."""
    return float(stdtrit(df, 0.5 + level / 2.0))


def z_p(z: float) -> float:
    """Two-sided p of a standard normal deviate."""
    return float(2.0 * ndtr(-abs(z)))


def z_crit(level: float) -> float:
    """The standard normal deviate that leaves (1 − level)/2 above it."""
    return float(-ndtri((1.0 - level) / 2.0))


def f_p(f: float, df1: float, df2: float) -> float:
    """Upper tail of F; df may be fractional."""
    if not math.isfinite(f):
        return 0.0 if f == math.inf else NAN
    if f <= 0.0:
        return 1.0
    p = float(fdtrc(df1, df2, f))
    return p if p > 0.0 else float(betainc(df2 / 2.0, df1 / 2.0, df2 / (df2 + df1 * f)))
