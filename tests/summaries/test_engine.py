"""A registry's table counted by an engine gives the summary that its rows give."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path

import duckdb
import msgspec
import narwhals as nw
import numpy as np
import pandas as pd
import pytest

from aadash import read_cohort
from aadash.analyses import REGISTRY
from aadash.cli import main
from aadash.details import QUANTILES
from aadash.errors import SummaryError
from aadash.filters import BASELINE, Filter
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.summaries import SUFFICES, answer, from_json, summarise, to_json
from aadash.summaries.counted import STRAIGHT
from aadash.summaries.engine import Wide
from aadash.summaries.lot import LINES
from aadash.summaries.registry import Registry
from aadash.summaries.registry_answers import answer as answer_of
from aadash.summaries.sources import InEngine, opened
from aadash.summaries.tables import summarise_registry
from tests.summaries.test_same_result import assert_same, outcome

MISSED = "sample_data/korea_2025_missing.csv"
COHORT = read_cohort(MISSED, accept_missing=True)
#: What Spark's test lacks here.
LACKING = [
    *(["pyspark (the extra “spark”, 430 MB)"] if importlib.util.find_spec("pyspark") is None else []),
    *(["Java"] if shutil.which("java") is None else []),
]


@pytest.fixture(autouse=True)
def _counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aadash.summaries.tables.FEW", 0)


def registry(folder: Path) -> Wide:
    """The sample as two Parquet files, and which column is what."""
    sex, subtype = COHORT.roles["sex"], COHORT.roles["subtype"]
    wide = COHORT.patients[[sex, subtype]].astype(object).join(COHORT.salt.rename(columns=lambda week: f"SALT_W{week}"))
    wide.iloc[:60].to_parquet(folder / "one.parquet")
    wide.iloc[60:].to_parquet(folder / "two.parquet")
    return Wide({week: f"SALT_W{week}" for week in COHORT.weeks}, (sex, subtype), {"sex": sex, "subtype": subtype})


@pytest.mark.parametrize("endpoint", ["SALT75", "SALT<=20"])
def test_the_engine_counts_what_the_rows_say(endpoint: str, tmp_path: Path) -> None:
    columns = registry(tmp_path)
    plan = AnalysisPlan(endpoint=endpoint)
    table = Registry.of(opened(str(tmp_path)), "here", COHORT, columns)
    by = ["sex", "subtype"]
    counted = summarise_registry(table, plan, by=by, minimum=1)
    rows = summarise(COHORT, plan, centre="here", by=by, minimum=1)
    assert from_json(to_json(counted)) == counted
    for split in rows.splits:
        mine = {level.level: level for level in counted.split(split.name).levels}
        grid = rows.measure.grid
        for level in split.levels:
            if not level.n:
                continue
            other = mine[level.level]
            for rule, weeks in level.pairs.items():
                for week, pairs in weeks.items():
                    theirs = sorted(other.pairs[rule][week], key=str)
                    ours = sorted(((_tenths(b, grid), _tenths(v, grid), n) for b, v, n in pairs), key=str)
                    assert theirs == ours, (split.name, level.level, rule, week)
            assert sorted(level.courses.items()) == sorted(other.courses.items())
            assert [(b.pattern, b.n) for b in level.scores] == [(b.pattern, b.n) for b in other.scores]
            assert [[x * 10 / grid for x in b.sums] for b in level.scores] == [b.sums for b in other.scores]
            for b, c in zip(level.percent, other.percent, strict=True):
                assert msgspec.structs.replace(b, sums=[], products=[]) == msgspec.structs.replace(c, sums=[], products=[])
                assert b.products == pytest.approx(c.products, rel=1e-12)


def _tenths(value: int | None, grid: int) -> int | None:
    return None if value is None else value * 10 // grid


def test_the_numbers_are_those_of_the_file(tmp_path: Path) -> None:
    columns = registry(tmp_path)
    plan = AnalysisPlan().resolved_for(COHORT)[0]
    table = Registry.of(opened(str(tmp_path)), COHORT.name, COHORT, columns)
    summary = summarise_registry(table, plan, by=["sex"], minimum=1)
    for name in sorted(name for name, need in SUFFICES.items() if need not in ("crossed", "cells") and name != "baseline"):
        rows = outcome(lambda n=name: REGISTRY[n].function(COHORT, plan))
        assert_same(rows, outcome(lambda n=name: answer(summary, n, plan)), name)


def numbers(folder: Path) -> dict[tuple, float | None]:
    found = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return {tuple(str(v) for k, v in row.items() if k not in ("stat", "value")): row.get("stat") for row in found}


@pytest.mark.parametrize(
    "plan",
    [
        AnalysisPlan(stratifier="subtype", missing="nri", endpoint="SALT<=20"),
        AnalysisPlan(stratifier="age", missing="locf", filters=(Filter("sex", ("female",)), Filter(BASELINE, low=50, open_low=True))),
    ],
    ids=["subtype", "filtered"],
)
def test_analyse_gives_the_rows_of_a_file(plan: AnalysisPlan, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """Two plans that differ in all; what other plans count is in test_tables.py, what is answered of it in test_millions.py."""
    source = pd.read_csv(MISSED)
    folder, arguments = tmp_path / "registry", ["--plan", str(tmp_path / "plan.json"), "--out"]
    folder.mkdir()
    source.iloc[:50].to_parquet(folder / "a.parquet")
    source.iloc[50:].to_parquet(folder / "b.parquet")
    (tmp_path / "plan.json").write_text(plan.to_json(), encoding="utf-8")
    assert main(["analyse", MISSED, *arguments, str(tmp_path / "file")]) == 0
    assert main(["analyse", str(folder), "--engine", "duckdb", *arguments, str(tmp_path / "engine")]) == 0
    assert "not computed" in capsys.readouterr().err, "what counts cannot give is said"
    mine, theirs = numbers(tmp_path / "engine"), numbers(tmp_path / "file")
    shared = [where for where in mine if isinstance(theirs.get(where), int | float)]
    assert len(shared) > 600
    for where in shared:
        assert mine[where] == pytest.approx(theirs[where], rel=1e-12, abs=1e-12), where
    for name in STRAIGHT:  # two strata alone can be equivalent, and bands can be separated
        assert (tmp_path / "engine" / f"{name}.csv").exists() == (tmp_path / "file" / f"{name}.csv").exists(), name


def test_what_only_rows_answer_is_refused_once(tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the rows that may be read; one line tells of every analysis that has the reason."""
    monkeypatch.setattr("aadash.summaries.registry_answers.MOST_STAND_INS", 100)
    monkeypatch.setattr("aadash.summaries.registry_answers.MOST_SLOW", 50)
    pd.read_csv(MISSED).to_parquet(tmp_path / "a.parquet")
    assert main(["analyse", str(tmp_path), "--engine", "duckdb", "--out", str(tmp_path / "out")]) == 0
    said = [line for line in capsys.readouterr().err.splitlines() if "every patient's row, of 117 patients" in line]
    assert len(said) == 2, "at most 100, and at most 50"
    rows, slow = (next(line for line in said if f"at most {most} patients" in line) for most in (100, 50))
    assert "severity_flow" in rows
    assert not any(name in line for name in ("rank_differences", "mixed_anova", "estimand") for line in said)
    assert "predictor_checks" in slow


def test_a_table_of_duckdb(tmp_path: Path) -> None:
    place = tmp_path / "registry.duckdb"
    with duckdb.connect(str(place)) as session:
        session.execute(f"CREATE TABLE patients AS SELECT * FROM read_csv('{MISSED}')")
    two = tmp_path / "two.duckdb"
    with duckdb.connect(str(two)) as session:
        session.execute(f"CREATE TABLE patients AS SELECT * FROM read_csv('{MISSED}')")
        session.execute("CREATE TABLE other (x INTEGER)")
    with pytest.raises(SummaryError, match="tables other and patients"):
        opened(str(two))
    assert main(["analyse", f"{two}::patients", "--engine", "duckdb", "--out", str(tmp_path / "two")]) == 0
    assert len(numbers(tmp_path / "two")) > 600
    one, other = (opened(where) for where in (str(place), f"{two}::patients"))
    assert one.numbers() == other.numbers()
    pd.testing.assert_frame_equal(one.first(1000), other.first(1000))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"salt_w36": [*[5.0] * 29, 120.0]}, "'salt_w36' holds 120, outside 0–100"),
        ({"salt_w36": [*[5.0] * 29, -0.5]}, "holds -0.5, outside 0–100"),
        ({"salt_w36": [*[5.0] * 29, 99999.0]}, "holds 99999, outside 0–100"),
        ({"salt_w36": [*[5.0] * 29, float("inf")]}, "holds inf, outside 0–100"),
        ({"salt_w36": [*["12"] * 29, "5 %"]}, "no numbers"),
        ({"salt_w36": [*[5.0] * 29, 5.12345]}, "three decimals"),
    ],
)
def test_what_cannot_be_counted_is_refused(
    change: dict, said: str, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it stands behind the rows from which the columns are recognised."""
    monkeypatch.setattr("aadash.summaries.recognise.FIRST", 10)
    table = {"patient": [f"P{i}" for i in range(30)], "salt_w0": [50.5] * 30, "salt_w36": [5.0] * 30} | change
    pd.DataFrame(table).to_parquet(tmp_path / "a.parquet")
    assert main(["analyse", str(tmp_path), "--engine", "duckdb", "--out", str(tmp_path / "out")]) == 2
    assert said in capsys.readouterr().err


def test_lines_are_of_some_and_bands_of_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the order of the rows."""
    monkeypatch.setattr("aadash.summaries.lot.LINES", 20)
    columns, plan = registry(tmp_path), AnalysisPlan(stratifier="sex").resolved_for(COHORT)[0]
    found = answer_of(Registry.of(opened(str(tmp_path)), "here", COHORT, columns), "salt_over_time", plan).details
    assert found.values.shape == (20, len(COHORT.weeks))
    codes = plan.strata(COHORT).codes
    rows = {(*np.nan_to_num(row, nan=-1.0), code) for row, code in zip(COHORT.values, codes, strict=True)}
    assert {(*np.nan_to_num(row, nan=-1.0), code) for row, code in zip(found.values, found.codes, strict=True)} <= rows
    for level, who in [(ALL, codes > -2), *((level, codes == i) for i, level in enumerate(plan.strata(COHORT).levels))]:
        expected = np.nanquantile(COHORT.values[who], QUANTILES, axis=0).T
        np.testing.assert_allclose(found.bands[level], expected, rtol=0, atol=1e-9)
    (tmp_path / "one.parquet").rename(tmp_path / "zzz.parquet")
    again = answer_of(Registry.of(opened(str(tmp_path)), "here", COHORT, columns), "salt_over_time", plan).details
    np.testing.assert_array_equal(again.values, found.values)
    np.testing.assert_array_equal(again.codes, found.codes)


def test_lots_are_drawn_evenly() -> None:
    """Of 40,000 patients who differ in something about as many as were wanted have the lowest numbers: each 1 in 50, ± 4 SD."""
    rng = np.random.default_rng(7)
    base = rng.integers(1, 1001, 40_000) / 10
    frame = pd.DataFrame({"a": base, "b": np.round(base * rng.uniform(0, 1, len(base)), 1), "sex": rng.choice(["f", "m"], len(base))})
    table = opened_frame(frame)
    lines = Registry.of(table, "here", COHORT, Wide({0: "a", 12: "b"}, ("sex",), {"sex": "sex"})).lines()
    assert len(lines) == LINES
    above = (lines["aadash_w0"] > 50).mean()
    assert abs(above - (base > 50).mean()) < 4 * (0.25 / LINES) ** 0.5
    assert abs((lines["sex"] == 0).mean() - 0.5) < 4 * (0.25 / LINES) ** 0.5


@pytest.mark.parametrize("values", [[-32767, 32767, 0, 5], [32768, 1, 2, 3], [70_000, -70_000, 2, 3], [0.5, 1.0, 2.0, 3.0]])
def test_numbers_are_held_whole(values: list[float]) -> None:
    """Whole numbers that two bytes hold take two; every other number what it took."""
    frame = pd.DataFrame({"a": [80.0, 70.0, 60.0, 50.0], "b": [10.0] * 4, "weight": values})
    held = Registry.of(opened_frame(frame), "here", COHORT, Wide({0: "a", 12: "b"}, ("weight",)))
    assert sorted(held.rows().fact("weight")) == sorted(values)


def opened_frame(frame: pd.DataFrame) -> InEngine:
    """A frame inside DuckDB."""
    session = duckdb.connect()
    session.register("frame", frame)
    session.execute("CREATE TABLE held AS SELECT * FROM frame")
    return InEngine(nw.from_native(session.table("held")))


@pytest.mark.skipif(bool(LACKING), reason=f"not installed: {' and '.join(LACKING)}")
def test_spark_gives_the_same_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both engines are sent the same text, so a few counts and one result are enough; each count takes Spark a second."""
    columns = registry(tmp_path)
    one, other = (Registry.of(opened(str(tmp_path), engine), "here", COHORT, columns) for engine in ("duckdb", "spark"))
    assert one.table.levels == other.table.levels
    assert one.table.n == other.table.n == len(COHORT)

    plan = AnalysisPlan(stratifier="sex").resolved_for(COHORT)[0]

    def table(registry: Registry) -> list[list[float]]:
        pairs, counts = registry.cohort(plan).given_counts.source.pairs(COHORT.weeks[-1])
        return sorted([*row] for row in np.nan_to_num(np.column_stack([pairs.baseline, pairs.value, counts]), nan=-1.0))

    assert table(one) == table(other)
    pd.testing.assert_frame_equal(one.lines().astype(float), other.lines().astype(float))
    rows = REGISTRY["change_from_baseline"].function(COHORT, plan)
    assert_same(rows, REGISTRY["change_from_baseline"].function(other.cohort(plan), plan), "spark", 1e-12)
    monkeypatch.setattr("aadash.summaries.registry_answers.MOST_STAND_INS", -1)
    name, asked = "time_to_response", plan.replace(missing="locf")
    rows, counts = REGISTRY[name].function(COHORT, asked), answer_of(other, name, asked)
    assert_same(rows, counts, f"spark {name}")
    pd.testing.assert_frame_equal(counts.table, answer_of(one, name, asked).table)
