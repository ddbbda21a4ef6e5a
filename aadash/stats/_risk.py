"""Times and events checked and counted: who is at risk when, by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from aadash.errors import NotComputable

Array = np.ndarray
TOLERANCE = float(np.sqrt(np.finfo(float).eps))
"""Times and probabilities closer than this are equal, as in R's ``survival``."""


def checked(time: ArrayLike, event: ArrayLike) -> tuple[Array, Array]:
    """Times and events (1 = event, 0 = censored) without missing pairs; times closer than 1.5e-8, absolutely or relative
    to their mean, are tied (R ``aeqSurv``)."""
    t, e = np.asarray(time, dtype=float).ravel(), np.asarray(event, dtype=float).ravel()
    if t.shape != e.shape:
        raise ValueError(f"{t.size} times for {e.size} events")
    present = ~(np.isnan(t) | np.isnan(e))
    t, e = t[present], e[present]
    if not len(t):
        raise NotComputable("There is nobody with a time and a status to follow")
    if np.any(t < 0) or not np.all(np.isfinite(t)):
        raise NotComputable("A time to the event is negative or infinite", expected="times of zero or more")
    if not np.isin(e, (0.0, 1.0)).all():
        raise NotComputable("The event must be 0 (censored) or 1 (happened)")
    unique, index = np.unique(t, return_inverse=True)
    if len(unique) > 1:
        gap = np.diff(unique) > TOLERANCE * max(1.0, float(unique.mean()))
        start = np.concatenate([[True], gap])
        t = unique[start][(np.cumsum(start) - 1)[index.ravel()]]
    return t, e


@dataclass(frozen=True)
class RiskTable:
    """Events and patients at risk at each distinct time, times × groups."""

    n: int
    labels: tuple[object, ...]
    sizes: Array
    events: Array
    at_risk: Array


def risk_table(time: ArrayLike, event: ArrayLike, group: Sequence[object], counts: ArrayLike | None = None) -> RiskTable:
    """Count events and patients at risk by group; rows with a missing time, event or group are left out.

    Each row stands for ``counts`` patients, one without it. Groups come in order of first appearance, or in the order of a pandas
    categorical. Raises NotComputable for fewer than
    two groups or no event.
    """
    series = pd.Series(cast(Any, group)).reset_index(drop=True)
    t, e = np.asarray(time, dtype=float).ravel(), np.asarray(event, dtype=float).ravel()
    present = ~(np.isnan(t) | np.isnan(e)) & series.notna().to_numpy()
    t, e = checked(t[present], e[present])
    series = series[present]
    if isinstance(series.dtype, pd.CategoricalDtype):
        labels = [c for c in series.cat.categories if (series == c).any()]
    else:
        labels = list(dict.fromkeys(series))
    if len(labels) < 2:
        raise NotComputable("Groups are to be compared, but there is only one")
    if not e.any():
        raise NotComputable("Nobody had the event, so there is nothing to compare")
    member = (series.to_numpy(dtype=object)[:, None] == np.array(labels, dtype=object)[None]).astype(float)
    if counts is not None:
        member *= np.asarray(counts, dtype=float)[present, None]
    times, index = np.unique(t, return_inverse=True)
    leaving = np.zeros((len(times), len(labels)))
    events = np.zeros_like(leaving)
    np.add.at(leaving, index.ravel(), member)
    np.add.at(events, index.ravel(), member * e[:, None])
    sizes = member.sum(axis=0)
    at_risk = sizes - np.vstack([np.zeros(len(labels)), np.cumsum(leaving, axis=0)[:-1]])
    return RiskTable(int(sizes.sum()), tuple(labels), sizes, events, at_risk)
