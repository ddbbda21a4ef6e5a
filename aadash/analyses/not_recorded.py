"""A score that is missing at a visit which took place: another measure of the file was recorded then. No visit was missed."""

from __future__ import annotations

import re

import numpy as np

from aadash.cohort import Cohort


def came_without(cohort: Cohort, week: int) -> bool:
    """Whether somebody without the score at a week came then, or later at a week that the score has not: another measure of the file
    was recorded."""
    missing = np.isnan(cohort.values[:, cohort.column_index(week)])
    for _, frame in cohort.measures.values():
        at = [w for w in map(int, frame.columns) if w == week or (w > week and w not in cohort.weeks)]
        if at and frame[at].reindex(cohort.salt.index).notna().to_numpy()[missing].any():
            return True
    return False


def last_came(cohort: Cohort) -> np.ndarray:
    """The last week at which anything was recorded of each patient, the score or another measure; −1 for who has nothing."""
    weeks, last = np.array(cohort.weeks, dtype=float), np.full(len(cohort), -1.0)
    for of, values in [(weeks, cohort.values)] + [
        (np.array(frame.columns, dtype=float), frame.reindex(cohort.salt.index).to_numpy(dtype=float))
        for _, frame in cohort.measures.values()
    ]:
        if len(of):
            last = np.maximum(last, np.where(np.isnan(values), -1.0, of).max(axis=1))
    return last


#: How a reason of an accounting speaks of visits: none at all, none after baseline, one missing, none at a week, that one alone.
_NEVER = re.compile(r"with(?:out any| no) visit(?: at all)?")
_AFTER = re.compile(r"with no visit after baseline(?: up to week (\d+))?")
_SOMEWHERE = re.compile(r"with a missing visit")
_THEN = re.compile(r"with no visit at week (\d+)")
_BUT_THEN = re.compile(r"seen at week (\d+) but not at every visit")


def reason_without(why: str, score: str) -> str:
    """A reason of an accounting that speaks of visits, said of the score: "with no visit after baseline" is "without DLQI after
    baseline"."""
    if _NEVER.fullmatch(why):
        return f"without any {score}"
    if _SOMEWHERE.fullmatch(why):
        return f"without {score} at one of the visits"
    if found := _AFTER.fullmatch(why):
        week = found[1]
        return f"without {score} after baseline up to week {week}" if week else f"without {score} after baseline"
    if found := _THEN.fullmatch(why):
        week = found[1]
        return f"without {score} at week {week}"
    if found := _BUT_THEN.fullmatch(why):
        week = found[1]
        return f"with {score} at week {week} but not at every visit"
    return why
