"""Measures that nobody knows keep the spelling of the file."""

from __future__ import annotations

import pytest

from aadash.intake import read

NAMES = (
    "IL-6 (pg/mL)",
    "TNF-α (pg/mL)",
    "IFN-γ/CXCL10",
    "sIL-2R (U/mL)",
    "KL-6",
    "TARC (pg/mL)",
    "M2 macrophages (%)",
    "CD8+ NKG2D+ (%)",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["{n} W0,{n} W12", "W0 {n},W12 {n}", "{n}_baseline,{n}_12w", "{n} (0주),{n} (12주)"])
def test_a_measure_is_called_as_the_file_calls_it(name: str, form: str) -> None:
    """“IL-6 (pg/mL)” was printed as “Il 6 pg m l”."""
    heads = [f'"{h}"' for h in form.format(n=name).split(",")]
    rows = [f"P{i},{90 - i},{60 - i},{3 + i},{2 + i}" for i in range(6)]
    cohort = read("\n".join([",".join(["ID", "SALT W0", "SALT W12", *heads]), *rows])).accepted()
    assert list(cohort.measures) == [name]
    assert list(cohort.measures[name][1].columns) == [0, 12]


def test_in_a_file_of_visits_too() -> None:
    rows = [f"P{i},W{w},{90 - w - i},{5 + i - w / 10}" for i in range(6) for w in (0, 12)]
    assert list(read("\n".join(["ID,Visit,SALT,IL-6 (pg/mL)", *rows])).accepted().measures) == ["IL-6 (pg/mL)"]


def test_the_names_that_the_field_uses_stay() -> None:
    rows = [f"P{i},{90 - i},{60 - i},{20 - i},{10 - i},{30 + i},{31 + i}" for i in range(6)]
    head = "ID,SALT W0,SALT W12,dlqi_w0,dlqi_w12,s-got_w0,s-got_w12"
    assert list(read("\n".join([head, *rows])).accepted().measures) == ["DLQI", "AST"]


@pytest.mark.parametrize(
    "header",
    [
        "M2 macrophages",
        "M2 macrophages (%)",
        "M1/M2 ratio",
        "M1:M2",
        "CD163+ macrophage M2",
        "M2-polarised",
        "M3 receptor",
        "D2 receptors",
    ],
)
@pytest.mark.parametrize("visits", ["SALT W0,SALT W12", "SALT M0,SALT M3", "Baseline,3 months"])
def test_biology_with_digits_is_no_visit(header: str, visits: str) -> None:
    """“M2 macrophages” was a score at week 9."""
    rows = [f"P{i},{90 - i},{60 - i},{12.5 + i}" for i in range(6)]
    reading = read("\n".join([f'ID,{visits},"{header}"', *rows]))
    cohort = reading.accepted()
    assert header in cohort.patients and not cohort.measures and len(cohort.weeks) == 2


def test_a_measure_at_its_months_is_still_one() -> None:
    rows = [f"P{i},{90 - i},{60 - i},{12 + i},{10 + i}" for i in range(6)]
    cohort = read("\n".join(["ID,SALT M0,SALT M2,M0 hair count,M2 hair count", *rows])).accepted()
    assert [list(frame.columns) for _, frame in cohort.measures.values()] == [[0, 9]]


def test_hormones_beside_numbered_visits_that_say_salt() -> None:
    """T3 and T4 beside “SALT T0, SALT T1, SALT T2” were SALT at weeks 12 and 16."""
    rows = [f"P{i},{90 - i},{60 - i},{30 - i},1.{i},0.{i}" for i in range(1, 7)]
    reading = read("\n".join(["ID,SALT T0,SALT T1,SALT T2,T3,T4", *rows]))
    assert reading.draft is not None and reading.draft.weeks == (0, 4, 8) and list(reading.draft.patients.columns) == ["T3", "T4"]
    assert [p.column for p in reading.problems if p.code == "visit_unknown"] == ["T3", "T4"]
    five = read("\n".join(["ID,T0,T1,T2,T3,T4", *rows]))
    assert five.draft is not None and len(five.draft.weeks) == 5 and not five.ready


def test_of_visits_of_which_some_say_their_week_it_is_said_which() -> None:
    rows = [f"P{i},{90 - i},{60 - i},{30 - i}" for i in range(6)]
    told = read("\n".join(["ID,SALT baseline,SALT V2,SALT V3 (W24)", *rows])).open_problems[0].message
    assert "'SALT V2' as week 4" in told and "'SALT baseline' (week 0), 'SALT V3 (W24)' (week 24)" in told


def test_a_value_at_the_start_is_no_date_of_the_first_dose() -> None:
    """“IL-17A start” was the date of the first dose, and left out."""
    rows = [f"Q{i};{90 - i};{60 - i};{4 + i};{3 + i}" for i in range(6)]
    cohort = read("\n".join(["ID;SALT at start;SALT 6 months;IL-17A [pg/ml] start;IL-17A [pg/ml] 6 months", *rows])).accepted()
    assert list(cohort.measures["IL-17A [pg/ml]"][1].columns) == [0, 26]
