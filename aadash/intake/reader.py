"""From a file to a :class:`Reading`, and from there to a cohort."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from aadash.cohort import Cohort
from aadash.errors import IntakeError
from aadash.intake.assemble.build import build
from aadash.intake.assemble.events import is_event_list
from aadash.intake.assemble.lablist import is_lab_list
from aadash.intake.check.doubts import Doubts
from aadash.intake.check.whole import Piece, Sheet, WholeFile, whole_file
from aadash.intake.decisions import MISSING, Decisions
from aadash.intake.mapping import ColumnMapping
from aadash.intake.model import ColumnGuess
from aadash.intake.read.files import Source, load
from aadash.intake.read.grid import Grid
from aadash.intake.read.native import MARK, metadata, restore, unguard
from aadash.intake.reading import Reading
from aadash.intake.recognise.columns import REGION_ROLES, Recognised, recognise
from aadash.intake.restored import restored
from aadash.intake.tabulate.datedheaders import by_date
from aadash.intake.tabulate.numberstyle import one_style
from aadash.intake.tabulate.redcap import split_instruments
from aadash.intake.tabulate.regionrows import regions_across
from aadash.intake.tabulate.reshape import stack_patient_sheets, stack_same_sheets, stack_visit_sheets, transposed
from aadash.intake.tabulate.secondrows import rows_below
from aadash.intake.tabulate.severalvisits import visits_apart
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.tabulate.tables import tabulate

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


def read(
    source: Source,
    *,
    name: str = "",
    sheet: str | None = None,
    mapping: ColumnMapping | None = None,
    decisions: Decisions | None = None,
) -> Reading:
    """Read a file and say what was understood.

    Parameters
    ----------
    source
        The file's bytes, its path, pasted text (anything with a line break or a tab), or several (name, bytes) that are
        joined on the patient code.
    name
        What to call it; needed for bytes.
    sheet
        Which sheet of a workbook. When None, the sheet that holds SALT is read, and the others are joined to it.
    mapping
        What the user settled about columns; the rest is guessed.
    decisions
        What the user decided about problems.

    Returns a :class:`Reading`. Raises IntakeError only for what holds no table at all; a table that cannot be a
    cohort as mapped comes back with :attr:`Reading.refusal`.
    """
    saved = mapping or ColumnMapping()
    given = decisions or Decisions()
    given = replace(given, actions={**saved.decisions, **given.actions})
    settled = _with_kept(saved, given)
    grids, name = _grids(source, name, sheet)
    own = metadata(grids[0].rows[0]) if len(grids) == 1 and grids[0].rows else None
    if own is not None:
        cohort = restore(grids[0].rows, own) if not settled.columns else None
        if cohort is not None:
            return restored(cohort, grids[0], name, str(own.get("fingerprint", "")))
        grids[0] = _plain(grids[0])
    parts = _parts(grids, settled, given)
    stacked = _stacked(parts, settled, given)
    main = stacked or max(parts, key=_main_worth)
    others = [p for p in parts if p is not main and p.table.name not in (main.table.name.split(", ") if stacked else ())]
    if saved.decisions:
        n = len(saved.decisions)
        main.doubts.report(
            "warning",
            "saved_decisions",
            "",
            (),
            f"{n} decision{'s' * (n != 1)} saved with the mapping hold{'s' * (n == 1)} here as well: look at what is decided.",
        )
    reading = build(main.table, main.known, [(p.table, p.known, p.doubts) for p in others], name, settled, main.doubts)
    return replace(reading, sheets=tuple(g.name for g in grids), whole=_whole(grids, parts, reading, stacked))


def read_cohort(
    source: Source,
    *,
    name: str = "",
    sheet: str | None = None,
    mapping: ColumnMapping | None = None,
    decisions: Decisions | None = None,
    accept_missing: bool = False,
) -> Cohort:
    """Read a file straight into a cohort.

    With ``accept_missing`` every value that cannot stand is missing, as if the user had said so; without, an undecided
    problem raises. Parameters as for :func:`read`. Raises IntakeError when the file is refused or undecided.
    """
    if accept_missing:
        decisions = replace(decisions or Decisions(), on_bad_value=MISSING)
    reading = read(source, name=name, sheet=sheet, mapping=mapping, decisions=decisions)
    cohort = reading.accepted()
    if reading.unanswered:
        first = reading.unanswered[0]
        more = len(reading.unanswered) - 1
        raise IntakeError(
            first.message + (f" There {'is' if more == 1 else 'are'} {more} more to decide." if more else ""),
            file=reading.name,
            column=first.column,
            rows=first.rows,
            fix="Correct the file, pass decisions, or pass accept_missing=True to set such values missing",
        )
    return cohort


def _grids(source: Source, name: str, sheet: str | None) -> tuple[list[Grid], str]:
    if isinstance(source, (bytes, str, PurePath)):
        grids = load(source, name, sheet)  # type: ignore[arg-type]
        if not name:
            one_line = isinstance(source, PurePath) or (isinstance(source, str) and not any(c in source for c in "\n\t\r"))
            name = PurePath(source).name if one_line else "pasted text" if isinstance(source, str) else "upload"  # type: ignore[arg-type]
        return grids, name
    files: Sequence[tuple[str, bytes]] = source
    if not files:
        raise IntakeError("No file was given", fix="Choose at least one file")
    grids = []
    for title, data in files:
        found = load(data, title, sheet)
        grids += [replace(g, name=title if len(found) == 1 else f"{title}: {g.name}") for g in found]
    return grids, name or files[0][0]


def _with_kept(mapping: ColumnMapping, decisions: Decisions) -> ColumnMapping:
    """Identifying columns that the user decided to keep belong to the mapping."""
    kept = [k.split("|")[-1] for k, a in decisions.actions.items() if k.startswith(("identifying|", "code_replaced|")) and a == "keep"]
    return replace(mapping, keep_identifying=tuple(dict.fromkeys((*mapping.keep_identifying, *kept)))) if kept else mapping


def _plain(grid: Grid) -> Grid:
    """An exported cohort that was changed, or is mapped anew: the table under the first line, its text unguarded."""
    rows = [[MARK], *([unguard(c) for c in row] for row in grid.rows[1:])]
    return replace(grid, rows=rows, has_header=False)


def _parts(grids: list[Grid], mapping: ColumnMapping, decisions: Decisions) -> list[Part]:
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
    known = recognise(table, mapping)
    single = rows_below(table, known, doubts)
    if single is not None:
        return Part(single, recognise(single, mapping), doubts, grid, stood=table)
    turned = transposed(table) if not _worth(known)[0] else None
    if turned is None:
        return Part(table, known, doubts, grid)
    doubts.report(
        "warning",
        "transposed",
        next(iter(table.columns)),
        (),
        f"The table has one row per visit and one column per patient; it was turned ({len(table.columns) - 1} patients).",
    )
    turned = replace(turned, top=table.top)
    return Part(turned, recognise(turned, mapping), doubts, grid, True)


def _whole(grids: Sequence[Grid], parts: Sequence[Part], reading: Reading, stacked: Part | None) -> WholeFile:
    """What became of every cell of the file."""
    final = {g.column: g for g in reading.columns}
    sheets = []
    for grid in grids:
        mine = [p for p in parts if p.grid == grid.name]
        tables = []
        for part in mine:
            if part.stood is not None:
                guesses = {n: final.get(n) or _reshaped(n, c) for n, c in part.stood.columns.items()}
                tables.append(Piece(part.stood, guesses))
                continue
            own = {g.column: g for g in part.known.guesses}
            idle = part.doubts.idle | (set() if stacked is None else stacked.doubts.idle)
            guesses = {n: own[n] if n in own else final[n] for n in part.table.columns if n in own or n in final}
            tables.append(
                Piece(
                    part.table,
                    guesses,
                    tuple((is_event_list(part.table, part.known) or is_lab_list(part.table, part.known)).values()),
                    part.turned,
                    frozenset(r for s, r in idle if s in ("", part.table.name)),
                    part.doubts.lost,
                )
            )
        sheets.append(Sheet(grid, tuple(tables)))
    return whole_file(sheets, reading.problems, reading.draft, reading.used)


def _reshaped(name: str, column: Column) -> ColumnGuess:
    """What a column was before the table was reshaped: values, or what tells them apart."""
    values = column.maybe_numeric and column.numeric_share >= 1 / 3
    return ColumnGuess(name, "salt" if values else "week", None, "", "sure")


def _main_worth(part: Part) -> tuple[bool, tuple[int, int, int]]:
    """A list of adverse events or of laboratory results is never the main table."""
    listed = is_event_list(part.table, part.known) or is_lab_list(part.table, part.known)
    return (not listed, _worth(part.known))


def _worth(known: Recognised) -> tuple[int, int, int]:
    """The main table has SALT, at most visits, and a patient code."""
    visits = [g for g in known.guesses if g.role == "salt" or g.role in REGION_ROLES]
    timed = known.layout != "wide" or any(g.week == 0 for g in visits)
    return (2 if visits and timed else 1 if visits else 0, len(visits) + 10 * (known.layout != "wide"), known.one("id") is not None)


def _stacked(parts: list[Part], mapping: ColumnMapping, decisions: Decisions) -> Part | None:
    """One table of visits from sheets that are called after visits."""
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
        table = stack_patient_sheets([p.table for p in each], [p.known.one("id") for p in each], [p.known.one("week") for p in each])
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


def _shown(names: str) -> str:
    listed = names.split(", ")
    return names if len(listed) <= 6 else f"{', '.join(listed[:5])} and {len(listed) - 5} more"


__all__ = ["Path", "read", "read_cohort"]
