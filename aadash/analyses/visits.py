"""One visit of an analysis set, a patient a row or counted: what the analyses of one week after the other read.

Of a cohort each row is a patient. Of a table of millions, or of hospitals' sums, a row is a baseline with a later value, and
``counts`` says how many patients have that pair: nothing else is asked of a visit, so both give the same result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd

from aadash.endpoints import Endpoint
from aadash.levels import Total
from aadash.stats.descriptive import Tally

#: Units of one point in which counted scores and their differences are whole numbers.
UNITS = 1000


@dataclass(frozen=True, eq=False)
class Visit:
    """The patients at one week. Arrays of one length, a row each.

    Attributes
    ----------
    baseline, seen, values
        The score at week 0; at this week as recorded; and under the missing rule. NaN for none.
    imputed
        Whether the value was filled in.
    codes
        The place of each row's level among the strata's; -1 without one.
    counts
        Patients of each row; None where each row is one.
    """

    baseline: np.ndarray
    seen: np.ndarray
    values: np.ndarray
    imputed: np.ndarray
    codes: np.ndarray
    counts: np.ndarray | None = None

    def n(self, who: np.ndarray) -> int:
        """Patients of the rows ``who`` (booleans)."""
        return int(who.sum()) if self.counts is None else int(self.counts[who].sum())

    @property
    def everyone(self) -> np.ndarray:
        """Every row."""
        return np.ones(len(self.codes), dtype=bool)

    @cached_property
    def change(self) -> np.ndarray:
        """Value less baseline."""
        return self.values - self.baseline

    @cached_property
    def percent_change(self) -> np.ndarray:
        """100 × change / baseline; NaN where the baseline is 0 or empty."""
        base = np.where(self.baseline > 0, self.baseline, np.nan)
        return 100.0 * (self.values - base) / base

    def sample(self, what: str, code: int | None = None) -> np.ndarray:
        """The values of ``what`` ("values", "change", "percent_change") of a level (None: everyone) that are not empty: an array, or
        what the statistics take in its place."""
        if self.counts is None:
            column = getattr(self, what)
            keep = ~np.isnan(column)
            return column[keep if code is None else keep & (self.codes == code)]
        values, codes, counts = self._ordered(what)
        who = slice(None) if code is None else codes == code
        return Tally(values[who], counts[who], ordered=True)  # type: ignore[return-value]

    def _ordered(self, what: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Values, codes and counts of a counted column, by value; scores and changes, of which there are few, once for each level."""
        kept = self.__dict__.setdefault("_kept", {})
        if what not in kept:
            column = getattr(self, what)
            seen = ~np.isnan(column)
            values, codes, counts = column[seen], self.codes[seen], self.counts[seen]  # type: ignore[index]
            if what == "percent_change":
                order = values.argsort(kind="stable")
                kept[what] = values[order], codes[order], counts[order]
            else:
                kept[what] = _merged(values, codes, counts)
        return kept[what]  # type: ignore[no-any-return]


def _merged(values: np.ndarray, codes: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if not len(values):
        return values, codes, counts
    units = np.round(values * UNITS).astype(np.int64)
    low, kinds = int(units.min()), int(codes.max()) + 2
    key = (units - low) * kinds + codes + 1
    total = np.bincount(key, weights=counts)
    used = np.flatnonzero(total)
    return (used // kinds + low) / UNITS, used % kinds - 1, total[used]


@dataclass(frozen=True, eq=False)
class Patterns:
    """Which visits were made: ``made`` (rows, weeks), ``baseline`` where it is known (counted rows: 0 or a value above 0 that stands
    for all), and ``counts`` as of a :class:`Visit`."""

    made: np.ndarray
    baseline: np.ndarray
    counts: np.ndarray | None = None

    def visit(self) -> Visit:
        """The rows without values and levels, for an accounting."""
        empty = np.full(len(self.made), np.nan)
        return Visit(self.baseline, empty, empty, np.zeros(len(empty), dtype=bool), np.full(len(empty), -1), self.counts)

    def unseen(self, rule: Endpoint) -> tuple[int, int]:
        """Missed visits after baseline of the patients in whom ``rule`` is defined, and how many patients they are of."""
        cells = ~self.made & rule.defined(self.baseline)[:, None]
        cells[:, 0] = False
        counts = np.ones(len(cells), dtype=np.int64) if self.counts is None else self.counts
        return int(cells.sum(axis=1) @ counts), int(cells.any(axis=1) @ counts)


class Counted(Protocol):
    """What a counted cohort gives in the place of rows (``given_counts`` of the cohort)."""

    def visit(self, week: int) -> Visit:
        """One week."""

    def patterns(self) -> Patterns:
        """The visits made."""

    def shown(self) -> tuple[np.ndarray, np.ndarray, pd.Index]:
        """Courses to draw, (patients, weeks), with the code of each patient's level and what he is called."""


def level_code(levels: Sequence[str], level: str | Total) -> int | None:
    """The place of ``level``; None for everyone."""
    return None if isinstance(level, Total) else levels.index(level)
