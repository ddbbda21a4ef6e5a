"""Adjusted probabilities and differences against R, by hand and by property."""

import numpy as np
import pytest

from aadash.stats.marginal_effects import averaged, difference, flic_intercept
from tests.stats.predictors_answers import R, data

M = R["marginal"]
SIM = data("salt_sim_2_patients")
X = np.column_stack([np.ones(len(SIM)), SIM[["age", "female", "duration", "ivmp", "baseline"]].to_numpy(float)])
BETA, V = np.array(M["coef"]), np.array(M["vcov"])


def _set(value: float) -> np.ndarray:
    x = X.copy()
    x[:, 2] = value
    return x


def test_adjusted_probability_as_r() -> None:
    found = averaged(_set(1), BETA, V)
    assert (found.estimate, found.se) == pytest.approx(M["probability"], rel=1e-7)
    assert (found.ci_low, found.ci_high) == pytest.approx(M["probability_ci"], rel=1e-7)


def test_adjusted_risk_difference_as_r() -> None:
    found = difference(_set(1), _set(0), BETA, V)
    assert (found.estimate, found.se) == pytest.approx(M["difference"], rel=1e-7)
    assert (found.ci_low, found.ci_high) == pytest.approx(M["difference_ci"], rel=1e-7)
    assert found.p == pytest.approx(M["difference_p"], rel=1e-6)


def test_difference_in_means_is_the_coefficient() -> None:
    li = M["linear"]
    found = difference(_set(1), _set(0), np.array(li["coef"]), np.array(li["vcov"]), "identity", df=li["df"])
    assert (found.estimate, found.ci_low, found.ci_high, found.p) == pytest.approx((li["estimate"], *li["ci"], li["p"]), rel=1e-8)


def test_one_patient_by_hand() -> None:
    # logit p = 0.5 with variance 0.04: p = 0.6225, limits expit(0.5 ± 1.959964 × 0.2)
    found = averaged(np.array([[1.0]]), np.array([0.5]), np.array([[0.04]]))
    assert (found.estimate, found.ci_low, found.ci_high) == pytest.approx((0.622459, 0.526976, 0.709301), abs=1e-6)


def test_nothing_changes_nothing() -> None:
    found = difference(X, X, BETA, V)
    assert (found.estimate, found.se) == (0, 0) and np.isnan(found.p)


def test_flic_as_r_and_by_its_purpose() -> None:
    shrunk = np.concatenate([[0.0], 0.8 * BETA[1:]])
    y = SIM["salt20_w36"].to_numpy(float)
    found = flic_intercept(X, y, shrunk)
    assert found[0] == pytest.approx(M["flic"], abs=1e-9)
    assert found[1:].tolist() == shrunk[1:].tolist()
    assert (1 / (1 + np.exp(-X @ found))).mean() == pytest.approx(y.mean(), abs=1e-12)
