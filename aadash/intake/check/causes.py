"""Why a table cannot be a cohort, in the table's own words: what its cells and headers hold in the place of what was expected."""

from __future__ import annotations

import re

import numpy as np

from aadash.intake.assemble.dates import parse_dates
from aadash.intake.check.doubts import Doubts
from aadash.intake.numbers import BAD, read_number
from aadash.intake.recognise.others import is_known_score, measure_in
from aadash.intake.recognise.patterns import REGIONS, SALT
from aadash.intake.recognise.privacy import scrub
from aadash.intake.recognise.visits import parse_visit
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold
from aadash.measure import SALT as MEASURE
from aadash.measure import Measure


def no_weeks(table: Table, doubts: Doubts) -> str:
    """Why no visit has a week: its dates cannot be read, which then is no problem beside it; "" when that is not the reason."""
    bad = next((p for p in doubts.problems if p.code == "not_a_date" and p.column in table.columns), None)
    if bad is None:
        return ""
    held = quoted(table.columns[bad.column].filled)
    doubts.problems.remove(bad)  # the refusal says it
    return (
        f"Column {bad.column!r} holds {held}, which cannot be read as a date, so no visit has a week and there is no baseline visit "
        "(week 0). Write dates as 2024-01-08."
    )


def no_values(column: str, table: Table, measure: Measure) -> str:
    """Why nobody has a baseline value: what the column of week 0 holds; "" when that does not say it."""
    if column not in table.columns:
        return ""
    filled, score = table.columns[column].filled, measure.name
    if not filled:
        return (
            f"Column {column!r}, taken as the baseline, is empty in every row, so there is no patient with a baseline {score}. "
            "If it holds formulas, open the file in Excel, save it, and upload it again; else choose another column as week 0."
        )
    numbers = [read_number(f)[0] for f in filled if read_number(f)[1] != BAD]
    n = int((~table.columns[column].blank).sum())
    if not numbers:
        return (
            f"Column {column!r} holds {quoted(filled)}, not numbers from {measure.low:g} to {measure.high:g}, so there is no patient "
            f"with a baseline {score}. "
            "Write the numbers, or choose another column as week 0."
        )
    if min(numbers) > measure.high:
        return (
            f"All {n} values of {column!r} are above {measure.high:g} ({quoted(filled)}), so there is no patient with a baseline "
            f"{score}. "
            f"{score} goes from {measure.low:g} to {measure.high:g}: correct the values, or choose another column as week 0."
        )
    return ""


def no_salt(table: Table) -> str:
    """Why no column is SALT: its cells hold several visits or words, the headers are dates, or what they are instead."""
    for name, column in table.columns.items():
        several = [c for c in column.filled if len(re.findall(r"\d+(?:[.,]\d+)?", c)) >= 2 and re.search(r"[/|;→>]", c)]
        if SALT.search(fold(name)) and several and len(several) >= 0.6 * len(column.filled):
            return (
                f"Column {name!r} holds several numbers in a cell ({quoted(several)}). Give each visit a column of its own (SALT_W0, "
                "SALT_W12), or list the visits in the header: SALT (w0/w12/w24)."
            )
    wordy = [n for n, c in table.columns.items() if SALT.search(fold(n)) and c.filled and not c.numeric_share]
    if wordy:
        return no_values(wordy[0], table, MEASURE)
    scored = [n for n, c in table.columns.items() if c.filled and not c.numeric_share and is_known_score(measure_in(n))]
    if scored:
        return (
            f"{measure_in(scored[0])} was read at its visits, but in words ({scored[0]!r} holds "
            f"{quoted(table.columns[scored[0]].filled)}), and there is no SALT beside it. What is analysed are numbers: write the "
            "score of each visit in the place of its word."
        )
    first = next(iter(table.columns))
    visits = [
        c for c in table.columns[first].filled if (v := parse_visit(c)) is not None and v.week is not None and v.unit != "number"
    ]
    if len(visits) >= 2:
        heads = quoted([scrub(n) for n in list(table.columns)[1:]])
        return (
            f"The table seems to lie on its side: column {first!r} holds visits ({quoted(visits)}) and the headers are {heads}. "
            "Expected one row per patient with a column for each visit. Transpose it (in Excel: copy, Paste Special, Transpose) "
            "and load it again."
        )
    dated = [
        c
        for c in table.columns
        if len(c) <= 64 and not len(parse_dates(Column(np.array([c], dtype=object)), "").bad) and any(x.isdigit() for x in c)
    ]
    if len(dated) < 2 or any(c.replace(".", "").isdigit() for c in dated):
        names = quoted([scrub(n) for n in table.columns], 6)
        return (
            f"No column looks like SALT at a visit: the headers are {names}. Expected columns such as 'SALT_W0' and 'SALT_W12', or "
            "one column of visits and one of SALT. Say which columns they are."
        )
    return (
        f"No column looks like SALT at a visit: the headers are dates ({quoted(dated)}), and nothing says which is the first visit. "
        "Name the columns by week (SALT_W0, SALT_W12), or say which column is which week."
    )


def rows_of_regions(table: Table) -> str:
    """Why patients stand on several rows: one a region of the scalp; "" when there is no such column."""
    for name, column in table.columns.items():
        cells = column.filled
        if 3 <= len(cells) <= 8 and all(any(pattern.search(fold(c)) for _, pattern in REGIONS) for c in cells):
            return (
                f"Column {name!r} holds {quoted(cells)}: one row per region of the scalp. Give each region a column of its own "
                "(SALT_top_W0, SALT_back_W0 …), one row per patient, or upload the total."
            )
    return ""


def quoted(cells: list[str], most: int = 3) -> str:
    """ "'S4', 'S2' …"."""
    return ", ".join(repr(c[:40]) for c in cells[:most]) + (" …" if len(cells) > most else "")
