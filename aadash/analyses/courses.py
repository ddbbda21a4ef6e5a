"""Courses of response: first and sustained response, loss and relapse, and types of course by stated rules."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from aadash.analyses.analysis_set import AnalysisSet
from aadash.measure import Measure

#: What counts as a relapse, as a share of the measure's range: 20 points of SALT.
RELAPSE_SHARE = 0.2
#: Types of course, in the order in which they are asked.
TYPES = ("early", "late", "relapser", "partial", "none")
TYPE_LABELS = {
    "early": "Early responder",
    "late": "Late responder",
    "relapser": "Response lost again",
    "partial": "Partial responder",
    "none": "Non-responder",
}


@dataclass(frozen=True, eq=False)
class Courses:
    """Each patient's course, arrays of length patients; visits as made, nothing filled in.

    ``follow`` who can be judged (endpoint defined, not met before the first dose, seen afterwards); ``first`` week of the first
    response, ``sustained`` week from which it held at two visits made in a row (NaN: never); ``confirmable`` whether a later visit
    could have confirmed it; ``lost`` week of the first visit without the endpoint after the first response; ``relapse`` week of
    a relapse (:func:`relapse_limits`) after a response; ``last`` week last seen;
    ``kinds``
    type of course ("" for who cannot be judged); ``status`` responder status, patients × weeks.
    """

    follow: np.ndarray
    first: np.ndarray
    sustained: np.ndarray
    confirmable: np.ndarray
    lost: np.ndarray
    relapse: np.ndarray
    last: np.ndarray
    kinds: np.ndarray
    status: np.ndarray


def relapse_limits(measure: Measure) -> tuple[float, float]:
    """Points from the best value that are a relapse, and the value that a patient has relapsed across: for SALT 20 and 20.

    Both are :data:`RELAPSE_SHARE` of the range, the second from the healthy end; of a scale of grades, which are whole, the next whole
    grade, which the same patients pass. For another measure than SALT no trial has set them.
    """
    points = RELAPSE_SHARE * (measure.high - measure.low)
    if measure.unit == "grades":
        points = float(math.ceil(points))
    return points, measure.high - points if measure.higher_is_better else measure.low + points


def courses_of(s: AnalysisSet, held_weeks: int = 0) -> Courses:
    """The courses of all patients under the plan's endpoint, visit by visit. A response is sustained that holds at two visits made in
    a row, or with ``held_weeks`` at every visit made until one at least so many weeks later."""
    rule, values, weeks = s.rule, s.cohort.values, s.cohort.weeks
    base, n = s.cohort.baseline, len(values)
    status = rule.response(base, values)
    status[:, 0] = np.nan
    follow = rule.followable(base) & ~np.isnan(values[:, 1:]).all(axis=1)
    first, sustained, lost, relapse, last, final = (np.full(n, np.nan) for _ in range(6))
    confirmable, holds = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    best, sign = base.copy(), -1.0 if s.cohort.measure.higher_is_better else 1.0
    points, across = relapse_limits(s.cohort.measure)
    for j, week in enumerate(weeks[1:], start=1):
        salt = values[:, j]
        seen = follow & ~np.isnan(salt)
        hit, after = seen & (status[:, j] == 1), seen & ~np.isnan(first)
        best = np.where(seen, sign * np.minimum(sign * best, sign * salt), best)
        worse = sign * (salt - best) >= points - 1e-9
        back = worse | ((sign * salt > sign * across + 1e-9) & (sign * best <= sign * across + 1e-9))
        confirmable |= after
        sustained = np.where(hit & holds & np.isnan(sustained), last, sustained)
        lost = np.where(after & ~hit & np.isnan(lost), week, lost)
        relapse = np.where(after & back & np.isnan(relapse), week, relapse)
        first = np.where(hit & np.isnan(first), week, first)
        holds = np.where(seen, hit, holds)
        last = np.where(seen, week, last)
        final = np.where(seen, salt, final)
    if held_weeks:
        sustained = _held(status, values, weeks, follow, held_weeks)
    half = weeks[-1] / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        better = sign * (base - final) / base >= 0.3 - 1e-9
        kinds = np.select(
            [~follow, np.isnan(first) & better, np.isnan(first), ~holds, first <= half],
            ["", "partial", "none", "relapser", "early"],
            default="late",
        )
    return Courses(follow, first, sustained, confirmable, lost, relapse, last, kinds, status)


def _held(status: np.ndarray, values: np.ndarray, weeks: tuple[int, ...], follow: np.ndarray, held_weeks: int) -> np.ndarray:
    """First week from which the endpoint holds at every visit made until one at least ``held_weeks`` later; NaN: never."""
    out, start = np.full(len(values), np.nan), np.full(len(values), np.nan)
    for j, week in enumerate(weeks[1:], start=1):
        seen = follow & ~np.isnan(values[:, j])
        hit = seen & (status[:, j] == 1)
        start = np.where(seen, np.where(hit, np.where(np.isnan(start), week, start), np.nan), start)
        out = np.where(hit & np.isnan(out) & (week - start >= held_weeks), start, out)
    return out
