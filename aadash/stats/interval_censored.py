"""Time to an event that is only known to lie between two visits: Turnbull's estimator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from aadash.errors import NotComputable

Array = np.ndarray


@dataclass(frozen=True)
class Turnbull:
    """The distribution of the time to the event, up to where within an innermost interval the events lie."""

    n: int
    events: int
    """Patients with a finite right end."""
    intervals: pd.DataFrame
    """One row an innermost interval with mass: left, right (both in the unit of time; right infinite for the last), mass, and
    ``by_right`` the probability of the event by its right end. Between left and right the curve is not determined."""
    loglik: float
    iterations: int

    def by(self, time: float) -> tuple[float, float]:
        """Lowest and highest probability of the event by ``time`` that the estimate allows."""
        t = self.intervals
        return float(t.loc[t["right"] <= time, "mass"].sum()), float(t.loc[t["left"] < time, "mass"].sum())

    def median(self) -> tuple[float, float]:
        """The innermost interval in which half have had the event; infinite right end where fewer than half had it."""
        t = self.intervals
        reached = t[t["by_right"] >= 0.5 - 1e-9]
        if reached.empty:
            return float("nan"), float("nan")
        return float(reached["left"].iloc[0]), float(reached["right"].iloc[0])


def turnbull(left: ArrayLike, right: ArrayLike, tolerance: float = 1e-10, max_iterations: int = 20_000) -> Turnbull:
    """Nonparametric maximum likelihood for times that lie in (left, right].

    Parameters
    ----------
    left, right
        n times: the last visit without and the first visit with the event; ``right`` infinite or NaN where it was not
        seen by the last visit. ``left`` 0 where the first visit after the start had it.
    tolerance
        The iteration ends when no mass can gain more than this: max of the directional derivatives less n, over n
        (Gentleman & Geyer 1994).

    Notes
    -----
    Mass can only lie on the innermost intervals, from a left end to the next right end (Turnbull 1976,
    doi:10.1111/j.2517-6161.1976.tb01597.x; Peto 1973, doi:10.2307/2346307). EM with squared extrapolation (Varadhan & Roland 2008,
    doi:10.1111/j.1467-9469.2007.00585.x). R: ``survival::survfit(Surv(left, right, type = "interval2") ~ 1)``,
    ``interval::icfit``. Where all patients are seen at the same visits it is the cumulative proportion at those visits.
    Misleads when patients came because of the event (visits must not depend on it). It has no simple standard error: take a
    bootstrap over patients.

    Raises
    ------
    NotComputable
        Nobody; a left end below 0, or not before its right end.
    """
    lo, hi = np.asarray(left, dtype=float).ravel(), np.asarray(right, dtype=float).ravel()
    if lo.shape != hi.shape:
        raise ValueError(f"{lo.size} left ends for {hi.size} right ends")
    hi = np.where(np.isnan(hi), np.inf, hi)
    if not len(lo) or np.isnan(lo).any():
        raise NotComputable("There is nobody with a first and a last visit to bound the time by")
    if np.any(lo < 0) or np.any(lo >= hi):
        raise NotComputable("An interval ends before it begins", expected="0 ≤ last visit without < first visit with the event")
    a, b = _innermost(lo, hi)
    pairs, count = np.unique(np.column_stack([lo, hi]), axis=0, return_counts=True)
    inside = ((pairs[:, [0]] <= a) & (pairs[:, [1]] >= b)).astype(float)
    mass, iterations = _maximise(inside, count.astype(float), tolerance, max_iterations)
    keep = mass > 1e-12
    table = pd.DataFrame({"left": a[keep], "right": b[keep], "mass": mass[keep] / mass[keep].sum()})
    table["by_right"] = np.where(np.isinf(table["right"]), 1.0, table["mass"].cumsum())
    return Turnbull(len(lo), int(np.isfinite(hi).sum()), table, float(count @ np.log(inside @ mass)), iterations)


def _innermost(lo: Array, hi: Array) -> tuple[Array, Array]:
    """Intervals (a, b] from a left end to the next right end with no other end between; at equal times right ends first."""
    times = np.concatenate([np.unique(lo), np.unique(hi)])
    is_left = np.concatenate([np.ones(len(np.unique(lo)), dtype=bool), np.zeros(len(np.unique(hi)), dtype=bool)])
    order = np.lexsort((is_left, times))
    times, is_left = times[order], is_left[order]
    at = np.flatnonzero(is_left[:-1] & ~is_left[1:])
    return times[at], times[at + 1]


def _em(inside: Array, count: Array, p: Array) -> Array:
    return p * (inside.T @ (count / (inside @ p))) / count.sum()


def _maximise(inside: Array, count: Array, tolerance: float, max_iterations: int) -> tuple[Array, int]:
    p = np.full(inside.shape[1], 1.0 / inside.shape[1])
    for iteration in range(1, max_iterations + 1):
        one = _em(inside, count, p)
        two = _em(inside, count, one)
        r, v = one - p, two - 2 * one + p
        size = float(np.linalg.norm(v))
        alpha = -float(np.linalg.norm(r)) / size if size > 0 else -1.0
        jump = np.maximum(p - 2 * alpha * r + alpha**2 * v, 0.0)
        p = two
        if alpha < -1 and jump.sum() > 0 and np.all(inside @ jump > 0):
            candidate = _em(inside, count, jump / jump.sum())
            if float(count @ np.log(inside @ candidate)) >= float(count @ np.log(inside @ two)):
                p = candidate
        gain = inside.T @ (count / (inside @ p)) / count.sum() - 1
        if gain.max() < tolerance and float((p * np.abs(gain)).max()) < tolerance:
            return p, iteration
    raise NotComputable(f"The interval-censored estimate did not converge in {max_iterations} iterations")
