"""Normal quantile–quantile plots: how normal are these values?"""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts.chart import Chart, draws, template
from aadash.charts.subgroup_axis import change_title
from aadash.errors import NotComputable
from aadash.formatting import number
from aadash.palette import NEUTRAL
from aadash.result import Result


@template
def _qq(title: str) -> Any:
    base = alt.Chart(alt.NamedData("points"))
    x = alt.X(
        "normal:Q", title="Expected of a normal distribution", scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=6, grid=False)
    )
    y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=6))
    fill = alt.Color("colour:N", scale=None, legend=None)
    line = (
        alt.Chart(alt.NamedData("lines"))
        .mark_line(strokeDash=[4, 4])
        .encode(x, alt.Y("value:Q", title=title), fill, detail="series:N")
    )
    points = base.mark_point(size=28, filled=True, opacity=1).encode(
        x, y, fill, tooltip=[alt.Tooltip("series:N", title="Group"), alt.Tooltip("told:N", title="Value")]
    )
    return alt.layer(line, points).properties(height=280)


@draws("between_strata", "qq")
@draws("change_from_baseline", "qq")
def qq_plot(result: Result) -> Chart:
    """Points on their dashed line are as a normal distribution would have them.

    ``result.details.qq`` maps a label to (normal quantiles, values in order). The line runs through the quartiles, as R's
    ``qqline``. Raises NotComputable where no group has values enough.
    """
    groups, names = result.details.qq, result.labels
    if not groups:
        raise NotComputable("No group has values enough for a normal quantile plot")
    shades = {names.label(level): names.colour(level) for level in names.levels}
    colours = {name: shades.get(name, NEUTRAL) for name in groups}
    points, lines = [], []
    digits = result.measure.digits_of("percent_change" if result.analysis == "between_strata" else "salt_change")
    for name, (normal, value) in groups.items():
        told = [number(v, digits) for v in value]
        points.append(pd.DataFrame({"series": name, "normal": normal, "value": value, "told": told, "colour": colours[name]}))
        q, at = np.quantile(value, [0.25, 0.75]), np.quantile(normal, [0.25, 0.75])
        slope = (q[1] - q[0]) / (at[1] - at[0]) if at[1] > at[0] else 0.0
        ends = np.array([normal.min(), normal.max()])
        lines.append(pd.DataFrame({"series": name, "normal": ends, "value": q[0] + slope * (ends - at[0]), "colour": colours[name]}))
    return Chart(
        _qq(change_title(result, result.analysis == "between_strata")),
        {"points": pd.concat(points), "lines": pd.concat(lines)},
        f"Normal quantile plot of {', '.join(groups)}: points off their line depart from a normal distribution.",
        "Points that follow their dashed line are as a normal distribution would have them.",
        of_patients=True,
    )
