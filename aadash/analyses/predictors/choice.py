"""Choosing variables: stepwise, ridge and lasso beside the prespecified set, and how stable a choice is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import row, table
from aadash.analyses.predictors import doubts
from aadash.analyses.predictors.column import Column
from aadash.analyses.predictors.fitting import LARGE, independent, objective_of, scaled
from aadash.analyses.predictors.frame import ModelFrame
from aadash.analyses.predictors.joint import Joint, places
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import Chosen, Stability
from aadash.errors import NotComputable
from aadash.formatting import counted, listing, percent, whole
from aadash.levels import ALL
from aadash.model_plan import CRITERIA, ModelPlan
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result, TestColumn
from aadash.stats.likelihood import likelihood_ratio, maximise
from aadash.stats.penalised import Penalised, penalised_regression
from aadash.stats.stepwise import Selection, backward, selection_stability
from aadash.stats.validation import bootstrap_rows

Progress = Callable[[int, int], None]
#: A level set is called unstable when fewer resamples than this agree with it.
STABLE = 0.8
METHOD = (
    "Prespecified: all predictors of the model. Stepwise: backward elimination of whole predictors by {criterion} of the "
    "{likelihood}. Ridge and lasso: penalty on standardised columns with the least deviance in ten-fold "
    "cross-validation, seed {seed} (Friedman, Hastie and Tibshirani 2010, doi:10.18637/jss.v033.i01). Intervals and "
    "p-values of a model that was searched for are not shown: they take no notice of the search."
)


class Terms:
    """The predictors of a design as stepwise selection sees them: whole terms, on any rows."""

    def __init__(self, joint: Joint) -> None:
        self.x, self.size = scaled(joint.design.x)
        self.y = joint.design.y
        self.estimator = joint.finite
        owner = np.array(joint.design.term_of)
        self.columns: tuple[Column, ...] = tuple(c for i, c in enumerate(joint.model_frame.columns) if np.any(owner == i))
        self.own = [np.flatnonzero(owner == joint.model_frame.columns.index(c)) for c in self.columns]

    @property
    def df(self) -> list[int]:
        """Parameters of each term."""
        return [len(o) for o in self.own]

    def positions(self, chosen: frozenset[int]) -> np.ndarray:
        """Design columns of the intercept and the chosen terms."""
        return np.concatenate([[0], *(self.own[t] for t in sorted(chosen))]).astype(int)

    def _sample(self, chosen: frozenset[int], rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Columns (without those that are combinations of others in these rows), where they stand, and the outcome."""
        y, at = self.y[rows], self.positions(chosen)
        if y.min() == y.max():
            raise NotComputable("The outcome does not vary")
        x = self.x[rows][:, at]
        keep = independent(x)
        if len(y) <= len(keep):
            raise NotComputable(f"{len(y)} patients cannot determine {len(keep)} parameters", fix="Choose fewer predictors")
        return x[:, keep], at[keep], y

    def beta(self, chosen: frozenset[int], rows: np.ndarray) -> np.ndarray:
        """Coefficients of the whole (scaled) design, 0 for what is not chosen or does not vary."""
        x, at, y = self._sample(chosen, rows)
        out = np.zeros(self.x.shape[1])
        out[at] = (
            np.linalg.lstsq(x, y, rcond=None)[0]
            if self.estimator == "ols"
            else maximise(objective_of(self.estimator, x, y), np.zeros(len(at)), np.arange(len(at))).beta
        )
        return out

    def lost(self, chosen: frozenset[int], rows: np.ndarray) -> dict[int, float]:
        """For :func:`aadash.stats.stepwise.backward`: (Firth's) likelihood ratio, or n log(RSS without/RSS with)."""
        x, at, y = self._sample(chosen, rows)
        own = {t: np.flatnonzero(np.isin(at, self.own[t])) for t in chosen}
        if self.estimator == "ols":
            whole = _rss(x, y)
            if whole <= 0:
                raise NotComputable("The predictors fit these patients without error")
            return {t: len(y) * float(np.log(_rss(np.delete(x, o, axis=1), y) / whole)) for t, o in own.items()}
        objective = objective_of(self.estimator, x, y)
        best = maximise(objective, np.zeros(len(at)), np.arange(len(at)))
        if len(y) > LARGE:  # Wald's statistic, which then agrees
            vcov = np.linalg.inv(best.at.information)
            return {t: float(best.beta[o] @ np.linalg.solve(vcov[np.ix_(o, o)], best.beta[o])) for t, o in own.items()}
        return {t: likelihood_ratio(objective, best, o) if len(o) else 0.0 for t, o in own.items()}


def _rss(x: np.ndarray, y: np.ndarray) -> float:
    left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return float(left @ left)


@analysis("Which predictors, if the data may choose?", section="model", tests=(TestColumn("p"),))
def predictor_choice(cohort: Cohort, plan: AnalysisPlan, model: ModelPlan | None = None) -> Result:
    """The prespecified model beside stepwise, ridge and lasso.

    Table
    -----
    One row a coefficient (``variable``, ``variable_level`` as in ``predictors``; ``role`` "level" or "slope") with
    ``prespecified, stepwise, ridge, lasso``: odds ratios (yes/no) or differences; 1 or 0 (no effect) where a method left
    the predictor out, NaN where it cannot be computed. ``details.chosen`` lists the predictors that stepwise keeps,
    ``details.steps`` those that left, in order.

    With imputed predictors the first completed data set is used. Raises NotComputable where the model cannot be fitted.
    """
    joint = Joint.of(ModelFrame.of(cohort, plan, model))
    model_frame, terms = joint.model_frame, Terms(joint)
    everyone = np.arange(len(terms.y))
    fitted = joint.fit(joint.finite, "estimates")
    chosen = backward(terms.lost, terms.df, everyone, model_frame.model.criterion)
    stepwise = terms.beta(chosen.chosen, everyone) / terms.size
    shrunk = {kind: _penalised(joint, kind) for kind in ("ridge", "lasso")}
    binary = model_frame.kind == "logistic"
    rows = []
    for j, place in enumerate(places(fitted)):
        if place is None:
            continue
        c = next(c for c in model_frame.columns if c.safe == place[0])
        values = {
            "prespecified": fitted.beta[j],
            "stepwise": stepwise[j],
            **{k: s.coefficients[j] if s else np.nan for k, s in shrunk.items()},
        }
        rows.append(
            row(
                "none",
                ALL,
                c.predictor.column,
                place[1],
                plan.at_week(model_frame.setting.cohort),
                len(model_frame.y),
                model_frame.n,
                role="level" if place[1] else "slope",
                **{k: float(np.exp(v) if binary else v) for k, v in values.items()},
            )
        )
    kept = [terms.columns[t].name for t in sorted(chosen.chosen)]
    criterion = CRITERIA[model_frame.model.criterion]
    method = METHOD.format(
        criterion=criterion,
        seed=model_frame.model.seed,
        likelihood={"firth": "penalised likelihood ratio (Firth)", "ml": "likelihood ratio", "ols": "residual sum of squares"}[
            joint.finite
        ],
    )
    return Result(
        table(rows),
        model_frame.accounting,
        method,
        _sentence(terms, chosen, kept, shrunk["lasso"], criterion),
        doubt.collect(_searched(), *_unpenalised(shrunk, len(terms.y) > LARGE), doubts.gaps(model_frame)),
        details=Chosen(
            outcome=model_frame.outcome,
            kind=model_frame.kind,
            model=model_frame.model,
            titles={c.predictor.column: c.title for c in model_frame.columns},
            chosen=kept,
            steps=[terms.columns[s.removed].name for s in chosen.steps],
        ),
    )


def _penalised(joint: Joint, kind: Literal["ridge", "lasso"] | str) -> Penalised | None:
    if len(joint.design.x) > LARGE:
        return None
    try:
        return penalised_regression(
            joint.design.x[:, 1:],
            joint.design.y,
            kind,  # type: ignore[arg-type]
            joint.model_frame.kind == "logistic",
            seed=joint.model_frame.model.seed,
            tolerance=1e-7,
        )
    except NotComputable:
        return None


def _searched() -> Caveat:
    return Caveat(
        "searched-model",
        "A model that was searched for fits the sample it was searched in: its intervals and p-values "
        "would be too good and are not shown.",
        "Report the prespecified model. See how stable the choice is.",
        "warning",
    )


def _unpenalised(shrunk: dict[str, Penalised | None], large: bool) -> list[Caveat]:
    gone = [name for name, found in shrunk.items() if found is None]
    if not gone:
        return []
    who = "Ridge and lasso are" if len(gone) > 1 else f"The {gone[0]} is"
    why = (
        f"with more than {whole(LARGE)} patients they change next to nothing"
        if large
        else "cross-validation needs in every part patients enough, and of a yes/no outcome three with it and three without at least"
    )
    return [Caveat("no-cross-validation", f"{who} not shown: {why}.")]


def _sentence(terms: Terms, chosen: Selection, kept: list[str], lasso: Penalised | None, criterion: str) -> str:
    left = [terms.columns[s.removed].name for s in chosen.steps]
    text = (
        f"Of {counted(len(terms.columns), 'predictor')} stepwise selection by {criterion} keeps "
        f"{listing(kept) if kept else 'none'}" + (f" and drops {listing(left)}." if left else ".")
    )
    if lasso is not None:
        own = [c.name for c, o in zip(terms.columns, terms.own, strict=True) if np.any(np.abs(lasso.coefficients[o]) > 1e-8)]
        text += f" The lasso keeps {listing(own) if own else 'none'}."
    return text


@analysis("Would other patients have chosen the same?", section="long")
def predictor_stability(
    cohort: Cohort, plan: AnalysisPlan, model: ModelPlan | None = None, progress: Progress | None = None
) -> Result:
    """How often stepwise selection chooses each predictor in bootstrap resamples of the patients.

    Table: one row per predictor with ``frequency`` (0–1) and ``chosen`` (1 where it is kept in the patients themselves);
    ``role`` "predictor". ``details.models``: each set of predictors with its share of the resamples, the most frequent
    first. ``progress`` is called with (done, resamples) after each; an exception raised in it ends the computation.
    Equal seeds (of the model plan) give equal answers.
    """
    joint = Joint.of(ModelFrame.of(cohort, plan, model))
    model_frame, terms = joint.model_frame, Terms(joint)
    n, b = len(terms.y), model_frame.model.resamples
    own = backward(terms.lost, terms.df, np.arange(n), model_frame.model.criterion).chosen
    found = selection_stability(
        terms.lost, terms.df, bootstrap_rows(n, b, model_frame.model.seed), b, model_frame.model.criterion, progress=progress
    )
    rows = [
        row(
            "none",
            ALL,
            c.predictor.column,
            None,
            plan.at_week(model_frame.setting.cohort),
            len(model_frame.y),
            model_frame.n,
            role="predictor",
            frequency=float(f),
            chosen=float(t in own),
        )
        for t, (c, f) in enumerate(zip(terms.columns, found.frequency, strict=True))
    ]
    names = [c.name for c in terms.columns]
    models = [(", ".join(names[t] for t in sorted(s)) or "none", k / found.resamples) for s, k in found.models]
    same = next((k for s, k in found.models if s == own), 0)
    shaky = [names[t] for t in sorted(own) if found.frequency[t] < STABLE]
    ends = "the same model every time" if len(found.models) == 1 else f"{len(found.models)} different models"
    text = (
        f"Drawing the {n} patients again {found.resamples} times, stepwise selection ends in {ends}; the model chosen in these "
        f"patients comes up in "
        f"{same} of {found.resamples} ({percent(same / found.resamples, 0)})."
    )
    text += f" Chosen, but in fewer than {percent(STABLE, 0)} of resamples: {listing(shaky)}." if shaky else ""
    return Result(
        table(rows),
        model_frame.accounting,
        f"Backward elimination by {CRITERIA[model_frame.model.criterion]} in {b} bootstrap resamples of the patients, seed "
        f"{model_frame.model.seed} (Sauerbrei and Schumacher 1992, doi:10.1002/sim.4780111607).",
        text,
        doubt.collect(_failed(found.failed, b), _searched()),
        details=Stability(
            outcome=model_frame.outcome,
            kind=model_frame.kind,
            model=model_frame.model,
            titles={c.predictor.column: c.name for c in model_frame.columns},
            models=models,
        ),
    )


def _failed(failed: int, resamples: int) -> Caveat | None:
    if not failed:
        return None
    return Caveat(
        "failed-resamples",
        f"{failed} of {resamples} resamples could not be fitted and are left out.",
        "A rare level may be missing from a resample: merge it.",
    )
