"""One patient, one row, one event: what is told of a file counts them."""

from __future__ import annotations

import pytest

from aadash.intake import read

MAIN = "ID,Sex,SALT_W0,SALT_W12\nP1,F,80,20\nP2,M,70,30\nP3,F,60,\n"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([MAIN, "ID,adverse event,grade\nP1,acne,1\nP9,acne,1\nP2,none,\n"], "lists events of 1 patient not in the cohort (P9)"),
        ([MAIN, "ID,adverse event,grade\nP1,acne,1\nP2,none,\n"], "1 adverse event of 1 patient; that there was none stands in 1 row"),
        ([MAIN, "ID,Age\nP1,30\nP2,40\nP8,41\n"], "lists 1 patient not in the main table (P8): not used."),
        ([MAIN, "ID,Age\nP1,30\nP2,40\n"], "has nothing about 1 patient of the main table."),
        ([MAIN, "ID,SALT_W12,SALT_W24\nP1,21,5\nP2,30,5\nP3,9,5\n"], "differ in 1 cell (P1 week 12: 20 and 21)"),
        ([MAIN, "ID,SALT_W12,SALT_W24\nP1,20,5\nP2,30,5\nP3,9,5\n"], "weeks 24 and 1 empty cell."),
        ([MAIN, "ID,Sex,SALT_W24\nP1,F,5\nP2,F,5\nP3,F,5\n"], "differs for 1 patient (P2)"),
        (["ID,AE,SALT_W0,SALT_W12\nP1,acne,80,20\nP2,,70,30\n"], "names 1 adverse event of 1 patient; as a fact"),
        (
            ["ID,status,SALT_W0,SALT_W12\nP1,on drug,80,20\nP2,screen failure,70,30\n"],
            "people who failed screening or got no dose, in 1 row",
        ),
        (["ID,SALT_W0,SALT_W12\nP1,80,20\nP1,80,20\nP2,70,30\n"], "has P1 more than once with the same content"),
        (["ID,SALT_W0,SALT_W12\nP1,80,20\nP1,80,20\nP2,70,30\nP2,70,30\nP3,1,1\n"], "has P1, P2 more than once"),
        (
            [
                "ID,first dose,date,SALT\nP1,2024-01-01,2024-01-01,80\nP1,2024-01-01,2024-03-25,20\n"
                "P3,,2024-02-01,60\nP3,,2024-04-25,30\n"
            ],
            "it is missing for 1 patient: the first visit is taken for it.",
        ),
    ],
)
def test_one_is_one(files: list[str], words: str) -> None:
    found = read([(f"{i}.csv", text.encode()) for i, text in enumerate(files)])
    assert any(words in p.message for p in found.problems), [p.message for p in found.problems]


def test_what_is_kept_as_another_measure_is_not_called_unused() -> None:
    text = "ID,Visit,PARAM,AVAL\n" + "".join(
        f"P{i},W{w},{m},{20 + i + w}\n" for i in range(4) for w in (0, 12) for m in ("SALT", "DLQI")
    )
    told = {p.code: p.message for p in read(text.replace("DLQI,", "DLQI,1").encode(), name="visits.csv").problems}
    assert "8 rows of something other than 'SALT', not read as SALT." in told["other_measures"]


def test_one_spelling_or_another_is_one_fact() -> None:
    """P1 was told to be F at one visit and f at the other, that nothing says which is right, and had no sex."""
    rows = [
        f"P{i},{sex},W{w},{60 - i - w}"
        for i, both in enumerate(("Ff", "MM", "FF", "MM"))
        for w, sex in zip((0, 12), both, strict=True)
    ]
    found = read(("ID,Sex,Visit,SALT\n" + "\n".join(rows)).encode(), name="visits.csv")
    assert "fact_differs" not in [p.code for p in found.problems]
    assert found.draft is not None and found.draft.patients["Sex"].tolist() == ["F", "M", "F", "M"]
