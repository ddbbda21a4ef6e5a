"""The p-values of a ledger against chance: sorted p-values beside the line that they would follow if nothing were going on."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts.chart import Chart, draws, template
from aadash.errors import NotComputable
from aadash.formatting import p_value
from aadash.ledger import Ledger
from aadash.palette import NEUTRAL, PALETTE
from aadash.result import Result


@template
def _ranked(top: int) -> Any:
    x = alt.X(
        "rank:Q",
        title="Questions, from the smallest p to the largest",
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(format="d", grid=False, tickCount=6),
    )
    y = alt.Y("p:Q", title="p", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(gridOpacity=0.35, tickCount=5))
    tip = [
        alt.Tooltip("question:N", title="Question"),
        alt.Tooltip("printed:N", title="p"),
        alt.Tooltip("prespecified:N", title="Prespecified"),
    ]
    return alt.layer(
        alt.Chart(alt.NamedData("chance")).mark_line(strokeDash=[4, 4], color="#888888").encode(x, y),
        alt.Chart(alt.NamedData("alpha")).mark_rule(color="#888888").encode(alt.Y("at:Q")),
        alt.Chart(alt.NamedData("entries"))
        .mark_point(size=55, filled=True, opacity=1)
        .encode(x, y, alt.Color("colour:N", scale=None, legend=None), tooltip=tip),
    ).properties(height=320)


@draws("questions_asked", "ranked")
def ranked(result: Result) -> Chart:
    """The p-values of the questions that were asked, against chance."""
    return ranked_p_values(result.details.ledger, result.plan.alpha)


def ranked_p_values(ledger: Ledger, alpha: float) -> Chart:
    """Each entry's p by rank, with the diagonal of chance (Schweder & Spjøtvoll 1982, doi:10.1093/biomet/69.3.493).

    Orange: prespecified; blue: found by looking. Raises NotComputable for a ledger without a p.
    """
    entries = sorted((entry for entry in ledger.entries if not np.isnan(entry.p)), key=lambda entry: entry.p)
    if not entries:
        raise NotComputable("No question with a p-value has been asked yet")
    n = len(entries)
    frame = pd.DataFrame(
        {
            "rank": np.arange(1, n + 1),
            "p": [entry.p for entry in entries],
            "printed": [p_value(entry.p) for entry in entries],
            "question": [
                f"{entry.measured}{'' if entry.week is None else f', week {entry.week}'}, {entry.question}"
                + (f" ({entry.choices})" if entry.choices else "")
                for entry in entries
            ],
            "prespecified": ["yes" if entry.prespecified_at else "no" for entry in entries],
            "colour": [PALETTE[1] if entry.prespecified_at else PALETTE[0] for entry in entries],
        }
    )
    small = int((frame["p"] <= alpha).sum())
    return Chart(
        _ranked(n + 1),
        {
            "entries": frame,
            "chance": pd.DataFrame({"rank": [0, n + 1], "p": [0.0, 1.0]}),
            "alpha": pd.DataFrame({"at": [alpha], "colour": [NEUTRAL]}),
        },
        f"{n} p-values sorted, {small} of them at or below {alpha:g}.",
        f"Dashed: what chance alone would give. Solid: p = {alpha:g}. Blue: found by looking; orange: prespecified.",
    )
