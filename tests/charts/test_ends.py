"""Names at the ends of curves: whole in the room that they take, and where there is none numbers, which are told."""

from __future__ import annotations

import html
import re
from itertools import pairwise
from typing import Any

import pytest

from aadash import analyses
from aadash.charts import Chart, chart
from aadash.charts.chart import spread
from aadash.charts.ends import frame, key
from aadash.charts.theme import dressed
from aadash.plan import AnalysisPlan
from aadash.report.figure import FigureStyle, _converter, draw
from tests.making import cohort_of

LONG = [f"{where} hospital, department of dermatology" for where in ("Northern", "Southern", "Western")]


def picture(names: list[str]) -> Chart:
    """The mean curves of three strata with these names, which end at 10, 30 and 20."""
    rows = [[80.0, 10.0], [80.0, 30.0], [80.0, 20.0]]
    cohort = cohort_of([row for row in rows for _ in range(3)], [0, 12], site=[name for name in names for _ in range(3)])
    return chart(analyses.salt_over_time(cohort, AnalysisPlan(stratifier="site")), "means")


def written(drawn: Chart, width: int) -> list[str]:
    """What stands in the picture at this width."""
    spec: dict[str, Any] = {**drawn.vega_lite(), "width": width, "autosize": {"type": "fit", "contains": "padding"}}
    return [
        html.unescape(t) for t in re.findall(r"<text[^>]*>([^<]*)</text>", _converter().vegalite_to_svg(spec, allowed_base_urls=[]))
    ]


@pytest.mark.parametrize("width", [340, 640, 1000])
def test_short_names_are_never_cut(width: int) -> None:
    shown = written(picture(["ophiasis", "universalis", "diffuse"]), width)
    assert {"ophiasis", "universalis", "diffuse"} <= {text.split(" ")[0] for text in shown} and not any("…" in text for text in shown)


def test_long_names_are_numbers_on_a_phone_and_whole_in_the_key() -> None:
    drawn = picture(LONG)
    assert [name for name, _ in drawn.key] == [LONG[1], LONG[2], LONG[0]], "from the top: 30, 20, 10"
    colours = dict(zip(drawn.data["labels"]["text"], drawn.data["labels"]["colour"], strict=True))
    assert [colour for _, colour in drawn.key] == [colours[t] for t in sorted(colours, key=lambda t: ["S", "W", "N"].index(t[0]))]
    narrow, wide = written(drawn, 340), written(drawn, 900)
    assert {"1", "2", "3"} <= set(narrow) and not {"1", "2", "3"} <= set(wide)
    assert not any(text.startswith("Northern") for text in narrow) and any(text.startswith("Northern") for text in wide)


def test_a_printed_column_says_whose_the_numbers_are() -> None:
    drawn = picture(LONG)
    assert f"1 {LONG[1]}" in draw(drawn, style=FigureStyle(column="single")).svg
    assert f"1 {LONG[1]}" not in draw(drawn, style=FigureStyle(column="double")).svg


def test_short_names_have_no_key() -> None:
    assert key(frame(12, [3.0, 2.0], ["male", "female"], ["#000000", "#111111"], (0, 100)), ["male", "female"]) == ()


def test_lines_of_single_patients_are_denser_on_a_dark_ground() -> None:
    cohort = cohort_of([[80.0, 10.0], [70.0, 30.0]], [0, 12])
    spec = chart(analyses.salt_over_time(cohort, AnalysisPlan()), "spaghetti").spec
    faint = {theme: {p["name"]: p.get("value") for p in dressed(spec, theme)["params"]}["faint"] for theme in ("light", "dark")}
    assert faint == {"light": 0.3, "dark": 0.5}


def test_a_curve_ends_in_its_value_where_there_is_room() -> None:
    drawn = picture(["ophiasis", "universalis", "diffuse"])
    assert {"ophiasis 10.0", "universalis 30.0", "diffuse 20.0"} <= set(written(drawn, 900))
    assert {"ophiasis", "universalis", "diffuse"} <= set(written(drawn, 340))


NEVER = [80.0, 78.0, 76.0]


@pytest.mark.parametrize(
    ("analysis", "kind", "early"),
    [("time_to_response", "steps", [80.0, 0.0, 0.0]), ("salt_over_time", "means", [80.0, 40.0, float("nan")])],
)
def test_a_leader_begins_where_its_curve_ends(analysis: str, kind: str, early: list[float]) -> None:
    """All of one stratum respond at week 12, or nobody of it is seen after it: the curve ends there, and so does what leads to it."""
    cohort = cohort_of([early] * 3 + [NEVER] * 3, [0, 12, 24], site=["early"] * 3 + ["late"] * 3)
    drawn = chart(getattr(analyses, analysis)(cohort, AnalysisPlan(stratifier="site")), kind)
    assert dict(zip(drawn.data["labels"]["text"], drawn.data["labels"]["ended"], strict=True)) == {"early": 12, "late": 24}
    assert "early" in {text.split(" ")[0] for text in written(drawn, 900)}


def test_labels_of_a_crowd_go_to_both_sides_of_it() -> None:
    """All went upwards, so that the names of twelve curves that end between 25 and 40 stood at 25 to 85."""
    assert spread([50.0, 50.0, 50.0], 10, 0, 100) == [40.0, 50.0, 60.0]
    assert spread([20.0, 80.0], 10, 0, 100) == [20.0, 80.0], "nothing is moved that need not be"
    assert spread([0.0, 1.0, 99.0], 10, 0, 100) == [0.0, 10.0, 99.0] and spread([99.0, 100.0], 10, 0, 100) == [90.0, 100.0]
    ends = [38.3, 36.5, 33.1, 31.5, 29.5, 28.7, 28.6, 27.1, 27.0, 26.0, 25.7, 25.4]
    at = spread(ends, 5.0, 2.0, 98.0)
    assert at == sorted(at, reverse=True) and min(a - b for a, b in pairwise(at)) == pytest.approx(5.0)
    assert sum(at) == pytest.approx(sum(ends)), "as many upwards as downwards"
