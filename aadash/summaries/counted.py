"""A cohort of which only counts are known, read by the analyses visit by visit: no patient, real or made up, stands in it.

The analyses of one week after the other (:data:`STRAIGHT`) ask of a visit which baselines and values there are and how often, and in
which level. So ten million patients are a few hundred thousand pairs, whatever their number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pandas as pd

from aadash.analyses.visits import Pairs, Patterns, PatternSums, Visit
from aadash.cohort import Cohort
from aadash.endpoints import endpoint
from aadash.errors import AadashError
from aadash.measure import Measure
from aadash.plan import AnalysisPlan
from aadash.responder_rules import PercentImprovement, Reached
from aadash.strata import Strata
from aadash.summaries.blocks import Blocks, patterns_of, sums_of

#: Analyses that read a cohort visit by visit.
STRAIGHT = (
    *("salt_over_time", "change_from_baseline", "responders", "responders_between", "between_strata", "mixed_anova"),
    *("rank_differences", "equivalence", "participants", "band_differences"),
)
#: Analyses that look at every column by itself, and at visits.
DESCRIBED = ("baseline", "estimand")
#: Pairs are looked up in a table of so many places, else by search: tenths of a scale to 100 are a million pairs.
DENSE = 4_000_000
#: Rules under which a visit's value depends on other visits.
LOOKING = ("locf", "complete")


@dataclass(frozen=True, eq=False)
class Sized(Strata):
    """A split of which the sizes are known; ``rest`` patients have no level."""

    sizes: tuple[int, ...] = ()
    rest: int = 0

    @property
    def counts(self) -> tuple[int, ...]:
        """Patients in each level."""
        return self.sizes

    @property
    def unassigned(self) -> int:
        """Patients without a level."""
        return self.rest


@dataclass(frozen=True, eq=False)
class Week:
    """The pairs of one week that somebody has, in the order of ``pairs``: baseline and value in units of the grid (-1: none), and how
    many patients have each."""

    pairs: Pairs
    baseline: np.ndarray
    value: np.ndarray
    n: np.ndarray

    @classmethod
    def of(cls, baseline: np.ndarray, value: np.ndarray, n: np.ndarray, grid: int) -> Week:
        """Of different pairs in any order."""
        pairs, order = Pairs.ordered(_points(baseline, grid), _points(value, grid))
        return cls(pairs, baseline[order].astype(np.int32), value[order].astype(np.int32), n[order].astype(float))

    def places(self, baseline: np.ndarray, value: np.ndarray) -> np.ndarray:
        """Where these pairs stand."""
        width = int(self.value.max(initial=0)) + 2

        def key(b: np.ndarray, v: np.ndarray) -> np.ndarray:
            return (b.astype(np.int64) + 1) * width + v + 1

        mine, wanted = key(self.baseline, self.value), key(baseline, value)
        last = int(mine.max(initial=0))
        if last <= DENSE:
            table = np.zeros(last + 1, dtype=np.int32)
            table[mine] = np.arange(len(mine))
            return table[wanted]
        order = mine.argsort()
        return order[np.searchsorted(mine, wanted, sorter=order)]

    def whole(self, counts: np.ndarray) -> np.ndarray:
        """``counts`` (pairs, levels) with those who are in no level as a last column."""
        out = np.empty((len(self.n), counts.shape[1] + 1), order="F")
        out[:, :-1] = counts
        out[:, -1] = self.n - counts.sum(axis=1)
        return out

    def by_code(self, codes: np.ndarray, levels: int) -> np.ndarray:
        """The counts of levels that the pair itself decides (``codes``, -1: none)."""
        out = np.zeros((len(self.n), levels + 1), order="F")
        for code in (*range(levels), -1):
            np.copyto(out[:, code], self.n, where=codes == code)
        return out


class Source(Protocol):
    """Where the counts of a split come from."""

    def pairs(self, week: int) -> tuple[Pairs, np.ndarray]:
        """The pairs of a week after baseline, and the patients of each in each level, at last without one."""

    def ruled(self, week: int, rule: str) -> tuple[Pairs, np.ndarray, np.ndarray]:
        """The pairs of a week under a rule of :data:`LOOKING`, the patients of each as above, and the value as recorded."""

    def patterns(self) -> Patterns:
        """The visits made, by whether the baseline is 0."""

    def blocks(self) -> list[Blocks]:
        """The sums and cross-products of each level's missing patterns."""

    def courses(self) -> pd.DataFrame:
        """Patients whose lines may be drawn, by their code; weeks as columns, and the place of their level as the last."""


class CountedCohort(Cohort):
    """A cohort that is counted. ``patients`` lists what each column holds, one value below the other: no row is a patient."""

    @property
    def given_splits(self) -> dict[str, Strata]:
        """The split that is counted."""
        return self.__dict__.get("_given", {})

    @property
    def given_counts(self) -> Counts:
        """The counts."""
        return self.__dict__["_counts"]  # type: ignore[no-any-return]

    def __len__(self) -> int:
        return self.__dict__.get("_n", 0)


@dataclass(eq=False)
class Counts:
    """What the analyses ask of a counted cohort (:class:`aadash.analyses.visits.Counted`)."""

    source: Source
    weeks: Sequence[int]
    grid: int
    described: Mapping[str, np.ndarray] = field(default_factory=dict)
    rule: str = "observed"

    def facts(self, column: str) -> np.ndarray:
        """How many patients of each level, and at last without one, have each value that the column lists."""
        return self.described[column]

    def visit(self, week: int) -> Visit:
        """One week."""
        kept = self.__dict__.setdefault("_visits", {})
        if week not in kept:
            kept[week] = self._visit(week)
        return kept[week]  # type: ignore[no-any-return]

    def _visit(self, week: int) -> Visit:
        if self.rule in LOOKING:
            return Visit.counted(*self.source.ruled(week, self.rule))
        pairs, counts = self.source.pairs(week or (self.weeks[1] if len(self.weeks) > 1 else 0))
        if week:
            return Visit.counted(pairs, counts)
        found, place = np.unique(pairs.baseline, return_inverse=True)
        baselines, order = Pairs.ordered(found, found)
        return Visit.counted(baselines, np.column_stack([np.bincount(place, weights=column) for column in counts.T])[order])

    def patterns(self) -> Patterns:
        """The visits made."""
        kept = self.__dict__.setdefault("_visits", {})
        if "patterns" not in kept:
            kept["patterns"] = self.source.patterns()
        return kept["patterns"]  # type: ignore[no-any-return]

    def level_patterns(self) -> Patterns:
        """The visits made in each level."""
        return patterns_of(self._blocks(), len(self.weeks))

    def modelled(self, what: str) -> PatternSums:
        """What a mixed model reads."""
        found = sums_of(self._blocks(), len(self.weeks), self.grid, what)
        return found.carried() if self.rule == "locf" else found

    def _blocks(self) -> list[Blocks]:
        kept = self.__dict__.setdefault("_visits", {})
        if "blocks" not in kept:
            kept["blocks"] = self.source.blocks()
        return kept["blocks"]  # type: ignore[no-any-return]

    def shown(self) -> tuple[np.ndarray, np.ndarray, pd.Index]:
        """Courses to draw."""
        found = self.source.courses()
        return found[list(self.weeks)].to_numpy(dtype=float), found["level"].to_numpy(dtype=int), pd.Index(found.index)


def _points(units: np.ndarray, grid: int) -> np.ndarray:
    return np.where(units < 0, np.nan, units / grid)


def can(name: str, plan: AnalysisPlan, measure: Measure) -> bool:
    """Whether an analysis under a plan reads no more than visits: whom each filter leaves out is none of these."""
    try:
        rule = endpoint(plan.endpoint, measure)
    except AadashError:
        return False
    return (
        name in STRAIGHT
        and not (name == "participants" and plan.filters)
        and isinstance(rule, PercentImprovement | Reached)
        and measure.low == 0
    )


def counted_cohort(
    source: Source,
    weeks: Sequence[int],
    measure: Measure,
    grid: int,
    strata: Sized,
    n: int,
    *,
    name: str,
    facts: Mapping[str, Sequence[object] | pd.Series],
    roles: Mapping[str, str],
    synthetic: bool = False,
    described: Mapping[str, np.ndarray] | None = None,
    rule: str = "observed",
) -> CountedCohort:
    """A cohort of counts. ``facts`` holds the values of each column, which tell the analyses what kind of column it is;
    ``described`` how many patients of each level have each of them, where that is known; ``rule`` is that for missing visits."""
    longest = max([1, *map(len, facts.values())])
    index = pd.Index([f"value {i + 1}" for i in range(longest)])
    columns = {
        c: values.set_axis(index[: len(values)]).reindex(index)
        if isinstance(values, pd.Series)
        else pd.Series([*values, *[None] * (longest - len(values))], index=index)
        for c, values in facts.items()
    }
    known = {c: np.vstack([n, np.zeros((longest - len(n), n.shape[1]))]) for c, n in (described or {}).items()}
    cohort = CountedCohort(
        pd.DataFrame(columns, index=index),
        pd.DataFrame(np.nan, index=index, columns=list(weeks)),
        name=name,
        roles={role: column for role, column in roles.items() if column in columns},
        synthetic=synthetic,
        score=measure.name,
        measure=measure,
    )
    cohort.__dict__.update(_given={strata.name: strata}, _counts=Counts(source, weeks, grid, known, rule), _n=n)
    return cohort
