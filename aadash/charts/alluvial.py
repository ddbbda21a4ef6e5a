"""How patients move between bands of severity: a bar per visit, ribbons from band to band."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts.bands import SHADES
from aadash.charts.chart import Chart, draws, template
from aadash.charts.tints import ink_of
from aadash.formatting import count
from aadash.measure import BANDS_HOLD
from aadash.palette import EDGE
from aadash.result import Result

#: Half the width of a bar, in steps between visits; points along a ribbon.
HALF, POINTS = 0.09, 17


@template
def _alluvial(names: tuple[str, ...], weeks: tuple[int, ...]) -> Any:
    places = list(range(len(weeks)))
    labels = f"{[f'Week {week}' for week in weeks]}[round(datum.value)]"
    axis = alt.Axis(values=places, labelExpr=labels, grid=False, title=None, domain=False, ticks=False)
    x = alt.X("x:Q", scale=alt.Scale(domain=[-0.2, len(weeks) - 0.8], nice=False), axis=axis)
    y = alt.Y("low:Q", title="Patients", axis=alt.Axis(gridOpacity=0.5, tickCount=6))
    legend = alt.Legend(title=None, orient="top", columns=4, symbolStrokeColor=EDGE, symbolStrokeWidth=1, symbolSize=130)
    fill = alt.Color("band:N", scale=alt.Scale(domain=list(names), range=list(SHADES)), legend=legend)
    ribbons, bars = alt.Chart(alt.NamedData("ribbons")), alt.Chart(alt.NamedData("bars"))
    moved = [
        alt.Tooltip("band:N", title="Band before"),
        alt.Tooltip("to:N", title="Band after"),
        alt.Tooltip("told:N", title="Patients"),
    ]
    stood = [alt.Tooltip("band:N", title="Band"), alt.Tooltip("week:Q", title="Week"), alt.Tooltip("told:N", title="Patients")]
    return alt.layer(
        ribbons.mark_area(fillOpacity=0.45, stroke=EDGE, strokeWidth=0.6, line=False).encode(
            x, y, alt.Y2("high:Q"), fill, alt.Detail("ribbon:N"), tooltip=moved
        ),
        bars.mark_rect(stroke=EDGE, strokeWidth=1).encode(x, alt.X2("x2:Q"), y, alt.Y2("high:Q"), fill, tooltip=stood),
        bars.transform_filter("datum.share >= 0.06")
        .mark_text()
        .encode(alt.X("middle:Q"), alt.Y("centre:Q"), text="k:Q", color=alt.Color("ink:N", scale=None, legend=None)),
    ).properties(height=380)


@draws("severity_flow", "flow")
def flow_between_bands(result: Result) -> Chart:
    """Patients in each band at each visit, and ribbons as wide as the patients who went from band to band between two visits.

    A ribbon counts patients seen at both visits; what of a bar no ribbon leaves or reaches was not seen at the other visit.
    """
    t = result.table
    stood, moved = t[t["variable_level"].isna()], t[t["from_week"].gt(-1) & (t["variable"] != "since baseline")]
    names = tuple(dict.fromkeys(stood["variable"]))
    weeks = tuple(sorted({int(w) for w in stood["week"]}))
    counts = {(int(w), b): int(k) for w, b, k in zip(stood["week"], stood["variable"], stood["k"], strict=True)}
    bottom = {(w, b): sum(counts[w, other] for other in names[:i]) for w in weeks for i, b in enumerate(names)}
    bars = []
    for i, week in enumerate(weeks):
        n = sum(counts[week, b] for b in names)
        for j, band in enumerate(names):
            k, low = counts[week, band], bottom[week, band]
            place = {"x": i - HALF, "x2": i + HALF, "middle": float(i), "low": low, "high": low + k, "centre": low + k / 2}
            ink = ink_of(SHADES[j])
            bars.append({"band": band, "week": week, "k": k, "share": k / n if n else 0.0, "told": count(k, n), "ink": ink, **place})
    ribbons = _ribbons(moved, names, weeks, bottom)
    whom = "A ribbon is of patients seen at both visits; where a bar has none, the other visit was missed."
    if result.apart:
        whom = "A ribbon is of patients with SALT at both visits; where a bar has none, the other visit has no SALT of them."
    caption = f"Numbers are patients. {whom} {BANDS_HOLD}"
    return Chart(_alluvial(names, weeks), {"bars": pd.DataFrame(bars), "ribbons": ribbons}, result.sentence, caption)


def _ribbons(moved: pd.DataFrame, names: tuple[str, ...], weeks: tuple[int, ...], bottom: dict[tuple[int, str], int]) -> pd.DataFrame:
    """Points of the edges of every ribbon, in the order in which they leave (and reach) each bar: to (from) the mildest band first."""
    columns = ["ribbon", "band", "to", "told", "x", "low", "high"]
    how = {(int(w), a, b): (int(k), int(n)) for w, a, b, k, n in zip(
        moved["week"], moved["variable_level"], moved["variable"], moved["k"], moved["n"], strict=True)}  # fmt: skip
    along = np.linspace(0.0, 1.0, POINTS)
    bend = along**2 * (3 - 2 * along)
    rows: list[tuple] = []
    for i, (before, after) in enumerate(pairwise(weeks)):
        leave = {b: bottom[before, b] for b in names}
        reach = {b: bottom[after, b] for b in names}
        for a in names:
            for b in names:
                k, n = how.get((after, a, b), (0, 0))
                if not k:
                    continue
                low = leave[a] + (reach[b] - leave[a]) * bend
                x = i + HALF + (1 - 2 * HALF) * along
                rows += [(f"{i} {a} {b}", a, b, count(k, n), px, py, py + k) for px, py in zip(x, low, strict=True)]
                leave[a] += k
                reach[b] += k
    return pd.DataFrame(rows, columns=columns)
