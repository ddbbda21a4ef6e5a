"""Names are data: whatever a file calls its columns and levels, every number stays."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from aadash import AnalysisPlan, Cohort, Filter, ModelPlan, Predictor, analyses
from aadash.analyses.registry import answers
from aadash.app.session.samples import load_sample
from aadash.levels import ALL, Pair
from aadash.report.files import csv
from aadash.report.tables import blocks, printable
from aadash.strata import stratifiers

KOREA = load_sample("korea_2025").cohort
COLUMNS = (
    "all",
    "none",
    "severity",
    "trial_severity",
    "baseline_salt",
    "patient",
    "only patient",
    "column:sex",
    "a - b",
    "A × B",
    "subtype",
    "=1+1 <b>x</b>",
    "![i](http://x) $x$ \u202eabc" + "l" * 300,
)
#: In alphabetical order, as levels are shown: the first stays the first.
LEVELS = (
    ("all", "none"),
    ("A", "A - B"),
    ("all", "x - all"),
    ("type 1 - mild", "type 2 - severe"),
    ("<i>", "=1+1"),
    ("e\u0301", "\u00e9"),
)


def plain(column: str = "split", levels: tuple[str, str] = ("p", "q")) -> Cohort:
    """The Korean sample with its SALT and one column of two levels."""
    values = np.where(KOREA.patients["sex"] == "female", levels[0], levels[1])
    return Cohort(pd.DataFrame({column: values}, index=KOREA.salt.index), KOREA.salt)


def numbers(cohort: Cohort, key: str) -> dict[str, list[float]]:
    found = answers(cohort, AnalysisPlan(stratifier=key, endpoint="SALT50"), ("core", "further", "subgroups")).results
    out = {}
    for name, result in found.items():
        t = result.table.select_dtypes("number").to_numpy(dtype=float)
        out[name] = sorted(t[~np.isnan(t)].round(9).tolist())
        for _, rows in blocks(result):
            printable(result, rows)
        csv(result.table)
    return out


@cache
def before() -> dict[str, list[float]]:
    return numbers(plain(), "split")


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_may_have_any_name(column: str) -> None:
    cohort = plain(column)
    key = cohort.key_of(column)
    assert key in stratifiers(cohort) and cohort.role(key) == column
    assert numbers(cohort, key) == before()
    kept = AnalysisPlan(filters=(Filter(key, ("p",)),)).included(cohort)
    assert len(kept) == 63
    model = ModelPlan(predictors=(Predictor(key),))
    assert analyses.predictors(cohort, AnalysisPlan(), model).accounting.analysed == 117
    again, notes = AnalysisPlan.from_json(AnalysisPlan(stratifier=key).to_json())
    assert (again.stratifier, notes) == (key, [])


@pytest.mark.parametrize("levels", LEVELS)
def test_levels_may_have_any_name(levels: tuple[str, str]) -> None:
    cohort = plain("split", levels)
    assert numbers(cohort, "split") == before()
    result = analyses.responders(cohort, AnalysisPlan(stratifier="split"))
    row = result.rows(group1_level=levels[0], variable="SALT75", week=36).iloc[0]
    assert (row["n"], row["n_enrolled"]) == (63, 63)
    assert result.rows(group1_level=ALL, variable="SALT75", week=36).iloc[0]["n"] == 117


def test_a_pair_of_three_strata_whose_names_hold_its_sign() -> None:
    names = np.array(["a", "a - b", "b"])[np.arange(117) % 3]
    cohort = Cohort(pd.DataFrame({"split": names}, index=KOREA.salt.index), KOREA.salt)
    result = analyses.between_strata(cohort, AnalysisPlan(stratifier="split"))
    pairs = {level for level in result.table["group1_level"] if isinstance(level, Pair)}
    assert pairs == {Pair("a", "a - b"), Pair("a", "b"), Pair("a - b", "b")}
    repeated = analyses.repeated_response(cohort, AnalysisPlan(stratifier="split"))
    assert "a - b" in repeated.sentence


def test_a_role_does_not_hide_a_column_of_its_name() -> None:
    facts = pd.DataFrame({"gender": ["f", "m"] * 4, "sex": ["x", "x", "y", "y"] * 2})
    salt = pd.DataFrame({0: [80.0] * 8, 12: [10.0, 20, 30, 40, 50, 60, 70, 80]})
    cohort = Cohort(facts, salt, roles={"sex": "gender"})
    assert cohort.key_of("sex") == "column:sex" and cohort.key_of("gender") == "gender"
    assert AnalysisPlan(stratifier="sex").strata(cohort).levels == ("f", "m")
    assert AnalysisPlan(stratifier="column:sex").strata(cohort).levels == ("x", "y")
    assert {"sex", "column:sex"} <= set(stratifiers(cohort))
