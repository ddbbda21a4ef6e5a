"""Dates of stopping, rescue and a lower dose become weeks since the first dose: in a file of rows, of visits, of several sheets."""

from __future__ import annotations

import dataclasses
import math

import pytest

from aadash import AnalysisPlan, analyses, read_cohort
from aadash.analyses.intercurrent import intercurrent_events
from aadash.intake import Reading, read

# Day 0 is 2024-01-01; stopped after 7, 35 and 84 days: weeks 1, 5 and 12. The fourth stopped before the first dose.
WIDE = """ID,Sex,Start date,Stop date,Rescue date,SALT_W0,SALT_W12,SALT_W24
P1,F,2024-01-01,2024-01-08,,90,80,70
P2,M,2024-01-01,2024-02-05,2024-01-15,80,40,
P3,F,2024-01-01,2024-03-25,,70,10,
P4,M,2024-01-01,2023-12-25,,60,30,20
P5,F,2024-01-01,,,90,50,20
P6,M,2024-01-01,,,95,60,10
"""
VISITS = """ID,Start date,Visit date,SALT,Stop date
P1,2024-01-01,2024-01-01,90,2024-02-05
P1,2024-01-01,2024-03-25,60,2024-02-05
P2,2024-01-01,2024-01-01,80,
P2,2024-01-01,2024-03-25,20,
P3,2024-01-01,2024-01-01,70,
P3,2024-01-01,2024-03-25,10,
"""


def weeks_of(reading: Reading, column: str) -> list[float]:
    assert reading.draft is not None, reading.refusal
    return [None if math.isnan(v) else v for v in reading.draft.patients[column]]  # type: ignore[misc]


def test_weeks_by_hand_and_the_dates_stay() -> None:
    reading = read([("rows.csv", WIDE.encode())])
    assert weeks_of(reading, "Stop date (week)") == [1.0, 5.0, 12.0, None, None, None]
    assert weeks_of(reading, "Rescue date (week)") == [None, 2.0, None, None, None, None]
    assert reading.draft is not None and reading.draft.patients["Stop date"].tolist()[:2] == ["2024-01-08", "2024-02-05"]
    told = {p.code: p for p in reading.problems if p.column == "Stop date"}
    assert "weeks since each patient's first dose" in told["weeks_of_dates"].message
    assert "before the first dose for 1 patient" in told["before_first_dose"].message and told["before_first_dose"].rows == (5,)
    assert "Start date" not in reading.unused


def test_dated_visits_and_their_stop() -> None:
    assert weeks_of(read([("visits.csv", VISITS.encode())]), "Stop date (week)") == [5.0, None, None]


def test_without_a_first_dose_nothing_is_made() -> None:
    reading = read([("rows.csv", WIDE.replace("Start date", "Registered").encode())])
    assert reading.draft is not None and "Stop date (week)" not in reading.draft.patients


def test_the_estimand_and_the_competing_event_know_when() -> None:
    cohort = read_cohort(WIDE.replace("2023-12-25", "").encode(), name="rows.csv")
    event = intercurrent_events(cohort)["stopping"]
    assert event.column == "Stop date (week)" and event.dated and event.happened.tolist() == [True] * 3 + [False] * 3
    plan = AnalysisPlan(stratifier="none", week=12, endpoint="SALT50")
    sentence = analyses.estimand(cohort, plan).sentence
    assert "By week 12 the drug was stopped in 3/6" in sentence and "that the file does not give" not in sentence
    left = analyses.competing_discontinuation(cohort, plan.replace(week=None))
    assert "leaving-inferred" not in {c.code for c in left.caveats}


@pytest.mark.parametrize(
    "name", ["치료 종료일", "투여 중단일", "投与終了日", "中止日", "Treatment end date", "Date of discontinuation"]
)
def test_other_names_of_the_date(name: str) -> None:
    assert f"{name} (week)" in read_cohort(WIDE.replace("Stop date", name).encode(), name="rows.csv").patients


def test_an_end_of_treatment_that_everybody_has_is_no_stopping_of_who_came_to_the_last_visit() -> None:
    """Six patients with a date of the end; P2 and P3 were not seen at week 24."""
    ends = ["2024-06-17", "2024-02-05", "2024-03-25", "2024-06-17", "2024-06-18", "2024-06-17"]
    lines = WIDE.replace("Stop date", "End of treatment").splitlines()
    rows = [",".join([*(c := line.split(","))[:3], end, "", *c[5:]]) for line, end in zip(lines[1:], ends, strict=True)]
    event = intercurrent_events(read_cohort("\n".join([lines[0], *rows]).encode(), name="rows.csv"))["stopping"]
    assert event.column == "End of treatment (week)" and event.happened.tolist() == [False, True, True, False, False, False]
    assert [w for w in event.week if not math.isnan(w)] == [5.0, 12.0]


def test_a_death_without_a_week_is_leaving_at_the_last_visit() -> None:
    """P2 died (yes, no date) after week 12: he was censored, as if he could still respond, while the method named the column. By hand
    (Aalen–Johansen): 1/5 left at week 6; at week 12 one of 4 responds and one has left; at week 24 one of 2: 1/5 + 2/5 × 1/2."""
    rows = ["P0,80,10,5,,no", "P1,80,70,,6,no", "P2,80,60,,,yes", "P3,80,50,10,,no", "P4,80,70,60,,no"]
    cohort = read_cohort(("ID,SALT W0,SALT W12,SALT W24,Stop week,Death\n" + "\n".join(rows)).encode(), name="rows.csv")
    result = analyses.competing_discontinuation(cohort, AnalysisPlan(stratifier="none", endpoint="SALT<=20"))
    summary = result.rows(variable_level="summary").iloc[0]
    assert (summary["incidence"], summary["left"], summary["left_k"]) == (pytest.approx(0.4), pytest.approx(0.4), 2)
    assert "or for a death without a week in “Death” the last visit made" in result.method
    nobody = read_cohort(
        ("ID,SALT W0,SALT W12,SALT W24,Stop week,Death\n" + "\n".join(rows).replace("yes", "no")).encode(), name="r.csv"
    )
    assert "death" not in analyses.competing_discontinuation(nobody, AnalysisPlan(stratifier="none", endpoint="SALT<=20")).method


def test_who_changed_the_drug_has_left_it() -> None:
    """Ten switched to another drug by a column of weeks, and “nothing here says who stopped the drug”. By hand: P1 leaves at 6, P2 at
    12 (another drug), P3 responds at 24 among the two left: 2/4 × 1/2."""
    rows = ["P1,80,70,,6,", "P2,80,60,10,,12", "P3,80,50,10,,", "P4,80,70,60,,"]
    cohort = read_cohort(
        ("ID,SALT W0,SALT W12,SALT W24,Stop week,Switched to another drug (week)\n" + "\n".join(rows)).encode(), name="r.csv"
    )
    plan = AnalysisPlan(stratifier="none", endpoint="SALT<=20")
    left = analyses.competing_discontinuation(cohort, plan)
    summary = left.rows(variable_level="summary").iloc[0]
    assert (summary["incidence"], summary["left"]) == (pytest.approx(0.25), pytest.approx(0.5))
    assert "“Stop week”, or that in “Switched to another drug (week)”" in left.method
    told = analyses.estimand(cohort, plan)
    assert "the drug was stopped in 1/4" in told.sentence and "the drug was changed for another in 1/4" in told.sentence
    alone = dataclasses.replace(cohort, patients=cohort.patients.drop(columns="Stop week"))
    assert "leaving-inferred" not in {c.code for c in analyses.competing_discontinuation(alone, plan).caveats}
