"""The exact checks of printed numbers against enumeration: every data set that exists, printed in every way."""

from __future__ import annotations

import itertools
import math
from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest

from aadash.errors import NotComputable
from aadash.stats.moments import Band, debit, grim, observed_range, sd_in_bounds, spread_bounds
from aadash.stats.percentages import common_denominators, counts_of_percent, denominators_of, denominators_of_all
from aadash.stats.printed import Printed
from aadash.stats.reconstruction import grimmer, spread_out

ROUNDINGS = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_HALF_DOWN)


def printed(x: Fraction, decimals: int, rounding: str) -> str:
    """``x`` as it is printed with so many decimals, by the decimal module."""
    with localcontext() as ctx:
        ctx.prec = 60
        return str((Decimal(x.numerator) / Decimal(x.denominator)).quantize(Decimal(1).scaleb(-decimals), rounding))


def all_printings(x: Fraction, decimals: int) -> set[str]:
    return {printed(x, decimals, r) for r in (*ROUNDINGS, ROUND_DOWN)}


def root(x: Fraction) -> Fraction:
    """A square root to forty places, far more than is printed; exact where it is rational."""
    scale = 10**40
    return Fraction(math.isqrt(x.numerator * x.denominator * scale * scale), x.denominator * scale)


def number(text: str) -> Printed:
    found = Printed.of(text)
    assert found is not None
    return found


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_counts_of_a_percentage_are_those_that_print_so(decimals: int) -> None:
    for n in (1, 2, 3, 7, 16, 40, 83, 117, 119):
        for rule, ways in (("rounded", ROUNDINGS), ("truncated", (ROUND_DOWN,))):
            by_text: dict[str, set[int]] = {}
            for k in range(n + 1):
                for way in ways:
                    by_text.setdefault(printed(Fraction(100 * k, n), decimals, way), set()).add(k)
            step = 1 if decimals < 2 else 37  # every hundredth would be the same a hundred times over
            for i in range(0, 100 * 10**decimals + 1, step):
                text = str(Decimal(i).scaleb(-decimals))
                assert set(counts_of_percent(number(text), n, rule)) == by_text.get(text, set()), (text, n, rule)
            for text, counts in by_text.items():
                assert set(counts_of_percent(number(text), n, rule)) == counts


def test_denominators_are_those_that_print_so() -> None:
    most = 260
    for k, decimals in itertools.product((0, 1, 4, 43, 54, 105), (0, 1, 2)):
        for rule, ways in (("rounded", ROUNDINGS), ("truncated", (ROUND_DOWN,))):
            by_text: dict[str, list[int]] = {}
            for n in range(max(k, 1), most + 1):
                for text in {printed(Fraction(100 * k, n), decimals, way) for way in ways}:
                    by_text.setdefault(text, []).append(n)
            for text, found in by_text.items():
                assert list(denominators_of(k, number(text), rule, most)) == found
    assert not denominators_of(1, number("0.08"), "rounded", 260)


def test_the_korean_percentages_are_of_119_when_cut_off() -> None:
    # Lee JW et al., Ann Dermatol 2025, Table 1
    pairs = [(43, "36.1"), (11, "9.2"), (25, "21.0"), (4, "3.3"), (22, "18.4"), (42, "35.2"), (105, "88.2"), (2, "1.6")]
    known = [(k, number(p)) for k, p in pairs]
    assert common_denominators(known, "truncated", 300) == (8, [119])
    assert common_denominators(known, "rounded", 300)[0] < 8
    assert list(counts_of_percent(number("47.0"), 119)) == [56] and list(counts_of_percent(number("47.0"), 117)) == [55]


def test_a_common_denominator_is_the_best_there_is() -> None:
    pairs = [(k, number(p)) for k, p in [(1, "10.0"), (2, "20.0"), (3, "25.0"), (5, "0.0")]]
    best, found = common_denominators(pairs, "rounded", 50)
    score = {n: sum(n in denominators_of(k, p, "rounded", 50) for k, p in pairs) for n in range(1, 51)}
    assert best == max(score.values()) == 2 and found == [n for n, s in score.items() if s == 2] == [10]


def test_the_responders_of_the_korean_paper_are_of_75_and_42() -> None:
    a = ["5.33", "1.33", "20.00", "12.00", "21.33", "16.00", "6.66", "37.33", "22.66", "10.66", "52.00", "44.00"]
    b = ["14.28", "7.14", "2.38", "45.23", "28.57", "21.42", "59.52", "50.00", "35.71", "73.80", "61.90", "47.61", "80.95"]
    assert denominators_of_all([number(x) for x in a], "truncated", 117) == [75]
    assert denominators_of_all([number(x) for x in b], "truncated", 117) == [42, 84]
    assert not any(len(counts_of_percent(number(x), 83)) for x in a if x != "12.00")


SETS = [(n, top) for n, top in [(2, 9), (3, 7), (4, 5), (5, 4), (6, 3)]]


@pytest.mark.parametrize(("n", "top"), SETS)
@pytest.mark.parametrize("decimals", [1, 2])
def test_mean_and_sd_are_possible_when_data_exist_and_impossible_when_not(n: int, top: int, decimals: int) -> None:
    can: set[tuple[str, str]] = set()
    means: set[str] = set()
    for values in itertools.combinations_with_replacement(range(top + 1), n):
        mean = Fraction(sum(values), n)
        squares = sum((v - mean) ** 2 for v in values)
        texts = all_printings(mean, decimals)
        means |= texts
        for divisor in (n - 1, n):
            can |= set(itertools.product(texts, all_printings(root(squares / divisor), decimals)))
    spacing = 1 if decimals == 1 else 7
    grid = [str(Decimal(i).scaleb(-decimals)) for i in range(0, top * 10**decimals + 1, spacing)]
    for mean_text in grid:
        assert bool([s for s in grim(number(mean_text), n) if 0 <= s <= n * top]) == (mean_text in means)
    tried = {(m, s) for m in sorted(means) for s in grid} | can
    low, high = Fraction(0), Fraction(top)
    for m, s in tried:
        state = grimmer(number(m), number(s), n, low=low, high=high).state
        assert state == ("possible" if (m, s) in can else "impossible"), (m, s)


def test_a_reconstruction_has_the_printed_mean_and_sd() -> None:
    for m, s, n in [("27.38", "10.32", 117), ("65.23", "35.13", 117), ("3.44", "1.12", 25), ("50", "49", 40)]:
        found = grimmer(number(m), number(s), n, low=Fraction(0), high=Fraction(100))
        assert found.state == "possible"
        values = [v for v, k in found.values for _ in range(k)]
        mean = sum(values) / n
        assert len(values) == n and mean in number(m).either and min(values) >= 0 and max(values) <= 100
        spreads = [root(sum((v - mean) ** 2 for v in values) / d) for d in (n - 1, n)]
        assert any(x in number(s).either for x in spreads)


def test_grim_by_hand() -> None:
    # 28 whole numbers: 145/28 = 5.1786, 146/28 = 5.2143, and nothing between
    assert [len(grim(number(m), 28)) for m in ("5.18", "5.19", "5.21")] == [1, 0, 1]


def test_steps_other_than_one() -> None:
    assert len(grim(number("0.40"), 3, Fraction(1, 2))) == 0 and list(grim(number("0.40"), 3, Fraction(1, 10))) == [12]
    assert grimmer(number("0.50"), number("0.50"), 3, Fraction(1, 2)).state == "possible"  # 0, 0.5, 1


@pytest.mark.parametrize("n", [2, 3, 8, 25])
def test_debit_is_the_proportions_own_sd(n: int) -> None:
    can = {
        (m, s)
        for k in range(n + 1)
        for d in (n - 1, n)
        for m in all_printings(Fraction(k, n), 2)
        for s in all_printings(root(Fraction(k * (n - k), n) / d), 2)
    }
    grid = [str(Decimal(i).scaleb(-2)) for i in range(101)]
    for m, s in itertools.product(grid, grid[:75]):
        assert bool(debit(number(m), number(s), n)) == ((m, s) in can)


def test_bounds_of_the_sd_hold_for_all_data_and_are_reached() -> None:
    for n, top in [(3, 6), (4, 5), (5, 4)]:
        seen: dict[tuple[str, int, int], list[Fraction]] = {}
        for values in itertools.combinations_with_replacement(range(top + 1), n):
            mean = Fraction(sum(values), n)
            squares = sum((v - mean) ** 2 for v in values)
            seen.setdefault((printed(mean, 6, ROUND_HALF_EVEN), values[0], values[-1]), []).append(squares)
        for (mean_text, low, high), squares in seen.items():
            bounds = spread_bounds(number(mean_text), observed_range(n, Fraction(low), Fraction(high)))
            assert bounds.state == "possible"
            assert bounds.least <= min(squares) and max(squares) <= bounds.greatest + Fraction(1, 1000)
            inside = max(n - 2, 0)  # whole numbers are at most so far from the best that fractions could do
            assert min(squares) - bounds.least <= inside and bounds.greatest - max(squares) <= (top / 2) ** 2 + 1


def test_bounds_with_bands_against_all_data_in_them() -> None:
    bands = [Band(2, Fraction(0), Fraction(3)), Band(1, Fraction(4), Fraction(6)), Band(2, Fraction(6), Fraction(6))]
    by_mean: dict[Fraction, list[Fraction]] = {}
    for a, b, c in itertools.product(range(4), range(4), range(4, 7)):
        values = [a, b, c, 6, 6]
        mean = Fraction(sum(values), 5)
        by_mean.setdefault(mean, []).append(sum((v - mean) ** 2 for v in values))
    for mean, squares in by_mean.items():
        bounds = spread_bounds(number(printed(mean, 1, ROUND_HALF_EVEN)), bands)  # fifths print exactly
        assert bounds.least <= min(squares) and max(squares) <= bounds.greatest
    for text in ("3.1", "5.5"):  # the least sum is 16, the greatest 24
        assert (spread_bounds(number(text), bands).state == "impossible") == (not 16 <= 5 * float(text) <= 24.25)


def test_the_korean_duration_leaves_little_room() -> None:
    # 64.17 ± 40.80 months, 7 to 480, 117 patients: possible, the two ends taking 176 000 of the 193 000 squares
    n, mean, sd = 117, number("64.17"), number("40.80")
    bounds = spread_bounds(mean, observed_range(n, Fraction(7), Fraction(480)))
    assert sd_in_bounds(sd, n, bounds) == "possible"
    by_hand = (480 - 64.17) ** 2 + (64.17 - 7) ** 2 + (480 - 64.17 - (64.17 - 7)) ** 2 / 115
    assert float(bounds.least) == pytest.approx(by_hand, abs=10)  # the mean is known to 0.01, which is worth 8
    assert sd_in_bounds(number("38.50"), n, bounds) == "impossible"


def test_printed_numbers() -> None:
    assert Printed.of("−3.50") == Printed("-3.50", Fraction(-7, 2), 2) and Printed.of("47") == Printed("47", Fraction(47), 0)
    for text in ("", "nan", "1e400", "1.2.3", "9" * 16, "１", "1,5", "-", ".", "0x10", "1_000"):
        assert Printed.of(text) is None
    assert Fraction(-1, 4) in number("-0.2").truncated and Fraction(-3, 10) not in number("-0.2").truncated
    assert Fraction(-1, 20) in number("0.0").rounded and Fraction(9, 100) in number("0.0").truncated


def test_what_cannot_be_asked_says_so() -> None:
    m = number("1.0")
    for call in (
        lambda: counts_of_percent(m, 0),
        lambda: grim(m, 0),
        lambda: grim(m, 3, Fraction(0)),
        lambda: debit(m, m, 1),
        lambda: grimmer(m, m, 1),
        lambda: spread_bounds(m, []),
        lambda: spread_bounds(m, [Band(1, Fraction(2), Fraction(1))]),
    ):
        with pytest.raises(NotComputable):
            call()


def test_too_many_values_are_undecided_not_guessed() -> None:
    assert grimmer(number("50.00"), number("20.00"), 5000, low=Fraction(0), high=Fraction(100)).state == "undecided"
    assert spread_out(3, 3, 4) is None and spread_out(3, 3, 5) == {0: 1, 1: 1, 2: 1}
