"""A table in PostgreSQL is the registry that the same table in DuckDB is; what goes wrong is said, and no password with it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from aadash.cli import main
from aadash.errors import SummaryError
from aadash.intake import read
from aadash.plan import AnalysisPlan
from aadash.summaries import to_json
from aadash.summaries.postgres import InPostgres, address
from aadash.summaries.recognise import recognised
from aadash.summaries.registry import Registry
from aadash.summaries.sources import called, opened
from aadash.summaries.tables import summarise_registry
from tests.postgres import LACKING, PASSWORD, Server, server

MISSED = "sample_data/korea_2025_missing.csv"
needed = pytest.mark.skipif(bool(LACKING), reason=f"not installed: {' and '.join(LACKING)}")


@pytest.fixture(scope="module")
def base() -> Iterator[Server]:
    """The sample with types of a database: decimals, whole numbers, an own type, truth, a name with a quote."""
    with server() as found:
        table = pd.read_csv(MISSED)
        numbers = table.select_dtypes("number").columns
        kinds = {c: "numeric(5,2)" if c.lower().startswith("salt") else "float8" if c in numbers else "text" for c in table}
        kinds |= {"age": "smallint", "sex": "gender"}
        columns = ", ".join(f'"{c}" {kind}' for c, kind in kinds.items())
        found.run("CREATE TYPE gender AS ENUM ('male', 'female')", "CREATE SCHEMA registry", "CREATE SCHEMA hidden")
        found.run(f"CREATE TABLE registry.patients ({columns})", f"CREATE TABLE hidden.names ({columns})")
        found.copy("COPY registry.patients FROM STDIN (FORMAT csv, HEADER)", Path(MISSED).read_bytes())
        found.run(
            'CREATE VIEW registry."odd ""name" AS SELECT *, age > 40 AS older FROM registry.patients',
            "CREATE TABLE registry.written (n int)",
            "CREATE FUNCTION registry.noted() RETURNS int LANGUAGE sql AS 'INSERT INTO registry.written VALUES (1) RETURNING 1'",
            "CREATE VIEW registry.writes AS SELECT *, registry.noted() AS note FROM registry.patients",
            "GRANT USAGE ON SCHEMA registry TO reader",
            'GRANT SELECT ON registry.patients, registry."odd ""name", registry.writes TO reader',
            "GRANT INSERT ON registry.written TO reader",
        )
        yield found


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)


def registry_of(place: str) -> Registry:
    return recognised(opened(place), "registry", lambda text: read(text, name="registry"))[0]


@needed
@pytest.mark.usefixtures("password")
def test_it_is_the_registry_that_duckdb_holds(base: Server, tmp_path: Path) -> None:
    place = tmp_path / "registry.duckdb"
    with duckdb.connect(str(place)) as session:
        session.register("sample", pd.read_csv(MISSED))
        session.execute("CREATE TABLE patients AS SELECT *, age > 40 AS older FROM sample")
    theirs, mine = registry_of(str(place)), registry_of(base.address('registry.odd "name'))
    assert mine.table.levels == theirs.table.levels
    assert "older" in mine.table.levels
    assert (mine.table.n, mine.table.weeks, mine.table.grid, mine.table.facts) == (
        theirs.table.n,
        theirs.table.weeks,
        theirs.table.grid,
        theirs.table.facts,
    )
    for plan in (AnalysisPlan(), AnalysisPlan(stratifier="sex", endpoint="SALT<=20"), AnalysisPlan(stratifier="age")):
        sums = [to_json(summarise_registry(one, plan, by=["subtype"], minimum=1)) for one in (mine, theirs)]
        assert sums[0] == sums[1]
    pd.testing.assert_frame_equal(mine.lines(), theirs.lines(), check_dtype=False)


@needed
@pytest.mark.usefixtures("password")
def test_the_command_line_writes_the_same_numbers(base: Server, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "parquet").mkdir()
    pd.read_csv(MISSED).to_parquet(tmp_path / "parquet" / "a.parquet")
    (tmp_path / "clinic.postgresql").write_text(base.address("registry.patients") + "\n")
    sources = {"a": tmp_path / "parquet", "b": tmp_path / "clinic.postgresql"}
    for name, source in sources.items():
        assert main(["analyse", str(source), "--engine", "duckdb", "--out", str(tmp_path / name)]) == 0
    one, other = [(tmp_path / name / "results.json").read_bytes() for name in sources]
    assert one == other
    assert PASSWORD not in "".join(capsys.readouterr())
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and PASSWORD.encode() in file.read_bytes()]
    assert main(["analyse", base.address("registry.patients"), "--out", str(tmp_path / "no")]) == 2
    assert "--engine duckdb" in capsys.readouterr().err


@needed
@pytest.mark.usefixtures("password")
def test_nothing_is_written_there(base: Server) -> None:
    """A view that writes when it is read is refused by the database, since the transaction only reads."""
    with pytest.raises(SummaryError, match="read-only transaction"):
        registry_of(base.address("registry.writes"))
    base.run("DO $$ BEGIN ASSERT (SELECT count(*) FROM registry.written) = 0; END $$")


@needed
@pytest.mark.usefixtures("password")
def test_columns_that_this_user_may_not_read_are_not_asked_for(base: Server) -> None:
    names = list(pd.read_csv(MISSED, nrows=0).columns)
    allowed = ", ".join(f'"{name}"' for name in names if name != "sex")
    base.run("CREATE TABLE registry.part AS SELECT * FROM registry.patients", f"GRANT SELECT ({allowed}) ON registry.part TO reader")
    try:
        assert "sex" in registry_of(base.address("registry.patients")).table.facts
        assert "sex" not in registry_of(base.address("registry.part")).table.facts
    finally:
        base.run("DROP TABLE registry.part")


@needed
@pytest.mark.usefixtures("password")
def test_all_of_it_is_of_one_moment(base: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A patient who comes in, with a sex of his own, while the table is read is not half there."""
    source = opened(base.address("registry.patients"))
    first = source.first

    def meanwhile(n: int) -> pd.DataFrame:
        found = first(n)
        base.run("DELETE FROM registry.patients WHERE sex = 'male'")
        return found

    source.first = meanwhile  # type: ignore[method-assign]
    try:
        found = recognised(source, "registry", lambda text: read(text, name="registry"))[0]
        assert found.table.n == 117
        assert found.table.levels["sex"] == ("female", "male")
    finally:
        base.run("TRUNCATE registry.patients")
        base.copy("COPY registry.patients FROM STDIN (FORMAT csv, HEADER)", Path(MISSED).read_bytes())


@needed
@pytest.mark.parametrize(
    ("place", "given", "said"),
    [
        ("postgresql://reader@127.0.0.1:{port}/postgres?table=registry.patients", None, "asks for a password"),
        ("postgresql://reader@127.0.0.1:{port}/postgres?table=registry.patients", "wrong", "refuses this user or the password"),
        ("postgresql://nobody@127.0.0.1:{port}/postgres", PASSWORD, "refuses this user or the password"),
        ("postgresql://reader@127.0.0.1:{port}/other", PASSWORD, "no such database"),
        ("postgresql://reader@127.0.0.1:1/postgres", PASSWORD, "cannot be reached"),
        ("postgresql://reader@no-such-host.invalid/postgres", PASSWORD, "cannot be reached"),
        (
            "postgresql://reader@127.0.0.1:{port}/postgres?table=registry.nothing",
            PASSWORD,
            "may read registry.odd .*registry.patients",
        ),
        ("postgresql://reader@127.0.0.1:{port}/postgres?table=hidden.names", PASSWORD, "may read registry.odd"),
        ("postgresql://reader@127.0.0.1:{port}/postgres", PASSWORD, r"\?table=schema.name"),
        ("postgresql://reader@127.0.0.1:{port}/postgres?tabel=x", PASSWORD, "tabel"),
    ],
)
def test_what_goes_wrong_is_said(place: str, given: str | None, said: str, base: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", "/nonexistent")
    if given:
        monkeypatch.setenv("PGPASSWORD", given)
    with pytest.raises(SummaryError, match=said) as raised:
        registry_of(place.format(port=base.port))
    assert PASSWORD not in raised.value.paragraph()


@needed
@pytest.mark.usefixtures("password")
def test_scores_that_cannot_be_are_refused(base: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the rows from which the columns are recognised."""
    monkeypatch.setattr("aadash.summaries.recognise.FIRST", 10)
    base.run("CREATE TABLE registry.wrong (patient text, salt_w0 float8, salt_w12 float8)", "GRANT SELECT ON registry.wrong TO reader")
    rows = [f"P{i},50,{5 + i}" for i in range(30)]
    try:
        for last, said in (("X,50,NaN", ""), ("X,50,1e9", "'salt_w12' holds 1e\\+09"), ("X,50,5.12345", "three decimals")):
            base.run("TRUNCATE registry.wrong")
            base.copy("COPY registry.wrong FROM STDIN (FORMAT csv)", "\n".join([*rows, last]).encode())
            if not said:
                found = registry_of(base.address("registry.wrong")).week(12)
                assert found.n[np.isnan(found.pairs.value)].sum() == 1, "NaN is a visit not made"
                continue
            with pytest.raises(SummaryError, match=said):
                registry_of(base.address("registry.wrong"))
    finally:
        base.run("DROP TABLE registry.wrong")


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://reader:secret@host/db?table=a.b",
        "postgresql://reader@host/db?password=secret",
        "postgresql://reader@host/db?sslpassword=secret&table=x",
        "postgresql://reader:sec/secret@host/db",
        "postgresql://reader:sec@secret@host/db",
        "postgresql://host:secret/db",
        "postgresql://reader@host/db#secret",
        "postgresql://reader@host/db?secret",
        "postgresql://[secret/db",
    ],
)
def test_an_address_with_a_password_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(SummaryError, match="postgresql://user@host") as raised:
        opened(text)
    assert "secret" not in raised.value.paragraph()


def test_an_address_says_table_and_server() -> None:
    found = address("postgres://reader@[::1]:5433/db?table=s.t&sslmode=require&connect_timeout=3")
    assert found.table == "s.t"
    assert found.shown == "postgresql://[::1]:5433/db", "neither the user nor what else was given"
    assert set(found.uri.partition("?")[2].split("&")) == {"connect_timeout=3", "application_name=AAdash", "sslmode=require"}
    assert called("postgresql://reader@host/db?table=s.t") == "s.t"


@pytest.mark.parametrize("content", ["", "registry.parquet", "postgresql://a@b/c postgresql://a@b/d", "\xff\xfe"])
def test_a_file_that_holds_no_address(content: str, tmp_path: Path) -> None:
    place = tmp_path / "clinic.postgresql"
    place.write_text(content, encoding="latin-1")
    with pytest.raises(SummaryError, match=r"clinic\.postgresql: This file"):
        opened(str(place))


def test_without_the_driver_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", None)
    with pytest.raises(SummaryError, match="pip install adbc-driver-postgresql"):
        InPostgres(address("postgresql://host/db"), None).numbers()


def test_other_ways_are_refused() -> None:
    with pytest.raises(SummaryError, match="only PostgreSQL"):
        opened("mysql://host/db")
    with pytest.raises(SummaryError, match="DuckDB alone"):
        opened("postgresql://host/db", "spark")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('치명적오류:  사용자 "reader"의 password 인증을 실패했습니다', "refuses this user or the password"),
        ('FATAL:  ユーザー"reader"のパスワード認証に失敗しました', "refuses this user or the password"),
        ('치명적오류:  "reader" 롤(role) 없음', "has no such user"),
        ('FATAL:  ロール"reader"は存在しません', "has no such user"),
        ('치명적오류:  "registry" 데이터베이스 없음', "has no such database"),
        ('FATAL:  データベース"registry"は存在しません', "has no such database"),
        (
            '치명적오류:  호스트 "10.0.0.1", 사용자 "reader", 데이터베이스 "registry", no encryption 연결에 대한 설정이 '
            "pg_hba.conf 파일에 없습니다.",
            "lets nobody in from this machine",
        ),
        (
            'FATAL:  pg_hba.conf にホスト"10.0.0.1"、ユーザー"reader"、データベース"registry, no encryption用のエントリがありません',
            "lets nobody in from this machine",
        ),
        ('"db" 호스트 이름을 전송할 수 없습니다: 대상 주소: 이름 혹은 서비스를 알 수 없습니다', "cannot be reached"),
        ('ホスト名"db"をアドレスに変換できませんでした: 名前またはサービスが不明です', "cannot be reached"),
    ],
)
def test_a_server_that_speaks_korean_or_japanese(text: str, said: str) -> None:
    """The messages of PostgreSQL 15's own catalogues (src/backend/po, src/interfaces/libpq/po)."""
    told = str(
        InPostgres(address("postgresql://reader@db/registry"), None)._refused(Exception(f"IO: [libpq] Failed to connect: {text}"))
    )
    assert said in told
    assert "reader" not in told.partition("postgresql://")[0]
