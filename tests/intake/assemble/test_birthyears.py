"""Years of birth give ages, right to a year, where the year of baseline is known; else it is said why not."""

from __future__ import annotations

import pytest

from aadash.intake import Reading, read

HEADS = ("生年", "생년", "출생년도", "출생연도", "birth year", "YOB", "Year of birth", "Geburtsjahr", "año de nacimiento", "Born")
YEARS = (1960, 1972, 1985, 1990, 1999, 2001)


def given(head: str, cells: tuple[object, ...] = YEARS, other: str = "First dose date", begun: str = "2023-03-11") -> Reading:
    rows = [f"P{i},{c},{begun},{90 - i},{40 - i}" for i, c in enumerate(cells)]
    return read("\n".join([f"ID,{head},{other},SALT W0,SALT W12", *rows]))


@pytest.mark.parametrize("head", HEADS)
def test_the_year_of_baseline_less_that_of_birth(head: str) -> None:
    """A column “生年” was a number with a mean of 1985 in Table 1, and nobody had an age."""
    reading = given(head)
    cohort = reading.accepted()
    assert cohort.patients[cohort.roles["age"]].tolist() == [2023 - y for y in YEARS]
    assert head not in cohort.patients
    told = next(p for p in reading.problems if p.code == "age_from_birth")
    assert "a year younger" in told.message and head in told.message


@pytest.mark.parametrize(("other", "begun"), [("Baseline year", "2021"), ("투여 시작 연도", "2021"), ("開始年", "2021年")])
def test_a_year_of_baseline_is_enough(other: str, begun: str) -> None:
    cohort = given("YOB", other=other, begun=begun).accepted()
    assert cohort.patients[cohort.roles["age"]].tolist() == [2021 - y for y in YEARS]


def test_without_one_it_is_said_why_there_is_no_age() -> None:
    reading = read("ID,生年,SALT W0,SALT W12\n" + "\n".join(f"P{i},{y},9{i},4{i}" for i, y in enumerate(YEARS)))
    assert "age" not in reading.accepted().roles and "生年" in reading.accepted().patients
    assert "they would give the ages" in next(p.message for p in reading.problems if p.code == "age_not_known")


def test_years_as_people_write_them() -> None:
    cells = ("62년생", "S37", "昭和37年", "1962", "'62", "62")
    reading = given("생년", cells)
    assert reading.accepted().patients["age at baseline"].tolist() == [61] * 6


def test_an_age_that_nobody_has_is_told_with_its_row() -> None:
    reading = given("YOB", (1960, 1972, 1885, 1990, 2025, 2001))
    assert reading.accepted().patients["age at baseline"].isna().tolist() == [False, False, True, False, True, False]
    assert "in rows 4 and 6" in next(p.message for p in reading.problems if p.code == "age_from_birth")


def test_an_age_of_its_own_comes_first() -> None:
    reading = read(
        "ID,Age,YOB,First dose date,SALT W0,SALT W12\n" + "\n".join(f"P{i},4{i},1980,2023-01-01,9{i},4{i}" for i in range(5))
    )
    assert reading.accepted().patients["Age"].tolist() == [40, 41, 42, 43, 44] and "YOB" in reading.accepted().patients


@pytest.mark.parametrize("born", ["YOB", "Date of birth"])
def test_the_dates_of_another_table_are_enough(born: str) -> None:
    """A sheet of patients without a date, beside one of dated visits, gave nobody an age."""
    visits = "ID,Date,SALT\n" + "".join(f"P{i},2023-0{m}-1{i},{90 - 10 * m - i}\n" for i in range(6) for m in (1, 4, 7))
    cells = [str(y) if born == "YOB" else f"{y}-01-02" for y in YEARS]
    people = f"ID,Sex,{born}\n" + "".join(f"P{i},F,{c}\n" for i, c in enumerate(cells))
    cohort = read([("visits.csv", visits.encode()), ("people.csv", people.encode())]).accepted()
    assert cohort.patients[cohort.roles["age"]].tolist() == [2023 - y for y in YEARS]


@pytest.mark.parametrize(("head", "form"), [("생년월", "{y}-03"), ("生年月", "{y}年3月"), ("생년월", "{y}.03")])
def test_a_month_of_birth_gives_the_year(head: str, form: str) -> None:
    reading = given(head, tuple(form.format(y=y) for y in YEARS))
    assert (
        reading.accepted().patients["age at baseline"].tolist() == [2023 - y for y in YEARS]
        and head not in reading.accepted().patients
    )
