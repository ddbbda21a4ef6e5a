"""Responder rates as bars with their intervals and denominators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from aadash.axes import BESIDE
from aadash.charts.chart import PICK, Chart, draws, template, with_order
from aadash.charts.names import tallest
from aadash.charts.panels import panel_frames, panels
from aadash.charts.trellis import trellis
from aadash.charts.weeks import named
from aadash.endpoints import endpoint as rule_called
from aadash.errors import NotComputable
from aadash.formatting import level_name, listing, percent
from aadash.levels import ALL, Level
from aadash.result import Result

#: More bars than this in one picture and k/n is written upright.
CROWDED = 14
#: Up to so many strata, and visits, stand as bars side by side; more have a panel each.
STRATA, VISITS = 2, 8
#: Room for k/n above a bar and its interval, in pixels, whatever the picture's height.
ROOM = 42
#: Why there is no picture.
NOBODY = "There is nothing to draw: no visit has anybody to count"
#: What a telephone has no room for: k/n side by side is written upright, names under groups of bars are slanted.
_NARROW, _SLANTED = "bandwidth('xOffset') < 38", "bandwidth('x') < 58"


@template
def _bars(crowded: bool, visits: tuple[str, ...] = ()) -> Any:
    """The bars; ``visits`` are the categories where these are visits by name."""
    base = alt.Chart(alt.NamedData("bars"))
    endpoints = alt.Axis(
        labelAngle=alt.ExprRef(expr=f"{_SLANTED} ? -45 : 0"),
        labelAlign=alt.ExprRef(expr=f"{_SLANTED} ? 'right' : 'center'"),
        labelBaseline=alt.ExprRef(expr=f"{_SLANTED} ? 'middle' : 'top'"),
        labelOverlap=False,
    )
    x = alt.X("category:N", title=None, axis=named(visits) if visits else endpoints)
    # A full band: Vega-Lite shifts a narrower bar by a share of the wrong scale, away from its whisker.
    offset = alt.XOffset("series:N", scale=alt.Scale(type="band", paddingInner=0.14))
    y = alt.Y(
        "rate:Q",
        title="Patients responding (%)",
        scale=alt.Scale(domain=[0, 100], nice=False, range=[alt.ExprRef(expr="height"), ROOM]),
        axis=alt.Axis(values=[0, 20, 40, 60, 80, 100], gridOpacity=0.5),
    )
    fill = alt.Color("colour:N", scale=None, legend=None)
    tip = [
        alt.Tooltip("series:N", title="Stratum"),
        alt.Tooltip("category:N", title="Visit or endpoint"),
        alt.Tooltip("count:N", title="Responders"),
        alt.Tooltip("ci:N", title="Interval"),
    ]
    upright, level = (270, "'left'", 5, 1), (0, "'center'", 0, -8)
    text: dict[str, Any] = {
        name: alt.ExprRef(expr=f"{'true' if crowded else _NARROW} ? {up} : {flat}")
        for name, up, flat in zip(("angle", "align", "dx", "dy"), upright, level, strict=True)
    }
    pick = alt.selection_point(name=PICK, fields=["level"])
    shade = alt.condition(pick, alt.value(1), alt.value(0.3))
    return alt.layer(
        base.mark_bar(cursor="pointer", width=alt.RelativeBandSize(1))
        .encode(x, y, fill, offset, opacity=shade, tooltip=tip)
        .add_params(pick),
        # Ink within a pale edge: seen on a bar, above it, and in both themes, along the whole length.
        base.mark_rule(strokeWidth=4.4, color="#FFFFFF").encode(x, alt.Y("low:Q"), alt.Y2("high:Q"), offset),
        base.mark_rule(strokeWidth=1.8, color="#14202B").encode(x, alt.Y("low:Q"), alt.Y2("high:Q"), offset),
        base.mark_text(baseline="middle", **text).encode(x, alt.Y("high:Q"), offset, text="kn:N"),
    ).properties(height=380)


def _frame(rows: pd.DataFrame, category: list[str], series: list[str], colours: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "category": category,
            "series": series,
            "colour": colours,
            "level": [level if isinstance(level, str) else None for level in rows["group1_level"]],
            "rate": 100 * rows["rate"].to_numpy(),
            "low": 100 * rows["ci_low"].to_numpy(),
            "high": 100 * rows["ci_high"].to_numpy(),
            "kn": [f"{k}/{n}" for k, n in zip(rows["k"], rows["n"], strict=True)],
            "count": [f"{k}/{n} ({percent(r)})" for k, n, r in zip(rows["k"], rows["n"], rows["rate"], strict=True)],
            "ci": [f"{percent(a)} to {percent(b)}" for a, b in zip(rows["ci_low"], rows["ci_high"], strict=True)],
        }
    )


def _ordered(data: pd.DataFrame, categories: Sequence[str], series: Sequence[str]) -> dict[str, Any]:
    visits = tuple(categories) if categories and categories[0].startswith("Week ") else ()
    return with_order(_bars(len(data) > CROWDED, visits), x=categories, xOffset=series)


@draws("responders", "weeks")
def week_bars(result: Result, endpoint: str = "") -> Chart:
    """One endpoint at each week: a group of bars per week, a bar per stratum, with interval and k/n; a panel per stratum where there
    are more than :data:`STRATA` strata or :data:`VISITS` visits.

    ``result`` is that of ``responders``; ``endpoint`` the plan's when empty. A stratum with nobody to count has no bar.
    """
    t, names, endpoint = result.table, result.labels, endpoint or result.plan.endpoint
    shown: list[Level] = [lv for lv in names.levels if (t["group1_level"] == lv).any()] or [ALL]
    t = t[(t["variable"] == endpoint) & t["group1_level"].isin(shown) & (t["n"] > 0)]
    data = _frame(
        t,
        [f"Week {w}" for w in t["week"]],
        [names.short(lv) for lv in t["group1_level"]],
        [names.colour(lv) for lv in t["group1_level"]],
    )
    if data.empty:
        raise NotComputable(NOBODY)
    weeks = tuple(dict.fromkeys(data["category"]))
    asked = (f"Week {result.week}",) if f"Week {result.week}" in weeks else weeks[-1:]
    alt_text = f"{rule_called(endpoint).symbol} by week and stratum: " + _in_words(data, asked)
    if len(shown) > STRATA or len(weeks) > VISITS:
        there = [lv for lv in shown if (t["group1_level"] == lv).any()]
        frames = panel_frames(t, there, result, data)
        return Chart(
            panels(len(there), True, tallest(list(frames["heads"]["series"]))),
            frames,
            alt_text,
            f"Share of patients in whom it is defined, week by week; vertical lines: {level_name(result.plan.level)} "
            "Wilson interval. Grey: the other strata. Under "
            f"each name: the share at week {result.week}, responders / patients.",
            _in_words(data, tuple(w for w in weeks if w not in asked)),
        )
    spec = _ordered(data, weeks, [names.short(lv) for lv in shown])
    return Chart(
        spec,
        {"bars": data},
        alt_text,
        f"Whiskers: {level_name(result.plan.level)} Wilson interval. Above each: responders / patients in whom it is defined.",
    )


@draws("responders", "endpoints")
def endpoint_bars(result: Result, endpoints: tuple[str, ...] = ()) -> Chart:
    """Several endpoints at the week in question: a group of bars per endpoint, a bar per stratum, with interval and k/n.

    ``endpoints`` are all of the table, in its order, when empty.
    """
    t, names, week = result.table, result.labels, result.week
    endpoints = endpoints or tuple(t["variable"].unique())
    shown: list[Level] = [lv for lv in names.levels if (t["group1_level"] == lv).any()] or [ALL]
    t = t[(t["week"] == week) & t["variable"].isin(endpoints) & t["group1_level"].isin(shown) & (t["n"] > 0)]
    data = _frame(
        t,
        [rule_called(v).symbol for v in t["variable"]],
        [names.short(lv) for lv in t["group1_level"]],
        [names.colour(lv) for lv in t["group1_level"]],
    )
    if data.empty:
        raise NotComputable(NOBODY)
    symbols = tuple(rule_called(e).symbol for e in endpoints)
    told = f"Responders at week {week} by endpoint and stratum: " + _in_words(data, symbols)
    there = [names.short(lv) for lv in shown if (t["group1_level"] == lv).any()]
    if len(there) > BESIDE:
        return Chart(
            *trellis(data, symbols, there),
            told,
            f"Patients responding of those in whom it is defined, with {level_name(result.plan.level)} "
            "Wilson interval; lines at 0, 50 and 100 %.",
        )
    spec = _ordered(data, symbols, [names.short(lv) for lv in shown])
    return Chart(
        spec,
        {"bars": data},
        told,
        f"Whiskers: {level_name(result.plan.level)} Wilson interval. Above each: responders / patients in whom it is defined.",
    )


def _in_words(data: pd.DataFrame, categories: tuple[str, ...]) -> str:
    rows = data[data["category"].isin(categories)]
    return listing([f"{r.series}, {r.category}: {r.count}" for r in rows.itertuples(index=False)]) + "."
