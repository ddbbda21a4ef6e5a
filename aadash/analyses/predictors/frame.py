"""Outcome and predictors of a model, one row per patient: who is in it, what was left out of it, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from aadash.analyses.analysis_set import AnalysisSet
from aadash.analyses.predictors.column import Column, column_of, formula
from aadash.candidates import title
from aadash.cohort import Cohort
from aadash.endpoints import responses
from aadash.errors import NotComputable
from aadash.filters import is_numeric, own_baseline
from aadash.formatting import counted
from aadash.model_plan import ModelPlan, Predictor
from aadash.plan import AnalysisPlan
from aadash.result import Accounting, Exclusion
from aadash.stats.imputation import impute

#: The column of a model's frame that says how many patients each row stands for, where one does not stand for one alone.
COUNTS = "counts"


@dataclass(frozen=True, eq=False)
class ModelFrame:
    """What a model explains, by what, in whom."""

    setting: AnalysisSet
    model: ModelPlan
    kind: str
    """"logistic" (yes or no) or "linear"."""
    outcome: str
    """The outcome as printed: "SALT≤20 at week 39"."""
    y: np.ndarray
    """Outcome of every included patient, NaN where there is none."""
    columns: tuple[Column, ...]
    left_out: tuple[tuple[str, str, str], ...]
    """(caveat code, title, why in a sentence) of each predictor that could not be used."""
    rows: np.ndarray
    """Booleans: the patients in the model."""
    accounting: Accounting

    @property
    def digits(self) -> int:
        """Decimals of a mean of the outcome: those of the score, or of a percentage."""
        return self.setting.cohort.measure.digits if self.model.outcome == "salt" else 1

    @property
    def unit(self) -> str:
        """What a difference of the outcome is in: the unit of the score, or percentage points."""
        return self.setting.cohort.measure.unit if self.model.outcome == "salt" else "percentage points"

    @property
    def formula(self) -> str:
        """All predictors at once."""
        return formula(self.columns)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Outcome "y" and the predictors as they enter, of the patients in the model (NaN where to be imputed)."""
        return self._entered([c.raw[self.rows] for c in self.columns])

    @cached_property
    def frames(self) -> tuple[pd.DataFrame, ...]:
        """:attr:`frame`, or its completed versions where predictors are imputed."""
        if not self.n_imputed:
            return (self.frame,)
        raw = pd.DataFrame({c.safe: c.raw[self.rows] for c in self.columns}).assign(y=self.y[self.rows])
        completed = impute(raw, self.model.imputations, self.model.seed)
        return tuple(self._entered([one[c.safe] for c in self.columns]) for one in completed)

    def _entered(self, raw: Sequence[pd.Series]) -> pd.DataFrame:
        entering = {c.safe: c.entering(r) for c, r in zip(self.columns, raw, strict=True)}
        for name, values in entering.items():
            if not is_numeric(values):
                entering[name] = values.cat.remove_unused_categories()
        counts = {} if self.setting.weights is None else {COUNTS: self.each}
        return pd.DataFrame({"y": self.y[self.rows], **entering, **counts}, index=self.setting.cohort.salt.index[self.rows])

    @cached_property
    def n_imputed(self) -> int:
        """Patients in the model who lack a predictor."""
        gaps = np.column_stack([c.raw.isna().to_numpy() for c in self.columns])
        return self.setting.n(self.rows & gaps.any(axis=1))

    @cached_property
    def each(self) -> np.ndarray:
        """How many patients each row in the model stands for."""
        weights = self.setting.weights
        return np.ones(int(self.rows.sum())) if weights is None else weights[self.rows]

    @property
    def n(self) -> int:
        """Patients in the model."""
        return self.setting.n(self.rows)

    @property
    def mean(self) -> float:
        """The mean of the outcome (logistic: the share who have it)."""
        return float(self.y[self.rows] @ self.each) / self.n

    @property
    def events(self) -> int:
        """Patients in the model with the outcome (logistic)."""
        return int(self.y[self.rows] @ self.each)

    @classmethod
    def of(cls, cohort: Cohort, plan: AnalysisPlan, model: ModelPlan | None = None) -> ModelFrame:
        """Set up the model. Raises NotComputable when no patient, no spread of the outcome or no predictor is left."""
        s = AnalysisSet.of(cohort, plan)
        s.require_followup()
        model = ModelPlan.prespecified(s.cohort) if model is None else model
        kind, outcome, y = _outcome(s, model)
        known = ~np.isnan(y)
        if not known.any():
            raise NotComputable(
                f"{outcome} is known for none of the {counted(len(s.cohort), 'patient')}",
                fix="Choose another week, endpoint or missing rule",
            )
        made, left_out = [], []
        for i, one in enumerate(_with_baseline(s.cohort, model)):
            try:
                made.append(column_of(s.cohort, one, f"x{i}_"))
            except NotComputable as error:
                left_out.append(("left-out-predictor", title(s.cohort, one.column), error.found + "."))
        columns, rows, unusable = _usable(s, made, known, model.missing == "impute")
        left_out += unusable
        _require_outcome(kind, outcome, y[rows], s.n(rows), len(s.cohort))
        if not columns:
            why = " ".join(sentence for _, _, sentence in left_out)
            raise NotComputable(
                f"No predictor is left to explain {outcome}. {why}".strip(), fix="Choose predictors that differ between patients"
            )
        return cls(
            s, model, kind, outcome, y, tuple(columns), tuple(left_out), rows, _accounting(s, known, rows, columns, kind, model)
        )


def _with_baseline(cohort: Cohort, model: ModelPlan) -> tuple[Predictor, ...]:
    """The predictors; for SALT itself with the baseline as a number, whatever was asked for it."""
    if model.outcome != "salt":
        return model.predictors
    own = own_baseline(cohort)
    others = tuple(p for p in model.predictors if p.column != own)
    return (*others, Predictor(own, per=cohort.measure.stride))


def _outcome(s: AnalysisSet, model: ModelPlan) -> tuple[str, str, np.ndarray]:
    week = s.plan.at_week(s.cohort)
    j = s.cohort.column_index(week)
    if model.outcome == "response":
        rule = s.rule
        status, _ = responses(s.cohort, rule, s.plan.missing)
        return "logistic", f"{rule.symbol} at week {week}", status[:, j]
    if model.outcome == "improvement":
        return "linear", f"Improvement in {s.cohort.score} at week {week} (%)", s.cohort.measure.improvement(s.percent_change[:, j])
    return "linear", f"{s.cohort.score} at week {week}", s.values[:, j]


def _usable(
    s: AnalysisSet, columns: list[Column], known: np.ndarray, impute_: bool
) -> tuple[list[Column], np.ndarray, list[tuple[str, str, str]]]:
    """The columns that vary among the patients in the model, those patients, and what was left out."""
    left_out, columns = [], list(columns)
    for c in [c for c in columns if c.values[known].isna().all()]:
        columns.remove(c)
        left_out.append(
            (
                "left-out-predictor",
                c.name,
                f"{c.name} is recorded for none of the {counted(s.n(known), 'patient')} with a known outcome.",
            )
        )
    while True:
        rows = known.copy()
        if not impute_:
            for c in columns:
                rows &= c.values.notna().to_numpy()
        constant = [c for c in columns if c.values[rows].nunique() < 2]
        if not constant or not rows.any():
            return columns, rows, left_out
        for c in constant:
            columns.remove(c)
            value = c.values[rows].dropna().iloc[0]
            shown = f"{value * c.predictor.per:g}" if c.numeric else str(value)
            who = counted(s.n(rows), "patient")
            told = (
                f"{c.name} is {shown} in all {who} of the model: cut there it cannot explain a difference, whatever it does within."
                if c.predictor.cut is not None
                else f"{c.name} is the same ({shown}) for all {who} in the model, so it cannot explain a difference."
            )
            left_out.append(("constant-predictor", c.name, told))


def _require_outcome(kind: str, outcome: str, y: np.ndarray, n: int, enrolled: int) -> None:
    if n == 0:
        raise NotComputable(
            f"None of the {counted(enrolled, 'patient')} has both {outcome} and every predictor recorded",
            fix="Take out the predictor with most gaps, or impute missing predictors",
        )
    if n == 1:
        raise NotComputable(f"{outcome} is known for one patient only, so there is nothing to explain", fix="Widen the filters")
    if y.min() == y.max():
        if kind == "logistic":
            who = "all" if y[0] == 1 else "none"
            raise NotComputable(
                f"{outcome} was reached by {who} of the {counted(n, 'patient')}, so nothing can predict who does",
                fix="Choose another endpoint or week",
            )
        raise NotComputable(
            f"{outcome} is {y[0]:g} for all {counted(n, 'patient')}, so there is nothing to explain",
            fix="Choose another outcome or week",
        )


def _accounting(
    s: AnalysisSet, known: np.ndarray, rows: np.ndarray, columns: Sequence[Column], kind: str, model: ModelPlan
) -> Accounting:
    week = s.plan.at_week(s.cohort)
    base, score = s.cohort.baseline, s.cohort.score
    reasons = [(f"without a baseline {score}", np.isnan(base))]
    if model.outcome == "improvement":
        reasons.append((s.cohort.measure.without_percent, base <= 0))
    if model.outcome == "response":
        reasons += s.rule.undefined(base)
    if s.plan.missing == "complete":
        seen = ~np.isnan(s.cohort.values)
        partly = seen[:, s.cohort.column_index(week)] & ~seen.all(axis=1)
        reasons.append((s.reason(f"seen at week {week} but not at every visit"), partly))
    reasons.append((s.not_seen(week)[0], ~known))
    reasons += [(f"with nothing recorded for {c.name}", c.raw.isna().to_numpy()) for c in columns]
    left, excluded = ~rows, []
    for reason, who in reasons:
        hit = s.n(left & who)
        if hit:
            excluded.append(Exclusion(reason, hit))
        left = left & ~who
    return Accounting(len(s.cohort), s.n(rows), tuple(excluded))
