"""A date that contradicts the week its visit is named after is told; the named week stands."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from aadash.intake import Reading, read

START = date(2024, 1, 8)


def _long(off: dict[tuple[int, int], int]) -> Reading:
    """Six patients at weeks 0, 12 and 52, each on its day but for ``off``: (patient, week) → days late."""
    lines = ["ID,Visit,Visit date,SALT"]
    for i in range(6):
        for week in (0, 12, 52):
            day = START + timedelta(9 * i + 7 * week + off.get((i, week), 0))
            lines.append(f"P{i},W{week},{day.isoformat()},{80 - week - i}")
    return read("\n".join(lines).encode(), name="visits.csv")


@pytest.mark.parametrize(("late", "told"), [(20, False), (-27, False), (29, True), (-40, True), (366, True)])
def test_a_visit_further_from_its_week_than_four_weeks_is_told(late: int, told: bool) -> None:
    reading = _long({(3, 12): late})
    found = [p for p in reading.problems if p.code == "date_contradicts"]
    assert [p.rows for p in found] == ([(12,)] if told else [])
    assert all(f"day {84 + late}" in p.message and p.column == "Visit date" for p in found)
    assert reading.accepted().salt.loc["P3", 12] == 80 - 12 - 3


def test_a_late_visit_has_the_longer_leave_of_a_quarter_of_its_time() -> None:
    """Week 52 is day 364: a quarter is 91 days."""
    assert not [p for p in _long({(1, 52): 90}).problems if p.code == "date_contradicts"]
    assert [p.rows for p in _long({(1, 52): 92}).problems if p.code == "date_contradicts"] == [(7,)]


def test_dates_in_columns_of_their_own() -> None:
    reading = read(
        b"ID,SALT W0,Date W0,SALT W12,Date W12\nP1,80,2024-01-08,40,2024-04-01\nP2,70,2024-01-10,35,2025-04-03\n", name="wide.csv"
    )
    found = [p for p in reading.problems if p.code == "date_contradicts"]
    assert [(p.column, p.rows) for p in found] == [("Date W12", (3,))]
