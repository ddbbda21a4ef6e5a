"""Estimates with their intervals over the weeks, against a line of no difference."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts.chart import Chart, bound, draws, template, with_bounds, with_order
from aadash.charts.lines import line_chart
from aadash.charts.pair_matrix import pair_matrix
from aadash.endpoints import endpoint
from aadash.errors import NotComputable
from aadash.formatting import SPELLED, first_of, interval, level_name, listing, number, p_value, with_limits
from aadash.levels import ALL, Pair
from aadash.palette import NEUTRAL
from aadash.result import Result

#: So many pairs have a line each.
PAIRS = 20


@template
def _intervals(title: str) -> Any:
    base = alt.Chart(alt.NamedData("points"))
    x = alt.X("category:N", title=None, axis=alt.Axis(labelAngle=0))
    offset = alt.XOffset("series:N")
    y = alt.Y(
        "estimate:Q",
        title=title,
        scale=alt.Scale(domainMin=bound("bottom"), domainMax=bound("top")),
        axis=alt.Axis(gridOpacity=0.5, tickCount=6),
    )
    fill = alt.Color("colour:N", scale=None, legend=None)
    tip = [
        alt.Tooltip("series:N", title="Group"),
        alt.Tooltip("category:N", title="Visit"),
        alt.Tooltip("shown:N", title="Estimate"),
        alt.Tooltip("ci:N", title="Interval"),
        alt.Tooltip("n:Q", title="Patients"),
    ]
    zero = alt.Chart(alt.NamedData("zero")).mark_rule(strokeDash=[4, 4], color="#888888").encode(alt.Y("at:Q"))
    return alt.layer(
        zero,
        base.mark_rule(strokeWidth=2.4).encode(x, alt.Y("low:Q"), alt.Y2("high:Q"), fill, offset),
        base.mark_point(size=110, filled=True, opacity=1).encode(x, y, fill, offset, tooltip=tip),
    ).properties(height=360)


def _ordered(points: pd.DataFrame, title: str) -> dict[str, Any]:
    spec = _intervals(title)
    order = {"x": list(dict.fromkeys(points["category"])), "xOffset": list(dict.fromkeys(points["series"]))}
    return {**spec, "layer": [spec["layer"][0], *with_order({"layer": spec["layer"][1:]}, **order)["layer"]]}


def interval_plot(points: pd.DataFrame, title: str, caption: str = "", furthest: float = np.inf, digits: int = 1) -> Chart:
    """Points with intervals.

    ``points`` has ``category`` (visit or pair, in order), ``series`` (group, in order), ``estimate, low, high, n`` and
    optionally ``colour``; rows without an estimate are left out and told in the text. ``title`` names the axis
    and begins the text alternative. No value can lie beyond ± ``furthest``: the axis ends there, unless an interval does not.
    """
    known = points[points["estimate"].notna()].copy()
    if "colour" not in known:
        known["colour"] = NEUTRAL
    known["shown"] = [number(e, digits) for e in known["estimate"]]
    known["ci"] = [interval(a, b, digits) for a, b in zip(known["low"], known["high"], strict=True)]
    values = known[["estimate", "low", "high"]].to_numpy(dtype=float)
    low, high = np.nanmin([0, *values.ravel()]), np.nanmax([0, *values.ravel()])
    pad = max(10.0 ** (1 - digits), 0.06 * (high - low))
    spec = with_bounds(_ordered(points, title), bottom=min(low, max(low - pad, -furthest)), top=max(high, min(high + pad, furthest)))
    told = first_of(
        [
            f"{s}, {c}: {with_limits(e, a, b, digits)}"
            for s, c, e, a, b in zip(*(known[k] for k in ("series", "category", "shown", "low", "high")), strict=True)
        ]
    )
    return Chart(spec, {"points": known, "zero": pd.DataFrame({"at": [0.0]})}, f"{title} with intervals: {told}.", caption)


def pair_lines(result: Result, t: pd.DataFrame, estimate: str, title: str, scale: float) -> Chart:
    """The pairs of strata at the week in question as a forest, sorted, with the numbers and the adjusted p at the right; more than
    :data:`PAIRS` as a triangle of cells."""
    if len(t) > PAIRS:
        return pair_matrix(result, t, estimate, title, scale)
    names, alpha, p = result.labels, result.plan.alpha, "p_holm" if "p_holm" in t else "p"
    drawn = t.sort_values(p, kind="stable").sort_values(estimate, kind="stable")
    rows = drawn.to_dict("records")
    lines = pd.DataFrame(
        {
            "name": [f"{names.short(r['group1_level'].first)} vs {names.short(r['group1_level'].second)}" for r in rows],
            "estimate": scale * drawn[estimate].to_numpy(float),
            "low": scale * drawn["ci_low"].to_numpy(float),
            "high": scale * drawn["ci_high"].to_numpy(float),
            "n": drawn["n_analysed"].to_numpy(),
            "sure": (drawn[p] <= alpha).to_numpy(bool),
        }
    )
    lines["told"] = [
        f"{with_limits(number(e), a, b)}, {p_value(r[p], prefix=True)}"
        for e, a, b, r in zip(lines["estimate"], lines["low"], lines["high"], rows, strict=True)
    ]
    told = listing([f"{r.name_} {r.told}" for r in lines.rename(columns={"name": "name_"}).itertuples(index=False)])
    return line_chart(
        lines,
        title,
        f"{title}, pair by pair: {told}.",
        f"First minus second stratum of each pair, with its {level_name(result.plan.level)} "
        "interval; at the right the p adjusted over the pairs. "
        f"Filled: p ≤ {alpha:g}.",
        furthest=np.inf if result.analysis == "between_strata" else 100.0,
    )


def _strata_lines(result: Result, t: pd.DataFrame, title: str) -> Chart:
    """The strata at the week in question as a forest, from the largest fall on: side by side at every week they would touch."""
    drawn, measure = t.sort_values("mean", kind="stable"), result.measure
    lines = pd.DataFrame(
        {
            "name": [*map(result.labels.label, drawn["group1_level"])],
            "estimate": drawn["mean"].to_numpy(float),
            "low": drawn["ci_low"].to_numpy(float),
            "high": drawn["ci_high"].to_numpy(float),
            "n": drawn["n_analysed"].to_numpy(),
            "sure": (drawn["p_adjusted" if "p_adjusted" in drawn else "p"] <= result.plan.alpha).to_numpy(bool),
        }
    )
    lines["told"] = [
        f"{with_limits(measure.number(e), a, b, measure.digits)}, n = {n}"
        for e, a, b, n in zip(lines["estimate"], lines["low"], lines["high"], lines["n"], strict=True)
    ]
    told = listing([f"{name} {text}" for name, text in zip(lines["name"], lines["told"], strict=True)])
    alpha = result.plan.alpha
    lines_are = f"Lines: {level_name(result.plan.level)} interval."
    filled = f"{lines_are} Filled: p ≤ {alpha:g}, adjusted. The table has the other weeks."
    if result.plan.multiplicity == "none":
        filled = f"{lines_are} Filled: p ≤ {alpha:g}. The table has the other weeks."
    return line_chart(
        lines,
        title,
        f"{title}: {told}.",
        filled,
        furthest=measure.width,
    )


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
        "change_from_baseline": ("mean", f"Mean change in {result.measure.name} ({result.measure.unit})", 1.0),
        "between_strata": ("difference", "Difference in percent change (points)", 1.0),
        "responders_between": ("risk_difference", f"Difference in {rule.symbol} (points)", 100.0),
    }[result.analysis]
    if estimate not in t or t[estimate].isna().all():
        raise NotComputable("There is no estimate to draw")
    t = t[t[estimate].notna()]
    pairs = np.array([isinstance(level, Pair) for level in t["group1_level"]], dtype=bool)
    # whole sentences, lest a language takes the week for a part of the measure
    at_week = {
        "change_from_baseline": f"Mean change in {result.measure.name} ({result.measure.unit}) at week {result.week}",
        "between_strata": f"Difference in percent change (points) at week {result.week}",
        "responders_between": f"Difference in {rule.symbol} (points) at week {result.week}",
    }[result.analysis]
    if pairs.any():
        here = (t["week"] == result.week).to_numpy(dtype=bool)
        return pair_lines(result, t[here & pairs], estimate, at_week, scale)
    if result.analysis == "change_from_baseline" and t["group1_level"].nunique() > SPELLED:
        return _strata_lines(result, t[t["week"] == result.week], at_week)
    levels = list(t["group1_level"])
    difference = result.analysis != "change_from_baseline"
    caption = f"Lines: {level_name(result.plan.level)} interval."
    if difference:
        caption = f"{names.compared()}, with {level_name(result.plan.level)} interval. Dashed: no difference."
    if difference and scale != 1 and len(names.used) == 2:
        x, y = map(names.short, names.used)
        caption += f" Above it {rule.symbol} is more frequent in {x}, below it in {y}."
    points = pd.DataFrame(
        {
            "category": [f"Week {w}" for w in t["week"]],
            "series": [names.compared(short=True) if difference and lv is ALL else names.short(lv) for lv in levels],
            "estimate": scale * t[estimate].to_numpy(),
            "low": scale * t["ci_low"].to_numpy(),
            "high": scale * t["ci_high"].to_numpy(),
            "n": t["n_analysed"].to_numpy(),
            "colour": [names.colour(lv) for lv in levels],
        }
    )
    # a change lies within the scale and a difference of rates within ±100; a difference of percent changes does not
    if result.analysis == "change_from_baseline":
        return interval_plot(points, title, caption, result.measure.width, result.measure.digits)
    return interval_plot(points, title, caption, np.inf if result.analysis == "between_strata" else 100.0)
