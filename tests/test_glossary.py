"""The glossary: one sentence each, no term twice, and hover help that loses nothing of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash.analyses import REGISTRY
from aadash.glossary import TERMS, Term, by_name, help_of, met, pieces
from aadash.report import html

SPELLINGS = sorted(by_name())


@pytest.mark.parametrize("term", TERMS, ids=lambda t: t.name)
def test_a_term_is_read_once(term: Term) -> None:
    for sentence in (term.meaning, term.misleads):
        assert sentence.endswith(".")
        assert sentence.count(". ") == 0, "one sentence"
        assert len(sentence.split()) <= 26


def test_no_spelling_has_two_meanings() -> None:
    texts = [text.lower() for t in TERMS for text in dict.fromkeys(s.lower() for s in (t.name, *t.spellings))]
    assert len(texts) == len(set(texts))


def test_the_terms_that_pages_begin_with_are_there() -> None:
    for name in ("SALT", "strata", "NRI", "LOCF", "responder", "CI", "Welch's t-test", "Mann–Whitney", "Fisher's exact test", "MMRM"):
        assert name.lower() in by_name()


def test_every_test_that_an_analysis_names_is_explained() -> None:
    """The names of tests, as tables print them, apart from those of a single page whose method explains them."""
    own = {"proportional-odds model", "weighted comparison", "Brunner–Munzel test"}
    names = {t.name for one in REGISTRY.values() for t in one.tests if t.name.endswith("test") or "ANOVA" in t.name}
    assert {name for name in names - own if not met(name)} == set()


@given(st.lists(st.one_of(st.sampled_from(SPELLINGS), st.text(max_size=8)), max_size=8).map(" ".join))
def test_pieces_joined_are_the_text_and_no_term_is_explained_twice(text: str) -> None:
    found = list(pieces(text))
    assert "".join(piece for piece, _ in found) == text
    named = [term.name for _, term in found if term is not None]
    assert len(named) == len(set(named))


def test_the_longest_spelling_wins() -> None:
    assert [t.name for t in met("95 % CI by Welch's t-test; SALT≤20 in 3 of 4")] == [
        "Confidence interval",
        "Welch's t-test",
        "SALT≤20",
    ]


def test_a_short_form_in_small_letters_is_no_term() -> None:
    assert met("sd, ci and per se") == []


def test_hover_help_is_escaped() -> None:
    written = html.hover('SALT < 3 & "LOCF" <b>')
    assert "<b>" not in written
    assert written.count("<abbr ") == 2
    assert "&lt; 3 &amp;" in written
    assert 'title="Severity of Alopecia Tool' in written


def test_an_answer_and_a_header_explain_their_terms() -> None:
    assert '<abbr title="' in html.answer("Mean SALT was 65.2 (95 % CI 58.8 to 71.7).")
    assert "**LOCF**" in help_of("LOCF", "locf") and help_of("LOCF", "locf").count("**LOCF**") == 1
