"""Printable tables: the same words and the same rounding on screen, in Word and on paper."""

from __future__ import annotations

import sys

import pandas as pd

from aadash.discover import load_all
from aadash.report.formatters import BLOCKS, PRINTERS
from aadash.result import Result

load_all(sys.modules[__name__])


def blocks(result: Result) -> list[tuple[str, pd.DataFrame]]:
    """The parts of a result's table that can be printed as one table each, with their headings ("" for the only one)."""
    parts = BLOCKS[result.analysis](result.table) if result.analysis in BLOCKS else [("", result.table)]
    return [(title, rows) for title, rows in parts if len(rows)]


def printable(result: Result, rows: pd.DataFrame | None = None) -> pd.DataFrame:
    """A result's table as text, ready to print: one header row, no NaN, rounded for reading.

    ``rows`` is a selection of ``result.table``; when None, all of it, or the first of its :func:`blocks`. Full precision
    stays in ``result.table``.
    """
    table = blocks(result)[0][1] if rows is None and result.analysis in BLOCKS else result.table if rows is None else rows
    return PRINTERS[result.analysis](result, table).reset_index(drop=True)
