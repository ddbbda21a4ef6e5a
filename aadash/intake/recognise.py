"""The guess: which column is the patient code, which are visits, which are baseline facts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from aadash.cohort import ROLES
from aadash.intake.headers import DERIVED, SALT, id_rank, measure_of, role_of
from aadash.intake.mapping import ColumnMapping
from aadash.intake.model import ColumnGuess
from aadash.intake.numbers import PLAIN, parse_numbers
from aadash.intake.table import Table
from aadash.intake.text import fold, is_blank, show
from aadash.intake.visits import Visit, parse_visit

_FLAGS = {0.0, 1.0}
_ENDPOINT_NUMBERS = {10.0, 20.0, 30.0, 50.0, 75.0, 90.0, 100.0}


@dataclass(frozen=True)
class Recognised:
    """Guesses for every column, the layout, and the score that the visits measure."""

    guesses: tuple[ColumnGuess, ...]
    layout: str
    score: str

    def columns(self, role: str) -> list[ColumnGuess]:
        """The columns with this role, in the order of the file."""
        return [g for g in self.guesses if g.role == role]

    def one(self, role: str) -> str | None:
        """The first column with this role."""
        found = self.columns(role)
        return found[0].column if found else None


def recognise(table: Table, mapping: ColumnMapping) -> Recognised:
    """Guess every column; what the mapping says comes first."""
    facts = {name: describe(name, cells, table.labels.get(name, "")) for name, cells in table.columns.items()}
    roles = {name: role_of(name) or role_of(table.labels.get(name, "")) for name in facts}
    visits = _visit_columns(table, roles)
    for name in visits:
        roles[name] = "salt"
    ids = _patient_column(table, roles)
    for name, role in roles.items():
        if role == "id" and name != ids:
            roles[name] = "fact"
    if ids is not None:
        roles[ids] = "id"
    layout = _layout(table, roles, visits, ids)
    if layout != "wide":
        for name in visits:
            roles[name] = "fact" if len(visits) and role_of(name) != "salt" else "salt"
    guesses = [_guess(facts[n], roles, n, visits if layout == "wide" else {}, layout) for n in facts]
    guesses = _unique_roles(guesses)
    guesses = [_mapped(g, mapping) for g in guesses]
    return Recognised(tuple(guesses), layout, mapping.score or _score(visits if layout == "wide" else {}))


def describe(name: str, cells: np.ndarray, label: str = "") -> ColumnGuess:
    """Preview, missing cells, distinct values and histogram of one column."""
    blank = np.fromiter((is_blank(c) for c in cells), bool, len(cells))
    full = cells[~blank]
    distinct = pd.unique(pd.Series(full, dtype=object)) if len(full) else np.array([], dtype=object)
    guess = ColumnGuess(name, "fact", None, "", "likely", tuple(show(v) for v in distinct[:6]), int(blank.sum()),
                        len(distinct), label)
    numbers = parse_numbers(cells)
    plain = numbers.values[numbers.status == PLAIN]
    if len(plain) and len(plain) >= 0.5 * len(full):
        low, high = float(plain.min()), float(plain.max())
        bins = tuple(int(n) for n in np.histogram(plain, bins=10, range=(low, high if high > low else low + 1))[0])
        guess = replace(guess, low=low, high=high, histogram=bins)
    return guess


def _visit_columns(table: Table, roles: dict[str, str]) -> dict[str, tuple[Visit, str]]:
    """Columns that look like one visit of one measure, of the measure chosen as SALT."""
    found: dict[str, tuple[Visit, str]] = {}
    for name, cells in table.columns.items():
        if DERIVED.search(fold(name)):
            continue
        visit = parse_visit(name) or parse_visit(table.labels.get(name, ""))
        if visit is None or visit.unit == "unscheduled":
            if roles[name] == "salt" and SALT.search(fold(name)):
                found[name] = (Visit("", 0.0, None, "salt"), "salt")
            continue
        measure = measure_of(visit.stem)
        if visit.unit == "number" and measure not in ("", "salt"):
            continue
        if roles[name] not in ("", "salt", "week", "id", "first_dose") and measure != "salt":
            continue
        if roles[name] == "id" and visit.unit not in ("baseline", "week", "month"):
            continue
        if _is_flag(visit, cells) or not _numeric(cells):
            continue
        found[name] = (visit, measure)
    measures = Counter(m for v, m in found.values())
    if "salt" in measures:
        named = {v.week for v, m in found.values() if m == "salt"}
        plain = {v.week for v, m in found.values() if m == ""}
        chosen = {"salt"} if named & plain else {"salt", ""}
    elif "" in measures:
        chosen = {""}
    else:
        best = [m for m, n in measures.most_common() if n >= 2
                and any(v.week == 0 for v, mm in found.values() if mm == m)]
        chosen = set(best[:1])
    return {n: vm for n, vm in found.items() if vm[1] in chosen}


def _is_flag(visit: Visit, cells: np.ndarray) -> bool:
    """"salt75" with nothing but 0 and 1 in it is a responder flag, not SALT at week 75."""
    if visit.unit != "number" or visit.number not in _ENDPOINT_NUMBERS:
        return False
    numbers = parse_numbers(cells)
    return bool(set(np.unique(numbers.values[~np.isnan(numbers.values)])) <= _FLAGS)


def _numeric(cells: np.ndarray) -> bool:
    """At least a third of the filled cells can be read as numbers (an empty column passes)."""
    numbers = parse_numbers(cells)
    filled = int((numbers.status != 1).sum())
    return filled == 0 or int((~np.isnan(numbers.values)).sum()) * 3 >= filled


def _patient_column(table: Table, roles: dict[str, str]) -> str | None:
    ids = [n for n, r in roles.items() if r == "id"]
    if ids:
        def quality(name: str) -> tuple[int, float]:
            cells = [show(c) for c in table.columns[name] if not is_blank(c)]
            return id_rank(name), -len(set(cells)) / max(1, len(table))

        return min(ids, key=quality)
    first = next(iter(table.columns), None)
    if first is not None and roles[first] == "" and first.startswith("column "):
        return first
    return None


def _layout(table: Table, roles: dict[str, str], visits: dict[str, tuple[Visit, str]], ids: str | None) -> str:
    scheduled = [v for v, _ in visits.values() if v.week is not None and v.unit != ""]
    repeats = False
    if ids is not None:
        codes = pd.Series([show(c) for c in table.columns[ids]])
        repeats = bool(codes[codes != ""].duplicated().any())
    has_week = "week" in roles.values() and any(r == "week" and n not in visits for n, r in roles.items())
    has_value = any(r == "salt" and role_of(n) == "salt" for n, r in roles.items())
    if has_week and has_value and (repeats or len(scheduled) < 2):
        return "long"
    if "date" in roles.values() and has_value and repeats and len(scheduled) < 2:
        return "dated"
    return "wide"


def _guess(base: ColumnGuess, roles: dict[str, str], name: str, visits: dict[str, tuple[Visit, str]],
           layout: str) -> ColumnGuess:
    role = roles[name] or "fact"
    if name in visits:
        visit, _ = visits[name]
        if visit.unit == "":
            return replace(base, role="salt", week=0, confidence="unsure", why="SALT without a visit: taken as baseline")
        why = f"the header names {visit.unit} {visit.number:g}" if visit.unit != "baseline" else "the header names baseline"
        sure = "unsure" if visit.unit in ("number", "visit") else "sure"
        return replace(base, role="salt", week=visit.week, why=why, confidence=sure)
    if role in ("week", "salt", "date", "parameter") and layout == "wide":
        return replace(base, role="fact", why="kept under its own name")
    if role == "fact":
        return replace(base, role="fact", why="kept under its own name")
    return replace(base, role=role, why="by its name", confidence="sure" if role in ("id", "salt", "week") else "likely")


def _unique_roles(guesses: list[ColumnGuess]) -> list[ColumnGuess]:
    """A role belongs to one column; the others that look like it stay facts."""
    seen: set[str] = set()
    out = []
    for g in guesses:
        if g.role in ROLES or g.role in ("week", "date", "first_dose", "parameter"):
            if g.role in seen:
                g = replace(g, role="fact", why=f"another column is {g.role.replace('_', ' ')}")
            else:
                seen.add(g.role)
        out.append(g)
    return out


def _mapped(guess: ColumnGuess, mapping: ColumnMapping) -> ColumnGuess:
    said = mapping.columns.get(guess.column)
    return guess if said is None else replace(guess, role=said.role, week=said.week, why="you said so", confidence="set")


def _score(visits: dict[str, tuple[Visit, str]]) -> str:
    measures = {m for _, m in visits.values()}
    named = measures - {"", "salt"}
    return named.pop().upper() if len(named) == 1 and "salt" not in measures and "" not in measures else "SALT"
