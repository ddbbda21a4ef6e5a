"""Tables of counts: Fisher's tea, Berkeley admissions, R's examples, brute force."""

import math
from itertools import product
from math import comb

import numpy as np
import pytest
from scipy.stats import hypergeom

from aadash.errors import NotComputable
from aadash.stats import tables as tb
from tests.stats.expected import R


def test_the_lady_tasting_tea() -> None:
    # Fisher 1935: 3 of 4 cups right. Tables: 1, 16, 36, 16, 1 of 70.
    assert tb.fisher_exact(3, 4, 1, 4) == pytest.approx(34 / 70)
    assert tb.fisher_exact(4, 4, 0, 4) == pytest.approx(2 / 70)


def _brute(table: list[list[int]]) -> float:
    rows, total = [sum(r) for r in table], sum(r[0] for r in table)
    ways = {k: math.prod(map(comb, rows, k)) for k in product(*(range(n + 1) for n in rows)) if sum(k) == total}
    seen = ways[tuple(r[0] for r in table)]
    return sum(w for w in ways.values() if w <= seen) / sum(ways.values())


@pytest.mark.parametrize("table", [[[3, 2], [0, 4]], [[1, 4], [5, 0], [2, 3]], [[0, 3], [2, 2], [4, 1], [1, 1]]])
def test_exact_p_by_brute_force(table: list[list[int]]) -> None:
    assert tb.fisher_exact_table(table) == pytest.approx(_brute(table), rel=1e-11)


def test_r_by_2_as_r() -> None:
    assert tb.fisher_exact_table(R["table"]) == pytest.approx(R["fisher_table"], rel=1e-9)
    c = tb.chi_squared(R["table"])
    assert [c.chi2, c.df, c.p, c.min_expected] == pytest.approx(R["chisq_table"], rel=1e-12)


def test_r_by_2_of_two_rows_is_fisher() -> None:
    for k1, n1, k2, n2 in [(17, 77, 6, 34), (0, 20, 5, 20), (30, 400, 3, 500)]:
        assert tb.fisher_exact_table([[k1, n1 - k1], [k2, n2 - k2]]) == pytest.approx(tb.fisher_exact(k1, n1, k2, n2), rel=1e-9)
    assert tb.fisher_exact_table([[3, 2], [0, 0], [0, 4]]) == tb.fisher_exact_table([[3, 2], [0, 4]])


def test_a_huge_table_is_refused_in_words() -> None:
    with pytest.raises(NotComputable, match="too many tables"):
        tb.fisher_exact_table([[5000, 5000]] * 4)


def test_nobody_responded() -> None:
    assert tb.fisher_exact(0, 5, 0, 7) == 1
    with pytest.raises(NotComputable, match="nobody or everybody"):
        tb.chi_squared([[0, 5], [0, 7]])
    with pytest.raises(NotComputable, match="found 0 and 7"):
        tb.fisher_exact(0, 0, 3, 7)


def test_berkeley() -> None:
    for correct, kind in ((True, "corrected"), (False, "plain")):
        r = tb.cmh(R["ucb"], correct=correct)
        assert [r.chi2, r.p, r.odds_ratio, r.ci_low, r.ci_high] == pytest.approx(R["cmh"][kind], rel=1e-12)
    assert tb.cmh(R["ucb"]).n_strata == 6


def test_one_stratum_of_cmh_is_nearly_pearson() -> None:
    t = [[17, 60], [6, 28]]
    n = 111
    assert tb.cmh([t], correct=False).chi2 == pytest.approx(tb.chi_squared(t).chi2 * (n - 1) / n)
    assert tb.cmh([t]).odds_ratio == pytest.approx(17 * 28 / (60 * 6))


def test_a_stratum_without_information_changes_nothing() -> None:
    assert tb.cmh([*R["ucb"], [[0, 9], [0, 4]], [[0, 0], [3, 3]]]) == tb.cmh(R["ucb"])
    with pytest.raises(NotComputable, match="both groups"):
        tb.cmh([[[0, 9], [0, 4]]])


def test_trend_as_r() -> None:
    smokers, patients = [83, 90, 129, 70], [86, 93, 136, 82]
    for got, kind in (
        (tb.cochran_armitage(smokers, patients), "default"),
        (tb.cochran_armitage(smokers, patients, [0, 0, 0, 1]), "scores"),
    ):
        assert [got.chi2, got.p] == pytest.approx(R["trend"][kind], rel=1e-12)
        assert got.z < 0
    assert tb.cochran_armitage([*smokers, 0], [*patients, 0]) == tb.cochran_armitage(smokers, patients)
    with pytest.raises(NotComputable, match="trend"):
        tb.cochran_armitage([3, 4], [3, 4])


@pytest.mark.parametrize(("kind", "b", "c"), [("unlike", 15, 4), ("same", 6, 6), ("far", 80, 1)])
def test_mcnemar_as_r(kind: str, b: int, c: int) -> None:
    r = tb.mcnemar(b, c)
    assert [r.chi2, r.p_corrected, r.p_exact] == pytest.approx(R["mcnemar"][kind], rel=1e-12)
    assert tb.mcnemar(c, b) == r


def test_mcnemar_when_nobody_changed() -> None:
    r = tb.mcnemar(0, 0)
    assert r.p_exact == 1 and math.isnan(r.chi2)


def test_shapes_are_checked() -> None:
    for call in (
        lambda: tb.fisher_exact_table([[1, 2, 3]]),
        lambda: tb.fisher_exact_table([[1.5, 2], [1, 2]]),
        lambda: tb.chi_squared([[1, 2, 3], [4, 5, 6]], yates=True),
        lambda: tb.chi_squared([[1, -2], [4, 5]]),
        lambda: tb.cmh([[1, 2], [3, 4]]),
        lambda: tb.mcnemar(-1, 2),
        lambda: tb.fisher_exact(3, 2, 1, 4),
    ):
        with pytest.raises(ValueError):
            call()


@pytest.mark.parametrize(
    ("k1", "n1", "k2", "n2"), [(90_000, 400_000, 90_600, 400_000), (3, 900_000, 4, 100_000), (70_500, 90_000, 469_000, 600_000)]
)
def test_what_is_left_out_of_millions_of_tables_is_nothing(k1: int, n1: int, k2: int, n2: int) -> None:
    """SciPy's hypergeometric probabilities of every table with these margins."""
    x = np.arange(max(0, k1 + k2 - n2), min(n1, k1 + k2) + 1)
    logs = hypergeom.logpmf(x, n1 + n2, n1, k1 + k2)
    p = np.exp(logs[logs <= logs[k1 - x[0]] + 1e-7]).sum()
    assert 0.001 < p < 1
    assert tb.fisher_exact(k1, n1, k2, n2) == pytest.approx(p, rel=1e-6)


def test_tables_beyond_what_a_double_can_tell_from_nothing() -> None:
    assert tb.fisher_exact(1_200_000, 5_000_000, 1_400_000, 5_000_000) == 0
