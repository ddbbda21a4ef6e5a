"""Where a registry's table lies (Parquet files, DuckDB, PostgreSQL, Spark), and what is asked of it before it is read once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import narwhals as nw
import pandas as pd

from aadash.errors import AadashError, SummaryError
from aadash.formatting import listing
from aadash.summaries.postgres import ADDRESSES, InPostgres, address

#: A file with the address of a table in PostgreSQL as its one line.
ADDRESSED = ".postgresql"
#: Bits of a group's key up to which DuckDB counts in an array: a baseline, a value in tenths and a level take 24.
KEY_BITS = 24
#: Whose exceptions are about a table, and not a mistake of ours.
ENGINES = ("duckdb", "_duckdb", "pyarrow", "adbc_driver_manager", "pyspark", "py4j")


class Source(Protocol):
    """A table before it is read."""

    def numbers(self) -> dict[str, bool]:
        """Column → whether it holds numbers, in the order of the table."""

    def first(self, n: int) -> pd.DataFrame:
        """Its first rows."""

    def values(self, column: str) -> list[Any]:
        """Different values of a column: all of them if they are few."""

    def scan(self, columns: Sequence[str]) -> Any:
        """The columns as a lazy table of the engine that counts, to be read once."""

    def close(self) -> None:
        """It has been read."""


@dataclass(frozen=True, eq=False)
class InEngine:
    """A lazy table that lies where the counting engine reads it."""

    table: Any

    def numbers(self) -> dict[str, bool]:
        """Column → whether it holds numbers."""
        return {name: kind.is_numeric() for name, kind in self.table.collect_schema().items()}

    def first(self, n: int) -> pd.DataFrame:
        """Its first rows."""
        return self.table.head(n).collect("pandas").to_native()  # type: ignore[no-any-return]

    def values(self, column: str) -> list[Any]:
        """All values of a column, once each."""
        found = self.table.group_by(column).agg(nw.len().alias("aadash_n"))  # "unique" numbers every row: ten times the memory
        return found.select(column).collect("pyarrow").to_native().column(column).to_pylist()  # type: ignore[no-any-return]

    def scan(self, columns: Sequence[str]) -> Any:
        """The columns."""
        return self.table.select(*columns)

    def close(self) -> None:
        """Nothing to do."""


def opened(place: str, engine: str = "duckdb", master: str = "local[*]") -> Source:
    """A table: Parquet files (a file, a folder, a pattern, a bucket's address); for DuckDB also ``FILE.duckdb`` with one table or
    ``FILE.duckdb::TABLE``, a table's address in PostgreSQL (:func:`aadash.summaries.postgres.address`), or a file with that address.

    Raises SummaryError for an engine that is not installed or a place that cannot be read.
    """
    if engine not in ("duckdb", "spark"):
        raise SummaryError(f"There is no engine called {engine}", expected="duckdb or spark")
    if place.startswith("mysql:"):
        raise SummaryError("Of database servers only PostgreSQL is read", fix="Export the table as Parquet")
    if place.startswith(ADDRESSES) or place.endswith(ADDRESSED):
        if engine != "duckdb":
            raise SummaryError("A table in PostgreSQL is counted by DuckDB alone", fix="Leave --engine at duckdb")
        return _postgres(place)
    try:
        return InEngine(nw.from_native(_duckdb(place) if engine == "duckdb" else _spark(place, master)))
    except ImportError as error:
        package = "pyspark" if engine == "spark" else engine
        raise SummaryError(f"The engine {engine} is not installed", fix=f"pip install {package}") from error
    except SummaryError:
        raise
    except Exception as error:  # whatever the engine raises for what it cannot open
        raise SummaryError(
            f"The engine {engine} cannot read this ({first_line(error)})", file=place, expected="Parquet files"
        ) from error


def called(place: str) -> str:
    """What a registry is called: its table in a database, its file or folder without an ending."""
    return (address(place).table or address(place).shown) if place.startswith(ADDRESSES) else Path(place.partition("::")[0]).stem


@contextmanager
def reading(source: Source, name: str) -> Iterator[None]:
    """A source while it is read: what its engine cannot do is a sentence, and it is closed at the end."""
    try:
        yield
    except AadashError:
        raise
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ENGINES:
            raise
        raise SummaryError(f"The table could not be read to its end ({first_line(error)})", file=name) from error
    finally:
        source.close()


def first_line(error: Exception) -> str:
    """The first line of what an engine says."""
    lines = str(error).strip().splitlines()
    return re.sub(r"\s+", " ", lines[0]) if lines else type(error).__name__


def session() -> Any:
    """A session of DuckDB."""
    import duckdb

    found = duckdb.connect()
    found.execute(f"SET perfect_ht_threshold = {KEY_BITS}")
    return found


def _postgres(place: str) -> Source:
    if not place.endswith(ADDRESSED):
        return InPostgres(address(place), session())
    try:
        lines = Path(place).read_text(encoding="utf-8").split()
    except (OSError, ValueError) as error:
        raise SummaryError("This file cannot be read", file=Path(place).name, fix="Check the path") from error
    if len(lines) != 1 or not lines[0].startswith(ADDRESSES):
        raise SummaryError(
            "This file does not hold one address",
            file=Path(place).name,
            expected="a line such as postgresql://user@host/database?table=schema.name",
        )
    return InPostgres(address(lines[0]), session())


def _duckdb(place: str) -> Any:
    here = session()
    file, _, table = place.partition("::")
    if not file.endswith((".duckdb", ".db")):
        return here.read_parquet(str(Path(place) / "*.parquet") if Path(place).is_dir() else place)
    if not Path(file).is_file():
        raise SummaryError("There is no such file", file=file, fix="Check the path")
    here.execute(f"ATTACH '{file.replace(chr(39), chr(39) * 2)}' AS registry (READ_ONLY)")
    names = [row[0] for row in here.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'registry'").fetchall()]
    if (table and table not in names) or (not table and len(names) != 1):
        raise SummaryError(
            f"The file holds the tables {listing(sorted(names))}" if names else "The file holds no table",
            file=file,
            fix="Name one of them after two colons: FILE.duckdb::TABLE",
        )
    return here.table(f'registry."{(table or names[0]).replace(chr(34), chr(34) * 2)}"')


def _spark(place: str, master: str) -> Any:
    from pyspark.sql import SparkSession

    asked = SparkSession.builder.master(master).appName("aadash").config("spark.ui.enabled", "false")
    if master.startswith("local"):  # each of the usual 200 parts of a shuffle is a task, of which one machine does a few at a time
        asked = asked.config("spark.sql.shuffle.partitions", "4")
    found = asked.getOrCreate()
    found.sparkContext.setLogLevel("ERROR")
    return found.read.parquet(place)
