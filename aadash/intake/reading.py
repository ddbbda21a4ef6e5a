"""What was understood of a file: shown to the user before anything is analysed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from aadash.cohort import ROLES, Cohort
from aadash.errors import IntakeError
from aadash.formatting import counted
from aadash.intake.check.whole import WholeFile
from aadash.intake.mapping import ColumnMapping
from aadash.intake.model import LEFT_OUT, ColumnGuess, Issue, LogEntry, VisitWindow


@dataclass(frozen=True, eq=False)
class Reading:
    """A file as it was understood.

    Parameters
    ----------
    name
        The file's name.
    table
        The file's cells as they stand, original headers, indexed by spreadsheet row.
    columns
        One guess a column, in the order of the file.
    layout
        "wide" (one row per patient), "long" (one row per visit) or "dated" (visits given by date).
    problems
        Everything to know or decide; see :class:`Issue`.
    unused
        Columns that end up neither in SALT nor among the baseline facts.
    log
        Every value changed, dropped or interpreted.
    draft
        The cohort with every undecided cell missing; None when the file is refused.
    refusal
        Why no cohort can be made of the file as mapped, in one paragraph; "" when one can.
    mapping
        The mapping in force, ready to be saved.
    sheets
        Names of the sheets or files that were read.
    windows
        For a dated file: which days count as which week.
    whole
        What became of every filled cell; None for a cohort's own export.
    used
        Columns that went into the cohort, under their own name or another.
    main
        Name of the sheet or file whose cells ``table`` holds; several, with commas, where they were put together.
    """

    name: str
    table: pd.DataFrame
    columns: tuple[ColumnGuess, ...]
    layout: str
    problems: tuple[Issue, ...]
    unused: tuple[str, ...]
    log: tuple[LogEntry, ...]
    draft: Cohort | None
    refusal: str
    mapping: ColumnMapping
    sheets: tuple[str, ...] = ()
    windows: tuple[VisitWindow, ...] = ()
    whole: WholeFile | None = None
    used: frozenset[str] = frozenset()
    main: str = ""

    @property
    def open_problems(self) -> tuple[Issue, ...]:
        """Issues that wait for a decision."""
        return tuple(p for p in self.problems if p.open)

    @property
    def unanswered(self) -> tuple[Issue, ...]:
        """Issues without which no cohort can be made where nobody can be asked; the others are left out and told."""
        return tuple(p for p in self.open_problems if p.code not in LEFT_OUT)

    @property
    def ready(self) -> bool:
        """True when the cohort can be analysed without another question."""
        return self.cohort is not None

    @property
    def cohort(self) -> Cohort | None:
        """The cohort; None while the file is refused or an error-level problem is undecided."""
        return None if self.open_problems else self.draft

    def accepted(self) -> Cohort:
        """The cohort with every undecided cell missing. Raises IntakeError when the file is refused."""
        if self.draft is None:
            raise IntakeError(self.refusal, file=self.name)
        return self.draft

    def summary(self) -> str:
        """ "117 patients, 6 visits (weeks 0–36), one row per patient; 2 things to decide"."""
        if self.draft is None:
            return f"Not read: {self.refusal}"
        weeks = self.draft.weeks
        shape = {"wide": "one row per patient", "long": "one row per visit", "dated": "one row per dated visit"}[self.layout]
        visits = f"{len(weeks)} visits (weeks {weeks[0]}–{weeks[-1]})" if len(weeks) > 1 else f"1 visit (week {weeks[0]})"
        text = ", ".join((counted(len(self.draft), "patient"), visits, shape))
        n = len(self.open_problems)
        return f"{text}; {counted(n, 'thing')} to decide" if n else text

    def cells(self, problem: Issue) -> pd.DataFrame:
        """The rows of the file that a problem speaks of, as they stand in the file."""
        return self.table.loc[[r for r in problem.rows if r in self.table.index]]

    def role_columns(self) -> dict[str, str]:
        """Role → column: "id", "salt_w0", "salt_w12" …, or "week" and "salt" for long files, and baseline roles.

        Where every visit has a date and a SALT column of its own they are "date_v1", "salt_v1", "date_v2" …
        """
        out: dict[str, str] = {}
        for guess in self.columns:
            if guess.role in ("fact", "unused", "identifying") or (
                self.layout == "wide" and guess.role == "salt" and guess.week is None
            ):
                continue
            key = f"{guess.role}_w{guess.week}" if guess.week is not None else guess.role
            key = f"{guess.measure}_w{guess.week}" if guess.role == "measure" else key
            key = f"{guess.role}_v{guess.visit}" if guess.visit is not None else key
            out.setdefault(key, guess.column)
        names = {g.shown: g.column for g in self.columns if g.shown}
        taken = {} if self.draft is None else {r: names.get(c, c) for r, c in self.draft.roles.items()}
        return {k: taken.get(k, v) for k, v in out.items() if k not in ROLES or k in taken or self.draft is None}

    def to_check(self) -> dict[str, object]:
        """The account of ``python -m aadash check``: patients, weeks, columns, salt, problems, unused.

        ``salt`` is {patient: {week: value or None}}, an undecided cell being None. Raises IntakeError when the file
        is refused.
        """
        cohort = self.accepted()
        weeks = [str(w) for w in cohort.weeks]
        values = cohort.values.astype(object)
        values[np.isnan(cohort.values)] = None
        salt = {code: dict(zip(weeks, row, strict=True)) for code, row in zip(cohort.salt.index, values.tolist(), strict=True)}
        return {
            "patients": len(cohort),
            "weeks": list(cohort.weeks),
            "columns": self.role_columns(),
            "salt": salt,
            "problems": [p.to_dict() for p in self.problems],
            "unused": list(self.unused),
            **({} if self.whole is None else {"account": {**self.whole.to_dict(), "sentence": self.whole.sentence()}}),
        }
