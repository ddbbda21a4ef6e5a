"""Long names beside the lines of a chart stand whole, over several lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash import analyses
from aadash.charts import chart, names
from aadash.charts.spoken import in_language
from aadash.language import speaking
from aadash.levels import told_apart, width_of
from aadash.plan import AnalysisPlan
from tests.making import cohort_of

LONG = [f"Alopecia areata of the {kind} kind, with involvement of {what} at visit 1" for kind in "ab" for what in ("nails", "brows")]
FALLS = [[80.0, 80.0 - (i * 7 + k * 13) % 80] for k in range(4) for i in range(14)]
COHORT = cohort_of(
    FALLS, [0, 12], kind=[name for name in LONG for _ in range(14)], roles={"subtype": "kind"}, age=[30.0 + i % 17 for i in range(56)]
)


@given(st.text("ab 가", max_size=90), st.integers(8, 40))
def test_a_name_in_lines_is_the_name_and_no_line_is_too_long(name: str, most: int) -> None:
    lines = names.wrapped(name, most)
    assert names.unwrapped(lines) == name
    assert all(width_of(line.rstrip(" \u200b").lstrip()) <= most + 1 for line in lines.split("\n"))


def test_a_line_that_was_ended_stays_ended() -> None:
    assert names.wrapped("sex: f vs m\n3/4 vs 1/4") == "sex: f vs m\n3/4 vs 1/4" == names.unwrapped("sex: f vs m\n3/4 vs 1/4")


def test_a_name_is_not_parted_within_a_number_and_its_sign() -> None:
    """ "(n =" stood at the end of a line and "13)" under it."""
    assert names.wrapped("Ophiasis of the margins (n = 13)", 28) == "Ophiasis of the margins \n(n = 13)"
    assert names.wrapped("Duration in years at the first visit > 48", 38) == "Duration in years at the first \nvisit > 48"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_forests_hold_names_of_seventy_letters(language: str) -> None:
    """Every name whole, no line of it longer than its room, whatever the language of the words around it."""
    plan = AnalysisPlan(endpoint="SALT50")
    forests = [
        (chart(analyses.predictors(COHORT, plan), "forest"), "row", names.LETTERS),
        (chart(analyses.subgroups_response(COHORT, plan), "forest"), "label", 30),
    ]
    for made, column, most in forests:
        with speaking(language):
            drawn = in_language(made)
        shown = [names.unwrapped(text) for text in drawn.data["points"][column]]
        for name in LONG:
            assert any(name in text for text in shown), (name, shown)
        assert max(width_of(line) for text in drawn.data["points"][column] for line in text.split("\n")) <= most + 2


def test_no_short_name_begins_with_the_unit_of_what_was_left_out() -> None:
    """ "(years) ≤ 0.95" stood in charts, without the years of what."""
    assert told_apart(["Disease duration (years) ≤ 0.95", "Disease duration (years) > 0.95"]) == ("≤ 0.95", "> 0.95")
    assert told_apart(["Age (years) ≤ 40", "Age (years) > 40"]) == ("Age (years) ≤ 40", "Age (years) > 40")


def test_a_number_keeps_the_unit_that_all_names_end_in() -> None:
    """A headline said “23 % of Ritlecitinib 30”."""
    names = ["Placebo then ritlecitinib 50 mg", "Ritlecitinib 30 mg", "Ritlecitinib 50 mg"]
    assert all(short.endswith(" mg") for short in told_apart(names))


def test_a_short_name_ends_and_begins_with_a_word_that_says_something() -> None:
    """As many shared words as there was room for made “Acute of the” and “Chronic of the”."""
    ends = "of the scalp, brows and lashes"
    assert told_apart([f"Acute {ends}", f"Chronic {ends}"]) == ("Acute of the scalp", "Chronic of the scalp")
    ends = "of the eyebrows and of the whole scalp"
    assert told_apart([f"Acute {ends}", f"Chronic {ends}"]) == ("Acute", "Chronic")
    long = ["Multilocular alopecia areata along the hairline", "Alopecia totalis of the second year in the older"]
    assert [short.rpartition("… ")[2] for short in told_apart(long)] == ["hairline", "older"]
