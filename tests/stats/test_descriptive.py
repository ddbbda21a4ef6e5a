"""Descriptives; agreement with R on whole data sets is in tests/reference."""

import numpy as np
import pytest

from aadash.stats.descriptive import describe, quartiles


def test_hand_calculation() -> None:
    d = describe([2, 4, 4, 4, 5, 5, 7, 9, np.nan])
    assert (d.n, d.mean, d.median, d.minimum, d.maximum) == (8, 5, 4.5, 2, 9)
    assert d.sd == pytest.approx((32 / 7) ** 0.5, rel=1e-15)
    # t(0.975, 7) = 2.364624251592785 in every table
    assert d.ci_high - d.mean == pytest.approx(2.364624251592785 * d.se, rel=1e-13)


def test_quartiles_of_both_types() -> None:
    # Hyndman & Fan 1996: at (n - 1)p + 1 and (n + 1)p; for 1..10 that is 3.25 and 2.75.
    assert quartiles(range(1, 11)) == (3.25, 5.5, 7.75)
    assert quartiles(range(1, 11), "type6") == (2.75, 5.5, 8.25)
    assert quartiles([4.0, 8.0], "type6") == (4, 6, 8)


def test_nothing_and_one() -> None:
    none, one = describe([np.nan]), describe([3.0])
    assert none.n == 0 and np.isnan([none.mean, none.median, none.sd, none.minimum]).all()
    assert (one.n, one.mean, one.median, one.q1, one.minimum) == (1, 3, 3, 3, 3)
    assert np.isnan([one.sd, one.se, one.ci_low, one.ci_high]).all()


def test_unknown_quartile_type_is_refused() -> None:
    with pytest.raises(ValueError, match="quartile"):
        quartiles([1, 2], "type9")
