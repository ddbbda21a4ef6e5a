"""The first things that must hold of every reading: shape, codes, named doubts, decisions, refusals."""

from __future__ import annotations

import gc
import json

import numpy as np
import pytest

from aadash.errors import IntakeError
from aadash.intake import ColumnMapping, Decisions, read, read_cohort

WIDE = "ID,Sex,SALT_W0,salt wk 12,M9\n0007,F,80,20,5\n0008,M,55,140,sixty\n0009,F,100,,60\n"
LONG = "subject,group,time,value\nS1,a,pre,80\nS1,a,2m,20\nS2,b,pre,60\nS2,b,2m,\n"


def test_wide_file_keeps_codes_and_reads_weeks() -> None:
    check = read(WIDE).to_check()
    assert check["patients"] == 3
    assert check["weeks"] == [0, 12, 39]  # 9 months are 9 * 52/12 = 39 weeks
    assert check["salt"] == {
        "0007": {"0": 80.0, "12": 20.0, "39": 5.0},
        "0008": {"0": 55.0, "12": None, "39": None},
        "0009": {"0": 100.0, "12": None, "39": 60.0},
    }
    assert check["columns"]["id"] == "ID"
    assert check["columns"]["salt_w39"] == "M9"
    json.dumps(check)


def test_doubtful_cells_are_named_by_column_and_row_and_wait_for_a_decision() -> None:
    reading = read(WIDE)
    asked = {(p.code, p.column): p.rows for p in reading.open_problems}
    assert asked == {("out_of_range", "salt wk 12"): (3,), ("not_a_number", "M9"): (3,)}
    assert not reading.ready
    assert reading.cohort is None
    with pytest.raises(IntakeError, match="140"):
        read_cohort(WIDE)
    assert np.isnan(read_cohort(WIDE, accept_missing=True).values[1, 1:]).all()


def test_a_decision_can_be_taken_and_taken_back() -> None:
    reading = read(WIDE)
    decisions = Decisions()
    for problem in reading.open_problems:
        decisions = decisions.decide(problem, "exclude")
    decided = read(WIDE, decisions=decisions)
    assert decided.cohort is not None
    assert list(decided.cohort.salt.index) == ["0007", "0009"]
    assert any(entry.found == "140" and "left out" in entry.why for entry in decided.log)
    back = Decisions.from_json(decisions.undo(reading.open_problems[0]).to_json())
    assert len(read(WIDE, decisions=back).open_problems) == 1


def test_long_file_with_months() -> None:
    cohort = read_cohort(LONG)
    assert cohort.weeks == (0, 9)
    assert cohort.salt.loc["S1"].tolist() == [80.0, 20.0]
    assert cohort.patients["group"].tolist() == ["a", "b"]


def test_mapping_survives_json_and_overrules_the_guess() -> None:
    mapping = read(WIDE).mapping.with_column("M9", "unused")
    again = ColumnMapping.from_json(mapping.to_json())
    assert again == mapping
    reading = read(WIDE, mapping=again)
    assert reading.unused == ("M9",)
    assert reading.draft is not None and reading.draft.weeks == (0, 12)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n....", "picture"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"ID,SALT_W12\n1,20\n", "baseline"),
        (b"ID,SALT_W0\n", "no record"),
        (b"ID,Age\n1,30\n", "the headers are 'ID', 'Age'"),
        (b"ID,SALT_W0,SALT_W12\n1,severe,mild\n", "Column 'SALT_W0' holds 'severe', not numbers"),
        (b"ID,SALT_W0\n1,20\n1,30\n", "more than once"),
        (b"id,week,salt\n1,0,20\n1,0,30\n", "same visit"),
    ],
)
def test_what_cannot_be_a_cohort_is_refused(text: bytes, says: str) -> None:
    with pytest.raises(IntakeError, match=says):
        read_cohort(text, name="x.csv")


@pytest.mark.parametrize("on", [True, False])
def test_garbage_is_collected_as_before_whatever_was_read(on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not while a file is read: its lists would be walked through again and again."""
    seen = []

    def load(*_: object) -> None:
        seen.append(gc.isenabled())
        raise LookupError

    monkeypatch.setattr("aadash.intake.reader.load", load)
    before = gc.isenabled()
    try:
        (gc.enable if on else gc.disable)()
        with pytest.raises(LookupError):
            read(b"ID,SALT_W0", name="a.csv")
        assert (seen, gc.isenabled()) == ([False], on)
    finally:
        (gc.enable if before else gc.disable)()
