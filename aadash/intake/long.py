"""One row a visit → cohort."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.intake.doubts import Doubts
from aadash.intake.facts import fact_roles, read_facts
from aadash.intake.mapping import ColumnMapping
from aadash.intake.model import EXCLUDE, SET_MISSING
from aadash.intake.recognise import Recognised
from aadash.intake.table import Table
from aadash.intake.text import fold, rows_text, show
from aadash.intake.visits import parse_visit, to_week
from aadash.intake.visitvalues import salt_values
from aadash.intake.wide import Assembled, patient_codes


def assemble_long(table: Table, known: Recognised, mapping: ColumnMapping, doubts: Doubts) -> Assembled:
    """Patients × weeks from one record a visit."""
    week_column, value_column = known.one("week") or "", known.one("salt") or ""
    codes = patient_codes(table, known, doubts)
    weeks = visit_weeks(table.columns[week_column], table.rows, week_column, mapping, doubts)
    values, out = salt_values(table.columns[value_column], table.rows, value_column, doubts, known.score, mapping.scale)
    salt, excluded = pivot(codes, weeks, values, table.rows, week_column, value_column, doubts)
    excluded |= set(codes[out])
    facts = constant_facts(read_facts(table, known, mapping, doubts), codes, doubts)
    keep = [c for c in salt.index if c not in excluded]
    roles = {r: c for r, c in fact_roles(known).items() if c in facts.columns}
    return Assembled(facts.loc[keep], salt.loc[keep], roles)


def visit_weeks(cells: np.ndarray, rows: np.ndarray, column: str, mapping: ColumnMapping, doubts: Doubts) -> np.ndarray:
    """Week of each record as float, NaN where the visit has no week (told)."""
    unit = _unit_of(column)
    codes, distinct = pd.factorize(np.array([show(c).strip() for c in cells], dtype=object))
    table = np.full(len(distinct), np.nan)
    for i, text in enumerate(distinct):
        if text in mapping.visits:
            said = mapping.visits[text]
            table[i] = np.nan if said is None else said
            continue
        visit = parse_visit(text)
        if visit is not None:
            week = to_week(visit.number, unit) if visit.unit == "number" else visit.week
            table[i] = -1 if visit.unit == "before" else np.nan if week is None else week
        at = rows[codes == i]
        if np.isnan(table[i]):
            doubts.ask("warning", "visit_unknown", column, at, f"Column {column!r}: the visit {text!r} has no week and "
                       f"is not used ({rows_text(list(at))}).")
            doubts.record(at, column, text, "", "a visit without a week")
        elif table[i] < 0:
            doubts.ask("warning", "before_baseline", column, at, f"Column {column!r}: the visit {text!r} lies before "
                       f"baseline and is not used ({rows_text(list(at))}).")
            doubts.record(at, column, text, "", "before baseline")
            table[i] = np.nan
        elif visit is not None and visit.rounded:
            doubts.record(at, column, text, f"week {table[i]:g}", f"{visit.unit}s to weeks")
    return table[codes]


def _unit_of(column: str) -> str:
    folded = fold(column)
    if any(w in folded for w in ("month", "개월", "月")) or folded == "mo":
        return "month"
    return "day" if any(w in folded for w in ("day", "ady")) else "week"


def pivot(codes: np.ndarray, weeks: np.ndarray, values: np.ndarray, rows: np.ndarray, week_column: str,
          value_column: str, doubts: Doubts) -> tuple[pd.DataFrame, set[str]]:
    """Patients in order of appearance × ascending weeks, and the patients the user left out."""
    patient, names = pd.factorize(codes)
    used = ~np.isnan(weeks)
    columns = np.unique(weeks[used]).astype(int)
    matrix = np.full((len(names), len(columns)), np.nan)
    excluded: set[str] = set()
    p, w = patient[used], np.searchsorted(columns, weeks[used].astype(int))
    cell = p * len(columns) + w
    order = np.argsort(cell, kind="stable")
    same = np.zeros(len(cell), dtype=bool)
    if len(cell) > 1:
        twin = cell[order][1:] == cell[order][:-1]
        same[order[1:][twin]] = True
        same[order[:-1][twin]] = True
    matrix[p[~same], w[~same]] = values[used][~same]
    if same.any():
        _repeated(np.flatnonzero(used)[same], cell[same], p[same], w[same], values, rows, matrix, names, columns,
                  week_column, value_column, doubts, excluded)
    return pd.DataFrame(matrix, index=pd.Index(names), columns=columns), excluded


def _repeated(at: np.ndarray, cell: np.ndarray, p: np.ndarray, w: np.ndarray, values: np.ndarray, rows: np.ndarray,
              matrix: np.ndarray, names: np.ndarray, columns: np.ndarray, week_column: str, value_column: str,
              doubts: Doubts, excluded: set[str]) -> None:
    """Visits given more than once: the same value is told, different values refuse the file until decided."""
    agree: list[int] = []
    conflict: list[int] = []
    for c in np.unique(cell):
        mine = np.flatnonzero(cell == c)
        distinct = set(values[at[mine]][~np.isnan(values[at[mine]])])
        if len(distinct) > 1:
            conflict += list(mine)
        else:
            agree += list(mine)
            matrix[p[mine[0]], w[mine[0]]] = distinct.pop() if distinct else np.nan
    if agree:
        found = rows[at[agree]]
        doubts.ask("warning", "visit_repeated", week_column, found, f"Column {week_column!r}: the same visit is given "
                   f"more than once with the same value ({rows_text(sorted(found))}); it counts once.")
        doubts.record(found, week_column, "the same visit again", "", "counts once")
    if conflict:
        found = rows[at[conflict]]
        first = conflict[0]
        chosen = doubts.ask(
            "error", "visit_twice", week_column, found, f"Column {week_column!r}: the same visit is given more than once "
            f"with different values in {value_column!r}, first for patient {names[p[first]]} at week "
            f"{columns[w[first]]} ({rows_text(sorted(found))}), and nothing says which is right. Correct the file, or "
            "set these visits missing.", (SET_MISSING, EXCLUDE), fatal=True)
        for i, action in zip(conflict, chosen, strict=True):
            doubts.record([rows[at[i]]], value_column, f"{values[at[i]]:g}", "", "two different values for one visit")
            if action == EXCLUDE:
                excluded.add(str(names[p[i]]))


def constant_facts(facts: pd.DataFrame, codes: np.ndarray, doubts: Doubts) -> pd.DataFrame:
    """One row a patient of the facts that do not vary within a patient; the others are told and left out."""
    patient, names = pd.factorize(codes)
    out = {}
    for column in facts.columns:
        series = facts[column]
        filled = series.notna().to_numpy()
        first = pd.Series(np.flatnonzero(filled)).groupby(patient[filled]).first()
        picked = series.iloc[first.to_numpy()]
        expected = series.iloc[first.reindex(patient[filled]).to_numpy()].to_numpy()
        if not (expected == series[filled].to_numpy()).all():
            doubts.note("varies", str(column), (), f"Column {column!r} changes from visit to visit, so it is no baseline "
                        "fact; it is not used.")
            continue
        if len(first) == len(names):
            out[column] = picked.set_axis(names[first.index], axis=0).reindex(names)
        else:
            dtype = series.dtype if series.dtype == "str" else float
            out[column] = picked.set_axis(names[first.index], axis=0).reindex(names).astype(dtype)
    return pd.DataFrame(out, index=pd.Index(names))
