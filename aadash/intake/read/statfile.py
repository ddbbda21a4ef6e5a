"""Files of statistics packages: SPSS, Stata, SAS, Parquet and Feather, with their labels."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from aadash.errors import IntakeError
from aadash.formatting import counted
from aadash.intake.read.decode import ENCODINGS, guess_encoding
from aadash.intake.read.delimited import MAX_ROWS
from aadash.intake.read.grid import Grid, Note
from aadash.intake.text import show

#: Most cells of a file, and rows from which its encoding is guessed.
MAX_CELLS, SAMPLE_ROWS = 40_000_000, 20_000
_NAMES = {"sav": "SPSS", "por": "SPSS portable", "dta": "Stata", "xport": "SAS transport", "sas7bdat": "SAS"}
_ARROW = {"parquet": "Parquet", "feather": "Feather"}
#: How encodings are called by the reader.
_ICONV = {"cp949": "CP949", "cp932": "CP932", "euc_jp": "EUC-JP", "gb18030": "GB18030", "cp1252": "CP1252", "utf-8": "UTF-8"}


def kind_of(data: bytes) -> str:
    """ "sav", "por", "dta", "xport", "sas7bdat", "parquet" or "feather" by the first bytes; "" for anything else."""
    if data[:4] in (b"$FL2", b"$FL3"):
        return "sav"
    if data[:11] == b"<stata_dta>" or (
        len(data) > 100
        and data[0] in (0x69, 0x6C, 0x6E, 0x6F, 0x71, 0x72, 0x73)
        and data[1] in (1, 2)
        and data[2] == 1
        and data[3] == 0
    ):
        return "dta"
    if data[:20] == b"HEADER RECORD*******":
        return "xport"
    if data[:4] == b"PAR1":
        return "parquet"
    if data[:6] == b"ARROW1" or data[:4] == b"FEA1":
        return "feather"
    if data[12:32] == b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c\x18\x1f\x10\x11"[:20]:
        return "sas7bdat"
    return "por" if b"SPSSPORT" in data[:512] else ""


def load_statistics(data: bytes, name: str, kind: str) -> Grid:
    """One grid; value labels take the place of codes where every code has one. Raises IntakeError when damaged."""
    try:
        header, columns, labels, notes = _arrow(data, name, kind) if kind in _ARROW else _package(data, name, kind)
    except (KeyboardInterrupt, SystemExit, MemoryError, IntakeError):
        raise
    except BaseException as error:  # native readers
        raise IntakeError(
            f"The {(_NAMES | _ARROW)[kind]} file is damaged or of a version that cannot be read",
            file=name,
            fix="Save the data as .csv or .xlsx from the program that made it",
        ) from error
    notes = [("note", "file_kind", "", f"Read as a {(_NAMES | _ARROW)[kind]} file."), *notes]
    rows = [header, *map(list, zip(*columns, strict=True))]
    return Grid(name, rows, notes=notes, labels=labels, has_header=True)


def _arrow(data: bytes, name: str, kind: str) -> tuple[list[str], list[list[str]], dict[str, str], list[Note]]:
    from aadash.intake.read.arrowfile import load_feather, load_parquet

    header, columns, notes = (load_parquet if kind == "parquet" else load_feather)(data, name, MAX_ROWS)
    return header, columns, {}, notes


def _package(data: bytes, name: str, kind: str) -> tuple[list[str], list[list[str]], dict[str, str], list[Note]]:
    from aadash.intake.read.arrowfile import texts

    frame, labels, values, notes = _pyreadstat(data, name, kind)
    columns = []
    for i, column in enumerate(map(str, frame.columns)):
        cells = texts(frame.iloc[:, i])
        known = values.get(column, {})
        if known:
            cells, note = _labelled(cells, known, column)
            notes += note
        columns.append(cells)
    return [str(c) for c in frame.columns], columns, labels, notes


_Read = tuple[pd.DataFrame, dict[str, str], dict[str, Mapping[Any, str]], list[Note]]


def _pyreadstat(data: bytes, name: str, kind: str) -> _Read:
    import pyreadstat

    readers: dict[str, Any] = {
        "sav": pyreadstat.read_sav,
        "por": pyreadstat.read_por,
        "dta": pyreadstat.read_dta,
        "xport": pyreadstat.read_xport,
        "sas7bdat": pyreadstat.read_sas7bdat,
    }
    reader = readers[kind]
    options: dict[str, Any] = {"user_missing": True} if kind == "sav" else {}
    encoding, notes = _encoding(data, reader, kind, options)
    said = {"encoding": encoding} if encoding else {}
    declared = reader(io.BytesIO(data), metadataonly=True, **said)[1]
    rows, wide = declared.number_rows or 0, max(1, declared.number_columns or 0)
    if rows > MAX_ROWS or rows * wide > MAX_CELLS:
        raise IntakeError(
            f"The file has {rows:,} rows and {wide:,} columns",
            file=name,
            expected=f"at most {MAX_ROWS:,} rows and {MAX_CELLS:,} cells",
            fix="Keep the patients and columns that are to be analysed",
        )
    frame, meta = reader(io.BytesIO(data), row_limit=MAX_ROWS, **options, **said)
    labels = {str(k): str(v) for k, v in (meta.column_names_to_labels or {}).items() if v and str(v) != str(k)}
    notes += _declared_missing(frame, meta.missing_ranges or {}) if kind == "sav" else []
    return frame, labels, {str(k): v for k, v in (meta.variable_value_labels or {}).items()}, notes


def _encoding(data: bytes, reader: Any, kind: str, options: dict[str, Any]) -> tuple[str | None, list[Note]]:
    """The encoding to read with, None for the file's own; told where the file does not say it.

    Stata before version 14 and SAS transport files do not name their encoding: their texts are read byte by byte from the
    first rows, and the encoding guessed as that of a text file is.
    """
    if kind != "xport" and not (kind == "dta" and _old_stata(data)):
        try:
            reader(io.BytesIO(data), row_limit=SAMPLE_ROWS, **options)
            return None, []
        except Exception as error:
            if kind == "por" or not (isinstance(error, UnicodeDecodeError) or "encod" in str(error).lower()):
                raise
    frame, meta = reader(io.BytesIO(data), row_limit=SAMPLE_ROWS, encoding="ISO-8859-1", **options)
    said = [str(v) for names in (meta.variable_value_labels or {}).values() for v in names.values()]
    said += [str(label) for label in meta.column_labels or () if label]
    said += [v for c in range(frame.shape[1]) for v in frame.iloc[:, c].unique() if isinstance(v, str)]
    text = "\n".join(t for t in said if not t.isascii()).encode("latin-1", "replace")
    if not text:
        return ("ISO-8859-1" if kind in ("xport", "dta") else None), []
    encoding, doubtful = guess_encoding(text)
    sure = "; check a few labels, another encoding would read too" if doubtful else ""
    words = ENCODINGS.get(encoding, "Unicode (UTF-8)")
    note = f"The file does not say how its texts are encoded; they were read as {words}{sure}."
    return _ICONV.get(encoding, "ISO-8859-1"), [("warning" if doubtful else "note", "encoding", "", note)]


def _old_stata(data: bytes) -> bool:
    """Before Stata 14 (format 118) texts are in the encoding of whoever wrote them."""
    return data[:1] != b"<" or b"<release>117" in data[:64]


def _declared_missing(frame: pd.DataFrame, ranges: Mapping[str, Any]) -> list[Note]:
    """Set missing what SPSS's user declared missing, and tell."""
    from aadash.intake.read.arrowfile import plain

    notes: list[Note] = []
    for column, declared in ranges.items():
        series = frame[column]
        hit = np.zeros(len(series), dtype=bool)
        for one in declared:
            low, high = one["lo"], one["hi"]
            if isinstance(low, str):
                hit |= (series == low).to_numpy(dtype=bool)
            elif pd.api.types.is_numeric_dtype(series):
                hit |= ((series >= low) & (series <= high)).to_numpy(dtype=bool)
        if hit.any():
            values = ", ".join(sorted({show(plain(v)) for v in series[hit]}))
            notes.append(
                (
                    "note",
                    "declared_missing",
                    str(column),
                    f"Column {column!r} holds a value that the file declares missing ({values}) in {counted(int(hit.sum()), 'cell')}: "
                    "read as missing.",
                )
            )
            frame[column] = series.mask(hit)
    return notes


def _labelled(cells: list[str], known: Mapping[Any, str], column: str) -> tuple[list[str], list[Note]]:
    """Labels for codes where every code that occurs has one; else codes stay, and labelled ones are told."""
    from aadash.intake.read.arrowfile import plain

    names = {show(plain(k)): str(v).strip() for k, v in known.items()}
    present = {c for c in cells if c}
    if present and present <= set(names) and len({names[c] for c in present}) == len(present):
        pairs = ", ".join(f"{c} = {names[c]!r}" for c in sorted(present)[:6])
        return [names.get(c, c) for c in cells], [
            ("note", "value_labels", column, f"Column {column!r}: codes were replaced by their labels ({pairs}).")
        ]
    odd = sorted(present & set(names))
    if odd:
        pairs = ", ".join(f"{c} = {names[c]!r}" for c in odd[:6])
        return cells, [
            (
                "warning",
                "value_labels",
                column,
                f"Column {column!r} holds numbers of which some have a label ({pairs}); they are read as numbers.",
            )
        ]
    return cells, []
