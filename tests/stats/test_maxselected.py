"""The p-value of a searched cut: R maxstat, every arrangement counted, and behaviour under no relation."""

import numpy as np
import pytest

from aadash.errors import NotComputable
from aadash.stats.maxselected import _miller_siegmund, cut_candidates, maximally_selected
from tests.stats.predictors_answers import R, data

ENDOMETRIAL = data("endometrial")


def test_cut_and_statistics_as_maxstat() -> None:
    expected = R["maxstat"]["binary"]
    found = maximally_selected(ENDOMETRIAL["PI"], ENDOMETRIAL["HG"])
    assert (found.cut, found.method) == (expected["cut"], "exact")
    assert found.cuts.tolist() == expected["cuts"]
    assert np.abs(found.statistics) == pytest.approx(np.abs(expected["stats"]), abs=1e-9)
    assert abs(found.statistic) == pytest.approx(expected["statistic"], abs=1e-9)


def test_approximation_as_maxstat_lau92() -> None:
    expected = R["maxstat"]["binary"]
    assert _miller_siegmund(expected["statistic"], 0.1, 0.9) == pytest.approx(expected["lau92"], abs=1e-9)


def test_permutation_as_maxstat_with_a_million() -> None:
    expected = R["maxstat"]["numeric"]
    found = maximally_selected(ENDOMETRIAL["PI"], ENDOMETRIAL["EH"], permutations=100_000)
    assert (found.cut, found.method) == (expected["cut"], "permutation")
    assert abs(found.statistic) == pytest.approx(expected["statistic"], abs=1e-9)
    assert found.p == pytest.approx(expected["p"], abs=4 * (0.178 * 0.822 / 100_000) ** 0.5)


def test_exact_p_is_the_share_of_all_924_arrangements() -> None:
    expected = R["maxstat"]["exact"]
    found = maximally_selected(expected["x"], expected["y"])
    assert found.p == pytest.approx(expected["p"], abs=1e-12)
    assert found.p_naive < found.p


def test_exact_and_permutation_agree() -> None:
    x, y = ENDOMETRIAL["PI"].to_numpy(float), ENDOMETRIAL["HG"].to_numpy(float)
    exact = maximally_selected(x, y)
    shuffled = maximally_selected(x, 3 * y + 1, permutations=100_000)  # the same order, no longer 0 and 1
    assert shuffled.method == "permutation"
    assert shuffled.p == pytest.approx(exact.p, abs=4 * (0.1 * 0.9 / 100_000) ** 0.5)


def test_the_honest_p_keeps_its_promise_where_the_naive_one_does_not() -> None:
    rng = np.random.default_rng(5)
    found = [maximally_selected(rng.normal(size=40), rng.permutation(np.repeat([0.0, 1.0], 20))) for _ in range(400)]
    honest = np.mean([f.p <= 0.05 for f in found])
    naive = np.mean([f.p_naive <= 0.05 for f in found])
    assert honest <= 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5
    assert naive > 0.2


def test_candidates_leave_a_tenth_on_either_side() -> None:
    assert cut_candidates(np.arange(20.0)).tolist() == list(np.arange(1.0, 18.0))
    assert cut_candidates([1, 1, 1, 1, 1, 1, 1, 1, 1, 2]).tolist() == [1]
    assert cut_candidates([np.nan]).size == 0


def test_large_samples_take_the_approximation() -> None:
    rng = np.random.default_rng(1)
    found = maximally_selected(rng.normal(size=3000), rng.integers(0, 2, 3000))
    assert found.method == "asymptotic" and 0.001 < found.p <= 1


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ([1, 2, 3], [0, 1, 0], "at least four patients"),
        ([1, 2, 3, 4], [1, 1, 1, 1], "the same outcome"),
        ([2, 2, 2, 2], [0, 1, 0, 1], "No cut leaves"),
    ],
)
def test_what_cannot_be_searched(x: list, y: list, words: str) -> None:
    with pytest.raises(NotComputable, match=words):
        maximally_selected(x, y)
