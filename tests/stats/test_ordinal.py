"""The proportional-odds model against R ``MASS::polr`` and ``ordinal::clm`` (``gen_ranks.R``)."""

from __future__ import annotations

import numpy as np
import pytest

from aadash.errors import NotComputable
from aadash.stats.ordinal import proportional_odds
from tests.stats.extended import answers

R = answers("ranks")["ordinal"]
ALL = np.column_stack([R["isA"], R["age"], R["duration"]])


@pytest.mark.parametrize(("case", "x"), [("one", np.array(R["isA"])), ("three", ALL)])
def test_the_model_is_clms(case: str, x: np.ndarray) -> None:
    e = R[case]
    m = proportional_odds(R["band"], x, [f"x{i}" for i in range(np.size(e["beta"]))])
    assert m.thresholds == pytest.approx(e["alpha"], rel=1e-6)
    assert m.coefficients["estimate"].to_numpy() == pytest.approx(np.atleast_1d(e["beta"]), rel=1e-6)
    assert m.coefficients["se"].to_numpy() == pytest.approx(np.atleast_1d(e["se"]), rel=1e-6)
    assert m.coefficients["p"].to_numpy() == pytest.approx(np.atleast_1d(e["p"]), rel=1e-6)
    assert (m.loglik, m.chi2) == pytest.approx((e["loglik"], e["chi2"]), rel=1e-9)
    assert m.po_df == 3 * np.size(e["beta"])
    if case == "one":  # two cuts are separated, so the larger model's likelihood has a limit only, which R's iteration stops short of
        assert m.po_chi2 == pytest.approx(e["nominal_chi2"], rel=1e-3) and m.po_chi2 >= e["nominal_chi2"] - 1e-6
    else:  # R's clm prints 8.41 for a model in which 26 patients have a band with a chance below nothing (docs/METHODS.md)
        assert np.isnan(m.po_chi2) and np.isnan(m.po_p)


def test_the_larger_model_of_two_groups_is_saturated() -> None:
    """By hand: own coefficients at every cut fit the two groups' shares exactly."""
    band, a = np.array(R["band"]), np.array(R["isA"]) == 1
    counts = [np.bincount(band[who], minlength=5) for who in (a, ~a)]
    best = sum(float(c[c > 0] @ np.log(c[c > 0] / c.sum())) for c in counts)
    m = proportional_odds(band, a.astype(float), ["A"])
    assert m.po_chi2 == pytest.approx(2 * (best - m.loglik), rel=1e-6)


def test_a_band_that_a_group_skips_has_no_chance_below_nothing() -> None:
    """Of A 1, 2 and 1 in three bands, of B 5, 0 and 1. The free model's cumulative shares of B crossed (8.31 was printed).

    By hand, log-likelihood of the shares as counted: 2 ln 1/4 + 2 ln 1/2 + 5 ln 5/6 + ln 1/6 = −6.86225; R 4.2.2 ``MASS::polr``:
    deviance 16.62678. So χ² = 16.62678 − 2 × 6.86225 = 2.90228.
    """
    band, a = np.array([0, 2, 2, 3] + [0] * 5 + [3]), np.array([1.0] * 4 + [0] * 6)
    m = proportional_odds(band, a, ["A"])
    assert -2 * m.loglik == pytest.approx(16.62678, abs=1e-5)
    assert m.po_chi2 == pytest.approx(2.90228, abs=2e-5) and m.po_p == pytest.approx(0.08845, abs=1e-4)


@pytest.mark.parametrize("seed", range(40))
def test_no_free_model_is_likelier_than_shares_as_counted(seed: int) -> None:
    """Property: coefficients at every cut cannot gain more than a model of every distinct patient by himself."""
    rng = np.random.default_rng(seed)
    band, x = rng.integers(0, 4, 14), np.column_stack([rng.integers(0, 2, 14), rng.integers(0, 2, 14)]).astype(float)
    try:
        m = proportional_odds(band, x, ["a", "b"])
    except NotComputable:
        return
    _, kind = np.unique(x, axis=0, return_inverse=True)
    counts = [np.bincount(band[kind.reshape(-1) == i]) for i in range(kind.max() + 1)]
    best = sum(float(c[c > 0] @ np.log(c[c > 0] / c.sum())) for c in counts)
    assert np.isnan(m.po_chi2) or m.loglik + m.po_chi2 / 2 <= best + 1e-6


def test_polr_says_the_same() -> None:
    m = proportional_odds(R["band"], ALL, ["A", "age", "duration"])
    assert m.coefficients["estimate"].to_numpy() == pytest.approx(R["polr"], rel=1e-4)  # polr stops early


def test_the_single_cuts_are_logistic_regressions_and_separated_ones_are_not_answered() -> None:
    cuts = proportional_odds(R["band"], R["isA"], ["A"]).at_cuts
    for j in (0, 1):
        assert cuts.loc[j, ["estimate", "se"]].tolist() == pytest.approx(R["cuts"][j], rel=1e-6)
    assert cuts.loc[2:, "estimate"].isna().all()  # R prints 31 with a standard error of 13 million


def test_two_categories_are_a_logistic_regression_with_nothing_to_check() -> None:
    y = (np.array(R["band"]) >= 2).astype(int)
    m = proportional_odds(y, R["isA"], ["A"])
    assert m.coefficients.loc["A", ["estimate", "se"]].tolist() == pytest.approx(R["cuts"][1], rel=1e-6)
    assert m.po_df == 0 and np.isnan(m.po_p)


def test_a_small_stratum_that_separates_is_not_answered() -> None:
    """One patient of ten, in the mildest band: his odds ratio is infinite (4.1e12 with limits 0 and none was printed)."""
    band, a, b = [0, 0, 2, 0, 0, 0, 1, 1, 2, 0], [0] * 3 + [1] * 6 + [0], [0] * 9 + [1]
    with pytest.raises(NotComputable, match="separates"):
        proportional_odds(band, np.column_stack([a, b]), ["a", "b"])
    cuts = proportional_odds([0, 0, 1, 2, 0, 1, 2], [0, 0, 0, 0, 1, 1, 1], ["a"]).at_cuts
    assert np.isfinite(cuts["estimate"]).all()
    alone = proportional_odds([0, 0, 1, 2, 2, 1] * 5, [0, 0, 0, 0, 0, 1] * 5, ["a"]).at_cuts
    assert np.isnan(alone["estimate"]).all()  # every patient of a is in the middle band: separated at both cuts


def test_no_answer_where_there_is_none() -> None:
    with pytest.raises(NotComputable, match="one category"):
        proportional_odds([2, 2, 2], [0, 1, 0], ["x"])
    with pytest.raises(NotComputable, match="does not vary"):
        proportional_odds([0, 1, 2], [1, 1, 1], ["x"])
    with pytest.raises(NotComputable, match="separates"):
        proportional_odds([0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 2], ["x"])
