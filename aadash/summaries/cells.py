"""The cells of a yes/no model: how many patients of a level have each combination of predictors with each course of response.

A predictor that the model cuts is counted by its side of the cut, one that stays a number by its values, if these are few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from aadash.candidates import MAX_LEVELS, title
from aadash.cohort import Cohort
from aadash.endpoints import endpoint
from aadash.errors import AadashError, NotComputable
from aadash.filters import BASELINE, baseline_values, baselines, is_numeric
from aadash.levels import column_of
from aadash.model_plan import ModelPlan, Predictor
from aadash.plan import AnalysisPlan
from aadash.summaries.cohorts import listed, stand_in
from aadash.summaries.courses import baseline_of, course_of
from aadash.summaries.form import Cell, Split, Summary

#: A predictor that stays a number is counted by its values up to so many of them.
MANY = 200
LOW, HIGH = "<=", ">"


def counted_cells(
    cohort: Cohort, model: ModelPlan, courses: Sequence[str], groups: Sequence[np.ndarray]
) -> tuple[list[list[Cell]], str]:
    """The cells of each group of patients (booleans), and "" or the sentence that says why there are none."""
    why = refused(model)
    if why:
        return [[] for _ in groups], why
    columns = []
    for one in model.predictors:
        try:
            columns.append(_counted(cohort, one))
        except AadashError as error:
            return [[] for _ in groups], f"No model: {error.found}."
    patterns = list(zip(*columns, strict=True))
    out: list[list[Cell]] = []
    for who in groups:
        found = Counter((patterns[i], courses[i]) for i in np.flatnonzero(who).tolist())
        out.append([(list(pattern), course, n) for (pattern, course), n in sorted(found.items(), key=repr)])
    return out, ""


def refused(model: ModelPlan) -> str:
    """Why a model's cells are not counted, whatever the patients; "" where they are."""
    if model.outcome != "response" or model.missing != "complete":
        return "No model: only one of response, of complete cases, can be fitted to counts."
    return "" if model.predictors else "No model: there is no predictor."


def too_many(cohort: Cohort, one: Predictor, n: int, *, numeric: bool) -> None:
    """Raises NotComputable for a predictor of ``n`` different values that makes nearly every patient a cell of his own."""
    if one.cut is not None or n <= (MANY if numeric else MAX_LEVELS):
        return
    name = title(cohort, one.column)
    raise NotComputable(
        f"{name} has {n:,} different values, and with so many nearly every patient is a cell of the model alone. Cut it in two"
        if numeric
        else f"{name} has {n} different values, too many for levels (at most {MAX_LEVELS})"
    )


def _counted(cohort: Cohort, one: Predictor) -> list[str | float | None]:
    """A predictor as it is counted. Raises NotComputable for one with too many values, PlanError for no such column."""
    series, name = baseline_values(cohort, one.column), title(cohort, one.column)
    of_file = cohort.role(one.column) is not None
    if (one.column == BASELINE and cohort.severity_measure.name != cohort.score) or (
        one.column in baselines(cohort) and not of_file and one.column != BASELINE
    ):
        raise NotComputable(f"{name} is of another measure than the one that is counted")
    too_many(cohort, one, series.nunique(), numeric=is_numeric(series))
    if not is_numeric(series):
        return [None if pd.isna(v) else str(v) for v in series.astype(object)]
    numbers = series.to_numpy(dtype=float, na_value=np.nan)
    if one.cut is not None:
        return [None if np.isnan(v) else LOW if v <= one.cut else HIGH for v in numbers]
    return [None if np.isnan(v) else float(v) for v in numbers]


def by_cells(summary: Summary, split: Split, plan: AnalysisPlan) -> tuple[Cohort, ModelPlan]:
    """A row for each combination of predictors with each course of response, which stands for all who have it, and the model of these
    predictors. Raises NotComputable where they are not counted."""
    name = plan.endpoint
    if not summary.model or any(name not in level.cells for level in split.levels if level.n):
        raise NotComputable(
            f"This summary does not count the cells of a model of {name}, split by {split.title}",
            fix="Summarise with the plan that is asked; what was left out is said in the summary",
        )
    model, measure = ModelPlan.from_json(summary.model)[0], summary.measured()
    rule, grid = endpoint(name, measure), summary.measure.grid
    columns = [summary.columns.get(p.column, column_of(p.column)) for p in model.predictors]
    first = next((i for i, p in enumerate(model.predictors) if p.column == BASELINE), None)
    parts, own, counts = [], [], []
    for level in split.levels:
        found, rows = level.cells.get(name, []), []
        for pattern, course, n in found:
            side = None if first is None else _side(model.predictors[first], pattern[first])
            rows.append(course_of(baseline_of(course, rule, measure, grid, side), course, measure))
            own.append([_raw(p, v) for p, v in zip(model.predictors, pattern, strict=True)])
            counts.append(n)
        parts.append(np.array(rows, dtype=float).reshape(len(rows), len(summary.weeks)))
    others = listed(split, len(own))
    joint = pd.DataFrame(own, columns=columns, dtype=object)
    frame = others.drop(columns=[c for c in columns if c in others]).join(joint)
    if first is not None:
        frame = frame.drop(columns=columns[first])
    return stand_in(summary, split, parts, measure, frame, counts, weighed=True), model


def _raw(one: Predictor, value: str | float | None) -> str | float | None:
    """A value that enters the model as the one that was counted."""
    if one.cut is None or value is None:
        return value
    return one.cut if value == LOW else one.cut + 1.0


def _side(one: Predictor, value: str | float | None) -> Callable[[np.ndarray], np.ndarray]:
    """Which baselines were counted as ``value``."""
    cut = one.cut
    if cut is None:
        return lambda every: np.isclose(every, float(value or 0), rtol=0, atol=1e-6)
    return lambda every: every <= cut if value == LOW else every > cut
