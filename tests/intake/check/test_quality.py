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
