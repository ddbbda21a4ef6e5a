"""Scenarios: a file that loses nothing, names that differ, and refusals in words."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash.app.session.samples import SAMPLES, load_sample
from aadash.cohort import Cohort
from aadash.cohort_json import cohort_from_dict, cohort_to_dict
from aadash.errors import PlanError
from aadash.filters import WITHOUT, Filter
from aadash.ledger import Ledger, LedgerEntry
from aadash.plan import AnalysisPlan
from aadash.scenarios import OUTCOMES, Scenario, ScenarioFile, moved, named
from tests.making import cohort_of, cohorts, plans

LATE = Scenario("late", AnalysisPlan(week=36, filters=(Filter(WITHOUT, ("p1",)),)), "2026-11-21T10:00:00Z", note="as in the protocol")
ENTRY = LedgerEntry("c" * 12, "[]", "SALT75", "sex", "t", 36, "none", "Observed cases", 10, float("nan"), 0.04, "2026-11-21T10:00:00Z")
scenarios = st.builds(
    Scenario,
    st.text(min_size=1, max_size=8).map(lambda t: t.strip() or "x"),
    plans,
    st.text(max_size=8),
    st.text(max_size=8),
    st.text(max_size=8),
    st.sampled_from(OUTCOMES),
)


@given(st.lists(scenarios, max_size=4))
def test_scenarios_survive_the_file(items: list[Scenario]) -> None:
    kept = named(items)
    again, notes = ScenarioFile.from_json(ScenarioFile(kept, "f" * 64, "clinic").to_json())
    assert again.scenarios == kept and not notes
    assert (again.fingerprint, again.cohort_name, again.cohort) == ("f" * 64, "clinic", None)


@given(cohorts(), st.booleans())
def test_a_cohort_survives_the_file_bit_for_bit(cohort: Cohort, synthetic: bool) -> None:
    cohort = replace(cohort, synthetic=synthetic, name="clinic “A”")
    text = ScenarioFile((LATE,), cohort.fingerprint, cohort.name, Ledger((ENTRY,)), cohort).to_json()
    again, notes = ScenarioFile.from_json(text)
    assert not notes and again.cohort is not None and again.ledger.entries[0].p == 0.04
    assert again.cohort.fingerprint == cohort.fingerprint
    assert (again.cohort.name, again.cohort.synthetic, dict(again.cohort.roles)) == (cohort.name, synthetic, dict(cohort.roles))
    pd.testing.assert_frame_equal(again.cohort.patients, cohort.patients)
    assert np.array_equal(again.cohort.values, cohort.values, equal_nan=True)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_survives_the_file(sample: str) -> None:
    cohort = load_sample(sample).cohort
    assert cohort_from_dict(json.loads(json.dumps(cohort_to_dict(cohort)))).fingerprint == cohort.fingerprint


def test_columns_of_every_kind() -> None:
    index = ["0007", "b", "c"]
    patients = pd.DataFrame(
        {
            "kind": pd.Categorical(["AU", None, "AT"], ["AU", "AT", "AA"], ordered=True),
            "n": pd.array([1, None, 2], dtype="Int64"),
            "yes": [True, False, True],
            "maybe": pd.array([True, None, False], dtype="boolean"),
            "x": [0.1, np.nan, 1e-300],
            "text": ["a", None, "“ü”"],
            "day": pd.to_datetime(["2024-01-31", None, "2025-02-01"]),
            "grade": pd.Categorical([2, 1, None]),
        },
        index=index,
    )
    cohort = Cohort(patients, pd.DataFrame({0: [50.0, 3.3, np.nan]}, index=index), "x")
    again = cohort_from_dict(json.loads(json.dumps(cohort_to_dict(cohort))))
    pd.testing.assert_frame_equal(again.patients, cohort.patients)
    assert again.fingerprint == cohort.fingerprint


def test_a_file_without_the_patients_holds_no_value_of_theirs() -> None:
    cohort = cohort_of([[93.7, 12.3]], [0, 12], initials=["Q. Z."])
    text = ScenarioFile((LATE,), cohort.fingerprint, cohort.name, Ledger((ENTRY,))).to_json()
    assert "93.7" not in text and "Q. Z." not in text and "salt" not in json.loads(text)


def test_patients_that_were_changed_in_the_file_are_refused() -> None:
    cohort = cohort_of([[93.7, 12.3]], [0, 12])
    text = ScenarioFile((), cohort.fingerprint, cohort.name, cohort=cohort).to_json()
    with pytest.raises(PlanError, match="changed after it was saved"):
        ScenarioFile.from_json(text.replace("93.7", "13.7"))
    with pytest.raises(PlanError, match="cannot be read"):
        ScenarioFile.from_json(text.replace('"weeks"', '"months"'))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a scenario file"),
        ("[]", "not a scenario file"),
        ('{"format": "other"}', "not a scenario file"),
        ("\x00\x01", "not a scenario file"),
        ('{"format": "aadash-scenarios", "version": 99}', "version 99"),
        ('{"format": "aadash-scenarios"}', "version None"),
        ("[" * 100_000, "not a scenario file"),
    ],
)
def test_what_is_no_scenario_file_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(PlanError, match=said):
        ScenarioFile.from_json(text)


def test_a_broken_scenario_is_left_out_and_the_others_kept() -> None:
    good = LATE.to_dict()
    data = {
        "format": "aadash-scenarios",
        "version": 1,
        "scenarios": [good, {"name": "no plan"}, 5, {**good, "plan": {"week": "soon", "colour": "red"}}],
        "ledger": [{"p": 1}],
    }
    file, notes = ScenarioFile.from_json(json.dumps(data))
    assert [s.name for s in file.scenarios] == ["late", "late (2)"] and file.scenarios[1].plan == AnalysisPlan()
    told = " ".join(notes)
    for word in ("not a scenario", "week", "colour", "1 of 1 entries"):
        assert word in told


def test_names_that_differ_and_the_order() -> None:
    a, b = replace(LATE, name="a"), replace(LATE, name="b")
    assert [s.name for s in named([a, a, b, a, replace(a, name="a (2)")])] == ["a", "a (2)", "b", "a (3)", "a (2) (2)"]
    assert moved((a, b), 0, 1) == moved((a, b), 1, -1) == (b, a)
    assert moved((a, b), 0, -1) == moved((a, b), 1, 5) == (a, b)


def test_what_json_cannot_carry_is_said() -> None:
    index = ["a"]
    odd = Cohort(pd.DataFrame({"x": [float("inf")]}, index=index), pd.DataFrame({0: [1.0]}, index=index))
    with pytest.raises(PlanError, match="not finite"):
        ScenarioFile((), odd.fingerprint, "x", cohort=odd).to_json()
    things = Cohort(pd.DataFrame({"x": [{1, 2}]}, index=index), pd.DataFrame({0: [1.0]}, index=index))
    with pytest.raises(PlanError, match="cannot carry"):
        cohort_to_dict(things)
