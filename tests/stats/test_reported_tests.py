"""Printed tests against R's documented examples and tables of quantiles."""

from __future__ import annotations

import pytest

from aadash.errors import NotComputable
from aadash.stats.printed import Printed
from aadash.stats.reported_tests import mixed_design_df, p_of_counts, p_of_means, p_of_statistic, se_of_interval


def number(text: str) -> Printed:
    found = Printed.of(text)
    assert found is not None
    return found


# 5 % points of the tables in any textbook, printed to three decimals
@pytest.mark.parametrize(
    ("kind", "value", "df"),
    [
        ("t", "2.228", (10,)),
        ("z", "1.960", ()),
        ("F", "3.098", (3, 20)),
        ("chi2", "3.841", (1,)),
        ("chi2", "11.070", (5,)),
        ("r", "0.632", (8,)),
        ("t", "-2.228", (10,)),
    ],
)
def test_five_percent_points(kind: str, value: str, df: tuple[float, ...]) -> None:
    found = p_of_statistic(kind, number(value), df)
    low, high = found.two_sided
    assert low <= 0.0501 and high >= 0.0499 and 0 < high - low < 0.001
    if found.one_sided is not None:
        assert found.one_sided == pytest.approx((low / 2, high / 2))


@pytest.mark.parametrize(
    ("kind", "value", "df", "p"),
    # R: pf(5.24, 2, c(7.45, 7.55), FALSE) = 0.037949 and 0.037400; 2 * pt(-2.31, c(7.45, 7.55)) = 0.052006 and 0.051558
    [("F", "5.240000", (2, 7.5), (0.037400, 0.037949)), ("t", "2.310000", (7.5,), (0.051558, 0.052006))],
)
def test_df_with_decimals_are_rounded_ones(kind: str, value: str, df: tuple[float, ...], p: tuple[float, float]) -> None:
    assert p_of_statistic(kind, number(value), df).two_sided == pytest.approx(p, abs=1e-5)


def test_a_statistic_around_zero_reaches_p_of_one() -> None:
    assert p_of_statistic("t", number("0.0"), (20,)).two_sided[1] == pytest.approx(1.0)
    assert p_of_statistic("F", number("0.0"), (2, 20)).two_sided[1] == pytest.approx(1.0)


def test_means_give_the_p_of_the_sleep_data() -> None:
    # R: t.test(extra ~ group, data = sleep): p = 0.07939 (Welch), 0.07919 with var.equal = TRUE
    found = p_of_means((number("0.750000"), number("1.789010"), 10), (number("2.330000"), number("2.002249"), 10))
    assert found["Welch's t"] == pytest.approx((0.07939, 0.07939), abs=1e-5)
    assert found["Student's t"] == pytest.approx((0.07919, 0.07919), abs=1e-5)
    rounded = p_of_means((number("0.8"), number("1.8"), 10), (number("2.3"), number("2.0"), 10))
    assert rounded["Welch's t"][0] < 0.07939 < rounded["Welch's t"][1]


def test_counts_give_the_p_of_fishers_tea() -> None:
    # R: fisher.test(matrix(c(3, 1, 1, 3), 2)): p = 0.4857; chisq.test: 0.4795 with Yates' correction, 0.1573 without
    found = p_of_counts([[3, 1], [1, 3]])
    assert found == pytest.approx({"chi-squared": 0.1573, "chi-squared, corrected": 0.4795, "Fisher's exact": 0.4857}, abs=5e-5)
    # R: chisq.test(as.table(rbind(c(762, 327, 468), c(484, 239, 477)))): X-squared = 30.07, df = 2, p = 2.954e-07
    assert p_of_counts([[762, 327, 468], [484, 239, 477]]) == pytest.approx({"chi-squared": 2.954e-07}, rel=1e-3)


def test_df_of_the_korean_design() -> None:
    # by hand: N = 117, G = 2, V = 6: 117 − 2 = 115, (6 − 1) · 115 = 575
    assert mixed_design_df(117, 2, 6) == {"group": (1, 115), "time": (5, 575), "group × time": (5, 575)}
    assert mixed_design_df(117, 1, 6) == {"time": (5, 580)} and mixed_design_df(20, 2, 1) == {"group": (1, 18)}


def test_se_of_the_korean_interval() -> None:
    low, high = se_of_interval(number("10.45"), number("25.18"))
    assert low < (25.18 - 10.45) / (2 * 1.959964) < high < low + 0.01


def test_what_cannot_be_asked_says_so() -> None:
    one = number("1.0")
    for call in (
        lambda: p_of_statistic("t", one),
        lambda: p_of_statistic("F", number("-1.0"), (1, 2)),
        lambda: p_of_statistic("r", number("1.5"), (5,)),
        lambda: p_of_statistic("U", one, ()),
        lambda: p_of_means((one, one, 1), (one, one, 9)),
        lambda: p_of_counts([[0, 0], [1, 2]]),
        lambda: mixed_design_df(2, 2, 5),
        lambda: se_of_interval(number("5"), number("1")),
    ):
        with pytest.raises(NotComputable):
            call()
