"""Linear regression: R's lm and its diagnostics, hand calculations, properties, refusals."""

import warnings

import numpy as np
import pandas as pd
import pytest

from aadash.errors import NotComputable
from aadash.stats.linear import linear, variance_inflation
from tests.stats.models import reference, table

CASES = [
    ("salt_sim_1_model", "salt_sim_1", "impr_w36 ~ age + female + duration + ivmp + ophiasis + baseline"),
    ("salt_sim_2_model", "salt_sim_2", "impr_w36 ~ age + female + duration + ivmp + ophiasis + baseline"),
    ("factors", "factors", "score ~ subtype * sex + age + duration"),
]


@pytest.mark.parametrize(("csv", "name", "formula"), CASES)
def test_as_lm(csv: str, name: str, formula: str) -> None:
    fit, r = linear(formula, table(csv)), reference(name)["linear"]
    c = fit.coefficients
    assert list(c.index) == r["design_columns"] and fit.n == r["n"]
    for ours, theirs in (("estimate", "coef"), ("se", "se"), ("t", "t"), ("p", "p")):
        np.testing.assert_allclose(c[ours], r[theirs], rtol=1e-11, err_msg=theirs)
    np.testing.assert_allclose(c[["ci_low", "ci_high"]], r["ci95"], rtol=1e-11)
    assert (fit.r2, fit.adj_r2, fit.f, fit.df1, fit.residual_df, fit.sigma) == pytest.approx(
        tuple(r[k] for k in ("r2", "adj_r2", "F", "df1", "df2", "sigma")), rel=1e-12
    )
    assert [*fit.terms["term"], "Residuals"] == r["type2"]["term"]
    np.testing.assert_allclose([*fit.terms["ss"], fit.residual_ss], r["type2"]["SS"], rtol=1e-10)
    np.testing.assert_allclose(fit.terms["p"], r["type2"]["p"][:-1], rtol=1e-10)
    np.testing.assert_allclose(variance_inflation(fit)["gvif"], r["vif"]["gvif"], rtol=1e-11)


def test_two_groups_are_student_s_t() -> None:
    from aadash.stats.two_sample import student_t

    x, y = np.array([3.0, 5, 8, 1, 4]), np.array([7.0, 9, 6, 11])
    frame = pd.DataFrame({"v": [*x, *y], "g": ["a"] * 5 + ["b"] * 4})
    row, t = linear("v ~ g", frame).coefficients.loc["gb"], student_t(y, x)
    assert (row["t"], row["p"], row["ci_low"]) == pytest.approx((t.t, t.p, t.ci_low), rel=1e-12)


def test_one_predictor_inflates_as_one_over_one_minus_r2() -> None:
    frame = table("factors")
    fit = linear("score ~ age + duration", frame)
    r = np.corrcoef(frame["age"], frame["duration"])[0, 1]
    np.testing.assert_allclose(variance_inflation(fit)["gvif"], 1 / (1 - r**2), rtol=1e-12)


def test_row_order_units_and_a_gap() -> None:
    csv, _, formula = CASES[2]
    frame = table(csv)
    base = linear(formula, frame)
    shuffled = linear(formula, frame.sample(frac=1, random_state=4))
    pd.testing.assert_frame_equal(shuffled.coefficients, base.coefficients, rtol=1e-9)
    scaled = linear(formula, frame.assign(score=1000 * frame["score"] - 5, age=frame["age"] / 1e6))
    np.testing.assert_allclose(scaled.terms[["f", "p"]], base.terms[["f", "p"]], rtol=1e-8)
    np.testing.assert_allclose(scaled.r2, base.r2, rtol=1e-10)
    gap = linear(formula, pd.concat([frame, frame.iloc[[0]].assign(age=np.nan)], ignore_index=True))
    assert gap.n_missing == 1 and 90 not in gap.rows
    pd.testing.assert_frame_equal(gap.coefficients, base.coefficients, rtol=1e-12)


def test_dependent_columns_as_lm_leaves_them_out() -> None:
    frame = table("factors").assign(twice=lambda d: 2 * d["age"] + 1)
    with pytest.raises(NotComputable, match="'twice' cannot be told apart"):
        linear("score ~ age + twice + duration", frame)
    fit = linear("score ~ age + twice + duration", frame, drop_dependent=True)
    assert fit.dropped == ("twice",)
    without = linear("score ~ age + duration", frame)
    np.testing.assert_allclose(fit.coefficients["estimate"], without.coefficients["estimate"], rtol=1e-10)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (pd.DataFrame({"y": [1.0, 2], "x": [1.0, 2]}), "2 complete patients cannot determine 2"),
        (pd.DataFrame({"y": [3.0, 3, 3, 3], "x": [1.0, 2, 4, 3]}), "equal"),
        (pd.DataFrame({"y": [1.0, 2, 4, 3], "x": [2.0, 2, 2, 2]}), "cannot be told apart"),
    ],
)
def test_refused_in_words_and_without_warnings(frame: pd.DataFrame, words: str) -> None:
    with warnings.catch_warnings(), pytest.raises(NotComputable, match=words):
        warnings.simplefilter("error")
        linear("y ~ x", frame)


def test_diagnostics_that_need_predictors() -> None:
    fit = linear("score ~ 1", table("factors"))
    assert np.isnan(fit.f) and fit.terms.empty
    with pytest.raises(NotComputable, match="at least two"):
        variance_inflation(linear("score ~ age", table("factors")))


def test_an_exact_fit_has_no_test() -> None:
    """Everyone at 0 has fallen by just their baseline. R's ``summary`` warns: "essentially perfect fit: summary may be unreliable"."""
    base = [80.0, 65.1, 40.3, 90.7, 55.0]
    frame = pd.DataFrame({"change": [-b for b in base], "base": base})
    with pytest.raises(NotComputable, match="exactly"):
        linear("change ~ base", frame)
