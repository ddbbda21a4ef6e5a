"""Subtypes and units of Korean and Japanese files mean what the English ones mean."""

from __future__ import annotations

import pytest

from aadash.candidates import default_reference, unit
from aadash.intake import read
from aadash.strata import SUBTYPE_ORDER, split
from aadash.subtypes import subtype_of, unit_of_time

WORDS = {
    "patchy": ("Patchy", "원형", "원형 탈모", "원형탈모증", "단발형", "단발성", "通常型", "単発型", "円形脱毛症"),
    "multilocularis": ("multifocal", "다발형", "다발성", "多発型", "多発性"),
    "diffuse": ("diffuse", "미만성", "びまん型", "びまん性"),
    "ophiasis": ("ophiasis", "사행성", "사행형", "사행성 탈모", "蛇行型", "蛇行状"),
    "totalis": ("totalis", "AT", "전두", "전두탈모", "전두 탈모증", "全頭型", "全頭脱毛症"),
    "universalis": ("universalis", "AU", "전신", "전신탈모", "汎発型", "汎発性脱毛症"),
}


@pytest.mark.parametrize(("name", "word"), [(n, w) for n, words in WORDS.items() for w in words])
def test_a_word_means_its_subtype(name: str, word: str) -> None:
    assert subtype_of(word) == name


@pytest.mark.parametrize("word", ["other", "기타", "その他", "mixed", "", "unknown"])
def test_other_words_are_none_of_them(word: str) -> None:
    assert subtype_of(word) == ""


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("유병기간(개월)", "months"),
        ("유병기간(년)", "years"),
        ("罹病期間(年)", "years"),
        ("罹病期間(か月)", "months"),
        ("罹病期間（ヶ月）", "months"),
        ("Duration (months)", "months"),
        ("duration", ""),
    ],
)
def test_units_of_headers(header: str, expected: str) -> None:
    assert unit_of_time(header) == expected


@pytest.mark.parametrize("language", [1, 2, -1])
def test_levels_keep_their_words_and_take_the_order_and_the_reference(language: int) -> None:
    words = [WORDS[name][language] for name in SUBTYPE_ORDER]
    rows = "".join(f"P{i},{words[5 - i % 6]},{12 * i},{80 + i % 9},{20 + i % 9}\n" for i in range(18))
    cohort = read(f"환자번호,병형,유병기간(개월),SALT_W0,SALT_W12\n{rows}").accepted()
    levels = split(cohort, "subtype").levels
    assert list(levels) == words
    assert default_reference(list(reversed(levels))) == words[0]
    assert unit(cohort, "duration") == "months"


def test_aa_beside_totalis_and_universalis_is_the_patchy_type() -> None:
    words = ["AU", "AA", "ophiasis", "AT"]
    rows = "".join(f"P{i},{words[i % 4]},{80 + i % 9},{20 + i % 9}\n" for i in range(16))
    cohort = read(f"ID,AA subtype,SALT_W0,SALT_W12\n{rows}").accepted()
    assert list(split(cohort, "subtype").levels) == ["AA", "ophiasis", "AT", "AU"]
    assert default_reference(["AU", "ophiasis", "AA"]) == "AA" and default_reference(["other", "AA"]) == "other"
