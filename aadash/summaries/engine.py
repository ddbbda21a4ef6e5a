"""A registry's table inside an engine (DuckDB, Spark), through narwhals: read once, scores as whole numbers, no row comes here.

The table is wide: one row per patient, one column per visit. Scores are whole numbers on the grid (tenths) inside the engine, so
that every engine gives the same table, bit for bit; only the sums of percent changes are of floats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import narwhals as nw

from aadash.errors import SummaryError
from aadash.filters import BASELINE, Filter, level_text
from aadash.formatting import listing
from aadash.measure import SALT
from aadash.strata import MAX_LEVELS
from aadash.summaries.make import GRIDS

N, OFF = "aadash_n", "aadash_off"
#: Bits of a group's key up to which DuckDB counts in an array: a baseline, a value in tenths and a level take 24.
KEY_BITS = 24
#: Further from a whole unit than this, a score has more decimals than the grid.
NEAR = 1e-6


@dataclass(frozen=True)
class Wide:
    """Which column is what: ``scores`` by week, ``facts`` (few levels, or numbers), ``roles`` of facts, and the coarsest grid."""

    scores: Mapping[int, str]
    facts: Sequence[str] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    grid: int = 10


def opened(place: str, engine: str = "duckdb", master: str = "local[*]") -> Any:
    """A lazy table of the engine: Parquet files (a file, a folder, a pattern, a bucket's address), or for DuckDB ``FILE.duckdb`` with
    one table or ``FILE.duckdb::TABLE``.

    Raises SummaryError for an engine that is not installed or a place that cannot be read.
    """
    if engine not in ("duckdb", "spark"):
        raise SummaryError(f"There is no engine called {engine}", expected="duckdb or spark")
    if place.startswith(("postgres:", "postgresql:", "mysql:")):
        raise SummaryError(
            "A database server is not read directly",
            file=place,
            fix="Export the table as Parquet, or copy it into a DuckDB file with DuckDB's own extension (ATTACH … (TYPE postgres))",
        )
    try:
        return nw.from_native(_duckdb(place) if engine == "duckdb" else _spark(place, master))
    except ImportError as error:
        package = "pyspark" if engine == "spark" else engine
        raise SummaryError(f"The engine {engine} is not installed", fix=f"pip install {package}") from error
    except SummaryError:
        raise
    except Exception as error:  # whatever the engine raises for what it cannot open
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise SummaryError(f"The engine {engine} cannot read this ({said})", file=place, expected="Parquet files") from error


def _duckdb(place: str) -> Any:
    import duckdb

    session = duckdb.connect()
    session.execute(f"SET perfect_ht_threshold = {KEY_BITS}")
    file, _, table = place.partition("::")
    if not file.endswith((".duckdb", ".db")):
        return session.read_parquet(str(Path(place) / "*.parquet") if Path(place).is_dir() else place)
    if not Path(file).is_file():
        raise SummaryError("There is no such file", file=file, fix="Check the path")
    session.execute(f"ATTACH '{file.replace(chr(39), chr(39) * 2)}' AS registry (READ_ONLY)")
    names = [row[0] for row in session.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'registry'").fetchall()]
    if (table and table not in names) or (not table and len(names) != 1):
        raise SummaryError(
            f"The file holds the tables {listing(sorted(names))}" if names else "The file holds no table",
            file=file,
            fix="Name one of them after two colons: FILE.duckdb::TABLE",
        )
    return session.table(f'registry."{(table or names[0]).replace(chr(34), chr(34) * 2)}"')


def _spark(place: str, master: str) -> Any:
    from pyspark.sql import SparkSession

    asked = SparkSession.builder.master(master).appName("aadash").config("spark.ui.enabled", "false")
    if master.startswith("local"):  # each of the usual 200 parts of a shuffle is a task, of which one machine does a few at a time
        asked = asked.config("spark.sql.shuffle.partitions", "4")
    session = asked.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session.read.parquet(place)


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

    ``levels`` are the texts of a fact that is no number with more than two values: it is held as its place among them.
    """

    table: Any
    weeks: tuple[int, ...]
    grid: int
    facts: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]
    n: int

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


def held(table: Any, wide: Wide) -> Held:
    """Read the table once. Raises SummaryError for scores outside the scale or with more than three decimals."""
    schema = table.collect_schema()
    levels, facts = {}, []
    for column in wide.facts:
        found = counted(table.select(column), [column])
        values = [v for v in found[column].to_pylist() if v is not None and v == v]
        number = schema[column].is_numeric()
        if number and len(values) > 2:
            facts.append(column)
        elif len(values) <= MAX_LEVELS:
            facts.append(column)
            levels[column] = (tuple(sorted(map(level_text, values))), {level_text(v): v for v in values})
    weeks = tuple(sorted(wide.scores))
    for grid in [g for g in GRIDS if g >= wide.grid]:
        codes = [_code(column, *levels[column]) if column in levels else nw.col(column) for column in facts]
        scores = [_score(wide.scores[week], grid).alias(w(week)) for week in weeks]
        frame = table.select(*scores, *codes)
        frame = frame.with_columns(*[nw.col(w(week)).round(0).alias(f"{w(week)}_unit") for week in weeks])
        off = nw.max_horizontal(*[(nw.col(w(week)) - nw.col(f"{w(week)}_unit")).abs() for week in weeks]) > NEAR
        units = [nw.col(f"{w(week)}_unit").cast(nw.Int16 if grid <= 100 else nw.Int32).alias(w(week)) for week in weeks]
        frame = _materialised(frame.select(*units, off.alias(OFF), *facts))
        bad = counted(frame.filter(nw.col(OFF)), [])[N][0].as_py()
        if not bad:
            break
    else:
        raise SummaryError(f"{bad:,} rows have scores with more than three decimals", expected="scores with at most three")
    _in_scale(frame, weeks, grid, wide)
    n = counted(frame, [])[N][0].as_py()
    return Held(frame, weeks, grid, tuple(facts), {c: texts for c, (texts, _) in levels.items()}, int(n))


def _score(column: str, grid: int) -> Any:
    """A score in units of the grid; NaN is a visit not made."""
    value = nw.col(column).cast(nw.Float64)
    return nw.when(~value.is_nan()).then(value * grid)


def _code(column: str, texts: Sequence[str], values: Mapping[str, Any]) -> Any:
    out = nw.lit(None).cast(nw.Int16)
    for place, text in enumerate(texts):
        out = nw.when(nw.col(column) == values[text]).then(nw.lit(place).cast(nw.Int16)).otherwise(out)
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


def _in_scale(frame: Any, weeks: Sequence[int], grid: int, wide: Wide) -> None:
    ends = [nw.col(w(k)).min().alias(f"low{k}") for k in weeks] + [nw.col(w(k)).max().alias(f"high{k}") for k in weeks]
    row = frame.select(*ends).collect("pyarrow").rows(named=True)[0]
    for week in weeks:
        low, high = row[f"low{week}"], row[f"high{week}"]
        if low is not None and (low < SALT.low * grid or high > SALT.high * grid):
            raise SummaryError(
                f"The column {wide.scores[week]!r} holds {(low if low < 0 else high) / grid:g}, outside {SALT.span}",
                expected=SALT.expected,
                fix="Correct or empty these cells in the table",
            )
