"""Collects problems and log entries while a file is read, and asks the decisions what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from aadash.intake.decisions import Decisions, typed
from aadash.intake.model import Issue, LogEntry


class Doubts:
    """The one mutable thing of a reading; every stage writes to it.

    ``used`` are columns that went into the cohort under another name: as a measure, an event, an age; ``idle`` the visits that are not
    used, by sheet and row (:meth:`Table.places`); ``gone`` likewise the rows for which another of the same patient was kept;
    ``lost`` says that the whole table is not used.
    """

    def __init__(self, decisions: Decisions, table: str = "") -> None:
        self.decisions, self.table = decisions, table
        self.problems: list[Issue] = []
        self.log: list[LogEntry] = []
        self.fatal: list[str] = []
        self.used: set[str] = set()
        self.idle: set[tuple[str, int]] = set()
        self.gone: set[tuple[str, int]] = set()
        self.lost = False
        self._told: set[str] = set()

    def note(self, code: str, column: str, rows: Iterable[int], message: str) -> None:
        """Tell how something was understood."""
        self.problems.append(Issue("note", column, tuple(map(int, rows)), message, code, table=self.table))

    def note_once(self, code: str, column: str, rows: Iterable[int], message: str) -> None:
        """Tell what holds for the whole file at its first occurrence."""
        if code not in self._told:
            self._told.add(code)
            self.note(code, column, rows, message)

    def record(self, rows: Iterable[int], column: str, found: str, became: str, why: str) -> None:
        """One line of the log."""
        shown = found if len(found) <= 300 else found[:300] + "…"
        self.log.append(LogEntry(tuple(map(int, rows)), column, shown, became, why))

    def report(
        self,
        level: str,
        code: str,
        column: str,
        rows: Iterable[int],
        message: str,
        actions: Sequence[str] = (),
        fatal: bool = False,
        part: str = "",
    ) -> list[str]:
        """Report a problem; returns the action in force for each row ("" while undecided).

        ``fatal`` marks what refuses the whole file while it is undecided.
        """
        rows = [int(r) for r in rows]
        problem = Issue(level, column, tuple(rows), message, code, tuple(actions), table=self.table, part=part, stops=fatal)
        asked = rows or [0]
        decisions = self.decisions if level == "error" else replace(self.decisions, on_bad_value="ask")
        chosen = [decisions.action(problem.key, r, actions) for r in asked] if actions else [""] * len(asked)
        kinds = set(chosen)
        decided = "" if "" in kinds else (kinds.pop() if len(kinds) == 1 else "by row")
        decided = decided if typed(decided) is None else "by row"
        self.problems.append(replace(problem, decided=decided))
        if fatal and not decided:
            self.fatal.append(message)
        return chosen if rows else []

    def refuse(self, code: str, column: str, message: str, rows: Iterable[int] = ()) -> None:
        """Report what makes a cohort impossible, whatever the user decides about single values."""
        self.problems.append(Issue("error", column, tuple(map(int, rows)), message, code, table=self.table, stops=True))
        self.fatal.append(message)
