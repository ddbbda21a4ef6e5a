"""What surrounds the numbers: who is counted, what is said where test and interval disagree, what follows a rule and what cannot.

The small cohorts are cut from cases in which a sentence once contradicted its table; R 4.2.2 where a number is R's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from aadash import analyses
from aadash.analyses import caveats as doubt
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.filters import BASELINE, Filter
from aadash.levels import ALL, Pair
from aadash.plan import AnalysisPlan
from aadash.report.tables import printable
from aadash.result import Result
from tests.making import NAN, cohort_of

SEX = {"roles": {"sex": "sex"}}
BY_SEX = AnalysisPlan(stratifier="sex")


def codes(result: Result) -> list[str]:
    return [c.code for c in result.caveats]


@pytest.fixture(scope="module")
def korea() -> Cohort:
    from aadash import read_cohort

    return read_cohort(Path(__file__).resolve().parents[2] / "sample_data" / "korea_2025.csv")


# --- numbers -----------------------------------------------------------------------------------------------------------
def test_everyone_at_100_is_modelled_by_the_changes(korea: Cohort) -> None:
    """R: t.test(salt - 100), n = 40, nobody misses a visit."""
    plan = AnalysisPlan(stratifier="sex", missing="mixed", filters=(Filter(BASELINE, low=100.0),))
    result = analyses.change_from_baseline(korea, plan)
    for week, low, high, p in (
        (8, -14.154884543218, -3.9151154567819, 9.6811327790432e-04),
        (36, -75.190812305434, -48.924187694566, 9.0705811393016e-12),
    ):
        r = result.rows(group1_level=ALL, week=week).iloc[0]
        assert [r["ci_low"], r["ci_high"], r["p"], r["df"]] == pytest.approx([low, high, p, 39], rel=1e-8)
    assert "mmrm-known" in codes(result) and "mixed model, 39 degrees of freedom" in result.sentence


def test_welch_with_one_constant_stratum() -> None:
    """R: t.test(A, B): t 20.1, 59.2 to 74.6, as ten patients stay at 100."""
    start = [49, 27, 34, 40, 29, 21, 46, 49, 21]
    end = [8.6, 7.7, 13.1, 17.2, 13.0, 8.5, 11.6, 10.7, 8.0]
    rows = [[100.0, 100.0]] * 10 + [[float(a), b] for a, b in zip(start, end, strict=True)]
    r = analyses.between_strata(cohort_of(rows, [0, 24]), AnalysisPlan(stratifier="severity")).rows(week=24).iloc[0]
    assert [r["t"], r["df"]] == pytest.approx([20.1135101064283, 8], rel=1e-9)
    assert [r["ci_low"], r["ci_high"], r["p"]] == pytest.approx([59.2149860070902, 74.5512158889236, 3.89667807778592e-08], rel=1e-9)


def test_mann_whitney_is_exact_where_methods_promises_it() -> None:
    """R: wilcox.test(x, y): W 16, p 0.0444 (2 against 8, no ties); 0.0502 by the normal approximation."""
    rows = [(90, 88), (80, 79), (90, 50), (80, 41), (70, 33), (95, 40), (66, 30), (99, 35), (77, 22), (85, 31)]
    cohort = cohort_of([list(map(float, r)) for r in rows], [0, 24], sex=["f"] * 2 + ["m"] * 8, **SEX)
    r = analyses.between_strata(cohort, BY_SEX).rows(week=24).iloc[0]
    assert (r["mann_whitney_u"], r["mann_whitney_method"]) == (16, "exact")
    assert r["mann_whitney_p"] == pytest.approx(2 / 45, rel=1e-12)


def test_odds_ratios_of_one_table_have_one_direction(korea: Cohort) -> None:
    table = analyses.repeated_response(korea, BY_SEX.replace(endpoint="SALT50"), within="severity").table
    rows = table[table["variable_level"].isin(["gee", "cmh"])]
    assert set(rows["group1_level"]) == {Pair("female", "male")} and len({v > 1 for v in rows["odds_ratio"]}) == 1
    printed = printable(analyses.repeated_response(korea, BY_SEX.replace(endpoint="SALT50"), within="severity"))
    said = analyses.repeated_response(korea, BY_SEX.replace(endpoint="SALT50"), within="severity").sentence
    assert "within the levels of severity group (cut at 50), the odds of SALT50 in female" in said and "(95 % CI" in said
    labelled = printed.loc[printed["Question"].str.contains("GEE|CMH") & ~printed["Question"].str.startswith("Ten"), "Compared"]
    assert set(labelled) == {"female against male"}


def test_odds_without_a_finite_ratio_are_said_to_have_none() -> None:
    """By hand: within site a all women and one of two men respond, within b nobody: no level has a man who responds beside a woman who
    does not, so Mantel and Haenszel's ratio is 2·1/4 over 0. It was “∞ times those in m (–; p)”."""
    rows = [[80.0, 10.0, 10.0]] * 2 + [[80.0, 10.0, 10.0], [80.0, 70.0, 70.0]] + [[80.0, 70.0, 75.0]] * 4
    sites = ["a"] * 4 + ["b"] * 4
    cohort = cohort_of(rows, [0, 12, 24], sex=["f", "f", "m", "m", "f", "f", "m", "m"], site=sites, **SEX)
    said = analyses.repeated_response(cohort, BY_SEX.replace(endpoint="SALT50"), within="site").sentence
    assert "∞" not in said
    assert "the odds of SALT50 in f and m have no finite ratio: no level has responders in m beside non-responders in f (" in said


# --- who is counted ----------------------------------------------------------------------------------------------------
def seen_and_not() -> Cohort:
    """20 patients: 2 without a baseline, 3 women and 2 men missing week 24, one of them having missed week 12 only."""
    rows = [[90.0 - i, 60.0 - i, 10.0 + i] for i in range(20)]
    rows[0][0] = rows[1][0] = NAN
    for i in (2, 4, 6, 3, 5):
        rows[i][2] = NAN
    rows[7][1] = NAN
    sex: list = ["f", "m"] * 10
    sex[18] = None
    return cohort_of(rows, [0, 12, 24], sex=sex, **SEX)


@pytest.mark.parametrize("rule", ["observed", "complete", "nri", "locf"])
def test_reasons_are_the_true_ones_and_add_up(rule: str) -> None:
    cohort = seen_and_not()
    a = analyses.responders(cohort, BY_SEX.replace(missing=rule, endpoint="SALT<=20")).accounting
    reasons = {e.reason: e.n for e in a.excluded}
    assert a.analysed + sum(reasons.values()) == a.enrolled == 20
    assert reasons.pop("without a baseline SALT") == 2
    expected = {
        "observed": {"with no visit at week 24": 5},
        "complete": {"seen at week 24 but not at every visit": 1, "with no visit at week 24": 5},
        "nri": {},
        "locf": {},
    }
    assert reasons == expected[rule]


@pytest.mark.parametrize("rule", ["observed", "complete", "nri", "locf", "mixed"])
def test_the_total_is_the_strata_and_those_not_recorded(rule: str) -> None:
    result = analyses.responders(seen_and_not(), BY_SEX.replace(missing=rule, endpoint="SALT<=20"))
    now = result.rows(variable="SALT<=20", week=24).set_index("group1_level")
    k, n = (int(now[c].iloc[0] - now[c].iloc[1:].sum()) for c in ("k", "n"))
    assert (n == 1) and f"not recorded {k}/{n}" in result.sentence and "no-stratum" in codes(result)


def test_small_strata_are_of_those_analysed() -> None:
    rows = [[80.0, 30.0 + i, NAN if i < 8 else 20.0 + i] for i in range(30)]
    cohort = cohort_of(rows, [0, 12, 24], sex=["f"] * 15 + ["m"] * 15, **SEX)
    told = next(c.text for c in analyses.responders(cohort, BY_SEX).caveats if c.code == "small-stratum")
    assert "f (n = 7)" in told and "m (n" not in told


# --- what is said ------------------------------------------------------------------------------------------------------
def test_where_test_and_interval_disagree_it_says_why() -> None:
    rows = [(90, 80), (85, 70), (77, 71), (95, 90), (66, 60), (90, 10), (80, 5), (70, 12), (88, 70), (93, 85)]
    cohort = cohort_of([list(map(float, r)) for r in rows], [0, 24], sex=["f"] * 5 + ["m"] * 5, **SEX)
    result = analyses.responders_between(cohort, BY_SEX)
    r = result.rows(variable="SALT75", week=24, group1_level=ALL).iloc[0]
    assert r["p"] > 0.05 and r["ci_high"] < 0
    assert "Test and interval disagree because Fisher's test is exact" in result.sentence and "remains possible" not in result.sentence


def test_no_interval_is_promised_between_three_strata() -> None:
    rows = [[80.0, 20.0 + i] for i in range(12)]
    cohort = cohort_of(rows, [0, 24], sex=["a", "b", "c"] * 4, **SEX)
    sentence = analyses.responders_between(cohort, BY_SEX).sentence
    assert "Not significant is not the same as equal." in sentence and "interval says" not in sentence


def test_the_words_follow_the_mixed_model(korea: Cohort) -> None:
    plan = BY_SEX.replace(missing="mixed")
    change, course = analyses.change_from_baseline(korea, plan), analyses.mixed_anova(korea, plan)
    assert "mixed model" in change.sentence and "mixed model" in change.choice and "paired" not in change.choice
    assert "(mixed model, stratum × week" in course.sentence and "mixed model" in course.choice
    assert "All 117 patients were analysed, with every score that they have." in course.sentence


def test_a_median_names_a_week_with_a_visit() -> None:
    """Half respond at week 12 and the next at week 24: R prints the middle, week 18, at which nobody was seen."""
    rows = [[80.0, 10.0, 10.0]] * 3 + [[80.0, 70.0, 10.0]] * 3
    sentence = analyses.time_to_response(cohort_of(rows, [0, 12, 24]), AnalysisPlan(stratifier="none")).sentence
    assert "half had reached it by week 12" in sentence


def test_a_limit_that_was_not_reached_is_told() -> None:
    rows = [[80.0, 10.0, 10.0]] * 4 + [[80.0, 70.0, 70.0]] * 3
    sentence = analyses.time_to_response(cohort_of(rows, [0, 12, 24]), AnalysisPlan(stratifier="none")).sentence
    assert "no upper limit reached" in sentence and "–" not in sentence


def test_loss_is_not_called_gain() -> None:
    rows = [[80.0, 10.0, 70.0 if i < 23 else 10.0] for i in range(40)]
    cohort = cohort_of(rows, [0, 12, 24], sex=["f", "m"] * 20, **SEX)
    sentence = analyses.repeated_response(cohort, BY_SEX).sentence
    assert "more lose the response than gain it by week 24" in sentence and "more gain" not in sentence


def test_a_trend_over_doses_begins_with_placebo() -> None:
    """R: ``prop.trend.test(c(1,4,8), c(10,10,10))`` has p = 0.00158; in the order of the alphabet, 2 mg, 4 mg, placebo, 0.176."""
    rows = [[80.0, 10.0 if i < k else 70.0] for k in (1, 4, 8) for i in range(10)]
    cohort = cohort_of(rows, [0, 24], arm=["placebo"] * 10 + ["2 mg"] * 10 + ["4 mg"] * 10)
    result = analyses.repeated_response(cohort, AnalysisPlan(stratifier="arm"))
    assert result.rows(variable_level="trend")["p"].iloc[0] == pytest.approx(0.0015847540164, rel=1e-9)
    assert "From placebo over 2 mg to 4 mg the share with SALT75 at week 24 rises" in result.sentence


def test_rules_without_a_gap_still_compare_the_methods(korea: Cohort) -> None:
    result = analyses.missing_rule_comparison(korea, BY_SEX, question="mixed_anova")
    assert result.sentence.startswith("No visit is missing, so only the method differs.")
    p = result.table.set_index("variable")["p"]
    assert ("Yes, it changes" in result.sentence) == (len({v <= 0.05 for v in p}) == 2)


def test_a_rule_that_is_not_followed_is_no_agreement() -> None:
    rng = np.random.default_rng(4)
    rows = np.clip(80 + rng.normal(-5, 20, (45, 4)).cumsum(axis=1), 0, 100)
    rows[rng.random((45, 4)) < 0.1] = NAN
    rows[:, 0] = 80 + np.arange(45) % 15
    cohort = cohort_of(rows.tolist(), [0, 8, 16, 24], sex=["a", "b", "c"] * 15, **SEX)
    result = analyses.missing_rule_comparison(cohort, BY_SEX, question="between_strata")
    mixed = result.rows(variable="mixed").iloc[0]
    assert mixed["followed"] == 0 and "the 3 rules" in result.sentence.replace("all 3", "the 3")
    assert any(c.code == "rules" and "Mixed model" in c.text for c in result.caveats)


def test_one_p_is_said_once() -> None:
    rows = [[90.0 - i / 10, 20.0 + i / 3] for i in range(40)]
    rows[0][1] = NAN
    sentence = analyses.missing_rule_comparison(cohort_of(rows, [0, 24]), AnalysisPlan(), question="change_from_baseline").sentence
    assert "(p < 0.001)" in sentence and "< 0.001 to" not in sentence


# --- doubts ------------------------------------------------------------------------------------------------------------
def test_already_there_is_told_by_stratum_wherever_an_absolute_endpoint_is_used() -> None:
    rows = [[10.0 + i, 5.0, 5.0] for i in range(8)] + [[60.0 + i, 30.0, 10.0 + 3 * i] for i in range(12)]
    cohort, plan = cohort_of(rows, [0, 12, 24]), AnalysisPlan(endpoint="SALT<=20")
    for ask in (analyses.responders, analyses.responders_between, analyses.repeated_response, analyses.equivalence):
        told = next(c for c in ask(cohort, plan).caveats if c.code == "already-there")
        assert "8 of 20 patients" in told.text and "8 of 8 in Group B (SALT ≤ 50)" in told.text and told.level == "warning"


def test_who_is_not_analysed_is_no_responder_from_the_start() -> None:
    """“14 of 117 count as responders from the start” stood under complete cases, where 64 are analysed. By hand: of 8 who began at 20
    or below two miss week 12 and one week 24, so 5 of 8 are left by complete cases and 7 as seen; of the other 12 all are left."""
    rows = [[10.0 + i, NAN if i < 2 else 5.0, NAN if i == 2 else 5.0] for i in range(8)] + [
        [60.0 + i, 30.0, 10.0 + 3 * i] for i in range(12)
    ]
    cohort = cohort_of(rows, [0, 12, 24])
    for rule, n in (("complete", 5), ("observed", 7), ("nri", 8)):
        plan = AnalysisPlan(endpoint="SALT<=20", missing=rule, week=24)
        for ask in (analyses.responders, analyses.responders_between, analyses.equivalence):
            told = next(c for c in ask(cohort, plan).caveats if c.code == "already-there")
            assert f"{n} of {n + 12} patients" in told.text and f"{n} of {n} in Group B" in told.text


def test_unequal_losses_are_told_under_every_rule() -> None:
    rows = [[80.0, 40.0 + i, NAN if i < 9 else 30.0 + i] for i in range(40)]
    cohort = cohort_of(rows, [0, 12, 24], sex=["f"] * 20 + ["m"] * 20, **SEX)
    for rule in ("observed", "nri", "locf", "mixed"):
        plan = BY_SEX.replace(missing=rule)
        for ask in (analyses.responders, analyses.responders_between, analyses.change_from_baseline, analyses.between_strata):
            told = {c.code: c.text for c in ask(cohort, plan).caveats}
            assert "9 of 20 (45.0 %) in f and 0 of 20 (0.0 %) in m" in told["differential-attrition"] and "attrition" in told


def test_a_placebo_arm_is_not_called_treated() -> None:
    rows = [[80.0, 40.0 + i] for i in range(20)]
    cohort = cohort_of(rows, [0, 24], treatment=["baricitinib", "placebo"] * 10, sex=["f", "m"] * 10, **SEX)
    told = {c.code: c.text for c in analyses.responders(cohort, BY_SEX).caveats}
    assert "single-arm" not in told and "“placebo”" in told["control-arm"]
    by_arm = codes(analyses.responders_between(cohort, AnalysisPlan(stratifier="treatment")))
    assert "arms" in by_arm and "prognostic" not in by_arm


def test_after_baseline_is_told_everywhere() -> None:
    rows = [[80.0, 40.0 + i, 20.0 + 2 * i] for i in range(20)]
    cohort = cohort_of(rows, [0, 12, 24], adverse_event=["yes", "no"] * 10, roles={"adverse_event": "adverse_event"})
    plan = AnalysisPlan(stratifier="adverse_event")
    asked = (analyses.responders, analyses.responders_between, analyses.salt_over_time, analyses.change_from_baseline)
    for ask in (*asked, analyses.between_strata, analyses.mixed_anova, analyses.time_to_response, analyses.simple_effects):
        assert "after-baseline" in codes(ask(cohort, plan)), ask.__name__


def test_many_looks_follow_alpha_and_the_tests_that_were_made() -> None:
    assert "at 1 % about 0.4" in doubt.many_tests(35, 0.01).text
    rows = [[80.0, 20.0 + i, 10.0 + i, 15.0 + i] for i in range(30)]
    result = analyses.responders_between(cohort_of(rows, [0, 8, 12, 24], sex=["a", "b", "c"] * 10, **SEX), BY_SEX)
    shown = result.rows(variable=BY_SEX.endpoint)  # not the tests of the other endpoints, which are not on the page
    told = next(c.text for c in result.caveats if c.code == "many-tests")
    assert f"asked in {int(shown['p'].notna().sum())} tests" in told and len(shown) == 12


def test_five_absences_prove_nothing() -> None:
    rows = [[80.0, 40.0 + i / 2, 20.0 + i / 2] for i in range(40)]
    for i, row in enumerate(rows[-5:]):
        row[1], row[2] = 95.0 + i, NAN
    assert "not-at-random" not in codes(analyses.missingness(cohort_of(rows, [0, 12, 24]), AnalysisPlan(stratifier="none")))
    for i, row in enumerate(rows[-8:]):
        row[1], row[2] = 90.0 + i, NAN
    assert "not-at-random" in codes(analyses.missingness(cohort_of(rows, [0, 12, 24]), AnalysisPlan(stratifier="none")))


def test_the_weightiest_doubts_come_first() -> None:
    rows = [[15.0, 10.0, NAN if i < 9 else 5.0] for i in range(20)] + [[80.0, 40.0 + i, 30.0 + i] for i in range(20)]
    cohort = cohort_of(rows, [0, 12, 24], sex=["f"] * 20 + ["m"] * 20, **SEX)
    assert codes(analyses.responders(cohort, BY_SEX.replace(endpoint="SALT<=20")))[:2] == ["already-there", "differential-attrition"]


def test_checks_name_the_measure(korea: Cohort) -> None:
    result = analyses.mixed_anova(korea, BY_SEX)
    assert "Sphericity, percent change" in [c.name for c in result.checks]
    assert "SALT: Mauchly" in next(c.text for c in result.caveats if c.code == "sphericity")


def test_two_visits_have_no_course_under_any_rule() -> None:
    rng = np.random.default_rng(3)
    cohort = cohort_of(np.clip(rng.normal(60, 20, (20, 2)), 1, 100).tolist(), [0, 24], sex=["f", "m"] * 10, **SEX)
    for rule in ("observed", "mixed"):
        course = analyses.mixed_anova(cohort, BY_SEX.replace(missing=rule))
        assert set(course.table["variable"]) == {"salt"} and "course of SALT" in course.sentence
        with pytest.raises(NotComputable, match="one week after baseline"):
            analyses.visits_as_patients(cohort, BY_SEX.replace(missing=rule))


def test_the_ledger_names_the_test_that_was_made(korea: Cohort) -> None:
    for ask, plain in (
        (analyses.change_from_baseline, "paired t-test"),
        (analyses.between_strata, "Welch's test"),
        (analyses.mixed_anova, "mixed ANOVA"),
    ):
        for missing, name in (("observed", plain), ("mixed", "mixed model for repeated measures")):
            named = {t.name for t in ask(korea, BY_SEX.replace(missing=missing)).tests() if t.column in ("p", "p_gg")}
            assert any(n.startswith(name) for n in named) and not any(n.startswith(plain) for n in named if name != plain), (
                ask,
                named,
            )
