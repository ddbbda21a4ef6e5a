"""Means and standard deviations: against their range, a scale, and the steps in which values were recorded."""

from __future__ import annotations

import re
from fractions import Fraction

from aadash.formatting import counted, number
from aadash.papercheck.finding import Tally
from aadash.papercheck.paper import Item, Paper
from aadash.stats.moments import Band, debit, grim, observed_range, sd_in_bounds, spread_bounds
from aadash.stats.reconstruction import grimmer

RANGE, SCALE, STEPS = (
    "Mean and SD against the range",
    "Mean and SD against the scale",
    "Mean and SD against whole steps (GRIM, GRIMMER)",
)
BINARY = "Mean and SD of zeros and ones (DEBIT)"
#: Scores with a fixed range, by the name of the row; a change of one is not meant.
_SCALES = (
    (re.compile(r"(?i)\bSALT\b(?!\s*[≤<>=]?\s*\d)"), 0, 100),
    (re.compile(r"(?i)\bDLQI\b"), 0, 30),
    (re.compile(r"(?i)\bHADS\b.*\b(anxiety|depression|[AD])\b"), 0, 21),
    (re.compile(r"(?i)\bSkindex.?16\b"), 0, 100),
)
_CHANGE = re.compile(r"(?i)change|improve|percent|%|reduc|decrease|delta|Δ|difference|변화|개선|変化|改善")
#: From so many values on, one that takes this share of all squares is worth a question.
_MANY, _SHARE = 30, Fraction(17, 20)


def check_means(paper: Paper, tally: Tally) -> None:
    """Every mean of the paper."""
    for item in paper.items:
        if item.mean is None:
            _range_only(item, tally)
            continue
        _against_range(item, tally)
        _against_scale(item, tally)
        _against_steps(item, tally)


def _range_only(item: Item, tally: Tally) -> None:
    if item.low is not None and item.high is not None:
        if item.low.value <= item.high.value:
            tally.ok(RANGE)
        else:
            _wrong_order(item, tally)


def _wrong_order(item: Item, tally: Tally) -> None:
    assert item.low is not None and item.high is not None
    tally.doubt(
        RANGE,
        "certain",
        item.where,
        f"The range is printed as {item.low.text} to {item.high.text}, its lower end above its upper one.",
        "A typing slip, or two numbers in the wrong order, would explain it.",
    )


def _against_range(item: Item, tally: Tally) -> None:
    mean, sd, low, high, n = item.mean, item.sd, item.low, item.high, item.n
    if mean is None or low is None or high is None:
        return
    if low.value > high.value:
        return _wrong_order(item, tally)
    if mean.either.high < low.either.low or mean.either.low > high.either.high:
        return tally.doubt(
            RANGE,
            "certain",
            item.where,
            f"The mean {mean.text} lies outside the range {low.text} to {high.text}.",
            "A range of another group, a median, or a typing slip would explain it.",
        )
    if sd is None or n is None or n < 2:
        return tally.ok(RANGE)
    wide = spread_bounds(mean, [Band(n, low.either.low, high.either.high)])  # the ends are rounded too
    inside = spread_bounds(mean, observed_range(n, low.either.high, max(high.either.low, low.either.high)))
    least = inside.least if inside.state == "possible" else wide.least
    bounds = type(wide)(wide.state, min(least, wide.greatest), wide.greatest)
    if sd_in_bounds(sd, n, bounds) == "impossible":
        a, b = (number(float(x / (n - 1)) ** 0.5, max(sd.decimals, 1)) for x in (bounds.least, bounds.greatest))
        return tally.doubt(
            RANGE,
            "certain",
            item.where,
            f"The SD {sd.text} cannot go with the mean {mean.text}, the range {low.text} to {high.text} and {n} values: "
            f"{a} to {b} can.",
            "A standard error or another measure of spread under the name of SD, an n of another group, or a typing slip "
            "would explain it.",
        )
    return _one_takes_all(item, tally)


def _all_others_alike(item: Item, at_low: bool) -> bool:
    """Whether the mean is that of one value at one end of the range and all others at the other, as of a score at its limit."""
    mean, low, high, n = item.mean, item.low, item.high, item.n
    assert mean and low and high and n
    if at_low:
        return (n - 1) * high.either.low + low.either.low <= n * mean.either.high
    return (n - 1) * low.either.high + high.either.high >= n * mean.either.low


def _one_takes_all(item: Item, tally: Tally) -> None:
    """Possible, but one value alone would take most of the squares that the SD allows."""
    mean, sd, low, high, n = item.mean, item.sd, item.low, item.high, item.n
    assert mean and sd and low and high and n
    squares = sd.value**2 * (n - 1)
    end = max((low, high), key=lambda x: abs(x.value - mean.value))
    away = (end.value - mean.value) ** 2
    if n < _MANY or squares <= 0 or away < _SHARE * squares or _all_others_alike(item, end is low):
        return tally.ok(RANGE)
    rest = max(squares - away * n / (n - 1), Fraction(0)) / (n - 2)
    return tally.doubt(
        RANGE,
        "likely",
        item.where,
        f"With a mean of {mean.text} and an SD of {sd.text}, one value at {end.text} takes "
        f"{number(float(100 * away / squares), 0)} % of all "
        f"squared deviations, which leaves the other {n - 1} an SD of about {number(float(rest) ** 0.5, 0)}.",
        "An SD worked out without the extreme values, a range of all while the SD is of some, or a typing slip would explain it; "
        "median and quartiles would be clearer for so skewed a variable.",
    )


def _against_scale(item: Item, tally: Tally) -> None:
    mean, sd, n = item.mean, item.sd, item.n
    name = f"{item.section} {item.row}"
    found = next(((low, high) for pattern, low, high in _SCALES if pattern.search(name)), None)
    if found is None or mean is None or _CHANGE.search(name):
        return None
    low, high = found
    if sd is None or n is None or n < 2:
        return None
    if sd_in_bounds(sd, n, spread_bounds(mean, [Band(n, Fraction(low), Fraction(high))])) == "possible":
        return tally.ok(SCALE)
    return tally.doubt(
        SCALE,
        "certain",
        item.where,
        f"A mean of {mean.text} with an SD of {sd.text} is not possible for {n} values from {low} to {high}.",
        "A score of another range, or a typing slip, would explain it.",
    )


def _against_steps(item: Item, tally: Tally) -> None:
    mean, sd, n, step = item.mean, item.sd, item.n, item.step
    if mean is None or n is None or n < 1:
        return tally.undecidable("A mean without an n")
    if step is None:
        return tally.undecidable("A mean of which it is not said whether the values were whole numbers (GRIM)")
    if not len(grim(mean, n, step)):
        whole = "whole numbers" if step == 1 else f"steps of {float(step):g}"
        near = sorted(round(mean.value * n / step + d) for d in (Fraction(-1, 2), Fraction(1, 2)))
        close = " and ".join(number(float(s * step / n), mean.decimals + 1) for s in dict.fromkeys(near))
        return tally.doubt(
            STEPS,
            "certain",
            item.where,
            f"{counted(n, 'value')} recorded in {whole} cannot have a mean of {mean.text}; the nearest are {close}.",
            "Values missing in some patients, values recorded more finely, or a typing slip would explain it.",
        )
    if mean.unit * n / step >= 1 and sd is None:
        return tally.undecidable("A mean of too many values for GRIM to tell")
    if sd is None or n < 2:
        return tally.ok(STEPS)
    low = item.low.either.low if item.low else None
    high = item.high.either.high if item.high else None
    found = grimmer(mean, sd, n, step, low, high)
    state = found.state
    if state == "possible":
        if low is None and mean.value >= 0 and any(v < 0 for v, _ in found.values):  # no age below 0 where there are others
            above = grimmer(mean, sd, n, step, Fraction(0), high)
            found = above if above.state == "possible" else found
        tally.examples.append((item.where, ", ".join(f"{float(v):g} × {k}" for v, k in found.values)))
        return tally.ok(STEPS)
    if state == "undecided":
        return tally.undecidable("A mean and SD of too many values for GRIMMER to tell")
    steps = "whole numbers" if step == 1 else f"steps of {float(step):g}"
    impossible = f"No {n} values recorded in {steps} have both a mean of {mean.text} and an SD of {sd.text}."
    if item.low and item.high and grimmer(mean, sd, n, step, None, None).state != "impossible":
        impossible = (
            f"No {n} values recorded in {steps} from {item.low.text} to {item.high.text} have both a mean of {mean.text} and an SD of "
            f"{sd.text}."
        )
    return tally.doubt(
        STEPS,
        "certain",
        item.where,
        impossible,
        "Values missing in some patients, values recorded more finely, or a typing slip would explain it.",
    )


def check_binary(paper: Paper, tally: Tally) -> None:
    """Means and SDs of rows that print a share as well: of zeros and ones (DEBIT)."""
    for item in paper.items:
        if item.mean is None or item.sd is None or item.count is None or not item.n or item.n < 2:
            continue
        if item.count in debit(item.mean, item.sd, item.n):
            tally.ok(BINARY)
        else:
            tally.doubt(
                BINARY,
                "certain",
                item.where,
                f"{item.count} ones among {item.n} do not have a mean of {item.mean.text} with an SD of {item.sd.text}.",
                "A count, mean or SD of another group, or a typing slip, would explain it.",
            )
