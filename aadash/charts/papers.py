"""The figures of the two papers that have no other place: the mean course with its spread, and responders in one group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts.bars import CROWDED, _bars
from aadash.charts.chart import Chart, draws, template, with_bounds, with_order
from aadash.charts.weeks import named
from aadash.endpoints import ENDPOINTS
from aadash.errors import NotComputable
from aadash.formatting import level_name, listing, number, percent
from aadash.levels import ALL, Level
from aadash.palette import IMPROVEMENT
from aadash.result import Result

#: What a whisker of a mean may show → how it is called.
SPREADS = {"sd": "standard deviation", "se": "standard error", "ci": "confidence interval of the mean"}

#: The name of the visit before the first dose.
BASELINE = "Baseline"
#: Up to so many bars stand in one picture; more are thinner than their whiskers, and a line an endpoint takes their place.
MOST = 48


@template
def _course(title: str, visits: tuple[str, ...]) -> Any:
    means = alt.Chart(alt.NamedData("means"))
    x = alt.X("label:N", title=None, sort=None, axis=named(visits[1:], True) if visits[0] == BASELINE else named(visits))
    scale = alt.Scale(domainMin=alt.ExprRef(expr="bottom"), domainMax=alt.ExprRef(expr="top"), nice=False)
    y = alt.Y("value:Q", title=title, scale=scale, axis=alt.Axis(tickCount=6, gridOpacity=0.5))
    tip = [
        alt.Tooltip("label:N", title="Visit"),
        alt.Tooltip("shown:N", title="Mean"),
        alt.Tooltip("told:N", title="Spread"),
        alt.Tooltip("n:Q", title="Patients"),
    ]
    return alt.layer(
        means.mark_rule(strokeWidth=1.4, color="#0072B2").encode(x, alt.Y("low:Q", title=title), alt.Y2("high:Q")),
        means.mark_tick(size=9, thickness=1.4, color="#0072B2").encode(x, alt.Y("low:Q")),
        means.mark_tick(size=9, thickness=1.4, color="#0072B2").encode(x, alt.Y("high:Q")),
        means.mark_line(strokeWidth=2.2, color="#0072B2").encode(x, y),
        means.mark_point(size=70, filled=True, opacity=1, color="#0072B2").encode(x, y, tooltip=tip),
        means.mark_text(dy=-10).encode(x, alt.Y("high:Q"), text="star:N"),
    ).properties(height=360)


@draws("salt_over_time", "mean and spread")
def mean_course(result: Result, spread: str = "sd", stars: Mapping[int, str] | None = None, by: str = "", level: Level = ALL) -> Chart:
    """Mean score at each visit with whiskers, visits side by side as the Korean paper's Fig. 1 has them.

    ``spread``: "sd", "se" or "ci". ``stars``: week → "*", "**" or "***" from a test against baseline, which ``by`` names; none
    unless given.
    ``level`` shows one stratum instead of everyone.
    """
    if spread not in SPREADS:
        raise ValueError(f"spread is {spread!r}, expected one of {', '.join(SPREADS)}")
    t = result.rows(variable="salt", group1_level=level)
    t = t[t["n"] > 0]
    if t.empty:
        raise NotComputable("There is nothing to draw: nobody has a score")
    mean, n = t["mean"].to_numpy(dtype=float), t["n"].to_numpy(dtype=float)
    sd = t["sd"].to_numpy(dtype=float)
    half = sd if spread == "sd" else sd / np.sqrt(n)
    low, high = (t["ci_low"].to_numpy(float), t["ci_high"].to_numpy(float)) if spread == "ci" else (mean - half, mean + half)
    low, high = np.where(np.isnan(low), mean, low), np.where(np.isnan(high), mean, high)
    weeks = [int(w) for w in t["week"]]
    frame = pd.DataFrame(
        {
            "label": [BASELINE if w == 0 else f"Week {w}" for w in weeks],
            "value": mean,
            "low": low,
            "high": high,
            "n": n,
            "shown": [*map(result.measure.number, mean)],
            "told": [result.measure.interval(a, b) for a, b in zip(low, high, strict=True)],
            "star": [(stars or {}).get(w, "") for w in weeks],
        }
    )
    score, (floor, top) = result.details.score, result.measure.domain
    top = max(top, float(high.max()) + 0.06 * (top - floor))
    spec = with_bounds(
        _course(f"Mean {score}", tuple(frame["label"])),
        bottom=min(floor, float(low.min())),
        top=top,
    )
    said = listing([f"{label.lower()} {result.measure.number(value)}" for label, value in zip(frame["label"], mean, strict=True)])
    key = f" * p < 0.05, ** p < 0.01, *** p < 0.001, {by}." if stars else ""
    return Chart(spec, {"means": frame}, f"Mean {score}: {said}.", f"Whiskers: {SPREADS[spread]}.{key}")


@template
def _rates(visits: tuple[str, ...]) -> Any:
    base = alt.Chart(alt.NamedData("bars"))
    x = alt.X("category:N", title=None, axis=named(visits))
    offset = alt.XOffset("series:N", scale=alt.Scale(type="band", paddingInner=0.14))
    y = alt.Y(
        "rate:Q",
        title="Patients responding (%)",
        scale=alt.Scale(domain=[0, 100], nice=False),
        axis=alt.Axis(values=[0, 20, 40, 60, 80, 100], gridOpacity=0.5),
    )
    stroke = alt.Color("colour:N", scale=None, legend=None)
    tip = [
        alt.Tooltip("series:N", title="Endpoint"),
        alt.Tooltip("category:N", title="Visit"),
        alt.Tooltip("count:N", title="Responders"),
        alt.Tooltip("ci:N", title="Interval"),
    ]
    return alt.layer(
        base.mark_rule(strokeWidth=1.4).encode(x, alt.Y("low:Q"), alt.Y2("high:Q"), offset, stroke),
        base.mark_line(strokeWidth=2.4).encode(x, y, offset, stroke),
        base.mark_point(size=36, filled=True, opacity=1).encode(x, y, offset, stroke, tooltip=tip),
    ).properties(height=380)


@draws("responders", "one group")
def group_bars(result: Result, only: Level = ALL) -> Chart:
    """SALT75, SALT90 and SALT100 at each visit in one group, as the Korean paper's Fig. 2A and 2B have them; ``only`` is the group.
    More than :data:`MOST` bars are lines."""
    t = result.table
    keep = (t["group1_level"] == only) & t["variable"].isin(IMPROVEMENT) & (t["n"] > 0) & (t["week"] > 0)
    t = t[keep].sort_values("week", kind="stable")
    if t.empty:
        raise NotComputable("There is nothing to draw: in this group the endpoints are defined for nobody")
    frame = pd.DataFrame(
        {
            "category": [f"Week {int(w)}" for w in t["week"]],
            "series": [ENDPOINTS[v].symbol for v in t["variable"]],
            "colour": [IMPROVEMENT[v] for v in t["variable"]],
            "level": [only if isinstance(only, str) else None] * len(t),
            "rate": 100 * t["rate"].to_numpy(dtype=float),
            "low": 100 * t["ci_low"].to_numpy(dtype=float),
            "high": 100 * t["ci_high"].to_numpy(dtype=float),
            "kn": [number(100 * r, 0) for r in t["rate"]],  # the axis has the sign of percent
            "count": [f"{k}/{n} ({percent(r)})" for k, n, r in zip(t["k"], t["n"], t["rate"], strict=True)],
            "ci": [f"{percent(a)} to {percent(b)}" for a, b in zip(t["ci_low"], t["ci_high"], strict=True)],
        }
    )
    visits = tuple(dict.fromkeys(frame["category"]))
    drawn = _rates(visits) if len(frame) > MOST else _bars(len(frame) > CROWDED + 4, visits)
    spec = with_order(drawn, x=visits, xOffset=_names())
    asked = f"Week {result.week}" if f"Week {result.week}" in visits else visits[-1]
    said = listing([f"{r.series} {r.count}" for r in frame[frame["category"] == asked].itertuples(index=False)])
    return Chart(
        spec,
        {"bars": frame},
        f"{result.labels.label(only)}, {asked.lower()}: {said}.",
        f"Whiskers: {level_name(result.plan.level)} "
        "Wilson interval. Percentages are of the patients in whom the endpoint is defined at the visit, who may be fewer "
        "than n.",
    )


def _names() -> list[str]:
    return [ENDPOINTS[v].symbol for v in IMPROVEMENT]
