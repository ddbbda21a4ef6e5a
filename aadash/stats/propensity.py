"""Comparing treatments that were not assigned by chance: propensity weights, balance, overlap, E-value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import expit

from aadash.errors import NotComputable
from aadash.stats._numeric import NAN
from aadash.stats.distributions import z_crit, z_p
from aadash.stats.likelihood import bernoulli, maximise

Array = np.ndarray
Target = Literal["overlap", "everyone", "treated"]
#: A chance this close to 0 or 1 is one that the iteration would take all the way.
APART = 1e-4


@dataclass(frozen=True)
class Propensity:
    """Chance of the first treatment given the covariates, and weights made from it."""

    score: Array
    """n, P(treated | x)."""
    weights: Array
    """n, scaled so that each treatment's weights sum to its number of patients."""
    treated: Array
    target: Target
    balance: pd.DataFrame
    """One row a covariate: name, treated, other, smd, treated_weighted, other_weighted, smd_weighted."""
    effective_n: tuple[float, float]
    """(Σw)²/Σw² of the treated and of the others."""
    outside: int
    """Patients whose score lies beyond the range of the other treatment's scores: nobody to compare them with."""


@dataclass(frozen=True)
class WeightedComparison:
    """Treated minus others in the weighted patients."""

    treated: float
    other: float
    difference: float
    se: float
    ci_low: float
    ci_high: float
    p: float


@dataclass(frozen=True, slots=True)
class EValue:
    """How strong unmeasured confounding would have to be, as a risk ratio, to explain an estimate away."""

    estimate: float
    limit: float
    """For the confidence limit nearer to no effect; 1 when the interval contains it."""


def propensity(treated: ArrayLike, x: ArrayLike, names: list[str], target: Target = "overlap") -> Propensity:
    """Logistic propensity score and the weights that make the treatments alike.

    Parameters
    ----------
    treated
        n booleans: which of two treatments.
    x
        n × p covariates without NaN (categories as indicators).
    names
        p names for the balance table.
    target
        "overlap": weights 1 − e for the treated, e for the others: patients who might have had either (Li, Morgan & Zaslavsky 2018,
        doi:10.1080/01621459.2016.1260466), means exactly balanced, no large weights. "everyone": 1/e, 1/(1 − e). "treated": 1,
        e/(1 − e).

    Notes
    -----
    Rosenbaum & Rubin 1983, doi:10.1093/biomet/70.1.41. SMD = (m₁ − m₀)/√((s₁² + s₀²)/2), with the spread before weighting in both
    columns (Austin & Stuart 2015, doi:10.1002/sim.6607). R: ``glm(treated ~ x, binomial)`` and these
    formulas. Balance is of what was measured; treatments chosen for reasons that are not in the table stay confounded.

    Raises
    ------
    NotComputable
        One treatment only, or covariates that separate the two.
    """
    t, design = np.asarray(treated, dtype=bool), np.asarray(x, dtype=float).reshape(len(np.asarray(treated)), -1)
    if t.all() or not t.any():
        raise NotComputable("All patients have the same treatment, so there is nothing to compare")
    spread = design.std(axis=0)
    if (spread == 0).any():
        raise NotComputable(f"The covariate {names[int(np.argmin(spread))]!r} is the same for everyone", fix="Leave it out")
    scaled = np.column_stack([np.ones(len(t)), (design - design.mean(axis=0)) / spread])
    if np.linalg.matrix_rank(scaled) < scaled.shape[1]:
        raise NotComputable("A covariate is a combination of the others", fix="Leave one of them out")
    best = maximise(bernoulli(scaled, t.astype(float)), np.zeros(scaled.shape[1]), np.arange(scaled.shape[1]))
    e = expit(scaled @ best.beta)
    if np.all(np.where(t, e > 1 - APART, e < APART)):
        raise NotComputable("The covariates tell the two treatments apart completely: no patient could have had either")
    raw = {
        "overlap": np.where(t, 1 - e, e),
        "everyone": np.where(t, 1 / e, 1 / (1 - e)),
        "treated": np.where(t, 1.0, e / (1 - e)),
    }[target]
    w = np.where(t, raw * t.sum() / raw[t].sum(), raw * (~t).sum() / raw[~t].sum())
    low, high = max(e[t].min(), e[~t].min()), min(e[t].max(), e[~t].max())
    rows = [_balance(name, design[:, j], t, w) for j, name in enumerate(names)]
    return Propensity(e, w, t, target, pd.DataFrame(rows), (_effective(w[t]), _effective(w[~t])), int(((e < low) | (e > high)).sum()))


def _effective(w: Array) -> float:
    return float(w.sum() ** 2 / (w @ w))


def _balance(name: str, x: Array, t: Array, w: Array) -> dict[str, object]:
    pooled = math.sqrt((x[t].var(ddof=1) + x[~t].var(ddof=1)) / 2) if min(t.sum(), (~t).sum()) > 1 else NAN
    before = float(x[t].mean()), float(x[~t].mean())
    after = float(np.average(x[t], weights=w[t])), float(np.average(x[~t], weights=w[~t]))
    smd = [(a - b) / pooled if pooled > 0 else NAN for a, b in (before, after)]
    return {
        "name": name, "treated": before[0], "other": before[1], "smd": smd[0],
        "treated_weighted": after[0], "other_weighted": after[1], "smd_weighted": smd[1],
    }  # fmt: skip


def weighted_comparison(y: ArrayLike, model: Propensity, x: ArrayLike, level: float = 0.95) -> WeightedComparison:
    """Weighted mean (or rate) of the treated less that of the others; ``y`` n outcomes without NaN, ``x`` as in the model.

    Standard error by stacked estimating equations, which count that the weights were estimated (Lunceford & Davidian 2004,
    doi:10.1002/sim.1903; Li, Thomas & Li 2019, doi:10.1093/aje/kwy201); normal limits. R: by hand. It is a difference between patients
    who got one and who got the other, made alike in what was measured; whether it is an effect hangs on what was not. Where all of one
    arm have the same outcome its error cannot be estimated (it would be taken as 0): no standard error, limits or p.
    """
    values, t, e = np.asarray(y, dtype=float), model.treated, model.score
    design = np.column_stack([np.ones(len(t)), np.asarray(x, dtype=float).reshape(len(t), -1)])
    scale = np.where(np.abs(design).max(axis=0) > 0, np.abs(design).max(axis=0), 1.0)
    design = design / scale
    information = (design * (e * (1 - e))[:, None]).T @ design
    alpha = (design * (t - e)[:, None]) @ np.linalg.inv(information)
    # d log(raw weight) / d(linear predictor)
    slope = {
        "overlap": np.where(t, -e, 1 - e),
        "everyone": np.where(t, -(1 - e), e),
        "treated": np.where(t, 0.0, 1.0),
    }[model.target]
    means, parts = [], []
    for arm in (t, ~t):
        w = np.where(arm, model.weights, 0.0)
        mean = float(w @ values) / w.sum()
        own = w * (values - mean)
        parts.append((own + alpha @ ((design * slope[:, None]).T @ own)) / w.sum())
        means.append(mean)
    difference = means[0] - means[1]
    influence = parts[0] - parts[1]
    if any(np.ptp(values[arm]) == 0 for arm in (t, ~t)):
        return WeightedComparison(means[0], means[1], difference, *(NAN,) * 4)
    se = float(np.sqrt(influence @ influence))
    half = z_crit(level) * se
    return WeightedComparison(
        means[0], means[1], difference, se, difference - half, difference + half, z_p(difference / se) if se > 0 else NAN
    )


def e_value(ratio: float, low: float, high: float) -> EValue:
    """E-value of a risk ratio and of the limit of its interval that is nearer to 1.

    RR + √(RR(RR − 1)), for RR below 1 with its inverse. VanderWeele & Ding 2017, doi:10.7326/M16-2607. R: ``EValue::evalues.RR``. A
    large value does not show that there is no confounding: it says how strong it would have to be.

    Raises ValueError for ratios that are not positive.
    """
    if not (ratio > 0 and low >= 0 and low <= ratio <= high):
        raise ValueError(f"{low} ≤ {ratio} ≤ {high} is no risk ratio with its interval")
    near = 1.0 if low <= 1 <= high else (low if ratio > 1 else high)
    return EValue(_e(ratio), _e(near))


def _e(ratio: float) -> float:
    r = ratio if ratio >= 1 else 1 / ratio
    return r + math.sqrt(r * (r - 1))
