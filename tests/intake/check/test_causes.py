"""A refusal says what the file holds in the place of what was expected, and what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aadash.errors import IntakeError
from aadash.intake import read


def table(header: str, *rows: str) -> bytes:
    return "\n".join((header, *rows)).encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            table("ID,Visit date,SALT", *(f"P{i},{d},{s}" for i in range(1, 5) for d, s in (("Spring", 80), ("Autumn", 40)))),
            ["'Visit date'", "'Spring', 'Autumn'", "cannot be read as a date", "baseline", "2024-01-08"],
        ),
        (
            table("ID,SALT_W0,SALT_W12", *(f"P{i},{880 + 10 * i},500" for i in range(1, 9))),
            ["All 8 values of 'SALT_W0' are above 100", "'890'"],
        ),
        (
            table("ID,DLQI_W0,DLQI_W12", *(f"P{i},{200 + i},5" for i in range(1, 6))),
            ["All 5 values of 'DLQI_W0' are above 30", "DLQI goes from 0 to 30"],
        ),
        (table("ID,SALT_W0,SALT_W12", "P1,S4,S2", "P2,S3,S1"), ["'SALT_W0' holds 'S4', 'S3'", "not numbers from 0 to 100"]),
        (table("ID,SALT_W0,SALT_W12", "P1,,20", "P2,,10", "P3,,5"), ["'SALT_W0'", "empty in every row", "formulas"]),
        (table("ID,2024-01-05,2024-04-05", "P1,800,400", "P2,600,200"), ["headers are dates", "2024-01-05", "SALT_W0"]),
        (
            table(
                "ID,Region,SALT_W0,SALT_W12",
                *(f"P{i},{r},80,{j}" for i in range(1, 6) for j, r in enumerate(("Top", "Back", "Left"))),
            ),
            ["'Region' holds 'Top', 'Back', 'Left'", "one row per region", "column of its own"],
        ),
        (
            table("ID,DLQI week 0,DLQI week 12", "P1,severe,mild", "P2,moderate,none"),
            ["DLQI was read at its visits, but in words ('DLQI week 0' holds 'severe', 'moderate')", "there is no SALT beside it"],
        ),
    ],
)
def test_the_cause_is_named(content: bytes, words: list[str]) -> None:
    reading = read(content, name="clinic.csv")
    assert reading.draft is None
    for word in words:
        assert word in reading.refusal


def test_a_quotation_mark_that_is_never_closed() -> None:
    with pytest.raises(IntakeError, match="row 3 holds over a million characters; a quotation mark may be missing"):
        read(b"ID,SALT_W0,SALT_W12\nP1,80,40\n" + b'P2,"60,20\n' + b"P3,90,10\n" * 200_000, name="clinic.csv")


@pytest.mark.parametrize(
    ("header", "visit", "words"),
    [
        ("week", lambda i: 5000 + i, ["numbers such as 5000", "which column holds the visit"]),
        ("visit", lambda i: f"V{i:05d}", ["1,800 different texts, such as 'V00000'", "which column holds the visit"]),
        ("week", lambda i: 44000 + i, ["day numbers of a spreadsheet"]),
    ],
)
def test_numbers_of_records_are_no_visits(header: str, visit: Callable[[int], object], words: list[str]) -> None:
    reading = read(table(f"ID,{header},SALT", *(f"P{i // 3},{visit(i)},{50 + i % 3}" for i in range(1800))), name="clinic.csv")
    assert reading.draft is None
    assert f"Column {header!r}" in reading.refusal
    for word in words:
        assert word in reading.refusal


def test_each_line_of_the_log_about_windows_holds_every_row_of_its_day() -> None:
    """Day 80 twice and day 90 once, nearest to week 12 (day 84): two lines, three rows."""
    rows = [f"{p},{d},{s}" for p in "ABC" for d, s in ((0, 80), (90 if p == "C" else 80, 40))]
    reading = read(table("ID,day,SALT", *rows), name="clinic.csv")
    told = {(e.found, e.became): e.rows for e in reading.log if e.why == "nearest scheduled week"}
    assert told == {("day 80", "week 12"): (3, 5), ("day 90", "week 12"): (7,)}


def test_days_before_the_first_dose_have_a_true_minus() -> None:
    dates = (("2024-02-20", 80), ("2024-05-24", 60), ("2024-08-16", 40))
    rows = [f"{p},2024-03-01,{day},{salt}" for p in "ABC" for day, salt in dates]
    reading = read(table("ID,first dose,visit date,SALT", *rows), name="clinic.csv")
    assert ("day −10", "week 0") in {(e.found, e.became) for e in reading.log}
    said = next(i.message for i in reading.problems if i.code == "windows")
    assert "week 0: day −" in said and "day -" not in said
