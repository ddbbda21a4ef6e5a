"""Texts of pages in Korean and Japanese: numbers stay with their weeks, the file's words as they are, and no word stays English."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

import aadash
from aadash import analyses
from aadash.analyses import REGISTRY
from aadash.analyses.analysis_set import AnalysisSet
from aadash.analyses.model_based import fit
from aadash.analyses.subgroups import credibility
from aadash.analyses.two_measures import METHOD
from aadash.app.session.samples import load_sample
from aadash.app.upload.mapping_screen import WORD_ROLES
from aadash.charts import chart
from aadash.charts.spoken import in_language
from aadash.cohort import Cohort
from aadash.document import KeyNumbers, TextTable, walk
from aadash.errors import NotComputable
from aadash.evidence import published
from aadash.evidence.rate import ARMS_IN_WORDS, STUDIES_IN_WORDS
from aadash.intake import Decisions, read
from aadash.language import Own, say, speaking
from aadash.language.own import own_words
from aadash.measures import DLQI
from aadash.model_plan import ModelPlan
from aadash.papercheck.check import check
from aadash.papercheck.paste import paper_of_text
from aadash.plan import AnalysisPlan
from aadash.report.html import table
from aadash.report.lines import lines
from aadash.report.spoken import said_frame
from aadash.report.tables import blocks, printable
from aadash.stats.mmrm import mmrm
from aadash.views import VIEWS, context_for
from aadash.views.file_account import listed
from aadash.views.paper_check import paper_check
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
            "scores recorded instead", "lower limit", "(A) Group A (SALT > 50), n = 20",
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
        "**There is no untreated arm here: a difference between strata says who does better on treatment, not in whom the drug "
        "works better.** A difference between strata says who does better on the drug, not in whom the drug works better."
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
def test_a_name_in_bold_at_the_end_of_a_sentence_is_no_end_of_the_page(language: str) -> None:
    """The list of lessons ended with an error: what follows the name begins with a full stop, before which there is nothing."""
    text = (
        "Each lesson asks a question, takes your guess, and answers with numbers of the cohort in use. In use: **Clinic**. "
        "Where a lesson needs something that it does not have, a sample is offered."
    )
    with speaking(language):
        assert "minutes" not in say("1\\. Reading a spaghetti plot · about 4 minutes"), "in the list itself"
        assert say(".") == "." and "**Clinic**" in say(text) and not re.search("In use|lesson|sample", say(text))


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_a_firm_space_makes_no_other_firm(language: str) -> None:
    """A card went 429 px out of a telephone: one firm space before a percent sign, and all of a sentence stayed on one line."""
    text = (
        "5 of 7 percentages are not what n = 117 gives but what 119 gives, rounded to the nearest "
        "(Acne: 5 (4.20 %); Fever: 5 (4.20 %))."
    )
    firm = text.replace(" %", "\u00a0%")
    with speaking(language):
        assert "Acne: 5" in say(firm) and "4.20\u00a0%" in say(firm) and not re.search("percentages|nearest", say(firm)), (
            "said, with the spaces that it had"
        )
        assert say("All\u00a0patients") == say("All patients").replace(" ", "\u00a0"), "a cell of one line stays one"


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


@pytest.mark.parametrize(("language", "never"), [("ko", "site 3 및 B에서 도달하지 않음"), ("ja", "site 3とBで未到達")])
def test_a_level_that_is_a_number_is_no_count_of_patients(language: str, never: str) -> None:
    """A level "3" was said as three patients, and what happened to the drug stayed English."""
    rows = [[80.0, 85.0 + i, 90.0] for i in range(8)]
    cohort = cohort_of(rows, [0, 12, 24], site=["3", "B"] * 4, drug_stopped=["yes", "no"] * 4)
    plan = AnalysisPlan(stratifier="site")
    with speaking(language, own_words(cohort)):
        said = say(REGISTRY["time_to_response"].function(cohort, plan).sentence)
        assert never in said and not re.search(r"3(?:명|例)", said), said
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


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_an_assumption_that_is_not_met_is_said_whole(language: str) -> None:
    """In the SAMPL list it stayed half English."""
    with speaking(language):
        for text in (
            "The assumption “Percent change normal, Group A (SALT > 50)” is not met: Shapiro–Wilk W = 0.902, p = 0.046: not normal, "
            "and n = 20 is small: trust the rank test more.",
            "The assumption “Sphericity, percent change” is not met: Mauchly W = 0.295, p < 0.001, epsilon 0.59: read the corrected "
            "p-values.",
        ):
            assert not re.search(r"\b(?!SALT|Shapiro|Wilk|Mauchly)[A-Za-z]{3,}", say(text)), say(text)


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_a_heading_of_ours_is_said_where_a_level_of_the_file_has_its_name(language: str) -> None:
    cohort = cohort_of(
        [[80, 40], [60, 10], [90, 85]],
        [0, 24],
        kind=["Treatment", "Disease", "Demographics"],
        sex=["f", "m", "f"],
        drug=["a", "b", "a"],
        roles={"sex": "sex", "drug": "drug"},
    )
    frame = printable(REGISTRY["baseline"].function(cohort, AnalysisPlan()))
    with speaking(language, own_words(cohort)):
        shown = [line.cells[0] for line in lines(said_frame(frame)) if line.section]
        levels = [line.cells[0] for line in lines(said_frame(frame)) if line.indent == 2]
        heads = re.findall(r"<span>([^<]+)</span></th></tr>", table(frame))
    assert shown and shown == heads and not re.search(r"Treatment|Demographics", " ".join(shown)), shown
    assert {"Treatment", "Disease", "Demographics"} <= set(levels)


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_arms_of_published_rates_are_said_unless_they_are_a_drug_and_its_dose(language: str) -> None:
    words = {arm.lower() for arm in ARMS_IN_WORDS}
    others = {r.arm for r in published() if not re.fullmatch(r"[a-z]+ [\d.]+ mg(?: bid| → [\d.]+ mg)?", r.arm)}
    assert others == words, "“4 mg, then 2 mg” stayed English in a list, whose commas part what it says"
    with speaking(language):
        assert all(not re.search(r"[A-Za-z]{3}", say(arm).replace("baricitinib", "")) for arm in others)
        assert not re.search(r"[a-z]{5}", "".join(map(say, STUDIES_IN_WORDS)))
        assert not re.search(r"[A-Za-z]", say("Percent of 117") + say("No, it is not") + say("Sure"))


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_the_name_of_a_sheet_is_no_part_of_what_is_said_of_it(language: str) -> None:
    """“経過: DLQI at weeks 0, 12” became “at weeks 0, 12 経過: DLQI”, and “患者背景: Column … says” stayed English."""
    visits = "患者ID,週,SALT,DLQI\n" + "".join(f"P{i},{w},{80 - w},{9 + i - w // 6}\n" for i in range(5) for w in (0, 12))
    people = "患者ID,性別,喫煙\nP0,男,不明\nP1,男,あり\nP2,女,なし\nP3,女,不明\nP4,女,あり\n"
    reading = read([("経過.csv", visits.encode()), ("患者背景.csv", people.encode())])
    with speaking(language):
        told = [say(p.text) for p in listed(reading, Decisions(), reading.problems, "x") if hasattr(p, "text")]
    first = next(text for text in told if "DLQI" in text)
    assert first.startswith("経過.csv: ") and first.count("経過") == 1
    assert any(text.startswith("患者背景.csv: ") and "喫煙" in text for text in told)
    assert not [text for text in told if re.search(r"(?<!\.)\b(?!SALT|DLQI|ID)[A-Za-z]{4,}", text)]


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_what_is_asked_about_a_value_is_said_whole(language: str) -> None:
    """The commonest question of an upload was half English: an empty hint after its full stop was taken for a part of the sentence."""
    wide = "ID,SALT 1차,SALT 2차\nP0,80,150\nP1,70,30\nP2,90,-9\nP3,60,20\n"
    codes = "ID,SALT_W0,SALT_W12\nP0,80,999\nP1,70,30\n"
    asked = [p for text in (wide, codes) for p in read(text).problems if p.level == "error"]
    assert {p.code for p in asked} >= {"visit_number", "out_of_range"}
    with speaking(language):
        for problem in asked:
            said = say(problem.message)
            assert not re.search(r"\b(?!SALT|ID)[A-Za-z]{3,}", said), said
            assert "로로" not in said and "としてとします" not in said


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_a_score_has_one_name_wherever_it_stands(language: str) -> None:
    """“기저 눈썹 ClinRO (절단값 2)” stood over “기저 Eyebrow ClinRO ≤ 2”."""
    with speaking(language, Own(frozenset(), ("Eyebrow ClinRO", "DLQI"))):
        name = say("Eyebrow ClinRO")
        assert "Eyebrow" not in name
        for text in (
            "Baseline Eyebrow ClinRO ≤ 2",
            "Eyebrow ClinRO > 1",
            "Mean Eyebrow ClinRO at baseline",
            "Baseline Eyebrow ClinRO",
        ):
            assert name in say(text) and "Eyebrow" not in say(text)
    with speaking(language, Own(frozenset(("Eyebrow ClinRO",)), ("Eyebrow ClinRO",))):
        assert "Eyebrow ClinRO" in say("Mean Eyebrow ClinRO at baseline")


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_why_columns_are_not_in_table_1_is_said_of_each(language: str) -> None:
    """Of a column “Acne” it stayed English, as its reason held a list of its own."""
    cohort = cohort_of(
        [[80, 40]] * 20,
        Acne=["yes", "no"] * 10,
        Stopped=["no", "yes"] * 10,
        Note=["seen in week 4", "none"] * 10,
        Words=[f"word {i}" for i in range(20)],
        Empty=[None] * 20,
    )
    told = next(c.text for c in REGISTRY["baseline"].function(cohort, AnalysisPlan()).caveats if c.code == "not-in-table")
    assert all(f"“{c}”" in told for c in ("Acne", "Stopped", "Note", "Words", "Empty"))
    with speaking(language, Own(words=frozenset(map(str, cohort.patients.columns)))):
        said = say(told)
    for column in ("Acne", "Stopped", "Note", "Words", "Empty", "prior …"):
        said = said.replace(column, "")
    assert not re.search("[A-Za-z]{2}", said)


@pytest.mark.parametrize(("language", "points", "grades"), [("ja", "4点", "2段階"), ("ko", "4점", "2등급")])
def test_an_endpoint_in_points_or_grades_is_said(language: str, points: str, grades: str) -> None:
    """“DLQI betterもの≥4件”: the mark of a citation took half of the endpoint's name; “points” and “grades” stayed English."""
    with speaking(language, Own(frozenset(), ("DLQI", "Eyebrow ClinRO"))):
        said = say("The endpoint was DLQI ≥4 points better, at least 4 points of improvement from baseline, at week 36.")
        assert said.count(points) == 2 and "better" not in said and "もの" not in said
        said = say("The endpoint was SALT≤20 [3], SALT of at most 20, at week 36.")
        assert "SALT≤20 [3]" in said
        said = say("Eyebrow ClinRO 0/1 (≥2 grades better)")
        assert grades in said and "Eyebrow" not in said and "better" not in said


@pytest.mark.parametrize("language", ["ja", "ko"])
def test_a_method_of_several_sentences_about_another_score_is_said(language: str) -> None:
    """“The imputed DLQI of … is then made worse …” stayed English."""
    with speaking(language, Own(frozenset(("a",)), ("DLQI",))):
        said = say(
            "The missing visits are imputed 200 times (seed 7, each stratum by itself). The imputed DLQI of a is then made worse, "
            "or better, by a row of shifts, the same in every copy, and the difference of the strata pooled again (delta adjustment: "
            "Carpenter, Roger & Kenward 2013, doi:10.1080/10543406.2013.834911; Cro et al. 2020, doi:10.1002/sim.8569). "
            "Values stay on the scale."
        )
        assert "made worse" not in said and "DLQI" in said and "stay" not in said


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_what_a_column_is_taken_for_is_said_and_each_role_has_a_word_of_its_own(language: str) -> None:
    """The cells of the upload's editor were English; what an editor gives back must name one role."""
    with speaking(language):
        said = [say(word) for word in WORD_ROLES]
    assert len(set(said)) == len(said)
    assert [word for word in said if re.search(r"[a-z]{4}", word)] == []


@pytest.mark.parametrize(
    ("language", "group", "sexes"),
    [
        ("ko", "A군 (SALT > 50): 60.0 %", "환자 117명 (female 63, male 54)"),
        ("ja", "A群 (SALT > 50): 60.0 %", "患者117例 (female 63、male 54)"),
    ],
)
def test_a_group_and_the_sexes_are_named_as_the_language_does(language: str, group: str, sexes: str) -> None:
    """“군 A” and “63 female 및 54 male” were said."""
    korea = aadash.read_cohort("sample_data/korea_2025_missing.csv")
    plan = AnalysisPlan().resolved_for(korea)[0]
    with speaking(language, own_words(korea)):
        assert group in say(credibility(korea, plan, 20).sentence)
        assert say(REGISTRY["baseline"].function(korea, plan).sentence).startswith(sexes)


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_what_a_model_refuses_is_said_with_its_weeks(language: str) -> None:
    """Two patients in two strata, and twelve of whom none was seen twice: it was “visit 12”, in English."""
    cohort = cohort_of([[80.0, 40, 30], [70, 30, 20]], [0, 12, 24], sex=["f", "m"], roles={"sex": "sex"})
    with pytest.raises(NotComputable) as refused:
        fit(AnalysisSet.of(cohort, AnalysisPlan(stratifier="sex", missing="mixed")), "values", 0, False)
    once = np.where(np.eye(2, dtype=bool)[np.arange(12) % 2], np.arange(24.0).reshape(12, 2), NAN)
    with pytest.raises(NotComputable) as never:
        mmrm(once, np.zeros(12, dtype=int), ["12", "24"], "us")
    assert "nobody seen at week 12 was seen at week 24 too" in never.value.found
    for told in (refused.value.paragraph(), never.value.paragraph()):
        with speaking(language, own_words(cohort)):
            said = say(told)
        assert not re.search(r"\b(?:visits?|values|patient|week|means|groups)\b", said), said


@pytest.mark.parametrize("language", ["ja", "ko"])
def test_methods_with_a_part_at_their_end_and_scores_that_rise_are_said(language: str) -> None:
    """A method that ends with a part was taken for a style sheet, and “risen” was no word of the catalogue."""
    with speaking(language, Own(frozenset(("totalis", "ophiasis")), ("EQ-5D",))):
        for text in (
            "Has EQ-5D risen since baseline?",
            "Whose EQ-5D rises more, and is it chance?",
            "Harrell's optimism bootstrap: the model is made again in 200 resamples (seed 7), with all predictors; what it loses from "
            "the resample to the original patients is taken off the apparent value (Harrell, Lee and Mark 1996; Steyerberg "
            "et al. 2001, doi:10.1016/S0895-4356(01)00341-9).",
            "SALT≤20 at week 24 was reached by 1/30 (3.3 %): with fewer than 3 on either side most resamples would have none.",
            "Change is the value at a visit minus the baseline value, in the patients with both, with a t interval.",
        ):
            assert not re.search(r"\b(?:risen|rises|resamples|fewer|value)\b", say(text)), say(text)
        assert "AA subtype" not in say("AA subtype: ophiasis, AA subtype: totalis and Baseline SALT ≤ 95")


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_from_whom_to_whom_improvement_runs_is_said_whole(language: str) -> None:
    korea = aadash.read_cohort("sample_data/korea_2025.csv")
    sentence = REGISTRY["response_patterns"].function(korea, AnalysisPlan(stratifier="subtype", endpoint="SALT75")).sentence
    assert " runs from " in sentence and " in ophiasis (n = " in sentence
    with speaking(language):
        said = say(sentence)
    assert " to " not in said and " in " not in said and "n = " in said


def test_the_title_of_a_predictors_relation_is_said() -> None:
    """“SALT75 at week 36 by Disease duration” stayed English: two names and a “by” are too short to be known again."""
    with speaking("ko"):
        assert say("SALT75 at week 36 by disease duration, all else equal") == "이환 기간에 따른 36주의 SALT75, 다른 조건이 같을 때"
    with speaking("ja"):
        assert say("SALT75 at week 36 by disease duration, all else equal") == "罹病期間と36週のSALT75、ほかの条件は同じ"


def test_the_title_of_two_splits_at_once_is_said() -> None:
    """“AA subtype by severity group” stayed English."""
    cohort = load_sample("korea_2025").cohort
    question = analyses.subgroup_pairs(cohort, AnalysisPlan(), across="sex").question
    with speaking("ko"):
        assert say(question) == "중증도군 (절단값 50)과 성별의 모든 칸"
    with speaking("ja"):
        assert say(question) == "重症度群 (カットオフ値50)と性別のすべての区分"


@pytest.mark.parametrize(
    ("language", "patchy", "outcome"),
    [("ko", "다만 원형탈모증 아형: ", "36주의 SALT 호전율 (%)"), ("ja", "ただし円形脱毛症の病型: ", "36週のSALT改善率 (%)")],
)
def test_a_profile_and_what_it_would_be_otherwise_are_said(language: str, patchy: str, outcome: str) -> None:
    """ "but AA subtype is patchy" stayed English, and "Improvement" was torn from "in SALT at week 36 (%)"."""
    cohort = load_sample("korea_2025_missing").cohort
    result = analyses.predicted_probability(cohort, AnalysisPlan(), ModelPlan.prespecified(cohort).replace(outcome="improvement"))
    with speaking(language):
        assert outcome in say(result.sentence) and "Improvement" not in say(result.sentence)
        assert say("but AA subtype is patchy").startswith(patchy) and "Age" not in say("Age (cut at 40)")
    effects = analyses.predictor_effects(
        cohort, AnalysisPlan(), ModelPlan.prespecified(cohort).replace(outcome="improvement")
    ).sentence
    assert " % with AA subtype: " in effects, "in percent, as the difference is"
    with speaking(language):
        assert " with " not in say(effects) and "difference" not in say(effects)


@pytest.mark.parametrize(
    ("language", "median", "lost", "already"),
    [
        (
            "ko",
            "중앙값: m에서 12주; f에서는 도달하지 않음",
            "12주에는 반응을 잃는 환자보다 얻는 환자가 더 많고, 24주에는 얻는 환자보다 잃는 환자가 더 많습니다",
            "m에서 20명 중 1명; 기록되지 않은 2명 중 1명.",
        ),
        (
            "ja",
            "中央値: mで12週; fでは未到達",
            "12週までには反応を失った患者より得た患者のほうが多く、24週までには得た患者より失った患者のほうが多くなりました",
            "mで20例中1例。記録のない2例中では1例です。",
        ),
    ],
)
def test_two_things_in_one_list_are_not_said_of_each_other(language: str, median: str, lost: str, already: str) -> None:
    """“not reached in A and week 36 in B” was said as “in A and B not reached at week 36”, and alike of gain and loss."""
    rows = [[80.0, 70.0, 70.0, 70.0]] * 20 + [[80.0, 70.0, 10.0, 70.0]] * 19 + [[15.0, 15.0, 15.0, 70.0]]
    rows += [[80.0, 70.0, 70.0, 70.0], [15.0, 70.0, 70.0, 70.0]]
    cohort = cohort_of(rows, [0, 8, 12, 24], sex=["f"] * 20 + ["m"] * 20 + [None] * 2, roles={"sex": "sex"})
    plan = AnalysisPlan(stratifier="sex", endpoint="SALT<=20")
    found = [
        analyses.time_to_response(cohort, plan).sentence,
        analyses.repeated_response(cohort, plan.replace(endpoint="SALT50")).sentence,
    ]
    found += [c.text for c in analyses.responders(cohort, plan).caveats if c.code == "already-there"]
    with speaking(language, own_words(cohort)):
        said = [say(text) for text in found]
    assert [part in text for part, text in zip((median, lost, already), said, strict=True)] == [True] * 3, said


@pytest.mark.parametrize(
    ("language", "enrolled", "gone"),
    [("ko", "2 mg 10명 및 4 mg 12명", "4 mg에서 12명 중 5명"), ("ja", "2 mg 10例と4 mg 12例", "4 mgで12例中5例")],
)
def test_a_dose_is_a_level_like_any_other(language: str, enrolled: str, gone: str) -> None:
    """“10 in 2 mg and 12 in 4 mg”, “5 of 12 (41.7 %) in 4 mg” stayed English, where a level begins with a digit."""
    rows = [[80.0, 30.0, 20.0]] * 17 + [[80.0, 30.0, NAN]] * 5
    cohort = cohort_of(rows, [0, 12, 24], dose=["2 mg"] * 10 + ["4 mg"] * 12)
    plan = AnalysisPlan(stratifier="dose")
    lost = next(c.text for c in analyses.salt_over_time(cohort, plan).caveats if c.code == "differential-attrition")
    with speaking(language, own_words(cohort)):
        assert enrolled in say(analyses.participants(cohort, plan).sentence) and gone in say(lost)
        assert say("weeks 12, 16 and 24") in ("12, 16 및 24주", "12、16と24週")


def test_a_map_of_cells_and_a_course_by_sex_are_said_as_they_are_meant() -> None:
    """“SALT50 at week 24 by …” stayed English; “성별 보정된 호전율” is improvement adjusted for sex, and by sex was meant."""
    title = "SALT50 at week 24 in every cell of severity group (cut at 50) and sex"
    course = "By sex, adjusted improvement at week 24 runs from 62 % (42 to 82) in male (n = 9) to 72 % (53 to 92) in female (n = 8)."
    with speaking("ko"):
        assert say(title) == "중증도군 (절단값 50) 및 성별의 모든 칸에서 24주의 SALT50"
        assert say(course).startswith("성별로 보면, 보정된 24주 호전율은")
    with speaking("ja"):
        assert say(title) == "重症度群 (カットオフ値50)と性別のすべての区分における24週のSALT50"


def test_the_tile_of_who_reached_an_endpoint_is_said_whole() -> None:
    """“Reached DLQI ≥4 points better” was said as “DLQI 도달 4점 이상 호전”: the words of the endpoint went apart."""
    cohort = cohort_of([[12.0, 4.0 + i % 9] for i in range(12)], [0, 12], score="DLQI", measure=DLQI)
    parts = VIEWS["time_to_response"].content(context_for(cohort, AnalysisPlan(stratifier="none", endpoint="DLQI +4"), asking()))
    tile = next(p for p in parts if isinstance(p, KeyNumbers)).items[1].label
    for language, expected in (("ko", "DLQI 4점 이상 호전 도달 환자"), ("ja", "DLQI 4点以上の改善に達した患者")):
        with speaking(language, own_words(cohort)):
            assert say(tile) == expected


@pytest.mark.parametrize(("language", "head"), [("ko", "마지막 값 정상"), ("ja", "最終値 正常")])
def test_laboratory_values_are_said_whole(language: str, head: str) -> None:
    """“LDL cholesterol high”, “White cells 4–11”, “ALT up to 40 U/L”, “Last value normal” and “above 40 U/L” stayed English."""
    measures = {}
    for name, values in {"LDL": [100, 160], "HDL": [60, 30], "WBC": [6, 12], "ALT": [20, 90], "Hb": [14, 9]}.items():
        measures |= {f"{name} W0": [values[0]] * 12, f"{name} W12": [*values] * 6}
    columns = {"ID": [f"P{i}" for i in range(12)], "Sex": ["F", "M"] * 6, "SALT W0": [80] * 12, "SALT W12": [40] * 12, **measures}
    text = "\n".join(map(",".join, ([str(v) for v in row] for row in [columns.keys(), *zip(*columns.values(), strict=True)])))
    result = analyses.laboratory(read([("a.csv", text.encode())]).accepted(), AnalysisPlan(stratifier="none"))
    tables = [printable(result, rows) for _, rows in blocks(result)]
    with speaking(language):
        said = [say(result.sentence), say(f"Method: {result.method}"), *(say(c) for t in tables for c in t.columns)]
        cells = [say(str(c)) for t in tables for c in t.to_numpy().ravel()]
    assert head in said
    for one in (*said, *cells):
        left = re.sub(r"[mg]*/d?L|U/L|LDL|HDL|AST|ALT|CK|Wilson|NCEP ATP III|doi:\S+", "", one)
        assert not re.search(r"[A-Za-z]{3}", left), one


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_a_checked_paper_is_read_in_the_language(language: str) -> None:
    """“31.1 of 15と35.7 of 13”, “Values × how many have them” and “F(1, 697)=36.884 and F(1, 697)=265.371” stayed English."""
    table = (
        "Table 1\nCharacteristic\tAll (n = 28)\tA (n = 15)\tB (n = 13)\nAge, mean (SD)\t32.35 (10.14)\t31.1 (10.2)\t35.7 (9.1)\n"
        "DLQI, mean (SD)\t9.2 (3.1)\t9.9 (2.2)\t8.8 (2.1)"
    )
    told = "F(1, 697)=36.884, p<0.001. F(1, 697)=265.371, p<0.001."
    paper = paper_of_text(table, 28, "", Fraction(1), told, "", 6)
    with speaking(language):
        said = []
        for part in walk(paper_check(check(paper)), folds=True):
            if isinstance(part, TextTable):
                said += [str(v) for v in said_frame(part.frame).columns]
            said += shown([part])
    text = " ".join(said)
    assert "(n = 15)" in text and "265.371" in text
    assert not re.search(r"\d of \d|how many have them|Mean and SD|평균 및 SD|p<0\.001 and F", text)


@pytest.mark.parametrize(
    ("language", "right"),
    [("ja", "24週にDLQIが記録されているのは26/40 (65.0 %)です"), ("ko", "24주에 DLQI 값이 있는 환자는 26/40 (65.0 %)입니다")],
)
def test_a_share_stays_with_its_counts(language: str, right: str) -> None:
    """“24週に(65.0 %) DLQIが記録されているのは26/40です”: the name of the score took the share that stood before it."""
    text = "The file holds 40 patients, all of them included; of 26/40 (65.0 %) DLQI is recorded at week 24."
    with speaking(language):
        assert right in say(text)
