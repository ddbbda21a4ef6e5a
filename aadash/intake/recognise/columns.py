"""The guess: which column is the patient code, which are visits, which are baseline facts, what is left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from aadash.cohort import ROLES
from aadash.intake.assemble.dates import is_date_column
from aadash.intake.mapping import ColumnMapping, MeasureScale
from aadash.intake.model import ColumnGuess
from aadash.intake.numbers import BLANK, PLAIN
from aadash.intake.recognise.eventwords import is_list_of_terms
from aadash.intake.recognise.headers import measure_of, role_of
from aadash.intake.recognise.identity import article, identifying, is_free_text, patient_code
from aadash.intake.recognise.layout import dated_pairs, layout_of, loose_regions, said_pairs
from aadash.intake.recognise.others import UNASKED, WORKED_OUT, Other, is_responder, is_worked_out, measure_in, other_visits
from aadash.intake.recognise.patterns import REGIONS, SALT, SYNTHETIC
from aadash.intake.recognise.scores import is_known_score, score_name
from aadash.intake.recognise.visitcolumns import VisitColumns, bare, find_visit_columns
from aadash.intake.recognise.visits import parse_visit
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold

#: Roles that one column at most can play.
SINGLE = ("id", "week", "date", "first_dose", "parameter", "synthetic", *ROLES)
#: Dates that are no visits.
_OTHER_DATES = re.compile(
    r"onset|diagnos|birth|death|last|end|stop|withdraw|relapse|consent"
    r"|발병|진단|종료|중단|発症|診断|終了|中止|再発"
)
#: Columns of record keeping: which record is meant, not what the patient is like.
_RECORD_FLAGS = re.compile(
    r"^(?:dtype|anl\d\d ?fl|ablfl|avalc|p?chg|studyid|domain|(?:redcap )?repeat (?:instrument|instance)|(?:.* )?complete[?]?)$"
)
#: Why a column has the role that a saved mapping repeats.
GUESSED_THEN = "as in the saved mapping, where it was guessed"
#: What a person set comes before what was saved, and that before a new guess.
_FIRST = {"set": 0, "saved": 1}
REGION_ROLES = tuple(role for role, _ in REGIONS)


@dataclass(frozen=True)
class Recognised:
    """Guesses for every column, the layout, the score that the visits measure, and who identifies a person how.

    ``assumed`` are columns of visits that are only numbered; ``kinds`` maps identifying columns to what they hold;
    ``coded`` says that the patient code itself identifies a person and must be replaced; ``scales`` are the ranges that the user set.
    """

    guesses: tuple[ColumnGuess, ...]
    layout: str
    score: str
    assumed: tuple[str, ...] = ()
    kinds: dict[str, str] = field(default_factory=dict)
    coded: bool = False
    scales: Mapping[str, MeasureScale] = field(default_factory=dict)

    def columns(self, role: str) -> list[ColumnGuess]:
        """The columns with this role, in the order of the file."""
        return [g for g in self.guesses if g.role == role]

    def one(self, role: str) -> str | None:
        """The first column with this role."""
        return next((g.column for g in self.guesses if g.role == role), None)


def recognise(table: Table, mapping: ColumnMapping) -> Recognised:
    """Guess every column; what the mapping says comes first."""
    said = {n: mapping.columns[n] for n in table.columns if n in mapping.columns}
    roles = {n: said[n].role if n in said else "" for n in table.columns}
    why = dict.fromkeys(said, "you said so")
    free = [n for n in table.columns if n not in said]
    every = identifying(table, [n for n in table.columns if n in free or roles[n] in ("id", "identifying")])
    code = patient_code(table, roles, free, every)
    kinds = {n: k for n, k in every.items() if n not in mapping.keep_identifying}
    coded = code is not None and code in kinds
    for name in free:
        column, label = table.columns[name], table.labels.get(name, "")
        if name == code:
            roles[name], why[name] = "id", "the name, and one value per patient"
        elif name in kinds:
            roles[name], why[name] = "identifying", f"looks like {article(kinds[name])}"
        elif SYNTHETIC.match(fold(bare(name))):
            roles[name], why[name] = "synthetic", "as its name says"
        elif _RECORD_FLAGS.match(fold(bare(name))):
            roles[name], why[name] = "unused", "belongs to the record, not to the patient"
        elif role_of(bare(name)) == "salt" and is_responder(name, column):
            roles[name], why[name] = "unused", WORKED_OUT
        elif is_free_text(name, column):
            roles[name], why[name] = "unused", "a text in free words"
        else:
            found = role_of(bare(name)) or role_of(label)
            dated = found in ("", "id", "week") and is_date_column(column) and not _OTHER_DATES.search(fold(bare(name)))
            found = "date" if dated else "" if found == "id" or not _can_be(found, column) else found
            roles[name], why[name] = found, "as its name says" if found else ""
    for name, role in loose_regions(table, [n for n in free if roles[n] in ("", "salt", "subtype")]).items():
        roles[name], why[name] = role, "as its name says"
    if "salt" not in roles.values() and "week" in roles.values():
        loose = [n for n in free if roles[n] in ("", "eyebrow", "eyelash") and parse_visit(bare(n)) is None]
        scores = [n for n in loose if is_known_score(measure_of(fold(bare(n))))]
        roles.update(dict.fromkeys(scores[:1], "salt"))
    seconds = _second_readings(free, roles)
    roles.update(dict.fromkeys(seconds, "fact"))
    why.update(dict.fromkeys(seconds, SECOND))
    settled = (*REGION_ROLES, "id", "identifying", "synthetic", "unused")
    taken = {n for n in table.columns if n in said or n in seconds or roles[n] in settled}
    visits = find_visit_columns(table, taken)
    layout = layout_of(table, roles, visits, said)
    pairs = dated_pairs(table, roles, visits) if layout == "wide" and not said else said_pairs(said)
    if pairs:
        layout = "dated"
    others = (
        other_visits(table, [n for n in free if n not in seconds and roles[n] not in settled], roles, visits)
        if layout == "wide"
        else {}
    )
    guesses = [_guess(n, table, roles, why, visits, layout, pairs, mapping, coded, others.get(n)) for n in table.columns]
    final = tuple(_single(guesses, table, layout))
    score = mapping.score or (visits.score if layout == "wide" else _long_score(final))
    assumed = tuple(n for n in visits.assumed if layout == "wide" and n not in said)
    return Recognised(final, layout, score, assumed, kinds, coded, mapping.measures)


#: Why such a column is a fact.
SECOND = "read by a second reader"
_SECOND = re.compile(
    r"(?:rater|reader|assessor|observer|investigator|examiner|평가자|판독자|판정자|판독의|判定者|判定医|評価者|評価医|読影者|観察者)"
    r" ?(?:[2-9]|[b-d]|two|ii)(?![a-z0-9])"
    r"|(?:second|2nd|other|third|두 ?번째|第二) ?"
    r"(?:rater|reader|assessor|observer|investigator|examiner|reading|평가자|판독자|판정자|判定者|評価者)"
)


def _second_readings(free: list[str], roles: Mapping[str, str]) -> list[str]:
    """Columns of SALT by a second reader beside those of the first, one row a patient: facts to compare, no visits."""
    found = [n for n in free if roles[n] == "salt" and _SECOND.search(fold(bare(n)))]
    first = [n for n in roles if roles[n] == "salt" and n not in found]
    return found if first and not {"week", "date"} & set(roles.values()) else []


#: Roles that no date has, and where the middle number is no longer theirs: an onset of 2010 is a year, a pulse of 70 no steroid.
_NO_DATE = ("age", "age_at_onset", "duration", "dose", "drug", "subtype", "sex", "centre", "ivmp", "atopic_dermatitis")
_BEYOND = {"age": 150.0, "age_at_onset": 150.0, "ivmp": 30.0}


def _can_be(role: str, column: Column) -> bool:
    """Whether what stands in a column can be what its name says."""
    if role in _NO_DATE and is_date_column(column):
        return False
    if role == "first_dose" and column.maybe_numeric and not is_date_column(column):
        seen = column.numbers.values[column.numbers.status == PLAIN]  # "IL-17A start": a value; 45000 is a spreadsheet's day
        return not len(seen) or float(np.median(seen)) >= 1000
    if role not in _BEYOND or not column.maybe_numeric:
        return True
    numbers = column.numbers
    plain = numbers.values[numbers.status == PLAIN]
    return not len(plain) or float(np.median(plain)) <= _BEYOND[role]


def _long_score(guesses: tuple[ColumnGuess, ...]) -> str:
    """What the value column of a file with one row per visit measures: another score that its header names, else SALT."""
    name = next((g.column for g in guesses if g.role == "salt"), "")
    measure = measure_of(fold(bare(name)))
    return score_name(measure) if measure and not SALT.search(fold(name)) and is_known_score(measure) else "SALT"


def describe(name: str, column: Column, label: str = "", private: bool = False) -> ColumnGuess:
    """Preview, missing cells, distinct values and histogram of one column; nothing of its content if ``private``."""
    guess = ColumnGuess(name, "fact", None, "", "likely", (), int(column.blank.sum()), len(column.filled), label)
    if private:
        return replace(guess, label="")
    guess = replace(guess, preview=tuple(v[:60] for v in column.filled[:6]))
    if not column.maybe_numeric:
        return guess
    numbers = column.numbers
    plain = numbers.values[numbers.status == PLAIN]
    if len(plain) and len(plain) >= 0.5 * int((numbers.status != BLANK).sum()):
        low, high = float(plain.min()), float(plain.max())
        if np.isfinite(high - low):
            place = ((plain - low) / (high - low) * 10).astype(int).clip(0, 9) if high > low else np.zeros(len(plain), dtype=int)
            guess = replace(guess, low=low, high=high, histogram=tuple(map(int, np.bincount(place, minlength=10))))
    return guess


def _guess(
    name: str,
    table: Table,
    roles: dict[str, str],
    why: dict[str, str],
    visits: VisitColumns,
    layout: str,
    pairs: dict[str, int],
    mapping: ColumnMapping,
    coded: bool,
    other: Other | None,
) -> ColumnGuess:
    role = roles[name] or "fact"
    private = role == "identifying" or (role == "id" and coded)
    base = describe(name, table.columns[name], table.labels.get(name, ""), private)
    if name in mapping.columns:
        said = mapping.columns[name]
        measure = said.measure or (measure_in(name) if said.role == "measure" else "")
        why_so, sure = (GUESSED_THEN, "saved") if said.guessed else ("you said so", "set")
        return replace(
            base, role=said.role, week=said.week, visit=said.visit, measure=measure, shown=said.shown, why=why_so, confidence=sure
        )
    if name in pairs:
        why_so = f"visit {pairs[name]} by its date"
        measure = measure_in(name)
        if not is_date_column(table.columns[name]) and name not in visits.chosen:
            return replace(base, role="measure", visit=pairs[name], measure=measure, why=why_so, confidence="likely")
        kind = "date" if is_date_column(table.columns[name]) else "salt"
        return replace(base, role=kind, visit=pairs[name], why=why_so, confidence="likely")
    if name in visits.chosen and layout == "wide":
        return _visit_guess(base, name, visits)
    if other is not None:
        unsure = "unsure" if other.role == "salt" else "likely"
        return replace(
            base, role=other.role, week=other.week, measure=other.measure, why=other.why or "as its name says", confidence=unsure
        )
    if role in REGION_ROLES and layout == "wide":
        return replace(base, role=role, week=0, confidence="unsure", why="a region of SALT without a visit: taken as baseline")
    if layout != "wide" and role == "fact" and is_worked_out(name, table.columns[name]):
        return replace(base, role="unused", why="worked out from SALT at a visit", confidence="likely")
    if role == "fact" or (role in ("week", "salt", "parameter", "date") and layout == "wide"):
        return replace(base, role="fact", why=SECOND if why.get(name) == SECOND else "kept under its own name", confidence="likely")
    if role in ("week", "salt", "date") and layout != "wide" and name in visits.chosen and role_of(bare(name)) != role:
        return replace(base, role="fact", why="kept under its own name", confidence="likely")
    sure = "sure" if role in ("id", "salt", "week", "identifying", "synthetic") else "likely"
    return replace(base, role=role, why=why[name] or "as its name says", confidence=sure)


def _visit_guess(base: ColumnGuess, name: str, visits: VisitColumns) -> ColumnGuess:
    found, week = visits.chosen[name], visits.weeks[name]
    visit, role = found.visit, found.region or "salt"
    if visit.unit == "before":
        return replace(base, role="unused", confidence="likely", why="before baseline")
    if visit.unit in ("", "unscheduled") or (visit.unit == "number" and week is None):
        if week is None:
            return replace(base, role="salt", week=None, confidence="unsure", why=UNASKED)
        return replace(base, role=role, week=0, confidence="unsure", why="SALT without a visit: taken as baseline")
    if visit.unit == "screening":
        if week is None:
            return replace(base, role="unused", confidence="likely", why="screening; there is a baseline")
        return replace(base, role=role, week=0, confidence="unsure", why="screening, as there is no baseline")
    if visit.unit == "baseline":
        return replace(base, role=role, week=0, confidence="sure", why="the name says baseline")
    if visit.unit == "visit" or name in visits.assumed:
        return replace(
            base, role=role, week=week, confidence="unsure", why=f"visit {visit.number:g} has no week: every four weeks assumed"
        )
    if visit.unit == "number":
        return replace(base, role=role, week=week, confidence="unsure", why="a number without a unit: taken as weeks")
    told = f"the name says {visit.unit} {visit.number:g}"
    return replace(base, role=role, week=week, confidence="sure", why=told + (f": week {week}" if visit.rounded else ""))


def _single(guesses: list[ColumnGuess], table: Table, layout: str) -> list[ColumnGuess]:
    """A role belongs to one column: the user's, else the best; the others that look like it stay facts. Adverse events may be named
    in several ("AE 1", "AE 2").
    """
    keep: dict[str, str] = {}
    for role in SINGLE:
        mine = [g for g in guesses if g.role == role and g.visit is None and g.week is None]
        if mine:
            keep[role] = min(mine, key=lambda g: (_FIRST.get(g.confidence, 2), _rank(g, table))).column
    values = [g for g in guesses if g.role == "salt" and g.week is None and g.visit is None]
    if values and layout != "wide":
        best = min(values, key=lambda g: (_FIRST.get(g.confidence, 2), -_value_rank(g, table))).column
        guesses = [
            g
            if g.role != "salt" or g.week is not None or g.visit is not None or g.column == best
            else replace(g, role="fact", why=f"another column, {best!r}, is taken for it")
            for g in guesses
        ]
    return [
        g
        if g.role not in keep
        or g.visit is not None
        or g.week is not None
        or g.column == keep[g.role]
        or (g.role == "adverse_event" and is_list_of_terms(table.columns[g.column]))
        else replace(
            g,
            role="unused" if g.role == "parameter" else "fact",  # PARAM beside PARAMCD says the same of each row
            confidence="likely",
            why=f"another column, {keep[g.role]!r}, is taken for it",
        )
        for g in guesses
    ]


def _rank(guess: ColumnGuess, table: Table) -> float:
    """Among columns of visits the one that says most about weeks comes first, of dates one that is called so, of adverse events one
    that names them ("AE (Y/N)" beside "AE term"); else the order of the file.
    """
    column = table.columns[guess.column]
    if guess.role == "adverse_event":
        return 0.0 if is_list_of_terms(column) else 1.0
    if guess.role == "date":
        return 2.0 if column.blank.all() else 0.0 if role_of(bare(guess.column)) == "date" else 1.0
    if guess.role != "week":
        return 1.0 if column.blank.all() else 0.0
    read = [parse_visit(v) for v in column.filled[:40]]
    worth = {"week": 3.0, "month": 3.0, "day": 2.5, "year": 2.0, "baseline": 2.0, "number": 1.0, "visit": 0.2}
    unit = 1.0 if fold(bare(guess.column)) in ("week", "weeks", "wk", "month", "months", "time") else 0.0
    return -(sum(worth.get(v.unit, 0.0) for v in read if v is not None) / max(1, len(read)) + unit)


def _value_rank(guess: ColumnGuess, table: Table) -> float:
    folded = fold(bare(guess.column))
    visit = parse_visit(bare(guess.column))
    beside = 3.0 * (visit is not None and visit.unit == "baseline")  # "Baseline SALT" beside the values of the visits
    return 2.0 * ("salt" in folded) - beside + (folded == "aval") + table.columns[guess.column].numeric_share
