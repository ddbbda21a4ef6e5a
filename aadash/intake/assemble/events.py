"""Adverse events in lists: a sheet, a file, an instrument with one row an event."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.formatting import counted
from aadash.intake.assemble.assembled import Assembled
from aadash.intake.assemble.dates import is_date_column, parse_dates
from aadash.intake.assemble.eventcells import events_of, terms_in, undated
from aadash.intake.assemble.eventdates import tell_dates
from aadash.intake.check.doubts import Doubts
from aadash.intake.numbers import MISSING_WORDS
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.eventwords import FIELDS, GRADES, NO, SHEET, YES, is_list_of_terms
from aadash.intake.recognise.patterns import SALT
from aadash.intake.recognise.visits import WEEKS_PER_MONTH, parse_visit
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold

#: Headers of terms that name nothing but adverse events.
_OWN_TERM = re.compile(
    r"^(?:ae|t?eae|adverse|side|event|uaw|nebenwirk|unerwünscht|eventos? advers|efe[ci]tos? |effets? ind|이상|부작용|有害|副作用)"
)

#: No outcome; "ongoing" and "died", which stand for a missing score, are outcomes.
_NO_OUTCOME = frozenset(("na", "n/a", "n.a.", "nan", "null", "none", "missing", "-", "--", "–", "—", ".", "?", "해당없음", "該当なし"))
_WEEK = re.compile(r"week|wk|woche|semana|semaine|settiman|주|週")
_MONTH = re.compile(r"month|monat|mois|m[eê]s(?:es)?(?![a-z])|mesi|개월|か月|月")
_DAY = re.compile(r"day|dy|(?<![a-z])(?:tag|d[ií]a|jour|giorno)|일|日")


def is_event_list(table: Table, known: Recognised) -> dict[str, str]:
    """Field → column, for a list of adverse events; {} for any other table.

    Such a list has a code, a column of terms that are words, no SALT, and either the name of its sheet, another field of an
    event beside the term, or patients on several rows.
    """
    code = known.one("id")
    if code is None:
        return {}
    found = event_columns(table, {code})
    visits = [g for g in known.guesses if g.role == "salt" and g.column not in found.values()]
    if any(g.week is not None or _is_measured(table, g.column) for g in visits):
        return {}
    if "term" not in found or not is_list_of_terms(table.columns[found["term"]]):
        return {}
    named = bool(SHEET.search(fold(table.name).replace("xlsx", " ").replace("csv", " ")))
    own_term = bool(_OWN_TERM.match(fold(found["term"])))
    others = set(found) & {"grade", "serious", "related", "action", "system_organ_class", "treatment_emergent"}
    repeats = len(table.columns[code].filled) < len(table)
    facts = any(g.role in ("sex", "age", "subtype") for g in known.guesses) and not repeats
    return found if (named or (own_term and (repeats or others)) or len(others) >= 2 or (own_term and not facts)) else {}


def _is_measured(table: Table, name: str) -> bool:
    """A column of SALT with numbers: a table of visits, whatever else it lists."""
    column = table.columns.get(name)
    return column is not None and bool(SALT.search(fold(name))) and column.maybe_numeric and column.numeric_share >= 1 / 3


def event_columns(table: Table, taken: set[str]) -> dict[str, str]:
    """Field of an event → the column that holds it, by the headers."""
    out: dict[str, str] = {}
    for field, patterns in FIELDS:
        for pattern in patterns:
            for name in table.columns:
                folded = fold(name)
                if field in out or name in taken or name in out.values() or folded in ("redcap event name", "event name"):
                    continue
                found = pattern.search(folded)
                if found and len(found.group().replace(" ", "")) >= 0.6 * len(folded.replace(" ", "")):
                    out[field] = name
    return out


def add_events(
    made: Assembled, table: Table, fields: Mapping[str, str], code: str, doubts: Doubts, starts: Mapping[str, float] | None = None
) -> Assembled:
    """The cohort with the events of a list, and with a column "yes" or "no" for whether a patient had any.

    ``starts`` gives the day number of each patient's first dose where it is known: dates become days since then.
    """
    codes = table.columns[code].stripped
    index = made.salt.index
    here = np.isin(codes, index.to_numpy(dtype=object))
    strangers = list(dict.fromkeys(c for c in codes[~here] if c))
    if strangers:
        doubts.report(
            "warning",
            "unknown_patient",
            code,
            table.rows[~here],
            f"{table.name!r} lists events of {counted(len(strangers), 'patient')} not in the cohort "
            f"({', '.join(strangers[:5])}): not used.",
        )
        doubts.record(table.rows[~here], code, ", ".join(strangers[:5]), "", "events of patients who are not in the cohort")
    mine = _once(table.take(here), fields, doubts)
    doubts.used.update(fields.values())
    events, none = read_events(mine, fields, mine.columns[code].stripped, doubts, starts or {})
    with_any = set(events["patient"])
    column = next((c for c in ("adverse_event", f"adverse_event ({table.name})") if c not in made.patients.columns), "")
    listed = events_of(len(events), len(with_any))
    doubts.note(
        "events",
        fields["term"],
        (),
        f"{table.name!r} lists {listed}"
        + (f"; that there was none stands in {counted(none, 'row')}" if none else "")
        + (f". Column {column!r} says yes for the patients with any." if column else "."),
    )
    values = pd.Series(np.where(index.isin(with_any), "yes", "no"), index=index, dtype="str")
    patients = made.patients.assign(**{column: values}) if column else made.patients
    return replace(
        made,
        patients=patients,
        roles={"adverse_event": column, **made.roles} if column else made.roles,
        events=pd.concat([made.events, events], ignore_index=True),
    )


def _once(table: Table, fields: Mapping[str, str], doubts: Doubts) -> Table:
    """The list without rows that name the same event with the same onset again, cell for cell."""
    cells = pd.DataFrame({name: column.stripped for name, column in table.columns.items()})
    again = cells.duplicated().to_numpy(dtype=bool)
    if "onset" not in fields or not (again := again & (cells[fields["onset"]] != "").to_numpy(dtype=bool)).any():
        return table
    n = counted(int(again.sum()), "row")
    told = f"{table.name!r} names an event with the same onset again in {n}, cell for cell the same: counted once."
    doubts.report("warning", "event_twice", fields["term"], table.rows[again], told)
    doubts.record(table.rows[again], fields["term"], "the same event again", "", "counts once")
    doubts.gone.update(table.places(again))
    return table.take(~again)


def read_events(
    table: Table, fields: Mapping[str, str], codes: np.ndarray, doubts: Doubts, starts: Mapping[str, float]
) -> tuple[pd.DataFrame, int]:
    """The events of a list, one row each (a cell with several terms gives several), and how many rows say "none"."""
    kept: list[int] = []
    terms: list[str] = []
    grades: list[float] = []
    beside: list[float] = []
    none = 0
    tell_dates(table.columns[fields["term"]], table.rows, fields["term"], undated, doubts)
    for i, cell in enumerate(table.columns[fields["term"]].stripped):
        found = terms_in(cell, whole=len(fields) > 1)
        none += bool(cell) and not found
        for term, grade, week in found:
            kept.append(i)
            terms.append(term)
            grades.append(grade)
            beside.append(week)
    at = np.array(kept, dtype=int)
    frame: dict[str, object] = {"patient": codes[at], "term": terms}
    if "grade" in fields:
        read = _grades(table, fields["grade"], doubts)[at]
        frame["grade"] = np.where(np.isnan(read), np.array(grades, dtype=float), read)
    elif not np.isnan(np.array(grades, dtype=float)).all():
        frame["grade"] = grades
    for field in ("serious", "related", "treatment_emergent"):
        if field in fields:
            flags = _flags(table.columns[fields[field]], table.rows, fields[field], doubts, blank_is_no=field == "treatment_emergent")
            frame[field] = pd.array(flags[at], dtype="boolean")
    outcome = _outcomes(table, fields, doubts)
    if outcome is not None:
        frame["outcome"] = outcome[at]
    for field in ("action", "system_organ_class"):
        if field in fields:
            frame[field] = [c or None for c in table.columns[fields[field]].stripped[at]]
    start = np.array([starts.get(str(c), np.nan) for c in codes], dtype=float)
    days, weeks = _when(table, fields.get("onset"), start, doubts, onset=True)
    weeks = np.where(np.isnan(weeks), np.floor(days / 7), weeks)[at]
    frame["onset_day"], frame["onset_week"] = days[at], np.where(np.isnan(weeks), np.array(beside, dtype=float), weeks)
    frame["end_day"] = _when(table, fields.get("end"), start, doubts)[0][at]
    events = pd.DataFrame(frame, index=pd.RangeIndex(len(at)))
    if "treatment_emergent" not in fields and not np.isnan(days[at]).all():
        emergent = pd.Series(days[at] >= 0, dtype="boolean")
        events["treatment_emergent"] = emergent.mask(pd.Series(np.isnan(days[at])))
    return events, none


def _outcomes(table: Table, fields: Mapping[str, str], doubts: Doubts) -> np.ndarray | None:
    """What became of each event: the words of its column, and what a yes or no of "resolved" or "fatal" adds; None without any."""
    out = np.full(len(table), None, dtype=object)
    if "outcome" in fields:
        column = table.columns[fields["outcome"]]
        out[:] = [None if not c or c.lower() in _NO_OUTCOME else c for c in column.stripped]
    for field, words in (("resolved", {True: "recovered", False: "not recovered"}), ("fatal", {True: "fatal"})):
        if field in fields:
            flags = _flags(table.columns[fields[field]], table.rows, fields[field], doubts, blank_is_no=False)
            said = np.array([words.get(flag) for flag in flags], dtype=object)
            use = said != None if field == "fatal" else (said != None) & (out == None)  # noqa: E711 (element by element)
            out[use] = said[use]
    return out if {"outcome", "resolved", "fatal"} & set(fields) else None


def _is_numeric(column: Column) -> bool:
    return column.maybe_numeric and column.numeric_share > 0.5


def _grades(table: Table, name: str, doubts: Doubts) -> np.ndarray:
    """1 to 5 from numbers or words; NaN for anything else, which is told."""
    column = table.columns[name]

    def one(text: str) -> float:
        folded = text.strip().lower()
        if folded in GRADES:
            return float(GRADES[folded])
        found = re.fullmatch(r"(?:ctcae\s*)?(?:grade|gr|g)?\s*\.?\s*([1-5])(?:\.0)?", folded)
        return float(found.group(1)) if found else float("nan")

    read = np.array([one(d) for d in column.distinct], dtype=float)
    odd = [
        d.strip()
        for d, grade in zip(column.distinct, read, strict=True)
        if np.isnan(grade) and d.strip() and d.strip().lower() not in MISSING_WORDS
    ]
    if odd:
        doubts.report(
            "warning",
            "event_grade",
            name,
            table.rows[column.where(set(odd))],
            f"Column {name!r} holds {', '.join(map(repr, odd[:4]))} where a grade from 1 to 5 belongs (or mild, moderate, severe); "
            "taken as not known.",
        )
    return read[column.codes]


def _flags(column: Column, rows: np.ndarray, name: str, doubts: Doubts, blank_is_no: bool) -> np.ndarray:
    """True, False or None for each cell; a flag that is set only where it holds is "no" elsewhere."""

    def one(text: str) -> bool | None:
        folded = text.strip().lower()
        if not folded:
            return False if blank_is_no else None
        said = {folded, folded.replace(" ", "")}
        return True if said & YES else False if said & NO else None

    read = [one(d) for d in column.distinct]
    odd = [d.strip() for d, r in zip(column.distinct, read, strict=True) if r is None and d.strip()]
    if odd:
        at = rows[column.where(set(odd))]
        doubts.report(
            "warning",
            "event_flag",
            name,
            at,
            f"Column {name!r} holds {', '.join(map(repr, odd[:4]))} where yes or no belongs; taken as not known.",
        )
    return np.array(read, dtype=object)[column.codes]


def _unit(folded: str) -> str:
    """The unit of time that a header names: "week", "month", "day" or ""."""
    units = (("week", _WEEK), ("month", _MONTH), ("day", _DAY))
    return next((unit for unit, pattern in units if pattern.search(folded)), "")


def _when(table: Table, name: str | None, start: np.ndarray, doubts: Doubts, onset: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Days since the first dose, and weeks, of each event; NaN where the file does not say."""
    nothing = np.full(len(table), np.nan)
    if name is None:
        return nothing, nothing
    column, folded = table.columns[name], fold(name)
    if is_date_column(column):
        days = parse_dates(column).days - start
        lacking = ~column.blank & np.isnan(start)
        if lacking.any() and onset:
            text = (
                f"Column {name!r} gives dates, and of {counted(int(lacking.sum()), 'event')} the date of the first dose is not known: "
                "in which week they began is not known either. Give each patient's first dose in a column of its own."
            )
            doubts.report("warning", "event_start", name, table.rows[lacking], text)
        return days, nothing
    numbers = column.numbers.values
    if re.search(r"(?<![a-z])(?:a|ae)(?:st|en)dy(?![a-z])|study day", folded):
        return np.where(numbers > 0, numbers - 1, numbers), nothing
    if _is_numeric(column):
        unit = _unit(folded)
        if unit:
            return (numbers, nothing) if unit == "day" else (nothing, numbers * (WEEKS_PER_MONTH if unit == "month" else 1.0))
        doubts.report(
            "warning",
            "event_time",
            name,
            table.rows[~np.isnan(numbers)],
            f"Column {name!r} holds numbers and no unit, so when these events began or ended is not known. Name the unit in the "
            "header, such as 'Onset (week)' or 'Onset (day)'.",
        )
        return nothing, nothing
    visits = [parse_visit(d) for d in column.distinct]
    weeks = np.array([np.nan if v is None or v.week is None else float(v.week) for v in visits], dtype=float)
    return nothing, weeks[column.codes]
