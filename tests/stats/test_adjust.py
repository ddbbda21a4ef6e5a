"""Adjusted p-values against R's p.adjust, gaps included."""

import numpy as np
import pytest

from aadash.stats.adjust import adjust
from tests.stats.expected import R

GIVEN = [0.01, 0.04, np.nan, 0.03, 0.2, 0.04, 1e-80]


@pytest.mark.parametrize("method", ["holm", "hochberg", "bonferroni", "BH"])
def test_as_r(method: str) -> None:
    expected = [np.nan if v is None else v for v in R["adjust"][method]]
    np.testing.assert_allclose(adjust(GIVEN, method.lower()), expected, rtol=1e-13, atol=0)


def test_none_changes_nothing_and_returns_a_copy() -> None:
    p = np.array([0.5, 0.01])
    out = adjust(p, "none")
    assert out.tolist() == p.tolist() and out is not p


def test_no_p_and_unknown_method() -> None:
    assert adjust([], "holm").size == 0
    assert np.isnan(adjust([np.nan], "bh")).all()
    with pytest.raises(ValueError, match="adjustment"):
        adjust([0.1], "sidak")
