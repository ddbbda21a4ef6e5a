"""Spreadsheet workbooks (.xlsx, .xls, .ods), read by calamine after a look at what they would unpack to."""

from __future__ import annotations

import io
import unicodedata

from aadash.errors import IntakeError
from aadash.intake.read.archive import MAX_CELLS, Broken, check_archive, protected, too_large
from aadash.intake.read.cellstate import apply_states
from aadash.intake.read.delimited import COMPOSED
from aadash.intake.read.grid import CHOOSE_SHEET, Grid
from aadash.intake.read.oldstate import old_states
from aadash.intake.read.openstate import is_open, open_states
from aadash.intake.text import show


def load_workbook(data: bytes, name: str, sheet: str | None) -> list[Grid]:
    """Every sheet with cells in it, or the one called ``sheet``. Raises IntakeError when there is none."""
    broken: Broken = {}
    if data[:4] == b"PK\x03\x04":
        broken = check_archive(data, name)
    elif "EncryptedPackage".encode("utf-16-le") in data:
        raise protected(name)
    elif "WordDocument".encode("utf-16-le") in data or "PowerPoint Document".encode("utf-16-le") in data:
        raise IntakeError(
            "This is a Word or PowerPoint document, not a table",
            file=name,
            fix="Copy the table into a spreadsheet, save it as .xlsx or .csv, and upload that",
        )
    try:
        return _sheets(data, name, sheet, broken)
    except (IntakeError, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # the reader is native code: its panics are no Exception
        if "assword" in f"{type(error).__name__} {error}":
            raise protected(name) from None
        raise IntakeError(
            "The workbook is damaged and cannot be read",
            file=name,
            fix="Open it in a spreadsheet program, save it as .xlsx again, and upload that",
        ) from None


def _sheets(data: bytes, name: str, sheet: str | None, broken: Broken) -> list[Grid]:
    import python_calamine as calamine

    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    names = list(book.sheet_names)
    if sheet is not None and sheet not in names:
        raise IntakeError(f"There is no sheet {sheet!r}", file=name, expected="one of " + ", ".join(names), fix=CHOOSE_SHEET)
    hidden = {m.name for m in book.sheets_metadata if "Visible" not in str(m.visible).split(".")[-1]}
    grids = []
    for title in names if sheet is None else [sheet]:
        page = book.get_sheet_by_name(title)
        if page.total_height * page.total_width > MAX_CELLS:
            raise too_large(name)
        seen: dict[float, str] = {}
        rows = [
            [c if type(c) is str else seen.get(c) or seen.setdefault(c, show(c)) if type(c) is float else show(c) for c in row]
            for row in page.to_python(skip_empty_area=False)
        ]
        for r, c, text in broken.get(title) or broken.get(f"xl/worksheets/sheet{names.index(title) + 1}.bin", []):
            if r < len(rows) and c < len(rows[r]) and not rows[r][c]:
                rows[r][c] = text
        if any(c and c.strip() for row in rows for c in row):
            merged = [(a[0], a[1], b[0], b[1]) for a, b in page.merged_cell_ranges or []]
            notes = [("note", "hidden_sheet", "", f"The sheet {title!r} is hidden in the workbook.")] if title in hidden else []
            grids.append(Grid(title, rows, merged, notes))
    for grid in grids:
        if any(not c.isascii() and not unicodedata.is_normalized("NFC", c) for row in grid.rows for c in row):
            grid.rows = [[unicodedata.normalize("NFC", c) for c in row] for row in grid.rows]
            grid.notes.append(("note", "composed", "", COMPOSED))
    look = old_states if data[:4] != b"PK\x03\x04" else open_states if is_open(data) else apply_states
    told = look(data, {g.name: g.rows for g in grids})
    for grid in grids:
        grid.notes += told[grid.name].notes() if grid.name in told else []
    if not grids:
        raise IntakeError("The workbook has no cells in it", file=name, fix="Check that the right file was chosen")
    return grids
