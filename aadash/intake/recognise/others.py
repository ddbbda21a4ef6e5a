"""Columns of a wide table that belong to a visit and are not its SALT: other scores, what is worked out, events.

A column that belongs to a later visit is never a baseline fact.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aadash.intake.recognise.headers import measure_of, region_of, role_of
from aadash.intake.recognise.patterns import SALT, says_limit_of_time, says_worked_out
from aadash.intake.recognise.scores import called, is_known_score, score_name
from aadash.intake.recognise.unitdigits import header_visits
from aadash.intake.recognise.visitcolumns import VisitColumns, bare, is_hormone, is_protein
from aadash.intake.recognise.visits import Visit, parse_visit
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold

#: Roles of columns that may be recorded again at each visit.
_REPEATED = ("fact", "", "salt", "week", "eyebrow", "eyelash", "dose", "atopic_dermatitis")
WORKED_OUT = "worked out from SALT after baseline, so it is no baseline fact"
HORMONE = "T and a number without SALT, where other visits say SALT"
PROTEIN = "S and a number, where the visits of the file are spelled in another way"
UNASKED = "says SALT, but of which week is not said"


#: "SALT75", "SALT 20": with nothing but 0 and 1 (or yes and no) under it a responder flag.
ENDPOINT = re.compile(r"salt\s?(?:10|20|30|50|75|80|90|95|100)(?!\d)")


@dataclass(frozen=True)
class Other:
    """What such a column is: role "measure" (with its name and week), "adverse_event", "salt" (week unknown) or "unused"."""

    role: str
    week: int | None = None
    measure: str = ""
    why: str = ""


def other_visits(table: Table, free: list[str], roles: Mapping[str, str], visits: VisitColumns) -> dict[str, Other]:
    """The columns among ``free`` that belong to a visit, or speak of SALT, and were not chosen as SALT of a week."""
    visit_of = header_visits(free)
    out: dict[str, Other] = {}
    groups: dict[str, dict[str, int]] = {}
    shown: dict[str, str] = {}
    sure: set[str] = set()
    later_texts: dict[str, tuple[str, int]] = {}
    for name in free:
        if name in visits.chosen:
            continue
        column, text = table.columns[name], bare(name)
        label = table.labels.get(name, "")
        if visit_of(text) is None and label and visit_of(label) is not None:
            text = label
        role = roles.get(name) or "fact"
        visit = visit_of(text)
        if visit is not None and says_limit_of_time(fold(text)):  # "Current episode > 4 y"
            continue
        week = _week(visit, visits)
        if visit is not None and visits.chosen and is_protein(name, visit):
            out[name] = Other("unused", why=PROTEIN)
            continue
        if is_hormone(name, visit, visits.chosen):
            out[name] = Other("fact", why=HORMONE)
            continue
        says_salt = bool(SALT.search(fold(text)) or SALT.search(fold(name)))
        if role == "adverse_event" or (visit is not None and role_of(visit.stem) == "adverse_event"):
            if week:
                out[name] = Other("adverse_event", week)
            continue
        if role not in _REPEATED:
            continue
        if says_worked_out(fold(text)) or is_responder(text, column):
            if says_salt or week:
                out[name] = Other("unused", why=WORKED_OUT)
            continue
        if says_salt and not region_of(visit.stem if visit else fold(text)):
            if _is_numeric(column):
                out[name] = Other("salt", None, why=UNASKED)
            continue
        if visit is None or week is None:
            continue
        measure = measure_of(visit.stem)
        if not measure or not _is_numeric(column):
            if week and visit.unit in ("week", "month"):
                out[name] = Other("unused", why=f"belongs to week {week}, so it is no baseline fact")
            elif week and measure:
                later_texts[name] = (score_name(measure), week)
            continue
        if role_of(visit.stem) == "dose":  # "Dose at W12 (mg)" is no "MG"
            measure = "Dose"
        groups.setdefault(score_name(measure), {})[name] = week
        shown.setdefault(score_name(measure), called(measure, text))
        if is_known_score(measure) or (visit.unit in ("week", "month") and len(measure) > 1):
            sure.add(score_name(measure))
    for key, members in groups.items():
        later, measure = any(members.values()), shown[key]
        if later and (key in sure or len(set(members.values())) >= 2):
            out.update({name: Other("measure", week, measure, f"{measure} at week {week}") for name, week in members.items()})
    measured = {m for m in groups if any(found.role == "measure" and found.measure == shown[m] for found in out.values())}
    for name, (measure, week) in later_texts.items():
        if measure in measured:  # "CRP 12" of texts, beside CRP 0 and CRP 4
            out[name] = Other("unused", why=f"belongs to week {week}, so it is no baseline fact")
    return out


def measure_in(header: str) -> str:
    """The measure that a header names, without its visit: what a column is called that the user says is a measure."""
    visit = parse_visit(bare(header))
    return called(measure_of(visit.stem if visit is not None and visit.stem else fold(bare(header))) or bare(header), bare(header))


def _week(visit: Visit | None, visits: VisitColumns) -> int | None:
    """The week of a visit; one that is only numbered has that of the SALT with the same number."""
    if visit is None:
        return None
    if visit.unit in ("visit", "number"):
        mine = [n for n, v in visits.chosen.items() if v.visit.unit == visit.unit and v.visit.number == visit.number]
        if mine:
            return visits.weeks.get(mine[0])
        return visit.week if visit.unit == "number" and visit.week in visits.weeks.values() else None
    return visit.week


def is_responder(name: str, column: Column) -> bool:
    """ "SALT_50", "SALT75" with nothing but 0 and 1 (or yes and no) under it."""
    return bool(ENDPOINT.search(fold(bare(name)))) and _is_yes_no(column)


#: Of the words of what is worked out, those that also name a finding or a habit: "Nail changes", "Change of drug".
_CHANGE = re.compile(r"chang|differ|reduc|변화|감소|変化|減少|de[gğ]i[sş]im|ver(?:ä|ae)nderung|variaci|variaz|mudan[cç]a")
#: What was answered before the drug of the cohort is a baseline fact.
_EARLIER = re.compile(r"(?<![a-z])(?:prior|previous|prev|past|earlier|history|hx)(?![a-z])|이전|과거|기존|前治療|既往|過去")


def is_worked_out(name: str, column: Column) -> bool:
    """Of a file whose rows are visits: a change in numbers, or who responded; not the finding "Nail changes", yes or no."""
    folded = fold(bare(name))
    if not says_worked_out(folded) or _EARLIER.search(folded):
        return False
    return bool(says_worked_out(_CHANGE.sub(" ", folded))) or (_is_numeric(column) and not _is_yes_no(column))


def _is_yes_no(column: Column) -> bool:
    return len(column.filled) <= 3 and {v.lower() for v in column.filled} <= {"0", "1", "yes", "no", "y", "n", "예", "아니오", "na"}


def _is_numeric(column: Column) -> bool:
    """Numbers (or two numbers in a cell) in at least a third of the filled cells."""
    filled = column.filled
    if not filled or not column.maybe_numeric:
        return False
    return column.numeric_share >= 1 / 3
