"""What must hold whatever the data: order, names, units, signs, copies, an empty visit, degenerate samples."""

import warnings
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from aadash.errors import NotComputable
from aadash.stats import (
    adjust,
    descriptive,
    effect_size,
    equivalence,
    k_sample,
    mixed_anova,
    normality,
    paired,
    proportions,
    tables,
    two_sample,
)

# Whole scores from 0 to 100: ties and ends abound, and sums are exact.
scores = st.integers(0, 100).map(float)


def sample(low: int = 3, high: int = 25) -> st.SearchStrategy[np.ndarray]:
    """A sample with some spread."""
    return st.lists(scores, min_size=low, max_size=high).map(np.array).filter(lambda a: a.min() < a.max())


@st.composite
def cohort(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Patients × visits without gaps, noise enough that nothing is degenerate, and two or three groups."""
    n, k = draw(st.integers(12, 30)), draw(st.integers(2, 5))
    m = draw(arrays(float, (n, k), elements=scores))
    m = m + np.random.default_rng(draw(st.integers(0, 10**6))).normal(0, 5, (n, k))
    return m, np.arange(n) % draw(st.integers(2, 3))


same = {"rtol": 1e-7, "atol": 1e-9}


def numbers(result: object) -> np.ndarray:
    """All float fields of a result."""
    return np.array([v for f in result.__slots__ if isinstance(v := getattr(result, f), float | int)], dtype=float)


@given(sample(), sample(), st.randoms())
def test_row_order_does_not_matter(x: np.ndarray, y: np.ndarray, random) -> None:
    xs, ys = random.sample(list(x), x.size), random.sample(list(y), y.size)
    for test in (two_sample.welch_t, two_sample.student_t, two_sample.mann_whitney, effect_size.hedges_g):
        np.testing.assert_allclose(numbers(test(xs, ys)), numbers(test(x, y)), **same)
    for test in (k_sample.anova, k_sample.kruskal, two_sample.levene):
        np.testing.assert_allclose(numbers(test([xs, ys])), numbers(test([x, y])), **same)
    for test in (descriptive.describe, normality.shapiro):
        np.testing.assert_allclose(numbers(test(xs)), numbers(test(x)), **same)


@given(cohort(), st.randoms())
@settings(max_examples=50)
def test_mixed_anova_knows_neither_order_nor_names(c: tuple[np.ndarray, np.ndarray], random) -> None:
    m, g = c
    order = random.sample(range(len(g)), len(g))
    a, b = mixed_anova.mixed_anova(m, g), mixed_anova.mixed_anova(m[order], (g.max() - g)[order])
    assert a.group_n == b.group_n[::-1]
    for one, other in ((a.between, b.between), (a.within, b.within), (a.interaction, b.interaction)):
        np.testing.assert_allclose(numbers(one), numbers(other), rtol=1e-6, atol=1e-8)


@given(cohort(), st.randoms())
@settings(max_examples=50)
def test_sphericity_and_tests_know_no_visit_order(c: tuple[np.ndarray, np.ndarray], random) -> None:
    m, g = c
    visits = random.sample(range(m.shape[1]), m.shape[1])
    a, b = mixed_anova.mixed_anova(m, g).interaction, mixed_anova.mixed_anova(m[:, visits], g).interaction
    np.testing.assert_allclose(numbers(a), numbers(b), rtol=1e-6, atol=1e-8)


@given(sample(), sample(), st.sampled_from([0.01, 2.5, 100.0]), st.sampled_from([-50.0, 0.0, 12.0]))
def test_units_do_not_matter(x: np.ndarray, y: np.ndarray, scale: float, shift: float) -> None:
    a, b = two_sample.welch_t(x, y), two_sample.welch_t(x * scale + shift, y * scale + shift)
    np.testing.assert_allclose([b.t, b.df, b.p], [a.t, a.df, a.p], **same)
    np.testing.assert_allclose([b.difference, b.ci_low], [a.difference * scale, a.ci_low * scale], rtol=1e-7, atol=1e-7)
    g, turned = effect_size.hedges_g(x, y), effect_size.hedges_g(x * scale + shift, y * scale + shift)
    np.testing.assert_allclose(numbers(turned), numbers(g), rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(numbers(normality.shapiro(x * scale + shift)), numbers(normality.shapiro(x)), rtol=1e-6, atol=1e-9)


@given(cohort(), st.sampled_from([0.01, 30.0]), st.sampled_from([-40.0, 7.0]))
@settings(max_examples=50)
def test_units_do_not_matter_to_the_mixed_anova(c: tuple[np.ndarray, np.ndarray], scale: float, shift: float) -> None:
    m, g = c
    a, b = mixed_anova.mixed_anova(m, g), mixed_anova.mixed_anova(m * scale + shift, g)
    for one, other in ((a.between, b.between), (a.within, b.within), (a.interaction, b.interaction)):
        for field in ("f", "p", "partial_eta2", "eps_gg", "p_gg", "mauchly_p", "pillai_p"):
            np.testing.assert_allclose(getattr(other, field), getattr(one, field), rtol=1e-6, atol=1e-9)
        assert other.ss == pytest.approx(one.ss * scale**2, rel=1e-6, abs=1e-9)


@given(sample(), sample())
def test_swapping_groups_flips_the_sign(x: np.ndarray, y: np.ndarray) -> None:
    a, b = two_sample.welch_t(x, y), two_sample.welch_t(y, x)
    assert (a.difference, a.t, a.ci_low) == pytest.approx((-b.difference, -b.t, -b.ci_high))
    assert a.p == pytest.approx(b.p)
    u, v = two_sample.mann_whitney(x, y), two_sample.mann_whitney(y, x)
    assert u.u + v.u == x.size * y.size
    assert (u.rank_biserial, u.p) == pytest.approx((-v.rank_biserial, v.p))
    g, h = effect_size.hedges_g(x, y), effect_size.hedges_g(y, x)
    assert (g.value, g.ci_low, g.ci_high) == pytest.approx((-h.value, -h.ci_high, -h.ci_low), rel=1e-6, abs=1e-8)


@given(sample())
def test_changing_the_sign_of_all_changes(d: np.ndarray) -> None:
    d = d - 40
    w, v = paired.wilcoxon_signed_rank(d), paired.wilcoxon_signed_rank(-d)
    assert (w.p, w.rank_biserial) == pytest.approx((v.p, -v.rank_biserial))
    t, s = paired.paired_t(d, np.zeros(d.size)), paired.paired_t(np.zeros(d.size), d)
    assert (t.t, t.dz, t.p) == pytest.approx((-s.t, -s.dz, s.p))


@given(sample(4), sample(4))
def test_every_patient_twice(x: np.ndarray, y: np.ndarray) -> None:
    """Copies add no information but tests take them for patients: which is why intake refuses duplicates."""
    one, two = two_sample.welch_t(x, y), two_sample.welch_t(np.tile(x, 2), np.tile(y, 2))
    assert two.difference == pytest.approx(one.difference) and two.df > one.df
    assert abs(two.t) >= abs(one.t)
    assert two_sample.mann_whitney(np.tile(x, 2), np.tile(y, 2)).rank_biserial == pytest.approx(
        two_sample.mann_whitney(x, y).rank_biserial
    )
    d = descriptive.describe(np.tile(x, 2))
    assert (d.mean, d.median, d.n) == pytest.approx((descriptive.describe(x).mean, np.median(x), 2 * x.size))


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_proportions_of_a_cohort_twice(n1: int, n2: int, data: st.DataObject) -> None:
    k1, k2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    one, two = proportions.wilson(k1, n1), proportions.wilson(2 * k1, 2 * n1)
    assert 0 <= one.low <= one.estimate <= one.high <= 1
    assert two.high - two.low < one.high - one.low
    a, b = proportions.newcombe(k1, n1, k2, n2), proportions.newcombe(k2, n2, k1, n1)
    assert (a.low, a.high) == pytest.approx((-b.high, -b.low))
    assert -1 <= a.low <= a.estimate <= a.high <= 1


@given(st.integers(1, 40), st.integers(1, 40), st.data())
@settings(max_examples=60)
def test_fisher_is_symmetric(n1: int, n2: int, data: st.DataObject) -> None:
    k1, k2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    p = tables.fisher_exact(k1, n1, k2, n2)
    assert p == pytest.approx(tables.fisher_exact(k2, n2, k1, n1), rel=1e-9)
    assert p == pytest.approx(tables.fisher_exact(n1 - k1, n1, n2 - k2, n2), rel=1e-9)
    assert 0 < p <= 1


@given(st.lists(st.floats(1e-200, 1) | st.just(float("nan")), min_size=1, max_size=12))
def test_adjusted_p_are_ordered_and_never_smaller(p: list[float]) -> None:
    q = np.array(p)
    seen = ~np.isnan(q)
    all_of_them = {m: adjust.adjust(q, m)[seen] for m in ("bh", "hochberg", "holm", "bonferroni")}
    for adjusted in all_of_them.values():
        assert (adjusted >= q[seen]).all() and (adjusted <= 1).all()
        assert (np.diff(adjusted[np.argsort(q[seen])]) >= 0).all()
    assert (all_of_them["hochberg"] <= all_of_them["holm"]).all()
    assert (all_of_them["holm"] <= all_of_them["bonferroni"]).all()


@given(cohort())
@settings(max_examples=30)
def test_an_empty_visit_stops_the_anova_and_nothing_else(c: tuple[np.ndarray, np.ndarray]) -> None:
    m, g = c
    wider = np.column_stack([m, np.full(len(m), np.nan)])
    with pytest.raises(NotComputable, match="every visit"):
        mixed_anova.mixed_anova(wider, g)
    assert descriptive.describe(wider[:, -1]).n == 0
    with pytest.raises(NotComputable):
        paired.paired_t(wider[:, -1], wider[:, 0])
    p = [paired.paired_t(m[:, j], m[:, 0]).p for j in range(1, m.shape[1])]
    np.testing.assert_array_equal(adjust.adjust([*p, np.nan])[:-1], adjust.adjust(p))


NOTHING: list[float] = []
DEGENERATE = [NOTHING, [np.nan], [5.0], [5.0, 5.0], [5.0, 5.0, 5.0, 5.0], [0.0, 0.0], [1.0, 2.0], [0.1 + 0.2, 0.3]]
ONE_SAMPLE: list[Callable] = [
    descriptive.describe,
    descriptive.quartiles,
    normality.shapiro,
    normality.qq_points,
    paired.wilcoxon_signed_rank,
]
TWO_SAMPLES: list[Callable] = [
    two_sample.welch_t,
    two_sample.student_t,
    two_sample.mann_whitney,
    effect_size.hedges_g,
    lambda x, y: equivalence.tost_welch(x, y, -1, 1),
]
MANY_SAMPLES: list[Callable] = [
    k_sample.anova,
    k_sample.welch_anova,
    k_sample.games_howell,
    k_sample.kruskal,
    two_sample.levene,
    two_sample.bartlett,
]


@pytest.mark.parametrize("x", DEGENERATE, ids=str)
def test_degenerate_samples_give_nan_or_a_sentence_never_a_warning(x: list[float]) -> None:
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        calls = [lambda f=f: f(x) for f in ONE_SAMPLE]
        for y in DEGENERATE:
            calls += [lambda f=f, y=y: f(x, y) for f in TWO_SAMPLES]
            calls += [lambda f=f, y=y: f([x, y, [1.0, 2.0, 4.0]]) for f in MANY_SAMPLES]
            if len(x) == len(y):
                calls.append(lambda y=y: paired.paired_t(x, y))
        answered = 0
        for call in calls:
            try:
                call()
                answered += 1
            except NotComputable as error:
                assert len(str(error)) > 20
        assert answered >= 4  # the descriptions are always defined
