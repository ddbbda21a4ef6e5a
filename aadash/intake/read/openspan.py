"""OpenDocument sheets, looked at before they are read: cells, rows and spaces may be repeated a thousand million times."""

from __future__ import annotations

import re

_ROW_END = b"</table:table-row>"
_ROWS = re.compile(rb"<table:table-row\b[^<>]{0,1000}?number-rows-repeated\s{0,5}=\s{0,5}[\"'](\d{1,18})[\"']")
_CELLS = re.compile(
    rb"<table:(?:covered-)?table-cell\b([^<>]{0,2000}?)number-columns-repeated\s{0,5}=\s{0,5}[\"'](\d{1,18})[\"']([^<>]{0,2000})>"
)
_SPACES = re.compile(rb"<text:s\b[^<>]{0,500}?text:c\s{0,5}=\s{0,5}[\"'](\d{1,18})[\"']")
_CELL = b"table-cell"


def expanded(text: bytes) -> tuple[int, int]:
    """How many cells with something in them the sheets of ``content.xml`` have, and how many bytes of text those hold."""
    cells = size = 0
    for record in text.split(_ROW_END):
        row = _ROWS.search(record)
        times = int(row.group(1)) if row else 1
        filled, length = _of_row(record)
        if filled:
            cells += times * filled
            size += times * length
    return cells, size


def _of_row(record: bytes) -> tuple[int, int]:
    """Cells with something in them, and bytes of text, of one row."""
    filled, length = record.count(b"</table:table-cell>"), len(record)
    if b"columns-repeated" in record:
        for cell in _CELLS.finditer(record):
            times, empty = int(cell.group(2)), cell.group(3).rstrip().endswith(b"/")
            value = b"office:" in cell.group(1) or b"office:" in cell.group(3)
            if times > 1 and (value or not empty):
                end = len(record) if empty else record.find(b"</table:table-cell>", cell.end(), cell.end() + 2_000_000)
                filled += times
                length += times * (100 if empty else max(0, end - cell.end()) or len(record))
    if b"text:c" in record:
        length += sum(map(int, _SPACES.findall(record)))
    return filled, length
