"""What a model of the course needs of each patient: improvement by visit, groups, covariates; and the mixed model on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aadash.analyses.predictors.column import Column
from aadash.analyses.predictors.fitting import independent
from aadash.analyses.predictors.frame import ModelFrame
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.filters import own_baseline
from aadash.model_plan import ModelPlan, Predictor
from aadash.plan import AnalysisPlan
from aadash.result import Caveat
from aadash.stats.mmrm import MMRM, mmrm


@dataclass(frozen=True, eq=False)
class PatternData:
    """Patients with every covariate and a visit after baseline: improvement at each follow-up visit, and what explains it."""

    model_frame: ModelFrame
    rows: np.ndarray
    improvement: np.ndarray
    factors: dict[str, pd.Series]
    covariates: tuple[Column, ...]


def data_of(cohort: Cohort, plan: AnalysisPlan, model: ModelPlan | None) -> PatternData:
    """The improvement model_frame with AA subtype and sex in it, complete cases, baseline SALT as a number."""
    included = plan.included(cohort)
    model = ModelPlan.prespecified(included) if model is None else model
    known = [r for r in ("subtype", "sex") if r in included.roles]
    if not known:
        raise NotComputable(
            "This file has neither AA subtype nor sex, so there are no patterns to compare by them",
            fix="Say on the first page which columns they are",
        )
    named = {p.column: p for p in model.predictors}
    wanted = [named.pop(r, Predictor(r)) for r in known]
    others = [
        p for c, p in named.items() if c != own_baseline(included) and included.role(c) not in [included.roles[r] for r in known]
    ]
    model_frame = ModelFrame.of(
        cohort,
        plan,
        model.replace(
            outcome="improvement",
            missing="complete",
            predictors=(*wanted, *others, Predictor(own_baseline(included), per=included.measure.stride)),
        ),
    )
    at = {c.predictor.column: c for c in model_frame.columns}
    rows = ~np.isnan(model_frame.setting.cohort.baseline) & (model_frame.setting.cohort.baseline > 0)
    for c in model_frame.columns:
        rows &= c.values.notna().to_numpy()
    course = included.measure.improvement(model_frame.setting.percent_change[:, 1:])
    rows &= ~np.isnan(course).all(axis=1)  # who has no visit under the plan's rule is in no curve, and no count of one
    factors = {k: at[k].values[rows].cat.remove_unused_categories() for k in known if k in at and not at[k].numeric}
    if not factors:
        raise NotComputable("AA subtype and sex are the same for all patients in the model", fix="Take filters off")
    covariates = tuple(c for c in model_frame.columns if c.predictor.column not in factors)
    return PatternData(model_frame, rows, course[rows], factors, covariates)


def matrix_of(data: PatternData, columns: Sequence[Column], *factors: str) -> pd.DataFrame:
    """Numbers and indicators of the columns and of further factors, without those that are combinations of others, under the names
    that a reader knows."""
    at = {c.predictor.column: c for c in data.model_frame.columns}
    parts: dict[str, np.ndarray] = {}
    for c, values in [*((c, c.values[data.rows]) for c in columns), *((at[f], data.factors[f]) for f in factors)]:
        if isinstance(values.dtype, pd.CategoricalDtype):
            used = values.cat.remove_unused_categories()
            parts |= {c.level_in_words(str(level)): (used == level).to_numpy(dtype=float) for level in used.cat.categories[1:]}
        else:
            parts[c.name] = values.to_numpy(dtype=float)
    return pd.DataFrame(parts, index=range(int(data.rows.sum())))


def mixed_model(data: PatternData, groups: pd.Series, *own: str) -> tuple[MMRM, Caveat | None]:
    """The mixed model with all covariates; with baseline SALT alone where that is too many."""
    kept = groups.notna().to_numpy()
    others = [f for f in data.factors if f not in own]
    cohort = data.model_frame.setting.cohort
    weeks, score = cohort.followup_weeks, cohort.score
    baseline = [c for c in data.covariates if c.predictor.column == own_baseline(cohort)]
    trouble: NotComputable | None = None
    for columns, factors in ((data.covariates, others), (baseline, [])):
        x = matrix_of(data, columns, *factors)[kept]
        x = x.iloc[:, _varying(x.to_numpy(), groups.cat.codes.to_numpy()[kept])]
        try:
            model = mmrm(
                data.improvement[kept],
                groups.cat.codes.to_numpy()[kept],
                list(map(str, weeks)),
                level=data.model_frame.setting.plan.level,
                groups=list(map(str, groups.cat.categories)),
                covariates=x.to_numpy() if x.shape[1] else None,
                covariate_names=list(x.columns),
            )
        except NotComputable as error:
            trouble = error
            continue
        if trouble is None:
            return model, None
        return model, Caveat(
            "fewer-covariates",
            f"The curves are adjusted for baseline {score} only: with all predictors the mixed model cannot be fitted "
            f"({trouble.found}).",
            "Choose fewer predictors.",
            "warning",
        )
    assert trouble is not None
    raise trouble


def _varying(x: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Positions of covariates that are no combination of the groups and of earlier ones."""
    whole = (codes[:, None] == np.unique(codes)[None, :]).astype(float)
    size = np.abs(x).max(axis=0, initial=0.0)
    kept = independent(np.column_stack([whole, x / np.where(size > 0, size, 1.0)]))
    return kept[kept >= whole.shape[1]] - whole.shape[1]
