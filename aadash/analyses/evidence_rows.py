"""The cohort's own rate beside a published one: of patients of like severity, at the nearest visit."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from aadash.analyses.analysis_set import AnalysisSet
from aadash.analyses.time_to_response import first_response
from aadash.cohort import Cohort
from aadash.endpoints import responses
from aadash.errors import NotComputable
from aadash.evidence import PublishedRate, Severity, beside, drugs, published
from aadash.formatting import listing
from aadash.stats.combined_rates import combined, standardised
from aadash.stats.distributions import z_crit
from aadash.stats.proportions import Interval, wilson
from aadash.stats.survival import kaplan_meier

#: A visit so many weeks from a published week is compared with it.
NEAR = 4
#: The level of limits that studies print.
PRINTED = 0.95
UNKNOWN = Interval(math.nan, math.nan, math.nan)


def enrolled_in(cohort: Cohort, severity: Severity) -> np.ndarray:
    """Boolean array: whose SALT at baseline is in ``severity``, whatever is analysed; nobody where SALT is not recorded."""
    known = "SALT" in cohort.analysable
    return severity.holds(cohort.baseline_of("SALT") if known else np.full(len(cohort), math.nan))


@dataclass(frozen=True)
class Own:
    """A rate of the cohort: responders (None for a curve), patients, the rate with its limits."""

    k: int | None
    n: int
    rate: Interval


@dataclass(frozen=True, eq=False)
class Rates:
    """The cohort's rates by severity and visit: at the visit ("visits"), or of a first response by then ("first")."""

    s: AnalysisSet
    curve: str = "visits"
    _made: dict[tuple[Severity, int], Own] = field(default_factory=dict)
    _curves: dict[Severity, pd.DataFrame] = field(default_factory=dict)

    @cached_property
    def _status(self) -> np.ndarray:
        return responses(self.s.cohort, self.s.rule, self.s.plan.missing)[0]

    @cached_property
    def _first(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return first_response(self.s)[:3]

    def at(self, severity: Severity, week: int) -> Own:
        """Of the patients whose baseline is in ``severity``, at a scheduled week."""
        if (severity, week) not in self._made:
            self._made[severity, week] = self._at(severity, week)
        return self._made[severity, week]

    def _at(self, severity: Severity, week: int) -> Own:
        who = enrolled_in(self.s.cohort, severity)
        if self.curve == "first":
            return self._by(severity, who, week)
        status = self._status[who, self.s.cohort.column_index(week)]
        seen = status[~np.isnan(status)]
        k, n = int(seen.sum()), len(seen)
        return Own(k, n, wilson(k, n, self.s.plan.level) if n else UNKNOWN)

    def _by(self, severity: Severity, who: np.ndarray, week: int) -> Own:
        time, event, followed = self._first
        who = who & followed
        n = int(who.sum())
        if not n or week > time[who].max():
            return Own(None, n, UNKNOWN)
        if severity not in self._curves:
            self._curves[severity] = kaplan_meier(time[who], event[who], self.s.plan.level).curve
        past = self._curves[severity].query("time <= @week")
        if past.empty or past["survival"].iloc[-1] == 1:
            return Own(None, n, Interval(0.0, math.nan, math.nan))
        last = past.iloc[-1]
        return Own(None, n, Interval(1 - last["survival"], 1 - last["ci_high"], 1 - last["ci_low"]))

    def mixed(self, mix: Sequence[tuple[Severity, int]], week: int) -> Interval:
        """Standardised to ``mix`` at a week; unknown where a band has nobody."""
        try:
            return standardised([self.at(band, week).rate for band, _ in mix], [share for _, share in mix])
        except NotComputable:
            return UNKNOWN


def difference(own: Interval, other: Interval) -> Interval:
    """First minus second; without limits where one of them has none."""
    try:
        return combined([1, -1], [own, other])
    except NotComputable:
        return Interval(own.estimate - other.estimate, math.nan, math.nan)


def printed(rate: PublishedRate, level: float) -> Interval:
    """A published rate with its limits: printed ones, else Wilson's from n, else none. What is printed is of 95 %."""
    if rate.ci_low is not None and rate.ci_high is not None:
        return _at(level, rate.rate, rate.ci_low / 100, rate.ci_high / 100)
    if rate.n is None:
        return Interval(rate.rate, math.nan, math.nan)
    whole = rate.whole is not None
    found = wilson(rate.responders, rate.n, level)
    return Interval(found.estimate if whole else rate.rate, found.low, found.high)


def _at(level: float, rate: float, low: float, high: float) -> Interval:
    """Limits of 95 % as they would be at another level, by the logit; none where that has no value (0 % or 100 %)."""
    if math.isclose(level, PRINTED):
        return Interval(rate, low, high)
    if not (low > 0 and high < 1 and 0 < rate < 1):
        return Interval(rate, math.nan, math.nan)
    middle, wider = _logit(rate), z_crit(level) / z_crit(PRINTED)
    ends = (1 / (1 + math.exp(-(middle + wider * (_logit(limit) - middle)))) for limit in (low, high))
    return Interval(rate, *ends)


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


def nearest(s: AnalysisSet, week: int | None) -> int | None:
    """The follow-up visit nearest to a week, None where none is within :data:`NEAR` weeks."""
    later = [w for w in s.cohort.weeks[1:] if week is not None and abs(w - week) <= NEAR]
    return min(later, key=lambda w: (abs(w - (week or 0)), w), default=None)


def usual_severity(rates: Sequence[PublishedRate]) -> Severity:
    """What most of the rates enrolled."""
    counts = Counter(r.severity for r in rates)
    return counts.most_common(1)[0][0]


def chosen(s: AnalysisSet, drug: str, dose: str, severity: str, own: Sequence[PublishedRate]) -> tuple[PublishedRate, ...]:
    """The published rates of the plan's endpoint. Raises NotComputable where there is none, and says what there is."""
    everything = (*published(), *own)
    try:
        found = beside(everything, s.rule.name, drug, dose, severity)
    except ValueError as error:
        raise NotComputable(f"{severity!r} is no baseline SALT", expected=str(error)) from error
    if found:
        return found
    known = sorted({r.endpoint for r in everything if r.endpoint.startswith("SALT")})
    if s.cohort.score != "SALT":
        raise NotComputable(
            f"No published rate of {s.rule.symbol} is known here: those that come with AAdash are of SALT",
            fix=f"Add studies of {s.cohort.score} from a CSV on the page Evidence, or analyse SALT",
        )
    if drugs(everything, s.rule.name):
        raise NotComputable(
            f"No published rate of {s.rule.symbol} is known here for {' '.join(filter(None, (drug, dose, severity)))}",
            expected="one of " + ", ".join(drugs(everything, s.rule.name)),
        )
    raise NotComputable(
        f"No published rate of {s.rule.symbol} is known here",
        expected="an endpoint with published rates: " + listing([name.replace("<=", "≤") for name in known], "or"),
        fix="Choose one of them, or add studies from a CSV on the page Evidence",
    )
