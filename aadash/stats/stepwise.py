"""Stepwise selection of whole predictors, and how often each is chosen when the patients are drawn again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri

from aadash.errors import NotComputable

#: Called with (resamples done, resamples in all); an exception raised in it ends the computation.
Progress = Callable[[int, int], None]
#: For the model with these terms (positions) on these rows: term → twice the log-likelihood that is lost without it.
Lost = Callable[[frozenset[int], np.ndarray], dict[int, float]]


@dataclass(frozen=True)
class Step:
    """One step: which term left, and by how much that lowered the criterion."""

    removed: int
    gain: float


@dataclass(frozen=True)
class Selection:
    """The terms that stayed, and those that left, in order."""

    chosen: frozenset[int]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Stability:
    """Selection in bootstrap resamples."""

    frequency: np.ndarray
    """Share of resamples that choose each term."""
    models: tuple[tuple[frozenset[int], int], ...]
    """Each set of terms that was chosen, with how often, most frequent first."""
    resamples: int
    failed: int
    """Resamples in which no model could be fitted; they are not among ``resamples``."""


def penalty(criterion: str, df: int, p: float = 0.05) -> float:
    """What a term on ``df`` degrees of freedom must gain in 2 × log-likelihood to stay.

    2 df for "aic"; for "p" the χ² quantile that makes a likelihood-ratio test significant at ``p``.
    """
    return 2.0 * df if criterion == "aic" else float(chdtri(df, p))


def backward(lost: Lost, df: Sequence[int], rows: np.ndarray, criterion: str = "aic", p: float = 0.05) -> Selection:
    """Backward elimination of whole terms from the full model.

    While some term costs more (:func:`penalty`) than the 2 × log-likelihood that is ``lost`` without it, the one with the
    largest difference goes. With "aic" this is R ``step(direction = "backward")``; with "p" (one degree of freedom each)
    ``step(k = qchisq(0.95, 1))``, which removes the least significant term until all are significant. Estimates, intervals
    and p-values of the model that is left take no notice of the search and are too good (Heinze, Wallisch and Dunkler 2018,
    doi:10.1002/bimj.201700067).

    For Firth's method ``lost`` must be the penalised likelihood ratio within the model at hand, the coefficients of the
    term held at zero, as R ``logistf::backward`` takes it: penalised likelihoods of different designs do not compare,
    since the penalty changes with the units of a predictor.
    """
    chosen = frozenset(range(len(df)))
    cost = [penalty(criterion, d, p) for d in df]
    steps = []
    while chosen:
        gains = {t: cost[t] - value for t, value in sorted(lost(chosen, rows).items())}
        best = max(gains, key=gains.__getitem__)
        if gains[best] <= 0:
            break
        chosen = chosen - {best}
        steps.append(Step(best, gains[best]))
    return Selection(chosen, tuple(steps))


def selection_stability(
    lost: Lost,
    df: Sequence[int],
    samples: Iterable[np.ndarray],
    resamples: int,
    criterion: str = "aic",
    p: float = 0.05,
    progress: Progress | None = None,
) -> Stability:
    """:func:`backward` in each of ``samples``: row positions of ``resamples`` bootstrap samples.

    The share of resamples in which a predictor is chosen says how much of the choice is the sample's accident: a
    predictor chosen in half of them was chosen by a coin (Sauerbrei and Schumacher 1992, doi:10.1002/sim.4780111607).
    Raises NotComputable when no resample can be fitted.
    """
    counts: dict[frozenset[int], int] = {}
    failed = 0
    for done, rows in enumerate(samples, start=1):
        try:
            chosen = backward(lost, df, rows, criterion, p).chosen
        except NotComputable:
            failed += 1
        else:
            counts[chosen] = counts.get(chosen, 0) + 1
        if progress is not None:
            progress(done, resamples)
    used = sum(counts.values())
    if not used:
        raise NotComputable("No resample of these patients could be fitted", fix="Choose fewer predictors")
    frequency = np.array([sum(k for s, k in counts.items() if t in s) / used for t in range(len(df))])
    ordered = tuple(sorted(counts.items(), key=lambda item: (-item[1], sorted(item[0]))))
    return Stability(frequency, ordered, used, failed)
