"""A printed mean and standard deviation against each other, against a range and against counts in bands. Exact fractions.

A standard deviation may have been divided by n − 1 or by n; both are allowed wherever it is tested.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from aadash.errors import NotComputable
from aadash.stats.printed import Printed

State = Literal["possible", "impossible", "undecided"]


@dataclass(frozen=True)
class Band:
    """``n`` values, each from ``low`` to ``high``."""

    n: int
    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class SpreadBounds:
    """The least and the greatest sum of squared deviations from their mean that values can have; ``state`` "impossible" when no
    values in the bands have the mean at all, and both are then 0."""

    state: State
    least: Fraction
    greatest: Fraction


def observed_range(n: int, low: Fraction, high: Fraction) -> list[Band]:
    """Bands of ``n`` values of which the smallest is ``low`` and the largest ``high``."""
    if n == 1:
        return [Band(1, low, high)]
    return [Band(1, low, low), Band(1, high, high), Band(n - 2, low, high)]


def spread_bounds(mean: Printed, bands: Sequence[Band]) -> SpreadBounds:
    """Bounds of the sum of squared deviations of values in ``bands`` whose mean prints as ``mean``.

    The least: all values are moved to one level as far as their bands let them. The greatest: no value's square exceeds the chord
    of its band, and the chords are filled from the steepest. Both are exact for the bands up to the width of what ``mean`` can
    stand for and, for the greatest, one value; never too narrow. Raises NotComputable without values or with an empty band.
    """
    n = sum(b.n for b in bands)
    if n < 1 or any(b.n < 0 or b.low > b.high for b in bands):
        raise NotComputable("A mean needs at least one value, and a range whose lower end is not above its upper end")
    centre = mean.value  # around it, what the sum of the values is uncertain by costs next to nothing
    moved = [Band(b.n, b.low - centre, b.high - centre) for b in bands if b.n]
    span = mean.either
    low, high = (span.low - centre) * n, (span.high - centre) * n
    least_sum, greatest_sum = sum(b.n * b.low for b in moved), sum(b.n * b.high for b in moved)
    outside = least_sum > high or greatest_sum < low
    if outside or (least_sum == high and not span.high_in) or (greatest_sum == low and not span.low_in):
        return SpreadBounds("impossible", Fraction(0), Fraction(0))
    low, high = max(low, Fraction(least_sum)), min(high, Fraction(greatest_sum))
    furthest = max(low * low, high * high) / n
    nearest = Fraction(0) if low <= 0 <= high else min(low * low, high * high) / n
    return SpreadBounds(
        "possible", max(_least_squares(moved, low, high) - furthest, Fraction(0)), _most_squares(moved, low, high) - nearest
    )


def _least_squares(bands: Sequence[Band], low: Fraction, high: Fraction) -> Fraction:
    """The least sum of squares with a sum from ``low`` to ``high``: convex in the sum."""
    free = _sum_at(bands, Fraction(0))
    total = min(max(free, low), high)
    level = _level(bands, total)
    return sum((b.n * _clamp(level, b) ** 2 for b in bands), Fraction(0))


def _clamp(x: Fraction, b: Band) -> Fraction:
    return min(max(x, b.low), b.high)


def _sum_at(bands: Sequence[Band], level: Fraction) -> Fraction:
    return sum((b.n * _clamp(level, b) for b in bands), Fraction(0))


def _level(bands: Sequence[Band], total: Fraction) -> Fraction:
    """The level at which values moved to it as far as their bands allow have this sum."""
    knots = sorted({b.low for b in bands} | {b.high for b in bands})
    for below, above in pairwise(knots):
        at_below, at_above = _sum_at(bands, below), _sum_at(bands, above)
        if at_below <= total <= at_above:
            if at_above == at_below:
                return below
            return below + (total - at_below) * (above - below) / (at_above - at_below)
    return knots[0]


def _most_squares(bands: Sequence[Band], low: Fraction, high: Fraction) -> Fraction:
    """A bound above the sum of squares: x² ≤ (low + high)·x − low·high in a band, filled from the steepest chord."""
    steep = sorted(bands, key=lambda b: b.low + b.high, reverse=True)
    free = sum((b.n * (b.high if b.low + b.high > 0 else b.low) for b in bands), Fraction(0))
    left = min(max(free, low), high) - sum((b.n * b.low for b in bands), Fraction(0))
    squares = sum((b.n * b.low * b.low for b in bands), Fraction(0))
    for b in steep:
        taken = min(left, b.n * (b.high - b.low))
        squares += taken * (b.low + b.high)
        left -= taken
    return squares


def sd_in_bounds(sd: Printed, n: int, bounds: SpreadBounds) -> State:
    """Whether a printed SD of ``n`` values can lie within ``bounds``, divided by n − 1 or by n."""
    if bounds.state == "impossible" or sd.either.high <= 0:
        return "impossible"
    if n == 1:
        return "possible" if 0 in sd.either else "impossible"
    low, high = max(sd.either.low, Fraction(0)), sd.either.high
    for divisor in (n - 1, n):
        top = high * high * divisor
        reaches = top > bounds.least or (top == bounds.least and sd.either.high_in)
        if reaches and low * low * divisor <= bounds.greatest:
            return "possible"
    return "impossible"


def grim(mean: Printed, n: int, step: Fraction = Fraction(1)) -> range:
    """The sums, in steps of ``step``, that ``n`` values recorded in such steps can have if their mean prints as ``mean`` (GRIM).

    Empty when no such values exist. With n·``step`` times the last printed place above 1 it can never be, and nothing is tested.
    Raises NotComputable for n or ``step`` that are not above 0.
    """
    if n < 1 or step <= 0:
        raise NotComputable("GRIM needs one value or more and a step above 0")
    return mean.either.whole(Fraction(n) / step)


def debit(mean: Printed, sd: Printed, n: int) -> list[int]:
    """The counts of ones among ``n`` values of 0 and 1 that give this mean and this SD (DEBIT); empty when there is none.

    SD² = k(n − k)/n divided by n − 1 or by n. Raises NotComputable for n below 2.
    """
    if n < 2:
        raise NotComputable("The SD of a proportion needs two values or more")
    sums = grim(mean, n)
    low, high = max(sd.either.low, Fraction(0)), sd.either.high
    found = []
    for k in range(max(sums.start, 0), min(sums.stop, n + 1)):
        squares = Fraction(k * (n - k), n)
        for divisor in (n - 1, n):
            variance = squares / divisor
            below = variance < high * high or (sd.either.high_in and variance == high * high)
            if low * low <= variance and below and high > 0:
                found.append(k)
                break
    return found
