"""One patient whose code is written in two ways is asked about, neither joined nor parted in silence."""

from __future__ import annotations

import pytest

from aadash.intake import KEEP, TWO_PEOPLE, Decisions, Reading, read
from tests.making import workbook

PAIRS = [("KR-001", "KR001"), ("KR-001", "kr-001"), ("KR-001", "KR 1"), ("007", "7"), ("P_03", "P03"), ("A01", "Ａ０１")]


def two(main: str, other: str, decisions: Decisions | None = None) -> Reading:
    codes = [main, "KR-102", "KR-103", "KR-104", "KR-105"]
    salt = [["ID", "SALT W0", "SALT W12"], *([c, 90 - i, 40 - i] for i, c in enumerate(codes))]
    facts = [["ID", "Sex", "Smoking"], *([c, "F", "yes"] for c in (other, *codes[1:]))]
    return workbook(decisions, SALT=salt, Demographics=facts)


@pytest.mark.parametrize(("main", "other"), PAIRS)
def test_two_spellings_on_two_sheets_are_asked(main: str, other: str) -> None:
    """“Demographics lists 1 patient not in the main table: not used” was all that was said."""
    reading = two(main, other)
    asked = [p for p in reading.open_problems if p.code == "code_spelling"]
    assert len(asked) == 1 and asked[0].actions == (KEEP, TWO_PEOPLE) and other in asked[0].message and main in asked[0].message
    same = two(main, other, Decisions(actions={asked[0].key: KEEP})).cohort
    assert same is not None and same.patients.loc[main, "Smoking"] == "yes" and len(same) == 5
    apart = two(main, other, Decisions(actions={asked[0].key: TWO_PEOPLE}))
    assert apart.cohort is not None and apart.cohort.patients["Smoking"].isna().tolist() == [True, False, False, False, False]
    assert "unknown_patient" in {p.code for p in apart.problems}


def test_events_under_the_other_spelling_are_asked_about_too() -> None:
    salt = [["ID", "SALT W0", "SALT W12"], *([f"KR-00{i}", 90 - i, 40 - i] for i in range(1, 6))]
    reading = workbook(SALT=salt, AE=[["ID", "AE term", "Grade"], ["KR001", "acne", 1], ["KR002", "zoster", 2]])
    assert [p.code for p in reading.open_problems] == ["code_spelling"]
    assert reading.draft is not None and reading.draft.events["patient"].tolist() == ["KR-001", "KR-002"]


@pytest.mark.parametrize(("main", "other"), [("KR-001", "KR-011"), ("P1-1", "P11"), ("A-1", "B-1")])
def test_other_codes_are_other_patients(main: str, other: str) -> None:
    reading = two(main, other)
    assert not reading.open_problems and "unknown_patient" in {p.code for p in reading.problems}


def test_variants_on_one_sheet_are_told() -> None:
    rows = [f"{c},{90 - i},{40 - i}" for i, c in enumerate(("KR-001", "KR001", "KR-002", "KR-003"))]
    told = [p for p in read("\n".join(["ID,SALT W0,SALT W12", *rows])).problems if p.code == "code_variants"]
    assert len(told) == 1 and "(KR-001, KR001)" in told[0].message


def test_variants_on_the_rows_of_visits_are_asked() -> None:
    """KR001 was a patient without a baseline, and KR-001 one without a follow-up."""
    rows = [
        f"{c},{v},{s}"
        for i in range(1, 6)
        for c, v, s in ((f"KR-00{i}", "W0", 90 - i), ("KR001" if i == 1 else f"KR-00{i}", "W12", 40))
    ]
    text = "\n".join(["ID,Visit,SALT", *rows])
    asked = [p for p in read(text).open_problems if p.code == "code_variants"]
    assert len(asked) == 1 and asked[0].actions == (KEEP, TWO_PEOPLE)
    one = read(text, decisions=Decisions(actions={asked[0].key: KEEP})).cohort
    assert one is not None and one.salt.loc["KR-001"].tolist() == [89, 40] and len(one) == 5
    apart = read(text, decisions=Decisions(actions={asked[0].key: TWO_PEOPLE})).cohort
    assert apart is not None and len(apart) == 6


def test_two_with_the_same_visits_are_two_and_told() -> None:
    rows = [f"{c},{v},{s}" for c in ("P0", "P00", "P1") for v, s in (("W0", 80), ("W12", 40))]
    reading = read("\n".join(["ID,Visit,SALT", *rows]))
    assert reading.ready and len(reading.accepted()) == 3
    assert [p.level for p in reading.problems if p.code == "code_variants"] == ["warning"]
