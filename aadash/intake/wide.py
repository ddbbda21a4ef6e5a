"""One row a patient, one column a visit → cohort."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from aadash.intake.doubts import Doubts
from aadash.intake.facts import fact_roles, read_facts
from aadash.intake.mapping import ColumnMapping
from aadash.intake.model import EXCLUDE, KEEP
from aadash.intake.recognise import Recognised
from aadash.intake.table import Table
from aadash.intake.text import is_blank, rows_text, show
from aadash.intake.visitvalues import salt_values


@dataclass(frozen=True, eq=False)
class Assembled:
    """Facts and SALT of the same patients in the same order, ready to be a cohort (or refused in the doubts)."""

    patients: pd.DataFrame
    salt: pd.DataFrame
    roles: dict[str, str]


def assemble_wide(table: Table, known: Recognised, mapping: ColumnMapping, doubts: Doubts) -> Assembled:
    """One patient a record."""
    codes = patient_codes(table, known, doubts)
    facts = read_facts(table, known, mapping, doubts)
    columns: dict[int, np.ndarray] = {}
    source: dict[int, str] = {}
    excluded = np.zeros(len(table), dtype=bool)
    for guess in known.columns("salt"):
        values, out = salt_values(table.columns[guess.column], table.rows, guess.column, doubts, known.score,
                                  mapping.scale)
        excluded |= out
        if guess.week is None:
            doubts.ask("error", "visit_unknown", guess.column, (), f"Column {guess.column!r} names a visit but not its "
                       "week; it is not used until you say which week it is.", ())
            continue
        if guess.week in columns:
            _merge(columns, source, guess.week, values, guess.column, table, doubts)
        else:
            columns[guess.week], source[guess.week] = values, guess.column
    keep = _one_row_each(codes, columns, facts, table, known, doubts) & ~excluded
    weeks = sorted(columns)
    index = pd.Index(codes[keep])
    salt = pd.DataFrame({w: columns[w][keep] for w in weeks}, index=index)
    return Assembled(facts[keep].set_axis(index, axis=0), salt, fact_roles(known))


def patient_codes(table: Table, known: Recognised, doubts: Doubts) -> np.ndarray:
    """Patient codes exactly as in the file; row numbers where there is no such column."""
    column = known.one("id")
    if column is None:
        doubts.note("no_id", "", (), "No column holds patient codes; row numbers are used (\"row 2\", \"row 3\" …).")
        return np.array([f"row {r}" for r in table.rows], dtype=object)
    codes = np.array([show(c).strip() for c in table.columns[column]], dtype=object)
    empty = np.flatnonzero([is_blank(c) for c in table.columns[column]])
    if len(empty):
        rows = table.rows[empty]
        doubts.ask("error", "no_code", column, rows, f"Column {column!r} has no patient code in "
                   f"{rows_text(list(rows))}; the row number stands in.", (KEEP, EXCLUDE))
        codes[empty] = [f"row {r}" for r in rows]
    return codes


def _merge(columns: dict[int, np.ndarray], source: dict[int, str], week: int, values: np.ndarray, column: str,
           table: Table, doubts: Doubts) -> None:
    """Two columns for the same week: agree, complete each other, or conflict."""
    first = columns[week]
    clash = np.flatnonzero(~np.isnan(first) & ~np.isnan(values) & (first != values))
    if len(clash):
        doubts.refuse("visit_twice", column, f"Columns {source[week]!r} and {column!r} are both week {week} and hold "
                      f"different values in {rows_text(list(table.rows[clash]))}; say which of them is week {week}.",
                      table.rows[clash])
    else:
        doubts.note("visit_twice", column, (), f"Columns {source[week]!r} and {column!r} are both week {week} and agree.")
    columns[week] = np.where(np.isnan(first), values, first)


def _one_row_each(codes: np.ndarray, columns: dict[int, np.ndarray], facts: pd.DataFrame, table: Table,
                  known: Recognised, doubts: Doubts) -> np.ndarray:
    """Which records stay: the first of identical ones; conflicting ones refuse the file until decided."""
    keep = np.ones(len(codes), dtype=bool)
    position, distinct = pd.factorize(codes)
    counts = np.bincount(position, minlength=len(distinct))
    if counts.max(initial=0) < 2:
        return keep
    column = known.one("id") or ""
    cells = table.without({column}).frame().map(show).to_numpy()
    same: list[int] = []
    conflict: list[int] = []
    for code in np.flatnonzero(counts > 1):
        at = np.flatnonzero(position == code)
        equal = all((cells[i] == cells[at[0]]).all() for i in at[1:])
        (same if equal else conflict).extend(int(i) for i in at)
    if same:
        rows = table.rows[same]
        names = ", ".join(dict.fromkeys(codes[same]))
        chosen = doubts.ask("error", "duplicate_row", column, rows, f"Column {column!r}: patient {names[:80]} is listed "
                            f"more than once with the same content ({rows_text(list(rows))}); \"keep\" keeps the first.",
                            (KEEP, EXCLUDE))
        seen: set[str] = set()
        for i, action in zip(same, chosen, strict=True):
            keep[i] = codes[i] not in seen and action != EXCLUDE
            seen.add(codes[i])
            if not keep[i]:
                doubts.record([table.rows[i]], column, str(codes[i]), "", "the same row stands above")
    if conflict:
        rows = table.rows[conflict]
        names = ", ".join(dict.fromkeys(codes[conflict]))
        chosen = doubts.ask("error", "duplicate_patient", column, rows, f"Column {column!r}: patient {names[:80]} is "
                            f"listed more than once with different content ({rows_text(list(rows))}), and nothing says "
                            "which row is right. Correct the file, or leave these patients out.", (EXCLUDE,), fatal=True)
        for i in conflict:
            keep[i] = False
            doubts.record([table.rows[i]], column, str(codes[i]), "", "listed more than once with different content")
    return keep
