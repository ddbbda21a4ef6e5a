"""Nested endpoints of a pasted table; which are nested is by definition: an improvement of 90 % is one of 75 % too."""

from __future__ import annotations

import pytest

from aadash.papercheck.abstract import ALONE, WHOLE
from aadash.papercheck.check import check
from aadash.papercheck.finding import Finding, Outcome
from aadash.papercheck.nested import CHECK
from aadash.papercheck.paste import paper_of_text


def read(rows: str, abstract: str = "") -> Outcome:
    return check(paper_of_text(f"Table 2\nEndpoint\tDrug (n = 60)\n{rows}", abstract=abstract))


def nested(outcome: Outcome) -> list[Finding]:
    return [f for f in outcome.findings if f.check == CHECK]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("SALT75\t20 (33.3)\nSALT90\t21 (35.0)", "SALT90 is printed as 21 (35.0 %) and SALT75 as 20 (33.3 %)"),
        ("SALT 100\t21 (35.0)\nSALT 50\t20 (33.3)", "SALT 100 is printed as 21 (35.0 %) and SALT 50 as 20 (33.3 %)"),
        ("SALT ≤20 at week 36\t24 (40.0)\nSALT ≤10 at week 36\t27 (45.0)", "SALT ≤10 is printed as 27 (45.0 %)"),
        ("≥50% improvement\t30 (50.0)\n≥75% improvement\t33 (55.0)", "≥75% improvement is printed as 33 (55.0 %)"),
    ],
)
def test_a_harder_endpoint_with_more_patients_cannot_be(rows: str, said: str) -> None:
    """Passed without a word: 21 of 60 with SALT90 beside 20 with SALT75."""
    found = nested(read(rows))
    assert len(found) == 1 and found[0].certainty == "certain" and said in found[0].found


@pytest.mark.parametrize(
    "rows",
    [
        "SALT75\t20 (33.3)\nSALT90\t20 (33.3)",
        "SALT75 at week 12\t9 (15.0)\nSALT90 at week 36\t15 (25.0)",  # another visit
        "SALT 50–74\t9 (15.0)\nSALT 75–89\t15 (25.0)",  # bands: a patient is in one
        "SALT75\t20 (33.3)\nSALT ≤20\t24 (40.0)",  # neither holds the other
    ],
)
def test_what_is_not_nested_is_not_compared(rows: str) -> None:
    assert nested(read(rows)) == []


def test_endpoints_in_the_header_are_compared_along_the_row() -> None:
    outcome = check(
        paper_of_text("Table 2\nArm\tSALT75 (n = 60)\tSALT90 (n = 60)\nDrug\t20 (33.3)\t21 (35.0)\nPlacebo\t6 (10.0)\t3 (5.0)")
    )
    assert len(nested(outcome)) == 1 and outcome.passed[CHECK] == 1


def test_what_of_an_abstract_is_not_compared_is_said() -> None:
    """Of "In 60 patients 33.3 % (95% CI 21.7 to 46.7) responded at week 36" the 60 and the 36 are not looked up."""
    text = "In 60 patients 33.3 % (95% CI 21.7 to 46.7) responded at week 36. SALT75 was the endpoint."
    outcome = read("SALT75\t20 (33.3)", text)
    assert outcome.undecided[WHOLE] == 2
    missing = [f.found for f in outcome.findings if f.where == "Abstract"]
    assert missing == ["21.7 and 46.7 are in the abstract, but in no table and not in the results."]  # 95 is the level
    alone = check(paper_of_text("", abstract=text))
    assert alone.undecided == {ALONE: 5}


def test_the_papers_own_words_stay() -> None:
    words = paper_of_text("Table 2\nEndpoint\tGroup A (n = 60)\tGroup B (n = 60)\nMale\t20 (33.3)\t3 (5.0)").words
    assert {"Male", "Table 2"} <= words and any(w.startswith("Group A") for w in words)
