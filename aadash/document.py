"""What a page or a report consists of, as values: its parts, in order, without a browser.

A view (:mod:`aadash.views`) returns such parts; the app draws them, a report writes the same list as Word, HTML or PDF, a test
reads it. What costs is lazy: a chart is named by its result and kind and drawn by whoever shows it, and the content of a
:class:`Fold` is made only when somebody opens it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from aadash.legend import legend
from aadash.result import Caveat, Result


@dataclass(frozen=True)
class Heading:
    """A heading within the page; the page's own title is not among the parts. ``under`` is a line in small type below it."""

    text: str
    level: Literal[2, 3] = 2
    under: str = ""


@dataclass(frozen=True)
class Text:
    """A paragraph. ``tone``: "plain", "strong", "small" (an aside), "notice" (something to know before reading on).

    ``icon`` is a sign before a plain one; ``then`` what follows it in bold.
    """

    text: str
    tone: Literal["plain", "strong", "small", "notice"] = "plain"
    icon: str = ""
    then: str = ""


@dataclass(frozen=True)
class KeyNumber:
    """A number that stands out: what it is, its value as printed, and its interval, n or other doubt under it."""

    label: str
    value: str
    under: str = ""


@dataclass(frozen=True)
class KeyNumbers:
    """A strip of key numbers."""

    items: tuple[KeyNumber, ...]


@dataclass(frozen=True, eq=False)
class Answer:
    """The answer of a result in plain sentences; ``accounting`` adds who it is about."""

    result: Result
    accounting: bool = True


@dataclass(frozen=True, eq=False)
class Figure:
    """A chart of a result: ``kind`` names one of its drawings ("" for the first), ``options`` go to it.

    ``title`` is its headline, ``legend`` asks for a line that says which colour is which stratum, or gives
    labels and colours of its own. ``picks`` says what may be picked in
    it where that is possible: "levels", "subgroups", "lines" or nothing. ``quiet``: left out where there is nothing to draw.
    ``name`` tells two figures of one analysis apart, ``height`` is in pixels where it is not the chart's own. ``drawn``: of how many
    patients it is, where that is not as many as the analysis is of.
    """

    result: Result
    kind: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    legend: bool | tuple[tuple[str, str], ...] = False
    picks: Literal["", "levels", "subgroups", "lines"] = ""
    quiet: bool = False
    name: str = ""
    height: int = 0
    drawn: int = 0

    @property
    def analysed(self) -> int:
        """Patients whose numbers are drawn: those of one level where the figure is of it only."""
        if self.drawn:
            return self.drawn
        level = self.options.get("only")
        if level is None:
            return self.result.accounting.analysed
        return int(self.result.rows(group1_level=level)["n_analysed"].max())

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Labels and colours of its legend."""
        return self.legend if isinstance(self.legend, tuple) else legend(self.result) if self.legend else ()


@dataclass(frozen=True)
class Row:
    """Parts side by side where there is room; ``columns`` leaves room for more than there are."""

    parts: tuple[Part, ...]
    columns: int = 0


@dataclass(frozen=True, eq=False)
class Table:
    """The printable table of a result, or of a selection of its rows and columns; None is all of it.

    Its tests are what a reader has seen: they go into the ledger. ``title`` is its caption, ``options`` go to its printer.
    ``scrolls``: it has more columns or rows than a page can take, and is a list rather than an answer.
    """

    result: Result
    rows: pd.DataFrame | None = None
    title: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    scrolls: bool = False


@dataclass(frozen=True)
class Card:
    """A point of a list, set apart: where it is, what is said of it, and under it in smaller type what goes with it."""

    head: str
    text: str
    under: str = ""


@dataclass(frozen=True, eq=False)
class TextTable:
    """A table that is text already."""

    frame: pd.DataFrame
    title: str = ""


@dataclass(frozen=True, eq=False)
class Grid:
    """A table to scroll in: rows of a file or of a list, under a ``key`` of its own.

    ``index`` is the name of its index, which is left out where there is none. ``then`` gives what belongs to the row that a reader
    picks, ``height`` is in pixels where it is not that of its rows. ``caption`` stands under it.
    """

    frame: pd.DataFrame
    key: str
    index: str = ""
    then: Callable[[int], Sequence[Part]] | None = None
    height: int = 0
    caption: str = ""


@dataclass(frozen=True, eq=False)
class Examined:
    """What became of a test's assumptions, and what other reasonable choices say."""

    result: Result


@dataclass(frozen=True)
class Doubts:
    """The caveats of the results of a page, each once, the weightiest first."""

    caveats: tuple[Caveat, ...]

    @classmethod
    def of(cls, *results: Result | Unavailable | None) -> Doubts:
        """Those of several results; None and what could not be computed have none."""
        found = {c.code + c.text: c for r in results if isinstance(r, Result) for c in r.caveats}
        return cls(tuple(sorted(found.values(), key=lambda c: c.level != "warning")))


@dataclass(frozen=True, eq=False)
class Method:
    """How a result was computed, with sources."""

    result: Result


@dataclass(frozen=True, eq=False)
class Downloads:
    """What can be taken away of a result: its numbers as files, and the code of its call."""

    result: Result


@dataclass(frozen=True)
class Unavailable:
    """Why something cannot be shown, in its place."""

    reason: str


@dataclass(frozen=True)
class Choice:
    """A choice that a reader makes while reading, under a ``key`` of its own.

    ``kind``: "segments" (a few views side by side), "select", "number", "toggle" or "several". ``options`` maps values to words;
    for a number they are ``low``, ``high`` and ``step`` in :attr:`bounds`. A report takes ``default``.
    """

    key: str
    label: str
    default: Any
    options: Mapping[Any, str] = field(default_factory=dict)
    kind: Literal["segments", "select", "number", "toggle", "several"] = "segments"
    bounds: tuple[float, float, float] | None = None
    help: str = ""

    def valid(self, value: Any) -> Any:
        """``value`` if it can be chosen, else the default."""
        if self.kind in ("segments", "select"):
            return value if value in list(self.options) else self.default
        if self.kind == "several":
            known = list(self.options)
            return tuple(v for v in value if v in known) if isinstance(value, (list, tuple)) else self.default
        if self.kind == "number" and self.bounds is not None:
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return min(max(float(value), self.bounds[0]), self.bounds[1]) if is_number else self.default
        return value if isinstance(value, bool) else self.default


@dataclass(frozen=True)
class Choices:
    """Choices in one line."""

    items: tuple[Choice, ...]


@dataclass(frozen=True, eq=False)
class Fold:
    """Something that most readers do not need: its ``content`` is made only when it is opened.

    ``in_report`` says whether a report opens it.
    """

    label: str
    key: str
    content: Callable[[], Sequence[Part]]
    icon: str = "table_rows"
    in_report: bool = False


@dataclass(frozen=True, eq=False)
class Long:
    """A computation that takes seconds: on a press only, with progress, to be stopped, and kept.

    ``then`` gives the parts of its result. ``options`` go to the analysis. ``at_once``: no press is needed, since opening the fold
    that it is in was one.
    """

    analysis: str
    label: str
    then: Callable[[Result], Sequence[Part]]
    options: Mapping[str, Any] = field(default_factory=dict)
    at_once: bool = False


@dataclass(frozen=True)
class Panel:
    """A place for controls that only the app can draw: "page.name"; a report leaves it out."""

    name: str


Part = (
    Heading
    | Text
    | KeyNumbers
    | Answer
    | Figure
    | Row
    | Table
    | Card
    | TextTable
    | Grid
    | Examined
    | Doubts
    | Method
    | Downloads
    | Unavailable
    | Choice
    | Choices
    | Fold
    | Long
    | Panel
)


def walk(parts: Sequence[Part], folds: bool = True) -> Iterator[Part]:
    """Every part, those side by side and (with ``folds``) those inside folds included, in order of reading."""
    for part in parts:
        yield part
        if isinstance(part, Row):
            yield from walk(part.parts, folds)
        elif isinstance(part, Fold) and folds:
            yield from walk(part.content(), folds)
