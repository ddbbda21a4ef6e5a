"""Guess, then reveal: what a page is asked for before it tells."""

from __future__ import annotations

import pytest

from aadash import AnalysisPlan
from aadash.analyses import REGISTRY
from aadash.app.session.samples import load_sample
from aadash.cohort import Cohort
from aadash.document import Answer, KeyNumber, KeyNumbers, Text
from aadash.lessons.cover import ALIKE, DIFFERS, _number, covered
from aadash.lessons.lesson import Number, Pick
from aadash.result import Result
from aadash.views import VIEWS, context_for

KOREA = load_sample("korea_2025").cohort


def ask(name: str, cohort: Cohort, plan: AnalysisPlan, **options: object) -> Result:
    return REGISTRY[name].function(cohort, plan, **options)


def test_the_first_key_number_is_asked_for() -> None:
    parts = [Text("before"), KeyNumbers((KeyNumber("Median", "–"), KeyNumber("SALT75, all patients", "62.4 %")))]
    found = covered("How many respond?", parts, 0.05)
    assert found.question == "How many respond? Guess: SALT75, all patients."
    assert found.guess == Number(0, 100, 1, 62.4, " %")


@pytest.mark.parametrize(("p", "truth"), [(0.049, DIFFERS), (0.05, DIFFERS), (0.051, ALIKE)])
def test_else_whether_the_first_test_differs(p: float, truth: str) -> None:
    result = ask("responders_between", KOREA, AnalysisPlan())
    result.table["p"] = p
    guess = covered("Do they differ?", [Answer(result)], 0.05).guess
    assert isinstance(guess, Pick) and guess.options[guess.truth] == truth


def test_where_there_is_nothing_to_guess_it_says_so() -> None:
    found = covered("Who are they?", [Text("words")], 0.05)
    assert found.guess is None and "look" in found.question


@pytest.mark.parametrize("value", ["−0.7", "0.0", "24", "−40.6 points", "1234", "99.9", "3.2 years", "100 %", "−61.2 %"])
def test_the_answer_is_on_the_slider(value: str) -> None:
    found = _number(value)
    assert found is not None and found.low <= found.truth <= found.high and found.low <= found.start <= found.high


@pytest.mark.parametrize("value", ["p < 0.001", "–", "12/40", "", "not reached"])
def test_what_is_no_number_is_not_asked_for(value: str) -> None:
    assert _number(value) is None


@pytest.mark.parametrize("name", VIEWS)
def test_every_page_can_be_covered(name: str) -> None:
    parts = VIEWS[name].content(context_for(KOREA, AnalysisPlan(), ask))
    assert len(covered(VIEWS[name].question, parts, 0.05).question) > 20
