"""Restricted cubic splines: a smooth curve of a few parameters, straight beyond its outer knots."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from aadash.errors import NotComputable

#: Harrell's quantiles for the knots (Regression Modeling Strategies, 2nd ed. 2015, table 2.3,
#: doi:10.1007/978-3-319-19425-7).
KNOT_QUANTILES = {
    3: (0.10, 0.50, 0.90),
    4: (0.05, 0.35, 0.65, 0.95),
    5: (0.05, 0.275, 0.50, 0.725, 0.95),
}


def spline_knots(x: ArrayLike, k: int = 3) -> np.ndarray:
    """``k`` knots (3, 4 or 5) at Harrell's quantiles of ``x`` (type 7, NaN left out), ascending, shape (k,).

    Raises NotComputable when two knots fall on one value, or there are fewer different values than knots.
    """
    values = np.asarray(x, dtype=float)
    values = values[~np.isnan(values)]
    knots = np.quantile(values, KNOT_QUANTILES[k]) if values.size else np.array([])
    if len(np.unique(knots)) < k or len(np.unique(values)) < k:
        raise NotComputable(
            f"A spline with {k} knots needs more different values: its knots fall on top of each other",
            fix="Keep the straight line, or treat the values as levels",
        )
    return knots


def restricted_cubic(x: ArrayLike, knots: ArrayLike) -> np.ndarray:
    """Basis of the restricted cubic spline of ``x``, shape (n, k − 1) for k knots: x itself, then k − 2 curved terms.

    With knots t₁ < … < t_k the j-th curved term is [(x − t_j)₊³ − (x − t_{k−1})₊³ (t_k − t_j)/(t_k − t_{k−1}) +
    (x − t_k)₊³ (t_{k−1} − t_j)/(t_k − t_{k−1})] / (t_k − t₁)², as in R ``Hmisc::rcspline.eval(x, norm = 2)`` (Stone
    and Koo 1985; Harrell 2015, section 2.4.5). A model with these columns is straight below t₁ and above t_k, so a test
    of the curved terms tests linearity. NaN stays NaN.
    """
    v, t = np.asarray(x, dtype=float), np.asarray(knots, dtype=float)
    last, before = t[-1], t[-2]

    def cubed(knot: float) -> np.ndarray:
        return np.where(np.isnan(v), np.nan, np.maximum(v - knot, 0.0) ** 3)

    curved = [
        (cubed(knot) - cubed(before) * (last - knot) / (last - before) + cubed(last) * (before - knot) / (last - before))
        / (last - t[0]) ** 2
        for knot in t[:-2]
    ]
    return np.column_stack([v, *curved])
