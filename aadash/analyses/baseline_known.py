"""What is recorded of a baseline fact in a level: a patient each, or counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aadash.analyses.analysis_set import AnalysisSet
from aadash.analyses.baseline_columns import Fact
from aadash.analyses.visits import level_code
from aadash.levels import Total
from aadash.stats.descriptive import Tally


@dataclass(frozen=True)
class Known:
    """The recorded values of a fact in a level: a patient each, or of a counted cohort with how many have each."""

    fact: Fact
    values: np.ndarray
    counts: np.ndarray | None

    def k(self, category: object) -> int:
        """Patients who have a value."""
        hits = (self.values == category).astype(bool)
        return int(hits.sum() if self.counts is None else self.counts[hits].sum())

    @property
    def n(self) -> int:
        """In how many patients it is recorded."""
        return len(self.values) if self.counts is None else int(self.counts.sum())

    @property
    def sample(self) -> np.ndarray:
        """The numbers, or what the statistics take in their place."""
        if self.counts is None:
            return self.values.astype(float)
        order = np.argsort(self.values.astype(float), kind="stable")
        return Tally(self.values[order].astype(float), self.counts[order], ordered=True)  # type: ignore[return-value]

    @property
    def by_category(self) -> list[int]:
        """Patients in each category; of a yes/no those with yes and with no."""
        return [self.k(c) for c in ((True, False) if self.fact.kind == "yes" else self.fact.levels)]


def recorded(s: AnalysisSet, fact: Fact, level: str | Total) -> Known:
    """What is recorded of a fact in a level."""
    if fact.counts is None:
        return Known(fact, fact.values[fact.seen & s.strata.members(level)], None)
    code = level_code(s.strata.levels, level)
    counts = fact.counts.sum(axis=1) if code is None else fact.counts[:, code]
    seen = fact.seen & (counts > 0)
    return Known(fact, fact.values[seen], counts[seen])
