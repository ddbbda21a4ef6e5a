"""Pictures that explain: their words are whole, on a telephone too, and no line crosses them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import vl_convert

from aadash import analyses
from aadash.app.session.samples import load_sample
from aadash.charts import chart, names
from aadash.charts.poll import poll
from aadash.plan import AnalysisPlan

KOREA = load_sample("korea_2025_missing").cohort


@pytest.mark.parametrize(
    ("values", "sides"),
    [
        ([0, 70, 70, 100], ["right", "left"]),  # mean 60, median 70: the mean's words would end across the median's line
        ([0, 0, 0, 60], ["left", "left"]),  # mean 15, median 0: no room on the left
        ([96, 100, 100, 100], ["right", "right"]),  # no room on the right
    ],
)
def test_words_of_mean_and_median_stand_clear_of_each_other(values: list[float], sides: list[str]) -> None:
    """“Mean 65.2” stood across the line of the median at 68.6."""
    result = analyses.salt_over_time(KOREA, AnalysisPlan())
    courses = dataclasses.replace(
        result.details, values=np.repeat(np.array([values], dtype=float).T, len(result.details.weeks), axis=1)
    )
    marks = chart(dataclasses.replace(result, details=courses), "distribution").data["marks"]
    assert [*marks["side"]] == sides


@pytest.mark.parametrize("width", [300, 1200])
def test_names_of_quarters_have_room_beside_their_lines(width: int) -> None:
    """On a telephone “Most severe qua” stood there."""
    drawn = chart(analyses.regression_to_the_mean(KOREA, AnalysisPlan()), "quarters")
    frames = {name: frame.to_dict("records") for name, frame in drawn.data.items()}
    scene = vl_convert.vegalite_to_scenegraph({**drawn.spec, "datasets": frames, "width": width})

    def marks(node: dict) -> list[dict]:
        return [node, *(m for one in node.get("items", []) for m in marks(one))]

    words = [m for m in marks(scene["scenegraph"]) if m.get("marktype") == "text" and m.get("role") == "mark"]
    items = [item for m in words for item in m["items"]]
    assert len(items) == 4 and all(item["x"] + 6.5 * len(item["text"]) <= width for item in items)


def test_numbers_of_rules_stand_where_they_have_room() -> None:
    """On a telephone “68.7 (58.1 to 7” stood there."""
    result = analyses.missing_rule_comparison(KOREA, AnalysisPlan())
    rows = chart(result, "rules").data["rows"].set_index("row")
    assert rows.loc["Observed", "side"] == "right" and set(rows["side"]) <= {"left", "right"}


@pytest.mark.parametrize("kind", ["rules", "tests", "quarters"])
def test_words_beside_rows_have_the_size_of_the_others(kind: str) -> None:
    """On a wall, where words are of 18 px, those beside rows were of 13."""
    name = {"rules": "missing_rule_comparison", "tests": "visits_as_patients", "quarters": "regression_to_the_mean"}[kind]
    assert "labelFontSize" not in str(chart(getattr(analyses, name)(KOREA, AnalysisPlan()), kind).spec)


def test_a_poll_speaks_of_green_only_where_a_bar_is() -> None:
    asked = ("paired", "Welch")
    assert poll(["paired", "Welch"], asked, 0, 0, "", "paired").caption == "Green: the answer."
    assert poll(["Welch", "Welch"], asked, 0, 0, "", "paired").caption == "Nobody gave the answer."
    assert poll(["Welch"], asked, 0, 0, "", None).caption == ""
    assert poll([3.0], (), 0, 10, "", 9.0).caption == "Nobody gave the answer."


def test_on_a_phone_long_answers_leave_room_for_their_bars() -> None:
    """Names of fifty letters left the bars 30 pixels of 360, and the title under them was cut off."""
    asked = ("Group A (above 50), both in points and in percent", "Neither")
    drawn = poll([asked[0]], asked, 0, 0, "", None)
    shown = drawn.data["bars"]["answer"]
    assert max(len(line) for name in shown for line in name.split("\n")) <= 26
    assert [names.unwrapped(name) for name in shown] == list(asked)
