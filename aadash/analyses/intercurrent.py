"""What happened to patients beside the disease: stopping, rescue, a lower dose, death. Found by the names of the file's columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from aadash.analyses.event_records import records, says_lowered, says_stopped
from aadash.cohort import Cohort
from aadash.disposition import INTERCURRENT, left_by, says_stayed, tells_of
from aadash.later import known_before, week_named
from aadash.levels import NO
from aadash.roles import plain_words

#: What a column's name, or a cell, says of who left, be it the drug or the study, or was not heard of again.
_ENDED = re.compile(
    r"withdr[ae]w|drop(?:ped)? ?-?out|\b(?:study|trial)\b|lost to|\bltfu\b|consent|moved"
    r"|탈락|철회|추적 ?소실|연구|시험|脱落|撤回|追跡不能|試験"
)
_DRUG = re.compile(r"\b(?:drug|treatment|therapy|medication|dose|dosing)\b|투약|치료|약물|治療|投与|薬")
#: A column of reasons that does not say for what.
_REASON = re.compile(r"^reasons?$|^(?:사유|이유|理由)$")
LABELS = {
    "stopping": "the drug was stopped",
    "switch": "the drug was changed for another",
    "rescue": "rescue treatment was given",
    "dose step-down": "the dose was lowered",
    "death": "a death is recorded",
}
FOR_EVENTS = {
    "stopping": "the drug was stopped for an adverse event",
    "dose step-down": "the dose was lowered for an adverse event",
    "death": "a death is recorded",
}
#: What stands behind a kind of which only a list of adverse events tells.
FOR_EVENT = ":event"
#: Kinds that are spoken of only where the file tells of one.
IF_TOLD = ("switch", "death")
#: "2 mg → 4 mg": another dose is not another drug.
_DOSE = re.compile(r"\d ?mg")
ENDED = "treatment or follow-up ended early"
#: Where it stands that the drug was stopped, or its dose lowered, for an event, if no column of the patients says so.
LIST = "list of adverse events"
#: So many weeks before the last visit are about then.
ABOUT = 4
#: Words of a unit of time in the name of a column of numbers → how many weeks it is.
_WEEKS_IN = {
    re.compile(r"weeks?\b|\bwks?\b|\bw\b|wochen?\b|semanas?\b|semaines?\b|주|週"): 1.0,
    re.compile(r"months?\b|\bmos?\b|\bmonate?n?\b|\bmois\b|\bmes(?:es)?\b|개월|か月|ヶ月|カ月"): 52 / 12,
    re.compile(r"\bdays?\b|\btage?n?\b|\bjours?\b|\bd[ií]as?\b|일차|일수|日目|日数"): 1 / 7,
}
#: Of a column that tells what happened, cells of those to whom it did not.
_DID_NOT = re.compile(r"|nan|0\.0|n/?a|not applicable|never|해당 ?없음|該当なし|특이사항 ?없음")
#: A month behind the answer, as such cells have it: "oui (M6)", "yes, 6 months", "중단 6개월".
_MONTH = re.compile(
    r"\b(?:months?|monat|mois|mes|mo|m)\.? ?([1-9]\d?)\b|(?<!\d)([1-9]\d?) ?(?:months?|monate?n?|mois|meses|개월|か月|ヶ月|カ月)"
)


@dataclass(frozen=True, eq=False)
class Intercurrent:
    """Events of one kind: the ``column`` they stand in, ``happened`` (patients,), ``week`` (patients,; NaN where not dated).
    ``ended``: who left, not known to be the drug alone (lost to follow-up, withdrawn, did not complete)."""

    kind: str
    column: str
    happened: np.ndarray
    week: np.ndarray
    ended: bool = False

    @property
    def label(self) -> str:
        """In words: "the drug was stopped"."""
        if self.ended:
            return ENDED
        return (FOR_EVENTS if self.column == LIST else LABELS)[self.kind]

    @property
    def dated(self) -> bool:
        """Whether the file says when, or that it happened to nobody: a yes or no is of no week."""
        return bool(not self.happened.any() or not np.isnan(self.week).all())


def intercurrent_events(cohort: Cohort) -> dict[str, Intercurrent]:
    """Kind → events, for the kinds that a column of the file tells of (the first such column in which it happened to somebody, dated
    ones before others; where it happened to nobody, the column that says so).

    A column of numbers whose name speaks of weeks, months or days holds the time of it, empty for none. Any other is read as yes or
    no: what is not empty and not a "no" happened, in the week that the cell names (:func:`aadash.later.week_named`), if any. Who
    did not complete, or has withdrawn, is one of them (:func:`aadash.disposition.left_by`), though not known to have stopped the
    drug. A column with a role of its own, and one that describes what was before the first dose (:func:`aadash.later.known_before`),
    is none of these.
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
            if event is not None and kind == "stopping":
                event = _before_the_end(event, cohort)
            if event is not None and (kind not in found or _tells_more(event, found[kind])):
                found[kind] = event
    return found


def _before_the_end(event: Intercurrent, cohort: Cohort) -> Intercurrent:
    """A week of stopping that everybody has is the end of treatment: who was seen at the last visit, and ended about then (four weeks
    before it at most), ended as planned and has not stopped."""
    if np.isnan(event.week).any() or not event.happened.all():
        return event
    stopped = np.isnan(cohort.values[:, -1]) | (event.week < max(cohort.weeks) - ABOUT)
    return replace(event, happened=stopped, week=np.where(stopped, event.week, np.nan))


def kinds_told(cohort: Cohort) -> list[str]:
    """The kinds of events of which the file tells, in a column or in its list of adverse events. "ended" beside "stopping" says that
    who left otherwise is among them, and "stopping:event" that only those are who stopped for an adverse event."""
    found = done_for_events(cohort) | intercurrent_events(cohort)
    more = {"ended"} if any(e.ended for e in found.values()) else set()
    more |= {f"{kind}{FOR_EVENT}" for kind, e in found.items() if e.column == LIST}
    return sorted({*found, *more})


def kinds_of_all(each: Sequence[Sequence[str]]) -> list[str]:
    """What several files tell together: only for adverse events is what no file tells otherwise."""
    union = {kind for kinds in each for kind in kinds}
    alone = {k for k in union if k.endswith(FOR_EVENT) and all(k in kinds for kinds in each if k.removesuffix(FOR_EVENT) in kinds)}
    return sorted({k for k in union if not k.endswith(FOR_EVENT)} | alone)


def label_told(kind: str, told: Sequence[str]) -> str:
    """A kind in words, as :func:`kinds_told` lists what a file tells: "treatment or follow-up ended early" of “Completed?”."""
    if kind == "stopping" and "ended" in told:
        return ENDED
    return (FOR_EVENTS if f"{kind}{FOR_EVENT}" in told else LABELS)[kind]


def done_for_events(cohort: Cohort) -> dict[str, Intercurrent]:
    """Kind → who stopped the drug, or had its dose lowered, for an adverse event on it, in the week of the first such event. Where a
    list tells what was done, nobody may have stopped; a lower dose it tells of only where somebody had one. Who died of an event is
    told likewise, at no known time: the list says when the event began.
    """
    if cohort.events is None or not len(cohort.events):
        return {}
    frame, out = records(cohort).frame, {}
    if frame["fatal"].any():
        died = np.isin(np.arange(len(cohort)), frame.loc[frame["fatal"].astype(bool), "who"])
        out["death"] = Intercurrent("death", LIST, died, np.full(len(cohort), np.nan))
    if cohort.events["action"].isna().all():
        return out
    for kind, says in (("stopping", says_stopped), ("dose step-down", says_lowered)):
        did = np.array([a is not None and says(a) for a in frame["action"]], dtype=bool)
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
    return Intercurrent("stopping", column, left.to_numpy(dtype=bool), weeks.to_numpy(dtype=float), ended=True)


def _read(kind: str, column: str, series: pd.Series) -> Intercurrent | None:
    """The events of a column; None where it is empty."""
    words = plain_words(column)
    weeks = next((length for unit, length in _WEEKS_IN.items() if unit.search(words)), 0.0)
    if weeks and pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series):
        week = series.to_numpy(dtype=float, na_value=np.nan) * weeks
        return Intercurrent(kind, column, ~np.isnan(week), week, _ended(kind, words))
    text = series.map(lambda v: "" if pd.isna(v) else str(v).strip().lower())
    if (text == "").all():
        return None
    happened = ~(text.isin(NO) | text.map(lambda t: says_stayed(t) or _DID_NOT.fullmatch(t) is not None)).to_numpy()
    if kind == "switch" and happened.any() and text[happened].map(lambda t: _DOSE.search(t) is not None).all():
        return None
    return Intercurrent(kind, column, happened, text.map(_week_of).to_numpy(dtype=float), _ended(kind, words, text[happened]))


def _week_of(text: str) -> float:
    """The week that a cell names, or the month; NaN where it names neither."""
    week, month = week_named(text), _MONTH.search(text)
    return week if month is None or week == week else round(float(month[1] or month[2]) * 52 / 12 + 1e-9)


def _ended(kind: str, words: str, told: Iterable[str] = ()) -> bool:
    """Whether a column of who stopped also tells of who left otherwise: by its name, or by what it says of somebody."""
    named = bool(_ENDED.search(words)) and not _DRUG.search(words)
    return kind == "stopping" and (named or any(_ENDED.search(text) for text in told))


def reasons(cohort: Cohort) -> str:
    """The column that is called “Reason” and no more, and says something of somebody; "" for none."""
    for column in map(str, cohort.patients.columns):
        if _REASON.search(plain_words(column)) and cohort.fact(column).notna().any():
            return column
    return ""
