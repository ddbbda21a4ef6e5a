"""Shapiro–Wilk against scipy's (another port of AS R94; R itself in tests/reference), Q–Q points against R."""

import numpy as np
import pytest
from scipy import stats

from aadash.stats.normality import qq_points, shapiro
from tests.stats.expected import R


@pytest.mark.parametrize("n", [3, 4, 5, 6, 7, 11, 12, 50, 400, 5000])
@pytest.mark.parametrize("shape", ["normal", "exponential"])
def test_as_scipy(n: int, shape: str) -> None:
    x = getattr(np.random.default_rng(n), shape)(size=n)
    w, p = stats.shapiro(x)
    got = shapiro(x)
    # scipy holds some of Royston's constants in single precision
    assert got.w == pytest.approx(w, rel=1e-7)
    assert got.p == pytest.approx(p, rel=3e-6, abs=1e-12)


def test_undefined_is_nan() -> None:
    for x in ([], [1.0, 2.0], [4.0] * 9, [0.1 + 0.2, 0.3, 0.3], np.arange(5001.0), [np.nan, 1, 2, np.nan]):
        r = shapiro(x)
        assert np.isnan([r.w, r.p]).all()


def test_qq_points_as_r() -> None:
    np.testing.assert_allclose(qq_points(R["d"][:9]).theoretical, R["qq9"], rtol=1e-13, atol=1e-15)
    q = qq_points(R["d"])
    np.testing.assert_allclose(q.theoretical, R["qq21"], rtol=1e-13, atol=1e-15)
    assert q.sample.tolist() == sorted(R["d"])
    assert [q.slope, q.intercept] == pytest.approx(R["qqline"], rel=1e-12)


def test_qq_points_of_nothing_and_one() -> None:
    assert qq_points([np.nan]).sample.size == 0
    one = qq_points([5.0])
    assert one.theoretical.tolist() == [0] and np.isnan(one.slope)
