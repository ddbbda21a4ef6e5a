"""A date on which the drug was stopped is a week since the first dose."""

from __future__ import annotations

import pytest

from aadash import AnalysisPlan, analyses
from aadash.intake import ColumnMapping, ColumnRole, Reading, read

HEAD = "ID,Sex,Start date,Date stopped,SALT W0,SALT W24\n"
ROWS = (
    "A,F,2023-01-02,2023-03-27,80,60\nB,M,2023-02-06,,70,10\nC,F,2023-03-06,2023-12-11,90,30\n"
    "D,M,2023-03-13,,60,20\nE,F,2023-04-03,,75,5\n"
)


def told(reading: Reading) -> set[str]:
    return {p.code for p in reading.problems}


def test_the_date_becomes_the_week() -> None:
    """12 and 40 weeks after the first dose: by week 24 one of the two has stopped; it was “at a time that the file does not give”."""
    reading = read(HEAD + ROWS)
    cohort = reading.accepted()
    assert cohort.patients["Date stopped (week)"].dropna().to_dict() == {"A": 12.0, "C": 40.0}
    assert "Date stopped" not in cohort.patients and "weeks_from_date" in told(reading)
    assert "By week 24 the drug was stopped in 1/5 (20.0 %)" in analyses.estimand(cohort, AnalysisPlan(stratifier="none")).sentence


@pytest.mark.parametrize(
    "name", ["Date of last dose", "Withdrawal date", "Date of discontinuation", "중단일", "中止日", "Rescue date"]
)
def test_it_goes_by_many_names(name: str) -> None:
    assert f"{name} (week)" in read(HEAD.replace("Date stopped", name) + ROWS).accepted().patients


def test_the_date_of_a_visit_is_none() -> None:
    head = "ID,Start date,SALT W0,SALT W12,Date W12\n"
    rows = "".join(f"P{i},2024-01-0{i},80,40,2024-04-0{i}\n" for i in range(1, 6))
    assert "weeks_from_date" not in told(read(head + rows))


def test_a_saved_mapping_gives_the_week_again() -> None:
    first = read(HEAD + ROWS)
    again = read(HEAD + ROWS, mapping=first.mapping).accepted()
    assert again.fingerprint == first.accepted().fingerprint


@pytest.mark.parametrize(
    "file",
    [
        HEAD + ROWS.replace("2023-03-27", "2022-12-27"),  # before the first dose
        HEAD.replace("Start date,", "") + "A,F,2023-03-27,80,60\nB,M,,70,10\nC,F,2023-12-11,90,30\n",  # nothing says when that was
        HEAD + ROWS.replace("A,F,2023-01-02", "A,F,"),  # not of this patient
    ],
)
def test_what_cannot_be_counted_stays_as_it_stands(file: str) -> None:
    reading = read(file)
    assert "Date stopped" in reading.accepted().patients and "weeks_from_date" not in told(reading)


def test_who_wants_the_date_keeps_it() -> None:
    chosen = ColumnMapping({"Date stopped": ColumnRole("fact")})
    assert "Date stopped" in read(HEAD + ROWS, mapping=chosen).accepted().patients
