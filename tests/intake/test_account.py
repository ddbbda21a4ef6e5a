"""The account of a file: what is used is counted from the file's own truth, over all arrangements. Independent of the reader."""

from __future__ import annotations

import io
import random

import openpyxl
import pytest

from aadash.intake import Reading, read

WEEKS = (0, 12, 24)


class Drawn:
    """Patients with a sex, perhaps an age, SALT at three visits with gaps, and cells that nobody uses."""

    def __init__(self, seed: int) -> None:
        r = random.Random(seed)
        self.n = r.randint(4, 9)
        self.codes = [f"P{i:02d}" for i in range(self.n)]
        self.sex = [r.choice("FM") for _ in self.codes]
        self.age = [r.choice(["", str(r.randint(20, 70))]) if r.random() < 0.3 else str(r.randint(20, 70)) for _ in self.codes]
        self.salt = [[str(r.randint(60, 99)), *(r.choice(["", str(r.randint(10, 59))]) for _ in WEEKS[1:])] for _ in self.codes]
        self.note = [r.choice(["", "came late", "photo"]) for _ in self.codes]
        self.dates = [
            [f"2024-01-{d:02d}", f"2024-03-{d + 20:02d}", f"2024-06-{d + 16:02d}"] for d in (r.randint(1, 9) for _ in self.codes)
        ]

    @property
    def values(self) -> int:
        """Filled cells of SALT."""
        return sum(bool(v) for row in self.salt for v in row)

    @property
    def facts(self) -> int:
        """Filled cells of sexes and ages."""
        return sum(map(bool, self.sex)) + sum(map(bool, self.age))

    def wide(self) -> tuple[list[list[str]], int]:
        head = ["ID", "Sex", "Age", *(f"SALT_W{w}" for w in WEEKS), "Remarks"]
        rows = [[c, s, a, *v, m] for c, s, a, v, m in zip(self.codes, self.sex, self.age, self.salt, self.note, strict=True)]
        return [head, *rows], self.n + self.facts + self.values

    def long(self) -> tuple[list[list[str]], int]:
        rows = [["ID", "Sex", "Visit", "SALT", "Remarks"]]
        for c, s, v, m in zip(self.codes, self.sex, self.salt, self.note, strict=True):
            rows += [[c, s, f"Week {w}", x, m] for w, x in zip(WEEKS, v, strict=True)]
        return rows, 3 * 3 * self.n + self.values  # code, sex and visit of every row; SALT where it is

    def dated(self) -> tuple[list[list[str]], int]:
        rows = [["ID", "Sex", "Date", "SALT", "Remarks"]]
        for c, s, v, d, m in zip(self.codes, self.sex, self.salt, self.dates, self.note, strict=True):
            rows += [[c, s, day, x, m] for day, x in zip(d, v, strict=True)]
        return rows, 3 * 3 * self.n + self.values

    def headed_by_dates(self) -> tuple[list[list[str]], int]:
        head = ["ID", "Sex", "SALT 2024-01-02", "SALT 2024-03-26", "SALT 2024-06-18", "Remarks"]
        rows = [[c, s, *v, m] for c, s, v, m in zip(self.codes, self.sex, self.salt, self.note, strict=True)]
        return [head, *rows], 2 * self.n + self.values

    def two_sheets(self) -> tuple[dict[str, list[list[str]]], int]:
        first = [["ID", "Sex", "SALT_W0"], *([c, s, v[0]] for c, s, v in zip(self.codes, self.sex, self.salt, strict=True))]
        second = [["ID", "SALT_W12", "SALT_W24"], *([c, *v[1:]] for c, v in zip(self.codes, self.salt, strict=True))]
        return {"early": first, "late": second}, 3 * self.n + self.values


def _read(rows: list[list[str]] | dict[str, list[list[str]]]) -> Reading:
    if isinstance(rows, list):
        return read("\n".join(",".join(row) for row in rows))
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, cells in rows.items():
        sheet = book.create_sheet(title)
        for row in cells:
            sheet.append([float(c) if c.isdigit() else c or None for c in row])
    out = io.BytesIO()
    book.save(out)
    return read(out.getvalue(), name="book.xlsx")


@pytest.mark.parametrize("layout", ["wide", "long", "dated", "headed_by_dates", "two_sheets"])
@pytest.mark.parametrize("seed", range(12))
def test_cells_used_are_those_of_the_truth_and_all_cells_are_told(layout: str, seed: int) -> None:
    drawn = Drawn(seed)
    rows, used = getattr(drawn, layout)()
    reading = _read(rows)
    whole = reading.whole
    assert whole is not None and reading.draft is not None, reading.refusal
    sheets = list(rows.values()) if isinstance(rows, dict) else [rows]
    assert whole.cells == sum(bool(c) for sheet in sheets for row in sheet for c in row)
    assert whole.names == sum(len(sheet[0]) for sheet in sheets)
    late = whole.left.get("visits that are not used", 0)
    assert whole.used + late == used
    assert int(reading.draft.salt.notna().to_numpy().sum()) == drawn.values or late
    assert whole.used + whole.names + whole.asked + sum(whole.left.values()) == whole.cells


def test_columns_of_a_list_are_not_called_unused() -> None:
    """Term, grade and day of an event list, and test, week and value of a list of laboratory results, are in the cohort."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Patients"
    for row in [["Code", "Sex", "SALT W0", "SALT W12"], ["P1", "F", 80, 20], ["P2", "M", 90, 30], ["P3", "F", 70, 10]]:
        sheet.append(row)
    events = book.create_sheet("AE")
    for row in [["Code", "AE term", "Grade", "Onset day", "Photo"], ["P1", "acne", 1, 10, "x1"], ["P3", "headache", 2, 30, ""]]:
        events.append(row)
    labs = book.create_sheet("Lab")
    for row in [
        ["Code", "Test", "Week", "Result"],
        *(["P1", "ALT", w, 20 + w] for w in WEEKS),
        *(["P2", "ALT", w, 30] for w in WEEKS),
    ]:
        labs.append(row)
    out = io.BytesIO()
    book.save(out)
    reading = read(out.getvalue(), name="clinic.xlsx")
    assert reading.draft is not None and reading.draft.events is not None and "ALT" in reading.draft.measures
    assert set(reading.unused) == {"Photo"}
