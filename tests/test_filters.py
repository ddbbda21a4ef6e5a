"""Filters: who is kept, that they compose, and that what is no filter is refused."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash.cohort import Cohort
from aadash.errors import CohortError, PlanError
from aadash.filters import BASELINE, ONLY, WITHOUT, Filter, apply, mask, narrowed, without_each
from tests.making import NAN, cohort_of, cohorts, filters

COHORT = cohort_of(
    [[100.0, 20.0], [50.0, 5.0], [50.1, 5.0], [NAN, 3.0], [0.0, 0.0]],
    Geschlecht=["f", "m", None, "f", "m"],
    age=[30, 40, 50, 60, 70],
    years=[1.0, 4.0, NAN, 4.1, 0.0],
    smoker=[True, False, True, False, True],
    ivmp=[1.0, 0.0, 1.0, 0.0, NAN],
    roles={"sex": "Geschlecht"},
)


@pytest.mark.parametrize(
    ("one", "kept"),
    [
        (Filter("sex", ("f",)), [0, 3]),
        (Filter("Geschlecht", ("f", "m")), [0, 1, 3, 4]),
        (Filter("sex", ("f",), keep_missing=True), [0, 2, 3]),
        (Filter("sex", ()), []),
        (Filter("smoker", ("True",)), [0, 2, 4]),
        (Filter("ivmp", ("1",)), [0, 2]),  # a 0/1 column with an empty cell is stored as 0.0/1.0
        (Filter("age", ("40", "70")), [1, 4]),
        (Filter("years", low=1, high=4), [0, 1]),  # both ends belong to the range
        (Filter("years", high=4, keep_missing=True), [0, 1, 2, 4]),
        (Filter("years"), [0, 1, 3, 4]),
        (Filter("age", low=50), [2, 3, 4]),
        (Filter(BASELINE, high=50), [1, 4]),
        (Filter(BASELINE, low=50.05), [0, 2]),
        (Filter(BASELINE, low=50.05, keep_missing=True), [0, 2, 3]),
        (Filter(BASELINE, low=50, open_low=True), [0, 2]),
        (Filter(BASELINE, low=50, high=100, open_low=True, open_high=True, keep_missing=True), [2, 3]),
        (Filter(WITHOUT, ("p0", "p4", "nobody")), [1, 2, 3]),
        (Filter(ONLY, ("p0", "p4", "nobody")), [0, 4]),
    ],
)
def test_who_is_kept(one: Filter, kept: list[int]) -> None:
    assert np.flatnonzero(mask(COHORT, one)).tolist() == kept


def test_a_range_of_words_and_a_column_that_is_not_there_are_refused() -> None:
    with pytest.raises(PlanError, match=r"'sex' is not a number, so it has no range.*Choose levels"):
        mask(COHORT, Filter("sex", low=1))
    with pytest.raises(PlanError, match=r"'smoker' is not a number"):
        mask(COHORT, Filter("smoker", low=1))
    with pytest.raises(PlanError, match=r"no column 'weight'.*Geschlecht, age, years, smoker, ivmp"):
        mask(COHORT, Filter("weight", low=1))


def test_filters_that_leave_nobody_say_so() -> None:
    with pytest.raises(CohortError, match="leave 0 of"):
        apply(COHORT, [Filter("sex", ("f",)), Filter("age", low=61)])


def test_text_columns_as_files_have_them() -> None:
    index = ["a", "b", "c"]
    patients = pd.DataFrame({"type": pd.Categorical(["AU", None, "AT"]), "n": pd.array([1, None, 2], dtype="Int64")}, index=index)
    cohort = Cohort(patients, pd.DataFrame({0: [50.0] * 3}, index=index))
    assert mask(cohort, Filter("type", ("AT",))).tolist() == [False, False, True]
    assert mask(cohort, Filter("n", low=2, keep_missing=True)).tolist() == [False, True, True]
    assert mask(cohort, Filter("n", ("1",))).tolist() == [True, False, False]


usable = st.one_of(
    st.builds(Filter, st.just("sex"), st.sampled_from([("f",), ("m",), ("f", "m"), ()]), keep_missing=st.booleans()),
    st.builds(
        Filter,
        st.sampled_from(["age", "duration", BASELINE]),
        st.none(),
        st.none() | st.floats(0, 60),
        st.none() | st.floats(30, 100),
        st.booleans(),
    ),
    st.builds(Filter, st.just("patient"), st.lists(st.sampled_from(["p0", "p1", "p2"])).map(tuple)),
)


@given(cohorts(), usable, usable)
def test_filters_compose_with_and_in_any_order(cohort: Cohort, one: Filter, two: Filter) -> None:
    both = mask(cohort, one) & mask(cohort, two)
    if not both.any():
        with pytest.raises(CohortError):
            apply(cohort, [one, two])
        return
    expected = list(cohort.salt.index[both])
    for result in (
        apply(cohort, [one, two]),
        apply(cohort, [two, one]),
        apply(apply(cohort, [one]), [two]),
        apply(cohort, [one, two, one]),
    ):
        assert list(result.salt.index) == expected
    assert apply(cohort, []) is cohort


@given(cohorts(), st.lists(usable, max_size=4))
def test_before_a_filter_stand_those_whom_all_the_others_keep(cohort: Cohort, chosen: list[Filter]) -> None:
    everyone = np.ones(len(cohort), dtype=bool)
    for i, (one, before) in enumerate(zip(chosen, without_each(cohort, chosen), strict=True)):
        others = [mask(cohort, f) for f in chosen[:i] + chosen[i + 1 :]]
        assert (before == np.logical_and.reduce([everyone, *others])).all()
        assert (before & mask(cohort, one) == np.logical_and.reduce([everyone, *(mask(cohort, f) for f in chosen)])).all()


ends = st.none() | st.integers(0, 20).map(float)
ranges = st.builds(Filter, st.just("age"), st.none(), ends, ends, st.booleans(), st.booleans(), st.booleans())
choices = st.builds(
    Filter,
    st.sampled_from(["sex", "age", WITHOUT, ONLY]),
    st.lists(st.sampled_from(["f", "m", "p0", "p1", "3", "7"]), max_size=3).map(tuple),
)
AGES = cohort_of([[50.0]] * 12, age=[0.0, 1, 2, 3, 4, 5, 6, 7, 8, 20, NAN, NAN], sex=["f", "m", None] * 4)


@given(st.lists(ranges | choices, max_size=4), ranges | choices)
def test_narrowing_keeps_exactly_whom_both_keep(chosen: list[Filter], new: Filter) -> None:
    def kept(filters: list[Filter] | tuple[Filter, ...]) -> list[bool]:
        return np.logical_and.reduce([np.ones(len(AGES), dtype=bool), *(mask(AGES, f) for f in filters)]).tolist()

    after = narrowed(chosen, new)
    assert kept(after) == kept([*chosen, new])
    assert len(after) <= len(chosen) + 1


def test_narrowing_a_column_twice_leaves_one_filter() -> None:
    start = (Filter("age", low=18, high=60), Filter("sex", ("f", "m")))
    assert narrowed(start, Filter("age", low=18, open_low=True)) == (Filter("age", low=18, high=60, open_low=True), start[1])
    assert narrowed(start, Filter("sex", ("m",))) == (start[0], Filter("sex", ("m",)))
    assert narrowed((Filter(WITHOUT, ("p1",)),), Filter(WITHOUT, ("p2", "p1"))) == (Filter(WITHOUT, ("p1", "p2")),)
    assert len(narrowed(start, Filter("age", low=30, keep_missing=True))) == 3


@given(cohorts(), usable)
def test_the_missing_are_kept_exactly_when_asked(cohort: Cohort, one: Filter) -> None:
    if one.names_patients:
        return
    values = cohort.baseline if one.column == BASELINE else cohort.patients[one.column]
    missing = pd.isna(values)
    assert (mask(cohort, one)[missing] == one.keep_missing).all()


@given(filters)
def test_a_filter_survives_json(one: Filter) -> None:
    assert Filter.from_dict(json.loads(json.dumps(one.to_dict()))) == one


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"levels": ["f"]},
        {"column": "sex", "levels": "f"},
        {"column": "sex", "levels": 3},
        {"column": "age", "low": "x"},
        {"column": "age", "low": NAN},
        {"column": "age", "high": "inf"},
        {"column": "age", "low": True},
        {"column": "age", "low": 10**400},
        {"column": "age", "lowest": 3},
        {"column": "age", "keep_missing": "false"},
        {"column": "age", "open_low": 1},
        5,
        None,
        "age",
        ["age"],
    ],
)
def test_what_is_no_filter_is_refused(broken: object) -> None:
    with pytest.raises(PlanError, match=r"is not a filter.*an object with 'column'"):
        Filter.from_dict(broken)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (Filter("sex", ("f", "m")), "sex: f, m"),
        (Filter("sex", ()), "sex: nothing chosen"),
        (Filter("age", low=18, high=65.5), "18 ≤ age ≤ 65.5"),
        (Filter(BASELINE, high=95), "baseline SALT ≤ 95"),
        (Filter("years", high=4, keep_missing=True), "years ≤ 4 or missing"),
        (Filter("age", low=18, open_low=True), "18 < age"),
        (Filter(BASELINE, high=95, open_high=True), "baseline SALT < 95"),
        (Filter(WITHOUT, ("p1",)), "without 1 patient"),
        (Filter(WITHOUT, ("p1", "p2")), "without 2 patients"),
        (Filter(ONLY, ("p1",)), "only 1 patient"),
    ],
)
def test_a_chip_reads_as_one_would_say_it(one: Filter, text: str) -> None:
    assert one.label() == text


def test_the_same_filters_are_applied_once_and_other_ones_anew() -> None:
    one, two = [Filter("sex", ("f",))], [Filter("sex", ("m",))]
    first = apply(COHORT, one)
    assert apply(COHORT, list(one)) is first
    assert list(apply(COHORT, two).salt.index) == ["p1", "p4"] and list(apply(COHORT, one).salt.index) == ["p0", "p3"]
