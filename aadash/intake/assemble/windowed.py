"""Visits at measured times → scheduled weeks, with every tie and collision told."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.formatting import number
from aadash.intake.assemble.windows import assign, choose_schedule, windows
from aadash.intake.check.doubts import Doubts
from aadash.intake.mapping import ColumnMapping
from aadash.intake.model import VisitWindow
from aadash.intake.text import rows_text


def weeks_from_days(
    days: np.ndarray, codes: np.ndarray, usable: np.ndarray, rows: np.ndarray, name: str, mapping: ColumnMapping, doubts: Doubts
) -> tuple[np.ndarray, tuple[VisitWindow, ...]]:
    """Scheduled week of each record from its day since the first dose, and the windows."""
    schedule = tuple(sorted({0, *mapping.schedule})) if mapping.schedule else choose_schedule(days[usable])
    patient = pd.factorize(codes)[0]
    got = assign(days, patient, usable, schedule)
    shown = tuple(VisitWindow(w, low, high, int((got.weeks[usable] == w).sum())) for w, low, high in windows(schedule))
    text = ", ".join(f"week {w.week}: day {number(w.first_day, 0)} to {number(w.last_day, 0)}" for w in shown)
    doubts.report(
        "warning",
        "windows",
        name,
        (),
        f"Column {name!r}: visits were given the nearest scheduled week ({text}). The schedule can be changed.",
    )
    for at, code, what, then in (
        (got.ties, "window_tie", "lies half way between two scheduled weeks", "The earlier is taken."),
        (
            got.collisions,
            "window_collision",
            "falls in the window of a week for which the patient has a nearer visit",
            "It is not used.",
        ),
        (
            got.between,
            "before_windows",
            "lies after the first dose, nearer to it than to the first scheduled week, and the patient has a baseline",
            "It is not used.",
        ),
        (got.early, "before_baseline", "lies before the first dose and is not the baseline", "It is not used."),
        (got.late, "after_schedule", "lies after the last scheduled week's window", "It is not used."),
        (got.after_dose, "baseline_after_dose", "lies after the first dose", "It is taken as baseline, as there is none before."),
    ):
        at = at[usable[at]]
        if len(at):
            mine = rows[at]
            doubts.report("warning", code, name, mine, f"Column {name!r}: in {rows_text(list(mine))} the visit {what}. {then}")
            _record(at, days, got.weeks, rows, name, what, doubts)
    told = usable & ~np.isnan(got.weeks)
    _record(np.flatnonzero(told & (days != 7 * got.weeks)), days, got.weeks, rows, name, "nearest scheduled week", doubts)
    return got.weeks, shown


def _record(at: np.ndarray, days: np.ndarray, weeks: np.ndarray, rows: np.ndarray, name: str, why: str, doubts: Doubts) -> None:
    """One line of the log for each day and the week that it was given."""
    given = np.nan_to_num(weeks[at], nan=-1.0)
    order = np.lexsort((at, given, days[at]))
    at, given = at[order], given[order]
    cuts = np.flatnonzero((np.diff(days[at]) != 0) | (np.diff(given) != 0)) + 1
    for mine, week in zip(np.split(at, cuts), np.split(given, cuts), strict=True):
        if len(mine):
            day = f"day {days[mine[0]]:g}".replace("-", "−")
            doubts.record(rows[mine], name, day, f"week {week[0]:g}" if week[0] >= 0 else "", why)
