"""No sentence without its place in the catalogues, none that the source does not show, and parts and numbers kept."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from aadash.language import LANGUAGES
from aadash.language.catalogue import AREAS, FOLDER
from aadash.language.extract.sentences import extract
from aadash.language.template import parts

OTHERS = [code for code in LANGUAGES if code != "en"]
#: So many sentences may be without a translation.
MISSING = {"ko": 0, "ja": 0}

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
#: Words that say “one”.
ALONE = {"a", "an", "each", "single", "only", "no", "none", "nobody"}


@cache
def messages(language: str, area: str) -> dict[str, str]:
    with (FOLDER / language / f"{area}.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=language) if m.id}


@pytest.fixture(scope="module")
def found() -> dict[str, dict[str, set[str]]]:
    return extract()


@pytest.mark.parametrize("language", OTHERS)
def test_catalogues_hold_what_the_source_shows_and_nothing_else(found: dict[str, dict[str, set[str]]], language: str) -> None:
    """Else run ``python scripts/languages.py``."""
    for area in AREAS:
        assert set(messages(language, area)) == set(found[area]), area
    assert {path.stem for path in Path(FOLDER / language).glob("*.po")} == set(AREAS)


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_not_translated_grows_less(language: str) -> None:
    missing = [text for area in AREAS for text, said in messages(language, area).items() if not said]
    assert len(missing) <= MISSING[language]


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("area", AREAS)
def test_parts_and_numbers_are_kept(language: str, area: str) -> None:
    wrong = []
    for text, said in messages(language, area).items():
        if said:
            there, here = (Counter(re.findall(r"\d+(?:\.\d+)?", re.sub(r"\{[^}]*\}", "", t))) for t in (text, said))
            # “two minutes” may become “2분”: a digit more is one that English wrote as a word; a patient is 1例, nobody not even that.
            words = re.findall("[a-z]+", text.lower())
            in_words = {digit for digit, word in enumerate(WORDS) if word in words} | ({1} if ALONE & {*words} else set())
            if set(parts(text)) != set(parts(said)) or there - here or {*(here - there)} - {str(n) for n in in_words}:
                wrong.append((text, said))
    assert wrong == []


def test_a_sentence_is_put_together_from_its_alternatives(tmp_path: Path) -> None:
    from aadash.language.extract.sentences import messages as sentences
    from aadash.language.extract.source import texts_of

    source = tmp_path / "x.py"
    source.write_text(
        "def f(n, rate, clear):\n"
        '    text = f\'At week {n} they {"differ" if clear else "are alike"}\'\n'
        "    if n > 3:\n"
        "        text += f' ({rate:.1f} %)'\n"
        "    key = 'column_name'\n"
        "    if key == 'Something else':\n"
        "        raise ValueError('Nobody sees this sentence')\n"
        "    return text + '. Look again.'\n",
        encoding="utf-8",
    )
    assert {one for text in texts_of(source) for one in sentences(text)} == {
        "At week {n} they differ.",
        "At week {n} they are alike.",
        "At week {n} they differ ({rate} %).",
        "At week {n} they are alike ({rate} %).",
        "Look again.",
    }


def test_short_words_around_parts_are_a_text_and_a_parameter_is_not_another_texts_value(tmp_path: Path) -> None:
    """ "but {name} is {level}" was no text; "{column} was not recorded" was found with "cohort" for the column."""
    from aadash.language.extract.sentences import messages as sentences
    from aadash.language.extract.source import texts_of

    source = tmp_path / "x.py"
    source.write_text(
        "name = 'cohort'\n\n\ndef f(name, level):\n    return f'but {name} is {level}', f'{name} was not recorded'\n", encoding="utf-8"
    )
    found = {one for text in texts_of(source) for one in sentences(text)}
    assert {"but {name} is {level}", "{name} was not recorded"} <= found and "cohort was not recorded" not in found


#: What a Japanese sentence does not hold: brackets, colons and marks of full width, English quotation marks, a spaced dash.
_MARKS = re.compile("[（）：！？“”]|～| 〜|〜 | ~ |。 |、 |[ぁ-んァ-ヶ一-龯]:(?=[{0-9])")
#: A question that is not asked politely.
_BLUNT = re.compile(r"(?<!ます)(?<!です)(?<!ました)(?<!でした)(?<!ません)(?<!しょう)か\?")


def test_japanese_is_written_in_one_way() -> None:
    """Brackets of half width, 「 」 around what is named, a range with 〜, and questions that end in ますか or ですか."""
    said = [text for area in AREAS for text in messages("ja", area).values()]
    wrong = [text for text in said if _MARKS.search(text) or _BLUNT.search(text)]
    assert wrong == [], "write ( ) : ? of half width, 「 」, 〜 without spaces; end a question in ですか or ますか"


#: Particles that do not follow the sound before them: behind what is counted, and “{name}{이/가}라는”.
_SOUND = re.compile(
    r"\}(?:[건명점군층]|개월|번)(?:가|를|는|와)(?=[ ,.;:)]|$)|\}(?:개|주|회|가지)(?:이|을|은|과|으로)(?=[ ,.;:)]|$)"
    r"|\{(?:이/가|을/를|은/는)\}라"
)


def test_korean_particles_follow_what_is_counted() -> None:
    """ "반응률 {n}건와 그 이유", “{unknown}{이/가}라는 절은 없습니다”."""
    assert [text for area in AREAS for text in messages("ko", area).values() if _SOUND.search(text)] == []


#: Forms that another one of docs/LANGUAGES.md stands for, everywhere: “代入” is but in the method 多重代入, one patient is 1例
#: as {n}例 is, and what is an abbreviation in English is a word.
_SHUNNED = {
    "ja": r"(?<!多重)代入|[一二三四五]例|(?<![A-Za-z])S[DE](?![A-Za-z])|切断点|評価項目|欠損|予測変数"
    r"|キャリブレーション|副作用|P値|パーセント点",
    "ko": r"대치|기저값|빠진 방문|(?<![A-Za-z])S[DE](?![A-Za-z])|종료점|부분군|하위그룹|예측변수|컷오프|이상반응|P값|p-값",
}


@pytest.mark.parametrize("language", OTHERS)
def test_one_thing_has_one_form(language: str) -> None:
    """“1例” and “一例”, “SD” and “標準偏差”, “補完” and “代入” stood beside each other."""
    assert [text for area in AREAS for text in messages(language, area).values() if re.search(_SHUNNED[language], text)] == []
