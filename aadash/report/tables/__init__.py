"""Printable tables: the same words and the same rounding on screen, in Word and on paper."""

from __future__ import annotations

import sys
from typing import Any

import pandas as pd

from aadash.discover import load_all
from aadash.formatting import held_against
from aadash.report.formatters import BLOCKS, PRINTERS
from aadash.report.tables.wide import can_be_wide, wide
from aadash.result import Result

load_all(sys.modules[__name__])


def blocks(result: Result) -> list[tuple[str, pd.DataFrame]]:
    """The parts of a result's table that can be printed as one table each, with their headings ("" for the only one)."""
    parts = BLOCKS[result.analysis](result.table) if result.analysis in BLOCKS else [("", result.table)]
    return [(title, rows) for title, rows in parts if len(rows)]


def captioned(title: str, block: str) -> str:
    """The caption of a block of a table called ``title``: "Predictors: the cuts"; the title alone where the block says the same."""
    if not block or block.lower() == title.lower():
        return title
    return f"{title}: {block[0].lower() if block[1:2].islower() else block[0]}{block[1:]}"


def printable(result: Result, rows: pd.DataFrame | None = None, **options: Any) -> pd.DataFrame:
    """A result's table as text, ready to print: one header row, no NaN, rounded for reading.

    ``rows`` is a selection of ``result.table``; when None, all of it, or the first of its :func:`blocks`. Full precision
    stays in ``result.table``. ``layout`` "wide" puts the weeks side by side where there is such a
    layout; other ``options`` are of the table's own printer.
    """
    layout = options.pop("layout", "long")
    if rows is None:
        rows = next((part for _, part in blocks(result)), result.table.iloc[:0])
    table = rows
    with held_against(result.plan.alpha):
        if layout == "wide" and can_be_wide(result):
            return wide(result, table)
        return PRINTERS[result.analysis](result, table, **options).reset_index(drop=True)
