"""From coefficients to probabilities and means that can be said aloud: averages over the patients, differences, profiles.

"Had everyone been female, all else as it is, 55 % would have responded; had everyone been male, 31 %": the model
predicts each patient twice and averages (marginal standardisation, g-computation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit, logit

from aadash.stats.distributions import t_crit, t_p, z_crit, z_p

Link = Literal["logit", "identity"]


@dataclass(frozen=True)
class Effect:
    """An estimate with its delta-method standard error and interval; ``p`` tests zero and is NaN for a level."""

    estimate: float
    se: float
    ci_low: float
    ci_high: float
    p: float


def averaged(
    x: np.ndarray,
    beta: np.ndarray,
    vcov: np.ndarray,
    link: Link = "logit",
    level: float = 0.95,
    df: float = np.inf,
    counts: np.ndarray | None = None,
) -> Effect:
    """Average prediction over the rows of ``x`` (n, p): an adjusted probability (logit) or mean (identity). Each row stands for
    ``counts`` patients (None: one).

    The standard error is √(g' V g) with g the gradient of the average in the coefficients (delta method; R
    ``marginaleffects::avg_predictions``). A probability's interval is made on the logit scale, so that it stays within
    0 and 1; that of a mean uses t with ``df`` degrees of freedom. It averages over these patients: in a cohort with
    other patients the same coefficients give another average.
    """
    value, gradient = _average(x, beta, link, counts)
    se = float(np.sqrt(gradient @ vcov @ gradient))
    reach = _reach(level, df)
    if link == "identity":
        return Effect(value, se, value - reach * se, value + reach * se, float("nan"))
    if not 0 < value < 1:
        return Effect(value, se, float("nan"), float("nan"), float("nan"))
    centre, spread = float(logit(value)), se / (value * (1 - value))
    return Effect(value, se, float(expit(centre - reach * spread)), float(expit(centre + reach * spread)), float("nan"))


def difference(
    x1: np.ndarray,
    x0: np.ndarray,
    beta: np.ndarray,
    vcov: np.ndarray,
    link: Link = "logit",
    level: float = 0.95,
    df: float = np.inf,
    counts: np.ndarray | None = None,
) -> Effect:
    """Average prediction over ``x1`` minus that over ``x0``: an adjusted risk difference (logit) or difference in means.

    Both matrices hold the same patients (``counts`` a row), once with each value of the predictor in question. Delta method with a
    symmetric interval, as R ``marginaleffects::avg_comparisons`` gives it; that of two rates (logit) ends at ±1. In a cohort without a
    control arm it is a difference between patients, not an effect of changing anything.
    """
    (a, ga), (b, gb) = _average(x1, beta, link, counts), _average(x0, beta, link, counts)
    gradient = ga - gb
    estimate, se = a - b, float(np.sqrt((ga - gb) @ vcov @ gradient))
    reach = _reach(level, df)
    ratio = estimate / se if se > 0 else float("nan")
    p = float("nan") if se <= 0 else (t_p(ratio, df) if np.isfinite(df) else z_p(ratio))
    low, high = estimate - reach * se, estimate + reach * se
    if link == "logit":
        low, high = max(low, -1.0), min(high, 1.0)
    return Effect(estimate, se, low, high, p)


def ratio(x1: np.ndarray, x0: np.ndarray, beta: np.ndarray, vcov: np.ndarray, level: float = 0.95) -> Effect:
    """Average probability over ``x1`` divided by that over ``x0`` (n, p each; logit link): an adjusted risk ratio.

    ``se`` is that of the log ratio, by the delta method; the interval is made on the log scale. R
    ``marginaleffects::avg_comparisons(comparison = "lnratioavg", transform = exp)``; Norton, Miller & Kleinman 2013,
    doi:10.1177/1536867X1301300304. ``p`` tests a ratio of one.
    """
    (a, ga), (b, gb) = _average(x1, beta, "logit"), _average(x0, beta, "logit")
    gradient = ga / a - gb / b
    log, se = float(np.log(a / b)), float(np.sqrt(gradient @ vcov @ gradient))
    reach = z_crit(level) * se
    p = z_p(log / se) if se > 0 else float("nan")
    return Effect(float(np.exp(log)), se, float(np.exp(log - reach)), float(np.exp(log + reach)), p)


def _average(x: np.ndarray, beta: np.ndarray, link: Link, counts: np.ndarray | None = None) -> tuple[float, np.ndarray]:
    eta = x @ beta
    if link == "identity":
        return float(np.average(eta, weights=counts)), np.average(x, axis=0, weights=counts)
    p = expit(eta)
    return float(np.average(p, weights=counts)), np.average(x * (p * (1 - p))[:, None], axis=0, weights=counts)


def _reach(level: float, df: float) -> float:
    return t_crit(df, level) if np.isfinite(df) else z_crit(level)


def flic_intercept(x: np.ndarray, y: np.ndarray, beta: np.ndarray, counts: np.ndarray | None = None) -> np.ndarray:
    """``beta`` (intercept first) with the intercept moved so that predicted probabilities average the observed rate. Each row stands
    for ``counts`` patients (None: one).

    Firth's penalty draws probabilities towards one half. FLIC keeps its other coefficients and estimates the intercept
    again by maximum likelihood (Puhr et al. 2017, doi:10.1002/sim.7273; R ``logistf::flic``).
    """
    rest = x[:, 1:] @ beta[1:]
    intercept, rate = float(beta[0]), float(np.average(y, weights=counts))
    for _ in range(100):
        p = expit(intercept + rest)
        step = (rate - float(np.average(p, weights=counts))) / float(np.average(p * (1 - p), weights=counts))
        intercept += float(np.clip(step, -2, 2))
        if abs(step) < 1e-12:
            break
    return np.concatenate([[intercept], beta[1:]])
