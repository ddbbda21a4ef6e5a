"""Which words are the file's own."""

from __future__ import annotations

import pytest

from aadash.app.session.samples import load_sample
from aadash.language import say, speaking
from aadash.language.own import own_words
from tests.making import cohort_of


@pytest.mark.parametrize(("language", "said"), [("ko", "원형탈모증 아형: diffuse"), ("ja", "円形脱毛症の病型: diffuse")])
def test_a_column_that_our_texts_call_by_its_role_is_named_in_the_language(language: str, said: str) -> None:
    """ "AA subtype" stayed English beside “성별”, and a model was “adjusted for” age and sex, since the file calls its columns so."""
    with speaking(language, own_words(load_sample("korea_2025").cohort)):
        assert say("AA subtype: diffuse") == said
        adjusted = say("Adjusted for age, sex and disease duration.")
        assert not any(word in adjusted for word in ("age", "sex", "duration"))
        assert say("diffuse") == "diffuse" and say("paper group") == "paper group"


def test_a_column_of_the_same_name_without_the_role_stays_the_files() -> None:
    with_role = cohort_of([[80, 40]] * 2, Sex=["f", "m"], Age=["old", "Sex"], roles={"sex": "Sex"})
    own = own_words(with_role).words
    assert "Age" in own and "Sex" in own  # a level is called "Sex"
    assert "Sex" not in own_words(cohort_of([[80, 40]] * 2, Sex=["f", "m"], roles={"sex": "Sex"})).words
    assert "Sex" in own_words(cohort_of([[80, 40]] * 2, Sex=["f", "m"])).words
