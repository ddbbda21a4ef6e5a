"""The plan: round trips through JSON and the address bar, and broken values that never raise and always say so."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, fields, replace
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash.cohort import Cohort
from aadash.errors import CohortError, PlanError
from aadash.filters import BASELINE, ONLY, WITHOUT, Filter
from aadash.plan import AnalysisPlan
from tests.making import cohort_of, cohorts, plans

COHORT = cohort_of([[100.0, 50.0, 10.0], [40.0, 30.0, 0.0]], [0, 12, 36], sex=["f", "m"], age=[30, 40], roles={"sex": "sex"})


# --- round trips ---------------------------------------------------------------------------------------------------
@given(plans)
def test_json_gives_back_the_same_plan(plan: AnalysisPlan) -> None:
    assert AnalysisPlan.from_json(plan.to_json()) == (plan, [])
    assert AnalysisPlan.from_dict(plan.to_dict()) == (plan, [])


@given(plans)
def test_a_link_gives_back_the_same_plan(plan: AnalysisPlan) -> None:
    address = urlencode(plan.to_params())
    params = dict(parse_qsl(address, keep_blank_values=True, strict_parsing=bool(address)))
    assert AnalysisPlan.from_params(params) == (plan, [])


def test_a_link_holds_only_what_was_chosen() -> None:
    assert AnalysisPlan().to_params() == {}
    plan = AnalysisPlan(stratifier="sex", severity_cut=95, week=36, filters=(Filter("age", low=40),))
    assert plan.to_params() == {"stratifier": "sex", "severity_cut": "95", "week": "36", "filters": '[{"column":"age","low":40}]'}


def test_equal_plans_are_equal_keys() -> None:
    assert hash(AnalysisPlan(endpoint="SALT≤20")) == hash(AnalysisPlan(endpoint="SALT<=20"))
    assert AnalysisPlan(endpoint="SALT≤20").endpoint == "SALT<=20"
    with pytest.raises(FrozenInstanceError):
        AnalysisPlan().week = 12  # type: ignore[misc]


# --- broken values -------------------------------------------------------------------------------------------------
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from([f.name for f in fields(AnalysisPlan)]) | st.text(max_size=8)


@given(st.dictionaries(names, json_values, max_size=5))
def test_any_entries_give_a_plan_and_a_note_for_each_that_was_not_used(data: dict) -> None:
    plan, notes = AnalysisPlan.from_dict(data)
    default = AnalysisPlan()
    unused = 0
    for key, raw in data.items():
        if key not in {f.name for f in fields(AnalysisPlan)}:
            unused += 1
            assert any(repr(key) in note for note in notes)
            continue
        alone, said = AnalysisPlan.from_dict({key: raw})
        unused += len(said)
        assert getattr(plan, key) == getattr(alone, key)
        if said:
            assert getattr(plan, key) == getattr(default, key)
            assert f"The plan's {key.replace('_', ' ')}" in said[0] and "is used instead" in said[0]
    assert len(notes) == unused


@pytest.mark.parametrize(
    ("key", "raw", "reason"),
    [
        ("severity_cut", "abc", "expected a number"),
        ("severity_cut", 1001, "from 0 to 1000"),
        ("severity_cut", "nan", "expected a number"),
        ("severity_cut", None, "expected a number"),
        ("alpha", "0", "from 0.0001 to 0.5"),
        ("alpha", "inf", "expected a number"),
        ("alpha", True, "expected a number"),
        ("week", "12.5", "a whole number of weeks"),
        ("week", "soon", "expected a whole number of weeks"),
        ("week", 10**400, "expected a whole number of weeks"),
        ("week", True, "expected a whole number of weeks"),
        ("column_cut", "nan", "expected a number"),
        ("column_cut", [1], "expected a number"),
        ("endpoint", "SALT80", "one of SALT30"),
        ("endpoint", 75, "expected text"),
        ("missing", "mean", "one of observed"),
        ("multiplicity", "tukey", "one of holm"),
        ("stratifier", 3, "expected text"),
        ("filters", "[{", "a value that fits"),
        ("filters", {"column": "age"}, "a list of filters"),
        ("filters", [{"column": "age", "lowest": 3}], "an object with 'column'"),
        ("filters", "3", "a list of filters"),
        ("filters", "[" * 100_000, "a value that fits"),
        ("filters", [3], "an object with 'column'"),
    ],
)
def test_a_broken_value_takes_its_default_and_says_what_was_expected(key: str, raw: object, reason: str) -> None:
    plan, notes = AnalysisPlan.from_dict({"week": 12, "stratifier": "sex", key: raw})
    assert getattr(plan, key) == getattr(AnalysisPlan(), key)
    (note,) = notes
    assert reason in note and key.replace("_", " ") in note
    untouched = {"week": 12, "stratifier": "sex"}
    untouched.pop(key, None)
    for name, value in untouched.items():
        assert getattr(plan, name) == value


def test_an_unknown_entry_is_left_out_and_named() -> None:
    plan, notes = AnalysisPlan.from_dict({"colour": "red"})
    assert plan == AnalysisPlan() and notes == ["The plan's entry 'colour' is not known and was left out."]


@pytest.mark.parametrize("text", ["", "{", "[1]", "3", "null", "[" * 100_000])
def test_text_that_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match=r"The plan is not (a )?JSON.*an object such as"):
        AnalysisPlan.from_json(text)


@pytest.mark.parametrize(
    "choice",
    [
        {"severity_cut": -1},
        {"severity_cut": float("nan")},
        {"alpha": 0},
        {"alpha": 0.51},
        {"missing": "mean"},
        {"multiplicity": "tukey"},
        {"endpoint": "SALT80"},
    ],
)
def test_a_plan_that_is_written_wrong_is_refused(choice: dict) -> None:
    with pytest.raises(PlanError, match=r"Expected: (one of|a number from)"):
        AnalysisPlan(**choice)


# --- a plan meets a cohort -----------------------------------------------------------------------------------------
def test_a_plan_that_fits_is_not_touched() -> None:
    plan = AnalysisPlan(stratifier="sex", week=12, filters=(Filter("age", low=30), Filter("patient", ("p9",))))
    assert plan.resolved_for(COHORT) == (plan, [])


@pytest.mark.parametrize(
    ("choice", "change", "said"),
    [
        (
            {"stratifier": "subtype", "column_cut": 3.0},
            {"stratifier": "severity", "column_cut": None},
            r"no column 'subtype'; the cohort is split by severity group instead",
        ),
        ({"week": 24}, {"week": None}, r"no follow-up visit at week 24; the last visit, week 36, is used instead"),
        ({"week": 0}, {"week": None}, r"no follow-up visit at week 0"),
        (
            {"filters": (Filter("weight", low=3), Filter("age", low=3))},
            {"filters": (Filter("age", low=3),)},
            r"no column 'weight'; the filter “3 ≤ weight” is left out",
        ),
        ({"filters": (Filter("sex", low=3),)}, {"filters": ()}, r"'sex' is not a number.*; the filter “3 ≤ sex” is left out"),
    ],
)
def test_what_the_cohort_lacks_is_put_back_and_said(choice: dict, change: dict, said: str) -> None:
    plan = AnalysisPlan(**choice)
    fitted, (note,) = plan.resolved_for(COHORT)
    assert fitted == replace(plan, **change)
    assert re.search(said, note)


@given(cohorts(), plans)
def test_a_fitted_plan_can_be_carried_out(cohort: Cohort, plan: AnalysisPlan) -> None:
    fitted, notes = plan.resolved_for(cohort)
    assert (fitted != plan) == bool(notes)
    assert fitted.resolved_for(cohort) == (fitted, [])
    assert fitted.at_week(cohort) in cohort.weeks
    try:
        part = fitted.included(cohort)
    except CohortError:
        return  # the filters leave nobody
    fitted.strata(part)


def test_the_week_in_question() -> None:
    assert AnalysisPlan().at_week(COHORT) == 36 and AnalysisPlan(week=12).at_week(COHORT) == 12
    with pytest.raises(PlanError, match=r"no visit at week 24.*weeks 0, 12, 36"):
        AnalysisPlan(week=24).at_week(COHORT)


def test_the_plan_includes_and_splits() -> None:
    plan = AnalysisPlan(severity_cut=30, filters=(Filter(BASELINE, high=50),))
    part = plan.included(COHORT)
    assert list(part.salt.index) == ["p1"] and plan.strata(part).name == "none", "one level that holds everyone is no split"
    assert plan.replace(alpha=0.1).level == pytest.approx(0.9)


def test_what_is_shared_names_no_patient() -> None:
    initials = [f"{a}. {b}." for a, b in zip("ABCDEFGHIJKLM", "NOPQRSTUVWXYZ", strict=True)]
    cohort = cohort_of([[50.0, 20.0]] * 13, sex=["f"] * 13, initials=initials, age=range(30, 43))
    kept = (Filter("sex", ("f",)), Filter("age", low=31))
    plan = AnalysisPlan(filters=(Filter(WITHOUT, ("p9",)), *kept, Filter(ONLY, ("p1", "p2")), Filter("initials", (initials[0],))))
    assert plan.shareable(cohort) == plan.replace(filters=kept)
