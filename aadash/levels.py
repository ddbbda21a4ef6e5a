"""What a row of a result is about: everyone, one level of a split, two levels against each other, or a cell of two splits.

A level is the file's own text and may read "all" or "A - B". What is ours is therefore told apart by type, never by text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: Begins the key of a column whose name is taken by something of ours: ``column:severity`` is the file's own "severity".
PREFIX = "column:"
#: Names that a plan uses for something of ours: built-in splits, baseline, filters by patient.
RESERVED = frozenset(("", "all", "none", "severity", "trial_severity", "baseline_salt", "patient", "only patient"))


class Total:
    """Everyone together, whatever the split. There is one of it: :data:`ALL`."""

    def __repr__(self) -> str:
        return "ALL"

    def __str__(self) -> str:
        return "all"

    def __reduce__(self) -> str:
        return "ALL"


ALL: Final = Total()


@dataclass(frozen=True)
class Pair:
    """Two levels of one split, the first minus the second."""

    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.first} - {self.second}"


@dataclass(frozen=True)
class Cell:
    """The patients who are in a level of one split and in a level of another."""

    row: str
    column: str

    def __str__(self) -> str:
        return f"{self.row} × {self.column}"


Level = str | Total | Pair | Cell


def column_of(key: str) -> str:
    """The column that a key of a plan names: the key itself, or what follows :data:`PREFIX`."""
    return key.removeprefix(PREFIX)


def is_prefixed(key: str) -> bool:
    """True for a key that names a column of the file and nothing else."""
    return key.startswith(PREFIX)
