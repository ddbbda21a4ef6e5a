"""Shift, medians and probability of superiority against R (``gen_ranks.R``)."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from aadash.errors import NotComputable
from aadash.stats.ranks import hodges_lehmann, median_difference, probability_of_superiority
from aadash.stats.two_sample import mann_whitney
from tests.stats.extended import answers

R = answers("ranks")
SALT = st.lists(st.integers(0, 20).map(lambda v: 5.0 * v), min_size=5, max_size=30)


@pytest.mark.parametrize("case", ["hl_exact", "hl_ties", "hl_large"])
def test_shift_as_wilcox_test(case: str) -> None:
    e = R[case]
    found = hodges_lehmann(e["x"], e["y"])
    assert [found.ci_low, found.ci_high] == pytest.approx(e["ci"], abs=1e-9)
    assert found.estimate == pytest.approx(e["median"], abs=1e-12)
    assert found.method == ("exact" if case == "hl_exact" else "asymptotic, ties and continuity corrected")


@pytest.mark.parametrize(("case", "data"), [("sim", "hl_ties"), ("small", "hl_exact")])
def test_medians_and_superiority_as_r(case: str, data: str) -> None:
    x, y = R[data]["x"], R[data]["y"]
    m, s = median_difference(x, y), probability_of_superiority(x, y)
    assert [m.difference, m.se, m.ci_low, m.ci_high] == pytest.approx(R["median"][case], rel=1e-9)
    found = [s.estimate, s.ci_low, s.ci_high, s.bm_t, s.bm_df, s.bm_p, s.bm_low, s.bm_high]
    assert found == pytest.approx(R["superiority"][case], rel=1e-9)
    assert s.bm_p == pytest.approx(scipy.stats.brunnermunzel(x, y).pvalue, rel=1e-9)


def test_without_overlap_newcombe_still_has_a_limit_and_brunner_munzel_has_none() -> None:
    s = probability_of_superiority([5, 6, 7], [1, 2, 3])
    assert s.estimate == s.ci_high == 1 and 0.4 < s.ci_low < 1 and np.isnan(s.bm_p)


@given(SALT, SALT)
def test_the_three_agree_with_the_test_they_belong_to(x: list[float], y: list[float]) -> None:
    s, back = probability_of_superiority(x, y), probability_of_superiority(y, x)
    assert s.estimate + back.estimate == pytest.approx(1) and s.ci_low == pytest.approx(1 - back.ci_high, abs=1e-9)
    if len(set(x + y)) == 1:
        with pytest.raises(NotComputable, match="same value"):
            hodges_lehmann(x, y)
        return
    test, shift = mann_whitney(x, y, method="asymptotic"), hodges_lehmann(x, y)
    assert s.estimate == pytest.approx(test.u / (len(x) * len(y)))
    assert shift.ci_low <= shift.estimate <= shift.ci_high
    if shift.method != "exact" and test.p < 0.0499:
        assert not shift.ci_low < 0 < shift.ci_high
    m = median_difference(x, y)
    assert m.difference == np.median(x) - np.median(y) and m.ci_low <= m.difference <= m.ci_high


def test_nobody_is_said() -> None:
    for call in (hodges_lehmann, median_difference, probability_of_superiority):
        with pytest.raises(NotComputable, match="both groups"):
            call([1.0], [np.nan])
    with pytest.raises(NotComputable, match="five patients"):
        median_difference([1, 2, 3], [1, 2, 3, 4, 5])
    with pytest.raises(NotComputable, match="too many"):
        hodges_lehmann(np.arange(6000.0), np.arange(6000.0))
