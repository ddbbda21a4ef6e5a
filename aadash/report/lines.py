"""Rows of a printed table: cells, indent, headings of sections. One convention for screen, Word, PDF and Excel.

What is ours is told apart by type, never by text: a file's own text may begin with spaces or stand alone in its row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import pandas as pd

#: So many levels stay with their fact on paper.
TOGETHER = 12


class RowHead(str):
    """The first cell of a row that is moved in by ``indent`` steps, or that heads a ``section`` of the table. Its ``text`` is
    :class:`aadash.language.Ours` where it is."""

    text: str
    indent: int
    section: bool

    def __new__(cls, text: str, indent: int = 0, section: bool = False) -> Self:
        """The text with its place in the table."""
        made = super().__new__(cls, text)
        made.text, made.indent, made.section = text, indent, section
        return made


@dataclass(frozen=True)
class Line:
    """A row of a printed table: its cells, the indent of the first in steps, and whether it is a section's heading."""

    cells: tuple[str, ...]
    indent: int = 0
    section: bool = False


def lines(frame: pd.DataFrame) -> list[Line]:
    """The rows of a printed table."""
    out = []
    for row in zip(*(frame.iloc[:, i].astype(object) for i in range(frame.shape[1])), strict=True):
        head = row[0]
        place = (head.indent, head.section) if isinstance(head, RowHead) else (0, False)
        first = head.text if isinstance(head, RowHead) else str(head)
        out.append(Line((first, *(str(cell) for cell in row[1:])), *place))
    return out


def with_the_row_before(rows: Sequence[Line]) -> list[bool]:
    """Whether a row is not parted from the one before it on paper: a fact from its levels, of more than :data:`TOGETHER` the first."""
    depth = [line.indent + line.cells[0][:1].isspace() for line in rows]
    kept = [False] * len(rows)
    for i, line in enumerate(rows):
        deeper = next((j for j in range(i + 1, len(rows)) if rows[j].section or depth[j] <= depth[i]), len(rows)) - i - 1
        if line.section or (any(line.cells[1:]) and deeper > TOGETHER):  # a total of many kinds is no head
            continue
        for j in range(i + 1, i + 1 + (deeper if deeper <= TOGETHER else 2)):
            kept[j] = True
    return kept
