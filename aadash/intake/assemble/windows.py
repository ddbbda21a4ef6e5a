"""Days since the first dose to scheduled weeks: visit windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Schedules that are tried when the user has not given one, in weeks.
SCHEDULES: tuple[tuple[int, ...], ...] = (
    (0, *range(4, 261, 4)),
    (0, 8, 12, 16, 24, 36, 52, 76, 104),
    (0, 4, 8, 12, 16, 24, 36, 52, 76, 104, 156, 208),
    (0, 4, 12, 24, 36, 52, 76, 104, 156, 208),
    (0, *range(12, 261, 12)),
    (0, *range(13, 261, 13)),
    (0, 4, 9, 13, 17, 22, 26, 30, 35, 39, 43, 48, 52, 65, 78, 91, 104, 130, 156, 182, 208),
    (0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 28, 32, 36, 40, 44, 48, 52),
    (0, *range(26, 261, 26)),
)
#: A visit before the first dose is baseline when it is at most this many days old.
BASELINE_DAYS = 90


@dataclass(frozen=True, eq=False)
class Assigned:
    """Week of each visit (NaN where none), and positions of what the user should know.

    ``ties``: as near to the week before as to the week after (the earlier is taken). ``collisions``: another visit of
    the same patient is nearer to the week. ``between``: after the first dose, before the first window, and baseline
    stands. ``early``: before the first dose and not baseline. ``late``: beyond the last scheduled week's window.
    ``after_dose``: baseline taken from a visit after the first dose, there being none before.
    """

    weeks: np.ndarray
    ties: np.ndarray
    collisions: np.ndarray
    between: np.ndarray
    early: np.ndarray
    late: np.ndarray
    after_dose: np.ndarray


def choose_schedule(days: np.ndarray) -> tuple[int, ...]:
    """The schedule whose weeks lie nearest to the visits: least mean distance in days plus one day per week in use.

    ``days`` since the first dose. Weeks beyond the last visit are left out.
    """
    after, times = np.unique(days[np.isfinite(days) & (days > 3)], return_counts=True)
    if not len(after):
        return (0,)
    best, best_cost = SCHEDULES[0], np.inf
    for schedule in SCHEDULES:
        targets = np.array(schedule) * 7.0
        nearest = np.abs(after[:, None] - targets[None, :]).argmin(axis=1)
        used = np.unique(nearest)
        cost = float(np.average(np.abs(after - targets[nearest]), weights=times)) + len(used)
        if cost < best_cost - 1e-9:
            best, best_cost = tuple(schedule[i] for i in sorted({0, *map(int, used)})), cost
    return best


def windows(schedule: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """(week, first day, last day) of each scheduled week: bounds half way, a day half way belongs to the earlier week.

    Baseline ends on day 0; the first window after it begins half way between baseline and its week.
    """
    days = [7 * w for w in schedule]
    out = []
    for i, week in enumerate(schedule):
        if week == 0:
            out.append((0, -BASELINE_DAYS, 0))
            continue
        low = 1 + (days[i - 1] + days[i]) // 2 if i else 1
        high = (days[i] + days[i + 1]) // 2 if i + 1 < len(days) else days[i] + (days[i] - days[i - 1] if i else 28) // 2 + 14
        out.append((week, low, high))
    return out


def assign(days: np.ndarray, patient: np.ndarray, usable: np.ndarray, schedule: tuple[int, ...]) -> Assigned:
    """Give each visit a scheduled week.

    ``days`` since the first dose, ``patient`` codes from 0, ``usable`` False for visits without a value. Baseline is the
    last visit from day −90 to day 0; for a patient without one, the first visit nearer to baseline than to the first
    scheduled week. After that the nearest week, the earlier of two as near; of several visits of a patient in one
    window the nearest to the week stays, the earlier of two as near.
    """
    n = len(days)
    weeks = np.full(n, np.nan)
    known = np.isfinite(days)
    before = known & (days <= 0)
    base = before & (days >= -BASELINE_DAYS)
    early = before & ~base
    weeks[base] = 0
    has_base = np.zeros(int(patient.max(initial=-1)) + 1, dtype=bool)
    has_base[patient[base & usable]] = True
    targets = np.array(schedule, dtype=float) * 7
    after = np.flatnonzero(known & (days > 0))
    ties = np.zeros(n, dtype=bool)
    late = np.zeros(n, dtype=bool)
    after_dose = np.zeros(n, dtype=bool)
    between = np.zeros(n, dtype=bool)
    if len(after):
        bounds = (targets[:-1] + targets[1:]) / 2
        place = np.searchsorted(bounds, days[after], side="left")
        ties[after] = np.isin(days[after], bounds)
        near_base = place == 0
        taken = near_base & ~has_base[patient[after]] & usable[after]
        after_dose[after[taken]] = True
        beyond = place >= len(targets)
        last = windows(schedule)[-1][2]
        late[after] = (days[after] > last) | beyond
        fine = ~late[after] & (taken | ~near_base)
        between[after[near_base & ~taken & usable[after]]] = True
        weeks[after[fine]] = np.array(schedule, dtype=float)[place[fine]]
    collisions = _collisions(days, patient, usable, weeks)
    weeks[collisions] = np.nan
    return Assigned(
        weeks,
        np.flatnonzero(ties & ~np.isnan(weeks)),
        np.flatnonzero(collisions),
        np.flatnonzero(between),
        np.flatnonzero(early),
        np.flatnonzero(late),
        np.flatnonzero(after_dose & ~np.isnan(weeks)),
    )


def _collisions(days: np.ndarray, patient: np.ndarray, usable: np.ndarray, weeks: np.ndarray) -> np.ndarray:
    """Which visits give way to a nearer one of the same patient and week."""
    out = np.zeros(len(days), dtype=bool)
    at = np.flatnonzero(~np.isnan(weeks) & usable)
    if not len(at):
        return out
    distance = np.abs(days[at] - 7 * weeks[at])
    order = np.lexsort((days[at], distance, weeks[at], patient[at]))
    at = at[order]
    same = (patient[at][1:] == patient[at][:-1]) & (weeks[at][1:] == weeks[at][:-1])
    out[at[1:][same]] = True
    return out
