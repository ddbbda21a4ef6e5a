"""The cohort: each invariant with its message, and that it never changes."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash.analyses.baseline_columns import facts_of
from aadash.candidates import candidates
from aadash.cohort import Cohort
from aadash.disposition import left_by
from aadash.errors import CohortError
from aadash.intake import read, read_cohort
from aadash.later import later_by
from aadash.strata import later_stratifiers, stratifiers
from tests.making import NAN, cohort_of, cohorts


def frames(salt: dict, index: tuple = ("a", "b")) -> tuple[pd.DataFrame, pd.DataFrame]:
    return pd.DataFrame(index=list(index)), pd.DataFrame(salt, index=list(index))


# --- invariants ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("salt", "index", "message"),
    [
        ({0: [101.0, 5.0]}, ("a", "b"), r"SALT 101 of patient a at week 0 is outside 0–100 \(1 such value\).*0 \(no hair"),
        ({0: [5.0, 5.0], 8: [-1.0, 200.0]}, ("a", "b"), r"SALT -1 of patient a at week 8 .* \(2 such values\)"),
        ({0: [5.0, float("inf")]}, ("a", "b"), r"SALT inf of patient b at week 0 is outside"),
        ({0: [5.0, 6.0], 12: ["7", None]}, ("a", "b"), r"SALT of patient a at week 12 is the text '7'.*number from 0 to"),
        ({0: [5.0, 6.0], 12: ["sixty", 1.0]}, ("a", "b"), r"is the text 'sixty'"),
        ({0: [5.0, 6.0]}, ("a", "a"), r"Patient a appears more than once \(1 such patient\).*one row per patient"),
        ({8: [5.0, 6.0]}, ("a", "b"), r"no baseline visit \(week 0\).*Say which column holds the baseline"),
        ({0: [5.0, 6.0], 12: [1.0, 1.0], 8: [1.0, 1.0]}, ("a", "b"), r"not in ascending order from 0"),
        ({-4: [5.0, 6.0], 0: [1.0, 1.0]}, ("a", "b"), r"not in ascending order from 0"),
        ({0: [5.0, 6.0], 8.5: [1.0, 1.0]}, ("a", "b"), r"not whole weeks"),
        ({"baseline": [5.0, 6.0]}, ("a", "b"), r"not whole weeks.*whole numbers of weeks since the first dose"),
        ({0: [object(), 6.0]}, ("a", "b"), r"holds something that is not a number"),
    ],
)
def test_a_broken_invariant_is_named(salt: dict, index: tuple, message: str) -> None:
    patients, matrix = frames(salt, index)
    with pytest.raises(CohortError, match=f"(?s){message}"):
        Cohort(patients, matrix)


def test_nobody_is_no_cohort() -> None:
    with pytest.raises(CohortError, match=r"no patient in this cohort.*Widen the filters"):
        Cohort(pd.DataFrame(index=[]), pd.DataFrame({0: []}))


def test_a_week_twice_is_refused() -> None:
    salt = pd.DataFrame([[1.0, 2.0]], index=["a"], columns=[0, 0])
    with pytest.raises(CohortError, match="ascending"):
        Cohort(pd.DataFrame(index=["a"]), salt)


def test_facts_and_salt_must_be_of_the_same_patients() -> None:
    with pytest.raises(CohortError, match="do not list the same patients in the same order"):
        Cohort(pd.DataFrame(index=["b", "a"]), pd.DataFrame({0: [1.0, 2.0]}, index=["a", "b"]))


def test_a_role_needs_its_column() -> None:
    with pytest.raises(CohortError, match="'Geschlecht' is given a role but is not among"):
        cohort_of([[50.0]], roles={"sex": "Geschlecht"})


def test_numbers_in_other_dtypes_and_codes_that_are_numbers_are_taken() -> None:
    salt = pd.DataFrame({0: pd.array([50, None], dtype="Int64"), 8.0: pd.array([1, None], dtype=object)}, index=[1, 2])
    cohort = Cohort(pd.DataFrame(index=[1, 2]), salt)
    assert cohort.weeks == (0, 8) and list(cohort.salt.index) == ["1", "2"]
    np.testing.assert_array_equal(cohort.values, [[50.0, 1.0], [NAN, NAN]])


# --- it never changes ----------------------------------------------------------------------------------------------
def test_the_cohort_is_not_the_frame_that_it_was_made_of() -> None:
    patients, salt = frames({0: [50.0, 60.0]})
    patients["sex"] = ["f", "m"]
    cohort = Cohort(patients, salt)
    before = cohort.fingerprint
    patients.loc["a", "sex"], salt.loc["a", 0] = "x", 1.0
    assert cohort.patients.loc["a", "sex"] == "f" and cohort.salt.loc["a", 0] == 50.0
    assert Cohort(cohort.patients, cohort.salt).fingerprint == before


def test_what_the_cohort_hands_out_is_the_takers_own() -> None:
    cohort = cohort_of([[50.0, 10.0], [60.0, 5.0]], sex=["f", "m"])
    taken, matrix = cohort.patients, cohort.salt
    taken["new"] = 1
    taken.loc["p0", "sex"] = "x"
    taken.index.name = "other"
    matrix[0] = 99.0
    matrix["extra"] = 1.0
    assert list(cohort.patients.columns) == ["sex"] and cohort.patients.loc["p0", "sex"] == "f"
    assert cohort.patients.index.name == "patient"
    assert cohort.salt.columns.tolist() == [0, 8] and cohort.baseline.tolist() == [50.0, 60.0]


def test_arrays_roles_and_fields_cannot_be_written_to() -> None:
    cohort = cohort_of([[50.0, 10.0]], sex=["f"], roles={"sex": "sex"})
    with pytest.raises(ValueError, match="read-only"):
        cohort.values[0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        cohort.baseline[0] = 1.0
    with pytest.raises(TypeError):
        cohort.roles["age"] = "age"  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        cohort.name = "other"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        cohort.salt = pd.DataFrame()  # type: ignore[misc]


# --- fingerprint ---------------------------------------------------------------------------------------------------
@given(cohorts(), st.data())
def test_any_single_cell_changes_the_fingerprint(cohort: Cohort, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(cohort) - 1))
    salt, patients = cohort.salt.astype(float), cohort.patients
    col = data.draw(st.integers(0, salt.shape[1] - 1))
    old = salt.iloc[row, col]
    salt.iloc[row, col] = 42.25 if np.isnan(old) else data.draw(st.sampled_from([NAN, 100 - old / 2, old / 2 + 0.01]))
    if old != salt.iloc[row, col]:
        assert replace(cohort, salt=salt).fingerprint != cohort.fingerprint
    patients["age"] = [age + (i == row) for i, age in enumerate(patients["age"])]
    assert replace(cohort, patients=patients).fingerprint != cohort.fingerprint


@given(cohorts())
def test_the_fingerprint_is_of_the_content_only(cohort: Cohort) -> None:
    assert replace(cohort, name="another", synthetic=True).fingerprint == cohort.fingerprint
    assert pickle.loads(pickle.dumps(cohort)).fingerprint == cohort.fingerprint
    renamed = [f"x{i}" for i in range(len(cohort))]
    other = Cohort(cohort.patients.set_axis(renamed), cohort.salt.set_axis(renamed), roles=cohort.roles)
    assert other.fingerprint != cohort.fingerprint
    assert replace(cohort, score="another", measure=None).fingerprint != cohort.fingerprint
    assert replace(cohort, roles={}).fingerprint != cohort.fingerprint


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([True, False], [1, 0]),
        ([1, 0], [1.0, 0.0]),
        (["1", "0"], [1, 0]),
        (pd.Categorical(["a", "b"], ["a", "b"]), pd.Categorical(["a", "b"], ["b", "a"])),
    ],
)
def test_columns_that_are_split_differently_have_different_fingerprints(one: list, other: list) -> None:
    first, second = (cohort_of([[50.0], [60.0]], x=values) for values in (one, other))
    assert first.fingerprint != second.fingerprint


# --- what may be asked ---------------------------------------------------------------------------------------------
def test_percent_change_is_negative_for_the_better_and_undefined_from_zero() -> None:
    cohort = cohort_of([[80.0, 20.0, 100.0], [0.0, 5.0, 0.0], [NAN, 5.0, 5.0], [50.0, NAN, 0.0]])
    np.testing.assert_array_equal(  # 100 × (20 − 80) / 80 = −75, by hand
        cohort.percent_change, [[0.0, -75.0, 25.0], [NAN] * 3, [NAN] * 3, [0.0, NAN, -100.0]]
    )


def test_weeks_and_positions() -> None:
    cohort = cohort_of([[80.0, 20.0, 10.0]], [0, 8, 36])
    assert cohort.weeks == (0, 8, 36) and cohort.followup_weeks == (8, 36) and len(cohort) == 1
    assert cohort.column_index(36) == 2
    with pytest.raises(CohortError, match=r"Week 12 is not among the visits.*one of 0, 8, 36"):
        cohort.column_index(12)


def test_a_role_is_found_by_role_or_by_column() -> None:
    cohort = cohort_of([[80.0]], Geschlecht=["f"], roles={"sex": "Geschlecht"})
    assert cohort.role("sex") == cohort.role("Geschlecht") == "Geschlecht"
    assert cohort.role("subtype") is None


@given(cohorts(), st.data())
def test_a_subset_keeps_order_and_values_and_remembers_its_parent(cohort: Cohort, data: st.DataObject) -> None:
    keep = np.array(data.draw(st.lists(st.booleans(), min_size=len(cohort), max_size=len(cohort))))
    if not keep.any():
        with pytest.raises(CohortError, match="no patient"):
            cohort.subset(keep)
        return
    part = cohort.subset(keep)
    np.testing.assert_array_equal(part.values, cohort.values[keep])
    assert list(part.salt.index) == list(cohort.salt.index[keep]) == list(part.patients.index)
    assert part.roles == cohort.roles
    if keep.all():
        assert part is cohort
    else:
        assert part.parent_fingerprint == cohort.fingerprint
        assert part.subset(np.arange(len(part)) == 0).parent_fingerprint == cohort.fingerprint


def test_a_fact_is_handed_out_as_a_copy() -> None:
    cohort = cohort_of([[50.0]] * 2, age=[30, 40])
    mine = cohort.fact("age")
    mine.iloc[0] = 99
    assert cohort.fact("age").tolist() == [30, 40] and cohort.role("age") == "age" and cohort.role("hat") is None


@pytest.mark.parametrize("later", ["Stop_week", "Stop reason", "Reason", "last contact month", 'Response to "DPCP"', "중단 사유"])
def test_what_a_name_puts_after_the_first_dose_is_a_baseline_fact_nowhere(later: str) -> None:
    """One rule: Table 1, the menu of splits, subgroups, models. "prior response" was before."""
    cohort = cohort_of([[80, 5], [70, 60], [60, 5], [90, 80]], **{later: list("abab"), f"prior {later}": list("aabb")})
    facts, left = facts_of(cohort)
    assert left == {later: "by name known only after the first dose"}
    menus = {f.name for f in facts}, set(stratifiers(cohort)), set(candidates(cohort)), set(cohort.baseline_columns)
    assert all(f"prior {later}" in menu and later not in menu for menu in menus)
    assert later in later_stratifiers(cohort), "it may be split by when asked, with a warning"


def test_a_column_whose_cells_name_weeks_is_no_baseline_fact() -> None:
    """“Acne: mild at week 8” stood among the comorbidities of Table 1, and could split the cohort."""
    columns = {
        "Acne": ["yes", "no", "mild at week 8", None],
        "Note": ["missed visit, wk 12", None, None, None],
        "Before": ["topical steroid 8 weeks", "IVMP until week 3 before start", "none", None],
    }
    cohort = cohort_of([[80, 40]] * 4, **columns)
    assert cohort.baseline_columns == ("Before",) and cohort.reads_as_event("Acne")
    assert facts_of(cohort)[1]["Note"] == "it names weeks since the first dose"


@pytest.mark.parametrize(
    ("column", "cells", "left"),
    [
        ("Completed?", ["yes", "No", None, "Y"], [False, True, False, False]),
        ("Study completion", [1, 0, 1, 1], [False, True, False, False]),
        ("완료 여부", ["예", "아니오", "예", "예"], [False, True, False, False]),
        ("Status", ["completed", "withdrawn", "Discontinued (AE)", None], [False, True, True, False]),
        ("Disposition", ["Completed", "Adverse event", "Lack of efficacy", "Protocol violation"], [False, True, True, True]),
        ("Status", ["Active", "Stopped", "Active", "Active"], [False, True, False, False]),
        ("転帰", ["完了", "中止", "継続", "脱落"], [False, True, False, True]),
        ("Disposition", ["Completed", "Physician decision", "Subject's request", "Completed"], [False, True, True, False]),
        ("Patient status", ["new patient", "continuing patient", "new patient", "continuing patient"], None),
        ("Status", ["active", "inactive", "active", "active"], None),
        ("Disease status", ["stopped", "ongoing", "ongoing", "ongoing"], None),
        ("Completed", ["primary school", "college", "college", "college"], None),
        ("Completed vaccination", ["yes", "no", "yes", "yes"], None),
    ],
)
def test_who_left_is_read_from_what_became_of_each_patient(column: str, cells: list, left: list[bool] | None) -> None:
    series = pd.Series(cells)
    found = left_by(column, series)
    assert (None if found is None else found.tolist()) == left
    assert left is None or later_by(column, series), "and it is no baseline fact"


def test_a_finding_of_later_is_no_baseline_fact_whatever_its_role() -> None:
    """“Eyebrow regrowth” took the role of the eyebrow, and stood in Table 1."""
    text = "ID,Eyebrow regrowth,SALT W0,SALT W12\n" + "".join(f"P{i},{('yes', 'no')[i % 2]},{80 - i},{40 - i}\n" for i in range(8))
    assert "Eyebrow regrowth" not in read_cohort(text.encode(), name="r.csv").baseline_columns
    before = text.replace("Eyebrow regrowth", "Eyebrow loss")
    assert "Eyebrow loss" in read_cohort(before.encode(), name="r.csv").baseline_columns


def test_a_second_reader_is_known_by_any_word_for_one() -> None:
    """“SALT 12개월 (판독자2)” looked like SALT “of which week is not known”."""
    head = "ID,SALT 0개월,SALT 12개월,SALT 12개월 (판독자2)\n"
    reading = read(head + "".join(f"P{i},{80 - i},{40 - i},{41 - i}\n" for i in range(8)))
    assert not any("of which week is not known" in p.message for p in reading.problems)
    cohort = reading.accepted()
    assert cohort.weeks == (0, 52) and "SALT 12개월 (판독자2)" not in cohort.baseline_columns
