"""A summary as a counted cohort: what hospitals' sums say of a split, read by the analyses visit by visit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.analyses.visits import Pairs, Patterns
from aadash.errors import NotComputable
from aadash.summaries.blocks import Blocks, patterns_of
from aadash.summaries.counted import CountedCohort, Sized, Week, counted_cohort
from aadash.summaries.form import Level, Split, Summary


class FromSummary:
    """The counts that a summary holds of a split."""

    def __init__(self, summary: Summary, split: Split) -> None:
        self.weeks, self.levels, self.grid = summary.weeks, split.levels, summary.measure.grid
        names = [level.level for level in split.levels if level.level is not None]
        self.code = {name: i for i, name in enumerate(names)}
        if any("observed" not in level.pairs for level in split.levels if level.n):
            raise NotComputable(
                "Counts of a baseline with a later value were suppressed in this summary",
                fix="Ask the centres for a summary with a smallest cell of 1, if their boards allow it",
            )

    def pairs(self, week: int) -> tuple[Pairs, np.ndarray]:
        """The pairs of a week."""
        parts = []
        for level in self.levels:
            rows = level.pairs.get("observed", {}).get(str(week), [])
            if rows:
                table = np.array([(-1 if b is None else b, -1 if v is None else v, n) for b, v, n in rows], dtype=np.int64)
                parts.append(np.column_stack([np.full(len(table), self._of(level)), table]))
        codes, baseline, value, n = np.vstack(parts).T if parts else np.empty((4, 0), dtype=np.int64)
        both, place = np.unique(np.column_stack([baseline, value]), axis=0, return_inverse=True)
        found = Week.of(both[:, 0], both[:, 1], np.bincount(place.ravel(), weights=n, minlength=len(both)), self.grid)
        counts, known = np.zeros((len(both), len(self.code))), codes >= 0
        counts[found.places(baseline[known], value[known]), codes[known]] = n[known]
        return found.pairs, found.whole(counts)

    def ruled(self, week: int, rule: str) -> tuple[Pairs, np.ndarray, np.ndarray]:
        """Not held: which values stand in for missed visits."""
        raise NotImplementedError

    def patterns(self) -> Patterns:
        """The visits made: of those with a baseline, whoever has no percent change has a baseline of 0."""
        return patterns_of(self._levels(), len(self.weeks))

    def blocks(self) -> list[Blocks]:
        """The sums and cross-products of each level's missing patterns. Raises NotComputable where some were suppressed."""
        if any(sum(block.n for block in blocks) != level.n for level in self.levels for blocks in (level.scores, level.percent)):
            raise NotComputable("Missing patterns of few patients were suppressed in this summary, so no model can be fitted to it")
        return self._levels()

    def _levels(self) -> list[Blocks]:
        return [(self._of(level), level.scores, level.percent) for level in self.levels]

    def courses(self) -> pd.DataFrame:
        """None: a summary has no patient."""
        return pd.DataFrame(columns=[*self.weeks, "level"])

    def _of(self, level: Level) -> int:
        return -1 if level.level is None else self.code[level.level]


def sized(split: Split) -> Sized:
    """A split with the sizes of its levels."""
    named = [level for level in split.levels if level.level is not None]
    return Sized(
        split.name,
        split.title,
        tuple(str(level.level) for level in named),
        tuple(level.label for level in named),
        np.empty(0, dtype=int),
        split.cut,
        tuple(level.n for level in named),
        sum(level.n for level in split.levels if level.level is None),
    )


def from_summary(summary: Summary, split: Split) -> CountedCohort:
    """A summary as a counted cohort, split by ``split``."""
    source = FromSummary(summary, split)
    facts: dict[str, list[object]] = {}
    for level in split.levels:
        for column, found in level.facts.items():
            values = facts.setdefault(column, [])
            values += [v for v, _ in found if v is not None and v not in values]
    strata = sized(split)
    return counted_cohort(
        source,
        summary.weeks,
        summary.measured(),
        summary.measure.grid,
        strata,
        summary.n,
        name=summary.centre,
        facts=facts,
        roles=summary.columns,
        synthetic=summary.synthetic,
    )
