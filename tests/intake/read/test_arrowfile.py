"""Parquet and Feather: flat columns are read, lists are told, equal names are told apart, the index of pandas comes first."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as parquet
import pytest

from aadash.errors import IntakeError
from aadash.intake import read

FRAME = pd.DataFrame(
    {"ID": ["0007", "0008", "0009"], "sex": pd.Categorical(["F", "M", None]), "SALT_W0": [80, 60, 90], "SALT_W12": [40.5, None, 20]}
)


def written(table: pa.Table) -> bytes:
    out = io.BytesIO()
    parquet.write_table(table, out)
    return out.getvalue()


def test_feather_is_read_as_parquet_is(tmp_path: Path) -> None:
    feather.write_feather(FRAME, str(tmp_path / "f.feather"))
    FRAME.to_parquet(tmp_path / "f.parquet")
    one, other = read(tmp_path / "f.feather"), read(tmp_path / "f.parquet")
    assert one.accepted().salt.to_numpy().tolist()[0] == [80.0, 40.5]
    assert one.table.equals(other.table)
    assert other.table["sex"].tolist() == ["F", "M", ""]


def test_the_index_of_pandas_is_the_first_column(tmp_path: Path) -> None:
    FRAME.set_index("ID").to_parquet(tmp_path / "f.parquet")
    assert list(read(tmp_path / "f.parquet").table.columns) == ["ID", "sex", "SALT_W0", "SALT_W12"]


def test_a_column_of_lists_is_told_and_left_out() -> None:
    table = pa.table({"ID": ["P1", "P2", "P3"], "SALT_W0": [80, 60, 90], "SALT_W12": [1, 2, 3], "drugs": [["a"], [], ["b", "c"]]})
    reading = read(written(table), name="f.parquet")
    assert len(reading.accepted()) == 3
    assert any(p.code == "nested" and p.level == "warning" and "drugs" in p.message for p in reading.problems)
    with pytest.raises(IntakeError, match="lists or records"):
        read(written(pa.table({"drugs": [["a"], []]})), name="f.parquet")


def test_equal_names_are_both_kept() -> None:
    table = pa.Table.from_arrays(
        [pa.array(["P1", "P2"]), pa.array([80, 60]), pa.array([1, 2]), pa.array([3, 4])], ["ID", "SALT_W0", "age", "age"]
    )
    assert len(read(written(table), name="f.parquet").table.columns) == 4


def test_texts_that_repeat_are_cells_like_others() -> None:
    text = pa.array(["F", None, "M", "F"]).dictionary_encode()
    table = pa.table({"ID": ["P1", "P2", "P3", "P4"], "sex": text, "SALT_W0": [80, 60, 90, 70]})
    assert read(written(table), name="f.parquet").table["sex"].tolist() == ["F", "", "M", "F"]
