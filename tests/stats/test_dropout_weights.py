"""Weights for dropout against R (``gen_missing.R``: glm, and stacked estimating equations differentiated numerically)."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from aadash.errors import NotComputable
from aadash.stats.dropout_weights import dropout_weights, weighted_difference, weighted_mean, weighted_rate
from aadash.stats.proportions import wilson
from tests.stats.extended import answers
from tests.stats.test_repeated_imputation import B, Y

R = answers("missing")["ipw"]
A = B == 0


def test_weights_means_and_standard_errors_as_r() -> None:
    w = dropout_weights(Y, A.astype(float))
    assert np.sort(w.weights) == pytest.approx(np.sort(R["weights"]), rel=1e-7)
    a, b, d = weighted_mean(Y[:, 5], w, A), weighted_mean(Y[:, 5], w, ~A), weighted_difference(Y[:, 5], w, A, ~A)
    for found, key in ((a, "muA"), (b, "muB"), (d, "diff")):
        assert [found.estimate, found.se] == pytest.approx(R[key], rel=1e-6)


def test_nobody_leaves_is_the_plain_mean() -> None:
    w = dropout_weights([[1.0, 2.0], [3.0, 5.0], [2.0, 8.0]], np.zeros((3, 0)))
    m = weighted_mean([2.0, 5.0, 8.0], w)
    assert m.estimate == 5 and w.effective_n == 3 and m.se == pytest.approx(np.sqrt(18) / 3)


def test_without_dropout_limits_and_p_are_those_of_t() -> None:
    """R: t.test(c(2, 5, 8)): 5, −2.452413 to 12.452413, p = 0.1020; with c(1, 9, 4, 7): −6.651349 to 6.151349."""
    y = np.array([2.0, 5.0, 8.0, 1.0, 9.0, 4.0, 7.0])
    w = dropout_weights(np.column_stack([y[::-1], y]), np.zeros((7, 0)))
    first = np.arange(7) < 3
    alone, both = weighted_mean(y, w, first), weighted_difference(y, w, first, ~first)
    expected = scipy.stats.ttest_1samp(y[:3], 0)
    assert [alone.ci_low, alone.ci_high] == pytest.approx([*expected.confidence_interval()])
    assert alone.p == pytest.approx(expected.pvalue) and alone.ci_low == pytest.approx(-2.452413, abs=1e-6)
    welch = scipy.stats.ttest_ind(y[:3], y[3:], equal_var=False)
    assert [both.ci_low, both.ci_high] == pytest.approx([-6.651349, 6.151349], abs=1e-6) and both.p == pytest.approx(welch.pvalue)


def test_a_weighted_rate_without_dropout_is_wilsons_and_keeps_to_its_scale() -> None:
    full = dropout_weights(np.column_stack([np.arange(12.0), np.arange(12.0)]), np.zeros((12, 0)))
    y = np.array([1.0] * 5 + [0.0] * 7)
    r, exact = weighted_rate(y, full), wilson(5, 12)
    assert (r.estimate, r.ci_low, r.ci_high) == pytest.approx((exact.estimate, exact.low, exact.high), rel=1e-12)
    everybody = weighted_rate(np.ones(12), full)
    assert (everybody.ci_low, everybody.ci_high) == pytest.approx((wilson(12, 12).low, 1.0))
    w = dropout_weights(Y, A.astype(float))
    share = weighted_rate((Y[:, 5] <= 20).astype(float) + 0 * Y[:, 5], w, A)
    plain = weighted_mean((Y[:, 5] <= 20).astype(float) + 0 * Y[:, 5], w, A)
    assert share.estimate == plain.estimate and 0 < share.ci_low < share.estimate < share.ci_high < 1


def test_dropout_at_random_is_undone() -> None:
    rng = np.random.default_rng(8)
    first = rng.normal(50, 10, 20_000)
    second = first + rng.normal(0, 5, 20_000)
    gone = rng.uniform(size=20_000) < 1 / (1 + np.exp(-(first - 50) / 8))
    y = np.column_stack([first, np.where(gone, np.nan, second)])
    found = weighted_mean(y[:, 1], dropout_weights(y, np.zeros((20_000, 0))))
    assert abs(np.nanmean(y[:, 1]) - 50) > 3 and abs(found.estimate - 50) < 4 * found.se


def test_who_cannot_be_weighted() -> None:
    with pytest.raises(NotComputable, match="Nobody was seen"):
        dropout_weights([[1.0, np.nan]], np.zeros((1, 0)))
    y = np.column_stack([np.arange(20.0), np.where(np.arange(20) < 10, np.nan, 1.0)])
    with pytest.raises(NotComputable, match="explained completely"):
        dropout_weights(y, np.zeros((20, 0)))


def test_no_spread_is_no_certainty() -> None:
    """One patient has no error (R: sd(5) is NA); a group of one value has none that could be estimated, nor has the difference."""
    w = dropout_weights([[1.0, 2.0], [3.0, 5.0], [2.0, 8.0], [2.0, 3.0], [4.0, 9.0]], np.zeros((5, 0)))
    first = np.array([True, True, True, False, False])
    alone = weighted_mean([2.0, 5.0, 8.0, 3.0, 9.0], w, np.arange(5) == 3)
    assert alone.estimate == 3 and np.isnan([alone.se, alone.ci_low, alone.ci_high, alone.p]).all()
    for other in ([1.0, np.nan], [0.0, 0.0], [1.0, 1.0]):
        d = weighted_difference([0.0, 1.0, 1.0, *other], w, first, ~first)
        assert np.isfinite(d.estimate) and np.isnan([d.se, d.ci_low, d.ci_high, d.p]).all(), other
    both = weighted_difference([0.0, 1.0, 1.0, 0.0, 1.0], w, first, ~first)
    assert both.estimate == pytest.approx(2 / 3 - 1 / 2) and both.se == pytest.approx(np.sqrt((2 / 9) / 3 + (1 / 4) / 2))
