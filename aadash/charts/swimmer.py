"""A swimmer plot: one line per patient from the first dose to the last visit, thick where the endpoint is met."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts.chart import Chart, draws, template
from aadash.charts.weeks import axis as week_axis
from aadash.endpoints import endpoint
from aadash.formatting import counted
from aadash.palette import NEUTRAL
from aadash.result import Result

#: More patients than this are not told apart on a screen; every k-th of the ordered ones is drawn.
MOST = 150


@template
def _swimmer(weeks: tuple[int, ...], n: int) -> Any:
    x = alt.X(
        "start:Q",
        title="Weeks since first dose",
        scale=alt.Scale(domain=[0, weeks[-1]], nice=False),
        axis=week_axis(weeks),
    )
    y = alt.Y("place:Q", axis=None, scale=alt.Scale(domain=[-0.5, n - 0.5], nice=False, reverse=True))
    tip = [alt.Tooltip("level:N", title="Stratum"), alt.Tooltip("told:N", title="Course")]
    base = alt.Chart(alt.NamedData("lines"))
    good = alt.Chart(alt.NamedData("responses"))
    return alt.layer(
        base.mark_rule(strokeWidth=1, color="#888888").encode(x, y, alt.X2("end:Q"), tooltip=tip),
        good.mark_rule(strokeWidth=5 if n <= 60 else 3).encode(
            x, y, alt.X2("end:Q"), alt.Color("colour:N", scale=None, legend=None), tooltip=tip
        ),
        alt.Chart(alt.NamedData("ends")).mark_tick(thickness=2, size=6, color="#888888").encode(alt.X("end:Q"), y),
    ).properties(height=max(160, min(4 * n + 40, 620)))


@draws("sustained_response", "swimmer")
def swimmer(result: Result) -> Chart:
    """Patients who can be followed, by stratum and then by when they first responded.

    A response holds from the visit at which it was seen to the visit at which it was not, or to the last visit.
    """
    d, rule = result.details, endpoint(result.plan.endpoint, result.measure)
    base = d.values[:, 0]
    status = rule.response(base, d.values)
    status[:, 0] = np.nan
    follow = np.flatnonzero(rule.followable(base) & ~np.isnan(d.values[:, 1:]).all(axis=1))
    weeks = np.array(d.weeks)
    first = np.array([weeks[np.argmax(status[i] == 1)] if (status[i] == 1).any() else np.inf for i in follow])
    order = follow[np.lexsort((first, d.codes[follow]))]
    shown = order[:: max(1, int(np.ceil(len(order) / MOST)))]
    lines, responses = [], []
    for place, i in enumerate(shown):
        level = result.labels.levels[d.codes[i]] if d.codes[i] >= 0 else ""
        name = result.labels.label(level) if level else "no stratum"
        seen = np.flatnonzero(~np.isnan(status[i]))
        spans, start = [], None
        for j in seen:
            if status[i, j] == 1 and start is None:
                start = weeks[j]
            elif status[i, j] == 0 and start is not None:
                spans.append((start, weeks[j]))
                start = None
        last = int(weeks[seen[-1]])
        if start is not None:
            spans.append((start, last))
        told = f"{rule.symbol} first at week {int(spans[0][0])}" if spans else f"{rule.symbol} never seen"
        lines.append({"place": place, "start": 0, "end": last, "level": name, "told": told})
        colour = result.labels.colour(level) if level else NEUTRAL
        # A response seen at the last visit alone has no length: a short mark says that it was there.
        responses += [
            {"place": place, "start": a - (0.6 if a == b else 0), "end": b, "level": name, "told": told, "colour": colour}
            for a, b in spans
        ]
    columns = ["place", "start", "end", "level", "told", "colour"]
    left = len(order) - len(shown)
    return Chart(
        _swimmer(tuple(int(w) for w in d.weeks), len(shown)),
        {
            "lines": pd.DataFrame(lines, columns=columns[:-1]),
            "responses": pd.DataFrame(responses, columns=columns),
            "ends": pd.DataFrame(lines, columns=columns[:-1]),
        },
        result.sentence,
        "A line per patient to the last score; thick and coloured by stratum while the endpoint is met, from the visit at which "
        "it was seen."
        + (f" {counted(left, 'patient')} {'is' if left == 1 else 'are'} not drawn, to keep lines apart." if left else ""),
        of_patients=True,
    )
