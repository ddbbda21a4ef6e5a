"""A summary as a counted cohort: what hospitals' sums say of a split, read by the analyses visit by visit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from aadash.analyses.visits import Pairs, Patterns
from aadash.errors import NotComputable
from aadash.summaries.blocks import Blocks, patterns_of
from aadash.summaries.counted import LOOKING, CountedCohort, Sized, Week, counted_cohort
from aadash.summaries.form import Level, Pair, Split, Summary
from aadash.summaries.ruled import of_rows


class FromSummary:
    """The counts that a summary holds of a split."""

    def __init__(self, summary: Summary, split: Split) -> None:
        self.weeks, self.levels, self.grid = summary.weeks, split.levels, summary.measure.grid
        names = [level.level for level in split.levels if level.level is not None]
        self.code = {name: i for i, name in enumerate(names)}
        if any("observed" not in level.pairs for level in split.levels if level.n):
            raise NotComputable(
                "Counts of a baseline with a later value were suppressed, as few patients share them",
                fix="Ask the centres for a summary with a smallest cell of 1, if their boards allow it",
            )

    def pairs(self, week: int) -> tuple[Pairs, np.ndarray]:
        """The pairs of a week."""
        parts = []
        for level in self.levels:
            table = _table(level.pairs.get("observed", {}).get(str(week), []))
            if len(table):
                parts.append(np.column_stack([np.full(len(table), self._of(level)), table]))
        codes, baseline, value, n = np.vstack(parts).T if parts else np.empty((4, 0), dtype=np.int64)
        both, place = np.unique(np.column_stack([baseline, value]), axis=0, return_inverse=True)
        found = Week.of(both[:, 0], both[:, 1], np.bincount(place.ravel(), weights=n, minlength=len(both)), self.grid)
        counts, known = np.zeros((len(both), len(self.code))), codes >= 0
        counts[found.places(baseline[known], value[known]), codes[known]] = n[known]
        return found.pairs, found.whole(counts)

    def ruled(self, week: int, rule: str) -> tuple[Pairs, np.ndarray, np.ndarray]:
        """The pairs of a week under a rule that looks at other visits: whoever was seen then, and is kept, has the recorded value, so
        the others are how many more have a pair under the one rule than under the other."""
        at, rows = str(week or (self.weeks[1] if len(self.weeks) > 1 else 0)), [np.empty((0, 5), dtype=np.int64)]
        for level in self.levels:
            seen, ruled = (_table(level.pairs.get(one, {}).get(at, [])) for one in ("observed", rule))
            counts = dict(zip(map(tuple, seen[:, :2].tolist()), seen[:, 2].tolist(), strict=True))
            for b, v, n in ruled.tolist():
                both = min(n, counts.get((b, v), 0))  # carried forward to some, seen at the week in these
                counts[b, v] = counts.get((b, v), 0) - both
                rows.append(np.array([[b, v, v, self._of(level), both], [b, v, -1, self._of(level), n - both]]))
            rows += [np.array([[b, -1, v, self._of(level), n]]) for (b, v), n in counts.items() if rule == "complete"]
        table = np.vstack(rows)
        table = table[table[:, 4] > 0]
        if not week:  # at baseline a complete case has his baseline, and nothing is carried there
            lost = (table[:, 1] < 0) & (rule == "complete")
            table[:, 1], table[:, 2] = np.where(lost, -1, table[:, 0]), table[:, 0]
        return of_rows(table[:, :3], table[:, 3], table[:, 4], len(self.code), self.grid)

    def patterns(self) -> Patterns:
        """The visits made: of those with a baseline, whoever has no percent change has a baseline of 0."""
        return patterns_of(self._levels(), len(self.weeks))

    def blocks(self) -> list[Blocks]:
        """The sums and cross-products of each level's missing patterns. Raises NotComputable where some were suppressed."""
        if any(sum(block.n for block in blocks) != level.n for level in self.levels for blocks in (level.scores, level.percent)):
            raise NotComputable("Missing patterns of few patients were suppressed, so no model can be fitted to these sums")
        return self._levels()

    def _levels(self) -> list[Blocks]:
        return [(self._of(level), level.scores, level.percent) for level in self.levels]

    def courses(self) -> pd.DataFrame:
        """None: a summary has no patient."""
        return pd.DataFrame(columns=[*self.weeks, "level"])

    def _of(self, level: Level) -> int:
        return -1 if level.level is None else self.code[level.level]


def _table(pairs: Sequence[Pair]) -> np.ndarray:
    """(baseline, value, patients), -1 for none."""
    return np.array([(-1 if b is None else b, -1 if v is None else v, n) for b, v, n in pairs], dtype=np.int64).reshape(-1, 3)


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


def from_summary(summary: Summary, split: Split, rule: str = "observed") -> CountedCohort:
    """A summary as a counted cohort under a rule for missing visits, split by ``split``."""
    source = FromSummary(summary, split)
    facts, described = _facts(summary, split)
    strata = sized(split)
    made = counted_cohort(
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
        described=described,
        rule=rule if rule in LOOKING else "observed",
    )
    made.__dict__["given_events"] = tuple(summary.events or ())
    return made


def _facts(summary: Summary, split: Split) -> tuple[dict[str, pd.Series], dict[str, np.ndarray]]:
    """The values of each column, typed as the file has them and nothing recorded last, and how many patients of each level, at last
    without one, have each."""
    facts, described = {}, {}
    levels = [level for level in split.levels if level.level is not None]
    for column in {column: None for level in split.levels for column in level.facts}:
        place: dict[str | float | None, int] = {}
        for level in split.levels:
            for value, _ in level.facts.get(column, []):
                if value is not None:
                    place.setdefault(value, len(place))
        values = [*place, None]
        place[None] = len(place)
        counts = np.zeros((len(values), len(levels) + 1))
        for level in split.levels:
            at = len(levels) if level.level is None else levels.index(level)
            for value, n in level.facts.get(column, []):
                counts[place[value], at] += n
        text = any(isinstance(value, str) for value in values)
        series = pd.Series(values, dtype=object if text else float)
        order = summary.ordered.get(column)
        facts[column] = series if order is None else pd.Series(pd.Categorical(series, categories=order, ordered=True))
        described[column] = counts
    return facts, described
