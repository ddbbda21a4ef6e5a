"""Derivatives of the residual likelihood and of the covariance structures, against finite differences."""

import numpy as np
import pytest

from aadash.stats._covariance import (
    Structure,
    compound_symmetry,
    heterogeneous_ar1,
    heterogeneous_toeplitz,
    unstructured,
)
from aadash.stats._reml import PatternStats, evaluate, independent_columns, information, kenward_roger_vcov, pattern_stats

STRUCTURES = [unstructured(4), heterogeneous_toeplitz(4), heterogeneous_ar1(4), compound_symmetry(4)]


@pytest.fixture(scope="module")
def stats() -> PatternStats:
    rng = np.random.default_rng(5)
    y = rng.normal(size=(40, 4)) + rng.normal(size=(40, 1))
    y[rng.random((40, 4)) < 0.2] = np.nan
    z = (np.arange(40)[:, None] % 2 == [0, 1]).astype(float)
    keep = ~np.isnan(y).all(axis=1)
    return pattern_stats(y[keep], z[keep])


def theta_of(structure: Structure) -> np.ndarray:
    return structure.start(np.array([[2.0, 0.9, 0.7, 0.4], [0.9, 1.5, 0.8, 0.5], [0.7, 0.8, 1.8, 1.0], [0.4, 0.5, 1.0, 2.2]]))


def difference(function, theta: np.ndarray, h: float = 1e-5) -> np.ndarray:
    """Central differences along each coordinate."""
    steps = np.eye(len(theta)) * h
    return np.array([(function(theta + s) - function(theta - s)) / (2 * h) for s in steps])


@pytest.mark.parametrize("structure", STRUCTURES, ids=lambda s: s.name)
def test_structures_differentiate(structure: Structure) -> None:
    theta = theta_of(structure)
    np.testing.assert_allclose(structure.gradient(theta), difference(structure.sigma, theta), atol=1e-8)
    hessian = structure.hessian(theta)
    expected = difference(structure.gradient, theta)
    if hessian is None:
        np.testing.assert_allclose(expected, 0.0, atol=1e-8)
        return
    rng = np.random.default_rng(2)
    pull, weight = rng.normal(size=expected.shape[2:]), rng.normal(size=expected.shape[:2])
    pull, weight = pull + pull.T, weight + weight.T
    np.testing.assert_allclose(hessian.against(pull), (pull * expected).sum(axis=(2, 3)), atol=1e-7)
    np.testing.assert_allclose(hessian.weighted(weight), np.tensordot(weight, expected, axes=2), atol=1e-7)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("structure", STRUCTURES, ids=lambda s: s.name)
def test_score_and_observed_information(stats: PatternStats, structure: Structure, reml: bool) -> None:
    theta = theta_of(structure)

    def at(t: np.ndarray):
        fit = evaluate(stats, structure.sigma(t), reml)
        return fit, information(stats, fit, structure.gradient(t), structure.hessian(t))

    _, info = at(theta)
    np.testing.assert_allclose(info.score, difference(lambda t: -0.5 * at(t)[0].criterion, theta), atol=2e-6)
    np.testing.assert_allclose(info.observed, -difference(lambda t: at(t)[1].score, theta), rtol=1e-6, atol=2e-6)
    np.testing.assert_allclose(info.p, difference(lambda t: np.linalg.inv(at(t)[0].phi), theta), rtol=1e-5, atol=1e-6)


def test_expected_information_is_the_mean_of_the_observed() -> None:
    """Over simulated data, observed information averages to the expected one (and scores to zero)."""
    rng = np.random.default_rng(1)
    structure = unstructured(2)
    sigma = np.array([[2.0, 0.8], [0.8, 1.0]])
    theta = structure.start(sigma)
    z = np.ones((12, 1))
    gone = np.arange(12) % 4 == 0
    observed, expected, scores = [], [], []
    for _ in range(1500):
        y = rng.multivariate_normal([0, 0], sigma, 12)
        y[gone, 1] = np.nan
        s = pattern_stats(y, z)
        info = information(s, evaluate(s, sigma), structure.gradient(theta))
        observed.append(info.observed)
        expected.append(info.expected)
        scores.append(info.score)
    assert np.ptp(expected, axis=0).max() < 1e-9  # free of the data
    margin = 5 * np.std(observed, axis=0) / np.sqrt(1500)
    assert (np.abs(np.mean(observed, axis=0) - expected[0]) < margin).all()
    assert (np.abs(np.mean(scores, axis=0)) < 5 * np.std(scores, axis=0) / np.sqrt(1500)).all()


def test_sums_over_patients_equal_the_textbook_formula(stats: PatternStats) -> None:
    """−2 residual log-likelihood from the stacked V and X of all patients."""
    rng = np.random.default_rng(8)
    y = rng.normal(size=(10, 3))
    y[[0, 4], [2, 1]] = np.nan
    z = np.column_stack([np.arange(10) < 5, np.arange(10) >= 5]).astype(float)
    sigma = np.array([[2.0, 0.5, 0.3], [0.5, 1.0, 0.2], [0.3, 0.2, 1.5]])
    seen = ~np.isnan(y)
    v = np.zeros((seen.sum(), seen.sum()))
    rows, x, at = [], [], 0
    for i in range(10):
        t = np.flatnonzero(seen[i])
        v[at : at + len(t), at : at + len(t)] = sigma[np.ix_(t, t)]
        rows += list(y[i, t])
        x += [np.kron(z[i], np.eye(3)[k]) for k in t]
        at += len(t)
    x, rows, w = np.array(x), np.array(rows), np.linalg.inv(v)
    a = x.T @ w @ x
    beta = np.linalg.solve(a, x.T @ w @ rows)
    e = rows - x @ beta
    textbook = np.linalg.slogdet(v)[1] + np.linalg.slogdet(a)[1] + e @ w @ e + (len(rows) - 6) * np.log(2 * np.pi)
    s = pattern_stats(y, z)
    fit = evaluate(s, sigma)
    assert fit.criterion == pytest.approx(textbook, rel=1e-12)
    np.testing.assert_allclose((s.centre + fit.beta).ravel(), beta, rtol=1e-10)
    np.testing.assert_allclose(fit.phi, np.linalg.inv(a), rtol=1e-9, atol=1e-12)


def test_kenward_roger_enlarges_the_variance(stats: PatternStats) -> None:
    structure = unstructured(4)
    sigma = structure.sigma(theta_of(structure))
    fit = evaluate(stats, sigma)
    gradient = structure.gradient(theta_of(structure))
    adjusted = kenward_roger_vcov(stats, fit, information(stats, fit, gradient), gradient)
    assert np.linalg.eigvalsh(adjusted - fit.phi).min() > -1e-12 and np.trace(adjusted) > np.trace(fit.phi)


def test_dependent_columns_are_found_in_order() -> None:
    a = np.random.default_rng(0).normal(size=(9, 3))
    x = np.column_stack([a[:, 0], np.zeros(9), a[:, 1], a[:, 0] - 2 * a[:, 1], a[:, 2]])
    assert independent_columns(x) == [0, 2, 4]
    assert independent_columns(x * [1, 1, 1e-9, 1, 1e9]) == [0, 2, 4]
