"""Estimating equations: geepack, reductions to logistic regression, properties, refusals."""

import warnings

import numpy as np
import pandas as pd
import pytest

from aadash.errors import NotComputable
from aadash.stats.gee import gee
from aadash.stats.logistic import logistic
from tests.stats.models import reference, table

CASES = [
    ("ohio", "ohio", "value ~ age * smoke"),
    ("respiratory", "respiratory", "value ~ centre + treat + male + age + baseline"),
    ("salt_sim_1_gee", "salt_sim_1", "value ~ groupB + time"),
    ("factors_gee", "factors", "value ~ arm * time"),
]


@pytest.mark.parametrize("structure", ["independence", "exchangeable"])
@pytest.mark.parametrize(("csv", "name", "formula"), CASES)
def test_as_geepack(csv: str, name: str, formula: str, structure: str) -> None:
    fit, r = gee(formula, table(csv), "subject", structure), reference(name)["gee"]
    c, expected = fit.coefficients, r[structure]
    assert list(c.index) == expected["design_columns"] and fit.n_clusters == r["n_clusters"]
    # geepack fixes its scale at the residuals of a glm that stopped at 1e-8
    np.testing.assert_allclose(c["estimate"], expected["coef"], rtol=1e-8)
    np.testing.assert_allclose(c["se"], expected["robust_se"], rtol=1e-8)
    np.testing.assert_allclose(c["wald_chi2"], expected["wald_chi2"], rtol=1e-8)
    np.testing.assert_allclose(fit.alpha, np.nan if expected["alpha"] is None else expected["alpha"], rtol=1e-7)


def test_independence_has_the_coefficients_of_logistic_regression() -> None:
    frame = table("ohio")
    fit = gee("value ~ age + smoke", frame, "subject", "independence")
    plain = logistic("value ~ age + smoke", frame)
    np.testing.assert_allclose(fit.coefficients["estimate"], plain.coefficients["estimate"], rtol=1e-10)


def test_one_row_a_patient_gives_the_sandwich_by_hand() -> None:
    frame = table("respiratory_month4")
    fit = gee("value ~ treat", frame, "subject", "independence")
    # two proportions: log odds ratio with variance 1/(n p q) summed over arms
    n, p = frame.groupby("treat")["value"].agg(["size", "mean"]).to_numpy().T
    assert fit.coefficients.loc["treat", "se"] == pytest.approx(np.sqrt((1 / (n * p * (1 - p))).sum()), rel=1e-10)


def test_repeating_every_row_changes_nothing() -> None:
    """Copies of a visit correlate perfectly: as many rows as wished, the same standard errors."""
    frame = table("respiratory_month4")
    once, twice = gee("value ~ treat + age", frame, "subject", "independence"), pd.concat([frame, frame])
    again = gee("value ~ treat + age", twice, "subject", "independence")
    np.testing.assert_allclose(again.coefficients[["estimate", "se"]], once.coefficients[["estimate", "se"]], rtol=1e-9)


def test_rows_in_any_order_and_any_names_of_patients() -> None:
    csv, _, formula = CASES[3]
    frame = table(csv)
    base = gee(formula, frame, "subject")
    shuffled = frame.sample(frac=1, random_state=2)
    other = gee(formula, shuffled.assign(subject=shuffled["subject"].map(lambda s: f"x{100 - int(s[1:])}")), "subject")
    pd.testing.assert_frame_equal(other.coefficients, base.coefficients, rtol=1e-9)
    assert other.alpha == pytest.approx(base.alpha, rel=1e-10)


def test_gaps_are_counted() -> None:
    frame = table("factors_gee").astype({"time": float})
    frame.loc[0, "time"] = np.nan
    frame.loc[5, "subject"] = None
    fit = gee("value ~ arm + time", frame, "subject")
    assert fit.n_missing == 2 and fit.n_observations == len(frame) - 2


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (pd.DataFrame({"y": [0, 1, 0, 1, 0], "x": [1, 2, 1, 2, 1], "id": list("aabbc")}), "may separate"),
        (pd.DataFrame({"y": [0, 1, 1, 0], "x": [1, 2, 1, 2], "id": list("abcd")}), "two visits"),
        (pd.DataFrame({"y": [0, 1] * 3, "x": [1, 2, 2, 1, 1, 1], "id": list("aabbcc")}), "correlate by -1"),
        (pd.DataFrame({"y": [0, 1, 1, 0], "x": [1, 2, 1, 2], "id": list("aabb")}), "2 patients are too few"),
        (pd.DataFrame({"y": [1, 1, 1, 1], "x": [1, 2, 1, 2], "id": list("aabb")}), "same outcome"),
        (pd.DataFrame({"y": [0, 1], "x": [1, 2]}), "no column 'id'"),
    ],
)
def test_refused_in_words_and_without_warnings(frame: pd.DataFrame, words: str) -> None:
    with warnings.catch_warnings(), pytest.raises(NotComputable, match=words):
        warnings.simplefilter("error")
        gee("y ~ x", frame, "id")
