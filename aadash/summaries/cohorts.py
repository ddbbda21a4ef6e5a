"""Stand-in cohorts: made-up patients who have the sums of a summary.

An analysis that reads nothing of a cohort but those sums gives, of the stand-in, the number that it gives of the patients. No stand-in
patient is a real one: which value at one week belongs with which at another, and which age with which sex, is arbitrary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from aadash.analyses.visits import Patterns, PatternSums
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.measure import Measure
from aadash.strata import Strata
from aadash.summaries.blocks import block_rows, patterns_of, sums_of
from aadash.summaries.courses import course_row
from aadash.summaries.form import Block, Level, Pair, Split, Summary


class StandIn(Cohort):
    """A cohort made from sums. ``given_splits`` are the splits that the summary counts, which no column of it could give."""

    @property
    def given_splits(self) -> dict[str, Strata]:
        """Name → the stand-in patients split."""
        return self.__dict__.get("_given", {})

    @property
    def given_sums(self) -> dict[str, PatternSums] | None:
        """The sums of "values" and "percent_change" that it was made from, if it was made from such."""
        return self.__dict__.get("_sums")

    @property
    def given_patterns(self) -> Patterns | None:
        """The visits made and whether the baseline is 0, as these sums count them."""
        return self.__dict__.get("_patterns")

    @property
    def given_weights(self) -> np.ndarray | None:
        """How many patients each row stands for; None where each stands for one."""
        return self.__dict__.get("_weights")

    def __len__(self) -> int:
        return len(self.salt) if self.given_weights is None else int(self.given_weights.sum())

    @property
    def given_menu(self) -> dict[str, str] | None:
        """The splits that there are, where other columns are crossed with the plan's own."""
        return self.__dict__.get("_menu")


@dataclass(frozen=True, eq=False)
class Weighed(Strata):
    """A split of rows that stand for several patients each."""

    weights: np.ndarray = field(default_factory=lambda: np.empty(0))

    @property
    def counts(self) -> tuple[int, ...]:
        """Patients in each level."""
        return tuple(int(self.weights[self.codes == i].sum()) for i in range(len(self.levels)))

    @property
    def unassigned(self) -> int:
        """Patients without a level."""
        return int(self.weights[self.codes < 0].sum())


def by_pairs(summary: Summary, split: Split, rule: str) -> Cohort:
    """As many patients, with the right value at every week beside each baseline, and the right facts, within each level.

    Within a level patients are sorted by baseline, and each week's values within a baseline, a visit not made first: under LOCF, where
    only the first visits can be empty, a stand-in patient's gap then never comes after a visit. Under complete cases those who
    were seen at every visit come first; each of the others has a gap, as has each real one.
    """
    wanted = rule if rule in ("locf", "complete") else "observed"
    if any(wanted not in level.pairs for level in split.levels if level.n):
        raise NotComputable(
            "Counts of a baseline with a later value were suppressed, as few patients share them",
            fix="Ask the centres for a summary with a smallest cell of 1, if their boards allow it",
        )
    parts, facts = [], []
    for level in split.levels:
        weeks = level.pairs.get(wanted, {})
        values = _arranged(summary, weeks, sum(n for _, _, n in next(iter(weeks.values()), [])))
        if wanted == "complete":
            rest = {week: less(level.pairs["observed"][week], pairs) for week, pairs in weeks.items()}
            values = np.vstack([values, _arranged(summary, rest, level.n - len(values), spread=True)])
        parts.append(values)
        facts.append(facts_of(level))
    return stand_in(summary, split, parts, summary.measured(), pd.concat(facts, ignore_index=True) if facts else pd.DataFrame())


def less(pairs: Sequence[Pair], taken: Sequence[Pair]) -> list[Pair]:
    """The patients of ``pairs`` who are not among ``taken``."""
    gone = {(b, v): n for b, v, n in taken}
    return [(b, v, n - gone.get((b, v), 0)) for b, v, n in pairs if n > gone.get((b, v), 0)]


def _arranged(summary: Summary, weeks: Mapping[str, Sequence[Pair]], n: int, *, spread: bool = False) -> np.ndarray:
    """Patients with each week's pairs; with ``spread`` the gaps of the weeks go to one patient of a baseline after the other."""
    values, begin = np.full((n, len(summary.weeks)), np.nan), 0
    if not n:
        return values
    grid, of = summary.measure.grid, {week: _by_baseline(pairs) for week, pairs in weeks.items()}
    sizes = {b: sum(count for _, count in found) for b, found in next(iter(of.values())).items()}
    for b in sorted(sizes, key=lambda x: -1 if x is None else x):
        rows = np.arange(begin, begin := begin + sizes[b])
        values[rows, 0] = np.nan if b is None else b / grid
        at = 0
        for j, week in enumerate(summary.weeks):
            if str(week) not in of or not j:
                continue
            mine = of[str(week)][b]
            column = np.repeat([np.nan if v is None else v / grid for v, _ in mine], [count for _, count in mine])
            values[np.roll(rows, -at) if spread else rows, j] = column
            at += int(np.isnan(column).sum())
    return values


def _by_baseline(pairs: Sequence[Pair]) -> dict[int | None, list[tuple[int | None, int]]]:
    """Baseline → its values at the week with their counts, a visit not made first."""
    out: dict[int | None, list[tuple[int | None, int]]] = {}
    for b, v, n in sorted(pairs, key=lambda pair: tuple(-1 if x is None else x for x in pair[:2])):
        out.setdefault(b, []).append((v, n))
    return out


def by_moments(summary: Summary, split: Split, *, percent: bool = False, weighed: bool = False) -> Cohort:
    """As many patients of each missing pattern, with the right sums and cross-products: values may lie outside the scale.

    With ``percent`` the percent change is right instead of the score: every known baseline is 100. With ``weighed`` a few rows of
    each pattern stand for its patients.
    """
    grid, k = 1 if percent else summary.measure.grid, len(summary.weeks)
    parts: list[np.ndarray] = []
    counts: list[int] = []
    for level in split.levels:
        blocks = level.percent if percent else level.scores
        if sum(block.n for block in blocks) != level.n:
            raise NotComputable("Missing patterns of few patients were suppressed, so no model can be fitted to these sums")
        if weighed:
            found = [block_rows(block, k, grid) for block in blocks if block.n]
            parts.append(np.vstack([np.empty((0, k)), *(rows for rows, _ in found)]))
            counts += [n for _, each in found for n in each.astype(int).tolist()]
            continue
        parts.append(np.vstack([_block(block, k, grid) for block in blocks] or [np.empty((0, k))]))
    low, high = _reach(parts)
    measure = replace(summary.measured(), low=min(low, summary.measure.low), high=max(high, summary.measure.high))
    rows = sum(map(len, parts))
    facts = listed(split, rows) if weighed else pd.DataFrame(index=range(rows))
    made = stand_in(summary, split, parts, measure, facts, counts if weighed else None, weighed)
    names = [level.level for level in split.levels if level.level is not None]
    levels = [(-1 if lv.level is None else names.index(lv.level), lv.scores, lv.percent) for lv in split.levels]
    if all(
        sum(block.n for block in blocks) == n
        for n, (_, *both) in zip((lv.n for lv in split.levels), levels, strict=True)
        for blocks in both
    ):
        sums = {what: sums_of(levels, k, summary.measure.grid, what) for what in ("values", "percent_change")}
        made.__dict__.update(_sums=sums, _patterns=patterns_of(levels, k))
    return made


def by_courses(summary: Summary, split: Split, endpoint: str, *, weighed: bool = False) -> Cohort:
    """As many patients with each course of response: 0 where the endpoint is reached, the top of the scale where it is not; with
    ``weighed`` a row for each course, which stands for all who have it."""
    found = [rows_of_courses(summary, level, endpoint) for level in split.levels]
    parts, weights = [rows for rows, _ in found], [n for _, counts in found for n in counts]
    facts = listed(split, len(weights)) if weighed else pd.DataFrame(index=range(len(weights)))
    return stand_in(summary, split, parts, summary.measured(), facts, weights, weighed)


def rows_of_courses(summary: Summary, level: Level, endpoint: str) -> tuple[np.ndarray, list[int]]:
    """A row for each course of response of a level, and how many patients have it. Raises NotComputable where they are not counted."""
    if endpoint not in level.courses:
        raise NotComputable(
            f"This summary does not count the courses of {endpoint}",
            expected="one of " + ", ".join(level.courses) if level.courses else "counts that were not suppressed",
        )
    courses = level.courses[endpoint]
    rows = [course_row(text, endpoint, summary.measured(), summary.measure.grid) for text, _ in courses]
    return np.array(rows, dtype=float).reshape(len(rows), len(summary.weeks)), [n for _, n in courses]


def listed(split: Split, rows: int) -> pd.DataFrame:
    """The values that each column has, one below the other as far as there are rows: they tell what kind of column it is, and no
    more."""
    values: dict[str, dict[str | float, None]] = {}
    for level in split.levels:
        for column, found in level.facts.items():
            values.setdefault(column, {}).update({value: None for value, _ in found if value is not None})
    return pd.DataFrame({c: ([*found] + [None] * rows)[:rows] for c, found in values.items()}, index=range(rows), dtype=object)


def facts_of(level: Level) -> pd.DataFrame:
    """The facts of a level's patients, each by itself in an order of its own."""
    return pd.DataFrame({c: [v for v, n in counts for _ in range(n)] for c, counts in level.facts.items()}, index=range(level.n))


def _block(block: Block, weeks: int, grid: int) -> np.ndarray:
    """``block.n`` rows with the block's sums and cross-products, on the visits that its pattern has.

    With the centred cross-products S = U diag(w) Uᵀ and Helmert contrasts H (orthonormal, orthogonal to 1), the rows of
    mean + H diag(√w) Uᵀ have the mean and the cross-products asked for.
    """
    made = np.array([sign == "1" for sign in block.pattern])
    out = np.full((block.n, weeks), np.nan)
    k = int(made.sum())
    if not k or not block.n:
        return out
    mean = np.array(block.sums) / block.n
    w, u = np.linalg.eigh(block.centred())
    kept = np.argsort(w)[::-1][: min(block.n - 1, k)]
    w, u = np.clip(w[kept], 0, None), u[:, kept]
    helmert = np.zeros((block.n, len(kept)))
    for j in range(len(kept)):
        helmert[: j + 1, j], helmert[j + 1, j] = 1.0, -(j + 1.0)
        helmert[:, j] /= np.sqrt((j + 1) * (j + 2))
    out[:, made] = (mean + helmert * np.sqrt(w) @ u.T) / grid
    return out


def _reach(parts: list[np.ndarray]) -> tuple[float, float]:
    values = np.concatenate([p[~np.isnan(p)].ravel() for p in parts] or [np.zeros(1)])
    return (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)


def stand_in(
    summary: Summary,
    split: Split,
    parts: list[np.ndarray],
    measure: Measure,
    facts: pd.DataFrame,
    counts: Sequence[int] | np.ndarray | None = None,
    weighed: bool = False,
) -> StandIn:
    """A cohort of rows of ``parts``, level by level, with ``facts``: each ``counts`` times, or, ``weighed``, for so many patients."""
    sizes, rows = [len(part) for part in parts], np.vstack(parts)
    weights = np.asarray(counts if counts is not None else np.ones(len(rows)), dtype=int)
    sources = np.repeat(np.arange(len(split.levels)), sizes)
    if counts is not None and not weighed:
        rows, facts, sources = rows.repeat(weights, axis=0), facts.loc[facts.index.repeat(weights)], sources.repeat(weights)
    index = pd.Index([f"stand-in {i + 1}" for i in range(len(facts))])
    facts.index = index
    for column in facts:
        if not any(isinstance(value, str) for value in facts[column]):
            facts[column] = facts[column].astype(float)
    for column, values in summary.ordered.items():
        if column in facts:
            facts[column] = pd.Categorical(facts[column], categories=values, ordered=True)
    named = [level for level in split.levels if level.level is not None]
    code = {level.level: i for i, level in enumerate(named)}
    codes = np.array([code.get(level.level, -1) for level in split.levels], dtype=int)[sources]
    known = tuple(str(level.level) for level in named), tuple(level.label for level in named), codes, split.cut
    strata = Weighed(split.name, split.title, *known, weights) if weighed else Strata(split.name, split.title, *known)
    made = StandIn(
        facts,
        pd.DataFrame(rows, index=index, columns=summary.weeks),
        name=summary.centre,
        roles={role: column for role, column in summary.columns.items() if column in facts},
        synthetic=summary.synthetic,
        score=measure.name,
        measure=measure,
    )
    made.__dict__.update(_given={split.name: strata}, _weights=weights.astype(float) if weighed else None)
    made.__dict__["given_events"] = tuple(summary.events or ())
    return made
