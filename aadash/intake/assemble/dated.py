"""Visits given by calendar date → facts, SALT and other scores at scheduled weeks from the first dose."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from aadash.events import no_events
from aadash.formatting import counted
from aadash.intake.assemble.assembled import Assembled
from aadash.intake.assemble.besideevents import visit_events
from aadash.intake.assemble.codes import patient_codes
from aadash.intake.assemble.dates import Dates, half_converted, parse_dates, unsure
from aadash.intake.assemble.endings import Cells, with_endings
from aadash.intake.assemble.facts import fact_roles, read_facts
from aadash.intake.assemble.long import read_values
from aadash.intake.assemble.longscores import column_scores, pair_scores
from aadash.intake.assemble.people import people_apart
from aadash.intake.assemble.visitvalues import quote, salt_values, scale_of
from aadash.intake.assemble.windowed import weeks_from_days
from aadash.intake.check.doubts import Doubts
from aadash.intake.mapping import ColumnMapping
from aadash.intake.model import KEEP
from aadash.intake.recognise.columns import Recognised
from aadash.intake.tabulate.longpivot import constant_facts, first_rows, people, pivot
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import rows_text


def assemble_dated(table: Table, known: Recognised, mapping: ColumnMapping, doubts: Doubts) -> Assembled:
    """Patients × scheduled weeks from one record per dated visit, or from pairs of date and SALT columns."""
    codes, excluded = patient_codes(table, known, doubts)
    pairs = sorted({g.visit for g in known.guesses if g.visit is not None})
    order = mapping.date_order or _common_order(table, known, doubts)
    table = _swapped_back(table, _date_columns(known), order, doubts)
    if pairs:
        measure = scale_of(known, [table.columns[g.column] for g in known.columns("salt")])
        places, dates, values, names, visits = [], [], [], {}, []
        for visit in pairs:
            date = next((g.column for g in known.columns("date") if g.visit == visit), None)
            score = next((g.column for g in known.columns("salt") if g.visit == visit), None)
            if date is None or score is None:
                continue
            found, out = salt_values(table.columns[score], table.rows, score, doubts, measure, mapping.scale)
            excluded |= out
            places.append(np.arange(len(table)))
            visits.append(visit)
            dates.append(read_days(table.columns[date], table.rows, date, order, doubts))
            values.append(found)
            names[score] = date
        place = np.concatenate(places) if places else np.zeros(0, dtype=int)
        day, value = (np.concatenate(x) if x else np.zeros(0) for x in (dates, values))
        date_name, value_name = next(iter(names.values()), ""), next(iter(names), "")
    else:
        date_name = known.one("date") or ""
        day = read_days(table.columns[date_name], table.rows, date_name, order, doubts)
        value, out, value_name = read_values(table, known, mapping, doubts)
        excluded |= out
        place, names = np.arange(len(table)), {}
    if not pairs:
        codes, day, out = people_apart(codes, day, table.rows, known.one("id") or "", date_name, doubts)
        excluded |= out
    start = _first_dose(table, known, codes, place, day, value, date_name, order, doubts)
    since = day - start[place]
    weeks, windows = weeks_from_days(
        since, codes[place], ~np.isnan(value) & ~np.isnan(since), table.rows[place], date_name, mapping, doubts
    )
    doubts.idle.update([] if pairs else table.places(np.isnan(weeks)))
    salt, rows, gone = pivot(people(codes[place]), weeks, value, table.rows[place], date_name, value_name, doubts)
    facts, out = read_facts(table, known, mapping, doubts)
    excluded |= out
    record_weeks = weeks if not pairs else np.zeros(len(table))
    if pairs:
        told: list[str] = []
        scores = pair_scores(table, known, codes, weeks.reshape(-1, len(table)), visits, salt.index, doubts)
    else:
        scores, told = column_scores(table, known, codes, weeks, salt.index, doubts)
    events, facts = (no_events(), facts) if pairs else visit_events(table, known, codes, np.rint(since / 7), facts, doubts)
    persons = people(codes)
    one = constant_facts(facts.drop(columns=told), persons, record_weeks, known, doubts, table.rows)
    first = first_rows(persons, table.rows)
    roles = {r: c for r, c in fact_roles(known).items() if c in one.columns}
    one = one.loc[salt.index]
    made = Assembled(one, salt, roles, rows, first, {int(w): value_name for w in salt.columns}, windows, scores, events)
    n = len(table)
    cells = [Cells(score, table.columns[score], table.rows, codes, weeks[i * n : (i + 1) * n]) for i, score in enumerate(names)]
    if not pairs and value_name:
        cells = [Cells(value_name, table.columns[value_name], table.rows, codes, weeks)]
    return with_endings(made.keep(~salt.index.isin(list(gone | set(codes[excluded])))), cells, doubts)


def _date_columns(known: Recognised) -> list[str]:
    return [g.column for g in known.guesses if g.role in ("date", "first_dose")]


def _common_order(table: Table, known: Recognised, doubts: Doubts) -> str:
    """One order of day, month and year for all date columns of the file; asked when two would do."""
    names = _date_columns(known)
    if not names:
        return ""
    joined = Column(np.concatenate([table.columns[n].cells for n in names]))
    read = parse_dates(joined)
    if read.ambiguous:
        words = {
            "dmy": "day/month/year",
            "mdy": "month/day/year",
            "ymd": "year/month/day",
            "era": "year of Reiwa/month/day",
        }
        name = next((n for n in names if unsure(table.columns[n])), names[0])
        example = unsure(table.columns[name])
        doubts.report(
            "error",
            "date_order",
            name,
            (),
            f'Column {name!r}: dates such as {example!r} can be read in more than one way; "keep" reads {words[read.order]}.',
            (KEEP,),
        )
    return read.order


def _swapped_back(table: Table, names: list[str], order: str, doubts: Doubts) -> Table:
    """The table with the dates as they were typed, where a spreadsheet program swapped day and month; all date columns settle it."""
    swapped = half_converted(Column(np.concatenate([table.columns[n].cells for n in names]))) if names and order != "ymd" else {}
    out = {}
    for name in names if swapped else ():
        column, rows = table.columns[name], table.rows
        mine = rows[column.where(set(swapped))]
        if not len(mine):
            continue
        first = next(t for t in column.filled if t in swapped)
        typed = swapped[first]
        doubts.report(
            "error",
            "half_converted",
            name,
            mine,
            f"Column {name!r}: every true date has a day up to 12 and every date in text one above it: a spreadsheet program swapped "
            f'day and month ({rows_text(list(mine))}). "keep" swaps them back: {first} is read as {typed}. If they are right as they '
            "stand, choose year-month-day as the order of dates.",
            (KEEP,),
        )
        for old, new in swapped.items():
            if len(at := column.where({old})):
                doubts.record(rows[at], name, old, new, "day and month swapped back")
        out[name] = column.replaced(swapped)
    return table.with_columns(out)


def read_days(column: Column, rows: np.ndarray, name: str, order: str, doubts: Doubts) -> np.ndarray:
    """Day numbers of a date column; what is no date, or not a whole date, is told."""
    read: Dates = parse_dates(column, order)
    if len(read.bad):
        mine = rows[read.bad]
        doubts.report(
            "error",
            "not_a_date",
            name,
            mine,
            f"Column {name!r} holds {quote(column, read.bad)} where a date belongs; the visit is not used ({rows_text(list(mine))}).",
            (KEEP,),
        )
        for i in read.bad:
            doubts.record([rows[i]], name, column.cells[i], "", "no date")
    if len(read.serial):
        doubts.note(
            "serial_date",
            name,
            rows[read.serial],
            f"Column {name!r} holds day numbers of a spreadsheet ({quote(column, read.serial)}), read as dates.",
        )
        doubts.record(rows[read.serial], name, quote(column, read.serial), "dates", "spreadsheet day numbers")
    _tell_parts(column, rows, name, read, doubts)
    return read.days


def _tell_parts(column: Column, rows: np.ndarray, name: str, read: Dates, doubts: Doubts) -> None:
    """Dates that lack something: their century, their day."""
    month = column.take(read.months)
    tenth = any(re.fullmatch(r"\d{4}\.1", m) for m in month.filled) and not any(re.fullmatch(r"\d{4}\.10", m) for m in month.filled)
    for at, code, what, asked in (
        (read.era, "date_era", f"read as years of Reiwa (6 is {2018 + 6})", (KEEP,)),
        (read.weeks, "date_week", "weeks of a year (ISO 8601), read as the Monday unless a day is given", ()),
        (
            read.months,
            "date_month",
            "months without a day, read as the 15th: visits may be two weeks off"
            + ("; 2024.1 may also be October (2024.10) that lost its zero" if tenth else ""),
            (KEEP,) if tenth else (),
        ),
    ):
        if len(at):
            text = f"Column {name!r} holds {quote(column, at)}, {what} ({rows_text(list(rows[at]))})."
            doubts.report("error" if asked else "warning", code, name, rows[at], text, asked)
            doubts.record(rows[at], name, quote(column, at), "dates", what)


def _first_dose(
    table: Table,
    known: Recognised,
    codes: np.ndarray,
    place: np.ndarray,
    day: np.ndarray,
    value: np.ndarray,
    date_name: str,
    order: str,
    doubts: Doubts,
) -> np.ndarray:
    """Day of the first dose for each record of the table; a patient's first visit where it is not given."""
    patient, names = pd.factorize(codes)
    name = known.one("first_dose")
    start = np.full(len(names), np.nan)
    if name is not None:
        given = read_days(table.columns[name], table.rows, name, order, doubts)
        seen = pd.Series(given).groupby(patient).agg(["min", "max"])
        clash = seen.index[(seen["min"] != seen["max"]) & seen["min"].notna()]
        if len(clash):
            mine = table.rows[np.isin(patient, clash)]
            doubts.report(
                "warning",
                "first_dose_varies",
                name,
                mine,
                f"Column {name!r}: more than one first dose for a patient; the earliest is taken ({rows_text(list(mine))}).",
            )
        start[seen.index] = seen["min"].to_numpy()
    lacking = np.isnan(start)
    if lacking.any():
        known_visit = ~np.isnan(day) & ~np.isnan(value)
        earliest = pd.Series(day[known_visit]).groupby(patient[place][known_visit]).min()
        fill = np.full(len(names), np.nan)
        fill[earliest.index] = earliest.to_numpy()
        start = np.where(lacking, fill, start)
        rows = pd.Series(table.rows).groupby(patient).first().to_numpy()[lacking]
        why = "no column gives it" if name is None else f"it is missing for {counted(int(lacking.sum()), 'patient')}"
        doubts.report(
            "warning",
            "first_dose_assumed",
            name or date_name,
            () if name is None else rows,
            f"The date of the first dose is needed to count weeks, and {why}: the first visit is taken for it.",
        )
        doubts.record(rows, name or date_name, "", "the first visit", "no date of first dose")
    return start[patient]
