"""Weeks since the first dose of what a file gives as dates: when the drug was stopped, rescue was given, the dose was lowered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from aadash.disposition import tells_of
from aadash.formatting import counted
from aadash.intake.assemble.assembled import Assembled
from aadash.intake.assemble.dates import is_date_column, parse_dates
from aadash.intake.check.doubts import Doubts
from aadash.intake.tabulate.table import Column
from aadash.later import known_before

DAYS = 7


def with_weeks(made: Assembled, starts: Mapping[str, float], order: str, doubts: Doubts) -> Assembled:
    """The cohort with a column “NAME (week)” beside each column of such dates, where the first dose of some patient is known.

    ``starts`` is the day number of each patient's first dose. A week is days / 7, to one decimal. The dates stay as they are. A date
    before the first dose is of no week, which is told.
    """
    first = np.array([starts.get(str(code), np.nan) for code in made.patients.index])
    if np.isnan(first).all():
        return made
    facts = made.patients
    for name in map(str, made.patients.columns):
        new = f"{name} (week)"
        if not tells_of(name) or known_before(name) or new in facts.columns:
            continue
        cells = Column(made.patients[name].map(lambda v: "" if v is None or v != v else str(v)).to_numpy(dtype=object))
        if not is_date_column(cells):
            continue
        days = np.asarray(parse_dates(cells, order).days, dtype=float) - first
        early = days < 0
        if early.any():
            doubts.report(
                "warning",
                "before_first_dose",
                name,
                made.first_row[early],
                f"Column {name!r} has a date before the first dose for {counted(int(early.sum()), 'patient')}: no week is made of it.",
            )
        weeks = np.where(early, np.nan, np.round(days / DAYS, 1))
        if np.isnan(weeks).all():
            continue
        doubts.note("weeks_of_dates", name, (), f"Column {name!r} gave {new!r}, the weeks since each patient's first dose.")
        doubts.record((), name, "(dates)", new, "weeks since the first dose")
        facts = facts.assign(**{new: weeks})
    return made if facts is made.patients else replace(made, patients=facts)
