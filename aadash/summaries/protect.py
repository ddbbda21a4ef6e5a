"""Small cells are not shown."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from aadash.formatting import counted
from aadash.summaries.form import Level, Split, Summary


def protected(summary: Summary, minimum: int) -> Summary:
    """The summary without what is about fewer than ``minimum`` patients, and without what would give it back by subtraction.

    A level of fewer patients is emptied of everything but its size, and so is the smallest of the others when only one would be
    missing (the whole less the others would be that one). In what is left: the counts of (baseline, value) are dropped, since nearly
    every such cell is of one patient; missing patterns of fewer are dropped, and one more when only one would be; a column's
    counts and an endpoint's courses are dropped when any of their cells is small. What was taken out is said in ``suppressed``.
    """
    if minimum <= 1:
        return summary
    told: list[str] = []
    splits = [_split(split, minimum, told) for split in summary.splits]
    if summary.n:
        told.insert(
            0, f"Counts of a baseline with a later value are not given, as nearly every one is of fewer than {minimum} patients."
        )
    return msgspec.structs.replace(summary, splits=splits, suppressed=told)


def _split(split: Split, minimum: int, told: list[str]) -> Split:
    empty = set(with_complement([level.n for level in split.levels], minimum))
    levels = []
    for i, level in enumerate(split.levels):
        if i in empty:
            told.append(
                f"{split.title}: “{level.level or 'not recorded'}” ({counted(level.n, 'patient')}) is given by its size alone."
            )
            levels.append(Level(level=level.level, label=level.label, n=level.n))
        else:
            levels.append(_level(split, level, minimum, told))
    return msgspec.structs.replace(split, levels=levels)


def with_complement(sizes: Sequence[int], minimum: int) -> list[int]:
    """Places of sizes from 1 to ``minimum`` − 1, and of the smallest other one when there is just one such."""
    small = [i for i, n in enumerate(sizes) if 0 < n < minimum]
    others = [i for i, n in enumerate(sizes) if n >= minimum]
    if len(small) == 1 and others:
        small.append(min(others, key=lambda i: sizes[i]))
    return sorted(small)


def _level(split: Split, level: Level, minimum: int, told: list[str]) -> Level:
    gone = set(with_complement([block.n for block in level.scores], minimum))
    if gone:
        lost = sum(level.scores[i].n for i in gone)
        told.append(
            f"{split.title}, “{level.level or 'everyone'}”: {counted(len(gone), 'pattern')} of missed visits "
            f"({counted(lost, 'patient')}) taken out; models cannot be fitted."
        )
    kept = {block.pattern for i, block in enumerate(level.scores) if i not in gone}
    facts = {c: counts for c, counts in level.facts.items() if all(n >= minimum for _, n in counts)}
    dropped = [c for c in level.facts if c not in facts]
    if dropped:
        told.append(f"{split.title}, “{level.level or 'everyone'}”: small cells in {', '.join(dropped)}.")
    percent = [b for b in level.percent if b.n >= minimum]
    whole = len(percent) == len(level.percent) and not gone
    return Level(
        level=level.level,
        label=level.label,
        n=level.n,
        scores=[b for b in level.scores if b.pattern in kept],
        percent=percent if whole else [],
        facts=facts,
        courses={e: counts for e, counts in level.courses.items() if all(n >= minimum for _, n in counts)},
    )
