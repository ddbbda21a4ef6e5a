"""Rates and standardised differences against base R (gen_balance_expected.R gives every number here)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from aadash.errors import NotComputable
from aadash.stats.balance import smd, smd_categories
from aadash.stats.rates import none_seen, poisson_rate


@pytest.mark.parametrize(
    ("events", "time", "level", "low", "high"),
    [
        (0, 12.5, 0.95, 0.0, 0.295110356329115),
        (5, 77.1, 0.95, 0.0210568922194348, 0.151340234491863),
        (20, 0.81, 0.9, 16.3637674053661, 35.8790356054741),
    ],
)
def test_exact_limits_are_those_of_poisson_test(events: int, time: float, level: float, low: float, high: float) -> None:
    rate = poisson_rate(events, time, level)
    assert (rate.estimate, rate.low, rate.high) == pytest.approx((events / time, low, high), rel=1e-12)


def test_a_rate_without_time_is_refused() -> None:
    with pytest.raises(NotComputable):
        poisson_rate(3, 0.0)
    with pytest.raises(ValueError, match="count"):
        poisson_rate(-1, 1.0)


def test_none_seen_is_the_one_sided_limit_of_binom_test() -> None:
    assert none_seen(117) == pytest.approx(0.0252795327495513, rel=1e-12)
    assert none_seen(30, 0.99) == pytest.approx(0.142304101409106, rel=1e-12)
    assert none_seen(1000) == pytest.approx(3 / 1000, rel=0.005)  # the rule of three
    assert math.isnan(none_seen(0))


def test_smd_of_numbers() -> None:
    x, y = [1, 2, 4, 7, 11, np.nan], [3, 3, 5, 9, 8, 20]
    assert smd(x, y) == pytest.approx(-0.560478479207231, rel=1e-12)
    assert smd(y, x) == -smd(x, y)
    assert smd([2, 2], [2, 2]) == 0.0
    assert math.isnan(smd([2, 2], [3, 3])) and math.isnan(smd([1], [1, 2]))


def test_smd_of_categories() -> None:
    assert smd_categories([10, 20], [25, 15]) == pytest.approx(0.610429008275726, rel=1e-12)
    assert smd_categories([12, 3, 8, 20], [13, 1, 3, 22]) == pytest.approx(0.408299486474231, rel=1e-12)
    # which category is left out does not matter, nor one that nobody is in
    assert smd_categories([20, 8, 0, 3, 12], [22, 3, 0, 1, 13]) == pytest.approx(0.408299486474231, rel=1e-12)
    assert smd_categories([5, 5], [50, 50]) == 0.0
    assert math.isnan(smd_categories([0, 0], [1, 2])) and math.isnan(smd_categories([4, 0], [0, 4]))
