"""Results: the accounting in words, rows by key, and one row a number for export."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from aadash.result import Accounting, Exclusion, Result

TABLE = pd.DataFrame(
    {
        "group1": "severity",
        "group1_level": ["A", "B", "all"],
        "variable": "SALT75",
        "variable_level": None,
        "week": [36, 36, 36],
        "k": [39, 34, 73],
        "rate": [0.52, 34 / 42, np.nan],
        "test": [None, None, "Fisher"],
    }
)
RESULT = Result("responders", "How many respond?", TABLE, Accounting(117, 117), "counted", "39 of 75.")


def test_the_accounting_names_only_those_who_were_left_out() -> None:
    left = (Exclusion("with a missing visit", 49), Exclusion("with SALT 0 at baseline", 0))
    assert Accounting(117, 68, left).sentence() == "117 enrolled, 68 analysed; left out: 49 with a missing visit"
    assert Accounting(117, 117).sentence() == "117 enrolled, 117 analysed"


def test_rows_are_found_by_their_keys() -> None:
    assert RESULT.rows(group1_level="B", week=36)["k"].tolist() == [34]
    assert RESULT.rows(group1_level="C").empty
    assert len(RESULT.rows()) == 3


def test_statistics_are_what_is_no_key() -> None:
    assert RESULT.statistics == ["k", "rate", "test"]


def test_the_export_has_one_row_a_number_unrounded_and_none_for_what_does_not_apply() -> None:
    rows = RESULT.ard()
    assert [(r["group1_level"], r["stat_name"], r["stat"]) for r in rows] == [
        ("A", "k", 39),
        ("A", "rate", 0.52),
        ("B", "k", 34),
        ("B", "rate", 34 / 42),
        ("all", "k", 73),
        ("all", "test", "Fisher"),
    ]
    assert all(
        list(r) == ["analysis", "group1", "group1_level", "variable", "variable_level", "week", "stat_name", "stat"] for r in rows
    )
    assert rows[0]["variable_level"] is None and rows[0]["analysis"] == "responders"
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows


def test_a_key_that_the_table_lacks_is_exported_as_null() -> None:
    result = Result("x", "?", TABLE.drop(columns=["variable_level", "week"]), Accounting(1, 1), "", "")
    assert {r["week"] for r in result.ard()} == {None}
