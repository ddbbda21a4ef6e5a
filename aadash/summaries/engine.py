"""A registry's table as sums, counted by an engine (DuckDB, Spark) that reads it, through narwhals: no row comes here.

The table is wide: one row per patient, one column per visit. Scores are whole numbers on the grid (tenths) inside the engine, so
that every engine gives the same table, bit for bit; only the sums of percent changes are of floats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import narwhals as nw

from aadash.endpoints import endpoint
from aadash.errors import SummaryError
from aadash.measure import SALT
from aadash.plan import AnalysisPlan
from aadash.responder_rules import PercentImprovement, Reached
from aadash.summaries.form import FORMAT, VERSION, Block, Level, Pair, Scale, Split, Summary
from aadash.summaries.protect import protected
from aadash.version import VERSION as SOFTWARE

LEVEL, PATTERN, N = "aadash_level", "aadash_pattern", "aadash_n"


@dataclass(frozen=True)
class Wide:
    """Which column is what: ``scores`` by week, ``facts`` with few levels, ``roles`` of facts, and the grid of the scores."""

    scores: Mapping[int, str]
    facts: Sequence[str] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    grid: int = 10


def opened(place: str, engine: str = "duckdb", master: str = "local[*]") -> Any:
    """Parquet files (a file, a folder, a pattern, a bucket's address) as a lazy table of the engine.

    Raises SummaryError for an engine that is not installed or a place that cannot be read.
    """
    try:
        if engine == "duckdb":
            import duckdb

            return nw.from_native(duckdb.read_parquet(place))
        if engine == "spark":
            from pyspark.sql import SparkSession

            session = SparkSession.builder.master(master).appName("aadash").config("spark.ui.enabled", "false").getOrCreate()
            return nw.from_native(session.read.parquet(place))
    except ImportError as error:
        package = "pyspark" if engine == "spark" else engine
        raise SummaryError(f"The engine {engine} is not installed", fix=f"pip install {package}") from error
    except Exception as error:  # whatever the engine raises for what it cannot open
        raise SummaryError(f"The engine {engine} cannot read this ({error})", file=place, expected="Parquet files") from error
    raise SummaryError(f"There is no engine called {engine}", expected="duckdb or spark")


def summarise_table(
    table: Any,
    wide: Wide,
    plan: AnalysisPlan,
    *,
    centre: str,
    by: Sequence[str] = (),
    minimum: int = 5,
    titles: Mapping[str, str] | None = None,
) -> Summary:
    """The patients of a lazy table as sums, as :func:`aadash.summaries.summarise` gives them.

    Splits are "none", "severity", and columns of ``wide.facts``. Raises SummaryError for a filter or a split of another kind.
    """
    if plan.filters:
        raise SummaryError("Filters are not carried out by the engine", fix="Filter the table before it is opened")
    weeks = sorted(wide.scores)
    frame = table.with_columns(*[_units(column, wide.grid).alias(_w(week)) for week, column in wide.scores.items()])
    splits = []
    for name in dict.fromkeys(["none", plan.stratifier, *by]):
        level, title, labels = _level(name, wide, plan, titles or {})
        splits.append(_split(frame.with_columns(level.alias(LEVEL)), name, title, labels, wide, weeks, plan))
    n = sum(level.n for level in splits[0].levels)
    summary = Summary(
        format=FORMAT,
        version=VERSION,
        software=SOFTWARE,
        centre=centre,
        measure=Scale(name=SALT.name, low=SALT.low, high=SALT.high, better=SALT.better, unit=SALT.unit, grid=wide.grid),
        weeks=weeks,
        n=n,
        minimum=minimum,
        splits=splits,
        columns=dict(wide.roles),
    )
    return protected(summary, minimum)


def _w(week: int) -> str:
    return f"aadash_w{week}"


def _units(column: str, grid: int) -> Any:
    """A score in whole units of the grid; NaN is a visit not made."""
    value = nw.col(column).cast(nw.Float64)
    value = nw.when(~value.is_nan()).then(value)
    return (value * grid).round(0).cast(nw.Int64)


def _level(name: str, wide: Wide, plan: AnalysisPlan, titles: Mapping[str, str]) -> tuple[Any, str, dict[str, str]]:
    base = nw.col(_w(0))
    if name == "none":
        return nw.lit(None).cast(nw.String), "No split", {}
    if name == "severity":
        cut = f"{plan.severity_cut:g}"
        above = nw.when(base > round(plan.severity_cut * wide.grid)).then(nw.lit("A"))
        level = nw.when(~base.is_null()).then(above.otherwise(nw.lit("B")))
        return level, f"severity group (cut at {cut})", {"A": f"Group A (SALT > {cut})", "B": f"Group B (SALT ≤ {cut})"}
    column = wide.roles.get(name, name)
    if column not in wide.facts:
        raise SummaryError(f"The table cannot be split by “{name}”", expected="severity, or one of " + ", ".join(wide.facts))
    return nw.col(column).cast(nw.String), titles.get(name, column.replace("_", " ")), {}


def _split(frame: Any, name: str, title: str, labels: dict[str, str], wide: Wide, weeks: list[int], plan: AnalysisPlan) -> Split:
    sizes = {row[0]: row[1] for row in _counted(frame, [LEVEL])}
    pairs = {rule: _pairs(frame, weeks, rule) for rule in ("observed", "locf", "complete")}
    scores = _blocks(frame, {week: nw.col(_w(week)) for week in weeks}, whole=True)
    base = nw.col(_w(0)).cast(nw.Float64)
    defined = nw.when(nw.col(_w(0)) > 0)
    percent = _blocks(frame, {week: defined.then(nw.col(_w(week)).cast(nw.Float64) / base * 100.0) for week in weeks}, whole=False)
    facts = {column: _facts(frame, column) for column in wide.facts}
    courses = _courses(frame, weeks, plan, wide)
    levels = []
    order = [*labels, *sorted(k for k in sizes if k is not None and k not in labels)]
    for level in [*[k for k in order if k in sizes], *[None] * (None in sizes)]:
        levels.append(
            Level(
                level=level,
                label=labels.get(level or "", level or ""),
                n=sizes[level],
                pairs={rule: {str(w): by_level.get(level, []) for w, by_level in found.items()} for rule, found in pairs.items()},
                scores=scores.get(level, []),
                percent=percent.get(level, []),
                facts={column: found.get(level, []) for column, found in facts.items()},
                courses={endpoint: found.get(level, []) for endpoint, found in courses.items()},
            )
        )
    return Split(name=name, title=title, cut=plan.severity_cut if name == "severity" else None, levels=levels)


def _counted(frame: Any, keys: list[str]) -> list[tuple[Any, ...]]:
    found = frame.group_by(*keys).agg(nw.len().alias(N)).select(*keys, N).collect("pyarrow")
    return sorted(found.rows(), key=lambda row: tuple((x is not None, x) for x in row))


def _pairs(frame: Any, weeks: list[int], rule: str) -> dict[int, dict[str | None, list[Pair]]]:
    if rule == "complete":
        for week in weeks:
            frame = frame.filter(~nw.col(_w(week)).is_null())
    if rule == "locf":
        for before, week in pairwise(weeks[1:]):
            frame = frame.with_columns(nw.coalesce(_w(week), _w(before)).alias(_w(week)))
    out: dict[int, dict[str | None, list[Pair]]] = {}
    for week in weeks[1:]:
        by_level: dict[str | None, list[Pair]] = {}
        for level, b, v, n in _counted(frame.select(LEVEL, _w(0), _w(week)), [LEVEL, _w(0), _w(week)]):
            by_level.setdefault(level, []).append((b, v, n))
        out[week] = by_level
    return out


def _blocks(frame: Any, values: dict[int, Any], *, whole: bool) -> dict[str | None, list[Block]]:
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


def _facts(frame: Any, column: str) -> dict[str | None, list[tuple[str | float | None, int]]]:
    out: dict[str | None, list[tuple[str | float | None, int]]] = {}
    number = frame.collect_schema()[column].is_numeric()
    for level, value, n in _counted(frame.select(LEVEL, column), [LEVEL, column]):
        text = None if value is None or value != value else float(value) if number else str(value)
        out.setdefault(level, []).append((text, n))
    return out


def _courses(frame: Any, weeks: list[int], plan: AnalysisPlan, wide: Wide) -> dict[str, dict[str | None, list[tuple[str, int]]]]:
    rule, base = endpoint(plan.endpoint, SALT), nw.col(_w(0))
    unknown = base.is_null()
    if isinstance(rule, PercentImprovement):
        reached = {week: (base - nw.col(_w(week))) * 100 >= base * int(rule.threshold) for week in weeks}
        unknown = unknown | (base == 0).fill_null(False)
    elif isinstance(rule, Reached):
        reached = {week: nw.col(_w(week)) <= round(rule.threshold * wide.grid) for week in weeks}
    else:
        return {}
    signs = []
    for week in weeks:
        made = ~nw.col(_w(week)).is_null()
        hit = nw.when(~unknown & reached[week]).then(nw.lit("1")).otherwise(nw.lit("0"))
        signs.append(nw.when(made).then(hit).otherwise(nw.lit("-")))
    lead = nw.when(unknown).then(nw.lit("u")).otherwise(nw.lit(""))
    frame = frame.with_columns(nw.concat_str([lead, *signs]).alias(PATTERN))
    out: dict[str | None, list[tuple[str, int]]] = {}
    for level, text, n in _counted(frame.select(LEVEL, PATTERN), [LEVEL, PATTERN]):
        out.setdefault(level, []).append((text, n))
    return {rule.name: out}
