"""Endings that stand where a score belongs ("사망", "lost to follow-up" under SALT W24): the score is missing, the ending is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from aadash.disposition import left_by, tells_of
from aadash.events import says_fatal
from aadash.formatting import counted
from aadash.intake.assemble.assembled import Assembled
from aadash.intake.assemble.visitvalues import quote
from aadash.intake.check.doubts import Doubts
from aadash.intake.tabulate.table import Column
from aadash.intake.text import rows_text
from aadash.later import known_before

#: The column of the patients that says at the visit of which week a death stands in the file, and that a patient had left.
DEATH, LEFT = "Death (week)", "Withdrawal (week)"
#: What says that a patient has stopped or left, not that he missed this visit.
_LEFT = re.compile(
    r"중단|탈락|연락\s?두절|추적\s?(?:관찰\s?)?소실|전원|이사|이민|中止|脱落|追跡不能|転院|転居|引っ?越し"
    r"|(?<![a-z])(?:stopped|discontinued|d ?/ ?c|withdr[ae]wn?|withdrew|drop(?:ped)?(?:[ -]?out)?|lost|ltfu|relocated|transferred"
    r"|moved(?: (?:away|abroad))?|(?:f/?u|follow-?up) loss|loss (?:to|of) (?:f/?u|follow-?up)"
    r"|perdu de vue|pdv|arr[êe]t[ée]?|abbruch|abgebrochen|abgesetzt|ausgeschieden|verzogen|abandon\w*|suspen[ds]\w*|sospes[oai]"
    r"|interrott[oa]|pers[oa] al|b[ıi]rakt[ıi])(?![a-z])"
)


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a column of scores, and whose they are at which week (NaN for a visit without one)."""

    name: str
    column: Column
    rows: np.ndarray
    codes: np.ndarray
    weeks: np.ndarray


def with_endings(made: Assembled, scores: Sequence[Cells], doubts: Doubts) -> Assembled:
    """The cohort with the week at which the file says, in the place of a score, that a patient has died, or has stopped or left; told,
    with the rows. Who has a score later has not left, and where a column of the file tells who stopped, that column is believed."""
    died = _first(scores, says_fatal)
    for cells, at in _where(scores, says_fatal, died):
        n = len(set(map(str, cells.codes[at])))
        doubts.report(
            "warning",
            "death",
            cells.name,
            cells.rows[at],
            f"Column {cells.name!r} tells of the death of {counted(n, 'patient')} ({quote(cells.column, at)}, "
            f"{rows_text(list(cells.rows[at]))}): the value is missing, and column {DEATH!r} keeps the week. A death is an event of "
            "its own, not a visit that was missed.",
        )
        doubts.record(cells.rows[at], cells.name, quote(cells.column, at), DEATH, "a death in the place of a score")
    made = _keep(made, DEATH, died)
    if any(c == LEFT or _tells_who_stopped(str(c), made.patients[c]) for c in made.patients.columns):
        return made
    last = made.salt.notna().apply(lambda seen: max((float(w) for w in seen.index[seen]), default=-np.inf), axis=1)
    left = {c: w for c, w in _first(scores, _says_left).items() if c not in died and w > last.get(c, np.inf)}
    for cells, every in _where(scores, _says_left, left):
        at = np.array([i for i in every if cells.weeks[i] == left[str(cells.codes[i])]], dtype=int)
        if not len(at):
            continue
        n = len(set(map(str, cells.codes[at])))
        doubts.report(
            "note",
            "left",
            cells.name,
            cells.rows[at],
            f"Column {cells.name!r} says of {counted(n, 'patient')}, of whom no score follows, that treatment or follow-up ended "
            f"({quote(cells.column, at)}, {rows_text(list(cells.rows[at]))}): column {LEFT!r} keeps the week.",
        )
        doubts.record(
            cells.rows[at], cells.name, quote(cells.column, at), LEFT, "an end of treatment or follow-up in the place of a score"
        )
    return _keep(made, LEFT, left)


def _says_left(text: str) -> bool:
    return not any(c.isdigit() for c in text) and _LEFT.search(text.lower()) is not None


def _tells_who_stopped(name: str, series: pd.Series) -> bool:
    return ("stopping" in tells_of(name) and not known_before(name)) or left_by(name, series) is not None


def _found(cells: Cells, says: Callable[[str], bool]) -> np.ndarray:
    said = {d.strip() for d in cells.column.distinct if says(d)}
    return cells.column.where(said) if said else np.zeros(0, dtype=int)


def _first(scores: Sequence[Cells], says: Callable[[str], bool]) -> dict[str, float]:
    """Patient → first week at which a score's cell says it; NaN where no such visit has a week."""
    week: dict[str, float] = {}
    for cells in scores:
        for i in _found(cells, says):
            code = str(cells.codes[i])
            week[code] = float(np.fmin(week.get(code, np.nan), float(cells.weeks[i])))
    return week


def _where(scores: Sequence[Cells], says: Callable[[str], bool], week: dict[str, float]) -> Iterator[tuple[Cells, np.ndarray]]:
    """Of each column that says it of somebody in ``week``, the cells that do."""
    for cells in scores:
        at = np.array([i for i in _found(cells, says) if str(cells.codes[i]) in week], dtype=int)
        if len(at):
            yield cells, at


def _keep(made: Assembled, name: str, week: dict[str, float]) -> Assembled:
    weeks = pd.Series({c: w for c, w in week.items() if not np.isnan(w)}, dtype=float).reindex(made.salt.index)
    if name in made.patients.columns or weeks.isna().all():
        return made
    return replace(made, patients=made.patients.assign(**{name: weeks.to_numpy(dtype=float)}))
