"""Tables in HTML: what many hospital systems export under the name .xls.

The page is cut at its table tags by patterns that stop at the next "<", so that any page is looked through once.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from aadash.errors import IntakeError
from aadash.intake.read.decode import decode
from aadash.intake.read.grid import Grid

#: Most rows or columns that one cell may span, and most cells that spans may add to a table.
_MAX_SPAN, _MAX_ADDED = 200, 300_000
_QUOTED = r"(?:[^<>\"']|\"[^<\"]{0,300}\"|'[^<']{0,300}'|[\"'])"
_TAG = re.compile(rf"<(/?)(table|tr|td|th|br|script|style)\b({_QUOTED}{{0,600}})>", re.IGNORECASE)
_OTHER = re.compile(r"<[/!?a-zA-Z][^<>]{0,2000}>")
_ATTRIBUTE = re.compile(r"\b(rowspan|colspan)\s{0,5}=\s{0,5}[\"']?(\d{1,5})", re.IGNORECASE)
_Cell = tuple[str, int, int]


def load_html(data: bytes, name: str) -> Grid:
    """The largest table of an HTML page. Raises IntakeError when there is none."""
    declared = re.search(rb"charset=[\"']?([\w-]{1,40})", data[:4096])
    text = ""
    if declared:
        try:
            text = data.decode(declared.group(1).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            text = ""
    tables = _tables(_without_comments(text or decode(data, name)[0]))
    best = max((_grid(t, name) for t in tables), key=lambda g: sum(map(len, g.rows)), default=None)
    if best is None or not best.rows:
        raise IntakeError("This is a web page without a table", file=name, fix="Save the table as .xlsx or .csv and upload that")
    best.notes.append(("note", "html", "", "The file is a web page (HTML), whatever its name says; its largest table was read."))
    return best


def _without_comments(text: str) -> str:
    """The page without comments; one that is never closed takes the rest, as in a browser."""
    first, *rest = text.split("<!--")
    return first + "".join(piece.partition("-->")[2] for piece in rest)


def _pieces(text: str) -> Iterator[tuple[str, str, str]]:
    """(tag with its slash, attributes, text up to the next) of every tag that matters."""
    tag, attributes, at = "", "", 0
    for found in _TAG.finditer(text):
        yield tag, attributes, text[at : found.start()]
        tag, attributes, at = found.group(1) + found.group(2).lower(), found.group(3), found.end()
    yield tag, attributes, text[at:]


def _tables(text: str) -> list[list[list[_Cell]]]:
    """The cells of every table, row by row, with their spans; nested tables count as text of their cell."""
    tables: list[list[list[_Cell]]] = []
    depth, skipping, span = 0, "", (1, 1)
    cell: list[str] | None = None

    def close() -> None:
        nonlocal cell
        if cell is not None and tables:
            if not tables[-1]:
                tables[-1].append([])
            tables[-1][-1].append((" ".join("".join(cell).split()), *span))
        cell = None

    for tag, attributes, after in _pieces(text):
        if skipping:
            skipping = "" if tag == "/" + skipping else skipping
        elif tag in ("script", "style"):
            skipping = tag
        elif tag == "table":
            depth += 1
            if depth == 1:
                tables.append([])
        elif tag == "/table" and depth:
            if depth == 1:
                close()
            depth -= 1
        elif depth == 1 and tag == "tr":
            close()
            tables[-1].append([])
        elif depth == 1 and tag in ("td", "th"):
            close()
            given = {k.lower(): min(int(v), _MAX_SPAN) for k, v in _ATTRIBUTE.findall(attributes)}
            cell, span = [], (given.get("rowspan", 1), given.get("colspan", 1))
        elif depth == 1 and tag in ("/td", "/th", "/tr"):
            close()
        elif tag == "br" and cell is not None:
            cell.append(" ")
        if cell is not None and not skipping:
            cell.append(html.unescape(_OTHER.sub("", after)))
    close()
    return tables


def _grid(table: list[list[_Cell]], name: str) -> Grid:
    """Rows of text with spanned cells blank, and the spans as merged ranges."""
    rows: list[list[str]] = [[] for _ in table]
    taken: set[tuple[int, int]] = set()
    merged, added = [], 0
    for r, record in enumerate(table):
        c = 0
        for text, down, across in record:
            while (r, c) in taken:
                c += 1
            down = min(max(down, 1), len(table) - r)
            across = max(across, 1)
            _put(rows[r], c, text)
            if down > 1 or across > 1:
                added += down * across
                if added > _MAX_ADDED:
                    raise IntakeError(
                        f"The web page's table has cells that span over {_MAX_ADDED:,} others",
                        file=name,
                        fix="Save the table as .csv and upload that",
                    )
                taken.update((r + i, c + j) for i in range(1, down) for j in range(across))
                for i in range(down):
                    _put(rows[r + i], c + across - 1, "" if i or across > 1 else text)
                merged.append((r, c, r + down - 1, c + across - 1))
            c += across
    return Grid(name, rows, merged)


def _put(row: list[str], at: int, text: str) -> None:
    row.extend([""] * (at + 1 - len(row)))
    row[at] = text
