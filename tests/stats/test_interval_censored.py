"""Turnbull's estimator against R (``gen_times.R``: EM by hand to convergence, and ``survfit``)."""

from __future__ import annotations

import numpy as np
import pytest

from aadash.errors import NotComputable
from aadash.stats.interval_censored import turnbull
from tests.stats.extended import answers, floats

R = answers("times")


@pytest.mark.parametrize("case", ["turnbull", "irregular"])
def test_the_likelihood_and_the_curve_are_rs(case: str) -> None:
    e = R[case]
    found = turnbull(e["L"], floats(e["R"]))
    assert found.loglik == pytest.approx(e["loglik"], rel=1e-10)
    mass, right = np.array(e["p"]), floats(e["hi"])
    for time in np.unique(right[np.isfinite(right)]):
        assert found.by(time)[0] == pytest.approx(mass[right <= time].sum(), abs=1e-6)


def test_survfit_says_the_same() -> None:
    """It puts each step into the middle of its interval, and stops when no mass moves by more than 5e-6."""
    e = R["turnbull"]
    found, f = turnbull(e["L"], floats(e["R"])), dict(zip(e["survfit"]["time"], e["survfit"]["surv"], strict=True))
    for middle, right in ((4, 8), (10, 12), (14, 16), (20, 24), (30, 36)):
        assert 1 - found.by(right)[0] == pytest.approx(f[middle], abs=5e-5)


def test_everybody_at_every_visit_is_the_plain_proportion() -> None:
    left, right = [0, 0, 8, 16, 16], [8, 8, 16, np.inf, np.inf]
    found = turnbull(left, right)
    assert found.intervals["mass"].tolist() == pytest.approx([0.4, 0.2, 0.4])
    assert found.by(8) == (pytest.approx(0.4), pytest.approx(0.4)) and found.by(12) == (pytest.approx(0.4), pytest.approx(0.6))
    assert found.median() == (8, 16) and found.events == 3


def test_half_never_reached() -> None:
    assert turnbull([0, 8, 8], [8, np.inf, np.inf]).median() == (8, np.inf)


def test_impossible_intervals_are_refused() -> None:
    with pytest.raises(NotComputable, match="ends before"):
        turnbull([8], [8])
    with pytest.raises(NotComputable, match="nobody"):
        turnbull([], [])
