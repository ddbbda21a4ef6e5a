"""The answers of a class as bars, without names; drawn from what was counted, not from a result."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts import names
from aadash.charts.chart import Chart, template
from aadash.formatting import counted, listing
from aadash.palette import NEUTRAL, PALETTE

BINS = 10
#: Letters in a line of an answer: on a phone as much room is left for the bars.
LETTERS = 24


@template
def _bars(rows: tuple[str, ...]) -> Any:
    y = alt.Y("answer:N", sort=None, title=None, axis=names.axis(rows))
    x = alt.X("n:Q", title="Number of answers", axis=alt.Axis(tickMinStep=1, gridOpacity=0.4, titleAnchor=names.anchor()))
    fill = alt.Color("colour:N", scale=None, legend=None)
    base = alt.Chart(alt.NamedData("bars"))
    return alt.layer(
        base.mark_bar().encode(x, y, fill, tooltip=["answer:N", "n:Q"]),
        base.mark_text(align="left", dx=5).encode(x, y, text="n:Q"),
    ).properties(height=(names.height(rows, 26) + 8) * len(rows))


def poll(
    answers: Sequence[float | str], options: Sequence[str], low: float, high: float, unit: str, truth: float | str | None
) -> Chart:
    """How many gave each answer.

    ``options`` of a choice, else () and answers are numbers from ``low`` to ``high``, counted in ten ranges. ``truth`` is in colour;
    None colours nothing, as long as it should not be told.
    """
    if options:
        called = list(options)
        n = [sum(a == o for a in answers) for o in called]
        right = [o == truth for o in called]
    else:
        edges = np.linspace(low, high, BINS + 1)
        n = list(np.histogram([float(a) for a in answers], edges)[0])
        digits = 0 if float(high - low) >= BINS else 1
        called = [f"{a:.{digits}f} to {b:.{digits}f}{unit}" for a, b in pairwise(edges)]
        inside = [False] * BINS
        if truth is not None:
            inside[min(int((float(truth) - low) / (high - low) * BINS), BINS - 1)] = True
        right = inside
    rows = [names.wrapped(name, LETTERS) for name in called]
    bars = pd.DataFrame({"answer": rows, "n": n, "colour": [PALETTE[2] if r else NEUTRAL for r in right]})
    told = listing([f"{name}: {k}" for name, k in zip(called, n, strict=True) if k]) or "none yet"
    return Chart(
        _bars(tuple(rows)),
        {"bars": bars},
        f"{counted(len(answers), 'answer')} of the class. {told}.",
        _key(n, right) if truth is not None else "",
    )


def _key(n: Sequence[int], right: Sequence[bool]) -> str:
    """What the colour means, where a bar has it."""
    return "Green: the answer." if any(k for k, r in zip(n, right, strict=True) if r) else "Nobody gave the answer."
