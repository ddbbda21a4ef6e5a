"""Groups × visits in the same patients: the mixed analysis of variance, and its one-group and rank relatives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from aadash.errors import NotComputable
from aadash.stats._numeric import NAN, slack
from aadash.stats._pattern_sums import PatternSums as PatternSums
from aadash.stats._within import NOISE, AnovaEffect, helmert, lengths, whole_helmert, within_effect
from aadash.stats.distributions import f_p
from aadash.stats.k_sample import FTest, anova


@dataclass(frozen=True, slots=True)
class MixedAnova:
    """Mixed ANOVA of ``n`` complete patients out of ``n_total`` with a group; ``group_n`` by group code."""

    n: int
    n_total: int
    group_n: tuple[int, ...]
    between: AnovaEffect
    within: AnovaEffect
    interaction: AnovaEffect


@dataclass(frozen=True, slots=True)
class RepeatedAnova:
    """One-group repeated-measures ANOVA of ``n`` complete patients out of ``n_total``."""

    n: int
    n_total: int
    effect: AnovaEffect


@dataclass(frozen=True, slots=True)
class Friedman:
    """Friedman's chi-squared of ``n`` complete patients out of ``n_total``; ``kendall_w`` from 0 to 1."""

    n: int
    n_total: int
    chi2: float
    df: int
    p: float
    kendall_w: float


@dataclass(frozen=True, slots=True)
class SimpleEffects:
    """Group at each visit, and visit within each group code (None for a group that cannot be tested)."""

    n: int
    n_total: int
    group_at_visit: tuple[FTest, ...]
    visit_in_group: tuple[RepeatedAnova | None, ...]


def _complete(matrix: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    m = np.asarray(matrix, dtype=float)
    if m.ndim != 2:
        raise ValueError("expected a patients x visits matrix")
    return m, ~np.isnan(m).any(axis=1)


def mixed_anova(
    matrix: ArrayLike | PatternSums, codes: ArrayLike = (), ss_type: Literal[2, 3] = 3, counts: ArrayLike | None = None
) -> MixedAnova:
    """Two-way mixed analysis of variance: groups between, visits within patients; complete patients only.

    Parameters
    ----------
    matrix
        Patients × visits, NaN for a missing visit. Patients with any missing visit are left out, and counted. Or their sums.
    codes
        Group of each patient as 0, 1, …; a negative code leaves the patient out. Nothing of sums, which have them.
    ss_type
        3 tests the unweighted mean of the group means over visits (SPSS, SAS), 2 the mean weighted by group size.
        Only the within effect differs.
    counts
        How many patients each row stands for, one without it.

    All is computed from the sums and cross-products of each group, which of recorded scores are whole numbers and exact. With M the
    G × k cell means, C orthonormal contrasts of visits, z = MC and S = E'E from the residuals E of the contrasts:
    SS_within(III) = |z̄|²/(Σ(1/n_g)/G²) with z̄ the unweighted mean over groups, SS_within(II) = N|z̄_n|²,
    SS_interaction = Σn_g|z_g − z̄_n|², SS_error = tr S on (N − G)(k − 1) degrees of freedom; between is the one-way
    ANOVA of the patients' means times √k. Greenhouse–Geisser ε = (tr S)²/((k − 1)tr S²) (1959,
    doi:10.1007/BF02289823), Huynh–Feldt with Lecoutre's correction (1991, doi:10.3102/10769986016004371), Mauchly
    1940 (doi:10.1214/aoms/1177731915), generalised η² with both error sums below (Olejnik & Algina 2003,
    doi:10.1037/1082-989X.8.4.434). R: ``car::Anova(lm(M ~ g), idata, idesign = ~visit, type = 3)`` with ``contr.sum``.

    Complete cases may be a selection: those who stay often do better. A main effect is of little use when the
    interaction is not small.

    Raises
    ------
    NotComputable
        With fewer than two visits, fewer than two groups with complete patients, or as many groups as patients.
    """
    sums = matrix if isinstance(matrix, PatternSums) else PatternSums.of(_complete(matrix)[0], codes, counts)
    k = sums.seen.shape[1]
    if k < 2:
        raise NotComputable(f"The mixed analysis of variance needs at least two visits, found {k}")
    enrolled = sums.having(sums.codes >= 0)
    complete = enrolled.having(np.asarray(enrolled.seen.all(axis=1)))
    group_n = np.bincount(complete.codes, weights=complete.n, minlength=int(enrolled.codes.max(initial=-1)) + 1).astype(int)
    n_groups, n = len(complete.n), int(group_n.sum())
    if n_groups < 2:
        raise NotComputable(
            f"The mixed analysis of variance needs at least two groups with patients who attended every visit, found {n_groups}",
            fix="Choose another split or fewer visits, or use the mixed model",
        )
    df_error = n - n_groups
    if df_error < 1:
        raise NotComputable("The mixed analysis of variance needs a group with two complete patients")
    sizes, unit = complete.n, float(sums.unit or 1)

    level_means = complete.sums.sum(axis=1) / (sizes * k * unit) + float(sums.origin.mean())
    grand = float(sizes @ level_means) / n
    ss_between = k * float(sizes @ (level_means - grand) ** 2)

    contrasts, turned = helmert(k), whole_helmert(k)
    error_between, s = 0.0, np.zeros((k - 1, k - 1))
    z = complete.sums @ turned / sizes[:, None] / unit / lengths(k) + sums.origin @ contrasts
    for centred, size in zip(_centred(complete), sizes.tolist(), strict=True):
        error_between += float(centred.sum()) / size / k / unit**2
        s += (turned.T.astype(centred.dtype) @ centred @ turned.astype(centred.dtype)).astype(float) / size
    s = s / unit**2 / np.outer(lengths(k), lengths(k))
    weighted = sizes @ z / n
    if ss_type == 3:
        mean = z.mean(axis=0)
        h_within = np.outer(mean, mean) * (n_groups**2 / float((1 / sizes).sum()))
    elif ss_type == 2:
        h_within = n * np.outer(weighted, weighted)
    else:
        raise ValueError("ss_type is 2 or 3")
    centred_z = z - weighted
    h_interaction = (centred_z * sizes[:, None]).T @ centred_z

    error_within = float(np.trace(s))
    df_between = n_groups - 1
    if error_between > max(complete.noise, NOISE * (ss_between + error_between + error_within)):
        f = (ss_between / df_between) / (error_between / df_error)
        between = AnovaEffect(
            ss_between,
            df_between,
            error_between,
            df_error,
            f,
            f_p(f, df_between, df_error),
            ss_between / (ss_between + error_between),
            ss_between / (ss_between + error_between + error_within),
        )
    else:
        between = AnovaEffect(ss_between, df_between, error_between, df_error, NAN, NAN, NAN, NAN)
    return MixedAnova(
        n=n,
        n_total=int(enrolled.n.sum()),
        group_n=tuple(int(c) for c in group_n),
        between=between,
        within=within_effect(h_within, s, 1, df_error, error_between, complete.noise),
        interaction=within_effect(h_interaction, s, n_groups - 1, df_error, error_between, complete.noise),
    )


def _centred(sums: PatternSums) -> Iterator[np.ndarray]:
    """Of each block n ΣYY' − ΣY ΣY', n times the products about its mean: of whole numbers in whole numbers, which round nothing."""
    kind = np.int64 if sums.unit else float
    largest = float(sums.n.max()) * float(sums.products.max()) * sums.seen.shape[1] ** 4  # also after the contrasts
    for n, total, products in zip(sums.n.astype(kind), sums.sums.astype(kind), sums.products.astype(kind), strict=True):
        if sums.unit and largest > 2.0**62:  # Python's own numbers have no end
            n, total, products = int(n), total.astype(object), products.astype(object)
        yield products * n - np.outer(total, total)


def rm_anova(matrix: ArrayLike) -> RepeatedAnova:
    """One-way repeated-measures analysis of variance of visits, groups ignored; complete patients only.

    As :func:`mixed_anova` with one group; generalised η² has the patients' sum of squares below the line too.
    R: ``car::Anova(lm(M ~ 1), idata, idesign = ~visit, type = 3)``. Visits further apart correlate less, which
    breaks sphericity nearly always: read the Greenhouse–Geisser p.

    Raises
    ------
    NotComputable
        With fewer than two visits or two complete patients.
    """
    m, complete = _complete(matrix)
    y = m[complete]
    n, k = y.shape
    if k < 2 or n < 2:
        raise NotComputable(
            f"Repeated-measures analysis of variance needs two visits and two patients who attended all of them, "
            f"found {k} visits and {n} patients"
        )
    means = y.mean(axis=0)
    contrasts = helmert(k)
    residuals = (y - means) @ contrasts
    z = means @ contrasts
    level = y.mean(axis=1)
    patients = k * float(((level - level.mean()) ** 2).sum())
    effect = within_effect(n * np.outer(z, z), residuals.T @ residuals, 1, n - 1, patients)
    return RepeatedAnova(n, m.shape[0], effect)


def friedman(matrix: ArrayLike) -> Friedman:
    """Friedman's rank test of visits within patients, ties corrected; complete patients only.

    χ² = 12Σ(R − n(k + 1)/2)²/(nk(k + 1) − Σ(t³ − t)/(k − 1)) on k − 1 degrees of freedom; Kendall's W = χ²/(n(k − 1)).
    Friedman 1937, doi:10.1080/01621459.1937.10503522. R: ``friedman.test(M)``. The chi-squared is rough for fewer
    than 10 patients, and the ranks within a patient forget how far he changed.

    Raises
    ------
    NotComputable
        With fewer than two visits or two complete patients, or when no patient ever changed.
    """
    m, complete = _complete(matrix)
    y = m[complete]
    n, k = y.shape
    if k < 2 or n < 2:
        raise NotComputable(
            f"Friedman's test needs two visits and two patients who attended all of them, found {k} visits and {n} patients"
        )
    # Within each patient: how many visits lie below, and how many are tied (the visit itself included).
    apart = y[:, :, None] - y[:, None, :]
    lower = (apart > slack(y)).sum(axis=2)
    tied = (np.abs(apart) <= slack(y)).sum(axis=2)
    sums = (lower + (tied + 1) / 2).sum(axis=0)
    ties = float((tied * tied - 1).sum())
    below = n * k * (k + 1) - ties / (k - 1)
    if below <= 0:
        raise NotComputable("Friedman's test is not defined when no patient's value ever changes")
    chi2 = 12 * float(((sums - n * (k + 1) / 2) ** 2).sum()) / below
    return Friedman(n, m.shape[0], chi2, k - 1, float(chdtrc(k - 1, chi2)), chi2 / (n * (k - 1)))


def simple_effects(matrix: ArrayLike, codes: ArrayLike) -> SimpleEffects:
    """What an interaction consists of: groups compared at each visit, visits compared within each group.

    Complete patients only, each effect with its own error term (not the pooled one, which needs equal variances over
    visits and groups): :func:`aadash.stats.k_sample.anova` at each visit, :func:`rm_anova` in each group code (None
    where the group has fewer than two complete patients). p-values are not adjusted over visits. Maxwell, Delaney &
    Kelley 2018, doi:10.4324/9781315642956, ch. 12. R: ``anova(lm(y ~ g))`` at each visit, ``car::Anova`` in each group.

    Raises
    ------
    NotComputable
        With fewer than two visits, or fewer than two groups with complete patients.
    """
    m, complete = _complete(matrix)
    group = np.asarray(codes, dtype=int)
    keep = complete & (group >= 0)
    y, g = m[keep], group[keep]
    present: Sequence[int] = np.unique(g).tolist()
    if m.shape[1] < 2 or len(present) < 2:
        raise NotComputable(
            "Simple effects need at least two visits and two groups with patients who attended every visit, "
            f"found {m.shape[1]} visits and {len(present)} groups"
        )
    at_visit = tuple(anova([column[g == code] for code in present]) for column in y.T)
    in_group = tuple(rm_anova(y[g == code]) if int((g == code).sum()) >= 2 else None for code in range(int(group.max()) + 1))
    return SimpleEffects(int(keep.sum()), int((group >= 0).sum()), at_visit, in_group)
