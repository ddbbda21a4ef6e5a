"""Selection in resamples as bars, and predicted against observed probability."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts import names
from aadash.charts.chart import Chart, draws, template
from aadash.errors import NotComputable
from aadash.formatting import listing, number, percent
from aadash.palette import NEUTRAL, PALETTE
from aadash.result import Result


@template
def _frequency(rows: tuple[str, ...]) -> Any:
    y = alt.Y(
        "row:N",
        sort=list(rows),
        title=None,
        axis=names.axis(rows),
    )
    x = alt.X(
        "share:Q", title="Resamples that choose it (%)", scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(gridOpacity=0.4, tickCount=6)
    )
    base = alt.Chart(alt.NamedData("bars"))
    fill = alt.Color("colour:N", scale=None, legend=None)
    return alt.layer(
        base.mark_bar(opacity=1, size=16).encode(x, y, fill),
        base.mark_text(align="left", dx=5).encode(x, y, text="told:N"),
    ).properties(height=names.picture(rows, 28))


@draws("predictor_stability", "frequency")
def selection_frequency(result: Result) -> Chart:
    """How often ``predictor_stability`` chose each predictor, the most frequent first."""
    t = result.table.sort_values("frequency", ascending=False, kind="stable")
    bars = pd.DataFrame(
        {
            "row": [names.wrapped(result.details.titles[v]) for v in t["variable"]],
            "share": 100 * t["frequency"].to_numpy(dtype=float),
            "told": [percent(f, 0) for f in t["frequency"]],
            "colour": [PALETTE[0] if c else NEUTRAL for c in t["chosen"]],
        }
    )
    return Chart(
        _frequency(tuple(bars["row"])),
        {"bars": bars},
        "How often each predictor is chosen: " + listing([f"{names.unwrapped(str(r.row))} {r.told}" for r in bars.itertuples()]) + ".",
        "Blue: chosen in these patients; grey: not.",
    )


@template
def _calibration() -> Any:
    x = alt.X("at:Q", title="Predicted probability (%)", scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(gridOpacity=0.4, tickCount=6))
    y = alt.Y(
        "observed:Q",
        title="Observed, corrected for optimism (%)",
        scale=alt.Scale(domain=[0, 100]),
        axis=alt.Axis(gridOpacity=0.4, tickCount=6),
    )
    ideal = alt.Chart(alt.NamedData("ideal")).mark_line(strokeDash=[4, 4], color="#888888").encode(x, y)
    named = alt.Chart(alt.NamedData("curve"))
    band = named.mark_area(opacity=0.15, color=PALETTE[0]).encode(x, alt.Y("low:Q"), alt.Y2("high:Q"))
    curve = named.mark_line(strokeWidth=3, color=PALETTE[0]).encode(x, y)
    rug = alt.Chart(alt.NamedData("rug")).mark_tick(thickness=1, size=9, opacity=1, color=NEUTRAL).encode(x, alt.Y("y:Q"))
    return alt.layer(band, ideal, curve, rug).properties(height=360)


@draws("predictor_performance", "calibration")
def calibration_plot(result: Result) -> Chart:
    """The corrected calibration curve of ``predictor_performance`` (yes/no outcomes), on the diagonal where perfect."""
    if not result.details.logistic:
        raise NotComputable("A calibration curve is for yes/no outcomes; slope and intercept stand in the table")
    d = result.details
    curve = pd.DataFrame(
        {"at": 100 * d.grid, "observed": 100 * d.calibration, "low": 100 * d.calibration_low, "high": 100 * d.calibration_high}
    ).dropna(subset=["observed"])
    if curve.empty:
        raise NotComputable("The predicted probabilities do not vary enough for a calibration curve")
    rug = pd.DataFrame({"at": 100 * np.asarray(result.details.predicted), "y": 2.0})
    shown = zip(curve["at"].iloc[::8], curve["observed"].iloc[::8], strict=True)
    told = "; ".join(f"{number(at, 0)} % predicted, {number(observed, 0)} % observed" for at, observed in shown)
    return Chart(
        _calibration(),
        {"curve": curve, "rug": rug, "ideal": pd.DataFrame({"at": [0, 100], "observed": [0, 100]})},
        f"Calibration corrected for optimism: {told}.",
        "Dashed: perfect. Ticks: the patients' own predictions. Band: pointwise limits from the resamples.",
        of_patients=True,
    )


@template
def _decision(low: float) -> Any:
    x = alt.X(
        "threshold:Q",
        title="Chance of a response at which one would treat (%)",
        scale=alt.Scale(domain=[0, 100]),
        axis=alt.Axis(grid=False),
    )
    y = alt.Y(
        "benefit:Q", title="Net benefit", scale=alt.Scale(domainMin=low, nice=False), axis=alt.Axis(gridOpacity=0.4, tickCount=6)
    )
    legend = alt.Legend(title=None, orient="top")
    fill = alt.Color("who:N", scale=alt.Scale(domain=list(ACTING), range=[PALETTE[0], NEUTRAL, NEUTRAL]), legend=legend)
    dash = alt.StrokeDash("who:N", scale=alt.Scale(domain=list(ACTING), range=[[1, 0], [1, 0], [6, 4]]), legend=legend)
    tip = [
        alt.Tooltip("who:N", title="Treat"),
        alt.Tooltip("threshold:Q", title="Threshold (%)"),
        alt.Tooltip("benefit:Q", title="Net benefit", format=".3f"),
    ]
    return alt.layer(
        alt.Chart(alt.NamedData("curves")).mark_line(strokeWidth=3, clip=True).encode(x, y, fill, dash, tooltip=tip)
    ).properties(height=320)


def _worth(every: np.ndarray, better: np.ndarray) -> str:
    """At which thresholds (per cent, of ``every`` one that is drawn) acting on the model is worth more."""
    if not len(better):
        return "The model is worth no more than treating everyone or nobody at any threshold."
    low, high = better.min(), better.max()
    if low == high:
        return f"The model is worth more than treating everyone or nobody at a threshold of {low:.0f} % alone."
    if len(better) < ((every >= low) & (every <= high)).sum():
        return f"The model is worth more than treating everyone or nobody at some thresholds between {low:.0f} and {high:.0f} %."
    return f"The model is worth more than treating everyone or nobody from {low:.0f} to {high:.0f} %."


#: Whom to treat, as the legend of a decision curve has it.
ACTING = ("Those whom the model predicts", "Everyone", "Nobody")


@draws("predictor_performance", "decision")
def decision_plot(result: Result) -> Chart:
    """Net benefit of acting on the model, corrected for optimism, against acting on everyone and on nobody."""
    if not result.details.logistic:
        raise NotComputable("A decision curve is for yes/no outcomes")
    t, rate = np.asarray(result.details.grid), result.details.rate
    everyone = rate - (1 - rate) * t / (1 - t)
    lines = zip(ACTING, (np.asarray(result.details.benefit), everyone, np.zeros(len(t))), strict=True)
    curves = pd.concat([pd.DataFrame({"who": who, "threshold": 100 * t, "benefit": v}) for who, v in lines], ignore_index=True)
    better = t[np.asarray(result.details.benefit) > np.maximum(everyone, 0) + 0.005]
    told = _worth(100 * t, 100 * better)
    return Chart(
        _decision(-0.05),
        {"curves": curves},
        told,
        "Corrected for optimism. The threshold is a judgement about harm and benefit, to be made before looking.",
    )
