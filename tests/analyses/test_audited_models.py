"""Sentences of models, published rates, planning, events, a checked paper and a lesson: each was false or ungrammatical before."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from aadash import AnalysisPlan, PublishedRate, analyses
from aadash.analyses.evidence_doubts import several_designs, several_drugs
from aadash.analyses.evidence_rows import printed
from aadash.analyses.predictors.cuts import _cost, cut_in_words
from aadash.analyses.predictors.performance import _apart
from aadash.analyses.predictors.performance import _sentence as performance_in_words
from aadash.analyses.predictors.table import METHOD
from aadash.charts import chart
from aadash.charts.validation import _worth
from aadash.evidence.choice import one_for_each_group
from aadash.formatting import whole
from aadash.lessons.testing import KOREA
from aadash.measure import Measure
from aadash.measures import KNOWN
from aadash.model_plan import ModelPlan, Predictor
from aadash.papercheck.check import check
from aadash.papercheck.paper import Item, Paper, Response
from aadash.report.checklist import checklist
from aadash.stats.printed import Printed
from aadash.stats.validation import Measure as Validated
from tests.making import cohort_of


# --- models ---------------------------------------------------------------------------------------------------------
def linear(n: int = 40, seed: int = 3) -> tuple[object, ModelPlan]:
    rng = np.random.default_rng(seed)
    age = rng.integers(20, 60, n).astype(float)
    rows = [[80.0, float(np.clip(80 - a + rng.normal(0, 8), 0, 100))] for a in age]
    return cohort_of(rows, [0, 12], age=age, roles={"age": "age"}), ModelPlan("improvement", (Predictor("age", per=10.0),))


def test_the_best_cut_of_a_measured_outcome_separates_no_responders_and_is_by_itself() -> None:
    cohort, model = linear()
    sentence = analyses.predictor_cuts(cohort, AnalysisPlan(), model).sentence
    assert "separates low from high outcomes best" in sentence and "responders" not in sentence
    assert "By itself" in sentence and "other predictors" not in sentence
    ways = [{"variable_level": k, "chi2": v, "p": 0.01} for k, v in (("number", 4.0), ("spline", 8.0), ("cut", 6.0))]
    assert _cost(ways, "40 years", False, 0.05, 1).startswith("Beside the other predictors the cut at 40 years keeps 75 %")


@pytest.mark.parametrize(
    ("cut", "p", "words"),
    [
        (0.4, 0.53, "it explains next to nothing, whole or cut at 31 years."),
        (
            3.2,
            0.072,
            "next to nothing as a smooth curve; cut at 31 years it seems to explain more, which chance alone may do (p = 0.072).",
        ),
        (6.0, 0.014, "the cut at 31 years explains more than a smooth curve. The relation may be a step; chance may do the same"),
    ],
)
def test_a_cut_that_explains_something_is_not_called_next_to_nothing(cut: float, p: float, words: str) -> None:
    """χ² 0.9 of the curve and 3.2 of the cut (AIC 1.2 lower) were “next to nothing, whole or cut”."""
    ways = [{"variable_level": k, "chi2": v, "p": p} for k, v in (("number", 0.9), ("spline", 0.9), ("cut", cut))]
    for alone, begin in ((True, "By itself"), (False, "Beside the other predictors")):
        said = _cost(ways, "31 years", alone, 0.05, 1)
        assert said.startswith(begin) and words in said, said


def test_selection_by_p_is_called_so() -> None:
    cohort, model = linear()
    method = analyses.predictor_stability(cohort, AnalysisPlan(), model.replace(criterion="p", resamples=20)).method
    assert method.startswith("Backward elimination by p < 0.05 in 20")


NAN = float("nan")


def foretold(kind: str, value: float, slope: float, low: float, high: float) -> str:
    def one(name: str, corrected: float) -> Validated:
        return Validated(name, 0.12, 0.0, corrected, 200, low, high)

    found = {name: one(name, value) for name in ("r2", "auc", "brier")} | {"calibration_slope": one("calibration_slope", slope)}
    frame = SimpleNamespace(kind=kind, setting=SimpleNamespace(plan=AnalysisPlan()))
    return performance_in_words(frame, found)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("r2", "slope", "low", "high", "said"),
    [
        (-0.05, 0.4, 0.1, 0.9, "would explain nothing of the variance (12 % in those who made it)"),
        (0.1, 1.2, 1.05, 1.4, "Its predictions need not be drawn towards the mean: calibration slope 1.20 (95 % CI 1.05 to 1.40)."),
        (0.1, 0.8, 0.6, 0.95, "Its predictions should be drawn towards the mean by a factor of 0.80 (95 % CI 0.60 to 0.95)."),
        (0.1, 0.8, 0.6, 1.1, "is not clear: calibration slope 0.80 (95 % CI 0.60 to 1.10)."),
        (0.1, 0.8, NAN, NAN, "is not clear: calibration slope 0.80 (too few resamples for an interval)."),
        (0.1, NAN, NAN, NAN, "No calibration slope could be found."),
    ],
)
def test_a_model_that_foretells_nothing_is_said_to(r2: float, slope: float, low: float, high: float, said: str) -> None:
    sentence = foretold("linear", r2, slope, low, high)
    assert said in sentence and "−" not in sentence and "–" not in sentence


@pytest.mark.parametrize(
    ("slope", "low", "high", "said"),
    [
        (0.7, 0.5, 0.9, "Its probabilities are too extreme: calibration slope 0.70 (95 % CI 0.50 to 0.90)."),
        (1.5, 1.1, 2.0, "Its probabilities are too timid: calibration slope 1.50 (95 % CI 1.10 to 2.00)."),
        (0.7, 0.3, 1.2, "Whether its probabilities are too extreme or too timid is not clear: calibration slope 0.70 (95 % CI 0.30"),
        (1.0, 0.3, 2.2, "Whether its probabilities are too extreme or too timid is not clear"),  # “about right”, from half to twice
    ],
)
def test_probabilities_are_called_too_extreme_only_where_the_slopes_interval_is(
    slope: float, low: float, high: float, said: str
) -> None:
    """Twenty-eight patients: slope 0.72 (0.21 to 1.9) was “too extreme”."""
    assert said in foretold("logistic", 0.7, slope, low, high)


def test_a_model_that_ranks_as_a_coin_does_is_said_to() -> None:
    """“Would rank a responder above a non-responder in 45 % of pairs” read as an achievement."""
    assert "no better than chance: above a non-responder in 45 % of pairs (12 %" in foretold("logistic", 0.45, 1.0, 0.5, 1.5)
    assert "chance" not in foretold("logistic", 0.7, 1.0, 0.5, 1.5)


def test_a_corrected_value_outside_its_interval_is_said_to_be() -> None:
    """An area of 0.455 stood beside limits of 0.494 and 0.621."""
    auc, brier = Validated("auc", 0.592, 0.138, 0.455, 60, 0.494, 0.621), Validated("brier", 0.235, -0.041, 0.275, 60, 0.235, 0.275)
    told = _apart((auc, brier))
    assert told is not None and "outside its own interval for the area under the ROC curve: models of" in told.text
    assert _apart((brier, Validated("auc", 0.7, 0.1, 0.6, 60, NAN, NAN))) is None


def test_the_best_of_many_cuts_is_said_to_be_flattered_by_the_search() -> None:
    """“The relation is a step” was said of a cut that was looked for among 40."""
    more, less = (
        [{"variable_level": k, "chi2": v, "p": 0.01} for k, v in (("number", 3.0), ("spline", 4.0), ("cut", c))] for c in (6, 3)
    )
    for alone in (True, False):
        assert _cost(more, "4 years", alone, 0.05, 40).endswith(
            "explains more than a smooth curve. It is the best of 40 cuts tried, which chance alone can make so; the relation "
            "need not be a step."
        )
        assert _cost(less, "4 years", alone, 0.05, 40).endswith(
            "As the best of 40 cuts tried it is flattered: expect less in other patients."
        )
        assert _cost(less, "4 years", alone, 0.05, 1).endswith("keeps 75 % of what a smooth curve explains.")
    naive = [{"variable_level": k, "chi2": v, "p": 0.07} for k, v in (("number", 0.9), ("spline", 0.9), ("cut", 3.2))]
    assert _cost(naive, "4 years", True, 0.05, 40).endswith("(p = 0.070). That p does not count that it is the best of 40 cuts tried.")
    cohort, _ = linear()
    for cut, searched in ((None, True), (40.0, False)):
        found = analyses.predictor_cuts(cohort, AnalysisPlan(), ModelPlan("improvement", (Predictor("age", per=10.0, cut=cut),)))
        assert ("cuts tried" in found.details.cost) == searched
        assert found.sentence.endswith(found.details.cost)


@pytest.mark.parametrize(("better", "low", "high"), [("lower", 0.0, 30.0), ("higher", -1.0, 1.0)])
def test_a_patients_range_ends_where_the_scale_does(better: str, low: float, high: float) -> None:
    """It ended at 0 and 100 whatever was measured."""
    rng = np.random.default_rng(5)
    measure = KNOWN["DLQI"] if better == "lower" else Measure("EQ-5D", low, high, "higher")
    spread = (high - low) * rng.uniform(0, 1, (30, 2)) + low
    cohort = cohort_of(spread, [0, 12], score=measure.name, measure=measure, age=rng.integers(20, 60, 30), roles={"age": "age"})
    model = ModelPlan("salt", (Predictor("age", per=10.0),))
    sentence = analyses.predicted_probability(cohort, AnalysisPlan(), model).sentence
    ends = sentence.split("a single patient would lie between ")[1].split(". ")[0].replace("−", "-")
    assert [float(x) for x in ends.split(" and ")] == [low, high]


def test_the_method_says_when_firth_and_when_wald() -> None:
    assert "predictors separate the outcome" in METHOD["firth"]
    assert "Wald's where predictors were imputed" in METHOD["firth"] and "predictors were imputed" in METHOD["ml"]


def test_one_patient_is_no_model() -> None:
    with pytest.raises(Exception, match="is known for one patient only"):
        analyses.predictors(cohort_of([[80, 20], [90, np.nan]], [0, 12], age=[20, 30], roles={"age": "age"}), AnalysisPlan())


# --- published rates ------------------------------------------------------------------------------------------------
def rate(study: str, design: str, drug: str = "drug x", week: int | None = 24, n: int | None = 40) -> PublishedRate:
    return PublishedRate(study, drug, "SALT<=20", 40.0, week=week, n=n, design=design, estimator="counted")


def test_one_trial_and_many_drugs_in_words() -> None:
    few = several_designs([rate("A", "RCT"), rate("B", "cohort"), rate("C", "cohort")])
    assert few is not None and few.text.startswith("Rates of trials (1) and of other studies (2) are pooled")
    many = several_drugs([rate(s, "RCT", f"drug {s}") for s in "abcde"])
    assert many is not None and "drug a, drug b, drug c, drug d and drug e" in many.text


def test_a_rate_of_no_one_week_is_not_one_of_another() -> None:
    _, out = one_for_each_group([rate("A", "RCT", week=None), rate("B", "RCT", week=52)], 24, 4)
    assert [why for _, why in out] == ["of no one week", "another week"]


def test_near_rates_that_are_not_named_are_counted_and_those_without_n_are_none() -> None:
    cohort = cohort_of([[80.0, 10.0], [80.0, 60.0], [90.0, 10.0]], weeks=(0, 24), a=[1, 2, 3])
    plan = AnalysisPlan(endpoint="SALT<=20", stratifier="none")
    own = tuple(rate(s, "RCT") for s in "ABCDE")
    assert "and 2 others in the table." in analyses.published_rates(cohort, plan, drug="drug x", own=own).sentence
    without = analyses.published_rates(cohort, plan, drug="drug x", own=(rate("A", "RCT", n=None),)).sentence
    assert without.endswith("No published rate has a number of patients, so no difference from one has an interval.")
    far = analyses.published_rates(cohort, plan, drug="drug x", own=(rate("A", "RCT", week=52), rate("B", "RCT", n=None)))
    assert far.sentence.endswith(
        "The one published rate with a number of patients is not known to be of about that week and severity."
    )
    two = analyses.published_rates(cohort, plan, drug="drug x", own=(rate("A", "RCT", week=52), rate("C", "RCT", week=52)))
    assert two.sentence.endswith(
        "None of the 2 published rates with a number of patients is known to be of about that week and severity."
    )
    never = analyses.published_rates(cohort, plan, drug="drug x", own=(rate("A", "RCT", week=None),))
    assert "of another week" not in never.sentence, "its week is not printed"


def test_every_other_drug_is_named() -> None:
    drugs = ["alpha", "beta", "gamma", "delta"]
    cohort = cohort_of([[80.0, 10.0]] * 4, weeks=(0, 24), drug=drugs, roles={"drug": "drug"})
    result = analyses.published_rates(cohort, AnalysisPlan(endpoint="SALT<=20"), drug="drug x", own=(rate("A", "RCT"),))
    assert any("alpha, beta, delta and gamma" in c.text for c in result.caveats if c.code == "other-drug")


# --- planning, events -----------------------------------------------------------------------------------------------
def test_nobody_plans_to_tell_fifty_from_fifty() -> None:
    rows = [[80, 20 if i < 100 else 79] for i in range(199)] + [[80, 20 if i < 100 else 79] for i in range(201)]
    cohort = cohort_of(rows, [0, 12], sex=["f"] * 199 + ["m"] * 201, roles={"sex": "sex"})
    r = analyses.planning(cohort, AnalysisPlan(stratifier="sex", endpoint="SALT50"))
    # “155420 patients a group must be seen” is no plan
    needed = r.rows(variable="two rates").iloc[0]["n1"]
    assert needed == pytest.approx(2 * (1.959964 + 0.841621) ** 2 * 0.25 / (100 / 199 - 100 / 201) ** 2, rel=0.001)
    said = f"No study of feasible size could tell 50.3 % and 49.8 % apart: it would take about {whole(needed)} patients a group."
    assert said in r.sentence
    assert "must be seen" not in r.sentence.split("feasible")[1]


def test_where_everybody_had_an_event_nobody_is_said_to_have_had_none() -> None:
    acne = cohort_of([[80, 20]] * 3, [0, 12], ae=["acne", "acne", "headache"], roles={"adverse_event": "ae"})
    assert not any(c.code == "events-not-asked" for c in analyses.adverse_events(acne, AnalysisPlan(stratifier="none")).caveats)


def test_one_patient_has_no_mean_in_the_sentence_of_table_one() -> None:
    one = cohort_of([[80, 20]], [0, 12], age=[34.0], sex=["f"], roles={"age": "age", "sex": "sex"})
    assert analyses.baseline(one, AnalysisPlan()).sentence.startswith("1 patient (f 1); 34.0 years old; a baseline SALT of 80.0;")


# --- a paper, a lesson ----------------------------------------------------------------------------------------------
def found(**paper: object) -> list[str]:
    return [f.found for f in check(Paper(**paper)).findings]  # type: ignore[arg-type]


def test_an_interval_around_zero_does_not_pass_beside_a_p_below_alpha() -> None:
    assert found(results="It was 12.0 (95 % CI -1.0 to 25.0), p < 0.05.") == ["The interval holds 0, but p < 0.05 says the opposite."]
    assert found(results="It was 12.0 (95 % CI 1.0 to 25.0), p < 0.05.") == []
    assert found(results="It was 12.0 (95 % CI -1.0 to 25.0), p < 0.1.") == []  # says nothing


def test_findings_of_a_paper_are_grammatical() -> None:
    assert found(results="t(30) = 9.50, p = 0.040.") == ["The statistic and its df give p < 0.001."]
    assert found(responses=(Response("A", 12, 10, ((50, 0), (75, 1))),))[0].startswith("1 patient improved")
    rows = tuple(Item(r, "Table 1", "Sex", "All", 34, count=k) for r, k in (("Male", 15), ("Female", 18)))
    assert found(items=rows)[0].endswith("so 1 of 34 patients is in none of them.")
    assert found(items=(Item("Age", n=1, mean=Printed.of("3.5"), step=Printed.of("1").value),))[0].startswith("1 value recorded")  # type: ignore[union-attr]


def test_the_source_of_a_lesson_is_whole() -> None:
    assert KOREA.endswith("117 patients, six visits.")


def test_a_table_says_separated_only_of_what_has_no_maximum() -> None:
    from aadash.report.tables.models import _estimate

    shown = [
        _estimate({"role": "level", "adj_estimate": e, "adj_low": np.nan, "adj_high": np.nan}, "adj", str, lambda a, b: "")
        for e in (np.inf, 0.0, 2.5)
    ]
    assert [s.split("(")[1] for s in shown] == ["separated)", "separated)", "–)"]


# --- pictures, and what one model or one n cannot say ---------------------------------------------------------------
def test_a_forest_counts_what_it_cannot_draw_and_prints_no_p_of_zero() -> None:
    rows = [[80.0, 10.0 if i % 2 else 79.0] for i in range(30)]
    age = [20.0 + i for i in range(30)]
    sex = ["f" if i % 2 and i < 20 else "m" for i in range(30)]  # every woman responds
    cohort = cohort_of(rows, [0, 12], sex=sex, age=age, roles={"sex": "sex", "age": "age"})
    model = ModelPlan("response", (Predictor("sex"), Predictor("age", per=10.0)), estimator="ml")
    result = analyses.predictors(cohort, AnalysisPlan(endpoint="SALT50"), model)
    drawn = chart(result, "forest")
    assert "Not drawn in one model or both, for an odds ratio of 0 or without end: 1 line." in drawn.caption
    assert "0.000" not in set(drawn.data["points"]["p"])
    assert (
        "Without a test in the model with all predictors: Sex." in result.sentence and "none of the predictors" not in result.sentence
    )


def test_one_predictor_is_adjusted_for_nothing() -> None:
    cohort, model = linear()
    assert not any(c.code == "mutual-adjustment" for c in analyses.predictors(cohort, AnalysisPlan(), model).caveats)


def test_the_worth_of_a_model_is_told_where_it_is_worth_something() -> None:
    every = np.arange(10.0, 60.0, 10.0)
    assert _worth(every, np.array([20.0, 30.0, 40.0])).endswith("from 20 to 40 %.")
    assert _worth(every, np.array([20.0, 40.0])).endswith("at some thresholds between 20 and 40 %.")
    assert _worth(every, np.array([20.0])).endswith("at a threshold of 20 % alone.")
    assert _worth(every, np.array([])).endswith("at any threshold.")


def test_printed_limits_of_95_are_not_called_90() -> None:
    """At 95 % as printed; at 90 % by the logit: 1.6449/1.96 of the way from the rate (by hand)."""
    rate_ = PublishedRate("A", "drug x", "SALT<=20", 40.0, week=24, n=40, ci_low=30.0, ci_high=55.0)
    assert (printed(rate_, 0.95).low, printed(rate_, 0.95).high) == (0.30, 0.55)
    at90 = printed(rate_, 0.90)

    def logit(p: float) -> float:
        return float(np.log(p / (1 - p)))

    for mine, limit in ((at90.low, 0.30), (at90.high, 0.55)):
        assert logit(mine) == pytest.approx(logit(0.4) + 1.644854 / 1.959964 * (logit(limit) - logit(0.4)), rel=1e-5)
    edge = PublishedRate("A", "drug x", "SALT<=20", 0.0, week=24, n=40, ci_low=0.0, ci_high=9.0)
    assert np.isnan(printed(edge, 0.90).low) and printed(edge, 0.95).high == 0.09


def test_three_pairs_have_no_interval_and_no_dash_for_one() -> None:
    dlqi = pd.DataFrame([[20, 10], [10, 9], [15, 4]], index=["p0", "p1", "p2"], columns=[0, 12], dtype=float)
    cohort = cohort_of([[80, 40], [70, 60], [90, 30]], [0, 12], measures={"DLQI": (KNOWN["DLQI"], dlqi)}, a=[1, 2, 3])
    assert "(no interval from three patients, p" in analyses.two_measures(cohort, AnalysisPlan(stratifier="none")).sentence


def test_the_nearest_published_rate_is_named_first_and_others_by_their_week() -> None:
    cohort = cohort_of([[80.0, 10.0], [80.0, 60.0], [90.0, 10.0]], weeks=(0, 24), a=[1, 2, 3])
    own = (rate("A", "RCT", week=22), rate("B", "RCT", week=24))
    said = analyses.published_rates(cohort, AnalysisPlan(endpoint="SALT<=20", stratifier="none"), drug="drug x", own=own).sentence
    assert said.index("B drug x") < said.index("A drug x") and "A drug x 40.0 % (week 22, as counted" in said


def test_events_that_are_not_drawn_are_counted() -> None:
    cells = ["; ".join(f"event {chr(97 + i)}" for i in range(17)), "event a"]
    cohort = cohort_of([[80, 20], [80, 30]], [0, 12], ae=cells, roles={"adverse_event": "ae"})
    drawn = chart(analyses.adverse_events(cohort, AnalysisPlan(stratifier="none")), "terms")
    assert drawn.caption.endswith("2 further events in the table.")


def test_the_checklist_of_a_model_speaks_of_the_model_that_was_fitted() -> None:
    """It told of cuts and predictors that are not in it, and of a validation that nobody had run."""
    model = ModelPlan("salt", (Predictor("age", per=10.0), Predictor("baseline_salt", cut=95.0)))
    scores = [[60.0 + i, 20.0 + i + i * i % 11] for i in range(30)]
    wide = cohort_of(scores, [0, 12], age=list(range(30)), same=["x"] * 30, roles={"age": "age"})
    model = model.replace(predictors=(*model.predictors, Predictor("same")))
    made = analyses.predictors(wide, AnalysisPlan(), model)
    items = checklist(wide, AnalysisPlan(), model, {"predictors": made}).drop_duplicates("Item").set_index("Item")
    said = items["What the analysis says"]
    assert said["Predictors"].startswith("2 predictors: Age (per 10 years); Baseline SALT (per 10).")
    assert said["Handling of numbers"].startswith("Numbers were kept as numbers")
    assert "Not computed yet" in said["Performance measures"] and items["State"]["Performance measures"] == "in part"


@pytest.mark.parametrize(
    ("cut", "unit", "words"),
    [
        (1.0, "years", "1 year"),
        (1.5, "years", "1.5 years"),
        (1.0, "months", "1 month"),
        (4.0, "years", "4 years"),
        (50.94, "", "50.94"),
    ],
)
def test_one_year_is_no_years(cut: float, unit: str, words: str) -> None:
    """“1 years separates responders best”."""
    assert cut_in_words(cut, unit) == words


def test_the_model_of_everybody_has_no_strata() -> None:
    """Not split, the method said “stratum × week”."""
    cohort = cohort_of(
        [[80.0 - i, 60.0 - (5 * i) % 23, 40.0 - (7 * i) % 31] for i in range(20)],
        [0, 12, 24],
        sex=["f", "m"] * 10,
        roles={"sex": "sex"},
    )
    for ask in (analyses.change_from_baseline, analyses.salt_over_time):
        alone, by_sex = (ask(cohort, AnalysisPlan(stratifier=one, missing="mixed")).method for one in ("none", "sex"))
        assert "a mean for each week" in alone and "stratum ×" not in alone
        assert "stratum × week" in by_sex
