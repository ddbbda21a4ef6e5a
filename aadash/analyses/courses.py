"""Courses of response: first and sustained response, loss and relapse, and types of course by stated rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aadash.analyses.analysis_set import AnalysisSet

#: SALT points above the best value that count as a relapse.
RELAPSE_POINTS = 20.0
#: SALT above which a patient who was at or below it has relapsed.
RELAPSE_ABOVE = 20.0
#: Types of course, in the order in which they are asked.
TYPES = ("early", "late", "relapser", "partial", "none")
TYPE_LABELS = {
    "early": "Early responder",
    "late": "Late responder",
    "relapser": "Responded and lost it",
    "partial": "Partial responder",
    "none": "Non-responder",
}


@dataclass(frozen=True, eq=False)
class Courses:
    """Each patient's course, arrays of length patients; visits as made, nothing filled in.

    ``follow`` who can be judged (endpoint defined, not met before the first dose, seen afterwards); ``first`` week of the first
    response, ``sustained`` week from which it held at two visits made in a row (NaN: never); ``confirmable`` whether a later visit
    could have confirmed it; ``lost`` week of the first visit without the endpoint after the first response; ``relapse`` week of
    SALT 20 points above the best value, or above 20 after having been at or below it, after a response; ``last`` week last seen.
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


def courses_of(s: AnalysisSet) -> Courses:
    """The courses of all patients under the plan's endpoint."""
    rule, values = s.rule, s.cohort.values
    weeks = np.array(s.cohort.weeks, dtype=float)
    base, n = s.cohort.baseline, len(values)
    status = rule.response(base, values)
    status[:, 0] = np.nan
    seen = ~np.isnan(values)
    seen[:, 0] = False
    out = {k: np.full(n, np.nan) for k in ("first", "sustained", "lost", "relapse", "last")}
    confirmable = np.zeros(n, dtype=bool)
    follow = rule.followable(base) & seen.any(axis=1)
    for i in np.flatnonzero(follow):
        at = np.flatnonzero(seen[i])
        hit, salt, when = status[i, at] == 1, values[i, at], weeks[at]
        out["last"][i] = when[-1]
        if not hit.any():
            continue
        k = int(np.argmax(hit))
        out["first"][i] = when[k]
        confirmable[i] = k + 1 < len(at)
        pairs = np.flatnonzero(hit[:-1] & hit[1:])
        if len(pairs):
            out["sustained"][i] = when[pairs[0]]
        after = np.arange(len(at)) > k
        if (after & ~hit).any():
            out["lost"][i] = when[np.argmax(after & ~hit)]
        best = np.minimum.accumulate(np.concatenate([[base[i]], salt]))[1:]
        back = (salt - best >= RELAPSE_POINTS - 1e-9) | ((salt > RELAPSE_ABOVE + 1e-9) & (best <= RELAPSE_ABOVE + 1e-9))
        if (after & back).any():
            out["relapse"][i] = when[np.argmax(after & back)]
    return Courses(
        follow,
        out["first"],
        out["sustained"],
        confirmable,
        out["lost"],
        out["relapse"],
        out["last"],
        _kinds(s, follow, out, status, weeks),
        status,
    )


def _kinds(s: AnalysisSet, follow: np.ndarray, out: dict[str, np.ndarray], status: np.ndarray, weeks: np.ndarray) -> np.ndarray:
    """Type of course of each patient, "" for who cannot be judged."""
    kinds = np.full(len(follow), "", dtype=object)
    half = weeks[1:].max() / 2
    base, values = s.cohort.baseline, s.cohort.values
    for i in np.flatnonzero(follow):
        seen = np.flatnonzero(~np.isnan(status[i]))
        ended = bool(status[i, seen[-1]] == 1) if len(seen) else False
        if np.isnan(out["first"][i]):
            last = values[i, np.flatnonzero(~np.isnan(values[i]))[-1]]
            kinds[i] = "partial" if base[i] > 0 and (base[i] - last) / base[i] >= 0.3 - 1e-9 else "none"
        elif not ended:
            kinds[i] = "relapser"
        else:
            kinds[i] = "early" if out["first"][i] <= half else "late"
    return kinds
