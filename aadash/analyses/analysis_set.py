"""What every analysis starts from: who is included, how they are split, and SALT under the missing rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from aadash.analyses.not_recorded import came_without, reason_without
from aadash.analyses.visits import Counted, Patterns, PatternSums, Visit, level_code
from aadash.cohort import Cohort
from aadash.endpoints import Endpoint, filled
from aadash.errors import NotComputable
from aadash.levels import ALL, Level, Total
from aadash.plan import AnalysisPlan
from aadash.result import KEYS, Accounting, Exclusion, Labels
from aadash.stats.descriptive import Tally
from aadash.strata import Strata


@dataclass(frozen=True, eq=False)
class AnalysisSet:
    """A cohort seen through a plan.

    ``values`` and ``imputed`` are the patients'; a cohort that is counted (``given_counts``, made by :mod:`aadash.summaries`) has
    none and is read by :meth:`visit`, :meth:`size` and :attr:`patterns` alone. Of one whose rows stand for several patients each
    :meth:`n` counts these and :meth:`taken` gives their values.
    """

    cohort: Cohort
    plan: AnalysisPlan
    strata: Strata
    values: np.ndarray
    imputed: np.ndarray

    @classmethod
    def of(cls, cohort: Cohort, plan: AnalysisPlan) -> AnalysisSet:
        """Filter, split and fill ``cohort`` as ``plan`` says."""
        included = plan.included(cohort)
        if getattr(included, "given_counts", None) is not None:
            nothing = np.empty((0, len(included.weeks)))
            return cls(included, plan, plan.strata(included), nothing, nothing.astype(bool))
        values, imputed = filled(included, plan.missing)
        return cls(included, plan, plan.strata(included), values, imputed)

    @cached_property
    def rule(self) -> Endpoint:
        """The plan's endpoint, of the measure that is analysed. Raises PlanError when it is a rule of another measure."""
        return self.plan.rule(self.cohort)

    @cached_property
    def percent_change(self) -> np.ndarray:
        """Percent change from baseline under the missing rule, (patients, weeks); NaN where baseline is 0 or empty."""
        base = np.where(self.cohort.baseline > 0, self.cohort.baseline, np.nan)[:, None]
        return 100.0 * (self.values - base) / base

    @property
    def weights(self) -> np.ndarray | None:
        """How many patients each row stands for, where one does not stand for one alone (``given_weights`` of the cohort)."""
        return getattr(self.cohort, "given_weights", None)

    def n(self, who: np.ndarray) -> int:
        """Patients of ``who`` (a boolean for each row)."""
        return int(who.sum()) if self.weights is None else int(self.weights[who].sum())

    def taken(self, column: np.ndarray, who: np.ndarray) -> np.ndarray:
        """The values of a column of those of ``who``: an array, or what the statistics take in its place (:class:`Tally`)."""
        return column[who] if self.weights is None else Tally(column[who], self.weights[who])  # type: ignore[return-value]

    @property
    def counted(self) -> Counted | None:
        """Where the numbers come from if there are no rows."""
        return getattr(self.cohort, "given_counts", None)

    def visit(self, j: int) -> Visit:
        """The patients at the week at position ``j``."""
        kept = self.__dict__.setdefault("_visits", {})
        if j not in kept:
            c = self.cohort
            kept[j] = (
                self.counted.visit(c.weeks[j])
                if self.counted is not None
                else Visit(c.baseline, c.values[:, j], self.values[:, j], self.imputed[:, j], self.strata.codes, self.weights)
            )
        return kept[j]  # type: ignore[no-any-return]

    @property
    def at_week(self) -> Visit:
        """The patients at the week in question."""
        return self.visit(self.cohort.column_index(self.plan.at_week(self.cohort)))

    @cached_property
    def patterns(self) -> Patterns:
        """Which visits were made."""
        if self.counted is not None:
            return self.counted.patterns()
        return Patterns(~np.isnan(self.cohort.values), self.cohort.baseline, self.weights, self.strata.codes)

    @cached_property
    def level_patterns(self) -> Patterns:
        """Which visits were made, with the levels of who made them."""
        if self.counted is not None:
            return self.counted.level_patterns()
        return getattr(self.cohort, "given_patterns", None) or self.patterns

    def modelled(self, what: str) -> PatternSums:
        """What a mixed model reads of "values" or "percent_change", all weeks."""
        kept = self.__dict__.setdefault("_modelled", {})
        if what not in kept:
            kept[what] = self._sums(what)
        return kept[what]  # type: ignore[no-any-return]

    def _sums(self, what: str) -> PatternSums:
        if self.counted is not None:
            return self.counted.modelled(what)
        given = getattr(self.cohort, "given_sums", None)
        if given is not None:
            found: PatternSums = given[what]
        elif what == "values":
            found = PatternSums.of(self.cohort.values, self.strata.codes, self.weights)
        else:  # a score of its own, 100 at baseline, as summaries hold it
            found = PatternSums.about(self.cohort.percent_change, self.strata.codes, -100.0, self.weights)
        return found.carried() if self.plan.missing == "locf" else found

    @property
    def made(self) -> np.ndarray:
        """(rows, weeks): the visits that have a value under the missing rule; rows as of :attr:`patterns`."""
        return self.patterns.under(self.plan.missing) if self.counted is not None else ~np.isnan(self.values)

    def size(self, level: Level | Total) -> int:
        """Patients of a level."""
        return len(self.cohort) if isinstance(level, Total) else self.strata.counts[self.strata.levels.index(level)]  # type: ignore[arg-type]

    def who(self, visit: Visit, level: Level | Total) -> np.ndarray:
        """Boolean array: the rows of ``visit`` that are of ``level``."""
        return visit.everyone if isinstance(level, Total) else visit.codes == self.strata.levels.index(level)  # type: ignore[arg-type]

    def sample(self, j: int, what: str, level: Level | Total) -> np.ndarray:
        """The values of ``what`` ("values", "change", "percent_change") of a level at the week at position ``j``."""
        kept = self.__dict__.setdefault("_samples", {})
        if (j, what, level) not in kept:
            kept[j, what, level] = self.visit(j).sample(what, level_code(self.strata.levels, level))  # type: ignore[arg-type]
        return kept[j, what, level]  # type: ignore[no-any-return]

    def samples(self, j: int, what: str) -> dict[str, np.ndarray]:
        """Level → its sample, as :meth:`sample` gives it."""
        return {level: self.sample(j, what, level) for level in self.levels[1:]}

    @property
    def levels(self) -> tuple[Any, ...]:
        """:data:`aadash.levels.ALL`, then the strata that somebody is in."""
        used = [lv for lv, n in zip(self.strata.levels, self.strata.counts, strict=True) if n]
        return (ALL, *used)

    def weeks_asked(self, brief: bool) -> tuple[int, ...]:
        """The weeks after baseline, or in brief the week in question alone."""
        return (self.plan.at_week(self.cohort),) if brief else self.cohort.followup_weeks

    @property
    def labels(self) -> Labels:
        """Names and colours of the levels, for the result."""
        return Labels.of(self.strata)

    def require_followup(self) -> None:
        """Raise NotComputable for a cohort with the baseline visit only."""
        if len(self.cohort.weeks) < 2:
            raise NotComputable(
                f"This cohort has one visit only (week {self.cohort.weeks[0]}), so nothing can be said about change",
                expected=f"{self.cohort.score} at baseline and at one later visit at least",
            )

    def require_complete(self) -> None:
        """Raise NotComputable where the rule is complete cases and nobody has every visit, though values there are."""
        if self.plan.missing != "complete":
            return
        there = ~np.isnan(self.cohort.values) if self.counted is None else self.patterns.made
        if there.any() and not there.all(axis=1).any():
            raise NotComputable(
                f"Nobody has {self.cohort.score} recorded at every visit, so complete cases leave nobody",
                fix="Choose another rule for missing visits",
            )

    def require_strata(self) -> None:
        """Raise NotComputable unless at least two strata have somebody in them."""
        used = [self.strata.label(lv) for lv in self.levels[1:]]
        if len(used) < 2:
            only = used[0] if used else self.strata.whole
            who = f"every patient is in “{only}”" if only else "the cohort is not split"
            if used and self.strata.unassigned:
                who = f"every patient of whom it is recorded is in “{only}”"
            raise NotComputable(f"There is nothing to compare: {who}", fix="Choose another split, or move the cut")

    def groups(self, column: np.ndarray) -> dict[str, np.ndarray]:
        """Level → the non-missing values of ``column`` (patients,) in that level."""
        present = ~np.isnan(column)
        return {lv: self.taken(column, self.strata.members(lv) & present) for lv in self.levels[1:]}

    def accounting(
        self,
        analysed: np.ndarray,
        why: str,
        percent: bool = False,
        by_stratum: bool = False,
        others: Sequence[tuple[str, np.ndarray]] = (),
        baseline: bool = True,
        rule: Endpoint | None = None,
        at: Visit | None = None,
    ) -> Accounting:
        """Account for a boolean array of analysed patients, the rows of ``at`` (a patient each without it).

        Exclusions are counted once each, in this order: no baseline (if the analysis needs one); with ``percent``, a baseline
        of 0; with ``rule``, one for which it is undefined; with ``by_stratum``, no level of the stratifier; ``others`` (reason,
        who); under complete cases, a visit missing somewhere although the one in question was made; then ``why`` for whoever is
        left.
        """
        left, score = ~analysed, self.cohort.score
        at = at or self.visit(0)
        excluded = []
        reasons: list[tuple[str, np.ndarray]] = [(f"without a baseline {score}", np.isnan(at.baseline))] if baseline else []
        if percent:
            reasons.append((self.cohort.measure.without_percent, at.baseline <= 0))
        if rule is not None:
            reasons += rule.undefined(at.baseline)
        if by_stratum:
            reasons.append((f"with nothing recorded for {self.strata.title}", at.codes < 0))
        reasons += others
        if self.plan.missing == "complete" and why != "with a missing visit":  # that is one reason
            j = self.cohort.column_index(self.plan.at_week(self.cohort))
            reasons.append((f"seen at week {self.cohort.weeks[j]} but not at every visit", self._dropped(at, j)))
            if why.startswith(("with no visit at all", "with no visit after", "without any visit")):
                why = f"with no visit at week {self.cohort.weeks[j]}"
        if why.startswith("with no visit at week"):
            why = self.not_seen(self.plan.at_week(self.cohort))[0]
        for reason, who in [*reasons, (why, np.ones(left.shape, dtype=bool))]:
            if n := at.n(left & who):
                excluded.append(Exclusion(self.reason(reason), n))
            left = left & ~who
        return Accounting(len(self.cohort), at.n(analysed), tuple(excluded))

    def reason(self, why: str) -> str:
        """A reason that speaks of visits, said of the score where a visit may have taken place without it."""
        return reason_without(why, self.cohort.score) if self.apart else why

    def _dropped(self, at: Visit, j: int) -> np.ndarray:
        """The rows of ``at`` that are seen at the week at position ``j`` and missed another visit; of a counted cohort ``at`` is that
        week's visit, or the patterns of visits."""
        if self.counted is None and at.made is None:
            return ~np.isnan(self.cohort.values[:, j]) & np.isnan(self.cohort.values).any(axis=1)
        if at.pairs is not None:
            return ~np.isnan(at.seen) & np.isnan(at.values)
        made: np.ndarray = self.patterns.made if at.made is None else at.made
        return np.asarray(made[:, j] & ~made.all(axis=1))

    def not_seen(self, week: int) -> tuple[str, np.ndarray]:
        """Why some have no value at a week, and who they are: no visit then, or none to carry forward. Whom complete cases leave out
        for another visit is not among them."""
        j = self.cohort.column_index(week)
        if self.plan.missing == "locf":
            return f"with no visit after baseline up to week {week}", np.isnan(self.values[:, j])
        missing = np.isnan(self.cohort.values[:, j])
        return f"without {self.cohort.score} at week {week}" if self.came_without(week) else f"with no visit at week {week}", missing

    def came_without(self, week: int) -> bool:
        """Whether somebody without the score at a week came then: another measure of the file was recorded."""
        return self.counted is None and came_without(self.cohort, week)

    @cached_property
    def apart(self) -> bool:
        """Whether that is so at some week: what is missing is then said to be the score, not the visit."""
        return any(map(self.came_without, self.cohort.weeks))


def row(
    group1: str | Total,
    level: Level,
    variable: str | None,
    variable_level: str | None,
    week: int | None,
    enrolled: int,
    analysed: int,
    **stats: object,
) -> dict[str, object]:
    """One row of a result's table: keys, statistics, and the three counts that every row carries."""
    return {
        "group1": group1,
        "group1_level": level,
        "variable": variable,
        "variable_level": variable_level,
        "week": week,
        **stats,
        "n_enrolled": enrolled,
        "n_analysed": analysed,
        "n_excluded": enrolled - analysed,
    }


def table(rows: Iterable[dict[str, object]], statistics: Sequence[str] = ()) -> pd.DataFrame:
    """Rows as a result's table: keys first, then the statistics as met; ``statistics`` are there even if no row has them."""
    found = list(rows)
    if not found:
        return pd.DataFrame(columns=[*KEYS, *statistics, "n_enrolled", "n_analysed", "n_excluded"])
    names, index = dict.fromkeys([*(name for one in found for name in one), *statistics]), pd.RangeIndex(len(found))
    return pd.DataFrame({name: _column([one.get(name, np.nan) for one in found], index) for name in names}, index=index)


#: Of these types are the values of a column of whole numbers, of numbers, and of text.
_WHOLE = frozenset((int, np.int64))
_NUMBERS = _WHOLE | {float, np.float64, type(None)}
_TEXT = frozenset((str, float, type(None)))


def _column(values: list[object], index: pd.Index) -> np.ndarray | pd.Series:
    """A column of a table as pandas would make it, but that text is Python's: its own text columns cost a screen several milliseconds
    in making, comparing and picking rows."""
    kinds = {*map(type, values)}
    if kinds <= _WHOLE:
        return np.array(values, dtype=np.int64)
    if kinds <= _NUMBERS and kinds != {type(None)}:
        return np.array(values, dtype=float)
    if str in kinds and kinds <= _TEXT:
        return pd.Series([np.nan if value is None else value for value in values], index, dtype=object)
    column = pd.Series(values, index)
    return column.astype(object) if isinstance(column.dtype, pd.StringDtype) else column
