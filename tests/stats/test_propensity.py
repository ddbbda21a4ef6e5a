"""Propensity weights, balance and weighted comparison against R (``gen_adjusted.R``); the E-value against its paper."""

from __future__ import annotations

import numpy as np
import pytest

from aadash.errors import NotComputable
from aadash.stats.propensity import e_value, propensity, weighted_comparison
from tests.stats.extended import answers

R = answers("adjusted")["propensity"]
T, X, Y = np.array(R["treated"]), np.array(R["X"], dtype=float), np.array(R["y"])
NAMES = ["age", "duration", "female"]


@pytest.mark.parametrize("e", R["targets"], ids=lambda e: e["target"])
def test_weights_balance_and_difference_as_r(e: dict) -> None:
    m = propensity(T, X, NAMES, e["target"])
    assert m.score == pytest.approx(R["score"], rel=1e-9)
    w = np.array(e["weights"])
    scaled = np.where(T == 1, w * T.sum() / w[T == 1].sum(), w * (1 - T).sum() / w[T == 0].sum())
    assert m.weights == pytest.approx(scaled, rel=1e-9)
    assert m.balance["smd"].to_numpy() == pytest.approx(R["smd"], rel=1e-9)
    assert m.balance["smd_weighted"].to_numpy() == pytest.approx(e["smd"], rel=1e-6, abs=1e-12)
    assert m.effective_n == pytest.approx(e["ess"], rel=1e-9)
    c = weighted_comparison(Y, m, X)
    assert [c.treated, c.other] == pytest.approx(e["means"], rel=1e-9)
    assert c.difference == pytest.approx(e["survey"], rel=1e-9)
    assert c.se == pytest.approx(e["se"], rel=1e-6)


def test_overlap_weights_balance_the_means_exactly() -> None:
    """Li, Morgan & Zaslavsky 2018, theorem 3."""
    assert propensity(T, X, NAMES).balance["smd_weighted"].abs().max() < 1e-9


def test_without_confounding_it_is_the_plain_difference() -> None:
    x = np.tile([0.0, 1.0], 20)
    t, y = np.repeat([True, False], 20), np.arange(40.0)
    m = propensity(t, x, ["x"])
    assert m.weights == pytest.approx(1.0) and m.outside == 0
    assert weighted_comparison(y, m, x).difference == pytest.approx(y[:20].mean() - y[20:].mean())


def test_covariates_that_nearly_follow_from_each_other_are_no_separation() -> None:
    """Age is age at onset plus duration, but for rounding: large coefficients, ordinary chances."""
    rng = np.random.default_rng(0)
    onset, years = rng.normal(30, 10, 200), rng.uniform(0, 20, 200)
    x = np.column_stack([onset, years, onset + years + rng.uniform(-0.01, 0.01, 200)])
    m = propensity(rng.uniform(size=200) < 0.5, x, ["onset", "years", "age"])
    assert m.score.min() > 0.05 and m.balance["smd_weighted"].abs().max() < 1e-6


def test_what_cannot_be_compared() -> None:
    with pytest.raises(NotComputable, match="same treatment"):
        propensity([True, True], [[1.0], [2.0]], ["x"])
    with pytest.raises(NotComputable, match="the same for everyone"):
        propensity([True, False], [[1.0], [1.0]], ["x"])
    with pytest.raises(NotComputable):
        propensity([True] * 5 + [False] * 5, np.arange(10.0), ["x"])
    with pytest.raises(NotComputable, match="combination"):
        propensity([True, False, True, False], [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [1.5, 3.0]], ["x", "y"])


def test_e_value_of_its_paper() -> None:
    """VanderWeele & Ding 2017, the example of infant feeding: RR 3.9 (1.8 to 8.7) has E-values 7.26 and 3.0."""
    e = e_value(3.9, 1.8, 8.7)
    assert (round(e.estimate, 2), round(e.limit, 1)) == (7.26, 3.0)
    assert e_value(0.5, 0.2, 1.1).limit == 1 and e_value(0.5, 0.2, 0.8).estimate == e_value(2, 1.25, 5).estimate
    with pytest.raises(ValueError, match="no risk ratio"):
        e_value(0.5, 0.6, 0.7)


def test_an_arm_of_one_outcome_has_no_interval() -> None:
    """0 of 20 against 10 of 20: the error of the first could only be taken as 0."""
    x = np.tile(np.arange(10.0), 4).reshape(-1, 1)
    m = propensity(np.arange(40) < 20, x, ["x"])
    c = weighted_comparison(np.where(np.arange(40) < 20, 0.0, np.arange(40) % 2), m, x)
    assert c.difference == pytest.approx(-0.5) and np.isnan([c.ci_low, c.ci_high, c.p]).all()
