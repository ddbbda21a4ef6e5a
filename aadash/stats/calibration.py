"""How well predicted probabilities fit what happened: discrimination aside, calibration and the Brier score."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit


@dataclass(frozen=True)
class Recalibration:
    """Logistic regression of the outcome on the linear predictor. Perfect: intercept 0, slope 1."""

    intercept: float
    slope: float


def brier(y: np.ndarray, p: np.ndarray) -> float:
    """Mean squared distance of the predicted probability from the outcome (Brier 1950): 0 perfect, 0.25 a coin."""
    return float(np.mean((np.asarray(y, dtype=float) - p) ** 2))


def scaled_brier(y: np.ndarray, p: np.ndarray) -> float:
    """1 − Brier/Brier of predicting the mean for everyone: 1 perfect, 0 no better than the mean, below 0 worse."""
    rate = float(np.mean(y))
    return 1 - brier(y, p) / (rate * (1 - rate))


def recalibrate(y: np.ndarray, linear_predictor: np.ndarray, steps: int = 50) -> Recalibration:
    """Intercept and slope of the outcome on the linear predictor, by maximum likelihood (Cox 1958).

    A slope below 1: predictions are too extreme, as those of an overfitted model are on new patients. R: ``glm(y ~ lp,
    binomial)``. NaN where the linear predictor does not vary or separates the outcome, so that no slope is finite.
    """
    lp = np.asarray(linear_predictor, dtype=float)
    nothing = Recalibration(math.nan, math.nan)
    event = y > 0.5
    if lp.max() - lp.min() < 1e-9 or event.all() or not event.any():
        return nothing
    if lp[event].min() >= lp[~event].max() or lp[event].max() <= lp[~event].min():
        return nothing
    centre, scale = lp.mean(), lp.std()
    x = np.column_stack([np.ones(len(lp)), (lp - centre) / scale])
    beta = np.array([float(logit(np.mean(y))), 0.0])
    for _ in range(steps):
        p = expit(x @ beta)
        information = (x * (p * (1 - p))[:, None]).T @ x
        try:
            step = np.linalg.solve(information, x.T @ (y - p))
        except np.linalg.LinAlgError:
            return nothing
        size = float(np.abs(step).max())
        beta = beta + step * min(1.0, 2.0 / size if size > 0 else 1.0)
        if size < 1e-10:
            slope = float(beta[1] / scale)
            return Recalibration(float(beta[0] - slope * centre), slope)
    return nothing


def smoothed_calibration(y: np.ndarray, p: np.ndarray, at: np.ndarray, span: float = 2 / 3) -> np.ndarray:
    """Observed proportion as a smooth function of the predicted probability, evaluated at ``at``.

    Lowess without robustness weights (Cleveland 1979, doi:10.1080/01621459.1979.10481038), R ``lowess(p, y, iter = 0)``
    and ``approx``, as ``rms::calibrate`` does it; clipped to 0–1, NaN outside the range of ``p``.
    """
    from statsmodels.nonparametric.smoothers_lowess import lowess

    curve = lowess(y, p, frac=span, it=0, delta=0.01 * (p.max() - p.min()))
    px, index = np.unique(curve[:, 0], return_index=True)
    return np.clip(np.interp(at, px, curve[index, 1], left=np.nan, right=np.nan), 0.0, 1.0)
