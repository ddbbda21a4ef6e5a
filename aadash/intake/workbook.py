"""Spreadsheet workbooks (.xlsx, .xls, .ods), read by calamine after a look at what they would unpack to."""

from __future__ import annotations

import io
import zipfile

from aadash.errors import IntakeError
from aadash.intake.files import Grid

#: Limits of a zipped workbook: bytes of one part, of all parts, and how much smaller a large part may be packed.
MAX_PART, MAX_TOTAL, MAX_RATIO = 250_000_000, 400_000_000, 250
_KINDS = (("word/", "a Word document"), ("ppt/", "a PowerPoint file"), ("Index/", "an Apple Numbers or Pages file"))


def load_workbook(data: bytes, name: str, sheet: str | None) -> list[Grid]:
    """Every sheet with cells in it, or the one called ``sheet``. Raises IntakeError when there is none."""
    import python_calamine as calamine

    if data[:4] == b"PK\x03\x04":
        check_zip(data, name)
    elif "EncryptedPackage".encode("utf-16-le") in data:
        raise _protected(name)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = list(book.sheet_names)
        if sheet is not None and sheet not in names:
            raise IntakeError(f"There is no sheet {sheet!r}", file=name, expected="one of " + ", ".join(names))
        grids = []
        for title in names if sheet is None else [sheet]:
            page = book.get_sheet_by_name(title)
            rows = page.to_python(skip_empty_area=False)
            if any(cell != "" for row in rows for cell in row):
                merged = [(a[0], a[1], b[0], b[1]) for a, b in page.merged_cell_ranges or []]
                grids.append(Grid(title, [[None if c == "" else c for c in row] for row in rows], merged))
    except calamine.PasswordError as error:
        raise _protected(name) from error
    except calamine.CalamineError as error:
        raise IntakeError(f"The workbook cannot be read ({error})", file=name,
                          fix="Open it in a spreadsheet program, save it as .xlsx again, and upload that") from error
    if not grids:
        raise IntakeError("The workbook has no cells in it", file=name, fix="Check that the right file was chosen")
    return grids


def check_zip(data: bytes, name: str) -> None:
    """Refuse what is no workbook, or would unpack to far more than a cohort. Raises IntakeError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise IntakeError(f"The file is damaged ({error})", file=name, fix="Save it again and upload that") from error
    names = [p.filename for p in parts]
    for prefix, kind in _KINDS:
        if any(n.startswith(prefix) for n in names):
            raise IntakeError(f"This is {kind}, not a table", file=name,
                              fix="Copy the table into a spreadsheet, save it as .xlsx or .csv, and upload that")
    if not any(n.startswith("xl/") or n == "content.xml" for n in names):
        raise IntakeError("This is an archive (zip), not a table", file=name, fix="Unpack it and upload the table inside")
    large = [p for p in parts if p.file_size > MAX_PART
             or (p.file_size > 10_000_000 and p.file_size > MAX_RATIO * max(p.compress_size, 1))]
    if large or sum(p.file_size for p in parts) > MAX_TOTAL:
        raise IntakeError("The workbook would unpack to far more than a cohort", file=name,
                          fix="Copy the cells in use to a new workbook, or save the sheet as .csv")


def _protected(name: str) -> IntakeError:
    return IntakeError("The workbook is protected by a password", file=name,
                       fix="Open it, remove the password (File, Info, Protect), save it, and upload that")
