"""How numbers are printed: the one place, for screen, Word and CSV alike. Results themselves are never rounded."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import ROUND_HALF_UP, Context, Decimal

#: So many strata are named one by one in a sentence; of more, the two ends are, and the table has all.
SPELLED = 6


def number(value: float, digits: int = 1) -> str:
    """``value`` with ``digits`` decimals and a true minus sign; "–" when it is missing, "∞" without end. A half goes away from 0, as
    by hand, in SAS, SPSS and a chart's axis: 1 of 16 is 6.3 %, where half-to-even says 6.2. What an estimate's last binary digits
    say (0.05 or 0.0499999999999, by the order of a sum) does not decide how it is rounded."""
    if value is None or math.isnan(value):
        return "–"
    text = f"{value:.12g}"
    if math.isfinite(value):
        text = f"{Decimal(text).quantize(_ONE.scaleb(-digits), ROUND_HALF_UP, _EXACT):f}"
        if not text.strip("-0."):
            text = text.lstrip("-")
    return text.replace("-", "−").replace("inf", "∞")


_ONE, _EXACT = Decimal(1), Context(prec=400)


def differing(a: float, b: float, difference: float, digits: int = 1) -> tuple[str, str, str]:
    """Two numbers and the first less the second as printed, with as many more decimals (at most two) as it takes for the printed
    numbers to differ by what is printed: “7.5 and 5.6, a difference of 2.0” becomes “7.54 and 5.55, a difference of 1.99”."""
    for more in range(digits, digits + 3):
        told = number(a, more), number(b, more), number(difference, more)
        if "–" in told or "∞" in "".join(told):
            break
        first, second, between = (Decimal(text.replace("−", "-")) for text in told)
        if first - second == between:
            return told
    return number(a, digits), number(b, digits), number(difference, digits)


#: What a p-value is usually held against.
USUAL = 0.05
_HELD: ContextVar[float] = ContextVar("alpha", default=USUAL)


@contextmanager
def held_against(alpha: float) -> Iterator[None]:
    """Within, a p-value is held against this ``alpha`` where none is given: a table prints it as the sentence beside it does."""
    token = _HELD.set(alpha)
    try:
        yield
    finally:
        _HELD.reset(token)


def p_value(p: float, prefix: bool = False, alpha: float | None = None) -> str:
    """A p-value to three decimals, "< 0.001" below that; with ``prefix`` as "p = 0.012". Where three decimals hide on which side of
    :data:`USUAL` or of ``alpha`` (that of :func:`held_against` where None) it lies, so many as show it: "0.0497", "0.0503"."""
    alpha = _HELD.get() if alpha is None else alpha
    if p is None or math.isnan(p):
        return "p not defined" if prefix else "–"
    least = min(alpha, 0.001)
    if p < least:
        return f"p < {least:g}" if prefix else f"< {least:g}"
    limits = [limit for limit in (USUAL, alpha) if not math.isclose(p, limit, rel_tol=1e-9)]
    places = range(3 if p >= 0.001 else 4, 13)
    text = next((t for t in (number(p, d) for d in places) if all(_beside(t, p, limit) for limit in limits)), number(p, 3))
    text = "> 0.999" if text == "1.000" else text
    if not prefix:
        return text
    return f"p {text}" if text.startswith(">") else f"p = {text}"


def _beside(text: str, p: float, limit: float) -> bool:
    """Whether a printed p lies on the side of a limit on which p does."""
    printed, at = Decimal(text), Decimal(f"{limit:.12g}")
    return printed > at if p > limit else printed < at


def interval(low: float, high: float, digits: int = 1) -> str:
    """ "12.3 to 45.6": "to" rather than a dash, since the limits may be negative."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return "–"
    return f"{number(low, digits)} to {number(high, digits)}"


def with_limits(estimate: str, low: float, high: float, digits: int = 1) -> str:
    """An estimate as it is printed, with its interval in brackets: "−0.3 (−1.2 to 0.6)"; alone where it has none."""
    return with_aside(estimate, interval(low, high, digits))


def with_aside(number: str, aside: str) -> str:
    """A number as it is printed with its interval or standard deviation, "76.3 (14.6)"; alone where it has none, as of one patient."""
    return number if aside == "–" else f"{number} ({aside})"


def degrees(*df: float) -> str:
    """Degrees of freedom: "1, 40" where they are whole, else to a tenth, below 10 a hundredth ("1.26, 38.4"): p hangs on them."""

    def one(v: float) -> str:
        if math.isnan(v) or math.isinf(v):
            return "–" if math.isnan(v) else "∞"
        return str(round(v)) if abs(v - round(v)) < 1e-9 * v else number(v, 2 if v < 10 else 1)

    return ", ".join(map(one, df))


def digits_for(size: float) -> int:
    """Decimals for a measured quantity of about this size: 123, 12.3, 1.2, 0.12."""
    return 2 if abs(size) < 1 else 0 if abs(size) >= 100 else 1


def digits_of_span(span: float) -> int:
    """Decimals of a mean of values that lie within ``span``: one, of a span of 2 or less two, of 0.2 or less three, and so on."""
    return 1 if not 0 < span <= 2 else 2 + max(0, math.floor(-math.log10(span / 2) + 1e-9))


def ratio(value: float) -> str:
    """An odds ratio to about three digits: "0.11", "7.96", "66.0", "453"; "< 0.01", "> 1000", "∞"; "–" when missing."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞"
    if value >= 1000:
        return "> 1000"
    if 0 < value < 0.01:
        return "< 0.01"
    return number(value, 2 if value < 9.995 else 1 if value < 99.95 else 0)


def ratio_interval(low: float, high: float) -> str:
    """ "1.80 to 54.9": the limits of an odds ratio."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return "–"
    return f"{ratio(low)} to {ratio(high)}"


def printers(digits: int, ratios: bool = False) -> tuple[Callable[[float], str], Callable[[float, float], str]]:
    """How an estimate with so many decimals is printed, and its interval; an odds ratio where ``ratios``."""
    if ratios:
        return ratio, ratio_interval
    return lambda value: number(value, digits), lambda low, high: interval(low, high, digits)


def percent(rate: float, digits: int = 1) -> str:
    """A proportion (0–1) as a percentage; of ``digits`` 0 with a decimal below 1 % and above 99 %, where nobody or everybody is meant
    otherwise.

    >>> percent(0.496, 0), percent(0.004, 0), percent(1.0, 0)
    ('50 %', '0.4 %', '100 %')
    """
    if rate is None or math.isnan(rate):
        return "–"
    near = not digits and (0 < rate < 0.01 or 0.99 < rate < 1)
    return f"{number(100 * rate, 1 if near else digits)} %"


def count(k: float, n: float) -> str:
    """ "39/75 (52.0 %)": numerator, denominator, percentage. No percentage of nobody."""
    if not n:
        return "0/0"
    return f"{whole(k)}/{whole(n)} ({percent(k / n)})"


def whole(n: float) -> str:
    """A count: "9999", "2 994 168" with spaces that no line breaks at."""
    return str(int(n)) if abs(n) < 10_000 else f"{int(n):,}".replace(",", "\N{NO-BREAK SPACE}")


def size(n: int) -> str:
    """Bytes of a file: "38 kB", "2.0 MB"; never "0.0 MB"."""
    return f"{number(n / 1e6)} MB" if n >= 1e5 else f"{number(max(n / 1e3, 1), 0)} kB"


#: Five digits or more by themselves, or behind a slash of such a fraction; no decimals, and nothing of a DOI, a code or a date.
_LONG = re.compile(r"(?<![\w.,:/\-\N{NO-BREAK SPACE}])(\d+/)?(\d{5,})(?![\w/:\-]|[.,]\d)")


def spaced(text: str) -> str:
    """``text`` with its large counts as :func:`whole` prints them."""
    return _LONG.sub(lambda m: (f"{whole(int(m[1][:-1]))}/" if m[1] else "") + whole(int(m[2])), text)


#: What is one number is kept on one line: “70.9 %”, “−45.5 to −31.0”, “n = 83”, “SALT > 50”, “SALT 95”, “SD 17.2”, “83.4 → 36.5”,
#: “F(4, 38.1)”, “4 mg”. "&lt;" is "<" in HTML.
_FIRM = "\N{NO-BREAK SPACE}"
_SIGN = "[=<>≤≥≈]|&lt;|&gt;"
_GLUED = (
    (re.compile(r" %"), f"{_FIRM}%"),
    (re.compile(rf"(?<=[\d%]) (to|~) (?=(?:[−+]|{_SIGN})?\s?\d)"), rf"{_FIRM}\1{_FIRM}"),
    (re.compile(rf"(?<=\S) ({_SIGN}) (?=[−+]?\d)"), rf"{_FIRM}\1{_FIRM}"),
    (re.compile(r"(?:(?<=[=<>≤≥≈])|(?<=&[lg]t;)) (?=\d)"), _FIRM),
    (re.compile(rf"(?<={_FIRM}%) (?=CI\b)"), _FIRM),
    (re.compile(r"\bF\((\d+(?:\.\d+)?), (?=\d)"), rf"F(\1,{_FIRM}"),
    (re.compile(r"(?:(?<=\bSALT)|(?<=\bSD)|(?<=Hedges' g)|(?<=\bcut at)|(?<=\d →)|(?<=\d\N{NO-BREAK SPACE}→)) (?=[−+]?\d)"), _FIRM),
    (re.compile(r"(?<=\d) (?=→|mg\b)|(?<=\(%) (?=points\))|(?<=\(cut) (?=at\b)"), _FIRM),
)


def glued(text: str) -> str:
    """``text`` with what is one number on one line."""
    for pattern, with_what in _GLUED:
        text = pattern.sub(with_what, text)
    return text


_RANGE = re.compile(r"(?<=\d)–(?=\d)|(?<=[\d%])〜(?=[−+\d&])")


def whole_ranges(text: str) -> str:
    """``text`` as :func:`glued`, its ranges too: a line is not broken behind the dash of “SALT 95–100”, “58.1〜77.6”. For a page:
    the word joiner that does it has no width there, and is drawn as a box by some fonts of documents."""
    return _RANGE.sub("\\g<0>\u2060", glued(text))


def level_name(level: float) -> str:
    """The confidence level as printed: "95 %", "99.5 %"."""
    return f"{100 * level:.4g} %"


def listing(items: list[str], last: str = "and") -> str:
    """ "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + f" {last} {items[-1]}"


#: So many items of a list are read out; the rest is counted.
READ_OUT = 12


def first_of(items: list[str]) -> str:
    """Items as text, of a long list the first ones and how many more there are."""
    return listing(items if len(items) <= READ_OUT else [*items[:READ_OUT], f"{len(items) - READ_OUT} more"])


def counted(n: int, noun: str, plural: str = "") -> str:
    """ "1 patient", "3 patients"."""
    return f"{whole(n)} {noun if n == 1 else plural or noun + 's'}"


def open_above(low: float, last: float) -> str:
    """An interval of the median without an upper limit, and why: follow-up did not reach it, or all those left had responded at the
    end, by which the curve comes to ``last`` = 1: there its own limits cannot be computed, as R's are NA."""
    week = number(low, 0)
    return f"from week {week}, upper limit cannot be computed" if last >= 1 - 1e-9 else f"from week {week}, no upper limit reached"
