"""The model with all predictors, as every view of the page uses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from aadash.analyses.predictors.column import Column
from aadash.analyses.predictors.fitting import Fit, Wanted, design_of, estimator_for, fit, fit_separated, separation_of
from aadash.analyses.predictors.frame import ModelFrame
from aadash.errors import NotComputable
from aadash.stats.design import Design
from aadash.stats.marginal_effects import flic_intercept
from aadash.stats.separation import Separation

#: A coefficient's place: the column's name in the formula, and the level (None for a number).
Place = tuple[str, str | None]


@dataclass(frozen=True, eq=False)
class Joint:
    """All predictors at once: the design, whether it separates the outcome, and by what it is estimated."""

    model_frame: ModelFrame
    design: Design
    separation: Separation | None
    estimator: str

    @classmethod
    def of(cls, model_frame: ModelFrame) -> Joint:
        """Raises NotComputable where there are no more patients than parameters."""
        design = design_of(model_frame.frames[0], model_frame.columns, model_frame.kind == "logistic")
        separation = separation_of(design) if model_frame.kind == "logistic" else None
        asked = model_frame.model.estimator
        events = model_frame.events if model_frame.kind == "logistic" else 0
        estimator = estimator_for(model_frame.kind, asked, events, model_frame.n, len(design.names) - 1)
        if separation is not None and asked == "auto":
            estimator = "firth"
        return cls(model_frame, design, separation, estimator)

    def first(self, wanted: Wanted) -> Fit:
        """The model on the first (imputed) frame."""
        return fit(
            self.model_frame.frames[:1],
            self.model_frame.columns,
            self.estimator,
            self.model_frame.setting.plan.level,
            wanted,
            self.design,
        )

    def fit(self, estimator: str = "", wanted: Wanted = "limits") -> Fit:
        """The model, by its own estimator or another. Maximum likelihood of separated data has infinite coefficients."""
        estimator, level = estimator or self.estimator, self.model_frame.setting.plan.level
        if estimator == "ml" and self.separation is not None:
            return fit_separated(self.model_frame.frames[0], self.model_frame.columns, self.separation, level, self.design)
        return fit(self.model_frame.frames, self.model_frame.columns, estimator, level, wanted, self.design)

    @cached_property
    def predicting(self) -> tuple[Fit, ...]:
        """A fit for each (imputed) frame, ready to predict: finite, and Firth's with the intercept corrected (FLIC).

        Raises NotComputable as :meth:`require_finite` does.
        """
        self.require_finite()
        level, out = self.model_frame.setting.plan.level, []
        for frame in self.model_frame.frames:
            known = self.design if len(self.model_frame.frames) == 1 else None
            one = fit([frame], self.model_frame.columns, self.estimator, level, "estimates", known)
            if self.estimator == "firth":
                x, y, counts = one.design.distinct
                one = replace(one, beta=flic_intercept(x, y, one.beta, counts))
            out.append(one)
        return tuple(out)

    def require_finite(self) -> None:
        """Raise NotComputable for maximum likelihood of separated data: its estimates are infinite."""
        if self.estimator == "ml" and self.separation is not None:
            raise NotComputable(
                "Maximum likelihood gives no finite estimates here, because predictors separate the "
                "outcome, so there is nothing to predict with",
                fix="Estimate by Firth or “Automatic”",
            )

    @property
    def finite(self) -> str:
        """The estimator where every fit must be finite, as in resamples: Firth unless maximum likelihood is in use and
        nothing is separated."""
        if self.model_frame.kind == "linear":
            return "ols"
        return "ml" if self.estimator == "ml" and self.separation is None else "firth"

    @property
    def link(self) -> str:
        """ "logit" or "identity"."""
        return "logit" if self.model_frame.kind == "logistic" else "identity"

    @property
    def df(self) -> float:
        """Degrees of freedom of intervals: infinite for a yes/no outcome."""
        n, p = self.design.x.shape
        return float(n - p) if self.model_frame.kind == "linear" else float("inf")


def places(fitted: Fit) -> list[Place | None]:
    """What each design column stands for; None for the intercept."""
    names: dict[str, Place] = {}
    for c in fitted.columns:
        if c.numeric:
            names[c.safe] = (c.safe, None)
        else:
            names |= {c.safe + str(v): (c.safe, str(v)) for v in c.values.cat.categories}
    return [names.get(n) for n in fitted.design.names]


def with_level(fitted: Fit, column: Column, level: str) -> np.ndarray:
    """The design matrix with every patient at ``level`` of ``column``."""
    x = fitted.design.x.copy()
    for j, place in enumerate(places(fitted)):
        if place is not None and place[0] == column.safe:
            x[:, j] = float(place[1] == level)
    return x


def with_number(fitted: Fit, column: Column, value: np.ndarray | float) -> np.ndarray:
    """The design matrix with ``column`` at ``value``, in the units in which it enters."""
    x = fitted.design.x.copy()
    if column.safe in fitted.design.names:
        x[:, fitted.design.names.index(column.safe)] = value
    return x


def one_row(fitted: Fit, entering: Mapping[str, object]) -> np.ndarray:
    """The design row (1, p) of one patient: formula name of each column → number or level as it enters."""
    row = [1.0]
    for place in places(fitted)[1:]:
        assert place is not None
        value = entering[place[0]]
        row.append(float(value) if place[1] is None else float(str(value) == place[1]))  # type: ignore[arg-type]
    return np.array([row])


def levels_of(frame: pd.DataFrame, column: Column) -> Sequence[str]:
    """Levels of a categorical column that occur in the model, reference first."""
    return [str(v) for v in frame[column.safe].cat.categories]
