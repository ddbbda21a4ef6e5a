"""The form: what is typed comes back as it was typed, and what is no number is named."""

from __future__ import annotations

import pandas as pd

from aadash.papercheck.check import check
from aadash.papercheck.form import COLUMNS, RESPONSE_COLUMNS, frame_of, interval_of, items_of, response_frame, responses_of
from aadash.papercheck.korea import korean_paper


def test_items_come_back_as_they_were() -> None:
    paper = korean_paper()
    items, notes = items_of(frame_of(paper.items), paper.items)
    assert tuple(items) == paper.items and not notes
    responses, more = responses_of(response_frame(paper.responses))
    assert tuple(responses) == paper.responses and not more


def row(**cells: object) -> pd.DataFrame:
    return pd.DataFrame([{name: cells.get(name, "") for name in COLUMNS}], dtype=object)


def test_a_row_typed_by_hand_is_checked() -> None:
    items, notes = items_of(row(Row="Male", n="117", Count="54", Percent="47.0 %"))
    assert not notes and items[0].percent is not None and items[0].percent.text == "47.0"
    from aadash.papercheck.paper import Paper

    assert check(Paper(items=tuple(items))).of("certain")


def test_what_is_no_number_is_named_not_dropped() -> None:
    items, notes = items_of(row(Row="Male", n="many", Count="5.5", Percent="abc", p="NS"))
    assert len(items) == 1 and items[0].count is None
    assert [n.split(":")[0] for n in notes] == ["row 1, n", "row 1, Count", "row 1, Percent", "row 1, p"]


def test_empty_and_missing_cells() -> None:
    assert items_of(pd.DataFrame([[None] * len(COLUMNS)], columns=list(COLUMNS))) == ([], [])
    items, notes = items_of(pd.DataFrame([[float("nan")] * 4 + ["10", "5", "50"] + [None] * 6], columns=list(COLUMNS)))
    assert not notes and items[0].n == 10 and items[0].row == "row 1"


def test_responders_that_cannot_be_are_named() -> None:
    frame = pd.DataFrame(
        [["A", "36", "10", "", "12", "", "", ""], ["B", "36", "", "", "1", "", "", ""]], columns=list(RESPONSE_COLUMNS)
    )
    found, notes = responses_of(frame)
    assert not found and len(notes) == 2


def test_an_interval_needs_two_numbers_in_order() -> None:
    assert interval_of("10.45", "25.18") is not None
    assert interval_of("25.18", "10.45") is None and interval_of("x", "1") is None and interval_of("", "") is None
