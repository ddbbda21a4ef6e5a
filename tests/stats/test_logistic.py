"""Logistic regression and separation: R's glm by its own algorithm, published values, properties, refusals."""

import warnings

import numpy as np
import pandas as pd
import pytest

from aadash.errors import NotComputable
from aadash.stats.design import build_design
from aadash.stats.likelihood import bernoulli, maximise
from aadash.stats.logistic import logistic
from aadash.stats.r_glm import _fmm_spline, r_logistic
from aadash.stats.separation import detect_separation
from tests.stats.models import R, reference, table

CASES = [
    ("respiratory_month4", "respiratory", "value ~ centre + treat + male + age + baseline"),
    ("salt_sim_2_model", "salt_sim_2", "salt20_w36 ~ age + female + short + ivmp + ophiasis + baseline"),
    ("factors", "factors", "responder ~ sex * age + subtype"),
]


@pytest.mark.parametrize(("csv", "name", "formula"), CASES)
def test_as_glm(csv: str, name: str, formula: str) -> None:
    fit, r = logistic(formula, table(csv)), reference(name)["logistic"]
    assert list(fit.coefficients.index) == r["design_columns"] and (fit.n, fit.events) == (r["n"], r["events"])
    np.testing.assert_allclose(fit.coefficients["estimate"], r["coef"], rtol=1e-9)
    np.testing.assert_allclose(fit.coefficients["odds_ratio"], r["OR"], rtol=1e-9)
    for ours, theirs in (
        (fit.deviance, "deviance"), (fit.null_deviance, "null_deviance"), (fit.loglik, "loglik"), (fit.aic, "AIC"),
        (fit.lr_chi2, "lr_chi2"), (fit.lr_p, "lr_p"), (fit.nagelkerke_r2, "nagelkerke_r2"), (fit.auc, "auc"),
    ):  # fmt: skip
        assert ours == pytest.approx(r[theirs], rel=1e-11), theirs
    terms = {k: v if isinstance(v, list) else [v] for k, v in r["lrt_by_term"].items()}
    assert list(fit.terms["term"]) == terms["term"]
    np.testing.assert_allclose(fit.terms["chi2"], terms["chi2"], rtol=1e-9)
    np.testing.assert_allclose(fit.terms["p"], terms["p"], rtol=1e-9)
    # R's standard errors come from the last weights but one, its limits from a spline: see the next test
    np.testing.assert_allclose(fit.coefficients["se"], r["se"], rtol=2e-6)
    se = np.array(r["se"])[:, None]
    np.testing.assert_allclose(fit.coefficients[["profile_low", "profile_high"]] / se, r["profile_ci95"] / se, atol=4e-4)


@pytest.mark.parametrize(("csv", "name", "formula"), CASES)
def test_the_difference_from_r_is_r_s_algorithm(csv: str, name: str, formula: str) -> None:
    """Taking R's steps gives R's digits, so that ours differ only by being further along."""
    own, r = r_logistic(formula, table(csv), epsilon=1e-12, max_iterations=50), reference(name)["logistic"]
    np.testing.assert_allclose(own.coef, r["coef"], rtol=1e-11)
    np.testing.assert_allclose(own.se, r["se"], rtol=1e-12)
    np.testing.assert_allclose(own.profile, r["profile_ci95"], rtol=1e-11)
    assert own.converged and own.deviance == pytest.approx(r["deviance"], rel=1e-13)


def test_spline_as_in_r() -> None:
    s = {k: np.array(v) for k, v in R["spline"].items()}
    np.testing.assert_allclose(_fmm_spline(s["x"], s["y"], s["at"]), s["value"], rtol=1e-12, atol=1e-14)


def test_profile_limits_are_roots() -> None:
    """At each limit, refitting the others leaves twice the log-likelihood χ²(0.95; 1) = 3.841459 below its maximum."""
    csv, _, formula = CASES[1]
    frame = table(csv)
    fit, design = logistic(formula, frame), build_design(formula, frame, binary_response=True)
    objective = bernoulli(design.x, design.y)
    for j, name in enumerate(design.names):
        for side in ("profile_low", "profile_high"):
            start = fit.coefficients["estimate"].to_numpy().copy()
            start[j] = fit.coefficients.loc[name, side]
            free = np.array([k for k in range(len(start)) if k != j])
            fall = 2 * (fit.loglik - maximise(objective, start, free).at.value)
            assert fall == pytest.approx(3.841458820694124, rel=1e-9)


def test_two_by_two_table_by_hand() -> None:
    # 12 of 20 treated and 5 of 18 others respond: log OR = log(12·13 / (8·5)), SE² = 1/12 + 1/8 + 1/5 + 1/13
    frame = pd.DataFrame({"y": [1] * 12 + [0] * 8 + [1] * 5 + [0] * 13, "treated": [1] * 20 + [0] * 18})
    row = logistic("y ~ treated", frame).coefficients.loc["treated"]
    assert row["estimate"] == pytest.approx(np.log(12 * 13 / 40), rel=1e-12)
    assert row["se"] == pytest.approx(np.sqrt(1 / 12 + 1 / 8 + 1 / 5 + 1 / 13), rel=1e-12)


def test_row_order_units_and_codes() -> None:
    csv, _, formula = CASES[1]
    frame = table(csv)
    base = logistic(formula, frame)
    shuffled = logistic(formula, frame.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(shuffled.coefficients, base.coefficients, rtol=1e-8)
    assert shuffled.auc == base.auc
    months = logistic(formula, frame.assign(age=12 * frame["age"] + 7))
    a, b = base.coefficients.loc["age"], months.coefficients.loc["age"]
    assert (12 * b["estimate"], 12 * b["profile_low"]) == pytest.approx((a["estimate"], a["profile_low"]), rel=1e-7)
    turned = logistic(formula, frame.assign(salt20_w36=1 - frame["salt20_w36"]))
    np.testing.assert_allclose(turned.coefficients["estimate"], -base.coefficients["estimate"], rtol=1e-9)
    np.testing.assert_allclose(turned.coefficients["profile_high"], -base.coefficients["profile_low"], rtol=1e-8)


def test_intercept_alone_is_the_log_odds() -> None:
    fit = logistic("value ~ 1", table("respiratory_month4"))
    assert fit.coefficients.loc["(Intercept)", "estimate"] == pytest.approx(np.log(fit.events / (fit.n - fit.events)))
    assert fit.lr_df == 0 and np.isnan(fit.lr_p) and fit.auc == 0.5


def separated(formula: str, frame: pd.DataFrame):
    return detect_separation(build_design(formula, frame, binary_response=True))


def test_endometrial_separation_names_nv() -> None:
    # Heinze & Schemper 2002, doi:10.1002/sim.1047: neovasculation (NV) separates quasi-completely
    found = separated("HG ~ NV + PI + EH", table("endometrial"))
    assert found is not None and found.infinite == {"NV": 1} and not found.complete
    with pytest.raises(NotComputable, match=r"'NV' predicts the outcome perfectly in part of the patients \(separation\)"):
        logistic("HG ~ NV + PI + EH", table("endometrial"))


@pytest.mark.parametrize(("csv", "name", "formula"), CASES)
def test_no_separation_where_r_has_none(csv: str, name: str, formula: str) -> None:
    assert separated(formula, table(csv)) is None


def test_complete_separation_and_directions() -> None:
    x = np.arange(10.0)
    frame = pd.DataFrame({"y": (x > 4).astype(int), "x": -x, "noise": [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]})
    found = separated("y ~ x", frame)
    assert found is not None and found.complete and found.infinite == {"(Intercept)": -1, "x": -1}
    # touching at one value: quasi-complete
    touching = pd.DataFrame({"y": [0, 0, 0, 1, 1, 1], "x": [1, 2, 3, 3, 4, 5]})
    found = separated("y ~ x", touching)
    assert found is not None and not found.complete and set(found.infinite) == {"(Intercept)", "x"}
    # overlapping by one row: none
    assert separated("y ~ x", pd.DataFrame({"y": [0, 0, 1, 0, 1, 1], "x": [1, 2, 3, 3.5, 4, 5]})) is None


def test_separation_by_two_predictors_together() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"a": rng.normal(size=40), "b": rng.normal(size=40), "c": rng.normal(size=40)})
    frame["y"] = (frame["a"] + frame["b"] > 0).astype(int)
    found = separated("y ~ a + b", frame)
    assert found is not None and {"a", "b"} <= set(found.infinite) and found.infinite["a"] == found.infinite["b"] == 1
    assert "'a' and 'b'" in found.sentence().replace("'(Intercept)' and ", "")


def test_a_level_without_events_is_named() -> None:
    frame = pd.DataFrame({"y": [0, 1] * 10 + [0] * 5, "g": ["a"] * 10 + ["b"] * 10 + ["c"] * 5})
    found = separated("y ~ g", frame)
    assert found is not None and found.infinite == {"gc": -1}


def test_degenerate_input_is_refused_without_warnings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for frame, words in (
            (pd.DataFrame({"y": [1, 1, 1], "x": [1.0, 2, 3]}), "same outcome"),
            (pd.DataFrame({"y": [0, 1], "x": [1.0, 1.0]}), "cannot be told apart"),
            (pd.DataFrame({"y": [0, 1], "x": [1.0, 2.0]}), "separation"),
        ):
            with pytest.raises(NotComputable, match=words):
                logistic("y ~ x", frame)
