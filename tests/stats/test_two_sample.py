"""Two groups: Student's sleep data, exact and asymptotic ranks, all orderings by hand."""

from itertools import combinations

import numpy as np
import pytest

from aadash.errors import NotComputable
from aadash.stats.two_sample import bartlett, levene, mann_whitney, student_t, welch_t
from tests.stats.expected import R
from tests.stats.test_paired import DRUG_1, DRUG_2


def test_students_sleep_unpaired() -> None:
    # R's documented output of t.test(extra ~ group, data = sleep)
    w = welch_t(DRUG_1, DRUG_2)
    assert w.t == pytest.approx(-1.8608, abs=5e-5)
    assert w.df == pytest.approx(17.776, abs=5e-4)
    assert w.p == pytest.approx(0.07939, abs=5e-6)
    assert (w.ci_low, w.ci_high) == pytest.approx((-3.3654832, 0.2054832), abs=5e-8)
    s = student_t(DRUG_1, DRUG_2)
    assert s.df == 18 and s.t == pytest.approx(w.t, rel=1e-12)  # equal n: the same t


@pytest.mark.parametrize(
    ("kind", "options"),
    [("auto", {}), ("asymptotic", {"method": "asymptotic"}), ("plain", {"method": "asymptotic", "correct": False})],
)
def test_mann_whitney_as_r(kind: str, options: dict) -> None:
    got = mann_whitney(R["x"], R["y"], **options)
    assert [got.u, got.p] == pytest.approx(R["mann_whitney"][kind], rel=1e-12)


def test_mann_whitney_with_ties_as_r() -> None:
    got = mann_whitney(R["ties"], [*R["ties"][1:], 50])
    assert [got.u, got.p] == pytest.approx(R["mann_whitney"]["ties"], rel=1e-12)
    assert got.method == "asymptotic with continuity correction"


def test_mann_whitney_exact_up_to_49_a_group_as_r() -> None:
    x = np.arange(1, 50) + 0.5
    got = mann_whitney(x, x + 9.25)
    assert got.method == "exact"
    assert [got.u, got.p] == pytest.approx(R["mann_whitney_49"], rel=1e-11)


def test_mann_whitney_exact_counts_all_orderings() -> None:
    x, y = [1.0, 4.0, 6.0], [2.0, 3.0, 5.0, 7.0]
    us = [sum(r) - 6 for r in combinations(range(1, 8), 3)]
    u = 0 + 2 + 3
    assert mann_whitney(x, y).u == u
    assert mann_whitney(x, y).p == pytest.approx(min(1, 2 * min(np.mean([v <= u for v in us]), np.mean([v >= u for v in us]))))


def test_rank_biserial_is_the_surplus_of_pairs() -> None:
    x, y = [3.0, 5.0, 5.0], [1.0, 5.0]
    surplus = np.mean([np.sign(a - b) for a in x for b in y])
    assert mann_whitney(x, y).rank_biserial == pytest.approx(surplus)


def test_levene_and_bartlett_of_two_groups_are_symmetric_tests() -> None:
    a, b = levene([R["x"], R["y"]]), levene([R["y"], R["x"]])
    assert a.p == pytest.approx(b.p) and a.df2 == 21
    assert bartlett([R["x"], R["y"]]).k2 == pytest.approx(bartlett([R["y"], R["x"]]).k2)
    assert levene([R["x"], R["y"]], "mean").f != a.f


def test_no_spread() -> None:
    w = welch_t([2.0, 2.0], [3.0, 3.0])
    assert w.difference == -1 and np.isnan([w.t, w.p, w.ci_low]).all()
    assert np.isnan(levene([[2.0, 2.0], [3.0, 3.0]]).f)
    assert bartlett([[2.0, 2.0], [3.0, 4.0]]).p == 0
    assert np.isnan(bartlett([[2.0, 2.0], [3.0, 3.0]]).k2)
    with pytest.raises(NotComputable, match="same value"):
        mann_whitney([1.0, 1.0], [1.0])


@pytest.mark.parametrize("test", [welch_t, student_t])
def test_a_group_of_one(test) -> None:
    with pytest.raises(NotComputable, match="found 1 and 3"):
        test([1.0], [1.0, 2.0, 3.0])


def test_empty_groups() -> None:
    with pytest.raises(NotComputable, match="found 0 and 1"):
        mann_whitney([np.nan], [1.0])
    with pytest.raises(NotComputable, match="two groups"):
        levene([[1.0, 2.0], []])
    with pytest.raises(NotComputable, match="only one"):
        bartlett([[1.0, 2.0], [1.0]])
