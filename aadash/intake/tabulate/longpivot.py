"""Records of visits → one row per patient: the matrix of SALT, and the facts that hold for the patient."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.intake.check.doubts import Doubts
from aadash.intake.decisions import typed
from aadash.intake.model import EXCLUDE, KEEP, SET_MISSING, TWO_PEOPLE, VALUE
from aadash.intake.recognise.columns import Recognised
from aadash.intake.text import rows_text

_BASELINE_ROLES = ("age", "duration", "dose", "eyebrow", "eyelash")
#: What does not change in a person: where it does, a row is wrong.
_FIXED_ROLES = ("sex", "subtype", "centre", "age_at_onset", "atopic_dermatitis", "ivmp", "drug")
#: Most patients (as a share) in whom a fact differs between rows before it is taken for one that changes.
SLIPS, FIXED_SLIPS = 0.2, 0.5


#: Which patient each record is of, as a number, and the codes of the patients in order of appearance.
People = tuple[np.ndarray, np.ndarray]


def people(codes: np.ndarray) -> People:
    """The patients of records: found once for a table, as codes are text and there may be a million of them."""
    return pd.factorize(codes)


def first_rows(persons: People, rows: np.ndarray) -> np.ndarray:
    """The first of each patient's rows."""
    patient, names = persons
    out = np.zeros(len(names), dtype=rows.dtype)
    out[patient[::-1]] = rows[::-1]
    return out


def pivot(
    persons: People, weeks: np.ndarray, values: np.ndarray, rows: np.ndarray, week_name: str, value_name: str, doubts: Doubts
) -> tuple[pd.DataFrame, np.ndarray, set[str]]:
    """Patients in order of appearance × ascending weeks, the spreadsheet row of each value, and patients left out."""
    patient, names = persons
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
            'leave the patients out ("exclude"), say that one code stands for two ("two people"), or type the right value.',
            (SET_MISSING, EXCLUDE, TWO_PEOPLE, VALUE),
            fatal=True,
        )
        matrix[cell[clash]], source[cell[clash]] = np.nan, 0
        for i, action in zip(clash, chosen, strict=True):
            right = typed(action)
            if right is not None:
                matrix[cell[i]], source[cell[i]] = right, rows[at[i]]
            became = "" if right is None else f"{right:g}"
            doubts.record([rows[at[i]]], value_name, f"{values[at[i]]:g}", became, "different values for one visit")
            if action == EXCLUDE:
                excluded.add(str(names[cell[i] // len(columns)]))
    shape = (len(names), len(columns))
    salt = pd.DataFrame(matrix.reshape(shape), index=pd.Index(names, dtype=object), columns=columns)
    return salt, source.reshape(shape), excluded


def constant_facts(
    facts: pd.DataFrame, persons: People, weeks: np.ndarray, known: Recognised, doubts: Doubts, rows: np.ndarray
) -> pd.DataFrame:
    """One row per patient of the facts that do not vary within a patient.

    An age, a duration, a dose or a score of brows and lashes that varies is taken at baseline. A fact that differs between the rows
    of few patients is a slip there: what most rows of the patient say is taken, else it is missing. Every other fact that varies is
    left out. All of it is told.
    """
    patient, names = persons
    roles = {g.column: g.role for g in known.guesses}
    out: dict[str, pd.Series] = {}
    for column in map(str, facts.columns):
        series = facts[column]
        if _varies(_alike(series), patient):
            at_base = series.where(pd.Series(weeks == 0))
            role = roles.get(column, "")
            settled = None if role in _BASELINE_ROLES else _slips(series, patient, names, column, role, rows, doubts)
            if settled is not None:
                out[column] = settled
                continue
            if role not in (*_BASELINE_ROLES, *_FIXED_ROLES) or not at_base.notna().any():
                doubts.note(
                    "varies", column, (), f"Column {column!r} changes from visit to visit, so it is no baseline fact; it is not used."
                )
                doubts.record((), column, column, "", "changes from visit to visit")
                continue
            doubts.note("baseline_fact", column, (), f"Column {column!r} changes from visit to visit; its value at baseline is used.")
            series = at_base
        out[column] = _first(series, patient, len(names))
    return pd.DataFrame(out, index=pd.RangeIndex(len(names))).set_axis(pd.Index(names, dtype=object), axis=0)


def _slips(
    series: pd.Series, patient: np.ndarray, names: np.ndarray, column: str, role: str, rows: np.ndarray, doubts: Doubts
) -> pd.Series | None:
    """The fact of each patient where it differs between the rows of few patients only; None where it differs in many."""
    filled = np.flatnonzero(series.notna().to_numpy())
    kinds = pd.Series(pd.factorize(series.iloc[filled])[0]).groupby(patient[filled]).nunique()
    several = pd.Series(patient[filled]).value_counts()
    odd = kinds.index[kinds > 1]
    among = max(1, int((several > 1).sum()))
    most = FIXED_SLIPS if role in _FIXED_ROLES else SLIPS
    if not (len(odd) <= most * among or (len(odd) == 1 and among >= 3)):
        return None
    values = series.copy()
    taken: list[int] = []
    open_: list[int] = []
    for p in odd:
        mine = filled[patient[filled] == p]
        counts = series.iloc[mine].value_counts()
        clear = len(counts) == 1 or counts.iloc[0] > len(mine) / 2
        (taken if clear else open_).extend(mine.tolist())
        if clear:
            values.iloc[mine] = counts.index[0]
    if taken:
        mine = rows[taken]
        text = f"differs between the rows of {_shown(names, patient[taken])}; what most of them say is taken"
        doubts.report("warning", "fact_differs", column, mine, f"Column {column!r} {text} ({rows_text(sorted(mine.tolist()))}).")
        doubts.record(mine, column, "different values", "the commonest", "a fact that does not change differs between rows")
    if open_:
        mine = rows[open_]
        chosen = doubts.report(
            "warning",
            "fact_differs",
            column,
            mine,
            f"Column {column!r} differs between the rows of {_shown(names, patient[open_])}, and nothing says which is right: missing "
            f'there ({rows_text(sorted(mine.tolist()))}). "keep" takes the first.',
            (KEEP, SET_MISSING),
            part="undecided",
        )
        gone = [i for i, action in zip(open_, chosen, strict=True) if action != KEEP]
        values.iloc[gone] = None
        doubts.record(rows[gone], column, "different values", "", "a fact that does not change differs between rows")
    return _first(values, patient, len(names))


def _shown(names: np.ndarray, patient: np.ndarray) -> str:
    listed = list(dict.fromkeys(str(names[p]) for p in patient))
    return ", ".join(listed[:5]) + (" …" if len(listed) > 5 else "")


def _alike(series: pd.Series) -> pd.Series:
    """Texts without what only spelling makes different: "F" and "f " are one."""
    return series.str.strip().str.casefold() if isinstance(series.dtype, pd.StringDtype) else series


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
