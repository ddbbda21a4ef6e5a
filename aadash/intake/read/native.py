"""A cohort's own CSV: everything that makes it the same cohort again, in a first line that people may ignore."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd

from aadash.cohort import Cohort
from aadash.errors import AadashError
from aadash.events import events_from_dict, events_to_dict
from aadash.measure import Measure
from aadash.measures import measure_called

MARK = "# AAdash cohort"
#: What a spreadsheet program would take for a formula, and the mark itself: such text is written with a ' in front.
_RISKY = "=+-@\t\r'"


def guard(text: str) -> str:
    """Text that no spreadsheet program takes for a formula; an empty text becomes a single '.

    A NUL character ends a text in many programs: text with one is written as '\\ and its JSON.
    """
    if "\x00" in text:
        return "'\\" + json.dumps(text)
    return "'" + text if not text or text[0] in _RISKY else text


def unguard(text: str) -> str:
    """The inverse of :func:`guard`; what it never wrote loses its first '."""
    if text.startswith("'\\"):
        with suppress(ValueError, RecursionError):
            return str(json.loads(text[2:]))
    return text[1:] if text.startswith("'") else text


def head(cohort: Cohort) -> str:
    """The first line, one cell: what the columns under it are."""
    data = {
        "version": 1,
        "name": cohort.name,
        "score": cohort.score,
        "synthetic": cohort.synthetic,
        "roles": dict(cohort.roles),
        "parent": cohort.parent_fingerprint,
        "weeks": list(cohort.weeks),
        "columns": list(cohort.patients.columns),
        "types": [_type(cohort.patients[c]) for c in cohort.patients.columns],
        "fingerprint": cohort.fingerprint,
        **({"events": events_to_dict(cohort.events)} if len(cohort.events) else {}),
    }
    if cohort.measure != measure_called(cohort.score):
        data["measure"] = cohort.measure.to_dict()
    if cohort.measures:
        data["measures"] = [m.to_dict() | {"weeks": list(map(int, frame.columns))} for m, frame in cohort.measures.values()]
    if cohort.after_baseline:
        data["after_baseline"] = list(cohort.after_baseline)
    label = " (synthetic data: no real patient)" if cohort.synthetic else ""
    return f"{MARK}{label} {json.dumps(data, ensure_ascii=True)}"


def _type(series: pd.Series) -> Any:
    """The column's type as JSON. Raises AadashError for one that text cannot carry."""
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        kind = _type(pd.Series(dtype.categories))
        return {
            "categories": [str(c) if kind in ("str", "object") else c.item() if hasattr(c, "item") else c for c in dtype.categories],
            "of": kind,
            "ordered": bool(dtype.ordered),
        }
    if pd.api.types.is_object_dtype(dtype):
        if all(isinstance(v, str) or v is None or v != v for v in series):
            return "object"
    elif (
        isinstance(dtype, pd.StringDtype)
        or (pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_complex_dtype(dtype))
        or pd.api.types.is_bool_dtype(dtype)
        or pd.api.types.is_datetime64_any_dtype(dtype)
    ):
        return "str" if dtype == "str" else str(dtype)
    raise AadashError(
        f"The column {series.name!r} is of type {dtype}, which cannot be written as text and read back",
        expected="numbers, text, yes/no, dates or categories",
        fix="Convert the column before exporting",
    )


def cells(series: pd.Series) -> list[str]:
    """A fact as text that :func:`typed` turns back."""
    missing = series.isna().to_numpy(dtype=bool)
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return ["" if m else str(c) for c, m in zip(series.cat.codes, missing, strict=True)]
    values = series.astype(object).to_numpy()
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return ["" if m else v.isoformat() for v, m in zip(values, missing, strict=True)]
    if pd.api.types.is_bool_dtype(dtype):
        return ["" if m else str(bool(v)).lower() for v, m in zip(values, missing, strict=True)]
    if pd.api.types.is_numeric_dtype(dtype):
        return ["" if m else repr(v.item() if hasattr(v, "item") else v) for v, m in zip(values, missing, strict=True)]
    return ["" if m else guard(v) for v, m in zip(values, missing, strict=True)]


def typed(texts: np.ndarray, kind: Any) -> pd.Series:
    """A fact from its text and its type. Raises ValueError when the text does not fit."""
    missing = texts == ""
    if isinstance(kind, dict):
        categories = pd.Index(kind["categories"], dtype=kind["of"] if kind["of"] != "str" else "str")
        codes = np.array([-1 if t == "" else int(t) for t in texts], dtype=np.int64)
        return pd.Series(pd.Categorical.from_codes(codes, categories=categories, ordered=kind["ordered"]))  # type: ignore[arg-type]
    if kind == "object":
        out = np.array([None if t == "" else unguard(t) for t in texts], dtype=object)
        return pd.Series(out, dtype=object)
    if kind in ("str", "string"):
        return pd.Series([None if t == "" else unguard(t) for t in texts], dtype=kind)
    if kind in ("bool", "boolean"):
        if not set(texts[~missing]) <= {"true", "false"}:
            raise ValueError("not true or false")
        return pd.Series([None if t == "" else t == "true" for t in texts], dtype=kind)
    if kind.startswith("datetime64"):
        return pd.Series([pd.NaT if t == "" else pd.Timestamp(t) for t in texts], dtype=kind)
    if "int" in kind.lower():
        return pd.Series([pd.NA if t == "" else int(t) for t in texts], dtype=kind)
    return pd.Series([np.nan if t == "" else float(t) for t in texts], dtype="float64").astype(kind)


def metadata(first_row: list[str]) -> dict[str, Any] | None:
    """What the first line says, or None when it is not ours or was changed beyond reading."""
    line = first_row[0] if first_row else ""
    if not line.startswith(MARK) or "{" not in line:
        return None
    try:
        data = json.JSONDecoder().raw_decode(line[line.index("{") :])[0]
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) and data.get("version") == 1 else None


def _events_of(data: Any, patients: set[str]) -> pd.DataFrame | None:
    """The events of the patients that are still in the table."""
    events = events_from_dict(data)
    return None if events is None else events[events["patient"].isin(patients)]


def restore(rows: list[list[str]], data: dict[str, Any]) -> Cohort | None:
    """The cohort under the first line; None when the table was changed so that it no longer fits."""
    try:
        columns, weeks = data["columns"], [int(w) for w in data["weeks"]]
        others = [(Measure.from_dict(one), [int(w) for w in one["weeks"]]) for one in data.get("measures", ())]
        blocks = [weeks, *(visits for _, visits in others)]
        width = 1 + len(columns) + sum(map(len, blocks))
        body = rows[2:]
        if not body or any(len(r) != width for r in body):
            return None
        table = np.array(body, dtype=object)
        index = pd.Index([unguard(c) for c in table[:, 0]], dtype=object)
        facts = {i: typed(table[:, 1 + i], kind).set_axis(index, axis=0) for i, kind in enumerate(data["types"])}
        patients = pd.DataFrame(facts, index=index)
        patients.columns = pd.Index(columns, dtype=object) if columns else pd.Index([], dtype=object)
        frames, at = [], 1 + len(columns)
        for visits in blocks:
            numbers = [[np.nan if c == "" else float(c) for c in r[at : at + len(visits)]] for r in body]
            frames.append(pd.DataFrame(numbers, index=index, columns=visits, dtype=float))
            at += len(visits)
        return Cohort(
            patients,
            frames[0],
            str(data["name"]),
            data["roles"],
            bool(data["synthetic"]),
            str(data["score"]),
            str(data["parent"]),
            events=_events_of(data.get("events"), set(index)),
            measure=Measure.from_dict(data["measure"]) if "measure" in data else measure_called(str(data["score"])),
            measures={m.name: (m, frame) for (m, _), frame in zip(others, frames[1:], strict=True)},
            after_baseline=tuple(data.get("after_baseline", ())),
        )
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, AadashError):
        return None
