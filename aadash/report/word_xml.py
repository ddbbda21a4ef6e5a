"""The XML of a Word document's runs and tables, escaped, with the fonts that Korean and Japanese letters need."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from aadash.formatting import glued
from aadash.report.lines import Line, with_the_row_before

LATIN, KOREAN, JAPANESE = "Arial", "Malgun Gothic", "Yu Gothic"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_KANA_OR_KANJI, _HANGUL = re.compile("[\u3040-\u30ff\u4e00-\u9fff]"), re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
#: What XML 1.0 cannot hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """``text`` without what XML cannot hold."""
    return _FORBIDDEN.sub("�", text)


def _east_asian(text: str) -> str:
    """The font and language of a run's Korean or Japanese letters."""
    if _HANGUL.search(text):
        return f'<w:rFonts w:eastAsia="{KOREAN}" w:hint="eastAsia"/><w:lang w:eastAsia="ko-KR"/>'
    if _KANA_OR_KANJI.search(text):
        return f'<w:rFonts w:eastAsia="{JAPANESE}" w:hint="eastAsia"/><w:lang w:eastAsia="ja-JP"/>'
    return ""


def run_xml(text: str, bold: bool = False) -> str:
    fonts = _east_asian(text)
    font, language = (fonts.split("/>")[0] + "/>", fonts.split("/>")[1] + "/>") if fonts else ("", "")
    properties = f"<w:rPr>{font}{'<w:b/>' if bold else ''}{language}</w:rPr>" if fonts or bold else ""
    parts = clean(text).split("\n")
    inside = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in parts)
    return f"<w:r>{properties}{inside}</w:r>"


#: A table of at most so many rows stands on one page; of a longer one the first rows stand with its head.
SHORT, FIRST = 16, 3


def table_xml(names: list[str], rows: list[Line], right: list[bool], widths: list[float]) -> str:
    """A table ruled as journals rule it: a line above, one under the header, one below. Written as XML in one go: python-docx's own
    cells take a time that grows with the square of their number."""
    twips = [round(w / 25.4 * 1440) for w in widths]
    line = '<w:{0} w:val="single" w:sz="{1}" w:space="0" w:color="auto"/>'
    head = "".join(
        _cell(name, w, r, "AAdash Table Head", bold=True, rule=line.format("bottom", 6))
        for name, w, r in zip(names, twips, right, strict=True)
    )
    kept = len(rows) - 1 if len(rows) <= SHORT else FIRST
    stays = [*with_the_row_before(rows)[1:], False]
    body = "".join(_row(r, twips, right, i < kept or stays[i]) for i, r in enumerate(rows))
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in twips)
    return (
        f'<w:tbl {W}><w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:tblBorders>{line.format("top", 12)}'
        f'{line.format("bottom", 12)}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:top w:w="20" w:type="dxa"/>'
        '<w:left w:w="40" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>{body}</w:tbl>"
    )


def _row(r: Line, twips: list[int], right: list[bool], kept: bool) -> str:
    if r.section:
        cell = (
            f'<w:tc><w:tcPr><w:tcW w:w="{sum(twips)}" w:type="dxa"/><w:gridSpan w:val="{len(twips)}"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="AAdashTableText"/><w:keepNext/></w:pPr>{run_xml(r.cells[0], bold=True)}</w:p></w:tc>'
        )
    else:
        cell = "".join(
            _cell(text, w, at, "AAdash Table Text", indent=r.indent if i == 0 else 0, kept=kept)
            for i, (text, w, at) in enumerate(zip(r.cells, twips, right, strict=True))
        )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cell}</w:tr>"


def _cell(
    text: str, width: int, right: bool, style: str, bold: bool = False, rule: str = "", indent: int = 0, kept: bool = False
) -> str:
    borders = f'<w:tcBorders>{rule}</w:tcBorders><w:vAlign w:val="bottom"/>' if rule else ""
    shift = f'<w:ind w:left="{indent * 140}"/>' if indent else ""
    side = '<w:jc w:val="right"/>' if right else ""
    keep = "<w:keepNext/>" if kept or rule else ""  # with the row below
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{borders}</w:tcPr><w:p><w:pPr>'
        f'<w:pStyle w:val="{style.replace(" ", "")}"/>{keep}{shift}{side}</w:pPr>{run_xml(glued(text), bold)}</w:p></w:tc>'
    )
