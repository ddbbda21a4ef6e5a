"""Models and subgroups look at several facts of a patient at once: the same of sums as of rows, to 1e-12, with every caveat."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aadash import read_cohort
from aadash.analyses import REGISTRY
from aadash.cohort import Cohort
from aadash.errors import AadashError, SummaryError
from aadash.model_plan import ModelPlan, Predictor
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.summaries import SUFFICES, answer, from_json, pooled, summarise, to_json
from tests.making import cohort_of, cohorts
from tests.summaries.test_same_result import MISSED, TOHOKU, assert_same, doubts, outcome

CELLS = [name for name, need in SUFFICES.items() if need == "cells"]
CROSSED = [name for name, need in SUFFICES.items() if need == "crossed"]


@pytest.mark.parametrize(
    ("file", "stratifier", "rule", "endpoint"),
    [
        (MISSED, "severity", "nri", "SALT<=20"),
        (MISSED, "subtype", "complete", "SALT75"),
        (MISSED, "age", "locf", "SALT<=20"),
        (MISSED, "none", "mixed", "SALT75"),
        (TOHOKU, "sex", "observed", "SALT<=20"),
    ],
)
def test_samples(file: str, stratifier: str, rule: str, endpoint: str) -> None:
    cohort = read_cohort(file, accept_missing=True)
    plan = AnalysisPlan(stratifier=stratifier, missing=rule, endpoint=endpoint).resolved_for(cohort)[0]
    summary = from_json(to_json(summarise(cohort, plan, by=[stratifier], minimum=1)))
    for name in (*CELLS, *CROSSED):
        rows, sums = outcome(lambda n=name: REGISTRY[n].function(cohort, plan)), outcome(lambda n=name: answer(summary, n, plan))
        assert_same(rows, sums, name, 1e-12)
        if isinstance(rows, Result) and isinstance(sums, Result):
            assert doubts(rows) == doubts(sums), name
            assert rows.call == sums.call, "the same call, the model included"


@settings(max_examples=30, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(
    cohorts(patients=16, visits=3),
    st.sampled_from(["observed", "complete", "locf", "nri"]),
    st.sampled_from(["severity", "sex", "none"]),
    st.sampled_from(["SALT50", "SALT<=20"]),
)
def test_any_cohort(cohort: Cohort, rule: str, stratifier: str, endpoint: str) -> None:
    """Whatever is missing: a level, a baseline, a visit, everything."""
    plan = AnalysisPlan(stratifier=stratifier, missing=rule, endpoint=endpoint)
    summary = from_json(to_json(summarise(cohort, plan, by=[stratifier], minimum=1)))
    for name in (*CELLS, *CROSSED):
        rows, sums = outcome(lambda n=name: REGISTRY[n].function(cohort, plan)), outcome(lambda n=name: answer(summary, n, plan))
        if isinstance(rows, str) and isinstance(sums, str) and summary.suppressed and name in CELLS:
            continue  # no model either way, each with its own reason
        assert_same(rows, sums, name, made_up=True)


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(cohorts(patients=20, visits=3), st.lists(st.integers(0, 2), min_size=20, max_size=20))
def test_any_way_to_deal_patients_to_hospitals(cohort: Cohort, deal: list[int]) -> None:
    """Three hospitals' cells added are those of all."""
    plan, model = AnalysisPlan(stratifier="sex"), ModelPlan(predictors=(Predictor("sex"), Predictor("age", cut=50.0)))
    where = np.array(deal[: len(cohort)])
    parts = [
        summarise(cohort.subset(where == i), plan, centre=str(i), by=["sex"], minimum=1, model=model)
        for i in range(3)
        if (where == i).any()
    ]
    rows = outcome(lambda: REGISTRY["predictors"].function(cohort, plan, model=model))
    sums = outcome(lambda: answer(pooled(parts), "predictors", plan))
    assert_same(rows, sums, "pooled", made_up=True)


def test_four_hospitals_give_model_and_subgroups_of_the_korean_sample() -> None:
    """Without columns that each hospital would cut at a median of its own; with them it is said which."""
    whole = read_cohort("sample_data/korea_2025.csv", accept_missing=True)
    roles = {role: column for role, column in whole.roles.items() if role in ("sex", "subtype")}
    texts = Cohort(whole.patients[list(roles.values())], whole.salt, roles=roles, name="whole")
    deal = np.random.default_rng(4).integers(0, 4, len(whole))
    for stratifier in ("severity", "sex"):
        plan = AnalysisPlan(stratifier=stratifier).resolved_for(texts)[0]
        files = [
            to_json(summarise(texts.subset(deal == i), plan, centre=f"Hospital {i + 1}", by=[stratifier], minimum=1)) for i in range(4)
        ]
        sums = pooled([from_json(text) for text in files])
        for name in (*CELLS, *CROSSED):
            rows, added = outcome(lambda n=name, p=plan: REGISTRY[n].function(texts, p)), answer(sums, name, plan)
            assert_same(rows, added, name, 1e-12)
            assert doubts(rows) == doubts(added), name  # type: ignore[arg-type]
    plan = AnalysisPlan().resolved_for(whole)[0]
    sums = pooled([summarise(whole.subset(deal == i), plan, centre=f"Hospital {i + 1}", minimum=1) for i in range(4)])
    said = answer(sums, "subgroups_response", plan).caveats[-1]
    assert "Not among these subgroups: " in said.text
    assert all(column in said.text for column in ("age", "duration"))
    model = answer(sums, "predictors", plan)
    np.testing.assert_allclose(
        model.table["adj_estimate"], REGISTRY["predictors"].function(whole, plan).table["adj_estimate"], rtol=1e-12
    )


def test_a_number_of_many_values_is_said_to_need_a_cut() -> None:
    """By hand: 250 different weights are 250 cells."""
    n = 250
    cohort = cohort_of(
        [[80.0, 10.0 if i % 3 else 80.0] for i in range(n)], [0, 12], weight=[50 + i / 7 for i in range(n)], sex=["f", "m"] * (n // 2)
    )
    plan = AnalysisPlan(stratifier="none")
    wide, cut = (ModelPlan(predictors=(Predictor("sex"), p)) for p in (Predictor("weight"), Predictor("weight", cut=70.0)))
    summary = summarise(cohort, plan, by=["none"], minimum=1, model=wide)
    assert "weight has 250 different values" in summary.suppressed[0]
    with pytest.raises(AadashError, match="does not count the cells"):
        answer(summary, "predictors", plan)
    summary = summarise(cohort, plan, by=["none"], minimum=1, model=cut)
    rows = REGISTRY["predictors"].function(cohort, plan, model=cut)
    assert_same(rows, answer(summary, "predictors", plan), "cut")
    assert sum(n for *_, n in summary.splits[0].levels[0].cells["SALT75"]) == n
    assert len(summary.splits[0].levels[0].cells["SALT75"]) <= 8


def test_small_cells_are_not_given() -> None:
    cohort = read_cohort(MISSED, accept_missing=True)
    summary = summarise(cohort, AnalysisPlan(), minimum=5)
    for level in (level for split in summary.splits for level in split.levels):
        assert not level.within
        assert all(n >= 5 for found in level.cells.values() for *_, n in found)
    with pytest.raises(AadashError, match="does not count"):
        answer(summary, "predictors", AnalysisPlan())
    with pytest.raises(AadashError, match="does not count other columns"):
        answer(summary, "subgroups_response", AnalysisPlan())


def test_another_split_or_week_is_refused_in_words() -> None:
    cohort = read_cohort(MISSED, accept_missing=True)
    summary = summarise(cohort, AnalysisPlan(), minimum=1)
    with pytest.raises(AadashError, match="other columns within sex"):
        answer(summary, "subgroups_response", AnalysisPlan(stratifier="sex"))
    with pytest.raises(AadashError, match="at week 12"):
        answer(summary, "subgroups_response", AnalysisPlan(week=12))


@pytest.mark.parametrize("what", ["within", "cells"])
def test_an_altered_cell_is_refused(what: str) -> None:
    summary = json.loads(to_json(summarise(read_cohort(MISSED, accept_missing=True), AnalysisPlan(), minimum=1)))
    level = next(split for split in summary["splits"] if split["name"] == "severity")["levels"][0]
    if what == "cells":
        level["cells"]["SALT75"][0][2] += 1
    else:
        level["within"][1]["levels"][0]["pairs"]["observed"]["36"][0][2] += 1
    with pytest.raises(SummaryError, match=r"cells of the model|are not its own"):
        from_json(json.dumps(summary))
