"""A rate over the weeks, a panel a stratum, the other strata in grey behind: for more strata than bars can hold side by side.

The panels stand in one picture on one scale. How many stand in a row follows the width: the place of each is computed where it is
drawn, so that a phone gets two in a row from the same specification.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts import names
from aadash.charts.chart import PICK, template
from aadash.formatting import percent
from aadash.levels import Level, told_apart
from aadash.result import Result

#: Panels in a row at most, and the width that one needs at least.
ACROSS, NARROWEST = 6, 100
#: Where in a panel its plot begins and ends, as shares of its width.
LEFT, RIGHT = 0.02, 0.91
#: Pixels above a plot, for two lines of words, and below it, for the weeks.
ABOVE, BELOW = 44, 34
#: Letters in a line of a name over a panel, and its height in pixels.
WORDS, LINE = 20, 15
#: Height of the picture for one, two and more rows on a wide screen.
HEIGHTS = (380, 520, 600)
#: Room for the numbers of the axis, in pixels.
EDGE = 46
#: Weeks are written so far apart, as a share of the plot.
APART = 0.22
#: Where a week stands, as a share of the plot → how its number is set.
_WEEKS: tuple[tuple[str, Any, int], ...] = (
    ("datum.across < 0.01", "left", -3),
    ("datum.across >= 0.01 && datum.across <= 0.99", "center", 0),
    ("datum.across > 0.99", "right", 3),
)
#: The other strata: a grey that is seen on light and on dark, and stays behind.
BEHIND = "#8A949E"


def _placed(data: str, n: int, above: int) -> alt.Chart:
    """The rows of ``data`` (``panel``, and where they have them ``across``, ``up`` from 0 to 1) with their place in the picture."""
    most = min(n, ACROSS)
    chart = alt.Chart(alt.NamedData(data))
    return (
        chart.transform_calculate(most=f"clamp(floor(width / ({NARROWEST} * grown)), 2, {most})" if most > 1 else "1")
        .transform_calculate(rows=f"ceil({n} / datum.most)")
        .transform_calculate(columns=f"ceil({n} / datum.rows)")
        .transform_calculate(
            left="(datum.panel % datum.columns) / datum.columns", top="floor(datum.panel / datum.columns) / datum.rows"
        )
        .transform_calculate(
            x=f"datum.left + ({LEFT} + {RIGHT - LEFT} * datum.across) / datum.columns",
            y=_up("up", above),
            y_low=_up("low", above),
            y_high=_up("high", above),
            x_end=f"datum.left + {RIGHT} / datum.columns",
        )
    )


def _up(field: str, above: int) -> str:
    """The height of a share (0 to 1) in its panel, from the top of the picture."""
    return (
        f"datum.top + (1 - {BELOW} * grown * datum.rows / height"
        f" - (1 - {above + BELOW} * grown * datum.rows / height) * datum.{field}) / datum.rows"
    )


@template
def panels(n: int, pick: bool, lines_of: int = 1) -> Any:
    """``n`` panels on the data called lines, behind, grid, weeks and heads, whose names have ``lines_of`` lines."""
    above = ABOVE + LINE * (lines_of - 1)
    x = alt.X(
        "x:Q",
        axis=None,
        scale=alt.Scale(domain=[0, 1], range=[alt.ExprRef(expr=f"{EDGE} * grown"), alt.ExprRef(expr="width")], nice=False),
    )
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, 1], reverse=True, nice=False))
    fill = alt.Color("colour:N", scale=None, legend=None)
    tip = [
        alt.Tooltip("series:N", title="Stratum"),
        alt.Tooltip("category:N", title="Visit"),
        alt.Tooltip("count:N", title="Responders"),
        alt.Tooltip("ci:N", title="Interval"),
    ]
    grid, lines, heads, weeks = (_placed(name, n, above) for name in ("grid", "lines", "heads", "weeks"))
    points = lines.mark_point(size=46, filled=True, opacity=1, cursor="pointer").encode(x, y, fill, tooltip=tip)
    if pick:
        points = points.add_params(alt.selection_point(name=PICK, fields=["level"]))
    beside = f"clamp(floor(width / ({NARROWEST} * grown)), {min(n, 2)}, {min(n, ACROSS)})"
    limit = alt.ExprRef(expr=f"(width - {EDGE} * grown) / ceil({n} / ceil({n} / {beside})) - 8")
    return alt.layer(
        grid.mark_rule(opacity=0.3, color=BEHIND).encode(x, y, alt.X2("x_end:Q")),
        grid.transform_filter("datum.panel % datum.columns == 0")
        .mark_text(align="right", baseline="middle", dx=-6)
        .encode(x, y, text="text:N"),
        _placed("behind", n, above).mark_line(strokeWidth=1.2, opacity=0.55, color=BEHIND).encode(x, y, detail="line:N"),
        lines.mark_rule(strokeWidth=1.5).encode(x, alt.Y("y_low:Q", axis=None), alt.Y2("y_high:Q"), fill),
        lines.mark_line(strokeWidth=2.6).encode(x, y, fill, detail="panel:Q"),
        points,
        *(  # the first and the last keep within their plot, clear of the next one's
            weeks.transform_filter(which).mark_text(baseline="top", dy=6, dx=dx, align=align).encode(x, y, text="text:N")
            for which, align, dx in _WEEKS
        ),
        heads.mark_text(align="left", baseline="top", fontWeight="bold", limit=limit, lineBreak="\n", lineHeight=LINE).encode(
            x, alt.Y("top:Q", axis=None), text="series:N"
        ),
        heads.mark_text(align="left", baseline="top", dy=19 + LINE * (lines_of - 1), limit=limit).encode(
            x, alt.Y("top:Q", axis=None), text="text:N"
        ),
    ).properties(height=HEIGHTS[min(-(-n // ACROSS), len(HEIGHTS)) - 1])


def panel_frames(rows: pd.DataFrame, shown: list[Level], result: Result, told: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The data of :func:`panels`.

    ``rows`` are those of one endpoint, with ``rate``, ``ci_low``, ``ci_high`` from 0 to 1 per ``group1_level`` and ``week``; ``told``
    has, row by row, the words of a bar (series, category, count, ci, level, colour).
    """
    first, last = int(rows["week"].min()), int(rows["week"].max())
    span = max(last - first, 1)
    place = {level: i for i, level in enumerate(shown)}
    lines = told.assign(
        panel=[place[lv] for lv in rows["group1_level"]],
        across=((rows["week"] - first) / span).to_numpy(float),
        up=rows["rate"].to_numpy(float),
        low=rows["ci_low"].to_numpy(float),
        high=rows["ci_high"].to_numpy(float),
    )
    n = len(shown)
    behind = pd.concat(
        [
            lines[lines["panel"] != p][["across", "up"]].assign(panel=p, line=lines["panel"].map(lambda q, p=p: f"{p}.{q}"))
            for p in range(n)
        ],
        ignore_index=True,
    )
    # the week in question, which the headline and the sentence are about
    here = lines[(rows["week"] == result.week).to_numpy()]
    shares = {int(p): f"{percent(up, 0)}, {kn}" for p, up, kn in zip(here["panel"], here["up"], here["kn"], strict=True)}
    ends = lines.groupby("panel").tail(1)
    heads = _heads([result.labels.label(level) for level in shown])
    named = pd.DataFrame(
        {
            "panel": ends["panel"].to_numpy(),
            "across": 0.0,
            "up": 1.0,
            "series": [heads[p] for p in ends["panel"]],
            "text": [shares.get(int(p), "–") for p in ends["panel"]],
        }
    )
    grid = pd.DataFrame([{"panel": p, "across": 0.0, "up": v / 100, "text": f"{v} %"} for p in range(n) for v in (0, 50, 100)])
    marked = _apart(sorted({int(w) for w in rows["week"]}), span)
    weeks = pd.DataFrame([{"panel": p, "across": (w - first) / span, "up": 0.0, "text": str(w)} for p in range(n) for w in marked])
    return {"lines": lines, "behind": behind, "heads": named, "grid": grid, "weeks": weeks}


def _heads(called: list[str]) -> list[str]:
    """The names over the panels: short ones as they are, long ones in two lines with as much of each as has room."""
    for most in range(2 * WORDS, WORDS, -4):
        wrapped = [names.wrapped(name, WORDS) for name in told_apart(called, most)]
        if names.tallest(wrapped) <= 2:
            return wrapped
    return list(told_apart(called))


def _apart(weeks: list[int], span: int) -> list[int]:
    """The weeks that are written: the last, and before it those that have room."""
    out = [weeks[-1]]
    for week in reversed(weeks[:-1]):
        if out[-1] - week >= APART * span:
            out.append(week)
    return list(np.array(out[::-1]).tolist())
