"""Visits in weeks beside visits in months in one table of a column per visit: "SALT 12wk" and "SALT 3mo"."""

from __future__ import annotations

from dataclasses import replace

from aadash.intake.check.doubts import Doubts
from aadash.intake.model import KEEP, ColumnGuess
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.visitcolumns import bare
from aadash.intake.recognise.visits import parse_visit
from aadash.intake.tabulate.table import Table

#: A month as people who plan in weeks count it.
_WEEKS = 4


def one_schedule(table: Table, known: Recognised, doubts: Doubts) -> Recognised:
    """Pairs of columns such as "12wk" and "3mo", which may be one visit, are asked about.

    Where no patient has both, they are taken for one visit (some patients' visits were counted in months); else they stay the two
    visits, a week or more apart, that their headers say.
    """
    if known.layout != "wide":
        return known
    units = {g.column: parse_visit(bare(g.column)) for g in known.columns("salt") if g.confidence not in ("set", "saved")}
    weekly = {g.week: g for g in known.columns("salt") if (v := units.get(g.column)) is not None and v.unit == "week" and g.week}
    taken = {g.week for g in known.columns("salt")}
    moved: dict[str, int] = {}
    for guess in known.columns("salt"):
        visit = units.get(guess.column)
        if visit is None or visit.unit != "month" or not guess.week:
            continue
        twin = weekly.get(int(_WEEKS * visit.number))
        if twin is None or twin.week is None or twin.week == guess.week or guess.week in taken - {guess.week}:
            continue
        apart = not (~table.columns[guess.column].blank & ~table.columns[twin.column].blank).any()
        doubts.report(
            "error",
            "visit_units",
            guess.column,
            (),
            _question(twin, guess, apart),
            (KEEP,),
        )
        if apart:
            moved[guess.column] = twin.week
    if not moved:
        return known
    return replace(
        known,
        guesses=tuple(
            replace(g, week=moved[g.column], confidence="unsure", why="months beside weeks: taken as the visit that others have")
            if g.column in moved
            else g
            for g in known.guesses
        ),
    )


def _question(twin: ColumnGuess, guess: ColumnGuess, apart: bool) -> str:
    weeks, months, week = twin.column, guess.column, twin.week
    if apart:
        return (
            f'{weeks!r} counts in weeks and {months!r} in months, and no patient has both; "keep" takes them for one visit, week '
            f"{week}. Else say which week each of them is."
        )
    return (
        f"{weeks!r} counts in weeks and {months!r} in months: weeks {week} and {guess.week}, or one visit measured twice? "
        '"keep" takes them for two visits. Else say which week each of them is.'
    )
