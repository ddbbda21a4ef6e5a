"""Sentences of cohorts that few have: nobody at the week, everybody the same, one stratum alone, ties, the mixed rule. By hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from aadash import AnalysisPlan, analyses
from aadash.analyses import model_based
from aadash.analyses.change import change_from_baseline
from aadash.analyses.intercurrent import intercurrent_events
from aadash.charts.steps import response_steps
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.measure import Measure
from aadash.report.tables import printable
from tests.making import NAN, cohort_of

BY_SEX = AnalysisPlan(stratifier="sex")
SEX = {"roles": {"sex": "sex"}}
DENSITY = Measure("Hair density", 0, 300, better="higher")


def codes(result: object) -> dict[str, str]:
    return {c.code: f"{c.text} {c.advice}" for c in result.caveats}  # type: ignore[attr-defined]


# --- nobody at the week ------------------------------------------------------------------------------------------------
def unseen() -> Cohort:
    return cohort_of([[50, 30, NAN], [60, 45, NAN], [80, 60, NAN], [90, 80, NAN]], [0, 8, 12], sex=["f", "f", "m", "m"], **SEX)


def test_of_nobody_it_is_not_said_that_an_endpoint_is_undefined_or_that_one_stratum_has_somebody() -> None:
    plan = BY_SEX.replace(week=12)
    assert analyses.responders(unseen(), plan).sentence == "Nobody can be counted for SALT75 at week 12."
    assert "no stratum has anybody to count" in analyses.responders_between(unseen(), plan).sentence
    assert analyses.severity_flow(unseen(), plan).sentence.startswith("Nobody was seen at baseline and at week 12")
    assert analyses.pooled_evidence(unseen(), plan).sentence.endswith("Here: nobody can be counted.")
    with pytest.raises(NotComputable, match="nobody of one of the strata has a score at the week"):
        analyses.adjusted_comparison(unseen(), plan)
    with pytest.raises(NotComputable, match="Over all visits"):  # no step between visits that anybody made
        analyses.repeated_response(unseen(), plan)
    assert "last-observation" not in codes(analyses.missingness(unseen(), plan))


def test_an_estimate_is_said_of_the_rules_under_which_there_is_one() -> None:
    """Under NRI and LOCF 0 of 4 respond; of those seen, and of those with every visit, nobody is left."""
    said = analyses.missing_rule_comparison(unseen(), BY_SEX.replace(week=12)).sentence
    assert "The estimate is 0.0 under non-responder imputation and last observation carried forward." in said
    assert "Nobody can be counted under observed cases and complete cases." in said


def test_nothing_is_carried_forward_of_none() -> None:
    rows = [[80.0, 60.0], [70.0, 50.0], [60.0, NAN], [90.0, NAN]]
    told = codes(analyses.responders(cohort_of(rows, [0, 12]), AnalysisPlan(missing="locf")))["attrition"]
    assert "nothing can be carried forward" in told and "missing one of 0" not in told
    rows = [[80.0, 60.0], [70.0, 50.0], [0.0, NAN], [NAN, NAN]]
    told = codes(analyses.responders(cohort_of(rows, [0, 12]), AnalysisPlan(missing="nri")))["attrition"]
    assert "Left out: without a baseline" in told and "0 count" not in told


def test_before_anybody_has_responded_or_left_the_incidence_is_nought() -> None:
    rows = [[50, NAN, 10, 10], [60, NAN, 60, NAN], [80, NAN, 80, NAN], [90, NAN, 90, 90]]
    result = analyses.competing_discontinuation(cohort_of(rows, [0, 8, 12, 24]), AnalysisPlan(stratifier="none", week=8))
    r = result.rows(variable_level="summary").iloc[0]
    assert r["week"] == 8 and r["incidence"] == r["left"] == r["kaplan_meier"] == 0 and "0.0 % have responded" in result.sentence


def test_a_plan_that_counts_nobody_has_no_rate() -> None:
    plans = (("one", BY_SEX.replace(week=8)), ("two", BY_SEX.replace(week=12)))
    said = analyses.side_by_side(unseen(), BY_SEX, plans=plans).sentence
    assert "“two”: nobody can be counted for SALT75 at week 12" in said and "–" not in said


# --- one of them, or all the same --------------------------------------------------------------------------------------
def test_everybody_changed_by_the_same() -> None:
    said = analyses.change_from_baseline(cohort_of([[50, 10], [60, 20], [80, 40]], [0, 12]), AnalysisPlan()).sentence
    assert "(all 3 pairs changed by the same)" in said


def test_one_patient_is_one() -> None:
    alone = cohort_of([[80.0, 15.0]], [0, 12])
    assert analyses.severity_flow(alone, AnalysisPlan()).sentence.startswith("Of 1 patient seen at baseline")
    assert analyses.missingness(alone, AnalysisPlan()).sentence == "The one patient was seen at every one of the 2 visits."
    assert analyses.salt_over_time(alone, AnalysisPlan(stratifier="none")).sentence.endswith("15.0 at week 12 (n = 1).")
    mild = cohort_of([[15.0, 15.0], [80.0, 60.0], [90.0, 60.0]], [0, 12])
    told = codes(analyses.responders(mild, AnalysisPlan(endpoint="SALT<=20", stratifier="none")))["already-there"]
    assert "1 of 3 patients had SALT of 20 or less before the first dose and counts as a responder" in told


def test_the_mixed_model_of_one_stratum_is_no_fault() -> None:
    """Of the men nobody has a percent change: each of them began at 0."""
    rows = [[50, 30, 10], [60, 45, 20], [80, 60, 45], [0, 5, 3], [0, 3, 2]]
    cohort = cohort_of(rows, [0, 8, 12], sex=["f", "f", "f", "m", "m"], **SEX)
    plan = BY_SEX.replace(missing="mixed")
    with pytest.raises(NotComputable, match="At no week do two strata"):
        analyses.between_strata(cohort, plan)
    assert "Only one stratum has patients with percent change" in codes(analyses.mixed_anova(cohort, plan))["not-computed"]


def test_ranks_are_compared_where_the_first_stratum_has_nobody() -> None:
    rows = [[80.0, NAN]] * 3 + [[80.0, 20.0 + i] for i in range(4)] + [[80.0, 50.0 + i] for i in range(4)]
    result = analyses.rank_differences(cohort_of(rows, [0, 12], g=["a"] * 3 + ["b"] * 4 + ["c"] * 4), AnalysisPlan(stratifier="g"))
    assert "21.5 in g: b and 51.5 in g: c" in result.sentence and result.accounting.analysed == 8


# --- the worst ---------------------------------------------------------------------------------------------------------
def test_where_more_is_better_the_most_severe_have_the_least() -> None:
    rows = [[20.0 + 5 * i, 30.0 + 5 * i + i % 3] for i in range(16)]
    result = analyses.regression_to_the_mean(cohort_of(rows, [0, 12], measure=DENSITY, score="Hair density"), AnalysisPlan())
    z = result.table.set_index("variable_level")["z_baseline"]
    assert z["most severe quarter"] < -1 < 1 < z["mildest quarter"]


def test_ties_that_are_more_than_a_quarter_are_not_called_one() -> None:
    rows = [[100.0, 60.0 + i % 5] for i in range(31)] + [[20.0 + 2 * i, 10.0 + i] for i in range(29)]
    assert (
        "The most severe at baseline (31 patients) stood" in analyses.regression_to_the_mean(cohort_of(rows), AnalysisPlan()).sentence
    )


# --- has it fallen? ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("step", "measure", "verdict"),
    [
        (-20, None, "Mean SALT has fallen."),
        (20, None, "Mean SALT has not fallen: it has risen."),
        (0, None, "Whether mean SALT has fallen is not clear."),
        (20, DENSITY, "Mean Hair density has risen."),
        (-20, DENSITY, "Mean Hair density has not risen: it has fallen."),
        (0, DENSITY, "Whether mean Hair density has risen is not clear."),
    ],
)
def test_the_question_is_answered(step: int, measure: Measure | None, verdict: str) -> None:
    rows = [[50.0, 50.0 + step + (i % 5 - 2) * 3] for i in range(20)]
    more = {} if measure is None else {"measure": measure, "score": measure.name}
    assert change_from_baseline(cohort_of(rows, [0, 12], **more), AnalysisPlan(stratifier="none")).sentence.startswith(verdict + " ")


def test_split_by_arm_the_numbers_of_all_still_mix_the_arms() -> None:
    rows = [[80.0, 40.0 + i] for i in range(20)]
    cohort = cohort_of(rows, [0, 24], treatment=["baricitinib", "placebo"] * 10)
    for plan in (AnalysisPlan(stratifier="treatment"), AnalysisPlan(stratifier="treatment", arm="treatment")):
        for ask in (analyses.change_from_baseline, analyses.responders, analyses.salt_over_time):
            told = codes(ask(cohort, plan))["control-arm"]
            assert "all patients mix" in told and told.endswith("Read the numbers of each arm.")


# --- a mean near the end of its scale ----------------------------------------------------------------------------------
def test_an_interval_beyond_the_scale_is_that_of_r_and_said() -> None:
    """R: ``t.test(c(100, 100, 100, 85))$conf.int`` is 84.31585 108.18415; of −100, −100, −60 it is −144.04 to −29.29."""
    high = cohort_of([[100.0, 100.0], [100.0, 100.0], [100.0, 100.0], [85.0, 85.0]], [0, 12])
    r = analyses.salt_over_time(high, AnalysisPlan(stratifier="none")).rows(variable="salt", week=12).iloc[0]
    assert (r["ci_low"], r["ci_high"]) == pytest.approx((84.31582636, 108.18417364), abs=1e-8)
    low = cohort_of([[80.0, 0.0], [60.0, 0.0], [50.0, 20.0]], [0, 12])
    result = analyses.salt_over_time(low, AnalysisPlan(stratifier="none"))
    changed, seen = (result.rows(variable=v, week=12).iloc[0] for v in ("percent_change", "salt"))
    assert (changed["ci_low"], changed["ci_high"]) == pytest.approx((-144.0353697, -29.2979636), abs=1e-6)
    assert (seen["ci_low"], seen["ci_high"]) == pytest.approx((-22.01768486, 35.3510182), abs=1e-7)
    assert "does not know where the scale ends" in result.method


# --- the mixed model is one model --------------------------------------------------------------------------------------
def leaving() -> Cohort:
    rng = np.random.default_rng(3)
    base = rng.uniform(50, 100, 60)
    values = np.column_stack([base, base * rng.uniform(0.5, 1, 60), base * rng.uniform(0.1, 0.9, 60)])
    values[rng.random(60) < 0.3, 2] = NAN
    return cohort_of(
        values.tolist(), [0, 12, 24], sex=["f", "m"] * 30, age=list(rng.integers(20, 60, 60)), roles={"sex": "sex", "age": "age"}
    )


def test_the_next_study_is_planned_on_the_difference_that_the_page_shows() -> None:
    plan = BY_SEX.replace(missing="mixed")
    planned = analyses.planning(leaving(), plan).rows(variable="mixed model").iloc[0]["target"]
    change = analyses.change_from_baseline(leaving(), plan).rows(week=24).set_index("group1_level")["mean"]
    assert planned == pytest.approx(change["f"] - change["m"], rel=1e-9)


def test_of_one_visit_that_nobody_missed_the_plan_is_that_of_two_means_by_hand() -> None:
    """n = 2 s² (1.959964 + 0.841621)² / d² in each group, s² pooled within the two."""
    a, b = [-30.0, -20, -25, -40, -15, -35], [-10.0, -5, -22, -12, -18, -3]
    cohort = cohort_of([[80.0 + i, 80.0 + i + c] for i, c in enumerate([*a, *b])], [0, 12], sex=["f"] * 6 + ["m"] * 6, **SEX)
    r = analyses.planning(cohort, BY_SEX).rows(variable="mixed model").iloc[0]
    s2 = (np.var(a, ddof=1) + np.var(b, ddof=1)) / 2
    assert r["n1"] == r["n2"] == math.ceil(2 * s2 * (1.959964 + 0.841621) ** 2 / (np.mean(a) - np.mean(b)) ** 2)


def test_adjusted_under_the_mixed_rule_begins_with_the_mixed_model() -> None:
    result = analyses.adjusted_comparison(leaving(), BY_SEX.replace(missing="mixed"))
    rows = result.rows(variable="change").set_index("variable_level")
    assert rows.index[0] == "mmrm" and printable(result)["Method"].iloc[0] == "Mixed model, every score"
    assert (
        f"by the mixed model, adjusted for baseline SALT and age: {rows.loc['mmrm', 'estimate']:.1f}".replace("-", "−")
        in result.sentence
    )
    assert result.accounting.analysed == rows.loc["mmrm", "n_analysed"] == 60
    observed = analyses.adjusted_comparison(leaving(), BY_SEX)
    assert "by the mixed model" not in observed.sentence and observed.accounting.analysed < 60


def test_a_comparison_of_which_only_the_model_is_left_has_a_sentence() -> None:
    """Every change at week 24 is −40, which least squares refuses."""
    rows = [[80.0, 60.0 + i, 40.0] for i in range(6)] + [[70.0, 50.0 + i, 30.0] for i in range(6)]
    said = analyses.adjusted_comparison(cohort_of(rows, [0, 12, 24], sex=["f", "m"] * 6, **SEX), BY_SEX).sentence
    assert said != "." and "f less m" in said


# --- what was before the first dose ------------------------------------------------------------------------------------
@pytest.mark.parametrize("column", ["rescue before baseline", "past discontinuation", "이전 치료 중단", "prevRescue"])
def test_one_rule_says_what_was_before(column: str) -> None:
    rows = [[80.0, 40.0], [70.0, 30.0]]
    assert not intercurrent_events(cohort_of(rows, [0, 12], **{column: ["yes", "no"]}))
    assert intercurrent_events(cohort_of(rows, [0, 12], rescue=["yes", "no"]))


# --- what is said of whom ----------------------------------------------------------------------------------------------
def test_a_curve_ends_where_nobody_is_followed_any_longer() -> None:
    rows: list[list[float]] = [[80, 60, NAN], [70, 10, NAN], [75, 60, NAN], [80, 60, 10], [80, 60, 60], [80, 20, 10]]
    result = analyses.time_to_response(cohort_of(rows, [0, 12, 24], g=["a"] * 3 + ["b"] * 3), AnalysisPlan(stratifier="g"))
    drawn = response_steps(result)
    assert drawn.data["steps"].groupby("level")["week"].max().to_dict() == {"g: a": 12, "g: b": 24}
    assert "by the last visit of each stratum: g: a 33.3 %" in drawn.alt


def test_a_model_of_everyone_is_not_denied_where_that_of_the_strata_failed() -> None:
    with pytest.MonkeyPatch.context() as patch:
        fit = model_based.fit

        def only_pooled(s: object, matrix: np.ndarray, weeks: object, pooled: bool) -> object:
            if not pooled:
                raise NotComputable("No covariance can be fitted")
            return fit(s, matrix, weeks, pooled)  # type: ignore[arg-type]

        patch.setattr(model_based, "fit", only_pooled)
        for ask in (analyses.change_from_baseline, analyses.salt_over_time):
            told = codes(ask(leaving(), BY_SEX.replace(missing="mixed")))["mmrm"]
            assert told.startswith("The mixed model of the strata could not be fitted, so their numbers are of the scores recorded.")


def test_tests_of_the_patients_seen_beside_the_model_are_said_to_be_that() -> None:
    mixed = analyses.change_from_baseline(leaving(), BY_SEX.replace(missing="mixed")).method
    assert "beside it are of the patients with a score at that week" in mixed
    assert "beside it are" not in analyses.change_from_baseline(leaving(), BY_SEX).method


def test_the_baseline_that_makes_the_groups_is_told_wherever_a_percentage_is_compared() -> None:
    rows = [[30.0 + 4 * i, 20.0 + i, 5.0 + i] for i in range(16)]
    cohort, plan = cohort_of(rows, [0, 12, 24]), AnalysisPlan(stratifier="severity")
    for ask in (analyses.rank_differences, analyses.equivalence, analyses.repeated_response, analyses.time_to_response):
        assert "severity-denominator" in codes(ask(cohort, plan)), ask.__name__
    severe = cohort.subset(cohort.baseline > 50)
    for ask in (analyses.salt_over_time, analyses.responders):
        assert "severity-denominator" not in codes(ask(severe, plan)), "one group is not made of anything"
    for ask in (analyses.change_from_baseline, analyses.adjusted_comparison, analyses.subgroups_change):
        told = [c.text for c in ask(cohort, plan).caveats if c.code == "severity-denominator"]
        assert any("nobody can fall below 0, so the milder group cannot fall as far" in text for text in told), ask.__name__
    assert not any("cannot fall as far" in c.text for c in analyses.change_from_baseline(severe, plan).caveats)


def test_a_method_names_the_questions_that_were_answered() -> None:
    rows = [[80.0, 70.0, 10.0 + 5 * (i % 9)] for i in range(24)]
    two = analyses.repeated_response(cohort_of(rows, [0, 12, 24], sex=["f", "m"] * 12, **SEX), BY_SEX).method
    assert "McNemar" in two and "Cochran" not in two


def test_odds_of_nobody_have_no_ratio() -> None:
    """Of the men nobody responds at any visit: 0.00 (0.00 to 0.00), p < 0.001 was said of them."""
    rows = [[80.0, 10.0 if i % 2 else 70.0, 70.0 if i % 3 else 5.0] for i in range(12)] + [[80.0, 70.0, 75.0]] * 8
    two = cohort_of(rows, [0, 12, 24], sex=["f"] * 12 + ["m"] * 8, **SEX)
    result = analyses.repeated_response(two, BY_SEX)
    assert result.rows(variable_level="gee").empty and "In m nobody or everybody responds" in codes(result)["not-computed"]
    three = cohort_of(rows, [0, 12, 24], g=["a", "b"] * 6 + ["c"] * 8)
    result = analyses.repeated_response(three, AnalysisPlan(stratifier="g"))
    assert [p.second for p in result.rows(variable_level="gee")["group1_level"]] == ["b"]
    assert "in g: c nobody or everybody responds" in codes(result)["not-computed"]


def test_no_error_is_no_enormous_f() -> None:
    """Each patient follows his stratum's course exactly: the F of the interaction was 4.7e33."""
    rows = [[80.1, 80.1 * a, 80.1 * b] for a, b in ((0.7, 0.3), (0.7, 0.3), (0.6, 0.5))]
    result = analyses.mixed_anova(cohort_of(rows, [0, 12, 24], sex=["f", "f", "m"], **SEX), BY_SEX)
    f = result.table["f"].to_numpy(float)
    assert not (f > 1e12).any() and "e+" not in result.sentence


def test_a_covariate_that_cannot_be_adjusted_for_is_called_by_its_name() -> None:
    """At week 12 all have one baseline; the age varies."""
    rows = [[80.0, 60.0 + i, 50.0 + 2 * i] for i in range(5)] + [[70.0 + i, NAN, 40.0 + i % 3] for i in range(5)]
    cohort = cohort_of(
        rows, [0, 12, 24], sex=["f", "m"] * 5, age=[30.0, 41, 52, 23, 34, 45, 36, 27, 48, 39], roles={"sex": "sex", "age": "age"}
    )
    told = " ".join(c.text for c in analyses.adjusted_comparison(cohort, BY_SEX).caveats)
    assert "“baseline SALT” cannot be adjusted for at week 12" in told and "“age” cannot" not in told


def test_half_is_not_said_of_one_of_three() -> None:
    """Two leave after week 12; of the one who comes to week 24 Kaplan–Meier makes everybody."""
    said = analyses.time_to_response(
        cohort_of([[80, 60, NAN], [80, NAN, NAN], [80, 60, NAN], [80, 70, 10]], [0, 12, 24]), AnalysisPlan(stratifier="none")
    ).sentence
    assert "1 of 3 patients followed reached SALT75; had those followed for less time gone on like the others, half would have" in said


def test_a_stratum_of_nobody_is_told_beside_the_small_ones() -> None:
    """“Few patients in 5 of 6 strata” said that the sixth had many; it had nobody."""
    rows = [[80.0, 70.0 - i] for i in range(24)] + [[80.0, NAN]]
    cohort = cohort_of(rows, [0, 12], site=[*(c for c in "abcd" for _ in range(6)), "e"])
    told = codes(analyses.responders(cohort, AnalysisPlan(stratifier="site")))["small-stratum"]
    assert told.startswith("Few patients in 4 of 5 strata and nobody in 1, fewest in ")
