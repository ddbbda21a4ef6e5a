"""Lists in a finished text: taken apart outside of brackets and quotation marks, a quoted name however long."""

from __future__ import annotations

import re

import pytest

from aadash.language import say, speaking
from aadash.language.lists import ITEMS, REASON, REASONS, each_is, is_name, outside


def test_a_list_is_taken_apart_outside_of_brackets_and_quotation_marks() -> None:
    assert outside(ITEMS, "A (x, y), “b, c” and d")[::2] == ["A (x, y)", "“b, c”", "d"]
    assert outside(REASONS, "3 in a stratum (fewer than two, or no spread), 17 seen at week 36, 9 patients")[::2] == [
        "3 in a stratum (fewer than two, or no spread)",
        "17 seen at week 36, 9 patients",
    ]


def test_a_name_is_short_or_stands_in_quotation_marks() -> None:
    assert is_name("Group A") and is_name("“Group A, above 50: 83 (70.9 %), of all who were seen”")
    assert not is_name("which of all these patients were seen again") and not is_name("“a” and of these some more were “b”")


def test_each_item_is_such_a_text_or_not() -> None:
    counted = re.compile(r"\d+ in \w+$")
    assert each_is(counted, "3 in A and 4 in B") and not each_is(counted, "3 in A and more") and not each_is(counted, "3 in A")
    assert REASON.match("{unassigned} with nothing recorded for {title}") and not REASON.match("{n} patients with {x}")


@pytest.mark.parametrize(
    ("language", "joined"),
    [
        ("ko", "“Systemic lupus erythematosus: 1 (0.8 %)” 및 “Group B, at most 50: 34 (29.0 %)”는 117과 맞습니다"),
        ("ja", "「Systemic lupus erythematosus: 1 (0.8 %)」と「Group B, at most 50: 34 (29.0 %)」は117と整合します"),
    ],
)
def test_quoted_names_are_joined_and_quoted_as_the_language_does(language: str, joined: str) -> None:
    """“… and …” stood between two rows of a paper in Korean and Japanese."""
    text = (
        "19 of 23 percentages are not what n = 117 gives but what 119 gives, cut off, not rounded (Female: 63 (52.9 %); …); “Systemic "
        "lupus erythematosus: 1 (0.8 %)” and “Group B, at most 50: 34 (29.0 %)” fit 117."
    )
    with speaking(language):
        assert joined in say(text)
