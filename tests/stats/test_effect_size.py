"""Standardised differences: exact roots of R's noncentral t, and R's effectsize (which optimises)."""

import math

import numpy as np
import pytest
from scipy.special import gamma

from aadash.errors import NotComputable
from aadash.stats import effect_size as es
from tests.stats.expected import R


def _triple(e: es.Effect) -> list[float]:
    return [e.value, e.ci_low, e.ci_high]


def test_two_groups_as_r() -> None:
    got = _triple(es.hedges_g(R["x"], R["y"]))
    assert got == pytest.approx(R["hedges_g"], rel=1e-9)
    assert got == pytest.approx(R["effectsize"]["hedges_g"], rel=1e-6)


def test_the_factor_j() -> None:
    # Hedges 1981: J(m) = gamma(m/2) / (sqrt(m/2) gamma((m - 1)/2)); J(2) = sqrt(pi)/... = 0.5642
    for m in (2, 5, 20, 115):
        assert es.hedges_j(m) == pytest.approx(gamma(m / 2) / (math.sqrt(m / 2) * gamma((m - 1) / 2)), rel=1e-12)
    assert es.hedges_j(2) == pytest.approx(1 / math.sqrt(math.pi), rel=1e-14)
    assert math.isnan(es.hedges_j(1))


def test_approximate_j() -> None:
    assert es.hedges_g(R["x"], R["y"], exact=False).value == pytest.approx(R["cohen_d"][0] * (1 - 3 / (4 * 23 - 9)))


@pytest.mark.parametrize("t", [0.0, 0.3, -6.0, 25.0, -60.0])
@pytest.mark.parametrize("df", [1, 4, 115])
def test_limits_invert_the_noncentral_t(t: float, df: int) -> None:
    from scipy.stats import nct

    low, high = es.noncentral_t_limits(t, df)
    assert low < t < high or df == 1
    assert nct.cdf(t, df, low) == pytest.approx(0.975, abs=1e-9)
    assert nct.cdf(t, df, high) == pytest.approx(0.025, abs=1e-9)


def test_no_spread_is_nan_and_one_patient_is_refused() -> None:
    assert np.isnan(_triple(es.hedges_g([1, 1], [2, 2]))).all()
    with pytest.raises(NotComputable, match="found 1 and 2"):
        es.hedges_g([1.0], [1.0, 2.0])
    assert np.isnan(es.noncentral_t_limits(math.inf, 5)).all()
