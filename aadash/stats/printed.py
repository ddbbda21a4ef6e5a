"""A number as it was printed: which exact values it can stand for. Whole numbers and fractions only, no floating point."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

#: Longer runs of digits are no number that anybody printed in a table.
MOST_DIGITS = 15
_NUMBER = re.compile(r"([+-]?)(\d{1,15})(?:\.(\d{1,15}))?|([+-]?)\.(\d{1,15})", re.ASCII)


@dataclass(frozen=True)
class Span:
    """The exact values from ``low`` to ``high``; an end is in it or not."""

    low: Fraction
    high: Fraction
    low_in: bool = True
    high_in: bool = True

    def __contains__(self, x: object) -> bool:
        if not isinstance(x, (int, Fraction)):
            return False
        return (self.low < x or (self.low_in and x == self.low)) and (x < self.high or (self.high_in and x == self.high))

    def whole(self, factor: Fraction | int = 1) -> range:
        """The whole numbers in ``factor`` times the span; ``factor`` is above 0."""
        low, high = self.low * factor, self.high * factor
        first, last = math.ceil(low), math.floor(high)
        return range(first + (not self.low_in and first == low), last + 1 - (not self.high_in and last == high))


@dataclass(frozen=True)
class Printed:
    """A printed number: ``text`` as it stood, its exact ``value``, how many ``decimals`` it has.

    It can stand for what rounds to it ("rounded": to the nearest, a tie either way, which covers half up, half to even, and what
    floating point makes of a tie) or for what is cut off to it ("truncated": towards zero).
    """

    text: str
    value: Fraction
    decimals: int

    @classmethod
    def of(cls, text: str) -> Printed | None:
        """The number that ``text`` is, with a point as its decimal sign; None if it is none, or none that a table prints."""
        clean = text.strip().replace("−", "-")
        found = _NUMBER.fullmatch(clean)
        if found is None:
            return None
        after = found[3] or found[5] or ""
        return cls(clean, Fraction(clean), len(after))

    @property
    def unit(self) -> Fraction:
        """One in the last printed place."""
        return Fraction(1, 10**self.decimals)

    @cached_property
    def rounded(self) -> Span:
        """What rounds to it."""
        return Span(self.value - self.unit / 2, self.value + self.unit / 2)

    @cached_property
    def truncated(self) -> Span:
        """What is cut off to it."""
        if self.value == 0:
            return Span(-self.unit, self.unit, False, False)
        if self.value > 0:
            return Span(self.value, self.value + self.unit, True, False)
        return Span(self.value - self.unit, self.value, False, True)

    @cached_property
    def either(self) -> Span:
        """From the least to the greatest value that rounding or cutting off gives it."""
        r, t = self.rounded, self.truncated
        low, high = min(r.low, t.low), max(r.high, t.high)
        return Span(low, high, low in r or low in t, high in r or high in t)

    def span(self, rule: str) -> Span:
        """The span of a rule: "rounded", "truncated" or "either"."""
        return {"rounded": self.rounded, "truncated": self.truncated, "either": self.either}[rule]

    def shifted(self, places: int) -> Printed:
        """The number with its decimal point moved to the right, its digits kept."""
        decimals = max(self.decimals - places, 0)
        return Printed(self.text, self.value * 10**places, decimals)


RULES = ("rounded", "truncated")
