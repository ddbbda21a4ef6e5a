"""One rule for every kind of number in print."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aadash
from aadash.formatting import (
    count,
    counted,
    differing,
    glued,
    held_against,
    number,
    p_value,
    percent,
    size,
    spaced,
    whole,
    whole_ranges,
    with_aside,
    with_limits,
)

ROOT = Path(aadash.__file__).parent
FIRM = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(("n", "printed"), [(0, "0"), (9999, "9999"), (10_000, f"10{FIRM}000"), (2_994_168, f"2{FIRM}994{FIRM}168")])
def test_thousands_are_written_one_way_wherever_a_count_stands(n: int, printed: str) -> None:
    """ISO 80000-1, 7.3.1: groups of three, no comma or point; four digits need none. A table, a sentence and a fraction alike."""
    assert whole(n) == printed
    assert counted(n, "patient") == f"{printed} patients"
    assert count(n, n).split("/")[0] == printed
    assert spaced(f"n = {n} patients") == f"n = {printed} patients"


def test_an_estimate_without_an_interval_stands_alone() -> None:
    """“−0.3 (–)” stood in tables and in what is read of a chart."""
    assert with_limits("−0.3", -1.24, 0.66) == "−0.3 (−1.2 to 0.7)"
    assert with_limits("−0.3", float("nan"), float("nan")) == "−0.3" and with_limits("–", float("nan"), 1.0) == "–"
    assert with_aside("76.3", "14.6") == "76.3 (14.6)" and with_aside("60.0", "–") == "60.0" and with_aside("–", "–") == "–"


@pytest.mark.parametrize(
    "text",
    [
        "SALT 95–100",
        "83.4 (SD 17.2)",
        "98.7 → 48.8",
        "F(1.19, 81.1)",
        "F(4, 38.1)",
        "(cut at 4.65)",
        "(% points)",
        "age ≤ 4.65",
        "F(12, 3.4)",
        "SD −1",
    ],
)
def test_what_is_one_number_stands_on_one_line(text: str) -> None:
    """Lines ended in “SALT”, “(SD”, “98.7 →”, “(F(1.19,”, “(cut at” and “(%”."""
    inside = glued(text).removeprefix("age").removeprefix("83.4 ")
    assert " " not in inside and glued(text).replace(FIRM, " ") == text
    assert glued("SALT of 20, SD and a cut at last") == "SALT of 20, SD and a cut at last"


def test_a_range_in_a_sentence_of_a_page_is_not_broken_behind_its_dash() -> None:
    """Lines ended in “SALT 95–”. A word joiner, which documents would show as a box, stands on pages alone."""
    assert whole_ranges("SALT 95–100 at week 12 – not later") == f"SALT{FIRM}95–\u2060100 at week 12 – not later"
    assert "\u2060" not in glued("SALT 95–100")
    assert whole_ranges("95 % CI 1 to 2") == glued("95 % CI 1 to 2")


def test_a_range_in_korean_and_japanese_is_not_broken() -> None:
    """“58.1 ~” and “77.6 %” stood on two lines of a telephone."""
    assert glued("신뢰구간 −38.6 ~ −1.4") == f"신뢰구간 −38.6{FIRM}~{FIRM}−1.4"
    assert whole_ranges("58.1〜77.6") == "58.1〜\u206077.6" and whole_ranges("95–100") == "95–\u2060100"


@pytest.mark.parametrize(
    ("value", "digits", "printed"),
    [
        (0.25, 1, "0.3"),  # 5 tests at 5 %
        (6.25, 1, "6.3"),  # 1 of 16
        (-6.25, 1, "−6.3"),
        (12.5, 0, "13"),
        (2.5, 0, "3"),
        (0.125, 2, "0.13"),
        (1.005, 2, "1.01"),  # as it reads, not as its last binary digit has it
        (0.05, 1, "0.1"),
        (0.0499999999999, 1, "0.0"),
        (0.04999999999999999, 1, "0.1"),
        (-0.04, 1, "0.0"),
        (1e22, 1, "10000000000000000000000.0"),
        (1e-300, 3, "0.000"),
        (float("inf"), 1, "∞"),
        (float("-inf"), 2, "−∞"),
        (float("nan"), 1, "–"),
    ],
)
def test_a_half_goes_away_from_zero(value: float, digits: int, printed: str) -> None:
    """“About 0.2 would be significant by chance” of 5 tests at 5 %: Python and R's sprintf round a half to the even digit,
    a chart's axis, SAS, SPSS and a reader with a pencil do not."""
    assert number(value, digits) == printed


def test_a_p_is_rounded_as_other_numbers_and_never_to_one() -> None:
    assert [p_value(p) for p in (0.0125, 0.0005, 0.0595, 0.9994, 0.9995, 1.0)] == [
        "0.013",
        "< 0.001",
        "0.060",
        "0.999",
        "> 0.999",
        "> 0.999",
    ]


def test_every_decimal_in_a_sentence_is_printed_by_the_one_rule() -> None:
    """Sentences had their own "{:.1f}": a share of 12.5 % was 12 % there and 13 % in a table."""
    own = re.compile(r"\{[^{}]*:\.[1-9]f\}|\{100 \* [^{}]*:\.0f\}")
    allowed = {"formatting.py", "pdf.py", "figure.py"}  # millimetres, and the rule itself
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for folder in ("analyses", "views", "charts", "report", "lessons")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path.name not in allowed
        for line in path.read_text("utf-8").splitlines()
        if own.search(line) and "ExprRef" not in line and "? {" not in line
    ]
    assert found == []


def test_no_file_is_of_no_size() -> None:
    assert [size(n) for n in (0, 400, 38_400, 99_999, 100_000, 2_040_000)] == ["1 kB", "1 kB", "38 kB", "100 kB", "0.1 MB", "2.0 MB"]


@pytest.mark.parametrize(
    ("p", "alpha", "printed"),
    [
        (0.0997, 0.1, "0.0997"),  # “p = 0.100 would stand out” at an alpha of 0.1
        (0.10003, 0.1, "0.10003"),
        (0.0997, 0.05, "0.100"),  # nobody holds it against 0.1
        (0.0496, 0.05, "0.0496"),
        (0.0503, 0.05, "0.0503"),
        (0.05, 0.05, "0.050"),  # equal to it, as of an exact test
        (0.1 + 1e-16, 0.1, "0.100"),
        (0.00102, 0.05, "0.001"),  # nobody holds it against 0.001
        (0.00102, 0.001, "0.00102"),
        (0.00531, 0.05, "0.005"),
        (0.0296, 0.05, "0.030"),  # no limit of this plan
        (0.0296, 0.03, "0.0296"),
        (0.0009, 0.05, "< 0.001"),
        (0.0007, 0.0005, "0.0007"),
        (0.0004, 0.0005, "< 0.0005"),
        (0.9996, 0.05, "> 0.999"),
    ],
)
def test_a_printed_p_lies_on_its_side_of_what_it_is_held_against(p: float, alpha: float, printed: str) -> None:
    assert p_value(p, alpha=alpha) == printed
    with held_against(alpha):
        assert p_value(p) == printed
    sign = "" if printed[0] in "<>" else "= "
    assert p_value(p, True, alpha) == f"p {sign}{printed}"


def test_a_printed_p_is_compared_with_alpha_as_p_is() -> None:
    """To R's ``all(p <= a == round(p, d) <= a)``: whatever p and alpha."""
    for alpha in (0.001, 0.01, 0.02, 0.05, 0.1, 0.2):
        for step in (1e-3, 4e-4, 9e-5, 3e-6, 2e-8):
            for p in (alpha - step * alpha, alpha + step * alpha):
                text = p_value(p, alpha=alpha)
                told = float(text.removeprefix("< "))
                assert (told <= alpha if text.startswith("<") else told < alpha) == (p < alpha), (p, alpha, text)


def test_few_and_nearly_all_are_neither_nobody_nor_everybody() -> None:
    """4 of 803 were “0 %” in a title."""
    assert [percent(k / 803, 0) for k in (0, 4, 6, 12, 799, 803)] == ["0 %", "0.5 %", "0.7 %", "1 %", "99.5 %", "100 %"]


def test_two_numbers_differ_by_what_is_printed() -> None:
    """By hand: 7.54 and 5.55 are 7.5 and 5.6 with a difference of 1.99, so that “7.5 − 5.6” stood beside “2.0”."""
    assert differing(7.54, 5.55, 1.99) == ("7.54", "5.55", "1.99")
    assert differing(7.5, 5.5, 2.0) == ("7.5", "5.5", "2.0") and differing(-42.0, 18.3, -60.3) == ("−42.0", "18.3", "−60.3")
    assert differing(math.nan, 5.5, math.nan) == ("–", "5.5", "–")


@given(st.floats(-100, 100), st.floats(-100, 100))
def test_numbers_that_differ_are_seldom_said_with_many_decimals(a: float, b: float) -> None:
    x, y, gap = (float(text.replace("−", "-")) for text in differing(a, b, a - b))
    assert abs(x - y - gap) < 0.1001, "where two more decimals do not do, one is left of each"
