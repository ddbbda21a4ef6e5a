"""Logistic regression by maximum likelihood, with a check that the maximum exists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc, expit

from aadash.errors import NotComputable
from aadash.stats.design import Design, build_design
from aadash.stats.distributions import z_crit, z_p
from aadash.stats.likelihood import Maximum, Objective, bernoulli, likelihood_ratio, maximise, profile_limits
from aadash.stats.roc import auc_auto
from aadash.stats.separation import detect_separation

Array = np.ndarray


@dataclass(frozen=True)
class LogisticModel:
    """A fitted logistic regression. Coefficients are log odds ratios per unit of the predictor."""

    formula: str
    n: int
    events: int
    n_missing: int
    """Rows left out because the outcome or a predictor is missing."""
    dropped: tuple[str, ...]
    """Columns left out as combinations of others (only when ``drop_dependent``)."""
    coefficients: pd.DataFrame
    """Index: design column. Columns estimate, se, z, p, ci_low, ci_high (Wald), profile_low, profile_high
    (profile likelihood), odds_ratio, or_low, or_high (from the profile limits)."""
    vcov: Array
    terms: pd.DataFrame
    """Likelihood-ratio test of each term that no interaction contains: term, chi2, df, p."""
    deviance: float
    null_deviance: float
    loglik: float
    aic: float
    lr_chi2: float
    """Likelihood-ratio test of all predictors together."""
    lr_df: int
    lr_p: float
    nagelkerke_r2: float
    auc: float
    """Area under the ROC curve of the fitted probabilities, on the data that fitted them: optimistic."""
    fitted: Array
    rows: Array
    """Positions of the rows used, matching ``fitted``."""
    level: float


def logistic(formula: str, frame: pd.DataFrame, level: float = 0.95, *, drop_dependent: bool = False) -> LogisticModel:
    """Fit ``logit P(y = 1) = Xβ`` by maximum likelihood.

    Parameters
    ----------
    formula
        As in :func:`aadash.stats.design.build_design`: ``"responder ~ age + sex + duration"``.
    frame
        One row per patient; rows with a missing value in a column of the formula are left out and counted.
    level
        Confidence level.
    drop_dependent
        Leave out columns that are combinations of others, as R does, instead of raising.

    Raises
    ------
    NotComputable
        The outcome is constant; predictors cannot be told apart; or the outcome is separated, in which case the
        message names the predictors and :func:`aadash.stats.firth.firth` is the way out.

    Notes
    -----
    Agrees with R ``glm(family = binomial)``; profile limits agree with ``MASS::confint`` up to its spline. Unstable with
    fewer than about ten events a coefficient (Peduzzi et al. 1996, doi:10.1016/S0895-4356(96)00236-3).
    """
    design = build_design(formula, frame, binary_response=True, drop_dependent=drop_dependent)
    separation = detect_separation(design)
    if separation is not None:
        raise NotComputable(separation.sentence(), fix="Use Firth's penalised likelihood, or leave the predictor out")
    objective = bernoulli(design.x, design.y)
    best = _fit(objective, design.x.shape[1])
    vcov = np.linalg.inv(best.at.information)
    events, n = int(design.y.sum()), len(design.y)
    null = events * np.log(events / n) + (n - events) * np.log(1 - events / n)
    deviance, df = -2 * best.at.value, design.x.shape[1] - 1
    lr = max(0.0, 2 * (best.at.value - null))
    return LogisticModel(
        formula=formula,
        n=n,
        events=events,
        n_missing=design.n_missing,
        dropped=design.dropped,
        coefficients=_coefficients(objective, best, vcov, design.names, level),
        vcov=vcov,
        terms=term_tests(design, objective, best),
        deviance=deviance,
        null_deviance=-2 * null,
        loglik=best.at.value,
        aic=deviance + 2 * design.x.shape[1],
        lr_chi2=lr,
        lr_df=df,
        lr_p=float(chdtrc(df, lr)) if df else float("nan"),
        nagelkerke_r2=float(-np.expm1(-lr / n) / -np.expm1(2 * null / n)),
        auc=auc_auto(design.y, _tied(design.x @ best.beta)),
        fitted=expit(design.x @ best.beta),
        rows=design.rows,
        level=level,
    )


def _fit(objective: Objective, p: int) -> Maximum:
    return maximise(objective, np.zeros(p), np.arange(p))


def _coefficients(objective: Objective, best: Maximum, vcov: Array, names: tuple[str, ...], level: float) -> pd.DataFrame:
    se = np.sqrt(np.diagonal(vcov))
    z = best.beta / se
    limits = np.array([profile_limits(objective, best, j, se[j], level) for j in range(len(se))])
    half = z_crit(level) * se
    with np.errstate(over="ignore"):
        ratios = np.exp(np.column_stack([best.beta, limits]))
    return pd.DataFrame(
        {
            "estimate": best.beta, "se": se, "z": z, "p": [z_p(v) for v in z],
            "ci_low": best.beta - half, "ci_high": best.beta + half,
            "profile_low": limits[:, 0], "profile_high": limits[:, 1],
            "odds_ratio": ratios[:, 0], "or_low": ratios[:, 1], "or_high": ratios[:, 2],
        },
        index=list(names),
    )  # fmt: skip


def term_tests(design: Design, objective: Objective, best: Maximum) -> pd.DataFrame:
    """Likelihood-ratio test of dropping each term that is not part of an interaction (R ``drop1``)."""
    rows = []
    terms = [set(t) for t in design.formula.terms]
    for index, label in enumerate(design.term_labels):
        columns = np.array([j for j, t in enumerate(design.term_of) if t == index])
        if not len(columns) or any(terms[index] < other for other in terms):
            continue
        chi2 = likelihood_ratio(objective, best, columns)
        rows.append((label, chi2, len(columns), float(chdtrc(len(columns), chi2))))
    return pd.DataFrame(rows, columns=["term", "chi2", "df", "p"])


def _tied(eta: Array) -> Array:
    """The linear predictor with rounding noise taken off, so that equal probabilities are equal."""
    return np.round(eta, 10)
