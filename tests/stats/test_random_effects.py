"""Pooled rates against metafor (gen_evidence_expected.R), and rates that are combined against other statistics."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash.errors import NotComputable
from aadash.stats.combined_rates import combined, standardised
from aadash.stats.proportions import Interval, newcombe, wilson
from aadash.stats.random_effects import log_odds, random_effects, rate_of

CASES = json.loads(Path(__file__).with_name("evidence_expected.json").read_text())


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_as_metafor(case: dict) -> None:
    """metafor stops when τ² changes by less than 1e-13, so what hangs on it agrees to some nine digits."""
    want = case["answer"][0]
    effects = [log_odds(k, n) for k, n in zip(case["k"], case["n"], strict=True)]
    assert np.allclose([y for y, _ in effects], want["yi"], rtol=1e-13)
    assert np.allclose([v for _, v in effects], want["vi"], rtol=1e-13)
    got = random_effects(*zip(*effects, strict=True), case["level"], case["method"], truncate=case["test"] == "adhoc")
    names = ("estimate", "se", "low", "high", "tau2", "tau2_low", "tau2_high", "i2", "i2_low", "i2_high", "q", "p")
    for name in names:
        assert getattr(got, name) == pytest.approx(want[name], rel=1e-7, abs=1e-9), name
    assert got.weights == pytest.approx(want["weights"], rel=1e-8)
    if len(case["k"]) >= 3:
        assert (got.predicted_low, got.predicted_high) == pytest.approx((want["pi_low"], want["pi_high"]), rel=1e-7, abs=1e-9)
    else:
        assert math.isnan(got.predicted_low) and math.isnan(got.predicted_high)


def test_two_studies_that_agree_by_hand() -> None:
    """Equal effects: τ² = 0, Q = 0; the truncated error is that of the fixed effect, the plain one is 0."""
    both = random_effects([0.4, 0.4], [0.1, 0.1])
    assert (both.estimate, both.tau2, both.q, both.df) == (pytest.approx(0.4), 0.0, pytest.approx(0.0), 1)
    assert both.se == pytest.approx(math.sqrt(0.05)) and both.low == pytest.approx(0.4 - 12.706204736432095 * math.sqrt(0.05))
    assert random_effects([0.4, 0.4], [0.1, 0.1], truncate=False).se == pytest.approx(0.0, abs=1e-12)


def test_what_cannot_be_pooled_says_so() -> None:
    with pytest.raises(NotComputable, match="two studies"):
        random_effects([0.4], [0.1])
    with pytest.raises(ValueError, match="positive variance"):
        random_effects([0.4, 0.5], [0.1, 0.0])
    with pytest.raises(NotComputable, match="at least one patient"):
        log_odds(0, 0)
    with pytest.raises(ValueError, match="no rate"):
        log_odds(5, 4)


@given(st.floats(-30, 30))
def test_a_rate_is_the_inverse_of_its_log_odds(x: float) -> None:
    p = rate_of(x)
    assert 0 <= p <= 1 and rate_of(-x) == pytest.approx(1 - p)
    if abs(x) < 15:
        assert math.log(p / (1 - p)) == pytest.approx(x, abs=1e-9)


counts = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, counts)
def test_one_minus_another_is_newcombe(a: tuple[int, int], b: tuple[int, int]) -> None:
    got, want = combined([1, -1], [wilson(*a), wilson(*b)]), newcombe(*a, *b)
    assert (got.estimate, got.low, got.high) == pytest.approx((want.estimate, want.low, want.high), abs=1e-14)


@given(counts)
def test_one_rate_alone_is_wilson(a: tuple[int, int]) -> None:
    got, want = combined([1], [wilson(*a)]), wilson(*a)
    assert (got.estimate, got.low, got.high) == pytest.approx((want.estimate, want.low, want.high), abs=1e-14)


def test_newcombe_1998_example_a() -> None:
    """56 of 70 and 48 of 80: 0.0524 to 0.3339 (Newcombe 1998, Table II, method 10)."""
    got = combined([1, -1], [wilson(56, 70), wilson(48, 80)])
    assert (round(got.low, 4), round(got.high, 4)) == (0.0524, 0.3339)


def test_standardised_by_hand() -> None:
    """30/40 and 10/20 in a mix of 66 : 125. Rate (66 · 0.75 + 125 · 0.5)/191 = 112/191. Wilson by its formula:
    30/40 0.598064 to 0.858132; 10/20 0.299298 to 0.700702, with z = 1.959964."""
    got = standardised([wilson(30, 40), wilson(10, 20)], [66, 125])
    w1, w2 = 66 / 191, 125 / 191
    assert got.estimate == pytest.approx(112 / 191)
    low = 112 / 191 - math.sqrt((w1 * (0.75 - 0.5980642)) ** 2 + (w2 * (0.5 - 0.2992980)) ** 2)
    high = 112 / 191 + math.sqrt((w1 * (0.8581316 - 0.75)) ** 2 + (w2 * (0.7007020 - 0.5)) ** 2)
    assert (got.low, got.high) == pytest.approx((low, high), abs=2e-6)


@given(st.lists(counts, min_size=1, max_size=4))
def test_to_its_own_mix_is_the_crude_rate(bands: list[tuple[int, int]]) -> None:
    k, n = [k for k, _ in bands], [n for _, n in bands]
    assert standardised([wilson(k, n) for k, n in bands], n).estimate == pytest.approx(sum(k) / sum(n))


def test_a_band_that_does_not_count_may_be_empty_and_one_that_does_may_not() -> None:
    nobody = Interval(math.nan, math.nan, math.nan)
    assert standardised([wilson(3, 10), nobody], [7, 0]).estimate == pytest.approx(0.3)
    with pytest.raises(NotComputable, match="not known"):
        standardised([wilson(3, 10), nobody], [7, 1])
    with pytest.raises(NotComputable, match="No band"):
        standardised([wilson(3, 10), nobody], [0, 0])
    with pytest.raises(NotComputable, match="not known"):
        combined([1.0], [Interval(math.nan, 0, 1)])
