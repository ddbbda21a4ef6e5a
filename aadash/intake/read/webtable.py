"""Tables in HTML: what many hospital systems export under the name .xls."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from aadash.errors import IntakeError
from aadash.intake.read.decode import decode
from aadash.intake.read.grid import Grid

_MAX_SPAN, _MAX_CELLS = 200, 5_000_000


class _Tables(HTMLParser):
    """Collects the cells of every table; nested tables count as text of their cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[tuple[str, int, int]]]] = []
        self.depth = 0
        self.cell: list[str] | None = None
        self.span = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.tables.append([])
        elif self.depth == 1 and tag == "tr":
            self._close()
            self.tables[-1].append([])
        elif self.depth == 1 and tag in ("td", "th"):
            self._close()
            self.cell, given = [], dict(attrs)
            self.span = (_span(given.get("rowspan")), _span(given.get("colspan")))
        elif tag == "br" and self.cell is not None:
            self.cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self.depth == 1 and tag in ("td", "th", "tr", "table"):
            self._close()
        if tag == "table" and self.depth:
            self.depth -= 1

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def _close(self) -> None:
        if self.cell is not None and self.tables:
            if not self.tables[-1]:
                self.tables[-1].append([])
            self.tables[-1][-1].append((" ".join("".join(self.cell).split()), *self.span))
        self.cell = None


def _span(text: str | None) -> int:
    return min(int(text), _MAX_SPAN) if text and text.isdigit() and text.isascii() and len(text) < 6 else 1


def load_html(data: bytes, name: str) -> Grid:
    """The largest table of an HTML page. Raises IntakeError when there is none."""
    declared = re.search(rb"charset=[\"']?([\w-]+)", data[:4096])
    text = ""
    if declared:
        try:
            text = data.decode(declared.group(1).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            text = ""
    parser = _Tables()
    parser.feed(text or decode(data, name)[0])
    parser.close()
    grids = [_grid(t, name) for t in parser.tables]
    best = max(grids, key=lambda g: sum(map(len, g.rows)), default=None)
    if best is None or not best.rows:
        raise IntakeError("This is a web page without a table", file=name, fix="Save the table as .xlsx or .csv and upload that")
    best.notes.append(("note", "html", "", "The file is a web page (HTML), whatever its name says; its largest table was read."))
    return best


def _grid(table: list[list[tuple[str, int, int]]], name: str) -> Grid:
    """Rows of text with spanned cells blank, and the spans as merged ranges."""
    rows: list[list[str]] = [[] for _ in table]
    taken: set[tuple[int, int]] = set()
    merged, cells = [], 0
    for r, record in enumerate(table):
        c = 0
        for text, down, across in record:
            while (r, c) in taken:
                c += 1
            down = min(down, len(table) - r)
            cells += down * across
            if cells > _MAX_CELLS:
                raise IntakeError("The web page's table is too large", file=name, fix="Save it as .csv and upload that")
            for i in range(down):
                for j in range(across):
                    taken.add((r + i, c + j))
                    _put(rows[r + i], c + j, text if (i, j) == (0, 0) else "")
            if down > 1 or across > 1:
                merged.append((r, c, r + down - 1, c + across - 1))
            c += across
    return Grid(name, rows, merged)


def _put(row: list[str], at: int, text: str) -> None:
    row.extend([""] * (at + 1 - len(row)))
    row[at] = text
