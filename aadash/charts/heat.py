"""Missing visits as a heat map: strata down, weeks across."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from aadash.charts import tints
from aadash.charts.chart import Chart, draws, template, with_order
from aadash.charts.weeks import named
from aadash.formatting import percent
from aadash.result import Result

#: The shade of half the patients or more.
ORANGE = (213, 94, 0)
#: A cell needs so many pixels for its number; in narrower ones the shade stands alone, and the table has the numbers.
NARROWEST = 19


@template
def _heat(height: int, visits: tuple[str, ...], score: str) -> Any:
    base = alt.Chart(alt.NamedData("cells"))
    x = alt.X("week:N", title=None, axis=named(visits, orient="top", ticks=False, domain=False))
    y = alt.Y("stratum:N", title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=220))
    tip = [
        alt.Tooltip("stratum:N", title="Stratum"),
        alt.Tooltip("week:N", title="Visit"),
        alt.Tooltip("told:N", title=f"Without {score}" if score else "Not seen"),
        alt.Tooltip("left:Q", title="of these, at no later visit either" if score else "of these, gone for good"),
    ]
    return alt.layer(
        tints.cells(base, x, y, tip),
        *tints.words(base, x, y, "text:N", NARROWEST * len(visits)),
    ).properties(height=height)


@draws("missingness", "map")
def missing_map(result: Result) -> Chart:
    """The share not seen, by stratum and week, of a ``missingness`` result; stronger is more, from 0 to 50 %."""
    t = result.table[result.table["variable"] == "missing"]
    cells = pd.DataFrame(
        {
            "stratum": [result.labels.short(lv) for lv in t["group1_level"]],
            "week": [f"Week {w}" for w in t["week"]],
            "rate": 100 * t["rate"].to_numpy(),
            "left": t["left"].to_numpy(),
            "text": [f"{int(m)}" for m in t["missing"]],
            "told": [f"{int(m)}/{n} ({percent(r)})" for m, n, r in zip(t["missing"], t["n_enrolled"], t["rate"], strict=True)],
        }
    )
    cells = tints.tinted(cells, (cells["rate"] / 50).clip(0, 1), ORANGE)
    worst = cells.iloc[int(cells["rate"].to_numpy().argmax())]
    visit = worst["week"]
    score = result.measure.name if result.apart else ""
    what = f"Patients without {result.measure.name}" if result.apart else "Patients not seen"
    spec = with_order(
        _heat(36 * cells["stratum"].nunique() + 30, tuple(dict.fromkeys(cells["week"])), score),
        x=list(dict.fromkeys(cells["week"])),
        y=list(dict.fromkeys(cells["stratum"])),
    )
    return Chart(
        spec,
        {"cells": cells},
        f"{what}, by stratum and week. Most: {worst['stratum']}, {visit}, {worst['told']}."
        if len(set(cells["stratum"])) > 1
        else f"{what}, by week. Most: {visit}, {worst['told']}.",
        f"The stronger the colour, the more patients with no {result.measure.name} at that visit.",
    )
