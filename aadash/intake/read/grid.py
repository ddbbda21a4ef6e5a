"""Cells as they stand on a sheet, before anybody has said what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

#: Level, code, column ("" for the whole file), message.
Note = tuple[str, str, str, str]

#: What to do about a file that is too large, and about a sheet that is not there.
KEEP_LESS = "Keep the patients and columns that are to be analysed"
CHOOSE_SHEET = "Choose one of these sheets, or none to read them all"


@dataclass
class Grid:
    """Cells as they stand on a sheet, every one text ("" for an empty cell); ``rows`` may have different lengths.

    ``merged`` lists (first row, first column, last row, last column), counted from 0; ``notes`` are (level, code,
    column, message) about how the bytes were read; ``labels`` are longer names by column. ``has_header`` says that row 1 is
    the header for certain (statistics packages), ``delimited`` that the cells were cut from text, so that a stray
    delimiter shifts a row.
    """

    name: str
    rows: list[list[str]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    has_header: bool = False
    delimited: bool = False

    @cached_property
    def lengths(self) -> np.ndarray:
        """How many cells each row has."""
        return np.fromiter(map(len, self.rows), dtype=np.int64, count=len(self.rows))
