"""One sheet per patient: the sheet's name is the code."""

from __future__ import annotations

import io
from datetime import date

import openpyxl

from aadash.intake import Reading, read


def _book(sheets: dict[str, list[list[object]]]) -> Reading:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return read(out.getvalue(), name="clinic.xlsx")


def _sheet(*values: int, months: tuple[int, ...] = (1, 4, 7)) -> list[list[object]]:
    return [["受診日", "SALT"], *([date(2024, m, 10), v] for m, v in zip(months, values, strict=True))]


def test_visits_by_date() -> None:
    reading = _book({"患者1": _sheet(80, 40, 20), "患者2": _sheet(70, 60, 50), "患者3": _sheet(90, 30, 10)})
    cohort = reading.accepted()
    assert cohort.salt.index.tolist() == ["患者1", "患者2", "患者3"] and cohort.weeks == (0, 13, 26)
    assert cohort.salt.loc["患者2"].tolist() == [70, 60, 50]
    assert "one patient" in next(p.message for p in reading.problems if p.code == "stacked")


def test_sheets_whose_dates_do_not_follow_each_other_are_no_patients() -> None:
    """A sheet per year lists patients in any order: nothing says that its rows are one person's."""
    reading = _book({str(y): _sheet(80, 40, 20, months=(7, 1, 4)) for y in (2021, 2022, 2023)})
    assert not any(p.code == "stacked" for p in reading.problems)
    assert any(p.code == "not_joined" for p in reading.problems)
