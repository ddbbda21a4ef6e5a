"""What a chart needs of a result beside its table: one small record for each family of analyses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from aadash.evidence import PublishedRate
from aadash.ledger import Ledger
from aadash.measure import Measure
from aadash.model_plan import ModelPlan
from aadash.palette import NEUTRAL, PALETTE


@dataclass(frozen=True, eq=False)
class Quantiles:
    """For Q–Q plots: level as printed → sorted values with the normal quantiles they are held against."""

    qq: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Schedule:
    """The scheduled weeks of the cohort, and for each level (ALL included) how many are still at risk just before each of them."""

    weeks: tuple[int, ...]
    at_risk: Mapping[Any, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Facts:
    """Baseline facts: variable → what it is; variable → counts of its distribution; whether p-values were asked for; which
    scores are of grades."""

    facts: Mapping[str, Any]
    distributions: Mapping[str, list[int]]
    p_values: bool
    graded: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class EventList:
    """Adverse events: term → class, whether they come from a list of events, and which of them count."""

    classes: Mapping[str, str]
    from_list: bool
    scope: str


@dataclass(frozen=True, eq=False)
class Courses:
    """Every patient's course: ``values`` (patients, ``weeks``), ``codes`` the position of each patient's level (−1: none),
    ``patients`` their codes; ``score`` what was measured.

    Of a counted cohort they are some patients drawn by lot, and ``bands`` holds each level's quantiles of all, (weeks,
    :data:`QUANTILES`).
    """

    score: str
    weeks: tuple[int, ...]
    values: np.ndarray
    codes: np.ndarray
    patients: pd.Index
    bands: Mapping[Any, np.ndarray] | None = None


#: Of the bands that hold half of the patients and nine tenths.
QUANTILES = (0.05, 0.25, 0.75, 0.95)


@dataclass(frozen=True, eq=False)
class Ranked:
    """A score (``score``) at baseline (``first``) and at ``week`` (``later``), of the patients seen at both."""

    score: str
    week: int
    first: np.ndarray
    later: np.ndarray


@dataclass(frozen=True, eq=False)
class Subgroups:
    """Of each column that splits the cohort: its title, its levels under that title, and its levels by themselves
    ("sex: female"). ``relative`` is the sentence on the relative scale."""

    titles: Mapping[str, str]
    level_labels: Mapping[str, Mapping[str, str]]
    full_labels: Mapping[str, Mapping[str, str]]
    relative: str = ""


@dataclass(frozen=True, eq=False)
class Funnel(Subgroups):
    """The limits of chance over a range of sizes (``n, low, high, low_all, high_all``) about the whole cohort's value."""

    band: pd.DataFrame = field(default_factory=pd.DataFrame)
    centre: float = float("nan")
    outcome: str = "response"


@dataclass(frozen=True, eq=False)
class Cells:
    """Two splits at once: row and column label of each cell, the other split's name, both titles, and how many cells are small
    for a mean change."""

    cells: Mapping[Any, tuple[str, str]]
    across: str
    titles: tuple[str, str]
    made: str


@dataclass(frozen=True, eq=False)
class SideBySide:
    """The endpoint of each plan as printed, the level of its intervals, the score that it analyses and the decimals of its means."""

    endpoints: Mapping[str, str]
    levels: Mapping[str, float]
    scores: Mapping[str, str]
    digits: Mapping[str, int]


@dataclass(frozen=True)
class AdjustedFor:
    """The ``titles`` of what a comparison is adjusted for."""

    titles: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Model:
    """What a model explains (``outcome`` as printed; ``kind`` "logistic" or "linear") and its predictors' ``titles``.

    ``model`` is the model as it was fitted; ``rate`` the outcome's mean in its patients.
    """

    outcome: str
    kind: str
    model: ModelPlan
    titles: Mapping[str, str] = field(default_factory=dict)
    rate: float = float("nan")

    @property
    def logistic(self) -> bool:
        """Whether the outcome is yes or no."""
        return self.kind == "logistic"


@dataclass(frozen=True, eq=False)
class ModelTable(Model):
    """The table of predictors: ``estimator`` and the ``alternative`` beside it, ``events`` (None for a number),
    ``parameters``, patients with gaps filled, whether all predictors at once could be fitted, and the ``intercept`` as
    estimated and to predict with."""

    estimator: str = ""
    alternative: str = ""
    separated: bool = False
    events: int | None = None
    parameters: int = 0
    n_imputed: int = 0
    joint: bool = False
    intercept: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class Chosen(Model):
    """The predictors that stepwise selection keeps (``chosen``) and those that left, in order (``steps``)."""

    chosen: Sequence[str] = ()
    steps: Sequence[str] = ()


@dataclass(frozen=True, eq=False)
class Stability(Model):
    """Each set of predictors with its share of the resamples, the most frequent first."""

    models: Sequence[Any] = ()


@dataclass(frozen=True, eq=False)
class Profile(Model):
    """One patient: the ``profile``, names of the predictors, and what a profile can be made of."""

    profile: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Cuts(Model):
    """One column of numbers: its ``name`` and ``unit``, the ``cut`` (``given``: by the model), the smooth ``curve`` and the
    two ``steps`` to draw, the patients' ``values`` and ``events``, what the cut ``cost``, and the ROC curve with the cut on it."""

    column: str = ""
    unit: str = ""
    name: str = ""
    cut: float = float("nan")
    given: bool = False
    curve: Any = None
    steps: Any = None
    values: np.ndarray = field(default_factory=lambda: np.array([]))
    events: np.ndarray = field(default_factory=lambda: np.array([]))
    cost: str = ""
    roc: Any = None
    roc_cut: Any = None


@dataclass(frozen=True, eq=False)
class Patterns:
    """Courses by AA subtype and sex: ``by`` what, what else is ``available``, patients in each cell, the ``levels`` drawn."""

    model: ModelPlan
    by: str
    available: Sequence[str]
    cells: pd.DataFrame
    levels: Sequence[str]
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Performance(Model):
    """Calibration: predicted probability (``grid``), corrected observed proportion with its limits, the patients' own predictions,
    and the corrected net ``benefit`` of acting at each of ``grid``."""

    procedure: str = ""
    grid: Any = None
    calibration: Any = None
    predicted: Any = None
    calibration_low: Any = None
    calibration_high: Any = None
    benefit: Any = None


@dataclass(frozen=True, eq=False)
class Readings:
    """Two readings of the same patients, and what each is called."""

    first: np.ndarray
    second: np.ndarray
    names: tuple[str, str]


@dataclass(frozen=True, eq=False)
class TwoMeasures:
    """Two measures of the same patients: what they are, and each patient's change from baseline to ``week`` in both
    (``x, y``, shape (patients,)); ``codes`` the position of each patient's level (−1: none)."""

    measures: tuple[Measure, Measure]
    week: int
    x: np.ndarray
    y: np.ndarray
    codes: np.ndarray


@dataclass(frozen=True)
class Units:
    """Unit in which each laboratory test is, and how many decimals its numbers are printed with, by its name."""

    units: Mapping[str, str]
    digits: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Beside:
    """Published rates: those shown, those left out of a pool with the reason, the words of the severity that most of them
    enrolled, the scheduled weeks of the cohort, and whether its curve is of visits or of first responses."""

    rates: tuple[PublishedRate, ...]
    left_out: tuple[tuple[PublishedRate, str], ...] = ()
    severity: str = ""
    weeks: tuple[int, ...] = ()
    curve: str = "visits"

    @property
    def colours(self) -> dict[str, str]:
        """Study → its colour; the cohort has the first of the palette, studies beyond its end are grey."""
        studies = dict.fromkeys(r.study for r in self.rates)
        return {name: (*PALETTE[1:], *[NEUTRAL] * len(studies))[i] for i, name in enumerate(studies)}


@dataclass(frozen=True, eq=False)
class Completeness:
    """The ``score`` and its ``weeks``, ``n`` patients, the patterns of visits that they made
    (:func:`aadash.completeness.visit_patterns`), and the columns with empty cells that are known only after the first dose."""

    score: str
    weeks: tuple[int, ...]
    n: int
    patterns: pd.DataFrame
    later: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Asked:
    """The questions that were asked."""

    ledger: Ledger
