"""BCa: R's boot on R's own resamples, scipy's bootstrap, seeds and cancelling."""

import numpy as np
import pytest
from scipy import stats

from aadash.errors import NotComputable
from aadash.stats.bootstrap import _acceleration, _bca_limits, bootstrap_bca
from tests.stats.expected import R

Y = np.array(R["y"])


def test_limits_as_boot_on_its_resamples() -> None:
    b = R["bca"]
    _, low, high = _bca_limits(np.array(b["replicates"]), b["estimate"], b["acceleration"], 0.95)
    assert [low, high] == pytest.approx(b["ci"], rel=1e-10)


def test_acceleration_of_a_mean() -> None:
    # Efron 1987: a sixth of the skewness over root n, and boot's jackknife gives the same
    d = Y - Y.mean()
    expected = (d**3).sum() / (6 * (d**2).sum() ** 1.5)
    assert _acceleration([Y], np.mean) == pytest.approx(expected, rel=1e-9)
    assert _acceleration([Y], np.mean) == pytest.approx(R["bca_mean_acceleration"], rel=1e-9)


def test_two_samples_near_scipy() -> None:
    x = np.array(R["x"])

    def difference(a, b):
        return np.median(a) - np.mean(b)

    got = bootstrap_bca([x, Y], difference, resamples=4000, seed=1)
    other = stats.bootstrap(
        (x, Y),
        lambda a, b, axis=-1: np.median(a, axis=axis) - np.mean(b, axis=axis),
        method="BCa",
        n_resamples=4000,
        rng=np.random.default_rng(2),
    ).confidence_interval
    width = other.high - other.low
    # two independent sets of 4000 resamples: a tail quantile is known to about 2 % of the width
    assert abs(got.low - other.low) < 0.08 * width and abs(got.high - other.high) < 0.08 * width


def test_same_seed_same_interval() -> None:
    a, b, c = (bootstrap_bca([Y], np.median, resamples=300, seed=s) for s in (5, 5, 6))
    assert a == b and a != c and a.seed == 5


def test_rows_stay_together() -> None:
    pairs = np.column_stack([Y, Y + 3])
    got = bootstrap_bca([pairs], lambda m: float((m[:, 1] - m[:, 0]).mean() + 1e-9 * m[0, 0]), resamples=200)
    assert got.low == pytest.approx(3, abs=1e-6) and got.high == pytest.approx(3, abs=1e-6)


def test_progress_and_cancelling() -> None:
    seen: list[tuple[int, int]] = []
    bootstrap_bca([Y], np.mean, resamples=500, progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (500, 500) and len(seen) == 100

    class Stop(Exception):
        pass

    def stop(done: int, of: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        bootstrap_bca([Y], np.mean, resamples=500, progress=stop)


def test_what_has_no_interval() -> None:
    with pytest.raises(NotComputable, match="two patients"):
        bootstrap_bca([[1.0]], np.mean)
    with pytest.raises(NotComputable, match="same in every"):
        bootstrap_bca([[2.0, 2.0, 2.0]], np.mean, resamples=50)
    with pytest.raises(NotComputable, match="not defined"):
        bootstrap_bca([Y], lambda a: float("nan"), resamples=50)


def test_undefined_resamples_are_counted() -> None:
    got = bootstrap_bca([[0.0, 0.0, 1.0, 2.0]], lambda a: a.mean() if a.max() > 0 else float("nan"), resamples=800)
    assert 20 < got.n_undefined < 90  # 1/16 of 800 expected


def test_a_median_amid_equal_values_has_an_interval() -> None:
    """The two middle changes are −11.0, so no patient moves the median when left out and the acceleration is 0/0. R 4.2.2,
    boot.ci(boot(x, median, 20000), type = "bca"), whose acceleration comes from a regression: −29.15 to −5.65."""
    x = [-86.3, -84.0, -83.3, -79.1, -77.3, -76.2, -73.0, -64.6, -61.2, -46.8, -38.4, -34.7, -33.7, -24.6, -23.9, -19.5, -18.1, -14.5]
    x += [-12.3, -11.0, -11.0, -10.8, -8.6, -8.4, -6.3, -5.0, -0.9, -0.1, 4.1, 8.9, 10.3, 12.6, 13.3, 16.5, 25.4, 31.3, 31.8, 32.4]
    got = bootstrap_bca([[*x, 35.6, 37.1]], np.median, resamples=20_000)
    assert (got.estimate, got.acceleration) == (-11.0, 0.0)
    # the resampled median has steps: the neighbours of R's limits are −29.65, −28.8 and −5.65, −5.0
    assert -29.65 <= got.low <= -28.8 and -5.65 <= got.high <= -5.0


def test_resamples_equal_to_the_estimate_on_paper_are_not_below_it() -> None:
    """A share of resamples below the estimate must not hang on the last binary digit of a mean of tied values."""
    z0, _, _ = _bca_limits(np.array([0.1 + 0.2, 0.3, 0.3, 0.2, 0.4, 0.5]), 0.1 + 0.2, 0.0, 0.95)
    assert z0 == pytest.approx(stats.norm.ppf(1 / 6))
