"""A report as PDF, set by Typst with the fonts that come with AAdash; nothing of the computer's own is read.

Every text reaches Typst as a string literal, so that nothing in a file is taken for markup. Typst is loaded when a document is
finished.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd

from aadash.formatting import glued
from aadash.language import say
from aadash.report.figure import FAMILY, FONTS, PrintedFigure
from aadash.report.lines import Line, lines
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
"""
#: Millimetres across, upright and turned, and of a letter of the table's type.
_UPRIGHT, _TURNED, _CHARACTER = 160.0, 247.0, 1.46
#: A table of at most so many rows stands on one page.
SHORT = 16


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
        table = _table(heads(frame), rows, right, widths)
        made = (
            f"#block(above: 1.2em, breakable: false)[#caption({above})\n{table}]\n"
            if len(rows) <= SHORT
            else f"#caption({above})\n{table}"
        ) + "".join(f"#note({literal(glued(note))})\n" for note in notes)
        self._parts.append(f"#page(flipped: true)[\n{made}]\n" if wide else made)

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


def _table(names: list[str], rows: list[Line], right: list[bool], widths: list[float]) -> str:
    sides = ", ".join("right" if r else "left" for r in right)
    head = ", ".join(f"cell(strong({literal(name)}))" for name in names)
    body = "".join(_row(r, len(names)) for r in rows)
    return (
        f"#table(columns: ({', '.join(f'{w:.1f}mm' for w in widths)},), align: ({sides},), stroke: none, inset: (x: 4pt, y: 2.8pt),\n"
        f"table.hline(stroke: 1pt), table.header({head}), table.hline(stroke: 0.5pt),\n{body}table.hline(stroke: 1pt))\n"
    )


def _row(r: Line, columns: int) -> str:
    if r.section:
        return f"table.cell(colspan: {columns}, cell(strong({literal(r.cells[0])}))),\n"
    first = f"cell(pad(left: {r.indent * 7}pt, {literal(r.cells[0])}))" if r.indent else f"cell({literal(r.cells[0])})"
    return ", ".join([first, *(f"cell({literal(glued(c))})" for c in r.cells[1:])]) + ",\n"
