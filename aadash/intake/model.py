"""What intake says about a file: a guess for each column, problems, and a log of every interpretation."""

from __future__ import annotations

from dataclasses import dataclass

#: What a user may decide about a problem. "keep" takes the reading that the message names, "two people" makes the further rows
#: of a code another patient, "value" stands for a right value that is typed ("value 47").
KEEP, SET_MISSING, EXCLUDE, TWO_PEOPLE, VALUE = "keep", "set missing", "exclude", "two people", "value"

#: Problems of which the page asks, and that without anybody to ask are left out and said so: rows that are no patients.
LEFT_OUT = ("summary_row",)

#: Roles of a column that are not baseline facts → the words for them on screen.
STRUCTURAL_ROLES = {
    "id": "Patient code",
    "salt": "SALT",
    "week": "Visit (long files)",
    "date": "Date of visit",
    "first_dose": "Date of first dose",
    "parameter": "Which measure (long files)",
    "salt_top": "SALT of the top",
    "salt_back": "SALT of the back",
    "salt_left": "SALT of the left side",
    "salt_right": "SALT of the right side",
    "measure": "Another score at a visit",
    "fact": "Baseline fact",
    "identifying": "Identifies a person: left out",
    "synthetic": "Marks made data",
    "unused": "Not used",
}


@dataclass(frozen=True)
class Issue:
    """Something in the file that the user should know or decide.

    ``level`` is "error" (a value or row that cannot stand as it is: the user decides), "warning" (read, but look at
    it) or "note" (how something was understood). ``rows`` are spreadsheet row numbers, the header being row 1 of a
    plain file. ``actions`` are what may be decided; ``decided`` is the decision in force, "" while there is none.
    ``table`` names the file or sheet when there are several, ``part`` what of the column the problem is about (a week of a file
    with one row per visit), so that a decision changes only what it says.
    ``stops`` says that it refuses the whole file while it is undecided.
    """

    level: str
    column: str
    rows: tuple[int, ...]
    message: str
    code: str
    actions: tuple[str, ...] = ()
    decided: str = ""
    table: str = ""
    part: str = ""
    stops: bool = False

    @property
    def key(self) -> str:
        """Name of the problem that stays the same when the file is read again; decisions are stored under it."""
        where = (self.table, self.column) if self.table else (self.column,)
        return "|".join((self.code, *where, self.part) if self.part else (self.code, *where))

    @property
    def told(self) -> str:
        """The message, with the sheet or file that it is about where there are several."""
        return f"{self.table}: {self.message}" if self.table and repr(self.table) not in self.message else self.message

    @property
    def open(self) -> bool:
        """True while a decision is needed before the cohort can be used."""
        return self.level == "error" and not self.decided

    def to_dict(self) -> dict[str, object]:
        """Plain data for JSON."""
        return {
            "level": self.level,
            "code": self.code,
            "column": self.column,
            "rows": list(self.rows),
            "message": self.message,
            "actions": list(self.actions),
            "decided": self.decided,
            **({"table": self.table} if self.table else {}),
        }


@dataclass(frozen=True)
class LogEntry:
    """One value, or one kind of value, that was changed, dropped or interpreted on the way in.

    ``found`` is what the file holds, ``became`` what the cohort holds ("" for nothing), ``why`` the rule.
    """

    rows: tuple[int, ...]
    column: str
    found: str
    became: str
    why: str


@dataclass(frozen=True)
class VisitWindow:
    """Days since the first dose that count as one scheduled week: ``first_day`` to ``last_day``, ``n`` visits in it."""

    week: int
    first_day: int
    last_day: int
    n: int


@dataclass(frozen=True)
class ColumnGuess:
    """How one column of the file was understood.

    ``role`` is one of :data:`STRUCTURAL_ROLES` or of :data:`aadash.cohort.ROLES`; ``week`` belongs to a visit's
    column. ``confidence`` is "sure", "likely" or "unsure"; "set" when the user's mapping says so, "saved" when a saved
    mapping repeats an earlier guess. ``n_missing`` counts empty cells. ``preview`` holds
    the first distinct values (nothing for an identifying column); ``histogram`` the counts of a numeric column in
    ten equal bins from ``low`` to ``high``. ``visit`` pairs the date and the SALT of one visit where every visit has a
    date column of its own. ``values`` proposes new names for categories that are written in several ways. ``measure`` names
    the score of a column that is no SALT (role "measure"), ``shown`` the name that a fact has on screen ("" for its own).
    """

    column: str
    role: str
    week: int | None
    why: str
    confidence: str
    preview: tuple[str, ...] = ()
    n_missing: int = 0
    n_distinct: int = 0
    label: str = ""
    low: float | None = None
    high: float | None = None
    histogram: tuple[int, ...] = ()
    visit: int | None = None
    values: tuple[tuple[str, str], ...] = ()
    measure: str = ""
    shown: str = ""

    @property
    def title(self) -> str:
        """The role in words: "SALT at week 12"."""
        from aadash.cohort import ROLES

        if self.role in ROLES:
            return self.role.replace("_", " ").capitalize()
        words = self.measure or STRUCTURAL_ROLES.get(self.role, self.role)
        return words if self.week is None else f"{words} at week {self.week}"
