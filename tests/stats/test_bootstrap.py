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
