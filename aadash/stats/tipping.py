"""Tipping point: how far must what was not seen be from what is expected for a conclusion to change?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from aadash.stats.imputation import Pooled

#: Share of the row of shifts to which the point is found.
PRECISION = 1e-5


@dataclass(frozen=True)
class Tipping:
    """Pooled answers over a row of shifts, and the shift at which the conclusion changes."""

    curve: pd.DataFrame
    """One row per shift: delta, estimate, se, ci_low, ci_high, p, significant."""
    tipping_point: float
    """The shift nearest to 0 at which significance is gained or lost; NaN where that happens at none of them."""


def tipping_point(evaluate: Callable[[float], Pooled], deltas: Sequence[float], alpha: float = 0.05) -> Tipping:
    """Ask the same question with the imputed values moved by each of ``deltas``.

    Parameters
    ----------
    evaluate
        The pooled answer for a shift of the imputed values (in the units of the measure). The same imputations must serve for
        all shifts, or Monte-Carlo noise is taken for a tipping point.
    deltas
        Shifts in ascending order, 0 among them.

    Notes
    -----
    Delta-adjusted multiple imputation (Rubin 1977; Carpenter, Roger & Kenward 2013, doi:10.1080/10543406.2013.834911; Cro et al.
    2020, doi:10.1002/sim.8569). Between the two shifts where significance changes the point is found by halving, to
    a hundred thousandth of the row, so that another row of shifts gives the same point. Whether a shift of that size is plausible is a
    clinical judgement; the calculation does not make it.

    Raises ValueError when 0 is not among the shifts.
    """
    shifts = sorted(float(d) for d in deltas)
    if 0.0 not in shifts:
        raise ValueError("the shifts must contain 0, the answer without any")
    answers = {d: evaluate(d) for d in shifts}
    rows = [(d, a.estimate, a.se, a.ci_low, a.ci_high, a.p, a.p <= alpha) for d, a in answers.items()]
    curve = pd.DataFrame(rows, columns=["delta", "estimate", "se", "ci_low", "ci_high", "p", "significant"])
    here = answers[0.0].p <= alpha
    found = []
    for side in ([d for d in shifts if d >= 0], [d for d in reversed(shifts) if d <= 0]):
        for near, far in pairwise(side):
            if (answers[far].p <= alpha) != here:
                found.append(_halved(evaluate, near, far, (shifts[-1] - shifts[0]) * PRECISION, alpha, here))
                break
    return Tipping(curve, min(found, key=abs) if found else float("nan"))


def _halved(evaluate: Callable[[float], Pooled], near: float, far: float, within: float, alpha: float, here: bool) -> float:
    while abs(far - near) > within:
        middle = (near + far) / 2
        if (evaluate(middle).p <= alpha) == here:
            near = middle
        else:
            far = middle
    return far
