"""A file that AAdash wrote, read as what it is."""

from __future__ import annotations

from dataclasses import replace

from aadash.cohort import Cohort
from aadash.intake.mapping import ColumnMapping
from aadash.intake.model import ColumnGuess, Issue, LogEntry
from aadash.intake.read.grid import Grid
from aadash.intake.read.native import unguard
from aadash.intake.reading import Reading
from aadash.intake.tabulate.table import Column, Table


def restored(cohort: Cohort, grid: Grid, name: str, fingerprint: str) -> Reading:
    """A cohort's own export, read back."""
    import numpy as np

    from aadash.intake.mapping import ColumnRole
    from aadash.intake.recognise.columns import describe

    header = list(dict.fromkeys(unguard(c) for c in grid.rows[1]))
    body = [[unguard(c) for c in row] for row in grid.rows[2:]]
    roles = {c: r for r, c in cohort.roles.items()}
    names = header if len(header) == len(grid.rows[1]) else [f"{c} [{i}]" for i, c in enumerate(grid.rows[1])]
    cells = [np.array(list(column), dtype=object) for column in zip(*body, strict=True)]
    columns = {n: Column(c) for n, c in zip(names, cells, strict=True)}
    table = Table(name, columns, np.arange(len(body)) + 3)
    facts = cohort.patients.shape[1]
    guesses: list[ColumnGuess] = []
    for i, (title, column) in enumerate(columns.items()):
        base = describe(title, column)
        role, week = (
            ("id", None)
            if i == 0
            else ("unused", None)  # a visit of another measure: in the cohort, but no column that a mapping can speak of
            if i > facts + len(cohort.weeks)
            else ("salt", cohort.weeks[i - 1 - facts])
            if i > facts
            else (roles.get(str(cohort.patients.columns[i - 1]), "fact"), None)
        )
        guesses.append(replace(base, role=role, week=week, confidence="sure", why="written by AAdash"))
    problems: list[Issue] = []
    if fingerprint and fingerprint != cohort.fingerprint:
        problems.append(Issue("note", "", (), "This cohort was exported by AAdash and changed since.", "changed_export"))
    mapping = ColumnMapping({g.column: ColumnRole(g.role, g.week) for g in guesses}, score=cohort.score, complete=True)
    log: tuple[LogEntry, ...] = ()
    return Reading(name, table.frame(), tuple(guesses), "wide", tuple(problems), (), log, cohort, "", mapping, (name,))
