"""Every endpoint of many strata: a line a stratum, a column an endpoint, a point with its interval in each.

Bars side by side are told apart up to :data:`aadash.axes.BESIDE` strata; of more, none finds its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from aadash.charts.chart import PICK, template

#: Height of a line, room for the names of strata and, below this width, names above their line, in pixels.
LINE, NAMES, NARROW = 30, 170, 640
_WIDE = f"width >= {NARROW}"
#: The part of a column that 0 to 100 % take.
FILLED = 0.84


@template
def _trellis(columns: int, lines: int) -> Any:
    scale = alt.Scale(
        domain=[0, columns], nice=False, range=[alt.ExprRef(expr=f"{_WIDE} ? {NAMES} * grown : 0"), alt.ExprRef(expr="width - 14")]
    )
    down = alt.Scale(domain=[-1.6, lines - 0.05], reverse=True, nice=False)
    x, y = alt.X("x:Q", axis=None, scale=scale), alt.Y("y:Q", axis=None, scale=down)
    fill = alt.Color("colour:N", scale=None, legend=None)
    points = alt.Chart(alt.NamedData("bars"))
    tip = [
        alt.Tooltip("series:N", title="Stratum"),
        alt.Tooltip("category:N", title="Endpoint"),
        alt.Tooltip("count:N", title="Responders"),
        alt.Tooltip("ci:N", title="Interval"),
    ]
    names = alt.Chart(alt.NamedData("names")).transform_calculate(above=f"datum.y - ({_WIDE} ? 0 : 0.45)")
    heads, grid = alt.Chart(alt.NamedData("heads")), alt.Chart(alt.NamedData("grid"))
    words: dict[str, Any] = {"align": alt.ExprRef(expr=f"{_WIDE} ? 'right' : 'left'"), "baseline": "middle"}
    return alt.layer(
        grid.mark_rule(opacity=0.3, color="#8A949E").encode(
            x, y=alt.value(alt.ExprRef(expr="36 * grown")), y2=alt.value(alt.ExprRef(expr="height - 18 * grown"))
        ),
        grid.mark_text(baseline="bottom").encode(x, y=alt.value(alt.ExprRef(expr="height")), text="text:N"),
        *(  # on a narrow screen every other one stands lower
            heads.transform_filter(f"datum.x % 2 == {odd}")
            .mark_text(align="left", baseline="top", fontWeight="bold")
            .encode(x, y=alt.value(alt.ExprRef(expr=f"({_WIDE} ? 16 : {16 * odd}) * grown")), text="text:N")
            for odd in (0, 1)
        ),
        points.mark_rule(strokeWidth=2.2).encode(alt.X("low_x:Q", axis=None, scale=scale), y, alt.X2("high_x:Q"), fill),
        points.mark_point(size=70, filled=True, opacity=1, cursor="pointer")
        .encode(x, y, fill, tooltip=tip)
        .add_params(alt.selection_point(name=PICK, fields=["level"])),
        names.mark_text(**words, limit=alt.ExprRef(expr=f"{_WIDE} ? {NAMES - 16} * grown : width")).encode(
            x=alt.value(alt.ExprRef(expr=f"{_WIDE} ? {NAMES - 14} * grown : 0")),
            y=alt.Y("above:Q", axis=None, scale=down),
            text="text:N",
        ),
    ).properties(height=LINE * lines + 68)


def trellis(told: pd.DataFrame, symbols: Sequence[str], names: Sequence[str]) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    """The specification and its data. ``told`` has, a row a point: category, series, rate, low, high (0 to 100), colour and words."""
    across = [list(symbols).index(c) for c in told["category"]]
    placed = told.assign(
        y=[list(names).index(s) for s in told["series"]],
        **{new: across + FILLED * told[old] / 100 for old, new in (("rate", "x"), ("low", "low_x"), ("high", "high_x"))},
    )
    marks = [(i, share) for i in range(len(symbols)) for share in (0, 50, 100)]
    grid = pd.DataFrame(
        {
            "x": [i + FILLED * share / 100 for i, share in marks],
            "text": ["50" if share == 50 else "" for _, share in marks],
        }
    )
    heads = pd.DataFrame({"x": [float(i) for i in range(len(symbols))], "text": list(symbols)})
    named = pd.DataFrame({"y": list(range(len(names))), "text": list(names)})
    return _trellis(len(symbols), len(names)), {"bars": placed, "grid": grid, "heads": heads, "names": named}
