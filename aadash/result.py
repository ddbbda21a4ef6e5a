"""What one analysis answers to one plan: numbers, who they are about, how, and how far to trust them.

A result stands alone: it carries the call that made it, the names and colours of its levels and the tests that it holds, so
that it can be drawn, printed, recorded and computed again without anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from aadash.accounting import Accounting as Accounting
from aadash.accounting import Alternative as Alternative
from aadash.accounting import Caveat as Caveat
from aadash.accounting import Check as Check
from aadash.accounting import Exclusion as Exclusion
from aadash.labels import Labels as Labels
from aadash.levels import ALL, Level
from aadash.measure import SALT, Measure
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan

T = TypeVar("T")
#: Columns that say what a row of a result's table is about; every other column is a statistic.
KEYS = ("group1", "group1_level", "variable", "variable_level", "week")


@dataclass(frozen=True)
class Call:
    """The call that made a result: which analysis, on which plan and model, with which further options, every one of them."""

    analysis: str
    plan: AnalysisPlan
    model: ModelPlan | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", MappingProxyType(dict(self.options)))

    def __reduce__(self) -> tuple[Any, ...]:
        return (Call, (self.analysis, self.plan, self.model, dict(self.options)))


@dataclass(frozen=True)
class TestColumn:
    """A column of p of an analysis: the test's name ("" where the row's own ``test`` says it), the column of its estimate, and that of
    its number of patients where it is not who was analysed: beside a mixed model ranks are of those with a score then."""

    __test__ = False  # no test of ours, whatever its name

    p: str
    name: str = ""
    estimate: str = ""
    n: str = ""


@dataclass(frozen=True)
class TestRecord:
    """One test that a result holds.

    ``column`` is its column of p, ``row`` the position in the table; ``group`` the split and ``level`` what was compared;
    ``outcome`` the variable, ``detail`` the row's ``variable_level`` (None where there is none), ``week`` None for a test over
    all weeks; ``n`` patients analysed. ``estimate`` is NaN where the test has none.
    """

    __test__ = False

    column: str
    row: int
    name: str
    group: object
    level: Level
    outcome: str
    detail: str | None
    week: int | None
    n: int
    estimate: float
    p: float


#: What a test of the mixed model is called in a row.
MIXED_MODEL = "mixed model for repeated measures"
#: Names of tests as rows spell them → as printed.
TEST_NAMES = {"fisher": "Fisher's exact test", "chi-squared": "chi-squared test"}


@dataclass(frozen=True, eq=False)
class Result:
    """The answer of one analysis to one plan.

    ``table`` is tidy and unrounded: :data:`KEYS` first, then one column per statistic (NaN where a statistic does not
    apply to that row); ``group1_level`` holds a level's own text, :data:`aadash.levels.ALL` or a
    :class:`aadash.levels.Pair`. ``sentence`` is the answer in plain words with numbers, interval and n. ``method`` names the
    tests and their sources. ``labels`` name and colour the levels; ``details`` is what a chart needs and a table does not, a
    dataclass of :mod:`aadash.details`. For a test, ``choice`` says why this one, ``checks`` what became of its assumptions,
    ``alternatives`` what other reasonable choices say. ``call``, ``question``, ``tested`` (the columns of p), ``measure``
    (what was analysed), ``severity`` (the measure whose baseline says who is severe) and ``follows`` (the rules for missing visits
    that it can follow, or what is said of them) are filled in by :func:`aadash.analyses.registry.analysis`. ``apart``: some who lack
    the score at a visit came then, so that what counts visits speaks of the score.
    """

    table: pd.DataFrame
    accounting: Accounting
    method: str
    sentence: str
    caveats: tuple[Caveat, ...] = ()
    labels: Labels = Labels()
    details: Any = None
    choice: str = ""
    checks: tuple[Check, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    question: str = ""
    call: Call = Call("", AnalysisPlan())
    tested: tuple[TestColumn, ...] = ()
    measure: Measure = SALT
    severity: str = SALT.name
    follows: tuple[str, ...] | str = ()
    apart: bool = False

    @property
    def analysis(self) -> str:
        """Name of the analysis."""
        return self.call.analysis

    @property
    def plan(self) -> AnalysisPlan:
        """The plan it answers to."""
        return self.call.plan

    @property
    def outcome_digits(self) -> int:
        """Decimals of an estimate whose kind a model or a question says: those of the score where it is in its unit, else one."""
        asked = self.model.outcome if self.model is not None else self.call.options.get("question")
        return self.measure.digits if asked in ("salt", "change_from_baseline") else 1

    @property
    def outcome_unit(self) -> str:
        """What a difference of the mean that a model of predictors explains is in: the unit of the score, or percentage points."""
        return self.measure.unit if self.model is not None and self.model.outcome == "salt" else "percentage points"

    @property
    def model(self) -> ModelPlan | None:
        """The model it answers to, where there is one."""
        return self.call.model

    @property
    def week(self) -> int | None:
        """The week in question: the plan's, else the last one in the table; None where the table has no weeks."""
        if self.plan.week is not None:
            return self.plan.week
        known = [int(w) for w in self.table["week"] if w is not None and not np.isnan(w)]
        return max(known, default=None)

    @property
    def statistics(self) -> list[str]:
        """Names of the statistic columns."""
        return [c for c in self.table.columns if c not in KEYS]

    def rows(self, **keys: object) -> pd.DataFrame:
        """Rows of the table where every given key column equals the given value. A page asks for the same ones on every run, so they
        are kept; what comes is the caller's own (a copy on write)."""
        return self.once(("rows", *sorted(keys.items())), lambda: self._where(keys)).copy(deep=False)

    def _where(self, keys: Mapping[str, object]) -> pd.DataFrame:
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

    def tests(self, rows: pd.DataFrame | None = None) -> list[TestRecord]:
        """The tests that the table holds, or those of a selection of its rows and columns, in order.

        Of a test with a Greenhouse–Geisser correction (``p_gg``) the uncorrected p is no test of its own.
        """
        shown = self.table if rows is None else rows
        columns = [c for c in self.tested if c.p in shown]
        if not columns:
            return []
        key = ("tests", *shown.columns, *shown.index)
        return list(self.once(key, lambda: self._tests(shown, columns)))

    def _tests(self, shown: pd.DataFrame, columns: Sequence[TestColumn]) -> list[TestRecord]:
        out = []
        for position, r in zip(shown.index, shown.to_dict("records"), strict=True):
            for column in columns:
                p = r[column.p]
                if p is None or np.isnan(p) or (column.p == "p" and not np.isnan(r.get("p_gg", np.nan))):
                    continue
                named, week = r.get("test"), r["week"]
                beside = bool(column.name) and named == MIXED_MODEL  # of the scores recorded, and the estimate is the model's
                of = r.get(column.n, np.nan) if beside else np.nan
                name = column.name or (TEST_NAMES.get(named, named) if isinstance(named, str) else self.analysis.replace("_", " "))
                out.append(
                    TestRecord(
                        column.p,
                        int(position),
                        name,
                        r["group1"],
                        r["group1_level"],
                        str(r["variable"]),
                        r["variable_level"] if isinstance(r["variable_level"], str) else None,
                        None if week is None or np.isnan(week) else int(week),
                        int(r["n_analysed"] if np.isnan(of) else of),
                        float(r.get(column.estimate, np.nan)) if column.estimate and not beside else float("nan"),
                        float(p),
                    )
                )
        return out

    def ard(self) -> list[dict[str, object]]:
        """One dictionary a number, in the shape of CDISC Analysis Results Data.

        Keys: analysis, group1, group1_level, variable, variable_level, week, stat_name, stat. A statistic that does
        not apply to a row is left out; ``stat`` is a number, or text for the name of a test. Everyone together is "all" and a
        pair "A - B"; where a level of the file reads just so, its rows say so in ``group1_level_is`` ("level").
        """
        out: list[dict[str, object]] = []
        statistics = self.statistics
        levels = self._plain_column("group1_level")
        ours = {str(level) for level in levels if not isinstance(level, str)} | {str(ALL)}
        for record, level in zip(self.table.to_dict("records"), levels, strict=True):
            keys = {k: _plain(record.get(k)) for k in KEYS}
            if isinstance(level, str) and level in ours:
                keys["group1_level_is"] = "level"
            for name in statistics:
                value = _plain(record[name])
                if value is not None:
                    out.append({"analysis": self.analysis, **keys, "stat_name": name, "stat": value})
        return out


def best_mean(row: Mapping[str, Any]) -> tuple[float, float, float]:
    """The mean of a row of ``salt_over_time`` with its interval: the mixed model's where there is one, else of the scores recorded."""
    model = ("adjusted_mean", "adjusted_low", "adjusted_high")
    adjusted = row.get("adjusted_mean")
    names = model if adjusted is not None and not np.isnan(adjusted) else ("mean", "ci_low", "ci_high")
    mean, low, high = (float(row[name]) for name in names)
    return mean, low, high


def _plain(value: object) -> object:
    """``value`` as JSON has it: None for missing, Python numbers for NumPy's, text for what is ours."""
    if value is None or isinstance(value, str):
        return value
    if not np.isscalar(value) and not hasattr(value, "item"):
        return str(value)
    if pd.isna(value):  # type: ignore[call-overload]
        return None
    return value.item() if hasattr(value, "item") else value
