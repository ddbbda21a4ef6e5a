"""Whether the sums of a summary can be those of patients: an altered or damaged file is refused."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from aadash.summaries.form import Block, Level, Split, Summary

#: More patients than any registry has; larger numbers are damage.
MOST = 10**9


def verify(summary: Summary) -> Iterator[str]:
    """A sentence for each thing that cannot be; nothing for a summary that can.

    Looked at: counts (whole, none negative, adding up to the level, the level to the split), scores inside the scale, sums and
    cross-products that some set of scores inside the scale could have, and pairs and blocks that say the same about each week.
    """
    m = summary.measure
    if not (
        math.isfinite(m.low) and math.isfinite(m.high) and m.low < m.high and m.better in ("lower", "higher") and 1 <= m.grid <= 1000
    ):
        yield f"the scale is {m.low} to {m.high} in steps of 1/{m.grid}"
        return
    weeks = summary.weeks
    if not weeks or weeks[0] != 0 or weeks != sorted(set(weeks)):
        yield f"the weeks are {weeks[:10]}"
        return
    if not 0 <= summary.n <= MOST or summary.minimum < 1:
        yield f"it is of {summary.n} patients, with a smallest cell of {summary.minimum}"
    if not any(split.name == "none" for split in summary.splits):
        yield "the whole cohort is missing"
    for split in summary.splits:
        yield from _split(summary, split)


def _split(summary: Summary, split: Split) -> Iterator[str]:
    names = [level.level for level in split.levels]
    if len(set(names)) != len(names):
        yield f"{split.title}: a level stands twice"
    if sum(level.n for level in split.levels) != summary.n:
        yield f"{split.title}: its levels hold {sum(level.n for level in split.levels)} patients, the cohort {summary.n}"
    for level in split.levels:
        where = f"{split.title}, {level.level or 'not recorded'}"
        for fault in _level(summary, level):
            yield f"{where}: {fault}"


def _level(summary: Summary, level: Level) -> Iterator[str]:
    if not 0 <= level.n <= MOST:
        yield f"{level.n} patients"
        return
    counted = [(f"week {week} ({rule})", [p[2] for p in pairs]) for rule, by in level.pairs.items() for week, pairs in by.items()]
    counted += [(column, [n for _, n in found]) for column, found in level.facts.items()]
    counted += [(endpoint, [n for _, n in found]) for endpoint, found in level.courses.items()]
    for what, counts in counted:
        wrong = sum(counts) > level.n if what.endswith("(complete)") else sum(counts) != level.n
        if any(n < 1 for n in counts) or wrong:
            yield f"the counts of {what} do not add up to {level.n}"
    low, high = (x * summary.measure.grid for x in (summary.measure.low, summary.measure.high))
    known = {str(week) for week in summary.weeks}
    for rule, by in level.pairs.items():
        if not set(by) <= known:
            yield f"weeks under {rule} that are no visits"
        for week, pairs in by.items():
            if any(x is not None and not low <= x <= high for pair in pairs for x in pair[:2]):
                yield f"a score outside the scale at week {week}"
    for courses in level.courses.values():
        signs = [text.removeprefix("u") for text, _ in courses]
        if any(len(s) != len(summary.weeks) or set(s) - set("01-") for s in signs):
            yield "a course of response that is none"
    for block in [*level.scores, *level.percent]:
        yield from _block(summary, level, block)
    whole = sum(block.n for block in level.scores)
    if whole > level.n or (summary.minimum == 1 and level.n and whole != level.n):
        yield f"its missing patterns hold {whole} patients of {level.n}"
    elif "observed" in level.pairs and whole == level.n:
        yield from _agree(summary, level)
    for block in level.scores:
        yield from _scores(block, low, high)
    for one in level.within:
        yield from _within(level, one)
    yield from _cells(summary, level)


def _within(level: Level, split: Split) -> Iterator[str]:
    """The levels of another column hold the level's patients, and its pairs."""
    names = [sub.level for sub in split.levels]
    if len(set(names)) != len(names) or any(not 0 <= sub.n <= MOST for sub in split.levels):
        yield f"the levels of {split.title} within it"
        return
    if sum(sub.n for sub in split.levels) != level.n:
        yield f"its patients by {split.title} do not add up to {level.n}"
    for rule, weeks in level.pairs.items():
        for week in {week for sub in split.levels for week in sub.pairs.get(rule, {})}:
            total: Counter[tuple[int | None, int | None]] = Counter()
            for sub in split.levels:
                for b, v, n in sub.pairs.get(rule, {}).get(week, []):
                    total[b, v] += n if n > 0 else MOST
            if total != Counter({(b, v): n for b, v, n in weeks.get(week, [])}):
                yield f"its pairs of week {week} ({rule}) by {split.title} are not its own"


def _cells(summary: Summary, level: Level) -> Iterator[str]:
    for name, cells in level.cells.items():
        courses: Counter[str] = Counter()
        for pattern, course, n in cells:
            courses[course] += n if n > 0 else MOST
            signs = course.removeprefix("u")
            if len(pattern) != len(cells[0][0]) or len(signs) != len(summary.weeks) or set(signs) - set("01-"):
                yield f"a cell of the model of {name} that is none"
                return
        known = level.courses.get(name)
        if sum(courses.values()) != level.n or (known is not None and courses != Counter(dict(known))):
            yield f"the cells of the model of {name} do not add up to its patients"


def _block(summary: Summary, level: Level, block: Block) -> Iterator[str]:
    k = block.pattern.count("1")
    if len(block.pattern) != len(summary.weeks) or set(block.pattern) - set("01"):
        yield f"the missing pattern {block.pattern!r}"
    elif len(block.sums) != k or len(block.products) != k * (k + 1) // 2:
        yield f"the missing pattern {block.pattern} has not its sums"
    elif not 0 < block.n <= level.n:
        yield f"the missing pattern {block.pattern} is of {block.n} patients"
    elif not all(map(math.isfinite, [*block.sums, *block.products])):
        yield f"the missing pattern {block.pattern} has sums that are not finite"
    elif k:
        centred = block.centred()
        slack = 1e-9 * max(1.0, float(np.abs(np.diag(centred)).max()), *map(abs, block.products))
        if np.linalg.eigvalsh(centred).min() < -slack:
            yield f"the cross-products of {block.pattern} are those of no set of patients"


def _scores(block: Block, low: float, high: float) -> Iterator[str]:
    """Whole sums of scores inside [low, high]: Σ(x − low)(high − x) is never negative."""
    k = len(block.sums)
    if block.pattern.count("1") != k or len(block.products) != k * (k + 1) // 2:
        return
    if any(x != int(x) for x in [*block.sums, *block.products]):
        yield f"sums of {block.pattern} that are no whole numbers"
        return
    diagonal = [block.products[i * k - i * (i - 1) // 2] for i in range(k)]
    for s, p in zip(block.sums, diagonal, strict=True):
        if not block.n * low <= s <= block.n * high or p > (low + high) * s - block.n * low * high:
            yield f"sums of {block.pattern} that scores inside the scale cannot have"


def _agree(summary: Summary, level: Level) -> Iterator[str]:
    for j, week in enumerate(summary.weeks):
        pairs = level.pairs["observed"].get(str(week))
        if pairs is None:
            continue
        total = sum(v * n for _, v, n in pairs if v is not None)
        other = sum(b.sums[b.pattern[:j].count("1")] for b in level.scores if b.pattern[j] == "1")
        if total != other:
            yield f"two sums of week {week}: {total} and {other:g}"
