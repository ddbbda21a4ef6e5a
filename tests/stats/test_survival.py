"""Survival: R's survfit, survdiff and coxph, published values, hand calculations, properties, refusals."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash.errors import NotComputable
from aadash.stats.survival import kaplan_meier, log_rank, restricted_mean
from tests.reference.cox import cox
from tests.stats.models import R, reference, table

CASES = [
    ("lung", "lung", ["male", "female"]),
    ("salt_sim_1_km", "salt_sim_1", ["A", "B"]),
    ("salt_sim_2_km", "salt_sim_2", ["A", "B"]),
    ("factors_km", "factors", ["low", "mid", "high"]),
]
# Freireich et al. 1963, weeks of remission: 6-mercaptopurine and placebo, + is censored
MP = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
MP_EVENT = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def floats(values) -> np.ndarray:
    return np.array([np.nan if v is None else v for v in np.atleast_1d(values)], dtype=float)


@pytest.mark.parametrize(("csv", "name", "groups"), CASES)
def test_curves_as_survfit(csv: str, name: str, groups: list[str]) -> None:
    frame, r = table(csv), reference(name)["kaplan_meier"]["curves"]
    for group in ["all", *groups]:
        rows = frame if group == "all" else frame[frame["group"] == group]
        fit, curve = kaplan_meier(rows["time"], rows["event"]), r[group]
        assert (fit.n, fit.events) == (curve["n"], curve["events"])
        for ours, theirs in (
            ("time", "time"), ("n_risk", "n_risk"), ("n_event", "n_event"), ("survival", "surv"), ("se", "std_err"),
            ("ci_low", "ci_loglog_lower"), ("ci_high", "ci_loglog_upper"), ("log_low", "ci_log_lower"), ("log_high", "ci_log_upper"),
        ):  # fmt: skip
            expected = floats(curve[theirs]) if curve[theirs] != [] else np.empty(0)
            np.testing.assert_allclose(fit.at_events[ours], expected, rtol=1e-11, err_msg=f"{group} {ours}")
        np.testing.assert_allclose(fit.median, floats(curve["median"])[0])
        np.testing.assert_allclose(fit.median_ci, floats(curve["median_loglog_ci"]))
        np.testing.assert_allclose(fit.median_ci_log, floats(curve["median_log_ci"]))


@pytest.mark.parametrize(("csv", "name", "groups"), CASES)
def test_log_rank_and_cox_as_in_r(csv: str, name: str, groups: list[str]) -> None:
    frame, r = table(csv), reference(name)["kaplan_meier"]
    group = pd.Categorical(frame["group"], groups)
    test = log_rank(frame["time"], frame["event"], group)
    assert (test.chi2, test.p, test.df) == pytest.approx((r["logrank_chi2"], r["logrank_p"], r["logrank_df"]), rel=1e-11)
    for column in ("observed", "expected"):
        np.testing.assert_allclose(test.table[column], r[f"logrank_{column}"], rtol=1e-12)
    for ties in ("efron", "breslow"):
        fit, expected = cox(frame["time"], frame["event"], group, ties), r[f"cox_{ties}"]
        assert ["group" + g for g in fit.coefficients.index] == list(np.atleast_1d(expected["names"]))
        np.testing.assert_allclose(fit.coefficients["estimate"], np.atleast_1d(expected["coef"]), rtol=1e-8)
        np.testing.assert_allclose(fit.loglik, expected["loglik"], rtol=1e-11)
        finite = [g not in fit.infinite for g in fit.coefficients.index]
        np.testing.assert_allclose(fit.coefficients["se"][finite], np.atleast_1d(expected["se"])[finite], rtol=1e-8)
        np.testing.assert_allclose(fit.coefficients["p"][finite], np.atleast_1d(expected["p"])[finite], rtol=1e-7)


def test_freireich_as_in_the_textbooks() -> None:
    # Freireich et al. 1963; log-rank 16.79, Kleinbaum & Klein 2012 (doi:10.1007/978-1-4419-6646-9), ch. 2; medians 23 and 8
    time, event = np.array(MP + PLACEBO), np.array(MP_EVENT + [1] * 21)
    group = ["6-MP"] * 21 + ["placebo"] * 21
    assert log_rank(time, event, group).chi2 == pytest.approx(16.79, abs=0.005)
    assert (kaplan_meier(MP, MP_EVENT).median, kaplan_meier(PLACEBO, [1] * 21).median) == (23, 8)
    curve = kaplan_meier(MP, MP_EVENT).curve.set_index("time")["survival"]
    assert curve[[6, 7, 10, 13, 16, 22, 23]].round(3).tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]


@pytest.mark.parametrize("r", R["rmean"], ids=lambda r: f"tau {r['tau']}")
def test_restricted_mean_as_survfit(r: dict) -> None:
    lung = table("lung")
    fit = restricted_mean(lung["time"], lung["event"], r["tau"])
    assert (fit.mean, fit.se) == pytest.approx((r["mean"], r["se"]), rel=1e-11)


def test_restricted_mean_without_censoring_is_the_mean() -> None:
    # nobody censored: the mean of min(T, τ), its standard error with n below the line
    fit = restricted_mean(PLACEBO, [1] * 21, 12)
    capped = np.minimum(PLACEBO, 12)
    assert fit.mean == pytest.approx(capped.mean()) and fit.se == pytest.approx(capped.std() / np.sqrt(21))
    assert fit.ci_high - fit.mean == pytest.approx(1.959963984540054 * fit.se)


def test_median_on_a_flat_stretch_is_its_middle() -> None:
    assert kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1]).median == 2.5
    # after the last event, the stretch ends with the last look
    assert kaplan_meier([1, 2, 3, 9], [1, 1, 0, 0]).median == 5.5
    assert np.isnan(kaplan_meier([1, 2, 3, 4], [1, 0, 0, 0]).median)


follow_up = st.lists(st.tuples(st.integers(1, 12), st.booleans(), st.integers(0, 1)), min_size=6, max_size=40)


@given(follow_up, st.randoms())
def test_order_units_and_labels_do_not_matter(rows: list[tuple[int, bool, int]], random) -> None:
    rows = [(3, True, 0), (5, True, 1), (4, False, 0), (6, False, 1), *rows]
    time, event, group = (np.array(v, dtype=float) for v in zip(*rows, strict=True))
    order = random.sample(range(len(rows)), len(rows))
    a, b = kaplan_meier(time, event), kaplan_meier(7 * time[order], event[order])
    np.testing.assert_allclose(b.curve["survival"], a.curve["survival"], rtol=1e-12)
    np.testing.assert_allclose([b.median, *b.median_ci], 7 * np.array([a.median, *a.median_ci]))
    x, y = log_rank(time, event, group), log_rank(time[order], event[order], [f"g{1 - v:.0f}" for v in group[order]])
    assert y.chi2 == pytest.approx(x.chi2, abs=1e-9)
    assert x.table["observed"].sum() == pytest.approx(x.table["expected"].sum())
    # everybody twice: the same curve, and twice the observed and expected
    assert log_rank(np.tile(time, 2), np.tile(event, 2), np.tile(group, 2)).table["expected"].sum() == pytest.approx(
        2 * x.table["expected"].sum()
    )
    hazard, turned = cox(time, event, group), cox(time, event, pd.Categorical(group, [1, 0]))
    one, other = (fit.coefficients.loc[:, "estimate"] for fit in (hazard, cox(time, event, pd.Categorical(group, [0, 1]))))
    if not turned.infinite:
        assert turned.coefficients["estimate"].iloc[0] == pytest.approx(-other.iloc[0], abs=1e-7)
    assert abs(one.iloc[0]) == pytest.approx(abs(other.iloc[0]), abs=1e-7) or hazard.infinite


def test_score_test_of_breslow_is_the_log_rank_without_ties() -> None:
    """Without ties, the log-rank statistic is the score test of the Cox model (Cox 1972)."""
    rng = np.random.default_rng(5)
    time, event, group = rng.permutation(30) + 1.0, rng.random(30) < 0.7, np.arange(30) % 2
    h = 1e-4
    from aadash.stats._risk import risk_table
    from tests.reference.cox import _partial

    t = risk_table(time, event, group)
    value = [_partial(t.events, t.at_risk, np.array([b]), "breslow")[0] for b in (-h, 0, h)]
    score, information = (value[2] - value[0]) / (2 * h), -(value[2] - 2 * value[1] + value[0]) / h**2
    assert score**2 / information == pytest.approx(log_rank(time, event, group).chi2, rel=1e-5)


def test_a_group_without_events_is_named() -> None:
    frame = table("factors_km")
    fit = cox(frame["time"], frame["event"], pd.Categorical(frame["group"], ["low", "mid", "high"]))
    assert fit.infinite == ("high",) and fit.coefficients.loc["high", "estimate"] < -10


def test_gaps_are_left_out() -> None:
    a = kaplan_meier([1, 2, np.nan, 4], [1, 0, 1, np.nan])
    assert a.n == 2 and log_rank([1, 2, 3, np.nan, 3], [1, 1, 0, 1, 1], ["a", "b", "a", "a", None]).table["n"].tolist() == [2, 1]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: kaplan_meier([], []), "nobody"),
        (lambda: kaplan_meier([np.nan], [1]), "nobody"),
        (lambda: kaplan_meier([-1, 2], [1, 0]), "negative"),
        (lambda: kaplan_meier([1, 2], [1, 2]), "0 \\(censored\\) or 1"),
        (lambda: log_rank([1, 2], [1, 1], ["a", "a"]), "only one"),
        (lambda: log_rank([1, 2], [0, 0], ["a", "b"]), "Nobody had the event"),
        (lambda: cox([1, 2], [0, 0], ["a", "b"]), "Nobody had the event"),
        (lambda: restricted_mean([1, 2, 5], [1, 1, 0], 8), "Nobody is followed beyond 5"),
        (lambda: restricted_mean([1, 2, 5], [1, 1, 0], 0), "positive"),
    ],
)
def test_refused_in_words_and_without_warnings(call, words: str) -> None:
    with warnings.catch_warnings(), pytest.raises(NotComputable, match=words):
        warnings.simplefilter("error")
        call()


def test_one_patient_and_everybody_at_once() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = kaplan_meier([4], [1])
        assert fit.median == 4 and np.isnan(fit.curve["se"].iloc[0])
        assert kaplan_meier([4, 4, 4], [0, 0, 0]).curve["ci_high"].tolist() == [1]
