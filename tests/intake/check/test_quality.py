"""What is told about values that are possible and odd: a visit far from both neighbours."""

from __future__ import annotations

import pytest

from aadash.intake import read


@pytest.mark.parametrize(
    ("weeks", "course", "told"),
    [
        ((0, 12, 24, 36), (80, 20, 95, 20), {("spike", "SALT W12"), ("spike", "SALT W24")}),  # either may be the slip
        ((0, 12, 24, 36), (60, 20, 95, 20), {("spike", "SALT W24")}),
        ((0, 8, 16, 24), (60, 20, 95, 20), {("rise", "SALT W16")}),  # once, as a rise
        ((0, 12, 24, 36), (60, 20, 70, 65), set()),  # a relapse that stays
        ((0, 12, 24, 36), (90, 60, 30, 10), set()),
    ],
)
def test_a_visit_far_from_both_neighbours_is_told_once(weeks: tuple[int, ...], course: tuple[int, ...], told: set) -> None:
    """50 away from both, which agree within 15 (docs/methods/intake.md)."""
    rows = [course, *((90 - k, 70 - k, 50 - k, 30 - k) for k in range(5))]
    head = "Code," + ",".join(f"SALT W{w}" for w in weeks)
    text = "\n".join([head, *(f"P{i}," + ",".join(map(str, row)) for i, row in enumerate(rows))])
    found = read(text.encode(), name="clinic.csv").problems
    assert {(p.code, p.column) for p in found if p.code in ("spike", "rise", "fall")} == told


def test_of_several_cells_each_value_is_told() -> None:
    """The first one's value was told as if it stood in all of them."""
    rows = [(100, 23, 100), (90, 70, 60), (100, 44, 100), (95, 19, 98), (80, 75, 70)]
    text = "\n".join(["Code,SALT W0,SALT W12,SALT W24", *(f"P{i}," + ",".join(map(str, row)) for i, row in enumerate(rows))])
    told = [p.message for p in read(text.encode(), name="clinic.csv").problems if p.code == "spike"]
    assert told == [
        "Column 'SALT W12', week 12: SALT is 23 between visits near 100 in the first of rows 2, 4 and 5 (in this order: 23, 44, 19). "
        "Is it a slip?"
    ]
    rises = text.replace("W12", "W8").replace("W24", "W16").replace(",100,23,100", ",20,23,95").replace(",100,44,100", ",30,30,99")
    found = [p.message for p in read(rises.encode(), name="clinic.csv").problems if p.code == "rise"]
    assert "(in this order: 23 → 95, 30 → 99, 19 → 98)" in found[0]


def problems(*rows: str) -> dict[str, str]:
    return {p.code: p.message for p in read("\n".join(rows).encode(), name="clinic.csv").problems}


def test_a_subtype_contradicts_salt_and_no_other_score() -> None:
    """Totalis with a DLQI of 20 was told to have a baseline SALT below 50."""
    rows = ["P1,totalis,20,5", "P2,patchy,21,6", "P3,universalis,22,7"]
    assert "subtype_contradicts" not in problems("Code,Subtype,DLQI W0,DLQI W12", *rows)
    assert "subtype_contradicts" in problems("Code,Subtype,SALT W0,SALT W12", *rows)


def test_a_score_up_to_one_is_no_fraction() -> None:
    """The index of EQ-5D is at most 1 (euroqol.org)."""
    rows = [f"P{i},0.{30 + i},0.{60 + i}" for i in range(6)]
    assert "fractions" not in problems("Code,EQ5D W0,EQ5D W12", *rows)
    assert "fractions" in problems("Code,SALT W0,SALT W12", *rows)
