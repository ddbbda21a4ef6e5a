"""A forest of lines one below the other: a name on the left, an estimate with its interval, its numbers on the right.

On a narrow screen name and numbers stand above their line. Which it is follows the width where the picture is drawn, so one
specification serves both.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.axes import FEW
from aadash.charts.chart import Chart, template
from aadash.charts.names import AXIS, tallest, wrapped
from aadash.palette import PALETTE

#: Letters in a line of a name, and its height in pixels.
LETTERS, FURTHER = 30, 15
#: Height of a line, room on either side, and the width below which words go above their line, in pixels.
LINE, NAMES, NUMBERS, NARROW = 33, 230, 230, 640
#: How far above its line the last line of words stands where they stand above it, in pixels.
OVER = 16
_WIDE = f"width >= {NARROW} * grown"


@template
def _lines(n: int, title: str, low: float, high: float, most: int) -> Any:
    scale = alt.Scale(
        domain=[low, high],
        nice=False,
        range=[
            alt.ExprRef(expr=f"{_WIDE} ? {NAMES} * grown : 4"),
            alt.ExprRef(expr=f"{_WIDE} ? width - {NUMBERS} * grown : width - 4"),
        ],
    )
    x = alt.X("estimate:Q", title=title, scale=scale, axis=alt.Axis(gridOpacity=0.5, tickCount=6))
    domain = alt.Scale(domain=[-0.7, n - 0.4], reverse=True, nice=False)
    y, above, named = (alt.Y(f"{name}:Q", axis=None, scale=domain) for name in ("y", "above", "named"))
    height = LINE + FURTHER * (most - 1) + (6 if most > 1 else 0)
    more = f"{FURTHER} * (length(split(datum.name, '\\n')) - 1)"
    base = alt.Chart(alt.NamedData("lines")).transform_calculate(
        above=f"datum.y - ({_WIDE} ? 0 : {OVER / height})",
        named=f"datum.y - ({_WIDE} ? {more} / 2 : {OVER} + {more}) / {height}",
    )
    tip = [alt.Tooltip("name:N", title="Pair"), alt.Tooltip("told:N", title="Difference"), alt.Tooltip("n:Q", title="Patients")]
    name: dict[str, Any] = {
        "align": alt.ExprRef(expr=f"{_WIDE} ? 'right' : 'left'"),
        "limit": alt.ExprRef(expr=f"{_WIDE} ? {NAMES - 18} * grown : width * 0.5"),
    }
    words: dict[str, Any] = {"align": alt.ExprRef(expr=f"{_WIDE} ? 'left' : 'right'")}
    return alt.layer(
        alt.Chart(alt.NamedData("none")).mark_rule(strokeDash=[4, 4], color="#888888").encode(alt.X("at:Q", scale=scale)),
        base.mark_rule(strokeWidth=2.4, color=PALETTE[0], clip=True).encode(alt.X("low:Q", scale=scale), y, alt.X2("high:Q")),
        base.mark_point(size=110, filled=True, stroke=PALETTE[0], strokeWidth=2, opacity=1, cursor="default").encode(
            x, y, color=alt.Color("fill:N", scale=None, legend=None), tooltip=tip
        ),
        base.mark_text(baseline="middle", lineBreak="\n", lineHeight=FURTHER, **name).encode(
            x=alt.value(alt.ExprRef(expr=f"{_WIDE} ? {NAMES - 14} * grown : 0")), y=named, text="name:N"
        ),
        base.mark_text(baseline="middle", **words).encode(
            x=alt.value(alt.ExprRef(expr=f"{_WIDE} ? width - {NUMBERS - 14} * grown : width")), y=above, text="told:N"
        ),
    ).properties(height=height * n + AXIS)


def line_chart(lines: pd.DataFrame, title: str, alt_text: str, caption: str, none: float = 0.0, furthest: float = np.inf) -> Chart:
    """A line for each row of ``lines``: ``name``, ``estimate``, ``low``, ``high``, ``told`` (the numbers in words), ``n`` and ``sure``
    (filled when True). They are drawn in the order of the rows, against ``none``; no value can lie beyond ± ``furthest``."""
    wide = lines[["low", "high"]].to_numpy(dtype=float)[lines["n"].to_numpy(dtype=float) >= FEW]
    values = np.append(lines["estimate"].to_numpy(dtype=float), wide)
    low, high = np.nanmin([none, *values.ravel()]), np.nanmax([none, *values.ravel()])
    step = 5.0 if high - low > 20 else 0.5
    low, high = (max(step * np.floor(low / step) - step / 5, -furthest), min(step * np.ceil(high / step) + step / 5, furthest))
    lines = lines.assign(name=[wrapped(name, LETTERS) for name in lines["name"]])
    drawn = lines.assign(y=np.arange(len(lines), dtype=float), fill=["#0072B2" if s else "#FFFFFF" for s in lines["sure"]]).drop(
        columns="sure"
    )
    spec = _lines(len(lines), title, float(low), float(high), tallest(list(lines["name"])))
    return Chart(spec, {"lines": drawn, "none": pd.DataFrame({"at": [none]})}, alt_text, caption)
