"""Baseline facts: columns of the file that are no visits, typed, under their own names."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.cohort import ROLES
from aadash.intake.doubts import Doubts
from aadash.intake.mapping import ColumnMapping
from aadash.intake.numbers import as_fact
from aadash.intake.recognise import Recognised
from aadash.intake.table import Table
from aadash.intake.text import show

FACT_ROLES = ("fact", *ROLES)


def read_facts(table: Table, known: Recognised, mapping: ColumnMapping, doubts: Doubts) -> pd.DataFrame:
    """The facts of every record, in the order of the file, one column a fact."""
    out = {}
    for guess in known.guesses:
        if guess.role not in FACT_ROLES:
            continue
        cells = table.columns[guess.column]
        renames = mapping.columns[guess.column].values if guess.column in mapping.columns else {}
        if renames:
            cells = _renamed(cells, table.rows, guess.column, renames, doubts)
        series, words = as_fact(cells)
        if words:
            at = [int(r) for r, c in zip(table.rows, cells, strict=True) if show(c).strip() in words]
            doubts.record(at, guess.column, ", ".join(words), "", "stands for a missing value")
        out[guess.column] = series
    return pd.DataFrame(out, index=pd.RangeIndex(len(table)))


def fact_roles(known: Recognised) -> dict[str, str]:
    """Role → column, for the facts that play one."""
    return {g.role: g.column for g in known.guesses if g.role in ROLES}


def _renamed(cells: np.ndarray, rows: np.ndarray, column: str, names: object, doubts: Doubts) -> np.ndarray:
    renames: dict[str, str] = dict(names)  # type: ignore[call-overload]
    out = cells.copy()
    groups: dict[str, list[int]] = {}
    for i, cell in enumerate(cells):
        text = show(cell).strip()
        if text in renames:
            out[i] = renames[text]
            groups.setdefault(text, []).append(int(rows[i]))
    for text, at in groups.items():
        doubts.record(at, column, text, renames[text], "renamed, as you decided")
    return out
