"""The axis of weeks: to scale, as many of the visits written as the width has room for, the first and the last always among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

#: From this width in pixels on → the share of the axis that lies between two written weeks. A number of two digits takes 26 pixels.
_APART = ((700, 0.035), (420, 0.075), (0, 0.13))


def written(weeks: Sequence[int], apart: float) -> list[int]:
    """The weeks that are written: the last, the first, and between them those that keep ``apart`` (a share of all weeks)."""
    first, out = weeks[0], [weeks[-1]]
    gap = apart * (weeks[-1] - first)
    for week in reversed(weeks[1:-1]):
        if out[-1] - week >= gap and week - first >= gap:
            out.append(week)
    return [*([first] if first < weeks[-1] else []), *out[::-1]]


#: Pixels for "Week 52" with air beside it, and those below which a picture has the numbers alone, after the first; so it has where a
#: visit has less room than the words, which would be cut at the right end.
_NAMED, _NARROW, _OWN = 58, 420, 48


def named(visits: Sequence[str], behind: bool = False, **options: Any) -> alt.Axis:
    """An axis of visits by name ("Week 8"), side by side: as many written as there is room for, the first and the last among them.
    ``behind``: another category stands before the first visit, which then gives way."""
    n = len(visits)
    i = f"indexof({list(visits)}, datum.value)"
    every = f"max(1, ceil((width < {_NARROW} ? 48 : {_NAMED}) * {n} / max(width, 1)))"
    due = f"({n - 1} - {i}) % {every} == 0"
    written = f"({i} >= {every} - 1 && {due})" if behind else f"({i} == 0 || ({i} >= {every} && {due}))"
    alone = f"2 * {every} - 1" if behind else "1"
    whole = f"width >= {max(_NARROW, _OWN * n)} || {i} < {alone}"
    return alt.Axis(
        labelAngle=0,
        labelOverlap=False,
        labelExpr=f"{i} < 0 ? datum.label : {written} ? (({whole}) ? datum.label : replace(datum.label, /[^0-9]+/g, '')) : ''",
        **options,
    )


def shown(weeks: Sequence[int], field: str) -> str:
    """Whether the week in ``field`` is written in a picture of the width that it is drawn at, as an expression of Vega."""
    lists = str(written(weeks, _APART[-1][1]))
    for width, apart in _APART[-2::-1]:
        lists = f"width >= {width} ? {written(weeks, apart)} : {lists}"
    return f"indexof({lists}, datum.{field}) >= 0"


def axis(weeks: Sequence[int]) -> alt.Axis:
    """An axis with a tick at every visit. Vega's own way with labels that touch leaves out every other, and the last with them."""
    return alt.Axis(
        values=list(weeks),
        grid=False,
        format="d",
        labelOverlap=False,
        tickCount=len(weeks),  # else Vega leaves out ticks of a narrow axis, every other one until few enough are left
        labelExpr=f"{shown(weeks, 'value')} ? datum.label : ''",
    )
