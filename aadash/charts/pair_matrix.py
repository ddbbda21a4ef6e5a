"""Many pairs of strata as a triangle: a row and a column a stratum, from the best to the worst, the difference in each cell.

A forest of sixty-six pairs fits no screen, and one of the twenty with the smallest p does not say how a stratum stands to the others.
The numbers of the columns stand on the diagonal. On a narrow screen the name of a row stands above its cells.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts.chart import Chart, template
from aadash.charts.names import wrapped
from aadash.formatting import first_of, number, p_value, with_limits
from aadash.levels import told_apart
from aadash.palette import NEUTRAL, PALETTE
from aadash.result import Result

#: Height of a row, room for names, and the width below which names go above their cells, in pixels.
LINE, NAMES, NARROW = 40, 275, 640
#: Letters in a line of a name, those of one above its cells, and the pixels that a cell needs for its number.
LETTERS, ABOVE, ROOM = 36, 48, 27
#: Room for the number of a stratum before its name, in pixels.
NUMBER = 22
_WIDE = f"width >= {NARROW} * grown"


@template
def _triangle(n: int) -> Any:
    across = alt.Scale(
        domain=[0, n], nice=False, range=[alt.ExprRef(expr=f"{_WIDE} ? {NAMES} * grown : 0"), alt.ExprRef(expr="width")]
    )
    down = alt.Scale(domain=[0, n], reverse=True, nice=False)
    x, y = alt.X("x:Q", axis=None, scale=across), alt.Y("y:Q", axis=None, scale=down)
    top = f"({_WIDE} ? 0.06 : 0.44)"
    cells = alt.Chart(alt.NamedData("cells")).transform_calculate(
        y=f"datum.row + ({top} + 0.94) / 2", top=f"datum.row + {top}", bottom="datum.row + 0.94", right="datum.left + 0.96"
    )
    rows = alt.Chart(alt.NamedData("rows")).transform_calculate(
        y=f"datum.row + ({top} + 0.94) / 2",
        named=f"{_WIDE} ? datum.row + 0.5 - (length(split(datum.name, '\\n')) - 1) * {7.5 / LINE} : datum.row + 0.24",
        called=f"{_WIDE} ? datum.name : datum.above",
    )
    tip = [alt.Tooltip("pair:N", title="Pair"), alt.Tooltip("told:N", title="Difference"), alt.Tooltip("n:Q", title="Patients")]
    words = cells.transform_filter(f"({_WIDE} ? width - {NAMES} * grown : width) >= {ROOM * n} * grown")
    at = alt.Y("named:Q", axis=None, scale=down)
    return alt.layer(
        cells.mark_rect(cornerRadius=3).encode(
            alt.X("left:Q", axis=None, scale=across),
            alt.Y("top:Q", axis=None, scale=down),
            alt.X2("right:Q"),
            alt.Y2("bottom:Q"),
            alt.Fill("fill:N", scale=None, legend=None),
            alt.FillOpacity("solid:Q", scale=None, legend=None),
            tooltip=tip,
        ),
        words.transform_filter("datum.solid >= 1")
        .mark_text(baseline="middle", color="#FFFFFF", fontWeight="bold")
        .encode(x, y, text="text:N"),
        words.transform_filter("datum.solid < 1").mark_text(baseline="middle", stroke="transparent").encode(x, y, text="text:N"),
        rows.mark_text(baseline="middle", fontWeight="bold").encode(x, y, text="number:N"),
        rows.mark_text(align="right", baseline="middle", fontWeight="bold").encode(
            x=alt.value(alt.ExprRef(expr=f"{NUMBER - 6} * grown")), y=at, text="number:N"
        ),
        rows.mark_text(
            align="left",
            baseline="middle",
            lineBreak="\n",
            lineHeight=15,
            limit=alt.ExprRef(expr=f"{_WIDE} ? {NAMES - NUMBER - 10} * grown : width - {NUMBER} * grown"),
        ).encode(x=alt.value(alt.ExprRef(expr=f"{NUMBER} * grown")), y=at, text="called:N"),
    ).properties(height=LINE * n + 10)


def pair_matrix(result: Result, t: pd.DataFrame, estimate: str, title: str, scale: float) -> Chart:
    """The pairs of ``t``, a row a pair, by the column ``estimate``: blue where the two differ after adjustment."""
    p, alpha = "p_holm" if "p_holm" in t else "p", result.plan.alpha
    label = result.labels.label
    order = _order(result, t, estimate)
    place = {level: i for i, level in enumerate(order)}
    cells = []
    for r in t.to_dict("records"):
        first, second = r["group1_level"].first, r["group1_level"].second
        below = place[first] > place[second]
        row, column = (first, second) if below else (second, first)
        sign = scale if below else -scale
        ends = sorted((sign * r["ci_low"], sign * r["ci_high"]))
        sure = bool(r[p] <= alpha)
        cells.append(
            {
                "row": place[row],
                "left": place[column] + 0.04,
                "x": place[column] + 0.5,
                "pair": f"{label(row)} vs {label(column)}",
                "estimate": sign * r[estimate],
                "p": r[p],
                "text": number(sign * r[estimate], 0),
                "told": f"{with_limits(number(sign * r[estimate]), *ends)}, {p_value(r[p], prefix=True)}",
                "n": r["n_analysed"],
                "fill": PALETTE[0] if sure else NEUTRAL,
                "solid": 1.0 if sure else 0.13,
            }
        )
    drawn = pd.DataFrame(cells)
    names = [label(level) for level in order]
    rows = pd.DataFrame(
        {
            "row": np.arange(len(order)),
            "x": np.arange(len(order)) + 0.5,
            "number": [str(i + 1) for i in range(len(order))],
            "name": [wrapped(name, LETTERS) for name in names],
            "above": told_apart(names, ABOVE),
        }
    )
    nearest = drawn.sort_values("p", kind="stable")
    told = first_of([f"{pair} {words}" for pair, words in zip(nearest["pair"], nearest["told"], strict=True)])
    return Chart(
        _triangle(len(order)),
        {"cells": drawn, "rows": rows},
        f"{title}, pair by pair, the smallest p first: {told}.",
        f"{title}: the stratum of the row minus that of the column, whose number stands at its top. "
        f"Blue: p ≤ {alpha:g}, adjusted over the pairs; grey: above it. The table has the intervals.",
    )


def _order(result: Result, t: pd.DataFrame, estimate: str) -> list[str]:
    """The strata from the one that does best to the one that does worst, by the mean of its differences from the others."""
    levels: list[str] = [lv for lv in result.labels.levels if any(lv in (g.first, g.second) for g in t["group1_level"])]
    found: dict[str, list[float]] = {lv: [] for lv in levels}
    for pair, value in zip(t["group1_level"], t[estimate], strict=True):
        if np.isfinite(value):
            found[pair.first].append(value)
            found[pair.second].append(-value)
    up = estimate == "risk_difference" or result.measure.higher_is_better
    return sorted(levels, key=lambda lv: (-1 if up else 1) * float(np.mean(found[lv] or [0.0])))
