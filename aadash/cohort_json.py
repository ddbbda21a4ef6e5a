"""A cohort as plain data for JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from aadash.cohort import Cohort
from aadash.errors import PlanError
from aadash.events import events_from_dict, events_to_dict
from aadash.measure import Measure
from aadash.measures import measure_called
from aadash.serial import Saved, Whole, convert


def cohort_to_dict(cohort: Cohort) -> dict[str, Any]:
    """A cohort as plain data from which the same cohort, bit for bit, can be made again.

    Raises PlanError for a column of a kind that JSON cannot carry.
    """
    columns = []
    for name, series in cohort.patients.items():
        kind = str(series.dtype)
        levels = None
        if isinstance(series.dtype, pd.CategoricalDtype):
            levels = {
                "values": _plain(series.cat.categories.to_series()),
                "dtype": str(series.cat.categories.dtype),
                "ordered": bool(series.cat.ordered),
            }
            values = [None if code < 0 else int(code) for code in series.cat.codes]
        else:
            values = _plain(series.astype(str) if kind.startswith("datetime") else series, series.isna())
        columns.append(
            {
                "name": str(name),
                "dtype": kind if levels is None else "category",
                "values": values,
                **({"categories": levels} if levels else {}),
            }
        )
    measures = [m.to_dict() | _visits(frame) for m, frame in cohort.measures.values()]
    own = {"measure": cohort.measure.to_dict()} if cohort.measure != measure_called(cohort.score) else {}
    return {
        "name": cohort.name,
        "score": cohort.score,
        "synthetic": cohort.synthetic,
        "roles": dict(cohort.roles),
        "parent_fingerprint": cohort.parent_fingerprint,
        "patients": [str(code) for code in cohort.salt.index],
        "columns": columns,
        "weeks": list(cohort.weeks),
        "salt": _visits(cohort.salt)["values"],
        **own,
        **({"events": events_to_dict(cohort.events)} if len(cohort.events) else {}),
        **({"measures": measures} if measures else {}),
        **({"after_baseline": list(cohort.after_baseline)} if cohort.after_baseline else {}),
    }


def _visits(frame: pd.DataFrame) -> dict[str, Any]:
    """The weeks of a measure, and its values patient by patient."""
    values = [[None if v != v else float(v) for v in row] for row in frame.to_numpy()]
    return {"weeks": [int(week) for week in frame.columns], "values": values}


def cohort_from_dict(data: Mapping[str, Any]) -> Cohort:
    """The inverse of :func:`cohort_to_dict`. Raises PlanError when the data are not those of a cohort."""
    try:
        index = pd.Index(convert(data["patients"], list[str]))
        facts = {c.name: _series(c, index) for c in convert(data["columns"], list[_SavedColumn])}
        salt = _frame(data["weeks"], data["salt"], index)
        measures = {}
        for one in data.get("measures", ()):
            measure = Measure.from_dict(one)
            measures[measure.name] = (measure, _frame(one["weeks"], one["values"], index))
        return Cohort(
            pd.DataFrame(facts, index=index),
            salt,
            str(data["name"]),
            convert(data["roles"], dict[str, str]),
            bool(data["synthetic"]),
            str(data["score"]),
            str(data.get("parent_fingerprint", "")),
            events=events_from_dict(data.get("events")),
            measure=Measure.from_dict(data["measure"]) if "measure" in data else measure_called(str(data["score"])),
            measures=measures,
            after_baseline=tuple(data.get("after_baseline", ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError, NotImplementedError) as error:
        raise PlanError(f"The patients in this file cannot be read ({error})", fix="Use the file as it was saved") from error


class _SavedLevels(Saved):
    values: list[Any]
    dtype: str
    ordered: bool


class _SavedColumn(Saved):
    name: str
    dtype: str
    values: list[Any]
    categories: _SavedLevels | None = None


def _series(column: _SavedColumn, index: pd.Index) -> pd.Series:
    if column.categories is not None:
        levels = column.categories
        kind = pd.CategoricalDtype(pd.Index(levels.values, dtype=levels.dtype), ordered=levels.ordered)
        codes = [-1 if code is None else code for code in convert(column.values, list[Whole | None])]
        return pd.Series(pd.Categorical.from_codes(codes, dtype=kind), index=index)
    return pd.Series(column.values, index=index, dtype=column.dtype)  # type: ignore[call-overload]


def _frame(weeks: object, values: object, index: pd.Index) -> pd.DataFrame:
    """Visits of a measure. Raises ValueError unless every patient has one number, or null, for each week."""
    columns, rows = convert(weeks, list[Whole]), convert(values, list[list[float | None]])
    wrong = [len(row) for row in rows if len(row) != len(columns)]
    if wrong or len(rows) != len(index):
        raise ValueError(
            f"{len(rows)} rows of {wrong[0] if wrong else len(columns)} values for {len(index)} patients, {len(columns)} weeks"
        )
    return pd.DataFrame(rows, index=index, columns=columns, dtype=float)


def _plain(series: pd.Series, missing: pd.Series | None = None) -> list[Any]:
    gone = series.isna() if missing is None else missing
    out = []
    for value, absent in zip(series.tolist(), gone, strict=True):
        if not absent and not isinstance(value, (str, int, float, bool)):
            raise PlanError(
                f"The column {series.name!r} holds {value!r}, which a scenario file cannot carry",
                fix="Save the scenarios without the patients",
            )
        out.append(None if absent else value)
    return out
