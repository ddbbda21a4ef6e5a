"""What is written in a chart can be read: 13 px, ink of 4.5:1 on either ground, no hue and no grey of its own, no mark read out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aadash.analyses import REGISTRY
from aadash.app.session.samples import load_sample
from aadash.charts import DRAWINGS, Chart, chart, readings, teaching, two_measures
from aadash.charts.bands import COURSE_LABELS, COURSE_SHADES, SHADES
from aadash.charts.theme import GRID, GROUND, INK, LINE, TEXT, WALL, config, dressed
from aadash.errors import AadashError
from aadash.palette import EDGE, IMPROVEMENT, NEUTRAL, ON_DARK, PALETTE
from aadash.plan import AnalysisPlan

KOREA = load_sample("korea_2025").cohort
PLANS = (AnalysisPlan(), AnalysisPlan(stratifier="subtype"))
#: Analyses that take seconds, or more than a cohort and a plan.
LEFT_OUT = ("bootstrap", "predictor_performance", "predictor_stability", "multiple_imputation")


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return float(np.dot([0.2126, 0.7152, 0.0722], [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]))


def contrast(a: str, b: str) -> float:
    """Contrast ratio of two colours, WCAG 2.2."""
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ink_and_lines_are_seen_in_both_themes(theme: str) -> None:
    assert contrast(INK[theme], GROUND[theme]) >= 4.5
    assert contrast(LINE[theme], GROUND[theme]) >= 3
    dress = config(theme)
    assert dress["text"] == {"aria": False, "color": INK[theme], "fontSize": TEXT}
    for part in ("axis", "legend", "header"):
        assert dress[part]["labelColor"] == dress[part]["titleColor"] == INK[theme]
        assert dress[part]["labelFontSize"] == dress[part]["titleFontSize"] == TEXT >= 13
    assert dress["legend"]["labelLimit"] == 0, "“Those whom the model pr…” named nobody"
    assert config(None) == config("light")


@pytest.mark.parametrize(("mark", "attribute", "colours"), [("text", "fill", INK), ("line", "stroke", GRID)])
def test_words_and_gridlines_follow_a_change_of_theme(mark: str, attribute: str, colours: dict[str, str]) -> None:
    """A chart is not drawn anew when the system's theme changes: the page's style turns the colours of both themes."""
    style = (Path(__file__).parents[2] / "aadash/app/shell/page.css").read_text(encoding="utf-8")
    light, dark = colours["light"], colours["dark"]
    told = f'{mark}:is([{attribute}="{light}"],[{attribute}="{dark}"]){{{attribute}:light-dark({light},{dark})}}'
    assert f".stVegaLiteChart svg {told}" in style


def test_shades_of_one_colour_are_seen_on_both_grounds_the_more_the_farther() -> None:
    """SALT100 had a contrast of 1.9 with a dark page, SALT75 one of 1.8 with a light one."""
    on = {"light": list(IMPROVEMENT.values()), "dark": [ON_DARK[shade] for shade in IMPROVEMENT.values()]}
    for theme, shades in on.items():
        from_ground = [contrast(shade, GROUND[theme]) for shade in shades]
        assert from_ground[0] >= 3 and all(b > 1.5 * a for a, b in pairwise(from_ground))
    style = (Path(__file__).parents[2] / "aadash/app/shell/page.css").read_text(encoding="utf-8")
    for light, dark in ON_DARK.items():
        for attribute in ("fill", "stroke"):
            assert f'.stVegaLiteChart svg [{attribute}="{light}"]{{{attribute}:light-dark({light},{dark})}}' in style
        assert f'.aadash-legend i[style*="{light}"]{{background:light-dark({light},{dark})!important}}' in style


def test_numbers_on_a_shade_are_read_and_a_shade_like_the_ground_has_an_edge() -> None:
    """White on the third shade of blue had a contrast of 3.4; the palest band was seen by nobody on a light page."""
    assert all(contrast(EDGE, ground) >= 3 for ground in GROUND.values())
    flow, courses = (REGISTRY[name].function(KOREA, AnalysisPlan()) for name in ("severity_flow", "course_types"))
    bands = chart(flow, "bands")
    of_courses = {COURSE_LABELS[kind]: shade for kind, shade in COURSE_SHADES.items()}
    of_bands = dict(zip(dict.fromkeys(bands.data["bars"]["band"]), SHADES, strict=True))
    for drawn, shades in ((bands, of_bands), (chart(flow, "flow"), of_bands), (chart(courses, "courses"), of_courses)):
        bars = drawn.data["bars"]
        assert all(contrast(ink, shades[band]) >= 4.5 for ink, band in zip(bars["ink"], bars["band"], strict=True))
        assert EDGE in [layer["mark"].get("stroke") for layer in layers(drawn.spec) if layer["mark"]["type"] in ("bar", "rect")]


def layers(spec: Any) -> Iterator[dict[str, Any]]:
    """Every mark of a specification, however deep."""
    if isinstance(spec, dict):
        if "mark" in spec:
            yield spec
        for value in spec.values():
            yield from layers(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from layers(value)


LOOKED_AT = [name for name in DRAWINGS if name in REGISTRY and name not in LEFT_OUT]


@cache
def drawn(name: str) -> list[Chart]:
    """The charts of an analysis under both plans, those that can be had."""
    found = []
    for plan in PLANS:
        try:
            result = REGISTRY[name].function(KOREA, plan)
        except (AadashError, TypeError):
            continue
        for one in DRAWINGS[name]:
            with suppress(AadashError, TypeError):
                found.append(chart(result, one.name))
    return found


def test_most_charts_are_looked_at() -> None:
    assert sum(map(bool, map(drawn, LOOKED_AT))) >= 12


@pytest.mark.parametrize("name", LOOKED_AT)
def test_words_have_the_size_and_the_ink_of_the_theme(name: str) -> None:
    for layer in (layer for picture in drawn(name) for layer in layers(picture.spec)):
        mark = layer["mark"] if isinstance(layer["mark"], dict) else {"type": layer["mark"]}
        for axis in (c["axis"] for c in layer["encoding"].values() if isinstance(c, dict) and isinstance(c.get("axis"), dict)):
            assert axis.get("labelFontSize", TEXT) >= 13 and axis.get("titleFontSize", TEXT) >= 13
        if mark["type"] != "text":
            continue
        assert mark.get("fontSize", TEXT) >= 13, mark
        assert "color" not in mark and "opacity" not in mark, "a grey of its own"
        ink = layer["encoding"].get("color", layer["encoding"].get("fill"))
        if ink is not None:  # on a filled cell, ink that is chosen for the cell
            assert ink.get("field") == "ink", ink


def test_no_line_of_an_axis_crosses_the_patients_still_followed() -> None:
    """In a report the first column of numbers under the curve stood on the axis."""
    drawn = chart(REGISTRY["time_to_response"].function(KOREA, PLANS[1]))
    axes = [layer["encoding"]["y"].get("axis") for layer in layers(drawn.spec) if "y" in layer["encoding"]]
    assert [axis["domain"] for axis in axes if axis and "values" in axis] and not any(axis.get("domain") for axis in axes if axis)


@pytest.mark.parametrize("name", LOOKED_AT)
def test_what_is_drawn_in_a_colour_of_a_stratum_is_not_paler_than_it(name: str) -> None:
    """Intervals of 3:1 had 2.2:1 at three quarters of their strength."""
    for layer in (layer for picture in drawn(name) for layer in layers(picture.spec)):
        mark = layer["mark"] if isinstance(layer["mark"], dict) else {"type": layer["mark"]}
        own = mark.get("color") or mark.get("stroke")
        behind = own is not None and own not in (*PALETTE, NEUTRAL)
        if mark["type"] in ("rule", "line", "tick", "bar", "point") and not behind:
            assert not isinstance(mark.get("opacity"), float) or mark["opacity"] in (0, 1), mark


def test_points_that_lie_on_each_other_and_bars_of_a_distribution_keep_3_to_1() -> None:
    """Points of 0.6 and bars of 0.55 had 2.3:1: hollow ones are told apart where they lie on each other."""
    for spec in (readings._bland_altman("A", "B"), two_measures._scatter("x", "y"), teaching._histogram("SALT", (0.0, 100.0))):
        for mark in (layer["mark"] for layer in layers(spec) if layer["mark"]["type"] in ("point", "bar")):
            assert mark["opacity"] == 1
            assert (mark["type"] == "point" and not mark["filled"]) or mark["stroke"] == EDGE


def test_on_a_wall_every_text_is_larger() -> None:
    def sizes(dress: object) -> list[int]:
        if not isinstance(dress, dict):
            return []
        return [n for k, v in dress.items() for n in ([v] if k.endswith("ontSize") else sizes(v))]

    assert all(wall == screen + 5 for wall, screen in zip(sizes(config(None, TEXT + 5)), sizes(config(None)), strict=True))
    assert len(sizes(config(None))) >= 5


def test_on_a_wall_a_picture_grows_with_its_words() -> None:
    """Rows of numbers laid out for words of 13 px stood in each other at 18 px."""
    drawn = chart(REGISTRY["time_to_response"].function(KOREA, PLANS[1]))
    screen, wall = (dressed(drawn.spec, "light", size) for size in (TEXT, WALL))
    by = WALL / TEXT
    assert wall["height"] == pytest.approx(by * screen["height"], abs=0.01) and wall["config"]["text"]["fontSize"] == WALL
    lines = [next(layer["mark"] for layer in spec["layer"] if layer["mark"]["type"] == "line") for spec in (screen, wall)]
    assert lines[1]["strokeWidth"] == pytest.approx(by * lines[0]["strokeWidth"], abs=0.01)
    grown = [{p["name"]: p.get("value") for p in spec["params"]}["grown"] for spec in (screen, wall)]
    assert grown == [1, pytest.approx(by, abs=0.001)]
    assert {k: v for k, v in screen.items() if k not in ("config", "params")} == {k: v for k, v in drawn.spec.items() if k != "params"}
