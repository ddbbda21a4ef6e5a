"""What sheets say of their cells beside the values, in each format of workbook; and Prism's files."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from aadash.errors import IntakeError
from aadash.intake import Reading, read
from aadash.intake.read.sheetbin import see_records
from aadash.intake.read.sheetxml import SheetLook
from tests.intake_corpus.writers import ods

CASES = Path(__file__).parents[2] / "intake_cases"
ROWS = [
    ["ID", "Sex", "SALT_W0", "SALT_W12", "Hgb"],
    [1, "F", 80, 40, 12],
    [2, "M", 70, 30, 12],
    [3, "M", 60, 20, 11],
    [4, "M", 60, 0.3, 13],
    [5, "F", 55, 15, 14],
    [6, "F", 55, 25, 14],
]


def _xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ROWS:
        sheet.append(row)
    for r in range(2, 8):
        sheet.cell(r, 1).number_format = "0000"
    sheet["C2"].comment = Comment("measured twice", "a nurse")
    sheet["D3"].font = Font(strike=True)
    sheet["D5"].number_format = "0%"
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[4].hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _ods() -> bytes:
    """As LibreOffice writes it: styles, an annotation, a hidden row and column, a percentage, leading zeros."""
    archive = zipfile.ZipFile(io.BytesIO(ods({"Visits": ROWS})))
    text = archive.read("content.xml").decode()
    rows = text.split("<table:table-row>")
    rows[0] = rows[0].replace(
        "<office:body>",
        '<office:automatic-styles><style:style style:name="x" style:family="table-cell"><style:text-properties '
        'style:text-line-through-style="solid"/></style:style></office:automatic-styles><office:body>',
    )
    rows[0] += (
        '<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column table:number-columns-repeated="3"/>'
    )
    cells = [r.split("<table:table-cell") for r in rows]
    cells[2][3] = cells[2][3].replace("<text:p>", "<office:annotation><text:p>measured twice</text:p></office:annotation><text:p>")
    cells[3][4] = ' table:style-name="x"' + cells[3][4]
    cells[5][4] = cells[5][4].replace('"float"', '"percentage"').replace(">0.3<", ">30%<")
    for k in range(2, 8):
        cells[k][1] = cells[k][1].replace(f"<text:p>{k - 1}<", f"<text:p>000{k - 1}<")
    rows = ["<table:table-cell".join(c) for c in cells]
    text = "<table:table-row>".join(rows)
    text = text.replace(rows[4], rows[4]).replace(
        "<table:table-row>" + rows[4], '<table:table-row table:visibility="collapse">' + rows[4]
    )
    for space in ("style", "office", "text", "table"):
        if f"xmlns:{space}=" not in text:
            text = text.replace(
                "<office:document-content",
                f'<office:document-content xmlns:{space}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"',
                1,
            )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for part in archive.namelist():
            made.writestr(part, text if part == "content.xml" else archive.read(part))
    return out.getvalue()


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _xls() -> bytes:
    """The workbook of the case with a comment at C2: its records (Obj, TxO with two Continue, Note: [MS-XLS] 2.4.181, .329, .179)
    before the sheet's end, in the unused rest of the stream.
    """
    data = (CASES / "states.xls").read_bytes()
    start = data.index(bytes.fromhex("0908100000060500"))
    at, ends = start, []
    while (head := struct.unpack("<HH", data[at : at + 4]))[0]:
        ends += [at] if head[0] == 0x0A else []
        at += 4 + head[1]
    text = b"measured twice"
    new = _record(0x5D, struct.pack("<4H", 0x15, 18, 0x19, 1).ljust(26, b"\0"))
    new += _record(0x1B6, struct.pack("<HH6xHHI", 0x212, 0, len(text), 16, 0)) + _record(0x3C, b"\0" + text)
    new += _record(0x3C, struct.pack("<HHIHHI", 0, 0, 0, len(text), 0, 0))
    new += _record(0x1C, struct.pack("<4HHB", 1, 2, 0, 1, 1, 0) + b"a\0")
    whole = data[: ends[-1]] + new + data[ends[-1] :]
    assert not any(data[at : at + len(new)])  # nothing but padding makes way
    return whole[: at + len(new)] + data[at + len(new) :]


def told(reading: Reading) -> dict[str, str]:
    return {p.code: p.message for p in reading.problems if p.level in ("error", "warning")}


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_what_a_sheet_says_of_its_cells_is_told_in_every_format(kind: str) -> None:
    data = {"xlsx": _xlsx, "ods": _ods, "xls": _xls}[kind]()
    reading = read(data, name=f"states.{kind}")
    cohort, said = reading.accepted(), told(reading)
    assert cohort.salt[12].tolist() == [40, 30, 20, 30, 15, 25]
    assert list(cohort.salt.index) == ["0001", "0002", "0003", "0004", "0005", "0006"]
    assert "D5" in said["percent_cells"] and "D3" in said["struck_through"]
    hidden = " ".join(p.message for p in reading.problems if p.code == "hidden_cells")
    assert "row 4" in hidden and "(B)" in hidden
    assert "C2" in said["cell_comments"] and "measured twice" not in str(reading.problems)


@pytest.mark.parametrize("name", ["error_cell.ods", "btheb__error_cells_xls.xls"])
def test_error_cells_are_missing_and_told_with_their_rows(name: str) -> None:
    reading = read((CASES / name).read_bytes(), name=name)
    rows = {(p.column, p.rows) for p in reading.problems if p.code == "error_cell" and p.level == "warning"}
    assert (
        rows
        == {"error_cell.ods": {("SALT_W12", (3,))}, "btheb__error_cells_xls.xls": {("SALT week 9", (4, 9)), ("SALT week 17", (5,))}}[
            name
        ]
    )
    assert reading.ready


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!"])
def test_an_error_is_missing_and_told_in_a_fact_too(error: str) -> None:
    reading = read(f"ID,Sex,IgE,SALT_W0\n1,F,12,80\n2,{error},{error},70\n3,M,14,60\n")
    assert reading.accepted().patients.isna().sum().tolist() == [1, 1]
    assert {p.column for p in reading.problems if p.code == "error_cell"} == {"Sex", "IgE"}


def test_errors_in_records_of_xlsb_are_seen() -> None:
    """BrtRowHdr, then a number, an error and a formula's error ([MS-XLSB] 2.4.726, 2.4.309, 2.4.678)."""

    def record(kind: int, body: bytes) -> bytes:
        return bytes([kind, len(body)]) + body

    row = record(0, struct.pack("<I", 3) + bytes(13))
    number = record(2, struct.pack("<III", 0, 0, 0))
    failed = record(3, struct.pack("<II", 1, 0) + b"\x2a") + record(11, struct.pack("<II", 2, 0) + b"\x07" + bytes(8))
    look = SheetLook()
    see_records(look, row + number + failed)
    assert look.errors == {(3, 1, "#N/A"), (3, 2, "#DIV/0!")}


PRISM = """<?xml version="1.0" encoding="UTF-8"?>
<GraphPadPrismFile xmlns="http://graphpad.com/prism/Prism.htm" PrismXMLVersion="5.00"><TableSequence><Ref ID="T0"/></TableSequence>
<Table ID="T0" XFormat="numbers" YFormat="{format}" Replicates="3" TableType="XY"><Title>SALT</Title>
<XColumn Subcolumns="1"><Title>Week</Title><Subcolumn><d>0</d><d>12</d><d>24</d></Subcolumn></XColumn>
<YColumn Subcolumns="3"><Title>JAK</Title><Subcolumn><d>80</d><d>40</d><d>20</d></Subcolumn>
<Subcolumn><d>70</d><d></d><d>10</d></Subcolumn><Subcolumn></Subcolumn></YColumn>
<YColumn Subcolumns="3"><Title>None</Title><Subcolumn><d>90</d><d>85</d><d>80</d></Subcolumn>
<Subcolumn><d>75</d><d>70</d><d>60</d></Subcolumn></YColumn></Table></GraphPadPrismFile>"""


def test_replicates_of_prism_are_patients_of_their_group() -> None:
    reading = read(PRISM.format(format="replicates").encode(), name="salt.pzfx")
    cohort = reading.accepted()
    assert cohort.salt.fillna(-1).to_numpy().tolist() == [[80, 40, 20], [70, -1, 10], [90, 85, 80], [75, 70, 60]]
    assert cohort.patients["group"].tolist() == ["JAK", "JAK", "None", "None"]
    assert "transposed" in told(reading)


def test_means_of_prism_are_no_patients() -> None:
    with pytest.raises(IntakeError, match="means, not patients"):
        read(PRISM.format(format="SDN").encode(), name="salt.pzfx")
    with pytest.raises(IntakeError, match="damaged"):
        read(PRISM.format(format="replicates").encode()[:700], name="salt.pzfx")


@pytest.mark.parametrize(
    "text",
    [
        "Week,JAK,JAK,JAK,Bio,Bio\n0,80,70,60,90,75\n12,40,30,50,85,70\n24,20,10,40,80,60\n",
        "Week,JAK,,,Bio,\n0,80,70,60,90,75\n12,40,30,50,85,70\n24,20,10,40,80,60\n",
    ],
)
def test_weeks_down_and_replicates_across_in_text(text: str) -> None:
    cohort = read(text).accepted()
    assert cohort.salt[24].tolist() == [20, 10, 40, 80, 60]
    assert cohort.patients["group"].tolist() == ["JAK"] * 3 + ["Bio"] * 2


REGIONS = [
    ("Top", "Back", "Left", "Right"),
    ("두정부", "후두부", "좌측두부", "우측두부"),
    ("頭頂部", "後頭部", "左側頭部", "右側頭部"),
]


@pytest.mark.parametrize("words", REGIONS)
@pytest.mark.parametrize("long", [False, True])
def test_a_row_per_region_is_put_side_by_side(words: tuple[str, ...], long: bool) -> None:
    """By hand: 0.4 × 80 + 0.24 × 60 + 0.18 × (50 + 50) = 64.4, and 0.4 × 40 + 0.24 × 30 + 0.18 × (20 + 20) = 30.4."""
    first, second = (80, 60, 50, 50), (40, 30, 20, 20)
    if long:
        rows = [f"P{i},{w},{r},{v}" for i in (1, 2) for w, vs in ((0, first), (12, second)) for r, v in zip(words, vs, strict=True)]
        text = "ID,Week,Region,SALT\n" + "\n".join(rows)
    else:
        rows = [f"P{i},{r},{a},{b}" for i in (1, 2) for r, a, b in zip(words, first, second, strict=True)]
        text = "ID,Region,SALT_W0,SALT_W12\n" + "\n".join(rows)
    reading = read(text)
    assert reading.accepted().salt.to_numpy().round(6).tolist() == [[64.4, 30.4], [64.4, 30.4]]
    assert "regions_in_rows" in told(reading)
    assert reading.whole is not None and "left out" in reading.whole.sentence() and not sum(reading.whole.left.values())


@pytest.mark.parametrize(
    "text", ["ID,Größe,Straße\n1,größer,für\n", "ID,Bemerkung\n1,fällt aus\n", "ID,Prénom\n1,Zoé\n", "ID,Año\n1,mañana\n"]
)
def test_umlauts_of_a_mac(text: str) -> None:
    """Mac OS Roman, and letters that are taken apart (NFD) as macOS writes names."""
    import unicodedata

    from aadash.intake.read.decode import decode

    assert decode(text.encode("mac_roman"), "x.csv")[:2] == (text, "mac_roman")
    assert decode(text.encode("cp1252"), "x.csv")[:2] == (text, "cp1252")
    apart = unicodedata.normalize("NFD", text.replace("\n1", ",SALT_W0\n1").rstrip() + ",80\n")
    head = next(iter(read(apart).table.columns[1:]))
    assert unicodedata.normalize("NFC", str(head)) == head


def test_a_header_0_beside_named_visits_is_asked() -> None:
    asked = read("ID,0,SALT_W0,SALT_W12\n1,80,80,40\n2,70,70,30\n")
    assert asked.accepted().salt[0].tolist() == [80, 70]
    alone = read("ID,0,SALT_W12\n1,80,40\n2,70,30\n")
    assert alone.draft is None and "visit_unknown" in {p.code for p in alone.open_problems}
    assert read("ID,0,4,8\n1,80,40,20\n2,70,30,10\n").accepted().weeks == (0, 4, 8)


def test_a_percent_sign_in_quotes_is_only_written_behind_the_number() -> None:
    """0.0"%" shows 55 as 55.0%; 0% shows 0.55 as 55%."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["ID", "SALT_W0", "SALT_W12"], ["P1", 55, 0.2], ["P2", 62, 0.3], ["P3", 71, 0.25]):
        sheet.append(row)
    for r in (2, 3, 4):
        sheet.cell(r, 2).number_format, sheet.cell(r, 3).number_format = '0.0"%"', "0%"
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue(), name="book.xlsx").accepted().values.tolist() == [[55, 20], [62, 30], [71, 25]]
