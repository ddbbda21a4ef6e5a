"""Numbers that are probably no measurements: codes for missing values, 0 and 1 under a score, fractions among whole numbers.

What is plausible is judged by the rest of the data, not by the range 0 to 100 alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.intake.assemble.assembled import Assembled, week_part
from aadash.intake.check.doubts import Doubts
from aadash.intake.decisions import typed
from aadash.intake.model import EXCLUDE, KEEP, SET_MISSING, VALUE
from aadash.intake.text import rows_text
from aadash.measure import Measure

#: Numbers that clinics write for "not known".
CODES = (9.0, 88.0, 98.0, 99.0, 77.0, 99.9, 888.0, 998.0, 999.0, 777.0, 999.9, 9999.0, -1.0, -8.0, -9.0, -88.0, -99.0, -999.0)
#: How far a score's code lies above every other value of its visit, or above the patient's other visits.
ABOVE, OWN = 10.0, 25.0


def check_codes(made: Assembled, doubts: Doubts, measure: Measure) -> Assembled:
    """Ask about such numbers; until it is decided they are missing. Returns what remains."""
    score = measure.name
    values = made.salt.to_numpy(dtype=float).copy()
    weeks = [int(w) for w in made.salt.columns]
    out = np.zeros(len(values), dtype=bool)
    for where, code in (
        (_outlying(values), "missing_code"),
        (_flags(values, weeks), "flag_under_score"),
        (_fractions(values, weeks, measure), "fraction_cells"),
    ):
        for j in np.flatnonzero(where.any(axis=0)):
            at = np.flatnonzero(where[:, j])
            column = made.columns.get(weeks[j], "")
            rows = made.rows[at, j]
            found = ", ".join(dict.fromkeys(f"{v:g}" for v in values[at, j][:4]))
            chosen = doubts.report(
                "error",
                code,
                column,
                rows,
                f'{_asked(code, column, weeks[j], score, found, sorted(rows.tolist()))} "keep" reads it as it stands.',
                (SET_MISSING, KEEP, EXCLUDE, VALUE),
                part=week_part(made.columns, weeks[j]),
            )
            for k, row, action in zip(at, rows, chosen, strict=True):
                right = typed(action)
                if right is not None:
                    doubts.record([row], column, f"{values[k, j]:g}", f"{right:g}", "the right value, as you typed it")
                    values[k, j] = right
                elif action != KEEP:
                    doubts.record([row], column, f"{values[k, j]:g}", "", "set missing" if action else "not used until you decide")
                    values[k, j] = np.nan
                    out[k] |= action == EXCLUDE
    patients = _impossible(_facts(made, doubts), made, out, doubts)
    salt = pd.DataFrame(values, index=made.salt.index, columns=made.salt.columns)
    return replace(made, salt=salt, patients=patients).keep(~out)


def _asked(code: str, column: str, week: int, score: str, found: str, rows: list[int]) -> str:
    """The question about what stands at a visit in these rows."""
    at = rows_text(rows)
    if code == "missing_code":
        return (
            f"Column {column!r}, week {week}: {score} is {found}, far from the other values and more than once ({at}): a code for a "
            "missing value?"
        )
    if code == "flag_under_score":
        return (
            f"Column {column!r}, week {week}: {score} is {found} and nothing else, beside a baseline far above ({at}): a yes or no, "
            "and no score?"
        )
    return f"Column {column!r}, week {week}: {score} is {found} among values above 1 ({at}): a fraction, 0.85 for 85?"


def _outlying(values: np.ndarray) -> np.ndarray:
    """Cells that hold a code: above all other values of the visit by far, or above all other visits of the patient by far; the
    same number at least twice in the file. Not where every such patient has been nearly there at another visit: 98 after 100 and 94 is
    a score, whatever the others of that visit have."""
    out, known = np.zeros(values.shape, dtype=bool), np.where(np.isnan(values), -np.inf, values)
    for code in CODES:
        hit = known == code
        if np.count_nonzero(hit) < 2:
            continue
        rest = np.where(hit, -np.inf, known)
        tops = np.max(rest, axis=0, initial=-np.inf)
        by_visit = hit & (code > tops + ABOVE)[None, :] & np.isfinite(tops)[None, :]
        own, those = np.full(len(values), -np.inf), np.unique(np.nonzero(hit)[0])
        own[those] = np.max(rest[those], axis=1, initial=-np.inf)
        by_patient = hit & ((code > own + OWN) & np.isfinite(own))[:, None]
        by_patient[:, 0] = False
        telling = by_visit | by_patient
        if not (telling & (own < code - ABOVE)[:, None]).any():
            continue
        if telling.sum() >= 2 and telling.sum() >= 0.5 * hit.sum():
            out |= hit if telling.sum() == hit.sum() else telling
    return out


def _flags(values: np.ndarray, weeks: Sequence[int]) -> np.ndarray:
    """Visits after baseline with nothing but 0 and 1, both of them, where nobody's baseline is near."""
    out = np.zeros(values.shape, dtype=bool)
    base = values[:, weeks.index(0)] if 0 in weeks else np.full(len(values), np.nan)
    if np.isnan(base).all():
        return out
    for j, week in enumerate(weeks):
        seen = values[~np.isnan(values[:, j]), j]
        if week and len(seen) >= 4 and set(np.unique(seen)) == {0.0, 1.0} and (seen == 1).sum() >= 2 and np.nanmedian(base) > 10:
            out[:, j] = ~np.isnan(values[:, j])
    return out


def _fractions(values: np.ndarray, weeks: Sequence[int], measure: Measure) -> np.ndarray:
    """Values between 0 and 1 where every other value is a whole number, at baseline, or throughout a visit; of a score up to 100."""
    none = np.zeros(values.shape, dtype=bool)
    with np.errstate(invalid="ignore"):
        small = (values > 0) & (values < 1)
        large = values > 1
    if measure.high < 100 or not small.any() or not large.any():
        return none
    above = values[large]
    if (above == np.rint(above)).all() and len(above) >= 4:
        return small
    for j, week in enumerate(weeks):
        seen = ~np.isnan(values[:, j])
        if (week == 0 and small[:, j].sum() >= 2) or (
            small[:, j].sum() >= 3 and not large[:, j].any() and small[:, j].sum() >= 0.5 * seen.sum()
        ):
            none[:, j] = small[:, j]
    return none


#: Role → the oldest age in years that is believed.
_OLDEST = {"age": 120.0, "age_at_onset": 120.0}


def _impossible(patients: pd.DataFrame, made: Assembled, out: np.ndarray, doubts: Doubts) -> pd.DataFrame:
    """The facts without ages that nobody can have, until it is decided: missing, the patient left out, or the right age. ``out`` is
    marked where a patient is left out."""
    for role, oldest in _OLDEST.items():
        name = made.roles.get(role)
        if name is None or not pd.api.types.is_numeric_dtype(patients[name]):
            continue
        values = patients[name].to_numpy(dtype=float, na_value=np.nan)
        with np.errstate(invalid="ignore"):
            at = np.flatnonzero((values < 0) | (values > oldest))
        if not len(at):
            continue
        rows = made.first_row[at]
        shown = ", ".join(dict.fromkeys(f"{v:g}" for v in values[at][:4]))
        chosen = doubts.report(
            "error",
            "age_range",
            name,
            rows,
            f"Column {name!r} holds {shown} where an age from 0 to {oldest:g} belongs ({rows_text(sorted(rows.tolist()))}).",
            (SET_MISSING, EXCLUDE, VALUE),
        )
        values = values.copy()
        for k, row, action in zip(at, rows, chosen, strict=True):
            right = typed(action)
            became = "" if right is None else f"{right:g}"
            why = "the right value, as you typed it" if became else "set missing" if action else "not used until you decide"
            doubts.record([row], name, f"{values[k]:g}", became, why)
            values[k] = np.nan if right is None else right
            out[k] |= action == EXCLUDE
        patients = patients.assign(**{name: values})
    return patients


def _facts(made: Assembled, doubts: Doubts) -> pd.DataFrame:
    """The facts without the codes in columns of numbers: further from the rest than the rest is wide, at least twice."""
    patients = made.patients
    for name in map(str, patients.columns):
        series = patients[name]
        if not pd.api.types.is_numeric_dtype(series) or pd.api.types.is_bool_dtype(series):
            continue
        values = series.to_numpy(dtype=float, na_value=np.nan)
        for code in CODES if np.isin(values, CODES).any() else ():
            hit = values == code
            rest = values[~hit & ~np.isnan(values)]
            if hit.sum() < 2 or len(np.unique(rest)) < 2 or hit.sum() > len(rest):
                continue
            low, high = float(rest.min()), float(rest.max())
            beyond = code - high if code > high else low - code if code < low else 0.0
            if beyond <= max(high - low, 2.0) and not (code < 0 <= low):
                continue
            rows = made.first_row[hit]
            chosen = doubts.report(
                "error",
                "missing_code",
                name,
                rows,
                f"Column {name!r} holds {code:g} in {rows_text(sorted(rows.tolist()))}, and otherwise {low:g} to {high:g}: "
                'a code for a missing value? "keep" reads it as it stands.',
                (SET_MISSING, KEEP),
            )
            gone = np.flatnonzero(hit)[[c != KEEP for c in chosen]]
            doubts.record(made.first_row[gone], name, f"{code:g}", "", "a code for a missing value")
            values = values.copy()
            values[gone] = np.nan
            if len(gone):
                patients = patients.assign(**{name: values})
    return patients
