"""An altered summary is refused, and a small cell is not shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from aadash import read_cohort
from aadash.errors import SummaryError
from aadash.plan import AnalysisPlan
from aadash.summaries import answer, from_json, pooled, summarise, to_json
from aadash.summaries.protect import with_complement

COHORT = read_cohort("sample_data/korea_2025_missing.csv", accept_missing=True)


@cache
def plain() -> str:
    """A summary that nobody altered."""
    return to_json(summarise(COHORT, AnalysisPlan(), minimum=1, centre="Here"))


def _set(path: str, value: Any) -> Callable[[dict], None]:
    def change(data: dict) -> None:
        *way, last = path.split(".")
        for step in way:
            data = data[int(step)] if isinstance(data, list) else data[step]
        data[int(last) if isinstance(data, list) else last] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_set("format", "other"), "not a summary"),
        (_set("version", 2), "version"),
        (_set("n", 116), "117 patients, the cohort 116"),
        (_set("n", -1), "patients"),
        (_set("n", 10.5), "damaged"),
        (_set("weeks.1", -3), "the weeks"),
        (_set("splits.0.levels.0.n", 10**12), "patients"),
        (_set("splits.0.levels.0.pairs.observed.8.0.2", -5), "do not add up"),
        (_set("splits.0.levels.0.pairs.observed.8.0.1", 5000), "outside the scale"),
        (_set("splits.0.levels.0.scores.0.n", 999), "patients"),
        (_set("splits.0.levels.0.scores.0.sums.0", -10.0), "no set of patients|cannot have"),
        (_set("splits.0.levels.0.scores.0.sums.0", 10.25), "no whole numbers"),
        (_set("splits.0.levels.0.scores.0.products.0", 0.0), "no set of patients"),
        (_set("splits.0.levels.0.scores.0.products", []), "has not its sums"),
        (_set("splits.0.levels.0.scores.0.pattern", "11"), "missing pattern"),
        (_set("splits.0.levels.0.courses.SALT75.0.0", "nonsense"), "course"),
        (_set("measure.grid", 0), "the scale"),
        (_set("splits", []), "whole cohort"),
    ],
)
def test_an_altered_file_is_refused(change: Callable[[dict], None], said: str) -> None:
    data = json.loads(plain())
    change(data)
    with pytest.raises(SummaryError, match=said) as raised:
        from_json(json.dumps(data), "there.json")
    assert raised.value.file == "there.json"


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"format": "aadash summary", "version": 1}', "[" * 100_000])
def test_what_is_no_summary_is_refused(text: str) -> None:
    with pytest.raises(SummaryError):
        from_json(text)


def test_the_plain_file_is_accepted() -> None:
    assert to_json(from_json(plain())) == plain()


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ([50, 40], []),
        ([50, 3], [0, 1]),
        ([50, 20, 3], [1, 2]),
        ([3, 4, 50], [0, 1]),
        ([3], [0]),
        ([0, 9], []),
        ([5, 5], []),
        ([2, 2, 9, 50], [0, 1, 2]),
    ],
)
def test_a_small_cell_takes_its_complement_along(sizes: list[int], hidden: list[int]) -> None:
    """By hand: with five as the smallest cell, 50 and 3 of 53 must both go, as 53 − 50 = 3."""
    assert with_complement(sizes, 5) == hidden


def test_nothing_small_is_left_in_a_protected_summary() -> None:
    summary = summarise(COHORT, AnalysisPlan(), minimum=5)
    assert summary.suppressed, "what was taken out is said"
    for split in summary.splits:
        for level in split.levels:
            assert not level.pairs
            for block in [*level.scores, *level.percent]:
                assert block.n >= 5
            for counts in [*level.facts.values(), *level.courses.values()]:
                assert all(n >= 5 for _, n in counts)
    from_json(to_json(summary))
    with pytest.raises(SummaryError.__mro__[1], match="suppressed"):
        answer(summary, "rank_differences", AnalysisPlan())


@pytest.mark.parametrize("minimum", [3, 5, 10])
def test_no_small_cell_comes_back_by_subtraction(minimum: int) -> None:
    """The whole cohort's cells less those of the levels that are given: nothing, or at least the smallest cell."""
    whole_file, safe = from_json(plain()), summarise(COHORT, AnalysisPlan(), minimum=minimum)
    looked = 0
    for split in safe.splits[1:]:
        whole, levels = safe.splits[0].levels[0], split.levels
        cells: list[tuple[dict, list[dict]]] = [
            ({b.pattern: b.n for b in whole.scores}, [{b.pattern: b.n for b in level.scores} for level in levels])
        ]
        for kind in ("facts", "courses"):
            for name, counts in getattr(whole, kind).items():
                cells.append((dict(counts), [dict(getattr(level, kind).get(name, ())) for level in levels]))
        for total, given in cells:
            for cell, n in total.items():
                left = n - sum(one.get(cell, 0) for one in given)
                assert left == 0 or left >= minimum, (split.name, cell)
                looked += 1
        for level, full in zip(levels, whole_file.split(split.name).levels, strict=True):
            hidden = full.n - sum(b.n for b in level.scores)
            assert hidden == 0 or hidden >= minimum or not level.scores
    assert looked > 50


def test_hospitals_that_do_not_fit_are_refused() -> None:
    one = from_json(plain())
    other = summarise(COHORT, AnalysisPlan(severity_cut=30), minimum=1, centre="There")
    with pytest.raises(SummaryError, match="name of its own"):
        pooled([one, one])
    with pytest.raises(SummaryError, match="cuts"):
        pooled([one, other])
