"""The axis of weeks: the first and the last visit are written whatever the width, and none touches another."""

from __future__ import annotations

import html
import re
from itertools import pairwise

import altair as alt
import pytest

from aadash.charts.weeks import named
from aadash.report.figure import _converter

WEEKS = [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 28, 32, 36, 40, 44, 48, 52, 60]


def written(visits: list[str], width: int, before: str = "") -> list[tuple[float, str]]:
    """Place and text of what is written on the axis."""
    names = [*([before] if before else []), *visits]
    x = alt.X("v:N", sort=names, title=None, axis=named(visits, bool(before)))
    spec = alt.Chart(alt.Data(values=[{"v": v} for v in names])).mark_rect().encode(x).properties(width=width).to_dict()
    svg = _converter().vegalite_to_svg(spec, allowed_base_urls=[])
    found = re.findall(r'<text[^>]*transform="translate\(([\d.]+),[^>]*>([^<]+)</text>', svg)
    return [(float(at), html.unescape(text)) for at, text in found]


@pytest.mark.parametrize("before", ["", "Known"])
@pytest.mark.parametrize("width", [120, 200, 300, 420, 700, 1300])
def test_the_ends_are_written_and_nothing_touches(width: int, before: str) -> None:
    drawn = written([f"Week {w}" for w in WEEKS], width, before)
    words = [text for _, text in drawn]
    assert words[0] == (before or "Week 0") and words[-1] in ("Week 60", "60")
    assert any(text.startswith("Week ") for text in words), "a number alone says nothing"
    for (a, left), (b, right) in pairwise(drawn):
        assert b - a >= 3.1 * (len(left) + len(right)), (left, right)
    assert drawn[-1][0] + 3.1 * len(words[-1]) <= width or width < 300, "“Week 76” was cut where the picture ended"


def test_few_visits_are_all_written() -> None:
    assert [text for _, text in written(["Week 8", "Week 12", "Week 36"], 600)] == ["Week 8", "Week 12", "Week 36"]
