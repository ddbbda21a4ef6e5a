"""Estimates with their intervals over the weeks, against a line of no difference."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts.chart import Chart, bound, draws, template, with_bounds, with_order
from aadash.endpoints import endpoint
from aadash.errors import NotComputable
from aadash.formatting import interval, listing, number
from aadash.levels import ALL, Pair
from aadash.palette import NEUTRAL
from aadash.result import Result


@template
def _intervals(title: str, rows: bool) -> Any:
    """Visits side by side with the groups beside each other; with ``rows`` names one below the other."""
    base, zero = alt.Chart(alt.NamedData("points")), alt.Chart(alt.NamedData("zero"))
    scale = alt.Scale(domainMin=bound("bottom"), domainMax=bound("top"))
    axis = alt.Axis(gridOpacity=0.5, tickCount=6)
    fill = alt.Color("colour:N", scale=None, legend=None)
    tip = [
        alt.Tooltip("series:N", title="Group"),
        alt.Tooltip("category:N", title="Pair" if rows else "Visit"),
        alt.Tooltip("estimate:Q", title="Estimate", format=".1f"),
        alt.Tooltip("ci:N", title="Interval"),
        alt.Tooltip("n:Q", title="Patients"),
    ]
    where: list[Any]
    value: Any
    names: Any
    if rows:
        names = alt.Axis(labelLimit=320, labelFontSize=12, ticks=False, domain=False)
        where, value = [alt.Y("category:N", title=None, axis=names)], alt.X("estimate:Q", title=title, scale=scale, axis=axis)
        ends: list[Any] = [alt.X("low:Q"), alt.X2("high:Q")]
    else:
        names = alt.Axis(labelAngle=0, labelFontSize=12)
        where = [alt.X("category:N", title=None, axis=names), alt.XOffset("series:N")]
        value, ends = alt.Y("estimate:Q", title=title, scale=scale, axis=axis), [alt.Y("low:Q"), alt.Y2("high:Q")]
    return alt.layer(
        zero.mark_rule(strokeDash=[4, 4], color="#888888").encode(alt.X("at:Q") if rows else alt.Y("at:Q")),
        base.mark_rule(strokeWidth=2.4).encode(*where, *ends, fill),
        base.mark_point(size=110, filled=True, opacity=1).encode(*where, value, fill, tooltip=tip),
    ).properties(height=alt.Step(34) if rows else 360)


def _ordered(points: pd.DataFrame, title: str, rows: bool) -> dict[str, Any]:
    spec = _intervals(title, rows)
    categories, series = (list(dict.fromkeys(points[name])) for name in ("category", "series"))
    order = {"y": categories} if rows else {"x": categories, "xOffset": series}
    return {**spec, "layer": [spec["layer"][0], *with_order({"layer": spec["layer"][1:]}, **order)["layer"]]}


def interval_plot(
    points: pd.DataFrame, title: str, what: str, caption: str = "", furthest: float = np.inf, rows: bool = False
) -> Chart:
    """Points with intervals, side by side; with ``rows`` one below the other, where names are long or many.

    ``points`` has ``category`` (visit or pair, in order), ``series`` (group, in order), ``estimate, low, high, n`` and
    optionally ``colour``; rows without an estimate are left out and told in the text. ``title`` names the axis,
    ``what`` begins the text alternative. No value can lie beyond ± ``furthest``: the axis ends there, unless an interval does not.
    """
    known = points[points["estimate"].notna()].copy()
    if "colour" not in known:
        known["colour"] = NEUTRAL
    known["ci"] = [interval(a, b) for a, b in zip(known["low"], known["high"], strict=True)]
    values = known[["estimate", "low", "high"]].to_numpy(dtype=float)
    low, high = np.nanmin([0, *values.ravel()]), np.nanmax([0, *values.ravel()])
    pad = max(1.0, 0.06 * (high - low))
    spec = with_bounds(
        _ordered(points, title, rows), bottom=min(low, max(low - pad, -furthest)), top=max(high, min(high + pad, furthest))
    )
    told = listing(
        [
            f"{s}, {c}: {number(e)} ({ci})"
            for s, c, e, ci in zip(known["series"], known["category"], known["estimate"], known["ci"], strict=True)
        ][:12]
    )
    return Chart(spec, {"points": known, "zero": pd.DataFrame({"at": [0.0]})}, f"{what}: {told}.", caption)


@draws("responders_between", "intervals")
@draws("between_strata", "intervals")
@draws("change_from_baseline", "intervals")
def comparison(result: Result) -> Chart:
    """The estimates that a comparison is about, with their intervals: each week, or each pair at the week in question.

    Raises NotComputable where there is no estimate to draw.
    """
    t, names = result.table, result.labels
    rule = endpoint(result.plan.endpoint)
    if result.analysis == "responders_between":
        t = t[t["variable"] == rule.name]
    estimate, title, scale = {
        "change_from_baseline": ("mean", f"Mean change in {result.measure.name} (points)", 1.0),
        "between_strata": ("difference", "Difference in percent change (points)", 1.0),
        "responders_between": ("risk_difference", f"Difference in {rule.symbol} (points)", 100.0),
    }[result.analysis]
    if estimate not in t or t[estimate].isna().all():
        raise NotComputable("There is no estimate to draw")
    t = t[t[estimate].notna()]
    pairs = np.array([isinstance(level, Pair) for level in t["group1_level"]], dtype=bool)
    if pairs.any():
        here = (t["week"] == result.week).to_numpy(dtype=bool)
        t, pairs = t[here], pairs[here]
    levels = list(t["group1_level"])
    difference = result.analysis != "change_from_baseline"
    points = pd.DataFrame(
        {
            "category": [names.label(lv) if pair else f"Week {w}" for lv, w, pair in zip(levels, t["week"], pairs, strict=True)],
            "series": [
                "Difference" if pair or (difference and lv is ALL) else names.short(lv) for lv, pair in zip(levels, pairs, strict=True)
            ],
            "estimate": scale * t[estimate].to_numpy(),
            "low": scale * t["ci_low"].to_numpy(),
            "high": scale * t["ci_high"].to_numpy(),
            "n": t["n_analysed"].to_numpy(),
            "colour": [names.colour(lv) for lv in levels],
        }
    )
    # a change in SALT and a difference of rates lie within ±100; a difference of percent changes does not
    furthest = np.inf if result.analysis == "between_strata" else 100.0
    return interval_plot(points, title, f"{title} with intervals", furthest=furthest, rows=bool(pairs.any()))
