"""A registry's table counted by an engine gives the summary that its rows give."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import msgspec
import pytest

from aadash import read_cohort
from aadash.analyses import REGISTRY
from aadash.plan import AnalysisPlan
from aadash.summaries import SUFFICES, answer, from_json, summarise, to_json
from aadash.summaries.engine import Wide, opened, summarise_table
from tests.summaries.test_same_result import assert_same, outcome

COHORT = read_cohort("sample_data/korea_2025_missing.csv", accept_missing=True)
SPARK = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None
ENGINES = ["duckdb", pytest.param("spark", marks=pytest.mark.skipif(not SPARK, reason="pyspark or Java is not installed"))]


def registry(folder: Path) -> Wide:
    """The sample as two Parquet files, and which column is what."""
    sex, subtype = COHORT.roles["sex"], COHORT.roles["subtype"]
    wide = COHORT.patients[[sex, subtype]].astype(object).join(COHORT.salt.rename(columns=lambda week: f"SALT_W{week}"))
    wide.iloc[:60].to_parquet(folder / "one.parquet")
    wide.iloc[60:].to_parquet(folder / "two.parquet")
    return Wide({week: f"SALT_W{week}" for week in COHORT.weeks}, (sex, subtype), {"sex": sex, "subtype": subtype})


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("endpoint", ["SALT75", "SALT<=20"])
def test_the_engine_counts_what_the_rows_say(engine: str, endpoint: str, tmp_path: Path) -> None:
    columns = registry(tmp_path)
    plan = AnalysisPlan(endpoint=endpoint)
    place = str(tmp_path / "*.parquet") if engine == "duckdb" else str(tmp_path)
    counted = summarise_table(opened(place, engine), columns, plan, centre="here", by=["sex", "subtype"], minimum=1)
    rows = summarise(COHORT, plan, centre="here", by=["sex", "subtype"], minimum=1)
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
    summary = summarise_table(opened(str(tmp_path / "*.parquet")), columns, plan, centre=COHORT.name, by=["sex"], minimum=1)
    for name in sorted(set(SUFFICES) - {"baseline"}):
        rows = outcome(lambda n=name: REGISTRY[n].function(COHORT, plan))
        assert_same(rows, outcome(lambda n=name: answer(summary, n, plan)), name)
