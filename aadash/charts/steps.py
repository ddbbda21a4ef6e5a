"""Time to first response: the share who have responded by each week, as steps."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from aadash.charts.chart import Chart, bound, draws, spread, template, with_bounds
from aadash.formatting import listing, percent
from aadash.levels import ALL, Level
from aadash.result import Result


@template
def _steps(weeks: tuple[int, ...]) -> Any:
    x = alt.X(
        "week:Q",
        title="Weeks since first dose",
        axis=alt.Axis(values=list(weeks), grid=False, format="d"),
        scale=alt.Scale(domainMin=0, domainMax=bound("end"), nice=False),
    )
    y = alt.Y(
        "value:Q",
        title="Responded by then (%)",
        scale=alt.Scale(domain=[0, 100], nice=False),
        axis=alt.Axis(tickCount=5, gridOpacity=0.5),
    )
    fill = alt.Color("colour:N", scale=None, legend=None)
    base = alt.Chart(alt.NamedData("steps"))
    tip = [
        alt.Tooltip("level:N", title="Stratum"),
        alt.Tooltip("week:Q", title="Week"),
        alt.Tooltip("value:Q", title="Responded (%)", format=".1f"),
        alt.Tooltip("risk:Q", title="Still followed"),
    ]
    return alt.layer(
        base.mark_area(interpolate="step-after", opacity=0.13).encode(
            x, alt.Y("low:Q", title="Responded by then (%)"), alt.Y2("high:Q"), fill, detail="level:N"
        ),
        base.mark_line(interpolate="step-after", strokeWidth=3).encode(x, y, fill, detail="level:N"),
        base.mark_point(size=60, filled=True, opacity=1).encode(x, y, fill, tooltip=tip),
        alt.Chart(alt.NamedData("labels"))
        .mark_text(align="left", dx=9, fontSize=13, fontWeight="bold")
        .encode(x, y, fill, text="text:N"),
    ).properties(height=420)


@draws("time_to_response", "steps")
def response_steps(result: Result) -> Chart:
    """Kaplan–Meier curves of ``time_to_response``, turned so that a response goes up."""
    t, names_of, weeks = result.table, result.labels, result.details.weeks
    t = t[(t["variable_level"] == "curve")]
    shown: list[Level] = [lv for lv in names_of.levels if (t["group1_level"] == lv).any()] or [ALL]
    parts, labels = [], []
    for level in shown:
        c = t[t["group1_level"] == level]
        end = c.iloc[-1] if len(c) else None
        rows = pd.DataFrame(
            {
                "week": [0, *c["week"]],
                "value": [0.0, *(100 * c["probability"])],
                "risk": [None, *c["at_risk"]],
                "low": [0.0, *(100 * c["ci_low"])],
                "high": [0.0, *(100 * c["ci_high"])],
            }
        )
        if end is None or end["week"] < weeks[-1]:
            rows = pd.concat([rows, rows.iloc[[-1]].assign(week=weeks[-1])], ignore_index=True)
        parts.append(rows.assign(level=names_of.label(level), colour=names_of.colour(level)))
        labels.append((float(rows["value"].iloc[-1]), level))
    at = spread([v for v, _ in labels], 5.0, 0.0, 100.0)
    names = [names_of.short(lv) for _, lv in labels]
    label_frame = pd.DataFrame({"week": weeks[-1], "value": at, "text": names, "colour": [names_of.colour(lv) for _, lv in labels]})
    told = listing([f"{names_of.label(lv)} {percent(v / 100)}" for v, lv in labels])
    spec = with_bounds(_steps(weeks), end=weeks[-1] * (1 + 0.02 * min(max(map(len, names)), 16)) + 1)
    return Chart(
        spec,
        {"steps": pd.concat(parts), "labels": label_frame},
        f"Share who have responded by week {weeks[-1]}: {told}.",
        "Steps are at the visits, where a response is seen. Bands are pointwise confidence limits.",
    )
