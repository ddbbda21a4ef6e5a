"""What is measured at the visits: a score's range, its direction, and the ones that the field uses."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from aadash.errors import CohortError
from aadash.formatting import digits_of_span, interval, number

#: Which end of the range is the healthy one.
DIRECTIONS = ("lower", "higher")


@dataclass(frozen=True)
class Measure:
    """A score that is recorded at visits.

    Attributes
    ----------
    name
        As printed and as columns are headed ("SALT", "Eyebrow ClinRO").
    low, high
        The range of the scale, both ends included, in ``unit``.
    better
        "lower" when a fall is an improvement (SALT, DLQI), "higher" when a rise is (hair density).
    unit
        What steps of the scale are called in a sentence: "points", of a graded scale "grades".
    title
        The name in full.
    ends
        What ``low`` and ``high`` mean, for messages; may be empty texts.
    cut
        Where publications cut a baseline into more and less severe; None where none does, and then the cohort's median is the cut
        (:attr:`aadash.cohort.Cohort.usual_cut`).
    endpoints
        Its usual responder rules as :func:`aadash.endpoints.endpoint` reads them after the name; the first is the default
        (see :attr:`rules`).
    assumed
        True when nobody said which end is better: the name is not known, and "lower" was taken.

    Raises
    ------
    CohortError
        When the range is not one or ``better`` is neither of :data:`DIRECTIONS`.
    """

    name: str
    low: float = 0.0
    high: float = 100.0
    better: str = "lower"
    unit: str = "points"
    title: str = ""
    ends: tuple[str, str] = ("", "")
    cut: float | None = None
    endpoints: tuple[str, ...] = ("75%", "90%", "100%", "50%")
    assumed: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", float(self.low))
        object.__setattr__(self, "high", float(self.high))
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise CohortError(
                f"The range of {self.name or 'a measure'} is {self.low:g} to {self.high:g}", expected="a lower and a higher number"
            )
        if self.better not in DIRECTIONS:
            raise CohortError(f"The better direction of {self.name} is {self.better!r}", expected="one of " + ", ".join(DIRECTIONS))

    @property
    def without_percent(self) -> str:
        """Who has no percent change, as an exclusion says it; a scale that goes below 0 has them there too."""
        if self.low < 0:
            return f"with a baseline {self.name} of 0 or less (percent change is undefined)"
        return f"with a baseline {self.name} of 0 (percent change is undefined)"

    @property
    def higher_is_better(self) -> bool:
        """True when a rise is an improvement."""
        return self.better == "higher"

    @property
    def domain(self) -> tuple[float, float]:
        """The range, for an axis."""
        return (self.low, self.high)

    @property
    def scale(self) -> tuple[str, float, float, str, str]:
        """What makes its numbers mean what they mean: name, range, direction, unit. Goes into a cohort's fingerprint."""
        return (self.name, self.low, self.high, self.better, self.unit)

    @property
    def width(self) -> float:
        """How long the scale is."""
        return self.high - self.low

    @property
    def span(self) -> str:
        """The range in print: "0–100", "−1 to 1"."""
        return f"{self.low:g}–{self.high:g}" if self.low >= 0 else f"{self.low:g} to {self.high:g}".replace("-", "−")

    @property
    def stride(self) -> float:
        """How much more of it a regression estimate is for: 10 on a scale of 100, else 1."""
        return 10.0 if self.high - self.low >= 100 else 1.0

    @property
    def digits(self) -> int:
        """Decimals with which a mean or a difference of it is printed: one, more on a scale of 2 or less (a utility of 0–1)."""
        return digits_of_span(self.width)

    def digits_of(self, variable: str) -> int:
        """Decimals of a result's ``variable``: those of the score, or of what is in percent."""
        return 1 if variable == "percent_change" else self.digits

    def number(self, value: float) -> str:
        """A mean, difference or spread of this measure as printed."""
        return number(value, self.digits)

    def interval(self, low: float, high: float) -> str:
        """An interval of such a number as printed."""
        return interval(low, high, self.digits)

    def amount(self, value: float) -> str:
        """A change or a difference with its unit: "−36.0 points", "−1.2 grades"."""
        return self.in_units(self.number(value))

    def in_units(self, of: float | str) -> str:
        """So many of its units, or a number as printed: "4 points", "1 grade"."""
        shown = of if isinstance(of, str) else f"{of:g}"
        if self.unit == "grades":
            return f"{shown} grade" if shown == "1" else f"{shown} grades"
        if self.unit == "points":
            return f"{shown} point" if shown == "1" else f"{shown} points"
        return f"{shown} {self.unit}"

    @property
    def expected(self) -> str:
        """The range in words, for a message: "numbers from 0 (no hair loss) to 100 (no scalp hair)"."""
        low, high = (f"{value:g}" + (f" ({end})" if end else "") for value, end in zip(self.domain, self.ends, strict=True))
        return f"numbers from {low} to {high}"

    @property
    def rules(self) -> tuple[str, ...]:
        """:attr:`endpoints`; where a rise is better and nobody named any, a tenth and a fifth of the scale in points come first. A
        percentage of a high baseline may be out of reach: 75 % better from above 57 of 100. A tenth of a scale is about half a
        standard deviation, which patients notice (Norman et al. 2003, doi:10.1097/01.MLR.0000062554.74615.4C)."""
        if not self.higher_is_better or self.endpoints != Measure.endpoints:
            return self.endpoints
        tenth = (self.high - self.low) / 10
        return (f"+{tenth:g}", f"+{2 * tenth:g}", "25%", "50%")

    def outside(self, values: np.ndarray) -> np.ndarray:
        """Boolean array: which of ``values`` are no value of this scale (an empty one is not outside)."""
        return ~np.isnan(values) & ((values < self.low) | (values > self.high))

    def improvement(self, change: np.ndarray) -> np.ndarray:
        """A change (or percent change) turned so that positive is better."""
        return change if self.higher_is_better else -change

    def words(self, text: str) -> str:
        """``text``, which speaks of SALT and of its fall, said of this measure."""
        if self.name == "SALT":
            return text
        said = text.replace("SALT", self.name)
        return said.replace("fallen", "risen").replace("falls", "rises") if self.higher_is_better else said

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**asdict(self), "ends": list(self.ends), "endpoints": list(self.endpoints)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Measure:
        """The inverse of :meth:`to_dict`. Raises KeyError, TypeError, ValueError or CohortError when it is no measure."""
        low, high = data["ends"]
        cut = None if data["cut"] is None else float(data["cut"])
        endpoints = tuple(map(str, data["endpoints"]))
        texts = {key: str(data[key]) for key in ("name", "better", "unit", "title")}
        return cls(
            low=float(data["low"]),
            high=float(data["high"]),
            ends=(str(low), str(high)),
            cut=cut,
            endpoints=endpoints,
            assumed=data.get("assumed") is True,
            **texts,
        )


#: Olsen et al. 2004 (doi:10.1016/j.jaad.2003.09.032).
SALT = Measure("SALT", title="Severity of Alopecia Tool", ends=("no hair loss", "no scalp hair"), cut=50.0)
#: Said wherever SALT is put in the bands of trials, which are named by whole numbers.
BANDS_HOLD = "The band 21–49 holds every value above 20 and below 50, the band 50–94 every one from 50 to below 95."
