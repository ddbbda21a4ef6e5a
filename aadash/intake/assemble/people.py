"""One code, two people? Visits years apart under one code, and several values for the same visit: asked, and split where decided."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.intake.check.doubts import Doubts
from aadash.intake.model import EXCLUDE, KEEP, SET_MISSING, TWO_PEOPLE
from aadash.intake.text import rows_text

#: Days without a visit after which the same code may be somebody else.
YEARS_APART = 2 * 365.25


def next_person(code: str, taken: set[str], number: int = 2) -> str:
    """ "P01-2": a code for another person under ``code`` that nobody has."""
    while f"{code}-{number}" in taken:
        number += 1
    return f"{code}-{number}"


def people_apart(
    codes: np.ndarray, days: np.ndarray, rows: np.ndarray, name: str, date_name: str, doubts: Doubts
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The codes, the days of visits that are used, and the records of patients left out, after visits of one code that lie years
    apart were asked about.

    Nothing is asked where such gaps are the rule. Until it is decided the later visits are not used.
    """
    out = np.zeros(len(codes), dtype=bool)
    patient, names = pd.factorize(codes)
    late = _after_gap(patient, days)
    concerned = np.unique(patient[late])
    if not len(concerned) or (len(concerned) > 0.5 * len(names) and len(names) > 2):
        return codes, days, out
    codes, days = codes.copy(), days.copy()
    taken = set(map(str, names))
    shown = ", ".join(str(names[p]) for p in concerned[:5]) + (" …" if len(concerned) > 5 else "")
    at = np.flatnonzero(late)
    chosen = doubts.report(
        "error",
        "years_apart",
        name,
        rows[at],
        f"Column {name!r}: {shown} has visits more than two years apart in {date_name!r} and none between; "
        f'{rows_text(sorted(rows[at].tolist()))} lie after the gap and are not used until you decide. "keep" takes them for one '
        f'patient, "two people" makes the later visits another patient ({next_person(str(names[concerned[0]]), taken)}).',
        (KEEP, TWO_PEOPLE, SET_MISSING, EXCLUDE),
    )
    new = {p: next_person(str(names[p]), taken) for p in concerned}
    for i, action in zip(at, chosen, strict=True):
        if action == TWO_PEOPLE:
            codes[i] = new[patient[i]]
            doubts.record([rows[i]], name, str(names[patient[i]]), codes[i], "another person, as you decided")
        elif action != KEEP:
            days[i] = np.nan
            doubts.record([rows[i]], date_name, "a visit years later", "", "not used" if action else "not used until you decide")
    for p in {patient[i] for i, action in zip(at, chosen, strict=True) if action == EXCLUDE}:
        out |= patient == p
    return codes, days, out


def _after_gap(patient: np.ndarray, days: np.ndarray) -> np.ndarray:
    """True for the visits of a patient after a gap of :data:`YEARS_APART`."""
    out = np.zeros(len(days), dtype=bool)
    known = np.flatnonzero(~np.isnan(days))
    order = known[np.lexsort((days[known], patient[known]))]
    if len(order) < 2:
        return out
    same = patient[order][1:] == patient[order][:-1]
    gap = np.concatenate([[False], same & (np.diff(days[order]) > YEARS_APART)])
    start = np.concatenate([[True], ~same])
    since = pd.Series(gap).groupby(np.cumsum(start)).cummax().to_numpy()
    out[order] = since
    return out


def second_values(
    codes: np.ndarray, weeks: np.ndarray, values: np.ndarray, rows: np.ndarray, week_name: str, doubts: Doubts
) -> np.ndarray:
    """The codes, where it was decided that several values for one visit are those of two people: the further ones get a new code."""
    key = f"visit_twice|{doubts.table}|{week_name}" if doubts.table else f"visit_twice|{week_name}"
    if not any(a == TWO_PEOPLE and (k == key or k.startswith(f"{key}@")) for k, a in doubts.decisions.actions.items()):
        return codes
    at = np.flatnonzero(~np.isnan(weeks) & ~np.isnan(values))
    frame = pd.DataFrame({"code": codes[at], "week": weeks[at]})
    place = frame.groupby(["code", "week"], sort=False).cumcount().to_numpy()
    codes, taken = codes.copy(), set(map(str, codes))
    old = codes.copy()
    for i, k in zip(at[place > 0], place[place > 0], strict=True):
        if doubts.decisions.actions.get(f"{key}@{rows[i]}", doubts.decisions.actions.get(key)) == TWO_PEOPLE:
            new = next_person(str(codes[i]), taken, int(k) + 1)
            doubts.record([rows[i]], week_name, str(codes[i]), new, "another person, as you decided")
            codes[i] = new
    mine = np.flatnonzero(codes != old)
    if not len(mine):
        return codes
    shown = ", ".join(list(dict.fromkeys(map(str, old[mine])))[:5])
    doubts.report(
        "error",
        "visit_twice",
        week_name,
        rows[mine],
        f"Column {week_name!r}: several values for one visit of {shown} are those of two people under one code; the further ones "
        f"have a code of their own, such as {codes[mine[0]]!r} ({rows_text(sorted(rows[mine].tolist()))}).",
        (TWO_PEOPLE, SET_MISSING, EXCLUDE),
    )
    return codes
