"""Univariable and multivariable estimates: R on the Tohoku sample, and a sentence for every degenerate case."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from aadash import analyses
from aadash.analyses import predictors
from aadash.candidates import per_so_many
from aadash.charts import forest
from aadash.errors import NotComputable, PlanError
from aadash.filters import BASELINE, Filter
from aadash.model_plan import ModelPlan, Predictor
from aadash.plan import AnalysisPlan
from aadash.report.tables import printable
from aadash.result import Result
from tests.analyses.predictor_cohorts import PLAN, R, sample, small
from tests.making import NAN, cohort_of

TOHOKU = R["tohoku"]
#: R's name of each coefficient after the intercept, and where it stands in our table.
ROWS = [
    ("subtype", "diffuse"),
    ("subtype", "ophiasis"),
    ("subtype", "totalis"),
    ("subtype", "universalis"),
    ("sex", "female"),
    ("age", None),
    ("duration", "≤ 4"),
    ("atopic_dermatitis", "yes"),
    ("ivmp", "yes"),
    ("eyebrow", None),
    ("eyelash", None),
    (BASELINE, "≤ 95"),
]
NAMES = {
    "subtype": "aa",
    "sex": "sex",
    "age": "age10",
    "duration": "short",
    "atopic_dermatitis": "ad",
    "ivmp": "ivmp",
    "eyebrow": "eyebrow_clinro",
    "eyelash": "eyelash_clinro",
    BASELINE: "low",
}


def at(result: Result, variable: str, level: str | None, role: str = "") -> pd.Series:
    t = result.table[result.table["variable"] == variable]
    t = t[t["role"] == role] if role else t[t["variable_level"] == level] if level else t[t["role"] == "slope"]
    assert len(t) == 1
    return t.iloc[0]


def codes(result: Result) -> dict[str, str]:
    return {c.code: c.text for c in result.caveats}


@pytest.fixture(scope="module")
def tohoku() -> Result:
    return predictors(sample("tohoku_2025"), PLAN)


# --- agreement with R ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("j", range(12))
def test_firth_as_logistf_defines_it(tohoku: Result, j: int) -> None:
    r = at(tohoku, *ROWS[j])
    assert np.log([r["adj_estimate"], r["adj_low"], r["adj_high"]]) == pytest.approx(
        [TOHOKU["brglm2"][j + 1], *TOHOKU["limits"][j]], abs=1e-6
    )
    assert r["adj_p"] == pytest.approx(TOHOKU["p"][j], rel=1e-6)


@pytest.mark.parametrize("variable", NAMES)
def test_one_predictor_at_a_time(tohoku: Result, variable: str) -> None:
    expected = TOHOKU["uni"][NAMES[variable]]
    limits = np.atleast_2d(expected["limits"])
    own = [(v, lv) for v, lv in ROWS if v == variable]
    for k, (_, level) in enumerate(own):
        r = at(tohoku, variable, level)
        assert np.log([r["uni_estimate"], r["uni_low"], r["uni_high"]]) == pytest.approx(
            [np.atleast_1d(expected["coef"])[k], *limits[k]], abs=1e-6
        )
        assert r["uni_p"] == pytest.approx(np.atleast_1d(expected["p"])[k], rel=1e-6)


def test_all_levels_together(tohoku: Result) -> None:
    assert at(tohoku, "subtype", None, "overall")["adj_p"] == pytest.approx(TOHOKU["terms"]["aa"], rel=1e-6)


def test_maximum_likelihood_where_it_exists() -> None:
    columns = ("sex", "age", "duration", "atopic_dermatitis", "ivmp")
    model = ModelPlan.prespecified(sample("tohoku_2025"))
    model = model.replace(predictors=tuple(p for p in model.predictors if p.column in columns), estimator="ml")
    found = predictors(sample("tohoku_2025"), PLAN, model)
    for j, row in enumerate([r for r in ROWS if r[0] in columns]):
        r = at(found, *row)
        assert np.log(r["adj_estimate"]) == pytest.approx(TOHOKU["ml"]["coef"][j + 1], abs=1e-8)
        # MASS interpolates its profile with a spline
        assert np.log([r["adj_low"], r["adj_high"]]) == pytest.approx(TOHOKU["ml"]["limits"][j + 1], abs=2e-3)
        assert r["adj_p"] == pytest.approx(TOHOKU["ml"]["lrt_p"][j], rel=1e-6)
        assert r["alt_estimate"] == pytest.approx(r["adj_estimate"], rel=0.25)  # Firth beside it


def test_improvement_as_lm() -> None:
    model = ModelPlan.prespecified(sample("tohoku_2025")).replace(outcome="improvement")
    found = predictors(sample("tohoku_2025"), PLAN, model)
    for j, row in enumerate(ROWS, start=1):
        r = at(found, *row)
        assert [r["adj_estimate"], r["adj_low"], r["adj_high"], r["adj_p"]] == pytest.approx(
            [TOHOKU["linear"]["coef"][j], *TOHOKU["linear"]["ci"][j], TOHOKU["linear"]["p"][j]], rel=1e-8
        )
    assert at(found, "subtype", None, "overall")["adj_p"] == pytest.approx(TOHOKU["linear"]["type2_p"][0], rel=1e-8)
    assert "baseline-in-outcome" in codes(found)


def test_salt_is_adjusted_for_baseline_as_a_number() -> None:
    model = ModelPlan.prespecified(sample("tohoku_2025")).replace(outcome="salt")
    found = predictors(sample("tohoku_2025"), PLAN, model)
    for j, (variable, level) in enumerate(ROWS, start=1):
        r = at(found, variable, None if variable == BASELINE else level)
        assert [r["adj_estimate"], r["adj_p"]] == pytest.approx([TOHOKU["salt"]["coef"][j], TOHOKU["salt"]["p"][j]], rel=1e-8)


# --- what the published directions ask for ---------------------------------------------------------------------------
def test_the_tohoku_findings(tohoku: Result) -> None:
    assert tohoku.details.estimator == "firth" and tohoku.details.events == 29
    for variable, level in ((BASELINE, "≤ 95"), ("duration", "≤ 4"), ("ivmp", "yes"), ("sex", "female")):
        r = at(tohoku, variable, level)
        assert r["adj_estimate"] > 1 and r["adj_p"] < 0.05
    assert "29/70 (41.4 %)" in tohoku.sentence and "Disease duration of at most 4 years" in tohoku.sentence
    assert "AA subtype as a whole p = 0.075" in tohoku.sentence


def test_counts_of_each_level(tohoku: Result) -> None:
    table = pd.crosstab(sample("tohoku_2025").patients["aa_subtype"], sample("tohoku_2025").values[:, -1] <= 20)
    for level in table.index:
        r = at(tohoku, "subtype", level)
        assert (r["n"], r["events"]) == (table.loc[level].sum(), table.loc[level, True])


def test_separation_names_the_predictors_and_maximum_likelihood_is_infinite(tohoku: Result) -> None:
    text = codes(tohoku)["separation"]
    assert all(name in text for name in ("totalis", "universalis", "Baseline SALT ≤ 95"))
    for row in (("subtype", "totalis"), ("subtype", "universalis"), (BASELINE, "≤ 95")):
        r = at(tohoku, *row)
        assert np.isinf(r["alt_estimate"]) and np.isnan(r["alt_low"]) and np.isnan(r["alt_p"])
    assert "2.4 a parameter" in codes(tohoku)["few-events"]
    printed = printable(tohoku)
    assert (printed.iloc[:, -2] == "∞\u00a0(separated)").sum() == 3


def test_coefficients_that_stay_finite_under_separation_are_those_of_the_patients_who_decide_them(tohoku: Result) -> None:
    # With baseline above 95 as good as certain among patchy, diffuse and ophiasis, the limit is decided within strata.
    r = at(tohoku, "sex", "female")
    model = ModelPlan(predictors=tuple(p for p in tohoku.model.predictors if p.column not in ("subtype", BASELINE)), estimator="ml")
    assert np.isfinite([r["alt_estimate"], r["alt_low"], r["alt_high"], r["alt_p"]]).all()
    assert r["alt_estimate"] > at(predictors(sample("tohoku_2025"), PLAN, model), "sex", "female")["adj_estimate"] > 1


def test_reference_level_is_chosen_and_inverts_the_ratio(tohoku: Result) -> None:
    model = tohoku.model
    turned = model.replace(
        predictors=tuple(
            Predictor("sex", reference="female")
            if p.column == "sex"
            else Predictor("duration", reference="<=", cut=4.0)
            if p.column == "duration"
            else p
            for p in model.predictors
        )
    )
    found = predictors(sample("tohoku_2025"), PLAN, turned)
    assert at(found, "sex", "male")["adj_estimate"] == pytest.approx(1 / at(tohoku, "sex", "female")["adj_estimate"], rel=1e-6)
    assert at(found, "duration", "> 4")["adj_low"] == pytest.approx(1 / at(tohoku, "duration", "≤ 4")["adj_high"], rel=1e-6)
    assert at(found, "sex", "female")["role"] == "reference"


def test_per_units_is_a_power(tohoku: Result) -> None:
    model = tohoku.model
    each = model.replace(predictors=tuple(Predictor("age") if p.column == "age" else p for p in model.predictors))
    assert at(predictors(sample("tohoku_2025"), PLAN, each), "age", None)["adj_estimate"] ** 10 == pytest.approx(
        at(tohoku, "age", None)["adj_estimate"], rel=1e-6
    )


# --- missing predictors --------------------------------------------------------------------------------------------
def test_complete_cases_are_counted_and_imputation_keeps_everyone() -> None:
    korea = sample("korea_2025")
    plan, model = PLAN, ModelPlan.prespecified(korea)
    complete = predictors(korea, plan, model)
    imputed = predictors(korea, plan, model.replace(missing="impute", imputations=5))
    assert complete.accounting.analysed == 104 and imputed.accounting.analysed == 117
    assert "13 with nothing recorded for AA subtype" in complete.accounting.sentence()
    assert "AA subtype in 13" in codes(complete)["complete-predictors"]
    assert "13 patients of 117" in codes(imputed)["imputed-predictors"]
    assert sum(imputed.table.loc[imputed.table["variable"] == "sex", "n"]) == 117
    again = predictors(korea, plan, model.replace(missing="impute", imputations=5))
    pd.testing.assert_frame_equal(imputed.table, again.table)


# --- every degenerate case has its sentence --------------------------------------------------------------------------
SEX = ["f", "m"] * 6
AGE = [30.0, 41, 52, 33, 64, 45, 36, 57, 28, 39, 50, 61]


def test_one_event_is_fitted_and_doubted() -> None:
    found = predictors(small([10.0] + [50.0] * 11, sex=SEX, age=AGE), PLAN, ModelPlan(predictors=(Predictor("sex"),)))
    assert np.isfinite(at(found, "sex", "f")["adj_estimate"])
    assert "1 event for 1 parameter" in codes(found)["few-events"]
    assert "none of the 6 patients with Sex: m" in codes(found)["level-without-events"]


@pytest.mark.parametrize(("salt", "words"), [([10.0] * 12, "all of the 12 patients"), ([90.0] * 12, "none of the 12 patients")])
def test_no_spread_of_the_outcome(salt: list[float], words: str) -> None:
    with pytest.raises(NotComputable, match=words):
        predictors(small(salt, sex=SEX), PLAN, ModelPlan(predictors=(Predictor("sex"),)))


def test_constant_and_empty_predictors_are_named_and_left_out() -> None:
    cohort = small([10.0, 50.0] * 6, sex=SEX, same=["x"] * 12, empty=[None] * 12, code=[f"c{i}" for i in range(12)], age=AGE)
    model = ModelPlan(predictors=tuple(map(Predictor, ("same", "empty", "age"))))
    found = predictors(cohort, PLAN, model)
    assert set(found.table["variable"]) == {"age"} and found.accounting.analysed == 12
    assert "the same (x) for all 12 patients" in codes(found)["constant-predictor"]
    assert "recorded for none of the 12 patients" in codes(found)["left-out-predictor"]
    with pytest.raises(NotComputable, match="No predictor is left"):
        predictors(cohort, PLAN, ModelPlan(predictors=(Predictor("same"),)))
    with pytest.raises(NotComputable, match="No predictor is left"):
        predictors(cohort, PLAN, ModelPlan())


def test_a_predictor_that_repeats_another_is_named() -> None:
    cohort = small([10.0, 50, 60, 15, 70, 12, 80, 33, 18, 90, 40, 5], sex=SEX, again=SEX, age=AGE)
    found = predictors(cohort, PLAN, ModelPlan(predictors=tuple(map(Predictor, ("sex", "again", "age")))))
    assert "again: f cannot be told apart" in codes(found)["aliased-predictor"]
    both = ModelPlan(predictors=(Predictor("age", cut=45.0), Predictor("years", cut=45.0), Predictor("sex")))
    cut = codes(predictors(small([10.0, 50, 60, 15, 70, 12, 80, 33, 18, 90, 40, 5], sex=SEX, age=AGE, years=AGE), PLAN, both))
    assert cut["aliased-predictor"].startswith("years") and cut["cut-predictor"].startswith("Age (cut at 45) enters the model")
    assert np.isnan(at(found, "again", "f")["adj_estimate"]) and np.isfinite(at(found, "again", "f")["uni_estimate"])


def test_more_parameters_than_patients_leaves_one_at_a_time() -> None:
    facts = {f"k{i}": list(np.random.default_rng(i).permutation(["a", "b", "c"] * 2)) for i in range(4)}
    cohort = small([10.0, 50, 60, 15, 70, 12], **facts)
    found = predictors(cohort, PLAN, ModelPlan(predictors=tuple(map(Predictor, facts))))
    assert "6 patients cannot determine 9 parameters" in codes(found)["no-joint-model"]
    assert found.table["adj_p"].isna().all() and found.table["uni_estimate"].notna().any()
    assert "could not be fitted" in found.sentence
    assert len(printable(found)) > 0


def test_nobody_with_every_predictor() -> None:
    cohort = small([10.0, 50.0] * 2, a=["x", "y", None, None], b=[None, None, "u", "v"])
    with pytest.raises(NotComputable, match="None of the 4 patients has both"):
        predictors(cohort, PLAN, ModelPlan(predictors=(Predictor("a"), Predictor("b"))))


def test_no_outcome_at_that_week_and_one_visit() -> None:
    with pytest.raises(NotComputable, match="known for none of the 4 patients"):
        predictors(small([np.nan] * 4, sex=SEX[:4]), PLAN, ModelPlan(predictors=(Predictor("sex"),)))
    alone = sample("tohoku_2025")
    one = type(alone)(alone.patients, alone.salt[[0]], roles=dict(alone.roles))
    with pytest.raises(NotComputable, match="one visit only"):
        predictors(one, PLAN)


def test_unknown_columns_levels_and_cuts_of_text() -> None:
    for predictor, words in (
        (Predictor("nope"), "no column 'nope'"),
        (Predictor("sex", reference="x"), "no level 'x'"),
        (Predictor("sex", cut=3.0), "cannot be cut"),
    ):
        with pytest.raises(PlanError, match=words):
            predictors(sample("tohoku_2025"), PLAN, ModelPlan(predictors=(predictor,)))


def test_filters_are_obeyed_and_a_filtered_predictor_becomes_constant() -> None:
    plan = AnalysisPlan(endpoint="SALT<=20", filters=(Filter("sex", levels=("female",)),))
    found = predictors(sample("tohoku_2025"), plan)
    assert found.accounting.analysed == 40
    assert "Sex is the same (female)" in codes(found)["constant-predictor"]


def test_a_cut_that_everybody_is_below_is_not_said_to_make_baselines_alike() -> None:
    """Baselines from 30 to 90 were said to be "the same (≤ 95) for all"; the class is, not the score."""
    rows = np.array([[b, f] for b, f in zip(np.linspace(30, 90, 24), np.tile([5.0, 60, 30], 8), strict=True)])
    found = predictors(
        cohort_of(rows, age=np.linspace(20, 60, 24)),
        AnalysisPlan(),
        ModelPlan(predictors=(Predictor("age"), Predictor("baseline_salt", cut=95.0))),
    )
    told = codes(found)["constant-predictor"]
    assert "Baseline SALT is ≤ 95 in all 24 patients of the model" in told and "the same" not in told


def test_every_number_of_the_table_is_printed() -> None:
    found = predictors(sample("tohoku_2025"), PLAN)
    printed = printable(found)
    assert list(printed["Predictor"][:3]) == ["AA subtype", "\u00a0\u00a0\u00a0patchy", "\u00a0\u00a0\u00a0diffuse"]
    female = printed[printed["Predictor"].str.endswith("female")].iloc[0]
    assert [cell.replace("\u00a0", " ") for cell in female[1:5]] == [
        "19/40 (47.5 %)",
        "1.77 (0.68 to 4.75)",
        "0.241",
        "7.96 (1.80 to 54.9)",
    ]
    assert printed[printed["Predictor"] == "Age (per 10 years)"].iloc[0, 1] == "n = 70"
    assert (printed.to_numpy() != "nan").all()


def test_the_intercept_as_r(tohoku: Result) -> None:
    assert tohoku.details.intercept == pytest.approx(R["effects"]["intercept"], abs=1e-6)


def test_a_line_of_the_forest_has_the_patients_of_both_levels(tohoku: Result) -> None:
    rows = set(forest(tohoku).data["points"]["row"])
    assert "Sex: female vs male\n19/40 vs 10/30" in rows and "AA subtype: ophiasis vs patchy\n1/9 vs 12/21" in rows
    assert "Age (per 10 years)\nn = 70" in rows


@pytest.mark.parametrize(
    ("per", "measure", "words"), [(1, "years", "per year"), (10, "years", "per 10 years"), (1, "", "per unit"), (2.5, "", "per 2.5")]
)
def test_per_so_many(per: float, measure: str, words: str) -> None:
    assert per_so_many(per, measure) == words


def test_points_of_a_numeric_outcome_are_written_out_on_the_axis() -> None:
    # "g" takes its digits from the distance of the ticks on a linear axis, and writes 60 as 6e+1
    numeric = predictors(sample("tohoku_2025"), PLAN, ModelPlan.prespecified(sample("tohoku_2025")).replace(outcome="improvement"))
    axis = [layer["encoding"]["x"]["axis"] for layer in forest(numeric).spec["layer"] if "axis" in layer["encoding"].get("x", {})]
    assert axis and not any("format" in a for a in axis)
    assert "arrow" not in forest(numeric).caption


def test_a_reference_without_events_is_said_to_be_what_the_others_are_compared_with() -> None:
    kind = ["patchy"] * 2 + ["totalis"] * 5 + ["universalis"] * 5
    salt = [10.0, 10] + [10.0, 50] * 5
    found = predictors(small(salt, kind=kind), PLAN, ModelPlan(predictors=(Predictor("kind"),)))
    told = next(c for c in found.caveats if c.code == "level-without-events")
    assert "all of the 2 patients" in told.text and told.advice.startswith("The others of this predictor are compared with it")
    other = predictors(small(salt[::-1], kind=kind[::-1]), PLAN, ModelPlan(predictors=(Predictor("kind", reference="totalis"),)))
    assert next(c for c in other.caveats if c.code == "level-without-events").advice.startswith("Its odds ratio")


def test_where_not_one_predictor_can_be_fitted_none_is_shown_as_fitted() -> None:
    """Of two patients no odds ratio can be had, alone or together: “Only one at a time is shown” stood over a table of dashes."""
    cohort = cohort_of([[100, 10], [80, 80], [100, NAN]], sex=["f", "m", "f"], roles={"sex": "sex"})
    with pytest.raises(NotComputable, match="2 patients cannot determine"):
        analyses.predictors(cohort, AnalysisPlan(stratifier="none"))
