"""Who is included: filters on baseline facts, composed with "and"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from aadash.cohort import Cohort
from aadash.errors import CohortError, PlanError
from aadash.formatting import counted
from aadash.levels import column_of, readable
from aadash.levels import level_text as level_text
from aadash.listed import part_values
from aadash.roles import are_codes, is_second_reading
from aadash.serial import Saved, Text, convert, finite, shown

#: Not a column of the file: SALT at week 0 (of a cohort without SALT: the measure analysed).
BASELINE = "baseline_salt"
#: Before the name of another measure, its value at week 0: "baseline DLQI".
BASELINE_OF = "baseline "
#: Not a column either: patients by the file's own code, left out (:data:`WITHOUT`) or kept alone (:data:`ONLY`).
WITHOUT, ONLY = "patient", "only patient"
#: Fields of a filter that are yes or no.
FLAGS = ("keep_missing", "open_low", "open_high")


@dataclass(frozen=True)
class Filter:
    """One condition on one column.

    ``levels`` keeps the named levels (text); ``low`` and ``high`` keep a range of numbers, ends included unless
    ``open_low`` or ``open_high``. ``keep_missing`` says whether a patient with nothing in that column stays. ``column``
    is a column's name, a role, or :data:`BASELINE`; with :data:`WITHOUT` the ``levels`` are codes of patients to leave
    out, with :data:`ONLY` of those to keep.
    """

    column: str
    levels: tuple[str, ...] | None = None
    low: float | None = None
    high: float | None = None
    keep_missing: bool = False
    open_low: bool = False
    open_high: bool = False

    @property
    def names_patients(self) -> bool:
        """True when the levels are patient codes: such a filter never goes into a link."""
        return self.column in (WITHOUT, ONLY)

    def label(self, severity: str = "SALT") -> str:
        """The condition in a few words, for a chip; ``severity`` is the name of the cohort's severity measure."""
        name = f"baseline {severity}" if self.column == BASELINE else readable(column_of(self.column))
        if self.names_patients:
            n = len(self.levels or ())
            return f"{'only' if self.column == ONLY else 'without'} {n} patient{'s' if n != 1 else ''}"
        if self.levels is not None:
            text = f"{name}: {', '.join(self.levels)}" if self.levels else f"{name}: nothing chosen"
        else:
            low = "" if self.low is None else f"{self.low:g} {'<' if self.open_low else '≤'} "
            high = "" if self.high is None else f" {'<' if self.open_high else '≤'} {self.high:g}"
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
        return out | {key: True for key in FLAGS if getattr(self, key)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Filter:
        """The inverse of :meth:`to_dict`. Raises PlanError when it is no filter (an unknown key is none either)."""
        try:
            saved = convert(data, _SavedFilter)
            low, high = (None if limit is None else finite(limit) for limit in (saved.low, saved.high))
        except ValueError as error:
            raise PlanError(
                f"{shown(data)} is not a filter ({error})", expected="an object with 'column' and 'levels' or 'low'/'high'"
            ) from error
        levels = None if saved.levels is None else tuple(map(level_text, saved.levels))
        return cls(saved.column, levels, low, high, **{flag: getattr(saved, flag) for flag in FLAGS})


class _SavedFilter(Saved):
    column: str
    levels: list[Text] | None = None
    low: float | None = None
    high: float | None = None
    keep_missing: bool = False
    open_low: bool = False
    open_high: bool = False


def baselines(cohort: Cohort) -> dict[str, str]:
    """Name → measure of every baseline value that is not a column of the file: :data:`BASELINE`, then "baseline DLQI" and so on."""
    first = cohort.severity_measure.name
    return {BASELINE: first} | {f"{BASELINE_OF}{name}": name for name in cohort.analysable if name != first}


def own_baselines(cohort: Cohort) -> dict[str, str]:
    """:func:`baselines` without those that are a column of the facts as well, as the brows of a file with one row per visit are: the
    same split, or predictor, is not asked about twice."""
    return {column: name for column, name in baselines(cohort).items() if not is_a_fact_too(cohort, name)}


def is_a_fact_too(cohort: Cohort, name: str) -> bool:
    """Whether a measure's baseline is a column of the facts as well, value for value."""
    column = next((cohort.role(role) for role in ("eyebrow", "eyelash") if name.lower().startswith(role)), None)
    if column is None or not is_numeric(fact := cohort.fact(column)):
        return False
    return bool(np.array_equal(fact.to_numpy(dtype=float, na_value=np.nan), cohort.baseline_of(name), equal_nan=True))


def own_baseline(cohort: Cohort) -> str:
    """Which of :func:`baselines` is that of the measure analysed."""
    return next(column for column, name in baselines(cohort).items() if name == cohort.score)


def column_values(cohort: Cohort, column: str) -> pd.Series:
    """The column called ``column`` (name, role, :data:`BASELINE`, one of :func:`baselines`, or a part of a column of lists,
    :func:`aadash.listed.part_values`). Raises PlanError when there is
    none."""
    name = cohort.role(column)
    measure = None if name is not None and column != BASELINE else baselines(cohort).get(column)
    if measure is not None:
        return pd.Series(cohort.baseline_of(measure), index=cohort.patients.index, name=column)
    if name is None and (part := part_values(cohort, column)) is not None:
        return part
    if name is None:
        known = ", ".join(map(str, cohort.patients.columns))
        raise PlanError(f"This cohort has no column {column!r}", expected=f"one of {known}" if known else "")
    return cohort.fact(name)


def baseline_values(cohort: Cohort, column: str) -> pd.Series:
    """:func:`column_values` of a baseline fact. Raises PlanError for a column that was known only after the first dose:
    who responded longer had more time to have it, so comparing by it says nothing about treatment (immortal time,
    Suissa 2008, doi:10.1093/aje/kwm324)."""
    series = column_values(cohort, column)
    name = cohort.role(column)
    if column not in baselines(cohort) and name is not None and name not in cohort.baseline_columns:
        raise PlanError(
            f"The column {column!r} is by its name an adverse event or a finding on treatment"
            if cohort.reads_as_event(name)
            else f"The column {column!r} was known only after the first dose",
            expected="a baseline fact",
            fix="Choose a column that was recorded before treatment. If this one was, call it “prior …” in the file",
        )
    return series


def is_numeric(series: pd.Series) -> bool:
    """True for a column of numbers (not of yes/no)."""
    return pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series)


def is_coded(column: str, role: str, series: pd.Series) -> bool:
    """True for a column of numbers that are names (:func:`~aadash.roles.are_codes`)."""
    return is_numeric(series) and are_codes(column, role, np.unique(series.dropna().to_numpy(dtype=float)).tolist())


def is_measured(cohort: Cohort, name: str, series: pd.Series) -> bool:
    """True for numbers with more than two values that have a median and a slope: not those that are names, as of hospitals.
    ``name`` is that of a plan (a column's, a role, a baseline's)."""
    if not is_numeric(series) or series.nunique() < 3:
        return False
    column = cohort.role(name)
    if column is None:
        return True
    return not is_coded(column, next((r for r, c in cohort.roles.items() if c == column), ""), series)


def second_readings(cohort: Cohort, score: str = "") -> list[str]:
    """Columns of numbers that look by name like a second reading of ``score``, or of any measure: there to be compared with the
    first, and no fact of the patient."""
    scores = [score] if score else [cohort.score, *cohort.measures]
    return [
        column
        for column in map(str, cohort.patients.columns)
        if any(is_second_reading(column, one) for one in scores) and is_numeric(cohort.fact(column))
    ]


def mask(cohort: Cohort, one: Filter) -> np.ndarray:
    """Which patients one filter keeps, as a boolean array."""
    if one.names_patients:
        named = cohort.salt.index.isin(one.levels or ())
        return named if one.column == ONLY else ~named
    series = column_values(cohort, one.column)
    missing = series.isna().to_numpy()
    if one.levels is not None:
        chosen = [value for value in series.dropna().unique() if level_text(value) in one.levels]
        keep = series.isin(chosen).to_numpy() & ~missing
    elif is_numeric(series):
        numbers = series.to_numpy(dtype=float, na_value=np.nan)
        keep = ~missing
        if one.low is not None:
            keep &= numbers > one.low if one.open_low else numbers >= one.low
        if one.high is not None:
            keep &= numbers < one.high if one.open_high else numbers <= one.high
    else:
        raise PlanError(f"The column {one.column!r} is not a number, so it has no range", fix="Choose levels instead")
    return keep | (missing & one.keep_missing)


#: The last answer of :func:`apply` for each cohort that is in use: one screen asks the same several times.
_LAST: WeakKeyDictionary[Cohort, tuple[tuple[Filter, ...], Cohort]] = WeakKeyDictionary()


def apply(cohort: Cohort, filters: Sequence[Filter]) -> Cohort:
    """The cohort that passes every filter. Raises CohortError when nobody does."""
    if not filters:
        return cohort
    asked, answer = _LAST.get(cohort, ((), cohort))
    if asked == tuple(filters):
        return answer
    keep = np.ones(len(cohort), dtype=bool)
    for one in filters:
        keep &= mask(cohort, one)
    if not keep.any():
        raise CohortError(f"The filters leave 0 of {counted(len(cohort), 'patient')}", fix="Widen them or take one off")
    answer = cohort.subset(keep)
    if answer is not cohort:
        _LAST[cohort] = (tuple(filters), answer)
    return answer


def without_each(cohort: Cohort, filters: Sequence[Filter]) -> list[np.ndarray]:
    """For each filter, whom all the *others* keep: who stood before it, whatever the order. Boolean arrays."""
    masks = [mask(cohort, one) for one in filters]
    out = []
    for i in range(len(masks)):
        keep = np.ones(len(cohort), dtype=bool)
        for j, other in enumerate(masks):
            if j != i:
                keep &= other
        out.append(keep)
    return out


def narrowed(filters: Sequence[Filter], new: Filter) -> tuple[Filter, ...]:
    """``filters`` and ``new`` together, as one filter per column where both can be said in one.

    Two ranges of one column become their overlap, two choices of levels (or of patients to keep) what they share, two
    lists of patients to leave out their union. Filters that differ in kind or in ``keep_missing`` stay apart.
    """
    for i, old in enumerate(filters):
        same_kind = (old.levels is None) == (new.levels is None) and old.keep_missing == new.keep_missing
        if old.column == new.column and same_kind:
            return (*filters[:i], _overlap(old, new), *filters[i + 1 :])
    return (*filters, new)


def _overlap(a: Filter, b: Filter) -> Filter:
    if a.levels is not None and b.levels is not None:
        if a.column == WITHOUT:
            return replace(a, levels=tuple(dict.fromkeys(a.levels + b.levels)))
        return replace(a, levels=tuple(level for level in a.levels if level in b.levels))
    low = max(((f.low, f.open_low) for f in (a, b) if f.low is not None), default=(None, False))
    high = min(((f.high, not f.open_high) for f in (a, b) if f.high is not None), default=(None, True))
    return replace(a, low=low[0], open_low=low[1], high=high[0], open_high=not high[1])
