"""Texts of pages in Korean and Japanese: numbers stay with their weeks, the file's words as they are, and no word stays English."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import numpy as np
import pytest

from aadash.analyses import REGISTRY
from aadash.analyses.two_measures import METHOD
from aadash.charts import chart
from aadash.charts.spoken import in_language
from aadash.cohort import Cohort
from aadash.language import Own, say, speaking
from aadash.language.own import own_words
from aadash.plan import AnalysisPlan
from aadash.views import VIEWS, context_for
from tests.language.test_shown import shown
from tests.making import NAN, asking, cohort_of

#: A week in Korean and Japanese, and in English: "week 8", "weeks 8, 12 and 24", "12 weeks", "12 of 24 weeks".
_SAID = {"ko": re.compile(r"(\d+(?:\.\d+)?)주(?!일)"), "ja": re.compile(r"(\d+(?:\.\d+)?)週")}
_NAMED = re.compile(r"\b[Ww]eeks? (\d+(?:(?:, | and | or | to |–)(?:week )?\d+)*)")
_COUNTED = re.compile(r"(\d+(?:\.\d+)?(?:(?:, | and | or | to |–|–)\d+)*) (?:of (\d+) |or more )?weeks?\b")


def astray(language: str, english: str, said: str) -> set[str]:
    """Numbers that are weeks in what is said and none in English."""
    weeks = {n for found in _NAMED.findall(english) for n in re.findall(r"\d+", found)}
    weeks |= {n for found in _COUNTED.findall(english) for part in found for n in re.findall(r"\d+(?:\.\d+)?", part)}
    return set(_SAID[language].findall(said)) - weeks


def small() -> Cohort:
    """Twenty-four patients with gaps, three strata and a level called like one of ours."""
    rng = np.random.default_rng(5)
    rows = np.clip(np.round(rng.normal(60, 25, (24, 1)) + rng.normal(-9, 8, (24, 4)).cumsum(1), 1), 0, 100)
    rows[rng.random((24, 4)) < 0.12] = NAN
    arms = ["Mean", "drug 4 mg", "placebo"] * 8
    return cohort_of(rows.tolist(), [0, 8, 16, 24], sex=["f", "m"] * 12, arm=arms, roles={"sex": "sex"})


def both_ways(language: str, names: tuple[str, ...], plan: AnalysisPlan) -> Iterator[tuple[str, str]]:
    """Every text of some pages, in English and in the language."""
    cohort = small()
    context = context_for(cohort, plan, asking())
    for name in names:
        parts = VIEWS[name].content(context)
        english = list(shown(parts))
        with speaking(language, own_words(cohort)):
            yield from zip(english, shown(parts), strict=True)


@pytest.mark.parametrize("language", ["ko", "ja"])
@pytest.mark.parametrize("split", ["severity", "arm"])
def test_a_week_is_a_week_in_every_language(language: str, split: str) -> None:
    plan = AnalysisPlan(stratifier=split, missing="locf" if split == "arm" else "observed", endpoint="SALT50")
    pages = ("trajectories", "responders", "missing_visits", "data_quality", "time_to_response", "comparisons", "papers")
    found = [(e, s, lost) for e, s in both_ways(language, pages, plan) if (lost := astray(language, e, s))]
    assert not found, found[0]


def test_weeks_astray_are_seen() -> None:
    assert astray("ko", "Group A: week 0 46.8", "A:군 0 46.8주") == {"46.8"}
    assert not astray("ja", "weeks 8, 12 and 24; 19.1 of 36 weeks", "8週、12週と24週、36週のうち19.1")


def test_numbers_stay_with_their_weeks_behind_a_label() -> None:
    """The name before the colon is none of the parts of “… week …”: 46.8 is a mean, and week 0 its visit."""
    text = "Group A: week 0 46.8, week 4 43.7 and week 8 3.0."
    with speaking("ko"):
        assert say(text) == "A군: 0주 46.8, 4주 43.7 및 8주 3.0."
    with speaking("ja"):
        assert say(text) == "A群: 0週 46.8、4週 43.7と8週 3.0。"


def test_a_level_of_the_file_behind_its_title_stays() -> None:
    with speaking("ja", Own(frozenset({"Female", "sex"}), ())):
        assert say("Sex: Female") == "性別: Female"
    with speaking("ja"):
        assert say("Sex: Female") == "性別: 女性"


def test_a_method_that_begins_with_a_label_is_said_sentence_by_sentence() -> None:
    for language in ("ko", "ja"):
        with speaking(language):
            assert "repeated-measures" not in say(METHOD)


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_what_tables_and_pictures_say_in_a_word_is_said(language: str) -> None:
    own = Own(frozenset({"baricitinib 2 mg"}), ())
    with speaking(language, own):
        for text in (
            "Significant", "Not significant", "the same", "another", "holds", "doubtful", "broken", "counted",
            "visits made instead", "lower limit", "(A) Group A (SALT > 50), n = 20",
            "Patients not seen, by stratum and week. Most: baricitinib 2 mg, Week 24, 3/18 (16.7 %).",
            "group A; count and n are the only whole numbers that give every printed percentage of this group: 75, not the 83 of its "
            "Table 1",
            "Paired t-test by pingouin against AAdash's mixed model, adjusted over the weeks",
        ):  # fmt: skip
            assert not re.search(r"\b(?!SALT|pingouin|AAdash|Table|baricitinib|mg)[A-Za-z]{3,}", say(text)), say(text)


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_bold_sentences_and_what_follows_them_are_said(language: str) -> None:
    """As in the fold of further doubts: the doubt in bold, and its lesson."""
    text = (
        "**A difference between strata here says who does better on treatment, not in whom the drug works better: there is no control "
        "arm in either stratum.** A difference between strata says who does better on the drug, not in whom the drug works better."
    )
    with speaking(language):
        said = say(text)
        assert said.startswith("**") and said.count("**") == 2 and not re.search(r"[A-Za-z]{3}", said)
        assert not re.search(r"[A-Za-z]{3}", say("low") + say("very low") + say("moderate") + say("high"))


@pytest.mark.parametrize(
    ("language", "bold"),
    [
        ("ko", "**SALT75는 경증 환자에게 더 적은 점수의 호전을 요구하며, 중증도가 곧 군을 나눕니다\\.** **SALT≤20도 보십시오\\.**"),
        ("ko", "**어느 SALT 층에도, 대조군이 없습니다\\.** "),
        ("ja", "**SALT75, SALT≤20に対照群がありません。** "),
        ("ko", "**SALT, "),
    ],
)
def test_bold_sentences_that_are_said_already_stay_and_their_lesson_is_said(language: str, bold: str) -> None:
    """Taken apart at a comma, half of a pair of asterisks asked for itself without end, and the page ended."""
    lesson = "A difference between strata says who does better on the drug, not in whom the drug works better."
    with speaking(language):
        assert say(bold) == bold
        if bold.count("**") > 1:
            assert say(bold + lesson).startswith(bold.strip()) and lesson not in say(bold + lesson)


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_the_bootstrap_is_said_with_its_numbers(language: str) -> None:
    text = (
        "For the mean change the bootstrap gives −71.4 to −38.1, much the same as −73.0 to −37.6 by the closed form. For the "
        "median change it gives −60.9 (−87.3 to −32.4); there is no closed form."
    )
    with speaking(language):
        said = say(text)
    assert not re.search(r"[A-Za-z]{3}", said)
    assert re.findall(r"−\d+\.\d", said) == re.findall(r"−\d+\.\d", text)


@pytest.mark.parametrize(("language", "week"), [("ko", "8주"), ("ja", "8週")])
def test_the_axis_of_the_flow_names_its_visits(language: str, week: str) -> None:
    result = REGISTRY["severity_flow"].function(small(), AnalysisPlan())
    with speaking(language, own_words(small())):
        drawn = json.dumps(in_language(chart(result, "flow")).spec, ensure_ascii=False)
    assert f"'{week}'" in drawn and "Week 8" not in drawn


@pytest.mark.parametrize(("language", "never"), [("ko", "site 3 도달하지 않음, B 도달하지 않음"), ("ja", "site 3 未到達とB 未到達")])
def test_a_level_that_is_a_number_is_no_count_of_patients(language: str, never: str) -> None:
    """A level "3" was said as three patients, and what happened to the drug stayed English."""
    rows = [[80.0, 85.0 + i, 90.0] for i in range(8)]
    cohort = cohort_of(rows, [0, 12, 24], site=["3", "B"] * 4, drug_stopped=["yes", "no"] * 4)
    plan = AnalysisPlan(stratifier="site")
    with speaking(language, own_words(cohort)):
        said = say(REGISTRY["time_to_response"].function(cohort, plan).sentence)
        assert never.split("도달")[0] in said and not re.search(r"3(?:명|例)", said), said
        estimand = say(REGISTRY["estimand"].function(cohort, plan).sentence)
    assert "4/8 (50.0 %)" in estimand and not re.search(r"\b(?:the|drug|was|stopped) ", estimand), estimand


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_two_visits_and_a_sum_of_nobody_are_said_right(language: str) -> None:
    """Two visits joined by "and" were taken for the parts of one sentence, "none of the 22 patients, so …" for a share."""
    texts = (
        "Group A (SALT > 50): week 0 0.0 and week 24 −47.9. Group B (SALT ≤ 50): week 0 0.0 and week 24 −50.0.",
        "Mean SALT: baseline 61.0 and week 24 27.5.",
        "Share of patients with SALT at each visit, least: Week 24: 79 %, Week 12: 97 % and Week 0: all; and with each fact.",
        "SALT50 at week 24 was reached by none of the 22 patients, so nothing can predict who does. Choose another endpoint or week.",
        "Mann–Whitney test (ranks, exact)",
    )
    with speaking(language):
        for text in texts:
            said = say(text)
            assert not astray(language, text, said), said
            assert not re.search(r"\b(?!SALT|Mann|Whitney)[A-Za-z]{3,}", said), said


@pytest.mark.parametrize(
    ("english", "korean", "japanese"),
    [
        ("By sex: f 3/6 (50.0 %) and m 0/2 (0.0 %).", "성별: f", "性別: f"),
        (
            "The strata differ by more than 0.1 standard deviations in Age (years), Baseline SALT and SALT as trials group it.",
            "나이 (세), 기저 SALT 및 임상시험의",
            "年齢 (歳)、ベースラインのSALTと試験での",
        ),
        ("left out: 3 by the filter “Sex: Male, Female”, 6 by the filter “50 ≤ baseline SALT”", "제외 6명", "による 6例"),
        (
            "left out: 1 in a stratum that could not be tested (fewer than two patients, or no spread), 2 with no visit at week 24",
            "검정할 수 없는 층에 속함",
            "検定できなかった層に属する",
        ),
        (
            "No clear difference in the course of percent change between the strata (stratum × week: F(1, 4) = 0.06, p = 0.815).",
            "F(1, 4)",
            "F(1, 4)",
        ),
        (
            "Within patients SALT and Clin ro brow rise and fall together (repeated-measures r = 0.81, 90 % CI 0.71 to 0.87, "
            "p < 0.001; 33 patients, 90 visits).",
            "SALT와 Clin ro brow는",
            "SALTとClin ro browは",
        ),
    ],
)
def test_a_list_in_a_part_and_a_name_of_several_words(english: str, korean: str, japanese: str) -> None:
    """A list is no name of a score, what stands in quotation marks or brackets is no list, and by sex is 性別, not 性別別."""
    for language, part in (("ko", korean), ("ja", japanese)):
        with speaking(language, Own(frozenset({"f", "m"}), ("Clin ro brow",))):
            said = say(english)
        assert part in said
        assert not re.search(r"\b(?:by the|in a|rise|fall|and) ", said)


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_what_cannot_be_computed_of_arms_with_long_names_and_undated_events_are_said(language: str) -> None:
    """“Drug X 2 mg − Placebo, responders: All 22 patients have …” and “…; what was seen afterwards counts as it is” stayed English."""
    rows = [[80.0 - i, 60.0 + 7 * i % 11, 70.0 - 5 * i % 13 if i % 3 else NAN] for i in range(24)]
    cohort = cohort_of(rows, [0, 12, 24], x=["Drug X given at 2 mg a day", "Placebo"] * 12, stopped=["n", "y", "n", "n"] * 6)
    plan = AnalysisPlan(stratifier="x", arm="x")
    own = own_words(cohort)
    with speaking(language, own):
        for name in ("adjusted_comparison", "estimand"):
            result = REGISTRY[name].function(cohort, plan)
            for text in (result.sentence, *(c.text for c in result.caveats)):
                said = say(text).replace("Drug X given at 2 mg a day", "")
                assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{3,}", said), said
