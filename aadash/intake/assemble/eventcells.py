"""Adverse events that stand in cells: of a patient's row, of a visit's row, several in one cell, with their grade and week."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from aadash.events import no_events
from aadash.formatting import counted
from aadash.intake.assemble.assembled import Assembled
from aadash.intake.assemble.eventdates import tell_dates, without_dates
from aadash.intake.check.doubts import Doubts
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.eventwords import GRADES, is_list_of_terms, says_none
from aadash.intake.recognise.visits import parse_visit
from aadash.intake.tabulate.table import Column
from aadash.later import ARROW, speaks_of_event
from aadash.roles import plain_words

_SPLIT = re.compile(r"\s*(?:[,;、，；・•\n\r|]|\s[/／]\s|\s\+\s|\s&\s|\s(?:and|und|et|e|y|ve)\s|\s및\s)\s*")
#: "(12주)", "S36" behind a term: the time of the event.
_TIMED = re.compile(r"\s*[(（\[]([^()（）\[\]]{1,25})[)）\]]\s*$|\s+((?:s|w|wk|week|woche|month|mo)\s?\d{1,3})$", re.IGNORECASE)
_SEVERITY = "|".join(sorted(map(re.escape, GRADES), key=len, reverse=True))
_GRADED = re.compile(
    rf"[\s,]*[(（\[]?\s*(?:(?:ctcae\s*)?(?:grade|grad|gr|g|등급|グレード)\s*\.?\s*([1-5])|({_SEVERITY}))\s*[)）\]]?\s*$", re.IGNORECASE
)
#: "grade 2 acne", "mild acne"; not "severe acute respiratory syndrome", which is a name.
_AHEAD = re.compile(rf"(?:(?:ctcae )?(?:grade|gr|g)\s?\.?([1-5])\s+(?=\S)|({_SEVERITY})\s+(?=\S+$))", re.IGNORECASE)
_TIMES = re.compile(r"\s+[x×]\s?([2-9])\s*$", re.IGNORECASE)  # "URTI x2"
#: What became of an event, which is none of its own.
_ENDED = r"resolved|recovered|ended|healed|ongoing|회복(?:됨)?|소실(?:됨)?|호전(?:됨)?|回復|消失|軽快"
_OVER = re.compile(rf"(?:is |was |has )?(?P<told>{_ENDED})(?: (?:on|since|by))?", re.IGNORECASE)
#: The same behind an event: "acne (resolved)", "acne, resolved".
_AND_OVER = re.compile(rf"(?<=\w)(?:\s*[(（\[]|[\s,:：–-]+)(?P<told>{_ENDED})[)）\]]?\s*$", re.IGNORECASE)
#: What was done with the drug: "stopped", "dose reduced", "투약 중단", "投与中止". A word that may be said of the event itself
#: ("reduced", "지속") counts beside the drug only.
_DRUG, _DRUG_EAST = r"(?:drug|treatment|therapy|medication|dose|dosing|jak ?i?)", r"(?:투약|투여|복약|복용|약물?|치료|용량|일시)"
_DRUG_JAPAN = r"(?:投与|内服|服用|治療|薬剤?|用量|一時)"
_OFF = (
    r"stopped|stop|discontinued|withdrawn|interrupted|held|paused|abgesetzt|abgebrochen|abbruch|pausiert|no action(?: taken)?"
    r"|suspendid[oa]|suspens[oaã]|suspensi[oó]n|interrompu|arr[êe]t[ée]?|sospes[oa]|interrott[oa]|kesildi|b[ıi]rak[ıi]ld[ıi]"
)
_SURE = (
    rf"{_DRUG} (?:was |is )?(?:{_OFF}|reduced|lowered|continued|maintained|restarted|not changed|unchanged)"
    rf"|(?:{_OFF}|reduced|lowered|continued) (?:the )?{_DRUG}"
    rf"|(?:{_DRUG_EAST}\s?)+(?:중단|중지|감량|유지|지속|재개)(?:함|됨)?|(?:{_DRUG_JAPAN}の?)+(?:中止|中断|減量|継続|再開)"
    r"|(?:중단|중지|휴약)(?:함|됨)?|中止|休薬"
)
_DONE = rf"{_SURE}|{_OFF}|감량(?:함|됨)?|減量|中断"
_ACTION = re.compile(_DONE, re.IGNORECASE)
#: The same behind an event: after a colon, in brackets, after an arrow or a word for "because of"; after a space alone where the words
#: can be said of the drug only ("체중 감량" is a loss of weight).
_AND_DONE = re.compile(
    rf"(?:\s*[:：(（\[]\s*|\s+[-–—]+\s+|\s*(?:{ARROW})\s*|(?:으?로)(?:\s?인해)?\s*|(?:のため|により|にて|で)\s*)"
    rf"(?P<told>{_DONE})\s*[)）\]]?\s*$|\s+(?P<bare>{_SURE})\s*$",
    re.IGNORECASE,
)
#: What stands before the last colon: "acne: none" is no acne.
_LAST = re.compile(r"^.*[:：]\s*(?=\S)")
_BRACKETED = re.compile(r"[(（\[]([^()（）\[\]]*)[)）\]]")


class Named(NamedTuple):
    """An event that a cell names, with what stands beside it there: NaN and None where nothing does."""

    term: str
    grade: float = float("nan")
    onset_week: float = float("nan")
    action: str | None = None
    outcome: str | None = None


def terms_in(cell: str, whole: bool = False) -> list[tuple[str, float, float]]:
    """The events that one cell names, each with its grade and its week (NaN where none stands beside it): :func:`events_in`.

    >>> terms_in("여드름, 모낭염"), terms_in("none"), terms_in("acne (G2); headache")[0]
    ([('여드름', nan, nan), ('모낭염', nan, nan)], [], ('acne', 2.0, nan))
    >>> terms_in("nausea (grade 3, week 12); zoster, week 20, acne (mild)")
    [('nausea', 3.0, 12.0), ('zoster', nan, 20.0), ('acne', 1.0, nan)]
    >>> terms_in("CK 상승(4주); Akne (Monat 3), ITU S36 / AST/ALT")
    [('CK 상승', nan, 4.0), ('Akne', nan, 13.0), ('ITU', nan, 36.0), ('AST/ALT', nan, nan)]
    >>> terms_in("acne 2021-01-04; resolved 2021-04-01"), terms_in("zoster (recovered)")
    ([('acne', nan, nan)], [('zoster', nan, nan)])
    """
    return [event[:3] for event in events_in(cell, whole)]


def events_in(cell: str, whole: bool = False) -> list[Named]:
    """The events that one cell names, each with what is said of it there.

    With ``whole`` a cell is one event, as in a list with a row for each: "Rash, facial" is one term.

    >>> [(e.term, e.action, e.outcome) for e in events_in("帯状疱疹：中止; acne (resolved), LFT 상승: 감량")]
    [('帯状疱疹', '中止', None), ('acne', None, 'resolved'), ('LFT 상승', '감량', None)]
    """
    apart = _BRACKETED.sub(_each_in_brackets, undated(cell.strip())[0])
    parts: list[str] = []
    said: list[dict[str, str]] = []
    for part in [apart] if whole else _parts(apart):
        over, done = _OVER.fullmatch(_bare(part)), _ACTION.fullmatch(_bare(part))
        if parts and (over or done):  # "acne; resolved 2021-04-01", "zoster, drug stopped": said of the event before it
            said[-1] |= {"outcome": over["told"]} if over else {"action": _bare(part)}
        elif over:
            continue
        elif parts and _describes(part):  # "zoster, week 20"
            parts[-1] += f" ({_bare(part)})"
        else:
            parts.append(part)
            said.append({})
    out = []
    for part, beside in zip(parts, said, strict=True):
        times = _TIMES.search(part)
        text, told = _with_told(part[: times.start()] if times else part)
        term, grade, week = _described(text)
        term = term.rstrip(" :：")
        text, further = _with_told(term)  # "zoster: stopped (week 12)"
        told = {**further, **told, **beside}
        event = Named(text, grade, week, told.get("action"), told.get("outcome"))
        if event.term and not says_none(part) and not says_none(event.term) and not says_none(_LAST.sub("", part)):
            out += [event] * (int(times.group(1)) if times else 1)
    return out


#: What sets events apart in any cell, and what does so where each part is an event by itself.
_APART, _PERHAPS = re.compile(r"[;；\n\r|]|\s[/／+]\s"), re.compile(r"\s*[,、，・&]\s*|\s(?:and|und|et|및)\s")


def events_in_rows(column: Column) -> list[list[Named]]:
    """The events of each cell of a list with a row for each. A cell may name several all the same: apart by a semicolon, or by a
    comma where each part is an event ("acne, zoster"), which is one by its name or stands alone on another row.

    >>> cells = Column(np.array(["acne, zoster", "Rash, facial", "acne; CK"], dtype=object))
    >>> [[e.term for e in found] for found in events_in_rows(cells)]
    [['acne', 'zoster'], ['Rash, facial'], ['acne', 'CK']]
    """
    alone = {d.strip().lower() for d in column.distinct}

    def several(cell: str) -> bool:
        if len([part for part in _APART.split(cell) if part.strip()]) > 1:
            return True
        parts = [part.strip() for part in _PERHAPS.split(cell) if part.strip()]
        return len(parts) > 1 and all(p.lower() in alone or speaks_of_event(plain_words(p)) for p in parts)

    read = [events_in(d, whole=not several(undated(d.strip())[0])) for d in column.distinct]
    return [read[code] for code in column.codes]


def _with_told(text: str) -> tuple[str, dict[str, str]]:
    """A term without the outcome and the action that stand behind it, and these."""
    told: dict[str, str] = {}
    while True:
        over, done = _AND_OVER.search(text), _AND_DONE.search(text)
        found = over if over and "outcome" not in told else done if done and "action" not in told else None
        if found is None or not text[: found.start()].strip():
            return text, told
        told |= {"outcome": found["told"]} if found is over else {"action": found["told"] or found["bare"]}
        text = text[: found.start()]


def undated(cell: str) -> tuple[str, list[str]]:
    """A cell without the dates beside its events, and these."""
    return without_dates(cell, _SPLIT)


def _parts(text: str) -> list[str]:
    """A cell at what sets events apart, but for what stands in brackets: "rash (face, neck)" is one."""
    out, start = [], 0
    for found in _SPLIT.finditer(text):
        before = text[: found.start()]
        if sum(before.count(c) for c in "(（[") <= sum(before.count(c) for c in ")）]"):
            out.append(text[start : found.start()])
            start = found.end()
    return [part for part in (*out, text[start:]) if part.strip()]


def _each_in_brackets(found: re.Match[str]) -> str:
    """ "(grade 3) (week 12)" for "(grade 3, week 12)"; any other bracket as it is."""
    inner = [part for part in _SPLIT.split(found.group(1)) if part.strip()]
    told = len(inner) > 1 and all(map(_describes, inner))
    return " ".join(f"({_bare(part)})" for part in inner) if told else found.group()


def _bare(part: str) -> str:
    return re.sub(r"^(?:at|in|on|bei)\s+", "", part.strip(" .·-–()（）[]"), flags=re.IGNORECASE)


def _describes(part: str) -> bool:
    """True where ``part`` holds nothing but a grade and a week, and so is no event of its own."""
    text = part.strip(" .·-–")
    if len(re.findall(r"[^\W\d]+", _bare(text))) > 1 and not _GRADED.fullmatch(text):
        return False  # "headache at week 8"
    return any(_described(f"x {said}")[0] == "x" for said in (text, f"({_bare(text)})"))


def _described(part: str) -> tuple[str, float, float]:
    """A term without the grade and the week that stand beside it, in any order; the grade; the week."""
    text, grade, week = part.strip(" .·-–"), float("nan"), float("nan")
    while True:
        shorter = text
        if math.isnan(week):
            shorter, week = _without_time(text)
        found = _GRADED.search(shorter) if math.isnan(grade) else None
        if found is not None and shorter[: found.start()].strip() and (found.group(1) or _set_apart(shorter, found)):
            grade = float(found.group(1) or GRADES[found.group(2).lower()])
            shorter = shorter[: found.start()]
        shorter = re.sub(r"\s+(?:at|in|on|bei)$", "", shorter.strip(" ,;·-–"), flags=re.IGNORECASE) if shorter != text else text
        ahead = _AHEAD.match(shorter) if math.isnan(grade) else None
        if ahead is not None:
            grade = float(ahead.group(1) or GRADES[ahead.group(2).lower()])
            shorter = shorter[ahead.end() :]
        if shorter == text:
            return text, grade, week
        text = shorter


def _set_apart(text: str, found: re.Match[str]) -> bool:
    """A word of severity stands for itself, and is not the end of another word."""
    before = text[found.start(2) - 1]
    return not before.isalnum()


def _without_time(text: str) -> tuple[str, float]:
    """A term without the time that stands behind it, and the week that this is (NaN for none)."""
    found = _TIMED.search(text)
    inner = "" if found is None else found.group(1) or found.group(2)
    inner = re.sub(r"^(?:at|in|on|bei)\s+", "", inner.strip(), flags=re.IGNORECASE)
    visit = parse_visit(inner) if len(re.findall(r"\d+", inner)) == 1 else None
    if found is None or visit is None or visit.week is None or not text[: found.start()].strip():
        return text, float("nan")
    if visit.unit not in ("week", "month", "day", "year") and not (visit.unit == "number" and visit.stem == "s"):
        return text, float("nan")
    return text[: found.start()].strip(), float(visit.week)


def with_cell_events(made: Assembled, known: Recognised, doubts: Doubts) -> Assembled:
    """Events that stand in cells of one row per patient: one column, or one per visit.

    A column that names events becomes yes or no for each patient; an empty cell is "no" unless other cells say "none" in words.
    """
    patients, roles, found = made.patients, dict(made.roles), [made.events]
    for guess in known.columns("adverse_event"):
        if guess.column not in patients.columns:
            continue
        texts = patients[guess.column].astype(object).where(patients[guess.column].notna(), "").astype(str)
        column = Column(texts.to_numpy(dtype=object))
        if not is_list_of_terms(column):
            patients = patients.drop(columns=guess.column) if guess.week else patients
            continue
        doubts.used.add(guess.column)
        tell_dates(column, made.first_row, guess.column, undated, doubts)
        events = events_of_cells(column, made.salt.index.to_numpy(dtype=object), guess.week)
        found.append(events)
        some = made.salt.index.isin(events["patient"])  # by hash: NumPy compares each with each
        if guess.week:
            patients = patients.drop(columns=guess.column)
        else:
            in_words = any(map(says_none, column.filled))
            values = pd.Series(np.where(some, "yes", "no"), index=patients.index, dtype="str")
            patients = patients.assign(**{guess.column: values.mask(column.blank) if in_words else values})
        listed = events_of(len(events), int(some.sum()))
        said = f" at week {guess.week}." if guess.week else "; as a fact it says yes or no."
        doubts.note("events", guess.column, (), f"Column {guess.column!r} names {listed}" + said)
    roles = {r: c for r, c in roles.items() if c in patients.columns}
    events = pd.concat(found, ignore_index=True) if len(found) > 1 else made.events
    return replace(made, patients=patients, roles=roles, events=events)


def events_of(events: int, patients: int) -> str:
    """ "3 adverse events of 2 patients"."""
    return f"{counted(events, 'adverse event')} of {counted(patients, 'patient')}"


def events_of_cells(column: Column, codes: np.ndarray, week: int | None) -> pd.DataFrame:
    """Events of a column with one cell per patient, at a visit or at an unknown time."""
    frame = frame_of([(str(c), event) for c, cell in zip(codes, column.stripped, strict=True) for event in events_in(cell)])
    return frame if week is None else frame.assign(onset_week=frame["onset_week"].fillna(float(week)))


def frame_of(found: Sequence[tuple[str, Named]]) -> pd.DataFrame:
    """Events of patients as a frame of events."""
    if not found:
        return no_events()
    return pd.DataFrame([(code, *event) for code, event in found], columns=["patient", *Named._fields])
