"""Weeks beside months in one table of a column per visit: read as the headers say, or asked where two may be one visit."""

from __future__ import annotations

from aadash.intake import KEEP, Decisions, Reading, read


def _wide(head: str, *rows: str, **how: object) -> Reading:
    return read("\n".join((head, *rows)).encode(), name="wide.csv", **how)  # type: ignore[arg-type]


def _asked(reading: Reading) -> list[str]:
    return [p.column for p in reading.open_problems if p.code == "visit_units"]


def test_two_visits_a_week_apart_are_asked_and_kept_apart() -> None:
    reading = _wide("ID,SALT BL,SALT 12wk,SALT 3mo", "P1,80,40,38", "P2,70,50,20")
    assert _asked(reading) == ["SALT 3mo"] and reading.cohort is None
    kept = _wide(
        "ID,SALT BL,SALT 12wk,SALT 3mo", "P1,80,40,38", "P2,70,50,20", decisions=Decisions(actions={"visit_units|SALT 3mo": KEEP})
    )
    assert kept.cohort is not None and kept.cohort.weeks == (0, 12, 13)


def test_where_no_patient_has_both_they_are_one_visit() -> None:
    reading = _wide("ID,SALT BL,SALT 24wk,SALT 6mo", "P1,80,40,", "P2,70,,20", "P3,60,10,")
    assert _asked(reading) == ["SALT 6mo"]
    assert reading.accepted().weeks == (0, 24)
    assert reading.accepted().salt[24].tolist() == [40, 20, 10]


def test_months_without_such_a_twin_are_read_as_they_stand() -> None:
    reading = _wide("ID,SALT BL,SALT 12wk,SALT 6mo", "P1,80,40,38", "P2,70,50,20")
    assert _asked(reading) == [] and reading.accepted().weeks == (0, 12, 26)
