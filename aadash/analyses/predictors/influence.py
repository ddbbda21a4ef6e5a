"""The model without each patient in turn: whose removal changes a conclusion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aadash.analyses.predictors.fitting import LARGE, Fit, chances, objective_of, scaled
from aadash.errors import NotComputable
from aadash.stats.distributions import t_p, z_crit, z_p
from aadash.stats.likelihood import Maximum, Objective, likelihood_ratio, maximise

#: Up to so many patients each is left out; above, those who move the estimates most.
EVERY = 150
MOST = 50
#: Above :data:`aadash.analyses.predictors.fitting.LARGE` patients only so many: no single one weighs anything.
FEW = 5
#: A signed root of the likelihood ratio within this distance of the critical value is computed exactly.
NEAR = 0.3


@dataclass(frozen=True)
class Flip:
    """A coefficient that is clear with a patient and not without, or the other way round."""

    patient: int
    coefficient: int
    p_with: float
    p_without: float
    """NaN where the coefficient cannot be estimated without the patient."""


@dataclass(frozen=True)
class Influence:
    """What leaving patients out does; positions are rows of the design."""

    moved: np.ndarray
    """For each patient the largest change of a coefficient, in its standard errors (one-step for those not refitted; 0 where there is
    no estimate without the patient)."""
    which: np.ndarray
    """The coefficient that moves most."""
    refitted: np.ndarray
    """Positions that were left out and fitted again."""
    flips: tuple[Flip, ...]


def leave_one_out(fitted: Fit, alpha: float) -> Influence:
    """Leave out each patient (of more than :data:`EVERY`, the :data:`MOST` that a one-step approximation calls most
    influential) and compare the side of alpha on which each coefficient lies.

    The p-values are those of the table: exact refits, and likelihood-ratio p wherever Wald's statistic comes near the
    critical value.
    """
    return _linear(fitted, alpha) if fitted.estimator == "ols" else _logistic(fitted, alpha)


def _linear(fitted: Fit, alpha: float) -> Influence:
    x, y = fitted.design.x, fitted.design.y
    n, p = x.shape
    residual = y - x @ fitted.beta
    rss = float(residual @ residual)
    gram = fitted.vcov / (rss / (n - p))
    spread = x @ gram
    free = 1 - np.einsum("ij,ij->i", spread, x)
    usable = (free > 1e-10) & (n - p > 1)
    safe = np.where(usable, free, 1.0)
    change = spread * (residual / safe)[:, None]
    sigma2 = np.maximum(rss - residual**2 / safe, 0.0) / max(n - p - 1, 1)
    variance = sigma2[:, None] * (np.diagonal(gram)[None, :] + spread**2 / safe[:, None])
    # Who alone holds a direction of the design (leverage 1) takes with him the coefficients in it; the others stay as they are.
    lost = np.abs(spread) > 1e-8 * np.sqrt(np.diagonal(gram))[None, :]
    flips = []
    for i in range(n):
        for j in range(1, p):
            without = float(fitted.p[j]) if free[i] <= 1e-10 and not lost[i, j] else float("nan")
            if usable[i] and variance[i, j] > 0:
                without = t_p(float((fitted.beta[j] - change[i, j]) / np.sqrt(variance[i, j])), n - p - 1)
            if (without <= alpha) != (fitted.p[j] <= alpha):
                flips.append(Flip(i, j, float(fitted.p[j]), without))
    return _summary(np.where(usable[:, None], change, np.nan), fitted, np.arange(n), flips)


def _logistic(fitted: Fit, alpha: float) -> Influence:
    x, size = scaled(fitted.design.x)
    y, beta = fitted.design.y, fitted.beta * size
    n, p = x.shape
    chance = chances(x @ beta)
    vcov = fitted.vcov * np.outer(size, size)
    spread = x @ vcov
    leverage = np.einsum("ij,ij->i", spread, x) * chance * (1 - chance)
    change = spread * ((y - chance) / np.maximum(1 - leverage, 1e-6))[:, None]
    se = np.sqrt(np.diagonal(vcov))
    reach = np.abs(change[:, 1:] / se[1:]).max(axis=1)
    chosen = np.arange(n) if n <= EVERY else np.sort(np.argsort(-reach)[: MOST if n <= LARGE else FEW])
    critical = _root(alpha)
    root = np.array([np.nan, *(np.sign(beta[j]) * _root(float(fitted.p[j])) for j in range(1, p))])
    flips = []
    for i in chosen:
        keep = np.arange(n) != i
        objective = objective_of(fitted.estimator, x[keep], y[keep])
        try:
            without = maximise(objective, beta, np.arange(p))
            spread_i = np.sqrt(np.diagonal(np.linalg.inv(without.at.information)))
        except (NotComputable, np.linalg.LinAlgError):
            flips += [Flip(int(i), j, float(fitted.p[j]), float("nan")) for j in range(1, p) if _lost(x[keep])[j]]
            change[i] = np.nan  # no estimate to have moved
            continue
        change[i] = beta - without.beta
        guess = root * (without.beta / spread_i) / (beta / se)
        for j in range(1, p):
            clear = abs(root[j]) >= critical
            if clear == (abs(guess[j]) >= critical) and abs(abs(guess[j]) - critical) > NEAR:
                continue
            tail = _tail(objective, without, j)
            if (tail <= alpha) != clear:
                flips.append(Flip(int(i), j, float(fitted.p[j]), tail))
    return _summary(change / size, fitted, chosen, flips)


def _lost(x: np.ndarray) -> np.ndarray:
    """Which coefficients a design does not determine: those of a column of one value, and of columns that say the same."""
    _, size, directions = np.linalg.svd(x, full_matrices=len(x) < x.shape[1])
    free = directions[np.append(size, np.zeros(len(directions) - len(size))) <= 1e-10 * size.max()]
    return (np.abs(free) > 1e-8).any(axis=0)  # type: ignore[no-any-return]


def _tail(objective: Objective, best: Maximum, j: int) -> float:
    return z_p(likelihood_ratio(objective, best, np.array([j])) ** 0.5)


def _root(p: float) -> float:
    """The normal deviate whose two-sided tail is ``p``."""
    return z_crit(1 - p) if p < 1 else 0.0


def _summary(change: np.ndarray, fitted: Fit, chosen: np.ndarray, flips: list[Flip]) -> Influence:
    share = np.abs(change[:, 1:]) / np.sqrt(np.diagonal(fitted.vcov))[1:]
    share = np.where(np.isfinite(share), share, 0.0)
    return Influence(share.max(axis=1), share.argmax(axis=1) + 1, chosen, tuple(flips))
