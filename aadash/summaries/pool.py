"""Several hospitals' summaries added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import pandas as pd

from aadash.analyses.intercurrent import kinds_of_all
from aadash.errors import SummaryError
from aadash.formatting import listing
from aadash.strata import ordered
from aadash.summaries.form import Block, Cell, Level, Split, Summary

#: The split of a pooled summary whose levels are the hospitals.
CENTRE = "centre"


def pooled(summaries: Sequence[Summary]) -> Summary:
    """The sum of several summaries, with the hospitals as one more split ("centre").

    What was not suppressed anywhere gives the numbers of the pooled rows. Splits and facts that a hospital lacks are left out of the
    sum and named in ``suppressed``.

    Raises SummaryError when hospitals measured different things or at different weeks, cut a split at different places, or have one
    name.
    """
    if not summaries:
        raise SummaryError("There is no summary to add up", expected="one summary at least")
    first = summaries[0]
    names = [s.centre for s in summaries]
    twice = [name for name, n in Counter(names).items() if n > 1]
    if twice:
        raise SummaryError(
            f"Two summaries are of the centre “{twice[0]}”",
            fix="If they are of the same patients, leave one out; else give each centre a name of its own (--centre)",
        )
    for other in summaries[1:]:
        _same(first, other)
    grid = max(s.measure.grid for s in summaries)
    scaled = [_on_grid(s, grid) for s in summaries]
    told = [f"{s.centre}: {text}" for s in summaries for text in s.suppressed]
    splits = []
    for split in scaled[0].splits:
        theirs = [[one for one in s.splits if one.name == split.name] for s in scaled]
        cuts = {t[0].cut for t in theirs if t}
        if len(cuts) > 1:
            places = listing([f"{cut:g}" for cut in sorted(cut for cut in cuts if cut is not None)])
            told.append(f"No split by {split.title.partition(' (cut at')[0]}: the hospitals cut it at {places}.")
        elif all(theirs):
            splits.append(_sum([t[0] for t in theirs]))
        else:
            missing = [s.centre for s, t in zip(scaled, theirs, strict=True) if not t]
            told.append(f"No split by {split.title}: {', '.join(missing)} did not count it.")
    wholes = [(s.centre, s.split("none").levels) for s in scaled]
    models = {s.model for s in summaries}
    if len(models) > 1:
        told.append("No model: the hospitals count the cells of different ones.")
    centres = Split(name=CENTRE, title="centre", levels=[add(name, levels, name) for name, levels in wholes])
    return Summary(
        format=first.format,
        version=first.version,
        software=first.software,
        centre=", ".join(names),
        measure=scaled[0].measure,
        weeks=first.weeks,
        n=sum(s.n for s in summaries),
        minimum=max(s.minimum for s in summaries),
        splits=[*splits, centres],
        columns={k: v for k, v in first.columns.items() if all(s.columns.get(k) == v for s in summaries)},
        ordered=_orders(summaries),
        model=first.model if len(models) == 1 else "",
        suppressed=told,
        synthetic=any(s.synthetic for s in summaries),
        events=kinds_of_all([s.events or [] for s in summaries]),
    )


def _same(one: Summary, other: Summary) -> None:
    mine, theirs = one.measure, other.measure
    if (mine.name, mine.low, mine.high, mine.better) != (theirs.name, theirs.low, theirs.high, theirs.better):
        raise SummaryError(
            f"{one.centre} measured {mine.name} ({mine.low:g}–{mine.high:g}) and {other.centre} {theirs.name} "
            f"({theirs.low:g}–{theirs.high:g})",
            expected="one measure",
        )
    if one.weeks != other.weeks:
        raise SummaryError(
            f"{one.centre} has visits at weeks {_list(one.weeks)} and {other.centre} at {_list(other.weeks)}",
            expected="the same weeks",
            fix="Map the visits to one schedule when the files are read, then summarise again",
        )
    cuts = {split.name: split.cut for split in one.splits}
    for split in other.splits:
        if split.name == "severity" and cuts.get("severity", split.cut) != split.cut:
            raise SummaryError(
                f"{one.centre} cuts {split.title} at {cuts[split.name]:g} and {other.centre} at {split.cut:g}",
                expected="one cut",
                fix="Summarise with the same plan",
            )


def _list(weeks: Sequence[int]) -> str:
    return ", ".join(map(str, weeks))


def _on_grid(summary: Summary, grid: int) -> Summary:
    """The same summary in a finer grid's units."""
    factor = grid // summary.measure.grid
    if factor == 1:
        return summary

    def times(x: int | None) -> int | None:
        return None if x is None else x * factor

    def level(one: Level) -> Level:
        pairs = {
            rule: {week: [(times(b), times(v), n) for b, v, n in found] for week, found in weeks.items()}
            for rule, weeks in one.pairs.items()
        }
        scores = [
            msgspec.structs.replace(b, sums=[x * factor for x in b.sums], products=[x * factor**2 for x in b.products])
            for b in one.scores
        ]
        within = [split(s) for s in one.within]
        return msgspec.structs.replace(one, pairs=pairs, scores=scores, within=within)

    def split(one: Split) -> Split:
        return msgspec.structs.replace(one, levels=[level(lv) for lv in one.levels])

    return msgspec.structs.replace(
        summary, splits=[split(s) for s in summary.splits], measure=msgspec.structs.replace(summary.measure, grid=grid)
    )


def _orders(summaries: Sequence[Summary]) -> dict[str, list[str]]:
    """The order of each column's values."""
    columns = dict.fromkeys(column for summary in summaries for column in summary.ordered)
    return {column: in_one_order([s.ordered[column] for s in summaries if column in s.ordered]) for column in columns}


def in_one_order(lists: Sequence[Sequence[str]]) -> list[str]:
    """Every text once, in an order that agrees with the lists as far as they agree: one that the first lacks comes before what
    follows it in its own list."""
    out: list[str] = []
    for one in lists:
        for i, text in enumerate(one):
            if text not in out:
                after = next((out.index(later) for later in one[i + 1 :] if later in out), len(out))
                out.insert(after, text)
    return out


def _sum(splits: Sequence[Split]) -> Split:
    each = [[level.level for level in split.levels if level.level is not None] for split in splits]
    listed = ordered({name for names in each for name in names}, splits[0].name, pd.Series(dtype=object))
    if any(names != [name for name in listed if name in names] for names in each):  # an order of the files' own
        listed = in_one_order(each)
    names: list[str | None] = [*listed, *[None] * any(level.level is None for split in splits for level in split.levels)]
    levels = [add(name, [lv for split in splits for lv in split.levels if lv.level == name]) for name in names]
    return Split(name=splits[0].name, title=splits[0].title, cut=splits[0].cut, levels=levels)


def add(name: str | None, levels: Sequence[Level], label: str = "") -> Level:
    """Levels added up: what is counted in all of those with patients."""
    used = [level for level in levels if level.n] or list(levels)
    rules = _common(level.pairs for level in used)
    return Level(
        level=name,
        label=label or next((level.label for level in levels if level.label), name or ""),
        n=sum(level.n for level in used),
        pairs={
            rule: {week: _add_pairs([level.pairs[rule][week] for level in used]) for week in used[0].pairs[rule]} for rule in rules
        },
        scores=_add_blocks(level.scores for level in used),
        percent=_add_blocks(level.percent for level in used),
        facts={c: _add_counts([level.facts[c] for level in used]) for c in _common(level.facts for level in used)},
        courses={e: _add_counts([level.courses[e] for level in used]) for e in _common(level.courses for level in used)},
        within=add_within(used),
        cells={e: _add_cells([level.cells[e] for level in used]) for e in _common(level.cells for level in used)},
    )


def add_within(levels: Sequence[Level]) -> list[Split]:
    """The columns that all levels are crossed with and cut at one place."""
    found = [{one.name: one for one in level.within} for level in levels]
    out = []
    for name in _common(found):
        splits = [one[name] for one in found]
        if len({one.cut for one in splits}) == 1:
            out.append(_sum(splits))
    return out


def _add_cells(lists: Sequence[list[Cell]]) -> list[Cell]:
    total: Counter[tuple[tuple[str | float | None, ...], str]] = Counter()
    for cells in lists:
        for pattern, course, n in cells:
            total[tuple(pattern), course] += n
    return [(list(pattern), course, n) for (pattern, course), n in sorted(total.items(), key=repr)]


def _common(dictionaries: Iterable[dict[str, Any]]) -> list[str]:
    found = list(dictionaries)
    return [key for key in (found[0] if found else {}) if all(key in one for one in found)]


def _add_pairs(lists: Sequence[list[Any]]) -> list[Any]:
    total: Counter[tuple[int | None, int | None]] = Counter()
    for pairs in lists:
        for b, v, n in pairs:
            total[(b, v)] += n
    return [(b, v, n) for (b, v), n in sorted(total.items(), key=lambda item: tuple(-1 if x is None else x for x in item[0]))]


def _add_counts(lists: Sequence[list[Any]]) -> list[Any]:
    total: Counter[Any] = Counter()
    for counts in lists:
        for value, n in counts:
            total[value] += n
    return sorted(total.items(), key=lambda item: (item[0] is None, isinstance(item[0], str), 0 if item[0] is None else item[0]))


def _add_blocks(groups: Iterable[Sequence[Block]]) -> list[Block]:
    total: dict[str, Block] = {}
    for block in (b for blocks in groups for b in blocks):
        kept = total.get(block.pattern)
        total[block.pattern] = (
            block
            if kept is None
            else Block(
                pattern=block.pattern,
                n=kept.n + block.n,
                sums=[a + b for a, b in zip(kept.sums, block.sums, strict=True)],
                products=[a + b for a, b in zip(kept.products, block.products, strict=True)],
            )
        )
    return [total[pattern] for pattern in sorted(total)]
