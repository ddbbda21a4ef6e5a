"""Equivalence: R's one-sided t-tests; the restricted proportions against a search."""

import math

import numpy as np
import pytest

from aadash.errors import NotComputable
from aadash.stats.equivalence import _restricted_variance, tost_proportions, tost_welch
from aadash.stats.tables import chi_squared
from tests.stats.expected import R


def test_welch_as_r() -> None:
    r = tost_welch(R["x"], R["y"], -20, 20)
    assert [r.statistic_low, r.p_low, r.statistic_high, r.p_high, r.ci_low, r.ci_high] == pytest.approx(R["tost"], rel=1e-12)
    assert r.p == r.p_high and r.equivalent


def test_equivalent_is_interval_within_margins() -> None:
    for margin in (5.0, 15.0, 18.0, 19.0, 40.0):
        r = tost_welch(R["x"], R["y"], -margin, margin)
        assert r.equivalent == (-margin < r.ci_low and r.ci_high < margin)


@pytest.mark.parametrize(("counts", "delta"), [((17, 77, 6, 34), 0.1), ((3, 10, 9, 12), -0.4), ((0, 20, 0, 30), 0.15)])
def test_restricted_variance_is_at_the_maximum_of_the_likelihood(counts, delta) -> None:
    k1, n1, k2, n2 = counts
    p1 = np.linspace(max(0, delta), min(1, 1 + delta), 400_001)[1:-1]
    p2 = p1 - delta
    with np.errstate(divide="ignore"):
        log = k1 * np.log(p1) + (n1 - k1) * np.log1p(-p1) + k2 * np.log(p2) + (n2 - k2) * np.log1p(-p2)
    i = int(np.nanargmax(log))
    expected = p1[i] * (1 - p1[i]) / n1 + p2[i] * (1 - p2[i]) / n2
    assert _restricted_variance(*counts, delta) == pytest.approx(expected, rel=1e-4)


def test_score_test_at_no_difference_is_pearson() -> None:
    # Farrington & Manning's statistic with margin 0 is the square root of chi-squared without correction.
    k1, n1, k2, n2 = 17, 77, 6, 34
    d = k1 / n1 - k2 / n2
    z2 = d * d / _restricted_variance(k1, n1, k2, n2, 0.0)
    assert z2 == pytest.approx(chi_squared([[k1, n1 - k1], [k2, n2 - k2]]).chi2, rel=1e-9)


def test_proportions_mirror() -> None:
    a, b = tost_proportions(30, 60, 25, 55, -0.2, 0.3), tost_proportions(25, 55, 30, 60, -0.3, 0.2)
    assert (a.p_low, a.p_high, a.p) == pytest.approx((b.p_high, b.p_low, b.p))
    assert not a.equivalent or a.p < 0.05


def test_larger_groups_show_equivalence() -> None:
    assert not tost_proportions(10, 20, 10, 20, -0.15, 0.15).equivalent
    assert tost_proportions(500, 1000, 500, 1000, -0.15, 0.15).equivalent


def test_bad_margins_and_data() -> None:
    with pytest.raises(ValueError, match="margin"):
        tost_welch([1, 2], [1, 2], 5, -5)
    with pytest.raises(NotComputable, match="fractions"):
        tost_proportions(3, 9, 4, 9, -15, 15)
    with pytest.raises(NotComputable, match="same value"):
        tost_welch([1, 1], [2, 2], -5, 5)
    assert math.isfinite(tost_proportions(0, 9, 0, 9, -0.2, 0.2).p)
