"""Formats beside the usual ones: read as a spreadsheet would be, or refused with what to click in the program that made them."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from aadash.errors import IntakeError
from aadash.intake import Reading, read

RDS = Path(__file__).parents[1] / "rds"
CSV = b"ID,SALT_W0,SALT_W12\nP1,80,40\nP2,60,20\nP3,90,10\n"
COURSES = {"P1": [80.0, 40.0], "P2": [60.0, 20.0], "P3": [90.0, 10.0]}


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def courses(reading: Reading) -> dict[str, list[float]]:
    salt = reading.accepted().salt
    return {str(code): row for code, row in zip(salt.index, salt.to_numpy().tolist(), strict=True)}


def excel_xml(rows: list[list[tuple[str, str]]], extra: str = "") -> bytes:
    """As SAS ExcelXP writes it: (type, text) by cell; an empty cell is skipped and the next one says its place."""
    text = ""
    for row in rows:
        text += "<Row>"
        for i, (kind, value) in enumerate(row, 1):
            text += f'<Cell ss:Index="{i}"><Data ss:Type="{kind}">{value}</Data></Cell>' if value else ""
        text += "</Row>"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Styles/><Worksheet ss:Name="Cohort"><Table>{text}{extra}</Table></Worksheet></Workbook>'
    ).encode()


HEAD = [("String", "ID"), ("String", "Visit date"), ("String", "SALT_W0"), ("String", "SALT_W12"), ("String", "Smoker")]
ROWS = [
    HEAD,
    [("String", "P1"), ("DateTime", "2024-01-05T00:00:00.000"), ("Number", "80"), ("Number", "40"), ("Boolean", "1")],
    [("String", "P2"), ("String", ""), ("Number", "60.5"), ("Number", ""), ("Boolean", "0")],
    [("String", "P3"), ("DateTime", "2024-02-07T00:00:00.000"), ("Number", "90"), ("Number", "1e1"), ("Boolean", "0")],
]


def test_excel_2003_xml_is_read() -> None:
    reading = read(excel_xml(ROWS), name="sas.xls")
    assert reading.table.to_numpy().tolist() == [
        ["P1", "2024-01-05", "80", "40", "TRUE"],
        ["P2", "", "60.5", "", "FALSE"],
        ["P3", "2024-02-07", "90", "10", "FALSE"],
    ]
    assert any(p.code == "excel_xml" for p in reading.problems)
    assert reading.accepted().weeks == (0, 12)
    with pytest.raises(IntakeError, match="one of Cohort"):
        read(excel_xml(ROWS), name="sas.xml", sheet="Other")


@pytest.mark.parametrize(
    "extra",
    ['<Row ss:Index="1000000000"><Cell><Data ss:Type="Number">1</Data></Cell></Row>', '<Row><Cell ss:Index="900000"/></Row>', "<Row>"],
)
def test_excel_2003_xml_that_is_damaged_or_reaches_far_is_refused(extra: str) -> None:
    with pytest.raises(IntakeError, match=r"far out|damaged"):
        read(excel_xml(ROWS, extra), name="sas.xml")


def flat_open(extra: str = "") -> bytes:
    names = "".join(f' xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{p}:1.0"' for p in ("office", "table", "text"))

    def cell(text: str) -> str:
        if text.isdigit():
            return f'<table:table-cell office:value-type="float" office:value="{text}"><text:p>{text}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    rows = "".join(
        f"<table:table-row>{''.join(map(cell, line.split(',')))}</table:table-row>" for line in CSV.decode().strip().split("\n")
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document{names} '
        'office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
        f'<office:body><office:spreadsheet><table:table table:name="T">{rows}{extra}</table:table></office:spreadsheet></office:body>'
        "</office:document>"
    ).encode()


def test_flat_opendocument_is_read() -> None:
    assert courses(read(flat_open(), name="cohort.fods")) == COURSES
    many = '<table:table-row table:number-rows-repeated="9999999"><table:table-cell office:value-type="string"><text:p>x</text:p>'
    with pytest.raises(IntakeError, match="far more"):
        read(flat_open(many + "</table:table-cell></table:table-row>"), name="cohort.fods")


def test_one_table_in_an_archive_is_read_and_told() -> None:
    for packed in (
        zipped(**{"export/cohort.csv": CSV}),
        zipped(**{"cohort.csv": CSV, "__MACOSX/._cohort.csv": b"x", "readme.pdf": b"%PDF", ".DS_Store": b"x"}),
        zipped(cohort=CSV),
    ):
        reading = read(packed, name="mail.zip")
        assert courses(reading) == COURSES
        assert any(p.code == "archive" for p in reading.problems)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"a.csv": CSV, "b.csv": CSV}, "2 tables in it"),
        ({"a.pdf": b"%PDF", "b.png": b"x"}, "without a table"),
        ({"a.zip": zipped(**{"a.csv": CSV})}, "an archive"),
        ({"a.csv": b""}, "empty"),
        ({"a.csv": b"\n" * 30_000_000}, "far more"),
    ],
)
def test_other_archives_are_refused(parts: dict[str, bytes], words: str) -> None:
    with pytest.raises(IntakeError, match=words):
        read(zipped(**parts), name="mail.zip")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("study.omv", zipped(**{"meta": b"", "metadata.json": b"{}", "data.bin": b"", "xdata.json": b"{}"}), "jamovi"),
        ("study.jasp", zipped(**{"manifest.json": b"{}", "internal.sqlite": b"", "analyses.json": b"{}"}), "JASP"),
        ("graph.prism", zipped(**{"document.json": b"{}", "data/tables/1.csv": CSV}), "In Prism choose"),
        (
            "graph.pzfx",
            b'<?xml version="1.0" encoding="UTF-8"?><GraphPadPrismFile PrismXMLVersion="5.00"></GraphPadPrismFile>',
            "In Prism",
        ),
        ("letter.hwpx", zipped(**{"mimetype": b"application/hwp+zip", "Contents/section0.xml": b"<x/>"}), "Hangul"),
        ("cohort.numbers", zipped(**{"Index/Document.iwa": b""}), "In Numbers choose"),
        ("clinic.accdb", b"\x00\x01\x00\x00Standard ACE DB\x00" + b"\x00" * 100, "In Access choose"),
        ("work.RData", (RDS / "workspace.RData").read_bytes(), "saveRDS"),
        ("list.rds", (RDS / "list.rds").read_bytes(), "no data frame"),
    ],
)
def test_other_programs_are_named_with_what_to_click(name: str, data: bytes, words: str) -> None:
    with pytest.raises(IntakeError) as told:
        read(data, name=name)
    assert words in str(told.value)
    assert str(told.value).startswith(name)


@pytest.mark.parametrize("name", ["cohort.rds", "plain.rds"])
def test_a_data_frame_of_r_is_read(name: str) -> None:
    """Made in R by ``rds/make.R``."""
    reading = read(RDS / name)
    assert reading.table.to_numpy().tolist() == [
        ["0007", "F", "80", "40", "2024-01-05", "a"],
        ["0008", "M", "60.5", "", "", ""],
        ["0009", "", "90", "20", "2024-02-07", "c"],
    ]
    assert list(reading.accepted().salt.index) == ["0007", "0008", "0009"]


def test_row_names_of_r_are_a_column() -> None:
    assert read(RDS / "row_names.rds").table.iloc[:, 0].tolist() == ["P1", "P2", "P3"]


def test_a_damaged_file_of_r_is_refused() -> None:
    with pytest.raises(IntakeError, match=r"write\.csv"):
        read((RDS / "plain.rds").read_bytes()[:150], name="half.rds")


def test_a_damaged_gz_is_refused_in_our_words() -> None:
    """The sentence of a library stood in it: “Compressed file ended before the end-of-stream marker was reached”."""
    packed = gzip.compress(b"ID,SALT_W0,SALT_W12\n" + b"P1,80,40\n" * 50)
    with pytest.raises(IntakeError, match="compressed file is damaged: it cannot be unpacked") as refused:
        read(packed[:-12], name="cohort.csv.gz")
    assert "(" not in refused.value.paragraph()
