"""Groups of patients that two splits together give away: a level of the one less the levels of the other that lie wholly inside it.

Severity cut at 50 has those at most 50, trial severity those below 50: the first less the second is who is at 50 exactly, with every
count and sum that both splits give.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def differences(cross: np.ndarray) -> Iterator[tuple[int, list[int]]]:
    """(row, columns) for each row of a table of two splits (patients of each level of the one in each of the other) that holds
    all of some columns' patients and others as well."""
    whole = cross.sum(axis=0)
    for i, row in enumerate(cross):
        inside = [int(j) for j in np.flatnonzero((row == whole) & (whole > 0))]
        if inside and row.sum() > row[inside].sum():
            yield i, inside


def crossed_sizes(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The table of two splits from each patient's codes (−1: no level, the last row and column)."""
    rows, columns = int(one.max(initial=-1)) + 1, int(other.max(initial=-1)) + 1
    table = np.zeros((rows + 1, columns + 1), dtype=np.int64)
    np.add.at(table, (np.where(one < 0, rows, one), np.where(other < 0, columns, other)), 1)
    return table


def given_away(one: np.ndarray, other: np.ndarray) -> Iterator[np.ndarray]:
    """Who is in each such group (booleans), from each patient's codes in two splits; either split less the other."""
    for mine, theirs in ((one, other), (other, one)):
        table = crossed_sizes(mine, theirs)
        last = np.array(table.shape) - 1
        codes, others = np.where(mine < 0, last[0], mine), np.where(theirs < 0, last[1], theirs)
        for level, inside in differences(table):
            yield (codes == level) & ~np.isin(others, inside)
