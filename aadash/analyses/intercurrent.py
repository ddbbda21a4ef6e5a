"""What happened to patients beside the disease: stopping, rescue, a lower dose. Found by the names of the file's columns."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aadash.analyses.event_records import LOWERED, STOPPED, records
from aadash.cohort import Cohort
from aadash.roles import INTERCURRENT, known_before, left_by, tells_of, week_named

LABELS = {
    "stopping": "the drug was stopped",
    "rescue": "rescue treatment was given",
    "dose step-down": "the dose was lowered",
}
FOR_EVENTS = {
    "stopping": "the drug was stopped for an adverse event",
    "dose step-down": "the dose was lowered for an adverse event",
}
#: Where it stands that the drug was stopped, or its dose lowered, for an event, if no column of the patients says so.
LIST = "list of adverse events"
_WEEK = re.compile(r"week|\bwk\b|주|週")
_NO = {"", "no", "n", "false", "0", "0.0", "none", "nan", "없음", "아니오", "なし", "無", "いいえ", "-"}


@dataclass(frozen=True, eq=False)
class Intercurrent:
    """Events of one kind: the ``column`` they stand in, ``happened`` (patients,), ``week`` (patients,; NaN where not dated)."""

    kind: str
    column: str
    happened: np.ndarray
    week: np.ndarray

    @property
    def label(self) -> str:
        """In words: "the drug was stopped"."""
        return (FOR_EVENTS if self.column == LIST else LABELS)[self.kind]

    @property
    def dated(self) -> bool:
        """Whether the file says when, or that it happened to nobody: a yes or no is of no week."""
        return bool(not self.happened.any() or not np.isnan(self.week).all())


def intercurrent_events(cohort: Cohort) -> dict[str, Intercurrent]:
    """Kind → events, for the kinds that a column of the file tells of (the first such column in which it happened to somebody, dated
    ones before others; where it happened to nobody, the column that says so).

    A column of numbers whose name speaks of weeks holds the week of the event, empty for none. Any other column is read as yes or
    no: what is not empty and not a "no" happened, in the week that the cell names (:func:`aadash.roles.week_named`), if any. Who
    did not complete, or has withdrawn, stopped as well (:func:`aadash.roles.left_by`). A
    column with a role of its own, and one that describes what was before the first dose (:func:`aadash.roles.known_before`), is none
    of these.
    """
    found: dict[str, Intercurrent] = {}
    taken = set(cohort.roles.values())
    for column in map(str, cohort.patients.columns):
        if column in taken or known_before(column):
            continue
        named = tells_of(column)
        for kind in INTERCURRENT:
            event = _read(kind, column, cohort.fact(column)) if kind in named else None
            if event is None and kind == "stopping":
                event = _left(column, cohort.fact(column))
            if event is not None and (kind not in found or _tells_more(event, found[kind])):
                found[kind] = event
    return found


def kinds_told(cohort: Cohort) -> list[str]:
    """The kinds of events of which the file tells, in a column or in its list of adverse events."""
    return sorted({*intercurrent_events(cohort), *done_for_events(cohort)})


def done_for_events(cohort: Cohort) -> dict[str, Intercurrent]:
    """Kind → who stopped the drug, or had its dose lowered, for an adverse event on it, in the week of the first such event. Where a
    list tells what was done, nobody may have stopped; a lower dose it tells of only where somebody had one.
    """
    if cohort.events is None or cohort.events["action"].isna().all():
        return {}
    frame, out = records(cohort).frame, {}
    for kind, pattern in (("stopping", STOPPED), ("dose step-down", LOWERED)):
        did = frame["action"].map(lambda a, words=pattern: bool(words.search(str(a).lower()))).to_numpy(dtype=bool)
        if did.any() or kind == "stopping":
            first = frame[did].groupby("who")["onset_week"].min().reindex(range(len(cohort)))
            out[kind] = Intercurrent(kind, LIST, np.isin(np.arange(len(cohort)), frame.loc[did, "who"]), first.to_numpy(dtype=float))
    return out


def _tells_more(event: Intercurrent, other: Intercurrent) -> bool:
    if event.happened.any() != other.happened.any():
        return bool(event.happened.any())
    return bool(np.isnan(other.week).all() and not np.isnan(event.week).all())


def _left(column: str, series: pd.Series) -> Intercurrent | None:
    """Who stopped by a column that says who completed, or what became of each patient."""
    left = left_by(column, series)
    if left is None:
        return None
    weeks = series.map(lambda v: float("nan") if pd.isna(v) else week_named(str(v))).where(left)
    return Intercurrent("stopping", column, left.to_numpy(dtype=bool), weeks.to_numpy(dtype=float))


def _read(kind: str, column: str, series: pd.Series) -> Intercurrent | None:
    """The events of a column; None where it is empty."""
    if (
        _WEEK.search(re.sub(r"[_\s./()-]+", " ", column.lower()))
        and pd.api.types.is_numeric_dtype(series)
        and not pd.api.types.is_bool_dtype(series)
    ):
        week = series.to_numpy(dtype=float, na_value=np.nan)
        return Intercurrent(kind, column, ~np.isnan(week), week)
    text = series.map(lambda v: "" if pd.isna(v) else str(v).strip().lower())
    if (text == "").all():
        return None
    return Intercurrent(kind, column, ~text.isin(_NO).to_numpy(), text.map(week_named).to_numpy(dtype=float))
