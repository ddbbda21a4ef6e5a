"""One sheet per patient: the sheet's name is the code."""

from __future__ import annotations

from datetime import date

import pytest

from aadash.intake import read

from ..test_clinic_habits import workbook


def _sheet(*values: int, months: tuple[int, ...] = (1, 4, 7)) -> list[list[object]]:
    return [["受診日", "SALT"], *([date(2024, m, 10), v] for m, v in zip(months, values, strict=True))]


def test_visits_by_date() -> None:
    reading = workbook(患者1=_sheet(80, 40, 20), 患者2=_sheet(70, 60, 50), 患者3=_sheet(90, 30, 10))
    cohort = reading.accepted()
    assert cohort.salt.index.tolist() == ["患者1", "患者2", "患者3"] and cohort.weeks == (0, 13, 26)
    assert cohort.salt.loc["患者2"].tolist() == [70, 60, 50]
    assert "one patient" in next(p.message for p in reading.problems if p.code == "stacked")


def test_sheets_whose_dates_do_not_follow_each_other_are_no_patients() -> None:
    """A sheet per year lists patients in any order: nothing says that its rows are one person's."""
    reading = workbook(**{str(y): _sheet(80, 40, 20, months=(7, 1, 4)) for y in (2021, 2022, 2023)})
    assert not any(p.code == "stacked" for p in reading.problems)
    assert any(p.code == "not_joined" for p in reading.problems)


def test_sheets_of_visits_without_a_week_hold_no_further_patients() -> None:
    def visit(*values: int) -> list[list[object]]:
        return [["ID", "SALT"], *([f"B{i}", v] for i, v in enumerate(values))]

    reading = workbook(
        **{"Screening": visit(90, 80, 70), "Week 0": visit(85, 75, 60), "Week 12": visit(40, 30, 20), "EOT": visit(9, 8, 7)}
    )
    assert reading.accepted().salt.to_numpy().tolist() == [[85, 40], [75, 30], [60, 20]]
    told = " ".join(p.message for p in reading.problems if p.code == "visit_unknown")
    assert "'Screening'" in told and "'EOT'" in told
    assert reading.whole is not None and reading.whole.left == {"visits that are not used": 6}


@pytest.mark.parametrize("titles", [("Week 0", "Week 12"), ("Berlin", "Köln")])
def test_what_waits_on_one_sheet_does_not_wait_on_the_others(titles: tuple[str, str]) -> None:
    """Three cells of the second sheet wait; the first sheet has good numbers in the same rows."""
    visits, later = titles[0] == "Week 0", (40, "4O", 20, 500, 10, "6/7")
    head: list[object] = ["ID", "SALT"] if visits else ["ID", "SALT_W0", "SALT_W12"]
    rest: list[object] = [] if visits else [7]
    first = [head, *([f"A{i}", 60 + i, *rest] for i in range(6))]
    second = [head, *([f"{'A' if visits else 'B'}{i}", v, *rest] for i, v in enumerate(later))]
    whole = workbook(**{titles[0]: first, titles[1]: second}).whole
    assert whole is not None and whole.asked == 3
    assert whole.used == whole.cells - whole.names - 3


ON_ITS_SIDE = (
    "Patient,P01,P02,P03,P04\nSex,F,M,F,F\nAge,34,51,22,40\nSALT W0,80,62,100,45\nSALT W12,60,40,90,20",
    "환자번호,P01,P02,P03,P04\n성별,F,M,F,F\n나이,34,51,22,40\n기저,80,62,100,45\n12주,60,40,90,20",
    "患者番号,P01,P02,P03,P04\n性別,F,M,F,F\n年齢,34,51,22,40\n開始時,80,62,100,45\n12週,60,40,90,20",
    ",P01,P02,P03,P04\nSex,F,M,F,F\nAge,34,51,22,40\nSALT W0,80,62,100,45\nSALT W12,60,40,90,20",
    "ID,1,2,3,4\nSex,F,M,F,F\nAge,34,51,22,40\nSALT W0,80,62,100,45\nSALT W12,60,40,90,20",
    "ID,P01,P02,P03,P04\nSALT W0,80,62,100,45\nSALT W12,60,40,90,20\nSex,F,M,F,F\nAge,34,51,22,40",
)


@pytest.mark.parametrize("text", ON_ITS_SIDE)
def test_patients_across_and_facts_down_are_turned_and_told(text: str) -> None:
    """“No column looks like SALT at a visit: the headers are 'Patient', 'P01', 'P02' …”."""
    reading = read(text)
    cohort = reading.accepted()
    codes = text.split("\n")[0].split(",")[1:]
    assert list(cohort.salt.index) == codes
    assert cohort.salt.to_numpy().tolist() == [[80, 60], [62, 40], [100, 90], [45, 20]]
    assert cohort.patients[cohort.roles["age"]].tolist() == [34, 51, 22, 40] and "sex" in cohort.roles
    told = next(p.message for p in reading.problems if p.code == "transposed")
    assert "lies on its side" in told and "4 patients" in told


def test_what_lies_on_its_side_and_cannot_be_read_says_what_to_do() -> None:
    reading = read("Visit of the clinic,Kim A,Lee B,Kim A\nmonth 3,bad,good,x\nmonth 6,bad,good,y\nmonth 9,bad,bad,z")
    assert "lie on its side" in reading.refusal and "Transpose" in reading.refusal


def test_semicolons_are_seen_where_one_row_has_a_decimal_comma() -> None:
    """The one row with a comma was the header, of two columns."""
    cohort = read("Title: cohort\n\nID;1;2;3\nSex;F;M;F\nBaseline;80,5;62;100\nMonth 3;60;40;90\nMonth 6;30;12;80").accepted()
    assert cohort.salt.to_numpy().tolist() == [[80.5, 60, 30], [62, 40, 12], [100, 90, 80]]


@pytest.mark.parametrize("foot", ["SALT50,4,50,,\nSALT75,1,12.5,,", "SALT W12,4,50,,\nSALT W24,1,12.5,,"])
def test_a_small_table_of_rates_below_does_not_turn_the_one_above(foot: str) -> None:
    rows = [f"P{i},F,{30 + i},{90 - i},{40 - i}" for i in range(8)]
    reading = read("\n".join(["ID,Sex,Age,SALT W0,SALT W12", *rows, ",,,,", "Response,n,%,,", foot]))
    assert "transposed" not in {p.code for p in reading.problems}
    assert reading.draft is not None and list(reading.draft.salt.index[:8]) == [f"P{i}" for i in range(8)]
    assert len(reading.draft) == (8 if "SALT50" in foot else 10)
