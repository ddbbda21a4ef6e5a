"""Any small cohort gets an answer or a sentence from every view of the predictors page, and both can be printed and drawn."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aadash import analyses
from aadash.analyses.predictors.doubts import beyond_all
from aadash.candidates import candidates, many_numbers
from aadash.charts import (
    adjusted_curves,
    calibration_plot,
    cut_effects,
    effect_rows,
    forest,
    profile_rows,
    relation,
    roc_curve,
    selection_frequency,
)
from aadash.cohort import Cohort
from aadash.errors import AadashError
from aadash.filters import BASELINE
from aadash.measure import Measure
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.predictor import Predictor
from aadash.report.checklist import checklist
from aadash.report.tables import printable
from aadash.result import Result
from tests.analyses.predictor_cohorts import PLAN, sample
from tests.making import cohort_of, cohorts

PICTURES: dict[str, tuple[Callable, ...]] = {
    "predictors": (forest,),
    "predictor_effects": (effect_rows,),
    "predicted_probability": (profile_rows,),
    "predictor_checks": (),
    "predictor_cuts": (relation, cut_effects, roc_curve),
    "predictor_choice": (),
    "predictor_stability": (selection_frequency,),
    "predictor_performance": (calibration_plot,),
    "response_patterns": (adjusted_curves,),
}


def shown(result: Result) -> None:
    """Every row is printed as text without "nan", every picture has words, numbers in a Vega-Lite file."""
    for _, rows in result.table.groupby("role", sort=False):
        printed = printable(result, rows)
        assert len(printed) or not len(rows) or result.analysis == "predictor_cuts"
        assert not printed.astype(str).isin(["nan", "None"]).to_numpy().any()
    assert result.sentence.strip() and "nan" not in result.sentence
    for make in PICTURES[result.analysis]:
        try:
            picture = make(result)
        except AadashError as error:
            assert error.found
            continue
        assert picture.alt.strip() and "nan" not in picture.alt
        assert picture.vega_lite()["datasets"]


def model_of(cohort: Cohort, outcome: str, missing: str) -> ModelPlan:
    return ModelPlan.prespecified(cohort).replace(outcome=outcome, missing=missing, resamples=20, imputations=2)


@settings(max_examples=16, suppress_health_check=[HealthCheck.too_slow])
@given(
    cohorts(patients=14, visits=3),
    st.sampled_from(["response", "improvement", "salt"]),
    st.sampled_from(["complete", "impute"]),
    st.sampled_from(["SALT50", "SALT<=20"]),
)
@pytest.mark.parametrize("name", sorted(set(PICTURES) - {"predictor_stability", "predictor_performance"}))
def test_an_answer_or_a_sentence(name: str, cohort: Cohort, outcome: str, missing: str, endpoint: str) -> None:
    try:
        result = getattr(analyses, name)(cohort, AnalysisPlan(endpoint=endpoint), model_of(cohort, outcome, missing))
    except AadashError as error:
        assert error.found and "nan" not in error.paragraph()
        return
    shown(result)


@settings(max_examples=4)
@given(cohorts(patients=14, visits=3), st.sampled_from(["response", "improvement"]))
@pytest.mark.parametrize("name", ["predictor_stability", "predictor_performance"])
def test_resampling_gives_an_answer_or_a_sentence(name: str, cohort: Cohort, outcome: str) -> None:
    try:
        result = getattr(analyses, name)(cohort, AnalysisPlan(endpoint="SALT50"), model_of(cohort, outcome, "complete"))
    except AadashError as error:
        assert error.found
        return
    shown(result)


@pytest.mark.parametrize(
    ("cohort", "outcome", "missing"),
    [
        ("korea_2025", "response", "complete"),
        *itertools.product(["korea_2025"], ("response", "improvement", "salt"), ["impute"]),
        *itertools.product(["tohoku_2025"], ("response", "improvement", "salt"), ["complete"]),
    ],
)
def test_samples_are_shown_whole(cohort: str, outcome: str, missing: str) -> None:
    """Of Tohoku nobody lacks a predictor, of Korea 13 do."""
    made = {}
    patients = sample(cohort)
    model = model_of(patients, outcome, missing)
    for name in set(PICTURES) - {"predictor_stability"}:
        made[name] = getattr(analyses, name)(patients, PLAN, model)
        shown(made[name])
    items = checklist(patients, PLAN, model, made)
    assert set(items["State"]) == {"filled in", "in part", "for the authors"}
    assert items["What the analysis says"].str.len().min() > 10
    said = " ".join(items["What the analysis says"])
    assert made["predictors"].sentence in said and made["predictor_performance"].sentence in said and "nan" not in said


def test_a_checklist_of_little_says_where_the_rest_is() -> None:
    patients = sample("tohoku_2025")
    model = ModelPlan.prespecified(patients)
    items = checklist(patients, PLAN, model, {"predictors": analyses.predictors(patients, PLAN, model)}).set_index("Item")
    assert "Not computed yet" in items.loc["Model performance", "What the analysis says"]
    assert "29 events" in items.loc["Sample size", "What the analysis says"]
    assert (
        "intercept is −4.767 on the log-odds scale, −4.804 to predict with"
        in items.loc["Model specification", "What the analysis says"]
    )
    numeric = ModelPlan.prespecified(patients).replace(outcome="improvement")
    items = checklist(patients, PLAN, numeric, {"predictors": analyses.predictors(patients, PLAN, numeric)}).set_index("Item")
    assert items.loc["Performance measures", "What the analysis says"].startswith("R², root mean squared error")
    items = checklist(patients, PLAN, model, {"predictors": analyses.predictors(patients, PLAN, model)}).set_index("Item")
    assert "Disease duration cut at 4 years and Baseline SALT cut at 95" in items.loc["Handling of numbers", "What the analysis says"]
    assert "Synthetic data" in items.loc["Limitations", "What the analysis says"]
    sexes = model.replace(predictors=(Predictor("sex"),))
    items = checklist(patients, PLAN, sexes, {"predictors": analyses.predictors(patients, PLAN, sexes)}).set_index("Item")
    assert items.loc["Handling of numbers", "What the analysis says"] == "No predictor is a number."
    men = int((patients.patients["sex"] == "male").sum())
    assert items.loc["Characteristics", "What the analysis says"] == f"Sex: male ({men}), female ({len(patients) - men})."
    mixed = PLAN.replace(missing="mixed")
    items = checklist(patients, mixed, model, {"predictors": analyses.predictors(patients, mixed, model)}).set_index("Item")
    assert items.loc["Missing data", "What the analysis says"].startswith("Missing visits: not filled in.")


def test_every_candidate_number_can_be_cut_in_every_sample() -> None:
    for name in ("tohoku_2025", "korea_2025"):
        patients = sample(name)
        for column in candidates(patients):
            if many_numbers(patients, column):
                model = ModelPlan.prespecified(patients)
                if model.predictor(column) is None:
                    model = model.replace(predictors=(*model.predictors, *ModelPlan.from_dict({"predictors": [column]})[0].predictors))
                shown(analyses.predictor_cuts(patients, PLAN, model, column))


def test_a_large_cohort_is_answered_by_walds_limits() -> None:
    small = sample("tohoku_2025")
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 70, 6000)
    index = [f"q{i}" for i in range(6000)]
    patients, salt = small.patients.iloc[rows].set_axis(index), small.salt.iloc[rows].set_axis(index)
    patients["age"] = rng.integers(18, 80, 6000)
    salt = salt.assign().set_axis(list(salt.columns), axis=1)
    noisy = np.clip(salt.to_numpy(copy=True) + np.column_stack([np.zeros(6000), rng.normal(0, 25, (6000, 3))]), 0, 100)
    large = Cohort(patients, salt * 0 + noisy, "large", roles=dict(small.roles))
    found = analyses.predictors(large, PLAN)
    assert found.details.estimator == "ml" and found.table["alt_estimate"].isna().sum() > 0
    slope = found.rows(role="slope", variable="age").iloc[0]
    middle = (np.log(slope["adj_low"]) + np.log(slope["adj_high"])) / 2
    assert np.log(slope["adj_estimate"]) == pytest.approx(middle, abs=1e-9)
    assert found.rows(variable=BASELINE, variable_level="≤ 95").iloc[0]["adj_p"] < 1e-6


def test_patterns_ask_and_adjust_for_what_the_file_has() -> None:
    """ "By AA subtype and sex", "with the other predictors", of a file with sex alone."""
    rows = [[80.0 + i % 15, 60.0 + (7 * i) % 20, 10.0 + (11 * i) % 40] for i in range(40)]
    cohort = cohort_of(rows, [0, 12, 24], sex=["f", "m"] * 20, roles={"sex": "sex"})
    found = analyses.response_patterns(cohort, AnalysisPlan())
    assert found.question == "Does response differ in course by sex?"
    assert "The covariate at each visit is baseline SALT" in found.method and "other predictors" not in found.method


def test_an_improvement_beyond_all_is_said_not_to_be() -> None:
    """“86 % (65 to 106)” stood there without a word; nobody can improve by more than 100 %."""
    rows = [[80.0 + i % 9, 60.0 + (7 * i) % 20, 40.0 + (11 * i) % 20] for i in range(36)]
    rows += [[80.0, 30.0, 0.0], [84.0, 40.0, 1.0], [88.0, 50.0, 0.0], [82.0, 20.0, 2.0]]
    cohort = cohort_of(rows, [0, 12, 24], sex=["f"] * 36 + ["m"] * 4, roles={"sex": "sex"})
    found = analyses.response_patterns(cohort, AnalysisPlan())
    means = found.table[found.table["role"] == "mean"]
    assert means.loc[means["group1_level"] == "m", "high"].max() > 100 > means.loc[means["group1_level"] == "f", "high"].max()
    said = next(c for c in found.caveats if c.code == "beyond-all")
    assert "beyond 100 % in m." in said.text and "does not know where the scale ends" in found.method
    rises = Measure("EQ-5D VAS", 0, 100, "higher")
    assert beyond_all([{"group1_level": "m", "estimate": 120.0, "high": 140.0}], rises) is None
