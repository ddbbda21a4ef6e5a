"""Errors say where, what was found, what was expected and what to do."""

from __future__ import annotations

import pickle

import pytest

from aadash.errors import AadashError, CohortError, IntakeError, NotComputable, PlanError


def test_a_paragraph_has_all_four_parts_in_order() -> None:
    error = IntakeError(
        "Column 'SALT_W12' holds the text 'sixty' in row 7",
        expected="a number from 0 to 100",
        fix="Correct the cell, or leave it empty",
        file="clinic.csv",
        column="SALT_W12",
        rows=[7],
    )
    assert str(error) == (
        "clinic.csv: Column 'SALT_W12' holds the text 'sixty' in row 7. "
        "Expected: a number from 0 to 100. Correct the cell, or leave it empty."
    )
    assert (error.file, error.column, error.rows) == ("clinic.csv", "SALT_W12", (7,))


def test_parts_that_are_not_there_leave_no_trace_and_stops_are_not_doubled() -> None:
    assert str(PlanError("There is no week 7.")) == "There is no week 7."
    assert str(PlanError("No", fix="Go.")) == "No. Go."


@pytest.mark.parametrize("kind", [IntakeError, CohortError, PlanError, NotComputable])
def test_every_kind_is_an_aadash_error(kind: type[AadashError]) -> None:
    with pytest.raises(AadashError, match=r"^Found this\.$"):
        raise kind("Found this")


def test_an_error_survives_another_process() -> None:
    error = pickle.loads(pickle.dumps(PlanError("Found this", expected="that", fix="Do", column="age", rows=(2, 3))))
    assert isinstance(error, PlanError)
    assert str(error) == "Found this. Expected: that. Do."
    assert (error.column, error.rows) == ("age", (2, 3))
