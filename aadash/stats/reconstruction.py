"""Whether whole numbers with a printed mean and SD exist: GRIMMER by proof, and an example by reconstruction as SPRITE gives one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from aadash.errors import NotComputable
from aadash.stats.moments import State, grim
from aadash.stats.printed import Printed

#: More values than this are not reconstructed; more sums and sums of squares are not tried.
MOST_VALUES, MOST_TRIED = 2_000, 4_000
#: A search through all values is made where it takes at most so many steps.
MOST_SEARCHED = 200_000


@dataclass(frozen=True)
class Reconstruction:
    """``state``, and ``values`` (value → how many have it) of an example when it is "possible"."""

    state: State
    values: tuple[tuple[Fraction, int], ...] = ()


def grimmer(
    mean: Printed, sd: Printed, n: int, step: Fraction = Fraction(1), low: Fraction | None = None, high: Fraction | None = None
) -> Reconstruction:
    """Whether ``n`` values recorded in steps of ``step``, from ``low`` to ``high``, can have this mean and SD.

    "impossible": no sum and sum of squares fit (GRIM; parity, since x and x² are both odd or both even; the least and the greatest
    sum of squares for the sum), or a search through all values found none. "possible": an example is given. "undecided": neither was
    reached. Raises NotComputable for n below 2, a step not above 0 or an empty range.
    """
    if n < 2 or step <= 0 or (low is not None and high is not None and low > high):
        raise NotComputable("GRIMMER needs two values or more, a step above 0 and a range that is not empty")
    floor = None if low is None else math.ceil(low / step)
    ceiling = None if high is None else math.floor(high / step)
    undecided = False
    for tried, (total, squares) in enumerate(_candidates(mean, sd, n, step, floor, ceiling)):
        if tried >= MOST_TRIED or n > MOST_VALUES:
            return Reconstruction("undecided")
        found = spread_out(n, total, squares, floor, ceiling)
        if found is None:
            found = _searched(n, total, squares, floor, ceiling)
        if found:
            return Reconstruction("possible", tuple((v * step, k) for v, k in sorted(found.items())))
        undecided |= found is None
    return Reconstruction("undecided" if undecided else "impossible")


def _candidates(
    mean: Printed, sd: Printed, n: int, step: Fraction, floor: int | None, ceiling: int | None
) -> Iterator[tuple[int, int]]:
    """Sums and sums of squares that the printed numbers, parity and the range leave, those of the middle first."""
    sums = sorted(grim(mean, n, step), key=lambda s: abs(s * step - n * mean.value))
    small, large = max(sd.either.low, Fraction(0)) / step, sd.either.high / step
    for divisor in (n - 1, n):
        for total in sums:
            base = Fraction(total * total, n)
            low, high = base + small * small * divisor, base + large * large * divisor
            first, last = math.ceil(low), math.floor(high)
            last -= not sd.either.high_in and last == high
            least, greatest = _extremes(n, total, floor, ceiling)
            first, last = max(first, least), last if greatest is None else min(last, greatest)
            first += (first - total) % 2
            run = range(first, last + 1, 2) if large > 0 and least >= 0 else range(0)
            yield from ((total, run[i]) for i in _outwards(len(run)))


def _outwards(n: int) -> Iterator[int]:
    """0 to n − 1 from the middle outwards."""
    middle = n // 2
    for away in range(n // 2 + 1):
        yield from (i for i in dict.fromkeys((middle - away, middle + away)) if 0 <= i < n)


def _extremes(n: int, total: int, floor: int | None, ceiling: int | None) -> tuple[int, int | None]:
    """The least and greatest sum of squares of ``n`` whole numbers with this sum; the least is −1 when the range forbids the sum."""
    if (floor is not None and total < n * floor) or (ceiling is not None and total > n * ceiling):
        return -1, None
    q, r = divmod(total, n)
    least = (n - r) * q * q + r * (q + 1) ** 2
    if floor is None or ceiling is None:
        return least, None
    if floor == ceiling:
        return least, least
    at_top, rest = divmod(total - n * floor, ceiling - floor)
    middle = (floor + rest) ** 2 if at_top < n else 0
    return least, at_top * ceiling**2 + middle + max(n - at_top - 1, 0) * floor**2


def spread_out(n: int, total: int, squares: int, low: int | None = None, high: int | None = None) -> dict[int, int] | None:
    """``n`` whole numbers from ``low`` to ``high`` with this sum and sum of squares, as value → count; None when this way finds none.

    All begin as equal as they can be; pairs are then moved apart by the same amount, which keeps the sum, the widest moves first.
    """
    q, r = divmod(total, n)
    counts = {q: n - r, q + 1: r} if r else {q: n}
    gap = squares - sum(v * v * k for v, k in counts.items())
    if gap < 0 or gap % 2:
        return None
    while gap:
        move = _widest(counts, gap, low, high)
        if move is None:
            return None
        a, b, by = move
        for old, new in ((a, a - by), (b, b + by)):
            counts[old] -= 1
            if not counts[old]:
                del counts[old]
            counts[new] = counts.get(new, 0) + 1
        gap -= 2 * by * (b - a + by)
    return counts


def _widest(counts: dict[int, int], gap: int, low: int | None, high: int | None) -> tuple[int, int, int] | None:
    """The pair a ≤ b and the distance by which to move them apart that closes most of ``gap`` without passing it."""
    values = sorted(counts)
    best, chosen = 0, None
    for i, a in enumerate(values):
        if low is not None and a <= low:
            continue
        for b in reversed(values[i:]):
            if (a == b and counts[a] < 2) or (high is not None and b >= high):
                continue
            d = b - a
            by = (math.isqrt(d * d + 2 * gap) - d) // 2  # the most with 2·by·(d + by) ≤ gap
            by_low = a - low if low is not None else by
            by_high = high - b if high is not None else by
            by = min(by, by_low, by_high)
            closed = 2 * by * (d + by)
            if by > 0 and closed > best:
                best, chosen = closed, (a, b, by)
                if closed == gap:
                    return chosen
    return chosen


def _searched(n: int, total: int, squares: int, low: int | None, high: int | None) -> dict[int, int] | None:
    """Such whole numbers as value → count, by a search through all; empty when there are none, None where it would take too long."""
    reach = math.isqrt(max((squares * n - total * total) * (n - 1), 0)) // n + 1  # no value is further from the mean
    mean = total // n
    low = mean - reach if low is None else max(low, mean - reach)
    high = mean + 1 + reach if high is None else min(high, mean + 1 + reach)
    width, moved = high - low, total - n * low
    target = squares - 2 * low * total + n * low * low
    if width < 0 or moved < 0 or target < 0:
        return {}
    if n * (moved + 1) * (width + 1) > MOST_SEARCHED or target > MOST_SEARCHED:
        return None
    layers = [{0: 1}]  # of each number of values: sum → bits of the sums of squares
    mask = (1 << (target + 1)) - 1
    for _ in range(n):
        after: dict[int, int] = {}
        for s, bits in layers[-1].items():
            for x in range(min(width, moved - s) + 1):
                after[s + x] = after.get(s + x, 0) | ((bits << (x * x)) & mask)
        layers.append(after)
    if not layers[n].get(moved, 0) >> target & 1:
        return {}
    counts: dict[int, int] = {}
    for layer in reversed(layers[:-1]):  # back from the end, by any value that leads there
        x = next(x for x in range(width + 1) if target >= x * x and layer.get(moved - x, 0) >> (target - x * x) & 1)
        moved, target = moved - x, target - x * x
        counts[x + low] = counts.get(x + low, 0) + 1
    return counts
