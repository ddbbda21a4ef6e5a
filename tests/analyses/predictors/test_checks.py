"""Plain numbers, checks, choice, performance and patterns of the Tohoku sample against R."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from firthmodels import FirthLogisticRegression

import aadash
from aadash import analyses
from aadash.analyses.predictors.checks import _sentence as in_words
from aadash.app.session.samples import load_sample
from aadash.errors import NotComputable, PlanError
from aadash.filters import BASELINE
from aadash.formatting import p_value
from aadash.model_plan import ModelPlan, Predictor
from aadash.plan import AnalysisPlan
from aadash.report.tables import printable
from aadash.stats.marginal_effects import flic_intercept
from aadash.stats.validation import bootstrap_rows, optimism_bootstrap
from aadash.views.prose import missing_of
from tests.analyses.predictor_cohorts import COHORT, IMPROVEMENT, MODEL, PLAN, R, ask, one, small
from tests.making import NAN, cohort_of

#: The predictors in R's order, and the words for its coefficients in ours.
COLUMNS = ["subtype", "sex", "age", "duration", "atopic_dermatitis", "ivmp", "eyebrow", "eyelash", BASELINE]
WORDS = [
    "AA subtype: diffuse",
    "AA subtype: ophiasis",
    "AA subtype: totalis",
    "AA subtype: universalis",
    "Sex: female",
    "Age (per 10 years)",
    "Disease duration of at most 4 years",
    "Atopic dermatitis: yes",
    "IVMP history: yes",
    "Eyebrow ClinRO (per unit)",
    "Eyelash ClinRO (per unit)",
    "Baseline SALT ≤ 95",
]


# --- plain numbers -------------------------------------------------------------------------------------------------
def test_adjusted_probability_and_difference_as_r() -> None:
    female = one(ask("predictor_effects"), variable="sex", variable_level="female")
    e = R["effects"]
    assert [female["estimate"], female["low"], female["high"]] == pytest.approx(e["female"], abs=1e-6)
    assert [female["difference"], female["difference_low"], female["difference_high"]] == pytest.approx(e["difference"], abs=1e-6)
    age = one(ask("predictor_effects"), variable="age")
    assert [age["difference"], age["difference_low"], age["difference_high"]] == pytest.approx(e["age"], abs=1e-6)


def test_plain_numbers_name_three_and_count_the_other_clear_ones() -> None:
    """Five of the table have p ≤ 0.05 by the penalised likelihood ratio; three were named as if they were all."""
    clear = ask("predictor_effects").table.query("difference_p <= 0.05")
    said = ask("predictor_effects").sentence
    assert len(clear) == 5 and said.count("against") == 3 and said.endswith("2 more in the table differ clearly.")


def test_a_level_of_a_predictor_that_is_not_clear_as_a_whole_is_told_as_that() -> None:
    """“37 % with universalis against 83 % with patchy” stood without it; the model's own answer, of the same cohort, has it."""
    cohort = aadash.read_cohort("sample_data/korea_2025_missing.csv")
    model = analyses.predictors(cohort, AnalysisPlan())
    whole = one(model, variable="subtype", role="overall")["adj_p"]
    said = f"but AA subtype as a whole {p_value(whole, prefix=True)}"
    assert whole > 0.05 and said in model.sentence and said in analyses.predictor_effects(cohort, AnalysisPlan()).sentence


def test_a_clear_difference_is_not_rounded_to_one_that_touches_nothing() -> None:
    """Korea, printed in its table: 18.6 (0.2 to 37.0), p = 0.047; “19 percentage points (95 % CI 0 to 37)” stood above it."""
    cohort = load_sample("korea_2025").cohort
    said = analyses.predictor_effects(cohort, AnalysisPlan()).sentence
    assert "18.6 percentage points (95 % CI 0.2 to 37.0)" in said


def test_what_cannot_be_adjusted_for_has_the_name_that_the_reader_knows() -> None:
    """All of one type who come to the last visit are of one sex: “The covariate 'x3' cannot be adjusted for at week 24”."""
    kinds, sexes = ["patchy"] * 8 + ["totalis"] * 8, ["f", "m"] * 8
    rows = [[90.0 - i, 70.0 - 2 * i, 40.0 - (i * 7) % 11 if (i < 8) == (i % 2 == 0) else NAN] for i in range(16)]
    cohort = cohort_of(rows, [0, 12, 24], kind=kinds, sex=sexes, roles={"subtype": "kind", "sex": "sex"})
    model = ModelPlan(predictors=(Predictor("kind"), Predictor("sex")))
    notes = [c.text for c in analyses.response_patterns(cohort, AnalysisPlan(endpoint="SALT50"), model).caveats]
    assert any("'Sex: f' cannot be adjusted for at week 24" in text for text in notes), notes


def test_each_type_beside_its_odds_ratio_as_r() -> None:
    t = ask("predictor_effects").rows(variable="subtype").set_index("variable_level")
    made = ask("predictors").rows(variable="subtype").set_index("variable_level")
    for j, (level, expected) in enumerate(
        zip(("patchy", "diffuse", "ophiasis", "totalis", "universalis"), R["effects"]["types"], strict=True)
    ):
        r = t.loc[level]
        assert [r["estimate"], r["low"], r["high"]] == pytest.approx(expected[:3], abs=1e-6)
        if j:
            assert [r["difference"], r["difference_low"], r["difference_high"]] == pytest.approx(expected[3:], abs=1e-6)
            assert r["ratio"] == pytest.approx(np.exp(R["tohoku"]["coef"][j]), rel=1e-6)
            assert [r["ratio_low"], r["ratio_high"]] == pytest.approx(made.loc[level, ["adj_low", "adj_high"]].tolist(), rel=1e-9)


def test_a_difference_of_probabilities_ends_at_a_hundred_points() -> None:
    cohort = small([10.0, 60] * 10, sex=["f", "m"] * 10)
    found = analyses.predictor_effects(cohort, PLAN, ModelPlan(predictors=(Predictor("sex", reference="m"),)))
    assert one(found, variable_level="f")["difference_high"] == 1.0 and "73 to 100" in found.sentence


def test_the_p_of_a_difference_is_that_of_the_coefficient() -> None:
    effects, made = ask("predictor_effects").table, ask("predictors").table
    joined = effects.merge(made, on=["variable", "variable_level"], suffixes=("", "_made"))
    joined = joined[joined["role"].isin(["level", "slope"]) & joined["role_made"].isin(["level", "slope"])]
    assert len(joined) == 12
    assert joined["difference_p"].to_numpy() == pytest.approx(joined["adj_p"].to_numpy(), rel=1e-9)


def test_means_of_a_linear_model_differ_by_its_coefficients() -> None:
    effects, made = ask("predictor_effects", IMPROVEMENT), ask("predictors", IMPROVEMENT)
    for variable, level in (("sex", "female"), ("subtype", "ophiasis"), (BASELINE, "≤ 95")):
        d, c = (one(r, variable=variable, variable_level=level) for r in (effects, made))
        assert [d["difference"], d["difference_low"], d["difference_high"]] == pytest.approx(
            [c["adj_estimate"], c["adj_low"], c["adj_high"]], rel=1e-9
        )


PROFILE = (("sex", "female"), ("age", 35), ("duration", 2), (BASELINE, 80), ("eyebrow", 1), ("eyelash", 2))


def test_a_profile_as_r_and_in_words() -> None:
    found = analyses.predicted_probability(COHORT, PLAN, MODEL, PROFILE)
    p = one(found, role="profile")
    assert [p["estimate"], p["low"], p["high"]] == pytest.approx(R["effects"]["profile"], abs=1e-6)
    assert found.sentence.startswith("A woman of 35, 2 years of disease, SALT 80: 81 % (95 % CI 35–97) reach SALT≤20 at week 39.")
    assert "not a prediction rule until it has been validated" in found.sentence
    again = analyses.predicted_probability(COHORT, PLAN, MODEL, (*PROFILE[1:], ("sex", "male")))
    otherwise = one(found, variable="sex", variable_level="male")
    assert one(again, role="profile")["estimate"] == pytest.approx(otherwise["estimate"], rel=1e-12)


def test_a_profile_that_nobody_has_is_doubted() -> None:
    found = analyses.predicted_probability(COHORT, PLAN, MODEL, (("subtype", "universalis"), (BASELINE, 60.0), ("age", 120.0)))
    said = {c.code: c.text for c in found.caveats}
    assert said["unlike-anyone"].startswith("None of the 70 patients is like this")
    assert "Age 120 lies outside what was observed (16 to 71)" in said["extrapolated-profile"]
    with pytest.raises(PlanError, match="no level 'other'"):
        analyses.predicted_probability(COHORT, PLAN, MODEL, (("sex", "other"),))


def test_the_range_of_one_patient_is_wider_than_that_of_the_mean() -> None:
    p = one(analyses.predicted_probability(COHORT, PLAN, IMPROVEMENT), role="profile")
    assert p["range_low"] < p["low"] < p["estimate"] < p["high"] < p["range_high"]


def test_imputed_predictors_pool_to_complete_ones_when_nothing_is_missing() -> None:
    same = analyses.predictor_effects(COHORT, PLAN, MODEL.replace(missing="impute"))
    pd.testing.assert_frame_equal(same.table, ask("predictor_effects").table)


# --- checks --------------------------------------------------------------------------------------------------------
def test_inflation_as_car() -> None:
    found = ask("predictor_checks").rows(role="vif").set_index("variable")
    df = np.array([4, *[1] * 8])
    assert found.loc[COLUMNS, "value"].to_numpy() == pytest.approx(np.array(R["tohoku"]["gvif"]) ** (1 / (2 * df)), rel=1e-9)


def test_linearity_as_r() -> None:
    assert one(ask("predictor_checks"), role="linearity", variable="age")["p"] == pytest.approx(R["checks"]["age_curved_p"], abs=1e-7)
    assert one(ask("predictor_checks", IMPROVEMENT), role="linearity", variable="age")["p"] == pytest.approx(
        R["checks"]["linear_age_curved_p"], abs=1e-9
    )


@pytest.mark.parametrize(
    ("model", "with_", "without"),
    [
        (MODEL, R["tohoku"]["p"], np.array(R["checks"]["without_p"])),
        (IMPROVEMENT, R["tohoku"]["linear"]["p"][1:], np.array(R["checks"]["linear_without_p"])[:, 1:]),
    ],
)
def test_every_patient_who_flips_a_conclusion_and_nobody_else(model: ModelPlan, with_: list, without: np.ndarray) -> None:
    expected = {
        (COHORT.salt.index[i], WORDS[j]): without[i, j]
        for i in range(70)
        for j in range(12)
        if (with_[j] <= 0.05) != (without[i, j] <= 0.05)
    }
    found = ask("predictor_checks", model).rows(role="flip")
    assert {(r.variable, r.variable_level) for r in found.itertuples()} == set(expected)
    for r in found.to_dict("records"):
        assert r["p_without"] == pytest.approx(expected[r["variable"], r["variable_level"]], rel=1e-5)
    assert expected and "T0" in ask("predictor_checks", model).sentence
    moved = [abs(p - 0.05) for _, own in found.groupby("variable_level", sort=False) for p in own["p_without"]]
    runs = found.groupby("variable_level", sort=False).size()
    assert [*found["variable_level"]] == [what for what, n in runs.items() for _ in range(n)], "one conclusion after the other"
    starts = np.cumsum([0, *runs])
    assert all(moved[a:b] == sorted(moved[a:b], reverse=True) for a, b in pairwise(starts)), "furthest first"


def test_a_patient_without_whom_nothing_can_be_estimated() -> None:
    cohort = small([10.0, 60, 15, 70, 30, 12, 80, 33], kind=["a", "b", *["c"] * 6], age=[30.0, 40, 50, 35, 45, 55, 60, 25])
    found = analyses.predictor_checks(cohort, PLAN, ModelPlan(predictors=(Predictor("age"), Predictor("kind"))))
    assert found.rows(role="influence").shape[0] > 0
    assert found.rows(role="flip")["p_without"].isna().any() or found.rows(role="flip").empty


def test_a_predictor_that_one_patient_holds_is_said_so() -> None:
    """Only patient p1 is of kind b: without him its coefficient has no estimate. "Would stand out: p = 0.221 becomes has no
    estimate" was said of it, and 541 079 standard errors were printed as what he moves."""
    kind = ["a", "b", *["a"] * 12]
    salt = [10.0, 20, 15, 70, 30, 12, 80, 33, 64, 18, 71, 25, 90, 14]
    cohort = small(salt, kind=kind, age=[30.0, 40, 50, 35, 45, 55, 60, 25, 33, 47, 52, 61, 29, 38])
    found = analyses.predictor_checks(cohort, PLAN, ModelPlan(predictors=(Predictor("age"), Predictor("kind"))))
    held = found.rows(role="flip")
    held = held[held["p_without"].isna()]
    assert len(held) == 1
    code, what = held.iloc[0][["variable", "variable_level"]]
    assert found.sentence.startswith("No conclusion changes when any single patient is left out.")  # p was 0.4: none to carry
    assert f" Without patient {code}, {what} has no estimate: p = " in found.sentence
    assert next(c for c in found.checks if c.name == "No patient carries a conclusion").verdict == "holds"
    assert "becomes has" not in found.sentence
    assert found.rows(role="influence")["value"].max() < 10


def test_who_alone_holds_a_level_takes_no_other_estimate_with_him() -> None:
    """Only p0 is of kind b. Left out, he takes kind b with him and leaves the other coefficients as they are (his residual is 0); they
    were said to have no estimate without him, nor without all whose removal merely moved p. By least squares without each patient."""
    rng = np.random.default_rng(2)
    age, dose = rng.uniform(20, 60, 24), rng.uniform(1, 9, 24)
    ends = np.clip(70 - 3.0 * dose + rng.normal(0, 11, 24), 0, 100)
    kind = ["b"] + ["a", "c"] * 11 + ["a"]
    cohort = cohort_of([[80.0, float(v)] for v in ends], [0, 24], kind=kind, age=age, dose=dose)
    model = ModelPlan("improvement", (Predictor("kind"), Predictor("age"), Predictor("dose")))
    found = analyses.predictor_checks(cohort, AnalysisPlan(stratifier="none", alpha=0.05), model)
    y = 100 * (1 - ends / 80)
    x = np.column_stack([np.ones(24), [k == "b" for k in kind], [k == "c" for k in kind], age, dose]).astype(float)
    wanted = {}
    for i in range(24):
        keep = np.arange(24) != i
        own = x[keep][:, [c for c in range(5) if i or c != 1]]
        beta, rss, *_ = np.linalg.lstsq(own, y[keep], rcond=None)
        df = 23 - own.shape[1]
        se = np.sqrt(float(rss[0]) / df * np.diagonal(np.linalg.inv(own.T @ own)))
        wanted[f"p{i}"] = 2 * scipy.stats.t.sf(np.abs(beta / se), df)[-1]
    with_all = found.rows(role="flip")
    dosed = with_all[with_all["variable_level"].str.startswith("dose")]
    told = {r.variable: r.p_without for r in dosed.itertuples()}
    clear = fitted_p(x, y)[-1] <= 0.05
    assert told == {k: pytest.approx(v, rel=1e-6) for k, v in wanted.items() if (v <= 0.05) != clear}
    gone = with_all[with_all["p_without"].isna()]
    assert set(gone["variable"]) <= {"p0"} and set(gone["variable_level"]) <= {"kind: b"}


def test_who_alone_tells_two_predictors_apart_takes_both_with_him() -> None:
    """Only p0 is severe and not of kind b: without him severe and b are the same patients. Of a yes/no outcome nothing was said."""
    rng = np.random.default_rng(4)
    kind = ["a", *["b"] * 12, *["a"] * 13]
    severe = ["yes", *["yes"] * 12, *["no"] * 13]
    ends = [10.0 if v else 70.0 for v in rng.integers(0, 2, 26)]
    cohort = cohort_of([[80.0, v] for v in ends], [0, 24], kind=kind, severe=severe, age=rng.uniform(20, 60, 26))
    model = ModelPlan(predictors=(Predictor("kind"), Predictor("severe"), Predictor("age")))
    found = analyses.predictor_checks(cohort, AnalysisPlan(stratifier="none", endpoint="SALT75"), model).rows(role="flip")
    gone = found[found["p_without"].isna()]
    assert set(gone["variable"]) == {"p0"} and len(gone) == 2 and not gone["variable_level"].str.contains("ge").any()


def fitted_p(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Two-sided p of each coefficient, by least squares."""
    beta, rss, *_ = np.linalg.lstsq(x, y, rcond=None)
    df = len(y) - x.shape[1]
    return 2 * scipy.stats.t.sf(np.abs(beta / np.sqrt(float(rss[0]) / df * np.diagonal(np.linalg.inv(x.T @ x)))), df)


def test_no_estimate_and_no_longer_clear_are_two_things() -> None:
    """“Without P040 it has no estimate (nor without 18 others)”: without the 18 it had one, and was no longer clear."""
    rows = [
        {"role": "flip", "variable": v, "variable_level": "kind: b", "p_with": 0.01, "p_without": p}
        for v, p in (("A", NAN), ("B", 0.2), ("C", 0.06))
    ]
    frame = SimpleNamespace(n=30, setting=SimpleNamespace(plan=AnalysisPlan(alpha=0.05)))
    told = in_words(frame, rows)  # type: ignore[arg-type]
    assert told.startswith(
        "1 conclusion of the model changes when one patient is left out: without patient A, kind: b has no estimate: p"
    )
    assert "; without patient B, kind: b would no longer stand out (nor without 1 other): p = 0.010 becomes p = 0.200." in told


def test_verdicts_say_what_is_broken() -> None:
    said = {c.name: c for c in ask("predictor_checks").checks}
    assert said["Enough events"].verdict == "broken" and "2.4 each" in said["Enough events"].detail
    assert said["No separation"].verdict == "broken" and "totalis" in said["No separation"].detail
    assert said["Predictors not entangled"].verdict == "holds"


# --- choosing ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("criterion", ["aic", "p"])
def test_stepwise_as_logistf_backward(criterion: str) -> None:
    names = dict(
        zip(
            ["aa", "sex", "age10", "short", "ad", "ivmp", "eyebrow_clinro", "eyelash_clinro", "low"],
            [
                "AA subtype",
                "Sex",
                "Age",
                "Disease duration",
                "Atopic dermatitis",
                "IVMP history",
                "Eyebrow ClinRO",
                "Eyelash ClinRO",
                "Baseline SALT",
            ],
            strict=True,
        )
    )
    assert ask("predictor_choice", MODEL.replace(criterion=criterion)).details.chosen == [names[n] for n in R["choice"][criterion]]
    if criterion == "aic":
        assert ask("predictor_choice", IMPROVEMENT).details.chosen == [names[n] for n in R["choice"]["linear_aic"]]


def test_penalties_shrink_and_what_is_left_out_has_no_effect() -> None:
    t = ask("predictor_choice").table
    # compared with the strongest: a shrunk model predicts less extremely
    for kind in ("ridge", "lasso"):
        assert np.abs(np.log(t[kind])).max() < np.abs(np.log(t["prespecified"])).max()
    left = t[~t["variable"].isin(["subtype", "sex", "duration", "ivmp", BASELINE])]
    assert (left["stepwise"] == 1).all()


FEW = MODEL.replace(resamples=20)


def test_stability_is_seeded_counted_and_cancellable() -> None:
    seen: list[int] = []
    found = analyses.predictor_stability(COHORT, PLAN, FEW, progress=lambda done, total: seen.append(done))
    assert seen == list(range(1, 21))
    pd.testing.assert_frame_equal(found.table, analyses.predictor_stability(COHORT, PLAN, FEW).table)
    assert set(found.table["frequency"] * 20) <= set(range(21))
    assert sum(share for _, share in found.details.models) == pytest.approx(1)

    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done == 3:
            raise Stop

    with pytest.raises(Stop):
        analyses.predictor_stability(COHORT, PLAN, FEW, progress=stop)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_performance_by_another_route() -> None:
    found = analyses.predictor_performance(COHORT, PLAN, FEW).table.set_index("variable")
    p = COHORT.patients
    kind = p["aa_subtype"].to_numpy()
    x = np.column_stack(
        [
            np.ones(70),
            *[(kind == k) * 1.0 for k in ("diffuse", "ophiasis", "totalis", "universalis")],
            p["sex"] == "female",
            p["age"] / 10,
            p["disease_duration_years"] <= 4,
            p["atopic_dermatitis"] == "yes",
            p["ivmp_history"] == "yes",
            p["eyebrow_clinro"],
            p["eyelash_clinro"],
            COHORT.baseline <= 95,
        ]
    ).astype(float)
    y = (COHORT.values[:, -1] <= 20).astype(float)

    def fit(rows: np.ndarray) -> np.ndarray:
        assert np.linalg.matrix_rank(x[rows]) == 13
        other = FirthLogisticRegression(gtol=1e-9, xtol=1e-9, max_iter=500).fit(x[rows][:, 1:], y[rows])
        return flic_intercept(x[rows], y[rows], np.concatenate([[other.intercept_], other.coef_]))

    other = optimism_bootstrap(fit, x, y, bootstrap_rows(70, 20, FEW.seed), 20)
    for m in other.measures:
        assert [found.loc[m.name, k] for k in ("apparent", "corrected")] == pytest.approx([m.apparent, m.corrected], abs=1e-4)
    assert found.loc["auc", "corrected"] < found.loc["auc", "apparent"]


@pytest.mark.parametrize("procedure", ["stepwise", "lasso", "ridge"])
def test_the_choice_is_made_again_in_every_resample(procedure: str) -> None:
    found = analyses.predictor_performance(COHORT, PLAN, FEW, procedure)
    t = found.table.set_index("variable")
    assert t.loc["auc", "corrected"] < t.loc["auc", "apparent"] and "included" in found.method
    with pytest.raises(PlanError, match="The procedure is"):
        analyses.predictor_performance(COHORT, PLAN, FEW, "magic")


def test_an_interval_beside_the_corrected_value_is_printed_as_one() -> None:
    """By hand: a value is below its interval, above it, or in it. An area of 0.455 stood beside “0.494 to 0.621” as if within."""
    found = analyses.predictor_performance(COHORT, PLAN, FEW)
    rows = found.table.head(3).assign(corrected=[0.455, 0.7, 0.55], ci_low=0.494, ci_high=0.621)
    printed = printable(found, rows).filter(like="CI").iloc[:, 0]
    assert [*printed] == ["0.494 to 0.621, above the value", "0.494 to 0.621, below the value", "0.494 to 0.621"]


def test_performance_of_a_numeric_outcome() -> None:
    found = analyses.predictor_performance(COHORT, PLAN, IMPROVEMENT.replace(resamples=20)).table.set_index("variable")
    assert 0 < found.loc["r2", "corrected"] < found.loc["r2", "apparent"]
    assert "auc" not in found.index


def test_a_validation_that_cannot_be_is_refused_or_says_what_is_missing() -> None:
    model = ModelPlan(predictors=(Predictor("age"),), resamples=20)
    age = [30.0, 40, 50, 35, 45, 55, 60, 25, 33, 44]
    with pytest.raises(NotComputable, match="was reached by 2/10"):
        analyses.predictor_performance(small([10.0] * 2 + [60.0] * 8, age=age), PLAN, model)
    separated = analyses.predictor_performance(small([10.0] * 5 + [60.0] * 5, age=sorted(age)), PLAN, model)
    assert "No calibration slope could be found." in separated.sentence and "–" not in separated.sentence


# --- patterns ------------------------------------------------------------------------------------------------------
def test_interaction_of_type_and_sex_as_r() -> None:
    found = ask("response_patterns")
    t = one(found, role="test", variable="subtype:sex")
    p = R["patterns"]
    assert [t["statistic"], t["df1"], t["df2"], t["p"]] == pytest.approx([p["f"], *p["df"], p["p"]], rel=1e-9)
    assert one(found, variable="subtype:sex:endpoint")["statistic"] == pytest.approx(p["endpoint_chi2"], abs=1e-6)


def test_adjusted_means_of_complete_visits_are_those_of_covariance_analysis() -> None:
    means = ask("response_patterns").rows(role="mean")
    for week, expected in zip((13, 26, 39), R["patterns"]["means"], strict=True):
        own = means[means["week"] == week].set_index("group1_level")
        for level, row in zip(("patchy", "diffuse", "ophiasis", "totalis", "universalis"), expected, strict=True):
            assert own.loc[level, ["estimate", "low", "high"]].to_numpy(float) == pytest.approx(row, abs=1e-5)
    assert "23 % (−3 to 49) in ophiasis" in ask("response_patterns").sentence


def test_both_together_leaves_tiny_cells_out_and_names_them() -> None:
    found = ask("response_patterns", by="both")
    assert {c.code: c.text for c in found.caveats}["small-cells"].startswith("diffuse, female (1)")
    assert "diffuse, female" not in set(found.table["group1_level"])
    assert found.rows(role="mean")["n"].min() >= 3
    with pytest.raises(PlanError, match="no curves by 'centre'"):
        ask("response_patterns", by="centre")


def test_the_course_counts_whoever_has_a_visit_after_baseline() -> None:
    """By hand: 16 patients, of whom one has a baseline alone and five left before the last week; the course uses 15."""
    rows = [[90.0, 60 - 2 * i, 50 - 3 * i] for i in range(10)] + [[80.0, 30 + 5 * i, NAN] for i in range(5)] + [[85.0, NAN, NAN]]
    cohort = cohort_of(rows, [0, 12, 24], sex=["f", "m"] * 8, roles={"sex": "sex"})
    found = analyses.response_patterns(cohort, AnalysisPlan(missing="nri"))
    assert (found.accounting.enrolled, found.accounting.analysed) == (16, 15)
    assert [(e.reason, e.n) for e in found.accounting.excluded] == [("with no visit after baseline", 1)]
    assert found.rows(role="mean", week=12)["n"].sum() == 15
    assert "AA subtype × sex" not in found.method, "there is no AA subtype"
    assert "imputation" not in missing_of(found), "a course is not filled in"


def test_a_curve_of_few_counts_those_in_it() -> None:
    """By hand: of 12 women 9 came after baseline, of 12 men 12: few are 9, and “12” were told, so that nobody was
    few; of complete cases 8 and 12."""
    rows = [[90.0, 60 - 2 * i, 50 - 3 * i] for i in range(12)] * 2
    rows = [[80.0, NAN, NAN]] * 3 + [[80.0, 41.0, NAN]] + rows[4:]
    cohort = cohort_of(rows, [0, 12, 24], sex=["f"] * 12 + ["m"] * 12, roles={"sex": "sex"})
    for rule, women in (("observed", 9), ("complete", 8)):
        found = analyses.response_patterns(cohort, AnalysisPlan(missing=rule))
        assert {c.code: c.text for c in found.caveats}["small-stratum"].startswith(f"f has {women} patients: one patient")
        assert dict(zip(found.details.cells["sex"], found.details.cells["n"], strict=True)) == {"f": women, "m": 12}


def test_a_file_without_type_and_sex() -> None:
    with pytest.raises(NotComputable, match="neither AA subtype nor sex"):
        analyses.response_patterns(small([10.0, 50.0, 30.0], age=[1.0, 2, 3]), PLAN)


# --- maximum likelihood that has no maximum --------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["predictor_effects", "predicted_probability", "predictor_checks"])
def test_infinite_estimates_predict_nothing(name: str) -> None:
    with pytest.raises(NotComputable, match="no finite estimates"):
        ask(name, MODEL.replace(estimator="ml"))


def test_alpha_sets_the_intervals() -> None:
    wide = analyses.predictor_effects(COHORT, PLAN.replace(alpha=0.01), MODEL)
    narrow = AnalysisPlan(endpoint="SALT<=20", alpha=0.2)
    a, b = (one(r, variable="sex", variable_level="female") for r in (wide, analyses.predictor_effects(COHORT, narrow, MODEL)))
    assert a["low"] < b["low"] < b["high"] < a["high"]
