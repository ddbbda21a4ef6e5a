"""Every writer writes every number and no markup of a file's; read back with other libraries than those that wrote."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from datetime import datetime
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pypdf
import pytest

from aadash.charts import Chart
from aadash.formatting import glued
from aadash.report.figure import FigureStyle, PrintedFigure, data_csv, draw, file_name, with_fonts
from aadash.report.lines import RowHead, lines
from aadash.report.pdf import PdfWriter
from aadash.report.webpage import PageWriter
from aadash.report.word import WordWriter
from aadash.report.workbook import Sheet, sheet_names, workbook
from aadash.report.writer import Writer

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STAMP = datetime(2026, 1, 2, 3, 4, 6)
HOSTILE = [
    "=1+1",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    '#panic("x")',
    "전두탈모",
    "円形脱毛症",
    "a\x00b & \"c\" 'd'",
    "http://example.org",
]
TABLE = pd.DataFrame(
    {
        "Characteristic": [RowHead("Demographics", section=True), RowHead("Age (years)", 1), RowHead("older", 2), *HOSTILE],
        "All patients (n = 117)": ["", "32.3 (10.0)", "12/104 (11.5 %)", *[f"{i}.5" for i in range(len(HOSTILE))]],
    },
    dtype=object,
)
BARS = Chart(
    {
        "mark": "bar",
        "data": {"name": "bars"},
        "encoding": {
            "x": {"field": "who", "type": "nominal", "axis": {"labelAngle": 0}},
            "y": {"field": "rate", "type": "quantitative"},
        },
    },
    {"bars": pd.DataFrame({"who": ["전두탈모", "汎発型", "A<b>"], "rate": [10.0, 55.5, 70.0], "colour": "#0072B2"})},
    "Rates: 10, 55.5 and 70.",
)


@pytest.fixture(scope="module")
def figure() -> PrintedFigure:
    return draw(BARS, [("Group A & <b> (n = 3)", "#0072B2"), ("단일 군 (n = 4)", "#D55E00")], FigureStyle("single", title="Title"))


def written(writer: Writer, figure: PrintedFigure | None = None) -> bytes:
    writer.title("Report: 한국 <b>", "under & it")
    writer.heading("Who are the patients?")
    writer.paragraph("The answer is 70.9 %.", "answer")
    writer.table(TABLE, "Baseline", ["Values are n (%)."])
    if figure is not None:
        writer.figure(figure, "Response", ["Whiskers: interval."])
    writer.paragraph("A comment of mine.", "comment")
    writer.bullets(["first", "둘째"])
    writer.code("import aadash\nprint('<x>')")
    return writer.finish()


def word_texts(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        tree = ElementTree.fromstring(archive.read("word/document.xml"))
    return ["".join(t.text or "" for t in p.iter(f"{W}t")) for p in tree.iter(f"{W}p")]


# --- Word ---------------------------------------------------------------------------------------------------------
def test_word_holds_every_cell_and_numbers_its_captions(figure: PrintedFigure) -> None:
    texts = word_texts(written(WordWriter(STAMP), figure))
    for cell in [*TABLE.iloc[:, 0], *TABLE.iloc[1:, 1]]:
        assert glued(cell).replace("\x00", "�") in texts
    assert "Table 1. Baseline" in texts and "Figure 1. Response" in texts


def test_word_tables_are_native_with_a_header_row_and_east_asian_fonts(figure: PrintedFigure) -> None:
    with zipfile.ZipFile(io.BytesIO(written(WordWriter(STAMP), figure))) as archive:
        body = archive.read("word/document.xml").decode()
        assert body.count("<w:tbl>") + body.count("<w:tbl ") == 1
        assert "w:tblHeader" in body and 'w:eastAsia="Malgun Gothic"' in body and 'w:eastAsia="Yu Gothic"' in body
        svg = archive.read("word/media/figure1.svg").decode()
        assert "svgBlip" in body and "전두탈모" in svg and "<script" not in svg
        pngs = [name for name in archive.namelist() if name.endswith(".png")]
        assert len(pngs) == 1 and b"pHYs" in archive.read(pngs[0])
        assert "http://example.org" not in archive.read("word/_rels/document.xml.rels").decode()


def test_word_is_the_same_bytes_but_for_its_time(figure: PrintedFigure) -> None:
    one, same = written(WordWriter(STAMP), figure), written(WordWriter(STAMP), figure)
    later = written(WordWriter(datetime(2027, 1, 1)), figure)
    assert one == same and one != later
    assert word_texts(one) == word_texts(later)


def test_a_table_of_ten_thousand_rows_is_written() -> None:
    writer = WordWriter()
    writer.table(pd.DataFrame({"a": [str(i) for i in range(10_000)], "b": "x"}), "Long")
    assert sum(t == "x" for t in word_texts(writer.finish())) == 10_000


# --- HTML ---------------------------------------------------------------------------------------------------------
def test_the_page_runs_nothing_and_fetches_nothing(figure: PrintedFigure) -> None:
    page = written(PageWriter(), figure).decode()
    assert "<script" not in page.lower() and "&lt;script&gt;" in page
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    assert "default-src 'none'" in page
    for cell in TABLE.iloc[1:, 1]:
        assert f">{glued(cell)}<" in page
    assert '<th scope="row" style="padding-left:2em">older</th>' in page


# --- PDF ----------------------------------------------------------------------------------------------------------
def test_pdf_holds_every_number_with_its_own_fonts(figure: PrintedFigure) -> None:
    data = written(PdfWriter(STAMP), figure)
    assert data == written(PdfWriter(STAMP), figure)
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    text = "".join(page.extract_text() for page in pages)
    for cell in [*TABLE.iloc[1:, 1], "전두탈모", "円形脱毛症", '#panic("x")', "<script>alert(1)</script>", "Figure 1. Response"]:
        assert cell.replace(" ", "") in text.replace(" ", "").replace("\n", ""), cell
    fonts = {str(f.get_object()["/BaseFont"]) for page in pages for f in page["/Resources"]["/Font"].values()}
    assert fonts and all("AAdashSans" in name for name in fonts)


# --- Excel --------------------------------------------------------------------------------------------------------
def test_nothing_in_a_workbook_is_a_formula_or_a_link() -> None:
    numbers = pd.DataFrame({"name": HOSTILE, "value": [1.0, 2.5, float("nan"), float("inf"), 1e300, -3.0, 1 / 3, 0.0]})
    data = workbook([Sheet("Table 1", TABLE, "=cmd"), Sheet("numbers", numbers, "All", numbers=True)], STAMP)
    assert data == workbook([Sheet("Table 1", TABLE, "=cmd"), Sheet("numbers", numbers, "All", numbers=True)], STAMP)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Contents", "Table 1", "numbers"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [c for c in cells if c.data_type == "f" or c.hyperlink]
    assert {"=1+1", "@SUM(A1)", "=cmd"} <= {c.value for c in cells}
    assert [r[1].value for r in book["numbers"].iter_rows(min_row=4)] == [1.0, 2.5, None, "inf", 1e300, -3.0, 1 / 3, 0.0]


def test_names_of_sheets_are_made_to_fit() -> None:
    made = sheet_names(["Contents", "a/b", "A b", "x" * 40, "x" * 41, "", "contents", "'q'", "History"])
    assert made == ["Contents", "a b", "A b 2", "x" * 31, "x" * 29 + " 2", "Sheet", "contents 2", "q", "History 2"]


# --- figures ------------------------------------------------------------------------------------------------------
def test_a_figure_has_the_width_of_its_column(figure: PrintedFigure) -> None:
    assert figure.width == 85 and '<svg xmlns="http://www.w3.org/2000/svg"' in figure.svg and 'width="85mm"' in figure.svg
    for dpi in (150, 600):
        png = figure.png(dpi)
        across = int.from_bytes(png[16:20])
        assert abs(across - 85 / 25.4 * dpi) <= 1
        at = png.index(b"pHYs") + 4
        assert int.from_bytes(png[at : at + 4]) == round(dpi / 0.0254)
    box = pypdf.PdfReader(io.BytesIO(figure.pdf())).pages[0].mediabox
    assert float(box.width) == pytest.approx(85 / 25.4 * 72, abs=0.1)
    assert draw(BARS).width == 170


def test_what_a_figure_says_is_text_and_escaped(figure: PrintedFigure) -> None:
    tree = ElementTree.fromstring(figure.svg)
    texts = [t.text for t in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Title", "Group A & <b> (n = 3)", "단일 군 (n = 4)", "전두탈모", "汎発型", "A<b>"} <= set(texts)
    assert tree.find("{http://www.w3.org/2000/svg}title").text == BARS.alt  # type: ignore[union-attr]
    assert "AAdash Sans" in figure.svg and "@font-face" in with_fonts(figure)


def test_korean_and_japanese_are_not_boxes() -> None:
    """Two letters that a font lacks are drawn alike; these are not."""
    drawn = []
    for text in ("탈", "모", "脱", "発"):
        one = Chart({**BARS.spec}, {"bars": pd.DataFrame({"who": [text], "rate": [1.0]})}, "")
        drawn.append(draw(one).png(72))
    assert len(set(drawn)) == 4


def test_the_data_of_a_figure_have_no_colours() -> None:
    assert data_csv(BARS).decode("utf-8-sig").splitlines()[0] == "frame,who,rate"


def test_files_are_named_after_what_they_show() -> None:
    assert file_name("Responders", "SALT≤20 at week 36") == "responders_salt_le_20_at_week_36"
    assert file_name("../../etc/passwd") == "etc_passwd" and file_name("//") == "figure"
    assert file_name("전두탈모 경과") == "전두탈모_경과"


def test_a_style_that_cannot_be_printed_is_refused() -> None:
    with pytest.raises(ValueError, match="column"):
        FigureStyle("triple")
    with pytest.raises(ValueError, match="dpi"):
        FigureStyle(dpi=5)


# --- what is not used is not loaded -------------------------------------------------------------------------------
def test_writers_are_loaded_when_a_document_is_begun() -> None:
    code = (
        "import sys; from aadash.report import figure, pdf, webpage, word, workbook; "
        "print([m for m in ('docx', 'xlsxwriter', 'vl_convert', 'typst', 'fontTools') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_the_files_own_text_makes_no_heading_and_no_indent() -> None:
    own = lines(pd.DataFrame({"a": ["  moved in?", "alone", "0"], "b": ["1", "", ""]}))
    assert [(line.cells[0], line.indent, line.section) for line in own] == [
        ("  moved in?", 0, False),
        ("alone", 0, False),
        ("0", 0, False),
    ]
