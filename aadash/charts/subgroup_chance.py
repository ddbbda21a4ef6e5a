"""Subgroups against chance: effects by size, and two splits at once as a map."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts import names, tints
from aadash.charts.chart import Chart, draws, template
from aadash.charts.subgroup_axis import axis_title
from aadash.charts.subgroups import DARK, PALE, RAW, SHRUNKEN
from aadash.formatting import count, first_of, interval, level_name, number, percent, printers, with_aside
from aadash.levels import told_apart, width_of
from aadash.palette import NEUTRAL
from aadash.result import Result

#: A cell with fewer patients than this is drawn pale.
FEW = 5


@template
def _funnel(title: str, domain: tuple[float, float], top: int) -> Any:
    x = alt.X(
        "n:Q",
        title="Patients in the subgroup",
        scale=alt.Scale(type="sqrt", domain=[0, top], nice=False),
        axis=alt.Axis(tickCount=8, grid=False, format="d"),
    )
    scale = alt.Scale(domain=list(domain), nice=False)
    band = alt.Chart(alt.NamedData("band"))
    points = alt.Chart(alt.NamedData("points"))
    tip = [
        alt.Tooltip("name:N", title="Subgroup"),
        alt.Tooltip("told:N", title="Value"),
        alt.Tooltip("n:Q", title="Patients"),
        alt.Tooltip("chance:N", title="Chance allows"),
    ]
    return alt.layer(
        band.mark_area(opacity=0.10, color=NEUTRAL, interpolate="linear").encode(
            x, alt.Y("low_all:Q", title=title, scale=scale, axis=alt.Axis(gridOpacity=0.35)), alt.Y2("high_all:Q")
        ),
        band.mark_area(opacity=0.18, color=NEUTRAL, interpolate="linear").encode(x, alt.Y("low:Q", scale=scale), alt.Y2("high:Q")),
        alt.Chart(alt.NamedData("centre")).mark_rule(strokeDash=[4, 4], color="#888888").encode(alt.Y("at:Q", scale=scale)),
        points.mark_point(size=70, filled=True, opacity=1).encode(
            x, alt.Y("value:Q", scale=scale), alt.Color("colour:N", scale=None, legend=None), tooltip=tip
        ),
        points.transform_filter(f"({_of('side')}) != '' && width >= {SMALL[0]} * grown")
        .mark_text(
            align=alt.ExprRef(expr=_of("side")),
            baseline="middle",
            dx=alt.ExprRef(expr=f"({_of('dx')}) * grown"),
            dy=alt.ExprRef(expr=f"({_of('dy')}) * grown"),
        )
        .encode(x, alt.Y("value:Q", scale=scale), text="name:N"),
    ).properties(height=430)


def _of(column: str) -> str:
    """Where a name stands in a picture as wide as this one."""
    return f"width >= {WIDE[0]} * grown ? datum.{column} : datum.{column}_small"


@draws("subgroup_chance", "funnel")
def subgroup_funnel(result: Result) -> Chart:
    """Each subgroup against its size, over the bands that chance alone gives; ``result`` is that of ``subgroup_chance``."""
    rates = result.details.outcome == "response"
    scale, t, band = (100.0 if rates else 1.0), result.table, result.details.band
    digits = 1 if rates else result.measure.digits_of(result.details.outcome)
    step = 10.0 ** (2 - digits)
    points = pd.DataFrame(
        {
            "n": t["n"],
            "value": scale * t["estimate"],
            "name": [result.details.full_labels[g][lv] for g, lv in zip(t["group1"], t["group1_level"], strict=True)],
            "colour": [(NEUTRAL, RAW, SHRUNKEN)[o] for o in t["outside"]],
            "told": [percent(v) if rates else number(v, digits) for v in t["estimate"]],
            "chance": [interval(scale * a, scale * b, digits) for a, b in zip(t["low"], t["high"], strict=True)],
        }
    )
    drawn = band.assign(**{c: scale * band[c] for c in ("low", "high", "low_all", "high_all")})
    values = np.concatenate([drawn[["low", "high"]].to_numpy(float).ravel(), points["value"].to_numpy(float)])
    domain = (0.0, 100.0) if rates else (float(step * np.floor(values.min() / step)), float(step * np.ceil(values.max() / step)))
    for c in ("low", "high", "low_all", "high_all"):
        drawn[c] = drawn[c].clip(*domain)
    title = axis_title(result, result.details.outcome, False)
    top = int(band["n"].iloc[-1])
    down = (domain[1] - points["value"].to_numpy(float)) / (domain[1] - domain[0])
    across = np.sqrt(points["n"].to_numpy(float) / top)
    for widths, small in ((WIDE, ""), (SMALL, "_small")):
        places = _clear([*zip(across, down, strict=True)], [*points["name"]], [*(t["outside"] == 2)], widths)
        named = pd.DataFrame(places, columns=[f"{c}{small}" for c in ("side", "dx", "dy")])
        points = points.reset_index(drop=True).join(named)
    return Chart(
        _funnel(title, domain, top),
        {"band": drawn, "points": points, "centre": pd.DataFrame({"at": [scale * result.details.centre]})},
        f"{title} against the number of patients in the subgroup. {result.sentence}",
        f"Inner band: where {level_name(result.plan.level)} of random draws of so many patients fall. Outer band: the same for all "
        "subgroups together. Blue: outside the inner band; orange: outside both.",
    )


#: Widths of a funnel on a screen and on paper, from the least that shows names so, its heights with and without the axis, and a
#: letter's width, in pixels.
WIDE, SMALL, HIGH, NAME = (800, 950, 1150, 1400), (500, 570, 680, 800), (375, 430), 6.7
#: So many orders are tried in which names are given their places.
TURNS = 4
#: Where a name may stand beside its point; the first place that is clear is taken.
SIDES = (
    *(("right", -8, 0), ("left", 8, 0), ("center", 0, -14), ("center", 0, 14)),
    *(("right", -6, -12), ("left", 6, -12), ("right", -6, 12), ("left", 6, 12)),
    *(("right", -6, -26), ("left", 6, -26), ("right", -6, 26), ("left", 6, 26)),
    *(("right", -14, -19), ("left", 14, -19), ("right", -14, 19), ("left", 14, 19), ("center", 0, -28), ("center", 0, 28)),
    *(("right", -6, -36), ("left", 6, -36), ("right", -6, 36), ("left", 6, 36)),
)


#: Left, top, right and bottom in pixels.
_Box = tuple[float, float, float, float]


def _clear(
    points: list[tuple[float, float]], texts: list[str], named: list[bool], widths: tuple[int, ...]
) -> list[tuple[str, int, int]]:
    """Of each point that is named where its name stands, clear of points and other names: alignment and distances; "" where there is
    no such place, as of one that is not named: names stand in the sentence above too. ``points`` are shares of the picture, across
    and down. A name keeps its size where the picture does not, so a place is one that is clear at each of the ``widths`` and
    heights."""
    order = [i for i, wanted in enumerate(named) if wanted]
    out: list[tuple[str, int, int]] = []
    for _ in range(TURNS):  # whose name found no place has the first choice next
        found = _placed(order, points, texts, [(w, h) for w in widths for h in HIGH])
        if sum(side != "" for side, _, _ in found) > sum(side != "" for side, _, _ in out):
            out = found
        last = order
        order = sorted(order, key=lambda i: found[i][0] != "")
        if order == last:
            break
    return out or [("", 0, 0)] * len(points)


def _placed(
    order: list[int], points: list[tuple[float, float]], texts: list[str], sizes: list[tuple[int, int]]
) -> list[tuple[str, int, int]]:
    """The places of names that are given theirs in this order."""
    taken: list[list[_Box]] = [[(x * w - 6, y * h - 6, x * w + 6, y * h + 6) for x, y in points] for w, h in sizes]
    out = [("", 0, 0)] * len(points)
    for i in order:
        (x, y), wide = points[i], NAME * width_of(texts[i])
        for side, dx, dy in SIDES:
            begin = dx - wide * {"right": 1.0, "left": 0.0, "center": 0.5}[side]
            boxes = [(x * w + begin, y * h + dy - 7, x * w + begin + wide, y * h + dy + 7) for w, h in sizes]
            if all(_free(*places) for places in zip(boxes, taken, sizes, strict=True)):
                out[i] = (side, dx, dy)
                for box, others in zip(boxes, taken, strict=True):
                    others.append(box)
                break
    return out


def _free(box: _Box, taken: list[_Box], size: tuple[int, int]) -> bool:
    """Whether a box lies within the picture and on nothing."""
    inside = box[0] >= 0 and box[2] <= size[0] and box[1] >= 0 and box[3] <= size[1]
    return inside and not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken)


#: A column of the map that is narrower, in pixels, has its name in lines, and one that is narrower still has it upright.
_LINES, _UPRIGHT = "bandwidth('x') < 150", "bandwidth('x') < 76"
#: Letters of a column's name, of a line of it, and of a line of a row's.
ABOVE, LINE, BESIDE = 24, 12, 26
#: A cell of two lines, and a letter of a name that stands upright above it, in pixels: the names take their room from the cells.
CELL, LETTER = 42, 7


@template
def _map(rows: tuple[str, ...], columns: tuple[str, ...]) -> Any:
    """``rows`` are names in lines."""
    base = alt.Chart(alt.NamedData("cells"))
    x = alt.X(
        "head:N",
        sort=list(columns),
        title=None,
        axis=alt.Axis(
            labelExpr=f"{_LINES} && !({_UPRIGHT}) ? split(datum.label, '\\n') : replace(datum.label, /\\n/g, '')",
            labelAngle=alt.ExprRef(expr=f"{_UPRIGHT} ? -90 : 0"),
            labelAlign=alt.ExprRef(expr=f"{_UPRIGHT} ? 'left' : 'center'"),
            labelBaseline=alt.ExprRef(expr=f"{_UPRIGHT} ? 'middle' : 'bottom'"),
            orient="top",
            ticks=False,
            domain=False,
            labelOverlap=False,
            labelLimit=160,
        ),
    )
    y = alt.Y("name:N", sort=list(rows), title=None, axis=names.axis(rows))
    tip = [
        alt.Tooltip("row:N", title="Row"),
        alt.Tooltip("column:N", title="Column"),
        alt.Tooltip("told:N", title="Value"),
        alt.Tooltip("n:Q", title="Patients"),
    ]
    return alt.layer(
        tints.cells(base, x, y, tip),
        *tints.words(base, x, y, "big:N", dy=-8, fontWeight="bold"),
        *tints.words(base, x, y, "small:N", dy=10),
    ).properties(height=max(58 * len(rows) + 40, CELL * len(rows) + 30 + LETTER * max(map(width_of, columns))))


@draws("subgroup_pairs", "map")
def subgroup_map(result: Result, variable: str = "") -> Chart:
    """Two splits at once, of a ``subgroup_pairs`` result: value and n in each cell; darker is better, pale is too few."""
    variable = variable or str(result.table["variable"].iloc[0])
    t = result.rows(variable=variable)
    rates = "rate" in t and t["rate"].notna().any() and variable not in ("salt_change", "percent_change")
    value = 100 * t["rate"] if rates else t["mean"]
    digits = 0 if rates else result.measure.digits_of(variable) - 1
    shown, between = printers(1 if rates else result.measure.digits_of(variable))
    pairs = [result.details.cells[lv] for lv in t["group1_level"]]
    across = tuple(dict.fromkeys(b for _, b in pairs))
    if len(across) > len({a for a, _ in pairs}) and max(map(width_of, across)) > ABOVE:  # rows have room for long names
        pairs = [(b, a) for a, b in pairs]
        across = tuple(dict.fromkeys(b for _, b in pairs))
    short = {b: names.wrapped(name, LINE) for b, name in zip(across, told_apart(across, ABOVE), strict=True)}
    cells = pd.DataFrame(
        {
            "row": [a for a, _ in pairs],
            "column": [b for _, b in pairs],
            "name": [names.wrapped(a, BESIDE) for a, _ in pairs],
            "head": [short[b] for _, b in pairs],
            "value": value.fillna(0.0).to_numpy(),
            "n": t["n"].to_numpy(),
            "big": [
                f"{number(v, digits)}{' %' if rates or variable == 'percent_change' else ''}" if n else "–"
                for v, n in zip(value, t["n"], strict=True)
            ],
            "small": [(f"{int(r['k'])}/{int(r['n'])}" if rates else f"n = {int(r['n'])}") for r in t.to_dict("records")],
            "told": [
                (count(r["k"], r["n"]) if rates else with_aside(shown(r["mean"]), between(r["ci_low"], r["ci_high"])))
                for r in t.to_dict("records")
            ],
            "solid": [1.0 if n >= FEW else 0.12 if n else 0.0 for n in t["n"]],
        }
    )
    enough = cells[cells["n"] > 0]["value"]
    up = rates or result.measure.higher_is_better
    ends = (0.0, 1.0) if up else (-1.0, 0.0)  # of a change; no change is the palest unless somebody got worse
    changes = (float(min(ends[0], enough.min())), float(max(ends[1], enough.max()))) if len(enough) else ends
    domain = (0.0, 100.0) if rates else changes
    share = ((cells["value"] - domain[0]) / (domain[1] - domain[0])).clip(0, 1)
    shades = [tints.between(PALE, DARK, v if up else 1 - v) for v in share]
    cells["fill"] = [tints.written(s) for s in shades]
    cells["ink"] = [tints.ink_on(s) for s in shades]
    rows, columns = (tuple(dict.fromkeys(cells[c])) for c in ("name", "head"))
    told = first_of([f"{r.row}, {r.column}: {r.told}" for r in cells.itertuples()])
    return Chart(
        _map(rows, columns),
        {"cells": cells},
        f"{result.question}: {told}.",
        f"Deeper blue is better. Faded: fewer than {FEW} patients.",
    )
