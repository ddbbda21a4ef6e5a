"""Files of statistics packages: SPSS, Stata, SAS transport and Parquet, with their labels."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from aadash.errors import IntakeError
from aadash.intake.read.grid import Grid, Note
from aadash.intake.text import show

MAX_CELLS = 40_000_000
_NAMES = {"sav": "SPSS", "por": "SPSS portable", "dta": "Stata", "xport": "SAS transport", "sas7bdat": "SAS", "parquet": "Parquet"}


def kind_of(data: bytes) -> str:
    """ "sav", "por", "dta", "xport", "sas7bdat" or "parquet" by the first bytes; "" for anything else."""
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
    if data[12:32] == b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c\x18\x1f\x10\x11"[:20]:
        return "sas7bdat"
    return "por" if b"SPSSPORT" in data[:512] else ""


def load_statistics(data: bytes, name: str, kind: str) -> Grid:
    """One grid; value labels take the place of codes where every code has one. Raises IntakeError when damaged."""
    try:
        frame, labels, values, notes = _parquet(data) if kind == "parquet" else _pyreadstat(data, kind)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # native readers
        raise IntakeError(
            f"The {_NAMES[kind]} file is damaged or of a version that cannot be read",
            file=name,
            fix="Save the data as .csv or .xlsx from the program that made it",
        ) from error
    if frame.shape[0] * max(1, frame.shape[1]) > MAX_CELLS:
        raise IntakeError(
            f"The file has {frame.shape[0]:,} rows and {frame.shape[1]:,} columns",
            file=name,
            fix="Keep the columns that are to be analysed",
        )
    notes = [("note", "file_kind", "", f"Read as a {_NAMES[kind]} file."), *notes]
    columns = []
    for column in frame.columns:
        cells = _text(frame[column])
        known = values.get(str(column), {})
        if known:
            cells, note = _labelled(cells, known, str(column))
            notes += note
        columns.append(cells)
    header = [str(c) for c in frame.columns]
    rows = [header, *map(list, zip(*columns, strict=True))]
    return Grid(name, rows, notes=notes, labels=labels, has_header=True)


_Read = tuple[pd.DataFrame, dict[str, str], dict[str, Mapping[Any, str]], list[Note]]


def _pyreadstat(data: bytes, kind: str) -> _Read:
    import pyreadstat

    readers: dict[str, Any] = {
        "sav": pyreadstat.read_sav,
        "por": pyreadstat.read_por,
        "dta": pyreadstat.read_dta,
        "xport": pyreadstat.read_xport,
        "sas7bdat": pyreadstat.read_sas7bdat,
    }
    declared = readers[kind](io.BytesIO(data), metadataonly=True)[1]
    if (declared.number_rows or 0) * max(1, declared.number_columns or 0) > MAX_CELLS:
        raise ValueError("too large")
    options = {"user_missing": True} if kind == "sav" else {}
    frame, meta = readers[kind](io.BytesIO(data), **options)
    labels = {str(k): str(v) for k, v in (meta.column_names_to_labels or {}).items() if v and str(v) != str(k)}
    notes = _declared_missing(frame, meta.missing_ranges or {}) if kind == "sav" else []
    return frame, labels, {str(k): v for k, v in (meta.variable_value_labels or {}).items()}, notes


def _declared_missing(frame: pd.DataFrame, ranges: Mapping[str, Any]) -> list[Note]:
    """Set missing what SPSS's user declared missing, and tell."""
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
            values = ", ".join(sorted({show(_plain(v)) for v in series[hit]}))
            notes.append(
                (
                    "note",
                    "declared_missing",
                    str(column),
                    f"Column {column!r}: {int(hit.sum())} cells hold a value that the "
                    f"file declares missing ({values}); read as missing.",
                )
            )
            frame[column] = series.mask(hit)
    return notes


def _parquet(data: bytes) -> _Read:
    import pyarrow.parquet as parquet

    file = parquet.ParquetFile(io.BytesIO(data))
    if file.metadata.num_rows * max(1, file.metadata.num_columns) > MAX_CELLS:
        raise ValueError("too large")
    frame = file.read().to_pandas()
    if not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index()
    return frame, {}, {}, []


def _text(series: pd.Series) -> list[str]:
    """Cells as text; whole floats without a decimal point."""
    missing = series.isna().to_numpy(dtype=bool)
    values = series.astype(object).to_numpy()
    return ["" if gone else show(_plain(v)) for v, gone in zip(values, missing, strict=True)]


def _plain(value: Any) -> Any:
    if isinstance(value, (np.bool_, bool)):
        return bool(value)
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, int):
        return str(value)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _labelled(cells: list[str], known: Mapping[Any, str], column: str) -> tuple[list[str], list[Note]]:
    """Labels for codes where every code that occurs has one; else codes stay, and labelled ones are told."""
    names = {show(_plain(k)): str(v).strip() for k, v in known.items()}
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
