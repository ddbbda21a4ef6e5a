"""The named styles of a Word report: its author changes them once, in Word, for the whole document."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aadash.report.word_xml import KOREAN, LATIN, W, clean


def set_properties(document: Any, stamp: datetime, author: str) -> None:
    core = document.core_properties
    core.author = core.last_modified_by = clean(author) or "AAdash"
    core.created = core.modified = stamp
    core.comments, core.revision = "", 1


def set_styles(document: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    styles = document.styles
    ink = RGBColor(0x1C, 0x27, 0x33)
    for name, based, size, bold, before, after in (
        ("AAdash Answer", "Normal", 11, True, 4, 6),
        ("AAdash Note", "Normal", 8, False, 2, 4),
        ("AAdash Comment", "Normal", 10, False, 4, 6),
        ("AAdash Code", "Normal", 8, False, 0, 0),
        ("AAdash Figure", "Normal", 10, False, 8, 2),
        ("AAdash Table Text", "Normal", 8, False, 1, 1),
        ("AAdash Table Head", "AAdash Table Text", 8, True, 1, 1),
        ("Normal", "", 10, False, 0, 6),
        ("Title", "", 18, True, 0, 4),
        ("Subtitle", "", 10, False, 0, 10),
        ("Heading 1", "", 14, True, 16, 4),
        ("Heading 2", "", 12, True, 12, 4),
        ("Heading 3", "", 10, True, 8, 2),
        ("Caption", "", 9, True, 8, 4),
        ("List Bullet", "", 10, False, 0, 2),
    ):
        style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if based:
            style.base_style = styles[based]
        style.font.name = "Consolas" if name == "AAdash Code" else LATIN
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, name == "AAdash Comment"
        style.font.color.rgb = ink
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), KOREAN)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    styles["AAdash Figure"].paragraph_format.keep_with_next = True
    for spaced in styles["Subtitle"].element.xpath(".//w:rPr/w:spacing") + styles["Title"].element.xpath(".//w:rPr/w:spacing"):
        spaced.getparent().remove(spaced)
    for border in styles["Title"].element.xpath(".//w:pBdr"):
        border.getparent().remove(border)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(25)


def set_footer(document: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import parse_xml

    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph._p.append(parse_xml(f'<w:fldSimple {W} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'))
