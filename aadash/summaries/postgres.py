"""A registry's table in PostgreSQL: read once, in one read-only transaction, into the engine that counts (ADR 19).

The database narrows to the columns that are needed, gives the different values of a column and casts decimals; what is counted is
counted beside the other registries. A password is never part of an address: the client library takes it from ``PGPASSWORD``,
``PGPASSFILE`` or ``~/.pgpass``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import narwhals as nw
import pandas as pd

from aadash.errors import SummaryError
from aadash.formatting import listing

ADDRESSES = ("postgresql:", "postgres:")
EXAMPLE = "postgresql://user@host/database?table=schema.name"
#: Different values that are asked for: a column of levels has fewer, however they are spelled.
SPELLINGS = 500
#: Seconds to wait for the server, unless the address says so itself.
PATIENCE = "10"
#: Tables and views whose columns, or some of them, this user may read.
TABLES = """
SELECT c.oid::int8, n.nspname::text, c.relname::text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT') ORDER BY 2, 3
"""
COLUMNS = """
SELECT attname::text FROM pg_catalog.pg_attribute WHERE attrelid = {oid} AND attnum > 0 AND NOT attisdropped
AND has_column_privilege(attrelid, attnum, 'SELECT') ORDER BY attnum
"""
#: What the server or the client library says of a connection that fails, in English, Korean or Japanese (a server speaks the language
#: of its own setting, whoever asks) → in the user's words, and what to do.
REFUSALS = (
    ("no password supplied", "The database asks for a password", "Put it into PGPASSWORD or into ~/.pgpass of whoever runs AAdash"),
    (
        "password authentication failed|password 인증을 실패|パスワード認証に失敗",
        "The database refuses this user or the password",
        "Check the user in the address, and PGPASSWORD or ~/.pgpass",
    ),
    (
        "role .* does not exist|롤\\(role\\) 없음|ロール.*は存在しません",
        "The database has no such user",
        "Check the user in the address",
    ),
    (
        "database .* does not exist|데이터베이스 없음|データベース.*は存在しません",
        "The server has no such database",
        "Check the name after the host",
    ),
    ("pg_hba\\.conf", "The server lets nobody in from this machine", "Ask whoever runs the server"),
    (
        "refused|could not translate|timeout|timed out|unreachable|No route|No such file|not known"
        "|호스트 이름을 전송할 수 없|시간 초과|거부됨|ホスト名.*変換できません|タイムアウト|接続を拒否",
        "The database server cannot be reached",
        "Check the host and the port, and that the server runs",
    ),
)


@dataclass(frozen=True)
class Address:
    """Where a table is. ``uri`` is for the client library, ``shown`` for people; neither holds a password."""

    uri: str
    table: str
    shown: str


def address(text: str) -> Address:
    """``postgresql://user@host:port/database?table=schema.name``. Raises SummaryError; what it says never repeats a password."""
    try:
        parts = urlsplit(text)
        given = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError as error:
        raise SummaryError("This address is not understood", expected=EXAMPLE) from error
    user, _, hosts = parts.netloc.rpartition("@")
    if ":" in user or "@" in parts.path or {"password", "sslpassword"} & set(given):
        raise SummaryError(
            "The address holds a password, which others could see",
            expected=EXAMPLE,
            fix="Take it out, and put it into PGPASSWORD or into ~/.pgpass of whoever runs AAdash",
        )
    if any(not re.fullmatch(r"(\[[0-9A-Fa-f:.%]+\]|[^:]*)(:\d+)?", host) for host in hosts.split(",")) or parts.fragment:
        raise SummaryError("This address is not understood", expected=EXAMPLE)
    table = given.pop("table", "")
    shown = f"postgresql://{hosts}{parts.path}"
    given = {"connect_timeout": PATIENCE, "application_name": "AAdash"} | given
    return Address(f"postgresql://{parts.netloc}{parts.path}?{urlencode(given, quote_via=quote)}", table, unquote(shown))


@dataclass(eq=False)
class InPostgres:
    """A table in PostgreSQL (:class:`aadash.summaries.sources.Source`). ``session`` is the DuckDB session that it is read into.

    All that is asked until :meth:`close` is asked of the table as it was at the first question.
    """

    address: Address
    session: Any
    kept: dict[str, Any] = field(default_factory=dict)

    def numbers(self) -> dict[str, bool]:
        """Column → whether it holds numbers."""
        return {name: kind in ("number", "decimal") for name, kind in self._columns().items()}

    def first(self, n: int) -> pd.DataFrame:
        """Some rows."""
        return self._asked(f"SELECT {self._cast(list(self._columns()))} FROM {self._table()} LIMIT {int(n)}").read_pandas()  # type: ignore[no-any-return]

    def values(self, column: str) -> list[Any]:
        """The different values of a column, or more of them than a column of levels has."""
        found = f"SELECT DISTINCT {self._cast([column])} FROM {self._table()} LIMIT {SPELLINGS}"
        return self._asked(found).read_all().column(0).to_pylist()  # type: ignore[no-any-return]

    def scan(self, columns: Sequence[str]) -> Any:
        """The columns as a lazy table of DuckDB, which takes them from the database as it goes."""
        batches = self._asked(f"SELECT {self._cast(columns)} FROM {self._table()}")
        self.kept["scanned"] = batches.schema
        self.session.register("aadash_scan", batches)
        return nw.from_native(self.session.table("aadash_scan"))

    def close(self) -> None:
        """Leave the database."""
        scanned = self.kept.pop("scanned", None)
        if scanned is not None:  # the engine keeps the name of what it read, not the batches
            self.session.register("aadash_scan", scanned.empty_table())
        cursor, connection = self.kept.pop("cursor", None), self.kept.pop("connection", None)
        if cursor is not None:
            cursor.close()
        if connection is not None:
            connection.close()

    def _asked(self, query: str) -> Any:
        """What the database answers, as batches of Arrow."""
        if "cursor" not in self.kept:
            self._connect()
        cursor = self.kept["cursor"]
        try:
            cursor.execute(query)
            return cursor.fetch_record_batch()
        except Exception as error:
            raise self._fault(error) from error

    def _connect(self) -> None:
        try:
            from adbc_driver_postgresql import dbapi
        except ImportError as error:
            raise SummaryError("What reads PostgreSQL is not installed", fix="pip install adbc-driver-postgresql") from error
        try:
            self.kept["connection"] = dbapi.connect(self.address.uri)
        except Exception as error:
            raise self._refused(error) from error
        self.kept["cursor"] = self.kept["connection"].cursor()
        try:
            self.kept["cursor"].execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        except Exception as error:
            raise self._fault(error) from error

    def _refused(self, error: Exception) -> SummaryError:
        text = _plain(error)
        for said, found, fix in REFUSALS:
            if re.search(said, text):
                return SummaryError(found, file=self.address.shown, fix=fix)
        return SummaryError(f"The database refuses the connection ({text})", file=self.address.shown)

    def _fault(self, error: Exception) -> SummaryError:
        return SummaryError(f"The database does not answer the question ({_plain(error)})", file=self.address.shown)

    def _table(self) -> str:
        """The table's name as the database quotes it. Raises SummaryError, with the names of those that this user may read."""
        if "table" not in self.kept:
            found = [
                (oid, schema, name) for oid, schema, name in zip(*self._asked(TABLES).read_all().to_pydict().values(), strict=True)
            ]
            wanted = self.address.table
            fits = [one for one in found if not wanted or wanted in (f"{one[1]}.{one[2]}", one[2])]
            if len(fits) != 1:
                names = [f"{schema}.{name}" for _, schema, name in found]
                raise SummaryError(
                    f"This user may read {listing(names)} there" if names else "This user may read no table there",
                    file=self.address.shown,
                    fix="Name one of them at the end of the address: ?table=schema.name",
                )
            ((oid, schema, name),) = fits
            self.kept["oid"], self.kept["table"] = oid, f"{_quoted(schema)}.{_quoted(name)}"
        return self.kept["table"]  # type: ignore[no-any-return]

    def _columns(self) -> dict[str, str]:
        """Column → "number", "decimal", "text" (an own type of the database too) or "truth"."""
        if "columns" not in self.kept:
            table = self._table()
            names = self._asked(COLUMNS.format(oid=int(self.kept["oid"]))).read_all().column(0).to_pylist()
            schema = self._asked(f"SELECT {', '.join(map(_quoted, names))} FROM {table} LIMIT 0").schema
            self.kept["columns"] = {name: _kind(one) for name, one in zip(names, schema, strict=True)}
        return self.kept["columns"]  # type: ignore[no-any-return]

    def _cast(self, columns: Sequence[str]) -> str:
        kinds = self._columns()
        as_ = {"decimal": "::float8", "text": "::text"}
        return ", ".join(f"{_quoted(name)}{as_.get(kinds[name], '')} AS {_quoted(name)}" for name in columns)


def _kind(column: Any) -> str:
    import pyarrow as pa

    if (column.metadata or {}).get(b"ADBC:postgresql:typname") == b"numeric":
        return "decimal"
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return "number"
    return "truth" if pa.types.is_boolean(column.type) else "text"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _plain(error: Exception) -> str:
    """What the database or the client library says, without who said it and where."""
    text = re.sub(r"\s+", " ", str(error)).strip()
    text = re.sub(r"^[A-Z_]+: \[libpq\] ", "", text)
    text = re.sub(r"^Failed to (connect|execute query '.*?'): (?=ERROR|FATAL|connection|could|fe_|invalid|.)", "", text)
    text = re.sub(r"^connection to server (at|on) .*? failed: ", "", text)
    return re.sub(r"^(ERROR|FATAL|오류|치명적오류|エラー|致命的エラー): +", "", text).strip(" .")
