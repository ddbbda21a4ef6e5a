"""Several files or sheets of one cohort: demographics, visits, adverse events, joined on the patient code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.formatting import counted
from aadash.intake.assemble.assembled import Assembled
from aadash.intake.assemble.dates import parse_dates
from aadash.intake.assemble.events import add_events, is_event_list
from aadash.intake.assemble.facts import fact_roles, read_facts
from aadash.intake.check.doubts import Doubts
from aadash.intake.mapping import ColumnMapping
from aadash.intake.recognise.columns import Recognised
from aadash.intake.tabulate.longpivot import constant_facts, people
from aadash.intake.tabulate.table import Column, Table

#: Least share of a table's patients that must be in the main table for the two to be joined.
OVERLAP = 0.5


def join_facts(
    made: Assembled, table: Table, known: Recognised, mapping: ColumnMapping, doubts: Doubts, starts: Mapping[str, float] | None = None
) -> Assembled:
    """Add the facts (or the events) of another table to the patients of the main one; ``starts`` are :func:`first_doses`.

    A table with several rows a patient adds what is constant within a patient; a list of adverse events adds its events, and one
    column, "yes" for patients with an event and "no" for the others. A table that shares fewer than half of its patients
    with the main one is not joined.
    """
    name = known.one("id")
    if name is None:
        doubts.lost = True
        doubts.report("warning", "not_joined", "", (), f"{table.name!r} has no column of patient codes, so it is not joined.")
        return made
    fields = is_event_list(table, known)
    if fields:
        return add_events(made, table, fields, name, doubts, starts)
    codes = table.columns[name].stripped
    index = made.salt.index
    matching = pd.Index(codes, dtype=object).isin(index)
    filled = codes != ""
    if not filled.any() or matching[filled].mean() < OVERLAP:
        doubts.lost = True
        doubts.report(
            "warning",
            "not_joined",
            name,
            (),
            f"{table.name!r} shares {int(matching.sum())} of its {int(filled.sum())} rows' "
            "patients with the main table, so it is not joined. Do the patient codes differ?",
        )
        return made
    strangers = list(dict.fromkeys(codes[filled & ~matching]))
    if strangers:
        doubts.report(
            "warning",
            "unknown_patient",
            name,
            table.rows[filled & ~matching],
            f"{table.name!r} lists {counted(len(strangers), 'patient')} not in the main table ({', '.join(strangers[:5])}): not used.",
        )
        doubts.record(table.rows[filled & ~matching], name, ", ".join(strangers[:5]), "", "not in the main table")
    mine = table.take(matching)
    facts, _ = read_facts(mine, known, mapping, doubts)
    one = constant_facts(facts, people(codes[matching]), np.zeros(len(mine)), known, doubts, mine.rows)
    there = index.isin(one.index)
    if not there.all():
        n = counted(int((~there).sum()), "patient")
        doubts.note("no_match", name, (), f"{table.name!r} has nothing about {n} of the main table.")
    added = one.reindex(index)
    taken = [c for c in added.columns if c in made.patients.columns]
    for column in taken:
        _compare(made.patients[column], added[column], str(column), table, doubts)
    added = added.drop(columns=taken)
    roles = {**{r: c for r, c in fact_roles(known).items() if c in added.columns}, **made.roles}
    doubts.note("joined", name, (), f"{table.name!r} was joined on {name!r}: {', '.join(map(str, added.columns)) or 'nothing new'}.")
    patients = pd.concat([made.patients, added], axis=1)
    return replace(made, patients=patients, roles=roles)


def _compare(main: pd.Series, other: pd.Series, column: str, table: Table, doubts: Doubts) -> None:
    both = main.notna() & other.notna()
    differ = [str(i) for i in main.index[both] if str(main[i]) != str(other[i])]
    if differ:
        doubts.report(
            "warning",
            "tables_differ",
            column,
            (),
            f"Column {column!r} is in two tables and differs for {counted(len(differ), 'patient')} ({', '.join(differ[:5])}); "
            f"the main table's value stands, {table.name!r} is not used for it.",
        )


def with_first_dose(
    table: Table, known: Recognised, others: Sequence[tuple[Table, Recognised, Doubts]], doubts: Doubts
) -> tuple[Table, Recognised]:
    """The table of dated visits with the first doses that another table gives, where it has none of its own."""
    code = known.one("id")
    if known.layout != "dated" or code is None or known.one("first_dose") is not None:
        return table, known
    for other, its, its_doubts in others:
        name, start = its.one("id"), its.one("first_dose")
        if name is None or start is None or start in table.columns or is_event_list(other, its):  # where an event began is none
            continue
        cells = pd.Series(other.columns[start].stripped, index=other.columns[name].stripped)
        cells = cells[(cells != "") & (cells.index != "")]
        cells = cells[~cells.index.duplicated()]
        mine = pd.Series(table.columns[code].stripped).map(cells)
        if mine.notna().mean() < OVERLAP:
            continue
        its_doubts.used.add(start)
        doubts.note("first_dose_joined", start, (), f"Weeks are counted from column {start!r} of {other.name!r}.")
        guess = replace(next(g for g in its.guesses if g.column == start), role="first_dose")
        column = Column(mine.fillna("").to_numpy(dtype=object))
        return table.with_columns({start: column}), replace(known, guesses=(*known.guesses, guess))
    return table, known


def starts_of(
    main: tuple[Table, Recognised], others: Sequence[tuple[Table, Recognised, Doubts]], order: str
) -> tuple[dict[str, float], frozenset[str]]:
    """:func:`first_doses` of the main table or, where it gives none, of the first other one that does and is no list of events; and
    the columns that they come from. Where visits are dated and no table gives them, the first visit of each patient is taken, as it is
    for the visits themselves."""
    for table, known in (main, *((t, k) for t, k, _ in others if not is_event_list(t, k))):
        starts = first_doses(table, known, order)
        if starts:
            return starts, frozenset(g.column for g in known.columns("first_dose"))
    table, known = main
    code, date = known.one("id"), known.one("date")
    if known.layout != "dated" or code is None or date is None:
        return {}, frozenset()
    days = pd.Series(parse_dates(table.columns[date], order).days).groupby(table.columns[code].stripped).min().dropna()
    return {str(c): float(d) for c, d in days.items()}, frozenset()


def first_doses(table: Table, known: Recognised, order: str) -> dict[str, float]:
    """Day number of each patient's first dose, where a column gives it; the earliest of several."""
    code, start = known.one("id"), known.one("first_dose")
    if code is None or start is None:
        return {}
    days = pd.Series(parse_dates(table.columns[start], order).days).groupby(table.columns[code].stripped).min().dropna()
    return {str(c): float(d) for c, d in days.items()}
