"""How tables and lines are laid out on paper: numbers whole, crowded tables in sections, small ones on one page."""

from __future__ import annotations

import io
import re
import zipfile

import pandas as pd
import pytest
from pypdf import PdfReader

from aadash.formatting import glued
from aadash.report.lines import RowHead, lines, with_the_row_before
from aadash.report.pdf import PdfWriter
from aadash.report.webpage import PageWriter
from aadash.report.word import WordWriter
from aadash.report.writer import column_widths, in_sections, laid_out, needs_turning

ACROSS, LETTER = 160.0, 1.62
WIDE = pd.DataFrame(
    [
        [who, str(week), "83", "−36.3 (30.0)", "−44.3 to −28.4", "−9.15 (56)", "< 0.001", "< 0.001", "−1.21", "< 0.001", "26"]
        for who in ("All patients", "Group A (SALT > 50)")
        for week in (8, 12, 16)
    ],
    columns=["Stratum", "Week", "n", "Mean change (SD)", "95 % CI", "t (df)", "p", "p, adjusted", "dz", "Shapiro–Wilk p", "Left out"],
)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("a change of −38.2 (95 % CI −45.5 to −31.0, n = 83)", ["95\u00a0%\u00a0CI", "−45.5\u00a0to\u00a0−31.0", "n\u00a0=\u00a083"]),
        ("Group A (SALT > 50), p < 0.001", [">\u00a050", "p\u00a0<\u00a00.001"]),
        ("Welch's ANOVA, F(4, 38.1) = 15.68", ["F(4,\u00a038.1)\u00a0=\u00a015.68"]),
        ('<abbr title="…">p</abbr> &lt; 0.001', ["</abbr>\u00a0&lt;\u00a00.001"]),
        ("otherwise: baricitinib 4 mg, week 36", ["4\u00a0mg"]),
        ("CI &lt; 0.01 to 0.84", ["&lt;\u00a00.01\u00a0to\u00a00.84"]),
        ("0.09 (< 0.01 to 0.84)", ["<\u00a00.01\u00a0to\u00a00.84"]),
    ],
)
def test_what_is_one_number_stays_on_one_line(text: str, whole: list[str]) -> None:
    assert all(piece in glued(text) for piece in whole)
    assert glued(text).replace("\u00a0", " ") == text


def test_words_may_be_parted() -> None:
    said = "seen at week 36 to say so, in 2 of 3 (a, 4 b); a = b"
    assert glued(said) == said


def test_a_crowded_table_is_set_in_sections_and_keeps_every_cell() -> None:
    set_so, turned = laid_out(WIDE, ACROSS, LETTER)
    assert not turned
    heads = [v for v in set_so.iloc[:, 0] if isinstance(v, RowHead) and v.section]
    assert heads == ["All patients", "Group A (SALT > 50)"] and list(set_so.columns) == list(WIDE.columns[1:])
    body = [line.cells for line in lines(set_so) if not line.section]
    assert body == [line.cells[1:] for line in lines(WIDE)]
    widths = column_widths(set_so, lines(set_so), ACROSS, LETTER)
    assert widths[3] >= len("−44.3 to −28.4") * LETTER and sum(widths) <= ACROSS * 1.001


def test_a_table_with_room_stays_as_it_is_and_one_that_cannot_be_sectioned_is_turned() -> None:
    small = WIDE.iloc[:, :4]
    assert laid_out(small, ACROSS, LETTER)[0] is small
    unlike = WIDE.assign(Stratum=[f"stratum number {i}" for i in range(len(WIDE))])
    assert in_sections(unlike) is None
    assert laid_out(unlike, ACROSS, LETTER)[1] is needs_turning(unlike, lines(unlike), ACROSS, LETTER)


def test_headings_stand_on_the_turned_page_of_their_table() -> None:
    """They stood alone on an upright page, which is left where the table turns."""
    many = WIDE.assign(Stratum=[f"stratum number {i}" for i in range(len(WIDE))], **{f"at week {i}": "12.5 (3.0)" for i in range(8)})
    assert laid_out(many, ACROSS, LETTER)[1]
    word, pdf = WordWriter(), PdfWriter()
    for writer in (word, pdf):
        writer.paragraph("Before it.")
        writer.heading("Upper", 1)
        writer.heading("Lower", 2)
        writer.table(many, "Turned")
        writer.heading("Later", 2)
        writer.paragraph("After it.")
    document = zipfile.ZipFile(io.BytesIO(word.finish())).read("word/document.xml").decode()
    places = [re.search(f">{text}<", document).start() for text in ("Before it.", "Upper", "Lower", ". Turned", "Later", "After it.")]  # type: ignore[union-attr]
    turns = [m.start() for m in re.finditer("<w:sectPr", document)]
    assert places == sorted(places) and len(turns) == 3
    assert places[0] < turns[0] < places[1] and places[3] < turns[1] < places[4]
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf.finish())).pages]
    assert ["Upper" in text for text in pages] == ["Lower" in text for text in pages] == ["Turned" in text for text in pages]
    assert "Before it." in pages[0] and "Upper" not in pages[0]


def test_strata_that_come_back_are_no_sections() -> None:
    """By endpoint, then by stratum: sections would be headed twice by the same words."""
    again = pd.concat([WIDE.iloc[:2], WIDE.iloc[3:5], WIDE.iloc[1:3]], ignore_index=True)
    assert in_sections(again) is None


def test_a_small_table_is_on_one_page_in_word_and_the_rows_of_a_long_one_are_free() -> None:
    def kept(n: int) -> int:
        writer = WordWriter()
        writer.table(pd.DataFrame({"a": [f"r{i}" for i in range(n)], "b": "x"}), "T")
        with zipfile.ZipFile(io.BytesIO(writer.finish())) as archive:
            rows = re.findall(r"<w:tr>.*?</w:tr>", archive.read("word/document.xml").decode(), re.S)
        return sum("<w:keepNext/>" in row for row in rows[1:])

    assert kept(10) == 9 and kept(40) == 3


@pytest.mark.parametrize("before", [40, 43, 46, 49, 52])
def test_a_small_table_is_on_one_page_in_the_pdf(before: int) -> None:
    """One of these numbers of lines leaves room for a part of it only."""
    writer = PdfWriter()
    for _ in range(before):
        writer.paragraph("A line.")
    writer.table(pd.DataFrame({"a": [f"row{i}" for i in range(12)], "b": "x"}), "Kept")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(writer.finish())).pages]
    assert [("row0" in text) for text in pages] == [("row11" in text) for text in pages] == [("Kept" in text) for text in pages]


@pytest.mark.parametrize("before", [0, 5, 10, 15])
def test_a_fact_is_on_one_page_with_its_levels_in_the_pdf(before: int) -> None:
    """ "AA subtype" ended a page and its levels began the next one, as they do not in Word and on a printed page."""
    writer = PdfWriter()
    for _ in range(before):
        writer.paragraph("A line.")
    rows: list[RowHead] = []
    for i in range(10):
        rows += [RowHead(f"Section{i}.", section=True)] * (i % 3 == 0)
        rows += [RowHead(f"Fact{i}.", 1), *(RowHead(f"Level{i}{letter}.", 2) for letter in "abcdef")]
    rows += [RowHead("Place.", 1), *(RowHead(f"Town{i}.", 2) for i in range(70))]
    writer.table(pd.DataFrame({"a": rows, "b": ["" if row.section else "1" for row in rows]}, dtype=object), "Long")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(writer.finish())).pages]
    page_of = {row: next(i for i, text in enumerate(pages) if row in text) for row in map(str, rows)}
    assert len(pages) >= 3
    for i in range(10):
        assert len({page_of[row] for row in rows if row.startswith((f"Fact{i}.", f"Level{i}"))}) == 1
    for i in (0, 3, 6, 9):
        assert page_of[f"Section{i}."] == page_of[f"Fact{i}."]
    assert page_of["Place."] == page_of["Town1."] < page_of["Town69."], "of many levels the first two, or the table would not break"


def test_rows_that_stay_together_are_never_higher_than_a_page() -> None:
    """A level in twelve lines, twelve times: what may not be broken would be cut where the paper ends."""
    writer = PdfWriter()
    long = "a very long name of a level " * 36
    rows = [RowHead("Fact.", 1), *(RowHead(f"{long} {i}end", 2) for i in range(12)), *(RowHead(f"Other{i}.", 1) for i in range(8))]
    writer.table(pd.DataFrame({"a": rows, "b": "1"}, dtype=object), "High")
    heights: list[float] = []
    for page in PdfReader(io.BytesIO(writer.finish())).pages:
        page.extract_text(visitor_text=lambda text, cm, tm, *_: heights.append(cm[5] + tm[5] * cm[3]) if text.strip() else None)
    assert len(heights) > 80 and min(heights) > 0


def test_a_word_of_broad_letters_fits_its_column() -> None:
    """ "thromboembolism" ran into the number beside it: three of its letters are half as broad again as the others."""
    from fontTools.ttLib import TTFont

    from aadash.report.figure import FONTS

    font = TTFont(FONTS / "AAdashSans-Regular.ttf")
    names, glyphs = font.getBestCmap(), font["hmtx"]
    for word in ("thromboembolism", "immunomodulator", "MMMMMMMMMMMM", "hyperlipidemia"):
        frame = pd.DataFrame(
            {"Event": [RowHead(f"Venous {word}", 1)] * 3, **{f"c{i}": ["0 (≤ 52.7 %)"] * 3 for i in range(8)}}, dtype=object
        )
        set_so, wide = laid_out(frame, 160.0, 1.46)
        room = column_widths(set_so, lines(set_so), 247.0 if wide else 160.0, 1.46)[0]
        across = sum(glyphs[names[ord(letter)]][0] for letter in word) / font["head"].unitsPerEm * 7.5
        assert (across + 7 + 4) / 72 * 25.4 <= room, word  # its indent, and what is left of it in the cell


def test_long_names_do_not_stand_in_a_column_of_single_words() -> None:
    """Levels of sixty letters beside intervals that may not be broken: each in four lines, on a turned page if need be."""
    name = "A very long name of a pattern of hair loss with nail changes"
    cell = "0.27 (0.07 to 0.90)"
    frame = pd.DataFrame(
        {
            "Predictor": [f"{name} {i}" for i in range(12)],
            **{f"Estimate {k} (95 % CI)": [cell] * 12 for k in range(3)},
            **{f"p {k}": ["0.033"] * 12 for k in range(3)},
            "SALT75": ["20/25 (80.0 %)"] * 12,
        }
    )
    set_so, turned = laid_out(frame, ACROSS, LETTER)
    widths = column_widths(set_so, lines(set_so), 247.0 if turned else ACROSS, LETTER)
    assert widths[0] >= (len(name) + 2) / 4 * LETTER


def test_the_page_keeps_numbers_whole() -> None:
    writer = PageWriter()
    writer.paragraph("By 70.9 % (95 % CI 58.1 to 77.6).")
    writer.table(WIDE, "Wide", ["n = 83"])
    page = writer.finish().decode()
    assert "70.9\u00a0%" in page and "58.1\u00a0to\u00a077.6" in page and "<\u00a00.001" not in page and "&lt;\u00a00.001" in page
    assert "−44.3\u00a0to\u00a0−28.4" in page and "n\u00a0=\u00a083" in page


def test_a_fact_is_not_parted_from_its_levels() -> None:
    """On paper "AA subtype" could end a page and "patchy" begin the next one."""
    facts = [RowHead("Disease", section=True), RowHead("Subtype", 1), *(RowHead(t, 2) for t in "abc"), RowHead("Age", 1)]
    assert with_the_row_before(lines(pd.DataFrame({"a": facts}, dtype=object))) == [False, False, True, True, True, False]
    many = [RowHead("Place", 1), *(RowHead(f"{i}", 2) for i in range(40))]
    assert sum(with_the_row_before(lines(pd.DataFrame({"a": many}, dtype=object)))) == 2, (
        "of many levels the first two, or the table would not break"
    )
    total = pd.DataFrame({"a": ["Any event", *(RowHead(f"{i}", 1) for i in range(40))], "b": ["9"] * 41}, dtype=object)
    assert not any(with_the_row_before(lines(total))), "a total is no head of its kinds"
