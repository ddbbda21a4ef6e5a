"""A published table, or several, as a value: one item a printed number or group of numbers, as it was printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from aadash.stats.printed import Printed


@dataclass(frozen=True)
class Item:
    """What one cell of a table prints, or one phrase of a text.

    ``n`` is the denominator: that of the cell itself ("39/75") when ``own_n``, else that of the column. ``count`` and ``percent`` of a
    share; ``mean``, ``sd`` and the observed ``low`` and ``high`` of a measure; ``step`` in which its values were recorded, None when
    that is not known. ``p`` is the row's p-value with its sign ("<", "=", ">").
    """

    row: str
    table: str = ""
    section: str = ""
    group: str = ""
    n: int | None = None
    own_n: bool = False
    count: int | None = None
    percent: Printed | None = None
    mean: Printed | None = None
    sd: Printed | None = None
    low: Printed | None = None
    high: Printed | None = None
    step: Fraction | None = None
    p: tuple[str, Printed] | None = None
    by_visit: bool = False

    @property
    def where(self) -> str:
        """Table, row and column in words."""
        return ", ".join(part for part in (self.table, self.row, self.group) if part)

    @property
    def share(self) -> str:
        """The share as printed: "54 (47.0 %)"."""
        percent = f"{self.percent.text} %" if self.percent else ""
        return f"{self.count} ({percent})" if self.count is not None and percent else percent or str(self.count)


@dataclass(frozen=True)
class Response:
    """A group's responders at a visit: ``counts`` of patients with an improvement of at least so many percent, and the mean change.

    ``change`` is the printed mean percent change at that visit, None when none is printed.
    """

    group: str
    week: int
    n: int
    counts: tuple[tuple[int, int], ...]
    change: Printed | None = None


@dataclass(frozen=True)
class Design:
    """What the paper says of its design: patients, the groups compared, visits with the baseline. 0 or empty: not said."""

    patients: int = 0
    groups: tuple[tuple[str, int], ...] = ()
    visits: int = 0


@dataclass(frozen=True)
class Paper:
    """Everything to be checked. ``exclusive`` are sections of which a patient is in one row only; ``results`` and ``abstract`` are
    running text. ``interval`` is the printed interval of the difference between the two groups' mean changes."""

    title: str = ""
    source: str = ""
    items: tuple[Item, ...] = ()
    exclusive: frozenset[str] = frozenset()
    responses: tuple[Response, ...] = ()
    interval: tuple[Printed, Printed] | None = None
    design: Design = field(default_factory=Design)
    results: str = ""
    abstract: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def words(self) -> frozenset[str]:
        """The paper's own words, which no language translates."""
        return frozenset(w for i in self.items for w in (i.row, i.table, i.section, i.group) if w)
