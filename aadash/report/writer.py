"""What every document writer can do: Word, a web page and PDF take the same calls and number tables and figures alike."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from aadash.formatting import glued
from aadash.report.figure import PrintedFigure
from aadash.report.lines import Line, RowHead, lines

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
        """A numbered table of text; a first cell that is a :class:`aadash.report.lines.RowHead` is moved in, or heads a section.
        ``notes`` stand under it."""

    @abstractmethod
    def figure(self, figure: PrintedFigure, caption: str, notes: Sequence[str] = ()) -> None:
        """A numbered figure with its caption below."""

    @abstractmethod
    def code(self, text: str) -> None:
        """Lines of a program, in type of one width."""

    @abstractmethod
    def finish(self) -> bytes:
        """The file."""


def heads(frame: pd.DataFrame) -> list[str]:
    """The names of the columns, "(n = 117)" kept on one line."""
    return [re.sub(r"\(n = ([\d ]+)\)", "(n\u00a0=\u00a0\\1)", str(name)) for name in frame.columns]


def right_aligned(frame: pd.DataFrame) -> list[bool]:
    """Columns that hold numbers only and so stand to the right."""
    return [i > 0 and all(_NUMERIC.match(str(v)) for v in frame.iloc[:, i]) for i in range(frame.shape[1])]


#: A table that would like more than so many times the width of an upright page is set on a turned one, and so is one that cannot do
#: with less than so many times.
TURNED_FROM, _CROWDED_FROM = 1.45, 1.1
#: A column that would like less than this many characters keeps what it would like, however wide the table.
_NARROW = 12.0
#: A cell is set in at most so many lines where that takes no more letters across than this.
_LINES, _TALL = 4, 22.0
#: No column asks for more letters than this, the first not for more than that.
_LONGEST, _FIRST = 30.0, 44.0


#: From so many rows with the same first cell, one after another, a table may be set in sections.
_RUN = 2


def in_sections(frame: pd.DataFrame) -> pd.DataFrame | None:
    """A table whose first cells repeat, each told once as the heading of a section; None for one in which they do not."""
    heads_ = frame.iloc[:, 0]
    if frame.shape[1] < 3 or any(isinstance(h, RowHead) for h in heads_):
        return None
    runs = (heads_ != heads_.shift()).cumsum()
    if runs.value_counts().min() < _RUN or heads_.nunique() != runs.nunique():
        return None
    rows: list[list[object]] = []
    for _, run in frame.groupby(runs, sort=False):
        rows.append([RowHead(str(run.iloc[0, 0]), section=True), *[""] * (frame.shape[1] - 2)])
        rows += [[RowHead(str(row[1]), 1), *row[2:]] for row in run.itertuples(index=False, name=None)]
    out = pd.DataFrame(rows, columns=range(frame.shape[1] - 1), dtype=object)
    out.columns = frame.columns[1:]
    return out


def laid_out(frame: pd.DataFrame, upright: float, character: float) -> tuple[pd.DataFrame, bool]:
    """The table as it is set, and whether on a turned page: one that would be crowded is set in sections where it can be."""
    rows = lines(frame)
    if sum(_wishes(frame, rows, character, 3.0)[0]) <= upright:
        return frame, False
    other = in_sections(frame)
    if other is not None and not needs_turning(other, lines(other), upright, character):
        return other, False
    return frame, needs_turning(frame, rows, upright, character)


def column_widths(frame: pd.DataFrame, rows: Sequence[Line], across: float, character: float, padding: float = 3.0) -> list[float]:
    """Width of each column in the units of ``character`` (the width of a letter) and ``across`` (of the page).

    A column is as wide as its longest cell, at most 30 letters (the first 44), its header broken at spaces. Where they do not all
    fit, the wide ones give way, but not below their longest word, and the narrow ones do not; where there is room left, columns with
    longer texts take it.
    """
    wishes, least, longest = _wishes(frame, rows, character, padding)
    total, spare = sum(wishes), across - sum(wishes)
    if spare >= 0:
        more = [max(0.0, most - w) for w, most in zip(wishes, longest, strict=True)]
        share = min(1.0, spare / sum(more)) if sum(more) else 0.0
        return [w + share * m for w, m in zip(wishes, more, strict=True)]
    if sum(least) >= across:
        return [w * across / sum(least) for w in least]
    share = (across - sum(least)) / (total - sum(least))
    return [low + share * (w - low) for w, low in zip(wishes, least, strict=True)]


def needs_turning(frame: pd.DataFrame, rows: Sequence[Line], across: float, character: float, padding: float = 3.0) -> bool:
    """Whether a table is to be set on a turned page: it is far too wide for an upright one, or would break words there."""
    wishes, least, _ = _wishes(frame, rows, character, padding)
    return sum(wishes) > across * TURNED_FROM or sum(least) > across * _CROWDED_FROM


def _wishes(
    frame: pd.DataFrame, rows: Sequence[Line], character: float, padding: float
) -> tuple[list[float], list[float], list[float]]:
    """Width that each column would like, that it cannot do without, and that its longest text would take."""
    wishes, least, longest = [], [], []
    for i, name in enumerate(heads(frame)):
        texts = [(glued(r.cells[i]), 2 * r.indent * (i == 0)) for r in rows if not (r.section and i == 0)]
        cells = [_length(text) + shift for text, shift in texts]
        head = max((1.15 * _length(w) for w in re.split(r" |(?<=[–-])", name)), default=1)
        word = max([head, *(_length(w) + shift for text, shift in texts for w in text.split(" "))], default=1)
        wish = min(max([head, 0.6 * _length(name), *cells], default=1), _FIRST if i == 0 else _LONGEST)
        wishes.append(wish * character + padding)
        broken = min(max([word, *(c / _LINES for c in cells)]), wish, max(word, _TALL))
        least.append((wish if wish < _NARROW else broken) * character + padding)
        longest.append(max([wish, *cells]) * character + padding)
    return wishes, least, longest


def _length(text: str) -> float:
    """Letters across: Korean, Japanese and the bars of a small distribution count twice, broad letters one and a half times."""
    wide = sum((ord(c) > 0x10FF and not 0x2000 <= ord(c) < 0x2580) or 0x2580 <= ord(c) < 0x25A0 for c in text)
    return len(text) + wide + 0.5 * sum(c in "mwMW" for c in text)
