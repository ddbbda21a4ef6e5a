"""MMRM: R's gls and the reference script, exact small-sample theory, properties, degenerate cohorts."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aadash.errors import NotComputable
from aadash.stats.mmrm import MMRM, mmrm
from tests.stats.models import R, reference, wide

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
NUMBERS = [
    "estimate", "se", "df", "t", "p", "ci_low", "ci_high", "se_kr", "df_kr", "t_kr", "p_kr", "ci_low_kr", "ci_high_kr",
]  # fmt: skip


def made(seed: int, n: int, visits: int, groups: int, missing: float) -> tuple[np.ndarray, np.ndarray]:
    """Correlated values with gaps; the first visit is always there."""
    rng = np.random.default_rng(seed)
    matrix = rng.normal(60, 15, (n, 1)) + rng.normal(0, 8, (n, visits)).cumsum(axis=1)
    matrix[:, 1:][rng.random((n, visits - 1)) < missing] = np.nan
    return matrix, np.arange(n) % groups


@pytest.mark.parametrize("name", ["orthodont", "btheb", "salt_sim_1", "salt_sim_2", "dropout", "eight_visits"])
def test_contrasts_as_in_r(name: str) -> None:
    matrix, codes, visits, groups = wide(name)
    fit, r = mmrm(matrix, codes, visits, groups=groups), reference(name)["mmrm"]
    assert (fit.structure, fit.failed, fit.converged) == ("unstructured", (), True)
    assert list(fit.contrasts["name"]) == r["contrasts"]["name"]
    for ours, theirs in (
        ("estimate", "estimate"), ("se", "se"), ("df", "df_satterthwaite"), ("p", "p_satterthwaite"),
        ("ci_low", "ci_lower"), ("ci_high", "ci_upper"), ("se_kr", "se_kr"), ("df_kr", "df_kr"), ("p_kr", "p_kr"),
    ):  # fmt: skip
        np.testing.assert_allclose(fit.contrasts[ours], r["contrasts"][theirs], rtol=1e-8, err_msg=ours)
    np.testing.assert_allclose(fit.sigma, r["Sigma"], rtol=1e-9)
    np.testing.assert_allclose(fit.vcov, r["vcov"], rtol=1e-9, atol=1e-12)


def test_orthodont_has_the_likelihood_of_the_textbooks() -> None:
    # Orthodont, unstructured REML: 414.0348 (SAS PROC MIXED without log|X'X|; Verbeke & Molenberghs 2000, ch. 17 has the data)
    matrix, codes, visits, groups = wide("orthodont")
    assert mmrm(matrix, codes, visits, groups=groups).minus2_reml == pytest.approx(414.0348, abs=5e-5)


@pytest.mark.parametrize("name", ["orthodont", "salt_sim_2"])
def test_complete_data_give_exact_degrees_of_freedom(name: str) -> None:
    """Without gaps every contrast is an ordinary t test on N − G degrees of freedom and Kenward–Roger adjusts nothing."""
    matrix, codes, visits, groups = wide(name)
    c = mmrm(matrix, codes, visits, groups=groups).contrasts
    np.testing.assert_allclose(c["df"], len(codes) - len(groups), rtol=1e-9)
    np.testing.assert_allclose(c["df_kr"], len(codes) - len(groups), rtol=1e-9)
    np.testing.assert_allclose(c["se_kr"], c["se"], rtol=1e-9)


@pytest.mark.parametrize("name", ["orthodont", "salt_sim_2"])
def test_complete_data_give_the_exact_multivariate_f(name: str) -> None:
    """Kenward and Roger's F is Hotelling's on complete data, which for two groups is Pillai's (car::Anova)."""
    matrix, codes, visits, groups = wide(name)
    tests = mmrm(matrix, codes, visits, groups=groups).tests.set_index("term")
    r = reference(name)["mixed_anova"]["type3"]
    for term, label in (("time", "within"), ("group:time", "interaction")):
        assert tests.loc[term, "f_kr"] == pytest.approx(r[label]["pillai_F"], rel=1e-9)
        assert tests.loc[term, "df2_kr"] == pytest.approx(r[label]["pillai_df2"], rel=1e-9)
        assert tests.loc[term, "p_kr"] == pytest.approx(r[label]["pillai_p"], rel=1e-8)
    assert tests.loc["group", "f_kr"] == pytest.approx(r["between"]["F"], rel=1e-9)
    assert tests.loc["group", "df2"] == pytest.approx(r["between"]["df2"], rel=1e-9)


@pytest.mark.parametrize("structure", ["cs", "ar1h"])
def test_other_structures_as_gls(structure: str) -> None:
    matrix, codes, visits, groups = wide("dropout")
    fit, r = mmrm(matrix, codes, visits, structure, groups=groups), R["gls"][structure]
    assert -fit.minus2_reml / 2 == pytest.approx(r["loglik"], rel=1e-10)
    # gls stops about 1e-6 from the optimum
    np.testing.assert_allclose(fit.coefficients["estimate"], r["coef"], rtol=1e-5)
    np.testing.assert_allclose(fit.coefficients["se"], r["se"], rtol=1e-5)


def test_toeplitz_lies_between_unstructured_and_autoregressive() -> None:
    matrix, codes, visits, _ = wide("salt_sim_1")
    likelihood = [mmrm(matrix, codes, visits, s).minus2_reml for s in ("us", "toeph", "ar1h")]
    assert likelihood == sorted(likelihood)


def test_two_visits_make_toeplitz_unstructured() -> None:
    matrix, codes = made(4, 30, 2, 2, 0.2)
    us, toeph = mmrm(matrix, codes, [0, 1], "us"), mmrm(matrix, codes, [0, 1], "toeph")
    np.testing.assert_allclose(toeph.sigma, us.sigma, rtol=1e-8)
    np.testing.assert_allclose(toeph.contrasts[["se", "df"]], us.contrasts[["se", "df"]], rtol=1e-7)


def test_covariate_as_gls() -> None:
    matrix, codes, visits, groups = wide("dropout")
    age = 30 + (np.arange(1, len(codes) + 1) * 7) % 11
    fit = mmrm(matrix, codes, visits, groups=groups, covariates=age, covariate_names=["age"])
    r = R["gls"]["covariate"]
    c = fit.coefficients
    assert -fit.minus2_reml / 2 == pytest.approx(r["loglik"], rel=1e-9)
    for name in ("time12:age", "time24:age", "groupplacebo:time24", "groupdose 2"):
        at = r["names"].index(name)
        # gls stops about 1e-5 from the optimum of this flat likelihood
        assert (c.loc[name, "estimate"], c.loc[name, "se"]) == pytest.approx((r["coef"][at], r["se"][at]), rel=1e-4)
    # gls does not centre the covariate: its intercept is ours at age 0
    at_zero = c.loc["(Intercept)", "estimate"] - c.loc["age", "estimate"] * age.mean()
    assert at_zero == pytest.approx(r["coef"][0], rel=1e-4)


def same(a: MMRM, b: MMRM, columns: list[str] = NUMBERS, factor: float = 1.0) -> None:
    """The same contrasts, matched by name; amounts multiplied by ``factor``."""
    x, y = a.contrasts.set_index("name"), b.contrasts.set_index("name")
    assert set(x.index) == set(y.index)
    for column in columns:
        scale = 1.0 if column.removesuffix("_kr") in ("df", "t", "p") else factor
        np.testing.assert_allclose(y.loc[x.index, column], scale * x[column], rtol=2e-6, atol=1e-9 * abs(scale), err_msg=column)


@given(st.integers(0, 10**6), st.integers(2, 4), st.integers(1, 3), st.randoms())
@settings(max_examples=20, deadline=None)
def test_patients_order_units_and_an_empty_visit_do_not_matter(seed: int, visits: int, groups: int, random) -> None:
    matrix, codes = made(seed, 40, visits, groups, 0.15)
    labels = [f"g{k}" for k in range(groups)]
    base = mmrm(matrix, codes, range(visits), groups=labels)
    order = random.sample(range(40), 40)
    same(base, mmrm(matrix[order], codes[order], range(visits), groups=labels))
    same(base, mmrm(matrix / 1000, codes, range(visits), groups=labels), factor=1e-3)
    moved = mmrm(matrix + 500, codes, range(visits), groups=labels)
    kept = moved.contrasts[moved.contrasts["kind"] != "lsmean"]
    np.testing.assert_allclose(kept[NUMBERS], base.contrasts.loc[kept.index, NUMBERS], rtol=2e-6, atol=1e-8)
    more = mmrm(np.column_stack([matrix, np.full(40, np.nan)]), codes, range(visits + 1), groups=labels)
    extra = more.contrasts["time"] == str(visits)
    assert more.contrasts.loc[extra, "estimate"].isna().all() and len(more.empty_cells) == groups
    np.testing.assert_allclose(more.contrasts.loc[~extra, NUMBERS], base.contrasts[NUMBERS], rtol=2e-6, atol=1e-9)
    gone = mmrm(np.vstack([matrix, np.full((3, visits), np.nan)]), np.append(codes, [0] * 3), range(visits), groups=labels)
    assert (gone.n_patients, gone.n_excluded) == (40, 3)
    same(base, gone)


def test_swapped_groups_turn_signs() -> None:
    matrix, codes, visits, _ = wide("btheb")
    a = mmrm(matrix, codes, visits).contrasts.set_index("name")
    b = mmrm(matrix, 1 - codes, visits).contrasts.set_index("name")
    for name in ("diff|1-0|8m", "diffchange|1-0|8m"):
        assert b.loc[name, "estimate"] == pytest.approx(-a.loc[name, "estimate"], rel=1e-9)
        assert b.loc[name, "df_kr"] == pytest.approx(a.loc[name, "df_kr"], rel=1e-8)


def test_sign_flip() -> None:
    matrix, codes, visits, _ = wide("btheb")
    a, b = mmrm(matrix, codes, visits).contrasts, mmrm(-matrix, codes, visits).contrasts
    np.testing.assert_allclose(b["estimate"], -a["estimate"], rtol=1e-9)
    np.testing.assert_allclose(b["p"], a["p"], rtol=1e-8)


def test_falls_back_in_order_and_says_why() -> None:
    matrix, codes = made(1, 7, 6, 2, 0.0)
    matrix[0, 3] = np.nan
    fit = mmrm(matrix, codes, range(6))
    assert fit.structure != "unstructured" and fit.converged
    assert [s for s, _ in fit.failed][:1] == ["unstructured"] and all(reason for _, reason in fit.failed)
    with pytest.raises(NotComputable, match="unstructured"):
        mmrm(matrix[:6], codes[:6], range(6), "us")


@pytest.mark.parametrize("seed", range(6))
def test_no_more_variances_are_estimated_than_the_values_have_left(seed: int) -> None:
    """Seven patients, six means and slopes a visit: one value is left at each of three visits, and four parameters fit three
    perfectly. Twelve patients had “66.2 (66.2 to 66.2)”. By hand: within a visit one residual is left, so the interval of an
    equal-variance model cannot be narrower than what its own t (of 3 degrees of freedom at the most) makes of the residuals."""
    rng = np.random.default_rng(seed)
    y, covariates = rng.uniform(0, 100, (7, 3)), rng.normal(size=(7, 4))
    codes = [0, 0, 0, 0, 1, 1, 1]
    fitted = mmrm(y, codes, [12, 24, 36], covariates=covariates)
    assert fitted.structure == "compound symmetry"
    assert ("heterogeneous AR(1)", "3 degrees of freedom for 4 variances and correlations") in fitted.failed
    z = np.column_stack([np.eye(2)[codes], covariates - covariates.mean(axis=0)])
    left = y - z @ np.linalg.lstsq(z, y, rcond=None)[0]
    least = np.sqrt(np.sum(left**2) / 3 * np.linalg.inv(z.T @ z)[0, 0])  # the standard error were rho 0 and the variance shared
    means = fitted.lsmean
    width = (means["ci_high_kr"] - means["ci_low_kr"])[means["group"] == fitted.groups[0]]
    assert (width > 2 * 3.182 * 0.9 * least).all()
    with pytest.raises(NotComputable, match="3 degrees of freedom for 4"):
        mmrm(y, codes, [12, 24, 36], "ar1h", covariates=covariates)


def test_never_seen_together_is_named() -> None:
    matrix, codes = made(2, 30, 3, 1, 0.0)
    matrix[:15, 1] = np.nan
    matrix[15:, 2] = np.nan
    fit = mmrm(matrix, codes, ["wk0", "wk8", "wk16"])
    assert "nobody seen at week wk8 was seen at week wk16 too" in fit.failed[0][1]


def korea_at_100() -> tuple[np.ndarray, np.ndarray, list[int]]:
    """The 40 patients of the Korean sample who start at SALT 100, and their sex (female 0)."""
    weeks = [0, 8, 12, 16, 24, 36]
    d = pd.read_csv(SAMPLES / "korea_2025.csv")
    d = d[d["salt_w0"] >= 100]
    return d[[f"salt_w{w}" for w in weeks]].to_numpy(float), (d["sex"] == "male").to_numpy(int), weeks


def test_a_constant_baseline_gives_the_model_of_the_changes() -> None:
    """Nobody misses a visit, so the changes from 100 are paired t tests on 39 degrees of freedom: R 4.2.2,
    t.test(salt - 100). nlme's gls(change ~ 0 + week, corSymm, varIdent) stops at the same means and, 4e-6 off, standard errors."""
    matrix, _, weeks = korea_at_100()
    fit = mmrm(matrix, np.zeros(40, int), weeks, groups=["all"])
    assert (fit.structure, fit.failed, fit.known, fit.n_patients) == ("unstructured", (), ("0",), 40)
    c = fit.contrasts.set_index("name")
    r = {
        8: (-9.0350000000001, -14.154884543218, -3.9151154567819, 9.6811327790432e-04),
        12: (-24.8425000000001, -33.800531688698, -15.884468311302, 1.8059458678675e-06),
        36: (-62.0575000000001, -75.190812305434, -48.924187694566, 9.0705811393016e-12),
    }
    for week, numbers in r.items():
        ours = c.loc[f"change|all|{week}", ["estimate", "ci_low_kr", "ci_high_kr", "p_kr"]]
        assert list(ours) == pytest.approx(numbers, rel=1e-8)
        assert c.loc[f"change|all|{week}", ["df", "df_kr"]].tolist() == pytest.approx([39, 39], rel=1e-9)
    baseline = c.loc["lsmean|all|0", ["estimate", "ci_low_kr", "ci_high_kr", "se_kr"]]
    assert list(baseline) == [100, 100, 100, 0] and np.isnan(c.loc["lsmean|all|0", ["t_kr", "p_kr"]].astype(float)).all()


def test_a_constant_baseline_by_group_as_students_t() -> None:
    """R: t.test(salt ~ sex, var.equal = TRUE) at week 36."""
    matrix, codes, weeks = korea_at_100()
    fit = mmrm(matrix, codes, weeks, groups=["female", "male"])
    for kind in ("diff", "diffchange"):
        row = fit.contrasts.set_index("name").loc[f"{kind}|male-female|36"]
        assert -row["t_kr"] == pytest.approx(0.90510717651365, rel=1e-9) and row["df_kr"] == pytest.approx(38)
        assert (-row["ci_high_kr"], -row["ci_low_kr"]) == pytest.approx((-14.7355625729586, 38.56727612794582), rel=1e-8)
        assert row["p_kr"] == pytest.approx(0.3711116847538, rel=1e-9)
    # group × week over the five weeks that can differ: Hotelling's test of the profiles from 100, as Pillai's in one-way MANOVA
    interaction = fit.tests.set_index("term").loc["group:time"]
    x, y = matrix[codes == 0, 1:], matrix[codes == 1, 1:]
    pooled = ((len(x) - 1) * np.cov(x.T) + (len(y) - 1) * np.cov(y.T)) / 38
    d = x.mean(axis=0) - y.mean(axis=0)
    t2 = len(x) * len(y) / 40 * d @ np.linalg.solve(pooled, d)
    assert interaction["df1"] == 5 and interaction["f_kr"] == pytest.approx(t2 * 34 / (38 * 5), rel=1e-9)


def test_a_constant_baseline_with_gaps_is_the_model_of_the_later_visits() -> None:
    """With baseline at c for all, the fit of the later visits alone, less c, is the fit of the changes."""
    matrix, codes = made(3, 40, 4, 2, 0.15)
    matrix[:, 0] = 100.0
    fit, later = mmrm(matrix, codes, range(4)), mmrm(matrix[:, 1:] - 100.0, codes, range(1, 4))
    ours, theirs = fit.contrasts.set_index("name"), later.contrasts.set_index("name")
    for t in (1, 2, 3):
        for g in (0, 1):
            np.testing.assert_allclose(
                ours.loc[f"change|{g}|{t}", NUMBERS].astype(float), theirs.loc[f"lsmean|{g}|{t}", NUMBERS].astype(float), rtol=1e-7
            )
    assert fit.minus2_reml == pytest.approx(later.minus2_reml, rel=1e-10)


def test_a_later_visit_at_which_all_are_at_zero_is_known_too() -> None:
    matrix, codes = made(9, 30, 3, 2, 0.0)
    matrix[:, 2] = 0.0
    fit = mmrm(matrix, codes, range(3))
    c = fit.contrasts.set_index("name")
    assert fit.known == ("2",) and c.loc["lsmean|1|2", "estimate"] == 0 and c.loc["diff|1-0|2", "se"] == 0
    # the change to 0 is minus the baseline, and as uncertain
    assert c.loc["change|0|2", "se_kr"] == pytest.approx(c.loc["lsmean|0|0", "se_kr"], rel=1e-9)
    matrix[:, 0] = 100.0  # two known visits that differ: whether time matters is no longer a question of probability
    assert np.isnan(mmrm(matrix, codes, range(3)).tests.set_index("term").loc["time", ["f_kr", "p_kr"]].astype(float)).all()


def test_a_group_seen_at_the_constant_visit_only_is_refused() -> None:
    matrix, codes = made(3, 30, 3, 2, 0.0)
    matrix[:, 0] = 100.0
    matrix[codes == 1, 1:] = np.nan
    with pytest.raises(NotComputable, match="at any visit at which values vary"):
        mmrm(matrix, codes, range(3))


@pytest.mark.parametrize(("visits", "structure", "given_up"), [(16, "heterogeneous Toeplitz", 1), (80, "compound symmetry", 3)])
def test_many_visits_fall_back_and_say_so(visits: int, structure: str, given_up: int) -> None:
    """80 visits took 2.7 GiB and a minute; parameters and memory stay bounded."""
    matrix, codes = made(11, 60, visits, 2, 0.02)
    fit = mmrm(matrix, codes, range(visits))
    assert fit.structure == structure and len(fit.failed) == given_up
    assert fit.failed[0] == ("unstructured", f"{visits} visits are more than the 15 up to which it is fitted")


def test_empty_cell_is_nan_and_the_rest_stands() -> None:
    matrix, codes = made(5, 40, 3, 2, 0.1)
    full = mmrm(matrix, codes, range(3)).contrasts.set_index("name")
    matrix[codes == 1, 2] = np.nan
    fit = mmrm(matrix, codes, range(3))
    c = fit.contrasts.set_index("name")
    assert fit.empty_cells == (("1", "2"),)
    gone = ["lsmean|1|2", "change|1|2", "diff|1-0|2", "diffchange|1-0|2"]
    assert c.loc[gone, NUMBERS].isna().all(axis=None) and c.drop(gone)[NUMBERS].notna().all(axis=None)
    assert c.loc["lsmean|0|0", "estimate"] == pytest.approx(full.loc["lsmean|0|0", "estimate"], rel=1e-9)
    assert fit.tests.loc[fit.tests["term"] == "group:time", "p"].isna().all()


def test_twelve_visits_and_four_groups_converge() -> None:
    matrix, codes, visits, groups = wide("chickweight")
    fit = mmrm(matrix, codes, visits, groups=groups)
    assert fit.structure == "unstructured" and fit.decrement < 1e-12
    # at a maximum no other covariance nearby is likelier: the structured fits are worse
    assert fit.minus2_reml < mmrm(matrix, codes, visits, "ar1h").minus2_reml


def test_lsmean_without_gaps_is_the_mean() -> None:
    matrix, codes = made(6, 20, 3, 2, 0.0)
    means = mmrm(matrix, codes, range(3)).lsmean
    expected = [matrix[codes == int(g), int(t)].mean() for g, t in zip(means["group"], means["time"], strict=True)]
    np.testing.assert_allclose(means["estimate"], expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("matrix", "codes", "words"),
    [
        (np.full((4, 2), np.nan), [0, 0, 1, 1], "not a single value"),
        (np.ones((4, 2)), [0, 0, 1, 1], "same value"),
        (np.array([[1.0, 2.0]]), [0], "no variation"),
        (np.array([[1.0, 2.0], [2.0, np.inf]]), [0, 0], "Infinite"),
        (np.array([[1.0, 2.0], [2.0, 5.0], [np.nan, np.nan]]), [0, 0, 1], "Group '1' has no value"),
    ],
)
def test_degenerate_cohorts_are_refused_in_words(matrix: np.ndarray, codes: list[int], words: str) -> None:
    with warnings.catch_warnings(), pytest.raises(NotComputable, match=words):
        warnings.simplefilter("error")
        mmrm(matrix, codes, range(2))


def test_missing_and_useless_covariates_are_refused() -> None:
    matrix, codes = made(7, 20, 2, 2, 0.0)
    with pytest.raises(NotComputable, match="lack a covariate"):
        mmrm(matrix, codes, range(2), covariates=np.where(np.arange(20) == 3, np.nan, 1.0))
    with pytest.raises(NotComputable, match="'sex' cannot be adjusted for"):
        mmrm(matrix, codes, range(2), covariates=codes, covariate_names=["sex"])


@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(1, 5), st.floats(0, 0.8))
@settings(max_examples=60, deadline=None)
def test_any_small_cohort_is_answered_or_refused_without_a_warning(seed: int, n: int, visits: int, missing: float) -> None:
    rng = np.random.default_rng(seed)
    matrix = np.round(rng.normal(50, 20, (n, visits)))
    matrix[rng.random((n, visits)) < missing] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            fit = mmrm(matrix, rng.integers(0, 2, n), range(visits), groups=["a", "b"])
        except NotComputable as problem:
            assert problem.found
            return
    assert isinstance(fit.contrasts, pd.DataFrame) and (fit.contrasts["se"].dropna() >= 0).all()
