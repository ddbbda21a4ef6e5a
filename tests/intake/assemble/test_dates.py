"""Dates that lack something (their day, their century, their era's letter) and dates in headers. Checked against the calendar."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from aadash.intake import Decisions, Reading, read
from aadash.intake.assemble.dates import parse_dates
from aadash.intake.tabulate.table import Column


def told(reading: Reading) -> set[str]:
    return {p.code for p in reading.problems if p.level in ("error", "warning")}


@pytest.mark.parametrize(
    "text",
    ["2024-W05", "2024W05", "2024-w5", "W05 2024", "KW 5/2024", "2024 KW 5", "2024年第5週", "2024년 5주차", "2024-W05-1"],
)
def test_an_iso_week_is_its_monday(text: str) -> None:
    found = parse_dates(Column(np.array([text], dtype=object)))
    assert found.days.tolist() == [date.fromisocalendar(2024, 5, 1).toordinal()]
    assert found.weeks.tolist() == [0]


def test_an_iso_week_with_a_day_and_a_week_that_is_not() -> None:
    found = parse_dates(Column(np.array(["2024-W05-3", "2024-W54", "2020-W53"], dtype=object)))
    assert found.days[0] == date(2024, 1, 31).toordinal()  # a Wednesday
    assert found.bad.tolist() == [1]  # 2024 has 52 weeks
    assert found.days[2] == date(2020, 12, 28).toordinal()  # 2020 has 53


@pytest.mark.parametrize("text", ["2024-03", "2024.3", "2024/03", "2024년 3월", "2024年3月", "Mar 2024", "March 2024", "Mar-2024"])
def test_a_month_is_its_15th(text: str) -> None:
    found = parse_dates(Column(np.array([text], dtype=object)))
    assert found.days.tolist() == [date(2024, 3, 15).toordinal()]
    assert found.months.tolist() == [0]


@pytest.mark.parametrize("neighbour", ["R6.4.1", "令和6年4月1日", "24.4.1"])
def test_a_year_of_reiwa_without_its_letter_by_its_neighbours(neighbour: str) -> None:
    found = parse_dates(Column(np.array([neighbour, "6.2.19"], dtype=object)))
    assert found.days.tolist() == [date(2024, 4, 1).toordinal(), date(2024, 2, 19).toordinal()]
    assert found.era.tolist() == [1]


def test_years_of_reiwa_throughout_are_asked() -> None:
    text = "ID,Date,SALT\nP1,6.1.8,80\nP1,6.4.1,50\nP2,6.2.19,70\nP2,6.5.13,40\n"
    reading = read(text)
    # 2024-01-08 to 2024-04-01 and 2024-02-19 to 2024-05-13 are 84 days each
    assert reading.accepted().salt[12].tolist() == [50, 40]
    assert [p.code for p in reading.open_problems] == ["date_era"]
    assert read(text, decisions=Decisions().decide(reading.open_problems[0], "keep")).ready


def test_day_month_and_year_with_one_digit_stay_what_they_were() -> None:
    """6/1/24 is June 1st beside 6/19/24, 8.1.24 is January 8th beside 19.2.24."""
    for cells, days in (
        (("6/1/24", "6/19/24"), (date(2024, 6, 1), date(2024, 6, 19))),
        (("8.1.24", "19.2.24"), (date(2024, 1, 8), date(2024, 2, 19))),
    ):
        found = parse_dates(Column(np.array(cells, dtype=object)))
        assert found.days.tolist() == [d.toordinal() for d in days]
        assert not len(found.era)


def test_october_that_lost_its_zero_is_asked() -> None:
    text = "ID,Date,SALT\nP1,2024.1,80\nP1,2024.4,50\nP2,2024.2,70\nP2,2024.5,40\n"
    assert [p.code for p in read(text).open_problems] == ["date_month"]
    assert read(text.replace("2024.1,", "2024.01,")).ready


def test_day_and_month_swapped_is_seen_over_all_date_columns() -> None:
    text = (
        "ID,date 1,SALT 1,date 2,SALT 2\nP1,2024-08-01,80,25/04/2024,50\nP2,2024-03-02,70,26/05/2024,40\n"
        "P3,15/01/2024,70,2024-10-04,40\nP4,15/01/2024,70,15/04/2024,40\n"
    )
    reading = read(text)
    assert {p.column for p in reading.open_problems if p.code == "half_converted"} == {"date 1", "date 2"}
    # by hand: P1 8 Jan to 25 Apr is 108 days, P2 3 Feb to 26 May 113, P3 15 Jan to 10 Apr 86, P4 91
    low, high = ([w.first_day, w.last_day] for w in (reading.windows[1], reading.windows[2]))
    assert all(low[0] <= d <= low[1] for d in (86, 91)) and all(high[0] <= d <= high[1] for d in (108, 113))
    assert reading.accepted().salt.notna().sum().tolist() == [4, 2, 2]


HEADERS = [
    ("SALT 2024-03-05", "SALT 2024-05-28"),
    ("SALT 05.03.2024", "SALT 28.05.2024"),
    ("SALT 05/03/24", "SALT 28/05/24"),
    ("2024년 3월 5일 SALT", "2024년 5월 28일 SALT"),
    ("SALT（2024年3月5日）", "SALT（2024年5月28日）"),
    ("SALT 5 Mar 2024", "SALT 28 May 2024"),
    ("SALT 2024-W10", "SALT 2024-W22"),
]


@pytest.mark.parametrize(("first", "second"), HEADERS)
def test_visits_dated_in_the_header_count_from_the_earliest(first: str, second: str) -> None:
    """84 days lie between the two; a patient who was not seen at the first has no baseline."""
    reading = read(f"ID,Sex,{first},{second}\nP1,F,80,40\nP2,M,,50\nP3,F,90,\n")
    assert "dated_headers" in told(reading)
    salt = reading.accepted().salt
    assert salt.fillna(-1).to_numpy().tolist() == [[80, 40], [-1, 50], [90, -1]]
    assert list(salt.columns) == [0, 12]
    assert reading.whole is not None and (reading.whole.cells, reading.whole.used) == (14, 10)


def test_visits_dated_in_the_header_count_from_the_first_dose() -> None:
    reading = read(
        "ID,Start date,SALT 2024-03-05,SALT 2024-05-28,DLQI 2024-03-05,DLQI 2024-05-28\n"
        "P1,2024-03-05,80,40,9,3\nP2,2024-05-28,85,50,,8\n"
    )
    cohort = reading.accepted()
    assert cohort.salt.fillna(-1).to_numpy().tolist() == [[80, 40], [50, -1]]  # P2 was baseline on May 28th, March is 84 days before
    assert cohort.measures["DLQI"][1][0].tolist() == [9, 8] and cohort.measures["DLQI"][1].loc["P1", 12] == 3


def test_dates_in_headers_of_which_two_orders_would_do_are_asked() -> None:
    """2 January to 4 March, or 1 February to 3 April: both ascend."""
    reading = read("ID,SALT 01/02/2024,SALT 03/04/2024\nP1,80,40\nP2,70,30\n")
    assert "date_order" in {p.code for p in reading.open_problems}


def test_one_header_with_a_date_is_no_schedule() -> None:
    reading = read("ID,SALT_W0,SALT_W12,SALT 2024-03-05\nP1,80,40,80\nP2,70,30,70\n")
    assert reading.accepted().weeks == (0, 12) and "dated_headers" not in told(reading)
    assert any("SALT 2024-03-05" in p.message for p in reading.problems)


@pytest.mark.parametrize(
    ("head", "birth", "start", "age"),
    [
        ("DOB,Start date", "1985-03-02", "2024-03-01", 38),
        ("Date of birth,Date of first dose", "02/03/1985", "02/03/2024", 39),
        ("생년월일,투여시작일", "1985.3.2", "2024.3.2", 39),
        ("生年月日,投与開始日", "S60.3.2", "R6.3.1", 38),
        ("Geburtsdatum,Datum Baseline", "02.03.1985", "01.03.2024", 38),
    ],
)
def test_a_birth_date_gives_the_age_at_baseline_and_goes(head: str, birth: str, start: str, age: int) -> None:
    reading = read(f"ID,{head},SALT_W0,SALT_W12\nP1,{birth},{start},80,40\nP2,{birth},{start},70,30\n")
    cohort = reading.accepted()
    assert cohort.patients[cohort.roles["age"]].tolist() == [age, age]
    assert {"age_from_birth", "identifying"} <= told(reading)
    shown = " ".join([*(p.message for p in reading.problems), *(e.found + e.became for e in reading.log), cohort.patients.to_string()])
    assert birth not in shown


def test_a_birth_date_without_a_date_of_baseline_is_told_and_an_age_column_wins() -> None:
    assert "age_not_known" in told(read("ID,DOB,SALT_W0,SALT_W12\nP1,1985-03-02,80,40\nP2,1990-07-21,70,30\n"))
    reading = read("ID,DOB,Age,Start date,SALT_W0\nP1,1985-03-02,39,2024-03-01,80\nP2,1990-07-21,33,2024-03-01,70\n")
    assert reading.accepted().patients["Age"].tolist() == [39, 33] and "age_from_birth" not in told(reading)


def test_other_scores_of_dated_visits_are_measures() -> None:
    text = "ID,Date,SALT,DLQI,AE\nP1,2024-01-08,80,20,\nP1,2024-04-01,50,10,acne\nP2,2024-02-19,70,15,\nP2,2024-05-13,40,5,\n"
    cohort = read(text).accepted()
    assert cohort.measures["DLQI"][1].to_numpy().tolist() == [[20, 10], [15, 5]]
    assert cohort.events[["patient", "term"]].to_numpy().tolist() == [["P1", "acne"]]
