"""Finished English texts in another language: found by sentence, the file's own words untouched, particles by the last sound."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from subprocess import run

import pytest

from aadash.language import Own, current, say, speak, speaking
from aadash.language import catalogue as catalogues
from aadash.language import speaker as speakers
from aadash.language.particles import particle
from aadash.language.template import Template

WORDS = {
    "Mean": "평균",
    "Week": "주",
    "All patients": "전체 환자",
    "Group A ({name} > {cut})": "A군 ({name} > {cut})",
    "{n} patients": "환자 {n}명",
    "{symbol} was reached by {k} at week {week}.": "{week}주에 {k}{이/가} {symbol}{을/를} 달성했습니다.",
    "{who} had a change of {x} ({ci} points).": "{who}{은/는} {x} 변했습니다 ({ci}점).",
    "Look again.": "다시 보십시오.",
    "How does SALT change over time?": "SALT는 시간에 따라 어떻게 변합니까?",
    "{low} to {high}": "{low}~{high}",
    "{first} and {last}": "{first} 및 {last}",
    "{k} of {n} in {who}": "{who} {n}명 중 {k}명",
    "There is one study of {symbol}: {study} {arm}.": "{symbol} 연구는 하나입니다: {study} {arm}.",
    "They differ in {list}": "{list}에서 다릅니다",
    "{what} normal, {name}": "{what} 정규성, {name}",
    "Early responder": "조기 반응자",
}


@pytest.fixture(autouse=True)
def korean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(speakers, "catalogue", lambda language: WORDS)
    speakers._index.cache_clear()
    with speaking("ko", Own(frozenset({"Mean", "P1"}), ("DLQI",))):
        yield
    speakers._index.cache_clear()


def test_a_sentence_with_parts_and_sentences_one_after_another() -> None:
    assert say("SALT50 was reached by 39/75 (52.0 %) at week 36.") == "36주에 39/75 (52.0 %)가 SALT50을 달성했습니다."
    assert say("SALT50 was reached by 3/7 at week 36. Look again.") == "36주에 3/7이 SALT50을 달성했습니다. 다시 보십시오."
    assert say("Nobody knows this. Look again.") == "Nobody knows this. 다시 보십시오."


def test_a_week_is_one_number() -> None:
    """Else “week 16 39.3” in a list of means would be a week called “16 39.3”."""
    template = Template("{study}, week {week}, {split}", "")
    assert template.match("mean, week 12 44.0, week 16 39.3, week 24 30.8") is None
    assert template.match("change, week 12 −33.6, week 16 −39.7, week 24 −51.8") is None
    assert template.match("mean, week 1 200, all") == {"study": "mean", "week": "1 200", "split": "all"}


def test_a_part_keeps_its_brackets_closed_and_is_said_itself() -> None:
    assert say("Group A (SALT > 50) had a change of 3.1 (1.0 to 5.2 points).") == "A군 (SALT > 50)은 3.1 변했습니다 (1.0~5.2점)."


@pytest.mark.parametrize("text", ["Mean", "P1", "  Mean"])
def test_a_word_of_the_file_is_never_translated(text: str) -> None:
    assert say(text) == text


def test_a_word_of_the_file_stays_within_a_sentence() -> None:
    assert say("Mean was reached by 3/7 at week 36.") == "36주에 3/7이 Mean을 달성했습니다."
    assert say("Week, Mean") == "주, Mean"


def test_a_short_name_with_its_numbers() -> None:
    assert say("Group A (SALT > 50) 46/83 (55.4 %)") == "A군 (SALT > 50) 46/83 (55.4 %)"
    assert say("Group A (SALT > 50) 46/83 (55.4 %) and Week 3/4") == "A군 (SALT > 50) 46/83 (55.4 %) 및 주 3/4"


def test_a_part_goes_over_no_end_of_a_sentence() -> None:
    text = "There is one study of SALT75: Korea 4 mg 62.4 %. Look again."
    assert say(text) == "SALT75 연구는 하나입니다: Korea 4 mg 62.4 %. 다시 보십시오."
    assert say("They differ in SALT. Look again.") == "SALT에서 다릅니다. 다시 보십시오."


def test_no_sentence_ends_within_a_name_in_quotation_marks() -> None:
    assert say("They differ in 'Pat. No'. Look again.") == "'Pat. No'에서 다릅니다. 다시 보십시오."
    assert say('They differ in "Dr. Kim\'s SALT". Look again.') == '"Dr. Kim\'s SALT"에서 다릅니다. 다시 보십시오.'
    assert say("They differ in '140'. Look again. Nobody's '-5.' is this.").startswith(
        "'140'에서 다릅니다. 다시 보십시오. Nobody's '-5.'"
    )


def test_names_and_numbers_of_a_list_are_joined_as_the_language_does() -> None:
    assert say("They differ in BRAVE-AA1 and BRAVE-AA2") == "BRAVE-AA1 및 BRAVE-AA2에서 다릅니다"
    assert say("P1 3/7 and P1 4/7") == "P1 3/7 및 P1 4/7"
    assert say("An unknown thing and another one") == "An unknown thing and another one"
    with speaking("ko", Own(frozenset({"skin and hair"}))):
        assert say("They differ in skin and hair") == "skin and hair에서 다릅니다"


def test_so_many_of_so_many_in_a_group() -> None:
    assert say("Early responder in 3/7 and Mean in 2/7") == "조기 반응자 3/7 및 Mean 2/7"
    assert say("They differ in 3 of 7 in Group A (SALT > 50)") == "A군 (SALT > 50) 7명 중 3명에서 다릅니다"


def test_a_short_sentence_takes_a_name_with_brackets() -> None:
    assert say("Scale normal, Group A (SALT > 50)") == "Scale 정규성, A군 (SALT > 50)"


def test_a_name_within_a_list_may_begin_with_a_small_letter() -> None:
    assert say("early responder 3/7; early responder 1/2") == "조기 반응자 3/7; 조기 반응자 1/2"


def test_what_nobody_translated_and_numbers_stay() -> None:
    for text in ("An unknown sentence about hair.", "12.3", "p < 0.001", "", "환자 3명"):
        assert say(text) == text


def test_english_is_given_back_at_once_and_loads_nothing() -> None:
    speak("en")
    text = "Look again."
    assert say(text) is text and current() == "en"
    code = (
        "import sys, aadash.language as l; l.speak('en'); l.say('Week'); print({'babel', 'aadash.language.speaker'} & {*sys.modules})"
    )
    assert run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("before", "pair", "form"),
    [
        ("환자", "은/는", "는"),
        ("평균", "은/는", "은"),
        ("1", "으로/로", "로"),  # 일
        ("3", "으로/로", "으로"),  # 삼
        ("2", "을/를", "를"),  # 이
        ("6", "을/를", "을"),  # 육
        ("50", "이/가", "이"),  # 오십
        ("52.0 %", "이/가", "가"),  # 퍼센트
        ("SALT", "을/를", "를"),  # 솔트
        ("A군 (SALT > 50)", "은/는", "은"),  # 군
        ("서울", "으로/로", "로"),
        ("“평균”", "과/와", "과"),
        ("baricitinib", "은/는", "은"),  # 바리시티닙
        ("baricitinib 4 mg", "을/를", "을"),  # 밀리그램
        ("placebo", "은/는", "는"),  # 플라세보
        ("smoker", "이/가", "가"),  # 스모커
        ("multifocal", "으로/로", "로"),  # 멀티포컬
        ("duration", "으로/로", "으로"),  # 듀레이션
        ("Male", "이/가", "이"),  # 메일
        ("baseline", "은/는", "은"),  # 베이스라인
        ("acne", "이/가", "가"),  # 애크니
        ("week", "은/는", "는"),  # 위크
        ("R", "은/는", "은"),  # 알
        ("DLQI", "을/를", "를"),  # 디엘큐아이
        ("JAK1", "은/는", "은"),  # 일
        ("MMRM", "은/는", "은"),  # 엠엠알엠
    ],
)
def test_particles_follow_the_last_sound(before: str, pair: str, form: str) -> None:
    assert particle(pair, before) == form


def test_a_name_twice_is_the_same_text_twice() -> None:
    twice = Template("{a} of {n}: {b} of {n} patients", "{n}: {a}, {b}")
    assert twice.match("1 of 5: 2 of 5 patients") == {"a": "1", "n": "5", "b": "2"}
    assert twice.match("1 of 5: 2 of 6 patients") is None


def test_the_real_catalogues_can_be_read() -> None:
    assert isinstance(catalogues.catalogue("ja"), dict)


def test_a_text_about_another_score_is_the_text_about_salt() -> None:
    assert say("How does DLQI change over time?") == "DLQI는 시간에 따라 어떻게 변합니까?"
    assert say("How does PASI change over time?") == "How does PASI change over time?", "no score of this file"


def test_the_unit_behind_a_title_is_none_of_its_parts() -> None:
    """An axis was titled “36 (%)주의 SALT75”."""
    title = Template("{symbol} at week {week}", "{week}주의 {symbol}")
    assert title.match("SALT75 at week 36") == {"symbol": "SALT75", "week": "36"}
    assert title.match("SALT75 at week 36 (%)") is None
