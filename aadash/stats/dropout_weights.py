"""Inverse-probability weighting for dropout: those who stayed stand for those like them who left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from aadash.errors import NotComputable
from aadash.stats._reml import independent_columns
from aadash.stats.distributions import t_crit, t_p, z_crit

Array = np.ndarray


@dataclass(frozen=True)
class DropoutWeights:
    """Weights of patients still there at the last visit considered."""

    weights: Array
    """n; 1/P(still followed), 0 for who was not seen at the end."""
    probability: Array
    """n; modelled chance to be followed to the end."""
    influence: Array
    """n × p: each patient's part in the coefficients of the dropout model."""
    gradient: Array
    """n × p: derivative of the log weight in those coefficients."""
    effective_n: float
    """(Σw)²/Σw²: how many equally weighted patients would be as informative."""
    largest: float
    """The largest weight over the mean one."""


@dataclass(frozen=True)
class Weighted:
    """A weighted mean (of scores, or of 0/1), or a difference of two; p tests 0. Where the data hold no error, ``se``, limits and p
    are NaN."""

    estimate: float
    se: float
    ci_low: float
    ci_high: float
    p: float


def dropout_weights(matrix: ArrayLike, baseline: ArrayLike) -> DropoutWeights:
    """Weights 1/P(followed to the last column), from a pooled logistic model of staying from visit to visit.

    Parameters
    ----------
    matrix
        n × T floats, visits in order from the baseline to the visit in question; NaN = missing. A gap before a later visit is no
        dropout.
    baseline
        n × k floats without NaN: what may have made patients stay (strata as 0/1, age …), beside the last value seen.

    Notes
    -----
    At each visit after the baseline, those followed so far stay or leave (their last value seen lies before it):
    logit P(stay) = visit + last value seen + baseline. A patient's weight is one over the product of the chances. Robins, Rotnitzky &
    Zhao 1995, doi:10.1080/01621459.1995.10476493; Hernán & Robins 2020, What If, ch. 12. R: ``glm(stay ~ visit + last + …,
    binomial)``. Visits at which nobody or everybody left have chance 1. Valid when leaving depends only on what is in the model.

    Raises
    ------
    NotComputable
        Nobody at the last visit, or a model in which leaving is separated.
    """
    y = np.array(matrix, dtype=float, ndmin=2)
    n, t = y.shape
    x0 = np.asarray(baseline, dtype=float).reshape(n, -1)
    seen = ~np.isnan(y)
    last = np.where(seen.any(axis=1), t - 1 - np.argmax(seen[:, ::-1], axis=1), -1)
    if not seen[:, -1].any():
        raise NotComputable("Nobody was seen at the visit in question, so nobody can stand for those who left")
    filled = y.copy()
    for j in range(1, t):
        filled[:, j] = np.where(np.isnan(filled[:, j]), filled[:, j - 1], filled[:, j])
    who, visit, stay = [], [], []
    for j in range(1, t):
        risk = last >= j - 1
        left = risk & (last < j)
        if left.any() and not left[risk].all():
            who.append(np.flatnonzero(risk))
            visit.append(np.full(int(risk.sum()), j))
            stay.append(~left[risk])
    if not who:
        flat = seen[:, -1].astype(float)
        return DropoutWeights(flat, np.ones(n), np.zeros((n, 0)), np.zeros((n, 0)), float(flat.sum()), 1.0)
    rows, at, y1 = np.concatenate(who), np.concatenate(visit), np.concatenate(stay).astype(float)
    parts = [(at[:, None] == np.unique(at)).astype(float), filled[rows, at - 1][:, None], x0[rows]]
    x = np.column_stack(parts)
    spread = np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
    x = (x / spread)[:, independent_columns(x / spread)]
    beta = _logistic(x, y1)
    h = expit(x @ beta)
    information = (x * (h * (1 - h))[:, None]).T @ x
    score, log_gradient, chance = np.zeros((n, x.shape[1])), np.zeros((n, x.shape[1])), np.zeros(n)
    np.add.at(score, rows, x * (y1 - h)[:, None])
    np.add.at(log_gradient, rows, -x * (1 - h)[:, None])
    np.add.at(chance, rows, np.log(h))
    probability = np.exp(chance)
    weights = np.where(seen[:, -1], 1 / probability, 0.0)
    total = weights.sum()
    return DropoutWeights(
        weights,
        probability,
        score @ np.linalg.inv(information),
        log_gradient,
        float(total**2 / (weights**2).sum()),
        float(weights.max() / weights[weights > 0].mean()),
    )


def _logistic(x: Array, y: Array) -> Array:
    beta = np.zeros(x.shape[1])
    for _ in range(60):
        h = expit(x @ beta)
        information = (x * (h * (1 - h))[:, None]).T @ x
        try:
            step = np.linalg.solve(information, x.T @ (y - h))
        except np.linalg.LinAlgError:
            break
        beta = beta + step * min(1.0, 4.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-11:
            return beta
        if np.abs(beta).max() > 50:
            break
    raise NotComputable(
        "Leaving is explained completely by what is in the dropout model, so weights would be infinite",
        fix="Use multiple imputation, or fewer variables",
    )


def weighted_mean(y: ArrayLike, weights: DropoutWeights, member: ArrayLike | None = None, level: float = 0.95) -> Weighted:
    """Weighted mean of ``y`` (n; NaN where weight is 0) over the patients of ``member`` (n booleans; all).

    μ = Σwy/Σw; standard error from the influence of each patient on both the mean and the dropout model (stacked estimating
    equations; Lunceford & Davidian 2004, doi:10.1002/sim.1903). Limits and ``p`` (of 0) are of t on n − 1 degrees of freedom with
    n/(n − 1) times that variance, n the patients seen: without dropout the t interval of a mean. R: by hand. Few patients with large
    weights carry it: look at the effective number. One patient has no standard error.

    Raises NotComputable when nobody of ``member`` has a weight.
    """
    estimate, influence = _influence(y, weights, member)
    n = len(_weighed(y, weights, member))
    return _answer(estimate, influence, [n], [float(influence @ influence)], level)


def weighted_rate(y: ArrayLike, weights: DropoutWeights, member: ArrayLike | None = None, level: float = 0.95) -> Weighted:
    """Weighted share of ones in ``y`` (n; 0, 1, NaN), with Wilson's interval for as many patients as are as informative.

    n* = p(1 − p)/se² with the standard error of :func:`weighted_mean`; Kish's (Σw)²/Σw² where p is 0 or 1 and the error therefore
    0. The
    interval stays within 0–1 and has a width there too. Franco, Little, Louis & Slud 2019, doi:10.1093/jssam/smy019. R: by hand.
    ``p`` is NaN.

    Raises NotComputable when nobody of ``member`` has a weight.
    """
    m = weighted_mean(y, weights, member, level)
    values = np.asarray(y, dtype=float)
    mine = ~np.isnan(values) & (True if member is None else np.asarray(member, dtype=bool))
    w = weights.weights[mine]
    spread = m.estimate * (1 - m.estimate)
    n = spread / m.se**2 if spread > 1e-12 and m.se > 0 else float(w.sum() ** 2 / (w @ w))
    z2 = z_crit(level) ** 2
    middle, half = (m.estimate + z2 / (2 * n)) / (1 + z2 / n), np.sqrt(z2 * (spread / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return Weighted(m.estimate, m.se, max(0.0, float(middle - half)), min(1.0, float(middle + half)), float("nan"))


def weighted_difference(y: ArrayLike, weights: DropoutWeights, first: ArrayLike, second: ArrayLike, level: float = 0.95) -> Weighted:
    """Weighted mean of ``first`` less that of ``second`` (n booleans each), as :func:`weighted_mean`; the two share one
    dropout model, which the standard error allows for (Lunceford & Davidian 2004, doi:10.1002/sim.1903). Limits and p with
    n/(n − 1) in each group and Satterthwaite's degrees of freedom: without dropout those of Welch's test. R: by hand. No limits and
    no p where a group holds no spread (:func:`has_spread`): its error would be taken as 0."""
    (a, ia), (b, ib) = _influence(y, weights, first), _influence(y, weights, second)
    groups = [np.asarray(who, dtype=bool) for who in (first, second)]
    seen = [len(_weighed(y, weights, who)) if has_spread(y, weights, who) else 0 for who in groups]
    return _answer(a - b, ia - ib, seen, [float(((ia - ib)[who] ** 2).sum()) for who in groups], level)


def has_spread(y: ArrayLike, weights: DropoutWeights, member: ArrayLike) -> bool:
    """Whether two patients of ``member`` at least were seen and do not all have the same value."""
    return len(np.unique(_weighed(y, weights, member))) > 1


def _weighed(y: ArrayLike, w: DropoutWeights, member: ArrayLike | None) -> Array:
    values = np.asarray(y, dtype=float)
    return values[~np.isnan(values) & (w.weights > 0) & (True if member is None else np.asarray(member, dtype=bool))]


def _influence(y: ArrayLike, w: DropoutWeights, member: ArrayLike | None) -> tuple[float, Array]:
    values = np.asarray(y, dtype=float)
    mine = np.ones(len(values), dtype=bool) if member is None else np.asarray(member, dtype=bool)
    weight = np.where(mine & ~np.isnan(values), w.weights, 0.0)
    total = float(weight.sum())
    if total <= 0:
        raise NotComputable("Nobody of the group was seen at the visit in question")
    filled = np.where(np.isnan(values), 0.0, values)
    mean = float(weight @ filled) / total
    own = weight * (filled - mean)
    return mean, (own + w.influence @ (w.gradient.T @ own)) / total


def _answer(estimate: float, influence: Array, seen: list[int], variance: list[float], level: float) -> Weighted:
    """The estimate with its error; limits and p by t, each group of ``seen`` patients with its part of the ``variance``."""
    if min(seen) < 2:
        return Weighted(estimate, *(float("nan"),) * 4)
    se = float(np.sqrt(influence @ influence))
    own = [v * n / (n - 1) for v, n in zip(variance, seen, strict=True)]
    spread = float(np.sqrt(sum(own) + max(0.0, se**2 - sum(variance))))
    if not spread > 0:
        return Weighted(estimate, se, estimate, estimate, float("nan"))
    df = sum(own) ** 2 / sum(v**2 / (n - 1) for v, n in zip(own, seen, strict=True))
    half = t_crit(df, level) * spread
    return Weighted(estimate, se, estimate - half, estimate + half, t_p(estimate / spread, df))
