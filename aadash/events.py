"""Adverse events of a cohort: one row per event, whatever form the file had them in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from aadash.errors import CohortError

#: Columns of an events frame → what each holds. Every one but ``patient`` and ``term`` may be missing.
EVENT_COLUMNS: Mapping[str, str] = {
    "patient": "text",
    "term": "text",
    "system_organ_class": "text",
    "grade": "number",
    "serious": "yes or no",
    "related": "yes or no",
    "action": "text",
    "onset_day": "number",
    "onset_week": "number",
    "end_day": "number",
    "treatment_emergent": "yes or no",
    "outcome": "text",
}
_TYPES = {"text": "object", "number": "float64", "yes or no": "boolean"}


_FATAL = re.compile(
    r"(?<![a-z])(?:fatal|death|died|dead|deceased|expired|exitus|tod|tödlich|verstorben|fallecid[oa]|muerte|óbito|décès|décédée?|gestorben|deceduto|deceduta|decesso)(?![a-z])"
    r"|사망|死亡|死去|突然死"
)
_NOT_FATAL = re.compile(
    r"(?<![a-z])(?:non|not|no|nicht)[ -]?(?:a |the )?(?:fatal|death|died|dead|tödlich)"
    r"|(?:비|非)사망|사망 ?(?:아님|안 ?함|없음)|死亡(?:なし|せず|では?ない)"
)


#: An outcome that says that nobody knows it.
_UNKNOWN = re.compile(
    r"(?:outcome )?(?:unknown|unk|not known|n/?k|not (?:reported|recorded|available)|n/?a|\?+)|unbekannt|inconnue?|desconocid[oa]"
    r"|desconhecid[oa]|sconosciut[oa]|bilinmiyor|모름|미상|불명|알 수 없음|확인 ?(?:불가|안 ?됨)|不明|未確認"
)
_DEATH = re.compile(r"(?:sudden |unexplained |cardiac )*death|사망|돌연사|심장사|死亡|突然死")


def says_fatal(outcome: object) -> bool:
    """Whether an outcome says that the patient died.

    >>> [says_fatal(t) for t in ("Fatal", "died on 2 May", "사망", "死亡", "non-fatal", "recovered", None)]
    [True, True, True, True, False, False, False]
    """
    plain = "" if outcome is None else str(outcome).lower()
    return bool(_FATAL.search(plain)) and not _NOT_FATAL.search(plain)


def says_outcome(outcome: object) -> bool:
    """Whether something tells what became of an event: not "unknown", not nothing.

    >>> [says_outcome(t) for t in ("recovered", "Unknown", "不明", None, "ongoing")]
    [True, False, False, False, True]
    """
    plain = "" if outcome is None or outcome != outcome else str(outcome).strip().lower()
    return bool(plain) and _UNKNOWN.fullmatch(plain) is None


def is_death(term: str) -> bool:
    """Whether the name of an event is that of death itself: "Sudden death", not "fear of death"."""
    return _DEATH.fullmatch(term.strip().lower()) is not None


@cache
def _none() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([], dtype=_TYPES[kind]) for name, kind in EVENT_COLUMNS.items()})  # type: ignore[call-overload]


def no_events() -> pd.DataFrame:
    """A frame of events without a row."""
    return _none().copy(deep=False)


def as_events(frame: pd.DataFrame, patients: Sequence[str]) -> pd.DataFrame:
    """An events frame in its fixed form.

    Parameters
    ----------
    frame
        One row per event. ``patient`` and ``term`` are needed; the other columns of :data:`EVENT_COLUMNS` may be absent.
    patients
        Codes that an event may belong to.

    Returns
    -------
    pandas.DataFrame
        Indexed 0 … n−1, columns in the order of :data:`EVENT_COLUMNS`:

        - ``patient``: the patient's code (text);
        - ``term``: what happened, in the file's words or the dictionary's preferred term;
        - ``system_organ_class``: the body system of the term;
        - ``grade``: severity, 1 (mild) to 5 (death), a float;
        - ``serious``, ``related``, ``treatment_emergent``: nullable booleans;
        - ``action``: what was done with the drug;
        - ``onset_day``, ``end_day``: days since the first dose, which is day 0;
        - ``onset_week``: weeks since the first dose;
        - ``outcome``: what became of it, in the file's words ("recovered", "ongoing", "fatal").

    Raises CohortError for an unknown column, an event without a term, and an event of a patient who is not in the cohort.
    """
    unknown = [str(c) for c in frame.columns if c not in EVENT_COLUMNS]
    if unknown:
        raise CohortError(f"The events have a column {unknown[0]!r}", expected=", ".join(EVENT_COLUMNS))
    for name in ("patient", "term"):
        if name not in frame.columns:
            raise CohortError(f"The events have no column {name!r}", expected="a patient code and a term for each event")
    if not len(frame):
        return no_events()
    out: dict[str, pd.Series] = {}
    for name, kind in EVENT_COLUMNS.items():
        if name in frame.columns:
            out[name] = _typed(frame[name].reset_index(drop=True), name, kind)
        else:
            out[name] = pd.Series([None] * len(frame), dtype=_TYPES[kind])  # type: ignore[call-overload]
    events = pd.DataFrame(out, index=pd.RangeIndex(len(frame)))
    lacking = np.flatnonzero(events["term"].isna() | events["patient"].isna())
    if len(lacking):
        raise CohortError(f"Event {lacking[0]} has no term or no patient ({len(lacking)} such events)")
    strangers = events.loc[~events["patient"].isin(list(patients)), "patient"].unique()
    if len(strangers):
        raise CohortError(f"Patient {strangers[0]} has an event but is not in the cohort ({len(strangers)} such patients)")
    return events


def _typed(series: pd.Series, name: str, kind: str) -> pd.Series:
    try:
        if kind == "text":
            values = [None if v is None or v is pd.NA or v != v else str(v) for v in series.astype(object)]
            return pd.Series(values, dtype=object)
        if kind == "number":
            return series.astype("float64")
        return series.astype("boolean")
    except (TypeError, ValueError) as error:
        raise CohortError(f"The events' column {name!r} holds something else than {kind} ({error})", expected=kind) from error


def events_to_dict(events: pd.DataFrame) -> dict[str, list[Any]]:
    """Columns with anything in them, as plain lists for JSON."""
    return {
        str(c): [None if m else v for v, m in zip(events[c].astype(object).tolist(), events[c].isna(), strict=True)]
        for c in events.columns
        if events[c].notna().any()
    }


def events_from_dict(data: Mapping[str, Sequence[Any]] | None) -> pd.DataFrame | None:
    """The inverse of :func:`events_to_dict`; None where there are none."""
    return pd.DataFrame({k: pd.Series(list(v), dtype=object) for k, v in data.items()}) if data else None
