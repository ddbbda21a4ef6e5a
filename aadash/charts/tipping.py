"""The tipping point: the difference of two strata against how much worse, or better, the unseen patients were."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts.chart import Chart, draws, template
from aadash.formatting import level_name, number, p_value, with_limits
from aadash.palette import PALETTE
from aadash.result import Result


@template
def _tipping(title: str, span: float, added: str) -> Any:
    x = alt.X(
        "delta:Q",
        title=added,
        scale=alt.Scale(domain=[-span, span], nice=False),
        axis=alt.Axis(grid=False, tickCount=9),
    )
    y = alt.Y("estimate:Q", title=title, axis=alt.Axis(gridOpacity=0.5))
    base = alt.Chart(alt.NamedData("curve"))
    colour = alt.value(PALETTE[0])
    tip = [
        alt.Tooltip("delta:Q", title="Points added", format="~g"),
        alt.Tooltip("told:N", title="Difference"),
        alt.Tooltip("p:N", title="p"),
    ]
    rule = alt.Chart(alt.NamedData("zero")).mark_rule(strokeDash=[4, 4], color="#888888").encode(alt.Y("at:Q"))
    point = alt.Chart(alt.NamedData("tip"))
    return alt.layer(
        rule,
        base.mark_area(opacity=0.15).encode(x, alt.Y("low:Q", title=title), alt.Y2("high:Q"), color=colour),
        base.mark_line(strokeWidth=3).encode(x, y, color=colour),
        base.mark_point(size=30, filled=True, opacity=1).encode(x, y, color=colour, tooltip=tip),
        point.mark_rule(strokeWidth=2, color=PALETTE[1]).encode(alt.X("delta:Q")),
        point.mark_text(align="left", dx=6, dy=-150, fontWeight="bold").encode(alt.X("delta:Q"), text="text:N"),
    ).properties(height=360)


@draws("tipping_point", "curve")
def tipping_curve(result: Result) -> Chart:
    """The pooled difference with its interval against the shift, the line of no difference, and where the conclusion changes."""
    t = result.rows(variable_level="delta")
    points = t["variable"].iloc[0] == "change"
    scale, digits = (1.0, result.measure.digits) if points else (100.0, 1)
    curve = pd.DataFrame(
        {
            "delta": t["delta"].astype(float),
            "estimate": scale * t["estimate"],
            "low": scale * t["ci_low"],
            "high": scale * t["ci_high"],
            "p": [p_value(p) for p in t["p_delta"]],
        }
    )
    curve["told"] = [
        with_limits(number(e, digits), a, b, digits) for e, a, b in zip(curve["estimate"], curve["low"], curve["high"], strict=True)
    ]
    at = float(result.rows(variable_level="tipping point")["delta"].iloc[0])
    tip = (
        pd.DataFrame({"delta": [at], "text": [result.measure.amount(at)]})
        if not np.isnan(at)
        else pd.DataFrame({"delta": [], "text": []})
    )
    up = result.measure.higher_is_better
    added = "Points added to what was not seen (lower is worse)" if up else "Points added to what was not seen (higher is worse)"
    title = f"Difference in mean change ({result.measure.unit})" if points else "Difference in responders (percentage points)"
    return Chart(
        _tipping(title, float(curve["delta"].abs().max()), added),
        {"curve": curve, "zero": pd.DataFrame({"at": [0.0]}), "tip": tip},
        result.sentence,
        f"The band is the {level_name(result.plan.level)} "
        "confidence interval under each assumption. At 0 the missing scores are like those of patients with the same course.",
    )
