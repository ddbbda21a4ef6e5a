"""Logistic regression by R's own algorithm, to the last digit that R prints.

:mod:`aadash.stats.logistic` iterates to the exact maximum and solves for the exact profile limits. R stops when the
deviance settles and takes standard errors from the weights of the iteration before the last (relative error of the
order of the square root of ``epsilon``); ``MASS::confint`` draws a spline through a dozen points of the profile and
interpolates linearly between points of that spline (errors around 1e-4 standard errors). This module repeats those
steps, so that a difference from R can be told from a mistake.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtri, ndtri, xlogy

from aadash.errors import NotComputable
from aadash.stats.design import build_design
from aadash.stats.likelihood import bernoulli, maximise

Array = np.ndarray
_EPS = np.finfo(float).eps


@dataclass(frozen=True)
class RLogistic:
    """What ``summary(glm(...))`` and ``confint`` print: arrays of length p, limits p × 2 (None if not asked for)."""

    names: tuple[str, ...]
    coef: Array
    se: Array
    deviance: float
    converged: bool
    profile: Array | None


def r_logistic(
    formula: str,
    frame: pd.DataFrame,
    *,
    epsilon: float = 1e-8,
    max_iterations: int = 25,
    level: float = 0.95,
    profile: bool = True,
    counts: Array | None = None,
) -> RLogistic:
    """``glm(formula, binomial, frame, control = glm.control(epsilon, maxit))`` and, with ``profile``, ``confint``.

    Columns that depend on others are left out, as R does. Unlike :func:`aadash.stats.logistic.logistic` this returns
    numbers for separated data, as R does: they are meaningless there. Each row stands for ``counts`` patients (``weights``). Raises
    NotComputable as ``build_design`` does.
    """
    design = build_design(formula, frame, binary_response=True, drop_dependent=True, counts=counts)
    x, y, counts = design.distinct
    each = np.ones(len(y)) if counts is None else counts
    mu = (y + 0.5) / 2
    eta, deviance, converged = np.log(mu / (1 - mu)), _deviance(y, mu, each), False
    for _ in range(max_iterations):
        slope = np.where(np.abs(eta) > 30, _EPS, np.exp(-np.abs(eta)) / (1 + np.exp(-np.abs(eta))) ** 2)
        weight = slope / np.sqrt(mu * (1 - mu)) * np.sqrt(each)
        root = np.linalg.qr(x * weight[:, None])
        coef = np.linalg.solve(root.R, root.Q.T @ (weight * (eta + (y - mu) / slope)))
        eta = x @ coef
        odds = np.where(eta < -30, _EPS, np.where(eta > 30, 1 / _EPS, np.exp(np.clip(eta, -30, 30))))
        mu = odds / (1 + odds)
        before, deviance = deviance, _deviance(y, mu, each)
        if abs(deviance - before) / (abs(deviance) + 0.1) < epsilon:
            converged = True
            break
    try:
        se = np.sqrt((np.linalg.inv(root.R) ** 2).sum(axis=1))
    except np.linalg.LinAlgError:
        raise NotComputable("The predictors cannot be told apart in these data") from None
    limits = _spline_limits(x, y, coef, se, level, counts) if profile else None
    return RLogistic(design.names, coef, se, deviance, converged, limits)


def _deviance(y: Array, mu: Array, each: Array) -> float:
    return float(2 * np.sum(each * (xlogy(y, 1 / mu) + xlogy(1 - y, 1 / (1 - mu)))))


def _spline_limits(x: Array, y: Array, coef: Array, se: Array, level: float, counts: Array | None) -> Array:
    """``MASS:::profile.glm`` and ``confint.profile.glm``."""
    objective = bernoulli(x, y, counts)
    top = objective(coef).value
    z_max = float(np.sqrt(chdtri(1, (1 - level) / 4)))
    limits = np.empty((len(coef), 2))
    for j in range(len(coef)):
        free = np.array([k for k in range(len(coef)) if k != j])
        points = [(0.0, float(coef[j]))]
        for side in (-1, 1):
            start, step, z = coef.copy(), 0, 0.0
            while (step := step + 1) < 10 and abs(z) < z_max:
                start[j] = coef[j] + side * step * z_max / 5 * se[j]
                found = maximise(objective, start, free)
                start = found.beta
                z = side * float(np.sqrt(max(0.0, 2 * (top - found.at.value))))
                points.append((z, float(start[j])))
        z_values, values = np.array(sorted(points)).T
        grid = np.linspace(values.min(), values.max(), 3 * len(values))
        curve = _fmm_spline(values, z_values, grid)
        order = np.argsort(curve)
        half = (1 - level) / 2
        limits[j] = np.interp(ndtri([half, 1 - half]), curve[order], grid[order], left=np.nan, right=np.nan)
    return limits


def _fmm_spline(x: Array, y: Array, at: Array) -> Array:
    """R's ``spline(method = "fmm")``: Forsythe, Malcolm and Moler's cubic spline, x ascending, at least 4 points."""
    h = np.diff(x)
    slope = np.diff(y) / h
    n = len(x)
    matrix = np.diag(np.concatenate([[-h[0]], 2 * (h[:-1] + h[1:]), [-h[-1]]])) + np.diag(h, 1) + np.diag(h, -1)
    right = np.concatenate([[0.0], np.diff(slope), [0.0]])
    first = right[2] / (x[3] - x[1]) - right[1] / (x[2] - x[0])
    last = right[n - 2] / (x[n - 1] - x[n - 3]) - right[n - 3] / (x[n - 2] - x[n - 4])
    right[0] = first * h[0] ** 2 / (x[3] - x[0])
    right[-1] = -last * h[-1] ** 2 / (x[n - 1] - x[n - 4])
    c = np.linalg.solve(matrix, right)
    b = slope - h * (c[1:] + 2 * c[:-1])
    cell = np.clip(np.searchsorted(x, at, side="right") - 1, 0, n - 2)
    d = at - x[cell]
    return y[cell] + d * (b[cell] + d * (3 * c[cell] + d * (c[cell + 1] - c[cell]) / h[cell]))
