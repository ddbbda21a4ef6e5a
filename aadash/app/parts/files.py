"""What can be taken from a page: each figure and each table as a file of its own, made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import pandas as pd

from aadash import document as d
from aadash.app.parts import render
from aadash.app.parts.markdown import plain
from aadash.app.spoken import st
from aadash.charts import chart
from aadash.errors import AadashError
from aadash.language import say
from aadash.report import html
from aadash.report.compose import figures_of, printed_figure, tables_of
from aadash.report.figure import WIDTHS, FigureStyle, PrintedFigure, data_csv, file_name, with_fonts
from aadash.report.files import csv
from aadash.report.spoken import said_frame, spoken
from aadash.report.tables import blocks, captioned, printable
from aadash.report.tables.wide import can_be_wide
from aadash.report.webpage import table as table_html
from aadash.report.word import WordWriter
from aadash.report.workbook import Sheet, workbook
from aadash.views.prose import plan_note

_DPI = (150, 300, 600)
_FORMATS: dict[str, tuple[str, str]] = {
    "PDF": ("pdf", "application/pdf"),
    "SVG": ("svg", "image/svg+xml"),
    "PNG": ("png", "image/png"),
}


def page_files(parts: Sequence[d.Part], name: str) -> None:
    """A fold at the end of a page with its figures and tables as files; nothing is drawn before it is opened."""
    figures, tables = figures_of(parts), tables_of(parts)
    if not figures and not tables:
        return
    with render.fold("Figures and tables for a paper", "download", f"fold.files.{name}") as f:
        if not f.open:
            return
        if figures:
            _figures(figures, name)
        if tables:
            _tables(tables, name)


def _figures(figures: Sequence[d.Figure], name: str) -> None:
    titles = [part.title or part.result.question for part in figures]
    i = 0
    if len(figures) > 1:
        i = st.selectbox("Figure", range(len(figures)), format_func=lambda k: f"{k + 1}. {titles[k]}", key=f"files.figure.{name}")
    part = figures[i]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = st.segmented_control(
            "Width",
            list(WIDTHS),
            default="double",
            format_func=lambda c: f"{WIDTHS[c]:g} mm",
            key="files.width",
            persist_state="session",
            required=True,
        )
        kind = st.segmented_control(
            "Format", list(_FORMATS), default="PDF", key="files.format", persist_state="session", required=True
        )
        dpi = 300
        if kind == "PNG":
            dpi = (
                st.segmented_control("Dots per inch", _DPI, default=300, key="files.dpi", persist_state="session", required=True)
                or 300
            )
        titled = st.toggle("Title", False, key="files.title", persist_state="session", help="Journals set the title as the caption.")
    style = FigureStyle(str(column), int(dpi), titles[i] if titled else "")
    end, media = _FORMATS[str(kind)]
    stem = file_name(titles[i])
    try:
        chart(part.result, part.kind, **part.options)
    except AadashError as error:
        st.info(plain(error.paragraph()), icon=":material/block:")
        return
    with st.container(horizontal=True):
        st.download_button(
            f"Figure ({kind})",
            lambda: _bytes(printed_figure(part, style)[0], end, style),
            f"{stem}.{end}",
            media,
            on_click="ignore",
            icon=":material/image:",
            key=f"files.save.{name}",
        )
        st.download_button(
            "What is drawn (CSV)",
            lambda: data_csv(chart(part.result, part.kind, **part.options)),
            f"{stem}.csv",
            "text/csv",
            on_click="ignore",
            icon=":material/table:",
            key=f"files.data.{name}",
        )


def _bytes(figure: PrintedFigure, end: str, style: FigureStyle) -> bytes:
    if end == "svg":
        return with_fonts(figure).encode()
    return figure.pdf() if end == "pdf" else figure.png(style.dpi)


def _tables(tables: Sequence[d.Table], name: str) -> None:
    titles = [part.title or part.result.question for part in tables]
    i = 0
    if len(tables) > 1:
        i = st.selectbox("Table", range(len(tables)), format_func=lambda k: f"{k + 1}. {titles[k]}", key=f"files.table.{name}")
    part = tables[i]
    layout = "long"
    if can_be_wide(part.result):
        layout = st.segmented_control(
            "Layout",
            ["long", "wide"],
            default="wide",
            format_func={"long": "A visit per row", "wide": "Visits side by side"}.__getitem__,
            key="files.layout",
            persist_state="session",
            required=True,
        )
    frames = _printed(part, str(layout))
    stem, notes = file_name(titles[i]), [plan_note(part.result), f"Method: {part.result.method}"]
    makers: list[tuple[str, str, str, Callable[[], bytes]]] = [
        (
            "Word",
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            lambda: _word(titles[i], frames, notes),
        ),
        (
            "Excel",
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            lambda: _excel(titles[i], frames, notes),
        ),
        ("CSV", "csv", "text/csv", lambda: csv(pd.concat([f.map(str) for _, f in frames], ignore_index=True))),
    ]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(html.copied("\n".join(table_html(frame, title) for title, frame in frames)), width="content")
        for label, end, media, make in makers:
            st.download_button(
                label, make, f"{stem}.{end}", media, on_click="ignore", icon=":material/table:", key=f"files.{end}.{name}"
            )


def _printed(part: d.Table, layout: str) -> list[tuple[str, pd.DataFrame]]:
    result, title = part.result, part.title or part.result.question
    if layout == "wide":
        return [(title, printable(result, part.rows, **{**part.options, "layout": "wide"}))]
    pieces = blocks(result) if part.rows is None and not part.options else [("", part.rows)]
    return [(captioned(title, name), printable(result, rows, **part.options)) for name, rows in pieces]


def _word(title: str, frames: Sequence[tuple[str, pd.DataFrame]], notes: Sequence[str]) -> bytes:
    writer = spoken(WordWriter(datetime.now()))
    for caption, frame in frames:
        writer.table(frame, caption, notes)
    return writer.finish()


def _excel(title: str, frames: Sequence[tuple[str, pd.DataFrame]], notes: Sequence[str]) -> bytes:
    said = [say(note) for note in notes]
    return workbook([Sheet(say(caption), said_frame(frame), say(caption), said) for caption, frame in frames], datetime.now())
