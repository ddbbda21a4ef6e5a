"""Age at baseline from a date of birth, before the date of birth is left out, or from a year of birth."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from aadash.intake.assemble.birthyears import ages_of, baseline_years, birth_years, without_years
from aadash.intake.assemble.dates import is_date_column, parse_dates
from aadash.intake.check.doubts import Doubts
from aadash.intake.model import ColumnGuess
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.headers import role_of
from aadash.intake.recognise.visitcolumns import bare
from aadash.intake.recognise.visits import parse_visit
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import rows_text

AGE = "age at baseline"
_SIX = re.compile(r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", re.ASCII)
#: Oldest age in years that is believed.
OLDEST = 120


#: Patient → the day of the baseline, and what gives it, of the tables beside the one of births; asked where it is needed only.
Starts = Callable[[], tuple[Mapping[str, float], str]]


def nowhere() -> tuple[Mapping[str, float], str]:
    """No baseline."""
    return {}, ""


def baselines(tables: Sequence[tuple[Table, Recognised]], order: str) -> Starts:
    """The day of each patient's baseline as the first of these tables gives it that does."""

    def ask() -> tuple[Mapping[str, float], str]:
        for table, known in tables:
            days, source = _baseline(table, known, order)
            code = known.one("id")
            if days is not None and code is not None:
                found = pd.Series(days, index=table.columns[code].stripped).dropna()
                first = found[~found.index.duplicated()]
                return dict(zip(map(str, first.index), first.to_numpy(), strict=True)), source
        return nowhere()

    return ask


def with_age(table: Table, known: Recognised, order: str, doubts: Doubts, elsewhere: Starts = nowhere) -> tuple[Table, Recognised]:
    """The table with a column of ages in completed years, where it holds dates of birth, a date of baseline, and no age.

    Baseline is the first dose, else a date headed as baseline, else the earliest visit of the patient; ``elsewhere`` gives it
    (:func:`baselines`) where this table does not. Nothing is added, and that is told, where there is no such date. A year of birth
    gives the age to a year (:func:`_from_years`).
    """
    if known.one("age") is None and AGE not in table.columns and (found := birth_years(table, known)) is not None:
        return _from_years(table, known, *found, order, doubts, elsewhere)
    birth = next((g.column for g in known.columns("identifying") if known.kinds.get(g.column) == "birth date"), None)
    if birth is None or known.one("age") is not None or AGE in table.columns:
        return table, known
    dates = _with_century(table.columns[birth])
    if not is_date_column(dates):
        return table, known
    start, source = _baseline(table, known, order, elsewhere)
    if start is None:
        doubts.report(
            "warning",
            "age_not_known",
            birth,
            (),
            f"Column {birth!r} would give the ages if a column held the date of the first dose or of the baseline visit.",
        )
        return table, known
    born = parse_dates(dates, order).days
    ages = np.array([_years(b, s) for b, s in zip(born, start, strict=True)], dtype=object)
    if not any(ages):
        return table, known
    doubts.report(
        "warning",
        "age_from_birth",
        birth,
        (),
        f"Column {birth!r} gave {AGE!r}, in completed years at the date in column {source!r}; the date of birth itself is left out.",
    )
    doubts.used.add(source)
    doubts.record((), birth, "(dates of birth)", AGE, f"age in completed years at {source!r}")
    guess = ColumnGuess(AGE, "age", None, f"from {birth!r}", "sure", label=f"from {birth}")
    return table.with_columns({AGE: Column(ages)}), replace(known, guesses=(*known.guesses, guess))


def _from_years(
    table: Table, known: Recognised, birth: str, born: np.ndarray, order: str, doubts: Doubts, elsewhere: Starts
) -> tuple[Table, Recognised]:
    """The table with ages from the years in column ``birth``: the year of baseline, of its date or of a column of years, less that
    of birth."""
    days, source = _baseline(table, known, order, elsewhere)
    if days is not None:
        start = np.array([np.nan if np.isnan(d) else float(date.fromordinal(int(d)).year) for d in days])
    elif (given := baseline_years(table, birth)) is not None:
        start, source = given
    else:
        doubts.report(
            "warning",
            "age_not_known",
            birth,
            (),
            f"Column {birth!r} holds years of birth; they would give the ages if a column held the date, or the year, of the first "
            "dose or of the baseline visit.",
        )
        return table, known
    ages = ages_of(born, start, OLDEST)
    if not any(ages):
        return table, known
    filled = ~table.columns[birth].blank
    odd, lacking = (table.rows[(ages == "") & filled & at] for at in (np.isfinite(start), np.isnan(start)))
    doubts.report(
        "warning",
        "age_from_birth",
        birth,
        (*odd, *lacking),
        f"Column {birth!r} gave {AGE!r}: the year in column {source!r} less the year of birth. Who had no birthday yet in that year "
        "is a year younger."
        + (f" No age from 0 to {OLDEST} comes of it in {rows_text(odd.tolist())}." if len(odd) else "")
        + (f" The year of baseline is not known in {rows_text(lacking.tolist())}." if len(lacking) else ""),
    )
    doubts.used.update((birth, source))
    doubts.record((), birth, "(years of birth)", AGE, f"year of {source!r} less year of birth")
    guess = ColumnGuess(AGE, "age", None, f"from {birth!r}", "likely", label=f"from {birth}")
    known = without_years(known, birth, AGE)
    return table.with_columns({AGE: Column(ages)}), replace(known, guesses=(*known.guesses, guess))


def _with_century(column: Column) -> Column:
    """Dates of birth of six digits (990115, as on a Korean identity card) with their century: the last one where that is past."""
    last = date.today().year % 100
    renames = {t: f"{(1900 if int(t[:2]) > last else 2000) + int(t[:2])}-{t[2:4]}-{t[4:]}" for t in column.filled if _SIX.fullmatch(t)}
    return column.replaced(renames) if renames else column


def _baseline(table: Table, known: Recognised, order: str, elsewhere: Starts = nowhere) -> tuple[np.ndarray | None, str]:
    """Day of each record's baseline, the earliest of its patient, and the column that gives it."""
    dates = [n for n in table.columns if known_role(n, known) != "identifying" and is_date_column(table.columns[n])]
    ranked = [
        *(n for n in dates if role_of(bare(n)) == "first_dose" or known_role(n, known) == "first_dose"),
        *(n for n in dates if (visit := parse_visit(bare(n))) is not None and visit.week == 0 and visit.unit != "number"),
        *(n for n in dates if known_role(n, known) == "date" or role_of(bare(n)) == "date"),
    ]
    code = known.one("id")
    if not ranked:
        starts, source = elsewhere() if code is not None else nowhere()
        told = pd.Series(table.columns[code].stripped).map(starts).to_numpy(dtype=float) if code is not None and starts else None
        return (None, "") if told is None or np.isnan(told).all() else (told, source)
    days = pd.Series(parse_dates(table.columns[ranked[0]], order).days)
    if code is not None:
        days = days.groupby(table.columns[code].stripped).transform("min")
    return days.to_numpy(), ranked[0]


def known_role(name: str, known: Recognised) -> str:
    """The role that a column was given."""
    return next((g.role for g in known.guesses if g.column == name), "")


def _years(born: float, start: float) -> str:
    """Completed years between two days, "" where one is not known or the age cannot be.

    >>> _years(date(1985, 3, 2).toordinal(), date(2024, 3, 1).toordinal())
    '38'
    """
    if np.isnan(born) or np.isnan(start):
        return ""
    a, b = date.fromordinal(int(born)), date.fromordinal(int(start))
    years = b.year - a.year - ((b.month, b.day) < (a.month, a.day))
    return str(years) if 0 <= years <= OLDEST else ""
