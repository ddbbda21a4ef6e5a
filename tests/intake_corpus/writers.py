"""Writers of file formats that no library here writes: .xls (BIFF8 in an OLE container) and .ods; and plain .xlsx."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

Rows = Sequence[Sequence[Any]]


def xlsx(
    sheets: dict[str, Rows],
    merged: dict[str, Sequence[str]] | None = None,
    formats: dict[str, dict[str, str]] | None = None,
    hidden: Sequence[str] = (),
) -> bytes:
    """A workbook; ``merged`` and ``formats`` (cell → number format) by sheet. The same bytes every time."""
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append([None if c == "" else c for c in row])
        for cells in (merged or {}).get(name, ()):
            page.merge_cells(cells)
        for cell, style in (formats or {}).get(name, {}).items():
            page[cell].number_format = style
        if name in hidden:
            page.sheet_state = "hidden"
    book.properties.created = book.properties.modified = datetime(2026, 1, 1)
    out = io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)).save()
    return _fixed_times(out.getvalue())


def _fixed_times(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            fixed = zipfile.ZipInfo(part.filename, (2026, 1, 1, 0, 0, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, old.read(part))
    return out.getvalue()


def ods(sheets: dict[str, Rows]) -> bytes:
    """An OpenDocument spreadsheet."""
    body = []
    for name, rows in sheets.items():
        cells = "".join("<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>" for row in rows)
        body.append(f'<table:table table:name="{escape(name)}">{cells}</table:table>')
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        + "".join(body)
        + "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return packed({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}, stored=("mimetype",))


def _ods_cell(value: Any) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    if isinstance(value, date):
        day = value.isoformat()
        return f'<table:table-cell office:value-type="date" office:date-value="{day}"><text:p>{day}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'


def packed(parts: dict[str, str | bytes], stored: Sequence[str] = ()) -> bytes:
    """A zip archive with fixed times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def xls(name: str, rows: Rows) -> bytes:
    """An Excel 97 workbook of one sheet: numbers and text, [MS-XLS] in the simplest container of [MS-CFB]."""

    def record(kind: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def unicode_text(text: str, count: str) -> bytes:
        return struct.pack(count, len(text)) + b"\x01" + text.encode("utf-16-le")

    cells = b""
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, (int, float)):
                cells += record(0x0203, struct.pack("<HHHd", r, c, 0, float(value)))
            elif value:
                cells += record(0x0204, struct.pack("<HHH", r, c, 0) + unicode_text(str(value), "<H"))
    width = max(map(len, rows))
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    sheet = (
        record(0x0809, begin.replace(struct.pack("<H", 5), struct.pack("<H", 0x10), 1))
        + record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
        + cells
        + record(0x000A)
    )
    head = record(0x0809, begin) + record(0x0042, struct.pack("<H", 1200))
    title = unicode_text(name, "<B")
    offset = len(head) + 4 + 6 + len(title) + 4
    return ole({"Workbook": head + record(0x0085, struct.pack("<IBB", offset, 0, 0) + title) + record(0x000A) + sheet})


def ole(streams: dict[str, bytes]) -> bytes:
    """A compound file: each stream padded to at least 4096 bytes, so that no short sectors are needed."""
    size, free, end, fat_mark = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    blocks = [s.ljust(max(4096, -(-len(s) // size) * size), b"\0") for s in streams.values()]
    counts = [len(b) // size for b in blocks]
    directory = -(-(1 + len(streams)) * 128 // size)
    n_fat = 1
    while n_fat * 128 < n_fat + directory + sum(counts):
        n_fat += 1
    fat = [fat_mark] * n_fat + [n_fat + i + 1 for i in range(directory - 1)] + [end]
    starts = []
    for count in counts:
        starts.append(len(fat))
        fat += [len(fat) + i + 1 for i in range(count - 1)] + [end]
    fat += [free] * (n_fat * 128 - len(fat))
    entries = _entry("Root Entry", 5, 1, end, 0)
    for i, (name, start, block) in enumerate(zip(streams, starts, blocks, strict=True)):
        right = i + 2 if i + 1 < len(streams) else free
        entries += _entry(name, 2, free, start, len(block), right)
    entries = entries.ljust(directory * size, b"\0")
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        b"",
        0,
        n_fat,
        n_fat,
        0,
        4096,
        end,
        0,
        end,
        0,
    )
    difat = list(range(n_fat)) + [free] * (109 - n_fat)
    return header + struct.pack("<109I", *difat) + struct.pack(f"<{len(fat)}I", *fat) + entries + b"".join(blocks)


def _entry(name: str, kind: int, child: int, start: int, length: int, right: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, right, child)
        + b"\0" * 16
        + b"\0" * 4
        + b"\0" * 16
        + struct.pack("<IQ", start, length)
    )
