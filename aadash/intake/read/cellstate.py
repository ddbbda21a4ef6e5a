"""What a worksheet says of its cells beside their values: shown as a percentage or with leading zeros, hidden, struck through,
with a comment, a formula without a result."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile

from aadash.intake.read.archive import sheet_title
from aadash.intake.read.sheetxml import column_number
from aadash.intake.read.states import States, letters, percent, shows_percent

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
_HIDDEN = re.compile(rb"\bhidden=\"(?:1|true)\"")
_MOST, _MOST_COMMENTS = 200_000, 20_000_000


def apply_states(data: bytes, sheets: dict[str, list[list[str]]]) -> dict[str, States]:
    """Put displayed percentages and leading zeros into the cells, and say what else the sheets tell of their cells."""
    out: dict[str, States] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "xl/styles.xml" not in names:
                return out
            percents, zeros, struck = _styles(archive.read("xl/styles.xml"))
            for part in archive.infolist():
                if re.match(r"xl/worksheets/[^/]+\.xml$", part.filename):
                    title = sheet_title(archive, part.filename)
                    if title in sheets:
                        with archive.open(part) as stream:
                            text = stream.read(part.file_size)
                        out[title] = _sheet(text, sheets[title], percents, zeros, struck)
                        out[title].comments = _comments(archive, part.filename)
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
        if number in _PERCENT_IDS or shows_percent(code):
            percent.add(i)
        if re.fullmatch(r"0{2,20}", code):
            zeros[i] = len(code)
        font = int((re.search(rb"fontId=\"(\d+)\"", tag) or [b"", b"0"])[1])
        if font in crossed:
            struck.add(i)
    return percent, zeros, struck


def _sheet(text: bytes, rows: list[list[str]], percents: set[int], zeros: dict[int, int], struck: set[int]) -> States:
    states = States()
    if percents or zeros or struck:
        for tag in _CELL.findall(text)[:_MOST]:
            style, where = _STYLE.search(tag), _PLACE.search(tag)
            if not style or not where:
                continue
            s, r, c = int(style.group(1)), int(where.group(2)) - 1, column_number(where.group(1)) - 1
            if r >= len(rows) or c >= len(rows[r]) or not rows[r][c]:
                continue
            name = f"{where.group(1).decode()}{r + 1}"
            if s in percents and (value := percent(rows[r][c])) is not None:
                rows[r][c] = value
                states.percent.append(name)
            if s in zeros and rows[r][c].isdigit():
                rows[r][c] = rows[r][c].zfill(zeros[s])
            if s in struck:
                states.struck.append(name)
    hidden = [t for t in _ROW.findall(text) if _HIDDEN.search(t)] if b"hidden=" in text else []
    numbers = [int(m.group(1)) for t in hidden if (m := re.search(rb"\br=\"(\d+)\"", t)) and int(m.group(1)) <= len(rows)]
    states.hidden_rows = [n for n in numbers if any(rows[n - 1])]
    width = max(map(len, rows), default=0)
    for tag in _COL.findall(text) if b"hidden=" in text else ():
        bounds = re.search(rb"\bmin=\"(\d{1,5})\"", tag), re.search(rb"\bmax=\"(\d{1,5})\"", tag)
        if _HIDDEN.search(tag) and bounds[0] and bounds[1]:
            states.hidden_columns += [letters(c) for c in range(int(bounds[0].group(1)) - 1, min(int(bounds[1].group(1)), width))]
    empty = [m for t in _FORMULA.findall(text)[:_MOST] if (m := _PLACE.search(t))] if b"f>" in text or b"<f" in text else []
    states.empty_formulas = [f"{m.group(1).decode()}{int(m.group(2))}" for m in empty]
    return states


def _comments(archive: zipfile.ZipFile, sheet: str) -> list[str]:
    """The cells of a sheet with a comment, old or threaded."""
    folder, _, file = sheet.rpartition("/")
    try:
        links = archive.read(f"{folder}/_rels/{file}.rels")
    except KeyError:
        return []
    found: dict[str, None] = {}
    for target in re.findall(rb"\bTarget=\"([^\"<>]{0,200}omment[^\"<>]{0,200}\.xml)\"", links):
        name = target.decode("utf-8", "replace")
        part = name.removeprefix("/") if name.startswith("/") else posixpath.normpath(f"{folder}/{name}")
        if part in archive.namelist() and archive.getinfo(part).file_size < _MOST_COMMENTS:
            refs = re.findall(
                rb"<(?:\w{1,20}:)?(?:comment|threadedComment)\s[^<>]{0,300}?\bref=\"([A-Z]{1,3}\d{1,7})\"", archive.read(part)
            )
            found |= dict.fromkeys(r.decode() for r in refs)
    return list(found)
