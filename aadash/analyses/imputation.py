"""Patients whose missing visits are imputed: who they are, their completed courses, and the pooled comparisons made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from aadash.analyses.absences import mostly_filled
from aadash.analyses.analysis_set import AnalysisSet
from aadash.endpoints import Endpoint
from aadash.errors import NotComputable
from aadash.formatting import counted, listing
from aadash.levels import ALL, Level
from aadash.result import Accounting, Caveat
from aadash.stats.dropout_weights import DropoutWeights, has_spread
from aadash.stats.imputation import Pooled, pool
from aadash.stats.pooled_rates import pool_rate_difference
from aadash.stats.repeated_imputation import RepeatedImputation, impute_repeated

SEED = 20250117
COPIES = 200


@dataclass(frozen=True, eq=False)
class Imputed:
    """The patients who can be imputed, their completed SALT, and what is asked of it."""

    s: AnalysisSet
    who: np.ndarray
    """(all patients,) booleans: with a baseline, and, where the cohort is split, a level."""
    copies: RepeatedImputation
    column: int
    codes: np.ndarray
    """(patients who can be,) position of the level among ``levels``; 0 where the cohort is not split."""
    levels: tuple[str, ...]

    @property
    def everyone_and_levels(self) -> tuple[Level, ...]:
        """All together, then each level."""
        return (ALL, *self.levels)

    @property
    def baseline(self) -> np.ndarray:
        """Baseline SALT of those patients."""
        return self.s.cohort.baseline[self.who]

    @property
    def unseen(self) -> np.ndarray:
        """(patients who can be,) booleans: whose week in question was drawn."""
        return self.copies.holes[:, self.column]

    def unseen_of(self, asked: np.ndarray) -> tuple[int, int]:
        """How many of each of the first two levels are unseen, of the patients ``asked`` (patients who can be,)."""
        a, b = (int((self.unseen & asked & (self.codes == i)).sum()) for i in (0, 1))
        return a, b

    def accounting(self, asked: np.ndarray | None = None, percent: bool = False, rule: Endpoint | None = None) -> Accounting:
        """Who was left out and why; ``asked`` (patients who can be,) where the question is not of all of them."""
        who = self.who.copy()
        if asked is not None:
            who[self.who] = asked
        return self.s.accounting(who, "without any visit", percent=percent, by_stratum=bool(self.levels), rule=rule)

    def without_level(self) -> Caveat | None:
        """Draws are made within a stratum, so who has none is in no number, not even of all patients."""
        n = int((~np.isnan(self.s.cohort.baseline) & (self.s.strata.codes < 0)).sum()) if self.levels else 0
        if not n:
            return None
        return Caveat(
            "not-drawn",
            f"{counted(n, 'patient')} of {len(self.s.cohort)} {'has' if n == 1 else 'have'} nothing recorded for "
            f"{self.s.strata.title}. Missing visits are drawn within each stratum, so “All patients” here is without them.",
            "To have all patients, choose no split.",
            "warning",
        )

    def mostly_drawn(self) -> Caveat | None:
        """More of a stratum's values at the week were drawn than seen."""
        names = [self.s.labels.label(lv) for lv in self.levels] or [self.s.labels.label(ALL)]
        cells = [(n, int((self.unseen & (self.codes == i)).sum()), int((self.codes == i).sum())) for i, n in enumerate(names)]
        text = mostly_filled(cells, self.s.plan.at_week(self.s.cohort), self.s.apart).strip()
        return Caveat("missing-at-random", text, "Say how many were seen beside the number.", "warning") if text else None

    def told_apart(self, y: np.ndarray, weights: DropoutWeights, what: str) -> Caveat | None:
        """That a weighted difference of ``y`` has no interval, because one of the two strata shows no spread."""
        flat = [lv for i, lv in enumerate(self.levels[:2]) if not has_spread(y, weights, self.codes == i)]
        if not flat:
            return None
        names = [self.s.labels.label(lv) for lv in flat]
        return Caveat(
            "no-spread",
            f"The weighted difference in {what} has no interval and no p: in {listing(names)} fewer than two patients were seen, "
            "or all have the same value.",
            "Read the imputed difference, and how few patients it is of.",
            "warning",
        )

    def change(self, delta: float | np.ndarray = 0.0) -> np.ndarray:
        """Change since baseline at the week in question, copies × patients."""
        return self.copies.completed(delta)[:, :, self.column] - self.baseline

    def response(self, delta: float | np.ndarray = 0.0) -> np.ndarray:
        """Responder status at the week in question, copies × patients; NaN where it is undefined."""
        rule, values = self.s.rule, self.copies.completed(delta)[:, :, self.column]
        return np.array([rule.response(self.baseline, one) for one in values])

    def members(self, level: Level) -> np.ndarray:
        """(patients who can be,) booleans."""
        return np.ones(len(self.codes), dtype=bool) if level is ALL else self.codes == self.levels.index(str(level))


def impute(s: AnalysisSet, copies: int = COPIES, seed: int = SEED, progress: Callable[[float], object] | None = None) -> Imputed:
    """Draw the missing visits of the included patients, each stratum by itself.

    Raises NotComputable without a follow-up visit, without a missing one, or where a stratum cannot be imputed.
    """
    s.require_followup()
    j = s.cohort.column_index(s.plan.at_week(s.cohort))
    split = len(s.levels) > 2
    who = ~np.isnan(s.cohort.baseline) & ((s.strata.codes >= 0) if split else True)
    values = s.cohort.values[who]
    if not np.isnan(values[:, j]).any():
        raise NotComputable(
            f"No included patient with a baseline misses week {s.plan.at_week(s.cohort)}, so there is nothing to impute",
            fix="Every rule for missing visits but complete cases gives the same answer there"
            if np.isnan(values).any()
            else "Every rule for missing visits gives the same answer there",
        )
    levels = tuple(map(str, s.levels[1:])) if split else ()
    codes = np.zeros(len(values), dtype=int)
    for i, level in enumerate(levels):
        codes[s.strata.members(level)[who]] = i
    used = [k for k in range(values.shape[1]) if not np.isnan(values[:, k]).all()]
    for i, level in enumerate(levels):
        mine = values[codes == i][:, used]
        never = [str(s.cohort.weeks[used[k]]) for k in np.flatnonzero(np.isnan(mine).all(axis=0))] if len(mine) else []
        if never:
            raise NotComputable(
                f"Nobody of {s.labels.label(level)} has {s.cohort.score} recorded at week {listing(never)}, so it cannot be imputed "
                "there",
                fix="Choose a coarser split, or filter to the other strata",
            )
    scale = s.cohort.measure
    bounds = (float(scale.low), float(scale.high))

    def tell(done: int, n: int) -> None:
        if progress is not None:
            progress(done / n)

    drawn = impute_repeated(values[:, used], codes, copies, seed, bounds=bounds, progress=tell)
    return Imputed(s, who, drawn, used.index(j), codes, levels)


def pooled_change(done: Imputed, change: np.ndarray, members: np.ndarray) -> Pooled:
    """Pooled mean change of some patients."""
    x, n = change[:, members], int(members.sum())
    return pool(x.mean(axis=1), x.var(axis=1, ddof=1) / n, n - 1, done.s.plan.level)


def pooled_change_difference(done: Imputed, change: np.ndarray) -> Pooled:
    """Pooled difference in mean change of the first two levels (first minus second), unequal variances; Welch's degrees of
    freedom, averaged over the copies, stand for those of complete data."""
    a, b = change[:, done.codes == 0], change[:, done.codes == 1]
    va, vb = a.var(axis=1, ddof=1) / a.shape[1], b.var(axis=1, ddof=1) / b.shape[1]
    df = (va + vb) ** 2 / (va**2 / (a.shape[1] - 1) + vb**2 / (b.shape[1] - 1))
    return pool(a.mean(axis=1) - b.mean(axis=1), va + vb, float(df.mean()), done.s.plan.level)


def pooled_response_difference(done: Imputed, response: np.ndarray) -> Pooled:
    """Pooled difference in responders of the first two levels; its limits end at ±1."""
    defined = ~np.isnan(response[0])
    a, b = response[:, (done.codes == 0) & defined], response[:, (done.codes == 1) & defined]
    q = pool_rate_difference(a.sum(axis=1), a.shape[1], b.sum(axis=1), b.shape[1], done.s.plan.level)
    return replace(q, ci_low=max(q.ci_low, -1.0), ci_high=min(q.ci_high, 1.0))  # no two rates differ by more
