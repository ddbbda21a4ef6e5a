"""Shift, medians and probability of superiority against R (``gen_ranks.R``)."""

from __future__ import annotations

import itertools
import math
import warnings

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


def test_so_few_patients_have_no_limits_of_that_level() -> None:
    """R: wilcox.test(c(75, 100, 66, 70, 85), 98, conf.int = TRUE) prints a "66.66667 percent confidence interval" of −32 to 2."""
    found = hodges_lehmann([75, 100, 66, 70, 85], [98])
    assert found.estimate == -23 and np.isnan([found.ci_low, found.ci_high]).all()
    at_two_thirds = hodges_lehmann([75, 100, 66, 70, 85], [98], level=2 / 3)
    assert (at_two_thirds.ci_low, at_two_thirds.ci_high) == (-32, 2)
    tied = hodges_lehmann([75, 75, 66, 70, 85], [98])
    assert np.isnan([tied.ci_low, tied.ci_high]).all()
    # 3 and 4 patients: 2/35 is what R takes for 5 %
    assert not np.isnan(hodges_lehmann([1, 2, 3], [4.5, 5, 6, 7]).ci_low)


def arranged(x: list[float], y: list[float]) -> float:
    """The p of Neubert and Brunner by SciPy's statistic for every arrangement."""

    def size(a: list[float], b: list[float]) -> float:
        if max(a) < min(b) or max(b) < min(a):
            return math.inf
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            t = abs(float(scipy.stats.brunnermunzel(a, b).statistic))
        return 0.0 if math.isnan(t) else t

    values, seen, hits, n = x + y, size(x, y), 0, 0
    for chosen in itertools.combinations(range(len(values)), len(x)):
        a = [values[i] for i in chosen]
        b = [v for i, v in enumerate(values) if i not in chosen]
        hits, n = hits + (size(a, b) >= seen - 1e-9), n + 1
    return hits / n


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([0, 0, 0, 0.5], [10, 5, 8, 0, 47, 11, 20, 30]),
        ([1, 4, 6, 7], [2, 3, 5, 5]),
        ([5, 6, 7], [1, 2, 3]),
        ([5, 6, 7], [1, 2, 3, 4]),
        ([3, 3, 8], [3, 3, 3, 9]),
        ([20, 30], [10, 10, 40, 50, 25]),
    ],
)
def test_p_of_few_patients_is_the_share_of_their_arrangements(x: list[float], y: list[float]) -> None:
    assert probability_of_superiority(x, y).p == pytest.approx(arranged(x, y), abs=1e-12)


def test_p_of_few_patients_by_hand() -> None:
    assert probability_of_superiority([5, 6, 7], [1, 2, 3]).p == 2 / 20  # both ends of 20 arrangements
    assert probability_of_superiority([0] * 4, range(1, 9)).p == 1 / 495 + 1 / 495
    # one patient: R wilcox.test(c(75, 100, 66, 70, 85), 98)$p.value = 0.6667
    assert probability_of_superiority([75, 100, 66, 70, 85], [98]).p == pytest.approx(4 / 6)
    # larger groups that do not overlap have a p too, larger ones that do have that of t
    assert probability_of_superiority(range(12), range(20, 30)).p == 2 / math.comb(22, 10)
    large = probability_of_superiority(range(12), range(5, 17))
    assert large.p == large.bm_p
    assert np.isnan(probability_of_superiority([3, 3], [3, 3, 3]).p)


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


def test_a_few_patients_beside_very_many_have_a_p_too() -> None:
    """Of 3 beside 30,000, all of whose pairs are 900 million: p as where the large group has no end."""
    rng = np.random.default_rng(4)
    few = np.array([12.5, 60.0, 71.5])
    many = np.round(rng.uniform(0, 100, 30_000), 1)
    p = probability_of_superiority(few, many).p
    below = np.array([np.mean(many < v) + np.mean(many == v) / 2 for v in few])
    # the places of three patients among so many are three uniform numbers; each as often as any other
    draws = rng.uniform(size=(200_000, 3))
    t = np.abs(draws.mean(axis=1) - 0.5) / draws.std(axis=1, ddof=1)
    assert p == pytest.approx(np.mean(t >= abs(below.mean() - 0.5) / below.std(ddof=1)), abs=0.02)
