"""Pearson's and Spearman's correlation against R 4.2.2 and by their properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash.errors import NotComputable
from aadash.stats.correlation import pearson, spearman

X = [-45.5, -81, 10, -30, -12, -64.2, -5, -90, -33.3, -20]
Y = [-8, -18, 2, -8, 0, -10, 1, -12, -8, -3]
numbers = st.lists(st.integers(-100, 100).map(float), min_size=4, max_size=12)


def test_pearson_against_r() -> None:
    # cor.test(x, y): estimate, p.value, conf.int
    found = pearson(X, Y)
    r = (0.928161356131314, 0.000106775294407562, 0.718314054624782, 0.983206746013754)
    assert (found.r, found.p, found.ci_low, found.ci_high) == pytest.approx(r, rel=1e-12) and found.n == 10


def test_spearman_against_r() -> None:
    # cor.test(x, y, method = "spearman", exact = FALSE), three ties in y: estimate, p.value
    found = spearman(X, Y)
    assert (found.r, found.p) == pytest.approx((0.97553355943236, 1.52213425479334e-06), rel=1e-9)
    # tanh(atanh(r) ± 1.959963984540054 √((1 + r²/2)/(10 − 3))), by R
    assert (found.ci_low, found.ci_high) == pytest.approx((0.860611358157987, 0.995913582126523), rel=1e-9)


@given(numbers, st.randoms(use_true_random=False))
def test_neither_scale_nor_origin_matters(x: list[float], random: object) -> None:
    y = [v + random.choice([-3.0, 0.0, 5.0]) for v in x]  # type: ignore[attr-defined]
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return
    for test in (pearson, spearman):
        one, other, turned = test(x, y), test(np.array(x) * 3 - 40, y), test(x, -np.array(y))
        assert one.r == pytest.approx(other.r, abs=1e-9) and one.r == pytest.approx(-turned.r, abs=1e-9)
        assert one.ci_low <= one.r + 1e-12 and one.r <= one.ci_high + 1e-12


def test_a_pair_with_a_gap_is_left_out() -> None:
    nan = float("nan")
    assert pearson([*X, nan, 3.0], [*Y, 5.0, nan]) == pearson(X, Y)


def test_a_perfect_line_and_three_pairs() -> None:
    assert pearson([1, 2, 3, 4], [2, 4, 6, 8]).r == pytest.approx(1.0)
    assert np.isnan(pearson([1, 2, 3], [1, 3, 2]).ci_low)


@pytest.mark.parametrize(
    ("x", "y", "said"), [([1, 2], [1, 2], "2 patients"), ([1, 1, 1], [1, 2, 3], "the same"), ([1], [1, 2], "values")]
)
def test_what_cannot_be_had_is_said(x: list, y: list, said: str) -> None:
    with pytest.raises(NotComputable, match=said):
        pearson(x, y)
