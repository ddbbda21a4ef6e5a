"""Proportions: Newcombe's published examples, and the tails that the exact limits must have."""

import math

import pytest

from aadash.errors import NotComputable
from aadash.stats import proportions as pr

ONE = [pr.wilson, pr.wald]


def test_newcombe_1998_examples() -> None:
    # Newcombe 1998, Statistics in Medicine 17:873, table II, method 10, rows (a), (b) and (d)
    for (k1, n1, k2, n2), limits in {
        (56, 70, 48, 80): (0.0524, 0.3339),
        (9, 10, 3, 10): (0.1705, 0.8090),
        (5, 56, 0, 29): (-0.0381, 0.1926),
    }.items():
        r = pr.newcombe(k1, n1, k2, n2)
        assert (round(r.low, 4), round(r.high, 4)) == limits


def test_wilson_is_where_the_score_test_rejects() -> None:
    z = 1.959963984540054
    r = pr.wilson(17, 77)
    for p in (r.low, r.high):
        assert abs(17 / 77 - p) / math.sqrt(p * (1 - p) / 77) == pytest.approx(z, rel=1e-12)


def test_the_ends() -> None:
    assert pr.wilson(0, 20).low == 0 and pr.wilson(20, 20).high == 1
    assert pr.wilson(0, 20, correct=True).low == 0
    assert pr.wald(0, 20).low == pr.wald(0, 20).high == 0


@pytest.mark.parametrize("interval", ONE)
def test_nobody_and_nonsense(interval) -> None:
    with pytest.raises(NotComputable, match="at least one patient"):
        interval(0, 0)
    with pytest.raises(ValueError, match="no proportion"):
        interval(5, 4)


@pytest.mark.parametrize("interval", ONE)
def test_a_lower_level_is_narrower_and_halves_mirror(interval) -> None:
    wide, narrow, mirror = interval(7, 30), interval(7, 30, 0.8), interval(23, 30)
    assert wide.low < narrow.low < narrow.high < wide.high
    assert (1 - mirror.high, 1 - mirror.low) == pytest.approx((wide.low, wide.high))
