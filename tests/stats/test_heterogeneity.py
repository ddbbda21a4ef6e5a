"""Heterogeneity, shrinkage, chance limits and overlapping selections, against R (``gen_subgroups_expected.R``)."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom
from statsmodels.stats.contingency_tables import StratifiedTable

from aadash.errors import NotComputable
from aadash.stats.firth import firth
from aadash.stats.funnel import count_limits, mean_limits
from aadash.stats.heterogeneity import breslow_day, cochran_q, lr_proportions, welch_q
from aadash.stats.k_sample import welch_anova
from aadash.stats.overlap import mean_difference, rate_difference
from aadash.stats.proportions import newcombe
from aadash.stats.shrinkage import paule_mandel, shrink
from aadash.stats.two_proportions import agresti_caffo, empirical_logit, log_odds_ratio
from aadash.stats.two_sample import welch_t

R: dict[str, Any] = json.loads(Path(__file__).with_name("subgroups_expected.json").read_text())


def selection(values: list[float | None]) -> np.ndarray:
    return np.array([math.nan if v is None else v for v in values], dtype=float)


def test_cochran_q_is_metafors() -> None:
    e, q = R["q"], cochran_q(R["q"]["y"], R["q"]["v"])
    assert [q.q, q.p, q.pooled, q.i2] == pytest.approx([e["q"], e["p"], e["pooled"], e["i2"]], rel=1e-9)
    assert q.df == 5 and cochran_q([1.0, 1.0], [1.0, 2.0]).i2 == 0


def test_welch_q_of_means_is_oneway_test() -> None:
    groups = [np.array(g) for g in R["welch"]["groups"]]
    q = welch_q([g.mean() for g in groups], [g.var(ddof=1) / len(g) for g in groups], [len(g) - 1 for g in groups])
    assert [q.f, q.df2, q.p] == pytest.approx([R["welch"][k] for k in ("f", "df2", "p")], rel=1e-9)
    two = welch_q(*zip(*((g.mean(), g.var(ddof=1) / len(g), len(g) - 1) for g in groups[:2]), strict=True))
    assert [two.f, two.df2, two.p] == pytest.approx([R["welch_two"]["t"] ** 2, R["welch_two"]["df"], R["welch_two"]["p"]], rel=1e-9)
    ours = welch_anova(groups)
    assert [q.f, q.df1, q.df2] == pytest.approx([ours.f, ours.df1, ours.df2], rel=1e-12)


def test_one_rate_by_the_likelihood() -> None:
    e = R["lr"]
    test = lr_proportions(e["k"], e["n"])
    assert [test.chi2, test.p] == pytest.approx(e["answer"], rel=1e-9) and not test.penalised and test.df == 3


def test_one_rate_by_firths_likelihood_where_a_group_is_all_or_nothing() -> None:
    e = R["firth"]
    test = lr_proportions(e["k"], e["n"])
    assert [test.chi2, test.p] == pytest.approx(e["answer"], rel=1e-6), "R maximises numerically"
    assert test.penalised
    frame = pd.DataFrame(
        {
            "y": np.concatenate([np.repeat([1, 0], [k, n - k]) for k, n in zip(e["k"], e["n"], strict=True)]),
            "g": np.repeat(list("abcd"), e["n"]),
        }
    )
    model = firth("y ~ g", frame)
    assert test.chi2 == pytest.approx(2 * (model.penalised_loglik - model.null_penalised_loglik), rel=1e-8)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=6))
def test_likelihood_ratio_of_any_counts(groups: list[tuple[int, int]]) -> None:
    k, n = [a for a, _ in groups], [a + b for a, b in groups]
    if sum(x > 0 for x in n) < 2:
        with pytest.raises(NotComputable):
            lr_proportions(k, n)
        return
    test = lr_proportions(k, n)
    assert test.chi2 >= 0 and 0 <= test.p <= 1
    others = lr_proportions([b for _, b in groups], n)
    assert test.chi2 == pytest.approx(others.chi2, rel=1e-9, abs=1e-9), "responders and others are the same question"
    assert lr_proportions(k[::-1], n[::-1]).chi2 == pytest.approx(test.chi2, rel=1e-9, abs=1e-9)


def test_breslow_day_is_metafors_and_statsmodels() -> None:
    e = R["breslow_day"]
    tables = np.array([[[a, b], [c, d]] for a, b, c, d in zip(e["a"], e["b"], e["c"], e["d"], strict=True)])
    test = breslow_day(tables)
    assert [test.chi2, test.p, test.odds_ratio] == pytest.approx([e["chi2"], e["p"], e["odds_ratio"]], rel=1e-8)
    other = StratifiedTable(list(tables.astype(float))).test_equal_odds(adjust=True)
    assert [test.chi2, test.p] == pytest.approx([other.statistic, other.pvalue], rel=1e-9)
    silent = np.concatenate([tables, [[[0, 5], [0, 7]]]])
    assert breslow_day(silent) == test, "a table without responders says nothing"
    with pytest.raises(NotComputable, match="Fewer than two"):
        breslow_day(silent[-2:])
    with pytest.raises(NotComputable, match="0 or infinite"):
        breslow_day([[[0, 5], [3, 4]], [[0, 8], [2, 3]]])


@given(st.lists(st.lists(st.integers(1, 60), min_size=4, max_size=4), min_size=2, max_size=5))
def test_breslow_day_of_any_tables(cells: list[list[int]]) -> None:
    tables = np.array(cells, dtype=float).reshape(-1, 2, 2)
    test = breslow_day(tables)
    if abs(test.odds_ratio - 1) > 1e-3:  # statsmodels divides by 1 - odds ratio
        other = StratifiedTable(list(tables)).test_equal_odds(adjust=True)
        assert test.chi2 == pytest.approx(other.statistic, rel=1e-6, abs=1e-7)
    assert breslow_day(tables[:, ::-1]).chi2 == pytest.approx(test.chi2, rel=1e-6, abs=1e-7)
    assert breslow_day(np.repeat(tables[:1], 3, axis=0)).p == pytest.approx(1.0, abs=1e-6), "the same table thrice"


def test_effects_that_stay_finite() -> None:
    e = log_odds_ratio(4, 4, 20, 42)
    assert [e.estimate, e.variance] == pytest.approx(R["log_or"], rel=1e-12)
    assert (e.low + e.high) / 2 == pytest.approx(e.estimate)
    assert list(empirical_logit(4, 4)) == pytest.approx(R["logit"], rel=1e-12)
    d = agresti_caffo(4, 4, 20, 42)
    assert [d.estimate, d.variance, d.low, d.high] == pytest.approx(R["agresti_caffo"], rel=1e-12)
    with pytest.raises(NotComputable):
        log_odds_ratio(0, 0, 3, 4)


def test_shrinkage_towards_a_given_centre() -> None:
    e = R["shrink"]
    s = shrink(R["q"]["y"], e["v"], e["centre"])
    assert s.tau2 == pytest.approx(e["tau2"], rel=1e-9)
    assert s.estimate == pytest.approx(e["estimate"], rel=1e-9)


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0.01, 4)), min_size=1, max_size=12), st.floats(-2, 2))
def test_shrinkage_draws_towards_the_centre_the_small_most(data: list[tuple[float, float]], centre: float) -> None:
    y, v = (np.array(c) for c in zip(*data, strict=True))
    s = shrink(y, v, centre, centre_variance=0.01)
    moved = np.abs(s.estimate - centre)
    assert (moved <= np.abs(y - centre) + 1e-9).all()
    assert (np.argsort(-v, kind="stable") == np.argsort(s.weight, kind="stable")).all() or s.tau2 == 0 or len(set(v)) < len(v)
    assert (s.low <= s.estimate).all() and (s.high >= s.estimate).all()
    if s.tau2 > 0:
        assert float(((y - centre) ** 2 / (v + s.tau2)).sum()) == pytest.approx(len(y), rel=1e-6)
    else:
        assert s.estimate == pytest.approx(np.full(len(y), centre))
        assert s.high - s.estimate == pytest.approx(np.full(len(y), 1.959963984540054 * 0.1)), "the centre's own interval"


def test_no_spread_between_groups_is_no_spread() -> None:
    assert paule_mandel([1.0, 1.1, 0.9], [1.0, 1.0, 1.0], 1.0) == 0


def test_chance_limits_are_quantiles_of_the_hypergeometric() -> None:
    e = R["funnel"]
    low, high = count_limits(73, 117, e["sizes"])
    assert low.tolist() == pytest.approx(e["low"]) and high.tolist() == pytest.approx(e["high"])
    assert low[-1] == high[-1] == 73 / 117, "all of them is the whole"
    for n, a, b in zip(e["sizes"], low, high, strict=True):
        assert hypergeom.cdf(round(a * n) - 1, 117, 73, n) < 0.025 and hypergeom.sf(round(b * n), 117, 73, n) <= 0.025


def test_chance_limits_of_a_mean_hold_what_random_draws_do() -> None:
    rng = np.random.default_rng(5)
    values = rng.normal(-40, 30, 90)
    low, high = mean_limits(values.mean(), values.std(ddof=1), 90, [30, 90])
    draws = np.array([rng.choice(values, 30, replace=False).mean() for _ in range(4000)])
    assert (high[0] - low[0]) / (2 * 1.959963984540054) == pytest.approx(draws.std(), rel=0.04)
    assert low[1] == high[1] == pytest.approx(values.mean())
    with pytest.raises(ValueError, match="between 1 and 90"):
        mean_limits(0, 1, 90, [91])


@pytest.mark.parametrize("name", ["disjoint", "same"])
def test_two_selections_are_welch_or_paired_t(name: str) -> None:
    e = R[name]
    r = mean_difference(selection(e["a"]), selection(e["b"]))
    assert [r.difference, r.df, r.p, r.ci_low, r.ci_high] == pytest.approx([e["d"], e["df"], e["p"], *e["ci"]], rel=1e-9)
    assert r.n_both == (0 if name == "disjoint" else 12)


def test_a_selection_within_a_selection() -> None:
    e = R["part"]
    r = mean_difference(selection(e["a"]), selection(e["b"]))
    assert [r.difference, r.se, r.df, r.ci_low, r.ci_high] == pytest.approx([e["d"], e["se"], e["df"], *e["ci"]], rel=1e-9)
    assert (r.n_first, r.n_second, r.n_both) == (12, 7, 7)


def test_the_standard_error_within_a_selection_is_that_of_repeated_samples() -> None:
    """Property: over samples of a population, the spread of the difference is what its standard error says."""
    rng = np.random.default_rng(11)
    found, said = [], []
    for _ in range(3000):
        y = rng.normal(0, 10, 60)
        women = rng.random(60) < 0.4
        y = y + 6 * women
        r = mean_difference(y, np.where(women, y, math.nan))
        found.append(r.difference)
        said.append(r.se**2)
    assert np.var(found) == pytest.approx(np.mean(said), rel=0.06)


def test_overlap_at_its_edges() -> None:
    same = mean_difference([1.0, 2.0, 4.0], [1.0, 2.0, 4.0])
    assert (same.difference, same.se, same.ci_low, same.ci_high) == (0, 0, 0, 0) and math.isnan(same.p)
    with pytest.raises(NotComputable):
        mean_difference([1.0, 2.0], [math.nan, 3.0])
    with pytest.raises(NotComputable):
        rate_difference([1.0, 0.0], [math.nan, math.nan])


@pytest.mark.parametrize("left_out", [1, 2, 4])
def test_a_difference_made_by_few_patients_has_no_interval(left_out: int) -> None:
    """117 against 115: Satterthwaite's 1.1 degrees of freedom gave −2.6 to 3.4 around a difference of 0.4."""
    rng = np.random.default_rng(left_out)
    y = rng.normal(60, 30, 117)
    z = np.where(np.arange(117) < left_out, math.nan, y)
    m, q = mean_difference(y, z), rate_difference((y > 60) * 1.0, np.where(np.isnan(z), math.nan, y > 60))
    assert m.difference == pytest.approx(y[left_out:].mean() - y.mean()) and (m.n_apart, q.n_apart) == (left_out, left_out)
    assert all(math.isnan(v) for v in (m.se, m.p, m.ci_low, m.ci_high, q.ci_low, q.ci_high))
    five = np.where(np.arange(117) < 5, math.nan, y)
    assert mean_difference(y, five).ci_low < y[5:].mean() - y.mean() < mean_difference(y, five).ci_high


def test_few_patients_who_are_all_different_keep_their_interval() -> None:
    """Two apart groups of two and two are Welch's t-test, however small."""
    r = mean_difference([1.0, 3.0, math.nan, math.nan], [math.nan, math.nan, 2.0, 9.0])
    assert r.n_both == 0 and r.ci_low < 3.5 < r.ci_high


def test_two_rates_are_newcombes_in_both_extremes() -> None:
    a = np.array([1.0] * 9 + [0.0] * 11 + [math.nan] * 30)
    b = np.array([math.nan] * 20 + [1.0] * 21 + [0.0] * 9)
    r, expected = rate_difference(a, b), newcombe(21, 30, 9, 20)
    assert [r.difference, r.ci_low, r.ci_high] == pytest.approx([expected.estimate, expected.low, expected.high], rel=1e-12)
    e = R["paired"]
    r = rate_difference(e["x1"], e["x2"])
    assert [r.difference, r.ci_low, r.ci_high] == pytest.approx([e["d"], e["low"], e["high"]], rel=1e-9)
    same = rate_difference(e["x1"], e["x1"])
    assert (same.difference, same.ci_low, same.ci_high, same.n_both) == (0, 0, 0, 40)


def test_exchanging_the_selections_turns_the_sign() -> None:
    a, b = selection(R["part"]["a"]), selection(R["part"]["b"])
    r, s = mean_difference(a, b), mean_difference(b, a)
    assert [r.difference, r.ci_low, r.ci_high, r.p] == pytest.approx([-s.difference, -s.ci_high, -s.ci_low, s.p])
    x, y = np.where(np.isnan(a), a, a > 30), np.where(np.isnan(b), b, b > 20)
    r, s = rate_difference(x, y), rate_difference(y, x)
    assert [r.difference, r.ci_low, r.ci_high] == pytest.approx([-s.difference, -s.ci_high, -s.ci_low])


def test_welch_t_is_the_disjoint_case_of_any_groups() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(0, 3, 9), rng.normal(1, 8, 14)
    a, b = np.r_[x, np.full(14, math.nan)], np.r_[np.full(9, math.nan), y]
    r, w = mean_difference(a, b), welch_t(y, x)
    assert [r.difference, r.df, r.p, r.ci_low, r.ci_high] == pytest.approx([w.difference, w.df, w.p, w.ci_low, w.ci_high])
