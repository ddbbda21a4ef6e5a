"""Responder counts against the mean change, and both against the interval of the difference."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from aadash.formatting import counted, number
from aadash.papercheck.finding import Tally
from aadash.papercheck.paper import Paper, Response
from aadash.stats.moments import Band, spread_bounds
from aadash.stats.printed import Printed
from aadash.stats.reported_tests import se_of_interval

NESTED, MEAN, INTERVAL = (
    "Responders of nested endpoints",
    "Responders against the mean change",
    "Interval against responders and means",
)
#: Further than this (in percent of baseline) nobody is taken to worsen when a spread is bounded from below.
_WORST = Fraction(-100_000)


def check_responders(paper: Paper, tally: Tally) -> None:
    """Every group at every visit with responder counts."""
    for one in paper.responses:
        _nested(one, tally)
        if one.change is not None:
            _mean(one, [r for r in paper.responses if r.group == one.group], paper, tally)
    _interval([r for r in paper.responses if r.change is not None], paper, tally)


def _where(r: Response) -> str:
    return f"{r.group}, week {r.week}"


def _nested(r: Response, tally: Tally) -> None:
    for (easy, many), (hard, few) in zip(r.counts, r.counts[1:], strict=False):
        if few <= many <= r.n:
            tally.ok(NESTED)
        else:
            tally.doubt(
                NESTED,
                "certain",
                _where(r),
                f"{counted(few, 'patient')} improved by at least {hard} %, but only {many} by at least {easy} %, of {r.n}.",
                "Two numbers in the wrong order, or an endpoint defined in another way, would explain it.",
            )


def improvement_bounds(r: Response) -> tuple[Fraction, Fraction]:
    """Least and greatest mean improvement (percent) that the counts leave when nobody is worse than at baseline."""
    bands = _bands(r, Fraction(0))
    return sum((b.n * b.low for b in bands), Fraction(0)) / r.n, sum((b.n * b.high for b in bands), Fraction(0)) / r.n


def _bands(r: Response, worst: Fraction) -> list[Band]:
    """Improvement in bands: fewer than the first endpoint, between two, the last to 100 %."""
    counts = sorted(r.counts)
    out = [Band(r.n - counts[0][1], worst, Fraction(counts[0][0]))]
    for i, (least, n) in enumerate(counts):
        above, fewer = counts[i + 1] if i + 1 < len(counts) else (100, 0)
        out.append(Band(n - fewer, Fraction(least), Fraction(above)))
    return out


def _mean(r: Response, all_visits: Sequence[Response], paper: Paper, tally: Tally) -> None:
    assert r.change is not None
    if any(b.n < 0 for b in _bands(r, Fraction(0))):
        return
    low, high = improvement_bounds(r)
    least, most = -r.change.either.high, -r.change.either.low
    reach = f"{number(float(low))} to {number(float(high))} %"
    told = ", ".join(f"{n} by at least {t} %" for t, n in sorted(r.counts))
    if least > high:
        return tally.doubt(
            MEAN,
            "certain",
            _where(r),
            f"A mean change of {r.change.text} % is more than the responders allow ({told}, of {r.n}), which is at most "
            f"{number(float(high))} %.",
            "Responders or a mean of another visit or group would explain it.",
        )
    if most >= low:
        return tally.ok(MEAN)
    others = r.n - sorted(r.counts)[0][1]
    worse = (low - most) * r.n / others if others else Fraction(0)
    found = (
        f"With these responders ({told}, of {r.n}) the mean improvement is {reach} if nobody is worse than at baseline, but "
        f"{r.change.text.lstrip('-')} % is printed: the other {others} would have to be {number(float(worse), 0)} % worse on average"
    )
    return tally.doubt(MEAN, "likely", _where(r), found + ".", _pooled(r, all_visits, paper))


def _pooled(r: Response, all_visits: Sequence[Response], paper: Paper) -> str:
    """What would explain a mean that is too small: one over all visits, where that fits."""
    assert r.change is not None
    visits = paper.design.visits or len(all_visits) + 1
    if len(all_visits) > 1:
        ranges = [improvement_bounds(v) for v in all_visits]
        low, high = (sum((x[i] for x in ranges), Fraction(0)) / visits for i in (0, 1))
        if low <= -r.change.value <= high:
            return (
                f"A mean over all {visits} visits, the zeros at baseline included, lies between {number(float(low))} and "
                f"{number(float(high))} %, so patient-visits taken together instead of week {r.week} would explain it."
            )
    return "A mean of another visit or of all visits together, or of all patients, would explain it."


def _interval(last: Sequence[Response], paper: Paper, tally: Tally) -> None:
    """The interval's standard error against the least that the responders and means of two groups force."""
    if paper.interval is None or len(last) != 2:
        return
    one, two = last
    assert one.change is not None and two.change is not None
    low, high = paper.interval
    difference = abs(one.change.value - two.change.value)
    slack = one.change.unit + two.change.unit + low.unit
    middle = (low.value + high.value) / 2
    if abs(abs(middle) - difference) <= slack:
        tally.ok("Interval against its estimate")
    else:
        tally.doubt(
            "Interval against its estimate",
            "likely",
            "Difference between the groups",
            f"The interval {low.text} to {high.text} has its middle at {number(float(middle), 2)}, but the means differ "
            f"by {number(float(difference), 2)}.",
            "An adjusted difference, or an interval of another comparison, would explain it.",
        )
    variance = Fraction(0)
    for r in last:
        bounds = spread_bounds(_improvement(r), _bands(r, _WORST))
        if bounds.state == "impossible" or r.n < 2:
            return
        variance += bounds.least / (r.n * (r.n - 1))
    printed = se_of_interval(low, high)[1]
    least = float(variance) ** 0.5
    if printed >= least * (1 - 1e-6):
        return tally.ok(INTERVAL)
    visits = paper.design.visits
    rows = f"{counted(sum(r.n for r in last) * visits, 'patient-visit')}" if visits else "patient-visits"
    return tally.doubt(
        INTERVAL,
        "certain",
        "Difference between the groups",
        f"The interval {low.text} to {high.text} comes from a standard error of about {number(printed, 2)}, but one value "
        "a patient with these means "
        f"and responders forces at least {number(least, 1)}.",
        f"Visits of one patient counted as if they were different patients ({rows}) would explain it; the interval is "
        "then too narrow.",
    )


def _improvement(r: Response) -> Printed:
    assert r.change is not None
    return Printed(r.change.text, -r.change.value, r.change.decimals)
