"""Proportional hazards of groups: Cox regression with the group as the only predictor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from aadash.errors import NotComputable
from aadash.stats._risk import risk_table
from aadash.stats.distributions import z_crit, z_p

Array = np.ndarray
Ties = Literal["efron", "breslow"]


@dataclass(frozen=True)
class CoxModel:
    """Hazards of groups relative to the first."""

    n: int
    events: int
    coefficients: pd.DataFrame
    """Index: group. Columns estimate (log hazard ratio), se, z, p, hazard_ratio, ci_low, ci_high (of the ratio)."""
    loglik: tuple[float, float]
    """Partial log-likelihood with equal hazards and at the estimate."""
    infinite: tuple[str, ...]
    """Groups whose estimate runs to infinity (a group without events, for one): their row means nothing."""
    level: float


def cox(time: ArrayLike, event: ArrayLike, group: Sequence[object], ties: Ties = "efron", level: float = 0.95) -> CoxModel:
    """Log hazard ratios of groups against the first by partial likelihood.

    Arguments are those of :func:`aadash.stats.survival.log_rank`; ``ties`` is Efron's (1977,
    doi:10.1080/01621459.1977.10480613) or Breslow's treatment of simultaneous events. Response times of scheduled visits
    are all ties: prefer Efron's.

    Raises
    ------
    NotComputable
        One group, or nobody had the event.

    Notes
    -----
    Equals R ``coxph(Surv(time, event) ~ group)``, whose Newton iterations are repeated here. Cox 1972
    (doi:10.1111/j.2517-6161.1972.tb00899.x). Misleads when hazards are not proportional: look at the curves.
    """
    table = risk_table(time, event, group)
    d, at_risk = table.events[:, 1:], table.at_risk
    first, found, beta, information, step = _newton(table.events, at_risk, ties)
    se = np.sqrt(np.maximum(np.diagonal(np.linalg.pinv(information, hermitian=True)), 0.0))
    z = np.divide(beta, se, out=np.full_like(beta, np.nan), where=se > 0)
    half = z_crit(level) * se
    labels = [str(label) for label in table.labels[1:]]
    with np.errstate(over="ignore"):
        ratios = np.exp(np.column_stack([beta, beta - half, beta + half]))
    return CoxModel(
        n=table.n,
        events=int(table.events.sum()),
        coefficients=pd.DataFrame(
            {
                "estimate": beta, "se": se, "z": z, "p": [z_p(v) for v in z],
                "hazard_ratio": ratios[:, 0], "ci_low": ratios[:, 1], "ci_high": ratios[:, 2],
            },
            index=labels,
        ),
        loglik=(first, found),
        infinite=tuple(label for k, label in enumerate(labels) if abs(step[k]) > 1e-3 or not d[:, k].any()),
        level=level,
    )  # fmt: skip


def _newton(events: Array, at_risk: Array, ties: Ties, epsilon: float = 1e-12) -> tuple[float, float, Array, Array, Array]:
    """R's ``coxfit6``: log-likelihood at 0 and at the end, estimate, information, and the step not taken."""
    k = events.shape[1] - 1
    beta = np.zeros(k)
    first, score, information = _partial(events, at_risk, beta, ties)
    best, step = first, _solve(information, score)
    candidate, halvings = beta + step, 0
    for _ in range(100):
        value, score, information = _partial(events, at_risk, candidate, ties)
        step = _solve(information, score)
        if halvings == 0 and abs(1 - best / value if value else 0.0) <= epsilon:
            return first, value, candidate, information, step
        if value < best:
            halvings += 1
            candidate = (candidate + halvings * beta) / (halvings + 1)
        else:
            halvings, best, beta = 0, value, candidate
            candidate = candidate + step
    raise NotComputable("The partial likelihood did not converge")


def _solve(information: Array, score: Array) -> Array:
    return np.linalg.pinv(information, hermitian=True, rcond=1e-12) @ score


def _partial(events: Array, at_risk: Array, beta: Array, ties: Ties) -> tuple[float, Array, Array]:
    """Partial log-likelihood, score and information from events and numbers at risk, times × groups."""
    hazard = np.exp(np.concatenate([[0.0], beta]))
    value, score, information = 0.0, np.zeros(len(beta)), np.zeros((len(beta), len(beta)))
    for d, n in zip(events, at_risk, strict=True):
        count = int(d.sum())
        if not count:
            continue
        value += float(d[1:] @ beta)
        score += d[1:]
        used = np.arange(count) / count if ties == "efron" else np.zeros(count)
        weight = (n - used[:, None] * d) * hazard
        total = weight.sum(axis=1)
        share = (weight / total[:, None])[:, 1:]
        value -= float(np.log(total).sum())
        score -= share.sum(axis=0)
        information += np.diag(share.sum(axis=0)) - share.T @ share
    return value, score, information
