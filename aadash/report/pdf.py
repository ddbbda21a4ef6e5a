"""A report as PDF, set by Typst with the fonts that come with AAdash; nothing of the computer's own is read.

Every text reaches Typst as a string literal, so that nothing in a file is taken for markup. Typst is loaded when a document is
finished.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate
from pathlib import Path

import pandas as pd

from aadash.formatting import glued
from aadash.language import say
from aadash.levels import width_of
from aadash.report.figure import FAMILY, FONTS, PrintedFigure
from aadash.report.lines import Line, lines, with_the_row_before
from aadash.report.writer import Writer, column_widths, heads, laid_out, right_aligned

_PREAMBLE = """#set document(title: {title}, author: {author}, date: {date})
#set page(paper: "a4", margin: 25mm, numbering: "1")
#set text(font: {family}, size: 9.5pt, fill: rgb("#1C2733"), lang: "en", hyphenate: false)
#set par(leading: 0.62em, spacing: 0.9em, justify: false)
#show heading.where(level: 1): set text(size: 14pt)
#show heading.where(level: 2): set text(size: 11.5pt)
#show heading: set block(above: 1.5em, below: 0.7em)
#show raw: set text(font: {family}, size: 7.5pt)
#let answer(it) = block(inset: (left: 8pt), stroke: (left: 2.5pt + rgb("#0072B2")), strong(it))
#let note(it) = block(above: 0.5em, below: 0.5em, text(size: 7.5pt, fill: rgb("#4A5562"), it))
#let caption(it) = block(above: 1.2em, below: 0.5em, sticky: true, strong(text(size: 8.5pt, it)))
#let cell(it) = text(size: 7.5pt, it)
#let kept(rows) = table.cell(rowspan: rows, breakable: false, inset: 0pt, [])
"""
#: Millimetres across, upright and turned, and of a letter of the table's type.
_UPRIGHT, _TURNED, _CHARACTER = 160.0, 247.0, 1.46
#: A table of at most so many rows stands on one page; of a longer one the first rows stand with its head.
SHORT, FIRST = 16, 3
#: Points of a page that rows which stay together may take, upright and turned; of a line of a cell, and around its lines.
_ROOM, _ROOM_TURNED, _LINE, _AROUND = 520.0, 330.0, 10.0, 6.0


class PdfWriter(Writer):
    """Writes a .pdf. The same content and ``stamp`` give the same bytes; without a ``stamp`` the file states no time."""

    def __init__(self, stamp: datetime | None = None, author: str = "") -> None:
        super().__init__()
        self._parts: list[str] = []
        self._drawn: list[PrintedFigure] = []
        self._title, self._author, self._stamp = "Report", author, stamp

    def title(self, text: str, under: str = "") -> None:
        self._title = text
        self._parts.append(f'#text(size: 18pt, weight: "bold", {literal(text)})\n')
        if under:
            self._parts.append(f"#note({literal(under)})\n")

    def heading(self, text: str, level: int = 1) -> None:
        self._parts.append(f"#heading(level: {level}, {literal(text)})\n")

    def paragraph(self, text: str, kind: str = "text") -> None:
        shape = {"text": "#par[#{}]", "answer": "#answer({})", "note": "#note({})", "comment": "#par[#emph({})]"}[kind]
        self._parts.append(shape.format(literal(glued(text))) + "\n")

    def bullets(self, items: Sequence[str]) -> None:
        self._parts.append("#list(" + ", ".join(literal(glued(item)) for item in items) + ")\n" if items else "")

    def table(self, frame: pd.DataFrame, caption: str, notes: Sequence[str] = ()) -> None:
        self.tables += 1
        frame, wide = laid_out(frame, _UPRIGHT, _CHARACTER)
        rows, right = lines(frame), right_aligned(frame)
        widths = column_widths(frame, rows, _TURNED if wide else _UPRIGHT, _CHARACTER)
        above = literal(f"{say('Table')} {self.tables}. {caption}")
        free = len(rows) > SHORT
        table = _table(heads(frame), rows, right, widths, _together(rows, widths, _ROOM_TURNED if wide else _ROOM) if free else [])
        made = (
            f"#block(above: 1.2em, breakable: false)[#caption({above})\n{table}]\n" if not free else f"#caption({above})\n{table}"
        ) + "".join(f"#note({literal(glued(note))})\n" for note in notes)
        if wide:  # with the headings over it, which would stand alone on the page before
            while self._parts and self._parts[-1].startswith("#heading("):
                made = self._parts.pop() + made
            made = f"#page(flipped: true)[\n{made}]\n"
        self._parts.append(made)

    def figure(self, figure: PrintedFigure, caption: str, notes: Sequence[str] = ()) -> None:
        self.figures += 1
        self._drawn.append(figure)
        width = min(figure.width, 160.0)
        below = literal(f"{say('Figure')} {self.figures}. {caption}")
        self._parts.append(
            f'#block(breakable: false)[#image("figure{self.figures}.svg", width: {width:g}mm, alt: {literal(figure.alt)})\n'
            f"#strong(text(size: 8.5pt, {below}))\n" + "".join(f"#note({literal(glued(note))})\n" for note in notes) + "]\n"
        )

    def code(self, text: str) -> None:
        self._parts.append(f"#raw({literal(text)}, block: true)\n")

    def finish(self) -> bytes:
        import typst

        when = "none" if self._stamp is None else _date(self._stamp)
        words = {"title": literal(self._title), "author": literal(self._author or "AAdash"), "date": when, "family": literal(FAMILY)}
        head = _PREAMBLE
        for name, text in words.items():
            head = head.replace("{" + name + "}", text)
        with tempfile.TemporaryDirectory() as folder:
            for i, figure in enumerate(self._drawn, start=1):
                (Path(folder) / f"figure{i}.svg").write_text(figure.svg, encoding="utf-8")
            main = Path(folder) / "report.typ"
            main.write_text(head + "\n".join(self._parts), encoding="utf-8")
            made = typst.compile(str(main), root=folder, font_paths=[str(FONTS)], ignore_system_fonts=True)
        assert isinstance(made, bytes)
        return made


def literal(text: str) -> str:
    """``text`` as a Typst string: JSON's escapes, those of control characters written as Typst writes them."""
    plain = "".join(c if c >= " " or c in "\n\t" else "\u25a1" for c in text.encode("utf-8", "replace").decode())
    return json.dumps(plain, ensure_ascii=False)


def _date(stamp: datetime) -> str:
    parts = ("year", "month", "day", "hour", "minute", "second")
    return "datetime(" + ", ".join(f"{p}: {getattr(stamp, p)}" for p in parts) + ")"


def _table(names: list[str], rows: list[Line], right: list[bool], widths: list[float], runs: Sequence[int]) -> str:
    """The table; ``runs`` are how many rows stay on one page, one run after another: a cell of no width at their end spans each."""
    sides = ["right" if r else "left" for r in right] + ["left"] * bool(runs)
    across = [f"{w:.1f}mm" for w in widths] + ["0mm"] * bool(runs)
    head = ", ".join([f"cell(strong({literal(name)}))" for name in names] + ["[]"] * bool(runs))
    begins = dict(zip(accumulate(runs, initial=0), runs, strict=False))
    body = "".join(_row(r, len(names), begins.get(i, 0)) for i, r in enumerate(rows))
    return (
        f"#table(columns: ({', '.join(across)},), align: ({', '.join(sides)},), stroke: none, inset: (x: 4pt, y: 2.8pt),\n"
        f"table.hline(stroke: 1pt), table.header({head}), table.hline(stroke: 0.5pt),\n{body}table.hline(stroke: 1pt))\n"
    )


def _row(r: Line, columns: int, run: int = 0) -> str:
    end = _kept(run) if run else ""
    if r.section:
        return f"table.cell(colspan: {columns}, cell(strong({literal(r.cells[0])}))),{end}\n"
    first = f"cell(pad(left: {r.indent * 7}pt, {literal(r.cells[0])}))" if r.indent else f"cell({literal(r.cells[0])})"
    return ", ".join([first, *(f"cell({literal(glued(c))})" for c in r.cells[1:])]) + f",{end}\n"


def _kept(rows: int) -> str:
    return f"kept({rows}),"


def _together(rows: list[Line], widths: list[float], room: float) -> list[int]:
    """How many rows stay on one page, one run after another: a section's heading with what it heads, a fact with its levels, the first
    rows with the head of the table; no run is higher than ``room``, or it would be cut where the paper ends."""
    stays = with_the_row_before(rows)
    runs, height = [0], 0.0
    for i, row in enumerate(rows):
        cells = zip(row.cells[: 1 if row.section else None], widths, strict=False)
        own = max(math.ceil(width_of(cell) * _CHARACTER / (1e3 if row.section else width)) for cell, width in cells) * _LINE + _AROUND
        joined = i and (stays[i] or rows[i - 1].section or i < FIRST) and height + own <= room
        if i and not joined:
            runs.append(0)
            height = 0.0
        runs[-1] += 1
        height += own
    return runs
