"""Visits that are named and dated: does the date lie where the name says?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.intake.assemble.dates import is_date_column, parse_dates
from aadash.intake.check.doubts import Doubts
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.visitcolumns import bare
from aadash.intake.recognise.visits import parse_visit
from aadash.intake.tabulate.table import Table
from aadash.intake.text import rows_text

#: A date contradicts its week when it lies further from it than four weeks and than a quarter of the time since baseline.
_DAYS, _SHARE = 28.0, 0.25


def tell_dated_rows(table: Table, known: Recognised, codes: np.ndarray, weeks: np.ndarray, order: str, doubts: Doubts) -> None:
    """One row per visit: the dates of ``known``'s date column against the week of each record, counted from the patient's baseline."""
    name = known.one("date")
    if name is None or not is_date_column(table.columns[name]):
        return
    days = parse_dates(table.columns[name], order).days
    first = pd.Series(days[weeks == 0]).groupby(codes[weeks == 0]).min()
    since = days - pd.Series(codes).map(first).to_numpy(dtype=float)
    _tell(name, table.rows, since, weeks, doubts)


def tell_dated_columns(table: Table, known: Recognised, order: str, doubts: Doubts) -> None:
    """One row per patient: a column of dates for each visit ("Date W12"), counted from that of the baseline."""
    dated: dict[int, str] = {}
    for guess in known.guesses:
        visit = parse_visit(bare(guess.column)) if guess.role in ("fact", "date") else None
        if visit is not None and visit.week is not None and visit.unit != "number" and is_date_column(table.columns[guess.column]):
            dated.setdefault(visit.week, guess.column)
    if 0 not in dated:
        return
    base = parse_dates(table.columns[dated.pop(0)], order).days
    for week, name in dated.items():
        since = parse_dates(table.columns[name], order).days - base
        _tell(name, table.rows, since, np.full(len(table), float(week)), doubts)


def _tell(name: str, rows: np.ndarray, since: np.ndarray, weeks: np.ndarray, doubts: Doubts) -> None:
    expected = 7.0 * weeks
    with np.errstate(invalid="ignore"):
        at = np.flatnonzero((weeks > 0) & (np.abs(since - expected) > np.maximum(_DAYS, _SHARE * expected)))
    if not len(at):
        return
    mine = [int(rows[i]) for i in at]
    week, day = int(weeks[at[0]]), int(since[at[0]])
    doubts.report(
        "warning",
        "date_contradicts",
        name,
        mine,
        f"Column {name!r} contradicts the week that the visit is named after ({rows_text(mine)}; the first: week {week}, but day "
        f"{day} since baseline). The named week is used; correct the date or the visit in the file if it is wrong.",
    )
