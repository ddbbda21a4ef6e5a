"""What a printed test says of itself: p from its statistic, from printed means or counts, and the df that a design leaves.

p-values are floating point, so nothing here is decided by a hair: whoever compares allows for :data:`SLACK`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import scipy

from aadash.errors import NotComputable
from aadash.stats.printed import Printed

#: By which factor a p-value computed here may be off, far more than it is.
SLACK = 1e-6
Range = tuple[float, float]


@dataclass(frozen=True)
class ReportedP:
    """The p-values that a printed statistic can stand for: two-sided, and one-sided where the test has sides (else None)."""

    two_sided: Range
    one_sided: Range | None


def p_of_statistic(kind: str, value: Printed, df: Sequence[float] = ()) -> ReportedP:
    """p of a printed statistic, over all values that round or are cut off to it, and all df where these are printed with decimals.

    ``kind``: "t" (``df`` one number), "z" (none), "F" (two), "chi2" (one) or "r" (one, a correlation with its df). Raises
    NotComputable for another kind, for df that are missing or not above 0, a negative F or χ², or a correlation beyond ±1.
    """
    needed = {"t": 1, "z": 0, "F": 2, "chi2": 1, "r": 1}
    if kind not in needed or len(df) != needed[kind] or any(not d > 0 for d in df):
        raise NotComputable(f"p cannot be worked out for {kind} with df {', '.join(f'{d:g}' for d in df) or 'not given'}")
    span = value.either
    low, high = float(span.low), float(span.high)
    if kind in ("F", "chi2"):
        if high < 0:
            raise NotComputable(f"{kind} cannot be negative, found {value.text}")
        law = scipy.stats.f if kind == "F" else scipy.stats.chi2
        found = [float(law.sf(x, *d)) for x in (high, max(low, 0.0)) for d in product(*map(_rounded, df))]
        return ReportedP((min(found), max(found)), None)
    if kind == "r":
        if low > 1 or high < -1:
            raise NotComputable(f"A correlation lies from −1 to 1, found {value.text}")
        low, high = max(low, -1.0), min(high, 1.0)
        low, high = (float(x * np.sqrt(df[0] / max(1 - x * x, 1e-300))) for x in (low, high))
    size = sorted((abs(low), abs(high)))
    nearest = 0.0 if low <= 0 <= high else size[0]
    laws = [scipy.stats.norm()] if kind == "z" else [scipy.stats.t(d) for d in _rounded(df[0])]
    tail = min(float(law.sf(size[1])) for law in laws), max(float(law.sf(nearest)) for law in laws)
    return ReportedP((2 * tail[0], 2 * tail[1]), tail)


def _rounded(df: float) -> tuple[float, ...]:
    """The least and the greatest df that are printed as ``df``: whole ones are what they are, others were rounded."""
    digits = len(f"{df:.6f}".rstrip("0").partition(".")[2])
    half = 0.5 * 10.0**-digits
    return (df - half, df + half) if digits else (df,)


def p_of_means(one: tuple[Printed, Printed, int], two: tuple[Printed, Printed, int]) -> dict[str, Range]:
    """Two-sided p of two groups' printed (mean, SD, n), as a range for "Welch's t" and for "Student's t".

    The least and the greatest over all means and SDs that round or are cut off to the printed ones (SDs by their ends). Raises
    NotComputable for groups of fewer than two.
    """
    (m1, s1, n1), (m2, s2, n2) = one, two
    if min(n1, n2) < 2:
        raise NotComputable("A t-test needs two values or more in each group")
    low, high = float(m1.either.low - m2.either.high), float(m1.either.high - m2.either.low)
    away = max(abs(low), abs(high))
    near = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    found: dict[str, list[float]] = {"Welch's t": [], "Student's t": []}
    for a, b in product(_ends(s1), _ends(s2)):
        v1, v2 = a * a / n1, b * b / n2
        pooled = ((n1 - 1) * a * a + (n2 - 1) * b * b) / (n1 + n2 - 2) * (1 / n1 + 1 / n2)
        welch_df = (v1 + v2) ** 2 / (v1 * v1 / (n1 - 1) + v2 * v2 / (n2 - 1)) if v1 + v2 > 0 else 1.0
        for name, variance, df in (("Welch's t", v1 + v2, welch_df), ("Student's t", pooled, float(n1 + n2 - 2))):
            for d in (near, away):
                t = d / np.sqrt(variance) if variance > 0 else (np.inf if d else 0.0)
                found[name].append(float(2 * scipy.stats.t.sf(t, df)))
    return {name: (min(ps), max(ps)) for name, ps in found.items()}


def _ends(sd: Printed) -> Range:
    return max(float(sd.either.low), 0.0), float(sd.either.high)


def p_of_counts(rows: Sequence[Sequence[int]]) -> dict[str, float]:
    """p of a table of counts (categories × groups) by the usual tests.

    "chi-squared", and for 2 × 2 also "chi-squared, corrected" and "Fisher's exact". Raises NotComputable when a row or a column is
    empty, a count is negative, or there is one category or group.
    """
    table = np.asarray(rows, dtype=float)
    if table.ndim != 2 or min(table.shape) < 2 or (table < 0).any() or not (table.sum(0).all() and table.sum(1).all()):
        raise NotComputable("A table of counts needs two rows and two columns or more, none of them empty")
    found = {"chi-squared": float(scipy.stats.chi2_contingency(table, correction=False).pvalue)}
    if table.shape == (2, 2):
        found["chi-squared, corrected"] = float(scipy.stats.chi2_contingency(table, correction=True).pvalue)
        found["Fisher's exact"] = float(scipy.stats.fisher_exact(table).pvalue)
    return found


def mixed_design_df(patients: int, groups: int, visits: int) -> dict[str, tuple[int, int]]:
    """Degrees of freedom of an analysis of variance of ``patients`` in ``groups``, each seen at ``visits``.

    Effect → (df, df of error). "group" (G − 1, N − G), "time" (V − 1, (N − G)(V − 1)), "group × time" ((G − 1)(V − 1), same error).
    A Greenhouse–Geisser correction multiplies both of the last two by ε from 1/(V − 1) to 1. Without groups, "time" alone. Raises
    NotComputable where nothing is left for the error.
    """
    if groups < 1 or visits < 1 or patients <= groups:
        raise NotComputable("A design needs more patients than groups, and a visit")
    error = (patients - groups) * (visits - 1)
    out = {"group": (groups - 1, patients - groups)} if groups > 1 else {}
    if visits > 1:
        out["time"] = (visits - 1, error)
        if groups > 1:
            out["group × time"] = ((groups - 1) * (visits - 1), error)
    return out


def se_of_interval(low: Printed, high: Printed, level: float = 0.95) -> Range:
    """The standard errors that a printed symmetric interval can come from, by the normal quantile (a t quantile makes them smaller).

    Raises NotComputable for limits in the wrong order or a level not between 0 and 1.
    """
    least, most = float(high.either.low - low.either.high), float(high.either.high - low.either.low)
    if most <= 0 or not 0 < level < 1:
        raise NotComputable("An interval needs a lower limit below its upper one, and a level between 0 and 1")
    z = float(scipy.stats.norm.isf((1 - level) / 2))
    return max(least, 0.0) / (2 * z), most / (2 * z)
