"""The report as a file: the chosen sections written as Word, web page or PDF, with what a journal's limit says about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pandas as pd

from aadash.language import current
from aadash.report.compose import printed_tables, write
from aadash.report.figure import FigureStyle
from aadash.report.own_check import own_check, own_check_note
from aadash.report.pdf import PdfWriter
from aadash.report.spoken import spoken
from aadash.report.webpage import PageWriter
from aadash.report.word import WordWriter
from aadash.report.writer import Writer
from aadash.views.prose import counted_for, software
from aadash.views.study import Choices, Study
from aadash.views.study_sections import sections_of
from aadash.views.view import Context

#: Kind of file → how it is called.
FORMATS = {"docx": "Word", "html": "Web page", "pdf": "PDF"}
#: Told the share that is done and the section that comes next; raises to stop.
Progress = Callable[[float, str], object]


def writer_for(kind: str, stamp: datetime | None = None) -> Writer:
    """A new, empty document of a kind of file. Raises ValueError for one that is not known."""
    makers: dict[str, Callable[[], Writer]] = {
        "docx": lambda: WordWriter(stamp),
        "html": lambda: PageWriter(current()),
        "pdf": lambda: PdfWriter(stamp),
    }
    if kind not in makers:
        raise ValueError(f"a report cannot be written as {kind!r}, expected one of {', '.join(FORMATS)}")
    return makers[kind]()


def write_study(
    context: Context,
    choices: Choices,
    writer: Writer,
    style: FigureStyle | None = None,
    progress: Progress | None = None,
    study: Study | None = None,
) -> tuple[bytes, Study]:
    """Write the report; also gives the study with the results that it holds.

    ``style`` is that of its pictures; without one they are as of a paper, and those of every patient are of dots.
    ``progress`` is called before each section; what it raises ends the writing. ``study`` is the one of this context and these
    choices, where it has been put together already.
    """
    style = style or FigureStyle(patients=False)
    study = study or Study(context, choices)
    writer = spoken(writer)
    cohort = context.cohort
    made = "Synthetic data. " if cohort.synthetic else ""
    writer.title(choices.title or f"Alopecia areata cohort: {cohort.name}", f"{made}Made with {software()}.")
    names = choices.sections
    tables: list[tuple[str, pd.DataFrame]] = []
    for i, (section, parts) in enumerate(sections_of(study)):
        if progress is not None:
            progress(i / max(len(names), 1), section.title)
        writer.heading(section.title)
        write(parts, writer, style)
        tables += printed_tables(parts)
    writer.paragraph(own_check_note(own_check(tables)), "note")
    if choices.limit is not None:
        writer.paragraph(counted_for(choices.limit, writer.tables, writer.figures), "note")
    return writer.finish(), study
