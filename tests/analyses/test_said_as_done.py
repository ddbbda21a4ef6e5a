"""What is said of an analysis is what it did: its direction, whom it is of, what it was adjusted by. Counts are by hand."""

from __future__ import annotations

import re

import numpy as np
import pytest
from scipy import stats

from aadash import AnalysisPlan, analyses, read_cohort
from aadash.analyses.caveats import many_tests
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.report.r_code import r_lines
from aadash.report.tables import printable
from aadash.result import Result
from aadash.views import VIEWS
from tests.making import NAN, cohort_of
from tests.test_samples import SAMPLES

ALL_PATIENTS = AnalysisPlan(stratifier="none")


def text_of(result: Result, code: str) -> str:
    return " ".join(f"{c.text} {c.advice}" for c in result.caveats if c.code == code)


def leaving() -> Cohort:
    """Eight patients: those who stay end at 10, 20, 30, 40, those who leave after week 12 were at 60, 70, 80, 90."""
    stayed = [[80.0, 50.0, v] for v in (10.0, 20.0, 30.0, 40.0)]
    return cohort_of(
        [*stayed, *([95.0, v, NAN] for v in (60.0, 70.0, 80.0, 90.0))], [0, 12, 24], sex=["f", "m"] * 4, roles={"sex": "sex"}
    )


def test_sentence_and_table_of_those_who_left_have_one_direction() -> None:
    """Welch's test by scipy: 25 less 75 is −50."""
    result = analyses.missingness(leaving(), ALL_PATIENTS)
    ci = stats.ttest_ind([10, 20, 30, 40], [60, 70, 80, 90], equal_var=False).confidence_interval()
    assert f"a difference of −50.0 points (95 % CI −{-ci.low:.1f} to −{-ci.high:.1f};" in result.sentence
    assert float(result.rows(variable="last_salt").iloc[0]["difference"]) == pytest.approx(-50.0)
    assert "everyone was worse" not in text_of(result, "last-observation")


def adjusted_away() -> Cohort:
    """Six patients whose change is 0.01 < p < 0.05 at one of five weeks: significant alone, not after Bonferroni."""
    change = np.array([-30.0, -22.0, -3.0, -14.0, -9.0, 1.0])
    noise = np.array([[1, -1, 2, -2, 1, -1], [-1, 2, -2, 1, -1, 1], [2, -2, 1, -1, 1, -1], [1, 1, -2, -1, 2, -1]], dtype=float)
    rows = [[80.0, *(80.0 + noise[:, i]), 80.0 + change[i]] for i in range(6)]
    return cohort_of(rows, [0, 4, 8, 12, 16, 24])


def test_rules_and_alternatives_conclude_by_the_p_value_that_the_page_concludes_by() -> None:
    cohort, plan = adjusted_away(), ALL_PATIENTS.replace(multiplicity="bonferroni")
    p = float(stats.ttest_1samp([-30.0, -22.0, -3.0, -14.0, -9.0, 1.0], 0).pvalue)
    assert 0.01 < p < 0.05 < 5 * p
    page = analyses.change_from_baseline(cohort, plan)
    assert "It is significant at no week" in page.sentence
    rules = analyses.missing_rule_comparison(cohort, plan, question="change_from_baseline")
    observed = rules.rows(variable="observed").iloc[0]
    assert (float(observed["p"]), observed["significant"]) == (pytest.approx(5 * p), 0.0)
    assert "Bonferroni" in rules.method
    beside = {a.method: (a.p, a.agrees) for a in page.alternatives}
    assert beside["Not adjusted over the weeks"] == (pytest.approx(p), False)
    plain = analyses.missing_rule_comparison(cohort, plan.replace(multiplicity="none"), question="change_from_baseline")
    assert float(plain.rows(variable="observed").iloc[0]["p"]) == pytest.approx(p)
    holm = {a.method for a in analyses.change_from_baseline(cohort, plan.replace(multiplicity="holm")).alternatives}
    assert "Holm-adjusted over the weeks" not in holm


def test_nothing_is_said_of_twelve_weeks_in_which_nobody_was_seen() -> None:
    """Visits at weeks 0, 4 and 100: one response at week 4 is gone at week 100, and nobody knows since when."""
    rows = [[80.0, 10.0, 70.0], [80.0, 60.0, 15.0], [80.0, 70.0, 65.0]]
    seldom = analyses.sustained_response(cohort_of(rows, [0, 4, 100]), ALL_PATIENTS)
    assert "1/1 (100.0 %) lost it" in seldom.sentence and "Twelve weeks" not in seldom.sentence
    assert np.isnan(seldom.rows(variable_level="durability").iloc[0]["held_12"])
    rows = [[80.0, 10.0, 15.0, 12.0], [80.0, 60.0, 15.0, 70.0], [80.0, 70.0, 65.0, 60.0]]
    often = analyses.sustained_response(cohort_of(rows, [0, 4, 12, 20]), ALL_PATIENTS)
    assert "Twelve weeks after the first response 50.0 % still hold it" in often.sentence


def test_who_was_not_seen_within_twelve_weeks_is_not_said_to_hold_a_response() -> None:
    """Two respond at week 12 and hold it; two respond at week 36 and have lost it at the next visit, week 52. Half lost it, and “100 %
    still hold it after twelve weeks” was said of all four, of whom two were not looked at in that time."""
    holds, loses = [80.0, 10.0, 10.0, 10.0, 10.0], [80.0, 70.0, 60.0, 10.0, 70.0]
    result = analyses.sustained_response(cohort_of([holds, holds, loses, loses], [0, 12, 24, 36, 52]), ALL_PATIENTS)
    assert "2/4 (50.0 %) lost it" in result.sentence and "Twelve weeks" not in result.sentence
    assert "Of the 2 with another score within 12 weeks, 100.0 % still held it then." in result.sentence
    printed = printable(result).iloc[-1]
    assert printed["Response"] == "Durability" and printed["Patients"] == "100.0 % of 2 hold it 12 weeks on"


def test_advice_to_group_texts_is_for_texts() -> None:
    stopped = cohort_of([[80.0, 10.0]] * 4, stop_week=[8, None, None, 12])
    caveat = text_of(analyses.baseline(stopped, ALL_PATIENTS), "not-in-table")
    assert "stop_week" in caveat and "Group the texts" not in caveat


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("observed", "of the scores recorded. "),
        ("locf", "and of the last one carried forward where there is none"),
        ("complete", "of the patients with a score at every visit"),
    ],
)
def test_the_method_of_the_course_says_which_visits(rule: str, words: str) -> None:
    result = analyses.salt_over_time(leaving(), ALL_PATIENTS.replace(missing=rule))
    assert words in result.method
    assert ("of the scores recorded. " in result.method) == (rule == "observed")
    n = {"observed": 4, "locf": 8, "complete": 4}[rule]
    assert "at week 24 (95 % CI" in result.sentence and f"n = {n})" in result.sentence


def test_a_small_stratum_is_counted_by_those_analysed() -> None:
    """Twelve of each sex, of whom nine women miss a visit: with complete cases three women are left."""
    rows = [[80.0, 60.0 - i, 40.0 - i] for i in range(24)]
    for i in range(0, 18, 2):
        rows[i][1] = NAN
    cohort = cohort_of(rows, [0, 12, 24], sex=["f", "m"] * 12, roles={"sex": "sex"})
    plan = AnalysisPlan(stratifier="sex", missing="complete")
    assert "(n = 3)" in text_of(analyses.salt_over_time(cohort, plan), "small-stratum")
    assert not text_of(analyses.salt_over_time(cohort, plan.replace(missing="observed")), "small-stratum")


def test_no_t_test_is_praised_where_none_was_done_or_patients_are_few() -> None:
    rng = np.random.default_rng(4)
    rows = [[90.0, 90.0 - d, 90.0 - 2 * d] for d in np.round(rng.exponential(6, 40), 1)]
    few, many = cohort_of([*rows[:9], [90.0, 10.0, 0.0]], [0, 12, 24]), cohort_of(rows, [0, 12, 24])
    assert "With n = 10 trust the Wilcoxon test" in text_of(analyses.change_from_baseline(few, ALL_PATIENTS), "normality")
    assert "the t-test is reliable" in text_of(analyses.change_from_baseline(many, ALL_PATIENTS), "normality")
    mixed = analyses.change_from_baseline(many, ALL_PATIENTS.replace(missing="mixed"))
    said = text_of(mixed, "normality") + " ".join(c.detail for c in mixed.checks)
    assert "mixed model is reliable" in said and "t-test" not in said


def by_arm(equal: bool = False) -> Cohort:
    """Two arms of 15; of those on placebo nobody responds. ``equal``: all begin at SALT 100."""
    rng = np.random.default_rng(2)
    base = np.full(30, 100.0) if equal else np.round(rng.uniform(55, 100, 30))
    end = np.where(np.arange(30) % 2, np.round(base * rng.uniform(0.05, 0.5, 30)), base - rng.integers(0, 9, 30))
    facts = {"arm": ["placebo", "drug"] * 15, "sex": ["f", "f", "m"] * 10}
    return cohort_of(np.column_stack([base, end]).tolist(), [0, 24], roles={"sex": "sex"}, **facts)


def test_whether_chance_gave_the_treatment_is_not_known() -> None:
    plan = AnalysisPlan(stratifier="arm", arm="arm", endpoint="SALT<=20")
    said = text_of(analyses.treatment_comparison(by_arm(), plan), "confounding-by-indication")
    assert said.startswith("Unless the treatment was given by chance") and "by chance or why it was prescribed" in said
    filled = analyses.treatment_comparison(by_arm(), plan.replace(missing="nri"))
    assert "of those with a score reach" in filled.sentence and "whatever the plan's rule for missing visits" in filled.method


def test_adjustment_names_what_it_adjusted_for_and_no_term_of_a_formula() -> None:
    plan = AnalysisPlan(stratifier="arm", arm="arm", endpoint="SALT<=20")
    plain = analyses.adjusted_comparison(by_arm(), plan)
    assert "adjusted for baseline SALT and sex" in plain.sentence
    said = text_of(plain, "not-computed")
    assert "the stratum predicts the outcome perfectly" in said and "'" not in said and "Firth" not in said
    equal = analyses.adjusted_comparison(by_arm(equal=True), plan)
    assert "adjusted for sex:" in equal.sentence and " Adjusted for sex. " in equal.method


def test_visits_taken_for_patients_are_the_visits_of_all_who_have_any() -> None:
    """16 of 18 patients with every visit, two who miss one: 16 · 3 + 2 · 2 = 52 visits of 18 patients."""
    rng = np.random.default_rng(0)
    rows = np.array([80.0, 60.0, 40.0]) + rng.normal(0, 6, (18, 3)).round(1)
    rows[:2, 2] = NAN
    cohort = cohort_of(rows.tolist(), [0, 12, 24], sex=["f", "m"] * 9, roles={"sex": "sex"})
    sentence = analyses.visits_as_patients(cohort, AnalysisPlan(stratifier="sex")).sentence
    assert sentence.startswith("Were the 52 visits of 18 patients so many patients")
    assert "in the 16 with a score at every visit" in sentence


def test_the_wording_is_true_of_any_number_of_strata() -> None:
    """“There is no control arm in either stratum” was said of three."""
    rows = [[80.0 + i % 9, 50.0 - i] for i in range(24)]
    for levels in (["a", "b"], ["a", "b", "c"]):
        cohort = cohort_of(rows, [0, 24], group=[levels[i % len(levels)] for i in range(24)])
        said = text_of(analyses.responders_between(cohort, AnalysisPlan(stratifier="group")), "prognostic")
        assert said.startswith("There is no untreated arm here: a difference between strata says who does better on treatment")


def test_r_is_left_to_choose_the_exact_rank_test_as_the_page_does() -> None:
    """R's wilcox.test is exact below 50 a group without ties, as the table is: 6 against 6 values apart give 2/924."""
    rows = [[80.0, 10.0 + i] for i in range(6)] + [[80.0, 50.0 + i] for i in range(6)]
    cohort = cohort_of(rows, [0, 24], sex=["f"] * 6 + ["m"] * 6, roles={"sex": "sex"})
    plan = AnalysisPlan(stratifier="sex")
    assert float(analyses.between_strata(cohort, plan).rows(week=24).iloc[0]["mann_whitney_p"]) == pytest.approx(2 / 924)
    lines = [line for line in r_lines(cohort, plan).splitlines() if "wilcox.test" in line]
    assert lines and not any(re.search("exact = FALSE", line) for line in lines)


def test_under_the_mixed_model_each_sentence_says_what_it_counts() -> None:
    """Eight patients, of whom four are seen at week 24."""
    plan = AnalysisPlan(stratifier="sex", missing="mixed")
    rng = np.random.default_rng(3)
    cohort = leaving()
    salt = np.clip(cohort.values + rng.normal(0, 3, cohort.values.shape).round(1), 0, 100)
    cohort = cohort_of(salt.tolist(), [0, 12, 24], sex=["f", "m"] * 4, roles={"sex": "sex"})
    course, change = analyses.salt_over_time(cohort, plan), analyses.change_from_baseline(cohort, plan)
    assert "; 4 with a score then, 8 in the model)" in course.sentence and "(2 with a score then)" in course.sentence
    assert "4 with a score then, 8 in the model; mixed model" in change.sentence
    assert "n = " not in course.sentence.split(" at week 24")[1] and "n = " not in change.sentence
    assert "in the model" in analyses.between_strata(cohort, plan).sentence


def test_the_course_of_carried_visits_is_not_of_those_who_came_to_every_visit() -> None:
    rng = np.random.default_rng(1)
    rows = np.clip(90 - np.array([0, 15, 30]) + rng.normal(0, 8, (20, 3)), 0, 100).round()
    rows[:6, 2] = NAN
    cohort = cohort_of(rows.tolist(), [0, 12, 24], sex=["f", "m"] * 10, roles={"sex": "sex"})
    plan = AnalysisPlan(stratifier="sex", missing="locf")
    assert (
        "All 20 patients were analysed: those with a score at every visit, recorded or carried forward."
        in analyses.mixed_anova(cohort, plan).sentence
    )
    assert (
        "14 of 20 patients were analysed: those with a score at every visit."
        in analyses.mixed_anova(cohort, plan.replace(missing="nri")).sentence
    )
    for ask in (analyses.mixed_anova, analyses.simple_effects):  # the methods said “patients with every visit” of carried ones too
        said = {rule: ask(cohort, plan.replace(missing=rule)).method for rule in ("locf", "observed")}
        assert "A visit with a value carried forward counts as made." in said["locf"] and "carried" not in said["observed"]


def test_pages_are_called_as_the_navigation_calls_them() -> None:
    cohort = cohort_of([[80.0 + i, 60.0 - i] for i in range(20)], [0, 24], sex=["f", "m"] * 10, roles={"sex": "sex"})
    said = text_of(analyses.subgroups_change(cohort, ALL_PATIENTS.replace(missing="mixed")), "mmrm")
    assert "the pages Course and Differences" in said
    assert {"Course", "Differences"} <= {v.label for v in VIEWS.values()}


def test_beside_imputation_the_plan_s_own_p_value_is_of_the_week_alone() -> None:
    cohort = leaving()
    plan = ALL_PATIENTS.replace(multiplicity="bonferroni")
    result = analyses.beyond_rules(cohort, plan, question="change_from_baseline", copies=5)
    page = analyses.change_from_baseline(cohort, plan).rows(week=24).iloc[0]
    assert float(result.rows(variable="plan").iloc[0]["p"]) == pytest.approx(float(page["p"])) != page["p_adjusted"]
    assert "not adjusted over the weeks" in result.method


def test_what_follows_patients_says_that_the_rule_for_missing_visits_does_not_act() -> None:
    """Eight patients of whom four leave: complete cases has four, the time to response follows eight, which looked like an error."""
    plan = ALL_PATIENTS.replace(missing="complete", endpoint="SALT<=20")
    assert analyses.responders(leaving(), plan).accounting.analysed == 4
    for name in ("time_to_response", "competing_discontinuation", "sustained_response", "course_types", "severity_flow"):
        found = getattr(analyses, name)(leaving(), plan)
        assert "every score recorded" in text_of(found, "no-rule"), name
        assert not text_of(getattr(analyses, name)(leaving(), ALL_PATIENTS.replace(endpoint="SALT<=20")), "no-rule")
    assert "everywhere" not in text_of(analyses.salt_over_time(leaving(), plan), "complete-cases")


def test_the_model_of_courses_counts_who_has_a_course() -> None:
    """Of the sample with missing visits 102 came after baseline 11 of them without an AA subtype: 91 are in the model. The doubt
    beside it spoke of the 83 seen at week 36, of whom 72 have one."""
    korea = read_cohort(SAMPLES / "korea_2025_missing.csv")
    result = analyses.response_patterns(korea, ALL_PATIENTS)
    frame = korea.patients[korea.role("subtype")]
    came = ~np.isnan(korea.values[:, 1:]).all(axis=1)
    assert (int(came.sum()), int((came & frame.isna().to_numpy()).sum())) == (102, 11)
    assert result.accounting.analysed == 91
    assert "11 patients of 102 are left out" in text_of(result, "complete-predictors")
    assert "the model has the 91 others" in text_of(result, "complete-predictors")


def test_a_p_and_the_interval_beside_it_that_point_different_ways_are_said_to() -> None:
    """Of rates on their own page it was said; not of the same rates beside an adjusted comparison, nor of ranks. By hand, of
    0/8 and 1/2: the one responder is of m in 2 of 10 arrangements, p = 0.2; Wilson's 90 % limits are 0.253 above and 0.121 below, so
    Newcombe's interval ends at −0.5 + √(0.253² + 0.379²) = −0.044."""
    rows = [[80.0, 40.0 + i] for i in range(8)] + [[80.0, 10.0], [80.0, 45.0]]
    cohort = cohort_of(rows, [0, 12], sex=["f"] * 8 + ["m"] * 2)
    plan = AnalysisPlan(stratifier="sex", endpoint="SALT75", alpha=0.1)
    told = {c.code: c.text for c in analyses.adjusted_comparison(cohort, plan, covariates="none").caveats}
    assert told["test-and-interval"].startswith("f − m: the p-value and the interval of the unadjusted difference in SALT75 point")
    wide = analyses.adjusted_comparison(cohort, plan.replace(alpha=0.01), covariates="none")
    assert "test-and-interval" not in {c.code for c in wide.caveats}


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.1])
def test_of_ranks_too(alpha: float) -> None:
    """Whatever the data: the doubt is there where a row of the table needs it, and nowhere else."""
    for seed in range(25):
        rng = np.random.default_rng(seed)
        fall = np.concatenate([rng.normal(30, 14, 12), rng.normal(41, 18, 15)])
        cohort = cohort_of([[90.0, float(np.clip(90 - f, 0, 100))] for f in fall], [0, 12], sex=["f"] * 12 + ["m"] * 15)
        result = analyses.rank_differences(cohort, AnalysisPlan(stratifier="sex", alpha=alpha))
        t = result.table
        apart = ((t["p"] <= alpha) != ((t["superiority_low"] > 0.5) | (t["superiority_high"] < 0.5))).any()
        assert ("test-and-interval" in {c.code for c in result.caveats}) == apart


def test_complete_cases_that_leave_nobody_are_no_cohort_without_later_scores() -> None:
    """“Nobody has SALT recorded at baseline and at a later visit” stood beside 32 pairs: nobody has every visit."""
    cohort = cohort_of([[90.0, NAN, 50.0], [80.0, 40.0, NAN]] * 6, [0, 12, 24])
    with pytest.raises(NotComputable, match="Nobody has SALT recorded at every visit, so complete cases leave nobody"):
        analyses.change_from_baseline(cohort, AnalysisPlan(stratifier="none", missing="complete"))


def test_a_stratum_of_one_is_not_every_patient() -> None:
    """“Every patient is in “Death (week): 24””, of 1 of 60."""
    cohort = cohort_of([[80.0, 40.0]] * 6, [0, 12], Site=["north", *[None] * 5])
    with pytest.raises(NotComputable, match="every patient of whom it is recorded is in"):
        analyses.between_strata(cohort, AnalysisPlan(stratifier="Site"))


def test_few_chance_findings_are_not_none() -> None:
    """16 tests at 0.1 %: 0.016 by chance, printed as 0.0."""
    said = many_tests(16, 0.001)
    assert said is not None and "about 0.016 would" in said.text


def test_the_course_of_complete_cases_without_anybody_says_so() -> None:
    """“No SALT is recorded for the 50 patients included”, of whom all have SALT at baseline."""
    cohort = cohort_of([[90.0, NAN, 50.0], [80.0, 40.0, NAN]] * 6, [0, 12, 24])
    with pytest.raises(NotComputable, match="recorded at every visit"):
        analyses.salt_over_time(cohort, AnalysisPlan(stratifier="none", missing="complete"))
