"""The simulator beside its formulas, and what it hands to pictures."""

from __future__ import annotations

import numpy as np
import pytest

from aadash.analyses import simulation
from aadash.analyses.simulation import BLOCK, SHOWN, Truth
from aadash.charts.simulation import estimates, intervals


def test_the_power_by_formula_is_that_of_another_program() -> None:
    """By statsmodels, another program; σ √(2(1 − ½)) is 30."""
    import statsmodels.stats.power as sm

    found = simulation.expected(Truth(n1=30, n2=30, effect=20.0, sd=30.0, correlation=0.5))
    assert found.power == pytest.approx(sm.TTestIndPower().power(20 / 30, 30, 0.05), rel=1e-6)
    assert found.regression == 0


@pytest.mark.parametrize(("truth", "rough"), [(Truth(n1=2, n2=2), True), (Truth(n1=4, n2=4, effect=40.0), True), (Truth(), False)])
def test_where_few_are_left_the_formula_is_not_of_the_test_that_is_made(truth: Truth, rough: bool) -> None:
    """Of two a group Student's power is 12.9 %, and Welch's test found 6.6 % of them: “power 6.6 %, by formula 12.9 %”."""
    found, formula = simulation.summarise(simulation.draw_block(truth, 4000, 1), truth), simulation.expected(truth)
    assert formula.rough is rough
    assert (formula.power - found.power > 0.02) == rough


def test_pictures_tell_what_was_drawn() -> None:
    truth = Truth(n1=10, n2=10)
    trials = simulation.draw_block(truth, BLOCK, 1)
    all_of_them, last = simulation.pictures(trials, truth)
    assert len(all_of_them) == BLOCK and len(last) == SHOWN
    drawn = estimates(all_of_them, truth.effect)
    assert int(drawn.data["bars"]["n"].sum()) == BLOCK
    assert f"Estimates of {BLOCK} cohorts" in drawn.alt
    missed = int((~last["holds"]).sum())
    assert f"; {missed} miss the true effect" in intervals(last, truth.effect, 0.95).alt


def test_a_cohort_is_the_first_of_its_block() -> None:
    truth = Truth(n1=5, n2=6, dropout=0.5)
    cohort = simulation.cohort_of(truth, 3, 2)
    first, later = simulation.draw_patients(truth, 3, 2)
    np.testing.assert_allclose(cohort.salt[0], first.clip(0, 100), atol=0.051)
    assert (cohort.salt[24].isna().to_numpy() == np.isnan(later)).all()
    assert list(cohort.patients["group"]).count("treated") == 5
    assert cohort.synthetic
