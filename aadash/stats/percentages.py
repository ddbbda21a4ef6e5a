"""Percentages against whole numbers: which counts and which denominators can give what is printed. Exact."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from aadash.errors import NotComputable
from aadash.stats.printed import Printed


def counts_of_percent(percent: Printed, n: int, rule: str = "either") -> range:
    """The whole numbers k from 0 to ``n`` for which 100·k/n prints as ``percent`` under ``rule``.

    ``rule``: "rounded", "truncated" or "either". Empty when no count of ``n`` can give it. Raises NotComputable for n below 1.
    """
    if n < 1:
        raise NotComputable(f"A percentage needs a denominator of 1 or more, found {n}")
    found = percent.span(rule).whole(Fraction(n, 100))
    return range(max(found.start, 0), min(found.stop, n + 1)) if found.stop > 0 else range(0)


def denominators_of(count: int, percent: Printed, rule: str, most: int) -> range:
    """The whole numbers n from max(1, ``count``) to ``most`` of which ``count`` is ``percent`` under ``rule``.

    They are one run of numbers, since 100·k/n falls as n grows. With a count of 0 every n gives 0 and none anything else.
    """
    span = percent.span(rule)
    least = max(count, 1)
    if count == 0:
        return range(least, most + 1) if 0 in span else range(0)
    if span.high <= 0:
        return range(0)
    first = _at_least(Fraction(100 * count), span.high, span.high_in)
    last = most if span.low <= 0 else _at_most(Fraction(100 * count), span.low, span.low_in)
    return range(max(first, least), min(last, most) + 1)


def _at_least(hundred_k: Fraction, high: Fraction, included: bool) -> int:
    """The least n with 100k/n ≤ high, or < high."""
    n = math.ceil(hundred_k / high)
    return n + 1 if not included and hundred_k == high * n else n


def _at_most(hundred_k: Fraction, low: Fraction, included: bool) -> int:
    n = math.floor(hundred_k / low)
    return n - 1 if not included and hundred_k == low * n else n


def common_denominators(pairs: Sequence[tuple[int, Printed]], rule: str, most: int) -> tuple[int, list[int]]:
    """How many of the (count, percent) ``pairs`` a single denominator can serve at most, and which denominators up to ``most`` do."""
    edges: dict[int, int] = {}
    for count, percent in pairs:
        run = denominators_of(count, percent, rule, most)
        if len(run):
            edges[run.start] = edges.get(run.start, 0) + 1
            edges[run.stop] = edges.get(run.stop, 0) - 1
    found: list[range] = []
    best, now, points = 0, 0, sorted(edges)
    for i, point in enumerate(points[:-1]):
        now += edges[point]
        if now > best:
            best, found = now, []
        if now == best and now:
            found.append(range(point, points[i + 1]))
    return best, [n for run in found for n in run[:1000]]


def denominators_of_all(percents: Sequence[Printed], rule: str, most: int) -> list[int]:
    """The n from 1 to ``most`` of which every one of ``percents`` is a share of a whole number, under ``rule``."""
    return [n for n in range(1, most + 1) if all(len(counts_of_percent(p, n, rule)) for p in percents)]
