"""Digits that belong to a unit or to a name make no visit of a column, whatever way the visits of SALT are written."""

from __future__ import annotations

import itertools

import pytest

from aadash.intake import Reading, read
from aadash.intake.recognise.visits import parse_visit

#: Ways to write three visits of SALT → their weeks.
SCHEDULES = {
    "SALT W0,SALT W4,SALT W12": [0, 4, 12],
    "SALT M0,SALT M3,SALT M6": [0, 13, 26],
    "salt_m0,salt_m3,salt_m6": [0, 13, 26],
    "SALT 0,SALT 4,SALT 12": [0, 4, 12],
    "Baseline,3 months,6 months": [0, 13, 26],
    "0w,4w,12w": [0, 4, 12],
    "SALT V1,SALT V2,SALT V3": [0, 4, 8],
}
#: Headers of what is measured once, with digits of a unit or a name.
ONCE = (
    *(
        "BSA (m2)",
        "BSA m2",
        "BSA, m^2",
        "bsa_m2",
        "BSA m²",
        "BMI_kg_m2",
        "eGFR_ml_min_1_73m2",
        "체표면적 (m2)",
        "体表面積(m2)",
        "Wound (m2)",
    ),
    *("Lesion area (cm2)", "WBC (10^9/L)", "PLT (10*3/uL)", "WBC (/mm3)", "HbA1c", "HbA1c (%)", "T4", "T3", "FT4", "T4 (ug/dL)"),
    *("CD4", "CD8 count", "IL-6", "IL 17", "Vitamin B12", "B12", "Vitamin D3", "D3", "25(OH)D3", "비타민 D3", "C3", "IgG4", "CA 19-9"),
    *("CH50", "S100B", "HLA-B27", "ESR (1hr)", "SpO2", "HSV-2", "EQ-5D", "血沈(1時間)"),
)


def one_row_each(heads: str, other: str, *more: str) -> Reading:
    rows = [f"P{i},{90 - i},{60 - i},{30 - i},{v}" + f",{v + 1}" * len(more) for i, v in enumerate((7.1, 3.2, 5.5, 9.0))]
    return read("\n".join([",".join(["ID", heads, *(f'"{h}"' for h in (other, *more))]), *rows]))


@pytest.mark.parametrize(("heads", "header"), list(itertools.product(SCHEDULES, ONCE)))
def test_what_was_measured_once_is_a_fact(heads: str, header: str) -> None:
    """“BSA (m2)” was a score at week 9; T4 and D3 beside “Baseline, 3 months” were SALT at weeks 4 and 0."""
    reading = one_row_each(heads, header)
    roles = {g.column: (g.role, g.week) for g in reading.columns}
    assert roles[header] == ("fact", None)
    assert [roles[h][1] for h in heads.split(",")] == SCHEDULES[heads]


@pytest.mark.parametrize("header", [h for h in ONCE if h != "Wound (m2)"])
@pytest.mark.parametrize("form", ["{h} W0,{h} W12", "W0 {h},W12 {h}", "{h}_baseline,{h}_12w", "{h} (0주),{h} (12주)"])
def test_at_two_visits_it_is_a_measure_of_both(header: str, form: str) -> None:
    """“T4_baseline” was visit 4 without a name, and a fact, where “T4_12w” was T4 at week 12."""
    first, second = form.format(h=header).split(",") if "," not in header else (f.format(h=header) for f in form.split(","))
    found = {g.column: g for g in one_row_each("SALT W0,SALT W4,SALT W12", first, second).columns}
    assert [(found[n].role, found[n].week) for n in (first, second)] == [("measure", 0), ("measure", 12)]
    assert found[first].measure == found[second].measure


@pytest.mark.parametrize(
    ("heads", "other", "week"),
    [
        ("SALT M0,SALT M2,SALT M6", "BSA M2", 9),  # as SALT's month is written
        ("SALT W0,SALT M3,SALT M6", "DLQI (m3)", 13),
        ("SALT W0,SALT W12,SALT W24", "DLQI M2", 9),
    ],
)
def test_a_month_that_others_name_is_one(heads: str, other: str, week: int) -> None:
    found = {g.column: g for g in one_row_each(heads, other).columns}[other]
    assert (found.role, found.week) == ("measure", week)


def test_body_surface_over_months_is_a_course() -> None:
    """Per cent of the body in psoriasis: of several months it is a course, not square metres."""
    found = {g.column: g for g in one_row_each("SALT M0,SALT M3,SALT M6", "BSA M2", "BSA M3").columns}
    assert [found[n].week for n in ("BSA M2", "BSA M3")] == [9, 13]


@pytest.mark.parametrize("heads", ["SALT W0,SALT W4,SALT W12", "Baseline,3 months,6 months", "SALT V1,SALT V2,SALT V3"])
def test_a_protein_beside_salt_is_left_out_and_told(heads: str) -> None:
    """S100 was SALT of week 100, with a note that numbers are taken as weeks."""
    reading = one_row_each(heads, "S100")
    assert {g.column: g.role for g in reading.columns}["S100"] == "unused"
    told = [p for p in reading.problems if p.column == "S100"]
    assert [(p.level, p.code) for p in told] == [("warning", "visit_unknown")] and "not used" in told[0].message


def test_a_hundred_behind_short_names_is_asked_about() -> None:
    reading = one_row_each("S0,S12,S24", "S100")
    assert [p.column for p in reading.open_problems if p.code == "visit_unknown"] == ["S100"]
    assert [g.week for g in one_row_each("S0,S48,S96", "S104").columns if g.role == "salt"] == [0, 48, 96, 104]


@pytest.mark.parametrize("header", ["Sex (1M 2F)", "Sex(M1 F2)", "Sex (1: M, 2: F)", "Sex 1:M 2:F", "성별(1남 2여)", "性別(1男 2女)"])
def test_codes_that_a_header_explains_are_no_months(header: str) -> None:
    """“Sex (1M 2F)” was the score “Sex 2f” of month 1; the codes' meanings are proposed."""
    reading = read("\n".join([f'ID,SALT W0,SALT W12,"{header}"', "P1,80,40,1", "P2,70,30,2", "P3,60,20,1"]))
    guess = next(g for g in reading.columns if g.column == header)
    assert guess.role == "sex" and [dict(guess.values)[v] for v in "12"] == ["male", "female"]


@pytest.mark.parametrize("header", ["UV dose (J/cm2)", "MTX dose (mg)", "Prednisolone dose", "Vaccine dose 2", "스테로이드 용량"])
def test_a_dose_of_something_else_is_not_that_of_the_drug(header: str) -> None:
    assert {g.column: g.role for g in one_row_each("SALT W0,SALT W4,SALT W12", header).columns}[header] == "fact"


def test_days_and_visits_beside_baseline_stay_what_they_are() -> None:
    read_so = [parse_visit(t) for t in ("V1 (baseline)", "T4 baseline", "D3 after baseline", "Day 28 since baseline")]
    assert [(v.unit, v.stem) for v in read_so if v is not None][:2] == [("baseline", ""), ("baseline", "t4")]
    assert [v.unit for v in read_so if v is not None][2:] == ["day", "day"]
