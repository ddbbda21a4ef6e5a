"""Generalised estimating equations for a repeated yes/no outcome: odds ratios that allow for visits of one patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import chdtrc, expit

from aadash.errors import NotComputable
from aadash.stats.design import build_design
from aadash.stats.distributions import z_crit

Array = np.ndarray


@dataclass(frozen=True)
class GeeModel:
    """A fitted marginal logistic model. Coefficients are population-averaged log odds ratios."""

    formula: str
    structure: str
    n_observations: int
    n_clusters: int
    n_missing: int
    """Rows left out because the outcome, a predictor or the cluster is missing."""
    coefficients: pd.DataFrame
    """Index: design column. Columns estimate, se (robust), wald_chi2, p, ci_low, ci_high, odds_ratio, or_low, or_high."""
    vcov: Array
    """Robust (sandwich) covariance."""
    alpha: float
    """Working correlation of two visits of one patient; NaN under independence."""
    level: float


def gee(
    formula: str,
    frame: pd.DataFrame,
    cluster: str,
    structure: Literal["independence", "exchangeable"] = "exchangeable",
    level: float = 0.95,
    counts: str = "",
) -> GeeModel:
    """Fit ``logit P(y = 1) = Xβ`` to repeated outcomes by Liang and Zeger's estimating equations.

    Parameters
    ----------
    formula
        As in :func:`aadash.stats.design.build_design`.
    frame
        One row per patient and visit.
    cluster
        The column that says whose row it is.
    structure
        Working correlation. "exchangeable" estimates one correlation: the mean product of the Pearson residuals of all
        pairs of visits of one patient, over the mean square of the Pearson residuals of the independence fit, iterated
        with the coefficients. That is R ``geepack`` with ``scale.fix = TRUE`` (whose scale is fixed there, not at 1).
        R ``gee`` and statsmodels estimate scale and correlation anew in each round and divide by the numbers less the
        number of coefficients, and so differ by up to a few per cent.
    level
        Confidence level.
    counts
        The column that says how many patients a cluster stands for, the same in each of its rows; "" for one each.

    Raises
    ------
    NotComputable
        Constant outcome, dependent predictors, no convergence (as with separation), fewer than two clusters.

    Notes
    -----
    Liang & Zeger 1986 (doi:10.1093/biomet/73.1.13). Robust standard errors are too small with fewer than about 40
    patients; missing visits must be missing completely at random.
    """
    if cluster not in frame.columns:
        raise NotComputable(f"There is no column {cluster!r}", fix="Choose the column that identifies patients")
    known = np.flatnonzero(frame[cluster].notna().to_numpy())
    of_row = frame[counts].iloc[known].to_numpy(dtype=float) if counts else None
    design = build_design(formula, frame.iloc[known], binary_response=True, counts=of_row)
    labels, member = np.unique(frame[cluster].iloc[known[design.rows]].to_numpy().astype(str), return_inverse=True)
    each = np.ones(len(labels))
    if design.counts is not None:
        each[member.ravel()] = design.counts
    patients = int(each.sum())
    if patients <= design.x.shape[1]:
        raise NotComputable(
            f"{patients} patients are too few for robust standard errors of {design.x.shape[1]} coefficients",
            fix="Use fewer predictors",
        )
    clusters = _Clusters(design.x, design.y, member.ravel(), each)
    beta, alpha = _iterate(clusters, np.zeros(design.x.shape[1]), None), float("nan")
    if structure == "exchangeable":
        if not clusters.pairs:
            raise NotComputable("No patient has two visits, so their correlation cannot be estimated")
        scale = float(np.average(clusters.working(beta)[1] ** 2, weights=clusters.of_row))
        beta = _iterate(clusters, beta, scale)
        alpha = clusters.correlation(beta, scale)
    bread, _, meat = clusters.equations(beta, 0.0 if structure == "independence" else alpha)
    inverse = np.linalg.inv(bread)
    vcov = inverse @ meat @ inverse
    if not np.all(np.diagonal(vcov) > 0):
        raise NotComputable("The outcomes of these patients leave no variation for a robust standard error")
    se = np.sqrt(np.diagonal(vcov))
    wald = (beta / se) ** 2
    half = z_crit(level) * se
    with np.errstate(over="ignore"):
        ratios = np.exp(np.column_stack([beta, beta - half, beta + half]))
    return GeeModel(
        formula=formula,
        structure=structure,
        n_observations=int(clusters.of_row.sum()),
        n_clusters=patients,
        n_missing=len(frame) - len(design.y),
        coefficients=pd.DataFrame(
            {
                "estimate": beta, "se": se, "wald_chi2": wald, "p": chdtrc(1, wald),
                "ci_low": beta - half, "ci_high": beta + half,
                "odds_ratio": ratios[:, 0], "or_low": ratios[:, 1], "or_high": ratios[:, 2],
            },
            index=list(design.names),
        ),
        vcov=vcov,
        alpha=alpha,
        level=level,
    )  # fmt: skip


@dataclass(frozen=True)
class _Clusters:
    """Rows of k clusters: design, outcome, whose row it is (0 … k − 1), and how many patients each cluster stands for."""

    x: Array
    y: Array
    member: Array
    each: Array

    @property
    def of_row(self) -> Array:
        """How many patients each row stands for."""
        return self.each[self.member]

    @property
    def size(self) -> Array:
        return np.bincount(self.member, minlength=len(self.each)).astype(float)

    @property
    def pairs(self) -> float:
        return float((self.each * self.size * (self.size - 1) / 2).sum())

    def total(self, values: Array) -> Array:
        """Sums over each patient's rows."""
        out = np.zeros((len(self.each), *values.shape[1:]))
        np.add.at(out, self.member, values)
        return out

    def working(self, beta: Array) -> tuple[Array, Array]:
        """Square root of the binomial variance, and the Pearson residuals."""
        eta = self.x @ beta
        root = np.sqrt(expit(eta) * expit(-eta))
        return root, (self.y - expit(eta)) / np.maximum(root, 1e-150)

    def correlation(self, beta: Array, scale: float) -> float:
        """Mean product of residuals over pairs of visits, over ``scale``."""
        pearson = self.working(beta)[1]
        products = float(self.total(pearson) ** 2 @ self.each - pearson**2 @ self.of_row)
        return float(products / 2 / self.pairs / scale)

    def equations(self, beta: Array, alpha: float) -> tuple[Array, Array, Array]:
        """Bread ``Σ D'V⁻¹D``, score ``Σ D'V⁻¹(y − μ)`` and meat ``Σ u_i u_i'``.

        The inverse of an exchangeable correlation of m visits is ``(I − c 11')/(1 − α)`` with ``c = α/(1 + (m − 1)α)``,
        so that all sums over a patient are sums of rows and squares of the patient's totals.
        """
        root, pearson = self.working(beta)
        d = self.x * root[:, None]
        shrink, n = (alpha / (1 + (self.size - 1) * alpha))[:, None], self.each[:, None]
        sum_d, sum_r = self.total(d), self.total(pearson)
        bread = ((d * self.of_row[:, None]).T @ d - (n * shrink * sum_d).T @ sum_d) / (1 - alpha)
        each = (self.total(d * pearson[:, None]) - shrink * sum_d * sum_r[:, None]) / (1 - alpha)
        return bread, self.each @ each, (n * each).T @ each


def _iterate(clusters: _Clusters, beta: Array, scale: float | None) -> Array:
    """Solve the estimating equations; ``scale`` None means independence."""
    for _ in range(200):
        alpha = 0.0 if scale is None else clusters.correlation(beta, scale)
        if not (alpha < 1 - 1e-8 and 1 + (clusters.size.max() - 1) * alpha > 1e-8):
            raise NotComputable(
                f"The visits of one patient correlate by {alpha:.3g}, which no exchangeable correlation can be",
                fix='Use structure "independence"',
            )
        bread, score, _ = clusters.equations(beta, alpha)
        try:
            step = np.linalg.solve(bread, score)
        except np.linalg.LinAlgError:
            break
        beta = beta + step
        if not np.all(np.isfinite(beta)) or np.abs(clusters.x @ beta).max() > 500:
            break
        if np.abs(step).max() <= 1e-13 * (1 + np.abs(beta).max()):
            return beta
    raise NotComputable(
        "The estimating equations did not converge: a predictor may separate the outcome",
        fix="Leave predictors out, or merge levels",
    )
