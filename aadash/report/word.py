"""A Word document: headings, native tables, captions that Word can list, figures as PNG with the SVG beside it.

The same content and the same ``stamp`` give the same bytes. python-docx is loaded when a document is begun.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import quoteattr

import pandas as pd

from aadash.formatting import glued
from aadash.language import say
from aadash.report.figure import FAMILY, PrintedFigure
from aadash.report.lines import lines
from aadash.report.word_styles import set_footer, set_properties, set_styles
from aadash.report.word_xml import JAPANESE, KOREAN, LATIN, W, clean, run_xml, table_xml
from aadash.report.writer import Writer, column_widths, heads, laid_out, right_aligned

_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
#: Millimetres across, upright and turned.
_UPRIGHT, _TURNED = 160.0, 247.0
#: Of a figure at most: two with their captions stand on a page.
_FIGURE = 150.0
#: About how wide a character of the table's type is, in millimetres.
_CHARACTER = 1.62
PARAGRAPHS = {"text": "Normal", "answer": "AAdash Answer", "note": "AAdash Note", "comment": "AAdash Comment"}


class WordWriter(Writer):
    """Writes a .docx; ``stamp`` is the time that the file states as its own, ``author`` its author."""

    def __init__(self, stamp: datetime | None = None, author: str = "") -> None:
        super().__init__()
        import docx

        self._document: Any = docx.Document()
        self._stamp = (stamp or datetime(2000, 1, 1)).replace(tzinfo=None, microsecond=0)
        set_properties(self._document, self._stamp, author)
        set_styles(self._document)
        set_footer(self._document)
        self._turned = False
        self._waiting: list[tuple[str, str]] = []  # headings, which stand on the page of what comes under them

    def title(self, text: str, under: str = "") -> None:
        self._say(text, "Title")
        self._document.core_properties.title = clean(text)[:255]
        if under:
            self._say(under, "Subtitle")

    def heading(self, text: str, level: int = 1) -> None:
        self._waiting.append((text, f"Heading {level}"))

    def paragraph(self, text: str, kind: str = "text") -> None:
        self._say(text, PARAGRAPHS[kind])

    def bullets(self, items: Sequence[str]) -> None:
        for item in items:
            self._say(item, "List Bullet")

    def table(self, frame: pd.DataFrame, caption: str, notes: Sequence[str] = ()) -> None:
        from docx.oxml import parse_xml

        self.tables += 1
        frame, turned = laid_out(frame, _UPRIGHT, _CHARACTER)
        rows, right = lines(frame), right_aligned(frame)
        widths = column_widths(frame, rows, _TURNED if turned else _UPRIGHT, _CHARACTER)
        self._turn(turned)
        self._begin()
        self._caption("Table", self.tables, caption, together=True)
        table = parse_xml(table_xml(heads(frame), rows, right, widths))
        body = self._document.element.body
        body.insert(len(body) - 1, table)  # before the section's properties
        for note in notes or ([] if turned else [""]):
            self._add(note, "AAdash Note")

    def figure(self, figure: PrintedFigure, caption: str, notes: Sequence[str] = ()) -> None:
        from docx.shared import Mm

        self.figures += 1
        self._turn(False)
        self._begin()
        paragraph = self._document.add_paragraph(style="AAdash Figure")
        width = min(figure.width, _FIGURE)
        picture = paragraph.add_run().add_picture(io.BytesIO(figure.png()), width=Mm(width))
        picture._inline.docPr.set("descr", clean(figure.alt))
        picture._inline.docPr.set("name", f"Figure {self.figures}")
        self._with_svg(picture, figure)
        self._caption("Figure", self.figures, caption, together=bool(notes))
        for i, note in enumerate(notes, start=1):
            self._add(note, "AAdash Note", together=i < len(notes))

    def code(self, text: str) -> None:
        for line in text.rstrip("\n").split("\n"):
            self._say(line, "AAdash Code")

    def finish(self) -> bytes:
        self._begin()
        made = io.BytesIO()
        self._document.save(made)
        return _same_times(made.getvalue(), self._stamp)

    def _say(self, text: str, style: str) -> None:
        """A paragraph on an upright page."""
        self._turn(False)
        self._begin()
        self._add(text, style)

    def _begin(self) -> None:
        """The headings that wait for what comes under them, on its page: alone on an upright page one would head nothing."""
        for text, style in self._waiting:
            self._add(text, style)
        self._waiting.clear()

    def _add(self, text: str, style: str, together: bool = False) -> None:
        paragraph = self._document.add_paragraph(style=style)
        if together:
            paragraph.paragraph_format.keep_with_next = True
        _run(paragraph, text if style == "AAdash Code" else glued(text))

    def _caption(self, kind: str, number: int, text: str, together: bool) -> None:
        """ "Table 1. …" with a number that Word counts itself and can make a list of."""
        from docx.oxml import parse_xml

        paragraph = self._document.add_paragraph(style="Caption")
        paragraph.paragraph_format.keep_with_next = together
        _run(paragraph, f"{say(kind)} ")
        paragraph._p.append(
            parse_xml(f'<w:fldSimple {W} w:instr=" SEQ {kind} \\* ARABIC "><w:r><w:t>{number}</w:t></w:r></w:fldSimple>')
        )
        _run(paragraph, f". {text}")

    def _turn(self, turned: bool) -> None:
        """Go on on a turned or on an upright page; nothing happens where the present one is so."""
        from docx.enum.section import WD_ORIENT, WD_SECTION

        if turned == self._turned:
            return
        self._turned = turned
        section = self._document.add_section(WD_SECTION.NEW_PAGE)
        short, long = sorted((section.page_width, section.page_height))
        section.orientation = WD_ORIENT.LANDSCAPE if turned else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (long, short) if turned else (short, long)

    def _with_svg(self, picture: Any, figure: PrintedFigure) -> None:
        """Put the SVG beside the PNG: Word 2016 and later show it, older ones the PNG."""
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from docx.oxml import parse_xml

        package = self._document.part.package
        svg = figure.svg.replace(f"{FAMILY}", f"{LATIN}, {KOREAN}, {JAPANESE}, sans-serif")
        part = Part(PackURI(f"/word/media/figure{self.figures}.svg"), "image/svg+xml", svg.encode(), package)
        relation = self._document.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image")
        blip = picture._inline.graphic.graphicData.pic.blipFill.blip
        blip.append(
            parse_xml(
                '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
                '<a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}">'
                f'<asvg:svgBlip xmlns:asvg="{_SVG}" '
                'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
                f"r:embed={quoteattr(relation)}/></a:ext></a:extLst>"
            )
        )


def _run(paragraph: Any, text: str) -> None:
    from docx.oxml import parse_xml

    if text:
        paragraph._p.append(parse_xml(run_xml(text).replace("<w:r>", f"<w:r {W}>", 1)))


def _same_times(docx: bytes, stamp: datetime) -> bytes:
    """The archive again with one time for every part, so that the bytes depend on the content and on ``stamp`` alone."""
    out = io.BytesIO()
    when = (max(stamp.year, 1980), stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second)
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, when)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return out.getvalue()
