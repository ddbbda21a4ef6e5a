"""Records of visits → one row per patient: the matrix of SALT, and the facts that hold for the patient."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.intake.check.doubts import Doubts
from aadash.intake.model import EXCLUDE, SET_MISSING
from aadash.intake.recognise.columns import Recognised
from aadash.intake.text import rows_text

_BASELINE_ROLES = ("age", "duration", "dose", "eyebrow", "eyelash")


def pivot(
    codes: np.ndarray, weeks: np.ndarray, values: np.ndarray, rows: np.ndarray, week_name: str, value_name: str, doubts: Doubts
) -> tuple[pd.DataFrame, np.ndarray, set[str]]:
    """Patients in order of appearance × ascending weeks, the spreadsheet row of each value, and patients left out."""
    patient, names = pd.factorize(codes)
    at = np.flatnonzero(~np.isnan(weeks))
    columns = np.unique(weeks[at]).astype(int)
    cell = patient[at] * len(columns) + np.searchsorted(columns, weeks[at].astype(int))
    size = len(names) * len(columns)
    filled = ~np.isnan(values[at])
    matrix, source = np.full(size, np.nan), np.zeros(size, dtype=np.int64)
    matrix[cell[filled]], source[cell[filled]] = values[at][filled], rows[at][filled]
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(low, cell[filled], values[at][filled])
    np.maximum.at(high, cell[filled], values[at][filled])
    times = np.bincount(cell[filled], minlength=size)
    excluded: set[str] = set()
    same = np.flatnonzero(filled & (times[cell] > 1) & (low[cell] == high[cell]))
    clash = np.flatnonzero(filled & (times[cell] > 1) & (low[cell] != high[cell]))
    if len(same):
        found = rows[at[same]]
        doubts.report(
            "warning",
            "visit_repeated",
            week_name,
            found,
            f"Column {week_name!r}: the same visit is given more than once "
            f"with the same value ({rows_text(sorted(found))}); it counts once.",
        )
        doubts.record(found, week_name, "the same visit again", "", "counts once")
    if len(clash):
        found = rows[at[clash]]
        where = int(cell[clash[0]])
        chosen = doubts.report(
            "error",
            "visit_twice",
            week_name,
            found,
            f"Column {week_name!r}: the same visit is given more than once with different "
            f"values in {value_name!r}, first for patient {names[where // len(columns)]} at week {columns[where % len(columns)]} "
            f'({rows_text(sorted(found))}), and nothing says which is right. Correct the file; or "set missing" these visits, '
            'or "exclude" the patients.',
            (SET_MISSING, EXCLUDE),
            fatal=True,
        )
        matrix[cell[clash]], source[cell[clash]] = np.nan, 0
        for i, action in zip(clash, chosen, strict=True):
            doubts.record([rows[at[i]]], value_name, f"{values[at[i]]:g}", "", "different values for one visit")
            if action == EXCLUDE:
                excluded.add(str(names[cell[i] // len(columns)]))
    shape = (len(names), len(columns))
    salt = pd.DataFrame(matrix.reshape(shape), index=pd.Index(names, dtype=object), columns=columns)
    return salt, source.reshape(shape), excluded


def constant_facts(facts: pd.DataFrame, codes: np.ndarray, weeks: np.ndarray, known: Recognised, doubts: Doubts) -> pd.DataFrame:
    """One row per patient of the facts that do not vary within a patient.

    An age, a duration, a dose or a score of brows and lashes that varies is taken at baseline; every other fact that
    varies is left out. Both are told.
    """
    patient, names = pd.factorize(codes)
    roles = {g.column: g.role for g in known.guesses}
    out: dict[str, pd.Series] = {}
    for column in map(str, facts.columns):
        series = facts[column]
        if _varies(series, patient):
            at_base = series.where(pd.Series(weeks == 0))
            if roles.get(column) not in _BASELINE_ROLES or not at_base.notna().any():
                doubts.note(
                    "varies", column, (), f"Column {column!r} changes from visit to visit, so it is no baseline fact; it is not used."
                )
                doubts.record((), column, column, "", "changes from visit to visit")
                continue
            doubts.note("baseline_fact", column, (), f"Column {column!r} changes from visit to visit; its value at baseline is used.")
            series = at_base
        out[column] = _first(series, patient, len(names))
    return pd.DataFrame(out, index=pd.RangeIndex(len(names))).set_axis(pd.Index(names, dtype=object), axis=0)


def _varies(series: pd.Series, patient: np.ndarray) -> bool:
    filled = series.notna().to_numpy()
    kind = pd.factorize(series[filled])[0]
    mine = patient[filled]
    if not len(mine):
        return False
    first = np.full(int(mine.max()) + 1, -1)
    first[mine[::-1]] = kind[::-1]
    return bool((first[mine] != kind).any())


def _first(series: pd.Series, patient: np.ndarray, n: int) -> pd.Series:
    """The first filled value of each patient, in the type of the column (floats where whole numbers have gaps)."""
    filled = np.flatnonzero(series.notna().to_numpy())
    place = np.full(n, -1)
    place[patient[filled][::-1]] = filled[::-1]
    picked = series.reset_index(drop=True).reindex(pd.Index(place)).reset_index(drop=True)
    if pd.api.types.is_float_dtype(picked) and picked.notna().all() and len(picked) and pd.api.types.is_numeric_dtype(series):
        whole = picked.to_numpy()
        if (whole == np.rint(whole)).all() and (np.abs(whole) < 2**53).all():
            return pd.Series(whole.astype(np.int64))
    return picked
