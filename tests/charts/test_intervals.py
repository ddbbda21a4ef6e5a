"""Pairs of strata stand one below the other, sorted, with their numbers; visits stand side by side."""

from __future__ import annotations

import numpy as np
import pytest
import vl_convert

import aadash
from aadash import analyses
from aadash.charts import chart
from aadash.charts.chart import Chart
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


def heights_on_a_phone(drawn: Chart) -> list[float]:
    """Where the points stand, from the top, in a picture as wide as a telephone has."""
    frames = {name: frame.to_dict("records") for name, frame in drawn.data.items()}
    fit = {"autosize": {"type": "fit", "contains": "padding"}, "width": 358, "datasets": frames, "padding": 10}
    scene = vl_convert.vegalite_to_scenegraph({**drawn.spec, **fit})

    def marks(node: dict) -> list[dict]:
        return [node, *(m for one in node.get("items", []) for m in marks(one))]

    points = next(m for m in marks(scene["scenegraph"]) if m.get("marktype") == "symbol")["items"]
    return sorted(point["y"] for point in points)


@pytest.mark.parametrize("strata", [3, 5])
def test_pairs_of_few_strata_do_not_stand_in_each_other(strata: int) -> None:
    """The axis took the room of three pairs: on a telephone a line's words stood on the line above."""
    few = COHORT if strata == 5 else COHORT.subset(COHORT.patients["aa_subtype"].isin(["patchy", "totalis", "universalis"]).to_numpy())
    drawn = chart(analyses.between_strata(few, AnalysisPlan(stratifier="subtype")), "intervals")
    heights = heights_on_a_phone(drawn)
    assert len(heights) == strata * (strata - 1) // 2 and np.diff(heights).min() >= 30  # words 16 pixels above the line, and a point


@pytest.mark.parametrize("stratifier", ["none", "severity", "subtype"])
def test_numbers_of_events_do_not_stand_in_each_other(stratifier: str) -> None:
    """The axis and what is left between events took the room of the strata: of twelve, each number stood in the next."""
    drawn = chart(analyses.adverse_events(COHORT, AnalysisPlan(stratifier=stratifier)), "terms")
    assert np.diff(heights_on_a_phone(drawn)).min() >= 13  # a line of 12 pixels, and one between two
