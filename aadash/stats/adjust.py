"""Adjusting p-values for the number of tests made."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def adjust(p: ArrayLike, method: str = "holm") -> np.ndarray:
    """Adjusted p-values in the order given, at most 1; NaN stays NaN and is not counted among the tests.

    ``holm`` (step-down) and ``bonferroni`` control the chance of any false positive under every dependence;
    ``hochberg`` (step-up) does so for independent or positively dependent tests; ``bh`` controls the expected share
    of false positives among the positives. Holm 1979 (Scand J Stat 6:65), Hochberg 1988
    doi:10.1093/biomet/75.4.800, Benjamini & Hochberg 1995 doi:10.1111/j.2517-6161.1995.tb02031.x.
    R: ``p.adjust(p, method)``. The adjustment knows only the tests handed to it, not those tried before.
    """
    given = np.asarray(p, dtype=float)
    out = given.copy()
    present = ~np.isnan(given)
    q = given[present]
    m = q.size
    if method == "none" or m == 0:
        return out
    if method == "bonferroni":
        out[present] = np.minimum(1.0, m * q)
        return out
    ascending = np.argsort(q, kind="stable")
    s = q[ascending]
    rank = np.arange(1, m + 1)
    if method == "holm":
        stepped = np.maximum.accumulate((m + 1 - rank) * s)
    elif method == "hochberg":
        stepped = np.minimum.accumulate(((m + 1 - rank) * s)[::-1])[::-1]
    elif method == "bh":
        stepped = np.minimum.accumulate((m / rank * s)[::-1])[::-1]
    else:
        raise ValueError(f"unknown adjustment {method!r}")
    adjusted = np.empty(m)
    adjusted[ascending] = np.minimum(1.0, stepped)
    out[present] = adjusted
    return out
