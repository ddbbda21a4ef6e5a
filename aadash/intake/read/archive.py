"""Zip archives that should be workbooks, looked at before anything is unpacked: what they are, and what they would become."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator

from aadash.errors import IntakeError
from aadash.intake.read.openspan import expanded
from aadash.intake.read.otherfiles import no_table, refuse_archive
from aadash.intake.read.packedtable import is_workbook
from aadash.intake.read.sheetbin import see_records
from aadash.intake.read.sheetxml import SheetLook, shared_sizes

#: Limits of a zipped workbook: bytes of one part, of all parts, and how much smaller a large part may be packed.
MAX_PART, MAX_TOTAL, MAX_RATIO = 250_000_000, 400_000_000, 250
#: Most cells that the sheets of a workbook may span together, and bytes that their texts may take.
MAX_CELLS, MAX_TEXT = 20_000_000, 400_000_000
#: A sheet that spans more than this is refused when it is nearly empty: one cell far out.
SPARSE, CELLS_PER_CELL = 1_500_000, 100
MAX_COLUMNS = 5_000
Broken = dict[str, list[tuple[int, int, str]]]


def check_archive(data: bytes, name: str) -> Broken:
    """Refuse what is no workbook, or would unpack to far more than a cohort. Raises IntakeError.

    Returns cells that hold an error (#REF!, #DIV/0!) by sheet (its name, or its part where that does not say it), as (row, column,
    text) from 0: the reader leaves them empty.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = [p.filename for p in parts]
            refuse_archive(names, name)
            if not is_workbook(names):
                raise no_table(name, "an archive (zip)", "Unpack it and upload the table inside")
            if any(p.flag_bits & 1 for p in parts):
                raise protected(name)
            _check_sizes(parts, name)
            if "content.xml" in archive.namelist():
                _check_open(archive, name)
                return {}
            return _check_sheets(archive, parts, name)
    except (IntakeError, MemoryError):
        raise
    except Exception as error:  # a damaged archive fails in many ways
        raise IntakeError("The file is a damaged archive", file=name, fix="Save it again and upload that") from error


def _check_sizes(parts: list[zipfile.ZipInfo], name: str) -> None:
    """The sizes that the parts declare; no more than that is read of any."""
    if len(parts) > 10_000 or sum(p.file_size for p in parts) > MAX_TOTAL:
        raise too_large(name)
    for part in parts:
        packed_tight = part.file_size > 10_000_000 and part.file_size > MAX_RATIO * max(part.compress_size, 1)
        if part.file_size > MAX_PART or packed_tight:
            raise too_large(name)


def _check_sheets(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], name: str) -> Broken:
    """Every part that holds rows, wherever it lies: how far it reaches, and what its shared texts come to."""
    broken: Broken = {}
    lists = [p for p in parts if p.filename.lower().endswith(".xml") and "sharedstrings" in p.filename.lower()]
    sizes = [shared_sizes(archive.read(p)) for p in lists]
    longest = max((int(s.max()) for s in sizes if s.size), default=0)
    span = text = 0
    for part in parts:
        look = SheetLook()
        if part.filename.lower().endswith(".bin"):
            see_records(look, archive.read(part))
        elif part.filename.lower().endswith((".xml", ".rels")) and part not in lists:
            for block in blocks(archive, part):
                look.see(block)
        title = (sheet_title(archive, part.filename) or part.filename) if look.errors or look.furthest else ""
        _check_reach(look, title, name)
        span += look.span
        if look.cells * longest > MAX_TEXT:
            for block in blocks(archive, part):
                look.count_shared(block)
            text += max(int((s[: look.shared.size] * look.shared[: s.size]).sum()) for s in sizes if s.size)
        if span > MAX_CELLS + 10_000_000 or text > MAX_TEXT:
            raise too_large(name)
        if look.errors:
            broken[title] = sorted(look.errors)
    return broken


def _check_reach(look: SheetLook, title: str, name: str) -> None:
    """A cell far out makes the sheet span millions of cells, all of which the reader would make room for."""
    if look.last_column > MAX_COLUMNS or (look.span > SPARSE and look.span > CELLS_PER_CELL * max(1, look.cells)):
        where = f" of the sheet {title!r}" if title and "/" not in title else ""
        raise IntakeError(
            f"The workbook would unpack to far more than a cohort: there is a cell far out ({look.furthest}){where}, and nearly all "
            "cells between are empty",
            file=name,
            fix="Delete the empty rows and columns in front of it, or save the sheet as .csv, and upload that",
        )


def _check_open(archive: zipfile.ZipFile, name: str) -> None:
    cells, size = expanded(archive.read("content.xml"))
    if cells > MAX_CELLS or size > MAX_TEXT:
        raise too_large(name)


def sheet_title(archive: zipfile.ZipFile, filename: str) -> str:
    """The sheet's name from the workbook's lists."""
    try:
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return ""
    for tag in re.findall(r"<(?:\w{1,20}:)?Relationship [^<>]*>", links):
        target, key = re.search(r'Target="([^"]*)"', tag), re.search(r'Id="([^"]*)"', tag)
        if target and key and filename.endswith(target.group(1).removeprefix("/xl/").removeprefix("./")):
            for sheet in re.findall(r"<(?:\w{1,20}:)?sheet [^<>]*>", book):
                if f'"{key.group(1)}"' in sheet and (found := re.search(r'\bname="([^"]*)"', sheet)):
                    return html.unescape(found.group(1))
    return ""


def blocks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part's text in blocks that overlap a little, so that no tag is cut; stops at the size it declares."""
    kept, left = b"", part.file_size
    with archive.open(part) as stream:
        while left > 0 and (block := stream.read(min(8_000_000, left))):
            left -= len(block)
            yield kept + block
            kept = block[-500:]


def protected(name: str) -> IntakeError:
    """The refusal of a workbook with a password."""
    return IntakeError(
        "The workbook has a password",
        file=name,
        fix="Save a copy without it (in Excel: File, Info, Protect Workbook, Encrypt with Password, empty the box), and upload that",
    )


def too_large(name: str) -> IntakeError:
    """The refusal of a workbook that would unpack to far more than a cohort."""
    return IntakeError(
        "The workbook would unpack to far more than a cohort",
        file=name,
        fix="Copy the cells in use to a new workbook, or save the sheet as .csv",
    )
