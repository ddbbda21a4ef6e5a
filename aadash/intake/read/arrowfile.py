"""Parquet and Feather files: flat columns as text, texts that repeat kept once until their size is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as compute

from aadash.errors import IntakeError
from aadash.intake.read.grid import KEEP_LESS, Note
from aadash.intake.text import show

#: Most bytes that the texts of one column may take.
MAX_TEXT = 300_000_000


def load_parquet(data: bytes, name: str, most_rows: int) -> tuple[list[str], list[list[str]], list[Note]]:
    """Names, cells and notes of a Parquet file's columns. Raises IntakeError for one that holds no flat column or too much."""
    import pyarrow.parquet as parquet

    file = parquet.ParquetFile(pa.BufferReader(data))
    _check_rows(file.metadata.num_rows, most_rows, name)
    flat, notes = _flat(file.schema_arrow, name)
    texts = sorted({f.name for f in flat if pa.types.is_string(f.type) or pa.types.is_large_string(f.type)})
    file = parquet.ParquetFile(pa.BufferReader(data), read_dictionary=texts)
    table = file.read(columns=None if len(flat) == len(file.schema_arrow) else [f.name for f in flat], use_threads=False)
    return *_columns(table, name), notes


def load_feather(data: bytes, name: str, most_rows: int) -> tuple[list[str], list[list[str]], list[Note]]:
    """The same of a Feather (Arrow) file."""
    import pyarrow.feather as feather

    table = feather.read_table(pa.BufferReader(data), memory_map=False)
    _check_rows(table.num_rows, most_rows, name)
    _, notes = _flat(table.schema, name)
    kept = [i for i, f in enumerate(table.schema) if not pa.types.is_nested(f.type)]
    return *_columns(table.select(kept), name), notes


def _check_rows(rows: int, most: int, name: str) -> None:
    if rows > most:
        raise IntakeError(f"The table has {rows:,} rows", file=name, expected=f"at most {most:,}", fix=KEEP_LESS)


def _flat(schema: pa.Schema, name: str) -> tuple[list[pa.Field], list[Note]]:
    """The columns that hold one value per row, and a note about those that do not."""
    flat = [f for f in schema if not pa.types.is_nested(f.type)]
    nested = [f.name for f in schema if pa.types.is_nested(f.type)]
    if not flat or {f.name for f in flat} & set(nested):
        raise IntakeError(
            "Its columns hold lists or records, not one value per row", file=name, fix="Write the table as .csv and upload that"
        )
    column = "Columns" if len(nested) > 1 else "Column"
    told = f"{column} {', '.join(map(repr, nested[:10]))}: each cell holds a list or a record; not read."
    return flat, [("warning", "nested", nested[0], told)] if nested else []


def _columns(table: pa.Table, name: str) -> tuple[list[str], list[list[str]]]:
    """Names and cells, the index that pandas wrote in front."""
    names = table.column_names
    index = [i for i in ((table.schema.pandas_metadata or {}).get("index_columns") or []) if isinstance(i, str) and i in names]
    order = sorted(range(len(names)), key=lambda i: names[i] not in index)
    called = {n: "index" for n in index if n.startswith("__index_level_")}
    return [called.get(names[i], names[i]) for i in order], [_cells(table.column(i), names[i], name) for i in order]


def _cells(column: pa.ChunkedArray, title: str, name: str) -> list[str]:
    """One column as text."""
    if not pa.types.is_dictionary(column.type):
        return texts(column.to_pandas())
    cells: list[str] = []
    size = 0
    for chunk in column.chunks:
        words = [show(plain(v)) for v in chunk.dictionary.to_pylist()]
        lengths = np.array([len(w) for w in words] or [0])
        codes = compute.fill_null(chunk.indices, -1).to_numpy(zero_copy_only=False)
        size += int(lengths[codes[codes >= 0]].sum())
        if size > MAX_TEXT:
            raise IntakeError(
                f"The texts of column {title!r} would take over {MAX_TEXT // 1_000_000} MB",
                file=name,
                fix="Leave that column out and save the file again",
            )
        cells += ["" if code < 0 else words[code] for code in codes.tolist()]
    return cells


def texts(series: Any) -> list[str]:
    """Cells of a pandas column as text; whole floats without a decimal point."""
    missing = series.isna().to_numpy(dtype=bool)
    values = series.astype(object).to_numpy()
    return ["" if gone else show(plain(v)) for v, gone in zip(values, missing, strict=True)]


def plain(value: Any) -> Any:
    """A value as Python's own type."""
    if isinstance(value, (np.bool_, bool)):
        return bool(value)
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, int):
        return str(value)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
