"""Two measures of the same patients: the curve of each, and change against change."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts import weeks
from aadash.charts.chart import Chart, draws, template
from aadash.formatting import counted, level_name, listing, number
from aadash.levels import ALL, Level
from aadash.measure import Measure
from aadash.result import Result


@template
def _curve(title: str, domain: tuple[float, float], visits: tuple[int, ...]) -> Any:
    scale = alt.Scale(domain=[0, visits[-1]], nice=False)
    x = alt.X("week:Q", title="Weeks since first dose", scale=scale, axis=weeks.axis(visits))
    y = alt.Y("value:Q", title=title, scale=alt.Scale(domain=list(domain), nice=False), axis=alt.Axis(tickCount=5, gridOpacity=0.5))
    fill = alt.Color("colour:N", scale=None, legend=None)
    tip = [
        alt.Tooltip("level:N", title="Stratum"),
        alt.Tooltip("week:Q", title="Week"),
        alt.Tooltip("shown:N", title="Mean"),
        alt.Tooltip("n:Q", title="Patients"),
    ]
    base = alt.Chart(alt.NamedData("means"))
    return alt.layer(
        base.mark_area(opacity=0.16).encode(x, alt.Y("low:Q", title=title), alt.Y2("high:Q"), fill, detail="level:N"),
        base.mark_line(strokeWidth=3).encode(x, y, fill, detail="level:N"),
        base.mark_point(size=60, filled=True, opacity=1).encode(x, y, fill, tooltip=tip),
    ).properties(height=240)


def _shown(result: Result) -> tuple[Level, ...]:
    return result.labels.used or (ALL,)


def _means(result: Result, measure: Measure) -> pd.DataFrame:
    t, names = result.rows(variable=measure.name, variable_level="mean"), result.labels
    t = t[t["group1_level"].isin(_shown(result)) & (t["n"] > 0)]
    return pd.DataFrame(
        {
            "week": t["week"].astype(float),
            "value": t["mean"],
            "shown": [*map(measure.number, t["mean"])],
            "low": t["ci_low"],
            "high": t["ci_high"],
            "n": t["n"].astype(float),
            "level": [names.label(lv) for lv in t["group1_level"]],
            "colour": [names.colour(lv) for lv in t["group1_level"]],
        }
    )


@draws("two_measures", "curve")
def mean_curve(result: Result, which: int = 0) -> Chart:
    """The mean of one of the two measures (0 or 1) over its own visits, on the weeks of both and the whole of its scale."""
    measures = result.details.measures
    frames = [_means(result, m) for m in measures]
    visits = tuple(sorted({int(w) for f in frames for w in f["week"]}))
    measure = measures[which]
    ends = frames[which].sort_values("week").groupby("level", sort=False).last()
    told = listing([f"{level} {shown}" for level, shown in ends["shown"].items()])
    return Chart(
        _curve(f"Mean {measure.name}", measure.domain, visits),
        {"means": frames[which]},
        f"Mean {measure.name} ({measure.span}) by week and stratum; at its last visit: {told}.",
        f"Bands are {level_name(result.plan.level)} intervals of the mean.",
    )


@template
def _scatter(x_title: str, y_title: str) -> Any:
    points = alt.Chart(alt.NamedData("points"))
    x, y = (alt.X("x:Q", title=x_title, scale=alt.Scale(nice=True)), alt.Y("y:Q", title=y_title, scale=alt.Scale(nice=True)))
    tip = [alt.Tooltip("level:N", title="Stratum"), alt.Tooltip("x:Q", title=x_title), alt.Tooltip("y:Q", title=y_title)]
    fill, zero = alt.Color("colour:N", scale=None, legend=None), alt.Chart(alt.NamedData("zero"))
    return alt.layer(
        zero.mark_rule(strokeDash=[4, 3], color="#888888").encode(x=alt.X("at:Q")),
        zero.mark_rule(strokeDash=[4, 3], color="#888888").encode(y=alt.Y("at:Q")),
        points.mark_point(size=55, filled=False, strokeWidth=1.8, opacity=1).encode(x, y, fill, tooltip=tip),
    ).properties(height=400)


@draws("two_measures", "scatter")
def change_against_change(result: Result) -> Chart:
    """Each patient's change from baseline in one measure against that in the other, at the week in question."""
    d, names = result.details, result.labels
    known = ~np.isnan(d.x) & ~np.isnan(d.y)
    levels: list[Level] = [names.levels[c] if c >= 0 else ALL for c in d.codes[known]]
    data = pd.DataFrame(
        {
            "x": d.x[known],
            "y": d.y[known],
            "level": ["not recorded" if lv is ALL and names.used else names.label(lv) for lv in levels],
            "colour": [names.colour(lv) for lv in levels],
        }
    )
    first, second = d.measures
    r = result.rows(variable_level="change", week=d.week, group1_level=ALL)["r"].iloc[0]
    told = f"r = {number(r, 2)}" if not np.isnan(r) else "no correlation can be computed"
    taken = " taken to be" if first.assumed or second.assumed else ""
    better = f"Better is{taken} {'right' if first.higher_is_better else 'left'} and {'up' if second.higher_is_better else 'down'}."
    return Chart(
        _scatter(f"Change in {first.name} to week {d.week}", f"Change in {second.name}"),
        {"points": data, "zero": pd.DataFrame({"at": [0.0]})},
        f"Change in {second.name} against change in {first.name} from baseline to week {d.week}, "
        f"{counted(len(data), 'patient')}: {told}.",
        f"Each point is a patient. {better}",
        of_patients=True,
    )
