"""Time to a first event under right censoring: Kaplan–Meier, log-rank, restricted mean time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from aadash.errors import NotComputable
from aadash.stats._risk import TOLERANCE, checked, risk_table
from aadash.stats.distributions import z_crit

Array = np.ndarray


@dataclass(frozen=True)
class KaplanMeier:
    """A survival curve: the proportion still without the event."""

    n: int
    events: int
    curve: pd.DataFrame
    """One row a distinct time, censoring times included: time, n_risk, n_event, n_censor, survival, se (Greenwood),
    ci_low, ci_high (log–log), log_low, log_high (log). Limits are NaN where survival is 0."""
    median: float
    """NaN when survival never falls to one half."""
    median_ci: tuple[float, float]
    """From the log–log limits; NaN for a bound that is not reached."""
    median_ci_log: tuple[float, float]
    """From the log limits, R's default."""
    level: float

    @property
    def at_events(self) -> pd.DataFrame:
        """The rows of ``curve`` at which somebody had the event."""
        return self.curve[self.curve["n_event"] > 0].reset_index(drop=True)


@dataclass(frozen=True)
class LogRank:
    """Log-rank test of k groups."""

    chi2: float
    df: int
    p: float
    table: pd.DataFrame
    """One row per group: group, n, observed, expected."""


@dataclass(frozen=True)
class RestrictedMean:
    """Mean time without the event up to ``tau``: the area under the curve."""

    tau: float
    mean: float
    se: float
    ci_low: float
    ci_high: float


def kaplan_meier(time: ArrayLike, event: ArrayLike, level: float = 0.95, counts: ArrayLike | None = None) -> KaplanMeier:
    """Kaplan–Meier estimate of the probability of no event by each time.

    Parameters
    ----------
    time
        n times of the event or of the last look, in any unit; NaN pairs are left out.
    event
        n flags, 1 = event at ``time``, 0 = censored there.
    level
        Confidence level.
    counts
        How many patients each of the n stands for, none of them NaN then; one each without it.

    Raises
    ------
    NotComputable
        Nobody to follow, negative times, or events that are not 0/1.

    Notes
    -----
    Kaplan & Meier 1958 (doi:10.1080/01621459.1958.10501452), Greenwood's variance; log–log limits (Borgan & Liestøl 1990)
    stay within 0 and 1 and cover better in small samples than R's default log limits. Equals R ``survfit`` and its
    ``quantile``: where the curve is exactly one half on a stretch, the median is the middle of it. A response that is
    looked for only at visits is seen at the first visit after it happened: the curve is late by up to one interval.
    """
    t, e = checked(time, event)
    each = np.ones(len(t)) if counts is None else np.asarray(counts, dtype=float)
    times, index = np.unique(t, return_inverse=True)
    index = index.ravel()
    d = np.bincount(index, weights=e * each, minlength=len(times))
    out = np.bincount(index, weights=each, minlength=len(times))
    risk = each.sum() - np.concatenate([[0.0], np.cumsum(out)[:-1]])
    surv = np.cumprod(1 - d / risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(d / (risk * (risk - d))))
        se = surv * spread
        z = z_crit(level)
        log_low, log_high = surv * np.exp(-z * spread), np.minimum(1.0, surv * np.exp(z * spread))
        half = z * spread / np.log(surv)
        low, high = np.exp(np.log(surv) * np.exp(-half)), np.exp(np.log(surv) * np.exp(half))
    start = surv == 1
    low[start], high[start], log_low[start], log_high[start] = 1.0, 1.0, 1.0, 1.0
    ended = surv == 0
    for values in (low, high, log_low, log_high, se):
        values[ended] = np.nan
    curve = pd.DataFrame(
        {
            "time": times, "n_risk": risk.astype(int), "n_event": d.astype(int), "n_censor": (out - d).astype(int),
            "survival": surv, "se": se, "ci_low": low, "ci_high": high, "log_low": log_low, "log_high": log_high,
        }
    )  # fmt: skip
    return KaplanMeier(
        n=int(each.sum()),
        events=int(d.sum()),
        curve=curve,
        median=_crossing(times, surv),
        median_ci=(_crossing(times, low), _crossing(times, high)),
        median_ci_log=(_crossing(times, log_low), _crossing(times, log_high)),
        level=level,
    )


def _crossing(times: Array, surv: Array, p: float = 0.5) -> float:
    """R's ``survival:::findq``: where 1 − S reaches p; the middle of the stretch on which it equals p."""
    x = np.concatenate([[0.0], times])
    y = np.concatenate([[0.0], 1 - surv])
    if np.nanmax(y) < p:
        return float("nan")
    last = x[-1]
    ended_missing = bool(np.isnan(y[-1]))
    keep = np.sort(np.unique(y, return_index=True)[1])
    keep = keep[~np.isnan(y[keep])]
    x, y = x[keep], y[keep]
    reached = x[np.where(y + TOLERANCE >= p, y, np.inf).argmin()] if np.any(y + TOLERANCE >= p) else np.nan
    passed = x[np.where(y - TOLERANCE >= p, y, np.inf).argmin()] if np.any(y - TOLERANCE >= p) else np.nan
    if not ended_missing and abs(p - y[-1]) < TOLERANCE:
        passed = last
    return float((reached + passed) / 2)


def log_rank(time: ArrayLike, event: ArrayLike, group: Sequence[object], counts: ArrayLike | None = None) -> LogRank:
    """Log-rank test that k groups have the same hazard; arrays of length n, ``counts`` as of :func:`kaplan_meier`.

    Observed minus expected events with the hypergeometric covariance, χ² on k − 1 degrees of freedom (Mantel 1966; Peto &
    Peto 1972, doi:10.2307/2344317). Equals R ``survdiff``. Raises NotComputable for one group or no event. Blind to curves
    that cross.
    """
    table = risk_table(time, event, group, counts)
    total, d = table.at_risk.sum(axis=1), table.events.sum(axis=1)
    share = table.at_risk / total[:, None]
    expected = d @ share
    factor = np.where(total > 1, d * (total - d) / np.maximum(total - 1, 1), 0.0)
    covariance = np.diag(factor @ share) - (share * factor[:, None]).T @ share
    gap = table.events.sum(axis=0) - expected
    keep = np.flatnonzero(expected > 0)[1:]
    chi2 = float(gap[keep] @ np.linalg.pinv(covariance[np.ix_(keep, keep)], hermitian=True) @ gap[keep])
    df = len(keep)
    groups = pd.DataFrame(
        {
            "group": list(table.labels), "n": table.sizes.astype(int),
            "observed": table.events.sum(axis=0), "expected": expected,
        }
    )  # fmt: skip
    return LogRank(chi2, df, float(chdtrc(df, chi2)) if df else float("nan"), groups)


def restricted_mean(
    time: ArrayLike, event: ArrayLike, tau: float, level: float = 0.95, counts: ArrayLike | None = None
) -> RestrictedMean:
    """Mean time without the event up to ``tau``, in the unit of ``time``.

    The area under the Kaplan–Meier curve to tau; its variance is ``Σ A_i² d_i / (n_i (n_i − d_i))`` over event times up to
    tau, A_i being the area from there to tau (Royston & Parmar 2013, doi:10.1186/1471-2288-13-152). Equals R
    ``summary(survfit, rmean = tau)`` and ``survRM2``. Raises NotComputable when nobody is followed to tau while the curve
    is above 0: the area would be a guess. Groups must share one tau.
    """
    fit = kaplan_meier(time, event, level, counts)
    curve = fit.curve
    last = float(curve["time"].iloc[-1])
    if not tau > 0:
        raise NotComputable(f"The horizon of a restricted mean must be positive, found {tau:g}")
    if tau > last and curve["survival"].iloc[-1] > 0:
        raise NotComputable(
            f"Nobody is followed beyond {last:g}, so the mean up to {tau:g} is not defined", fix=f"Use at most {last:g}"
        )
    inside = curve[curve["time"] < tau]
    edges = np.concatenate([[0.0], inside["time"].to_numpy(), [tau]])
    height = np.concatenate([[1.0], inside["survival"].to_numpy()])
    strips = np.diff(edges) * height
    mean = float(strips.sum())
    ahead = mean - np.cumsum(strips)[:-1]
    d, n = inside["n_event"].to_numpy(float), inside["n_risk"].to_numpy(float)
    weight = np.divide(d, n * (n - d), out=np.zeros_like(d), where=n > d)
    se = float(np.sqrt(np.sum(ahead**2 * weight)))
    half = z_crit(level) * se
    return RestrictedMean(tau, mean, se, mean - half, mean + half)
