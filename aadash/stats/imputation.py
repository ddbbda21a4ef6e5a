"""Multiple imputation of missing predictors by chained equations, and Rubin's rules."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from aadash.errors import NotComputable
from aadash.stats.distributions import f_p

#: Ridge on the normal equations, as a share of their diagonal: R mice's default.
RIDGE = 1e-5


@dataclass(frozen=True)
class Pooled:
    """One number over m completed data sets."""

    estimate: float
    se: float
    df: float
    t: float
    p: float
    ci_low: float
    ci_high: float
    fmi: float
    """Fraction of missing information: how much of what is not known comes from what is missing."""


@dataclass(frozen=True)
class PooledTest:
    """A test of several parameters at once over m completed data sets."""

    f: float
    df1: int
    df2: float
    p: float


def impute(frame: pd.DataFrame, m: int = 20, seed: int = 20250117, cycles: int = 10, donors: int = 5) -> list[pd.DataFrame]:
    """Complete ``frame`` m times by fully conditional specification with predictive mean matching.

    Parameters
    ----------
    frame
        One row per patient. Columns of numbers and of categories (any other type is taken as categories); the outcome of
        the later model must be among them, or the imputed predictors are unrelated to it (White, Royston and Wood
        2011, doi:10.1002/sim.4067).
    m
        How many completed data sets.
    cycles
        Rounds over the incomplete columns, each regressed on all others.
    donors
        A missing cell takes the observed value of one of so many patients with the nearest prediction.

    Returns
    -------
    list of DataFrame
        m frames with the same index, columns and observed cells, none of them missing. Equal seeds give equal frames.

    Notes
    -----
    Van Buuren and Groothuis-Oudshoorn 2011, doi:10.18637/jss.v045.i03, method "pmm": the coefficients of each
    regression are drawn from their posterior, the predictions of the missing are made with the draw, those of the
    observed with the estimate (type 1 matching). The levels of a category are scored by their first canonical variate
    against the other columns before matching, as mice does for factors, so a separated or sparse level cannot break a
    model. Valid when values are missing at random given the columns of ``frame``; it does not mend values that are
    missing because of what they are.

    Raises
    ------
    NotComputable
        A column without any observed value.
    """
    holes = {column: frame[column].isna().to_numpy() for column in frame.columns}
    incomplete = [c for c in frame.columns if holes[c].any()]
    for column in incomplete:
        if holes[column].all():
            raise NotComputable(
                f"The column {column!r} is empty for all {len(frame)} patients, so it cannot be imputed",
                fix="Leave it out",
                column=str(column),
            )
    rng = np.random.default_rng(seed)
    codes, levels = _coded(frame)
    incomplete.sort(key=lambda c: int(holes[c].sum()))
    completed = []
    for _ in range(m):
        state = {c: v.copy() for c, v in codes.items()}
        for column in incomplete:
            hole = holes[column]
            state[column][hole] = rng.choice(state[column][~hole], int(hole.sum()))
        for _ in range(cycles):
            for column in incomplete:
                others = _others(state, levels, column)
                state[column][holes[column]] = _matched(state[column], others, holes[column], levels[column] is not None, donors, rng)
        completed.append(_decoded(frame, state, levels, incomplete))
    return completed


def _coded(frame: pd.DataFrame) -> tuple[dict[str, np.ndarray], dict[str, pd.Index | None]]:
    """Numbers as they are, categories as codes; the levels of the latter."""
    codes: dict[str, np.ndarray] = {}
    levels: dict[str, pd.Index | None] = {}
    for column in frame.columns:
        series = frame[column]
        if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series):
            codes[column], levels[column] = series.to_numpy(dtype=float, na_value=np.nan), None
        else:
            category = series.astype("category")
            codes[column], levels[column] = category.cat.codes.to_numpy(dtype=float), category.cat.categories
    return codes, levels


def _others(state: dict[str, np.ndarray], levels: dict[str, pd.Index | None], column: str) -> np.ndarray:
    """Design of all columns but one: intercept, numbers standardised, categories as indicators but the first."""
    parts = [np.ones(len(state[column]))]
    for name, values in state.items():
        known = levels[name]
        if name == column:
            continue
        if known is None:
            sd = values.std()
            parts.append((values - values.mean()) / sd if sd > 0 else np.zeros(len(values)))
        else:
            parts.extend((values == code).astype(float) for code in range(1, len(known)))
    return np.column_stack(parts)


def _matched(values: np.ndarray, x: np.ndarray, hole: np.ndarray, category: bool, donors: int, rng: np.random.Generator) -> np.ndarray:
    """Observed values for the holes, from donors whose predicted value is nearest."""
    seen = values[~hole]
    target = _canonical_scores(seen, x[~hole]) if category else seen
    beta, drawn = _posterior_draw(x[~hole], target, rng)
    of_seen, of_missing = x[~hole] @ beta, x[hole] @ drawn
    return seen[_donors(of_seen, of_missing, min(donors, len(seen)), rng)]


def _donors(of_seen: np.ndarray, of_missing: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """For each prediction of a missing value the position of one of the k observed with the nearest prediction.

    Patients with equal predictions are equally near: which of them gives is drawn again for every gap, or the same few
    would give to all when predictors take few values.
    """
    order = np.argsort(of_seen, kind="stable")
    ordered = of_seen[order]
    # The k nearest lie among the k on either side in the order of the predictions.
    window = np.searchsorted(ordered, of_missing)[:, None] + np.arange(-k, k)
    inside = (window >= 0) & (window < len(ordered))
    window = np.clip(window, 0, len(ordered) - 1)
    distance = np.where(inside, np.abs(of_missing[:, None] - ordered[window]), np.inf)
    nearest = np.take_along_axis(window, np.argpartition(distance, k - 1, axis=1)[:, :k], axis=1)
    chosen = nearest[np.arange(len(nearest)), rng.integers(k, size=len(nearest))]
    apart = np.diff(ordered) > 1e-9 * max(float(np.ptp(ordered)), 1e-300)
    starts = np.concatenate([[0], np.flatnonzero(apart) + 1])
    group = np.searchsorted(starts, chosen, side="right") - 1
    size = np.diff(np.concatenate([starts, [len(ordered)]]))
    return order[starts[group] + rng.integers(size[group])]


def _posterior_draw(x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Least-squares coefficients (ridged) and one draw from their posterior under Jeffreys' prior."""
    gram = x.T @ x
    inverse = np.linalg.pinv(gram + RIDGE * np.diag(np.diag(gram)), hermitian=True)
    beta = inverse @ (x.T @ y)
    residual = y - x @ beta
    sigma = math.sqrt(float(residual @ residual) / rng.chisquare(max(len(y) - x.shape[1], 1)))
    root = np.linalg.cholesky((inverse + inverse.T) / 2 + 1e-12 * np.eye(len(beta)) * np.trace(inverse))
    return beta, beta + sigma * (root @ rng.standard_normal(len(beta)))


def _canonical_scores(codes: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Each code replaced by its level's score on the first canonical variate against ``x``."""
    present, position = np.unique(codes, return_inverse=True)
    if len(present) < 3:
        return position.astype(float)
    indicators = (position[:, None] == np.arange(1, len(present))[None, :]).astype(float)
    left, _ = np.linalg.qr(indicators - indicators.mean(axis=0))
    right, _ = np.linalg.qr(x - x.mean(axis=0))
    u, _, _ = np.linalg.svd(left.T @ right, full_matrices=False)
    variate = left @ u[:, 0]
    return np.array([variate[position == k].mean() for k in range(len(present))])[position]


def _decoded(
    frame: pd.DataFrame, state: dict[str, np.ndarray], levels: dict[str, pd.Index | None], incomplete: Sequence[str]
) -> pd.DataFrame:
    out = frame.copy()
    for column in incomplete:
        known = levels[column]
        if known is None:
            out[column] = state[column]
        else:
            out[column] = pd.Categorical.from_codes(state[column].astype(int), categories=known)
    return out


def pool(estimates: ArrayLike, variances: ArrayLike, df_complete: float = math.inf, level: float = 0.95) -> Pooled:
    """Rubin's rules for one parameter estimated in m ≥ 2 completed data sets.

    Estimate Q̄, total variance T = W + (1 + 1/m) B; degrees of freedom after Barnard and Rubin (1999,
    doi:10.1093/biomet/86.4.948), who need ``df_complete``, those of the analysis of complete data (infinite for a
    large-sample interval). R: ``mice::pool.scalar``. Without any variance all but the estimate and its standard error is NaN.
    """
    q, u = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    m, estimate, within = q.size, float(q.mean()), float(u.mean())
    between = float(q.var(ddof=1))
    total = within + (1 + 1 / m) * between
    if total <= 0:  # nobody differs from anybody, in any of the data sets
        return Pooled(estimate, 0.0, *[math.nan] * 6)
    share = (1 + 1 / m) * between / total
    old = (m - 1) / share**2 if share > 0 else math.inf
    if math.isinf(df_complete):
        df = old
    else:
        observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - share)
        df = observed if math.isinf(old) else old * observed / (old + observed)
    r = (1 + 1 / m) * between / within if within > 0 else math.inf
    se = math.sqrt(total)
    t = estimate / se
    reach = float(stdtrit(df, 0.5 + level / 2)) if math.isfinite(df) else float(stdtrit(1e10, 0.5 + level / 2))
    p = float(2 * stdtr(df if math.isfinite(df) else 1e10, -abs(t)))
    return Pooled(
        estimate,
        se,
        df,
        t,
        p,
        estimate - reach * se,
        estimate + reach * se,
        1.0 if math.isinf(r) else (r + 2 / (df + 3)) / (r + 1) if math.isfinite(df) else r / (r + 1),
    )


def pool_jointly(estimates: ArrayLike, covariances: ArrayLike) -> PooledTest:
    """Test that k parameters, estimated in m ≥ 2 completed data sets, are all zero (method D1).

    ``estimates`` has shape (m, k), ``covariances`` (m, k, k). Li, Raghunathan and Rubin 1991
    (doi:10.1080/01621459.1991.10475152): F = Q̄' W̄⁻¹ Q̄ / (k (1 + r)) with r = (1 + 1/m) tr(B W̄⁻¹)/k, on k and
    4 + (t − 4)(1 + (1 − 2/t)/r)² degrees of freedom, t = k (m − 1); for t ≤ 4, t (1 + 1/k)(1 + 1/r)²/2. R:
    ``mice::D1``. It takes the missing information to be alike for all k.
    """
    q, u = np.asarray(estimates, dtype=float), np.asarray(covariances, dtype=float)
    m, k = q.shape
    mean, within = q.mean(axis=0), np.linalg.inv(u.mean(axis=0))
    r = (1 + 1 / m) * float(np.trace(np.atleast_2d(np.cov(q.T)) @ within)) / k
    f = float(mean @ within @ mean) / (k * (1 + r))
    t = k * (m - 1)
    if r <= 0:
        df2 = math.inf
    elif t > 4:
        df2 = 4 + (t - 4) * (1 + (1 - 2 / t) / r) ** 2
    else:
        df2 = t * (1 + 1 / k) * (1 + 1 / r) ** 2 / 2
    return PooledTest(f, k, df2, f_p(f, k, min(df2, 1e10)))
