"""Two readings: their difference against their mean, with the limits of agreement (Bland and Altman)."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from aadash.charts.chart import Chart, draws, template
from aadash.formatting import level_name, number
from aadash.palette import NEUTRAL, PALETTE
from aadash.result import Result

LINES = {"bias": "Mean difference", "lower limit": "Lower limit", "upper limit": "Upper limit"}


@template
def _bland_altman(first: str, second: str) -> Any:
    x = alt.X("middle:Q", title="Mean of the two readings", axis=alt.Axis(grid=False))
    y = alt.Y("difference:Q", title=f"{first} − {second}", axis=alt.Axis(gridOpacity=0.4))
    tip = [alt.Tooltip("middle:Q", title="Mean", format=".1f"), alt.Tooltip("difference:Q", title="Difference", format=".1f")]
    lines = alt.Chart(alt.NamedData("lines"))
    dash = alt.StrokeDash("dash:N", scale=alt.Scale(domain=["no", "yes"], range=[[1, 0], [5, 4]]), legend=None)
    return alt.layer(
        lines.mark_rect(opacity=0.12, color=PALETTE[0]).encode(alt.Y("low:Q"), alt.Y2("high:Q")),
        lines.mark_rule(strokeWidth=2, color=PALETTE[0]).encode(alt.Y("at:Q"), strokeDash=dash),
        lines.mark_text(align="right", dx=-4, dy=-7).encode(alt.Y("at:Q"), x=alt.value("width"), text="text:N"),
        alt.Chart(alt.NamedData("points"))
        .mark_point(filled=False, size=55, strokeWidth=1.8, opacity=1, color=NEUTRAL)
        .encode(x, y, tooltip=tip),
    ).properties(height=340)


@draws("rater_agreement", "bland_altman")
def bland_altman_plot(result: Result) -> Chart:
    """A point per patient; mean difference and limits of agreement with their intervals as bands."""
    d = result.details
    found = {r["variable"]: r for r in result.table.to_dict("records")}
    points = pd.DataFrame({"middle": (d.first + d.second) / 2, "difference": d.first - d.second})
    rows = [
        {
            "at": found[k]["estimate"],
            "low": found[k]["ci_low"],
            "high": found[k]["ci_high"],
            "text": f"{name} {number(found[k]['estimate'])}",
            "dash": "no" if k == "bias" else "yes",
        }
        for k, name in LINES.items()
    ]
    return Chart(
        _bland_altman(*d.names),
        {"points": points, "lines": pd.DataFrame(rows)},
        result.sentence,
        f"Bands are {level_name(result.plan.level)} confidence intervals of the mean difference and of the limits.",
        of_patients=True,
    )
