"""A predictor as it enters a model: its values, how it is cut or which of its levels is the reference, and its names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from aadash.candidates import MAX_LEVELS, default_reference, per_so_many, title, unit
from aadash.cohort import Cohort
from aadash.errors import NotComputable, PlanError
from aadash.filters import baseline_values, is_measured, is_numeric, level_text
from aadash.model_plan import Predictor
from aadash.strata import ordered


@dataclass(frozen=True, eq=False)
class Column:
    """A predictor as it enters the design."""

    predictor: Predictor
    name: str
    """In words: "Sex", "Age"."""
    unit: str
    """"years", "months" or ""."""
    safe: str
    """Its name in a formula."""
    raw: pd.Series
    """Numbers, or ordered categories with the reference first; before any cut."""

    @property
    def title(self) -> str:
        """As the heading of its rows: "Sex", "Age (per 10 years)", "Disease duration (years)"."""
        if self.numeric:
            return f"{self.name} ({per_so_many(self.predictor.per, self.unit)})"
        return f"{self.name} ({self.unit})" if self.unit and self.predictor.cut is not None else self.name

    def level_in_words(self, level: str) -> str:
        """A level in a sentence: "Sex: female", "Disease duration of at most 4 years", "Baseline SALT ≤ 95"."""
        if self.predictor.cut is not None and self.unit:
            name, cut, low = self.name, self.predictor.cut, level == cut_levels(self.predictor.cut)[0]
            if cut == 1 and self.unit == "months":
                return f"{name} of at most 1 month" if low else f"{name} of more than 1 month"
            if cut == 1:
                return f"{name} of at most 1 year" if low else f"{name} of more than 1 year"
            if self.unit == "months":
                return f"{name} of at most {cut:g} months" if low else f"{name} of more than {cut:g} months"
            return f"{name} of at most {cut:g} years" if low else f"{name} of more than {cut:g} years"
        if self.predictor.cut is not None:
            return f"{self.name} {level}"
        return f"{self.name}: {level}"

    @property
    def numeric(self) -> bool:
        """True where it enters as numbers."""
        return self.predictor.cut is None and is_numeric(self.raw)

    def entering(self, raw: pd.Series) -> pd.Series:
        """``raw`` as it enters the design: divided by ``per``, or cut into "≤ c" and "> c", or as it is."""
        if self.numeric:
            return raw / self.predictor.per
        if self.predictor.cut is None:
            return raw
        low, high = cut_levels(self.predictor.cut)
        order = [low, high] if self.predictor.reference == "<=" else [high, low]
        codes = np.where(raw.isna(), -1, np.where(raw <= self.predictor.cut, order.index(low), order.index(high)))
        return pd.Series(pd.Categorical.from_codes(codes, pd.Index(order)), index=raw.index)

    @cached_property
    def values(self) -> pd.Series:
        """The column as it enters the design, for every included patient."""
        return self.entering(self.raw)


def cut_levels(cut: float) -> tuple[str, str]:
    """The two levels of a cut column of numbers: "≤ 4", "> 4"."""
    return f"≤ {cut:g}", f"> {cut:g}"


def column_of(cohort: Cohort, predictor: Predictor, safe: str) -> Column:
    """A predictor's values. Raises NotComputable for one that cannot be used at all, PlanError for no such column."""
    name, series = title(cohort, predictor.column), baseline_values(cohort, predictor.column)
    measure = unit(cohort, predictor.column)
    numbers = is_measured(cohort, predictor.column, series)
    if predictor.cut is not None and not is_numeric(series):
        raise PlanError(f"The column {predictor.column!r} is not a number, so it cannot be cut", fix="Take the cut away")
    if numbers or predictor.cut is not None:
        values = pd.Series(series.to_numpy(dtype=float, na_value=np.nan), index=series.index)
        return Column(predictor, name, measure, safe, values)
    if series.nunique() > MAX_LEVELS:
        raise NotComputable(f"{name} has {series.nunique()} different values, too many for levels (at most {MAX_LEVELS})")
    return Column(predictor, name, "", safe, _levels(predictor, series))


def _levels(predictor: Predictor, series: pd.Series) -> pd.Series:
    """Categories as text, in the order of strata, the reference first."""
    codes, different = pd.factorize(series)
    text = [level_text(v) for v in different]
    levels = ordered(set(text), predictor.column, series)
    if levels:
        first = predictor.reference if predictor.reference is not None else default_reference(levels)
        if first not in levels:
            raise PlanError(f"The column {predictor.column!r} has no level {first!r}", expected="one of " + ", ".join(levels))
        levels.remove(first)
        levels.insert(0, first)
    place = np.array([levels.index(t) for t in text] + [-1])
    return pd.Series(pd.Categorical.from_codes(place[codes], pd.Index(levels, dtype=object)), index=series.index)


def formula(columns: Sequence[Column]) -> str:
    """``y ~ x0_ + x1_`` for these columns."""
    return "y ~ " + " + ".join(c.safe for c in columns)
