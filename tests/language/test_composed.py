"""Sentences of a report that are composed of others, with the catalogues that come along: each number stays with what it counts."""

from __future__ import annotations

import re

import pytest

from aadash.evidence import published
from aadash.language import say, speaking, together
from aadash.papercheck.korea import SOURCE
from aadash.papercheck.means import RANGE
from aadash.report.html import under
from aadash.views.evidence_tables import study_list
from tests.language.test_shown import ENGLISH, NAMES

NOTE = (
    "117 enrolled, 72 analysed; left out: 34 with no visit at week 36, 11 with nothing recorded for AA subtype; missing visits: "
    "observed "
    "cases: a missing visit is left out of that visit; intervals: 95 %."
)
FLOW = (
    "The file holds 117 patients, all of them included: 83 in Group A (SALT > 50) and 34 in Group B (SALT ≤ 50); 83/117 (70.9 %) were "
    "seen at week 36."
)
WHO = (
    "117 patients (female 63, male 54); mean age 32.3 years (SD 10.0); mean baseline SALT 65.2 (SD 35.1); baseline SALT above 50 "
    "in 83/117 (70.9 %)."
)


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("ko", ("36주에 방문이 없음 34명", "원형탈모증 아형에 기록된 값이 없음 11명")),
        ("ja", ("36週の来院がない 34例", "病型の記録がない 11例")),
    ],
)
def test_who_was_left_out_is_counted_reason_by_reason(language: str, parts: tuple[str, ...]) -> None:
    with speaking(language):
        assert all(part in say(NOTE) for part in parts)


@pytest.mark.parametrize(
    ("language", "flow", "severe"),
    [
        ("ko", "A군 (SALT > 50) 83명 및 B군 (SALT ≤ 50) 34명; 36주에 관찰된 환자는 83/117", "50 초과인 환자 83/117"),
        ("ja", "A群 (SALT > 50) 83例とB群 (SALT ≤ 50) 34例; 36週に来院したのは83/117", "50を超えるのは83/117"),
    ],
)
def test_each_stratum_keeps_its_number_also_before_another_sentence(language: str, flow: str, severe: str) -> None:
    """ "… at week 36. 117 patients …" is two sentences, no week."""
    with speaking(language):
        assert flow in say(FLOW) and say(f"{FLOW} {WHO}").startswith(say(FLOW).rstrip(".。"))
        assert severe in say(WHO) and say(f"{FLOW} {WHO}").endswith(say(WHO))


@pytest.mark.parametrize(
    "text",
    [
        "Tests are two-sided at a significance level of 0.05; intervals have level 95 %. p-values of the change since "
        "baseline were adjusted over the visits by the method of Holm [10].",
        "By severity group (cut at 50): Group A (SALT > 50) (n = 83). For the authors: why this cut.",
        "Method: Responders over patients in whom the endpoint is defined, with Wilson's score interval (Wilson 1927, "
        "doi:10.1080/01621459.1927.10502953).",
        "Method: Pearson's chi-squared test without continuity correction where every expected count is at least 5, Fisher's exact "
        "test otherwise (more than two strata: Fisher–Freeman–Halton, where its tables can be enumerated). Over three or more strata, "
        "pairs are compared by the same rule and Holm-adjusted.",
        "The endpoint was SALT75, an improvement of at least 75 % from baseline, at week 36.",
        "AA-IGA 0/1 by SALT (≥2 grades better) at week 36. For the authors: who assessed.",
        "12.5 % is printed without its n; it could be 1/8, 2/16, 3/24, 4/32 or another share.",
        SOURCE,
    ],
)
@pytest.mark.parametrize("language", ["ko", "ja"])
def test_no_english_is_left(language: str, text: str) -> None:
    with speaking(language):
        said = say(text)
    for word in ("the ", "with ", "where ", "improvement", "this", "intervals", "Method", "better", "share", "printed"):
        assert word not in said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ko", "A군 (SALT > 50)에서 83명 중 33명 (39.8 %) 및 B군 (SALT ≤ 50)에서 34명 중 1명 (2.9 %)"),
        ("ja", "A群 (SALT > 50)で83例中33例 (39.8 %)とB群 (SALT ≤ 50)で34例中1例 (2.9 %)"),
    ],
)
def test_in_a_list_each_stratum_keeps_its_numbers(language: str, said: str) -> None:
    """The first item had taken the others for its stratum: "in Group A and 1 of 34 in Group B"."""
    text = "33 of 83 (39.8 %) in Group A (SALT > 50) and 1 of 34 (2.9 %) in Group B (SALT ≤ 50)"
    with speaking(language):
        assert say(text) == said
        three = say("7 of 36 (19.4 %) in patchy, 3 of 30 (10.0 %) in diffuse and 9 of 24 (37.5 %) in totalis")
    numbers = [three.index(n) for n in ("19.4", "10.0", "37.5")]
    assert numbers == sorted(numbers)


ROW = "0/2 (0.0 %) reached SALT90 at some visit, 0/2 (0.0 %) at two visits in a row; at week 12 itself 0/2 (0.0 %) have it."


@pytest.mark.parametrize("language", ["ko", "ja"])
@pytest.mark.parametrize(
    "sentences",
    [
        ("1 enrolled, 0 analysed; left out: 1 with nothing recorded for sex.", "1 event for 3 parameters."),
        ("1 enrolled, 0 analysed; left out: 1 with nothing recorded for Eyebrow ClinRO.", "1 event for 3 parameters."),
        ("Median by Arm: not reached in placebo and not reached in baricitinib 4 mg.", ROW),
        ("Median by Sex: not reached in F and not reached in M.", ROW),
    ],
)
def test_a_short_word_may_end_a_sentence(language: str, sentences: tuple[str, str]) -> None:
    """ "… recorded for sex. 1 event …" was taken for one reason, "… in M. 0/2 …" for one name of a group."""
    with speaking(language):
        first, last = map(say, sentences)
        assert say(" ".join(sentences)).replace(" ", "") == (first + last).replace(" ", "")


@pytest.mark.parametrize("language", ["ko", "ja"])
@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("The assumption “normality” is in doubt: n = 3: no spread.", "n = 3: no spread."),
        ("The smallest is 0.0: an exact test is called for. SALT 50–94 0/19 (0.0 %) and SALT 95–100 0/1 (0.0 %).", ""),
        ("week 0: day −90 to 0, week 12: day 43 to 112", "week 12: day 43 to 112"),
        ("week 0: day −90 to 0, week 12: day 43 to 112", "week 0: day −90 to 0"),
    ],
)
def test_what_stands_in_a_sentence_is_said_as_alone(language: str, text: str, within: str) -> None:
    with speaking(language):
        assert say(within).rstrip(".。") in say(text) and not ENGLISH.search(NAMES.sub("", say(text)))
        assert not any(f" {word} " in say(text) for word in ("and", "to", "day"))


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_the_last_of_a_list_is_said_also_before_a_full_stop(language: str) -> None:
    with speaking(language):
        assert "trials" not in say("Baseline SALT and SALT as trials group it.")


@pytest.mark.parametrize("language", ["ko", "ja"])
@pytest.mark.parametrize("study", ["ALLEGRO-2b/3", "UP-AA Study 2", "Ivarmacitinib phase 3"])
def test_a_study_of_several_words_is_told_from_its_arm(language: str, study: str) -> None:
    """ "UP-AA Study 2 placebo week 24" was cut behind its first word, and its arm stayed English."""
    text = f"{study} (placebo) week 24: 1.6 % (0.5 to 4.6)"
    with speaking(language):
        assert study in say(text) and "placebo" not in say(text) and "week" not in say(text)


def test_text_alternatives_of_published_rates_set_the_arm_in_brackets() -> None:
    from aadash import analyses, read_cohort
    from aadash.charts import chart
    from aadash.plan import AnalysisPlan

    result = analyses.published_rates(read_cohort("sample_data/korea_2025.csv"), AnalysisPlan(endpoint="SALT<=20"))
    assert re.search(r"Published: \S[^(]* \(baricitinib 4 mg\) week \d+: ", chart(result, "weeks").alt)


@pytest.mark.parametrize(("language", "wrong"), [("ko", "변경"), ("ja", "変更")])
def test_a_change_that_was_measured_is_no_button(language: str, wrong: str) -> None:
    """What could not be computed of the change from baseline was headed by the word of a button, to alter something."""
    from aadash.analyses.adjusted import _refused

    with speaking(language):
        said = say(_refused("drug − placebo", "Change", "Nobody of one of the strata has a score."))
    assert wrong not in said and not ENGLISH.search(said)


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_what_heads_a_finding_is_told_from_what_was_checked(language: str) -> None:
    """ "Age · Mean and SD against the range" was taken for a list of two: "Age · Mean", "SD against the range"."""
    with speaking(language):
        assert say(f"Age, all patients · {RANGE}") == f"{say('Age, all patients')} · {say(RANGE)}"


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_published_studies_are_described_in_the_language(language: str) -> None:
    table = study_list(published(), str)
    with speaking(language):
        for name in ("Design", "Enrolled", "Read in"):
            for text in table[name]:
                assert not re.search("[a-z]{3}", say(text)), text


def test_no_space_follows_a_japanese_full_stop() -> None:
    text = "Development of a model of SALT75 at week 36. For the authors."
    with speaking("ja"):
        assert "。 " not in say(text) and say(text).count("。") == 2
        assert together([say("Source: Korean cohort (synthetic), n = 117."), "AAdash."]).endswith("n = 117。AAdash.")
        assert "。出典" in under("Whiskers: 95 % Wilson interval.", "Source: Korean cohort (synthetic), n = 117.")
    assert together(["Source: x, n = 117.", "AAdash."]) == "Source: x, n = 117. AAdash."


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_a_paper_is_cited_as_it_is(language: str) -> None:
    """ "Efficacy and safety of baricitinib" was taken for a list of two."""
    cited = {rate.source for rate in published() if ";" in rate.source}
    described = {rate.source for rate in published() if rate.source_kind in ("regulator", "congress", "company")}
    with speaking(language):
        for source in described:
            assert not ENGLISH.search(re.sub(r"UP-AA Study 2|[a-z]+tinib", "", say(source))), source
        for paper in cited:
            assert say(paper) == paper and say(f"3. {paper}") == f"3. {paper}"
    assert len(cited) >= 4


REASONS = (
    "52 enrolled, 3 analysed; left out: 13 with nothing recorded for AA subtype, 3 in a stratum that could not be tested (fewer than "
    "two patients, or no spread), 17 seen at week 36 but not at every visit, 16 with no visit at week 36."
)


@pytest.mark.parametrize(
    ("language", "one"), [("ko", "원형탈모증 아형에 기록된 값이 없음 13명,"), ("ja", "円形脱毛症の病型の記録がない 13例、")]
)
def test_a_reason_takes_no_other_reason_for_its_column(language: str, one: str) -> None:
    """The column seemed to be called “AA subtype, 3 in a stratum that could not be tested …”."""
    with speaking(language):
        said = say(REASONS)
    assert one in said and [int(n) for n in re.findall(r"(\d+)[명例][,.、。]", said.partition(": ")[2])] == [13, 3, 17, 16]


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_a_sentence_begins_after_the_number_of_a_reference(language: str) -> None:
    """ "… Newcombe's interval [15]. p-values of pairs …" was one sentence, its second half set into the midst of the first."""
    first = "Response rates were compared by the chi-squared test; differences carry Newcombe's interval [15]."
    last = "p-values of pairs of strata were adjusted over the pairs by the method of Holm [16]."
    with speaking(language):
        assert say(f"{first} {last}").replace(" ", "") == (say(first) + say(last)).replace(" ", "")


def test_a_sentence_of_numbers_ends_like_its_neighbours() -> None:
    text = "SALT 50–94: 71.3 → 26.8 (n = 39); SALT 95–100: 98.7 → 48.8 (n = 31). Mean SALT has fallen."
    with speaking("ja"):
        assert "(n = 31)。" in say(text) and "." not in say(text).replace("71.3", "").replace("26.8", "").replace("98.7", "").replace(
            "48.8", ""
        )


@pytest.mark.parametrize(("language", "week"), [("ko", "36주"), ("ja", "36週")])
def test_a_week_of_all_endpoints_is_not_that_of_the_last(language: str, week: str) -> None:
    """ "SALT75 46/83, SALT90 38/83 and SALT100 22/83 at week 36" gave the week to SALT100 alone."""
    from aadash import analyses, read_cohort
    from aadash.charts import chart
    from aadash.plan import AnalysisPlan

    cohort, plan = read_cohort("sample_data/korea_2025.csv"), AnalysisPlan()
    drawn = chart(analyses.responders(cohort, plan), "one group").alt, chart(analyses.published_rates(cohort, plan), "weeks").alt
    with speaking(language):
        assert say(drawn[0]).index(week) < say(drawn[0]).index("SALT75 ") and "All patients" not in say(drawn[0])
        assert f"{week}: " in say(drawn[1]).split("%")[0]


@pytest.mark.parametrize(("mean", "said"), [("36.5", "36.5였습니다"), ("24.6", "24.6이었습니다")])
def test_the_past_follows_the_last_sound_of_a_number(mean: str, said: str) -> None:
    with speaking("ko"):
        assert said in say(f"Mean SALT was 83.4 at baseline (n = 70) and {mean} at week 39 (n = 70).")


@pytest.mark.parametrize(("language", "wrong"), [("ko", "변경"), ("ja", "変更")])
def test_the_mean_of_a_change_is_no_button_either(language: str, wrong: str) -> None:
    with speaking(language):
        assert wrong not in say("Mean change (points)") and say("Mean change") in say("Mean change (points)")
