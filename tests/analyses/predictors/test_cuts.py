"""Curve, cuts and what they cost, in the Tohoku sample, against R."""

from __future__ import annotations

import numpy as np
import pytest

from aadash import analyses
from aadash.charts import roc_curve
from aadash.errors import NotComputable, PlanError
from aadash.filters import BASELINE
from aadash.model_plan import ModelPlan, Predictor
from aadash.plan import AnalysisPlan
from aadash.report.tables import printable
from tests.analyses.predictor_cohorts import COHORT, IMPROVEMENT, PLAN, R, ask, one
from tests.making import cohort_of


def test_what_each_form_explains_as_r() -> None:
    ways = ask("predictor_cuts", column="duration").rows(role="way").set_index("variable_level")
    c = R["cuts"]
    assert [ways.loc[k, "chi2"] for k in ("number", "spline", "cut")] == pytest.approx([c["number"], c["spline"], c["cut"]], abs=1e-6)
    ways = ask("predictor_cuts", IMPROVEMENT, column="duration").rows(role="way").set_index("variable_level")
    assert [ways.loc[k, "chi2"] for k in ("number", "spline", "cut")] == pytest.approx(c["linear"], abs=1e-8)


def test_effect_at_a_cut_and_roc_as_r() -> None:
    found = ask("predictor_cuts", column="duration")
    at4 = one(found, role="cut", cut=4.0)
    assert [at4["estimate"], at4["low"], at4["high"]] == pytest.approx(R["cuts"]["or4"], rel=1e-9)
    assert (at4["n_low"], at4["n_high"]) == (33, 37)
    roc = found.rows(role="youden").iloc[0]
    assert [roc["auc"], roc["low"], roc["high"]] == pytest.approx(R["tohoku"]["roc_duration"], abs=1e-9)
    roc = ask("predictor_cuts", column=BASELINE).rows(role="youden").iloc[0]
    assert [roc["auc"], roc["low"], roc["high"]] == pytest.approx(R["tohoku"]["roc_baseline"], abs=1e-9)


@pytest.mark.parametrize("column", ["duration", BASELINE])
def test_youdens_cut_as_proc(column: str) -> None:
    found = ask("predictor_cuts", column=column)
    best = found.rows(role="youden")[["cut", "sensitivity", "specificity"]].to_numpy()
    assert best == pytest.approx(np.array(R["tohoku"][f"youden_{'duration' if column == 'duration' else 'baseline'}"]), rel=1e-12)
    assert "Youden's cut, at or below" in found.sentence
    drawn = roc_curve(found).data["points"].iloc[0]
    assert [drawn["tpr"], 100 - drawn["fpr"]] == pytest.approx((100 * best[0, 1:]).tolist())


def test_the_cut_of_the_model_lies_on_the_curve() -> None:
    found = ask("predictor_cuts", column="duration")
    y, short = COHORT.values[:, -1] <= 20, COHORT.patients["disease_duration_years"].to_numpy() <= 4
    assert found.details.roc_cut == pytest.approx((short[y].mean(), (~short)[~y].mean()))
    c = found.details.roc
    assert np.hypot(c["sensitivity"] - short[y].mean(), c["specificity"] - (~short)[~y].mean()).min() == pytest.approx(0)
    with pytest.raises(NotComputable, match="yes/no"):
        roc_curve(ask("predictor_cuts", IMPROVEMENT, column="duration"))


def test_what_the_cut_keeps_is_printed_and_said() -> None:
    found = ask("predictor_cuts", column="duration")
    c = R["cuts"]
    share = f"{100 * c['cut'] / c['spline']:.0f} %"
    printed = printable(found, found.rows(role="way"))
    assert list(printed["Of what the curve explains"]) == [f"{100 * c['number'] / c['spline']:.0f} %", "100 %", share]
    assert f"the cut at 4 years keeps {share}" in found.details.cost and found.sentence.endswith(found.details.cost)


def test_the_search_is_counted_and_the_naive_p_warned_of() -> None:
    found = ask("predictor_cuts", column=BASELINE)
    s = one(found, role="searched")
    assert s["p_naive"] < 0.05 < s["p"]
    assert "41 cuts were tried" in {c.code: c.text for c in found.caveats}["searched-cut"]


def test_the_steps_are_the_adjusted_probabilities() -> None:
    steps = ask("predictor_cuts", column="duration").details.steps
    expected = [one(ask("predictor_effects"), variable="duration", variable_level=lv)["estimate"] for lv in ("≤ 4", "> 4")]
    assert [s["estimate"] for s in steps] == pytest.approx(expected, abs=1e-7)


def test_columns_that_cannot_be_cut() -> None:
    with pytest.raises(PlanError, match="not a number"):
        ask("predictor_cuts", column="sex")
    with pytest.raises(NotComputable, match="None of the predictors is a number"):
        analyses.predictor_cuts(COHORT, PLAN, ModelPlan(predictors=(Predictor("sex"),)))
    with pytest.raises(NotComputable, match="not among the predictors"):
        analyses.predictor_cuts(COHORT, PLAN, ModelPlan(predictors=(Predictor("duration"),)), "age")


def test_one_cut_is_not_the_best_of_several() -> None:
    """Three values, of which the highest is no cut and the lowest leaves fewer than a tenth below it."""
    dose = [1.0] + [2.0] * 15 + [4.0] * 15
    rows = [[80.0, 10.0 if i % 3 else 75.0] for i in range(31)]
    cohort = cohort_of(rows, [0, 24], dose=dose)
    found = analyses.predictor_cuts(cohort, AnalysisPlan(stratifier="none"), ModelPlan(predictors=(Predictor("dose"),)), "dose")
    assert len(found.rows(role="cut")) == 1
    assert (
        found.sentence.startswith("The only cut of dose with a tenth of the patients on either side is 2:")
        and "all the cuts tried" not in found.sentence
    )


def test_who_cannot_be_cut_is_named_with_the_reason() -> None:
    """All at 95 or below: “Sex is not among the predictors that could be used. Add it to the model” was said of baseline SALT."""
    rows = [[60.0 + i, 10.0 + 5 * i] for i in range(14)]
    facts = {"sex": ["f"] * 14, "age": [20.0 + 3 * i for i in range(14)], "roles": {"sex": "sex", "age": "age"}}
    model = ModelPlan(predictors=(Predictor("sex"), Predictor("age", per=10), Predictor(BASELINE, cut=95)))
    with pytest.raises(NotComputable, match=r"^Baseline SALT is ≤ 95 in all 14 patients"):
        analyses.predictor_cuts(cohort_of(rows, [0, 24], **facts), AnalysisPlan(stratifier="none", endpoint="SALT50"), model, BASELINE)
