"""Columns that stand beside one of adverse events in a table of one row per patient: its grade, its outcome, when it began."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.formatting import counted
from aadash.intake.assemble.assembled import Assembled
from aadash.intake.assemble.dates import is_date_column
from aadash.intake.assemble.eventcells import is_list_of_terms, terms_in, with_cell_events
from aadash.intake.assemble.events import event_columns, read_events
from aadash.intake.check.doubts import Doubts
from aadash.intake.recognise.columns import Recognised
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold, rows_text, show

#: Words of an event in a header: "AE grade" may stand anywhere, "Grade" only behind the events.
_OF_EVENT = re.compile(r"(?<![a-z])(?:t?eae|aes?|adverse|side ?effects?|events?)(?![a-z])|이상\s?(?:반응|사례)|부작용|有害事象|副作用")
_BEGAN = re.compile(r"onset|began|start|발생|발현|発現|発生")


def with_events_beside(made: Assembled, known: Recognised, doubts: Doubts) -> Assembled:
    """:func:`with_cell_events`, and the grade, the outcome and the like of the event of each patient who has one, from the columns
    beside it.

    Which of several events of a patient such a cell is about is not known: told, and not used. The columns are no baseline facts.
    """
    named = [g.column for g in known.columns("adverse_event") if not g.week and g.column in made.patients.columns]
    if len(named) != 1 or known.layout != "wide":
        return with_cell_events(made, known, doubts)
    term = named[0]
    cells = Column(made.patients[term].map(_text).to_numpy(dtype=object))
    beside = _beside(made.patients, term) if is_list_of_terms(cells) else {}
    if not beside:
        return with_cell_events(made, known, doubts)
    patients = made.patients.drop(columns=list(beside.values()))
    roles = {role: column for role, column in made.roles.items() if column in patients.columns}
    columns = {n: Column(made.patients[n].map(_text).to_numpy(dtype=object)) for n in beside.values()}
    many = np.array([len(terms_in(c)) for c in cells.stripped])
    table = Table("", {term: cells, **columns}, made.first_row).take(many == 1)
    codes = made.salt.index.to_numpy(dtype=object)[many == 1]
    events, _ = read_events(table, {"term": term, **beside}, codes, doubts, {})
    doubts.used.update((term, *beside.values()))
    shown = ", ".join(map(repr, beside.values()))
    doubts.note("events_beside", term, (), f"{shown}: read as what is said of the event in column {term!r}, not as baseline facts.")
    lost = (many > 1) & np.any([~c.blank for c in columns.values()], axis=0)
    if lost.any():
        rows = made.first_row[lost]
        doubts.report(
            "warning",
            "events_beside",
            term,
            rows,
            f"Of {counted(int(lost.sum()), 'patient')} with several events it is not known which of them {shown} "
            f"{'is' if len(columns) == 1 else 'are'} about: not used ({rows_text(list(rows))}). List one event a row.",
        )
        doubts.record(rows, term, shown, "", "which of several events it is about is not known")
    full = with_cell_events(replace(made, patients=patients, roles=roles), known, doubts)
    before = np.arange(len(full.events)) < len(made.events)
    rest = full.events[before | ~full.events["patient"].isin(set(map(str, codes))).to_numpy()]
    return replace(full, events=pd.concat([rest, events], ignore_index=True))


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else show(value)  # type: ignore[call-overload]


def _beside(patients: pd.DataFrame, term: str) -> dict[str, str]:
    """Field of the event → column: those behind the events up to the first that is none, and those that speak of the event."""
    names = [str(c) for c in patients.columns]
    texts = {n: Column(patients[n].map(_text).to_numpy(dtype=object)) for n in names}
    found = event_columns(Table("", texts, np.arange(len(patients))), {term})
    fields = {column: field for field, column in found.items() if field not in ("term", "end", "system_organ_class")}
    fields = {c: f for c, f in fields.items() if f != "onset" or (_BEGAN.search(fold(c)) and not is_date_column(texts[c]))}
    behind = []
    for name in names[names.index(term) + 1 :]:
        if name not in fields:
            break
        behind.append(name)
    return {f: c for c, f in fields.items() if c in behind or _OF_EVENT.search(fold(c))}
