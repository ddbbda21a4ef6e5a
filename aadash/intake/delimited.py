"""Delimited text: its encoding, its delimiter, its cells."""

from __future__ import annotations

import csv
import io
from collections import Counter

from aadash.errors import IntakeError
from aadash.intake.files import Grid

DELIMITERS = (",", ";", "\t", "|")
#: Most rows and columns of a table.
MAX_ROWS, MAX_COLUMNS = 1_100_000, 2_000
csv.field_size_limit(1_000_000)


def load_text(data: bytes, name: str) -> Grid:
    """One grid from delimited text. Raises IntakeError when it is not text, or not a table."""
    text, encoding = decode(data, name)
    text = text.removeprefix("\ufeff")
    notes = [] if encoding in ("utf-8", "ascii") else [("encoding", f"The text was read as {encoding}.")]
    delimiter, text = _declared(text)
    delimiter = delimiter or guess_delimiter(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise IntakeError(f"The text cannot be cut into cells ({error})", file=name,
                          fix="Open it in a spreadsheet program and save it as .csv again") from error
    if len(rows) > MAX_ROWS:
        raise IntakeError(f"The table has {len(rows)} rows", file=name, expected=f"at most {MAX_ROWS}")
    if max(map(len, rows), default=0) > MAX_COLUMNS:
        raise IntakeError(f"The table has more than {MAX_COLUMNS} columns", file=name)
    return Grid(name, rows, notes=notes)  # type: ignore[arg-type]


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Text and the encoding it was in. Raises IntakeError for what is not text."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError:
                break
    for encoding in ("utf-8", "cp949", "cp932", "cp1252", "latin-1"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.count("\x00") > len(text) // 100:
            break
        return text, encoding
    raise IntakeError("This is not text and no kind of table that is known", file=name,
                      expected="a spreadsheet (.xlsx, .xls, .ods), text (.csv, .tsv), SPSS, Stata, SAS or Parquet file",
                      fix="Save the table as .xlsx or .csv and upload that")


def _declared(text: str) -> tuple[str, str]:
    """Excel's first line "sep=;"."""
    first, _, rest = text.partition("\n")
    first = first.strip().strip('"').lower()
    return (first[4], rest) if len(first) == 5 and first.startswith("sep=") else ("", text)


def guess_delimiter(text: str) -> str:
    """The delimiter that cuts the first records into the same number of cells, more than one."""
    head = text[:200_000]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        try:
            rows = [r for _, r in zip(range(60), csv.reader(io.StringIO(head, newline=""), delimiter=delimiter),
                                      strict=False)]
        except csv.Error:
            continue
        widths = Counter(len(r) for r in rows if len(r) > 1)
        if not widths:
            continue
        width, n = widths.most_common(1)[0]
        score = n / max(1, len([r for r in rows if r])) + min(width, 30) / 100
        if score > best_score:
            best, best_score = delimiter, score
    return best
