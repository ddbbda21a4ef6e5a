"""The adjusted comparison under each rule for missing visits, against R's ``lm``."""

from __future__ import annotations

import numpy as np
import pytest

from aadash import analyses
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.plan import AnalysisPlan
from tests.making import NAN, cohort_of

PLAN = AnalysisPlan(stratifier="g", endpoint="SALT50", week=24)


def twelve() -> Cohort:
    """Four miss week 24, all of whom came to week 12; one came to week 24 alone; one has no age."""
    base = [80, 90, 70, 60, 100, 85, 75, 95, 65, 88, 72, 92]
    w12 = [60, 70, NAN, 50, 90, 40, 70, 80, 30, 75, 60, 85]
    w24 = [40, NAN, 30, NAN, 85, 20, 60, NAN, 25, NAN, 55, 80]
    age = [30, 41, 25, 52, 38, NAN, 47, 29, 33, 60, 44, 36]
    rows = [list(map(float, r)) for r in zip(base, w12, w24, strict=True)]
    return cohort_of(rows, [0, 12, 24], g=["a", "b"] * 6, age=age, roles={"age": "age"})


def test_the_change_follows_the_rule_as_the_rate_does() -> None:
    """R: y <- ifelse(is.na(w24), w12, w24) - base; lm(y ~ g + base + age): 11 patients, g = −6.370880469175 (−20.18264327047061 to
    7.44088233212061), p = 0.311512021837371; complete cases (6 patients): −10.9395046329295."""
    locf = analyses.adjusted_comparison(twelve(), PLAN.replace(missing="locf"))
    found = locf.rows(variable="change", variable_level="ancova").iloc[0]
    expected = [-6.370880469175, -20.18264327047061, 7.44088233212061, 0.311512021837371]
    assert found[["estimate", "ci_low", "ci_high", "p"]].tolist() == pytest.approx(expected, rel=1e-9)
    assert found["n_analysed"] == locf.accounting.analysed == 11
    assert set(locf.rows(variable="SALT50")["n_analysed"]) <= {11}
    assert [(e.reason, e.n) for e in locf.accounting.excluded] == [("without a value of a covariate", 1)]
    assert any(c.code == "locf" for c in locf.caveats)
    complete = analyses.adjusted_comparison(twelve(), PLAN.replace(missing="complete"))
    found = complete.rows(variable="change", variable_level="ancova").iloc[0]
    assert found["estimate"] == pytest.approx(-10.9395046329295, rel=1e-9) and found["n_analysed"] == complete.accounting.analysed == 6


def test_what_no_rule_fills_in_is_said() -> None:
    nri = analyses.adjusted_comparison(twelve(), PLAN.replace(missing="nri"))
    # eleven of twelve have a rate, seven of them a change: who has neither is left out
    assert nri.accounting.analysed == 11 and {e.reason: e.n for e in nri.accounting.excluded} == {"without a value of a covariate": 1}
    assert set(nri.rows(variable="SALT50")["n_analysed"]) == {11} and nri.rows(variable_level="ancova")["n_analysed"].tolist() == [7]
    assert any(c.code == "nri" and "means are of the scores recorded" in c.text for c in nri.caveats)


@pytest.mark.parametrize("rule", ["observed", "complete", "nri", "locf", "mixed"])
def test_the_line_below_leaves_to_the_method_what_each_row_is_of(rule: str) -> None:
    """Under the mixed rule the model is one row of several: neither the covariance nor the rates are of it."""
    result = analyses.adjusted_comparison(twelve(), PLAN.replace(missing=rule))
    assert result.follows == "missing visits: as the method says"
    whom = {"nri": "counts as no response", "locf": "stands in for a missing one", "complete": "with a score at every visit"}
    assert whom.get(rule, "are of the patients with a score at the week") in result.method


@pytest.mark.parametrize("rule", ["observed", "nri", "locf"])
def test_the_same_difference_of_rates_has_one_interval_and_one_p(rule: str) -> None:
    """Nothing adjusted for: the answer is that of the response itself, by Newcombe and Fisher; it was Wald's beside it."""
    rows = [[80.0 + i % 7, 60.0 - i, NAN if i % 5 == 4 else 5.0 + 37 * i % 71] for i in range(20)]
    cohort = cohort_of(rows, [0, 12, 24], g=["a", "a", "b", "a"] * 5)
    plan = PLAN.replace(missing=rule)
    mine = analyses.adjusted_comparison(cohort, plan).rows(variable="SALT50", variable_level="unadjusted").iloc[0]
    theirs = analyses.responders_between(cohort, plan).rows(variable="SALT50", week=24).iloc[0]
    assert (mine["estimate"], mine["ci_low"], mine["ci_high"], mine["p"]) == pytest.approx(
        (theirs["risk_difference"], theirs["ci_low"], theirs["ci_high"], theirs["p"])
    )
    assert mine["n_analysed"] == theirs["n_analysed"]


def test_where_no_model_can_be_fitted_the_counted_difference_stands() -> None:
    rows = [[80.0 + i, 10.0 if i % 2 else 75.0] for i in range(12)]
    result = analyses.adjusted_comparison(cohort_of(rows, [0, 24], g=["a", "b"] * 6), PLAN)
    assert result.rows(variable="SALT50")["variable_level"].tolist() == ["unadjusted"]
    assert "SALT50 in g: a less g: b, unadjusted: −100.0 percentage points" in result.sentence
    assert any(c.code == "not-computed" and "perfectly" in c.text for c in result.caveats)


def test_a_few_patients_among_many_are_like_some_of_them() -> None:
    """Three of early lie amid the twenty of late: “cannot be held equal … only 5 % of a stratum lie where the other has patients”."""
    base = [60.0, 61, 63, *np.linspace(50, 95, 20)]
    rows = [[b, b / 2 + 7 * i % 11] for i, b in enumerate(base)]
    cohort = cohort_of(rows, [0, 24], g=["early"] * 3 + ["late"] * 20)
    assert len(analyses.adjusted_comparison(cohort, PLAN).rows(variable_level="ancova")) == 1
    apart = cohort_of([[b - 40 * (i < 3), 10.0 + i] for i, (b, _) in enumerate(rows)], [0, 24], g=["early"] * 3 + ["late"] * 20)
    with pytest.raises(NotComputable, match="cannot be held equal") as refused:
        analyses.adjusted_comparison(apart, PLAN)
    assert "in the middle" not in str(refused.value)  # medians that stand in no table


def test_rates_are_not_adjusted_by_a_model_of_one_event_a_coefficient() -> None:
    """4 responders of 15, four coefficients: “38.4 percentage points (20.2 to 56.7; p < 0.001)” beside Fisher's p of 0.57."""
    rng = np.random.default_rng(77)
    base = rng.uniform(40, 100, 15).round(1)
    end = np.where(np.isin(np.arange(15), [1, 4, 7, 12]), 10.0, base - 5)
    facts = {"age": rng.integers(18, 70, 15).tolist(), "sex": ["f", "m", "f"] * 5}
    cohort = cohort_of(
        np.column_stack([base, end]).tolist(), [0, 24], g=["a"] * 8 + ["b"] * 7, roles={"age": "age", "sex": "sex"}, **facts
    )
    few = analyses.adjusted_comparison(cohort, PLAN)
    assert few.rows(variable="SALT50")["variable_level"].tolist() == ["unadjusted"]
    assert any("The rarer of response and no response is that of 4 patients, not enough" in c.text for c in few.caveats)
    some = analyses.adjusted_comparison(cohort, PLAN, covariates="none")
    assert "risk difference" in some.rows(variable="SALT50")["variable_level"].tolist()
    assert any(c.code == "few-events" for c in some.caveats)


def test_a_level_that_separates_is_called_by_its_covariate() -> None:
    """“'x1m' predicts the outcome perfectly”: the column of the model."""
    base = [60.0 + i for i in range(40)]
    sex = ["f", "f", "m", "m"] * 10
    rows = [[b, 10.0 if x == "m" or i % 3 == 0 else b - 5] for i, (b, x) in enumerate(zip(base, sex, strict=True))]
    cohort = cohort_of(rows, [0, 24], g=["a", "b"] * 20, sex=sex, roles={"sex": "sex"})
    said = next(c.text for c in analyses.adjusted_comparison(cohort, PLAN).caveats if c.code == "not-computed")
    assert "sex: m predicts the outcome perfectly in part of the patients" in said and "x0" not in said
