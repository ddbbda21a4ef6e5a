"""A document in the language of what is shown: whatever is written goes through here, an author's own comments as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from aadash.language import current, say
from aadash.report.figure import PrintedFigure
from aadash.report.lines import RowHead
from aadash.report.writer import Writer


def said_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """A printed table with its words said; what heads a row keeps its place."""
    if current() == "en":
        return frame
    out = pd.DataFrame({i: [_cell(v) for v in frame.iloc[:, i]] for i in range(frame.shape[1])}, index=frame.index, dtype=object)
    out.columns = pd.Index([say(str(c)) for c in frame.columns], dtype=object)
    return out


def _cell(value: object) -> object:
    if isinstance(value, RowHead):
        return RowHead(say(value.text), value.indent, value.section)
    return say(value) if isinstance(value, str) else value


def spoken(writer: Writer) -> Writer:
    """``writer``, told everything in the language; itself in English."""
    return writer if current() == "en" or isinstance(writer, _Spoken) else _Spoken(writer)


class _Spoken(Writer):
    def __init__(self, to: Writer) -> None:
        super().__init__()
        self._to = to

    def _counted(self) -> None:
        self.tables, self.figures = self._to.tables, self._to.figures

    def title(self, text: str, under: str = "") -> None:
        self._to.title(say(text), say(under))

    def heading(self, text: str, level: int = 1) -> None:
        self._to.heading(say(text), level)

    def paragraph(self, text: str, kind: str = "text") -> None:
        self._to.paragraph(text if kind == "comment" else say(text), kind)

    def bullets(self, items: Sequence[str]) -> None:
        self._to.bullets([say(item) for item in items])

    def table(self, frame: pd.DataFrame, caption: str, notes: Sequence[str] = ()) -> None:
        self._to.table(said_frame(frame), say(caption), [say(note) for note in notes])
        self._counted()

    def figure(self, figure: PrintedFigure, caption: str, notes: Sequence[str] = ()) -> None:
        self._to.figure(replace(figure, alt=say(figure.alt)), say(caption), [say(note) for note in notes])
        self._counted()

    def code(self, text: str) -> None:
        self._to.code(text)

    def finish(self) -> bytes:
        return self._to.finish()
