"""Results: the accounting in words, rows by key, and one row per number for export."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from aadash.analyses.analysis_set import table
from aadash.levels import ALL, Pair
from aadash.plan import AnalysisPlan
from aadash.result import Accounting, Call, Exclusion, Labels, Result, TestColumn

TABLE = pd.DataFrame(
    {
        "group1": "severity",
        "group1_level": ["A", "B", ALL],
        "variable": "SALT75",
        "variable_level": None,
        "week": [36, 36, 36],
        "k": [39, 34, 73],
        "rate": [0.52, 34 / 42, np.nan],
        "test": [None, None, "Fisher"],
    }
)
RESULT = Result(TABLE, Accounting(117, 117), "counted", "39 of 75.", call=Call("responders", AnalysisPlan()))


def test_columns_of_a_table_have_the_types_of_their_values() -> None:
    """Whole numbers, numbers with gaps, text without a cell, truth, what is not in a row, and what is in none."""
    made = table([{"k": 1, "rate": None, "test": "Fisher", "clear": True}, {"k": 2, "rate": 0.5, "test": None, "level": ALL}], ["p"])
    assert list(made) == ["k", "rate", "test", "clear", "level", "p"]
    assert [str(t) for t in made.dtypes] == ["int64", "float64", "object", "object", "object", "float64"]
    assert made["test"].tolist()[0] == "Fisher" and np.isnan(made["test"].tolist()[1]) and made["p"].isna().all()
    assert made["clear"].tolist()[0] is True and made["level"].tolist()[1] is ALL
    assert [str(t) for t in table([{"clear": True, "none": None}]).dtypes] == ["bool", "object"]


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
    result = Result(TABLE.drop(columns=["variable_level", "week"]), Accounting(1, 1), "", "")
    assert {r["week"] for r in result.ard()} == {None}


def test_a_level_that_reads_as_ours_is_told_apart() -> None:
    table = TABLE.assign(group1_level=["all", "A - B", Pair("A", "B")])
    result = Result(table, Accounting(1, 1), "", "", call=Call("x", AnalysisPlan()))
    told = {(r["group1_level"], r.get("group1_level_is")) for r in result.ard()}
    assert told == {("all", "level"), ("A - B", "level"), ("A - B", None)}
    assert result.rows(group1_level=ALL).empty and len(result.rows(group1_level="all")) == 1


def test_labels_name_a_pair_whose_levels_hold_its_sign() -> None:
    labels = Labels("type", "type", ("type 1 - mild", "type 2 - severe"), ("mild", "severe"), ("1", "2"), (3, 4))
    assert labels.label(Pair("type 1 - mild", "type 2 - severe")) == "mild − severe"
    assert labels.short("type 2 - severe") == "2" and labels.label(ALL) == "All patients"
    assert labels.colour("type 1 - mild") != labels.colour("type 2 - severe") != labels.colour(ALL)


def test_the_tests_of_a_table_are_those_of_its_declared_columns() -> None:
    table = TABLE.assign(p=[0.01, np.nan, 0.2], n_analysed=[75, 42, 117])
    result = Result(table, Accounting(117, 117), "", "", call=Call("x", AnalysisPlan()), tested=(TestColumn("p", estimate="rate"),))
    first, last = result.tests()
    assert (first.row, first.name, first.level, first.n, first.estimate, first.p) == (0, "x", "A", 75, 0.52, 0.01)
    assert (last.name, last.level, last.week, np.isnan(last.estimate)) == ("Fisher", ALL, 36, True)
    assert result.tests(table.drop(columns="p")) == []
