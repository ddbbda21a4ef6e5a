"""Whether a linear combination of predictors separates a yes/no outcome, and which predictors take part.

With separation the likelihood of a logistic regression has no maximum: some coefficients run to infinity, and software
that does not look prints large numbers with enormous standard errors (Albert & Anderson 1984,
doi:10.1093/biomet/71.1.1). Found here by linear programming (Konis 2007, https://ora.ox.ac.uk/objects/uuid:8f9ee0d0-
d78e-4101-9ab4-f9cbceed2a2a): is there a direction b with ``(2y − 1) x'b ≥ 0`` in every row and > 0 in some?
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aadash.stats.design import Design

Array = np.ndarray
_TOLERANCE = 1e-7


@dataclass(frozen=True)
class Separation:
    """What separates the outcome."""

    complete: bool
    """True: every row is predicted without error; False: some rows lie on the boundary (quasi-complete)."""
    infinite: dict[str, int]
    """Design columns whose estimates are infinite: +1 or −1 for the direction, 0 when the data allow both."""

    def sentence(self) -> str:
        """What happened, in words that name the columns."""
        names = [repr(name) for name in self.infinite if name != "(Intercept)"] or ["the intercept"]
        listed = " and ".join([", ".join(names[:-1])] * (len(names) > 1) + [names[-1]])
        if len(names) == 1:
            verb = "predicts the outcome perfectly" if self.complete else "predicts the outcome perfectly in part of the patients"
        elif self.complete:
            verb = "together predict the outcome perfectly"
        else:
            verb = "together predict the outcome perfectly in part of the patients"
        return f"{listed} {verb} (separation), so the odds ratio is infinite and has no maximum likelihood estimate"


def detect_separation(design: Design) -> Separation | None:
    """The separation of a yes/no outcome by the columns of a design, or None. R: ``detectseparation``."""
    from scipy.optimize import linprog

    size = np.abs(design.x).max(axis=0)
    signed = np.where(design.y == 1, 1.0, -1.0)[:, None] * design.x / size
    signed, place = np.unique(signed, axis=0, return_inverse=True)
    counts = np.bincount(place.ravel(), weights=design.counts, minlength=len(signed))
    box = [(-1.0, 1.0)] * signed.shape[1]

    def best(direction: Array, margin: float = 0.0) -> tuple[float, Array] | None:
        bounds = box if margin == 0 else [(None, None)] * signed.shape[1]
        found = linprog(-direction, A_ub=-signed, b_ub=np.full(len(signed), -margin), bounds=bounds, method="highs")
        return None if found.x is None else (float(direction @ found.x), found.x)

    total = best(counts @ signed)
    if total is None or total[0] <= _TOLERANCE * design.n:
        return None
    infinite: dict[str, int] = {}
    for j, name in enumerate(design.names):
        unit = np.zeros(signed.shape[1])
        unit[j] = 1.0
        reach = [best(sign * unit) for sign in (1.0, -1.0)]
        up, down = (r is not None and r[0] > _TOLERANCE for r in reach)
        if up or down:
            infinite[name] = int(up) - int(down)
    complete = best(np.zeros(signed.shape[1]), margin=1.0) is not None
    return Separation(complete, infinite)
