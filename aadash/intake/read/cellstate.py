"""What a worksheet says of its cells beside their values: shown as a percentage or with leading zeros, hidden, struck through,
a formula without a result."""

from __future__ import annotations

import io
import re
import zipfile

from aadash.intake.read.archive import sheet_title
from aadash.intake.read.grid import Note
from aadash.intake.read.sheetxml import column_number

_CELL = re.compile(rb"<(?:\w{1,20}:)?c\s([^<>]{0,300})>")
_PLACE = re.compile(rb"\br=\"([A-Z]{1,3})(\d{1,7})\"")
_STYLE = re.compile(rb"\bs=\"(\d{1,6})\"")
_ROW = re.compile(rb"<(?:\w{1,20}:)?row\s([^<>]{0,500})>")
_COL = re.compile(rb"<(?:\w{1,20}:)?col\s([^<>]{0,300})/?>")
_FORMULA = re.compile(
    rb"<(?:\w{1,20}:)?c\s([^<>]{0,300})>\s{0,20}<(?:\w{1,20}:)?f(?:\s[^<>]{0,300})?(?:/>|>[^<]{0,4000}</(?:\w{1,20}:)?f>)\s{0,20}"
    rb"(?:<(?:\w{1,20}:)?v\s?/>|<(?:\w{1,20}:)?v></(?:\w{1,20}:)?v>)?\s{0,20}</(?:\w{1,20}:)?c>"
)
#: Number formats of Excel that show a percentage, by their number.
_PERCENT_IDS = {9, 10}
_MOST = 200_000


def apply_states(data: bytes, sheets: dict[str, list[list[str]]]) -> dict[str, list[Note]]:
    """Put displayed percentages and leading zeros into the cells, and tell what else the sheets say of their cells."""
    out: dict[str, list[Note]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "xl/styles.xml" not in names:
                return out
            percent, zeros, struck = _styles(archive.read("xl/styles.xml"))
            for part in archive.infolist():
                if re.match(r"xl/worksheets/[^/]+\.xml$", part.filename):
                    title = sheet_title(archive, part.filename)
                    if title in sheets:
                        with archive.open(part) as stream:
                            text = stream.read(part.file_size)
                        out[title] = _sheet(text, sheets[title], percent, zeros, struck)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        return out
    return out


def _styles(text: bytes) -> tuple[set[int], dict[int, int], set[int]]:
    """Styles that show percentages, those that show leading zeros (style → digits), those that are struck through."""
    formats = {
        int(i): code.decode("utf-8", "replace")
        for i, code in re.findall(
            rb"<(?:\w{1,9}:)?numFmt\s[^<>]{0,9}?numFmtId=\"(\d+)\"\s[^<>]{0,20}?formatCode=\"([^\"]{0,200})\"", text
        )
    }
    fonts = re.search(rb"<(?:\w{1,20}:)?fonts[\s>].{0,2000000}?</(?:\w{1,20}:)?fonts>", text, re.DOTALL)
    listed = re.split(rb"<(?:\w{1,20}:)?font[\s>/]", fonts.group(0))[1:] if fonts else []
    crossed = {i for i, f in enumerate(listed) if re.search(rb"<(?:\w{1,20}:)?strike(?:\s?/>|\s+val=\"(?:1|true)\")", f)}
    cells = re.search(rb"<(?:\w{1,20}:)?cellXfs[\s>].{0,5000000}?</(?:\w{1,20}:)?cellXfs>", text, re.DOTALL)
    percent: set[int] = set()
    zeros: dict[int, int] = {}
    struck: set[int] = set()
    for i, tag in enumerate(re.findall(rb"<(?:\w{1,20}:)?xf\s([^<>]{0,500})>", cells.group(0) if cells else b"")):
        number = int((re.search(rb"numFmtId=\"(\d+)\"", tag) or [b"", b"0"])[1])
        code = formats.get(number, "")
        if number in _PERCENT_IDS or ("%" in code and '"%"' not in code and "\\%" not in code):
            percent.add(i)
        if re.fullmatch(r"0{2,20}", code):
            zeros[i] = len(code)
        font = int((re.search(rb"fontId=\"(\d+)\"", tag) or [b"", b"0"])[1])
        if font in crossed:
            struck.add(i)
    return percent, zeros, struck


def _sheet(text: bytes, rows: list[list[str]], percent: set[int], zeros: dict[int, int], struck: set[int]) -> list[Note]:
    notes: list[Note] = []
    shown: list[str] = []
    crossed: list[str] = []
    if percent or zeros or struck:
        for tag in _CELL.findall(text)[:_MOST]:
            style, place = _STYLE.search(tag), _PLACE.search(tag)
            if not style or not place:
                continue
            s, r, c = int(style.group(1)), int(place.group(2)) - 1, column_number(place.group(1)) - 1
            if r >= len(rows) or c >= len(rows[r]) or not rows[r][c]:
                continue
            name = f"{place.group(1).decode()}{r + 1}"
            if s in percent and _number(rows[r][c]) is not None:
                rows[r][c] = f"{round(100 * float(rows[r][c]), 8):.15g}"
                shown.append(name)
            if s in zeros and rows[r][c].isdigit():
                rows[r][c] = rows[r][c].zfill(zeros[s])
            if s in struck:
                crossed.append(name)
    if shown:
        notes.append(
            (
                "warning",
                "percent_cells",
                "",
                f"Cells {_listed(shown)} are shown as percentages: the number shown is read (30 % is 30, where the cell holds 0.3).",
            )
        )
    if crossed:
        notes.append(
            (
                "warning",
                "struck_through",
                "",
                f"Cells {_listed(crossed)} are struck through; they are read like the others.",
            )
        )
    hidden = [t for t in _ROW.findall(text) if re.search(rb"\bhidden=\"(?:1|true)\"", t)] if b"hidden=" in text else []
    numbers = [int(m.group(1)) for t in hidden if (m := re.search(rb"\br=\"(\d+)\"", t)) and int(m.group(1)) <= len(rows)]
    numbers = [n for n in numbers if any(rows[n - 1])]
    if numbers:
        notes.append(
            (
                "warning",
                "hidden_cells",
                "",
                f"{len(numbers)} rows are hidden or filtered out in the sheet ({', '.join(map(str, numbers[:8]))}"
                f"{' …' if len(numbers) > 8 else ''}); they are read like the others.",
            )
        )
    columns = sum(bool(re.search(rb"\bhidden=\"(?:1|true)\"", t)) for t in _COL.findall(text)) if b"hidden=" in text else 0
    if columns:
        notes.append(("warning", "hidden_cells", "", "Columns are hidden in the sheet; they are read like the others."))
    empty = [m for t in _FORMULA.findall(text)[:_MOST] if (m := _PLACE.search(t))] if b"f>" in text or b"<f" in text else []
    lacking = [f"{m.group(1).decode()}{int(m.group(2))}" for m in empty]
    if lacking:
        notes.append(
            (
                "warning",
                "formula_without_result",
                "",
                f"Cells {_listed(lacking)} hold a formula without a stored result: missing here. Open the file in a spreadsheet "
                "program, save it, and upload it again.",
            )
        )
    return notes


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _listed(cells: list[str]) -> str:
    return ", ".join(cells[:8]) + (f" and {len(cells) - 8} more" if len(cells) > 8 else "")
