"""What each column of a file means, as the user settled it: saved, and applied to next month's export."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from aadash.cohort import ROLES
from aadash.errors import CohortError, IntakeError
from aadash.intake.model import STRUCTURAL_ROLES
from aadash.measure import Measure
from aadash.serial import Whole, convert, decode, finite

ALL_ROLES = (*STRUCTURAL_ROLES, *ROLES)


@dataclass(frozen=True)
class ColumnRole:
    """Role of one column.

    ``week`` belongs to the columns of one visit; ``values`` renames categories ("1" → "female"); ``visit`` pairs a date
    with its SALT where every visit has columns of its own; ``measure`` names the score of a column of role "measure"; ``shown`` is
    another name for a baseline fact on screen; ``guessed`` says that nobody set this: it was guessed when the mapping was saved.
    """

    role: str
    week: Whole | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    visit: Whole | None = None
    measure: str = ""
    shown: str = ""
    guessed: bool = False

    def __post_init__(self) -> None:
        if self.role not in ALL_ROLES:
            raise IntakeError(f"{self.role!r} is not a role that a column can have", expected=", ".join(ALL_ROLES))


@dataclass(frozen=True)
class MeasureScale:
    """What the user says of a measure: another name for it ("" for the file's), its range, which end is better, its unit.

    ``directed`` is False where only the rest was said, and which end is better is still taken for granted.

    Raises IntakeError where the range is none or the direction is neither of :data:`aadash.measure.DIRECTIONS`.
    """

    low: float
    high: float
    better: str = "lower"
    unit: str = "points"
    name: str = ""
    directed: bool = True

    def __post_init__(self) -> None:
        try:
            Measure("the measure", self.low, self.high, self.better)
        except CohortError as error:
            raise IntakeError(error.found, expected=error.expected) from error

    def of(self, measure: Measure) -> Measure:
        """``measure`` with this range and direction; where they are not its own, its published cut and endpoints do not hold."""
        said = replace(measure, low=self.low, high=self.high, better=self.better, unit=self.unit)
        said = replace(said, assumed=measure.assumed and not self.directed)
        if (said.domain, said.better) == (measure.domain, measure.better):
            return said
        return replace(said, ends=("", ""), cut=None, endpoints=Measure.endpoints)


@dataclass(frozen=True)
class ColumnMapping:
    """Roles of the columns of one kind of file, and the choices that cannot be read off a header.

    Parameters
    ----------
    columns
        Column name → :class:`ColumnRole`. A column that is not listed is guessed.
    visits
        For long files: text of the visit column → week ("V3" → 12); None leaves that visit out.
    schedule
        For dated files: the scheduled weeks that visits are assigned to.
    date_order
        "ymd", "dmy", "mdy", or "" for as found.
    score
        What the visits measure; "" for as found.
    scale
        What SALT values are multiplied by (100 for a file that holds fractions of 1).
    start_row
        The row of the sheet (from 1) that holds the names of the columns; 0 for as found.
    measures
        Measure as the file calls it → :class:`MeasureScale`: its range where that is not the usual one.
    keep_identifying
        Identifying columns that the user chose to keep.
    decisions
        What was decided about problems of the file as a whole (not about single rows), as
        :attr:`aadash.intake.Decisions.actions`; it holds for the next file until decided otherwise, and is told.
    complete
        True for a mapping that lists every column of the file it was made on: then a column that is gone, or a new
        one, is told when it is applied to the next file.
    """

    columns: Mapping[str, ColumnRole] = field(default_factory=dict)
    visits: Mapping[str, Whole | None] = field(default_factory=dict)
    schedule: tuple[Whole, ...] = ()
    date_order: str = ""
    score: str = ""
    scale: float = 1.0
    start_row: Whole = 0
    measures: Mapping[str, MeasureScale] = field(default_factory=dict)
    keep_identifying: tuple[str, ...] = ()
    decisions: Mapping[str, str] = field(default_factory=dict)
    complete: bool = False

    def with_column(self, column: str, role: str, week: int | None = None, values: Mapping[str, str] | None = None) -> ColumnMapping:
        """The same mapping with one column's role changed."""
        old = self.columns.get(column)
        kept = dict(old.values) if values is None and old is not None else dict(values or {})
        visit = None if old is None or role not in ("salt", "date") or week is not None else old.visit
        measure = old.measure if old is not None and role == "measure" else ""
        shown = old.shown if old is not None else ""
        return replace(self, columns={**self.columns, column: ColumnRole(role, week, kept, visit, measure, shown)})

    def with_name(self, column: str, role: str, week: int | None, shown: str) -> ColumnMapping:
        """The same mapping with another name for a column on screen ("" for its own)."""
        same = self if column in self.columns else self.with_column(column, role, week)
        name = "" if shown.strip() == column else " ".join(shown.split())
        return replace(same, columns={**same.columns, column: replace(same.columns[column], shown=name)})

    def to_json(self) -> str:
        """As JSON text, readable and stable."""
        return json.dumps({"aadash_mapping": 1, **asdict(self)}, indent=2, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> ColumnMapping:
        """From JSON text, or from the bytes of a file. Raises IntakeError when it is no mapping."""
        try:
            data = decode(text)
            if not isinstance(data, dict) or data.pop("aadash_mapping", None) != 1:
                raise ValueError("the entry 'aadash_mapping' is not 1")
            mapping: ColumnMapping = convert(data, cls, from_text=True)
            finite(mapping.scale)
            for one in mapping.measures.values():
                finite(one.low)
                finite(one.high)
        except ValueError as error:
            raise IntakeError(
                f"This is not a saved column mapping ({error})",
                expected="a file that the mapping screen saved",
                fix="Save the mapping again from the screen, or map the columns by hand",
            ) from error
        return mapping
