"""Who was not seen, and what a rule makes of that, counted by hand in twelve patients."""

from __future__ import annotations

import numpy as np
import pytest

from aadash import analyses
from aadash.analyses.registry import REGISTRY
from aadash.cohort import Cohort
from aadash.filters import Filter
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.predictor import Predictor
from aadash.result import Result
from tests.making import NAN, cohort_of

PLAN = AnalysisPlan(stratifier="none", endpoint="SALT50", week=24)


def twelve() -> Cohort:
    """Five miss week 24: 0 had SALT 0 at baseline, 1 has no baseline, 2 never came after it, 3 and 4 came to week 12. 5 has no
    baseline and was seen."""
    rows = [[80.0 - i, 60.0 - i, 5.0 * i] for i in range(12)]
    rows[:6] = [[0, 0, NAN], [NAN, 50, NAN], [80, NAN, NAN], [90, 70, NAN], [70, 60, NAN], [NAN, 40, 30]]
    return cohort_of(rows, [0, 12, 24], age=[30.0 + (7 * i) % 12 for i in range(12)], sex=["f", "m"] * 6)


def said(result: Result, code: str) -> str:
    return next((f"{c.text} {c.advice}" for c in result.caveats if c.code == code), "")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("nri", "week 24. Of these, 3 count as no response, which cannot flatter the drug. The others are left out"),
        ("locf", "week 24. The last visit made stands in for the missing one of 3; the others are left out"),
        ("observed", "week 24. If they left because it did not work"),
    ],
)
def test_the_rule_is_said_of_those_whom_it_reaches(rule: str, words: str) -> None:
    found = said(analyses.responders(twelve(), PLAN.replace(missing=rule)), "attrition")
    assert found.startswith("5 of 12 patients (41.7 %) have no SALT at " + words)


@pytest.mark.parametrize(
    ("rule", "least", "words"),
    [
        ("nri", 1, "Of these, 3 count as no response, which cannot flatter the drug. The other is left out: "),
        ("locf", 2, "The last visit made stands in for the missing one of 2; the other is left out, "),
    ],
)
def test_one_is_the_other(rule: str, least: int, words: str) -> None:
    """By hand: of patients 1 to 4 the first has no baseline; of 2 to 4 the first came to no visit after it."""
    few = twelve().subset(np.arange(12) >= least)
    assert words in said(analyses.responders(few, PLAN.replace(missing=rule)), "attrition")


def test_one_patient_has_no_visit() -> None:
    cohort = cohort_of([[80, 60, NAN], *[[80.0, 60, 20 + i] for i in range(9)]], [0, 12, 24])
    found = said(analyses.responders(cohort, PLAN.replace(missing="nri")), "attrition")
    assert (
        found == "1 of 10 patients (10.0 %) has no SALT at week 24. This patient counts as no response, which cannot flatter the drug."
    )


@pytest.mark.parametrize(
    ("rule", "words"),
    [("nri", "counts as no response."), ("locf", "stands at the patient's last observation (never the baseline).")],
)
def test_one_visit_was_filled(rule: str, words: str) -> None:
    cohort = cohort_of([[80, 60, NAN], *[[80.0, 60, 20 + i] for i in range(9)]], [0, 12, 24])
    found = said(analyses.responders(cohort, PLAN.replace(missing=rule)), rule)
    assert found.startswith(f"1 missing visit of 1 patient {words}")


def test_what_is_carried_forward_is_counted_of_those_who_are_analysed() -> None:
    """Week 24 is filled for 0, 1, 3 and 4: a change has 0, 3 and 4, a response 3 and 4, a course all, and so have ranks of SALT."""
    locf = PLAN.replace(missing="locf")
    for name, text in (
        ("change_from_baseline", "3 missing visits of 3 patients"),
        ("responders", "2 missing visits of 2 patients"),
        ("salt_over_time", "4 missing visits of 4 patients"),
    ):
        assert said(getattr(analyses, name)(twelve(), locf), "locf").startswith(text), name
    ranks = analyses.rank_differences(twelve(), locf.replace(stratifier="sex"))
    assert said(ranks, "locf").startswith("4 missing visits at week 24 stand") and ranks.accounting.analysed == 11


def test_a_model_says_apart_who_has_no_baseline() -> None:
    """Without an outcome are 0, 1, 2, 3, 4 and 5, of whom 0, 1 and 5 could have none; under non-responder imputation these alone."""
    model = ModelPlan(predictors=(Predictor("age"),), outcome="response")
    seen = said(analyses.predictors(twelve(), PLAN.replace(missing="observed"), model), "attrition")
    assert seen.startswith(
        "6 of 12 patients (50.0 %) have no known outcome and are not in the model. Of these, 3 have no baseline SALT"
    )
    assert seen.endswith("If the others left because it did not work, what is left looks better than it was.")
    rows = [[80.0 - i, 60.0 - i, 5.0 * i] for i in range(12)]
    rows[3][0] = NAN
    one = cohort_of(rows, [0, 12, 24], age=[30.0 + (7 * i) % 12 for i in range(12)])
    alone = said(analyses.predictors(one, PLAN.replace(missing="nri"), model), "attrition")
    assert alone.startswith("1 of 12 patients (8.3 %) has no known outcome and is not in the model. Of these, 1 has no baseline SALT")
    assert "left because" not in alone


def test_of_the_control_arm_alone_a_failure_flatters_the_drug() -> None:
    """Ten patients on placebo, two not seen: rates of 0/10 beside a drug are lower than 0/8 could be, never higher."""
    rows = [[80.0, 80.0]] * 8 + [[80.0, NAN]] * 2 + [[80.0, 10.0]] * 10
    cohort = cohort_of(rows, [0, 24], arm=["placebo"] * 10 + ["drug"] * 10)
    plan = AnalysisPlan(missing="nri", filters=(Filter("arm", ("placebo",)),))
    said = next(c.advice for c in analyses.responders(cohort, plan).caveats if c.code == "attrition")
    assert "cannot flatter" not in said and "looks the better" in said


def test_who_left_has_a_type_of_course() -> None:
    """Three of ten left after week 8; all ten are typed, so nobody who is left looks better."""
    rows = [[80.0, 70.0, 10.0]] * 7 + [[80.0, 70.0, NAN]] * 3
    found = analyses.course_types(cohort_of(rows, [0, 8, 24]), AnalysisPlan())
    said = next(c.advice for c in found.caveats if c.code == "attrition")
    assert found.accounting.analysed == 10 and "looks better" not in said


def test_counting_the_missing_as_failures_may_favour_a_drug_that_has_a_control() -> None:
    """Four of the placebo arm are missing and nobody of the drug's: failures made of them favour the drug."""
    rows = [[80.0, 10.0]] * 8 + [[80.0, NAN]] * 4 + [[80.0, 10.0]] * 4
    cohort = cohort_of(rows, [0, 24], arm=["4 mg"] * 8 + ["placebo"] * 8)
    told = " ".join(f"{c.text} {c.advice}" for c in analyses.responders(cohort, AnalysisPlan(stratifier="arm", missing="nri")).caveats)
    assert "where more of the control arm are missing, that favours the drug" in told and "cannot flatter" not in told


def test_visits_filled_in_say_of_whom_where_others_have_such_visits_too() -> None:
    """By hand: 0, 3 and 4 miss week 24 after a visit, and so does 1, who has no baseline and no change; of 0, whose SALT began at 0,
    no response is defined. "4 of 4" and "3 of 3" stood one under the other."""
    plan = PLAN.replace(missing="locf")
    filled = {
        name: said(getattr(analyses, name)(twelve(), plan), "locf")
        for name in ("salt_over_time", "change_from_baseline", "responders")
    }
    assert filled["salt_over_time"].startswith("4 missing visits of 4 patients stand") and "Counted" not in filled["salt_over_time"]
    assert filled["change_from_baseline"].startswith("3 missing visits of 3 patients stand")
    assert "Counted: patients with a baseline SALT." in filled["change_from_baseline"]
    assert "2 missing visits of 2 patients" in filled["responders"] and "for whom SALT50 is defined." in filled["responders"]


def test_an_answer_of_one_week_counts_what_was_filled_in_at_that_week() -> None:
    """By hand: four miss week 12, one week 24, and one both: 7 visits of 6 patients, of which 2 are of week 24. “146 missing visits
    count as no response” stood below a comparison in which 33 did. A last value stands for the one who came to week 12."""
    rows = [[90.0, NAN, 10.0]] * 2 + [[90.0, 60.0, 15.0 + 20 * i] for i in range(3)] + [[80.0, NAN, NAN]]
    rows += [[70.0, NAN, 60.0]] * 2 + [[60.0, 50.0, 10.0 + 20 * i] for i in range(3)] + [[60.0, 40.0, NAN]]
    cohort = cohort_of(rows, [0, 12, 24], sex=["f", "m"] * 6, roles={"sex": "sex"})
    nri, locf = (PLAN.replace(stratifier="sex", missing=rule) for rule in ("nri", "locf"))
    whole = "7 missing visits of 6 patients count as no response."
    assert said(analyses.responders(cohort, nri), "nri").startswith(whole)
    for name in ("equivalence", "subgroups_response"):
        assert said(getattr(analyses, name)(cohort, nri), "nri").startswith("2 missing visits at week 24 count as no response."), name
    for name in ("equivalence", "rank_differences", "band_differences", "subgroups_change", "adjusted_comparison", "bootstrap"):
        found = said(getattr(analyses, name)(cohort, locf), "locf")
        assert found.startswith("1 missing visit at week 24 stands at the patient's last observation"), (name, found)


def test_a_mean_beside_a_rate_by_nri_is_said_to_be_of_the_visits_made() -> None:
    """Under the equivalence of percent changes stood the rule for responders, which does not act on them."""
    rows = [[90.0, 60.0, NAN if i % 4 == 0 else 20.0 + 3 * i] for i in range(20)]
    cohort = cohort_of(rows, [0, 12, 24], sex=["f", "m"] * 10, roles={"sex": "sex"})
    told = [c.text for c in analyses.equivalence(cohort, PLAN.replace(stratifier="sex", missing="nri")).caveats if c.code == "nri"]
    assert "Non-responder imputation is for responder rates only; means are of the scores recorded." in told


def test_who_misses_a_visit_is_left_out_of_an_anova_for_one_reason() -> None:
    """By hand: one misses week 12, one week 24: “1 seen at week 24 but not at every visit, 1 with a missing visit”."""
    rows = [[90.0, 60.0 - i, 20.0 + 3 * (i % 4)] for i in range(10)] + [[80.0, NAN, 40.0], [70.0, 50.0, NAN]]
    cohort = cohort_of(rows, [0, 12, 24], sex=["f", "m"] * 6, roles={"sex": "sex"})
    plan = PLAN.replace(stratifier="sex", missing="complete")
    for ask in (analyses.mixed_anova, analyses.simple_effects):
        assert [(e.reason, e.n) for e in ask(cohort, plan).accounting.excluded] == [("with a missing visit", 2)], ask.__name__


def test_where_one_has_left_no_difference_is_spoken_of() -> None:
    """One of nine left: no difference is given, and “part of that difference may be time” was said."""
    one = cohort_of([[80.0, 60.0, 20.0]] * 4 + [[70.0, 50.0, 30.0]] * 4 + [[80.0, 60.0, NAN]], [0, 12, 24])
    assert "last-observation" not in {c.code for c in analyses.missingness(one, AnalysisPlan()).caveats}


def nine() -> Cohort:
    """Of nine f one comes to week 24, of nine m eight."""
    rows = [[80.0, 70.0, NAN]] * 8 + [[80.0, 70.0, 60.0]] + [[80.0, 60.0, 20.0 + i] for i in range(8)] + [[80.0, 60.0, NAN]]
    return cohort_of(rows, [0, 12, 24], sex=["f"] * 9 + ["m"] * 9)


@pytest.mark.parametrize("rule", ["nri", "locf"])
def test_a_stratum_of_which_most_was_filled_in_has_a_warning(rule: str) -> None:
    """“0.0 % (0.0 to 29.9)” of nine patients, eight of whom were not seen, stood there as any other rate."""
    for name in ("responders", "responders_between"):
        of = REGISTRY[name].function(nine(), PLAN.replace(stratifier="sex", missing=rule))
        (told,) = [c for c in of.caveats if c.code == rule]
        assert told.level == "warning"
        assert "Of the values at week 24, 8 of 9 in f were not seen: what is said of them is mostly" in told.text
        whole = REGISTRY["responders"].function(nine(), PLAN.replace(missing=rule))
        assert [c.level for c in whole.caveats if c.code == rule] == ["note"], "9 of 18 are not most of them"
    means = analyses.salt_over_time(nine(), PLAN.replace(stratifier="sex", missing=rule))
    assert ("8 of 9 in f were not seen" in said(means, "locf")) is (rule == "locf")


def test_a_stratum_of_which_most_was_drawn_has_a_warning() -> None:
    drawn = analyses.imputed_outcomes(nine(), PLAN.replace(stratifier="sex"), copies=5)
    assert any("8 of 9 in f were not seen" in c.text and c.level == "warning" for c in drawn.caveats)
