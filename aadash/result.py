"""What one analysis answers to one plan: numbers, who they are about, how, and how far to trust them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pandas as pd

T = TypeVar("T")
#: Columns that say what a row of a result's table is about; every other column is a statistic.
KEYS = ("group1", "group1_level", "variable", "variable_level", "week")


@dataclass(frozen=True)
class Exclusion:
    """Patients whom an analysis could not use, and why."""

    reason: str
    n: int


@dataclass(frozen=True)
class Accounting:
    """How many are in the cohort, how many were analysed, who was left out and why."""

    enrolled: int
    analysed: int
    excluded: tuple[Exclusion, ...] = ()

    def sentence(self) -> str:
        """ "117 enrolled, 68 analysed; left out: 49 with a missing visit"."""
        text = f"{self.enrolled} enrolled, {self.analysed} analysed"
        left = [f"{e.n} {e.reason}" for e in self.excluded if e.n]
        return text + ("; left out: " + ", ".join(left) if left else "")


@dataclass(frozen=True)
class Caveat:
    """Doubt that travels with a result. Not an exception: the number stands, the reader is told.

    ``code`` names its heading in docs/METHODS.md; ``text`` says what is the matter in plain words, ``advice`` what
    to do instead. ``level`` is "note" or "warning".
    """

    code: str
    text: str
    advice: str = ""
    level: str = "note"


@dataclass(frozen=True)
class Check:
    """An assumption of a test, as checked on these data.

    ``verdict`` is "holds", "doubtful" or "broken"; ``detail`` gives the figures behind it in words.
    """

    name: str
    verdict: str
    detail: str


@dataclass(frozen=True)
class Alternative:
    """What a different reasonable choice would have said. ``agrees``: on the same side of alpha as the answer."""

    method: str
    p: float
    agrees: bool
    detail: str = ""


@dataclass(frozen=True, eq=False)
class Result:
    """The answer of one analysis to one plan.

    ``table`` is tidy and unrounded: :data:`KEYS` first, then one column a statistic (NaN where a statistic does not
    apply to that row). ``sentence`` is the answer in plain words with numbers, interval and n. ``method`` names the
    tests and their sources. ``extra`` holds what a chart needs and a table does not. For a test, ``choice`` says why this
    one, ``checks`` what became of its assumptions, ``alternatives`` what other reasonable choices say.
    """

    analysis: str
    question: str
    table: pd.DataFrame
    accounting: Accounting
    method: str
    sentence: str
    caveats: tuple[Caveat, ...] = ()
    plan: Any = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    choice: str = ""
    checks: tuple[Check, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

    @property
    def statistics(self) -> list[str]:
        """Names of the statistic columns."""
        return [c for c in self.table.columns if c not in KEYS]

    def rows(self, **keys: object) -> pd.DataFrame:
        """Rows of the table where every given key column equals the given value."""
        keep = np.ones(len(self.table), dtype=bool)
        for column, value in keys.items():
            keep &= self._plain_column(column) == value
        return self.table[keep]

    def once(self, key: object, make: Callable[[], T]) -> T:
        """What ``make`` gives, kept under ``key`` for as long as the result lives. ``make`` may depend on the result and
        ``key`` only."""
        kept = self.__dict__.setdefault("_made", {})
        if key not in kept:
            kept[key] = make()
        return kept[key]

    def _plain_column(self, column: str) -> np.ndarray:
        """A column as Python objects, kept: comparing pandas' text columns costs ten times as much."""
        return self.once(("plain", column), lambda: self.table[column].to_numpy(dtype=object))

    def ard(self) -> list[dict[str, object]]:
        """One dictionary a number, in the shape of CDISC Analysis Results Data.

        Keys: analysis, group1, group1_level, variable, variable_level, week, stat_name, stat. A statistic that does
        not apply to a row is left out; ``stat`` is a number, or text for the name of a test.
        """
        out: list[dict[str, object]] = []
        statistics = self.statistics
        for record in self.table.to_dict("records"):
            keys = {k: _plain(record.get(k)) for k in KEYS}
            for name in statistics:
                value = _plain(record[name])
                if value is not None:
                    out.append({"analysis": self.analysis, **keys, "stat_name": name, "stat": value})
        return out


def _plain(value: object) -> object:
    """``value`` as JSON has it: None for missing, Python numbers for NumPy's."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):  # type: ignore[call-overload]
        return None
    return value.item() if hasattr(value, "item") else value
