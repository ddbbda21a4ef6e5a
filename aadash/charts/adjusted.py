"""Adjusted mean curves over the weeks, one a group, with an interval at every visit."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts import ends
from aadash.charts.chart import Chart, draws, template
from aadash.charts.weeks import axis as week_axis
from aadash.errors import NotComputable
from aadash.formatting import level_name, listing, number, with_limits
from aadash.levels import told_apart
from aadash.palette import PALETTE
from aadash.result import Result

#: Up to so many intervals are drawn; of more, those of the last visit alone: curves could not be followed between them.
MOST = 40


@template
def _adjusted(weeks: tuple[int, ...], title: str, domain: tuple[float, float], crowded: bool) -> Any:
    x = alt.X("at:Q", title="Weeks since first dose", axis=week_axis(weeks), scale=ends.scale())
    y = alt.Y("estimate:Q", title=title, scale=alt.Scale(domain=list(domain), nice=False), axis=alt.Axis(gridOpacity=0.4, tickCount=6))
    fill = alt.Color("colour:N", scale=None, legend=None)
    base = alt.Chart(alt.NamedData("means"))
    tip = [
        alt.Tooltip("level:N", title="Group"),
        alt.Tooltip("week:Q", title="Week"),
        alt.Tooltip("told:N", title="Adjusted mean"),
        alt.Tooltip("n:Q", title="Patients"),
    ]
    return alt.layer(
        alt.Chart(alt.NamedData("none")).mark_rule(strokeDash=[4, 4], color="#888888").encode(alt.Y("at:Q")),
        base.mark_rule(strokeWidth=1.6, clip=True).encode(x, alt.Y("low:Q"), alt.Y2("high:Q"), fill),
        base.mark_line(strokeWidth=1.8 if crowded else 3).encode(x, y, fill, detail="level:N"),
        base.mark_point(size=16 if crowded else 60, filled=True, opacity=1).encode(x, y, fill, tooltip=tip),
        *ends.layers(y, fill),
    ).properties(height=420)


@draws("response_patterns", "curves")
def adjusted_curves(result: Result) -> Chart:
    """Adjusted mean improvement of ``response_patterns`` over the weeks, from 0 at baseline; intervals as thin lines."""
    levels = tuple(result.details.levels)
    t = result.table[(result.table["role"] == "mean") & result.table["estimate"].notna()]
    if t.empty:
        raise NotComputable("There is no adjusted mean to draw")
    weeks = (0, *sorted({int(w) for w in t["week"]}))
    width = min(weeks[-1] / 110, 0.6 * float(np.diff(weeks).min()) / len(levels))
    means = pd.DataFrame(
        {
            "level": t["group1_level"],
            "week": t["week"].astype(int),
            "estimate": t["estimate"],
            "low": t["low"],
            "high": t["high"],
            "n": t["n"].astype(int),
        }
    )
    means["told"] = [with_limits(number(e), a, b) for e, a, b in zip(means["estimate"], means["low"], means["high"], strict=True)]
    start = means.drop_duplicates("level").assign(week=0, estimate=0.0, low=0.0, high=0.0, told="baseline")
    means = pd.concat([start, means], ignore_index=True).sort_values(["level", "week"])
    means["colour"] = [PALETTE[levels.index(lv) % len(PALETTE)] for lv in means["level"]]
    crowded = len(levels) * (len(weeks) - 1) > MOST
    limits = weeks[-1:] if crowded else weeks[1:]
    means.loc[~means["week"].isin(limits), ["low", "high"]] = np.nan
    # Intervals of neighbouring groups stand side by side, not on top of each other.
    means["at"] = [
        w + (levels.index(lv) - (len(levels) - 1) / 2) * width if w in limits else w
        for lv, w in zip(means["level"], means["week"].astype(float), strict=True)
    ]
    reached = means[["estimate", "low", "high"]]
    low, high = (float(end) for end in (np.floor(reached.min().min() / 10) * 10, np.ceil(reached.max().max() / 10) * 10))
    low, high = min(-10.0, low), max(100.0, high)
    last = means[means["week"] == weeks[-1]]
    called, shown = list(last["level"]), [f"{number(v)} %" for v in last["estimate"]]
    labels = ends.frame(
        float(last["at"].max()), list(last["estimate"]), told_apart(called), list(last["colour"]), (low, high), told=shown
    )
    asked = result.table[result.table["role"] == "test"]["week"]  # the week that the sentence is of, if anybody was seen then
    week = next((int(w) for w in asked if int(w) in weeks), weeks[-1])
    told = listing([f"{r.level} {r.told}" for r in means[means["week"] == week].itertuples()])
    interval = level_name(result.plan.level)
    return Chart(
        _adjusted(weeks, "Adjusted improvement (%)", (low, high), crowded),
        {"means": means, "labels": labels, "none": pd.DataFrame({"at": [0.0]})},
        f"Adjusted mean improvement at week {week}: {told}.",
        f"Mean of a patient with average covariates; thin lines are {interval} intervals at the last visit."
        if crowded
        else f"Mean of a patient with average covariates; thin lines are {interval} intervals at each visit.",
        key=ends.key(labels, called),
    )
