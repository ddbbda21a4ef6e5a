"""A registry's table inside an engine (DuckDB, Spark), through narwhals: read once, scores as whole numbers, no row comes here.

The table is wide: one row per patient, one column per visit. Scores are whole numbers on the grid (tenths) inside the engine, so
that every engine gives the same table, bit for bit; only the sums of percent changes are of floats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import narwhals as nw

from aadash.errors import SummaryError
from aadash.filters import BASELINE, Filter, level_text
from aadash.measure import SALT
from aadash.roles import are_codes
from aadash.strata import MAX_LEVELS
from aadash.summaries.make import GRIDS
from aadash.summaries.postgres import SPELLINGS
from aadash.summaries.sources import Source

N, OFF = "aadash_n", "aadash_off"
#: What is off about a patient's scores: one outside the scale, or one with more decimals than the grid.
OUTSIDE, DECIMALS = 2, 1
#: Further from a whole unit than this, a score has more decimals than the grid.
NEAR = 1e-6


@dataclass(frozen=True)
class Wide:
    """Which column is what: ``scores`` by week, ``facts`` (few levels, or numbers), ``roles`` of facts, and the coarsest grid.

    ``words`` says how a file's reader reads the texts of a column: "F " as "F", "NA" as nothing (None). Any other text is read
    without the spaces around it.
    """

    scores: Mapping[int, str]
    facts: Sequence[str] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    grid: int = 10
    words: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    values: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """The different values of a column, where these were asked for already."""

    def read(self, column: str, value: Any) -> str | None:
        """A value of a column as the name of a level; None for nothing recorded."""
        if not isinstance(value, str):
            return level_text(value)
        known, plain = self.words.get(column, {}), value.strip()
        return known[value] if value in known else known.get(plain, plain or None)


def w(week: int) -> str:
    """The column of a week's score in whole units."""
    return f"aadash_w{week}"


def counted(frame: Any, keys: Sequence[str]) -> dict[str, Any]:
    """Column → array: the distinct values of ``keys`` and how many rows have them (``N``)."""
    found = frame.group_by(*keys).agg(nw.len().alias(N)) if keys else frame.select(nw.len().alias(N))
    table = found.select(*keys, N).collect("pyarrow").to_native()
    return {name: table.column(name) for name in table.column_names}


@dataclass(frozen=True, eq=False)
class Held:
    """A table as the engine keeps it: a column of whole units for each week, and each fact.

    ``levels`` are the texts of a fact that is no number with more than two values: it is held as its place among them, and ``values``
    are what they are texts of.
    """

    table: Any
    weeks: tuple[int, ...]
    grid: int
    facts: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]
    n: int
    values: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def filtered(self, filters: Sequence[Filter], roles: Mapping[str, str]) -> Held:
        """The rows that every filter keeps. Raises SummaryError for a filter that names patients or a column that is not held."""
        table = self.table
        for one in filters:
            table = table.filter(self._kept(one, roles))
        return self if not filters else replace(self, table=table, n=int(counted(table, [])[N][0].as_py()))

    def _kept(self, one: Filter, roles: Mapping[str, str]) -> Any:
        column = roles.get(one.column, one.column)
        if one.column == BASELINE:
            value, unit = nw.col(w(0)), self.grid
        elif column in self.facts and not one.names_patients:
            value, unit = nw.col(column), 1
        else:
            raise SummaryError(f"The engine cannot filter by “{one.column}”", expected="baseline, or one of " + ", ".join(self.facts))
        keep = ~value.is_null()
        if one.levels is not None:
            texts = self.levels.get(column)
            if texts is None:
                keep = keep & value.is_in([float(text) * unit for text in one.levels])
            else:
                keep = keep & value.is_in([texts.index(text) for text in one.levels if text in texts])
        if one.low is not None:
            keep = keep & (value > one.low * unit if one.open_low else value >= one.low * unit)
        if one.high is not None:
            keep = keep & (value < one.high * unit if one.open_high else value <= one.high * unit)
        return keep | value.is_null() if one.keep_missing else keep


def held(source: Source, wide: Wide) -> Held:
    """Read the table once. Raises SummaryError for scores outside the scale or with more than three decimals."""
    numbers = source.numbers()
    roles = {column: role for role, column in wide.roles.items()}
    levels, facts, narrow = {}, [], set()
    for column in wide.facts:
        every = wide.values[column] if column in wide.values else source.values(column)
        values = [v for v in every if v is not None and v == v]
        if numbers[column] and len(values) > 2 and not are_codes(column, roles.get(column, ""), [float(v) for v in values]):
            facts.append(column)
            narrow |= {column} if _short(values) else set()
            continue
        meant: dict[str, list[Any]] = {}
        for value in values:
            text = wide.read(column, value)
            if text is not None:
                meant.setdefault(text, []).append(value)
        if len(meant) <= MAX_LEVELS:
            facts.append(column)
            levels[column] = (tuple(sorted(meant)), meant)
    weeks = tuple(sorted(wide.scores))
    for grid in [g for g in GRIDS if g >= wide.grid]:
        codes = [_code(column, *levels[column]) if column in levels else _number(column, column in narrow) for column in facts]
        scores = [_score(wide.scores[week], grid).alias(w(week)) for week in weeks]
        frame = source.scan([*[wide.scores[week] for week in weeks], *facts]).select(*scores, *codes)
        frame = frame.with_columns(*[nw.col(w(week)).round(0).alias(f"{w(week)}_unit") for week in weeks])
        kind = nw.Int16 if grid <= 100 else nw.Int32
        units = [nw.when(_inside(week, grid)).then(nw.col(f"{w(week)}_unit")).cast(kind).alias(w(week)) for week in weeks]
        frame = _materialised(frame.select(*units, _off(weeks, grid).alias(OFF), *facts))
        found = counted(frame, [OFF])
        bad = dict(zip(found[OFF].to_pylist(), found[N].to_pylist(), strict=True))
        if OUTSIDE in bad:
            raise _outside(source, wide)
        if DECIMALS not in bad:
            break
    else:
        raise SummaryError(f"{bad[DECIMALS]:,} rows have scores with more than three decimals", expected="scores with at most three")
    texts = {column: texts for column, (texts, _) in levels.items()}
    raw = {column: tuple(values[text][0] for text in texts) for column, (texts, values) in levels.items()}
    return Held(frame, weeks, grid, tuple(facts), texts, sum(bad.values()), raw)


def _inside(week: int, grid: int) -> Any:
    value = nw.col(w(week))
    return (value >= SALT.low * grid) & (value <= SALT.high * grid)


def _off(weeks: Sequence[int], grid: int) -> Any:
    """What is off about a row's scores; 0 for nothing."""
    rounded = nw.max_horizontal(*[(nw.col(w(week)) - nw.col(f"{w(week)}_unit")).abs() for week in weeks]) > NEAR
    outside = nw.any_horizontal(*[~_inside(week, grid) for week in weeks], ignore_nulls=True)
    return nw.when(outside).then(nw.lit(OUTSIDE)).otherwise(nw.when(rounded).then(nw.lit(DECIMALS)).otherwise(nw.lit(0))).cast(nw.Int8)


def _score(column: str, grid: int) -> Any:
    """A score in units of the grid; NaN is a visit not made."""
    value = nw.col(column).cast(nw.Float64)
    return nw.when(~value.is_nan()).then(value * grid)


def _short(values: Sequence[Any]) -> bool:
    """Whether whole numbers of two bytes hold a column, of which all values are known if they are few."""
    return len(values) < SPELLINGS and all(isinstance(value, int) and abs(value) < 2**15 for value in values)


def _number(column: str, short: bool) -> Any:
    return nw.col(column).cast(nw.Int16) if short else nw.col(column)


def _code(column: str, texts: Sequence[str], values: Mapping[str, Sequence[Any]]) -> Any:
    out = nw.lit(None).cast(nw.Int16)
    for place, text in enumerate(texts):
        for value in values[text]:
            out = nw.when(nw.col(column) == value).then(nw.lit(place).cast(nw.Int16)).otherwise(out)
    return out.alias(column)


def _materialised(frame: Any) -> Any:
    """The table inside the engine's memory, so that its files are read once."""
    native = frame.to_native()
    if hasattr(native, "create_view"):  # DuckDB
        import uuid

        name = f"aadash_{uuid.uuid4().hex}"
        native.create(name)
        return nw.from_native(native.query("aadash_source", f"SELECT * FROM {name}"))
    return nw.from_native(native.persist())


def _outside(source: Source, wide: Wide) -> SummaryError:
    """Which column holds what, outside the scale."""
    for week, column in sorted(wide.scores.items()):
        score = _score(column, 1).alias(w(week))
        row = source.scan([column]).select(score).select(nw.col(w(week)).min().alias("low"), nw.col(w(week)).max().alias("high"))
        low, high = row.collect("pyarrow").rows()[0]
        if low is not None and (low < SALT.low or high > SALT.high):
            break
    return SummaryError(
        f"The column {column!r} holds {low if low < SALT.low else high:g}, outside {SALT.span}",
        expected=SALT.expected,
        fix="Correct or empty these cells in the table",
    )
