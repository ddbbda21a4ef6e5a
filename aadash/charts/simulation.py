"""The simulator's pictures: where the estimates fall, and which intervals hold the truth. They are drawn from frames, not results."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts.chart import Chart, template
from aadash.formatting import number
from aadash.palette import NEUTRAL, PALETTE

BINS = 40


@template
def _estimates() -> Any:
    x = alt.X("low:Q", title="Estimated effect (points of SALT)", axis=alt.Axis(grid=False))
    y = alt.Y("top:Q", title="Cohorts", axis=alt.Axis(gridOpacity=0.4, tickMinStep=1))
    fill = alt.Color("colour:N", scale=None, legend=None)
    truth = alt.Chart(alt.NamedData("truth"))
    return alt.layer(
        alt.Chart(alt.NamedData("bars"))
        .mark_bar(opacity=1)
        .encode(x, y, alt.X2("high:Q"), alt.Y2("bottom:Q"), fill, tooltip=["what:N", "n:Q"]),
        truth.mark_rule(strokeWidth=2.5, strokeDash=[5, 4], color="#888888").encode(alt.X("at:Q")),
        truth.mark_text(align="left", dx=6, fontWeight="bold").encode(alt.X("at:Q"), y=alt.value(10), text="text:N"),
    ).properties(height=280)


def estimates(frame: pd.DataFrame, effect: float) -> Chart:
    """How the estimates of all cohorts scatter about the true ``effect``; those below alpha in colour.

    ``frame`` has ``estimate`` and ``found`` (bool), a row a cohort.
    """
    values = frame["estimate"].to_numpy(float)
    low, high = (float(np.min([*values, effect])), float(np.max([*values, effect]))) if len(values) else (0.0, 1.0)
    edges = np.linspace(low, max(high, low + 1), BINS + 1)
    parts, bottom = [], np.zeros(BINS, dtype=int)
    for found, what, colour in ((True, "p below alpha", PALETTE[1]), (False, "p not below alpha", NEUTRAL)):
        n = np.histogram(values[frame["found"].to_numpy(bool) == found], edges)[0]
        bar = {"low": edges[:-1], "high": edges[1:], "n": n, "bottom": bottom, "top": bottom + n, "what": what, "colour": colour}
        parts.append(pd.DataFrame(bar))
        bottom = bottom + n
    k = int(frame["found"].sum())
    return Chart(
        _estimates(),
        {"bars": pd.concat(parts), "truth": pd.DataFrame({"at": [effect], "text": [f"True effect {number(effect)}"]})},
        f"Estimates of {len(frame)} cohorts about a true effect of {number(effect)}; in {k} of them p is below alpha.",
        "Orange: p below alpha. If few are orange, they lie far out: the winner's curse.",
    )


@template
def _intervals() -> Any:
    y = alt.Y("cohort:O", title="Cohort", axis=alt.Axis(labels=False, ticks=False, domain=False, grid=False))
    fill = alt.Color("colour:N", scale=None, legend=None)
    base = alt.Chart(alt.NamedData("intervals"))
    return alt.layer(
        alt.Chart(alt.NamedData("truth")).mark_rule(strokeWidth=2.5, strokeDash=[5, 4], color="#888888").encode(alt.X("at:Q")),
        base.mark_rule(strokeWidth=2).encode(
            alt.X("low:Q", title="Interval of the effect (points of SALT)"), y, alt.X2("high:Q"), fill
        ),
        base.mark_point(size=14, filled=True, opacity=1).encode(alt.X("estimate:Q"), y, fill),
    ).properties(height=280)


def intervals(frame: pd.DataFrame, effect: float, level: float) -> Chart:
    """The intervals of the last cohorts; those that miss the true ``effect`` in colour.

    ``frame`` has ``cohort, estimate, low, high, holds``.
    """
    data = frame.assign(colour=np.where(frame["holds"], NEUTRAL, PALETTE[1]))
    missed = int((~frame["holds"]).sum())
    return Chart(
        _intervals(),
        {"intervals": data, "truth": pd.DataFrame({"at": [effect]})},
        f"{100 * level:g} % intervals of the last {len(frame)} cohorts; {missed} miss the true effect of {number(effect)}.",
        f"Orange: misses the true effect. About {number((1 - level) * len(frame))} of {len(frame)} should.",
    )
