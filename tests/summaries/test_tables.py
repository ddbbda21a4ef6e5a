"""The sums that an engine makes of a table are the file that the patients' rows make: the same JSON, but for the last digits of the
sums of percent changes, which are no whole numbers and depend on the order of adding."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aadash import read_cohort
from aadash.cohort import Cohort
from aadash.errors import SummaryError
from aadash.filters import BASELINE, Filter
from aadash.model_plan import ModelPlan, Predictor
from aadash.plan import AnalysisPlan
from aadash.summaries import SUFFICES, answer, from_json, summarise, to_json
from aadash.summaries.engine import Wide, counted
from aadash.summaries.registry import Registry
from aadash.summaries.sources import InEngine
from aadash.summaries.tables import summarise_registry
from tests.making import cohort_of, cohorts
from tests.summaries.test_same_result import MISSED, TOHOKU


def registry_of(cohort: Cohort) -> Registry:
    """A cohort as a table of an engine, its columns known."""
    facts = [str(c) for c in cohort.baseline_columns]
    frame = cohort.patients[facts].astype({c: object for c in facts if isinstance(cohort.fact(c).dtype, pd.CategoricalDtype)})
    frame = frame.join(cohort.salt.rename(columns=lambda week: f"salt_w{week}")).reset_index(drop=True)
    session = duckdb.connect()
    session.register("frame", frame)
    session.execute("CREATE TABLE held AS SELECT * FROM frame")
    roles = {role: column for role, column in cohort.roles.items() if column in facts}
    wide = Wide({week: f"salt_w{week}" for week in cohort.weeks}, facts, roles)
    return Registry.of(InEngine(nw.from_native(session.table("held"))), cohort.name, cohort, wide)


def few(file: str) -> Cohort:
    """A sample with some of its columns: each is a split, and each split a hundred questions to the engine."""
    cohort = read_cohort(file, accept_missing=True)
    roles = {role: column for role, column in cohort.roles.items() if role in ("sex", "subtype", "age")}
    return Cohort(cohort.patients[list(roles.values())], cohort.salt, roles=roles, name=cohort.name, synthetic=cohort.synthetic)


def apart(text: str) -> tuple[dict[str, Any], list[float]]:
    """A summary without the sums of percent changes, and these."""
    data, sums = json.loads(text), []
    for split in data["splits"]:
        for level in split["levels"]:
            for block in level["percent"]:
                sums += [*block.pop("sums"), *block.pop("products")]
    return data, sums


def same(cohort: Cohort, plan: AnalysisPlan, **options: Any) -> None:
    rows = to_json(summarise(cohort, plan, **options))
    for few in (0, 1000):  # by the engine, and of rows that it is asked for once
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("aadash.summaries.tables.FEW", few)
            counted = to_json(summarise_registry(registry_of(cohort), plan, **options))
        (mine, my_sums), (theirs, their_sums) = apart(counted), apart(rows)
        assert mine == theirs
        assert list(mine) == list(theirs)
        np.testing.assert_allclose(my_sums, their_sums, rtol=1e-12, atol=1e-9)
        from_json(counted)


@pytest.mark.parametrize(
    ("file", "plan", "minimum"),
    [
        (MISSED, AnalysisPlan(), 5),
        (MISSED, AnalysisPlan(stratifier="sex", endpoint="SALT<=20", week=24), 1),
        (MISSED, AnalysisPlan(stratifier="age", missing="locf", endpoint="SALT AA-IGA<=1+2"), 3),
        (MISSED, AnalysisPlan(filters=(Filter("sex", ("female",)), Filter(BASELINE, low=20.0))), 1),
        (TOHOKU, AnalysisPlan(stratifier="trial_severity", endpoint="SALT100"), 1),
    ],
    ids=["severity", "sex", "age", "filtered", "tohoku"],
)
def test_samples(file: str, plan: AnalysisPlan, minimum: int) -> None:
    same(few(file), plan, minimum=minimum)


@settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(
    cohorts(patients=14, visits=3),
    st.sampled_from(["severity", "trial_severity", "sex", "none"]),
    st.sampled_from(["SALT50", "SALT<=20", "SALT AA-IGA<=1+2"]),
    st.sampled_from([1, 3]),
)
def test_any_cohort(cohort: Cohort, stratifier: str, endpoint: str, minimum: int) -> None:
    same(cohort, AnalysisPlan(stratifier=stratifier, endpoint=endpoint), minimum=minimum)


def test_models_of_one_s_own_and_tenths() -> None:
    """Predictors as levels, as numbers, cut; scores in tenths; a column of two numbers."""
    n = 40
    rows = [[50 + i, 50.5 + i / 10 if i % 3 else float("nan"), i / 4 * 2] for i in range(n)]
    cohort = cohort_of(
        rows,
        [0, 12, 24],
        sex=["f", "m", None, "m"] * (n // 4),
        grade=[float("nan") if i == 7 else i % 2 for i in range(n)],
        weight=[60.5 + i % 5 for i in range(n)],
        roles={"sex": "sex"},
    )
    models = [
        (Predictor("sex"), Predictor("weight"), Predictor("grade", cut=0.0)),
        (Predictor("weight", cut=62.5), Predictor("grade"), Predictor(BASELINE, cut=70.1)),
    ]
    for model in models:
        same(cohort, AnalysisPlan(stratifier="sex"), minimum=1, by=["sex"], model=ModelPlan(predictors=model))
    many = cohort_of(rows, [0, 12, 24], code=[f"level {i}" for i in range(n)], weight=[60 + i / 7 for i in range(n)])
    for left in (
        ModelPlan(predictors=(Predictor(BASELINE),), missing="impute"),
        ModelPlan(),
        ModelPlan(predictors=(Predictor("weight"),)),
    ):
        same(many, AnalysisPlan(stratifier="none"), minimum=5, by=["none"], model=left)


def test_few_patients_are_one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every split of three columns takes the engine a hundred and fifty; of few it gives the rows."""
    asked: list[int] = []

    def counting(*arguments: Any) -> dict[str, Any]:
        asked.append(1)
        return counted(*arguments)

    registry = registry_of(few(MISSED))
    for module in ("engine", "registry", "tables", "table_joint", "ruled", "table_columns"):
        monkeypatch.setattr(f"aadash.summaries.{module}.counted", counting)
    summarise_registry(registry, AnalysisPlan(), minimum=1)
    assert len(asked) <= 1
    monkeypatch.setattr("aadash.summaries.tables.FEW", 0)
    summarise_registry(registry, AnalysisPlan(), minimum=1)
    assert len(asked) > 100


def test_models_and_subgroups_are_asked_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aadash.summaries.tables.FEW", 0)
    cohort = few(MISSED)
    summary = summarise_registry(registry_of(cohort), AnalysisPlan(), by=["severity"], minimum=1)
    for name in (name for name, need in SUFFICES.items() if need in ("crossed", "cells")):
        assert len(answer(summary, name, AnalysisPlan()).table), name
    with pytest.raises(SummaryError, match="cannot be split"):
        summarise_registry(registry_of(cohort), AnalysisPlan(stratifier="nothing"))
