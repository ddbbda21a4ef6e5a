"""The looks of a ledger against chance: sorted p-values beside the line that they would follow if nothing were going on."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts.chart import Chart, template
from aadash.errors import NotComputable
from aadash.formatting import p_value
from aadash.ledger import Ledger
from aadash.palette import NEUTRAL, PALETTE


@template
def _ranked(top: int) -> Any:
    x = alt.X(
        "rank:Q",
        title="Questions, from the smallest p to the largest",
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(format="d", grid=False, tickCount=6),
    )
    y = alt.Y("p:Q", title="p", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(gridOpacity=0.35, tickCount=5))
    tip = [alt.Tooltip("question:N", title="Question"), alt.Tooltip("told:N", title="p"), alt.Tooltip("declared:N", title="Declared")]
    return alt.layer(
        alt.Chart(alt.NamedData("chance")).mark_line(strokeDash=[4, 4], color="#888888").encode(x, y),
        alt.Chart(alt.NamedData("alpha")).mark_rule(color="#888888", opacity=0.5).encode(alt.Y("at:Q")),
        alt.Chart(alt.NamedData("looks"))
        .mark_point(size=55, filled=True, opacity=0.85)
        .encode(x, y, alt.Color("colour:N", scale=None, legend=None), tooltip=tip),
    ).properties(height=320)


def ranked_looks(ledger: Ledger, alpha: float) -> Chart:
    """Each look's p by rank, with the diagonal of chance (Schweder & Spjøtvoll 1982, doi:10.1093/biomet/69.3.493).

    Orange: declared beforehand; blue: found by looking. Raises NotComputable for a ledger without a p.
    """
    looks = sorted((look for look in ledger.looks if not np.isnan(look.p)), key=lambda look: look.p)
    if not looks:
        raise NotComputable("No question with a p-value has been asked yet")
    n = len(looks)
    frame = pd.DataFrame(
        {
            "rank": np.arange(1, n + 1),
            "p": [look.p for look in looks],
            "told": [p_value(look.p) for look in looks],
            "question": [f"{look.outcome}{'' if look.week is None else f', week {look.week}'}, {look.contrast}" for look in looks],
            "declared": ["beforehand" if look.declared else "no" for look in looks],
            "colour": [PALETTE[1] if look.declared else PALETTE[0] for look in looks],
        }
    )
    small = int((frame["p"] <= alpha).sum())
    return Chart(
        _ranked(n + 1),
        {
            "looks": frame,
            "chance": pd.DataFrame({"rank": [0, n + 1], "p": [0.0, 1.0]}),
            "alpha": pd.DataFrame({"at": [alpha], "colour": [NEUTRAL]}),
        },
        f"{n} p-values sorted, {small} of them at or below {alpha:g}.",
        f"Dashed: what chance alone would give. Solid: p = {alpha:g}. Blue: found by looking; orange: declared beforehand.",
    )
