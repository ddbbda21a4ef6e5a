"""The honest p-value of a cut that was chosen by search: maximally selected two-sample statistics."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from aadash.errors import NotComputable
from aadash.stats.distributions import z_p

#: Up to so many patients a yes/no outcome is answered exactly and a numeric one by permutation.
EXACT_LIMIT = 2000
#: Standardised statistics closer than this are the same number.
TIE = 1e-9


@dataclass(frozen=True)
class MaximallySelected:
    """The best of all cuts. Groups are "at most ``cut``" and "more than ``cut``"."""

    cut: float
    """The cut with the largest absolute statistic (the lowest one of equals), an observed value."""
    statistic: float
    """Its standardised statistic; positive when the outcome is larger at or below the cut."""
    p_naive: float
    """Two-sided normal p of that cut as though it had been fixed beforehand: too small."""
    p: float
    """P-value of the search: how often the best of all cuts is at least as extreme when nothing depends on x."""
    method: str
    """"exact", "permutation" or "asymptotic"."""
    cuts: np.ndarray
    """Every cut that was looked at, ascending."""
    statistics: np.ndarray
    """The standardised statistic of each."""
    n: int


def cut_candidates(x: ArrayLike, min_share: float = 0.1) -> np.ndarray:
    """The values of ``x`` that leave at least ``min_share`` of the patients on either side, ascending.

    A cut c makes the groups x ≤ c and x > c. NaN is left out.
    """
    values = np.asarray(x, dtype=float)
    values = values[~np.isnan(values)]
    if not values.size:
        return values
    distinct, counts = np.unique(values, return_counts=True)
    below = np.cumsum(counts)
    n = values.size
    # As R maxstat: a whole number of patients, rounded down, on either side.
    keep = (below >= max(1, math.floor(n * min_share))) & (below <= min(n - 1, math.floor(n * (1 - min_share))))
    return distinct[keep]


def maximally_selected(
    x: ArrayLike, y: ArrayLike, min_share: float = 0.1, permutations: int = 9999, seed: int = 20250117
) -> MaximallySelected:
    """Search the cut of ``x`` that separates ``y`` best, and test it as what it is: the best of many.

    For each candidate cut (:func:`cut_candidates`) the sum of ``y`` at or below it is standardised by its mean and
    variance under random assignment (for a yes/no ``y`` the square is chi-squared × (n − 1)/n). The p-value refers the
    largest absolute value to its distribution over all assignments of ``y`` to ``x``: exactly, by a walk over the
    hypergeometric path, for a yes/no outcome (Koziol, Biometrics 1991;47:1557; Boulesteix, Biom J 2006;48:451), by
    seeded permutation, (1 + hits)/(1 + permutations), for a numeric one. Above
    :data:`EXACT_LIMIT` patients the Brownian-bridge approximation of Miller and Siegmund (1982, doi:10.2307/2529881) is
    used, as Lausen and Schumacher (1992, doi:10.2307/2532740) propose. R: ``maxstat::maxstat.test(smethod = "Data")``.
    Pairs with NaN are left out.

    It answers whether any cut separates at all. The cut itself and the effect at it remain too good: both were chosen.

    Raises
    ------
    NotComputable
        Fewer than four patients, an outcome that does not vary, or no cut with ``min_share`` on either side.
    """
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    keep = ~(np.isnan(a) | np.isnan(b))
    a, b = a[keep], b[keep]
    n = a.size
    if n < 4:
        raise NotComputable(f"A cut can be searched among at least four patients, found {n}")
    if b.min() == b.max():
        raise NotComputable(f"All {n} patients have the same outcome, so no cut separates anything")
    cuts = cut_candidates(a, min_share)
    if not cuts.size:
        raise NotComputable(
            f"No cut leaves {100 * min_share:g} % of the patients on either side", fix="Choose a predictor with more different values"
        )
    order = np.argsort(a, kind="stable")
    sorted_y, ends = b[order], np.searchsorted(a[order], cuts, side="right")
    spread = _spread(ends, n, float(np.var(b, ddof=1)))
    z = (np.cumsum(sorted_y)[ends - 1] - ends * b.mean()) / spread
    best = int(np.flatnonzero(np.abs(z) >= np.abs(z).max() - TIE)[0])
    bound = abs(float(z[best])) - TIE
    binary = bool(np.isin(b, (0.0, 1.0)).all())
    if n > EXACT_LIMIT:
        method, p = "asymptotic", _miller_siegmund(bound, ends[0] / n, ends[-1] / n)
    elif binary:
        method, p = "exact", _exact(n, int(b.sum()), ends, bound * spread)
    else:
        method, p = "permutation", _permuted(sorted_y, ends, spread, bound, permutations, seed)
    return MaximallySelected(float(cuts[best]), float(z[best]), z_p(float(z[best])), p, method, cuts, z, n)


def _spread(ends: np.ndarray, n: int, variance: float) -> np.ndarray:
    """SD of the sum of ``ends`` values drawn without replacement from n with this variance (n − 1 below the line)."""
    return np.sqrt(ends * (n - ends) / n * variance)


def _exact(n: int, events: int, ends: np.ndarray, reach: np.ndarray) -> float:
    """P(|events among the first m − m·events/n| ≥ reach at some m of ``ends``) for a random order of n outcomes.

    The walk keeps the probability of each number of events so far and takes away what has left the bounds.
    """
    inside = np.zeros(events + 1)
    inside[0] = 1.0
    k = np.arange(events + 1)
    limits = dict(zip(ends.tolist(), reach.tolist(), strict=True))
    left = 0.0
    for m in range(1, int(ends[-1]) + 1):
        chance = np.clip((events - k) / (n - m + 1), 0.0, 1.0)
        moved = inside * chance
        inside = inside - moved
        inside[1:] += moved[:-1]
        if m in limits:
            out = np.abs(k - m * events / n) >= limits[m]
            left += float(inside[out].sum())
            inside[out] = 0.0
    return min(left, 1.0)


def _permuted(y: np.ndarray, ends: np.ndarray, spread: np.ndarray, bound: float, permutations: int, seed: int) -> float:
    rng, mean, hits, done = np.random.default_rng(seed), y.mean(), 0, 0
    block = max(1, min(permutations, 2_000_000 // y.size))
    while done < permutations:
        size = min(block, permutations - done)
        shuffled = rng.permuted(np.broadcast_to(y, (size, y.size)).copy(), axis=1)
        sums = np.cumsum(shuffled, axis=1)[:, ends - 1]
        hits += int((np.abs((sums - ends * mean) / spread).max(axis=1) >= bound).sum())
        done += size
    return (1 + hits) / (1 + permutations)


def _miller_siegmund(b: float, low: float, high: float) -> float:
    """Tail of the largest standardised Brownian bridge between the shares ``low`` and ``high``."""
    if b <= 0:
        return 1.0
    density = math.exp(-b * b / 2) / math.sqrt(2 * math.pi)
    p = 4 * density / b + density * (b - 1 / b) * math.log(high * (1 - low) / ((1 - high) * low))
    return min(max(p, 0.0), 1.0)
