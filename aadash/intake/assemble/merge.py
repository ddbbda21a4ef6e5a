"""SALT of several sheets or files: later visits of the same patients, patients of another arm or centre, the same cells again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.formatting import counted
from aadash.intake.assemble.assembled import Assembled
from aadash.intake.assemble.join import OVERLAP
from aadash.intake.check.doubts import Doubts
from aadash.measure import Measure
from aadash.subtypes import unit_of_time

#: Column that says which sheet or file a patient comes from.
SOURCE = "sheet"
#: Two tables give the same code to different people when most of the values that both have differ by more than this.
APART = 2.0


def as_measure(other: Assembled, measure: Measure) -> Assembled:
    """A table whose visits are of another score than the first table's: they are a measure beside it, and none of its visits."""
    measures = {measure.name: (measure, other.salt), **other.measures}
    return replace(other, salt=other.salt.iloc[:, :0], rows=other.rows[:, :0], columns={}, windows=(), measures=measures)


def _held(other: Assembled) -> str:
    """What a table holds visits of: SALT, or other scores."""
    return "SALT" if other.salt.shape[1] else ", ".join(other.measures)


def merge(made: Assembled, other: Assembled, names: tuple[str, str], code: str, doubts: Doubts) -> Assembled:
    """The patients and visits of both tables. ``names`` are those of the two tables, ``code`` the second's column of codes.

    Where at least half of the second table's patients are in the first, their visits are joined and cells that both have are
    compared; else its patients are added. Codes that start again (the same codes, other people) are made distinct by the
    table's name. Patients of the second table who have no baseline anywhere are told and left out.
    """
    shared = other.salt.index.isin(made.salt.index)
    again = bool(shared.any()) and _other_people(made, other, shared)
    prefixed = SOURCE in made.patients.columns and str(made.salt.index[0]).startswith(f"{names[0]}-")
    if again or prefixed:
        return _stacked(made, _renamed(other, names[1]), names, doubts, restart=int(shared.sum()), code=code)
    if shared.mean() < OVERLAP:
        if 0 not in other.salt.columns:
            doubts.lost = True
            doubts.report(
                "warning",
                "not_joined",
                code,
                (),
                f"{names[1]!r} holds {_held(other)} of {counted(len(other.salt), 'patient')}, {int(shared.sum())} of them in "
                f"{names[0]!r}, and no baseline: not used. Do the patient codes differ?",
            )
            return made
        return _stacked(made, other.keep(~shared), names, doubts, restart=0, code=code) if not shared.all() else made
    return _joined(made, other, shared, names, code, doubts)


def _other_people(made: Assembled, other: Assembled, shared: np.ndarray) -> bool:
    """Codes that start again: both tables give the same codes a baseline, and most of these differ."""
    if 0 not in made.salt.columns or 0 not in other.salt.columns:
        return False
    mine = other.salt.index[shared]
    a, b = made.salt.loc[mine, 0].to_numpy(dtype=float), other.salt.loc[mine, 0].to_numpy(dtype=float)
    both = ~np.isnan(a) & ~np.isnan(b)
    return bool(both.sum() >= 2 and (np.abs(a - b)[both] > APART).mean() > 0.5)


def _renamed(other: Assembled, name: str) -> Assembled:
    index = pd.Index([f"{name}-{c}" for c in other.salt.index], dtype=object)
    new = dict(zip(other.salt.index, index, strict=True))
    return replace(
        other,
        patients=other.patients.set_axis(index, axis=0),
        salt=other.salt.set_axis(index, axis=0),
        measures={n: (m, f.set_axis(index, axis=0)) for n, (m, f) in other.measures.items()},
        events=other.events.assign(patient=other.events["patient"].map(new)),
    )


def _stacked(made: Assembled, other: Assembled, names: tuple[str, str], doubts: Doubts, restart: int, code: str) -> Assembled:
    """The second table's patients under the first's, with the table's name as a column."""
    if restart:
        first = next(iter(made.salt.index))
        already = SOURCE in made.patients.columns
        made = made if already or str(first).startswith(f"{names[0]}-") else _renamed(made, names[0])
    more = counted(len(other.salt), "patient")
    told = (
        f"The codes start again in {names[1]!r} ({restart} codes stand in both with other values), so the sheet's name is put before "
        f"each code, such as {other.salt.index[0]!r}; it adds {more}, and column {SOURCE!r} says where each comes from."
        if restart
        else f"{names[1]!r} holds other patients than {names[0]!r}; it adds {more}, and column {SOURCE!r} says where each comes from."
    )
    doubts.report("warning", "stacked", code, (), told)
    other = _same_names(made, other, names, doubts)
    one = made.patients if SOURCE in made.patients.columns else made.patients.assign(**{SOURCE: names[0]})
    patients = pd.concat([one, other.patients.assign(**{SOURCE: names[1]})])
    salt = pd.concat([made.salt, other.salt])
    salt = salt[sorted(salt.columns)]
    measures = {}
    for name in dict.fromkeys((*made.measures, *other.measures)):
        pairs = [a.measures[name] for a in (made, other) if name in a.measures]
        frame = pd.concat([f for _, f in pairs]).reindex(salt.index)
        measures[name] = (pairs[0][0], frame[sorted(frame.columns)])
    return Assembled(
        patients,
        salt,
        {**other.roles, **made.roles},
        _rows(made, other, salt, stacked=True),
        np.concatenate([made.first_row, other.first_row]),
        {**other.columns, **made.columns},
        made.windows or other.windows,
        measures,
        pd.concat([made.events, other.events], ignore_index=True),
    )


def _same_names(made: Assembled, other: Assembled, names: tuple[str, str], doubts: Doubts) -> Assembled:
    """The second table with its facts called as the first calls them, where both have the role (나이, 나이 (세)); years and months
    are made one.
    """
    pairs = {r: (c, made.roles[r]) for r, c in other.roles.items() if r in made.roles and made.roles[r] != c}
    patients, changed = other.patients, {}
    for role, (theirs, mine) in pairs.items():
        if mine in patients.columns or theirs in made.patients.columns:
            continue
        series = patients[theirs]
        if pd.api.types.is_numeric_dtype(series) != pd.api.types.is_numeric_dtype(made.patients[mine]):
            continue
        units = unit_of_time(theirs) or "years", unit_of_time(mine) or "years"
        factor = 1.0 if role != "duration" or units[0] == units[1] else 12.0 if units[0] == "years" else 1 / 12
        patients = patients.assign(**{theirs: series * factor}) if factor != 1 else patients
        changed[theirs] = mine
        what = f", {units[0]} as {units[1]}" if factor != 1 else ""
        doubts.report(
            "warning", "same_fact", theirs, (), f"Column {theirs!r} of {names[1]!r} is {mine!r} of {names[0]!r}: one fact{what}."
        )
        doubts.record((), theirs, theirs, mine, f"the same fact in two sheets{what}")
        doubts.used.add(theirs)
    roles = {r: changed.get(c, c) for r, c in other.roles.items()}
    return replace(other, patients=patients.rename(columns=changed), roles=roles) if changed else other


def _joined(made: Assembled, other: Assembled, shared: np.ndarray, names: tuple[str, str], code: str, doubts: Doubts) -> Assembled:
    """Visits of the same patients: later weeks are added, gaps filled, cells that differ told."""
    added = [int(w) for w in other.salt.columns if w not in made.salt.columns]
    index = made.salt.index
    lacking = list(map(str, np.asarray(other.salt.index)[~shared]))
    codes = list(map(str, index))
    beside = other.salt.reindex(index)
    salt, differ = made.salt.copy(), []
    filled = 0
    for week in other.salt.columns:
        new = beside[week].to_numpy(dtype=float)
        if week not in salt.columns:
            salt[week] = new
            continue
        old = salt[week].to_numpy(dtype=float)
        apart = np.flatnonzero(~np.isnan(old) & ~np.isnan(new) & (old != new))
        differ += [(codes[i], int(week), old[i], new[i]) for i in apart]
        filled += int((np.isnan(old) & ~np.isnan(new)).sum())
        salt[week] = np.where(np.isnan(old), new, old)
    salt = salt[sorted(salt.columns)]
    if differ:
        shown = ", ".join(f"{c} week {w}: {a:g} and {b:g}" for c, w, a, b in differ[:4])
        doubts.report(
            "warning",
            "tables_differ",
            code,
            (),
            f"{names[0]!r} and {names[1]!r} hold the same visits and differ in {counted(len(differ), 'cell')} ({shown}); {names[0]!r} "
            "stands.",
        )
        for c, w, a, b in differ:
            doubts.record((), code, f"{b:g} ({names[1]})", f"{a:g}", f"two sheets differ for {c} at week {w}")
    if not other.salt.shape[1]:
        added = sorted({int(w) for _, frame in other.measures.values() for w in frame.columns})
    what = [f"weeks {', '.join(map(str, added))}"] if added else []
    what += [f"{counted(filled, 'empty cell')}"] if filled else []
    doubts.note(
        "joined", code, (), f"{_held(other)} of {names[1]!r} was joined on {code!r}: {' and '.join(what) or 'the same cells again'}."
    )
    if lacking:
        doubts.report(
            "warning",
            "unknown_patient",
            code,
            other.first_row[~shared],
            f"{names[1]!r} lists {counted(len(lacking), 'patient')} not in {names[0]!r} ({', '.join(lacking[:5])}): "
            + ("added." if 0 in other.salt.columns else "not used, having no baseline."),
        )
    patients = made.patients
    fresh = [c for c in other.patients.columns if c not in patients.columns]
    patients = _facts_of_both(
        patients, other.patients.reindex(index), [c for c in map(str, other.patients.columns) if c in patients], names, doubts
    )
    patients = pd.concat([patients, other.patients.reindex(index)[fresh]], axis=1) if fresh else patients
    measures = dict(made.measures)
    for name, (measure, frame) in other.measures.items():
        mine = frame.reindex(index)
        if name in measures:
            mine = measures[name][1].combine_first(mine)[sorted({*measures[name][1].columns, *mine.columns})]
        measures[name] = (measures[name][0] if name in measures else measure, mine)
    joined = replace(
        made,
        patients=patients,
        salt=salt,
        roles={**{r: c for r, c in other.roles.items() if c in patients.columns}, **made.roles},
        rows=_rows(made, other, salt, stacked=False),
        columns={**other.columns, **made.columns},
        windows=made.windows or other.windows,
        measures=measures,
        events=pd.concat([made.events, other.events[other.events["patient"].isin(index)]], ignore_index=True),
    )
    return _with(joined, other.keep(~shared)) if lacking and 0 in other.salt.columns else joined


def _facts_of_both(one: pd.DataFrame, two: pd.DataFrame, shared: list[str], names: tuple[str, str], doubts: Doubts) -> pd.DataFrame:
    """Facts that both tables give: gaps of the first are filled, what differs is told."""
    for column in shared:
        differ = one[column].notna() & two[column].notna() & (one[column].astype(str) != two[column].astype(str))
        if differ.any():
            who = list(map(str, one.index[differ]))
            doubts.report(
                "warning",
                "tables_differ",
                column,
                (),
                f"Column {column!r} is in {names[0]!r} and {names[1]!r} and differs for {counted(len(who), 'patient')} "
                f"({', '.join(who[:5])}); {names[0]!r} stands.",
            )
            doubts.record((), column, f"({names[1]})", f"({names[0]})", "two sheets differ")
        filled = one[column].isna() & two[column].notna()
        if filled.any() and one[column].dtype == two[column].dtype:
            one = one.assign(**{column: one[column].fillna(two[column])})
    return one


def _with(made: Assembled, other: Assembled) -> Assembled:
    """Patients of the second table that the first lacks, without a column for the sheet."""
    salt = pd.concat([made.salt, other.salt])
    salt = salt[sorted(made.salt.columns)]
    return replace(
        made,
        patients=pd.concat([made.patients, other.patients[[c for c in other.patients.columns if c in made.patients.columns]]]),
        salt=salt,
        rows=_rows(made, other, salt, stacked=True),
        first_row=np.concatenate([made.first_row, other.first_row]),
        measures={n: (m, f.reindex(salt.index)) for n, (m, f) in made.measures.items()},
    )


def _rows(made: Assembled, other: Assembled, salt: pd.DataFrame, stacked: bool) -> np.ndarray:
    """The spreadsheet row that each value came from."""
    out = np.zeros(salt.shape, dtype=np.int64)
    place = {int(w): j for j, w in enumerate(salt.columns)}
    n = len(made.salt)
    for j, week in enumerate(made.salt.columns):
        out[:n, place[int(week)]] = made.rows[:, j]
    if stacked:
        for j, week in enumerate(other.salt.columns):
            if int(week) in place:
                out[n:, place[int(week)]] = other.rows[:, j]
        return out
    at = other.salt.index.get_indexer(made.salt.index)
    for j, week in enumerate(other.salt.columns):
        k = place[int(week)]
        theirs = np.where(at >= 0, other.rows[at, j], 0)
        out[:, k] = np.where(out[:, k] == 0, theirs, out[:, k])
    return out
