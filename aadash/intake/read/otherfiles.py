"""Files of programs that AAdash does not read, known by their first bytes or by what lies in their archive, and what to click."""

from __future__ import annotations

from aadash.errors import IntakeError

EXPECTED = "a spreadsheet (.xlsx, .xls, .ods), text (.csv, .tsv), SPSS, Stata, SAS, R (.rds), Parquet or Feather file"
_SAVE_AS = "Save the table as .xlsx or .csv and upload that"
_PICTURE = "Upload the spreadsheet that the picture was taken of"
_UNPACK = "Unpack it and upload the table inside"
_PRISM = "In Prism choose File, Export, and .csv"
_COPY = "Copy the table into a spreadsheet, save it as .xlsx or .csv, and upload that"
#: First bytes, what it is, what to do.
_STARTS = (
    (b"%PDF", "a PDF document", _COPY),
    (b"\x89PNG", "a picture (PNG)", _PICTURE),
    (b"\xff\xd8\xff", "a picture (JPEG)", _PICTURE),
    (b"GIF8", "a picture (GIF)", _PICTURE),
    (b"{\\rtf", "a text document (RTF)", _COPY),
    (b"HWP Document File", "a Hangul document", _COPY),
    (b"Rar!", "an archive (RAR)", _UNPACK),
    (b"7z\xbc\xaf", "an archive (7z)", _UNPACK),
    (b"BZh", "an archive (bzip2)", _UNPACK),
    (b"\xfd7zXZ", "an archive (xz)", _UNPACK),
    (b"RDX", "an R workspace", "In R: saveRDS(the_data_frame, 'cohort.rds'), and upload that"),
    (b"RDA", "an R workspace", "In R: saveRDS(the_data_frame, 'cohort.rds'), and upload that"),
    (b"SQLite format 3", "a database (SQLite)", "Export the table as .csv and upload that"),
    (b"\x00\x01\x00\x00Standard ", "an Access database", "In Access choose External Data, Export, Excel, and upload that"),
    (b"PCFFGRA4", "a Prism file", _PRISM),
    (b"\x7fELF", "a program", _SAVE_AS),
    (b"MZ", "a program", _SAVE_AS),
)
#: A part of the archive, what it is, what to do.
_PARTS = (
    ("word/", "a Word document", _COPY),
    ("ppt/", "a PowerPoint file", _COPY),
    ("Index/", "an Apple Numbers file", "In Numbers choose File, Export To, Excel, and upload that"),
    ("data.bin", "a jamovi project", "In jamovi choose the menu ≡, Export, and .csv"),
    ("xdata.json", "a jamovi project", "In jamovi choose the menu ≡, Export, and .csv"),
    ("internal.sqlite", "a JASP file", "In JASP choose the menu ≡, Export Data, and .csv"),
    ("analyses.json", "a JASP file", "In JASP choose the menu ≡, Export Data, and .csv"),
    ("Contents/section0.xml", "a Hangul document", _COPY),
    ("document.json", "a Prism file", _PRISM),
)
#: How the names of such files end, for those whose parts have other names.
_ENDS = ((".omv", 3), (".jasp", 5), (".hwpx", 7), (".prism", 8))


def refuse_start(data: bytes, name: str) -> None:
    """Raises IntakeError when the first bytes are those of a file that holds no table, or none that can be read."""
    for start, kind, fix in _STARTS:
        if data.startswith(start):
            raise no_table(name, kind, fix)


def refuse_archive(parts: list[str], name: str) -> None:
    """Raises IntakeError when these are the parts of another program's file."""
    for part, kind, fix in _PARTS:
        if any(p.startswith(part) for p in parts):
            raise no_table(name, kind, fix)
    for end, of in _ENDS:
        if name.lower().endswith(end):
            raise no_table(name, *_PARTS[of][1:])


def no_table(name: str, kind: str, fix: str) -> IntakeError:
    """The refusal of a kind of file."""
    return IntakeError(f"This is {kind}, not a table", file=name, expected=EXPECTED, fix=fix)
