"""Files that hold no cohort, each with a sentence of its own."""

from __future__ import annotations

import gzip
import random

from tests.intake_corpus.truth import Cases, codes, courses, refused, text, wide_rows
from tests.intake_corpus.writers import ole, packed, xlsx


def add(cases: Cases) -> None:
    """All refusals."""
    salt = courses(codes(5), [0, 12, 24], 81)
    rows = wide_rows(salt, ["ID", "SALT_W0", "SALT_W12", "SALT_W24"])
    no_base = [[c for i, c in enumerate(r) if i != 1] for r in rows]
    long = [["ID", "SALT"], *([c, f"{v:g}"] for c, course in salt.items() for v in course.values() if v is not None)]
    emptied = [[("" if i and j == 1 else c) for j, c in enumerate(r)] for i, r in enumerate(rows)]
    pixel = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    book = xlsx({"S": rows})
    for name, data, made, says in (
        ("empty.csv", b"", "nothing at all", ["empty"]),
        ("blank.csv", b"\r\n \r\n\t\r\n", "white space", ["empty"]),
        ("header_only.csv", text(rows[:1]).encode(), "a header without records", ["no record"]),
        ("without_header.csv", text(rows[1:]).encode(), "no header row", ["header row"]),
        ("without_baseline.csv", text(no_base).encode(), "no baseline visit", ["baseline"]),
        ("baseline_all_missing.csv", text(emptied).encode(), "the baseline column is empty", ["baseline"]),
        ("without_salt.csv", b"ID,Age,Sex\n1,30,F\n2,40,M\n", "no SALT", ["SALT"]),
        ("long_without_visits.csv", text(long).encode(), "several rows a patient and no column of visits", ["more than once"]),
        ("long_without_baseline.csv", b"id,week,salt\n1,4,50\n1,8,40\n2,4,60\n2,8,20\n", "visits from week 4 on", ["baseline"]),
        (
            "letter.txt",
            b"Dear colleague,\n\nthank you for referring this patient to our clinic.\nWe saw her in March.\n\nYours\n",
            "a letter",
            ["SALT"],
        ),
        (
            "decimal_commas_unquoted.csv",
            b"ID,SALT_W0,SALT_W12\nP1,62,5,40,0\nP2,80,5,30,5\nP3,77,5,20,0\n",
            "decimal commas in a comma-separated file",
            ["more cells than the header"],
        ),
        ("picture.csv", pixel, "a PNG picture called .csv", ["picture"]),
        ("photo.xlsx", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", "a JPEG picture called .xlsx", ["picture"]),
        ("report.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "a PDF", ["PDF"]),
        (
            "letter.docx",
            packed({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>"}),
            "a Word document",
            ["Word"],
        ),
        (
            "slides.pptx",
            packed({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<p/>"}),
            "a PowerPoint file",
            ["PowerPoint"],
        ),
        (
            "archive.zip",
            packed({"cohort.csv": text(rows), "more.csv": text(rows)}),
            "a zip archive of two tables",
            ["archive", "2 tables"],
        ),
        (
            "protected.xlsx",
            ole({"EncryptedPackage": b"\x10" * 5000, "EncryptionInfo": b"\x04\x00\x04\x00"}),
            "a workbook with a password",
            ["password"],
        ),
        ("old_letter.doc", ole({"WordDocument": b"\xec\xa5" * 3000}), "an old Word document", ["Word"]),
        ("truncated.xlsx", book[: len(book) // 2], "half a workbook", ["damaged"]),
        ("empty.xlsx", xlsx({"Sheet1": []}), "a workbook without cells", ["no cells"]),
        ("bomb.xlsx", _bomb(), "a small workbook that would unpack to 300 MB", ["far more"]),
        ("far_cell.xlsx", _far_cell(), "a workbook with a cell at XFD1048576", ["far more"]),
        ("damaged.csv.gz", gzip.compress(text(rows).encode(), mtime=0)[:-12], "half a gzip file", ["damaged"]),
        ("data.json", b'[{"id": 1, "salt": 50}]', "JSON", ["JSON"]),
        (
            "workbook.xml",
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>',
            "XML Spreadsheet 2003",
            ["XML"],
        ),
        ("page.html", b"<html><body><p>Nothing here</p></body></html>", "a web page without a table", ["web page"]),
        ("noise.csv", random.Random(5).randbytes(3000), "random bytes", ["known"]),
        ("damaged.sav", b"$FL2@(#) SPSS DATA FILE" + b"\x00" * 200, "half an SPSS file", ["SPSS"]),
        ("damaged.parquet", b"PAR1" + b"\x00" * 100, "half a Parquet file", ["Parquet"]),
    ):
        cases.add(name, data, made, **refused(*says))


def _bomb() -> bytes:
    """Zeros by the hundred megabytes, packed a thousandfold (written in pieces, so that making it takes no room)."""
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(zipfile.ZipInfo("xl/workbook.xml", (2026, 1, 1, 0, 0, 0)), "<workbook/>")
        info = zipfile.ZipInfo("xl/worksheets/sheet1.xml", (2026, 1, 1, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=True) as part:
            for _ in range(300):
                part.write(b" " * 1_000_000)
    return out.getvalue()


def _far_cell() -> bytes:
    sheet = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    book = (
        '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    links = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    )
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": links,
            "xl/worksheets/sheet1.xml": sheet,
        }
    )
