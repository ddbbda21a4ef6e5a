"""Time to first response: the share who have responded by each week, as steps."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from aadash.charts import ends
from aadash.charts.chart import Chart, draws, template
from aadash.formatting import SPELLED, listing, percent
from aadash.levels import ALL, Level
from aadash.result import Result

#: Room for a row of numbers under the curves, in percentage points.
LINE = 6.0


@template
def _steps(weeks: tuple[int, ...], rows: int) -> Any:
    x = alt.X(
        "week:Q",
        title="Weeks since first dose",
        axis=alt.Axis(values=list(weeks), grid=False, format="d"),
        scale=alt.Scale(domain=[0, (1 + ends.ROOM) * weeks[-1] + 1], nice=False),
    )
    y = alt.Y(
        "value:Q",
        title="Responded by then (%)",
        scale=alt.Scale(domain=[-LINE * (rows + 0.6), 100], nice=False),
        axis=alt.Axis(values=[0, 20, 40, 60, 80, 100], gridOpacity=0.5),
    )
    fill = alt.Color("colour:N", scale=None, legend=None)
    base = alt.Chart(alt.NamedData("steps"))
    tip = [
        alt.Tooltip("level:N", title="Stratum"),
        alt.Tooltip("week:Q", title="Week"),
        alt.Tooltip("value:Q", title="Responded (%)", format=".1f"),
        alt.Tooltip("risk:Q", title="Still followed"),
    ]
    limits = [_limits(base, rows, x, fill)] if rows <= SPELLED else []
    return alt.layer(
        *limits,
        base.mark_line(interpolate="step-after", strokeWidth=3).encode(x, y, fill, detail="level:N"),
        base.mark_point(size=60, filled=True, opacity=1).encode(x, y, fill, tooltip=tip),
        *ends.layers(y, fill),
        alt.Chart(alt.NamedData("risk")).mark_text().encode(x, alt.Y("y:Q"), text="text:N"),
        alt.Chart(alt.NamedData("names"))
        .mark_text(align="left", limit=alt.ExprRef(expr="0.17*width"))
        .encode(x, alt.Y("y:Q"), text="text:N"),
    ).properties(height=360 + 18 * rows)


def _limits(base: alt.Chart, rows: int, x: alt.X, fill: alt.Color) -> alt.Chart:
    """Bands for one or two curves; more would cover each other, and have a line at each visit, side by side."""
    y, y2 = alt.Y("low:Q", title="Responded by then (%)"), alt.Y2("high:Q")
    if rows <= 2:
        return base.mark_area(interpolate="step-after", opacity=0.13, clip=True).encode(x, y, y2, fill, detail="level:N")
    return (
        base.transform_filter("datum.week > 0")
        .mark_rule(strokeWidth=1.6, opacity=0.7, clip=True)
        .encode(alt.X("beside:Q"), y, y2, fill)
    )


def _at_risk(shown: list[Level], result: Result) -> dict[str, pd.DataFrame]:
    """Under the curves, a row a stratum: patients still followed just before each visit; beside it the stratum's name."""
    numbers, names, weeks = [], [], result.details.weeks
    for i, level in enumerate(shown):
        y = -LINE * (i + 1)
        numbers += [{"week": w, "y": y, "text": str(n)} for w, n in zip(weeks, result.details.at_risk[level], strict=True)]
        names.append({"week": weeks[-1] * (1 + ends.LEADER), "y": y, "text": result.labels.short(level)})
    columns = ["week", "y", "text"]
    return {"risk": pd.DataFrame(numbers, columns=columns), "names": pd.DataFrame(names, columns=columns)}


@draws("time_to_response", "steps")
def response_steps(result: Result) -> Chart:
    """Kaplan–Meier curves of ``time_to_response``, turned so that a response goes up."""
    t, names_of, weeks = result.table, result.labels, result.details.weeks
    t = t[(t["variable_level"] == "curve")]
    # a stratum in which nobody responded has a curve too: 0 % to the last week
    shown: list[Level] = [lv for lv in names_of.levels if lv in result.details.at_risk] or [ALL]
    parts: list[pd.DataFrame] = []
    labels: list[tuple[float, Level]] = []
    for level in shown:
        c = t[t["group1_level"] == level]
        end = c.iloc[-1] if len(c) else None
        rows = pd.DataFrame(
            {
                "week": [0, *c["week"]],
                "value": [0.0, *(100 * c["probability"])],
                "risk": [float("nan"), *c["at_risk"]],
                "low": [0.0, *(100 * c["ci_low"])],
                "high": [0.0, *(100 * c["ci_high"])],
            }
        )
        if end is None or end["week"] < weeks[-1]:
            rows = pd.concat([rows, rows.iloc[[-1]].assign(week=weeks[-1])], ignore_index=True)
        rows["beside"] = rows["week"] + (len(parts) - (len(shown) - 1) / 2) * 0.009 * weeks[-1]
        parts.append(rows.assign(level=names_of.label(level), colour=names_of.colour(level)))
        labels.append((float(rows["value"].iloc[-1]), level))
    names = [names_of.short(lv) for _, lv in labels]
    label_frame = ends.frame(weeks[-1], [v for v, _ in labels], names, [names_of.colour(lv) for _, lv in labels], (0.0, 100.0))
    told = listing([f"{names_of.label(lv)} {percent(v / 100)}" for v, lv in labels])
    return Chart(
        _steps(weeks, len(shown)),
        {"steps": pd.concat(parts), "labels": label_frame, **_at_risk(shown, result)},
        f"Share who have responded by week {weeks[-1]}: {told}.",
        "Steps are at the visits, where a response is seen. "
        + (
            "Bands are pointwise confidence limits. "
            if len(shown) <= 2
            else "Vertical lines are pointwise confidence limits. "
            if len(shown) <= SPELLED
            else "The intervals of so many strata would cover each other: the table has them. "
        )
        + "Above the weeks: patients still followed without a response.",
    )
