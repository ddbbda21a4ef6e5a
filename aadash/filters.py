"""Who is included: filters on baseline facts, composed with "and"."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from aadash.cohort import Cohort
from aadash.errors import PlanError

#: Not a column of the file: SALT at week 0.
BASELINE = "baseline_salt"


@dataclass(frozen=True)
class Filter:
    """One condition on one column.

    ``levels`` keeps the named levels (text); ``low`` and ``high`` keep a closed range of numbers. ``keep_missing``
    says whether a patient with nothing in that column stays. ``column`` is a column's name, a role, or
    :data:`BASELINE`; the special column "patient" takes ``levels`` of patient codes to *exclude*.
    """

    column: str
    levels: tuple[str, ...] | None = None
    low: float | None = None
    high: float | None = None
    keep_missing: bool = False

    def label(self) -> str:
        """The condition in a few words, for a chip."""
        name = "baseline SALT" if self.column == BASELINE else self.column
        if self.column == "patient":
            return f"without {len(self.levels or ())} patient{'s' if len(self.levels or ()) != 1 else ''}"
        if self.levels is not None:
            text = f"{name}: {', '.join(self.levels)}" if self.levels else f"{name}: nothing chosen"
        else:
            low = "" if self.low is None else f"{self.low:g} ≤ "
            high = "" if self.high is None else f" ≤ {self.high:g}"
            text = f"{low}{name}{high}"
        return text + (" or missing" if self.keep_missing else "")

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; empty fields left out."""
        out: dict[str, Any] = {"column": self.column}
        if self.levels is not None:
            out["levels"] = list(self.levels)
        for key in ("low", "high"):
            if getattr(self, key) is not None:
                out[key] = getattr(self, key)
        if self.keep_missing:
            out["keep_missing"] = True
        return out

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Filter:
        """The inverse of :meth:`to_dict`. Raises PlanError when it is no filter (an unknown key is none either)."""
        try:
            levels, keep_missing = data.get("levels"), data.get("keep_missing", False)
            unknown = set(data) - {f.name for f in fields(cls)}
            if unknown:
                raise KeyError(*sorted(map(str, unknown)))
            if levels is not None and (isinstance(levels, str) or not isinstance(levels, Sequence)):
                raise TypeError("levels must be a list")
            if not isinstance(keep_missing, bool):
                raise TypeError("keep_missing must be true or false")
            low, high = (None if data.get(k) is None else finite(data[k]) for k in ("low", "high"))
            return cls(str(data["column"]), None if levels is None else tuple(map(str, levels)), low, high,
                       keep_missing)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise PlanError(f"{data!r} is not a filter ({error})",
                            expected="an object with 'column' and 'levels' or 'low'/'high'") from error


def finite(raw: Any) -> float:
    """``raw`` (a number, or text that is one) as a finite float. Raises ValueError, TypeError or OverflowError."""
    if isinstance(raw, bool):
        raise TypeError(f"{raw} is no number")
    number = float(raw)
    if not math.isfinite(number):
        raise ValueError(f"{raw} is no finite number")
    return number


def level_text(value: object) -> str:
    """A cell as the name of a level: 1.0 reads "1", whether or not the column has an empty cell."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def column_values(cohort: Cohort, column: str) -> pd.Series:
    """The column called ``column`` (name, role, or :data:`BASELINE`). Raises PlanError when there is none."""
    if column == BASELINE:
        return pd.Series(cohort.baseline, index=cohort.patients.index, name=column)
    name = cohort.role(column)
    if name is None:
        known = ", ".join(map(str, cohort.patients.columns))
        raise PlanError(f"This cohort has no column {column!r}", expected=f"one of {known}" if known else "")
    return cohort.patients[name]


def is_numeric(series: pd.Series) -> bool:
    """True for a column of numbers (not of yes/no)."""
    return pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series)


def mask(cohort: Cohort, one: Filter) -> np.ndarray:
    """Which patients one filter keeps, as a boolean array."""
    if one.column == "patient":
        return ~cohort.salt.index.isin(one.levels or ())
    series = column_values(cohort, one.column)
    missing = series.isna().to_numpy()
    if one.levels is not None:
        chosen = [value for value in series.dropna().unique() if level_text(value) in one.levels]
        keep = series.isin(chosen).to_numpy() & ~missing
    elif is_numeric(series):
        numbers = series.to_numpy(dtype=float, na_value=np.nan)
        keep = ~missing
        if one.low is not None:
            keep &= np.where(missing, False, numbers >= one.low)
        if one.high is not None:
            keep &= np.where(missing, False, numbers <= one.high)
    else:
        raise PlanError(f"The column {one.column!r} is not a number, so it has no range", fix="Choose levels instead")
    return keep | (missing & one.keep_missing)


def apply(cohort: Cohort, filters: Sequence[Filter]) -> Cohort:
    """The cohort that passes every filter. Raises CohortError when nobody does."""
    keep = np.ones(len(cohort), dtype=bool)
    for one in filters:
        keep &= mask(cohort, one)
    return cohort.subset(keep)
