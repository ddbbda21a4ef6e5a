"""Firth's regression: the reference script, published values, firthmodels, derivatives, data sets without a maximum."""

import numpy as np
import pandas as pd
import pytest

from aadash.stats.design import build_design
from aadash.stats.firth import firth
from aadash.stats.likelihood import penalised
from tests.stats.models import reference, table

CASES = [
    ("endometrial", "endometrial", "HG ~ NV + PI + EH"),
    ("respiratory_month4", "respiratory", "value ~ centre + treat + male + age + baseline"),
    ("salt_sim_1_model", "salt_sim_1", "salt20_w36 ~ age + female + short + ivmp + ophiasis + baseline"),
    ("factors", "factors", "responder ~ sex * age + subtype"),
]


@pytest.mark.parametrize(("csv", "name", "formula"), CASES)
def test_as_the_reference(csv: str, name: str, formula: str) -> None:
    fit, r = firth(formula, table(csv)), reference(name)["logistic"]["firth"]
    c = fit.coefficients
    assert list(c.index) == r["names"]
    np.testing.assert_allclose(c["estimate"], r["check_brglm2_coef"], rtol=1e-9)
    for ours, theirs in (("estimate", "coef"), ("se", "se"), ("chi2", "plr_chi2"), ("p", "plr_p")):
        np.testing.assert_allclose(c[ours], r[theirs], rtol=1e-9, err_msg=theirs)
    np.testing.assert_allclose(c[["ci_low", "ci_high"]], r["profile_ci95"], rtol=1e-9)
    assert fit.penalised_loglik == pytest.approx(r["penalised_loglik"], rel=1e-12)
    assert fit.null_penalised_loglik == pytest.approx(r["null_penalised_loglik_same_design"], rel=1e-12)


def test_endometrial_as_published() -> None:
    # Heinze & Schemper 2002, doi:10.1002/sim.1047: NV 2.93 (0.61, 7.85), PI -0.03 (-0.12, 0.04), EH -2.60 (-4.37, -1.23)
    c = firth("HG ~ NV + PI + EH", table("endometrial")).coefficients.round(2)
    assert list(c.loc["NV", ["estimate", "ci_low", "ci_high"]]) == [2.93, 0.61, 7.85]
    assert list(c.loc["PI", ["estimate", "ci_low", "ci_high"]]) == [-0.03, -0.12, 0.04]
    assert list(c.loc["EH", ["estimate", "ci_low", "ci_high"]]) == [-2.60, -4.37, -1.23]


def test_as_firthmodels_but_for_the_standard_errors() -> None:
    firthmodels = pytest.importorskip("firthmodels")
    frame = table("endometrial")
    x, y = frame[["NV", "PI", "EH"]].to_numpy(float), frame["HG"].to_numpy()
    other = firthmodels.FirthLogisticRegression(gtol=1e-8, xtol=1e-8).fit(x, y)
    c = firth("HG ~ NV + PI + EH", frame).coefficients
    np.testing.assert_allclose(c["estimate"].iloc[1:], other.coef_, rtol=1e-7)
    # theirs invert X'W(1 + h)X, ours and brglm2's X'WX
    assert other.bse_[0] == pytest.approx(1.46497, abs=1e-4) and c.loc["NV", "se"] == pytest.approx(1.55076, abs=1e-5)


def test_single_proportion_adds_half_to_each_cell() -> None:
    # Jeffreys' prior on one proportion: log((x + ½)/(n − x + ½))
    frame = pd.DataFrame({"y": [1] * 2 + [0] * 9})
    assert firth("y ~ 1", frame).coefficients["estimate"].iloc[0] == pytest.approx(np.log(2.5 / 9.5), rel=1e-12)


def test_two_by_two_table_adds_half_to_each_cell() -> None:
    frame = pd.DataFrame({"y": [1] * 7 + [0] * 0 + [1] * 3 + [0] * 8, "x": [1] * 7 + [0] * 11})
    row = firth("y ~ x", frame).coefficients.loc["x"]
    assert row["estimate"] == pytest.approx(np.log(7.5 / 0.5 / (3.5 / 8.5)), rel=1e-10)
    assert np.isfinite(row[["ci_low", "ci_high"]].astype(float)).all() and row["p"] < 0.05


def test_derivatives() -> None:
    design = build_design("HG ~ NV + PI + EH", table("endometrial"), binary_response=True)
    objective = penalised(design.x / np.abs(design.x).max(axis=0), design.y)
    beta, steps = np.array([0.7, 1.1, -0.4, -0.9]), np.eye(4) * 1e-5
    value = [(objective(beta + s).value - objective(beta - s).value) / 2e-5 for s in steps]
    hessian = [(objective(beta + s).gradient - objective(beta - s).gradient) / 2e-5 for s in steps]
    np.testing.assert_allclose(objective(beta).gradient, value, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(objective(beta).curvature, -np.array(hessian), rtol=1e-6, atol=1e-7)


def test_complete_separation_is_finite_and_turns_with_the_outcome() -> None:
    x = np.arange(12.0)
    frame = pd.DataFrame({"y": (x > 5).astype(int), "x": x})
    a, b = firth("y ~ x", frame), firth("y ~ x", frame.assign(y=1 - frame["y"]))
    assert np.isfinite(a.coefficients.to_numpy(float)).all() and a.coefficients.loc["x", "p"] < 0.01
    np.testing.assert_allclose(b.coefficients["estimate"], -a.coefficients["estimate"], rtol=1e-8)
    np.testing.assert_allclose(b.coefficients["ci_low"], -a.coefficients["ci_high"], rtol=1e-7)


def test_units_and_order() -> None:
    frame = table("endometrial")
    a = firth("HG ~ NV + PI + EH", frame).coefficients
    b = firth("HG ~ NV + PI + EH", frame.assign(PI=frame["PI"] * 1000)[::-1]).coefficients
    factor = np.array([1, 1, 1000, 1])
    np.testing.assert_allclose(b["estimate"] * factor, a["estimate"], rtol=1e-8)
    np.testing.assert_allclose(b["ci_high"] * factor, a["ci_high"], rtol=1e-7)
    np.testing.assert_allclose(b["p"], a["p"], rtol=1e-7)


def test_the_highest_of_two_maxima() -> None:
    """Searched from zero, 14 patients end at −1.438; from elsewhere at −1.143. R 4.2.2: optim of the penalised log-likelihood (Nelder
    and Mead, then BFGS) from 200 random starts, with sex or age held at zero for the p-values."""
    age = [18, 66, 69, 51, 61, 56, 53, 57, 66, 67, 42, 18, 61, 34]
    sex = [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 1]
    y = [0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 0, 1, 0]
    got = firth("y ~ sex + age", pd.DataFrame({"y": y, "sex": sex, "age": age}))
    assert got.penalised_loglik == pytest.approx(-1.14304652333545, rel=1e-9)
    assert got.coefficients.loc[["sex", "age"], "odds_ratio"].tolist() == pytest.approx([0.00431479316748, 1.2323517060684], rel=1e-5)
    assert got.coefficients.loc[["sex", "age"], "p"].tolist() == pytest.approx([0.452403223815771, 0.0031652810670174], rel=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_no_constrained_fit_is_likelier_than_the_free_one(seed: int) -> None:
    """A p of exactly 1 beside a coefficient that is not 0 tells of a local maximum."""
    rng = np.random.default_rng(seed)
    age, sex = rng.integers(18, 80, 20).astype(float), rng.integers(0, 2, 20).astype(float)
    y = (age + 12 * sex > 52).astype(int)
    got = firth("y ~ sex + age", pd.DataFrame({"y": y, "sex": sex, "age": age})).coefficients.drop("(Intercept)")
    assert ((got["p"] < 1) | (got["estimate"].abs() < 1e-6)).all()
