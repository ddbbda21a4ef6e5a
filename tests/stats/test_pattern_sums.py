"""Patients as sums: the same numbers whatever the order of the patients and whoever added them up."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from aadash.errors import NotComputable
from aadash.stats._pattern_sums import PatternSums
from aadash.stats._reml import group_stats, pattern_stats
from aadash.stats.mixed_anova import mixed_anova
from aadash.stats.mmrm import mmrm


def scores(seed: int, n: int = 60, visits: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Tenths of a point, a sixth of the visits missed, in three groups."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 1001, (n, visits)) / 10
    y[rng.random(y.shape) < 1 / 6] = np.nan
    return y, rng.integers(0, 3, n)


def in_parts(y: np.ndarray, codes: np.ndarray, parts: int) -> PatternSums:
    """The sums of parts of the patients, added."""
    found = [PatternSums.of(y[i::parts], codes[i::parts]) for i in range(parts)]
    every = [np.concatenate([getattr(p, part) for p in found]) for part in ("codes", "seen", "n", "sums", "products")]
    assert {p.unit for p in found} == {10}
    return PatternSums.added(*every, 10, 0.0)


@pytest.mark.parametrize("seed", range(5))
def test_every_digit_is_the_same_in_any_order_and_from_any_parts(seed: int) -> None:
    y, codes = scores(seed)
    order = np.random.default_rng(seed).permutation(len(y))
    rows = mmrm(y, codes, range(4)), mixed_anova(y, codes)
    for sums in (PatternSums.of(y[order], codes[order]), in_parts(y, codes, 4)):
        model, anova = mmrm(sums, (), range(4)), mixed_anova(sums)
        assert model.contrasts.equals(rows[0].contrasts)
        assert model.tests.equals(rows[0].tests)
        assert repr(anova) == repr(rows[1])


def test_tenths_told_in_thousandths_are_the_same() -> None:
    y, codes = scores(7)
    a = PatternSums.of(y, codes)
    b = PatternSums.added(a.codes, a.seen, a.n, a.sums * 100, a.products * 10_000, 1000, 0.0)
    assert (a.unit, b.unit) == (10, 10)
    assert (a.sums == b.sums).all() and (a.products == b.products).all()


@pytest.mark.parametrize("numbers", ["tenths", "fractions"])
def test_what_a_model_reads_is_that_of_the_rows(numbers: str) -> None:
    """Against the residuals of the rows themselves."""
    y, codes = scores(3)
    y = y if numbers == "tenths" else y / 7
    sums = PatternSums.of(y, codes)
    assert sums.unit == (10 if numbers == "tenths" else 0)
    here = ~np.isnan(y).all(axis=1)
    mine = group_stats(sums.having(sums.seen.any(axis=1)), 3)
    theirs = pattern_stats(y[here], np.eye(3)[codes[here]])
    for part in ("observed", "count", "zz", "active", "n_obs"):
        assert np.array_equal(getattr(mine, part), getattr(theirs, part)), part
    for part in ("zy", "yy", "centre"):
        np.testing.assert_allclose(getattr(mine, part), getattr(theirs, part), rtol=1e-12, atol=1e-8)


def test_gaps_are_filled_as_those_of_rows() -> None:
    """By hand: never from the baseline, the second of two gaps from the same visit as the first."""
    y = np.array([[10.0, 20.0, np.nan, np.nan], [30.0, np.nan, 5.5, np.nan], [30.0, np.nan, np.nan, 5.0]])
    filled = np.array([[10.0, 20.0, 20.0, 20.0], [30.0, np.nan, 5.5, 5.5], [30.0, np.nan, np.nan, 5.0]])
    a, b = PatternSums.of(y, [0, 0, 0]).carried(), PatternSums.of(filled, [0, 0, 0])
    for part in ("codes", "seen", "n", "sums", "products", "unit"):
        assert np.array_equal(getattr(a, part), getattr(b, part)), part


def test_sums_of_squares_are_exact() -> None:
    """By fractions: two groups of three, values in tenths whose binary fractions are none of them exact."""
    rows = [["33.3", "20.1", "0.7"], ["66.6", "50.2", "10.9"], ["0.1", "90.3", "45.6"], ["70.7", "0.3", "12.1"], ["5.5", "6.6", "7.7"]]
    y, groups = [[Fraction(v) for v in row] for row in rows], [[0, 1, 2], [3, 4]]
    error = Fraction(0)
    for group in groups:
        mean = [sum(y[i][t] for i in group) / len(group) for t in range(3)]
        rest = [[y[i][t] - mean[t] for t in range(3)] for i in group]
        error += sum(sum(v * v for v in row) - sum(row) ** 2 / 3 for row in rest)
    found = mixed_anova([[float(v) for v in row] for row in y], [0, 0, 0, 1, 1])
    assert found.within.ss_error == pytest.approx(float(error), rel=4e-16)


def test_as_exact_where_products_are_too_large_for_a_machine_s_whole_numbers() -> None:
    """Twice as many patients twice over: the same within error, and numbers beyond 2^62 on the way."""
    y, codes = scores(5)
    y = y[~np.isnan(y).any(axis=1)]
    codes, many = codes[: len(y)], 2_000_000
    few, all_of_them = mixed_anova(y, codes), mixed_anova(y, codes, counts=np.full(len(y), float(many)))
    assert float(many * len(y)) ** 2 * 1000**2 * 4**4 / 9 > 2.0**62
    assert all_of_them.within.ss_error == pytest.approx(many * few.within.ss_error, rel=1e-15)
    assert all_of_them.between.ss_error == pytest.approx(many * few.between.ss_error, rel=1e-15)


def test_nobody_differs_from_his_groups_course() -> None:
    """By hand: three patients apart by thirds of a point at every visit alike. The error is none, not the last binary digits."""
    y = np.array([[33.3, 20.1, 0.7]] * 3) + np.array([0.0, 1.1, 2.5])[:, None]
    found = mixed_anova(np.vstack([y, 2 * y[:1], 2 * y[:1] + 1]), [0, 0, 0, 1, 1])
    assert (found.within.ss_error, found.interaction.ss_error) == (0.0, 0.0)
    assert np.isnan(found.interaction.f)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(NotComputable, match="Infinite"):
        PatternSums.of([[1.0, np.inf]], [0])
    with pytest.raises(ValueError, match="group code"):
        PatternSums.of([[1.0, 2.0]], [0, 1])
