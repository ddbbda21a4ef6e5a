"""Pairs of strata stand one below the other, sorted, with their numbers; visits stand side by side."""

from __future__ import annotations

import numpy as np
import pytest

import aadash
from aadash import analyses
from aadash.charts import chart
from aadash.formatting import p_value
from aadash.levels import Pair
from aadash.plan import AnalysisPlan

COHORT = aadash.read_cohort("sample_data/korea_2025_missing.csv")


@pytest.mark.parametrize(
    ("name", "estimate", "p", "scale"),
    [("between_strata", "difference", "p", 1), ("responders_between", "risk_difference", "p_holm", 100)],
)
def test_pairs_are_a_sorted_forest_with_their_numbers(name: str, estimate: str, p: str, scale: float) -> None:
    result = getattr(analyses, name)(COHORT, AnalysisPlan(stratifier="subtype"))
    lines = chart(result, "intervals").data["lines"]
    t = result.rows(week=result.week)
    t = t[[isinstance(level, Pair) for level in t["group1_level"]]]
    t = (
        t[t["variable"] == ("percent_change" if name == "between_strata" else "SALT75")]
        .sort_values(p, kind="stable")
        .sort_values(estimate, kind="stable")
    )
    assert len(lines) == len(t) == 10 and lines["y"].tolist() == list(range(10))
    np.testing.assert_allclose(lines["estimate"], scale * t[estimate])
    for drawn, r in zip(lines.itertuples(), t.to_dict("records"), strict=True):
        assert drawn.name == f"{r['group1_level'].first} vs {r['group1_level'].second}"
        assert (drawn.fill == "#0072B2") == (r[p] <= 0.05), "filled where the adjusted p is small"
        assert p_value(r[p], prefix=True) in drawn.told


def test_visits_stand_side_by_side() -> None:
    two = chart(analyses.between_strata(COHORT, AnalysisPlan()), "intervals")
    assert [layer["encoding"]["x"]["field"] for layer in two.spec["layer"][1:]] == ["category", "category"]


def test_which_side_of_no_difference_is_whose_is_said() -> None:
    drawn = chart(analyses.responders_between(COHORT, AnalysisPlan()), "intervals")
    assert "Dashed: no difference. Above it SALT75 is more frequent in Group A, below it in Group B." in drawn.caption
    assert drawn.data["points"]["estimate"].iloc[-1] < 0, "46/83 of A, 27/34 of B"
