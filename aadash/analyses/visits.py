"""One visit of an analysis set, a patient a row or counted: what the analyses of one week after the other read.

Of a cohort each row is a patient. Of a table of millions, or of hospitals' sums, a row is a baseline with a later value, and
``counts`` says how many patients of each level have that pair: nothing else is asked of a visit, so both give the same result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd

from aadash.endpoints import Endpoint
from aadash.errors import NotComputable
from aadash.formatting import counted
from aadash.levels import Total
from aadash.stats.descriptive import Tally
from aadash.stats.mixed_anova import PatternSums as PatternSums

#: Units of one point in which counted scores and their differences are whole numbers.
UNITS = 1000


@dataclass(frozen=True, eq=False)
class Pairs:
    """Each baseline with each later value that somebody has, NaN for none, in ascending order of their percent change; ``percent`` are
    these of the first pairs, and the rest have none.

    A table that is split anew keeps its pairs: what is sorted here is sorted once.
    """

    baseline: np.ndarray
    value: np.ndarray
    percent: np.ndarray

    @classmethod
    def ordered(cls, baseline: np.ndarray, value: np.ndarray) -> tuple[Pairs, np.ndarray]:
        """The pairs, and where each of them stood."""
        percent = _percent(baseline, value)
        order = percent.argsort(kind="stable")
        defined = order[: len(order) - int(np.isnan(percent).sum())]
        return cls(baseline[order], value[order], percent[defined]), order

    def sample(self, what: str, counts: np.ndarray) -> Tally:
        """The sample of ``what`` (as of :meth:`Visit.sample`) of those whom ``counts`` counts, pair by pair."""
        if what == "percent_change":
            return Tally(self.percent, counts[: len(self.percent)], ordered=True)
        values, place = self._found(what)
        return Tally(values, np.bincount(place, weights=counts, minlength=len(values) + 1)[: len(values)], ordered=True)

    def _found(self, what: str) -> tuple[np.ndarray, np.ndarray]:
        """The values in ascending order, and each pair's place among them (after the last: none)."""
        kept = self.__dict__.setdefault("_kept", {})
        if what not in kept:
            kept[what] = _places(self.value if what == "values" else self.value - self.baseline)
        return kept[what]  # type: ignore[no-any-return]


def _percent(baseline: np.ndarray, value: np.ndarray) -> np.ndarray:
    base = np.where(baseline > 0, baseline, np.nan)
    return 100.0 * (value - base) / base


def _places(column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    seen = ~np.isnan(column)
    if not seen.any():
        return np.empty(0), np.zeros(len(column), dtype=np.int32)
    units = np.round(np.where(seen, column, 0.0) * UNITS).astype(np.int64)
    low = int(units[seen].min())
    place = np.where(seen, units - low, 0)
    used = np.flatnonzero(np.bincount(place[seen]))
    among = np.zeros(int(used[-1]) + 1, dtype=np.int32)
    among[used] = np.arange(len(used))
    return (used + low) / UNITS, np.where(seen, among[place], len(used)).astype(np.int32)


@dataclass(frozen=True, eq=False)
class Visit:
    """The patients at one week.

    Attributes
    ----------
    baseline, seen, values
        The score at week 0; at this week as recorded; and under the missing rule. NaN for none.
    imputed
        Whether the value was filled in.
    codes
        The place of each row's level among the strata's; -1 without one.
    counts, pairs
        Of a counted visit the patients of each pair (rows) in each level (columns, the last without one). The arrays above are then
        a column of rows, ``codes`` a row of columns: compared and joined they give what ``counts`` is asked for. Without pairs
        ``counts`` says how many patients each row stands for.
    made
        Of rows that are patterns of visits: (rows, weeks), which were made.
    """

    baseline: np.ndarray
    seen: np.ndarray
    values: np.ndarray
    imputed: np.ndarray
    codes: np.ndarray
    counts: np.ndarray | None = None
    pairs: Pairs | None = None
    made: np.ndarray | None = None

    @classmethod
    def counted(cls, pairs: Pairs, counts: np.ndarray, seen: np.ndarray | None = None) -> Visit:
        """A visit of which the pairs are counted; ``seen`` are the values as recorded, where the missing rule changes some."""
        value, levels = pairs.value[:, None], counts.shape[1] - 1
        recorded = value if seen is None else seen[:, None]
        imputed = np.zeros((1, 1), dtype=bool) if seen is None else np.isnan(recorded) & ~np.isnan(value)
        return cls(pairs.baseline[:, None], recorded, value, imputed, np.array([*range(levels), -1]), counts, pairs)

    def n(self, who: np.ndarray) -> int:
        """Patients of ``who`` (booleans)."""
        if self.counts is None:
            return int(who.sum())
        if not who.any():
            return 0
        if who.shape == self.baseline.shape:  # whatever the level
            return int(self._totals[who.ravel()].sum())
        return int(self.by_level(who, self.counts.shape[1] - 1).sum())

    @cached_property
    def _totals(self) -> np.ndarray:
        """Patients of each row."""
        counts: np.ndarray = self.counts  # type: ignore[assignment]
        return counts if counts.ndim == 1 else counts.sum(axis=1)

    def by_level(self, who: np.ndarray, levels: int) -> np.ndarray:
        """Patients of ``who`` in each of the levels, and at last without one."""
        if self.counts is None or self.pairs is None:  # a row has one level
            codes = np.where(self.codes < 0, levels, self.codes)
            return np.bincount(codes, weights=who if self.counts is None else who * self.counts, minlength=levels + 1).astype(int)
        if not who.any():
            return np.zeros(levels + 1, dtype=int)
        if who.shape == self.baseline.shape:
            return (who[:, 0].astype(float) @ self.counts).astype(int)  # type: ignore[no-any-return]
        who = np.broadcast_to(who, self.counts.shape)
        return np.array([int(n[here].sum()) for n, here in zip(self.counts.T, who.T, strict=True)])

    @property
    def everyone(self) -> np.ndarray:
        """Every row."""
        return np.ones(self.baseline.shape, dtype=bool)

    @cached_property
    def change(self) -> np.ndarray:
        """Value less baseline."""
        return self.values - self.baseline

    @cached_property
    def percent_change(self) -> np.ndarray:
        """100 × change / baseline; NaN where the baseline is 0 or empty."""
        return _percent(self.baseline, self.values)

    def sample(self, what: str, code: int | None = None) -> np.ndarray:
        """The values of ``what`` ("values", "change", "percent_change", "seen") of a level (None: everyone) that are not empty: an
        array, or what the statistics take in its place."""
        if self.counts is None or self.pairs is None:
            column = getattr(self, what)
            keep = ~np.isnan(column)
            keep = keep if code is None else keep & (self.codes == code)
            return column[keep] if self.counts is None else Tally(column[keep], self.counts[keep])  # type: ignore[return-value]
        counts = self._totals if code is None else self.counts[:, code]
        if what == "seen" and self.seen is not self.values:
            values, place = self._recorded
            return Tally(values, np.bincount(place, weights=counts, minlength=len(values) + 1)[: len(values)], ordered=True)  # type: ignore[return-value]
        return self.pairs.sample("values" if what == "seen" else what, counts)  # type: ignore[return-value]

    @cached_property
    def _recorded(self) -> tuple[np.ndarray, np.ndarray]:
        """The values as recorded in ascending order, and each row's place among them (after the last: none)."""
        return _places(self.seen[:, 0])


@dataclass(frozen=True, eq=False)
class Patterns:
    """Which visits were made: ``made`` (rows, weeks), ``baseline`` where it is known (counted rows: 0 or a value above 0 that stands
    for all), ``counts`` as of a :class:`Visit`, and ``codes`` the place of each row's level where that is known."""

    made: np.ndarray
    baseline: np.ndarray
    counts: np.ndarray | None = None
    codes: np.ndarray | None = None

    def under(self, rule: str) -> np.ndarray:
        """The visits that have a value under a missing rule."""
        if rule == "complete":
            return self.made & self.made.all(axis=1, keepdims=True)  # type: ignore[no-any-return]
        if rule != "locf":
            return self.made
        out = self.made.copy()
        for j in range(2, out.shape[1]):
            out[:, j] |= out[:, j - 1]
        return out

    def cells(self, which: np.ndarray) -> tuple[int, int]:
        """Visits of ``which`` (rows, weeks; booleans), and how many patients they are of."""
        counts = np.ones(len(which), dtype=np.int64) if self.counts is None else self.counts
        return int(which.sum(axis=1) @ counts), int(which.any(axis=1) @ counts)

    def visit(self) -> Visit:
        """The rows without values, for an accounting."""
        empty = np.full(len(self.made), np.nan)
        codes = np.full(len(empty), -1) if self.codes is None else self.codes
        return Visit(self.baseline, empty, empty, np.zeros(len(empty), dtype=bool), codes, self.counts, made=self.made)

    @property
    def changed(self) -> np.ndarray:
        """The rows with a percent change at some visit."""
        return np.asarray(self.made[:, 1:].any(axis=1) & (self.baseline > 0))

    def unseen(self, rule: Endpoint) -> np.ndarray:
        """Missed visits after baseline of the patients in whom ``rule`` is defined: (rows, weeks), booleans."""
        cells: np.ndarray = ~self.made & rule.defined(self.baseline)[:, None]
        cells[:, 0] = False
        return cells


class Counted(Protocol):
    """What a counted cohort gives in the place of rows (``given_counts`` of the cohort)."""

    def visit(self, week: int) -> Visit:
        """One week."""

    def patterns(self) -> Patterns:
        """The visits made."""

    def level_patterns(self) -> Patterns:
        """The visits made in each level."""

    def modelled(self, what: str) -> PatternSums:
        """The sums and cross-products of "values" or "percent_change", level by level and pattern by pattern."""

    def facts(self, column: str) -> np.ndarray:
        """How many patients of each level, and at last without one, have each value that a column lists."""

    def shown(self) -> tuple[np.ndarray, np.ndarray, pd.Index]:
        """Courses to draw, (patients, weeks), with the code of each patient's level and what he is called."""


def level_code(levels: Sequence[str], level: str | Total) -> int | None:
    """The place of ``level``; None for everyone."""
    return None if isinstance(level, Total) else levels.index(level)


def needs_rows(n: int, most: int) -> NotComputable:
    """Why an analysis that counts do not suffice for cannot be had of so many patients."""
    return NotComputable(
        f"This needs every patient's row, of {counted(n, 'patient')} here",
        expected=f"at most {counted(most, 'patient')}",
        fix="Filter, or draw a sample of the registry",
    )
