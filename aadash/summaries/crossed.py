"""Every split of the patients at once, beside the plan's own: what subgroups are asked of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.levels import column_of
from aadash.strata import BUILT_IN, Strata
from aadash.summaries.cohorts import by_pairs, less
from aadash.summaries.form import Level, Split, Summary


def by_crossing(summary: Summary, split: Split, rule: str, week: int) -> Cohort:
    """As many patients with the right pairs at ``week`` in every level of every column within every level of ``split``.

    Which level of one column goes with which of another is arbitrary; nothing that looks at one column at a time can tell.
    """
    used = [level for level in split.levels if level.n]
    if any(not level.within for level in used):
        raise NotComputable(
            f"This summary does not count other columns within {split.title}",
            fix="Summarise with the plan that is asked, and a smallest cell of 1 if the boards allow it",
        )
    if any(str(week) not in sub.pairs.get("observed", {}) for level in used for one in level.within for sub in one.levels if sub.n):
        raise NotComputable(f"This summary does not count other columns at week {week}", fix="Summarise with the plan that is asked")
    cohort = by_pairs(summary, split, rule)
    wanted = rule if rule in ("locf", "complete") else "observed"
    units = np.where(np.isnan(cohort.values), -1, np.round(cohort.values * summary.measure.grid)).astype(int)
    pairs = units[:, [0, cohort.column_index(week)]]
    whole = np.asarray(((units >= 0) | (wanted != "complete")).all(axis=1))
    ends = np.cumsum([level.n for level in split.levels])
    given = dict(cohort.given_splits)  # type: ignore[attr-defined]
    for one in used[0].within:
        codes = np.full(len(cohort), -1)
        names = [sub.level for sub in one.levels if sub.level is not None]
        for level, end in zip(split.levels, ends, strict=True):
            rows = slice(end - level.n, end)
            theirs = next((other.levels for other in level.within if other.name == one.name), [])
            codes[rows] = _dealt(pairs[rows], whole[rows], theirs, names, wanted, str(week))
        labels = tuple(sub.label for sub in one.levels if sub.level is not None)
        given[one.name] = Strata(one.name, one.title, tuple(map(str, names)), labels, codes, one.cut)
    menu = {name: BUILT_IN.get(name, name) for name in [one.name for one in used[0].within]}
    cohort.__dict__.update(_given=given, _menu=menu)
    return cohort


def not_crossed(split: Split, columns: Mapping[str, str]) -> list[str]:
    """Columns of which something is recorded, but not counted within every level of ``split``; ``columns`` are those of roles."""
    used = [level for level in split.levels if level.n]
    there = {columns.get(one.name, column_of(one.name)) for level in used for one in level.within}
    recorded = {column for level in used for column, found in level.facts.items() if any(v is not None for v, _ in found)}
    return sorted(recorded - there)


def _dealt(pairs: np.ndarray, whole: np.ndarray, levels: Sequence[Level], names: Sequence[str], rule: str, week: str) -> np.ndarray:
    """The code of each made-up patient: as many of each pair as each level has, also of those whom complete cases leave out."""
    codes = np.full(len(pairs), -1)
    rows, codes_of, counts = [np.empty((0, 3), dtype=int)], [np.empty(0, dtype=int)], [np.empty(0, dtype=int)]
    for level in levels:
        if not level.n:
            continue
        kept = level.pairs[rule][week]
        left = less(level.pairs["observed"][week], kept) if rule == "complete" else []
        found = [
            (-1 if b is None else b, -1 if v is None else v, full, n) for full, some in ((1, kept), (0, left)) for b, v, n in some
        ]
        table = np.array(found, dtype=int).reshape(-1, 4)
        rows.append(table[:, :3])
        codes_of.append(np.full(len(table), -1 if level.level is None else names.index(level.level)))
        counts.append(table[:, 3])
    wanted, code, n = np.vstack(rows), np.concatenate(codes_of), np.concatenate(counts)
    mine = np.column_stack([pairs, whole.astype(int)])
    order, place = np.lexsort(wanted.T[::-1]), np.lexsort(mine.T[::-1])
    codes[place] = np.repeat(code[order], n[order])
    return codes
