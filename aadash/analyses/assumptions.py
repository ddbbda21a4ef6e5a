"""Assumptions as checked, and what other reasonable choices would have said."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from aadash.formatting import count, listing, number, p_value
from aadash.result import Alternative, Check
from aadash.stats.normality import qq_points, shapiro
from aadash.stats.two_sample import levene, mann_whitney, student_t

#: From here a mean is close to normal whatever the values are, unless they are wild.
LARGE = 30
#: Fewest patients a group should have for its mean to be compared.
FEW = 10


def normality(groups: Mapping[str, np.ndarray], what: str, modelled: bool = False) -> list[Check]:
    """One check a group: Shapiro–Wilk, judged with the size of the group in mind; ``modelled``: the test is of a mixed model.

    The test named is the one that was made: of more than two groups Welch's ANOVA.
    """
    test = "the mixed model" if modelled else "the t-test" if len(groups) < 3 else "Welch's ANOVA"
    out = []
    for name, x in groups.items():
        w = shapiro(x)
        if np.isnan(w.p):
            same = len(x) > 1 and float(x.max() - x.min()) <= 1e-9
            why = "no spread" if same else "too few to tell" if len(x) < 3 else "more than the test is for"
            out.append(Check(f"{what} normal, {name}", "doubtful", f"n = {len(x)}: {why}."))
            continue
        verdict = "holds" if w.p >= 0.05 else "doubtful" if len(x) >= LARGE else "broken"
        rest = {
            "holds": "nothing against it",
            "doubtful": f"not normal, but with n = {len(x)} {test} is reliable anyway",
            "broken": f"not normal, and n = {len(x)} is small: trust the rank test more",
        }[verdict]
        out.append(Check(f"{what} normal, {name}", verdict, f"Shapiro–Wilk W = {number(w.w, 3)}, {p_value(w.p, True)}: {rest}."))
    return out


def spread(groups: Mapping[str, np.ndarray], modelled: bool = False) -> Check:
    """Equal variances by Brown–Forsythe; Welch's tests do not need it, the mixed model has one covariance for all (``modelled``)."""
    f = levene(list(groups.values()), center="median")
    sds = listing([f"{name} {number(float(x.std(ddof=1)))}" for name, x in groups.items()])
    if np.isnan(f.p) or max(map(len, groups.values())) < 3:  # two values lie equally far from their median: nothing within a group
        return Check("Equal spread", "doubtful", f"Cannot be tested. SD: {sds}.")
    verdict = "holds" if f.p >= 0.05 else "broken"
    shared = "The mixed model assumes it: the visits have one covariance in all strata."
    needed = shared if modelled else "The test used does not assume it."
    return Check("Equal spread", verdict, f"SD: {sds}; Brown–Forsythe {p_value(f.p, True)}. {needed}")


def sizes(counts: Mapping[str, int]) -> Check:
    """Enough patients in each group."""
    few = [f"{name} (n = {n})" for name, n in counts.items() if n < FEW]
    if few:
        return Check("Group sizes", "broken" if min(counts.values()) < 5 else "doubtful", "Few patients in " + listing(few) + ".")
    return Check("Group sizes", "holds", listing([f"{name} n = {n}" for name, n in counts.items()]) + ".")


def qq(groups: Mapping[str, np.ndarray]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Name → (normal quantiles, values in order), for a Q–Q plot of each group of three or more."""
    out = {}
    for name, x in groups.items():
        if len(x) >= 3:
            points = qq_points(x)
            out[name] = (points.theoretical, points.sample)
    return out


def two_means(groups: list[np.ndarray], p: float, alpha: float) -> list[Alternative]:
    """Student's t and Mann–Whitney beside Welch's t."""
    x, y = groups
    s, u = student_t(x, y), mann_whitney(x, y)
    side = p <= alpha
    return [
        Alternative("Student's t-test (assumes equal spread)", s.p, bool((s.p <= alpha) == side), f"t = {number(s.t, 2)}"),
        Alternative(
            "Mann–Whitney test (ranks, exact)" if u.method == "exact" else "Mann–Whitney test (ranks, normal approximation)",
            u.p,
            bool((u.p <= alpha) == side),
            f"rank-biserial correlation {number(u.rank_biserial, 2)}",
        ),
    ]


def expected(min_expected: float, counts: Mapping[str, tuple[int, int]]) -> list[Check]:
    """What the tests of proportions ask for: expected counts, and no stratum in which all or none respond."""
    told = listing([f"{name} {count(k, n)}" for name, (k, n) in counts.items()])
    out = [
        Check(
            "Expected counts of 5 or more",
            "holds" if min_expected >= 5 else "broken",
            f"The smallest is {number(min_expected)}: "
            + ("the chi-squared test is safe." if min_expected >= 5 else "an exact test is called for.")
            + f" {told}.",
        )
    ]
    empty = [name for name, (k, n) in counts.items() if n and k in (0, n)]
    if empty:
        out.append(
            Check(
                "Separation",
                "doubtful",
                f"All or none respond in {listing(empty)}: an odds ratio is 0 or "
                "infinite, and a logistic model would not converge. Read the risk difference.",
            )
        )
    return out
