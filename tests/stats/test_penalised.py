"""Ridge and lasso against glmnet, and the conditions of a minimum."""

import numpy as np
import pytest

from aadash.errors import NotComputable
from aadash.stats.penalised import Penalty, fold_numbers, penalised_regression
from tests.stats.predictors_answers import R, data

SIM = data("salt_sim_2_patients")
X = SIM[["baseline", "age", "female", "duration", "ivmp", "ophiasis"]].to_numpy(float)
Y = SIM["salt20_w36"].to_numpy(float)
FOLD = np.arange(len(SIM)) % 10


@pytest.mark.parametrize("kind", ["lasso", "ridge"])
def test_coefficients_and_cross_validation_as_glmnet(kind: Penalty) -> None:
    expected = R["glmnet"][kind]
    found = penalised_regression(X, Y, kind, fold=FOLD, lambdas=expected["lambda"])
    assert found.path == pytest.approx(np.array(expected["coef"]), abs=2e-6)
    assert found.cv_mean == pytest.approx(expected["cv_mean"], abs=2e-6)
    assert found.cv_se == pytest.approx(expected["cv_se"], abs=2e-6)
    assert found.lambdas[found.best] == pytest.approx(expected["lambda_min"])
    assert found.lambdas[found.sparing] == pytest.approx(expected["lambda_1se"])


@pytest.mark.parametrize("kind", ["lasso", "ridge"])
def test_numeric_outcome_as_glmnet(kind: Penalty) -> None:
    expected = R["glmnet"][kind]
    found = penalised_regression(X, SIM["impr_w36"], kind, binary=False, lambdas=expected["numeric_lambda"], fold=FOLD)
    assert found.path == pytest.approx(np.array(expected["numeric_coef"]), abs=2e-5)


@pytest.mark.parametrize("kind", ["lasso", "ridge"])
def test_a_penalty_gives_the_same_alone_as_on_its_path(kind: Penalty) -> None:
    """Each penalty of a path ends when it has arrived, the large ones first."""
    path = penalised_regression(X, Y, kind, fold=FOLD)
    for i in (0, 20, 49):
        alone = penalised_regression(X, Y, kind, fold=FOLD, lambdas=path.lambdas[i : i + 1])
        assert path.path[i] == pytest.approx(alone.path[0], abs=1e-7)
        assert path.cv_mean[i] == pytest.approx(alone.cv_mean[0], abs=1e-9)


def test_the_lasso_starts_with_nothing_and_meets_the_conditions_of_a_minimum() -> None:
    found = penalised_regression(X, Y, "lasso", folds=5)
    assert np.abs(found.path[0, 1:]).max() < 1e-6
    z = (X - X.mean(axis=0)) / X.std(axis=0)
    for lam, row in zip(found.lambdas, found.path, strict=True):
        p = 1 / (1 + np.exp(-(row[0] + X @ row[1:])))
        pull = z.T @ (Y - p) / len(Y)
        moved = np.abs(row[1:]) > 1e-9
        assert pull[moved] == pytest.approx(lam * np.sign(row[1:][moved]), abs=1e-6)
        assert (np.abs(pull[~moved]) <= lam + 1e-6).all()


def test_equal_seeds_give_equal_folds_with_events_spread_evenly() -> None:
    fold = fold_numbers(Y, 10, True, 4)
    assert fold.tolist() == fold_numbers(Y, 10, True, 4).tolist() != fold_numbers(Y, 10, True, 5).tolist()
    events = np.bincount(fold, weights=Y, minlength=10)
    assert events.max() - events.min() <= 1
    assert np.ptp(np.bincount(fold)) <= 1


def test_a_constant_predictor_stays_at_zero_and_two_events_cannot_be_cross_validated() -> None:
    found = penalised_regression(np.column_stack([X, np.ones(len(X))]), Y, "ridge")
    assert found.path[:, -1] == pytest.approx(0, abs=1e-9)
    few = np.zeros(len(X))
    few[:2] = 1
    with pytest.raises(NotComputable, match="at least three patients"):
        penalised_regression(X, few)


@pytest.mark.parametrize("binary", [True, False])
def test_the_order_of_the_rows_decides_nothing(binary: bool) -> None:
    """A property: the same patients, listed otherwise, are divided into the same folds."""
    y = Y if binary else SIM["impr_w36"].to_numpy(float)
    order = np.random.default_rng(1).permutation(len(Y))
    found, again = (penalised_regression(X[o], y[o], "lasso", binary) for o in (np.arange(len(Y)), order))
    assert found.best == again.best
    assert found.coefficients == pytest.approx(again.coefficients, abs=1e-6)
