"""Adverse events in lists: a sheet, a file, an instrument with one row an event."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.events import says_fatal
from aadash.formatting import counted
from aadash.intake.assemble.assembled import Assembled
from aadash.intake.assemble.eventcells import events_in, events_in_rows, events_of, frame_of, undated
from aadash.intake.assemble.eventdates import onset_of, tell_dates
from aadash.intake.check.doubts import Doubts
from aadash.intake.numbers import MISSING_WORDS
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.eventwords import FIELDS, GRADES, NO, SHEET, YES, is_list_of_terms
from aadash.intake.recognise.patterns import SALT
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold, rows_text

#: Headers of terms that name nothing but adverse events.
_OWN_TERM = re.compile(
    r"^(?:ae|t?eae|adverse|side|event|uaw|nebenwirk|unerwünscht|eventos? advers|efe[ci]tos? |effets? ind|이상|부작용|有害|副作用)"
)

#: No outcome; "ongoing" and "died", which stand for a missing score, are outcomes.
_NO_OUTCOME = frozenset(("na", "n/a", "n.a.", "nan", "null", "none", "missing", "-", "--", "–", "—", ".", "?", "해당없음", "該当なし"))


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
    column = table.columns[fields["term"]]
    tell_dates(column, table.rows, fields["term"], undated, doubts)
    each = events_in_rows(column) if len(fields) > 1 else [events_in(cell) for cell in column.stripped]
    none = sum(bool(cell) and not found for cell, found in zip(column.stripped, each, strict=True))
    named = frame_of([(str(code), event) for code, found in zip(codes, each, strict=True) for event in found])
    at = np.repeat(np.arange(len(table)), list(map(len, each)))
    table = _of_one(table, fields, np.array([len(found) > 1 for found in each], dtype=bool), doubts)
    frame: dict[str, object] = {"patient": codes[at], "term": named["term"]}
    if "grade" in fields:
        read = _grades(table, fields["grade"], doubts)[at]
        frame["grade"] = np.where(np.isnan(read), named["grade"].to_numpy(dtype=float), read)
    elif named["grade"].notna().any():
        frame["grade"] = named["grade"]
    for field in ("serious", "related", "treatment_emergent"):
        if field in fields:
            flags = _flags(table.columns[fields[field]], table.rows, fields[field], doubts, blank_is_no=field == "treatment_emergent")
            frame[field] = pd.array(flags[at], dtype="boolean")
    outcome = _outcomes(table, fields, doubts)
    frame["outcome"] = [a or b for a, b in zip([None] * len(at) if outcome is None else outcome[at], named["outcome"], strict=True)]
    for field in ("action", "system_organ_class"):
        said = table.columns[fields[field]].stripped[at] if field in fields else [""] * len(at)
        beside = named[field] if field == "action" else [None] * len(at)
        frame[field] = [a or b or None for a, b in zip(said, beside, strict=True)]
    start = np.array([starts.get(str(c), np.nan) for c in codes], dtype=float)
    days, weeks = onset_of(table, fields.get("onset"), start, doubts, onset=True)
    weeks = np.where(np.isnan(weeks), np.floor(days / 7), weeks)[at]
    frame["onset_day"], frame["onset_week"] = days[at], np.where(np.isnan(weeks), named["onset_week"].to_numpy(dtype=float), weeks)
    frame["end_day"] = onset_of(table, fields.get("end"), start, doubts)[0][at]
    events = pd.DataFrame(frame, index=pd.RangeIndex(len(at)))
    if "treatment_emergent" not in fields and not np.isnan(days[at]).all():
        emergent = pd.Series(days[at] >= 0, dtype="boolean")
        events["treatment_emergent"] = emergent.mask(pd.Series(np.isnan(days[at])))
    return events, none


#: What is said of one event, so that of several in a cell it is not known which it is about.
_SAID = ("grade", "serious", "related", "action", "outcome", "resolved", "fatal", "end", "system_organ_class")


def _of_one(table: Table, fields: Mapping[str, str], many: np.ndarray, doubts: Doubts) -> Table:
    """The list without what is said beside several events (``many``), where which of them is meant is not known; this is told."""
    said = {f: c for f, c in fields.items() if f in _SAID and not table.columns[c].take(many).blank.all()}
    if not said:
        return table
    rows, shown = table.rows[many], ", ".join(map(repr, said.values()))
    lost = np.any([[says_fatal(c) for c in table.columns[n].stripped] for n in said.values()], axis=0) & many
    text = (
        f"In {rows_text(rows.tolist())} several events are named, and of which of them {shown} {'is' if len(said) == 1 else 'are'} "
        "said is not known: not used. List one event a row."
    )
    if lost.any():
        text += f" A death is among what is not used ({rows_text(table.rows[lost].tolist())}): give it to the event that it is of."
    doubts.report("warning", "events_beside", fields["term"], rows, text)
    doubts.record(rows, fields["term"], shown, "", "which of several events it is about is not known")
    emptied = {}
    for name in said.values():
        cells = table.columns[name].cells.copy()
        cells[many] = ""
        emptied[name] = Column(cells)
    return table.with_columns(emptied)


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


def _grades(table: Table, name: str, doubts: Doubts) -> np.ndarray:
    """1 to 5 from numbers or words; NaN for anything else, which is told."""
    column = table.columns[name]

    def one(text: str) -> float:
        folded = text.strip().lower()
        if folded in GRADES:
            return float(GRADES[folded])
        found = re.fullmatch(
            r"(?:ctcae\s*)?(?:grade|grado?|grau|gr|g|등급|グレード)?\s*\.?\s*(?:([1-5])(?:\.0)?|(iii|ii|iv|i|v))\s*(?:등급|도|度)?",
            folded,
        )
        return float("nan") if found is None else float(found[1] or ("i", "ii", "iii", "iv", "v").index(found[2]) + 1)

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
