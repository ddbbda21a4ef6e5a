"""ROC curve, area with DeLong's interval, and Youden's cut-off, by pROC's rules for ties and direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from aadash.errors import NotComputable
from aadash.stats._numeric import midranks
from aadash.stats.distributions import z_crit

Array = np.ndarray
Direction = Literal["<", ">"]


@dataclass(frozen=True)
class RocCurve:
    """An ROC curve of a predictor for a yes/no outcome."""

    n: int
    positives: int
    n_missing: int
    """Pairs left out because the outcome or the predictor is missing."""
    direction: Direction
    """"<": cases have the higher values; ">": cases have the lower values."""
    auc: float
    variance: float
    """DeLong's variance of the area; NaN with fewer than two cases or controls."""
    ci_low: float
    ci_high: float
    """DeLong's limits, cut at 0 and 1."""
    youden: pd.DataFrame
    """Every cut-off with the largest sensitivity + specificity − 1: threshold, sensitivity, specificity, j."""
    curve: pd.DataFrame
    """All cut-offs, from those that call everybody a case: threshold, sensitivity, specificity."""
    level: float


def roc(
    outcome: ArrayLike,
    predictor: ArrayLike,
    direction: Literal["auto", "<", ">"] = "auto",
    level: float = 0.95,
) -> RocCurve:
    """ROC curve of ``predictor`` for ``outcome`` (0/1), both of length n; NaN pairs are left out and counted.

    A patient is called a case when the predictor is at least (direction "<") or at most (">") the threshold, which lies
    midway between adjacent observed values. "auto" takes ">" when the median of the controls exceeds that of the cases.

    Raises
    ------
    NotComputable
        The outcome is not 0/1, or all outcomes are equal.

    Notes
    -----
    Equals R ``pROC::roc``, ``ci.auc(method = "delong")`` and ``coords("best", best.method = "youden")``. DeLong et al.
    1988 (doi:10.2307/2531595), Sun & Xu 2014 (doi:10.1109/LSP.2014.2337313). The best cut-off of a sample is too good
    for the next one, and "auto" makes an area below one half unlikely even by chance.
    """
    y, x = np.asarray(outcome, dtype=float).ravel(), np.asarray(predictor, dtype=float).ravel()
    if y.shape != x.shape:
        raise ValueError(f"{y.size} outcomes for {x.size} predictor values")
    present = ~(np.isnan(y) | np.isnan(x))
    y, x, missing = y[present], x[present], int((~present).sum())
    cases, controls = _split(y, x)
    if direction == "auto":
        direction = ">" if np.median(controls) > np.median(cases) else "<"
    sign = 1.0 if direction == "<" else -1.0
    area, variance = _delong(sign * cases, sign * controls)
    half = z_crit(level) * np.sqrt(variance)
    curve = _curve(x, y, direction)
    j = curve["sensitivity"] + curve["specificity"]
    best = curve[j == j.max()].reset_index(drop=True)
    best["j"] = best["sensitivity"] + best["specificity"] - 1
    return RocCurve(
        n=len(y),
        positives=len(cases),
        n_missing=missing,
        direction=direction,
        auc=area,
        variance=variance,
        ci_low=float(np.clip(area - half, 0, 1)),
        ci_high=float(np.clip(area + half, 0, 1)),
        youden=best,
        curve=curve,
        level=level,
    )


def auc_auto(outcome: Array, predictor: Array) -> float:
    """Area under the curve alone, direction as in :func:`roc` with "auto". Arrays of length n without NaN."""
    cases, controls = _split(outcome, predictor)
    sign = -1.0 if np.median(controls) > np.median(cases) else 1.0
    return _delong(sign * cases, sign * controls)[0]


def _split(y: Array, x: Array) -> tuple[Array, Array]:
    if not np.isin(y, (0.0, 1.0)).all():
        raise NotComputable("The outcome of an ROC curve must be 0 or 1")
    cases, controls = x[y == 1], x[y == 0]
    if not len(cases) or not len(controls):
        raise NotComputable(
            f"An ROC curve needs patients with and without the outcome: there are {len(cases)} with, {len(controls)} without"
        )
    return cases, controls


def _delong(cases: Array, controls: Array) -> tuple[float, float]:
    """Area for "cases higher" and its variance, from midranks."""
    m, n = len(cases), len(controls)
    together, _ = midranks(np.concatenate([cases, controls]), same=0.0)
    above = (together[:m] - midranks(cases, same=0.0)[0]) / n
    below = 1.0 - (together[m:] - midranks(controls, same=0.0)[0]) / m
    area = float((together[:m].sum() - m * (m + 1) / 2) / (m * n))
    if m < 2 or n < 2:
        return area, float("nan")
    return area, float(np.sum((above - area) ** 2) / (m - 1) / m + np.sum((below - area) ** 2) / (n - 1) / n)


def _curve(x: Array, y: Array, direction: Direction) -> pd.DataFrame:
    """Cut-offs by falling sensitivity: ascending for "<", descending for ">" (as pROC)."""
    values, index = np.unique(x, return_inverse=True)
    cases = np.bincount(index, weights=y, minlength=len(values))
    controls = np.bincount(index, weights=1 - y, minlength=len(values))
    below_cases = np.concatenate([[0.0], np.cumsum(cases)])
    below_controls = np.concatenate([[0.0], np.cumsum(controls)])
    if direction == "<":
        called, spared = y.sum() - below_cases, below_controls
    else:
        called, spared = below_cases, (1 - y).sum() - below_controls
    curve = pd.DataFrame(
        {
            "threshold": _thresholds(values, direction),
            "sensitivity": called / y.sum(),
            "specificity": spared / (1 - y).sum(),
        }
    )
    return curve if direction == "<" else curve[::-1].reset_index(drop=True)


def _thresholds(values: Array, direction: Direction) -> Array:
    """−∞, the midpoints of adjacent values, ∞; a midpoint that rounds to a value takes the one that keeps the rule."""
    middle = values[:-1] / 2 + values[1:] / 2 if np.abs(values).max() > 1e100 else (values[:-1] + values[1:]) / 2
    if direction == "<":
        middle = np.where(middle == values[:-1], values[1:], middle)
    else:
        middle = np.where(middle == values[1:], values[:-1], middle)
    return np.concatenate([[-np.inf], middle, [np.inf]])
