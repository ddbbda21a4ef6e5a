"""Every split of the patients at once, beside the plan's own: what subgroups are asked of.

Patients are alike who have the same baseline and value, or the same course of response. Each other column says how many of them are
in which of its levels within each level of the plan's split; a row stands for those whom no column tells apart. Which level of one
column goes with which of another is arbitrary, and nothing that looks at one column at a time can tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.levels import column_of
from aadash.strata import BUILT_IN
from aadash.summaries.cohorts import Weighed, less, listed, rows_of_courses, stand_in
from aadash.summaries.form import Level, Split, Summary
from aadash.summaries.pool import add_within


@dataclass(frozen=True, eq=False)
class Crossing:
    """What is counted of every other column within each level of a split.

    Attributes
    ----------
    kinds
        (kinds of patients, weeks): the scores of patients who are alike.
    columns
        The other columns as splits; of their levels no more is asked than names.
    tables
        For each level of the split and each column a row (kind, place of the column's level or -1, patients), whole numbers.
    """

    kinds: np.ndarray
    columns: Sequence[Split]
    tables: Sequence[Sequence[np.ndarray]]


def counted_within(summary: Summary, split: Split, rule: str, week: int) -> Crossing:
    """What a summary says: pairs at ``week`` in every level of every column. Raises NotComputable where it does not."""
    used = [level for level in split.levels if level.n]
    if any(not level.within for level in used):
        raise NotComputable(
            f"This summary does not count other columns within {split.title}",
            fix="Summarise with the plan that is asked, and a smallest cell of 1 if the boards allow it",
        )
    if any(str(week) not in sub.pairs.get("observed", {}) for level in used for one in level.within for sub in one.levels if sub.n):
        raise NotComputable(f"This summary does not count other columns at week {week}", fix="Summarise with the plan that is asked")
    columns = add_within(used)
    if not columns:
        raise NotComputable(f"The hospitals count no other column alike in every part of {split.title}")
    wanted, found = rule if rule in ("locf", "complete") else "observed", []
    for level in split.levels:
        for one in columns:
            alone = [Level(level=None, n=level.n, pairs=level.pairs)]
            theirs = next((other.levels for other in level.within if other.name == one.name), alone)
            found.append(_pairs(theirs, [sub.level for sub in one.levels if sub.level is not None], wanted, str(week)))
    kinds, tables = alike(found, summary, week, wanted == "complete")
    return Crossing(kinds, columns, [tables[i : i + len(columns)] for i in range(0, len(tables), len(columns))])


def _pairs(levels: Sequence[Level], names: Sequence[str], rule: str, week: str) -> np.ndarray:
    """A column's (baseline, value, whether every visit was made, level, patients), -1 for none: also of those whom complete cases
    leave out."""
    out = [np.empty((0, 5), dtype=np.int64)]
    for level in levels:
        if not level.n:
            continue
        kept, code = level.pairs[rule][week], -1 if level.level is None else names.index(level.level)
        left = less(level.pairs["observed"][week], kept) if rule == "complete" else []
        for whole, some in ((1, kept), (0, left)):
            rows = [(-1 if b is None else b, -1 if v is None else v, whole, code, n) for b, v, n in some]
            out.append(np.array(rows, dtype=np.int64).reshape(-1, 5))
    return np.vstack(out)


def alike(found: Sequence[np.ndarray], summary: Summary, week: int, complete: bool) -> tuple[np.ndarray, list[np.ndarray]]:
    """Kinds of patients by (baseline, value at ``week``, whether every visit was made), and each table with its kinds for these.
    Another visit is made, with any score, by those of whom ``complete`` cases say that they made it."""
    width = 2 + max((int(table[:, 1].max(initial=0)) for table in found), default=0)
    keys = [((table[:, 0] + 1) * width + table[:, 1] + 1) * 2 + table[:, 2] for table in found]
    every = np.unique(np.concatenate(keys))
    tables = [np.column_stack([np.searchsorted(every, key), table[:, 3:]]) for key, table in zip(keys, found, strict=True)]
    units = np.column_stack([every // 2 // width - 1, every // 2 % width - 1])
    points = np.where(units < 0, np.nan, units / summary.measure.grid)
    rows = np.repeat(np.where((every % 2 == 1) & complete, points[:, 0], np.nan)[:, None], len(summary.weeks), axis=1)
    rows[:, 0], rows[:, summary.weeks.index(week)] = points.T
    return rows, tables


def courses_within(summary: Summary, split: Split, endpoint: str, crossing: Crossing) -> Crossing:
    """The same columns with courses of response in the place of ``crossing``'s kinds, dealt to their levels at random."""
    kinds, tables, begin = [], [], 0
    for level, others in zip(split.levels, crossing.tables, strict=True):
        rows, counts = rows_of_courses(summary, level, endpoint)
        kinds.append(rows)
        dealt = []
        for table in others:
            sizes = np.bincount(table[:, 1] + 1, weights=table[:, 2]).astype(np.int64)
            n, (course, code) = _refined([np.asarray(counts, dtype=np.int64), sizes])
            dealt.append(np.column_stack([begin + course, code - 1, n]))
        tables.append(dealt)
        begin += len(rows)
    return Crossing(np.vstack(kinds), crossing.columns, tables)


def _refined(parts: Sequence[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
    """The patients of a row (numbered as they stand in each of ``parts``, which say how many each piece has) whom no part tells
    apart, and the piece that they are in, part by part."""
    ends = [part.cumsum() for part in parts]
    every = np.unique(np.concatenate(ends))
    every = every[every > 0]
    return np.diff(every, prepend=0), [np.searchsorted(end, every) for end in ends]


def by_crossing(summary: Summary, split: Split, crossing: Crossing) -> Cohort:
    """A row for all whom no column tells apart: as many patients of each kind in every level of every column within every level of
    ``split``."""
    parts, codes, counts = [], [np.empty((0, len(crossing.columns)), dtype=np.int16)], [np.empty(0, dtype=np.int64)]
    for tables in crossing.tables:
        ordered = [table[np.lexsort((table[:, 1], table[:, 0]))] for table in tables]
        n, places = _refined([table[:, 2] for table in ordered])
        parts.append(crossing.kinds[ordered[0][places[0], 0]])
        codes.append(np.column_stack([table[place, 1] for table, place in zip(ordered, places, strict=True)]).astype(np.int16))
        counts.append(n)
    weights, code = np.concatenate(counts), np.vstack(codes)
    cohort = stand_in(summary, split, parts, summary.measured(), listed(split, len(code)), weights, weighed=True)
    given = dict(cohort.given_splits)
    for one, column in zip(crossing.columns, code.T, strict=True):
        levels = [sub for sub in one.levels if sub.level is not None]
        names, labels = tuple(str(sub.level) for sub in levels), tuple(sub.label for sub in levels)
        given[one.name] = Weighed(one.name, one.title, names, labels, column, one.cut, weights)
    cohort.__dict__.update(_given=given, _menu={one.name: BUILT_IN.get(one.name, one.name) for one in crossing.columns})
    return cohort


def not_crossed(split: Split, columns: Mapping[str, str]) -> list[str]:
    """Columns of which something is recorded, but not counted within every level of ``split``; ``columns`` are those of roles."""
    used = [level for level in split.levels if level.n]
    there = {columns.get(one.name, column_of(one.name)) for level in used for one in level.within}
    recorded = {column for level in used for column, found in level.facts.items() if any(v is not None for v, _ in found)}
    return sorted(recorded - there)
