"""The ROC curve of one column of numbers, with Youden's cut and the cut of the model on it."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts.chart import Chart, draws, template
from aadash.errors import NotComputable
from aadash.formatting import interval, number, percent
from aadash.palette import NEUTRAL, PALETTE
from aadash.result import Result

#: Where the names of the marks stand: lines (%) of the corner under the line of chance, which a curve that ranks leaves empty.
#: Beside their points they would lie on that line, or on the curve.
NAMES = (11.0, 4.0)


@template
def _roc() -> Any:
    x = alt.X(
        "fpr:Q",
        title="1 − specificity (%): others taken for responders",
        scale=alt.Scale(domain=[0, 100], nice=False, range=[0, alt.ExprRef(expr="min(width - 12, height)")]),
        axis=alt.Axis(grid=False, tickCount=6, titleAnchor="start"),
    )
    y = alt.Y(
        "tpr:Q",
        title="Responders found (%)",
        scale=alt.Scale(domain=[0, 100], nice=False),
        axis=alt.Axis(grid=False, tickCount=6),
    )
    fill = alt.Color("colour:N", scale=None, legend=None)
    order = alt.Order("order:Q")
    tip = [
        alt.Tooltip("cut:N", title="Cut at"),
        alt.Tooltip("tpr:Q", title="Sensitivity (%)", format=".0f"),
        alt.Tooltip("fpr:Q", title="1 − specificity (%)", format=".0f"),
    ]
    chance_line = alt.Chart(alt.NamedData("chance_line")).mark_line(strokeDash=[4, 4], color="#888888").encode(x, y)
    curve = alt.Chart(alt.NamedData("curve"))
    points, names = alt.Chart(alt.NamedData("points")), alt.Chart(alt.NamedData("names"))
    return alt.layer(
        chance_line,
        curve.mark_line(strokeWidth=3, color=PALETTE[0]).encode(x, y, order),
        curve.mark_point(size=24, filled=True, opacity=1, color=PALETTE[0]).encode(x, y, tooltip=tip),
        points.mark_point(size=140, filled=True, opacity=1).encode(x, y, fill, tooltip=tip),
        names.mark_point(size=140, filled=True, opacity=1, xOffset=-6).encode(x, y, fill),
        names.mark_text(align="right", dx=-18).encode(x, y, text="text:N"),
    ).properties(height=380)


@draws("predictor_cuts", "roc")
def roc_curve(result: Result) -> Chart:
    """The ROC curve of ``predictor_cuts`` (yes/no outcomes), unadjusted. Raises NotComputable for numeric outcomes."""
    d = result.details
    if d.roc is None:
        raise NotComputable("An ROC curve is for yes/no outcomes")
    c = d.roc
    curve = pd.DataFrame(
        {
            "fpr": 100 * (1 - c["specificity"]),
            "tpr": 100 * c["sensitivity"],
            "cut": [f"{t:.4g}" for t in c["threshold"]],
            "order": range(len(c)),
        }
    )
    youden = result.table[result.table["role"] == "youden"]
    best = youden.iloc[0]
    marks = [
        {
            "fpr": 100 * (1 - best["specificity"]),
            "tpr": 100 * best["sensitivity"],
            "cut": f"{best['cut']:.4g}",
            "text": f"Youden: {best['cut']:.4g}",
            "colour": NEUTRAL,
        }
    ]
    if d.given:
        sensitivity, specificity = d.roc_cut
        marks.append(
            {
                "fpr": 100 * (1 - specificity),
                "tpr": 100 * sensitivity,
                "cut": f"{d.cut:g}",
                "text": f"in the model: {d.cut:g}",
                "colour": PALETTE[1],
            }
        )
    names = pd.DataFrame(marks)[["text", "colour"]].assign(fpr=100.0, tpr=NAMES[-len(marks) :])
    limits = "" if np.isnan(best["low"]) else f" ({interval(best['low'], best['high'], 2)})"
    area = f"area {number(best['auc'], 2)}{limits}"
    told = "; ".join(
        f"{m['text']}, sensitivity {percent(m['tpr'] / 100, 0)}, specificity {percent(1 - m['fpr'] / 100, 0)}" for m in marks
    )
    chance_line = pd.DataFrame({"fpr": [0, 100], "tpr": [0, 100]})
    return Chart(
        _roc(),
        {"curve": curve, "points": pd.DataFrame(marks), "names": names, "chance_line": chance_line},
        f"ROC curve of {d.name} for {d.outcome}: {area}. {told}.",
        f"Unadjusted, {area}. Dashed: chance. Youden's cut has the largest sum of sensitivity and specificity in these "
        "patients, and will do worse in the next.",
    )
