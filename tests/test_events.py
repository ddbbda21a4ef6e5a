"""Events of a cohort: their fixed form, and that they stay with their patients wherever the cohort goes."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

from aadash.cohort import Cohort
from aadash.cohort_json import cohort_from_dict, cohort_to_dict
from aadash.errors import CohortError
from aadash.events import EVENT_COLUMNS, no_events
from aadash.intake import export_csv, read_cohort

EVENTS = pd.DataFrame(
    {
        "patient": ["b", "a", "b"],
        "term": ["Acne", "여드름", "Headache"],
        "grade": [1, None, 3],
        "serious": [False, None, True],
        "onset_day": [14, 3, None],
    }
)


def cohort(events: pd.DataFrame | None = None) -> Cohort:
    index = ["a", "b", "c"]
    facts = pd.DataFrame({"sex": ["f", "m", "f"]}, index=index)
    return Cohort(facts, pd.DataFrame({0: [80.0, 60.0, np.nan], 12: [10.0, 20.0, 30.0]}, index=index), events=events)


def test_a_cohort_without_events_has_an_empty_frame_and_its_old_fingerprint() -> None:
    """The fingerprint is the one that the same cohort had before cohorts held events (computed before the change)."""
    bare = cohort()
    assert list(bare.events.columns) == list(EVENT_COLUMNS) and len(bare.events) == 0
    assert bare.fingerprint == cohort(EVENTS.head(0)).fingerprint
    assert bare.fingerprint == "49388d973e2010f95ade068bc4bf82ab060f7ebc7bb6e8853b54bd2a2ed6f6f9"


def test_events_are_typed_indexed_and_in_their_order() -> None:
    events = cohort(EVENTS.set_axis([7, 7, 9], axis=0)).events
    assert list(events.columns) == list(EVENT_COLUMNS) and list(events.index) == [0, 1, 2]
    assert events["grade"].dtype == float and events["serious"].dtype == "boolean"
    assert events["serious"].tolist() == [False, pd.NA, True]
    assert events["related"].isna().all() and events["action"].isna().all()


def test_events_belong_to_the_fingerprint() -> None:
    changed = EVENTS.assign(grade=[1, None, 2])
    assert len({cohort().fingerprint, cohort(EVENTS).fingerprint, cohort(changed).fingerprint}) == 3


def test_a_subset_keeps_the_events_of_its_patients() -> None:
    part = cohort(EVENTS).subset(np.array([False, True, True]))
    assert part.events["term"].tolist() == ["Acne", "Headache"] and list(part.events.index) == [0, 1]


def test_who_takes_the_events_and_writes_to_them_changes_a_copy() -> None:
    mine = cohort(EVENTS)
    events = mine.events
    events.loc[0, "term"] = "changed"
    assert mine.events["term"].iloc[0] == "Acne"


@pytest.mark.parametrize(
    ("events", "message"),
    [
        (EVENTS.assign(patient=["b", "a", "x"]), "Patient x has an event but is not in the cohort"),
        (EVENTS.assign(term=["Acne", None, "x"]), r"Event 1 has no term or no patient \(1 such"),
        (EVENTS.drop(columns="term"), "no column 'term'"),
        (EVENTS.assign(severity=1), "a column 'severity'"),
        (EVENTS.assign(grade=["mild", "", ""]), "'grade' holds something else than number"),
        (EVENTS.assign(serious=["perhaps", None, None]), "'serious' holds something else than yes or no"),
    ],
)
def test_a_broken_event_is_named(events: pd.DataFrame, message: str) -> None:
    with pytest.raises(CohortError, match=message):
        cohort(events)


@pytest.mark.parametrize(
    "journey",
    [
        lambda c: pickle.loads(pickle.dumps(c)),
        lambda c: read_cohort(export_csv(c), name="x.csv"),
        lambda c: cohort_from_dict(cohort_to_dict(c)),
    ],
    ids=["pickle", "export", "scenario file"],
)
def test_events_survive_a_journey(journey: object) -> None:
    before = cohort(EVENTS)
    after = journey(before)  # type: ignore[operator]
    pd.testing.assert_frame_equal(before.events, after.events)
    assert before.fingerprint == after.fingerprint


def test_who_writes_into_his_frame_of_no_events_writes_into_no_other() -> None:
    one, other = no_events(), no_events()
    one["term"] = one["term"].astype(str)
    one.loc[0, "patient"] = "a"
    assert len(one) == 1 and not len(other) and not len(no_events()) and no_events()["term"].dtype == object
    assert list(no_events().columns) == list(EVENT_COLUMNS) and not len(cohort().events)
