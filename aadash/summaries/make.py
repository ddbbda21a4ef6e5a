"""A cohort as sums."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from aadash.analyses.intercurrent import kinds_told
from aadash.analyses.visits import PatternSums
from aadash.cohort import Cohort
from aadash.endpoints import filled, responses
from aadash.errors import SummaryError
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.strata import MAX_LEVELS, Strata, split, stratifiers
from aadash.summaries.cells import counted_cells
from aadash.summaries.form import FORMAT, VERSION, Block, Level, Pair, Scale, Split, Summary
from aadash.summaries.nested import given_away
from aadash.summaries.protect import protected
from aadash.version import VERSION as SOFTWARE

#: Rules whose (baseline, value) pairs are counted. Under NRI and the mixed model the pairs are those of what was seen.
PAIRED = ("observed", "locf", "complete")
#: Units of one point that are tried, coarsest first.
GRIDS = (1, 10, 100, 1000)


def summarise(
    cohort: Cohort,
    plan: AnalysisPlan,
    *,
    centre: str = "",
    by: Sequence[str] = (),
    minimum: int = 5,
    model: ModelPlan | None = None,
) -> Summary:
    """The patients whom ``plan`` includes, as sums.

    Parameters
    ----------
    centre
        What the hospital calls itself; the cohort's name without it.
    by
        Stratifiers beside the plan's own; every one that the cohort offers if empty.
    minimum
        No cell of fewer patients is shown (:func:`aadash.summaries.protect.protected`); 1 shows all, and then the summary gives every
        number of :data:`aadash.summaries.SUFFICES` to the last digit.
    model
        The model of response whose cells are counted; :meth:`aadash.model_plan.ModelPlan.prespecified` without it.

    Raises
    ------
    SummaryError
        For scores with more than three decimals, and for a minimum below 1.
    """
    if minimum < 1:
        raise SummaryError(f"The smallest cell is {minimum}", expected="1 or more patients")
    included = plan.included(cohort)
    grid = grid_of(included.values)
    names = ["none", *dict.fromkeys([plan.stratifier, *(by or stratifiers(included))])]
    splits, between = [], {}
    before: list[np.ndarray] = []
    for name in dict.fromkeys(names):
        strata = split(included, name, plan.severity_cut, plan.column_cut if name == plan.stratifier else None)
        splits.append(_split(included, plan, strata, grid))
        hidden = [who for other in before if minimum > 1 for who in given_away(other, strata.codes)]
        between[name] = _levels(included, plan, [(None, "", who) for who in hidden], grid)
        before += [strata.codes] if name != "none" else []
    model = ModelPlan.prespecified(included) if model is None else model
    left = _joint(included, plan, next(one for one in splits if one.name == plan.stratifier), model, grid, crossing=minimum <= 1)
    measure = included.measure
    whole = Summary(
        format=FORMAT,
        version=VERSION,
        software=SOFTWARE,
        centre=centre or included.name,
        measure=Scale(name=measure.name, low=measure.low, high=measure.high, better=measure.better, unit=measure.unit, grid=grid),
        weeks=list(included.weeks),
        n=len(included),
        minimum=minimum,
        splits=splits,
        columns={role: column for role, column in included.roles.items() if column in countable(included)},
        ordered={
            str(c): [str(v) for v in included.fact(c).cat.categories]
            for c in countable(included)
            if isinstance(included.fact(c).dtype, pd.CategoricalDtype)
        },
        model=model.to_json() if not left else "",
        suppressed=[left] if left else [],
        synthetic=included.synthetic,
        events=kinds_told(included),
    )
    return protected(whole, minimum, between)


def grid_of(values: np.ndarray) -> int:
    """Units of one point in which every score is a whole number. Raises SummaryError."""
    seen = values[~np.isnan(values)]
    for grid in GRIDS:
        if np.allclose(seen * grid, np.round(seen * grid), rtol=0, atol=1e-6):
            return grid
    raise SummaryError("The scores have more than three decimals", expected="scores with at most three", fix="Round them in the file")


def countable(cohort: Cohort) -> list[str]:
    """Columns whose values may be counted one by one: baseline facts with few levels, and numbers."""
    out = []
    for column in cohort.baseline_columns:
        series = cohort.fact(column)
        if pd.api.types.is_numeric_dtype(series) or series.nunique() <= MAX_LEVELS:
            out.append(str(column))
    return out


def _split(cohort: Cohort, plan: AnalysisPlan, strata: Strata, grid: int) -> Split:
    groups: list[tuple[str | None, str, np.ndarray]] = [
        (level, label, strata.members(level)) for level, label in zip(strata.levels, strata.labels, strict=True)
    ]
    if strata.unassigned:
        groups.append((None, "", strata.codes < 0))
    return Split(name=strata.name, title=strata.title, cut=strata.cut, levels=_levels(cohort, plan, groups, grid))


def _levels(cohort: Cohort, plan: AnalysisPlan, groups: Sequence[tuple[str | None, str, np.ndarray]], grid: int) -> list[Level]:
    status = {e.name: responses(cohort, e, "observed")[0] for e in [plan.rule(cohort)]}
    defined = {e.name: e.defined(cohort.baseline) for e in [plan.rule(cohort)]}
    return [_level(cohort, name, label, who, grid, status, defined) for name, label, who in groups]


def _joint(cohort: Cohort, plan: AnalysisPlan, own: Split, model: ModelPlan, grid: int, crossing: bool) -> str:
    """Add to the plan's own split what looks at several facts of a patient at once; "" or why the model's cells are not among it."""
    strata = split(cohort, plan.stratifier, plan.severity_cut, plan.column_cut)
    groups = [strata.members(level.level) if level.level is not None else strata.codes < 0 for level in own.levels]
    week = plan.at_week(cohort)
    others = [
        strata if name == plan.stratifier else split(cohort, name, plan.severity_cut)
        for name in stratifiers(cohort)
        if crossing and name != "none" and (week or len(cohort.weeks) == 1)
    ]
    rule = plan.rule(cohort)
    courses = course_texts(cohort.values, responses(cohort, rule, "observed")[0], rule.defined(cohort.baseline))
    cells, left = counted_cells(cohort, model, courses, groups)
    for level, who, found in zip(own.levels, groups, cells, strict=True):
        level.within = [crossed(cohort, one, who, week, grid) for one in others]
        level.cells = {} if left else {rule.name: found}
    return left


def crossed(cohort: Cohort, strata: Strata, who: np.ndarray, week: int, grid: int) -> Split:
    """The patients of ``who`` split: sizes, and pairs at a week."""
    j, levels = cohort.column_index(week), []
    groups = [(name, label, strata.members(name)) for name, label in zip(strata.levels, strata.labels, strict=True)]
    for name, label, members in [*groups, (None, "", strata.codes < 0)]:
        here = members & who
        pairs = {rule: {str(week): _pairs(*_both(cohort, rule, here, j), grid)} for rule in PAIRED}
        levels.append(Level(level=name, label=label, n=int(here.sum()), pairs=pairs))
    return Split(name=strata.name, title=strata.title, cut=strata.cut, levels=levels)


def _both(cohort: Cohort, rule: str, who: np.ndarray, j: int) -> tuple[np.ndarray, np.ndarray]:
    """Baseline and value at a visit under a rule, of those whom it keeps."""
    values, base = filled(cohort, rule)[0][who], cohort.values[who, 0]
    kept = ~np.isnan(values).any(axis=1) if rule == "complete" else np.ones(len(values), dtype=bool)
    return base[kept], values[kept, j]


def _level(
    cohort: Cohort,
    name: str | None,
    label: str,
    who: np.ndarray,
    grid: int,
    status: dict[str, np.ndarray],
    defined: dict[str, np.ndarray],
) -> Level:
    pairs = {
        rule: {
            str(week): _pairs(*_both(cohort, rule, who, j), grid) for j, week in enumerate(cohort.weeks) if j or len(cohort.weeks) == 1
        }
        for rule in PAIRED
    }
    percent = 100.0 + cohort.percent_change[who]
    return Level(
        level=name,
        label=label,
        n=int(who.sum()),
        pairs=pairs,
        scores=_blocks(np.round(cohort.values[who] * grid)),
        percent=_blocks(percent),
        facts={column: _facts(cohort.fact(column)[who]) for column in countable(cohort)},
        courses={e: _courses(cohort.values[who], status[e][who], defined[e][who]) for e in status},
    )


def _pairs(base: np.ndarray, value: np.ndarray, grid: int) -> list[Pair]:
    empty = -(10**9)
    both = np.column_stack([np.where(np.isnan(x), empty, np.round(x * grid)).astype(np.int64) for x in (base, value)])
    found, counts = np.unique(both, axis=0, return_counts=True)

    def known(x: np.int64) -> int | None:
        return None if x == empty else int(x)

    return [(known(b), known(v), int(n)) for (b, v), n in zip(found, counts, strict=True)]


def _blocks(values: np.ndarray) -> list[Block]:
    found = PatternSums.about(values, np.zeros(len(values), dtype=int), 0.0)  # summed as the analyses sum rows, digit for digit
    out = []
    for seen, n, sums, products in zip(found.seen, found.n, found.sums, found.products, strict=True):
        upper = products[np.ix_(seen, seen)][np.triu_indices(int(seen.sum()))]
        out.append(Block(pattern="".join("01"[int(s)] for s in seen), n=int(n), sums=sums[seen].tolist(), products=upper.tolist()))
    return out


def _facts(series: pd.Series) -> list[tuple[str | float | None, int]]:
    number = pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series)
    counts = series.astype(float if number else object).value_counts(dropna=False)
    found: list[tuple[str | float | None, int]] = []
    for value, n in zip(counts.index.to_numpy(dtype=object), counts.to_numpy(), strict=True):
        if n:
            found.append((None if pd.isna(value) else float(value) if number else str(value), int(n)))
    return sorted(found, key=lambda pair: (pair[0] is None, isinstance(pair[0], str), pair[0] or 0 if number else str(pair[0])))


def _courses(values: np.ndarray, status: np.ndarray, defined: np.ndarray) -> list[tuple[str, int]]:
    found, counts = np.unique(np.array(course_texts(values, status, defined), dtype=object).astype(str), return_counts=True)
    return [(str(text), int(n)) for text, n in zip(found, counts, strict=True)]


def course_texts(values: np.ndarray, status: np.ndarray, defined: np.ndarray) -> list[str]:
    """The course of response of each patient, as :class:`aadash.summaries.form.Level` writes it."""
    status = np.where(defined[:, None], status, np.where(np.isnan(values), np.nan, 0))
    signs = np.where(np.isnan(status), "-", np.where(status == 1, "1", "0"))
    return [("" if known else "u") + "".join(row) for row, known in zip(signs, defined, strict=True)]
