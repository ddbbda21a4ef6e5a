"""Adverse events on rows of patients or of visits, with the columns that stand beside them: grade, outcome, when one began."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.events import no_events
from aadash.intake.assemble.assembled import Assembled
from aadash.intake.assemble.dates import is_date_column
from aadash.intake.assemble.eventcells import events_in, events_of, frame_of, terms_in, undated, with_cell_events
from aadash.intake.assemble.eventdates import tell_dates
from aadash.intake.assemble.events import event_columns, read_events
from aadash.intake.check.doubts import Doubts
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.eventwords import is_list_of_terms, says_none
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold, rows_text, show

#: Words of an event in a header: "AE grade" may stand anywhere, "Grade" only behind the events.
_OF_EVENT = re.compile(r"(?<![a-z])(?:t?eae|aes?|adverse|side ?effects?|events?)(?![a-z])|이상\s?(?:반응|사례)|부작용|有害事象|副作用")
_BEGAN = re.compile(r"onset|began|start|발생|발현|発現|発生")


def with_events_beside(made: Assembled, known: Recognised, doubts: Doubts) -> Assembled:
    """:func:`with_cell_events`, and the grade, the outcome and the like of the event of each patient who has one, from the columns
    beside it: of several columns of events ("AE 1", "Grade 1", "AE 2", "Grade 2"), those up to the next.

    Which of several events of a cell such a column is about is not known: told, and not used. The columns are no baseline facts.
    Several columns of events are one fact.
    """
    named = [g.column for g in known.columns("adverse_event") if not g.week and g.column in made.patients.columns]
    if known.layout != "wide":
        return with_cell_events(made, known, doubts)
    terms = [n for n in named if is_list_of_terms(Column(made.patients[n].map(_text).to_numpy(dtype=object)))]
    for i, term in enumerate(named):
        names = list(map(str, made.patients.columns))
        end = names.index(named[i + 1]) if i + 1 < len(named) else None
        own = names[names.index(term) : end] if len(named) > 1 else names
        made = _with_beside(made, _of(known, term), term, own, doubts)
    made = with_cell_events(made, _of(known, *(g.column for g in known.columns("adverse_event") if g.column not in named)), doubts)
    return _as_one(made, terms, doubts)


def _of(known: Recognised, *columns: str) -> Recognised:
    """What is known, of all columns of events only these being such."""
    return replace(known, guesses=tuple(g for g in known.guesses if g.role != "adverse_event" or g.column in columns))


def _as_one(made: Assembled, named: list[str], doubts: Doubts) -> Assembled:
    """Several columns that say yes or no of events as the first of them: yes where one does."""
    if len(named) < 2:
        return made
    each = made.patients[named]
    one = each[named[0]].mask((each == "yes").any(axis=1), "yes")
    shown = ", ".join(map(repr, named[1:]))
    doubts.note("events", named[1], (), f"{shown}: further adverse events; the one fact {named[0]!r} says yes where any is named.")
    return replace(made, patients=made.patients.drop(columns=named[1:]).assign(**{named[0]: one}))


def _with_beside(made: Assembled, known: Recognised, term: str, own: list[str], doubts: Doubts) -> Assembled:
    """The events of one column, with what the columns among ``own`` say of them."""
    cells = Column(made.patients[term].map(_text).to_numpy(dtype=object))
    texts = {n: Column(made.patients[n].map(_text).to_numpy(dtype=object)) for n in own}
    beside = _fields(texts, term, ("term", "end")) if is_list_of_terms(cells) else {}
    if not beside:
        return with_cell_events(made, known, doubts)
    patients = made.patients.drop(columns=list(beside.values()))
    roles = {role: column for role, column in made.roles.items() if column in patients.columns}
    columns = {n: texts[n] for n in beside.values()}
    many = np.array([len(terms_in(c)) for c in cells.stripped])
    table = Table("", {term: cells, **columns}, made.first_row).take(many == 1)
    codes = made.salt.index.to_numpy(dtype=object)[many == 1]
    events, _ = read_events(table, {"term": term, **beside}, codes, doubts, {})
    _tell(term, beside, columns, many > 1, made.first_row, doubts)
    full = with_cell_events(replace(made, patients=patients, roles=roles), known, doubts)
    before = np.arange(len(full.events)) < len(made.events)
    rest = full.events[before | ~full.events["patient"].isin(set(map(str, codes))).to_numpy()]
    return replace(full, events=pd.concat([rest, events], ignore_index=True))


def visit_events(
    table: Table, known: Recognised, codes: np.ndarray, weeks: np.ndarray, facts: pd.DataFrame, doubts: Doubts
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Events named on the rows of visits, each at the week of its row unless its cell says another; and the facts of every record
    with "yes" or "no" in the place of such a column.

    An event that stands on several visits of a patient is one event at each of them. A column that does not change within a patient
    is left to :func:`with_cell_events`.
    """
    found = [no_events()]
    for guess in known.columns("adverse_event"):
        column = table.columns.get(guess.column)
        if column is None or guess.column not in facts.columns or not is_list_of_terms(column):
            continue
        given = pd.Series(column.codes).groupby(codes)
        if (given.min() == given.max()).all():
            continue
        rows = [(str(codes[i]), weeks[i], event) for i in np.flatnonzero(~column.blank) for event in events_in(column.stripped[i])]
        if not rows:
            continue
        events = frame_of([(c, event) for c, _, event in rows])
        events["onset_week"] = events["onset_week"].fillna(pd.Series([w for _, w, _ in rows], dtype=float))
        if beside := beside_visits(table, known, guess.column):
            events = _with_said(events, table, guess.column, beside, codes, weeks, doubts)
        found.append(events)
        some = pd.Index(codes.astype(str)).isin(events["patient"])
        none = column.blank & ~pd.Index(codes).isin(codes[~column.blank])
        values = pd.Series(np.where(some, "yes", "no"), index=facts.index, dtype="str")
        facts = facts.assign(**{guess.column: values.mask(none) if any(map(says_none, column.filled)) else values})
        doubts.used.add(guess.column)
        tell_dates(column, table.rows, guess.column, undated, doubts)
        listed = events_of(len(events), events["patient"].nunique())
        doubts.note(
            "events",
            guess.column,
            (),
            f"Column {guess.column!r} names {listed} on the rows of visits; as a fact it says yes or no.",
        )
    return pd.concat(found, ignore_index=True) if len(found) > 1 else found[0], facts


def beside_visits(table: Table, known: Recognised, name: str) -> dict[str, str]:
    """Field of an event → column that stands behind the events of column ``name`` on rows of visits, up to the next column of events;
    {} for a table of one row per patient."""
    named, names = [g.column for g in known.columns("adverse_event") if g.column in table.columns], list(table.columns)
    if known.layout == "wide" or not is_list_of_terms(table.columns[name]):
        return {}
    code, term, at = known.one("id"), table.columns[name], names.index(name)
    further = [names.index(n) for n in named if names.index(n) > at]
    own = names if len(named) == 1 else names[at : min(further, default=None)]
    given = pd.Series(term.codes).groupby(table.columns[code].codes) if code is not None else None
    if given is None or (given.min() == given.max()).all():  # what is the same on all visits of a patient is said of the patient
        return {}
    free = {g.column for g in known.guesses if g.role in ("fact", "unused")}
    return _fields({n: table.columns[n] for n in own if n == name or n in free}, name, ("term", "end", "onset"))


def without_beside(table: Table, known: Recognised) -> Recognised:
    """What is known of a table of visits, its columns of :func:`beside_visits` being no facts and no scores."""
    named = [g.column for g in known.columns("adverse_event") if g.column in table.columns]
    apart = {column for name in named for column in beside_visits(table, known, name).values()}
    if not apart:
        return known
    return replace(known, guesses=tuple(replace(g, role="unused") if g.column in apart else g for g in known.guesses))


def _with_said(
    events: pd.DataFrame, table: Table, term: str, beside: dict[str, str], codes: np.ndarray, weeks: np.ndarray, doubts: Doubts
) -> pd.DataFrame:
    """The events of rows of visits with what stands beside them, on the rows that name one event."""
    cells = table.columns[term].stripped
    counts = np.array([len(terms_in(c)) for c in cells])
    one, many = counts == 1, counts > 1
    said, _ = read_events(table.take(one), {"term": term, **beside}, codes[one].astype(str), doubts, {})
    said["onset_week"] = said["onset_week"].fillna(pd.Series(weeks[one], dtype=float))
    _tell(term, beside, {n: table.columns[n] for n in beside.values()}, many, table.rows, doubts)
    return pd.concat([said, events[np.repeat(many[counts > 0], counts[counts > 0])]], ignore_index=True)


def _tell(
    term: str, beside: dict[str, str], columns: Mapping[str, Column], many: np.ndarray, rows: np.ndarray, doubts: Doubts
) -> None:
    """Say which columns are read so, and of which rows (``many`` events each) they are not used."""
    doubts.used.update((term, *beside.values()))
    shown = ", ".join(map(repr, beside.values()))
    doubts.note("events_beside", term, (), f"{shown}: read as what is said of the event in column {term!r}, not as baseline facts.")
    lost = many & np.any([~c.blank for c in columns.values()], axis=0)
    if not lost.any():
        return
    doubts.report(
        "warning",
        "events_beside",
        term,
        rows[lost],
        f"In {rows_text(rows[lost].tolist())} several events are named, and of which of them {shown} "
        f"{'is' if len(columns) == 1 else 'are'} said is not known: not used. List one event a row.",
    )
    doubts.record(rows[lost], term, shown, "", "which of several events it is about is not known")


def _said_of_all(column: Column, none: np.ndarray) -> bool:
    """Whether a column says something on a fifth at least of the rows that name no event (``none``), and so not of an event: "継続"
    under 転帰 is what became of the patient."""
    told = np.array([not says_none(cell) for cell in column.stripped], dtype=bool) & ~column.blank
    return bool(none.any()) and int((told & none).sum()) >= 0.2 * int(none.sum())


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else show(value)  # type: ignore[call-overload]


def _fields(texts: Mapping[str, Column], term: str, never: tuple[str, ...]) -> dict[str, str]:
    """Field of the event → column: those behind the events up to the first that is none, and those that speak of the event."""
    names = list(texts)
    found = event_columns(Table("", texts, np.arange(len(texts[term]))), {term})
    fields = {column: field for field, column in found.items() if field not in (*never, "system_organ_class")}
    fields = {c: f for c, f in fields.items() if f != "onset" or (_BEGAN.search(fold(c)) and not is_date_column(texts[c]))}
    none = np.array([not terms_in(cell) for cell in texts[term].stripped], dtype=bool)
    behind = []
    for name in names[names.index(term) + 1 :]:
        if name not in fields or _said_of_all(texts[name], none):
            break
        behind.append(name)
    return {f: c for c, f in fields.items() if c in behind or _OF_EVENT.search(fold(c))}
