"""How a table is laid out: a patient per row, a visit per row, or visits by date."""

from __future__ import annotations

from collections.abc import Mapping

from aadash.intake.assemble.dates import is_date_column
from aadash.intake.mapping import ColumnRole
from aadash.intake.recognise.headers import measure_of, region_of, role_of
from aadash.intake.recognise.scores import is_known_score
from aadash.intake.recognise.visitcolumns import VisitColumns, bare
from aadash.intake.recognise.visits import parse_visit
from aadash.intake.tabulate.table import Table
from aadash.intake.text import fold

#: Units of visits that are told apart by a number; roles of columns that may be a score recorded at them.
_NUMBERED, _SCORES = ("visit", "number", "baseline"), ("fact", "eyebrow", "eyelash")


def layout_of(table: Table, roles: dict[str, str], visits: VisitColumns, said: Mapping[str, ColumnRole]) -> str:
    """ "wide", "long" or "dated", from the roles and from whether patients repeat."""
    if any(r.role in ("week", "date") for r in said.values()) and any(r.role == "salt" and r.week is None for r in said.values()):
        return "long" if any(r.role == "week" for r in said.values()) else "dated"
    if any(r.role.startswith("salt") and r.week is not None for r in said.values()):
        return "wide"
    code = next((n for n, r in roles.items() if r == "id"), None)
    repeats = code is not None and len(table.columns[code].filled) < int((~table.columns[code].blank).sum())
    scheduled = [n for n, v in visits.chosen.items() if v.visit.unit != "" and role_of(bare(n)) != "week"]
    week = any(r == "week" and n not in visits.chosen for n, r in roles.items())
    value = any(r in ("salt", "salt_top") and (n not in visits.chosen or visits.chosen[n].visit.unit == "") for n, r in roles.items())
    if value and (repeats or len(scheduled) < 2):
        date = "date" in roles.values()
        if week and not (date and repeats and _only_numbered(table, roles)):
            return "long"
        if date and repeats:
            return "dated"
    return "wide"


def loose_regions(table: Table, free: list[str]) -> dict[str, str]:
    """Columns of the four scalp regions whose headers name no visit → role; {} unless all four are there."""
    found = {n: region_of(fold(bare(n))) for n in free if parse_visit(bare(n)) is None}
    found = {n: r for n, r in found.items() if r and table.columns[n].numeric_share >= 1 / 3}
    return found if len(found) == 4 and len(set(found.values())) == 4 else {}


def _only_numbered(table: Table, roles: dict[str, str]) -> bool:
    """The visit column says V1, V2 … (or nothing that is a week), so dates tell more."""
    for name, role in roles.items():
        if role == "week":
            read = [parse_visit(v) for v in table.columns[name].filled[:50]]
            if any(v is not None and v.unit in ("week", "month", "day", "year") for v in read):
                return False
            if fold(name) in ("week", "weeks", "month", "months", "day", "days", "time", "wk"):
                return False
    return True


def dated_pairs(table: Table, roles: dict[str, str], visits: VisitColumns) -> dict[str, int]:
    """Columns "date 1", "SALT 1", "DLQI 1", "date 2" … → the number of their visit; {} when there are no two pairs."""
    dates: dict[float, str] = {}
    scores: dict[tuple[float, str], str] = {}
    for name, column in table.columns.items():
        visit = parse_visit(bare(name))
        if (
            visit is not None
            and visit.unit in _NUMBERED
            and roles[name] not in ("identifying", "id", "first_dose")
            and is_date_column(column)
        ):
            dates.setdefault(visit.number, name)
        elif visit is not None and visit.unit in _NUMBERED and roles[name] in ("", *_SCORES) and column.numeric_share >= 1 / 3:
            measure = measure_of(visit.stem)
            if is_known_score(measure):
                scores.setdefault((visit.number, measure), name)
    values = {v.visit.number: n for n, v in visits.chosen.items() if v.visit.unit in _NUMBERED}
    both = sorted(set(dates) & set(values))
    if len(both) < 2:
        return {}
    beside = {n: [name for (number, _), name in scores.items() if number == n and name not in values.values()] for n in both}
    return {name: i for i, number in enumerate(both, 1) for name in (dates[number], values[number], *beside[number])}


def said_pairs(said: Mapping[str, ColumnRole]) -> dict[str, int]:
    """Pairs as a mapping says them."""
    return {n: r.visit for n, r in said.items() if r.visit is not None}
