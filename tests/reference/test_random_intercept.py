"""Random-intercept model: lme4, lmerTest and pbkrtest, closed forms, the boundary, degenerate cohorts."""

import numpy as np
import pytest

from aadash.errors import NotComputable
from tests.reference.random_intercept import random_intercept
from tests.stats.models import R, reference, wide


@pytest.mark.parametrize(
    "name", ["orthodont", "btheb", "chickweight", "salt_sim_1", "salt_sim_2", "dropout", "eight_visits", "no_patient_effect"]
)
def test_as_lmer(name: str) -> None:
    matrix, codes, visits, groups = wide(name)
    fit, r = random_intercept(matrix, codes, visits, groups=groups), reference(name)["lmm_random_intercept"]
    c = fit.coefficients
    assert list(c.index) == r["coef_names"]
    # lme4 stops within 1e-8 of the optimum
    np.testing.assert_allclose(c["estimate"], r["coef"], rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(c["se"], r["se"], rtol=1e-7)
    np.testing.assert_allclose(c["df"], r["df_satterthwaite"], rtol=1e-6)
    np.testing.assert_allclose([fit.var_subject, fit.var_residual], [r["var_subject"], r["var_residual"]], rtol=1e-6)
    assert (fit.reml_loglik, fit.ml_loglik) == pytest.approx((r["reml_loglik"], r["ml_loglik"]), rel=1e-10)
    for columns, key in ((("f", "df2"), "type3_satterthwaite"), (("f_kr", "df2_kr"), "type3_kenward_roger")):
        np.testing.assert_allclose(fit.tests[list(columns)], np.array([r[key]["F"], r[key]["df2"]]).T, rtol=1e-6)
    assert fit.boundary == (r["var_subject"] == 0)


def test_kenward_roger_of_coefficients_as_pbkrtest() -> None:
    matrix, codes, visits, groups = wide("dropout")
    c = random_intercept(matrix, codes, visits, groups=groups).coefficients
    np.testing.assert_allclose(c["se_kr"], R["lmer_kr"]["se"], rtol=1e-6)
    np.testing.assert_allclose(c["df_kr"], R["lmer_kr"]["df"], rtol=1e-6)
    np.testing.assert_allclose(c["p_kr"], R["lmer_kr"]["p"], rtol=1e-5)


def test_balanced_data_give_the_anova_estimates() -> None:
    """With no gaps: residual variance is the interaction mean square, and the patients' one the usual difference."""
    rng = np.random.default_rng(2)
    matrix = rng.normal(0, 3, (18, 1)) + rng.normal(0, 1, (18, 4))
    codes = np.arange(18) % 3
    means = np.array([matrix[codes == g].mean(axis=0) for g in range(3)])[codes]
    patient = (matrix - means).mean(axis=1)
    within = ((matrix - means - patient[:, None]) ** 2).sum() / (15 * 3)
    between = 4 * (patient**2).sum() / 15
    fit = random_intercept(matrix, codes, range(4))
    assert fit.var_residual == pytest.approx(within, rel=1e-10)
    assert fit.var_subject == pytest.approx((between - within) / 4, rel=1e-10)
    group = fit.tests.set_index("term").loc["group"]
    assert (group["df2"], group["df2_kr"]) == pytest.approx((15, 15), rel=1e-8)
    assert fit.icc == pytest.approx(fit.var_subject / (fit.var_subject + fit.var_residual))


def test_boundary_is_ordinary_regression() -> None:
    matrix, codes, visits, groups = wide("no_patient_effect")
    fit = random_intercept(matrix, codes, visits, groups=groups)
    cells = [matrix[codes == g, t] for g in range(2) for t in range(3)]
    rss = sum(np.nansum((c - np.nanmean(c)) ** 2) for c in cells)
    n = int((~np.isnan(matrix)).sum())
    assert fit.boundary and fit.var_subject == 0 and fit.icc == 0
    assert fit.var_residual == pytest.approx(rss / (n - 6), rel=1e-12)
    np.testing.assert_allclose(fit.coefficients["df"], n - 6, rtol=1e-9)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (np.array([[1.0, np.nan], [np.nan, 2.0], [3.0, np.nan], [np.nan, 5.0]]), "two visits"),
        (np.full((4, 2), 7.0), "same value"),
        (np.full((4, 2), np.nan), "not a single value"),
    ],
)
def test_degenerate_cohorts_are_refused_in_words(matrix: np.ndarray, words: str) -> None:
    with pytest.raises(NotComputable, match=words):
        random_intercept(matrix, [0, 0, 1, 1], [0, 1])
