"""Three groups and more: pairs against R's ptukey, Dunn's formula in R, and what two groups reduce to."""

import math

import numpy as np
import pytest

from aadash.errors import NotComputable
from aadash.stats import _studentized_range as range_
from aadash.stats.k_sample import anova, games_howell, kruskal, welch_anova
from aadash.stats.two_sample import student_t, welch_t
from tests.stats.expected import R

GROUPS = [R["x"], R["y"], R["z"]]


def test_games_howell_as_r() -> None:
    for got, r in zip(games_howell(GROUPS), R["games_howell"], strict=True):
        assert [got.difference, got.se, got.t, got.df, got.hedges_g] == pytest.approx(
            [r["difference"], r["se"], r["t"], r["df"], r["g"]], rel=1e-12
        )
        # R's ptukey is the less exact side: about 1e-8 here
        assert got.p == pytest.approx(r["p"], rel=1e-6)
        assert [got.ci_low, got.ci_high] == pytest.approx(r["ci"], rel=1e-5)


def test_two_groups_reduce_to_t() -> None:
    x, y = R["x"], R["y"]
    w, s, (pair,) = welch_t(x, y), student_t(x, y), games_howell([x, y])
    assert welch_anova([x, y]).f == pytest.approx(w.t**2) and welch_anova([x, y]).p == pytest.approx(w.p)
    assert anova([x, y]).f == pytest.approx(s.t**2) and anova([x, y]).p == pytest.approx(s.p)
    assert (pair.t, pair.df, pair.p) == pytest.approx((w.t, w.df, w.p), rel=1e-12)
    assert (pair.ci_low, pair.ci_high) == pytest.approx((w.ci_low, w.ci_high), rel=1e-9)


@pytest.mark.parametrize("df", [2.0, 7.7, 113.0])
@pytest.mark.parametrize("q", [0.4, 3.3, 14.0])
def test_studentized_range_of_two_is_t(q: float, df: float) -> None:
    from scipy.special import stdtr

    assert range_.tail(q, 2, df) == pytest.approx(2 * stdtr(df, -q / math.sqrt(2)), rel=1e-10)


@pytest.mark.parametrize("k", [3, 5, 12])
@pytest.mark.parametrize("df", [3.0, 20.0, 900.0])
def test_studentized_range_as_scipy(k: int, df: float) -> None:
    from scipy.stats import studentized_range

    for q in (0.7, 3.0, 5.5):
        assert range_.tail(q, k, df) == pytest.approx(studentized_range.sf(q, k, df), rel=1e-6, abs=1e-9)
    assert range_.tail(range_.critical(0.05, k, df), k, df) == pytest.approx(0.05, rel=1e-10)


def test_studentized_range_far_out_keeps_to_bonferroni() -> None:
    from scipy.special import stdtr

    # Far out, the chance that any of k(k - 1)/2 pairs exceeds is nearly the sum of their chances, never above it.
    bound = 10 * 2 * stdtr(33.3, -20 / math.sqrt(2))
    assert 0.8 * bound < range_.tail(20, 5, 33.3) < bound


def test_anova_by_hand() -> None:
    # means 2, 4, 9; between = 3 * (9 + 1 + 16) = 78, within = 6 * 1 + ... = 2 + 2 + 2
    r = anova([[1, 2, 3], [3, 4, 5], [8, 9, 10]])
    assert (r.f, r.df1, r.df2) == (pytest.approx(39), 2, 6)
    assert r.eta2 == pytest.approx(78 / 84)


def test_empty_groups_are_left_out_but_keep_their_place_in_the_pairs() -> None:
    assert anova([R["x"], [], R["y"]]).df1 == 1
    pairs = games_howell([R["x"], [np.nan], R["y"]])
    assert [(p.i, p.j) for p in pairs] == [(0, 1), (0, 2), (1, 2)]
    assert np.isnan(pairs[0].p) and pairs[1].p == pytest.approx(welch_t(R["x"], R["y"]).p)


def test_not_computable() -> None:
    for test in (anova, welch_anova, kruskal, games_howell):
        with pytest.raises(NotComputable, match="two groups"):
            test([[1.0, 2.0], []])
    with pytest.raises(NotComputable, match="same value"):
        welch_anova([[1.0, 1.0], [2.0, 3.0]])
    with pytest.raises(NotComputable, match="only one"):
        welch_anova([[1.0], [2.0, 3.0]])
    with pytest.raises(NotComputable, match="same value"):
        kruskal([[1.0, 1.0], [1.0]])
    assert np.isnan(anova([[1.0, 1.0], [2.0, 2.0]]).f)
