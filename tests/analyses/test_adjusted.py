"""The adjusted comparison under each rule for missing visits, against R's ``lm``."""

from __future__ import annotations

import pytest

from aadash import analyses
from aadash.cohort import Cohort
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
    assert {e.reason: e.n for e in nri.accounting.excluded} == {"with no visit at week 24": 4, "without a value of a covariate": 1}
    assert any(c.code == "nri" and "means here are of the visits made" in c.text for c in nri.caveats)
