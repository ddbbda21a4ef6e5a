"""Imputation of a repeated measure against R ``mice`` (``gen_missing.R``), within its Monte-Carlo error, and its properties."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from aadash.errors import NotComputable
from aadash.stats.imputation import Pooled, pool
from aadash.stats.pooled_rates import pool_rate, pool_rate_difference
from aadash.stats.proportions import wilson
from aadash.stats.repeated_imputation import impute_repeated, monte_carlo_error
from aadash.stats.tipping import tipping_point
from tests.stats.extended import FOLDER, answers

R = answers("missing")


def simulated() -> tuple[np.ndarray, np.ndarray]:
    """The first simulated cohort, patients × visits, and who is in group B."""
    wide = pd.read_csv(FOLDER.parent / "data" / "salt_sim_1.csv").pivot(index=["group", "subject"], columns="time", values="value")
    return wide.to_numpy(float), (wide.index.get_level_values("group") == "B").astype(int)


Y, B = simulated()


@pytest.fixture(scope="module")
def copies() -> np.ndarray:
    return impute_repeated(Y, B, m=200).completed()


def pooled_mean(x: np.ndarray) -> tuple[Pooled, float]:
    """Pooled mean over m × n, and the variance between the copies."""
    q, u = x.mean(axis=1), x.var(axis=1, ddof=1) / x.shape[1]
    return pool(q, u), float(q.var(ddof=1))


@pytest.mark.parametrize("visit", range(6))
@pytest.mark.parametrize(("group", "key"), [(0, "meanA"), (1, "meanB")])
def test_means_and_their_errors_are_mices_within_monte_carlo_error(copies: np.ndarray, visit: int, group: int, key: str) -> None:
    ours, between = pooled_mean(copies[:, group == B, visit])
    for seed in R["mice"]["seeds"]:
        estimate, se, r_between = seed[key][visit]
        noise = math.hypot(monte_carlo_error(between, 200), monte_carlo_error(r_between, R["mice"]["m"]))
        assert abs(ours.estimate - estimate) <= 4 * noise + 1e-9
        # B itself is known to √(2/(m − 1)); the standard error moves by that share of its imputation part
        spread = r_between * math.sqrt(2 / (R["mice"]["m"] - 1) + 2 / 199)
        assert abs(ours.se**2 - se**2) <= 4 * spread + 0.02 * se**2


def test_the_difference_of_changes_is_mices_too(copies: np.ndarray) -> None:
    change = copies[:, :, 5] - copies[:, :, 0]
    a, b = change[:, B == 0], change[:, B == 1]
    q = a.mean(axis=1) - b.mean(axis=1)
    ours = pool(q, a.var(axis=1, ddof=1) / a.shape[1] + b.var(axis=1, ddof=1) / b.shape[1], len(Y) - 2)
    for seed in R["mice"]["seeds"]:
        noise = math.hypot(monte_carlo_error(float(q.var(ddof=1)), 200), monte_carlo_error(seed["diff"][2], R["mice"]["m"]))
        assert abs(ours.estimate - seed["diff"][0]) <= 4 * noise
        spread = seed["diff"][2] * math.sqrt(2 / (R["mice"]["m"] - 1) + 2 / 199)
        assert abs(ours.se**2 - seed["diff"][1] ** 2) <= 4 * spread + 0.02 * ours.se**2


@pytest.mark.parametrize(("group", "key"), [(0, "rateA"), (1, "rateB")])
def test_rates_too(copies: np.ndarray, group: int, key: str) -> None:
    rate = (copies[:, group == B, 5] <= 20).mean(axis=1)
    for seed in R["mice"]["seeds"]:
        noise = math.hypot(monte_carlo_error(float(rate.var(ddof=1)), 200), monte_carlo_error(seed[key][1], R["mice"]["m"]))
        assert abs(rate.mean() - seed[key][0]) <= 4 * noise


def test_what_was_seen_stays_and_a_seed_repeats_itself() -> None:
    one, again = impute_repeated(Y, B, m=3, cycles=5, bounds=(0, 100)), impute_repeated(Y, B, m=3, cycles=5, bounds=(0, 100))
    seen = ~np.isnan(Y)
    copies = one.completed()
    assert np.array_equal(copies, again.completed())
    assert not np.array_equal(copies, impute_repeated(Y, B, m=3, cycles=5, seed=1, bounds=(0, 100)).completed())
    assert all(np.array_equal(copy[seen], Y[seen]) for copy in copies)
    assert copies.min() >= 0 and copies.max() <= 100 and not np.isnan(copies).any()
    moved = one.completed(delta=1000.0)
    assert np.all(moved[:, ~seen] == 100) and np.array_equal(moved[:, seen], copies[:, seen])


def test_known_truth_is_covered() -> None:
    """Visits missing at random given the first: the mean of those left is off, the imputed one is not."""
    rng = np.random.default_rng(4)
    first = rng.normal(50, 15, 4000)
    second = 0.8 * first + rng.normal(5, 8, 4000)
    gone = rng.uniform(size=4000) < 1 / (1 + np.exp(-(first - 55) / 5))
    y = np.column_stack([first, np.where(gone, np.nan, second)])
    ours = pooled_mean(impute_repeated(y, np.zeros(4000, dtype=int), m=20, cycles=20).completed()[:, :, 1])[0]
    assert ours.ci_low < 45 < ours.ci_high  # the truth: 0.8 × 50 + 5
    assert abs(np.nanmean(y[:, 1]) - 45) > 4 * ours.se


def test_small_strata_share_a_covariance_and_impossible_ones_are_refused() -> None:
    codes = np.zeros(len(Y), dtype=int)
    codes[:8] = 1
    codes[8:16] = 2
    assert impute_repeated(Y, codes, m=2, cycles=2).common_covariance
    assert not impute_repeated(Y, B, m=2, cycles=2).common_covariance
    with pytest.raises(NotComputable, match="without any visit"):
        impute_repeated([[np.nan, np.nan], [1.0, 2.0]], [0, 0])
    with pytest.raises(NotComputable, match="too few to impute"):
        impute_repeated(np.where(np.eye(6) > 0, np.nan, 1.0 + np.arange(6)), np.zeros(6))
    with pytest.raises(NotComputable, match="Nobody of stratum 2"):
        impute_repeated([[1.0, 2.0], [2.0, 1.0], [1.0, np.nan]], [0, 0, 1])


def test_it_can_be_stopped() -> None:
    steps = []

    def stop(done: int, total: int) -> None:
        steps.append((done, total))
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        impute_repeated(Y, B, m=2, cycles=10, progress=stop)
    assert steps == [(1, 20), (2, 20), (3, 20), (4, 20)]


def test_rates_pooled_as_r_does() -> None:
    e = R["rates"]
    one, diff = pool_rate(e["k1"], e["n1"]), pool_rate_difference(e["k1"], e["n1"], e["k2"], e["n2"])
    assert [one.estimate, one.low, one.high] == pytest.approx(e["one"], rel=1e-9)
    assert [diff.estimate, diff.se, diff.df, diff.ci_low, diff.ci_high, diff.p] == pytest.approx(e["diff"], rel=1e-9)


def test_equal_counts_pool_to_wilson() -> None:
    assert pool_rate([7, 7, 7], 20) == wilson(7, 20)
    assert pool_rate([0, 0], 12).low == 0 and pool_rate([0, 1], 12).low >= 0


def test_the_tipping_point_is_where_the_straight_line_crosses() -> None:
    """Estimate 5 − delta, standard error 1: significant until |5 − delta| falls to 1.96."""

    def answer(delta: float) -> Pooled:
        return pool([5 - delta, 5 - delta], [1.0, 1.0])

    found = tipping_point(answer, range(-10, 11))
    assert found.tipping_point == pytest.approx(5 - 1.959963985, abs=0.01)
    assert found.curve["significant"].tolist() == [d <= 3 or d >= 7 for d in range(-10, 11)]
    assert math.isnan(tipping_point(answer, [-3, 0, 1]).tipping_point)
    with pytest.raises(ValueError, match="contain 0"):
        tipping_point(answer, [1, 2])


def test_patients_without_any_spread_are_refused_in_words() -> None:
    """All at 80 and all at 60, at every visit: “Matrix is not positive definite” ended the page."""
    rows = [[80.0] * 3] * 4 + [[80.0, 80.0, math.nan]] * 2 + [[60.0] * 3] * 4 + [[60.0, 60.0, math.nan]]
    with pytest.raises(NotComputable, match="no spread to draw from"):
        impute_repeated(rows, [0] * 6 + [1] * 5, m=5)


def test_another_row_of_shifts_gives_the_same_tipping_point() -> None:
    """In steps of 5 and of 10 one crossing stood as 11.2 and as 11.3 points on one page."""

    def answer(delta: float) -> Pooled:
        return pool([max(13.18 - delta, 0.0)] * 2, [1.0, 1.0])

    for step in (5, 10):
        point = tipping_point(answer, range(-100, 101, step)).tipping_point
        assert point == pytest.approx(13.18 - 1.959963985, abs=0.002)
