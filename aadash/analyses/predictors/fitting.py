"""One way to fit all the models of this page: Firth, maximum likelihood or least squares, on one or on imputed frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from aadash.analyses.predictors.column import Column, formula
from aadash.analyses.predictors.frame import COUNTS
from aadash.errors import NotComputable
from aadash.formatting import counted
from aadash.stats.design import Design, build_design
from aadash.stats.distributions import f_p, z_crit, z_p
from aadash.stats.firth import penalised
from aadash.stats.imputation import pool, pool_jointly
from aadash.stats.likelihood import Maximum, Objective, highest, likelihood_ratio, maximise
from aadash.stats.linear import linear
from aadash.stats.logistic import bernoulli, term_tests
from aadash.stats.profile import profile_interval
from aadash.stats.r_glm import r_logistic
from aadash.stats.separation import Separation, detect_separation

#: How much of a fit is computed.
Wanted = Literal["estimates", "tests", "limits"]
#: Below so many events (or non-events, if fewer) a parameter, Firth is the default.
EVENTS_PER_PARAMETER = 10
#: Above so many patients limits and tests of a yes/no outcome are Wald's, which then agree with the profile's.
LARGE = 5000
#: Linear predictors of a separated outcome pass this size before the likelihood is flat.
MODERATE = 15.0
#: How an estimator is named on screen.
NAMES = {"firth": "Firth", "ml": "maximum likelihood", "ols": "least squares"}


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted model; arrays run over the design's columns, intercept first."""

    estimator: str
    design: Design
    columns: tuple[Column, ...]
    beta: np.ndarray
    vcov: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray
    terms: pd.DataFrame
    """One row per predictor, by position: statistic, df, p of leaving it out."""

    @property
    def parameters(self) -> int:
        """Coefficients without the intercept."""
        return len(self.beta) - 1

    def position(self, column: Column, level: str | None) -> int | None:
        """Where the coefficient of ``column`` (of its ``level``, for categories) stands, or None."""
        name = column.safe + (level or "")
        return self.design.names.index(name) if name in self.design.names else None


def objective_of(estimator: str, x: np.ndarray, y: np.ndarray, counts: np.ndarray | None = None) -> Objective:
    """The (penalised) log-likelihood that "firth" or "ml" maximises."""
    return penalised(x, y, counts) if estimator == "firth" else bernoulli(x, y, counts)


def scaled(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``x`` with columns divided by their largest absolute value, and those values."""
    size = np.abs(x).max(axis=0)
    return x / size, size


def independent(x: np.ndarray) -> np.ndarray:
    """Positions of columns that are not combinations of earlier ones, in this sample."""
    r = np.linalg.qr(x).R
    diagonal = np.zeros(x.shape[1])
    diagonal[: min(r.shape)] = np.abs(np.diagonal(r))
    if (diagonal > 1e-9 * max(1.0, diagonal.max())).all():
        return np.arange(x.shape[1])
    kept: list[int] = []
    for j in range(x.shape[1]):
        if np.linalg.matrix_rank(x[:, [*kept, j]], tol=1e-8) > len(kept):
            kept.append(j)
    return np.array(kept, dtype=int)


def chances(linear_predictor: np.ndarray) -> np.ndarray:
    """1/(1 + e^−η), whatever its size."""
    return 0.5 * (1.0 + np.tanh(0.5 * linear_predictor))


def estimator_for(kind: str, asked: str, events: int, n: int, parameters: int) -> str:
    """Which estimator is used: "auto" takes Firth below :data:`EVENTS_PER_PARAMETER`."""
    if kind == "linear":
        return "ols"
    if asked != "auto":
        return asked
    return "firth" if min(events, n - events) < EVENTS_PER_PARAMETER * max(parameters, 1) else "ml"


def design_of(frame: pd.DataFrame, columns: Sequence[Column], logistic: bool) -> Design:
    """The design matrix; columns that are combinations of others are left out and named in ``dropped``.

    Raises NotComputable where there are no more patients than coefficients.
    """
    counts = frame[COUNTS].to_numpy(dtype=float) if COUNTS in frame else None
    n = len(frame) if counts is None else int(counts.sum())
    wanted = 1 + sum(1 if c.numeric else len(frame[c.safe].cat.categories) - 1 for c in columns)
    if n <= wanted:
        raise NotComputable(
            f"{counted(n, 'patient')} cannot determine {wanted} parameters (the intercept and {wanted - 1} more)",
            fix="Choose fewer predictors",
        )
    return build_design(formula(columns), frame, binary_response=logistic, drop_dependent=True, counts=counts)


def alone(design: Design, term: int) -> Design:
    """The design of one predictor: the intercept and the columns of ``term``."""
    own = [0, *(j for j, t in enumerate(design.term_of) if t == term)]
    return replace(
        design,
        x=design.x[:, own],
        names=tuple(design.names[j] for j in own),
        term_of=tuple(-1 if j == 0 else 0 for j in own),
        dropped=(),
        formula=replace(design.formula, terms=(design.formula.terms[term],)),
    )


def fit(
    frames: Sequence[pd.DataFrame],
    columns: Sequence[Column],
    estimator: str,
    level: float,
    wanted: Wanted = "limits",
    design: Design | None = None,
) -> Fit:
    """Fit ``y`` on ``columns``. Several frames are imputed versions of one and are pooled by Rubin's rules.

    "firth" and "ml": limits and p-values from the profile (penalised) likelihood, as R ``logistf`` and
    ``confint(glm)``; pooled ones from the normal approximation on the log-odds scale. "ols": t. ``wanted`` "tests" leaves
    the limits out and "estimates" the p-values too (NaN), which is faster; ``design`` is that of a single frame where it
    is known. Raises NotComputable as the estimators do; "ml" does not look for separation.
    """
    logistic = estimator != "ols"
    if len(frames) == 1:
        return _fit_one(frames[0], design or design_of(frames[0], columns, logistic), tuple(columns), estimator, level, wanted)
    return _pooled(
        [_fit_one(frame, design_of(frame, columns, logistic), tuple(columns), estimator, level, "estimates") for frame in frames],
        level,
    )


def _fit_one(frame: pd.DataFrame, design: Design, columns: tuple[Column, ...], estimator: str, level: float, wanted: Wanted) -> Fit:
    if estimator == "ols":
        return _least_squares(frame, columns, level)
    x, y, counts = design.distinct
    x, size = scaled(x)
    objective = objective_of(estimator, x, y, counts)
    p = x.shape[1]
    best = highest(objective, x, y, counts) if estimator == "firth" else maximise(objective, np.zeros(p), np.arange(p))
    vcov = np.linalg.inv(best.at.information)
    se = np.sqrt(np.diagonal(vcov))
    low = high = tail = np.full(p, np.nan)
    terms = _terms([])
    if wanted != "estimates" and design.n > LARGE:
        return _wald(estimator, design, columns, best.beta / size, vcov / np.outer(size, size), level)
    if wanted != "estimates":
        terms = _by_position(term_tests(design, objective, best), columns, "chi2")
        tail = np.array([np.nan, *(_tail(objective, best, design, terms, j) for j in range(1, p))])
    if wanted == "limits":
        ends = [profile_interval(objective, best, j, se[j], level) for j in range(1, p)]
        low, high = np.array([(np.nan, np.nan), *ends]).T / size
    return Fit(estimator, design, columns, best.beta / size, vcov / np.outer(size, size), low, high, tail, terms)


def _wald(estimator: str, design: Design, columns: tuple[Column, ...], beta: np.ndarray, vcov: np.ndarray, level: float) -> Fit:
    """Normal limits and tests."""
    se = np.sqrt(np.diagonal(vcov))
    reach = z_crit(level) * se
    rows = []
    for index in range(len(columns)):
        own = np.flatnonzero(np.array(design.term_of) == index)
        if len(own):
            chi2 = float(beta[own] @ np.linalg.solve(vcov[np.ix_(own, own)], beta[own]))
            rows.append((index, chi2, len(own), f_p(chi2 / len(own), len(own), 1e10)))
    tail = np.array([np.nan, *(z_p(float(b / s)) for b, s in zip(beta[1:], se[1:], strict=True))])
    return Fit(estimator, design, columns, beta, vcov, beta - reach, beta + reach, tail, _terms(rows))


def separation_of(design: Design) -> Separation | None:
    """The separation of a yes/no outcome, or None.

    A likelihood that reaches its top at moderate coefficients has one, and nothing is separated; only where it does not
    are the linear programs of :func:`detect_separation` asked.
    """
    x, y, counts = design.distinct
    x, _ = scaled(x)
    try:
        best = maximise(bernoulli(x, y, counts), np.zeros(x.shape[1]), np.arange(x.shape[1]))
        if float(np.abs(x @ best.beta).max()) < MODERATE:
            return None
    except NotComputable:
        pass
    return detect_separation(design)


def _tail(objective: Objective, best: Maximum, design: Design, terms: pd.DataFrame, j: int) -> float:
    """Likelihood-ratio p of one coefficient; that of its predictor where it is the only one."""
    term = design.term_of[j]
    if design.term_of.count(term) == 1:
        return float(terms["p"].loc[term])
    return z_p(likelihood_ratio(objective, best, np.array([j])) ** 0.5)


def fit_separated(
    frame: pd.DataFrame, columns: Sequence[Column], separation: Separation, level: float, design: Design | None = None
) -> Fit:
    """Maximum likelihood where it has no maximum: infinite where the data drive a coefficient to infinity, else finite.

    The finite coefficients are those of the limit, with Wald intervals, as R ``glm`` prints them beside the enormous
    ones; nothing but their direction is known of the others.
    """
    design = design_of(frame, columns, True) if design is None else design
    r = r_logistic(formula(columns), frame, epsilon=1e-12, profile=False, counts=design.counts)
    beta, reach = r.coef.copy(), z_crit(level) * r.se
    low, high = beta - reach, beta + reach
    p = np.array([z_p(float(b / s)) for b, s in zip(beta, r.se, strict=True)])
    for name, direction in separation.infinite.items():
        j = design.names.index(name)
        beta[j] = direction * np.inf if direction else np.nan
        low[j] = high[j] = p[j] = np.nan
    terms = _terms([(i, np.nan, 1, float(p[design.names.index(c.safe)])) for i, c in enumerate(columns) if c.safe in design.names])
    return Fit("ml", design, tuple(columns), beta, np.full((len(beta), len(beta)), np.nan), low, high, p, terms)


def _least_squares(frame: pd.DataFrame, columns: tuple[Column, ...], level: float) -> Fit:
    model = linear(formula(columns), frame, level, drop_dependent=True)
    c = model.coefficients
    return Fit(
        "ols",
        model.design,
        columns,
        c["estimate"].to_numpy(),
        model.vcov,
        c["ci_low"].to_numpy(),
        c["ci_high"].to_numpy(),
        c["p"].to_numpy(),
        _by_position(model.terms, columns, "f"),
    )


def _by_position(table: pd.DataFrame, columns: Sequence[Column], statistic: str) -> pd.DataFrame:
    """A table of tests with the predictors' positions for their names."""
    position = {c.safe: i for i, c in enumerate(columns)}
    out = table.rename(columns={statistic: "statistic"})[["statistic", "df", "p"]]
    return out.set_index(pd.Index([position[t] for t in table["term"]], name="term"))


def _terms(rows: Sequence[tuple[int, float, int, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["term", "statistic", "df", "p"]).set_index("term")


def _pooled(fits: Sequence[Fit], level: float) -> Fit:
    first = fits[0]
    if any(f.design.names != first.design.names for f in fits):
        raise NotComputable(
            "The imputed data sets do not lead to the same model: a level is too rare", fix="Merge rare levels, or use complete cases"
        )
    betas = np.array([f.beta for f in fits])
    vcovs = np.array([f.vcov for f in fits])
    df = len(first.design.y) - len(first.beta) if first.estimator == "ols" else np.inf
    each = [pool(betas[:, j], vcovs[:, j, j], df, level) for j in range(betas.shape[1])]
    rows = []
    for index in range(len(first.columns)):
        own = np.flatnonzero(np.array(first.design.term_of) == index)
        if len(own):
            test = pool_jointly(betas[:, own], vcovs[:, own[:, None], own])
            rows.append((index, test.f, test.df1, test.p))
    within, between = vcovs.mean(axis=0), np.atleast_2d(np.cov(betas.T))
    return Fit(
        first.estimator,
        first.design,
        first.columns,
        betas.mean(axis=0),
        within + (1 + 1 / len(fits)) * between,
        np.array([e.ci_low for e in each]),
        np.array([e.ci_high for e in each]),
        np.array([e.p for e in each]),
        _terms(rows),
    )
