"""Names at the ends of curves: in ink, moved apart where they would touch, each with a line that leads to its curve."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from aadash.charts.chart import spread

#: A leader's length and the room for names, as shares of the last week.
LEADER, ROOM = 0.035, 0.25
#: Names are set so far apart, as a share of the axis.
APART = 0.055
#: On a telephone a longer name of several words takes two lines: "SALT 95–100" and "SALT 50–94" were both "SALT …".
_TWO_LINES = "width < 480 && length(datum.text) > 8"


def layers(y: alt.Y, fill: alt.Color, when: str = "true") -> list[alt.Chart]:
    """The leaders and the names on the data called ``labels``; ``y`` and ``fill`` are those of the curves. ``when`` says to Vega
    whether they are drawn."""
    base = alt.Chart(alt.NamedData("labels"))
    base = base if when == "true" else base.transform_filter(when)
    across = alt.X("week:Q")
    lead = base.mark_rule(strokeWidth=1.2, opacity=0.8).encode(across, alt.Y("from:Q"), alt.X2("to:Q"), alt.Y2("value:Q"), fill)
    name = (
        base.transform_calculate(text=f"{_TWO_LINES} ? replace(datum.text, ' ', '\\n') : datum.text")
        .mark_text(align="left", dx=4, fontWeight="bold", lineBreak="\n", limit=alt.ExprRef(expr="0.17*width"))
        .encode(alt.X("to:Q"), alt.Y("value:Q"), text="text:N")
    )
    return [lead, name]


def frame(
    last: float, values: Sequence[float], names: Sequence[str], colours: Sequence[str], domain: tuple[float, float]
) -> pd.DataFrame:
    """The data of :func:`layers`: curves that end at week ``last`` on ``values``, within the axis ``domain``."""
    gap = APART * (domain[1] - domain[0])
    at = spread(list(values), gap, domain[0] + gap / 3, domain[1] - gap / 3)
    return pd.DataFrame(
        {"week": last, "to": last * (1 + LEADER), "from": list(values), "value": at, "text": list(names), "colour": list(colours)}
    )
