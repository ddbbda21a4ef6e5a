"""A forest plot: estimates with their intervals, one line per level, against a line of no difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts import names
from aadash.charts.chart import Chart, draws, template
from aadash.errors import NotComputable
from aadash.formatting import counted, level_name, listing, p_value, printers, with_aside
from aadash.palette import NEUTRAL, PALETTE
from aadash.result import Result

#: Odds ratios are drawn within these limits; an interval that goes on ends in an arrow.
RATIO_LIMITS = (0.01, 100.0)
#: Odds ratios on the axis: of a wide range, and of one within :data:`WIDE` from end to end.
DECADES, TICKS, WIDE = (0.01, 0.1, 1, 10, 100), (0.1, 0.2, 0.5, 1, 2, 5, 10), 50
SERIES = {"uni": "Univariable", "adj": "Multivariable"}
COLOURS = {"Univariable": NEUTRAL, "Multivariable": PALETTE[0]}
ROW = 42


@template
def _forest(rows: tuple[str, ...], title: str, domain: tuple[float, float], ratios: bool) -> Any:
    y = alt.Y(
        "row:N",
        sort=list(rows),
        title=None,
        axis=names.axis(rows),
    )
    scale = alt.Scale(
        domain=list(domain),
        type="log" if ratios else "linear",
        nice=False,
        range=names.beside_numbers(),
    )
    axis = alt.Axis(
        values=_ticks(domain) if ratios else alt.Undefined,
        gridOpacity=0.4,
        format="~g" if ratios else alt.Undefined,
        tickCount=6,
        titleAnchor=names.anchor(),
    )
    x = alt.X("estimate:Q", title=title, scale=scale, axis=axis)
    offset = alt.YOffset("series:N", sort=list(SERIES.values()), scale=alt.Scale(paddingOuter=0.6))
    fill = alt.Color("colour:N", scale=None, legend=None)
    tip = [
        alt.Tooltip("row:N", title="Level"),
        alt.Tooltip("series:N", title="Model"),
        alt.Tooltip("told:N", title="Estimate"),
        alt.Tooltip("p:N", title="p"),
    ]
    base = alt.Chart(alt.NamedData("points"))
    none = alt.Chart(alt.NamedData("none")).mark_rule(strokeDash=[4, 4], color="#888888").encode(alt.X("at:Q"))
    ends = [
        alt.Chart(alt.NamedData(name)).mark_point(filled=True, size=70, opacity=1, shape=shape).encode(alt.X("at:Q"), y, fill, offset)
        for name, shape in (("left", "triangle-left"), ("right", "triangle-right"))
    ]
    return alt.layer(
        none,
        base.mark_rule(strokeWidth=2.2).encode(alt.X("low:Q", scale=scale), y, alt.X2("high:Q"), fill, offset),
        *ends,
        base.mark_point(size=75, filled=True, opacity=1).encode(x, y, fill, offset, tooltip=tip),
        alt.Chart(alt.NamedData("numbers"))
        .transform_filter(names.WITH_NUMBERS)
        .mark_text(align="right", baseline="middle")
        .encode(alt.XValue(alt.ExprRef(expr="width")), y, offset, text="told:N"),
    ).properties(height=names.picture(rows, ROW))


def _ticks(domain: tuple[float, float]) -> list[float]:
    return [t for t in (DECADES if domain[1] / domain[0] > WIDE else TICKS) if domain[0] <= t <= domain[1]]


@draws("predictors", "forest")
def forest(result: Result) -> Chart:
    """Univariable and multivariable estimates of ``predictors``, a line per level with its n (and events).

    Odds ratios on a log axis, clipped to 0.01–100 with an arrow where the interval goes on; differences on a linear one.
    Raises NotComputable when there is nothing to draw.
    """
    ratios = result.details.logistic
    t = result.table[result.table["role"].isin(["level", "slope"])]
    points = pd.concat([_points(result, t, prefix, ratios) for prefix in SERIES], ignore_index=True)
    finite = np.isfinite(points["estimate"]) & (points["estimate"] > 0 if ratios else True)
    endless = points[~finite & points["estimate"].notna()]["order"].nunique()
    points = points[finite]
    if points.empty:
        raise NotComputable("There is no finite estimate to draw")
    domain = _domain(points, ratios)
    left = points[points["low"] < domain[0]].assign(at=domain[0])
    right = points[points["high"] > domain[1]].assign(at=domain[1])
    for column in ("estimate", "low", "high"):
        points[column] = points[column].clip(*domain)
    rows = tuple(dict.fromkeys(r for _, r in sorted(zip(points["order"], points["row"], strict=True))))
    title = "Odds ratio (log scale)" if ratios else f"Difference in {result.outcome_unit}"
    numbers = points.loc[points["series"] == SERIES["adj"], ["row", "series", "name", "told"]]
    told = listing([f"{r.name} {r.told}" for r in numbers.itertuples()])
    level = level_name(result.plan.level)
    return Chart(
        _forest(rows, title, domain, ratios),
        {"points": points, "numbers": numbers, "left": left, "right": right, "none": pd.DataFrame({"at": [1.0 if ratios else 0.0]})},
        f"{result.details.outcome}, all predictors at once: {told or 'not fitted'}.",
        " ".join(
            [
                f"Grey: one predictor at a time; blue: all at once, with {level} intervals."
                if told
                else f"One predictor at a time, with {level} intervals.",
                "Under each level and what it is compared with: events / patients."
                if ratios
                else "Under each level and what it is compared with: patients.",
                *([f"Right of the dashed line {result.details.outcome} is more likely."] if ratios else []),
                *(["An arrow: the interval goes on."] if len(left) + len(right) else []),
                *(
                    [f"Not drawn in one model or both, for an odds ratio of 0 or without end: {counted(endless, 'line')}."]
                    if endless
                    else []
                ),
            ]
        ),
    )


def _points(result: Result, t: pd.DataFrame, prefix: str, ratios: bool) -> pd.DataFrame:
    one, two = printers(result.outcome_digits, ratios)
    references = {r["variable"]: r for r in result.table.to_dict("records") if r["role"] == "reference"}
    titles, out = result.details.titles, []
    for order, r in enumerate(t.to_dict("records")):
        who, name = f"n = {int(r['n'])}", titles[r["variable"]]
        if r["role"] == "level":
            other = references[r["variable"]]
            name = f"{name.split(' (')[0]}: {r['variable_level']} vs {other['variable_level']}"
            who = f"{_patients(r, ratios)} vs {_patients(other, ratios)}"
        out.append(
            {
                "order": order,
                "name": f"{name}, {who}",
                "row": names.wrapped(f"{name}\n{who}"),
                "series": SERIES[prefix],
                "colour": COLOURS[SERIES[prefix]],
                "estimate": r[f"{prefix}_estimate"],
                "low": r[f"{prefix}_low"],
                "high": r[f"{prefix}_high"],
                "told": with_aside(one(r[f"{prefix}_estimate"]), two(r[f"{prefix}_low"], r[f"{prefix}_high"])),
                "p": p_value(r[f"{prefix}_p"]),
            }
        )
    return pd.DataFrame(out)


def _patients(r: Mapping[Any, Any], ratios: bool) -> str:
    """ "19/40", or "n = 40"."""
    return f"{int(r['events'])}/{int(r['n'])}" if ratios else f"n = {int(r['n'])}"


def _domain(points: pd.DataFrame, ratios: bool) -> tuple[float, float]:
    values = points[["estimate", "low", "high"]].to_numpy(dtype=float)
    values = values[np.isfinite(values)]
    if ratios:
        low = max(RATIO_LIMITS[0], min([0.5, *values[values > 0]]) * 0.9)
        high = min(RATIO_LIMITS[1], max([2.0, *values]) * 1.1)
        return round(float(low), 3), round(float(high), 3)
    pad = 0.05 * max(float(np.ptp([0, *values])), 1.0)
    return round(float(min(0, *values) - pad), 2), round(float(max(0, *values) + pad), 2)
