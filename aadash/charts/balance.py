"""Balance of two treatments: standardised mean differences before and after weighting."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from aadash.charts import names
from aadash.charts.chart import Chart, draws, template
from aadash.palette import NEUTRAL, PALETTE
from aadash.result import Result

#: A difference beyond this is called an imbalance (Austin 2009).
LIMIT = 0.1


@template
def _love(rows: tuple[str, ...], reach: float) -> Any:
    x = alt.X(
        "smd:Q",
        title="Standardised mean difference",
        scale=alt.Scale(domain=[-reach, reach], nice=False),
        axis=alt.Axis(gridOpacity=0.4),
    )
    y = alt.Y("row:N", sort=list(rows), title=None, axis=names.axis(rows))
    fill = alt.Color(
        "when:N",
        scale=alt.Scale(domain=["Before weighting", "After weighting"], range=[NEUTRAL, PALETTE[0]]),
        legend=alt.Legend(title=None, orient="top"),
    )
    tip = [
        alt.Tooltip("row:N", title="Covariate"),
        alt.Tooltip("when:N", title="When"),
        alt.Tooltip("smd:Q", title="SMD", format=".2f"),
    ]
    rules = alt.Chart(alt.NamedData("limits")).mark_rule(strokeDash=[4, 4], color="#888888").encode(alt.X("at:Q"))
    return alt.layer(
        rules, alt.Chart(alt.NamedData("points")).mark_point(filled=True, size=90, opacity=1).encode(x, y, fill, tooltip=tip)
    ).properties(height=names.picture(rows, 34))


@draws("treatment_comparison", "balance")
def balance(result: Result) -> Chart:
    """One line a covariate, its difference before and after weighting, and the limits of ±0.1."""
    t = result.rows(variable="balance")
    t = t.reindex(t["smd"].abs().sort_values(ascending=False).index)
    parts = [
        pd.DataFrame({"row": [*map(names.wrapped, t["variable_level"])], "smd": t[c], "when": w})
        for c, w in (("smd", "Before weighting"), ("smd_weighted", "After weighting"))
    ]
    points = pd.concat(parts, ignore_index=True).dropna()
    reach = max(0.3, float(points["smd"].abs().max()) * 1.1)
    return Chart(
        _love(tuple(map(names.wrapped, t["variable_level"])), round(reach, 2)),
        {"points": points, "limits": pd.DataFrame({"at": [-LIMIT, 0.0, LIMIT]})},
        result.sentence,
        "Between the dashed lines (±0.1) groups are called alike. What is not in the list is not balanced by this.",
    )
