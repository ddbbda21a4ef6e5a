"""One column of numbers in three forms beside the other predictors: as a number, as a curve, cut in two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aadash.analyses.predictors.column import Column
from aadash.analyses.predictors.fitting import objective_of, scaled
from aadash.analyses.predictors.frame import ModelFrame
from aadash.analyses.predictors.joint import Joint
from aadash.errors import NotComputable
from aadash.stats.distributions import f_p
from aadash.stats.likelihood import likelihood_ratio, maximise
from aadash.stats.marginal_effects import Effect, averaged, flic_intercept
from aadash.stats.splines import restricted_cubic, spline_knots


@dataclass(frozen=True, eq=False)
class Form:
    """The column in one form, all else as in the model. ``own`` are the positions of its columns in ``x``."""

    name: str
    x: np.ndarray
    y: np.ndarray
    own: np.ndarray
    estimator: str
    """"firth", "ml" or "ols"."""

    def test(self) -> tuple[float, float]:
        """χ² of leaving the column out, given the others, and its p.

        (Penalised) likelihood ratio for a yes/no outcome; for a numeric one n log(RSS without/RSS with), p by F.
        """
        n, p = self.x.shape
        k = len(self.own)
        if self.estimator != "ols":
            x, _ = scaled(self.x)
            objective = objective_of(self.estimator, x, self.y)
            chi2 = likelihood_ratio(objective, maximise(objective, np.zeros(p), np.arange(p)), self.own)
            return chi2, f_p(chi2 / k, k, 1e10)
        less, full = (_rss(m, self.y) for m in (np.delete(self.x, self.own, axis=1), self.x))
        if full <= 0 or n <= p:
            raise NotComputable(f"{n} patients cannot determine {p} parameters", fix="Choose fewer predictors")
        return n * float(np.log(less / full)), f_p((less - full) / k / (full / (n - p)), k, n - p)

    def predictions(self, own_values: np.ndarray, level: float) -> list[Effect]:
        """Average prediction with every patient's column(s) set to each row of ``own_values`` in turn."""
        n, p = self.x.shape
        if self.estimator != "ols":
            x, size = scaled(self.x)
            best = maximise(objective_of(self.estimator, x, self.y), np.zeros(p), np.arange(p))
            beta = best.beta / size
            if self.estimator == "firth":
                beta = flic_intercept(self.x, self.y, beta)
            vcov = np.linalg.inv(best.at.information) / np.outer(size, size)
            link, df = "logit", np.inf
        else:
            beta = np.linalg.lstsq(self.x, self.y, rcond=None)[0]
            vcov = np.linalg.inv(self.x.T @ self.x) * (_rss(self.x, self.y) / (n - p))
            link, df = "identity", float(n - p)
        out = []
        for values in own_values:
            moved = self.x.copy()
            moved[:, self.own] = values
            out.append(averaged(moved, beta, vcov, link, level, df))  # type: ignore[arg-type]
        return out


def _rss(x: np.ndarray, y: np.ndarray) -> float:
    left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return float(left @ left)


@dataclass(frozen=True, eq=False)
class Forms:
    """The three forms; ``curve`` is None for a column with too few different values."""

    number: Form
    curve: Form | None
    cut: Form
    knots: np.ndarray | None
    values: np.ndarray
    """The column's own numbers, of the patients in the model."""


def forms(model_frame: ModelFrame, c: Column, cut: float) -> Forms:
    """The forms of ``c`` beside the other predictors (of the first completed frame, where predictors are imputed).

    Raises NotComputable where the others cannot be fitted, or determine the column.
    """
    frame = model_frame.frames[0]
    joint = Joint.of(model_frame)
    values = c.raw.reindex(frame.index).to_numpy(dtype=float)
    keep = ~np.isnan(values)
    term = model_frame.columns.index(c)
    others = [j for j, t in enumerate(joint.design.term_of) if t != term]
    x, y, values = joint.design.x[keep][:, others], joint.design.y[keep], values[keep]
    k = x.shape[1]

    def form(name: str, columns: np.ndarray) -> Form:
        whole = np.column_stack([x, columns])
        if np.linalg.matrix_rank(scaled_or_zero(whole)) < whole.shape[1]:
            raise NotComputable(f"{c.name} cannot be told apart from the other predictors", fix="Take one of them out")
        if len(y) <= whole.shape[1]:
            raise NotComputable(f"{len(y)} patients cannot determine {whole.shape[1]} parameters", fix="Choose fewer predictors")
        return Form(name, whole, y, np.arange(k, whole.shape[1]), joint.finite)

    number = form("number", values[:, None])
    knots: np.ndarray | None = None
    curve: Form | None = None
    try:
        knots = spline_knots(values)
        curve = form("spline", restricted_cubic(values, knots))
    except NotComputable:
        knots = None
    return Forms(number, curve, form("cut", (values <= cut).astype(float)[:, None]), knots, values)


def scaled_or_zero(x: np.ndarray) -> np.ndarray:
    """Columns divided by their largest absolute value; a column of zeros stays."""
    size = np.abs(x).max(axis=0)
    return x / np.where(size > 0, size, 1.0)
