"""Paired t and signed ranks: Student's sleep data, R's exact and asymptotic p, all sign patterns by hand."""

from itertools import product

import numpy as np
import pytest

from aadash.errors import NotComputable
from aadash.stats.paired import paired_t, wilcoxon_signed_rank
from tests.stats.expected import R

# Student 1908, doi:10.1093/biomet/6.1.1: hours of sleep gained by ten patients with two drugs.
DRUG_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
DRUG_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_students_sleep() -> None:
    # R's documented output of t.test(extra ~ group, data = sleep, paired = TRUE)
    r = paired_t(DRUG_1, DRUG_2)
    assert (r.n, r.df) == (10, 9)
    assert r.t == pytest.approx(-4.0621, abs=5e-5)
    assert r.p == pytest.approx(0.002833, abs=5e-7)
    assert (r.ci_low, r.ci_high) == pytest.approx((-2.4598858, -0.7001142), abs=5e-8)
    assert r.mean == pytest.approx(-1.58)
    assert r.dz == pytest.approx(r.t / 10**0.5)


def test_a_gap_on_either_side_removes_the_pair() -> None:
    r = paired_t([1, 2, 3, np.nan, 9], [0, np.nan, 1, 5, 2])
    assert r.n == 3 and r.mean == pytest.approx((1 + 2 + 7) / 3)


def test_constant_differences_have_no_test() -> None:
    r = paired_t([1.1, 2.2, 3.3], [0.1, 1.2, 2.3])  # 1.0 up to rounding, as R's "essentially constant"
    assert r.mean == pytest.approx(1)
    assert np.isnan([r.t, r.p, r.ci_low, r.ci_high, r.dz]).all()


def test_fewer_than_two_pairs() -> None:
    with pytest.raises(NotComputable, match="at least two patients"):
        paired_t([1.0, np.nan], [2.0, 3.0])


@pytest.mark.parametrize(
    ("sample", "kind", "options"),
    [
        ("d", "auto", {}),
        ("d", "asymptotic", {"method": "asymptotic"}),
        ("d", "plain", {"method": "asymptotic", "correct": False}),
        ("ties", "ties_auto", {}),
        ("ties", "ties_plain", {"correct": False}),
    ],
)
def test_signed_rank_as_r(sample: str, kind: str, options: dict) -> None:
    got = wilcoxon_signed_rank(R[sample], **options)
    assert [got.v_plus, got.p] == pytest.approx(R["wilcoxon"][kind], rel=1e-12)


def test_the_method_used_is_said() -> None:
    assert wilcoxon_signed_rank(R["d"]).method == "exact"
    assert wilcoxon_signed_rank(R["ties"], method="exact").method == "asymptotic with continuity correction"
    assert wilcoxon_signed_rank(R["d"], method="asymptotic", correct=False).method == "asymptotic"
    assert wilcoxon_signed_rank(np.arange(1.0, 51)).method.startswith("asymptotic")


def test_exact_p_counts_all_sign_patterns() -> None:
    d = np.array([1.0, -2.0, 3.5, 4.0, -0.5, 6.0])
    ranks = np.array([2, 3, 4, 5, 1, 6])
    totals = [sum(r for r, s in zip(ranks, signs, strict=True) if s) for signs in product([0, 1], repeat=6)]
    v = ranks[d > 0].sum()
    as_far = np.mean([t >= v for t in totals])
    assert wilcoxon_signed_rank(d).p == pytest.approx(2 * as_far)


def test_zeros_are_dropped_and_counted() -> None:
    got = wilcoxon_signed_rank([0, 0, 1, 2, -3])
    assert (got.n, got.n_nonzero, got.v_plus, got.rank_biserial) == (5, 3, 3, 0)
    with pytest.raises(NotComputable, match="none did"):
        wilcoxon_signed_rank([0.0, 0.0, np.nan])
