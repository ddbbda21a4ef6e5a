"""A grid of cells to a table: where the header is, which rows are records."""

from __future__ import annotations

from typing import Any

import numpy as np

from aadash.errors import IntakeError
from aadash.intake.doubts import Doubts
from aadash.intake.files import Grid
from aadash.intake.table import Table
from aadash.intake.text import is_blank, show


def tabulate(grid: Grid, doubts: Doubts) -> Table:
    """The table of a grid. Raises IntakeError when there is no header with records under it."""
    for code, message in grid.notes:
        doubts.note(code, "", (), message)
    filled = [i for i, row in enumerate(grid.rows) if any(not is_blank(c) for c in row)]
    if not filled:
        raise IntakeError("The table is empty", file=grid.name, fix="Check that the right file was chosen")
    head, body = filled[0], filled[1:]
    names = header_names(grid.rows[head])
    if len(names) < 1 or not body:
        raise IntakeError("There is a header but no record under it", file=grid.name,
                          expected="one row a patient or a visit", fix="Check that the right file was chosen")
    width = len(names)
    records = [grid.rows[i] for i in body]
    padded = [r if len(r) == width else (list(r) + [None] * width)[:width] for r in records]
    columns = {n: _column(v) for n, v in zip(names, zip(*padded, strict=True), strict=True)}
    kept = {n: v for n, v in columns.items() if not (n.startswith("column ") and all(is_blank(c) for c in v))}
    return Table(grid.name, kept, np.array(body) + 1, grid.labels)


def header_names(cells: list[Any]) -> list[str]:
    """Unique column names; an empty header is named by its letter."""
    names: list[str] = []
    for i, cell in enumerate(cells):
        name = " ".join(show(cell).split()) or f"column {letter(i)}"
        names.append(name if name not in names else f"{name} [{letter(i)}]")
    return names


def letter(index: int) -> str:
    """Spreadsheet letter of a column counted from 0: 0 → A, 26 → AA."""
    out = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        out = chr(65 + rest) + out
    return out


def _column(values: tuple[Any, ...]) -> np.ndarray:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out
