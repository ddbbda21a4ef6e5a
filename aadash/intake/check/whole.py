"""What became of every cell of a file: used, a name, left out and why, asked about. The parts add up to the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from aadash.cohort import Cohort
from aadash.formatting import counted, whole
from aadash.intake.model import ColumnGuess, Issue
from aadash.intake.read.grid import Grid
from aadash.intake.recognise.visits import parse_visit
from aadash.intake.tabulate.table import Table

NAMES = "headings"
ROWS, COLUMNS, PEOPLE = "rows that are no records", "columns that are not used", "patients who are not in the cohort"
VISITS, TWICE = "visits that are not used", "rows of which another was kept"
CELLS, SHEETS, BEYOND = "cells that are no value", "sheets that are not used", "cells beyond the last header"
#: Roles whose cells are used one by one, as numbers.
_VALUES = ("salt", "measure", "salt_top", "salt_back", "salt_left", "salt_right")


@dataclass(frozen=True)
class WholeFile:
    """Filled cells of a file: ``used`` for the cohort, ``names`` (headers and titles), ``asked`` (waiting for a decision) and
    ``left`` by reason. ``cells`` is their sum; ``sheets``, ``rows`` and ``columns`` count what holds them.
    """

    sheets: int
    rows: int
    columns: int
    cells: int
    used: int
    names: int
    asked: int
    left: Mapping[str, int] = field(default_factory=dict)

    def sentence(self) -> str:
        """ "1 sheet, 9 rows, 6 columns, 54 cells: 40 used, 6 headings; left out: columns that … (8)"."""
        n = self.names
        parts = [f"{whole(self.used)} used", f"{whole(n)} {NAMES}"]
        parts += [f"{whole(self.asked)} asked about"] if self.asked else []
        left = "; ".join(f"{why} ({whole(n)})" for why, n in self.left.items() if n)
        table = counted(self.sheets, "sheet"), counted(self.rows, "row"), counted(self.columns, "column"), counted(self.cells, "cell")
        head = ", ".join(table)
        return f"{head}: {', '.join(parts)}" + (f"; left out: {left}." if left else "; nothing is left out.")

    def to_dict(self) -> dict[str, object]:
        """Plain data for JSON."""
        return {
            "sheets": self.sheets,
            "rows": self.rows,
            "columns": self.columns,
            "cells": self.cells,
            "used": self.used,
            "names": self.names,
            "asked": self.asked,
            "left": dict(self.left),
        }


@dataclass(frozen=True, eq=False)
class Piece:
    """One table of a grid, its columns' roles, and columns that are used all the same (fields of events).

    ``turned`` says that the table was turned, so that its cells are counted on the grid; ``idle`` are rows of visits not used,
    ``gone`` those of which another of the same patient was kept, ``lost`` says that nothing of the table is used, ``stacked`` that
    the table was put together with others, so that a doubt's rows may be those of another sheet.
    """

    table: Table
    guesses: Mapping[str, ColumnGuess] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    turned: bool = False
    idle: frozenset[int] = frozenset()
    gone: frozenset[int] = frozenset()
    lost: bool = False
    stacked: bool = False


@dataclass(frozen=True, eq=False)
class Sheet:
    """One grid and the tables made of it; none where it was not read."""

    grid: Grid
    pieces: tuple[Piece, ...] = ()


class _Count:
    """The running sums."""

    def __init__(self, problems: Sequence[Issue], cohort: Cohort, used: frozenset[str]) -> None:
        self.used = self.asked = 0
        self.left = dict.fromkeys((ROWS, COLUMNS, PEOPLE, TWICE, VISITS, CELLS, SHEETS, BEYOND), 0)
        self.cells = {(p.table, p.column, r) for p in problems if p.open for r in p.rows}
        self.columns = {p.column for p in problems if p.open and not p.rows}
        self.cohort = cohort
        self.patients = set(cohort.salt.index.to_numpy(dtype=object).tolist())
        self.into = used

    def piece(self, piece: Piece) -> None:
        """Count the cells of a table's columns."""
        table = piece.table
        if piece.lost:
            self.left[SHEETS] += sum(int((~c.blank).sum()) - len(table.copied.get(n, ())) for n, c in table.columns.items())
            return
        mine = _people(table, piece.guesses, self.patients)
        for name, column in table.columns.items():
            here = ~column.blank
            if name in table.copied:
                here[table.copied[name]] = False
            guess = piece.guesses.get(name)
            role = "unused" if guess is None else guess.role
            weekless = guess is not None and role in ("salt", "measure") and guess.week is None and _has_weeks(piece.guesses)
            gone = role not in (*_VALUES, "id", "week") and name not in self.into
            idle = role == "identifying" or (role == "unused" and name not in self.into)
            if name not in piece.fields and (idle or gone or weekless):
                if name in self.columns:
                    self.asked += int(here.sum())
                else:
                    self.left[COLUMNS] += int(here.sum())
                continue
            if self.cells:
                waiting = here & self._waiting(piece, name)
                self.asked += int(waiting.sum())
                here &= ~waiting
            self.left[PEOPLE] += int((here & ~mine).sum())
            here &= mine
            if piece.gone:
                twice = np.isin(table.rows, list(piece.gone))
                self.left[TWICE] += int((here & twice).sum())
                here &= ~twice
            if piece.idle and role in (*_VALUES, "week", "date"):
                seen = ~np.isin(table.rows, list(piece.idle))
                self.left[VISITS] += int((here & ~seen).sum())
                here &= seen
            if role in _VALUES:
                values = ~np.isnan(column.numbers.values)
                self.left[CELLS] += int((here & ~values).sum())
                here &= values
            self.used += int(here.sum())

    def _waiting(self, piece: Piece, name: str) -> np.ndarray:
        """Cells of a column that wait for a decision: of sheets that were put together, those without a value in the draft."""
        table = piece.table
        own = np.array([(table.name, name, int(r)) in self.cells for r in table.rows], dtype=bool)
        shared = np.array([("", name, int(r)) in self.cells for r in table.rows], dtype=bool)
        if not piece.stacked or not shared.any():
            return own | shared
        code = next((n for n, g in piece.guesses.items() if g.role == "id" and n in table.columns), None)
        guess, visit = piece.guesses.get(name), parse_visit(table.name)
        week = None if guess is None else guess.week
        week = visit.week if visit is not None and visit.week is not None and (guess is None or guess.confidence != "sure") else week
        frame = self.cohort.patients if name in self.cohort.patients.columns else self.cohort.salt
        at = name if name in frame.columns else week
        if code is None or at not in frame.columns:
            return own | shared
        return own | (shared & frame[at].reindex(table.columns[code].stripped).isna().to_numpy())


def whole_file(
    sheets: Sequence[Sheet], problems: Sequence[Issue], cohort: Cohort | None, into: frozenset[str] = frozenset()
) -> WholeFile:
    """Count every filled cell once; ``into`` are the columns that went into the cohort."""
    names = columns = rows = 0
    count = None if cohort is None else _Count(problems, cohort, into)
    left = dict.fromkeys((SHEETS,), 0) if count is None else count.left
    for sheet in sheets:
        grid = sheet.grid
        if not sheet.pieces or count is None:
            rows += sum(map(any, grid.rows))
            left[SHEETS] += _filled(grid.rows)
            columns += max(map(len, grid.rows), default=0)
            continue
        top, width = sheet.pieces[0].table.top, sheet.pieces[0].table.width
        names += _filled(grid.rows[:top])
        columns += max(map(len, grid.rows), default=0)
        if any(p.turned for p in sheet.pieces):
            rows += sum(map(any, grid.rows))
            count.used += _filled(grid.rows[top:])
            continue
        kept = np.zeros(len(grid.rows), dtype=bool)
        for piece in sheet.pieces:
            kept[piece.table.rows - 1] = True
            count.piece(piece)
        others = np.flatnonzero(~kept).tolist()
        rows += int(kept.sum()) + sum(any(grid.rows[i]) for i in others)
        left[ROWS] += _filled(grid.rows[i] for i in others if i >= top)
        left[BEYOND] += _filled(grid.rows[i][width:] for i in np.flatnonzero(kept & (grid.lengths > width)).tolist() if i >= top)
    used, asked = (0, 0) if count is None else (count.used, count.asked)
    cells = used + names + asked + sum(left.values())
    return WholeFile(len(sheets), rows, columns, cells, used, names, asked, {k: v for k, v in left.items() if v})


def _filled(rows: Iterable[list[str]]) -> int:
    return sum(1 for row in rows for c in row if c and not c.isspace())


def _people(table: Table, roles: Mapping[str, ColumnGuess], patients: set[str]) -> np.ndarray:
    """Records of patients who are in the cohort; all of them where the codes of the file are not those of the cohort."""
    code = next((n for n in table.columns if n in roles and roles[n].role == "id"), None)
    if code is None:
        return np.ones(len(table), dtype=bool)
    column = table.columns[code]
    here = np.array([d in patients for d in column.bare], dtype=bool)[column.codes]
    return np.ones(len(table), dtype=bool) if not here.any() else here | column.blank


def _has_weeks(guesses: Mapping[str, ColumnGuess]) -> bool:
    return any(g.role == "salt" and g.week is not None for g in guesses.values())
