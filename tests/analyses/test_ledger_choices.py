"""What makes another question beside the plan, and how the ledger says it."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from aadash import AnalysisPlan, analyses
from aadash.analyses import REGISTRY
from aadash.analyses.ledger_entries import entries, summary
from aadash.app.session.samples import load_sample
from aadash.cohort import Cohort
from aadash.language import speaking
from aadash.ledger import Ledger, LedgerEntry, design
from aadash.measures import KNOWN
from aadash.model_plan import ModelPlan, Predictor
from aadash.report.ledger import ledger_frame
from aadash.report.spoken import said_frame
from aadash.result import Result
from tests.making import cohort_of

KOREA = load_sample("korea_2025").cohort
RANKS = ("Mann–Whitney test", "Kruskal–Wallis test", "Wilcoxon signed-rank test")


def _two_measures() -> Cohort:
    """SALT and DLQI in two arms, with visits missed."""
    rng = np.random.default_rng(11)
    salt = np.clip(np.round(rng.normal(75, 15, (60, 4)) - np.outer(rng.uniform(0, 25, 60), np.arange(4))), 1, 100)
    dlqi = np.clip(np.round(rng.normal(14, 5, (60, 4)) - 2 * np.arange(4)), 1, 30)
    for values in (salt, dlqi):
        values[:, 1:][rng.random((60, 3)) < 0.15] = np.nan
    facts = {"arm": ["drug", "placebo"] * 30, "age": rng.integers(20, 60, 60).astype(float), "sex": ["f", "f", "m"] * 20}
    base = cohort_of(salt.tolist(), [0, 8, 12, 24], roles={"drug": "arm", "age": "age", "sex": "sex"}, **facts)
    frame = pd.DataFrame(dlqi, index=base.salt.index, columns=[0, 8, 12, 24])
    return Cohort(base.patients, base.salt, "two", dict(base.roles), measures={"DLQI": (KNOWN["DLQI"], frame)})


def found(result: Result) -> list[LedgerEntry]:
    return entries(result, None, KOREA.fingerprint, "2026-11-21T10:00:00.000Z")


def test_another_choice_is_another_question() -> None:
    """SALT75 × subtype × sex was one question with SALT90's; a margin, covariates, the strata compared within subgroups, the
    predictors of a model and the question put to the rules for missing visits did not count either."""
    plan, model = AnalysisPlan(stratifier="sex"), ModelPlan.prespecified(KOREA)
    fewer = model.replace(predictors=model.predictors[:3])

    def keys(name: str, plan: AnalysisPlan, **options: object) -> set[tuple[str, ...]]:
        return {e.key for e in found(REGISTRY[name].function(KOREA, plan, **options))}

    at_75, at_90 = (keys("response_patterns", plan.replace(endpoint=e)) for e in ("SALT75", "SALT90"))
    assert len(at_75 - at_90) == len(at_90 - at_75) == 1
    apart: list[tuple[str, dict, dict]] = [
        ("equivalence", {"margin": 5.0}, {"margin": 10.0}),
        ("adjusted_comparison", {"covariates": "age"}, {"covariates": "none"}),
        ("predictor_cuts", {"model": model, "column": "age"}, {"model": fewer, "column": "age"}),
        ("predictor_checks", {"model": model}, {"model": fewer}),
        ("missing_rule_comparison", {"question": "between_strata"}, {"question": "responders_between"}),
        ("missing_rule_comparison", {"question": "change_from_baseline"}, {"question": "mixed_anova"}),
    ]
    for name, one, other in apart:
        assert keys(name, plan, **one) and not keys(name, plan, **one) & keys(name, plan, **other), name
    for name in ("subgroup_differences_response", "subgroup_differences_change"):
        both = keys(name, plan) & keys(name, plan.replace(stratifier="severity"))
        assert {key[3] for key in both} == {"severity group (cut at 50) × sex"}, "one question from either side"
        cut = plan.replace(stratifier="severity", severity_cut=70)
        assert not keys(name, cut) & keys(name, plan.replace(stratifier="severity")), name


def test_one_predictor_at_a_time_does_not_hang_on_the_others() -> None:
    model = ModelPlan.prespecified(KOREA)
    fewer = model.replace(predictors=model.predictors[:3])
    of = {m: found(analyses.predictors(KOREA, AnalysisPlan(), model=m)) for m in (model, fewer)}
    all_, few = ({e.key for e in of[m] if e.test == "univariable model"} for m in (model, fewer))
    assert few and few < all_
    all_, few = ({e.key for e in of[m] if e.test == "multivariable model"} for m in (model, fewer))
    assert few and not few & all_
    told = next(e.choices for e in of[fewer] if e.test == "multivariable model")
    assert told == "predictors: AA subtype, Sex and Age (per 10 years)"


@pytest.mark.parametrize("question", ["change_from_baseline", "between_strata", "responders_between", "mixed_anova"])
def test_a_question_under_each_rule_is_the_one_that_its_page_asks(question: str) -> None:
    """What the page asks under a rule was counted again, of another outcome, when the rules were shown side by side."""
    plan = AnalysisPlan(stratifier="sex", week=24)
    known = {e.key: e for rule in ("observed", "complete", "nri", "locf", "mixed")
             for e in found(REGISTRY[question].function(KOREA, plan.replace(missing=rule)))}  # fmt: skip
    again = found(analyses.missing_rule_comparison(KOREA, plan, question=question))
    assert again
    for e in again:
        mine = known[e.key]
        assert (e.n, e.p, e.estimate, e.missing) == (mine.n, pytest.approx(mine.p), pytest.approx(mine.estimate), mine.missing)


def test_what_is_of_all_patients_or_of_the_weeks_is_said_so() -> None:
    """“sex: between its levels, McNemar” is of two visits of everyone; “sex: between its levels, week” of the weeks."""
    by_sex, by_type = (analyses.repeated_response(KOREA, AnalysisPlan(stratifier=s)) for s in ("sex", "subtype"))
    steps = [[e for e in found(r) if "mcnemar" in e.contrast] for r in (by_sex, by_type)]
    assert {e.question for e in steps[0]} == {"all patients, McNemar"}
    assert {e.key for e in steps[0]} == {e.key for e in steps[1]}
    assert "sex: over the weeks, GEE" in {e.question for e in found(by_sex)}
    assert "sex: over the weeks" in {e.question for e in found(analyses.mixed_anova(KOREA, AnalysisPlan(stratifier="sex")))}
    inside = found(analyses.subgroup_differences_response(KOREA, AnalysisPlan(stratifier="sex")))
    assert {e.question for e in inside if e.design == design(AnalysisPlan(stratifier="none"), 36)} == {"all patients"}
    assert {e.choices for e in inside if "×" not in e.contrast} == {"sex: female − male"}
    assert {e.choices for e in inside if "×" in e.contrast} == {""}, "of two splits neither is the subgroup"


@pytest.mark.parametrize("lang", ["ko", "ja"])
def test_a_ledger_is_read_in_the_language_of_the_page(lang: str) -> None:
    """“repeated response”, “response patterns”, “cmh” and “trend” stood in a Korean table."""
    plan, model = AnalysisPlan(stratifier="sex"), ModelPlan.prespecified(KOREA)
    asked = [
        analyses.response_patterns(KOREA, plan, model=model.replace(estimator="ml", predictors=model.predictors[:4])),
        analyses.predictors(KOREA, plan, model=model.replace(estimator="firth", missing="impute", predictors=model.predictors[:3])),
        analyses.repeated_response(KOREA, plan, within="subtype"),
        analyses.predictor_cuts(KOREA, plan, model=model, column="age"),
        analyses.predictor_checks(KOREA, plan, model=model),
        analyses.adjusted_comparison(KOREA, plan),
        analyses.equivalence(KOREA, plan),
    ]
    ledger = Ledger().adding([e for result in asked for e in found(result)])
    with speaking(lang):
        frame = said_frame(ledger_frame(ledger, summary(ledger).table))
    names = r"SALT|AA|GEE|McNemar|ANCOVA|MMRM|Cochran|Mantel|Haenszel|Firth|subtype|patchy|diffuse|ophiasis|totalis|universalis"
    for text in {str(v) for column in (0, 2, 3, 12) for v in frame.iloc[:, column]}:
        assert not re.findall(r"[A-Za-z]{2,}", re.sub(names, "", text)), text


def test_weights_are_not_said_to_be_for_those_who_left_where_they_make_two_treatments_alike() -> None:
    rng = np.random.default_rng(4)
    rows = np.column_stack([rng.integers(50, 100, 60), rng.integers(0, 50, 60)]).astype(float).tolist()
    facts = {"drug": ["A", "B"] * 30, "age": rng.integers(20, 60, 60).astype(float)}
    cohort = cohort_of(rows, [0, 24], roles={"drug": "drug", "age": "age"}, **facts)
    asked = entries(analyses.treatment_comparison(cohort, AnalysisPlan(stratifier="none")), None, cohort.fingerprint, "2026")
    assert {(e.question, e.test) for e in asked} == {("drug: A − B, by weights", "weighted comparison")}


MEASURED = _two_measures()
#: Analysis, its options, and two rules for missing visits under which it makes one computation.
ALIKE = [
    ("between_strata", {}, "observed", "nri"),
    ("change_from_baseline", {}, "observed", "nri"),
    ("mixed_anova", {}, "observed", "nri"),
    ("responders_between", {}, "observed", "mixed"),
    ("rank_differences", {}, "observed", "mixed"),
    ("time_to_response", {}, "observed", "locf"),
    ("two_measures", {}, "observed", "nri"),
    ("imputed_outcomes", {"copies": 5}, "nri", "locf"),
    ("reference_imputation", {"copies": 5}, "nri", "observed"),
    ("predictors", {"model": ModelPlan(outcome="improvement", predictors=(Predictor("age"),))}, "observed", "nri"),
    ("subgroups_change", {}, "observed", "mixed"),
]


@pytest.mark.parametrize(("name", "options", "one", "other"), ALIKE)
def test_a_rule_that_does_not_act_makes_no_other_question(name: str, options: dict, one: str, other: str) -> None:
    """The same p was counted once under every rule for missing visits that was in use when it was shown."""
    plan = AnalysisPlan(stratifier="arm", endpoint="SALT50", week=24)
    asked = [REGISTRY[name].function(MEASURED, plan.replace(missing=rule), **options) for rule in (one, other)]
    first, second = (entries(result, None, MEASURED.fingerprint, "2026") for result in asked)
    assert first and [e.p for e in first] == [e.p for e in second]
    assert [e.key for e in first] == [e.key for e in second] and [e.missing for e in first] == [e.missing for e in second]


def test_a_rule_that_acts_makes_another_question() -> None:
    plan = AnalysisPlan(stratifier="arm", endpoint="SALT50", week=24)
    for name, one, other in (
        ("responders_between", "observed", "nri"),
        ("between_strata", "observed", "locf"),
        ("between_strata", "observed", "mixed"),
        ("subgroups_response", "observed", "nri"),
    ):
        first, second = (
            {e.key for e in found(REGISTRY[name].function(MEASURED, plan.replace(missing=rule))) if e.test not in RANKS}
            for rule in (one, other)
        )
        assert first and second and not first & second, name


def test_the_ranks_beside_a_mixed_model_are_those_of_the_visits_made() -> None:
    plan = AnalysisPlan(stratifier="arm", week=24)
    asked = [found(analyses.between_strata(MEASURED, plan.replace(missing=rule))) for rule in ("observed", "mixed")]
    ranks = [{(e.key, e.p) for e in some if e.test in RANKS} for some in asked]
    assert ranks[0] and ranks[0] == ranks[1]


def test_a_test_over_all_weeks_is_one_whatever_the_week_in_question() -> None:
    """AA subtype × week was counted again when another week was chosen: its p is the same."""
    model = ModelPlan.prespecified(KOREA).replace(predictors=())
    asked = [found(analyses.response_patterns(KOREA, AnalysisPlan(week=week), model=model)) for week in (24, 36)]
    over = [{(e.key, e.p) for e in some if e.outcome.endswith(":week")} for some in asked]
    assert over[0] and over[0] == over[1]
    assert len({e.n for some in asked for e in some if e.outcome.endswith(":week")}) == 1, "of whom the model is, not of a week"
    assert not {e.key for e in asked[0] if e.outcome == "subtype:sex"} & {e.key for e in asked[1] if e.outcome == "subtype:sex"}


def test_the_rules_side_by_side_name_the_split_as_the_page_does() -> None:
    """“subtype: between its levels” of the rules was another question than “AA subtype: between its levels” of the page."""
    plan = AnalysisPlan(stratifier="subtype")
    page = {e.key for e in found(analyses.mixed_anova(KOREA, plan))}
    rules = {
        e.key for e in found(analyses.missing_rule_comparison(KOREA, plan, question="mixed_anova")) if e.missing == "Complete cases"
    }
    assert rules and rules <= page


def test_two_measures_of_everyone_are_asked_of_all_patients() -> None:
    """“sex: between its levels, within patients” was the correlation in all patients, and was asked again under every split."""
    asked = [found(analyses.two_measures(MEASURED, AnalysisPlan(stratifier=split))) for split in ("arm", "sex")]
    whole = [{e.key for e in some if e.of_everyone or e.contrast.startswith("all patients")} for some in asked]
    assert whole[0] and whole[0] == whole[1]
    assert not [e.contrast for some in asked for e in some if "between its levels" in e.contrast]


def test_what_nothing_was_moved_in_is_the_imputed_outcome() -> None:
    """The same p of the same copies stood three times: imputed, with nothing shifted, missing at random."""
    plan, options = AnalysisPlan(stratifier="arm", week=24), {"copies": 5}
    known = {e.key: e.p for e in found(analyses.imputed_outcomes(MEASURED, plan, **options))}
    for result in (analyses.tipping_point(MEASURED, plan, **options), analyses.reference_imputation(MEASURED, plan, **options)):
        again = [e for e in found(result) if e.key in known]
        assert again and all(e.p == pytest.approx(known[e.key]) for e in again)


def test_a_change_by_the_mixed_model_is_called_a_change_and_a_listwise_test_is_of_complete_cases() -> None:
    """“SALT, week 24, −36.4” was the mean change of everyone; “Observed cases” stood beside an ANOVA of those with every visit."""
    plan = AnalysisPlan(stratifier="arm", week=24)
    asked = found(analyses.change_from_baseline(MEASURED, plan.replace(missing="mixed")))
    assert {e.measured for e in asked if e.week} == {"Change in SALT"}
    courses = found(analyses.mixed_anova(MEASURED, plan.replace(missing="mixed")))
    assert {e.measured for e in courses} == {"SALT", "Percent change"}
    for name in ("mixed_anova", "simple_effects"):
        assert {e.missing for e in found(REGISTRY[name].function(MEASURED, plan))} == {"Complete cases"}, name
