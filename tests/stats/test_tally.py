"""A counted sample gives what the sample itself gives: a frequency weight is a repetition, by definition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from aadash.errors import NotComputable
from aadash.stats.descriptive import Tally, describe, quartiles
from aadash.stats.effect_size import hedges_g
from aadash.stats.k_sample import anova, games_howell, kruskal, welch_anova
from aadash.stats.normality import MOST_POINTS, qq_points, shapiro
from aadash.stats.paired import paired_t, wilcoxon_signed_rank
from aadash.stats.two_sample import levene, mann_whitney, student_t, welch_t

ONE: dict[str, Callable[[Any], Any]] = {
    "describe": describe,
    "type 6": lambda x: quartiles(x, "type6"),
    "shapiro": shapiro,
    "signed rank": wilcoxon_signed_rank,
    "signed rank, normal": lambda x: wilcoxon_signed_rank(x, "asymptotic"),
}
GROUPS: dict[str, Callable[[Any], Any]] = {
    "welch": lambda g: welch_t(*g[:2]),
    "student": lambda g: student_t(*g[:2]),
    "hedges": lambda g: hedges_g(*g[:2]),
    "mann-whitney": lambda g: mann_whitney(*g[:2]),
    "kruskal": kruskal,
    "anova": anova,
    "welch anova": welch_anova,
    "games-howell": games_howell,
    "levene": levene,
    "levene, means": lambda g: levene(g, "mean"),
}


def counted(x: np.ndarray) -> Any:
    """Values in disorder with their counts, a value that nobody has among them."""
    values, counts = np.unique(x, return_counts=True)
    order = np.random.default_rng(len(x)).permutation(len(values))
    return Tally(np.append(values[order], 999.0), np.append(counts[order], 0))


def numbers(answer: Any) -> Any:
    if isinstance(answer, list):
        return [v for one in answer for v in asdict(one).values()]
    return list(answer) if isinstance(answer, tuple) else list(asdict(answer).values())


def same(ask: Callable[[Any], Any], rows: Any, counts: Any) -> None:
    try:
        expected = numbers(ask(rows))
    except NotComputable as error:
        with pytest.raises(NotComputable, match=str(error)[:20]):
            ask(counts)
        return
    for mine, theirs in zip(numbers(ask(counts)), expected, strict=True):
        assert mine == theirs if isinstance(theirs, str) else mine == pytest.approx(theirs, rel=1e-12, abs=1e-12, nan_ok=True)


SAMPLES = [
    np.random.default_rng(seed).integers(-spread, spread + 1, n) / 10
    for seed, (n, spread) in enumerate([(1, 5), (2, 0), (7, 3), (30, 900), (49, 9000), (60, 12), (400, 40)])
]


@pytest.mark.parametrize("name", ONE)
@pytest.mark.parametrize("x", SAMPLES, ids=len)
def test_one_sample(name: str, x: np.ndarray) -> None:
    same(ONE[name], x, counted(x))


@pytest.mark.parametrize("name", GROUPS)
@pytest.mark.parametrize("first", range(len(SAMPLES) - 2))
def test_several_samples(name: str, first: int) -> None:
    groups = SAMPLES[first : first + 3]
    same(GROUPS[name], groups, [counted(g) for g in groups])


def test_pairs_with_counts() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 1000, 40) / 10, rng.integers(0, 1000, 40) / 10
    x[4], counts = np.nan, rng.integers(1, 9, 40)
    rows = paired_t(np.repeat(x, counts), np.repeat(y, counts))
    assert asdict(paired_t(x, y, counts=counts)) == pytest.approx(asdict(rows), rel=1e-12)


def test_the_points_of_many_are_some_of_theirs() -> None:
    x = np.round(np.random.default_rng(1).normal(0, 30, 50_000), 1)
    some, every = qq_points(counted(x)), qq_points(x)
    assert len(some.sample) == MOST_POINTS
    assert some.slope == pytest.approx(every.slope)
    at = np.searchsorted(every.theoretical, some.theoretical - 1e-12)
    np.testing.assert_allclose(every.sample[at], some.sample)
