"""Ties lost to binary fractions: 53.3 − 64.4 and 43.3 − 32.2 are both 11.1 on paper. R's numbers are of the rounded values:
``wilcox.test(round(w - b, 1), exact = FALSE)``, ``kruskal.test``, ``friedman.test`` (R 4.2.2)."""

import numpy as np
import pytest

from aadash.stats.k_sample import kruskal
from aadash.stats.mixed_anova import friedman
from aadash.stats.paired import wilcoxon_signed_rank
from aadash.stats.two_sample import mann_whitney

BEFORE = np.array([32.2, 20.4, 20.0, 20.1, 64.4, 21.2, 53.3, 43.3])
AFTER = np.array([43.3, 9.3, 8.9, 9.0, 53.3, 10.1, 66.6, 40.1])
CHANGE = AFTER - BEFORE


def test_the_changes_are_untied_in_binary() -> None:
    assert len(set(np.abs(CHANGE))) > 4 and len(set(np.round(np.abs(CHANGE), 1))) == 3


@pytest.mark.parametrize(
    "rows",
    [
        [(32.2, 43.3), (20.4, 9.3), (20.0, 8.9), (20.1, 9.0), (64.4, 53.3), (21.2, 10.1)],
        [(53.3, 64.4), (43.3, 32.2), (20.4, 9.3), (20.0, 8.9), (64.4, 53.3), (21.2, 10.1)],
    ],
)
def test_the_same_changes_on_paper_give_the_same_signed_rank_test(rows: list[tuple[float, float]]) -> None:
    b, w = np.array(rows).T
    got = wilcoxon_signed_rank(w - b)
    assert (got.v_plus, got.method) == (3.5, "asymptotic with continuity correction")
    assert got.p == pytest.approx(0.129430674437906, rel=1e-12)


def test_signed_ranks_as_r_on_rounded_changes() -> None:
    got = wilcoxon_signed_rank(CHANGE)
    assert [got.v_plus, got.p] == pytest.approx([12.5, 0.46401475495371], rel=1e-12)


def test_no_change_on_paper_is_no_change() -> None:
    assert wilcoxon_signed_rank([0.1 + 0.2 - 0.3, 1.0, 2.0, -3.0]).n_nonzero == 3


def test_rank_sums_as_r_on_rounded_changes() -> None:
    group = np.array([1, 1, 2, 2, 1, 2, 2, 1])
    got = mann_whitney(CHANGE[group == 1], CHANGE[group == 2])
    assert [got.u, got.p] == pytest.approx([9, 0.8686610629910667], rel=1e-12)


def test_percent_changes_that_are_equal_on_paper() -> None:
    base, later = np.array([40.4, 20.4, 41.2, 40.0]), np.array([10.1, 5.1, 10.3, 30.0])
    percent = 100 * (later - base) / base
    assert percent[0] != percent[1]
    got = mann_whitney(percent, [-75.0, -60.1, -20.0])
    assert [got.u, got.p] == pytest.approx([3.5, 0.4352793432181422], rel=1e-12)


def test_kruskal_on_rounded_changes() -> None:
    group = np.array([1, 2, 3, 1, 2, 3, 1, 2])
    parts = [CHANGE[group == k] for k in (1, 2, 3)]
    got = kruskal(parts)
    assert [got.h, got.p] == pytest.approx([2.625, 0.2691463487291839], rel=1e-12)


def test_friedman_on_rounded_changes() -> None:
    first = [9.3 - 20.4, 8.9 - 20.0, 9.0 - 20.1, 53.3 - 64.4, 10.1 - 21.2]
    second = [53.3 - 64.4, 9.3 - 20.4, 8.9 - 20.0, 9.0 - 20.1, 9.3 - 20.4]
    got = friedman(np.column_stack([first, second, [-10.0, -12.1, -14.0, -11.0, -9.0]]))
    assert [got.chi2, got.p] == pytest.approx([0.4, 0.8187307530779819], rel=1e-12)


def test_different_values_stay_different() -> None:
    """What three decimals tell apart is no tie: SALT to a thousandth, percent changes to a hundred-millionth."""
    got = mann_whitney([50.001, 70.0, 99.999], [50.002, 60.0, 100.0])
    assert got.method == "exact"
    assert mann_whitney([-75.00000001, -20.0], [-75.0, -30.0]).method == "exact"
