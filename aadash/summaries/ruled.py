"""A week of a registry under a rule for missing visits that looks at other visits: last observation carried, complete cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import narwhals as nw
import numpy as np

from aadash.analyses.visits import Pairs, Patterns
from aadash.summaries.counted import Sized
from aadash.summaries.engine import Held, N, counted, w
from aadash.summaries.table_columns import with_rule

SEEN, VALUE, CODE = "aadash_seen", "aadash_value", "aadash_code"
MADE, ZERO = "aadash_made", "aadash_zero"


def under(
    table: Held, week: int, rule: str, strata: Sized, code: Callable[[np.ndarray], np.ndarray] | str | None
) -> tuple[Pairs, np.ndarray, np.ndarray]:
    """Each baseline with each value under the rule and each recorded value, the patients of each in each level (at last without one),
    and the recorded value."""
    seen, value = nw.col(w(week)), nw.col(w(week))
    if rule == "complete":
        missed = nw.any_horizontal(*[nw.col(w(one)).is_null() for one in table.weeks], ignore_nulls=False)
        frame = table.table.with_columns(seen.alias(SEEN), nw.when(~missed).then(value).alias(VALUE))
    else:
        frame = with_rule(table.table.with_columns(seen.alias(SEEN)), table.weeks, rule, week).with_columns(value.alias(VALUE))
    keys = [w(0), VALUE, SEEN]
    if isinstance(code, str):
        frame, keys = frame.with_columns(_place(table, strata, code).alias(CODE)), [*keys, CODE]
    found = counted(frame.select(*keys), keys)
    columns = {key: found[key].fill_null(-1).to_numpy().astype(np.int64) for key in keys}
    rows = np.column_stack([columns[key] for key in keys[:3]])
    if isinstance(code, str):
        codes = columns[CODE]
    else:
        codes = np.full(len(rows), -1) if code is None else code(np.where(rows[:, 0] < 0, np.nan, rows[:, 0] / table.grid))
    return of_rows(rows, codes, found[N].to_numpy(), len(strata.levels), table.grid)


def of_rows(rows: np.ndarray, codes: np.ndarray, n: np.ndarray, levels: int, grid: int) -> tuple[Pairs, np.ndarray, np.ndarray]:
    """What :func:`under` gives, of (baseline, value, recorded value) in units of ``grid`` (-1: none), each with a level's place and
    ``n`` patients."""
    different, place = np.unique(rows, axis=0, return_inverse=True)
    points = np.where(different < 0, np.nan, different / grid)
    pairs, order = Pairs.ordered(points[:, 0], points[:, 1])
    counts = np.zeros((len(different), levels + 1), order="F")
    np.add.at(counts, (place.ravel(), np.where(codes < 0, levels, codes)), n)
    return pairs, counts[order], points[order, 2]


def _place(table: Held, strata: Sized, column: str) -> Any:
    """A level's place among those of the split; nothing for none."""
    texts, value = table.levels.get(column), nw.col(column)
    out: Any = nw.lit(None).cast(nw.Int32)
    if texts is None:
        out = nw.when(value > strata.cut).then(nw.lit(1))
        return nw.when(value <= strata.cut).then(nw.lit(0)).otherwise(out)
    for i, level in enumerate(strata.levels):
        out = nw.when(value == texts.index(level)).then(nw.lit(i)).otherwise(out)
    return out


def visits_made(table: Held) -> Patterns:
    """The visits made, and who has a baseline of 0."""
    weeks = table.weeks
    bits = [nw.when(nw.col(w(week)).is_null()).then(nw.lit(0)).otherwise(nw.lit(2**i)).cast(nw.Int32) for i, week in enumerate(weeks)]
    zero = nw.when(nw.col(w(0)) == 0).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int16)
    found = counted(table.table.select(nw.sum_horizontal(*bits).alias(MADE), zero.alias(ZERO)), [MADE, ZERO])
    bit, none, n = (found[name].to_numpy().astype(np.int64) for name in (MADE, ZERO, N))
    made = (bit[:, None] >> np.arange(len(weeks))) & 1 == 1
    return Patterns(made, np.where(~made[:, 0], np.nan, np.where(none == 1, 0.0, 1.0)), n)
