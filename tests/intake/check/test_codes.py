"""Numbers that are no measurements are asked about from the data around them."""

from __future__ import annotations

import itertools

import pytest

from aadash.intake import EXCLUDE, SET_MISSING, Decisions, read
from aadash.intake.model import VALUE


def _wide(w12: list[object], w24: list[object], fact: tuple[str, list[object]] | None = None) -> str:
    head = "ID,SALT_W0,SALT_W12,SALT_W24" + (f",{fact[0]}" if fact else "")
    rows = [f"P{i:02d},{60 + 3 * i},{a},{b}" for i, (a, b) in enumerate(zip(w12, w24, strict=True))]
    rows = [f"{row},{value}" for row, value in zip(rows, fact[1], strict=True)] if fact else rows
    return "\n".join([head, *rows, ""])


PLAIN12, PLAIN24 = [40, 35, 50, 22, 31, 28, 45, 38], [20, 15, 30, 12, 11, 18, 25, 8]


@pytest.mark.parametrize(("code", "where"), itertools.product((99, 88, 98), ((1, 4), (0, 7), (2, 3, 5))))
def test_a_code_in_salt_is_asked_and_missing_meanwhile(code: int, where: tuple[int, ...]) -> None:
    w24 = [code if i in where else v for i, v in enumerate(PLAIN24)]
    reading = read(_wide(list(PLAIN12), list(w24)))
    asked = [p for p in reading.problems if p.code == "missing_code"]
    assert [p.rows for p in asked] == [tuple(i + 2 for i in where)] and asked[0].open
    assert reading.draft is not None and reading.draft.salt[24].isna().tolist() == [i in where for i in range(8)]
    kept = read(_wide(list(PLAIN12), list(w24)), decisions=Decisions().decide(asked[0], "keep"))
    assert kept.cohort is not None and kept.cohort.salt[24].tolist() == [float(v) for v in w24]


@pytest.mark.parametrize("values", [[99, 98, 97, 100, 99, 96, 95, 99], [100, 100, 99, 99, 98, 90, 85, 80]])
def test_high_salt_that_stays_high_is_no_code(values: list[object]) -> None:
    """Alopecia universalis that does not respond."""
    text = "ID,SALT_W0,SALT_W12\n" + "".join(f"P{i},{v},{v}\n" for i, v in enumerate(values))
    assert not [p for p in read(text).problems if p.code == "missing_code"]


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("Age", [31, 999, 44, 27, 999, 36, 41, 63], 999),
        ("BMI", ["22.5", "99.9", "24.1", "27.3", "99.9", "21.0", "23.3", "25"], 99.9),
        ("smoker", [0, 1, 9, 0, 1, 9, 0, 1], 9),
        ("IgE", [120, -9, 430, -9, 85, 900, 77, 15], -9),
        ("lab", [1, 2, 99, 3, 2, 99, 1, 2], 99),
    ],
)
def test_a_code_in_a_fact_is_asked_and_missing_meanwhile(name: str, values: list[object], code: float) -> None:
    reading = read(_wide(list(PLAIN12), list(PLAIN24), (name, values)))
    asked = [p for p in reading.problems if p.code == "missing_code"]
    assert [p.column for p in asked] == [name] and asked[0].open
    assert reading.draft is not None
    assert reading.draft.patients[name].isna().tolist() == [float(str(v)) == code for v in values]


def test_zero_and_one_under_salt_are_asked() -> None:
    reading = read(_wide([0, 0, 1, 0, 1, 0, 1, 0], [0, 0, 1, 0, 1, 1, 1, 0]))
    assert [p.column for p in reading.problems if p.code == "flag_under_score" and p.open] == ["SALT_W12", "SALT_W24"]


@pytest.mark.parametrize("cells", [(1,), (0, 3), (2, 5, 6)])
def test_fractions_among_whole_numbers_are_asked(cells: tuple[int, ...]) -> None:
    reading = read(_wide([round(v / 100, 2) if i in cells else v for i, v in enumerate(PLAIN12)], list(PLAIN24)))
    assert [p.rows for p in reading.problems if p.code == "fraction_cells" and p.open] == [tuple(i + 2 for i in cells)]


def test_numbers_with_decimals_may_be_small() -> None:
    text = "ID,SALT_W0,SALT_W12,SALT_W24\nA,62.1,40.5,0.4\nB,81.2,0.4,0.2\nC,55.3,12.1,7\nD,47,3.2,0.9\n"
    assert not [p for p in read(text).problems if p.level == "error"]


@pytest.mark.parametrize(
    ("text", "column", "values"),
    [
        ("ID;IgE;SALT W0;SALT W12\nA;85;62,1;40,5\nB;1.250;81,2;0,4\nC;12.400;55,3;12,1\n", "IgE", [85, 1250, 12400]),
        ("ID;Years;SALT W0;SALT W12\nA;1,5;62,1;40,5\nB;0,875;81,2;0,4\nC;3,375;55,3;12,1\n", "Years", [1.5, 0.875, 3.375]),
        ('ID,IgE,SALT_W0,SALT_W12\nA,85,62,40\nB,"1,250",81,2\nC,"12,400",55,12\n', "IgE", [85, 1250, 12400]),
        ("ID;Dose;SALT W0;SALT W12\nA;1.5;62,1;40,5\nB;2.5;81,2;0,4\nC;1.5;55,3;12,1\n", "Dose", [1.5, 2.5, 1.5]),
    ],
)
def test_the_style_of_numbers_holds_for_every_column(text: str, column: str, values: list[float]) -> None:
    cohort = read(text).draft
    assert cohort is not None and cohort.patients[column].tolist() == values


def test_a_value_near_the_patient_s_own_is_no_code_whatever_the_others_have() -> None:
    """One of a placebo arm stays at 100, 94, 98, 98 while the others fall: 98 stands above all others there, and is his score."""
    rows = "".join(f"P{i},{60 + 3 * i},{a},{b}\n" for i, (a, b) in enumerate(zip(PLAIN12, PLAIN24, strict=True)))
    head = "ID,SALT_W0,SALT_W12,SALT_W24\n"
    assert not [p for p in read(f"{head}{rows}P9,100,98,98\n").problems if p.code == "missing_code"]
    # beside one who was far from it, both are asked about
    asked = [p for p in read(f"{head}{rows}P9,100,98,98\nP10,60,98,12\n").problems if p.code == "missing_code"]
    assert asked and 11 in asked[0].rows


def test_half_a_point_of_a_short_scale_is_no_fraction() -> None:
    """Half a point of a visual analogue scale from 0 to 10, beside whole ones."""
    rows = [f"P{i},{4 + i % 5},{0.5 if i == 3 else 1 + i % 3}" for i in range(8)]
    told = [p.code for p in read("\n".join(["Code,Itch VAS W0,Itch VAS W12", *rows]).encode(), name="clinic.csv").problems]
    assert "fraction_cells" not in told
    salt = [row.replace(",0.5", ",0.85") for row in rows]
    assert "fraction_cells" in [p.code for p in read("\n".join(["Code,SALT W0,SALT W12", *salt]).encode(), name="c.csv").problems]


@pytest.mark.parametrize(("column", "role"), [("Age", "age"), ("나이", "age"), ("Age at onset", "age_at_onset")])
@pytest.mark.parametrize("value", [190, -3, 140.5])
def test_an_age_that_nobody_has_is_asked_as_a_score_of_140_is(column: str, role: str, value: float) -> None:
    """190 years stood in the mean of Table 1 beside a warning."""
    ages: list[object] = [34, 51, 22, 40, 61, value, 45, 19]
    text = _wide(list(PLAIN12), list(PLAIN24), (column, ages))
    reading = read(text)
    asked = [p for p in reading.open_problems if p.code == "age_range"]
    assert [(p.column, p.rows, p.actions) for p in asked] == [(column, (7,), (SET_MISSING, EXCLUDE, VALUE))]
    assert reading.cohort is None
    cohort = read(text, decisions=Decisions(actions={asked[0].key: "value 19"})).cohort
    assert cohort is not None and cohort.patients[cohort.roles[role]].tolist() == [*ages[:5], 19, 45, 19]
    cohort = read(text, decisions=Decisions(actions={asked[0].key: SET_MISSING})).cohort
    assert cohort is not None and cohort.patients[cohort.roles[role]].isna().tolist() == [i == 5 for i in range(8)]
    cohort = read(text, decisions=Decisions(actions={asked[0].key: EXCLUDE})).cohort
    assert cohort is not None and len(cohort) == 7


def test_a_great_age_is_told_only() -> None:
    reading = read(_wide(list(PLAIN12), list(PLAIN24), ("Age", [34, 51, 22, 40, 61, 112, 45, 19])))
    assert [(p.code, p.level) for p in reading.problems if p.code == "age_range"] == [("age_range", "warning")] and reading.ready
