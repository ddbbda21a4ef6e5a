"""How hospitals differ before anything is pooled: sizes, baseline, missed visits, and how each codes its facts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import pandas as pd

from aadash.formatting import count, counted, number, percent, with_aside
from aadash.levels import readable
from aadash.summaries.form import Level, Summary

#: So many numbers that are the same are no chance.
ENOUGH = 10
#: More values than this of a column are not listed.
SHOWN = 8


def beside(summaries: Sequence[Summary]) -> pd.DataFrame:
    """A row per hospital, as text: patients, baseline, who was seen last, visits missed, smallest cell, what was left out."""
    rows = []
    for s in summaries:
        whole = s.split("none").levels
        rows.append(
            {
                "Hospital": s.centre,
                "Patients": f"{s.n:,}",
                f"Baseline {s.measure.name}, mean (SD)": _baseline(s, whole),
                **_visits(s, whole),
                "Smallest cell": str(s.minimum),
                "Left out of its file": counted(len(s.suppressed), "thing") if s.suppressed else "nothing",
            }
        )
    return pd.DataFrame(rows)


def codes(summaries: Sequence[Summary]) -> pd.DataFrame:
    """A row for each column that a hospital did not count, or of which two hospitals each hold a value that the other lacks, as text.

    Where one merely lacks a level that another has, nobody of that kind may have come.
    """
    held = [(s.centre, _texts(s)) for s in summaries]
    columns = list(dict.fromkeys(column for _, found in held for column in found))
    rows = []
    for column in columns:
        known = [found[column] for _, found in held if column in found]
        apart = any(one - other and other - one for one in known for other in known)
        if len(known) == len(held) and not apart:
            continue
        rows.append({"Column": _title(summaries, column)} | {centre: _listed(found.get(column)) for centre, found in held})
    return pd.DataFrame(rows)


def alike(summaries: Sequence[Summary]) -> list[str]:
    """The columns of which every hospital counted values, as read on a page."""
    held = [_texts(s) for s in summaries]
    return [_title(summaries, column) for column in held[0] if all(found.get(column) for found in held)] if held else []


def twice(summaries: Sequence[Summary]) -> list[str]:
    """A sentence for each two hospitals that hold the same numbers throughout: one file under two names, most likely."""
    return [
        f"“{one.centre}” and “{other.centre}” hold the same numbers throughout: if they are of the same patients, each of these is "
        "counted twice. Leave one of the two out."
        for one, other in combinations(summaries, 2)
        if _same_numbers(one, other)
    ]


def _same_numbers(one: Summary, other: Summary) -> bool:
    """Whether all that both hold is the same, and is much enough to be no chance."""
    if (one.n, one.weeks, one.measure.name) != (other.n, other.weeks, other.measure.name):
        return False
    mine, theirs = _held(one), _held(other)
    both = mine.keys() & theirs.keys()
    return all(mine[key] == theirs[key] for key in both) and sum(map(len, map(mine.__getitem__, both))) >= ENOUGH


def _held(s: Summary) -> dict[tuple[str, ...], tuple[object, ...]]:
    """The numbers of a file, each list of counts by what it is of."""
    out: dict[tuple[str, ...], tuple[object, ...]] = {}
    for split in s.splits:
        key = (split.name, str(split.cut))
        out[key] = tuple((level.level, level.n) for level in split.levels)
        for level in split.levels:
            here = (*key, str(level.level))
            out |= {(*here, "block", b.pattern): (b.n, *b.sums, *b.products) for b in level.scores}
            out |= {(*here, "fact", column): tuple(map(tuple, found)) for column, found in level.facts.items()}
            out |= {(*here, "course", name): tuple(map(tuple, found)) for name, found in level.courses.items()}
    return out


def _texts(s: Summary) -> dict[str, frozenset[str]]:
    """Column → its texts; a column of numbers has "numbers"."""
    out: dict[str, set[str]] = {}
    for level in s.split("none").levels:
        for column, found in level.facts.items():
            out.setdefault(column, set()).update("numbers" if not isinstance(v, str) else v for v, _ in found if v is not None)
    return {column: frozenset(texts) for column, texts in out.items()}


def _title(summaries: Sequence[Summary], column: str) -> str:
    """A column's name as the app prints it: what a split by it is called, else the file's own without its underscores."""
    for s in summaries:
        names = {column, *(role for role, one in s.columns.items() if one == column)}
        for split in s.splits:
            if split.name in names and split.cut is None:
                return split.title
    return readable(column)


def _listed(texts: frozenset[str] | None) -> str:
    if texts is None:
        return "not counted"
    some = sorted(texts)[:SHOWN]
    return ", ".join(some) + (" …" if len(texts) > SHOWN else "") if some else "empty"


def _blocks(s: Summary, whole: Sequence[Level]) -> list[tuple[str, int, float, float]] | None:
    """(pattern, patients, sum and sum of squares at baseline); None where patterns were left out."""
    blocks = [block for level in whole for block in level.scores]
    if sum(block.n for block in blocks) != s.n:
        return None
    out = []
    for b in blocks:
        first = b.pattern.startswith("1")
        out.append((b.pattern, b.n, b.sums[0] if first else 0.0, b.products[0] if first else 0.0))
    return out


def _baseline(s: Summary, whole: Sequence[Level]) -> str:
    blocks = _blocks(s, whole)
    if blocks is None:
        return "–"
    n = sum(size for pattern, size, _, _ in blocks if pattern.startswith("1"))
    if not n:
        return "–"
    total, squares = sum(b[2] for b in blocks), sum(b[3] for b in blocks)
    mean = total / n
    sd = math.sqrt(max(0.0, squares - n * mean * mean) / (n - 1)) if n > 1 else math.nan
    return with_aside(number(mean / s.measure.grid), number(sd / s.measure.grid))


def _visits(s: Summary, whole: Sequence[Level]) -> dict[str, str]:
    """Who was seen, and what was missed; of another measure than SALT who lacks it may have come."""
    name, last = s.measure.name, s.weeks[-1]
    if name == "SALT":
        return {f"Seen at week {last}": _seen(s, whole), "Visits missed": _missed(s, whole)}
    return {f"{name} at week {last}": _seen(s, whole), f"{name} missing": _missed(s, whole)}


def _seen(s: Summary, whole: Sequence[Level]) -> str:
    blocks = _blocks(s, whole)
    return "–" if blocks is None else count(sum(size for pattern, size, _, _ in blocks if pattern.endswith("1")), s.n)


def _missed(s: Summary, whole: Sequence[Level]) -> str:
    blocks = _blocks(s, whole)
    visits = s.n * len(s.weeks)
    if blocks is None or not visits:
        return "–"
    return percent(sum(size * pattern.count("0") for pattern, size, _, _ in blocks) / visits)
