"""What stands beside the lines of a chart: long names over several lines of text, whole, instead of cut at the end, and numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import altair as alt

from aadash.levels import width_of

#: Letters of Latin in a line of a name, height of such a line in pixels, and the room for it.
LETTERS, LINE, ROOM = 38, 15, 280
#: What an axis below takes of a picture's height, with its title.
AXIS = 70


#: A space at which a name may be parted: not within "n = 13" or "> 48".
_PARTED = re.compile(r"(?<![=<>≤≥]) (?![=<>≤≥])")

#: How a line ends that goes on in the next: after a space, or inside a word. A line that the writer ended has neither.
SPACE, INSIDE = " \n", "\u200b\n"


#: Room for an estimate with its interval at the right, and whether a picture has it: from so many pixels on.
NUMBERS, NARROW = 170, 400
WITH_NUMBERS = f"width >= {NARROW} * grown"


def beside_numbers(otherwise: int = 0) -> list[Any]:
    """From where to where the marks go, so that the numbers stand clear of them; ``otherwise`` is their room in a narrow picture."""
    return [0, alt.ExprRef(expr=f"{WITH_NUMBERS} ? width - {NUMBERS} * grown : width - {otherwise} * grown")]


def told_beside(base: alt.Chart, *channels: Any) -> alt.Chart:
    """The numbers of each line at the right end, with their intervals ("told") where the picture has room, else alone ("shown")."""
    said = base.transform_calculate(said=f"{WITH_NUMBERS} ? datum.told : datum.shown")
    return said.mark_text(align="right", baseline="middle").encode(alt.XValue(alt.ExprRef(expr="width")), *channels, text="said:N")


def wrapped(name: str, most: int = LETTERS) -> str:
    """The name in lines of at most ``most`` letters, parted at spaces; a word that is longer, as in Japanese, between letters."""
    return "\n".join(_wrapped(given, most) for given in name.split("\n"))


def unwrapped(name: str) -> str:
    """The name as it was before :func:`wrapped`."""
    return name.replace(SPACE, " ").replace(INSIDE, "")


def _wrapped(name: str, most: int) -> str:
    out, line = "", None
    for word in _PARTED.split(name):
        together = word if line is None else f"{line} {word}"
        if width_of(together) <= most:
            line = together
            continue
        if line is not None:
            out += line + SPACE
        while width_of(word) > most:
            cut = next(i for i in range(len(word), 0, -1) if width_of(word[:i]) <= most)
            out += word[:cut] + INSIDE
            word = word[cut:]
        line = word
    return out + (line or "")


def tallest(names: Sequence[str]) -> int:
    """The most lines that one of the names has."""
    return max((name.count("\n") + 1 for name in names), default=1)


def height(names: Sequence[str], least: int) -> int:
    """Height of a row that holds the name with the most lines."""
    return max(least, LINE * tallest(names) + 10)


def picture(names: Sequence[str], least: int) -> int:
    """Height of a picture of these rows; where they are few, its axis and title leave each its lines of words."""
    return max(height(names, least) * len(names), max(22, LINE * tallest(names) + 6) * len(names) + AXIS)


def anchor() -> Any:
    """Where the title of the axis across stands: in the middle, and in a picture whose names leave it little width at the end, where
    it goes on to the left instead of being cut at the right."""
    return alt.ExprRef(expr="width < 260 ? 'end' : null")


def axis(names: Sequence[str], **options: Any) -> alt.Axis:
    """An axis of names in lines, each in the middle of its row: Vega puts the first line there, so most are moved up."""
    most = tallest(names)
    lines = "length(split(datum.value, '\\n'))"
    baseline: Any = "middle"
    if most > 1:
        baseline = {
            "condition": [
                {"test": f"{lines} == {most}", "value": "bottom"},
                {"test": f"{lines} < {most - 1}", "value": "top"},
            ],
            "value": "middle",
        }
    return alt.Axis(
        labelLimit=ROOM,
        labelOverlap=False,
        labelExpr="split(datum.label, '\\n')",
        labelLineHeight=LINE,
        labelBaseline=baseline,
        labelOffset=-LINE / 2 * max(0, most - 2),
        ticks=False,
        domain=False,
        labelPadding=8,
        **options,
    )
