"""Delimited text: its delimiter and its cells."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice

from aadash.errors import IntakeError
from aadash.intake.read.decode import ENCODINGS, decode
from aadash.intake.read.grid import KEEP_LESS, Grid, Note
from aadash.intake.read.native import MARK
from aadash.intake.recognise.headers import looks_like_header
from aadash.intake.text import rows_text

DELIMITERS = (",", ";", "\t", "|")
#: Most rows and columns of a table.
MAX_ROWS, MAX_COLUMNS = 1_100_000, 2_000
#: Most characters of a cell, and about how many of a text are cut into lines at a time.
_FIELD_LIMIT, _PIECE = 1_000_000, 1_000_000
#: Letters that a Mac writes as a letter and a mark are one character everywhere else.
COMPOSED = "Letters such as ö or 한 are written in parts (as macOS does); they were put together, so that equal names are equal."
_EXCEL_TEXT = re.compile(r'="([^"]*)"')
_GAP = re.compile(r"\t+| {2,}")


def load_text(data: bytes, name: str) -> Grid:
    """One grid from delimited text. Raises IntakeError when it is not text, or not a table."""
    text, encoding, doubtful = decode(data, name)
    return grid_of_text(text, name, encoding, doubtful)


def grid_of_text(text: str, name: str, encoding: str = "utf-8", doubtful: bool = False) -> Grid:
    """One grid from decoded text. A cohort's own export is cut as it was written."""
    if text.startswith((MARK, '"' + MARK)) and text.partition("\n")[0].rstrip().rstrip(",").endswith(("}", '}"')):
        return Grid(name, _cut(text, ",", name), delimited=True)
    _refuse_other_text(text, name)
    notes: list[Note] = []
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
        notes.append(("note", "composed", "", COMPOSED))
    if encoding in ENCODINGS:
        sure = "; check a few names and labels, another encoding would read too" if doubtful else ""
        notes.append(
            (
                "warning" if doubtful else "note",
                "encoding",
                "",
                f"The file is not in UTF-8; it was read as {ENCODINGS[encoding]}{sure}.",
            )
        )
    delimiter, text = _declared(text)
    delimiter = delimiter or guess_delimiter(text)
    rows = _cut(text, delimiter, name)
    swallowed = next((i for i, r in enumerate(rows) if _swallowed(r, delimiter)), None) if '"' in text else None
    if swallowed is not None:
        rows = [[c.strip('"') for c in r] for r in _cut(text, delimiter, name, csv.QUOTE_NONE)]
        notes.append(
            (
                "warning",
                "quotes",
                "",
                f"A quotation mark in row {swallowed + 1} is never closed; quotation marks were "
                "ignored, so a line break inside a cell would start a new row.",
            )
        )
    if '"' in text and '="' in text.replace('""', '"'):
        rows, notes = _excel_text(rows, notes)
    if delimiter == "\t":
        rows, notes = _mixed_gaps(rows, notes)
    widest = max(map(len, rows), default=0)
    if delimiter == "," and widest < 2:
        rows, notes = _by_gaps(rows, notes)
        widest = max(map(len, rows), default=0)
    if widest > MAX_COLUMNS:
        raise IntakeError(
            f"The table has more than {MAX_COLUMNS:,} columns", file=name, fix="Keep the columns that are to be analysed"
        )
    return Grid(name, rows, notes=notes, delimited=True)


def _cut(text: str, delimiter: str, name: str, quoting: int = csv.QUOTE_MINIMAL) -> list[list[str]]:
    limit = csv.field_size_limit(_FIELD_LIMIT)
    try:
        rows = list(islice(csv.reader(chain.from_iterable(_pieces(text)), delimiter=delimiter, quoting=quoting), MAX_ROWS + 1))  # type: ignore[arg-type]
    except csv.Error as error:
        raise _not_cut(error, text, name) from error
    finally:
        csv.field_size_limit(limit)
    if len(rows) > MAX_ROWS:
        raise IntakeError(f"The table has over {MAX_ROWS:,} rows", file=name, expected=f"at most {MAX_ROWS:,}", fix=KEEP_LESS)
    return rows


def _not_cut(error: csv.Error, text: str, name: str) -> IntakeError:
    if "field limit" not in str(error):
        return IntakeError(
            "The text cannot be cut into cells", file=name, fix="Open it in a spreadsheet program and save it as .csv again"
        )
    at = text.find('"')
    where = f"A cell in row {text.count(chr(10), 0, at) + 1}" if at >= 0 else "A cell"
    return IntakeError(
        f"{where} holds over a million characters; a quotation mark may be missing at its end",
        file=name,
        fix="Look at that row, close the quotation mark, and upload the file again",
    )


def _pieces(text: str) -> Iterator[io.StringIO]:
    """The lines of a text, cut piece by piece: a whole text as a stream would take four bytes a character."""
    at = 0
    while at < len(text):
        end = text.find("\n", at + _PIECE) + 1 or len(text)
        yield io.StringIO(text[at:end], newline="")
        at = end


def _refuse_other_text(text: str, name: str) -> None:
    head = text[:2000].lstrip().lower()
    for mark, kind, fix in (
        ("<?xml", "an XML file", "Open it in a spreadsheet program and save it as .xlsx"),
        ("{", "a JSON file", "Write the table as .csv and upload that"),
        ("[{", "a JSON file", "Write the table as .csv and upload that"),
        ("%!ps", "a PostScript document", "Save the table as .xlsx or .csv and upload that"),
    ):
        if head.startswith(mark):
            raise IntakeError(
                f"This is {kind}, not a table",
                file=name,
                fix=fix,
                expected="a spreadsheet or delimited text with one row per patient or per visit",
            )


def _declared(text: str) -> tuple[str, str]:
    """Excel's first line "sep=;"."""
    first, _, rest = text.partition("\n")
    first = first.strip().strip('"').lower()
    return (first[4], rest) if len(first) == 5 and first.startswith("sep=") else ("", text)


def guess_delimiter(text: str) -> str:
    """The delimiter that cuts the first records into the same number of cells, more than one, under a likely header."""
    head = text[:200_000]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        try:
            rows = [r for _, r in zip(range(80), csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), strict=False)]
        except csv.Error:
            continue
        filled = [r for r in rows if any(c.strip() for c in r)]
        widths = Counter(len(r) for r in filled if len(r) > 1)
        if not widths:
            continue
        width, n = widths.most_common(1)[0]
        header = max((looks_like_header(r) for r in filled[:8] if len(r) > 1), default=0.0)
        score = n / len(filled) * (1 + header) + min(width, 30) / 100  # a header of one row in seven says little
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _swallowed(row: list[str], delimiter: str) -> bool:
    """A cell that holds several lines with as many delimiters as a record has: a quote was never closed."""
    return any(c.count("\n") >= 2 and c.count(delimiter) >= 2 * c.count("\n") for c in row)


def _excel_text(rows: list[list[str]], notes: list[Note]) -> tuple[list[list[str]], list[Note]]:
    """Cells written ="0007", so that Excel keeps the zeros, are the text inside."""
    found = [i for i, r in enumerate(rows) if any(_EXCEL_TEXT.fullmatch(c) for c in r)]
    if not found:
        return rows, notes
    rows = [[m.group(1) if (m := _EXCEL_TEXT.fullmatch(c)) else c for c in r] for r in rows]
    return rows, [
        *notes,
        ("note", "excel_text", "", f'Cells such as ="0007" (first in row {found[0] + 1}) are read as the text inside.'),
    ]


def _mixed_gaps(rows: list[list[str]], notes: list[Note]) -> tuple[list[list[str]], list[Note]]:
    """Rows of one cell with wide gaps in it, among rows with tabs: a table pasted from a mail; cut at the gaps."""
    widths = Counter(len(r) for r in rows if len(r) > 1)
    usual = widths.most_common(1)[0][0] if widths else 0
    if usual < 4:
        return rows, notes
    cut = {i: _GAP.split(r[0].strip()) for i, r in enumerate(rows) if len(r) == 1 and len(_GAP.findall(r[0])) >= usual // 2}
    cut = {i: r for i, r in cut.items() if usual - 2 <= len(r) <= max(widths)}
    if not cut:
        return rows, notes
    text = f"{rows_text([i + 1 for i in cut]).capitalize()}: no tab between the cells; cut at the gaps of several spaces."
    return [cut.get(i, r) for i, r in enumerate(rows)], [*notes, ("warning", "cut_at_gaps", "", text)]


def _by_gaps(rows: list[list[str]], notes: list[Note]) -> tuple[list[list[str]], list[Note]]:
    """Columns kept apart by spaces, where there is no delimiter at all."""
    lines = [r[0] if r else "" for r in rows]
    for pattern in (_GAP, re.compile(r"\s+")):
        cut = [pattern.split(line.strip()) if line.strip() else [] for line in lines]
        widths = Counter(len(r) for r in cut if r)
        if widths and widths.most_common(1)[0][0] > 1 and widths.most_common(1)[0][1] >= 0.8 * sum(widths.values()):
            return cut, [*notes, ("warning", "spaces", "", "No delimiter was found; the columns were cut at spaces.")]
    return rows, notes
