"""A patients × weeks matrix of one measure: each invariant, with what breaks it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pandas as pd

from aadash.errors import CohortError
from aadash.measure import Measure


def matrix(frame: pd.DataFrame, measure: Measure, index: pd.Index) -> pd.DataFrame:
    """A measure's values as a read-only frame of float with whole weeks. Raises CohortError, naming what does not fit."""
    check_numbers(frame, measure)
    try:
        values = frame.to_numpy(dtype=float, copy=True)
    except (TypeError, ValueError) as error:
        raise CohortError(
            f"The {measure.name} matrix holds something that is not a number ({error})",
            expected=f"numbers from {measure.low:g} to {measure.high:g}, or an empty cell",
        ) from error
    bad = np.argwhere(measure.outside(values))
    if len(bad):
        row, col = bad[0]
        raise CohortError(
            f"{measure.name} {values[row, col]:g} of patient {index[row]} at week {frame.columns[col]} is "
            f"outside {measure.span} ({len(bad)} such value{'s' if len(bad) > 1 else ''})",
            expected=measure.expected,
        )
    values.flags.writeable = False
    weeks = pd.Index([int(w) for w in frame.columns], name="week")
    return pd.DataFrame(values, index=index, columns=weeks, copy=False)


def others(
    measures: Mapping[str, tuple[Measure, pd.DataFrame]], analysed: Measure, index: pd.Index
) -> dict[str, tuple[Measure, pd.DataFrame]]:
    """The measures that are not analysed, each checked as the analysed one is."""
    out = {}
    for name, (measure, frame) in measures.items():
        if measure.name != name or name == analysed.name:
            raise CohortError(
                f"A measure called {measure.name!r} is listed as {name!r} beside {analysed.name!r}", expected="a name each"
            )
        frame = frame.copy()
        frame.index = frame.index.map(str)
        if not frame.index.equals(index):
            raise CohortError(f"The baseline facts and the {name} matrix do not list the same patients in the same order")
        check_weeks(frame, measure)
        out[name] = (measure, matrix(frame, measure, index))
    return out


def check_index(patients: pd.Index, salt: pd.Index) -> None:
    if len(salt) == 0:
        raise CohortError("There is no patient in this cohort", fix="Widen the filters, or upload another file")
    if not patients.equals(salt):
        raise CohortError("The baseline facts and the SALT matrix do not list the same patients in the same order")
    if not salt.is_unique:
        twice = salt[salt.duplicated()].unique()
        raise CohortError(
            f"Patient {twice[0]} appears more than once ({len(twice)} such patient{'s' if len(twice) > 1 else ''})",
            expected="one row per patient",
        )


def check_numbers(frame: pd.DataFrame, measure: Measure) -> None:
    for week in frame.columns:
        if pd.api.types.is_numeric_dtype(frame[week]):
            continue
        text = frame[week].map(lambda value: isinstance(value, str)).to_numpy(dtype=bool)
        if text.any():
            raise CohortError(
                f"{measure.name} of patient {frame.index[text][0]} at week {week} is the text {frame[week][text].iloc[0]!r}",
                expected=f"a number from {measure.low:g} to {measure.high:g}, or an empty cell",
            )


def check_weeks(frame: pd.DataFrame, measure: Measure, *, analysed: bool = False) -> None:
    """Raises CohortError unless the columns are weeks; only the measure that is analysed needs a baseline."""
    weeks: list = list(frame.columns)
    of = "" if analysed else f" of {measure.name}"
    if not all(isinstance(w, (int, np.integer)) or (isinstance(w, float) and w.is_integer()) for w in weeks):
        raise CohortError(f"The visits{of} {weeks!r} are not whole weeks", expected="whole numbers of weeks since the first dose")
    if analysed and 0 not in weeks:
        raise CohortError(
            "There is no baseline visit (week 0)",
            expected=f"{measure.name} before the first dose",
            fix=f"Say which column holds the baseline {measure.name}",
        )
    if any(b <= a for a, b in itertools.pairwise(weeks)) or (weeks and weeks[0] < 0):
        raise CohortError(f"The weeks{of} {weeks!r} are not in ascending order from 0")
