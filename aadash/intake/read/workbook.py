"""Spreadsheet workbooks (.xlsx, .xls, .ods), read by calamine after a look at what they would unpack to."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator

from aadash.errors import IntakeError
from aadash.intake.read.grid import Grid
from aadash.intake.text import show

#: Limits of a zipped workbook: bytes of one part, of all parts, and how much smaller a large part may be packed.
MAX_PART, MAX_TOTAL, MAX_RATIO = 250_000_000, 400_000_000, 250
#: Most cells that a sheet may span.
MAX_CELLS = 20_000_000
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c ([^>]*\bt="e"[^>]*)>(?:(?!</(?:\w+:)?c>).){0,500}?<(?:\w+:)?v>([^<]*)<', re.DOTALL)
_KINDS = (("word/", "a Word document"), ("ppt/", "a PowerPoint file"), ("Index/", "an Apple Numbers file"))


def load_workbook(data: bytes, name: str, sheet: str | None) -> list[Grid]:
    """Every sheet with cells in it, or the one called ``sheet``. Raises IntakeError when there is none."""
    broken: dict[str, list[tuple[int, int, str]]] = {}
    if data[:4] == b"PK\x03\x04":
        broken = _check_zip(data, name)
    elif "EncryptedPackage".encode("utf-16-le") in data:
        raise _protected(name)
    elif "WordDocument".encode("utf-16-le") in data or "PowerPoint Document".encode("utf-16-le") in data:
        raise IntakeError(
            "This is a Word or PowerPoint document, not a table",
            file=name,
            fix="Copy the table into a spreadsheet, save it as .xlsx or .csv, and upload that",
        )
    try:
        return _sheets(data, name, sheet, broken)
    except (IntakeError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # the reader is native code: its panics are no Exception
        if "assword" in f"{type(error).__name__} {error}":
            raise _protected(name) from None
        raise IntakeError(
            "The workbook is damaged and cannot be read",
            file=name,
            fix="Open it in a spreadsheet program, save it as .xlsx again, and upload that",
        ) from None


def _sheets(data: bytes, name: str, sheet: str | None, broken: dict[str, list[tuple[int, int, str]]]) -> list[Grid]:
    import python_calamine as calamine

    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    names = list(book.sheet_names)
    if sheet is not None and sheet not in names:
        raise IntakeError(f"There is no sheet {sheet!r}", file=name, expected="one of " + ", ".join(names))
    hidden = {m.name for m in book.sheets_metadata if "Visible" not in str(m.visible).split(".")[-1]}
    grids = []
    for title in names if sheet is None else [sheet]:
        page = book.get_sheet_by_name(title)
        if page.total_height * page.total_width > MAX_CELLS:
            raise _too_large(name)
        seen: dict[float, str] = {}
        rows = [
            [c if type(c) is str else seen.get(c) or seen.setdefault(c, show(c)) if type(c) is float else show(c) for c in row]
            for row in page.to_python(skip_empty_area=False)
        ]
        for r, c, text in broken.get(title, ()):
            if r < len(rows) and c < len(rows[r]) and not rows[r][c]:
                rows[r][c] = text
        if any(c and c.strip() for row in rows for c in row):
            merged = [(a[0], a[1], b[0], b[1]) for a, b in page.merged_cell_ranges or []]
            notes = [("note", "hidden_sheet", "", f"The sheet {title!r} is hidden in the workbook.")] if title in hidden else []
            grids.append(Grid(title, rows, merged, notes))
    if not grids:
        raise IntakeError("The workbook has no cells in it", file=name, fix="Check that the right file was chosen")
    return grids


def _check_zip(data: bytes, name: str) -> dict[str, list[tuple[int, int, str]]]:
    """Refuse what is no workbook, or would unpack to far more than a cohort. Raises IntakeError.

    Returns cells that hold an error (#REF!, #DIV/0!) by sheet, as (row, column, text) from 0: the reader leaves them empty.
    """
    broken: dict[str, list[tuple[int, int, str]]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = [p.filename for p in parts]
            _check_kind(names, name)
            if any(p.flag_bits & 1 for p in parts):
                raise _protected(name)
            large = [
                p
                for p in parts
                if p.file_size > MAX_PART or (p.file_size > 10_000_000 and p.file_size > MAX_RATIO * max(p.compress_size, 1))
            ]
            if large or sum(p.file_size for p in parts) > MAX_TOTAL or len(parts) > 10_000:
                raise _too_large(name)
            for part in parts:
                if re.match(r"xl/worksheets/[^/]+\.xml$", part.filename):
                    found = _check_span(archive, part, name)
                    if found:
                        broken[_title(archive, part.filename)] = found
                elif part.filename == "content.xml":
                    _check_repeats(archive, part, name)
    except IntakeError:
        raise
    except Exception as error:  # a damaged archive fails in many ways
        raise IntakeError("The file is a damaged archive", file=name, fix="Save it again and upload that") from error
    return broken


def _check_kind(names: list[str], name: str) -> None:
    for prefix, kind in _KINDS:
        if any(n.startswith(prefix) for n in names):
            raise IntakeError(
                f"This is {kind}, not a table",
                file=name,
                fix="Copy the table into a spreadsheet, save it as .xlsx or .csv, and upload that",
            )
    if not any(n.startswith("xl/") or n == "content.xml" for n in names):
        raise IntakeError("This is an archive (zip), not a table", file=name, fix="Unpack it and upload the table inside")


def _check_span(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> list[tuple[int, int, str]]:
    """A cell far out makes the sheet span millions of cells, all of which the reader would make room for.

    Returns the cells that hold an error.
    """
    last_row = last_column = 1
    broken: set[tuple[int, int, str]] = set()
    for text in _blocks(archive, part):
        rows = re.findall(rb'<(?:\w+:)?row [^>]*?\br="(\d{5,})"', text)
        last_row = max(last_row, *map(int, rows)) if rows else last_row
        for letters in set(re.findall(rb' r="([A-Z]{2,3})\d', text)):
            last_column = max(last_column, _column_number(letters))
        for tag, value in _ERROR_CELL.findall(text) if b't="e"' in text else ():
            place = re.search(rb'\br="([A-Z]+)(\d+)"', tag)
            if place:
                broken.add((int(place.group(2)) - 1, _column_number(place.group(1)) - 1, value.decode("utf-8", "replace")))
    if last_row * max(last_column, 26) > MAX_CELLS + 10_000_000 or last_column > 5_000:
        raise _too_large(name)
    return sorted(broken)


def _column_number(letters: bytes) -> int:
    """A → 1, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _title(archive: zipfile.ZipFile, filename: str) -> str:
    """The sheet's name from the workbook's lists."""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    for tag in re.findall(r"<(?:\w+:)?Relationship [^>]*>", links):
        target, key = re.search(r'Target="([^"]*)"', tag), re.search(r'Id="([^"]*)"', tag)
        if target and key and filename.endswith(target.group(1).removeprefix("/xl/").removeprefix("./")):
            for sheet in re.findall(r"<(?:\w+:)?sheet [^>]*>", book):
                if f'"{key.group(1)}"' in sheet and (found := re.search(r'\bname="([^"]*)"', sheet)):
                    return html.unescape(found.group(1))
    return ""


def _check_repeats(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    """OpenDocument may say that a filled cell or row is repeated a million times."""
    for text in _blocks(archive, part):
        for tag in re.findall(rb"<table:table-cell[^>]*>", text):
            times = re.search(rb'number-columns-repeated="(\d+)"', tag)
            if times and int(times.group(1)) > 2_000 and b"value" in tag:
                raise _too_large(name)
        for times, body in re.findall(rb'<table:table-row[^>]*number-rows-repeated="(\d+)"[^>]*>(.{0,400})', text, re.S):
            if int(times) > 20_000 and b"office:value" in body.split(b"</table:table-row>")[0]:
                raise _too_large(name)


def _blocks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part's text in blocks that overlap a little, so that no tag is cut; stops at the size it declares."""
    kept, left = b"", part.file_size
    with archive.open(part) as stream:
        while left > 0 and (block := stream.read(min(8_000_000, left))):
            left -= len(block)
            yield kept + block
            kept = block[-500:]


def _protected(name: str) -> IntakeError:
    return IntakeError(
        "The workbook is protected by a password",
        file=name,
        fix="Open it, remove the password (File, Info, Protect), save it, and upload that",
    )


def _too_large(name: str) -> IntakeError:
    return IntakeError(
        "The workbook would unpack to far more than a cohort",
        file=name,
        fix="Copy the cells in use to a new workbook, or save the sheet as .csv",
    )
