"""A patient made up from a course of response: a baseline that can have it, and values that give it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from aadash.endpoints import endpoint as endpoint_called
from aadash.errors import NotComputable
from aadash.measure import Measure
from aadash.responder_rules import Endpoint


def course_row(course: str, endpoint: str, measure: Measure, grid: int) -> list[float]:
    """The scores of somebody who has a course of response."""
    return course_of(baseline_of(course, endpoint_called(endpoint, measure), measure, grid), course, measure)


def course_of(base: float, course: str, measure: Measure) -> list[float]:
    """``base``, then the best value of the scale where the endpoint is reached, the worst where it is not, NaN for a missed visit."""
    best, worst = (measure.high, measure.low) if measure.higher_is_better else (measure.low, measure.high)
    values = {"1": best, "0": worst, "-": float("nan")}
    return [base, *(values[sign] for sign in course.removeprefix("u")[1:])]


def baseline_of(
    course: str, rule: Endpoint, measure: Measure, grid: int, allowed: Callable[[np.ndarray], np.ndarray] | None = None
) -> float:
    """The worst baseline with which a course can be had ("u": one that leaves ``rule`` undefined); NaN where none is known.

    ``allowed`` says which baselines may be taken. Raises NotComputable when none fits, as in a summary that was altered.
    """
    first = course.removeprefix("u")[0]
    if first == "-":
        return float("nan")
    every = measure.low + np.arange(round((measure.high - measure.low) * grid) + 1) / grid
    fits = rule.defined(every) != course.startswith("u")
    if not course.startswith("u"):
        fits &= rule.response(every, every) == float(first)
    if allowed is not None:
        fits &= allowed(every)
    if not fits.any():
        raise NotComputable(f"No baseline {measure.name} has the course of response {course}, which this summary counts")
    return float(every[fits][0 if measure.higher_is_better else -1])
