"""Spreadsheets as one XML file: Excel 2003 XML, which SAS and hospital systems write, and flat OpenDocument (.fods)."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree

from aadash.errors import IntakeError
from aadash.intake.read.delimited import MAX_COLUMNS, MAX_ROWS
from aadash.intake.read.grid import CHOOSE_SHEET, Grid
from aadash.intake.text import show

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIME}"/></manifest:manifest>'
)


def kind_of_xml(data: bytes) -> str:
    """ "excel" for Excel 2003 XML, "open" for a flat OpenDocument sheet, "" for anything else."""
    head = data[:4096]
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<":
        return ""
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head and re.search(rb"<(?:\w{1,20}:)?Workbook", head):
        return "excel"
    return "open" if b"<office:document" in head and b"opendocument:xmlns:office" in data[:20_000] else ""


def load_excel_xml(data: bytes, name: str, sheet: str | None) -> list[Grid]:
    """Every sheet with cells in it, or the one called ``sheet``. Raises IntakeError."""
    names: list[str] = []
    grids: list[Grid] = []
    title = ""
    grid = Grid("", [])
    try:
        for event, element in ElementTree.iterparse(io.BytesIO(data.lstrip(b" \t\r\n")), events=("start", "end")):
            if event == "start" and element.tag == _SS + "Worksheet":
                title = element.get(_SS + "Name") or f"Sheet{len(names) + 1}"
                names.append(title)
                grid = Grid(title, [])
            elif event == "end" and element.tag == _SS + "Row":
                _row(element, grid, name)
                element.clear()
            elif event == "end" and element.tag == _SS + "Worksheet":
                if any(c and not c.isspace() for row in grid.rows for c in row):
                    grids.append(grid)
                element.clear()
    except ElementTree.ParseError as error:
        raise IntakeError(
            "The Excel 2003 XML file is damaged", file=name, fix="Open it in Excel, save it as .xlsx, and upload that"
        ) from error
    if sheet is not None and sheet not in names:
        raise IntakeError(f"There is no sheet {sheet!r}", file=name, expected="one of " + ", ".join(names), fix=CHOOSE_SHEET)
    grids = [g for g in grids if sheet is None or g.name == sheet]
    if not grids:
        raise IntakeError("The Excel 2003 XML file has no cells in it", file=name, fix="Check that the right file was chosen")
    for one in grids:
        one.notes.append(("note", "excel_xml", "", "The file is Excel 2003 XML, whatever its name says."))
    return grids


def _row(element: ElementTree.Element, grid: Grid, name: str) -> None:
    at = int(element.get(_SS + "Index") or len(grid.rows) + 1) - 1
    if not len(grid.rows) <= at < MAX_ROWS:
        raise _far(name, f"row {at + 1:,}")
    grid.rows += [[] for _ in range(at + 1 - len(grid.rows))]
    row = grid.rows[at]
    for cell in element.iter(_SS + "Cell"):
        column = int(cell.get(_SS + "Index") or len(row) + 1) - 1
        across, down = (int(cell.get(_SS + k) or 0) for k in ("MergeAcross", "MergeDown"))
        if not len(row) <= column <= column + across < MAX_COLUMNS:
            raise _far(name, f"column {column + across + 1:,}")
        row += [""] * (column - len(row)) + [_value(cell.find(_SS + "Data"))] + [""] * across
        if across or down:
            grid.merged.append((at, column, at + min(down, MAX_ROWS), column + across))


def _value(data: ElementTree.Element | None) -> str:
    if data is None:
        return ""
    text = "".join(data.itertext())
    kind = data.get(_SS + "Type")
    if kind == "Number":
        try:
            return show(float(text))
        except ValueError:
            return text
    if kind == "Boolean":
        return {"1": "TRUE", "0": "FALSE"}.get(text, text)
    return re.sub(r"T00:00:00(\.0+)?$", "", text) if kind == "DateTime" else text


def _far(name: str, where: str) -> IntakeError:
    return IntakeError(
        f"There is a cell far out ({where})", file=name, fix="Delete the empty rows and columns in front of it, save, and upload again"
    )


def as_ods(data: bytes) -> bytes:
    """A flat OpenDocument file as the archive that it otherwise is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", _MIME)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", data)
    return out.getvalue()
