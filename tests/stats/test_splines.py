"""Restricted cubic splines against Hmisc, and straight tails."""

import numpy as np
import pytest

from aadash.errors import NotComputable
from aadash.stats.splines import restricted_cubic, spline_knots
from tests.stats.predictors_answers import R, data

AGE = data("salt_sim_2_patients")["age"].to_numpy(dtype=float)


@pytest.mark.parametrize("k", [3, 4, 5])
def test_knots_and_basis_as_hmisc(k: int) -> None:
    expected = R["spline"][f"k{k}"]
    knots = spline_knots(AGE, k)
    assert knots == pytest.approx(expected["knots"], abs=1e-12)
    assert restricted_cubic(AGE[:12], knots) == pytest.approx(np.array(expected["basis"]), abs=1e-12)


def test_straight_beyond_the_outer_knots() -> None:
    knots = np.array([1.0, 2.0, 4.0, 7.0])
    for side in (np.linspace(-5, 1, 7), np.linspace(7, 20, 7)):
        assert np.diff(restricted_cubic(side, knots), n=2, axis=0) == pytest.approx(0, abs=1e-9)


def test_missing_stays_missing_and_few_values_have_no_spline() -> None:
    assert np.isnan(restricted_cubic([np.nan, 3.0], [1, 2, 3])).tolist() == [[True, True], [False, False]]
    with pytest.raises(NotComputable, match="needs more different values"):
        spline_knots([0, 0, 0, 0, 0, 0, 0, 1, 2])
    with pytest.raises(NotComputable):
        spline_knots([0, 0, 1, 1, 1])
    with pytest.raises(NotComputable):
        spline_knots([np.nan, np.nan])
