"""Dates in the orders that clinics write, and visit windows. Day numbers are checked against the calendar of the standard library."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aadash.intake.assemble.dates import parse_dates
from aadash.intake.assemble.windows import assign, choose_schedule, windows
from aadash.intake.tabulate.table import Column


def column(*cells: str) -> Column:
    return Column(np.array(cells, dtype=object))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-05", date(2024, 3, 5)),
        ("2024/3/5", date(2024, 3, 5)),
        ("2024.3.5", date(2024, 3, 5)),
        ("2024.03.05.", date(2024, 3, 5)),
        ("2024년 3월 5일", date(2024, 3, 5)),
        ("2024年3月5日", date(2024, 3, 5)),
        ("２０２４年３月５日", date(2024, 3, 5)),
        ("20240305", date(2024, 3, 5)),
        ("R6.3.5", date(2024, 3, 5)),
        ("令和6年3月5日", date(2024, 3, 5)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("H31.4.30", date(2019, 4, 30)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("5 Mar 2024", date(2024, 3, 5)),
        ("05MAR2024", date(2024, 3, 5)),
        ("Mar 5, 2024", date(2024, 3, 5)),
        ("March 5th, 2024", date(2024, 3, 5)),
        ("2024-03-05 14:30", date(2024, 3, 5)),
        ("2024-03-05T14:30:00", date(2024, 3, 5)),
        ("45356", date(2024, 3, 5)),
        ("25/03/2024", date(2024, 3, 25)),
        ("03/25/2024", date(2024, 3, 25)),
        ("25.3.24", date(2024, 3, 25)),
    ],
)
def test_one_date(text: str, day: date) -> None:
    assert parse_dates(column(text)).days.tolist() == [day.toordinal()]


@pytest.mark.parametrize("text", ["2024-02-30", "sometime", "2024", "13/13/2024", "80", "12.5"])
def test_no_date(text: str) -> None:
    found = parse_dates(column(text))
    assert np.isnan(found.days).all()
    assert found.bad.tolist() == [0]


def test_one_telling_date_settles_the_order_of_a_column() -> None:
    found = parse_dates(column("03/04/2024", "25/04/2024"))
    assert found.order == "dmy"
    assert not found.ambiguous
    assert found.days.tolist() == [date(2024, 4, 3).toordinal(), date(2024, 4, 25).toordinal()]
    assert parse_dates(column("03/04/2024", "05/04/2024")).ambiguous
    assert not parse_dates(column("03/03/2024", "04/04/2024")).ambiguous


def test_windows_meet_half_way_and_leave_no_gap() -> None:
    bounds = windows((0, 8, 12, 24))
    # week 8 is day 56, half way from baseline is day 28; week 12 is day 84, half way 70; week 24 is day 168, half way 126
    assert [b[:2] for b in bounds] == [(0, -90), (8, 29), (12, 71), (24, 127)]
    assert [b[2] for b in bounds[:3]] == [0, 70, 126]


def test_nearest_week_ties_collisions_and_baseline() -> None:
    days = np.array([-3.0, 0, 56, 70, 80, 90, 300, -200, 5, 60])
    patient = np.array([0, 0, 0, 1, 0, 0, 0, 0, 1, 1])
    got = assign(days, patient, np.ones(10, dtype=bool), (0, 8, 12, 24))
    # patient 0: day 0 is nearer to baseline than day −3; 80 is 4 days off week 12, 90 is 6 off; 300 is late, −200 early
    # patient 1: day 5 is baseline for want of another; day 70 lies half way between 8 and 12 (tie), and 60 is nearer to 8
    assert [None if w != w else int(w) for w in got.weeks] == [None, 0, 8, None, 12, None, None, None, 0, 8]
    assert got.ties.tolist() == []
    assert sorted(got.collisions.tolist()) == [0, 3, 5]
    assert (got.late.tolist(), got.early.tolist(), got.after_dose.tolist()) == ([6], [7], [8])


def test_a_visit_before_the_first_window_is_not_said_to_collide() -> None:
    got = assign(np.array([0.0, 20, 56, 60]), np.zeros(4, dtype=int), np.ones(4, dtype=bool), (0, 8, 12))
    # week 8 begins on day 29: day 20 is in no window; day 60 is in that of day 56
    assert (got.between.tolist(), got.collisions.tolist()) == ([1], [3])


def test_a_visit_half_way_goes_to_the_earlier_week_and_is_told() -> None:
    got = assign(np.array([0.0, 70.0]), np.array([0, 0]), np.ones(2, dtype=bool), (0, 8, 12))
    assert got.weeks.tolist() == [0, 8]
    assert got.ties.tolist() == [1]


@pytest.mark.parametrize(
    "schedule", [(0, 4, 8, 12, 16, 20, 24), (0, 12, 24, 36, 52), (0, 13, 26, 39, 52), (0, 8, 12, 16, 24, 36), (0, 4, 12, 24)]
)
def test_the_schedule_is_found_from_visits_a_few_days_off(schedule: tuple[int, ...]) -> None:
    rng = np.random.default_rng(3)
    days = np.concatenate([7 * w + rng.integers(-5, 6, 40) for w in schedule]).astype(float)
    assert choose_schedule(days) == schedule


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.integers(-120, 500), min_size=1, max_size=30), st.data())
def test_every_visit_is_used_once_or_told(days: list[int], data: st.DataObject) -> None:
    patient = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(days), max_size=len(days))))
    schedule = (0, 4, 12, 24, 36)
    got = assign(np.array(days, dtype=float), patient, np.ones(len(days), dtype=bool), schedule)
    told = set(got.collisions) | set(got.between) | set(got.early) | set(got.late)
    for i, week in enumerate(got.weeks):
        assert np.isnan(week) == (i in told)
        if not np.isnan(week) and days[i] > 0 and i not in got.after_dose:
            assert abs(days[i] - 7 * week) == min(abs(days[i] - 7 * w) for w in schedule)
    used = [(p, w) for p, w in zip(patient, got.weeks, strict=True) if not np.isnan(w)]
    assert len(used) == len(set(used))
