"""Many pairs are a triangle: every pair once, the better stratum first, filled where they differ."""

from __future__ import annotations

import pytest

from aadash import analyses
from aadash.charts import chart
from aadash.levels import Pair
from aadash.plan import AnalysisPlan
from tests.making import cohort_of

#: Eight strata of forty patients from SALT 80: in the k-th, 5 k patients fall to 0 at week 12 and the others stay, so
#: k of 8 have SALT75 and the mean percent change is −12.5 k.
NAMES = [f"centre {letter} in a long street of the capital" for letter in "hgfedcba"]
COHORT = cohort_of(
    [[80.0, 0.0] if i < 5 * k else [80.0, 80.0] for k in range(8) for i in range(40)],
    [0, 12],
    kind=[n for n in NAMES for _ in range(40)],
)
PLAN = AnalysisPlan(stratifier="kind", endpoint="SALT75")


@pytest.mark.parametrize("name", ["responders_between", "between_strata"])
def test_every_pair_is_there_once_the_better_stratum_first(name: str) -> None:
    """By hand: the best has 7 of 8 and falls by 87.5 %, and each next one is 12.5 points behind."""
    result = getattr(analyses, name)(COHORT, PLAN)
    drawn = chart(result, "intervals")
    cells, rows = drawn.data["cells"], drawn.data["rows"]
    n = 8 if name == "responders_between" else 7  # a mean of patients of whom none changes has no spread to compare it by
    assert list(rows["above"]) == NAMES[::-1][:n] and list(rows["number"]) == list("12345678")[:n]
    assert sorted(zip(cells["row"], cells["x"], strict=True)) == [(i, j + 0.5) for i in range(n) for j in range(i)]
    worse = -1 if name == "responders_between" else 1
    expected = [worse * 12.5 * (r - (x - 0.5)) for r, x in zip(cells["row"], cells["x"], strict=True)]
    assert list(cells["estimate"]) == pytest.approx(expected)


def test_what_is_filled_differs_after_adjustment_and_is_told_first() -> None:
    result = analyses.responders_between(COHORT, PLAN)
    drawn = chart(result, "intervals")
    t = result.rows(week=12, variable="SALT75")
    pairs = t[[isinstance(level, Pair) for level in t["group1_level"]]]
    sure = {frozenset((g.first, g.second)) for g, p in zip(pairs["group1_level"], pairs["p_holm"], strict=True) if p <= 0.05}
    cells = drawn.data["cells"]
    filled = {frozenset(pair.split(" vs ")) for pair, solid in zip(cells["pair"], cells["solid"], strict=True) if solid == 1}
    assert filled == sure and 0 < len(sure) < 28
    first = min(zip(cells["p"], cells["pair"], cells["told"], strict=True))
    assert f"the smallest p first: {first[1]} {first[2]}" in drawn.alt


def test_twenty_pairs_or_fewer_have_a_line_each() -> None:
    six = cohort_of(
        [[80.0, 0.0] if i < k else [80.0, 80.0] for k in range(6) for i in range(10)],
        [0, 12],
        kind=[n for n in NAMES[:6] for _ in range(10)],
    )
    assert len(chart(analyses.responders_between(six, PLAN), "intervals").data["lines"]) == 15
