"""Two readings of the same patients: Bland–Altman's limits and weighted kappa. The intraclass correlation is pingouin's."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike
from scipy.special import nctdtr

from aadash.errors import NotComputable
from aadash.stats._numeric import NAN, clean_pairs, mean_var
from aadash.stats.distributions import t_crit, t_p, z_crit, z_p


@dataclass(frozen=True, slots=True)
class BlandAltman:
    """Differences first minus second reading: their mean (bias), spread, and limits of agreement with intervals."""

    n: int
    bias: float
    bias_low: float
    bias_high: float
    sd: float
    lower: float
    lower_ci: tuple[float, float]
    upper: float
    upper_ci: tuple[float, float]
    slope: float
    """Difference per point of the mean of the two readings; 0: no trend."""
    slope_p: float


@dataclass(frozen=True, slots=True)
class Kappa:
    """Weighted kappa of two readings in ordered categories."""

    n: int
    kappa: float
    se: float
    ci_low: float
    ci_high: float
    observed: float
    """Weighted share of agreement."""
    expected: float
    """The same by chance."""
    p: float
    """Against no agreement beyond chance."""


def bland_altman(first: ArrayLike, second: ArrayLike, level: float = 0.95, coverage: float = 0.95) -> BlandAltman:
    """Bias and limits of agreement of two readings (n each, NaN pairs left out).

    d̄ ± z s with z for ``coverage``; the interval of d̄ is t's; those of the limits are exact, from the non-central t distribution
    (Carkeet 2015, doi:10.1097/OPX.0000000000000513), for d̄ and s of normal differences. Bland & Altman 1986,
    doi:10.1016/S0140-6736(86)90837-8; 1999, doi:10.1177/096228029900800204. R: by formula with ``qt(ncp = )``. ``slope`` is the
    regression of the difference on the mean of the two: with a trend one pair of limits does not serve the whole scale. SALT's
    ends (0, 100) have no room for differences, which makes limits look better than they are in between.

    Raises NotComputable with fewer than three pairs.
    """
    a, b = clean_pairs(first, second)
    n = len(a)
    if n < 3:
        raise NotComputable(f"Limits of agreement need three patients with both readings, found {n}")
    d, middle = a - b, (a + b) / 2
    bias, variance = mean_var(d)
    sd, z = math.sqrt(variance), z_crit(coverage)
    half = t_crit(n - 1, level) * sd / math.sqrt(n)
    tails = [_noncentral_t((1 - level) / 2, n, z), _noncentral_t((1 + level) / 2, n, z)]
    reach = [t * sd / math.sqrt(n) for t in tails]
    slope, p = _trend(d, middle)
    return BlandAltman(
        n,
        bias,
        bias - half,
        bias + half,
        sd,
        bias - z * sd,
        (bias - reach[1], bias - reach[0]),
        bias + z * sd,
        (bias + reach[0], bias + reach[1]),
        slope,
        p,
    )


def _noncentral_t(p: float, n: int, z: float) -> float:
    """Quantile of t on n − 1 degrees of freedom with non-centrality z√n; it is above 0 for the tails asked for here."""
    df, ncp = n - 1, z * math.sqrt(n)
    high = (ncp + 10.0) * 2
    while nctdtr(df, ncp, high) < p:
        high *= 2
    return float(scipy.optimize.brentq(lambda x: nctdtr(df, ncp, x) - p, 0.0, high, xtol=1e-12))


def _trend(d: np.ndarray, middle: np.ndarray) -> tuple[float, float]:
    x = middle - middle.mean()
    across = float(x @ x)
    if across <= 0:
        return NAN, NAN
    slope = float(x @ d) / across
    rest = d - d.mean() - slope * x
    se = math.sqrt(float(rest @ rest) / (len(d) - 2) / across)
    return slope, t_p(slope / se, len(d) - 2) if se > 0 else NAN


def weighted_kappa(
    first: ArrayLike,
    second: ArrayLike,
    categories: int,
    weights: Literal["quadratic", "linear", "none"] = "quadratic",
    level: float = 0.95,
) -> Kappa:
    """Agreement beyond chance of two readings in ordered categories 0 … categories − 1 (n codes each).

    κ = (p_o − p_e)/(1 − p_e) with agreement weights 1 − (i − j)²/(k − 1)² (quadratic), 1 − |i − j|/(k − 1) (linear) or identity.
    Cohen 1968, doi:10.1037/h0026256; large-sample variance of Fleiss, Cohen & Everitt 1969, doi:10.1037/h0028106. R:
    ``psych::cohen.kappa``. With quadratic weights it depends on how many categories there are, and it is low where nearly all
    patients are in one category however well readers agree.

    Raises NotComputable without a pair, or when all readings are in one category.
    """
    a, b = clean_pairs(first, second)
    n, k = len(a), categories
    if not n:
        raise NotComputable("No patient has both readings")
    table = np.zeros((k, k))
    np.add.at(table, (a.astype(int), b.astype(int)), 1.0)
    p = table / n
    gap = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / max(k - 1, 1)
    w = {"quadratic": 1 - gap**2, "linear": 1 - gap, "none": np.eye(k)}[weights]
    rows, cols = p.sum(axis=1), p.sum(axis=0)
    observed, expected = float((w * p).sum()), float(rows @ w @ cols)
    if 1 - expected < 1e-12:
        raise NotComputable("All readings are in one category, so agreement beyond chance is not defined")
    kappa = (observed - expected) / (1 - expected)
    wi, wj = w @ cols, w.T @ rows
    pairs = wi[:, None] + wj[None, :]
    variance = float((p * (w - pairs * (1 - kappa)) ** 2).sum()) - (kappa - expected * (1 - kappa)) ** 2
    se = math.sqrt(max(variance, 0.0) / n) / (1 - expected)
    chance = float((np.outer(rows, cols) * (w - pairs) ** 2).sum()) - expected**2
    null = math.sqrt(max(chance, 0.0) / n) / (1 - expected)
    half = z_crit(level) * se
    return Kappa(
        n, kappa, se, max(-1.0, kappa - half), min(1.0, kappa + half), observed, expected, z_p(kappa / null) if null > 0 else NAN
    )
