"""Small cells are not shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from aadash.formatting import counted
from aadash.levels import readable
from aadash.summaries.form import Level, Split, Summary
from aadash.summaries.pool import add


def protected(summary: Summary, minimum: int, between: Mapping[str, Sequence[Level]]) -> Summary:
    """The summary without what is about fewer than ``minimum`` patients, and without what would give it back by subtraction.

    A level of fewer patients is emptied of everything but its size, and so are the smallest of the others until those emptied hold
    ``minimum`` patients together (the whole less the others would else be a small cell). A missing pattern, a column's counts, an
    endpoint's courses and its cells are given in all levels of a split or in none: they are dropped when a cell of any level, or of
    the emptied levels together, is small. The counts of (baseline, value) are dropped, since nearly every such cell is of one
    patient, and with them what is crossed with other columns. What was taken out is said in ``suppressed``.

    ``between`` has for a split the groups that it gives away together with an earlier one (:mod:`aadash.summaries.nested`): a cell
    that is small in one of these is taken out of the split as if it were one of its own.
    """
    if minimum <= 1:
        return summary
    told: list[str] = []
    splits = [_split(split, minimum, told, between.get(split.name, ())) for split in summary.splits]
    if summary.n:
        told.insert(
            0,
            f"Counts of a baseline with a later value, and subgroups, are not given, as nearly every one is of fewer than {minimum} "
            "patients.",
        )
    return msgspec.structs.replace(summary, splits=splits, suppressed=told)


def _split(split: Split, minimum: int, told: list[str], between: Sequence[Level]) -> Split:
    empty = set(with_complement([level.n for level in split.levels], minimum))
    kept = [level for i, level in enumerate(split.levels) if i not in empty]
    rest = [add(None, [split.levels[i] for i in sorted(empty)])] if empty else []
    for i in sorted(empty):
        level = split.levels[i]
        told.append(f"{split.title}: “{level.level or 'not recorded'}” ({counted(level.n, 'patient')}) is given by its size alone.")
    patterns = _small_patterns([*kept, *between], rest, minimum)
    small = _small(minimum, [level.facts for level in (*kept, *rest, *between)])
    endpoints = _small(minimum, [level.courses for level in (*kept, *rest, *between)])
    models = _small(minimum, [_cells(level) for level in (*kept, *rest)])
    if any(level.cells for level in split.levels) and (models or not kept):
        told.append(f"{split.title}: small cells of the model.")
    lost = sum(block.n for level in kept for block in level.scores if block.pattern in patterns)
    if lost:
        told.append(
            f"{split.title}: {counted(len(patterns), 'pattern')} of missed visits ({counted(lost, 'patient')}) taken out; "
            "models cannot be fitted."
        )
    if kept and small:
        columns = [readable(column) for column in small]
        told.append(f"{split.title}: small cells in {', '.join(sorted(columns))}.")
    percent = not patterns and not any(block.n < minimum for level in (*kept, *rest, *between) for block in level.percent)
    levels = [
        Level(level=level.level, label=level.label, n=level.n)
        if i in empty
        else Level(
            level=level.level,
            label=level.label,
            n=level.n,
            scores=[block for block in level.scores if block.pattern not in patterns],
            percent=level.percent if percent else [],
            facts={column: found for column, found in level.facts.items() if column not in small},
            courses={name: found for name, found in level.courses.items() if name not in endpoints},
            cells={name: found for name, found in level.cells.items() if name not in models},
        )
        for i, level in enumerate(split.levels)
    ]
    return msgspec.structs.replace(split, levels=levels)


def with_complement(sizes: Sequence[int], minimum: int) -> list[int]:
    """Places of sizes from 1 to ``minimum`` − 1, and of the smallest others until these hold ``minimum`` together."""
    hidden = [i for i, n in enumerate(sizes) if 0 < n < minimum]
    others = sorted((i for i, n in enumerate(sizes) if n >= minimum), key=lambda i: sizes[i])
    while others and hidden and (len(hidden) == 1 or sum(sizes[i] for i in hidden) < minimum):
        hidden.append(others.pop(0))
    return sorted(hidden)


def _small_patterns(kept: Sequence[Level], rest: Sequence[Level], minimum: int) -> set[str]:
    """Missing patterns that are small somewhere, and those that would give them away as what a level lacks."""
    small = {block.pattern for level in (*kept, *rest) for block in level.scores if block.n < minimum}
    while True:
        more: set[str] = set()
        for level in kept:
            shown = [block for block in level.scores if block.pattern not in small]
            hidden = [block for block in level.scores if block.pattern in small]
            if hidden and shown and (len(hidden) == 1 or sum(block.n for block in hidden) < minimum):
                more.add(min(shown, key=lambda block: block.n).pattern)
        if not more:
            return small
        small |= more


def _cells(level: Level) -> dict[str, list[tuple[Any, int]]]:
    return {name: [((*pattern, course), n) for pattern, course, n in found] for name, found in level.cells.items()}


def _small(minimum: int, held: Sequence[Mapping[str, Sequence[tuple[Any, int]]]]) -> set[str]:
    """Names of counts of which a cell is small in one of the levels."""
    return {name for one in held for name, found in one.items() if any(n < minimum for _, n in found)}
