"""Ridge and lasso regression with the penalty chosen by cross-validation, for yes/no and numeric outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from aadash.errors import NotComputable

Penalty = Literal["ridge", "lasso"]
#: Most numbers in one block of linear predictors; larger data are fitted in turns.
BLOCK = 4_000_000


@dataclass(frozen=True)
class Penalised:
    """Coefficients along a path of penalties, intercept first, on the original scale of the predictors."""

    penalty: Penalty
    lambdas: np.ndarray
    """Descending."""
    path: np.ndarray
    """(penalties, 1 + p)."""
    cv_mean: np.ndarray
    """Cross-validated deviance (yes/no) or squared error (numeric) a patient, at each penalty."""
    cv_se: np.ndarray
    best: int
    """Position of the penalty with the least cross-validated error."""
    sparing: int
    """The largest penalty within one standard error of the least."""
    folds: int

    @property
    def coefficients(self) -> np.ndarray:
        """At the best penalty, (1 + p)."""
        return self.path[self.best]


def fold_numbers(y: np.ndarray, folds: int, binary: bool, seed: int) -> np.ndarray:
    """A fold (0 … folds − 1) for each patient, at random, events spread evenly over the folds when ``binary``."""
    rng = np.random.default_rng(seed)
    out = np.empty(len(y), dtype=int)
    start = 0
    for who in [np.flatnonzero(y == 1), np.flatnonzero(y == 0)] if binary else [np.arange(len(y))]:
        out[rng.permutation(who)] = (np.arange(len(who)) + start) % folds
        start += len(who)
    return out


def penalised_regression(
    x: ArrayLike,
    y: ArrayLike,
    penalty: Penalty = "lasso",
    binary: bool = True,
    folds: int = 10,
    n_lambda: int = 50,
    seed: int = 20250117,
    fold: ArrayLike | None = None,
    lambdas: ArrayLike | None = None,
    tolerance: float = 1e-9,
) -> Penalised:
    """Minimise mean deviance/2 (or squared error/2) + λ Σ|b| (lasso) or λ/2 Σ b² (ridge), b on standardised predictors.

    The path runs from the penalty that silences every predictor (for ridge, a thousand times that) down to a hundredth
    of it (ridge: a ten-thousandth); λ is chosen by cross-validation in ``folds`` random folds. R ``glmnet::cv.glmnet``
    (Friedman, Hastie and Tibshirani 2010, doi:10.18637/jss.v033.i01), solved here by accelerated proximal gradient
    steps (Beck and Teboulle 2009, doi:10.1137/080716542) for all folds and penalties at once.

    Coefficients are drawn to zero on purpose: they have no intervals or p-values that can be trusted, and which of two
    related predictors the lasso keeps is an accident of the sample.

    Parameters
    ----------
    x
        n × p predictors without intercept or NaN. Each is divided by its SD for the penalty, indicators too.
    fold, lambdas
        Instead of the random folds and the default path (λ descending).
    tolerance
        Largest step, in SDs of the predictors, at which the iteration may end; 1e-5 is enough inside a bootstrap.

    Raises
    ------
    NotComputable
        Fewer patients (or fewer with, or without, the event) than folds.
    """
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    least = int(min(b.sum(), len(b) - b.sum())) if binary else len(b)
    if fold is None:
        folds = min(folds, least)
        if folds < 3:
            raise NotComputable(
                f"Cross-validation needs at least three patients {'with and without the event' if binary else ''}"
                f", found {least}".replace(" ,", ","),
                fix="Choose another outcome",
            )
        alike = np.lexsort([*a.T, b])  # by what is recorded, so that the file's order of rows decides nothing
        fold = np.empty(len(b), dtype=int)
        fold[alike] = fold_numbers(b[alike], folds, binary, seed)
    fold = np.asarray(fold)
    folds = int(fold.max()) + 1
    if lambdas is None:
        lambdas = _default_path(a, b, penalty, n_lambda)
    lam = np.asarray(lambdas, dtype=float)
    weights = np.vstack([np.ones(len(b)), *(fold != k for k in range(folds))]).astype(float)
    coefficients = _paths(a, b, weights, lam, penalty, binary, tolerance)
    error = np.empty((folds, len(lam)))
    size = np.empty(folds)
    for k in range(folds):
        held = fold == k
        size[k] = held.sum()
        eta = coefficients[k + 1, :, 0][None, :] + a[held] @ coefficients[k + 1, :, 1:].T
        error[k] = _loss(b[held][:, None], eta, binary).mean(axis=0)
    mean = size @ error / size.sum()
    se = np.sqrt(size @ (error - mean) ** 2 / size.sum() / (folds - 1))
    best = int(np.argmin(mean))
    sparing = int(np.flatnonzero(mean <= mean[best] + se[best])[0])
    return Penalised(penalty, lam, coefficients[0], mean, se, best, sparing, folds)


def _loss(y: np.ndarray, eta: np.ndarray, binary: bool) -> np.ndarray:
    """Deviance of each patient, or squared error."""
    return 2 * np.logaddexp(0.0, np.where(y > 0.5, -eta, eta)) if binary else (y - eta) ** 2


def _default_path(x: np.ndarray, y: np.ndarray, penalty: Penalty, n_lambda: int) -> np.ndarray:
    z = (x - x.mean(axis=0)) / _sd(x, np.full((1, len(x)), 1 / len(x)))[0]
    top = float(np.abs(z.T @ (y - y.mean())).max()) / len(y)
    high, low = (top, 0.01 * top) if penalty == "lasso" else (1000 * top, 0.1 * top)
    return np.geomspace(high, low, n_lambda)


def _sd(x: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Weighted SDs (n below the line), 1 where a column does not vary; ``share`` (k, n) sums to 1.

    The difference of squares leaves a constant column an SD of 1e-8 of its mean by rounding.
    """
    mean = share @ x
    sd = np.sqrt(np.maximum(share @ x**2 - mean**2, 0.0))
    return np.where(sd > 1e-6 * np.maximum(1.0, np.abs(mean)), sd, 1.0)


def _paths(
    x: np.ndarray, y: np.ndarray, weights: np.ndarray, lam: np.ndarray, penalty: Penalty, binary: bool, tolerance: float
) -> np.ndarray:
    """Coefficients (sets of weights, penalties, 1 + p), each set standardised within its own patients."""
    at_once = max(1, BLOCK // (len(y) * len(lam)))
    parts = [_solve(x, y, weights[i : i + at_once], lam, penalty, binary, tolerance) for i in range(0, len(weights), at_once)]
    return np.concatenate(parts)


def _solve(
    x: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray,
    lam: np.ndarray,
    penalty: Penalty,
    binary: bool,
    tolerance: float,
    steps: int = 20_000,
) -> np.ndarray:
    share = weights / weights.sum(axis=1, keepdims=True)
    mean, sd = share @ x, _sd(x, share)
    z = (x[None] - mean[:, None]) / sd[:, None]
    design = np.concatenate([np.ones((*z.shape[:2], 1)), z], axis=2)
    weighted = design.transpose(0, 2, 1) * share[:, None, :]
    curvature = 0.25 if binary else 1.0
    step = 1.0 / (curvature * np.linalg.eigvalsh(weighted @ design)[:, -1][:, None, None] * 1.0001)
    free = step
    if penalty == "ridge":
        step = 1.0 / (1.0 / step + lam[None, None, :])
    beta = np.zeros((len(weights), design.shape[2], len(lam)))
    rate = share @ y
    beta[:, 0, :] = (np.log(rate / (1 - rate)) if binary else rate)[:, None]
    ahead, before, momentum = beta, beta, np.ones((len(weights), 1, len(lam)))
    found, going, rates = beta.copy(), np.arange(len(lam)), lam  # a large penalty is there long before a small one
    for _ in range(steps):
        eta = design @ ahead
        gradient = weighted @ ((expit(eta) if binary else eta) - y[None, :, None])
        if penalty == "ridge":
            gradient[:, 1:] += rates * ahead[:, 1:]
        beta = ahead - step * gradient
        if penalty == "lasso":
            slopes = beta[:, 1:]
            beta[:, 1:] = np.sign(slopes) * np.maximum(np.abs(slopes) - step * rates, 0.0)
        moved = beta - before
        still = (np.abs(moved) * (free / step)).max(axis=(0, 1)) >= tolerance  # short steps are no sign of the end
        found[:, :, going] = beta
        if not still.any():
            break
        # Start the momentum again wherever it points uphill (O'Donoghue and Candès 2015).
        uphill = ((ahead - beta) * moved).sum(axis=1, keepdims=True) > 0
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        factor = np.where(uphill, 0.0, (momentum - 1) / following)
        momentum = np.where(uphill, 1.0, following)
        ahead, before = beta + factor * moved, beta
        if not still.all():
            ahead, before, momentum = (part[..., still] for part in (ahead, before, momentum))
            going, rates = going[still], rates[still]
            step = step[..., still] if penalty == "ridge" else step
    slopes = found[:, 1:] / sd[:, :, None]
    intercept = found[:, 0] - (mean[:, :, None] * slopes).sum(axis=1)
    return np.concatenate([intercept[:, None], slopes], axis=1).transpose(0, 2, 1)
