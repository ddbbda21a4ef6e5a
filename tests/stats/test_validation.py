"""Optimism-corrected performance against the bootstrap written out in R; calibration against glm and lowess."""

import numpy as np
import pytest

from aadash.errors import NotComputable
from aadash.stats.calibration import brier, recalibrate, scaled_brier, smoothed_calibration
from aadash.stats.likelihood import maximise
from aadash.stats.logistic import bernoulli
from aadash.stats.validation import BINARY, NUMERIC, bootstrap_rows, measures, optimism_bootstrap
from tests.stats.extended import answers
from tests.stats.predictors_answers import R, data

SIM = data("salt_sim_2_patients")
X = np.column_stack([np.ones(len(SIM)), SIM[["age", "female", "duration", "ivmp", "baseline"]].to_numpy(float)])
Y = SIM["salt20_w36"].to_numpy(float)


def _logistic(rows: np.ndarray) -> np.ndarray:
    size = np.abs(X).max(axis=0)
    return maximise(bernoulli(X[rows] / size, Y[rows]), np.zeros(6), np.arange(6)).beta / size


def test_optimism_as_r_on_the_same_resamples() -> None:
    expected = R["optimism"]
    found = optimism_bootstrap(_logistic, X, Y, np.array(expected["rows"]), len(expected["rows"]))
    assert [m.name for m in found.measures] == list(BINARY)
    for name, values in (("apparent", expected["apparent"]), ("optimism", expected["optimism"]), ("corrected", expected["corrected"])):
        assert [getattr(m, name) for m in found.measures] == pytest.approx(values, abs=1e-7)
    assert (found.resamples, found.failed) == (25, 0)


def test_limits_and_decision_curve_as_r_on_the_same_resamples() -> None:
    """``tests/reference/extended/gen_validation.R``: quantiles of the apparent values less the optimism; net benefit likewise."""
    e = answers("validation")
    found = optimism_bootstrap(_logistic, X, Y, np.array(R["optimism"]["rows"]), 25)
    assert [m.low for m in found.measures] == pytest.approx(e["low"], abs=1e-7)
    assert [m.high for m in found.measures] == pytest.approx(e["high"], abs=1e-7)
    assert found.grid == pytest.approx(e["at"]) and found.benefit == pytest.approx(e["benefit"], abs=1e-9)
    for m in found.measures[:3]:
        assert m.low < m.corrected < m.high
    known = ~np.isnan(found.calibration_low)
    assert known.any() and np.all(found.calibration_low[known] <= found.calibration_high[known])


def test_few_resamples_have_no_limits() -> None:
    found = optimism_bootstrap(_logistic, X, Y, bootstrap_rows(len(Y), 10), 10)
    assert all(np.isnan(m.low) and np.isnan(m.high) for m in found.measures)


def test_calibration_curve_as_lowess() -> None:
    c = R["calibration"]
    assert smoothed_calibration(np.array(c["y"], float), np.array(c["p"]), np.array(c["at"])) == pytest.approx(c["smooth"], abs=2e-3)


def test_maximum_likelihood_is_perfectly_calibrated_on_its_own_patients() -> None:
    again = recalibrate(Y, X @ _logistic(np.arange(len(Y))))
    assert (again.intercept, again.slope) == pytest.approx((0, 1), abs=1e-7)


def test_brier_by_hand() -> None:
    y, p = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.8, 0.4, 0.5, 0.1])
    assert brier(y, p) == pytest.approx((0.04 + 0.16 + 0.25 + 0.01) / 4)
    assert scaled_brier(y, p) == pytest.approx(1 - 0.115 / 0.25)


@pytest.mark.parametrize("lp", [np.zeros(6), np.array([-3, -2, -1, 1, 2, 3.0]), np.array([3, 2, 1, -1, -2, -3.0])])
def test_no_slope_where_none_is_finite(lp: np.ndarray) -> None:
    assert np.isnan(recalibrate(np.array([0, 0, 0, 1, 1, 1.0]), lp).slope)


def test_a_prediction_that_points_the_wrong_way_is_worse_than_a_coin() -> None:
    y, lp = np.array([0, 0, 1, 1.0]), np.array([2.0, 1.0, -1.0, -2.0])
    assert measures(y, lp, True)[0] == 0
    assert measures(y, -lp, True)[0] == 1


def test_numeric_outcome() -> None:
    y = SIM["impr_w36"].to_numpy(float)

    def fit(rows: np.ndarray) -> np.ndarray:
        return np.linalg.lstsq(X[rows], y[rows], rcond=None)[0]

    found = {m.name: m for m in optimism_bootstrap(fit, X, y, bootstrap_rows(len(y), 60), 60, binary=False).measures}
    assert tuple(found) == NUMERIC
    residual = y - X @ fit(np.arange(len(y)))
    assert found["r2"].apparent == pytest.approx(1 - residual.var() / y.var())
    assert found["r2"].corrected < found["r2"].apparent
    assert found["rmse"].corrected > found["rmse"].apparent
    assert found["calibration_slope"].apparent == pytest.approx(1) and found["calibration_slope"].corrected < 1


def test_noise_has_no_discrimination_left_after_correction() -> None:
    rng = np.random.default_rng(11)
    x = np.column_stack([np.ones(60), rng.normal(size=(60, 8))])
    y = rng.permutation(np.repeat([0.0, 1.0], 30))

    def fit(rows: np.ndarray) -> np.ndarray:
        return maximise(bernoulli(x[rows], y[rows]), np.zeros(9), np.arange(9)).beta

    auc = optimism_bootstrap(fit, x, y, bootstrap_rows(60, 100), 100).measures[0]
    assert auc.apparent > 0.6 and abs(auc.corrected - 0.5) < 0.1


def test_resamples_that_cannot_be_fitted_are_counted() -> None:
    def moody(rows: np.ndarray) -> np.ndarray:
        if rows[0] == 1:
            raise NotComputable("no")
        return np.array([0.0, 0, 0, 0, 0, 0.1])

    found = optimism_bootstrap(moody, X, Y, [np.roll(np.arange(117), k) for k in (0, -1, -2)], 3)
    assert (found.resamples, found.failed) == (2, 1)


def test_equal_seeds_give_equal_resamples() -> None:
    a, b, c = (np.array(list(bootstrap_rows(9, 3, seed))) for seed in (1, 1, 2))
    assert a.tolist() == b.tolist() != c.tolist()
