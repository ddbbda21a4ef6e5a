"""From a file to a :class:`Reading`, and from there to a cohort."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath

from aadash.cohort import Cohort
from aadash.errors import IntakeError
from aadash.intake.assemble.build import build
from aadash.intake.assemble.events import is_event_list
from aadash.intake.assemble.lablist import is_lab_list
from aadash.intake.assemble.samecodes import one_spelling
from aadash.intake.check.whole import Piece, Sheet, WholeFile, whole_file
from aadash.intake.decisions import MISSING, Decisions
from aadash.intake.mapping import ColumnMapping
from aadash.intake.model import ColumnGuess
from aadash.intake.parts import Part, main_worth, parts_of, stacked
from aadash.intake.read.files import Source, load
from aadash.intake.read.grid import Grid
from aadash.intake.read.native import MARK, metadata, restore, unguard
from aadash.intake.reading import Reading
from aadash.intake.restored import restored
from aadash.intake.tabulate.table import Column


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage is looked for: the lists of a large file would be walked through again and again, which takes longer than reading."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@_uncollected()
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
    parts = parts_of(grids, settled, given)
    together = stacked(parts, settled, given)
    main = together or max(parts, key=main_worth)
    others = [p for p in parts if p is not main and p.table.name not in (main.table.name.split(", ") if together else ())]
    if saved.decisions:
        n = len(saved.decisions)
        main.doubts.report(
            "warning",
            "saved_decisions",
            "",
            (),
            f"{n} {'decision saved with the mapping holds' if n == 1 else 'decisions saved with the mapping hold'} here as well: "
            "look at what is decided.",
        )
    spelled = one_spelling((main.table, main.known), [(p.table, p.known, p.doubts) for p in others])
    reading = build(main.table, main.known, spelled, name, settled, main.doubts)
    tables = {id(p): table for p, (table, _, _) in zip(others, spelled, strict=True)}
    parts = [replace(p, table=tables.get(id(p), p.table)) for p in parts]
    return replace(reading, sheets=tuple(g.name for g in grids), whole=_whole(grids, parts, reading, together))


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


def _whole(grids: Sequence[Grid], parts: Sequence[Part], reading: Reading, together: Part | None) -> WholeFile:
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
            idle = part.doubts.idle | (set() if together is None else together.doubts.idle)
            gone = part.doubts.gone | (set() if together is None else together.doubts.gone)
            guesses = {n: own[n] if n in own else final[n] for n in part.table.columns if n in own or n in final}
            tables.append(
                Piece(
                    part.table,
                    guesses,
                    tuple((is_event_list(part.table, part.known) or is_lab_list(part.table, part.known)).values()),
                    part.turned,
                    frozenset(r for s, r in idle if s in ("", part.table.name)),
                    frozenset(r for s, r in gone if s in ("", part.table.name)),
                    part.doubts.lost,
                    together is not None and part.table.name in together.table.name.split(", "),
                )
            )
        sheets.append(Sheet(grid, tuple(tables)))
    return whole_file(sheets, reading.problems, reading.draft, reading.used)


def _reshaped(name: str, column: Column) -> ColumnGuess:
    """What a column was before the table was reshaped: values, or what tells them apart."""
    values = column.maybe_numeric and column.numeric_share >= 1 / 3
    return ColumnGuess(name, "salt" if values else "week", None, "", "sure")


__all__ = ["Path", "read", "read_cohort"]
