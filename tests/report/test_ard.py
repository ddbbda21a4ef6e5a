"""Numbers for other programs have the structure that those programs publish: R's cards, and CDISC Dataset-JSON 1.1."""

from __future__ import annotations

import json
import math
from datetime import datetime
from pathlib import Path

import jsonschema
import pytest

import aadash
from aadash.analyses.registry import PROMPT, answers
from aadash.plan import AnalysisPlan
from aadash.report.ard import cards, dataset_json
from aadash.result import Result

SCHEMA = json.loads((Path(__file__).parent / "dataset_json_1_1.schema.json").read_text(encoding="utf-8"))
#: What ``check_ard_structure`` of cards asks for, and the order of ``tidy_ard_column_order``: groups, variables, then these.
CARDS = ("context", "stat_name", "stat_label", "stat", "fmt_fun", "warning", "error")
KINDS = {"string": str, "integer": int, "double": (int, float)}


@pytest.fixture(scope="module")
def results() -> list[Result]:
    cohort = aadash.read_cohort("sample_data/korea_2025_events.xlsx")
    return list(answers(cohort, AnalysisPlan(), PROMPT).results.values())


def test_a_dataset_follows_the_schema_of_dataset_json(results: list[Result]) -> None:
    for given, stamp in ((results, datetime(2026, 1, 2, 3, 4, 5, 6)), ([], None)):
        told = json.loads(dataset_json(given, stamp))
        jsonschema.Draft201909Validator(SCHEMA).validate(told)
        columns = told["columns"]
        assert told["records"] == len(told["rows"]) and (told["records"] > 5000) == bool(given)
        assert len({c["itemOID"] for c in columns}) == len({c["name"] for c in columns}) == len(columns)
        for row in told["rows"]:
            assert len(row) == len(columns)
            for value, column in zip(row, columns, strict=True):
                assert value is None or (isinstance(value, KINDS[column["dataType"]]) and not isinstance(value, bool)), column["name"]


def test_the_schema_can_fail(results: list[Result]) -> None:
    told = json.loads(dataset_json(results[:1]))
    for broken in (
        {"records": "3"},
        {"datasetJSONVersion": "1.0"},
        {"mine": 1},
        {"columns": [{"name": "A"}]},
        {"datasetJSONCreationDateTime": "today"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft201909Validator(SCHEMA).validate({**told, **broken})


def test_rows_have_the_columns_of_cards_in_its_order_and_a_method_for_each_result(results: list[Result]) -> None:
    rows = cards(results)
    for row in rows:
        names = list(row)
        groups = [n for n in names if n.startswith("group")]
        variables = [n for n in names if n.startswith("variable")]
        assert names[: len(groups) + len(variables) + len(CARDS)] == [*sorted(groups), *sorted(variables), *CARDS]
        assert row["variable"] is None or isinstance(row["variable"], str)
        assert not isinstance(row["stat"], float) or math.isfinite(row["stat"]), "JSON has no number that is not finite"
        assert row["warning"] is None and row["error"] is None and isinstance(row["fmt_fun"], str)
    methods = [row for row in rows if row["stat_name"] == "method"]
    assert [row["stat"] for row in methods] == [r.method for r in results if r.ard()]
    assert {row["context"] for row in methods} == {"method"}
