"""ROC: pROC's area, interval, cut-offs and rules for ties; hand calculations; properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash.errors import NotComputable
from aadash.stats.roc import auc_auto, roc
from tests.stats.models import R, reference, table

CASES = [
    ("endometrial", "endometrial", "roc_PI", "HG", "PI"),
    ("endometrial", "endometrial", "roc_EH", "HG", "EH"),
    ("respiratory_month4", "respiratory", "roc_age", "value", "age"),
    ("salt_sim_1_model", "salt_sim_1", "roc_baseline", "salt20_w36", "baseline"),
    ("factors", "factors", "roc_decade", "responder", "decade"),
    ("factors", "factors", "roc_duration", "responder", "duration"),
]


@pytest.mark.parametrize(("csv", "name", "analysis", "outcome", "predictor"), CASES)
def test_as_proc(csv: str, name: str, analysis: str, outcome: str, predictor: str) -> None:
    frame, r = table(csv), reference(name)[analysis]
    fit = roc(frame[outcome], frame[predictor])  # direction found as pROC finds it
    assert (fit.direction, fit.n, fit.positives) == (r["direction"], r["n"], r["positives"])
    assert (fit.auc, fit.variance) == pytest.approx((r["auc"], r["delong_var"]), rel=1e-12)
    assert (fit.ci_low, fit.ci_high) == pytest.approx(tuple(r["delong_ci95"]), rel=1e-12)
    for column in ("threshold", "sensitivity", "specificity"):
        np.testing.assert_allclose(fit.youden[column], np.atleast_1d(r["youden"][column]), rtol=1e-12)
    np.testing.assert_allclose(fit.youden["j"], np.atleast_1d(r["youden"]["youden_J"]), rtol=1e-12)


@pytest.mark.parametrize("r", R["roc"], ids=lambda r: r["direction"])
def test_every_cut_off_as_proc(r: dict) -> None:
    frame = table("factors")
    curve = roc(frame["responder"], frame["decade"], r["direction"]).curve
    np.testing.assert_allclose(curve["threshold"].iloc[1:-1], r["threshold"])
    np.testing.assert_allclose(curve[["sensitivity", "specificity"]], np.array([r["sensitivity"], r["specificity"]]).T)


def test_by_hand_with_ties() -> None:
    # cases 2, 3, 3; controls 1, 2, 3: wins 1+½+0, 1+1+½, 1+1+½ of 9
    fit = roc([1, 1, 1, 0, 0, 0], [2, 3, 3, 1, 2, 3], "<")
    assert fit.auc == pytest.approx((1.5 + 2.5 + 2.5) / 9)
    assert list(fit.curve["threshold"]) == [-np.inf, 1.5, 2.5, np.inf]
    assert list(fit.curve["sensitivity"]) == pytest.approx([1, 1, 2 / 3, 0])


scores = st.lists(st.integers(0, 9), min_size=4, max_size=30)


@given(scores, st.randoms())
def test_area_is_the_share_of_pairs(x: list[int], random) -> None:
    y = [0, 1, *(random.randint(0, 1) for _ in x[2:])]
    pairs = [(a > b) + (a == b) / 2 for a, i in zip(x, y, strict=True) if i for b, j in zip(x, y, strict=True) if not j]
    up, down = roc(y, x, "<"), roc(y, x, ">")
    assert up.auc == pytest.approx(np.mean(pairs)) and down.auc == pytest.approx(1 - np.mean(pairs))
    order = random.sample(range(len(x)), len(x))
    again = roc([y[k] for k in order], [3 * x[k] - 7 for k in order], "<")
    assert again.auc == pytest.approx(up.auc) and again.variance == pytest.approx(up.variance, nan_ok=True)
    np.testing.assert_allclose(again.youden["threshold"], 3 * up.youden["threshold"] - 7)
    assert auc_auto(np.array(y, float), np.array(x, float)) == roc(y, x).auc
    # the curve's trapezoids hold the same area
    c = up.curve
    assert abs(np.trapezoid(c["sensitivity"], 1 - c["specificity"])) == pytest.approx(up.auc)


def test_gaps_are_counted_and_values_next_to_each_other_keep_their_rule() -> None:
    assert roc([1, 0, 1, np.nan, 0], [3, np.nan, 2, 1, 1]).n_missing == 2
    low = 1.0
    high = np.nextafter(low, 2)  # their midpoint rounds to one of them
    for direction, expected in (("<", high), (">", low)):
        curve = roc([0, 1, 0, 1], [low, high, low, high], direction).curve
        assert curve["threshold"].iloc[1] == expected


def test_perfect_and_refused() -> None:
    fit = roc([0, 0, 1, 1], [1, 2, 3, 4])
    assert (fit.auc, fit.ci_low, fit.ci_high) == (1, 1, 1) and list(fit.youden["threshold"]) == [2.5]
    assert np.isnan(roc([0, 0, 1], [1, 2, 3]).variance)
    with pytest.raises(NotComputable, match="0 with, 2 without"):
        roc([0, 0], [1, 2])
    with pytest.raises(NotComputable, match="0 or 1"):
        roc([0, 2], [1, 2])
