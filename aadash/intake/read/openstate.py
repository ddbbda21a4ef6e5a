"""What an OpenDocument sheet says of its cells beside their values: percentages, errors, hidden, struck through, comments."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

from aadash.intake.read.states import ERRORS, States, percent, place

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_HIDDEN = ("collapse", "filter")
#: A larger document is not looked at: no clinic's.
_MOST_BYTES = 40_000_000


def is_open(data: bytes) -> bool:
    """Whether a zip archive is an OpenDocument sheet."""
    return b"content.xml" in data[-200_000:] or b"content.xml" in data[:200_000]


def open_states(data: bytes, sheets: dict[str, list[list[str]]]) -> dict[str, States]:
    """Put displayed percentages, leading zeros and errors into the cells, and say what else the sheets tell of them."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if archive.getinfo("content.xml").file_size > _MOST_BYTES:
                return {}
            text = archive.read("content.xml")
        return _Walk(sheets).over(text)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, ElementTree.ParseError):
        return {}


class _Walk:
    """Where the reading of ``content.xml`` stands: sheet, row and column, counted from 0."""

    def __init__(self, sheets: dict[str, list[list[str]]]) -> None:
        self.sheets, self.out = sheets, dict[str, States]()
        self.struck: set[str] = set()
        self.row = self.column = 0
        self.title = ""

    def over(self, text: bytes) -> dict[str, States]:
        for event, e in ElementTree.iterparse(io.BytesIO(text), events=("start", "end")):
            if event == "start" and e.tag == _TABLE + "table":
                self.title, self.row, self.column = str(e.get(_TABLE + "name")), 0, 0
                self.out[self.title] = States()
            elif event == "end" and e.tag == _STYLE + "style":
                if any(_crossed(p) for p in e.iter(_STYLE + "text-properties")):
                    self.struck.add(str(e.get(_STYLE + "name")))
            elif event == "end" and e.tag == _TABLE + "table-column":
                self._column(e)
            elif event == "end" and e.tag == _TABLE + "table-row":
                self._row(e)
                e.clear()
        return {t: s for t, s in self.out.items() if t in self.sheets}

    def _column(self, e: ElementTree.Element) -> None:
        times = _times(e, "columns")
        if e.get(_TABLE + "visibility") in _HIDDEN and self.title in self.sheets:
            width = max(map(len, self.sheets[self.title]), default=0)
            names = [place(0, c)[:-1] for c in range(self.column, min(self.column + times, width))]
            self.out[self.title].hidden_columns += names
        self.column += times

    def _row(self, e: ElementTree.Element) -> None:
        rows, states = self.sheets.get(self.title), self.out.get(self.title)
        times, column = _times(e, "rows"), 0
        if rows is None or states is None or self.row >= len(rows):
            self.row += times
            return
        if e.get(_TABLE + "visibility") in _HIDDEN:
            states.hidden_rows += [r + 1 for r in range(self.row, min(self.row + times, len(rows))) if any(rows[r])]
        for cell in e:
            if cell.tag not in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
                continue
            wide = _times(cell, "columns")
            if len(cell) and self.row < len(rows):
                for c in range(column, min(column + wide, len(rows[self.row]))):
                    self._cell(cell, rows[self.row], c, states)
            column += wide
        self.row += times

    def _cell(self, cell: ElementTree.Element, row: list[str], c: int, states: States) -> None:
        name = place(self.row, c)
        if cell.find(_OFFICE + "annotation") is not None:
            states.comments.append(name)
        shown = "\n".join("".join(p.itertext()) for p in cell.findall(_TEXT + "p")).strip()
        kind = cell.get(_OFFICE + "value-type")
        if not row[c]:
            if shown in ERRORS or (cell.get(_TABLE + "formula") and shown.startswith(("#", "Err:"))):
                row[c] = shown
            elif cell.get(_TABLE + "formula") and not shown:
                states.empty_formulas.append(name)
            return
        if kind == "percentage" and (value := percent(row[c])) is not None:
            row[c] = value
            states.percent.append(name)
        elif kind == "float" and shown.isascii() and shown.isdigit() and shown.startswith("0") and shown.lstrip("0") == row[c]:
            row[c] = shown
        if cell.get(_TABLE + "style-name") in self.struck:
            states.struck.append(name)


def _crossed(properties: ElementTree.Element) -> bool:
    kinds = [v for k, v in properties.attrib.items() if k.startswith(_STYLE + "text-line-through-")]
    return any(v in ("solid", "single", "double", "dash", "dotted", "wave") for v in kinds)


def _times(e: ElementTree.Element, what: str) -> int:
    """How often a row or a cell is repeated."""
    said = e.get(f"{_TABLE}number-{what}-repeated", "1")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 1
