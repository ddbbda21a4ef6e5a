"""Random-effects meta-analysis of rates on the log-odds scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike
from scipy.special import chdtrc, chdtri

from aadash.errors import NotComputable
from aadash.stats.distributions import t_crit

#: Fewer studies than this have no prediction interval.
PREDICTABLE = 3


@dataclass(frozen=True, slots=True)
class RandomEffects:
    """A pooled estimate on the scale of the effects.

    ``estimate, se, low, high`` with the t of k − 1 degrees of freedom; ``predicted_low, predicted_high`` where the effect of a
    new study is expected (NaN for fewer than three); ``tau2`` the variance between studies and ``i2`` (0–1) the share of the
    spread beyond sampling error, each with limits by the Q-profile; Cochran's ``q`` on ``df``, its ``p``; ``weights`` (0–1) of
    the studies.
    """

    estimate: float
    se: float
    low: float
    high: float
    predicted_low: float
    predicted_high: float
    tau2: float
    tau2_low: float
    tau2_high: float
    i2: float
    i2_low: float
    i2_high: float
    q: float
    df: int
    p: float
    weights: tuple[float, ...]


def log_odds(responders: float, n: float) -> tuple[float, float]:
    """Log odds of a rate and its variance, ½ being added to responders and to others only where one of them is 0.

    ln(k/(n − k)), variance 1/k + 1/(n − k). R: ``metafor::escalc("PLO", add = 1/2, to = "only0")``. Stijnen, Hamza & Özdemir 2010,
    doi:10.1002/sim.4040, on when it is too rough: rates near 0 or 1 in small studies. ``responders`` need not be whole: a printed
    rate without its count gives rate times n.

    Raises NotComputable for n = 0.
    """
    if not n > 0:
        raise NotComputable("A rate needs at least one patient, found none")
    if not 0 <= responders <= n:
        raise ValueError(f"{responders:g} of {n:g} is no rate")
    half = 0.5 if responders == 0 or responders == n else 0.0
    a, b = responders + half, n - responders + half
    return math.log(a / b), 1 / a + 1 / b


def rate_of(log_odds_: float) -> float:
    """The rate (0–1) of a log odds: 1/(1 + e⁻ˣ). R: ``plogis``. Cox 1970, Analysis of Binary Data."""
    return 1 / (1 + math.exp(-log_odds_)) if log_odds_ >= 0 else math.exp(log_odds_) / (1 + math.exp(log_odds_))


def random_effects(
    effects: ArrayLike, variances: ArrayLike, level: float = 0.95, method: str = "REML", truncate: bool = True
) -> RandomEffects:
    """Pool independent effects that differ between studies.

    τ² by restricted maximum likelihood ("REML", Viechtbauer 2005, doi:10.3102/10769986030003261) or by Paule and Mandel ("PM", 1982,
    doi:10.6028/jres.087.022). w = 1/(v + τ²), estimate Σwy/Σw. Hartung–Knapp: SE² = Σw(y − ŷ)²/((k − 1)Σw), t on k − 1 degrees of
    freedom (Hartung & Knapp 2001, doi:10.1002/sim.791); with ``truncate`` SE² is at least 1/Σw, so that chance agreement of few
    studies gives no narrow interval (Röver, Knapp & Friede 2015, doi:10.1186/s12874-015-0091-1). Prediction: ŷ ± t√(SE² + τ²)
    (IntHout et al. 2016, doi:10.1136/bmjopen-2015-010247). Limits of τ² by the Q-profile (Viechtbauer 2007, doi:10.1002/sim.2514), I²
    = τ²/(τ² + s²), s² = (k − 1)Σv⁻¹/((Σv⁻¹)² − Σv⁻²) (Higgins & Thompson 2002, doi:10.1002/sim.1186).

    R: ``metafor::rma(method =, test = "adhoc")``, without ``truncate`` ``test = "knha"``; ``predict``; ``confint``.

    Raises NotComputable with fewer than two effects; ValueError for a variance that is not positive. With few studies τ² is hardly
    known, whatever its estimate.
    """
    y, v = np.asarray(effects, dtype=float), np.asarray(variances, dtype=float)
    if y.shape != v.shape or y.ndim != 1:
        raise ValueError("effects and variances must be two arrays of one length")
    k = len(y)
    if k < 2:
        raise NotComputable("Pooling needs two studies at least")
    if not (np.isfinite(y).all() and np.isfinite(v).all() and (v > 0).all()):
        raise ValueError("each effect needs a finite value and a positive variance")
    tau2 = {"REML": _reml, "PM": _paule_mandel}[method](y, v)
    w = 1 / (v + tau2)
    middle = float(w @ y / w.sum())
    factor = float(w @ (y - middle) ** 2) / (k - 1)
    se = math.sqrt((max(1.0, factor) if truncate else factor) / w.sum())
    t = t_crit(k - 1, level)
    reach = t * math.sqrt(se**2 + tau2) if k >= PREDICTABLE else math.nan
    q = _q(y, v, 0.0)
    low, high = (_profile(y, v, chdtri(k - 1, tail)) for tail in ((1 - level) / 2, (1 + level) / 2))
    typical = float((k - 1) * (1 / v).sum() / ((1 / v).sum() ** 2 - (1 / v**2).sum()))
    return RandomEffects(
        middle,
        se,
        middle - t * se,
        middle + t * se,
        middle - reach,
        middle + reach,
        tau2,
        low,
        high,
        tau2 / (tau2 + typical),
        low / (low + typical),
        high / (high + typical),
        q,
        k - 1,
        float(chdtrc(k - 1, q)),
        tuple(float(x) for x in w / w.sum()),
    )


def _q(y: np.ndarray, v: np.ndarray, tau2: float) -> float:
    """Σw(y − ŷ)² with w = 1/(v + τ²): falls with τ²."""
    w = 1 / (v + tau2)
    return float(w @ (y - w @ y / w.sum()) ** 2)


def _profile(y: np.ndarray, v: np.ndarray, target: float) -> float:
    """The τ² at which Q is ``target``; 0 where it is below from the start."""
    if _q(y, v, 0.0) <= target:
        return 0.0
    high = max(float(np.var(y)), float(v.max()))
    while _q(y, v, high) > target:
        high *= 4
    return float(scipy.optimize.brentq(lambda t: _q(y, v, t) - target, 0.0, high, xtol=1e-15, rtol=1e-14, maxiter=500))


def _paule_mandel(y: np.ndarray, v: np.ndarray) -> float:
    return _profile(y, v, len(y) - 1.0)


def _reml(y: np.ndarray, v: np.ndarray) -> float:
    """The maximum of the restricted likelihood: the best of a grid, then the root of the score beside it."""

    def deviance(tau2: float) -> float:
        w = 1 / (v + tau2)
        return float(-np.log(w).sum() + math.log(w.sum()) + _q(y, v, tau2))

    def score(tau2: float) -> float:
        w = 1 / (v + tau2)
        middle = w @ y / w.sum()
        return float((w**2) @ (y - middle) ** 2 - w.sum() + (w**2).sum() / w.sum())

    top = 100 * max(float(np.var(y)), float(v.max()))
    grid = np.concatenate([[0.0], np.geomspace(top * 1e-8, top, 240)])
    best = int(np.argmin([deviance(t) for t in grid]))
    left, right = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    if score(left) <= 0:
        return float(left)
    return float(scipy.optimize.brentq(score, left, right, xtol=1e-15, rtol=1e-14, maxiter=500))
