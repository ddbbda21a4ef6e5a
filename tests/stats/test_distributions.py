"""Tails keep their relative precision."""

import numpy as np
import pytest

from aadash.stats import distributions as dist
from tests.stats.expected import R


def test_tails_far_out_agree_with_r() -> None:
    assert dist.t_p(-45, 110) == pytest.approx(R["tails"]["t"][0], rel=1e-10)
    assert dist.t_p(8, 3.3) == pytest.approx(R["tails"]["t"][1], rel=1e-12)
    assert dist.f_p(900, 1.7, 230.5) == pytest.approx(R["tails"]["f"], rel=1e-10)
    assert dist.z_p(30) == pytest.approx(R["tails"]["z"], rel=1e-10)


def test_tails_of_what_is_not_finite() -> None:
    assert dist.t_p(np.inf, 5) == 0
    assert dist.f_p(np.inf, 2, 5) == 0
    assert dist.f_p(-1e-17, 2, 5) == 1
    assert np.isnan([dist.t_p(np.nan, 5), dist.f_p(np.nan, 2, 5)]).all()
