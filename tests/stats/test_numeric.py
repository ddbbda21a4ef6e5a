"""Ranks are R's; equal values have no spread."""

import numpy as np

from aadash.stats import _numeric as num


def test_midranks_average_ties() -> None:
    ranks, ties = num.midranks(np.array([3.0, 1.0, 3.0, 2.0, 3.0, 1.0]))
    assert ranks.tolist() == [5, 1.5, 5, 3, 5, 1.5]
    assert ties == (2**3 - 2) + (3**3 - 3)
    assert num.midranks(np.array([2.0, 1.0]))[1] == 0


def test_equal_values_have_no_spread_at_all() -> None:
    # 0.1 summed ten times and divided by ten is not 0.1; the variance must still be 0.
    assert num.mean_var(np.full(10, 0.1)) == (0.1, 0.0)
