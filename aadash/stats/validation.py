"""Performance on new patients, estimated without any: Harrell's optimism bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from aadash.errors import NotComputable
from aadash.stats.calibration import brier, recalibrate, scaled_brier, smoothed_calibration
from aadash.stats.decision import decision_curve
from aadash.stats.roc import auc_auto

#: Called with (resamples done, resamples in all); an exception raised in it ends the computation.
Progress = Callable[[int, int], None]
#: Rows (positions, with repeats) → coefficients for the columns of the full matrix, 0 for what was not chosen.
FitOn = Callable[[np.ndarray], np.ndarray]

BINARY = ("auc", "brier", "scaled_brier", "calibration_intercept", "calibration_slope")
NUMERIC = ("r2", "rmse", "calibration_intercept", "calibration_slope")
#: Predicted probabilities at which calibration is read.
GRID = np.linspace(0.02, 0.98, 49)


@dataclass(frozen=True)
class Measure:
    """One measure of performance. ``corrected`` = ``apparent`` − ``optimism``."""

    name: str
    apparent: float
    optimism: float
    corrected: float
    n: int
    """Resamples in which it was defined."""
    low: float = float("nan")
    """Limits of the corrected value: of the resamples' apparent values less the optimism; of a calibration intercept and slope,
    of what the resamples' models show on the original patients."""
    high: float = float("nan")


@dataclass(frozen=True)
class Validated:
    """Optimism-corrected performance."""

    measures: tuple[Measure, ...]
    resamples: int
    failed: int
    """Resamples in which the model could not be fitted; they are left out."""
    grid: np.ndarray
    """Predicted probabilities (yes/no outcomes; else empty)."""
    calibration: np.ndarray
    """Bias-corrected observed proportion at each of them, NaN where there is nothing to say."""
    calibration_low: np.ndarray
    calibration_high: np.ndarray
    """Pointwise limits of that curve: of the resamples' own curves less the bias."""
    benefit: np.ndarray
    """Net benefit of acting at each of ``grid`` as a threshold, corrected for optimism likewise."""


def measures(y: np.ndarray, linear_predictor: np.ndarray, binary: bool) -> np.ndarray:
    """The values of :data:`BINARY` or :data:`NUMERIC` for predictions, in that order."""
    if not binary:
        residual = y - linear_predictor
        spread = linear_predictor - linear_predictor.mean()
        total, across = float(((y - y.mean()) ** 2).sum()), float(spread @ spread)
        slope = float(spread @ (y - y.mean())) / across if across > 1e-12 * len(y) else np.nan
        return np.array(
            [
                1 - float(residual @ residual) / total if total > 0 else np.nan,
                float(np.sqrt(np.mean(residual**2))),
                float(y.mean() - slope * linear_predictor.mean()),
                slope,
            ]
        )
    p, again = expit(linear_predictor), recalibrate(y, linear_predictor)
    if y.min() == y.max():
        return np.array([np.nan, brier(y, p), np.nan, np.nan, np.nan])
    area = auc_auto(y, linear_predictor)
    if np.median(linear_predictor[y == 1]) < np.median(linear_predictor[y == 0]):
        area = 1 - area  # a prediction that points the wrong way is worse than a coin, not better
    return np.array([area, brier(y, p), scaled_brier(y, p), again.intercept, again.slope])


def bootstrap_rows(n: int, resamples: int = 200, seed: int = 20250117) -> Iterator[np.ndarray]:
    """``resamples`` draws of n positions out of n with replacement; equal seeds give equal draws."""
    rng = np.random.default_rng(seed)
    for _ in range(resamples):
        yield rng.integers(0, n, n)


def optimism_bootstrap(
    fit: FitOn,
    x: np.ndarray,
    y: np.ndarray,
    samples: Iterable[np.ndarray],
    resamples: int,
    binary: bool = True,
    progress: Progress | None = None,
    level: float = 0.95,
) -> Validated:
    """Correct apparent performance for having been measured on the patients that made the model.

    The whole procedure in ``fit`` (selection included) is repeated on each bootstrap sample; its performance there minus
    that on the original patients is the optimism, whose mean is taken off the apparent value (Harrell, Lee and Mark
    1996; Steyerberg et al. 2001, doi:10.1016/S0895-4356(01)00341-9). R ``rms::validate``. The calibration curve is
    corrected likewise, point by point (``rms::calibrate``). It answers for new patients of the same kind, from the same
    clinic; only patients from elsewhere answer for elsewhere. For calibration intercept and slope the median takes the
    place of the mean: in a resample that is nearly separated the slope is in the dozens.

    Limits are quantiles of the resamples' apparent values, moved by the optimism (the location-shifted interval of Noma et al. 2021,
    doi:10.1002/sim.9148); those of calibration intercept and slope, which are 0 and 1 on the patients that made the model, are
    quantiles of what the resamples' models show on the original patients. The net benefit of a decision curve (Vickers & Elkin
    2006, doi:10.1177/0272989X06295361) is corrected point by point.

    Parameters
    ----------
    fit
        Given row positions, returns coefficients (p,). Raises NotComputable for a resample that cannot be fitted.
    x
        n × p design, intercept first.
    y
        n outcomes, 0/1 when ``binary``.
    samples, resamples
        Row positions of each resample, as :func:`bootstrap_rows` draws them, and how many there are.

    Raises
    ------
    NotComputable
        When no resample can be fitted.
    """
    n = len(y)
    own = x @ fit(np.arange(n))
    apparent = measures(y, own, binary)
    curve = smoothed_calibration(y, expit(own), GRID) if binary else np.array([])
    gaps, inside, outside, curve_gaps, curves, failed = [], [], [], [], [], 0
    worth = _benefit(y, expit(own)) if binary else np.array([])
    worth_gaps = []
    for done, rows in enumerate(samples, start=1):
        try:
            lp = x @ fit(rows)
        except NotComputable:
            failed += 1
        else:
            inside.append(measures(y[rows], lp[rows], binary))
            outside.append(measures(y, lp, binary))
            gaps.append(inside[-1] - outside[-1])
            if binary:
                p = expit(lp)
                curves.append(smoothed_calibration(y[rows], p[rows], GRID))
                curve_gaps.append(curves[-1] - smoothed_calibration(y, p, GRID))
                worth_gaps.append(_benefit(y[rows], p[rows]) - _benefit(y, p))
        if progress is not None:
            progress(done, resamples)
    if not gaps:
        raise NotComputable("No resample of these patients could be fitted", fix="Choose fewer predictors")
    table = np.array(gaps)
    found = []
    for j, name in enumerate(BINARY if binary else NUMERIC):
        defined = np.isfinite(table[:, j])
        centre = np.median if name.startswith("calibration") else np.mean
        optimism = float(centre(table[defined, j])) if defined.any() else np.nan
        own_calibration = name.startswith("calibration")
        low, high = _limits(np.array(outside)[:, j] if own_calibration else np.array(inside)[:, j] - optimism, level)
        found.append(Measure(name, float(apparent[j]), optimism, float(apparent[j]) - optimism, int(defined.sum()), low, high))
    band = np.full((2, len(curve)), np.nan)
    if binary:
        seen = np.isfinite(curve_gaps).sum(axis=0)
        bias = np.where(seen > 0, np.nansum(curve_gaps, axis=0) / np.maximum(seen, 1), np.nan)
        curve = np.clip(curve - bias, 0.0, 1.0)
        moved = np.clip(np.array(curves) - bias, 0.0, 1.0)
        band = np.array([_limits(moved[:, k], level) for k in range(moved.shape[1])]).T
        band[:, np.isnan(curve)] = np.nan
        worth = worth - np.mean(worth_gaps, axis=0)
    return Validated(tuple(found), len(gaps), failed, GRID if binary else np.array([]), curve, band[0], band[1], worth)


def _benefit(y: np.ndarray, p: np.ndarray) -> np.ndarray:
    return decision_curve(y, p, GRID)["model"].to_numpy()


def _limits(values: np.ndarray, level: float) -> tuple[float, float]:
    """Quantiles (type 7) of the defined values; NaN with fewer than 20 of them."""
    known = values[np.isfinite(values)]
    if len(known) < 20:
        return np.nan, np.nan
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
