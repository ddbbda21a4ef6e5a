"""Cumulative incidence and Gray's test against R ``cmprsk`` (``gen_times.R``)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash.errors import NotComputable
from aadash.stats.competing import cumulative_incidence, gray_test
from aadash.stats.survival import kaplan_meier
from tests.stats.extended import answers

R = answers("times")
CASES = ["mgus", "visits"]
PEOPLE = st.lists(st.tuples(st.sampled_from([8.0, 12.0, 16.0, 24.0]), st.integers(0, 2)), min_size=2, max_size=40)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("which", "other"), [("first", False), ("second", True)])
def test_incidence_and_variance_as_cuminc(case: str, which: str, other: bool) -> None:
    e = R[case]
    cause = np.array(e["cause"])
    found = cumulative_incidence(e["time"], np.array([0, 2, 1])[cause] if other else cause)
    at = found.curve.set_index("time").loc[e["at"]]
    assert at["incidence"].to_numpy() == pytest.approx(e[which]["est"], abs=1e-12)
    assert at["se"].to_numpy() ** 2 == pytest.approx(e[which]["var"], rel=1e-9, abs=1e-16)


@pytest.mark.parametrize("case", CASES)
def test_gray_as_cuminc(case: str) -> None:
    e = R[case]
    first = gray_test(e["time"], e["cause"], e["group"])
    second = gray_test(e["time"], np.array([0, 2, 1])[e["cause"]], e["group"])
    assert [first.chi2, first.p, first.df] == pytest.approx(e["test"], rel=1e-9)
    assert [second.chi2, second.p, second.df] == pytest.approx(e["test2"], rel=1e-9)


@given(PEOPLE)
def test_the_three_fates_add_up_and_kaplan_meier_never_says_less(people: list[tuple[float, int]]) -> None:
    time, cause = np.array([t for t, _ in people]), np.array([c for _, c in people])
    curve = cumulative_incidence(time, cause).curve
    free = kaplan_meier(time, (cause > 0).astype(int)).curve["survival"].to_numpy()
    assert curve["incidence"].to_numpy() + curve["competing_incidence"].to_numpy() + free == pytest.approx(1.0)
    alone = 1 - kaplan_meier(time, (cause == 1).astype(int)).curve["survival"].to_numpy()
    assert np.all(alone >= curve["incidence"].to_numpy() - 1e-12)
    if not np.any(cause == 2):
        assert alone == pytest.approx(curve["incidence"].to_numpy())


def test_what_cannot_be_compared_is_said() -> None:
    with pytest.raises(NotComputable, match="only one"):
        gray_test([1, 2], [1, 2], ["a", "a"])
    with pytest.raises(NotComputable, match="Nobody had the event"):
        gray_test([1, 2], [2, 0], ["a", "b"])
    with pytest.raises(NotComputable, match="cause must be"):
        cumulative_incidence([1.0], [-1])
