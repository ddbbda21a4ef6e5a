"""The texts of a table are read as those of a file: spaces around them, words for nothing, what a mapping calls them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from aadash.analyses import REGISTRY
from aadash.intake import ColumnMapping, Reading, read
from aadash.plan import AnalysisPlan
from aadash.summaries.recognise import recognised
from aadash.summaries.registry_answers import answer
from aadash.summaries.sources import opened
from tests.summaries.test_same_result import assert_same

MISSED = "sample_data/korea_2025_missing.csv"
NAMED = ColumnMapping().with_column("sex", "sex", None, {"F": "female", "M": "male"})


@pytest.mark.parametrize("mapping", [None, NAMED], ids=["as it stands", "with names"])
@pytest.mark.parametrize("first", [5000, 100])
def test_words_are_read_as_of_a_file(
    mapping: ColumnMapping | None, first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where they come after the rows from which the columns are recognised."""
    monkeypatch.setattr("aadash.summaries.recognise.FIRST", first)
    table = pd.read_csv(MISSED)
    table["sex"] = table["sex"].map({"female": "F", "male": "M"})
    table.loc[[3, 110], "sex"] = "F "
    table.loc[[4, 111], "sex"] = " "
    table.loc[[5, 112], "sex"] = "NA"
    table.loc[[6, 113], "sex"] = "unknown"
    table.loc[114, "sex"] = "미상"
    table.to_csv(tmp_path / "table.csv", index=False)
    (tmp_path / "parquet").mkdir()
    table.to_parquet(tmp_path / "parquet" / "a.parquet")

    def reader(content: bytes) -> Reading:
        return read(content, name="table", mapping=mapping)

    cohort = reader((tmp_path / "table.csv").read_bytes()).draft
    registry = recognised(opened(str(tmp_path / "parquet")), "table", reader)[0]
    names = ("F", "M") if mapping is None else ("female", "male")
    assert registry.table.levels["sex"] == names
    assert cohort is not None
    assert cohort.fact("sex").value_counts().to_dict() == registry.rows().fact("sex").value_counts().to_dict()
    plan = AnalysisPlan(stratifier="sex")
    for name in ("responders", "salt_over_time"):
        assert_same(REGISTRY[name].function(cohort, plan), answer(registry, name, plan), name, 1e-12)


def test_columns_that_are_not_counted_are_named(tmp_path: Path) -> None:
    """Numbers as text, of which a table has more than levels, and free text; few numbers as text are levels."""
    table = pd.read_csv(MISSED)
    table["weight"] = [str(50 + i % 40) for i in range(len(table))]
    table["site"] = [str(1 + i % 4) for i in range(len(table))]
    table["centre name"] = [f"hospital of town {i % 30}" for i in range(len(table))]
    table.to_parquet(tmp_path / "a.parquet")
    registry = recognised(opened(str(tmp_path)), "table", lambda content: read(content, name="table"))[0]
    assert "site" in registry.table.facts
    assert registry.left_out == (
        "The column “weight” holds numbers as text, more than 12 different ones, and is not counted. "
        "Make it a column of numbers in the table.",
        "The column “centre name” has more than 12 different values and is not counted.",
    )
