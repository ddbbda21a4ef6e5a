"""Rows of a printed table: cells, indent, headings of sections. One convention for screen, Word, PDF and Excel."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

#: Spaces at the start of a first cell that make one step of indent.
STEP = 2


@dataclass(frozen=True)
class Line:
    """A row of a printed table: its cells, the indent of the first in steps, and whether it is a section's heading."""

    cells: tuple[str, ...]
    indent: int
    section: bool


def lines(frame: pd.DataFrame) -> list[Line]:
    """The rows of a printed table, indents taken out of the text."""
    out = []
    for row in frame.astype(str).itertuples(index=False, name=None):
        first = row[0] if row else ""
        indent = (len(first) - len(first.lstrip(" "))) // STEP
        section = len(row) > 1 and not indent and bool(first) and not any(row[1:])
        out.append(Line((first.strip(), *row[1:]), indent, section))
    return out
