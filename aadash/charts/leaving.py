"""Response before leaving: cumulative incidence, who left first, and one minus Kaplan–Meier for comparison."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from aadash.charts import ends
from aadash.charts.chart import Chart, draws, template
from aadash.charts.weeks import axis as week_axis
from aadash.formatting import percent
from aadash.levels import ALL
from aadash.palette import NEUTRAL, PALETTE
from aadash.result import Result

SERIES = {"incidence": "Responded before leaving", "left": "Left first", "kaplan_meier": "One minus Kaplan–Meier"}
COLOURS = {"incidence": PALETTE[0], "left": PALETTE[1], "kaplan_meier": NEUTRAL}


@template
def _leaving(weeks: tuple[int, ...]) -> Any:
    x = alt.X("week:Q", title="Weeks since first dose", axis=week_axis(weeks), scale=ends.scale())
    y = alt.Y(
        "value:Q", title="Patients (%)", scale=alt.Scale(domain=[0, 100], nice=False), axis=alt.Axis(tickCount=5, gridOpacity=0.5)
    )
    fill = alt.Color("colour:N", scale=None, legend=None)
    base = alt.Chart(alt.NamedData("steps"))
    tip = [
        alt.Tooltip("series:N", title="Curve"),
        alt.Tooltip("week:Q", title="Week"),
        alt.Tooltip("value:Q", title="Patients (%)", format=".1f"),
    ]
    return alt.layer(
        base.mark_area(interpolate="step-after", opacity=0.13, clip=True).encode(
            x, alt.Y("low:Q", title="Patients (%)"), alt.Y2("high:Q"), fill, detail="series:N"
        ),
        base.mark_line(interpolate="step-after", strokeWidth=3).encode(
            x,
            y,
            fill,
            detail="series:N",
            strokeDash=alt.StrokeDash("dash:N", scale=alt.Scale(domain=["no", "yes"], range=[[1, 0], [5, 4]]), legend=None),
        ),
        base.mark_point(size=50, filled=True, opacity=1).encode(x, y, fill, tooltip=tip),
        *ends.layers(y, fill),
    ).properties(height=400)


@draws("competing_discontinuation", "steps")
def leaving_steps(result: Result) -> Chart:
    """The three curves of all patients, as steps at the visits."""
    t = result.rows(variable_level="curve", group1_level=ALL).sort_values("week")
    end = result.rows(variable_level="summary", group1_level=ALL)["week"].max()
    parts, reached = [], []
    for name, told in SERIES.items():
        limits = [100 * t[c] if name == "incidence" else 100 * t[name] for c in ("ci_low", "ci_high")]
        frame = pd.DataFrame(
            {"week": [0, *t["week"]], "value": [0.0, *(100 * t[name])], "low": [0.0, *limits[0]], "high": [0.0, *limits[1]]}
        ).ffill()
        if frame["week"].iloc[-1] < end:
            frame = pd.concat([frame, frame.iloc[[-1]].assign(week=end)], ignore_index=True)
        parts.append(frame.assign(series=told, colour=COLOURS[name], dash="yes" if name == "kaplan_meier" else "no"))
        reached.append(float(frame["value"].iloc[-1]))
    called = list(SERIES.values())
    labels = ends.frame(
        float(end), reached, called, [COLOURS[name] for name in SERIES], (0.0, 100.0), told=[percent(v / 100, 0) for v in reached]
    )
    weeks = tuple(int(w) for w in sorted({*t["week"], int(end)}))
    values = {name: percent(float(t[name].iloc[-1])) for name in SERIES}
    return Chart(
        _leaving(weeks),
        {"steps": pd.concat(parts, ignore_index=True), "labels": labels},
        "; ".join(f"{SERIES[name]}: {value}" for name, value in values.items()) + ", at the last visit.",
        "All patients. The dashed line treats patients who left as if they could still respond.",
        key=ends.key(labels, called),
    )
