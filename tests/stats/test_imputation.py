"""Rubin's rules against mice, and what imputed data must and must not change."""

import numpy as np
import pandas as pd
import pytest

from aadash.errors import NotComputable
from aadash.stats.imputation import impute, pool, pool_jointly
from tests.stats.predictors_answers import R

POOL = R["pool"]
Q, U = np.array(POOL["estimates"]), np.array(POOL["vcov"])


@pytest.mark.parametrize("j", range(4))
def test_pooling_as_mice(j: int) -> None:
    found = pool(Q[:, j], U[:, j, j], POOL["df_complete"])
    expected = [POOL[k][j] for k in ("estimate", "se", "df", "t", "p", "low", "high", "fmi")]
    assert [found.estimate, found.se, found.df, found.t, found.p, found.ci_low, found.ci_high, found.fmi] == pytest.approx(
        expected, rel=1e-9
    )


def test_large_sample_degrees_of_freedom_as_mice() -> None:
    found = pool(Q[:, 3], U[:, 3, 3])
    assert (found.df, found.fmi) == pytest.approx((POOL["large"]["df"], POOL["large"]["fmi"]), rel=1e-9)


def test_joint_test_as_mice_d1() -> None:
    own = [1, 2]
    found = pool_jointly(Q[:, own], U[:, own][:, :, own])
    expected = POOL["d1"]
    assert (found.f, found.df1, found.df2, found.p) == pytest.approx((expected["f"], 2, expected["df2"], expected["p"]), rel=1e-9)


def test_data_sets_in_which_nobody_differs_have_no_test() -> None:
    """By hand: W = B = 0 leaves 0/0 for t and for the missing information. With estimates 1 apart and W = 0, T = (1 + 1/3) × 1 and
    all of it is missing information, so df = m − 1."""
    flat = pool([-20.0] * 3, [0.0] * 3, 9)
    assert flat.estimate == -20.0 and flat.se == 0.0 and np.isnan([flat.df, flat.t, flat.p, flat.ci_low, flat.ci_high]).all()
    apart = pool([-20.0, -21.0, -22.0], [0.0] * 3)
    assert apart.se == pytest.approx(np.sqrt(4 / 3)) and apart.df == pytest.approx(2.0) and apart.fmi == 1.0


def test_equal_imputations_pool_to_themselves() -> None:
    found = pool([2.0, 2.0, 2.0], [4.0, 4.0, 4.0], 30)
    assert (found.estimate, found.se, found.fmi) == pytest.approx((2, 2, 2 / (found.df + 3)))
    assert found.df == pytest.approx(31 / 33 * 30)
    joint = pool_jointly([[1.0, 2.0]] * 3, [np.eye(2)] * 3)
    assert (joint.f, joint.df2) == (pytest.approx(2.5), np.inf)


def _holes(seed: int, n: int = 600) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Age, subtype and outcome; age and subtype missing more often where the outcome is 1."""
    rng = np.random.default_rng(seed)
    age = rng.normal(40, 10, n)
    kind = np.array(["a", "b", "c"])[np.digitize(age + rng.normal(0, 5, n), [35, 45])]
    y = (rng.uniform(size=n) < 1 / (1 + np.exp(-(age - 40) / 8))).astype(float)
    whole = pd.DataFrame({"age": age, "kind": pd.Categorical(kind, ["c", "b", "a"]), "y": y})
    holed = whole.copy()
    holed.loc[rng.uniform(size=n) < 0.1 + 0.4 * y, "age"] = np.nan
    holed.loc[rng.uniform(size=n) < 0.2, "kind"] = None
    return whole, holed


def test_observed_values_stay_and_the_missing_are_drawn_from_them() -> None:
    _, holed = _holes(1)
    completed = impute(holed, m=3, cycles=3)
    assert len(completed) == 3
    for one in completed:
        assert not one.isna().any().any() and list(one.columns) == list(holed.columns)
        seen = holed["age"].notna()
        assert (one.loc[seen, "age"] == holed.loc[seen, "age"]).all()
        assert set(one["age"]) <= set(holed["age"].dropna())
        assert one["kind"].cat.categories.tolist() == ["c", "b", "a"]
        known = holed["kind"].notna()
        assert (one.loc[known, "kind"].astype(str) == holed.loc[known, "kind"].astype(str)).all()
    assert not completed[0].equals(completed[1])


def test_equal_seeds_give_equal_frames() -> None:
    _, holed = _holes(2, 80)
    first, again, other = (impute(holed, m=2, seed=s, cycles=2) for s in (7, 7, 8))
    assert all(a.equals(b) for a, b in zip(first, again, strict=True))
    assert not first[0].equals(other[0])


def test_the_bias_of_complete_cases_goes() -> None:
    whole, holed = _holes(3, 3000)
    truth, seen = whole["age"].mean(), holed["age"].mean()
    filled = np.mean([one["age"].mean() for one in impute(holed, m=5, cycles=5)])
    assert seen < truth - 0.5  # the missing are the older
    assert filled == pytest.approx(truth, abs=0.35)


def test_categories_follow_what_they_depend_on() -> None:
    whole, holed = _holes(4, 3000)
    gone = holed["kind"].isna() & holed["age"].notna()
    filled = impute(holed, m=1, cycles=5)[0].loc[gone, "kind"].astype(str)
    for level in "abc":  # a: young, c: old; drawn blindly each would have a mean age of about 40
        assert whole.loc[gone & (whole["kind"] == level), "age"].mean() == pytest.approx(
            whole.loc[filled.index[filled == level], "age"].mean(), abs=2.5
        )


def test_an_empty_column_cannot_be_imputed() -> None:
    with pytest.raises(NotComputable, match="'age' is empty for all 3"):
        impute(pd.DataFrame({"age": [np.nan] * 3, "y": [0.0, 1.0, 0.0]}), m=2)
