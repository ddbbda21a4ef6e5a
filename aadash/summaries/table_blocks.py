"""Sums and cross-products of a registry's scores in each level and missing pattern, made by the engine."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from aadash.summaries.engine import N, w
from aadash.summaries.form import Block
from aadash.summaries.table_columns import LEVEL

PATTERN = "aadash_pattern"


def score_blocks(frame: Any, weeks: list[int], step: int) -> dict[str | None, list[Block]]:
    """Level → blocks of the scores, in units of the grid divided by ``step``; the frame has the level of each patient."""
    return _blocks(frame, {week: nw.col(w(week)).cast(nw.Int64) for week in weeks}, step)


def percent_blocks(frame: Any, weeks: list[int]) -> dict[str | None, list[Block]]:
    """Level → blocks of the percent change, 100 at baseline."""
    base, defined = nw.col(w(0)).cast(nw.Float64), nw.when(nw.col(w(0)) > 0)
    return _blocks(frame, {week: defined.then(nw.col(w(week)).cast(nw.Float64) / base * 100.0) for week in weeks}, 1)


def _blocks(frame: Any, values: dict[int, Any], step: int) -> dict[str | None, list[Block]]:
    weeks = list(values)
    frame = frame.with_columns(*[value.alias(f"v{week}") for week, value in values.items()])
    signs = [nw.when(nw.col(f"v{week}").is_null()).then(nw.lit("0")).otherwise(nw.lit("1")) for week in weeks]
    frame = frame.with_columns(nw.concat_str(signs).alias(PATTERN))
    pairs = [(a, b) for i, a in enumerate(weeks) for b in weeks[i:]]
    frame = frame.with_columns(*[(nw.col(f"v{a}") * nw.col(f"v{b}")).alias(f"p{a}_{b}") for a, b in pairs])
    sums = [nw.col(f"v{week}").sum().alias(f"v{week}") for week in weeks]
    products = [nw.col(f"p{a}_{b}").sum().alias(f"p{a}_{b}") for a, b in pairs]
    found = frame.group_by(LEVEL, PATTERN).agg(nw.len().alias(N), *sums, *products).collect("pyarrow")
    out: dict[str | None, list[Block]] = {}
    for row in sorted(found.rows(named=True), key=lambda row: row[PATTERN]):
        seen = [week for week, sign in zip(weeks, row[PATTERN], strict=True) if sign == "1"]
        block = Block(
            pattern=row[PATTERN],
            n=int(row[N]),
            sums=[float(row[f"v{week}"]) / step for week in seen],
            products=[float(row[f"p{a}_{b}"]) / step**2 for i, a in enumerate(seen) for b in seen[i:]],
        )
        out.setdefault(row[LEVEL], []).append(block)
    return out
