"""Time to one of several events: cumulative incidence (Aalen–Johansen) and Gray's test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from aadash.errors import NotComputable
from aadash.stats._risk import checked
from aadash.stats.distributions import z_crit

Array = np.ndarray


@dataclass(frozen=True)
class CumulativeIncidence:
    """The proportion who have had the event of interest by each time, others having had the competing one first."""

    n: int
    events: int
    competing: int
    curve: pd.DataFrame
    """One row a distinct time: time, n_risk, n_event, n_competing, n_censor, incidence, se, ci_low, ci_high, competing_incidence."""
    level: float


@dataclass(frozen=True)
class GrayTest:
    """Gray's test that k groups have the same cumulative incidence."""

    chi2: float
    df: int
    p: float


def cumulative_incidence(time: ArrayLike, cause: ArrayLike, level: float = 0.95) -> CumulativeIncidence:
    """Aalen–Johansen estimate of the probability of the event of interest by each time.

    Parameters
    ----------
    time
        n times of the first event of any kind, or of the last look; NaN pairs are left out.
    cause
        n codes: 0 censored, 1 the event of interest, 2 (or more) a competing event.

    Notes
    -----
    F(t) = Σ S(s−) d₁(s)/n(s) with S the Kaplan–Meier estimate for any event. Variance: the delta method of Aalen (Marubini &
    Valsecchi 1995, formula 10.12), as R ``cmprsk::cuminc``; limits on the log(−log) scale, within 0 and 1. Aalen & Johansen 1978
    (Scand J Stat 5:141). One minus Kaplan–Meier with the competing event censored overstates it: it answers what would happen if
    nobody could have the competing event. Misleads when read as the effect of a factor on the rate: few events may mean that the
    competing one came first.

    Raises
    ------
    NotComputable
        Nobody to follow, negative times, or causes that are not whole numbers of zero or more.
    """
    t, c = _checked(time, cause)
    times, index = np.unique(t, return_inverse=True)
    size = len(times)
    d1 = np.bincount(index, weights=c == 1, minlength=size)
    d2 = np.bincount(index, weights=c > 1, minlength=size)
    out = np.bincount(index, minlength=size).astype(float)
    risk = len(t) - np.concatenate([[0.0], np.cumsum(out)[:-1]])
    surv = np.cumprod(1 - (d1 + d2) / risk)
    before = np.concatenate([[1.0], surv[:-1]])
    incidence = np.cumsum(before * d1 / risk)
    se = np.sqrt(_aalen_variance(d1, d2, risk, before, surv, incidence))
    with np.errstate(divide="ignore", invalid="ignore"):
        half = z_crit(level) * se / (incidence * np.log(incidence))
        low, high = incidence ** np.exp(-half), incidence ** np.exp(half)
    flat = (incidence <= 0) | (incidence >= 1)
    low, high = np.where(flat, np.nan, low), np.where(flat, np.nan, high)
    curve = pd.DataFrame(
        {
            "time": times, "n_risk": risk.astype(int), "n_event": d1.astype(int), "n_competing": d2.astype(int),
            "n_censor": (out - d1 - d2).astype(int), "incidence": incidence, "se": se, "ci_low": low, "ci_high": high,
            "competing_incidence": np.cumsum(before * d2 / risk),
        }
    )  # fmt: skip
    return CumulativeIncidence(len(t), int(d1.sum()), int(d2.sum()), curve, level)


def _checked(time: ArrayLike, cause: ArrayLike) -> tuple[Array, Array]:
    c = np.asarray(cause, dtype=float).ravel()
    if not np.all(np.isnan(c) | ((c >= 0) & (c == np.round(c)))):
        raise NotComputable("A cause must be 0 (censored), 1 (the event of interest) or 2 and above (a competing event)")
    t = np.asarray(time, dtype=float).ravel()
    present = ~(np.isnan(t) | np.isnan(c))
    t, _ = checked(t[present], (c[present] > 0).astype(float))
    return t, c[present].astype(int)


def _aalen_variance(d1: Array, d2: Array, risk: Array, before: Array, after: Array, incidence: Array) -> Array:
    """Var F(t) = v₁ + F²v₃ − 2F v₂, sums over the event times up to t (the scheme of R's ``cmprsk``)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = np.where(after > 0, 1 / after, 0.0)
        one = np.where(d1 > 0, before**2 * np.where(d1 > 1, 1 - (d1 - 1) / (risk - 1), 1.0) * d1 / risk**2, 0.0)
        two = np.where((d2 > 0) & (after > 0), before**2 * np.where(d2 > 1, 1 - (d2 - 1) / (risk - 1), 1.0) * d2 / risk**2, 0.0)
    own, other = 1 + inverse * incidence, inverse * incidence
    v1 = np.cumsum(own**2 * one + other**2 * two)
    v2 = np.cumsum(inverse * (own * one + other * two))
    v3 = np.cumsum(inverse**2 * (one + two))
    # The value changes at the times of the event of interest only.
    value = np.where(d1 > 0, v1 + incidence**2 * v3 - 2 * incidence * v2, np.nan)
    return np.maximum(0.0, pd.Series(value).ffill().fillna(0.0).to_numpy())


def gray_test(time: ArrayLike, cause: ArrayLike, group: Sequence[object]) -> GrayTest:
    """Gray's test (ρ = 0) that k groups have the same cumulative incidence of cause 1; arrays of length n.

    A log-rank test on the subdistribution hazard, in which who has had the competing event stays at risk with the weight that
    censoring leaves. Gray 1988, doi:10.1214/aos/1176350951; variance as in R ``cmprsk::cuminc(...)$Tests``. χ² on k − 1 degrees of
    freedom. Blind to curves that cross; it compares what happens, not the biology of the rate.

    Raises NotComputable with fewer than two groups, or no event of cause 1.
    """
    labels = pd.Series(list(group))
    c_raw, t_raw = np.asarray(cause, dtype=float).ravel(), np.asarray(time, dtype=float).ravel()
    present = ~(np.isnan(c_raw) | np.isnan(t_raw)) & labels.notna().to_numpy()
    t, c = _checked(t_raw[present], c_raw[present])
    codes, names = pd.factorize(labels[present])
    k = len(names)
    if k < 2:
        raise NotComputable("Groups are to be compared, but there is only one")
    if not np.any(c == 1):
        raise NotComputable("Nobody had the event, so there is nothing to compare")
    score, covariance = _gray_sums(t, c, codes, k)
    chi2 = float(score[:-1] @ np.linalg.pinv(covariance[:-1, :-1], hermitian=True) @ score[:-1])
    df = int(np.linalg.matrix_rank(covariance[:-1, :-1]))
    return GrayTest(chi2, df, float(chdtrc(df, chi2)) if df else float("nan"))


def _gray_sums(t: Array, c: Array, codes: Array, k: int) -> tuple[Array, Array]:
    """Scores and their covariance, one pass over the times (the scheme of R's ``cmprsk``)."""
    score, cov = np.zeros(k), np.zeros((k, k))
    risk = np.bincount(codes, minlength=k).astype(float)
    km, own = np.ones(k), np.zeros(k)  # each group's Kaplan–Meier for any event, and its incidence
    total, spread, mixed, weight = 0.0, np.zeros(k), np.zeros((k, k)), np.zeros((k, k))
    times, index = np.unique(t, return_inverse=True)
    counts = np.zeros((len(times), 3, k))
    np.add.at(counts, (index, np.minimum(c, 2), codes), 1.0)
    for leaving in counts:
        d1, d2 = leaving[1], leaving[2]
        n1, n2 = d1.sum(), d2.sum()
        if n1 or n2:
            on = risk > 0
            safe = np.where(on, risk, 1.0)
            after = np.where(on, km * (risk - d1 - d2) / safe, km)
            reach = np.where(on & (km > 0), risk / np.where(km > 0, km, 1.0), 0.0)
            tr = reach.sum()
            later = total + n1 / tr
            a = np.diag(reach) - np.outer(reach, reach) / tr
            weight += a * n1 / (tr * (1 - total))
            score += np.where(on, d1 - n1 * reach * (1 - own) / (reach @ (1 - own)), 0.0)
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = np.where(after > 0, (1 - later) / after, 0.0)
                if n1:
                    gap = np.where(after > 0, 1 - ratio, 1.0)
                    finite = 1 - (n1 - 1) / (tr * km - 1) if n1 > 1 else np.ones(k)
                    v = np.where(on, finite * km * n1 / (tr * safe), 0.0)
                    part = a - gap * weight
                    spread += gap**2 * v
                    mixed += part * (gap * v)
                    cov += (part * v) @ part.T
                if n2:
                    finite = np.where(d2 > 1, 1 - (d2 - 1) / (risk - 1), 1.0)
                    v = np.where(on & (after > 0) & (d2 > 0), finite * km**2 * d2 / safe**2, 0.0)
                    part = ratio * weight
                    spread += ratio**2 * v
                    mixed -= part * (ratio * v)
                    cov += (part * v) @ part.T
            own = np.where(on, own + km * d1 / safe, own)
            km, total = after, later
        risk = risk - leaving.sum(axis=0)
    crossed = weight @ mixed.T
    return score, cov + (weight * spread) @ weight.T + crossed + crossed.T
