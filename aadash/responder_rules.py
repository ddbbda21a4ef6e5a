"""The kinds of responder rule. A new kind is one class here, and one line in ``aadash/endpoints.py`` that says how it is written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

import numpy as np

from aadash.errors import PlanError
from aadash.measure import Measure

#: A percentage is compared after this much slack, so that 40.4 → 10.1 is the 75 % that it is on paper and not the
#: 74.99999999999999 that binary fractions make of it. SALT is recorded to 0.1; no true difference is this small.
SLACK = 1e-9


@dataclass(frozen=True)
class Endpoint(ABC):
    """A responder rule of one measure, at one visit. ``threshold`` is the number in it."""

    measure: Measure
    threshold: float

    @property
    @abstractmethod
    def name(self) -> str:
        """As a plan and a table hold it ("SALT<=20")."""

    @property
    @abstractmethod
    def label(self) -> str:
        """The rule in words."""

    @property
    def meaning(self) -> str:
        """The rule as a noun: "a SALT of at most 20"."""
        return self.label

    @property
    def symbol(self) -> str:
        """The name as printed on screen ("SALT≤20")."""
        return self.name.replace("<=", "≤").replace(">=", "≥")

    @property
    def relative(self) -> bool:
        """True for a percentage of baseline, which asks for fewer points of a mild patient than of a severe one."""
        return False

    @property
    def needs_baseline(self) -> bool:
        """True when nobody can be judged without a baseline."""
        return True

    @abstractmethod
    def met(self, baseline: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Boolean array: where the rule is met, whoever may be asked. Arrays of one shape, or that broadcast."""

    def undefined(self, baseline: np.ndarray) -> tuple[tuple[str, np.ndarray], ...]:
        """Reason → boolean array (patients,): who cannot be asked although the baseline is known ("… patients <reason>")."""
        return ()

    def defined(self, baseline: np.ndarray) -> np.ndarray:
        """Boolean array (patients,): who has a baseline and can be asked."""
        return ~np.logical_or.reduce([np.isnan(baseline), *(who for _, who in self.undefined(baseline))])

    def already(self, baseline: np.ndarray) -> np.ndarray:
        """Boolean array (patients,): who meets the rule before the first dose."""
        return np.zeros(baseline.shape, dtype=bool)

    def followable(self, baseline: np.ndarray) -> np.ndarray:
        """Boolean array (patients,): who can be followed to a first response: can be asked, and does not meet the rule yet."""
        return self.defined(baseline) & ~self.already(baseline)

    def response(self, baseline: np.ndarray, values: np.ndarray) -> np.ndarray:
        """1.0 for a responder, 0.0 for none, NaN where it is undefined or not observed.

        ``baseline`` has shape (patients,), ``values`` (patients, visits) or that of ``baseline``; the answer that of ``values``.
        """
        one = values.shape == baseline.shape
        base, asked = (baseline, self.defined(baseline)) if one else (baseline[:, None], self.defined(baseline)[:, None])
        with np.errstate(invalid="ignore", divide="ignore"):
            hit = self.met(base, values)
        counted = ~np.isnan(values) & (asked if self.needs_baseline else True)
        return np.where(counted, hit.astype(float), np.nan)

    def of(self, measure: Measure) -> Endpoint:
        """The same rule of ``measure``. Raises PlanError when it is a rule of another measure alone."""
        if measure.name != self.measure.name:
            raise PlanError(
                f"{self.symbol} is no endpoint of {measure.name}",
                expected=f"a rule of {measure.name}",
                fix="Choose another endpoint in the sidebar",
            )
        return self if measure == self.measure else replace(self, measure=measure)


@dataclass(frozen=True)
class PercentImprovement(Endpoint):
    """Improved by at least ``threshold`` percent of baseline; undefined (NaN) where baseline is 0 or missing."""

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 1000:
            raise PlanError(f"An improvement of {self.threshold:g} %", expected="a number above 0")

    @property
    def name(self) -> str:
        return f"SALT{self.threshold:g}" if self.measure.name == "SALT" else f"{self.measure.name} {self.threshold:g}%"

    @property
    def symbol(self) -> str:
        name = self.measure.name
        return f"{name}{self.threshold:g}" if name.isalpha() and name.isupper() else f"{name} {self.threshold:g} % improvement"

    @property
    def label(self) -> str:
        return f"at least {self.threshold:g} % improvement from baseline"

    @property
    def meaning(self) -> str:
        return f"an improvement of at least {self.threshold:g} % from baseline"

    @property
    def relative(self) -> bool:
        return True

    def met(self, baseline: np.ndarray, values: np.ndarray) -> np.ndarray:
        gained = values - baseline if self.measure.higher_is_better else baseline - values
        return 100.0 * gained / baseline >= self.threshold - SLACK

    def undefined(self, baseline: np.ndarray) -> tuple[tuple[str, np.ndarray], ...]:
        return ((self.measure.without_percent, baseline <= 0),)

    def of(self, measure: Measure) -> Endpoint:
        return self if measure == self.measure else replace(self, measure=measure)


@dataclass(frozen=True)
class Reached(Endpoint):
    """A value at ``threshold`` or on its healthy side, whatever it was at baseline."""

    @property
    def sign(self) -> str:
        """ "<=" or ">="."""
        return ">=" if self.measure.higher_is_better else "<="

    @property
    def name(self) -> str:
        gap = "" if self.measure.name == "SALT" else " "
        return f"{self.measure.name}{gap}{self.sign}{self.threshold:g}"

    @property
    def symbol(self) -> str:
        return super().symbol.replace(" ≤", "≤").replace(" ≥", "≥")

    @property
    def label(self) -> str:
        return f"{self.measure.name} of {self.threshold:g} or {'more' if self.measure.higher_is_better else 'less'}"

    @property
    def meaning(self) -> str:
        return f"{self.measure.name} of at {'least' if self.measure.higher_is_better else 'most'} {self.threshold:g}"

    @property
    def needs_baseline(self) -> bool:
        return False

    def met(self, baseline: np.ndarray, values: np.ndarray) -> np.ndarray:
        return values >= self.threshold - SLACK if self.measure.higher_is_better else values <= self.threshold + SLACK

    def already(self, baseline: np.ndarray) -> np.ndarray:
        return self.met(baseline, baseline)


@dataclass(frozen=True)
class PointsImprovement(Endpoint):
    """Improved by at least ``threshold`` points; undefined where baseline is too good for that."""

    @property
    def name(self) -> str:
        return f"{self.measure.name} +{self.threshold:g}"

    @property
    def symbol(self) -> str:
        return f"{self.measure.name} ≥{self.measure.in_units(self.threshold)} better"

    @property
    def label(self) -> str:
        return f"at least {self.measure.in_units(self.threshold)} of improvement from baseline"

    def room(self, baseline: np.ndarray) -> np.ndarray:
        """Points between baseline and the healthy end of the scale."""
        return self.measure.high - baseline if self.measure.higher_is_better else baseline - self.measure.low

    def met(self, baseline: np.ndarray, values: np.ndarray) -> np.ndarray:
        return self.measure.improvement(values - baseline) >= self.threshold - SLACK

    def undefined(self, baseline: np.ndarray) -> tuple[tuple[str, np.ndarray], ...]:
        return (
            (
                f"with a baseline {self.measure.name} that cannot improve by {self.threshold:g}",
                self.room(baseline) < self.threshold - SLACK,
            ),
        )


@dataclass(frozen=True)
class ReachedGrade(Endpoint):
    """A grade at or below ``threshold`` with at least ``gain`` grades of improvement, among patients above it at baseline.

    The rule of the trials that led to registration: eyebrow or eyelash ClinRO 0 or 1 with at least 2 points of improvement
    among patients at 2 or 3 (King et al. 2022, doi:10.1056/NEJMoa2110343).
    """

    gain: float

    @property
    def name(self) -> str:
        return f"{self.measure.name} <={self.threshold:g}+{self.gain:g}"

    @property
    def symbol(self) -> str:
        return f"{self._goal} (≥{self.measure.in_units(self.gain)} better)"

    @property
    def _goal(self) -> str:
        return f"{self.measure.name} {self._reached('/')}"

    @property
    def label(self) -> str:
        worse = _grades(self.threshold + 1, self.measure.high, " or ")
        return (
            f"{self.measure.name} of {self._reached(' or ')} with at least {self.measure.in_units(self.gain)} of improvement, "
            f"among patients at {worse} at baseline"
        )

    def _reached(self, between: str) -> str:
        return _grades(self.measure.low, self.threshold, between)

    def grade(self, values: np.ndarray) -> np.ndarray:
        """The values as grades."""
        return values

    def met(self, baseline: np.ndarray, values: np.ndarray) -> np.ndarray:
        before, after = self.grade(baseline), self.grade(values)
        return (after <= self.threshold + SLACK) & (before - after >= self.gain - SLACK)

    def undefined(self, baseline: np.ndarray) -> tuple[tuple[str, np.ndarray], ...]:
        low = self.grade(baseline) <= self.threshold + SLACK
        return ((f"with a baseline {self.measure.name} of {self._reached(' or ')} already", low),)


@dataclass(frozen=True)
class SaltGrade(ReachedGrade):
    """:class:`ReachedGrade` of the AA-IGA that SALT stands for: 0 none (SALT 0), 1 limited (to 20), 2 moderate (21–49),
    3 severe (50–94), 4 very severe (95–100); Wyrwich et al. 2020 (doi:10.1111/bjd.18883). A SALT between two whole numbers
    belongs to the grade below the next limit: 20.5 and 49.5 are moderate, 94.5 is severe."""

    @property
    def name(self) -> str:
        return f"{self.measure.name} AA-IGA<={self.threshold:g}+{self.gain:g}"

    @property
    def symbol(self) -> str:
        return f"AA-IGA {self._reached('/')} by SALT (≥{self.gain:g} grades better)"

    @property
    def label(self) -> str:
        return (
            f"AA-IGA {self._reached(' or ')} (SALT of 20 or less) with at least {self.gain:g} grades of improvement, "
            "among patients above it at baseline"
        )

    def _reached(self, between: str) -> str:
        return _grades(0.0, self.threshold, between)

    def grade(self, values: np.ndarray) -> np.ndarray:
        grades = np.select([values <= SLACK, values <= 20 + SLACK, values < 50, values < 95], [0.0, 1.0, 2.0, 3.0], 4.0)
        return np.where(np.isnan(values), np.nan, grades)

    def undefined(self, baseline: np.ndarray) -> tuple[tuple[str, np.ndarray], ...]:
        return (("with a baseline SALT of 20 or less (AA-IGA 0 or 1) already", self.grade(baseline) <= self.threshold),)


def _grades(low: float, high: float, between: str) -> str:
    """ "0 or 1" for two grades next to each other, "2 to 4" for more, "3" for one."""
    if high - low == 1:
        return f"{low:g}{between}{high:g}"
    return f"{low:g}" if low == high else f"{low:g} to {high:g}" if between.strip() else f"{low:g}–{high:g}"
