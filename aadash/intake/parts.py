"""The tables of a source as recognised, reshaped where they are a cohort in another arrangement, and which is the main one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from aadash.errors import IntakeError
from aadash.formatting import counted
from aadash.intake.assemble.dates import is_date_column
from aadash.intake.assemble.events import is_event_list
from aadash.intake.assemble.lablist import is_lab_list
from aadash.intake.check.doubts import Doubts
from aadash.intake.decisions import Decisions
from aadash.intake.mapping import ColumnMapping
from aadash.intake.read.grid import Grid
from aadash.intake.recognise.columns import REGION_ROLES, Recognised, recognise
from aadash.intake.recognise.headers import role_of
from aadash.intake.recognise.visitcolumns import bare
from aadash.intake.tabulate.datedheaders import by_date
from aadash.intake.tabulate.numberstyle import one_style
from aadash.intake.tabulate.redcap import split_instruments
from aadash.intake.tabulate.regionrows import regions_across
from aadash.intake.tabulate.reshape import stack_patient_sheets, stack_same_sheets, stack_visit_sheets, transposed, upright
from aadash.intake.tabulate.secondrows import rows_below
from aadash.intake.tabulate.severalvisits import visits_apart
from aadash.intake.tabulate.table import Table
from aadash.intake.tabulate.tables import tabulate
from aadash.measure import SALT

#: Of several columns of SALT on the sheet of one visit the total is meant.
_TOTAL = re.compile(r"total|sum|합계|총점|合計|総")


@dataclass(frozen=True, eq=False)
class Part:
    """One table of the source: as it was recognised, and the doubts about it; ``stood`` is how it stood before it was reshaped."""

    table: Table
    known: Recognised
    doubts: Doubts
    grid: str = ""
    turned: bool = False
    stood: Table | None = None


def parts_of(grids: list[Grid], mapping: ColumnMapping, decisions: Decisions) -> list[Part]:
    parts: list[Part] = []
    failed: list[tuple[str, IntakeError]] = []
    for grid in grids:
        doubts = Doubts(decisions, grid.name if len(grids) > 1 else "")
        try:
            whole = one_style(visits_apart(tabulate(grid, doubts, mapping.start_row), doubts), doubts)
        except IntakeError as error:
            failed.append((grid.name, error))
            continue
        for i, one in enumerate(split_instruments(whole)):
            mine = doubts if i == 0 else Doubts(decisions, one.name)
            parts.append(_part(one, grid.name, mapping, mine))
    if not parts:
        raise failed[0][1]
    for title, reason in failed:
        parts[0].doubts.note("sheet_skipped", "", (), f"{title!r} was not read: {reason.found}.")
    return parts


def _part(table: Table, grid: str, mapping: ColumnMapping, doubts: Doubts) -> Part:
    """A table as it was recognised: turned where patients stand across, a record per date or patient where dates or regions do."""
    for shaped in (by_date(table, mapping.date_order, doubts), regions_across(table, doubts)):
        if shaped is not None:
            return Part(shaped, recognise(shaped, mapping), doubts, grid, stood=table)
    standing = upright(table)
    if standing is not None:
        doubts.report(
            "warning",
            "transposed",
            next(iter(table.columns)),
            (),
            f"The table lies on its side, one column per patient, its facts and visits in rows; it was turned "
            f"({counted(len(standing), 'patient')}). Rows are counted as after turning: row 2 is the first patient.",
        )
        return Part(standing, recognise(standing, mapping), doubts, grid, True)
    known = recognise(table, mapping)
    single = rows_below(table, known, doubts)
    if single is not None:
        return Part(single, recognise(single, mapping), doubts, grid, stood=table)
    nameless = known.one("id") is None and role_of(next(iter(table.columns))) == "week"
    turned = transposed(table) if nameless or not _worth(known)[0] else None
    if turned is None:
        return Part(table, known, doubts, grid)
    doubts.report(
        "warning",
        "transposed",
        next(iter(table.columns)),
        (),
        f"The table has one row per visit and one column per patient; it was turned ({counted(len(table.columns) - 1, 'patient')}).",
    )
    turned = replace(turned, top=table.top)
    return Part(turned, recognise(turned, mapping), doubts, grid, True)


def main_worth(part: Part) -> tuple[bool, bool, tuple[int, int, int]]:
    """A list of adverse events or of laboratory results is never the main table, and one of SALT goes before one of another score."""
    listed = is_event_list(part.table, part.known) or is_lab_list(part.table, part.known)
    worth = _worth(part.known)
    return (not listed, worth[0] == 2 and part.known.score == SALT.name, worth)


def _worth(known: Recognised) -> tuple[int, int, int]:
    """The main table has SALT, at most visits, and a patient code."""
    visits = [g for g in known.guesses if g.role == "salt" or g.role in REGION_ROLES]
    timed = known.layout != "wide" or any(g.week == 0 for g in visits)
    return (2 if visits and timed else 1 if visits else 0, len(visits) + 10 * (known.layout != "wide"), known.one("id") is not None)


def stacked(parts: list[Part], mapping: ColumnMapping, decisions: Decisions) -> Part | None:
    """One table of visits from sheets that are called after visits."""
    parts = [p for p in parts if not is_event_list(p.table, p.known)]
    if len(parts) < 2:
        return None
    values = []
    for p in parts:
        mine = [g.column for g in p.known.guesses if g.role == "salt"]
        mine = [n for n in mine if _TOTAL.search(n.lower())] if len(mine) > 1 else mine
        regions = [g.column for g in p.known.guesses if g.role in REGION_ROLES]
        values.append(mine[0] if len(mine) == 1 else "" if not mine and len(regions) == 4 else None)
    codes = [p.known.one("id") for p in parts]
    table = stack_visit_sheets([p.table for p in parts], codes, values)
    what = "Each sheet or file is one visit"
    if table is None:
        each = [p for p in parts if _worth(p.known)[0] == 2]
        table = stack_patient_sheets([p.table for p in each], [p.known.one("id") for p in each], [_visits_of(p) for p in each])
        what = "Each sheet or file is one patient"
        codes = ["patient"]
    if table is None:
        parts = [p for p in parts if _worth(p.known)[0] == 2]
        codes = [p.known.one("id") for p in parts]
        table = stack_same_sheets([p.table for p in parts], codes)
        what = "Several sheets or files have the same columns and different patients"
    if table is None:
        return None
    doubts = Doubts(decisions)
    for p in parts:
        doubts.problems += p.doubts.problems
        doubts.log += p.doubts.log
    doubts.report(
        "warning",
        "stacked",
        codes[0] or "",
        (),
        f"{what} ({_shown(table.name)}); they were put together. Row numbers are those of each sheet.",
    )
    return Part(table, recognise(table, mapping), doubts)


def _visits_of(part: Part) -> str | None:
    """The column that says which visit a row is: of weeks, else of dates."""
    dated = (n for n, c in part.table.columns.items() if role_of(bare(n)) == "date" and is_date_column(c))
    return part.known.one("week") or part.known.one("date") or next(dated, None)


def _shown(names: str) -> str:
    listed = names.split(", ")
    return names if len(listed) <= 6 else f"{', '.join(listed[:5])} and {len(listed) - 5} more"
