"""The sums of a registry: what :func:`aadash.summaries.summarise` makes of a cohort, counted by the engine."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import narwhals as nw

from aadash.endpoints import endpoint
from aadash.measure import SALT
from aadash.plan import AnalysisPlan
from aadash.responder_rules import PercentImprovement, Reached
from aadash.summaries.counted import Sized
from aadash.summaries.engine import Held, N, w
from aadash.summaries.form import FORMAT, VERSION, Block, Level, Pair, Scale, Split, Summary
from aadash.summaries.protect import protected
from aadash.summaries.registry import Registry
from aadash.version import VERSION as SOFTWARE

LEVEL, PATTERN = "aadash_level", "aadash_pattern"
#: Level of a code → its counts.
ByLevel = dict[str | None, list[Any]]


def summarise_registry(
    registry: Registry, plan: AnalysisPlan, *, centre: str = "", by: Sequence[str] = (), minimum: int = 5
) -> Summary:
    """The patients of a registry as sums. Raises SummaryError for a filter or a split that the engine cannot carry out."""
    here, plan = registry.under(plan), plan.replace(filters=())
    table = here.table
    splits = []
    for name in dict.fromkeys(["none", plan.stratifier, *by]):
        split = plan.replace(stratifier=name, column_cut=plan.column_cut if name == plan.stratifier else None)
        strata, code = here.strata(split)
        splits.append(_split(_levelled(table, split, strata, code), table, strata, plan))
    summary = Summary(
        format=FORMAT,
        version=VERSION,
        software=SOFTWARE,
        centre=centre or registry.name,
        measure=Scale(name=SALT.name, low=SALT.low, high=SALT.high, better=SALT.better, unit=SALT.unit, grid=table.grid),
        weeks=list(table.weeks),
        n=table.n,
        minimum=minimum,
        splits=splits,
        columns={role: column for role, column in here.roles.items() if column in table.facts},
        ordered=here.orders(),
    )
    return protected(summary, minimum)


def _levelled(table: Held, plan: AnalysisPlan, strata: Sized, code: Any) -> Any:
    """The table with the text of each patient's level."""
    out = nw.lit(None).cast(nw.String)
    if isinstance(code, str):
        column = nw.col(code)
        texts = table.levels.get(code)
        if texts is None:
            out = nw.when(column <= strata.cut).then(nw.lit(strata.levels[0])).otherwise(out)
            out = nw.when(column > strata.cut).then(nw.lit(strata.levels[1])).otherwise(out)
        else:
            for place, text in enumerate(texts):
                out = nw.when(column == place).then(nw.lit(text)).otherwise(out)
    elif code is not None:
        base = nw.col(w(0))
        known = nw.when(~base.is_null())
        if plan.stratifier == "severity":
            above = nw.when(base > plan.severity_cut * table.grid).then(nw.lit("A"))
            out = known.then(above.otherwise(nw.lit("B")))
        else:
            middle = nw.when(base >= 50 * table.grid).then(nw.lit("50-94")).otherwise(nw.lit("<50"))
            out = known.then(nw.when(base >= 95 * table.grid).then(nw.lit("95-100")).otherwise(middle))
    return table.table.with_columns(out.alias(LEVEL))


def _split(frame: Any, table: Held, strata: Sized, plan: AnalysisPlan) -> Split:
    weeks = list(table.weeks)
    pairs = {rule: _pairs(frame, weeks, rule) for rule in ("observed", "locf", "complete")}
    scores = _blocks(frame, {week: nw.col(w(week)).cast(nw.Int64) for week in weeks})
    base = nw.col(w(0)).cast(nw.Float64)
    defined = nw.when(nw.col(w(0)) > 0)
    percent = _blocks(frame, {week: defined.then(nw.col(w(week)).cast(nw.Float64) / base * 100.0) for week in weeks})
    facts = {column: _facts(frame, table, column) for column in table.facts}
    courses = _courses(frame, weeks, plan, table.grid)
    groups = list(zip(strata.levels, strata.labels, strata.sizes, strict=True))
    levels = []
    for level, label, n in [*groups, *([(None, "", strata.rest)] if strata.rest else [])]:
        levels.append(
            Level(
                level=level,
                label=label,
                n=n,
                pairs={
                    rule: {str(week): by_level.get(level, []) for week, by_level in found.items()} for rule, found in pairs.items()
                },
                scores=scores.get(level, []),
                percent=percent.get(level, []),
                facts={column: found.get(level, []) for column, found in facts.items()},
                courses={name: found.get(level, []) for name, found in courses.items()},
            )
        )
    return Split(name=strata.name, title=strata.title, cut=strata.cut, levels=levels)


def _counted(frame: Any, keys: list[str]) -> list[tuple[Any, ...]]:
    found = frame.group_by(*keys).agg(nw.len().alias(N)).select(*keys, N).collect("pyarrow")
    return sorted(found.rows(), key=lambda row: tuple((x is not None, x) for x in row))


def _pairs(frame: Any, weeks: list[int], rule: str) -> dict[int, dict[str | None, list[Pair]]]:
    if rule == "complete":
        for week in weeks:
            frame = frame.filter(~nw.col(w(week)).is_null())
    if rule == "locf":
        for before, week in pairwise(weeks[1:]):
            frame = frame.with_columns(nw.coalesce(w(week), w(before)).alias(w(week)))
    out: dict[int, dict[str | None, list[Pair]]] = {}
    for week in weeks[1:]:
        by_level: dict[str | None, list[Pair]] = {}
        for level, b, v, n in _counted(frame.select(LEVEL, w(0), w(week)), [LEVEL, w(0), w(week)]):
            by_level.setdefault(level, []).append((b, v, n))
        out[week] = by_level
    return out


def _blocks(frame: Any, values: dict[int, Any]) -> dict[str | None, list[Block]]:
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
            sums=[float(row[f"v{week}"]) for week in seen],
            products=[float(row[f"p{a}_{b}"]) for i, a in enumerate(seen) for b in seen[i:]],
        )
        out.setdefault(row[LEVEL], []).append(block)
    return out


def _facts(frame: Any, table: Held, column: str) -> ByLevel:
    out: ByLevel = {}
    texts = table.levels.get(column)
    for level, value, n in _counted(frame.select(LEVEL, column), [LEVEL, column]):
        known = value is not None and value == value
        fact = None if not known else float(value) if texts is None else texts[int(value)]
        out.setdefault(level, []).append((fact, n))
    return out


def _courses(frame: Any, weeks: list[int], plan: AnalysisPlan, grid: int) -> dict[str, ByLevel]:
    rule, base = endpoint(plan.endpoint, SALT), nw.col(w(0)).cast(nw.Int64)
    unknown = base.is_null()
    if isinstance(rule, PercentImprovement):
        reached = {week: (base - nw.col(w(week)).cast(nw.Int64)) * 100 >= base * int(rule.threshold) for week in weeks}
        unknown = unknown | (base == 0).fill_null(False)
    elif isinstance(rule, Reached):
        reached = {week: nw.col(w(week)) <= round(rule.threshold * grid) for week in weeks}
    else:
        return {}
    signs = []
    for week in weeks:
        made = ~nw.col(w(week)).is_null()
        hit = nw.when(~unknown & reached[week]).then(nw.lit("1")).otherwise(nw.lit("0"))
        signs.append(nw.when(made).then(hit).otherwise(nw.lit("-")))
    lead = nw.when(unknown).then(nw.lit("u")).otherwise(nw.lit(""))
    frame = frame.with_columns(nw.concat_str([lead, *signs]).alias(PATTERN))
    out: dict[str | None, list[tuple[str, int]]] = {}
    for level, text, n in _counted(frame.select(LEVEL, PATTERN), [LEVEL, PATTERN]):
        out.setdefault(level, []).append((text, n))
    return {rule.name: out}
