"""Cells that are shaded by their number, and the ink that is read on each.

A cell is a tint of the ground, whichever that is, with words in the ink of the theme; or it is filled with a colour of its own, the
same on light and on dark, and has black or white words.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

#: The opacity of the deepest tint: the ink of the theme is read on it, on light and on dark (4.5 to 1).
DEEPEST = 0.72
Colour = tuple[int, int, int]


def between(a: Colour, b: Colour, share: float) -> Colour:
    """The colour at ``share`` (0 to 1) of the way from ``a`` to ``b``."""
    red, green, blue = (round(x + share * (y - x)) for x, y in zip(a, b, strict=True))
    return red, green, blue


def written(colour: Colour) -> str:
    """ "#0072B2"."""
    return "#{:02X}{:02X}{:02X}".format(*colour)


def ink_on(colour: Colour) -> str:
    """Black or white, whichever contrasts more (relative luminance, WCAG 2.2): above 4.5 on any colour."""
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "#FFFFFF"


def ink_of(written: str) -> str:
    """The same for a colour as it is written: "#0072B2"."""
    return ink_on((int(written[1:3], 16), int(written[3:5], 16), int(written[5:7], 16)))


def tinted(cells: pd.DataFrame, shares: pd.Series, colour: Colour) -> pd.DataFrame:
    """``cells`` with ``fill`` and ``solid`` (its opacity) for ``shares`` (0 to 1) of the deepest tint of ``colour``: on any ground the
    larger share lies farther from it."""
    return cells.assign(fill=written(colour), solid=DEEPEST * shares)


def cells(base: alt.Chart, x: alt.X, y: alt.Y, tip: list[alt.Tooltip]) -> alt.RectChart | Any:
    """The cells, on ``fill`` and ``solid``."""
    return base.mark_rect(stroke="#88888855", cornerRadius=3).encode(
        x, y, alt.Fill("fill:N", scale=None, legend=None), alt.FillOpacity("solid:Q", scale=None, legend=None), tooltip=tip
    )


def words(base: alt.Chart, x: alt.X, y: alt.Y, text: str, room: int = 0, **style: Any) -> list[Any]:
    """What is written in the cells: in the ink of the cell where it is filled, in that of the theme where it is a tint. Nothing in a
    picture narrower than ``room`` pixels: the shade stands alone where words would cover each other."""
    base = base.transform_filter(f"width >= {room}") if room else base
    ink = alt.Color("ink:N", scale=None, legend=None)
    return [
        base.transform_filter("datum.solid >= 1").mark_text(**style).encode(x, y, ink, text=text),
        # a stroke, though none is seen: no halo that words have on the ground of a page (page.css)
        base.transform_filter("datum.solid < 1").mark_text(stroke="transparent", **style).encode(x, y, text=text),
    ]
