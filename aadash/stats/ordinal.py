"""Ordered categories: the proportional-odds model, and whether its odds ratios are one and the same at every cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import chdtrc, expit

from aadash.errors import NotComputable
from aadash.stats.distributions import z_crit, z_p

Array = np.ndarray
#: A log odds ratio from a column's least to its greatest value beyond this is an infinite one that the iteration has not reached.
SEPARATED = 12.0


@dataclass(frozen=True)
class ProportionalOdds:
    """A fitted proportional-odds model. An odds ratio above 1: higher categories are more likely."""

    n: int
    categories: tuple[int, ...]
    """The codes that occur, in order."""
    thresholds: Array
    """K − 1 cut-points on the logit scale (R's ``zeta``)."""
    coefficients: pd.DataFrame
    """Index: names. Columns estimate, se, z, p, ci_low, ci_high, odds_ratio, or_low, or_high."""
    vcov: Array
    """Covariance of the coefficients alone."""
    loglik: float
    chi2: float
    """Likelihood-ratio test of all coefficients together."""
    df: int
    p: float
    po_chi2: float
    """Likelihood-ratio test against coefficients of their own at each cut; NaN where that model cannot be fitted."""
    po_df: int
    po_p: float
    at_cuts: pd.DataFrame
    """Binary logistic fits at each cut: cut (the lowest category above it), name, estimate, se, odds_ratio; NaN where separated."""


def proportional_odds(
    y: ArrayLike, x: ArrayLike, names: list[str], level: float = 0.95, counts: ArrayLike | None = None
) -> ProportionalOdds:
    """Cumulative-logit model ``logit P(Y ≤ j) = ζ_j − xβ`` by maximum likelihood (Newton's method).

    Parameters
    ----------
    y
        n whole numbers, the ordered categories; at least two of them occur.
    x
        n × p floats without NaN, without an intercept.
    names
        p names.
    counts
        n: how many patients each row stands for (None: one).

    Notes
    -----
    McCullagh 1980, doi:10.1111/j.2517-6161.1980.tb01109.x. R: ``MASS::polr``, ``ordinal::clm``. The check compares with the
    model in which each cut has its own coefficients (R ``ordinal::nominal_test``, for all columns at once). With n small it
    misses a lot; with n large it flags what does not matter: look at the odds ratios of the single cuts beside it. With two
    groups and proportional odds the model's score test is the Mann–Whitney test.

    Raises
    ------
    NotComputable
        One category only, a column that does not vary, or an outcome that the columns separate.
    """
    codes, design = np.asarray(y), np.asarray(x, dtype=float).reshape(len(np.asarray(y)), -1)
    each = np.ones(len(codes)) if counts is None else np.asarray(counts, dtype=float)
    n = int(each.sum())
    present, rank = np.unique(codes, return_inverse=True)
    k, p = len(present), design.shape[1]
    if k < 2:
        raise NotComputable("All patients are in one category, so there is nothing to compare")
    if np.linalg.matrix_rank(np.column_stack([np.ones(len(codes)), design])) < p + 1:
        raise NotComputable("A column does not vary, or is a combination of the others", fix="Leave it out")
    indicator = (rank[:, None] > np.arange(k - 1)).astype(float)  # n × (K − 1): above cut j
    start = np.concatenate([-_logit(np.average(indicator, axis=0, weights=each)), np.zeros(p)])
    common = np.zeros((k - 1, k - 1 + p, len(codes)))
    for j in range(k - 1):
        common[j, j] = 1.0
        common[j, k - 1 :] = -design.T
    theta, loglik, information = _maximise(common, rank, each, start)
    if np.abs(theta[k - 1 :] * np.ptp(design, axis=0)).max() > SEPARATED:
        raise _separated()
    vcov = np.linalg.inv(information)[k - 1 :, k - 1 :]
    beta, se = theta[k - 1 :], np.sqrt(np.diagonal(vcov))
    half = z_crit(level) * se
    sizes = np.bincount(rank, weights=each)
    null = float(np.sum(sizes * np.log(sizes / n)))
    chi2 = max(0.0, 2 * (loglik - null))
    po_chi2, po_df = _nominal(design, rank, each, k, theta, loglik), p * (k - 2)
    with np.errstate(over="ignore"):
        table = pd.DataFrame(
            {
                "estimate": beta, "se": se, "z": beta / se, "p": [z_p(v) for v in beta / se], "ci_low": beta - half,
                "ci_high": beta + half, "odds_ratio": np.exp(beta), "or_low": np.exp(beta - half), "or_high": np.exp(beta + half),
            },
            index=list(names),
        )  # fmt: skip
    return ProportionalOdds(
        n=n,
        categories=tuple(int(c) for c in present),
        thresholds=theta[: k - 1],
        coefficients=table,
        vcov=vcov,
        loglik=loglik,
        chi2=chi2,
        df=p,
        p=float(chdtrc(p, chi2)),
        po_chi2=po_chi2,
        po_df=po_df,
        po_p=float(chdtrc(po_df, po_chi2)) if po_df and np.isfinite(po_chi2) else float("nan"),
        at_cuts=_single_cuts(design, indicator, each, present, names),
    )


def _logit(share: Array) -> Array:
    return np.log(share / (1 - share))


def _nominal(design: Array, rank: Array, each: Array, k: int, theta: Array, loglik: float) -> float:
    """2 × the gain in log-likelihood of coefficients of their own at every cut."""
    p = design.shape[1]
    if k == 2:
        return 0.0
    kinds, kind = np.unique(design, axis=0, return_inverse=True)
    if len(kinds) == p + 1:  # strata: every one has its own shares, which fit best as they were counted
        return max(0.0, 2 * (_as_counted(kind.reshape(-1), rank, each) - loglik))
    full = np.zeros((k - 1, (k - 1) * (p + 1), len(rank)))
    start = np.zeros((k - 1) * (p + 1))
    for j in range(k - 1):
        at = j * (p + 1)
        full[j, at], full[j, at + 1 : at + 1 + p] = 1.0, -design.T
        start[at], start[at + 1 : at + 1 + p] = theta[j], theta[k - 1 :]
    try:
        best, value, _ = _maximise(full, rank, each, start, supremum=True)
    except NotComputable:
        return float("nan")
    cumulative = np.vstack([np.zeros(len(rank)), expit(np.einsum("jpn,p->jn", full, best)), np.ones(len(rank))])
    crossed = bool((np.diff(cumulative, axis=0) < -1e-9).any())  # a category that a patient has with less than no chance
    return float("nan") if crossed else max(0.0, 2 * (value - loglik))


def _as_counted(kind: Array, rank: Array, each: Array) -> float:
    """Log-likelihood of each kind's shares as counted: the highest there is."""
    counts = np.zeros((kind.max() + 1, rank.max() + 1))
    np.add.at(counts, (kind, rank), each)
    shares = counts / counts.sum(axis=1, keepdims=True)
    return float(np.sum(counts[counts > 0] * np.log(shares[counts > 0])))


def _evaluate(basis: Array, rank: Array, each: Array, theta: Array) -> tuple[float, Array, Array]:
    """Log-likelihood, score and observed information of ``each`` so many patients; basis is (cuts, parameters, n): eta_j = basis_j'
    theta."""
    n = basis.shape[2]
    eta = np.einsum("jpn,p->jn", basis, theta)
    cumulative = np.vstack([np.zeros(n), expit(eta), np.ones(n)])
    density = np.vstack([np.zeros(n), expit(eta) * expit(-eta), np.zeros(n)])
    slope = density * (1 - 2 * cumulative)
    rows = np.arange(n)
    prob = cumulative[rank + 1, rows] - cumulative[rank, rows]
    if np.any(prob <= 0):
        return -np.inf, theta, np.eye(len(theta))
    zero = np.zeros((1, *basis.shape[1:]))
    padded = np.concatenate([zero, basis, zero])
    up, down = padded[rank + 1, :, rows].T, padded[rank, :, rows].T
    fu, fd = density[rank + 1, rows], density[rank, rows]
    gradient = (up * fu - down * fd) / prob
    su, sd = slope[rank + 1, rows] / prob, slope[rank, rows] / prob
    hessian = (up * su * each) @ up.T - (down * sd * each) @ down.T - (gradient * each) @ gradient.T
    return float(np.log(prob) @ each), gradient @ each, -hessian


def _maximise(basis: Array, rank: Array, each: Array, start: Array, supremum: bool = False) -> tuple[Array, float, Array]:
    """Newton's method with halved steps. With ``supremum`` a likelihood that rises towards infinite parameters is answered
    with its limit; without it that raises NotComputable."""
    theta = start
    value, score, information = _evaluate(basis, rank, each, theta)
    for _ in range(100):
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError:
            step = np.linalg.pinv(information, hermitian=True) @ score
        decrement = float(score @ step)
        if decrement < 1e-20:
            return theta, value, information
        size = 1.0
        while size > 1e-6:
            new = _evaluate(basis, rank, each, theta + size * step)
            if new[0] >= value - 1e-12 * abs(value):
                break
            size /= 2
        else:
            if supremum and decrement < 1e-6:
                return theta, value, information
            break
        theta, gained = theta + size * step, new[0] - value
        value, score, information = new
        if supremum and abs(gained) < 1e-10 * abs(value):
            return theta, value, information
        if abs(gained) < 1e-13 * abs(value) and decrement < 1e-12:
            return theta, value, information
    raise _separated()


def _separated() -> NotComputable:
    return NotComputable(
        "The model for ordered categories has no finite answer: a predictor separates the categories",
        fix="Merge categories or small groups",
    )


def _single_cuts(design: Array, indicator: Array, each: Array, present: Array, names: list[str]) -> pd.DataFrame:
    rows = []
    for j in range(indicator.shape[1]):
        above = indicator[:, j].astype(int)
        basis = np.concatenate([np.ones((1, len(above))), -design.T])[None]
        try:
            start = np.concatenate([-_logit(np.average(above, weights=each, keepdims=True)), np.zeros(design.shape[1])])
            theta, _, information = _maximise(basis, above, each, start)
            if np.abs(theta[1:] * np.ptp(design, axis=0)).max() > SEPARATED:
                raise _separated()
            se = np.sqrt(np.diagonal(np.linalg.inv(information)))
        except NotComputable:
            theta = se = np.full(design.shape[1] + 1, np.nan)
        rows += [
            {"cut": int(present[j + 1]), "name": name, "estimate": theta[i], "se": se[i], "odds_ratio": float(np.exp(theta[i]))}
            for i, name in enumerate(names, start=1)
        ]
    return pd.DataFrame(rows, columns=["cut", "name", "estimate", "se", "odds_ratio"])
