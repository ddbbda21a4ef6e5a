"""Names at the ends of curves: in ink, moved apart where they would touch, each with a line that leads to its curve.

There is as much room for them as the longest one takes. In a picture too narrow for that a number stands at each end, counted from
the top, and :func:`key` says whose it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from aadash.charts.chart import spread
from aadash.language import say
from aadash.levels import width_of

#: A leader's length and the least room for leader and names, as shares of the last week.
LEADER, ROOM = 0.035, 0.25
#: Names are set so far apart, as a share of the axis.
APART = 0.055
#: The longest name for which a picture of a phone's width has room, and the width in pixels below which longer ones are numbers.
SHORT, NARROW = 12, 456
_NUMBERED = f"(datum.letters > {SHORT} && width < {NARROW})"
#: Width of a bold letter of 13 pixels.
LETTER = 7.2
#: Pixels that the longest name takes, with a little air: with the value at the end of its curve where there is room for names.
_ROOMY = f"width >= {NARROW}"
_LONGEST = f"({_NUMBERED} ? 2 : {_ROOMY} ? datum.whole : datum.letters) * {LETTER} * grown + 8"
#: The end of the axis of weeks, as a multiple of the last week. It comes with the data: the specification is the same for all names.
_END = f"max({_NUMBERED} ? 1.1 : {1 + ROOM}, {1 + LEADER} / (1 - ({_LONGEST}) / max(width, 200)))"
#: A leader from a curve that ended before the last week is dotted: it is no part of the curve.
_LEADING = alt.condition("datum.ended < datum.week", alt.value([1, 4]), alt.value([1, 0]))
#: Whether a picture too narrow for all names has room for these.
FIT = f"datum.letters <= {SHORT}"


def scale() -> alt.Scale:
    """The scale of weeks. It ends where :func:`layers` say that the names do."""
    return alt.Scale(domainMin=0, nice=False, zero=False)


def layers(y: alt.Y, fill: alt.Color, when: str = "true") -> list[alt.Chart]:
    """The leaders and the names on the data called ``labels``; ``y`` and ``fill`` are those of the curves. ``when`` says to Vega
    whether they are drawn."""
    base: Any = alt.Chart(alt.NamedData("labels"))
    base = base if when == "true" else base.transform_filter(when)
    lead = base.mark_rule(strokeWidth=1.2).encode(
        alt.X("ended:Q"), alt.Y("from:Q"), alt.X2("to:Q"), alt.Y2("value:Q"), fill, strokeDash=_LEADING
    )
    name = (
        base.transform_calculate(
            shown=f"{_NUMBERED} ? datum.place : {_ROOMY} && datum.told ? datum.text + ' ' + datum.told : datum.text"
        )
        .mark_text(align="left", dx=4, fontWeight="bold", limit=alt.ExprRef(expr=_LONGEST))
        .encode(alt.X("to:Q"), alt.Y("value:Q"), text="shown:N")
    )
    end = base.transform_calculate(end=f"datum.week * {_END} + 1").mark_point(opacity=0, size=0).encode(alt.X("end:Q"))
    return [lead, name, end]


def frame(
    last: float,
    values: Sequence[float],
    names: Sequence[str],
    colours: Sequence[str],
    domain: tuple[float, float],
    apart: float = APART,
    told: Sequence[str] = (),
    ended: Sequence[float] = (),
) -> pd.DataFrame:
    """The data of :func:`layers`: curves that end on ``values``, within the axis ``domain``, the names ``apart``, at week ``last``;
    ``ended`` are the weeks of those that end before. ``told`` are the values as printed behind the names."""
    told = told or [""] * len(values)
    letters = [width_of(say(name)) for name in names]
    gap = apart * (domain[1] - domain[0])
    at = spread(list(values), gap, domain[0] + gap / 3, domain[1] - gap / 3)
    return pd.DataFrame(
        {
            "week": last,
            "ended": list(ended) or last,
            "to": last * (1 + LEADER),
            "from": list(values),
            "value": at,
            "text": list(names),
            "told": list(told),
            "letters": max([8, *letters]),
            "whole": max([8, *(n + len(v) + 1 if v else n for n, v in zip(letters, told, strict=True))]),
            "place": [str(i) for i in _places(at)],
            "colour": list(colours),
        }
    )


def key(labels: pd.DataFrame, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Whole name and colour of each curve, from the uppermost end on, where a narrow picture has numbers at the ends of :func:`frame`;
    ``names`` in the order of its rows."""
    if not (labels["letters"] > SHORT).any():
        return ()
    named = sorted(zip(_places(list(labels["value"])), names, labels["colour"], strict=True))
    return tuple((name, colour) for _, name, colour in named)


def _places(at: Sequence[float]) -> list[int]:
    """The place of each end, counted from the top."""
    order = sorted(range(len(at)), key=lambda i: (-at[i], i))
    return [order.index(i) + 1 for i in range(len(at))]
