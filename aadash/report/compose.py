"""Parts of a page or a report (:mod:`aadash.document`) written with any writer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from aadash import document as d
from aadash.charts import chart
from aadash.charts.spoken import in_language
from aadash.errors import AadashError
from aadash.language import say, voice
from aadash.report.figure import FigureStyle, PrintedFigure, draw
from aadash.report.grouped import filled
from aadash.report.tables import blocks, captioned, printable
from aadash.report.writer import Writer
from aadash.views.prose import plan_note

#: A table of more rows is not printed: it is in the data files.
LONGEST = 400


def write(parts: Sequence[d.Part], writer: Writer, style: FigureStyle | None = None) -> None:
    """Write parts in order. What only a browser can do is left out; a fold is opened where it belongs to a report."""
    for part in parts:
        _WRITE[type(part)](part, writer, style or FigureStyle())


def printed_figure(part: d.Figure, style: FigureStyle | None = None) -> tuple[PrintedFigure, str]:
    """The figure of a part, drawn for print, and what must be known to read it. Raises AadashError where there is nothing to draw."""
    style = style or FigureStyle()

    def make() -> tuple[PrintedFigure, str]:
        made = in_language(chart(part.result, part.kind, **part.options))
        drawn = draw(made, [(say(label), colour) for label, colour in part.keys], style)
        return drawn if style.patients or not made.of_patients else drawn.dotted(style.dpi), made.caption

    options = tuple(sorted((name, repr(value)) for name, value in part.options.items()))
    return part.result.once(("printed", part.kind, options, part.legend, style, voice()), make)


def _heading(part: d.Heading, w: Writer, _: FigureStyle) -> None:
    w.heading(part.text, part.level)
    if part.under:
        w.paragraph(part.under, "note")


def _text(part: d.Text, w: Writer, _: FigureStyle) -> None:
    style = {"strong": "answer", "small": "note", "notice": "note"}.get(part.tone, "text")
    w.paragraph(f"{part.text} {part.then}".strip(), style)


def _key_numbers(part: d.KeyNumbers, w: Writer, _: FigureStyle) -> None:
    w.bullets([f"{n.label}: {n.value}" + (f" ({n.under})" if n.under else "") for n in part.items])


def _answer(part: d.Answer, w: Writer, _: FigureStyle) -> None:
    w.paragraph(part.result.sentence, "answer")
    if part.accounting:
        w.paragraph(part.result.accounting.sentence() + ".", "note")


def _figure(part: d.Figure, w: Writer, style: FigureStyle) -> None:
    try:
        drawn, caption = printed_figure(part, style)
    except AadashError as error:
        if not part.quiet:
            w.paragraph(error.paragraph(), "note")
        return
    w.figure(drawn, part.title or part.result.question, [text for text in (caption, plan_note(part.result, part.drawn)) if text])


def frames_of(part: d.Table | d.TextTable) -> list[tuple[str, pd.DataFrame]]:
    """Captions and printed tables of a part, empty ones left out."""
    if isinstance(part, d.TextTable):
        return [(part.title, part.frame)]
    result, title = part.result, part.title or part.result.question
    pieces = blocks(result) if part.rows is None and not part.options else [("", part.rows)]
    found = []
    for name, rows in pieces:
        frame = printable(result, rows, **part.options)
        if len(frame):
            found.append((captioned(title, name), frame))
    return found


def _table(part: d.Table, w: Writer, _: FigureStyle) -> None:
    note = plan_note(part.result)
    for i, (caption, frame) in enumerate(frames_of(part)):
        if len(frame) > LONGEST:
            w.paragraph(f"{caption}: {len(frame)} rows, which are in the data files.", "note")
        else:
            w.table(filled(frame), caption, [note, f"Method: {part.result.method}"] if i == 0 else [note])


def _text_table(part: d.TextTable, w: Writer, _: FigureStyle) -> None:
    w.table(part.frame, part.title)


def _grid(part: d.Grid, w: Writer, _: FigureStyle) -> None:
    """The rows as text; a long grid is a list for a screen."""
    if len(part.frame) > LONGEST:
        w.paragraph(f"{len(part.frame)} rows, which are in the data files.", "note")
        return
    frame = part.frame.astype(object).where(part.frame.notna(), "").map(str).reset_index(drop=True)
    if part.index:
        frame.insert(0, part.index, [str(v) for v in part.frame.index], allow_duplicates=True)
    w.table(frame, part.caption)


def _card(part: d.Card, w: Writer, _: FigureStyle) -> None:
    w.heading(part.head, 3)
    w.paragraph(part.text)
    if part.under:
        w.paragraph(part.under, "note")


def _examined(part: d.Examined, w: Writer, _: FigureStyle) -> None:
    said = [f"{c.name}: {c.verdict}. {c.detail}" for c in part.result.checks]
    said += [
        f"{a.method}: p = {a.p:.3g}, {'agrees' if a.agrees else 'would have said otherwise'}. {a.detail}"
        for a in part.result.alternatives
    ]
    w.bullets(said)


def _doubts(part: d.Doubts, w: Writer, _: FigureStyle) -> None:
    if part.caveats:
        w.bullets([f"{c.text} {c.advice}".strip() for c in part.caveats])


def _method(part: d.Method, w: Writer, _: FigureStyle) -> None:
    w.paragraph(part.result.method, "note")


def _fold(part: d.Fold, w: Writer, style: FigureStyle) -> None:
    if part.in_report:
        w.heading(part.label, 3)
        write(part.content(), w, style)


def _nothing(*_: Any) -> None:
    """What only a reader at a screen can use."""


_WRITE: dict[type, Callable[[Any, Writer, FigureStyle], None]] = {
    d.Heading: _heading,
    d.Text: _text,
    d.KeyNumbers: _key_numbers,
    d.Answer: _answer,
    d.Figure: _figure,
    d.Row: lambda p, w, style: write(p.parts, w, style),
    d.Table: _table,
    d.Card: _card,
    d.TextTable: _text_table,
    d.Grid: _grid,
    d.Examined: _examined,
    d.Doubts: _doubts,
    d.Method: _method,
    d.Downloads: _nothing,
    d.Unavailable: lambda p, w, _: w.paragraph(p.reason, "note"),
    d.Choice: _nothing,
    d.Choices: _nothing,
    d.Fold: _fold,
    d.Long: _nothing,
    d.Panel: _nothing,
}


def figures_of(parts: Sequence[d.Part]) -> list[d.Figure]:
    """The figures among parts, folds not opened, to be taken one by one."""
    return [part for part in d.walk(parts, folds=False) if isinstance(part, d.Figure)]


def printed_tables(parts: Sequence[d.Part]) -> list[tuple[str, pd.DataFrame]]:
    """Captions and tables as a document prints them: those side by side, and in folds that a report opens, included."""
    found: list[tuple[str, pd.DataFrame]] = []
    for part in parts:
        if isinstance(part, d.Table | d.TextTable):
            found += [(caption, frame) for caption, frame in frames_of(part) if len(frame) <= LONGEST]
        elif isinstance(part, d.Row):
            found += printed_tables(part.parts)
        elif isinstance(part, d.Fold) and part.in_report:
            found += printed_tables(part.content())
    return found


def tables_of(parts: Sequence[d.Part]) -> list[d.Table]:
    """The tables of results among parts, folds not opened."""
    return [part for part in d.walk(parts, folds=False) if isinstance(part, d.Table)]
