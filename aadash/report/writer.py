"""What every document writer can do: Word, a web page and PDF take the same calls and number tables and figures alike."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from aadash.report.figure import Figure

#: Spaces at the start of a first cell that make one step of indent.
STEP = 2
_NUMERIC = re.compile(r"^[<>=≈−–+-]?\s?[\d.,]*\s?%?(\s?\([\d.,\s%−–to]+\))?$")


@dataclass
class Writer(ABC):
    """A document that is written from top to bottom.

    ``tables`` and ``figures`` count what was numbered, for a journal's limit and for what refers to them.
    """

    tables: int = field(default=0, init=False)
    figures: int = field(default=0, init=False)

    @abstractmethod
    def title(self, text: str, under: str = "") -> None:
        """The document's title, and a line under it."""

    @abstractmethod
    def heading(self, text: str, level: int = 1) -> None:
        """A heading, 1 to 3."""

    @abstractmethod
    def paragraph(self, text: str, kind: str = "text") -> None:
        """A paragraph; ``kind`` is "text", "answer" (the sentence that answers), "note" (small) or "comment" (the author's own)."""

    @abstractmethod
    def bullets(self, items: Sequence[str]) -> None:
        """A list."""

    @abstractmethod
    def table(self, frame: pd.DataFrame, caption: str, notes: Sequence[str] = ()) -> None:
        """A numbered table of text: the first cell's leading spaces are its indent, a row with nothing but its first cell and no
        indent is a section's heading. ``notes`` stand under it."""

    @abstractmethod
    def figure(self, figure: Figure, caption: str, notes: Sequence[str] = ()) -> None:
        """A numbered figure with its caption below."""

    @abstractmethod
    def code(self, text: str) -> None:
        """Lines of a program, in type of one width."""

    @abstractmethod
    def finish(self) -> bytes:
        """The file."""


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


def heads(frame: pd.DataFrame) -> list[str]:
    """The names of the columns, "(n = 117)" kept on one line."""
    return [re.sub(r"\(n = ([\d ]+)\)", "(n\u00a0=\u00a0\\1)", str(name)) for name in frame.columns]


def right_aligned(frame: pd.DataFrame) -> list[bool]:
    """Columns that hold numbers only and so stand to the right."""
    return [i > 0 and all(_NUMERIC.match(str(v)) for v in frame.iloc[:, i]) for i in range(frame.shape[1])]


#: A column that would like less than this many characters keeps what it would like, however wide the table.
_NARROW = 12.0


def column_widths(frame: pd.DataFrame, rows: Sequence[Line], across: float, character: float, padding: float = 3.0) -> list[float]:
    """Width of each column in the units of ``character`` (the width of a letter) and ``across`` (of the page).

    A column is as wide as its longest cell, at most 30 letters (the first 44), its header broken at spaces; where they do not all
    fit, the wide ones give way and the narrow ones do not.
    """
    wanted = []
    for i, name in enumerate(heads(frame)):
        cells = [_length(r.cells[i]) + 2 * r.indent * (i == 0) for r in rows if not (r.section and i == 0)]
        word = max((_length(w) for w in name.split(" ")), default=1)
        wanted.append(min(max([word, _length(name) / 2, *cells], default=1), 44 if i == 0 else 30))
    widths = [w * character + padding for w in wanted]
    total = sum(widths)
    if total <= across:
        return widths
    kept = sum(w for w, n in zip(widths, wanted, strict=True) if n < _NARROW)
    if kept >= across * 0.7:
        return [w * across / total for w in widths]
    share = (across - kept) / (total - kept)
    return [w if n < _NARROW else w * share for w, n in zip(widths, wanted, strict=True)]


def _length(text: str) -> float:
    """Letters across: Korean, Japanese and the bars of a small distribution count twice."""
    return sum(2.0 if (ord(c) > 0x10FF and not 0x2000 <= ord(c) < 0x2580) or 0x2580 <= ord(c) < 0x25A0 else 1.0 for c in text)
