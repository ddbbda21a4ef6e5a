"""A refusal says what the file holds in the place of what was expected, and what to do."""

from __future__ import annotations

import pytest

from aadash.errors import IntakeError
from aadash.intake import read


def table(header: str, *rows: str) -> bytes:
    return "\n".join((header, *rows)).encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            table("ID,Visit date,SALT", *(f"P{i},{d},{s}" for i in range(1, 5) for d, s in (("Spring", 80), ("Autumn", 40)))),
            ["'Visit date'", "'Spring', 'Autumn'", "cannot be read as a date", "baseline", "2024-01-08"],
        ),
        (
            table("ID,SALT_W0,SALT_W12", *(f"P{i},{880 + 10 * i},500" for i in range(1, 9))),
            ["All 8 values of 'SALT_W0' are above 100", "'890'"],
        ),
        (table("ID,SALT_W0,SALT_W12", "P1,S4,S2", "P2,S3,S1"), ["'SALT_W0' holds 'S4', 'S3'", "not numbers from 0 to 100"]),
        (table("ID,SALT_W0,SALT_W12", "P1,,20", "P2,,10", "P3,,5"), ["'SALT_W0'", "empty in every row", "formulas"]),
        (table("ID,2024-01-05,2024-04-05", "P1,80,40", "P2,60,20"), ["headers are dates", "2024-01-05", "SALT_W0"]),
        (
            table(
                "ID,Region,SALT_W0,SALT_W12",
                *(f"P{i},{r},80,{j}" for i in range(1, 6) for j, r in enumerate(("Top", "Back", "Left"))),
            ),
            ["'Region' holds 'Top', 'Back', 'Left'", "one row per region", "column of its own"],
        ),
    ],
)
def test_the_cause_is_named(content: bytes, words: list[str]) -> None:
    reading = read(content, name="clinic.csv")
    assert reading.draft is None
    for word in words:
        assert word in reading.refusal


def test_a_quotation_mark_that_is_never_closed() -> None:
    with pytest.raises(IntakeError, match="row 3 holds over a million characters; a quotation mark may be missing"):
        read(b"ID,SALT_W0,SALT_W12\nP1,80,40\n" + b'P2,"60,20\n' + b"P3,90,10\n" * 200_000, name="clinic.csv")
