"""Table 1 of counts is Table 1 of the rows: every number to 1e-12, sentence, accounting, caveats."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aadash import read_cohort
from aadash.analyses import REGISTRY
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.filters import BASELINE, Filter
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.summaries.described import described
from aadash.summaries.registry_answers import answer
from tests.making import cohort_of, cohorts
from tests.summaries.test_same_result import MISSED, TOHOKU, assert_same, outcome
from tests.summaries.test_tables import registry_of


@pytest.fixture(autouse=True)
def _no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aadash.summaries.registry_answers.MOST_STAND_INS", 0)
    monkeypatch.setattr("aadash.summaries.registry.Registry.rows", None)


def same(cohort: Cohort, plan: AnalysisPlan, **options: object) -> None:
    rows = outcome(lambda: REGISTRY["baseline"].function(cohort, plan, **options))
    counts = outcome(lambda: answer(registry_of(cohort), "baseline", plan, **options))
    assert_same(rows, counts, "baseline", 1e-12)
    if isinstance(rows, Result) and isinstance(counts, Result):
        assert counts.caveats == rows.caveats
        assert counts.details.distributions == rows.details.distributions
        assert list(counts.details.facts) == list(rows.details.facts)


@pytest.mark.parametrize(
    ("file", "plan"),
    [
        (MISSED, AnalysisPlan()),
        (MISSED, AnalysisPlan(stratifier="subtype", missing="complete")),
        (MISSED, AnalysisPlan(stratifier="age", missing="locf", filters=(Filter("sex", ("female",)), Filter(BASELINE, low=20.0)))),
        (TOHOKU, AnalysisPlan(stratifier="trial_severity", missing="mixed")),
        (TOHOKU, AnalysisPlan(stratifier="none")),
    ],
    ids=["severity", "subtype", "age", "trial severity", "no split"],
)
def test_samples(file: str, plan: AnalysisPlan) -> None:
    cohort = read_cohort(file, accept_missing=True)
    same(cohort, plan)
    if plan.stratifier != "age":
        same(cohort, plan, p_values=True)


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(cohorts(patients=20, visits=2), st.sampled_from(["severity", "sex", "none"]))
def test_any_cohort(cohort: Cohort, stratifier: str) -> None:
    same(cohort, AnalysisPlan(stratifier=stratifier))


def test_a_column_of_lists() -> None:
    """By hand: atopy in four of five patients comes before vitiligo in two, though each text stands there once or thrice."""
    texts = ["atopy", "atopy", "atopy", "atopy; vitiligo", "vitiligo"]
    cohort = cohort_of([[80.0, 10.0]] * 5, [0, 12], comorbidities=texts)
    same(cohort, AnalysisPlan(stratifier="none"))
    found = answer(registry_of(cohort), "baseline", AnalysisPlan(stratifier="none")).table
    rows = found[found["variable"].str.startswith("comorbidities")]
    assert rows["k"].tolist() == [4, 2]


def test_a_column_of_too_many_numbers_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aadash.summaries.described.MOST_VALUES", 10)
    cohort = cohort_of([[80.0, 10.0]] * 30, [0, 12], weight=list(np.linspace(50, 60, 30)))
    with pytest.raises(NotComputable, match="30 different numbers"):
        described(registry_of(cohort), AnalysisPlan(stratifier="none"))


def test_the_estimand_of_whom_filters_left_says_so() -> None:
    """The plan that counts are asked with has no filter any more, and the sentence had none."""
    cohort, plan = read_cohort(MISSED, accept_missing=True), AnalysisPlan(filters=(Filter("sex", ("female",)),))
    rows = REGISTRY["estimand"].function(cohort, plan)
    assert "patients whom the filters leave" in rows.sentence
    assert answer(registry_of(cohort), "estimand", plan).sentence == rows.sentence
