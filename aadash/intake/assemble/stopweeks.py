"""Weeks from the first dose to a date after it: when the drug was stopped, rescue was given, somebody was lost to follow-up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from aadash.intake.assemble.ages import baseline_days
from aadash.intake.assemble.dates import is_date_column, parse_dates
from aadash.intake.check.doubts import Doubts
from aadash.intake.model import ColumnGuess
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.visitcolumns import bare
from aadash.intake.recognise.visits import parse_visit
from aadash.intake.tabulate.table import Column, Table
from aadash.roles import known_later

#: Why such a column itself is not used.
IN_WEEKS = "its weeks since the first dose are used"


def with_weeks(table: Table, known: Recognised, order: str, doubts: Doubts) -> tuple[Table, Recognised]:
    """The table with a column "NAME (week)" for each date of what can only come after the first dose, in the place of the date.

    A column is left as it stands where a cell of it is no date, or lies before the first dose, or where nothing says when that was.
    """
    named = [g for g in known.columns("fact") if _comes_later(bare(g.column)) and g.confidence != "set"]
    dated = [g.column for g in named if is_date_column(table.columns[g.column])]
    start, source = baseline_days(table, known, order) if dated else (None, "")
    if start is None:
        return table, known
    added: dict[str, Column] = {}
    taken: list[str] = []
    for name in dated:
        column, weeks_name = table.columns[name], f"{bare(name)} (week)"
        weeks, filled = (parse_dates(column, order).days - start) / 7, ~column.blank
        if name == source or weeks_name in {*table.columns, *added} or not filled.any() or not (weeks[filled] >= 0).all():
            continue
        cells = [f"{w:.1f}" if there else "" for w, there in zip(weeks, filled, strict=True)]
        added[weeks_name] = Column(np.array(cells, dtype=object))
        taken.append(name)
        doubts.note(
            "weeks_from_date",
            name,
            (),
            f"Column {name!r} holds dates; {weeks_name!r} holds the weeks from {source!r} to them, and takes its place.",
        )
        doubts.record((), name, "(dates)", weeks_name, f"weeks since {source!r}")
        doubts.used |= {name, source}
    guesses = [replace(g, role="unused", why=IN_WEEKS) if g.column in taken else g for g in known.guesses]
    guesses += [ColumnGuess(n, "fact", None, f"from {o!r}", "sure", label=f"from {o}") for n, o in zip(added, taken, strict=True)]
    return table.with_columns(added), replace(known, guesses=tuple(guesses))


def _comes_later(header: str) -> bool:
    """The date of what happened on treatment, not of a visit: "Date stopped", not "Date W12"."""
    visit = parse_visit(header)
    return known_later(header) and (visit is None or visit.unit == "unscheduled")
