"""Mixed model for repeated measures (MMRM): group × visit means with a free covariance of the visits, by REML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from aadash.stats._covariance import (
    FALLBACK,
    compound_symmetry,
    heterogeneous_ar1,
    heterogeneous_toeplitz,
    unstructured,
)
from aadash.stats._inference import prepare, rescale, with_constant
from aadash.stats._layout import cell_layout, sums_layout
from aadash.stats._mixed_tables import coefficient_table, contrast_table, joint_test_table, residual_scale
from aadash.stats._mmrm_fit import fit_first
from aadash.stats._pattern_sums import PatternSums
from aadash.stats._reml import Array, group_stats, pattern_stats

CovarianceChoice = Literal["auto", "us", "toeph", "ar1h", "cs"]
_CHOICES = {
    "auto": FALLBACK,
    "us": (unstructured,),
    "toeph": (heterogeneous_toeplitz,),
    "ar1h": (heterogeneous_ar1,),
    "cs": (compound_symmetry,),
}


@dataclass(frozen=True)
class MMRM:
    """A fitted mixed model for repeated measures. All numbers are in the units of the values and unrounded."""

    structure: str
    """Covariance structure that was used ("unstructured", "heterogeneous Toeplitz" …)."""
    failed: tuple[tuple[str, str], ...]
    """(structure, reason) for each freer structure that was tried and could not be fitted."""
    converged: bool
    """Always True: a fit that does not converge raises NotComputable or falls back."""
    iterations: int
    decrement: float
    """Newton decrement at the last step, in units of −2 log-likelihood: how far from the maximum, at most."""
    minus2_reml: float
    """−2 residual log-likelihood, log|X'V⁻¹X| included, log|X'X| not (the convention of SAS and R mmrm)."""
    n_patients: int
    n_excluded: int
    """Patients without a value at a visit that was modelled: they carry no information and were left out."""
    n_observations: int
    groups: tuple[str, ...]
    visits: tuple[str, ...]
    empty_cells: tuple[tuple[str, str], ...]
    """(group, visit) without any value; their means and what depends on them are NaN."""
    known: tuple[str, ...]
    """Visits at which nobody differs from his group, such as a baseline of 100 for all: their means stand as they are and the
    other visits are modelled, which for a constant baseline is the model of the changes."""
    sigma: pd.DataFrame
    """Covariance of a patient's visits, T × T; visits without any value are absent."""
    coefficients: pd.DataFrame
    """Treatment coding as in R: index name, columns as the numeric ones of ``contrasts``."""
    vcov: Array
    """Covariance of ``coefficients``, unadjusted."""
    contrasts: pd.DataFrame
    """One row a contrast, see :func:`mmrm`."""
    tests: pd.DataFrame
    """Joint tests of group, time and group:time: term, f, df1, df2, p (Satterthwaite), f_kr, df2_kr, p_kr."""
    level: float

    @property
    def lsmean(self) -> pd.DataFrame:
        """The adjusted means: the rows of ``contrasts`` of kind "lsmean"."""
        return self.contrasts[self.contrasts["kind"] == "lsmean"].reset_index(drop=True)


def mmrm(
    matrix: ArrayLike | PatternSums,
    codes: ArrayLike,
    times: Sequence[object],
    covariance: CovarianceChoice = "auto",
    level: float = 0.95,
    *,
    groups: Sequence[object] | None = None,
    covariates: ArrayLike | None = None,
    covariate_names: Sequence[str] | None = None,
    counts: ArrayLike | None = None,
) -> MMRM:
    """Fit ``value ~ group × time`` with correlated visits by restricted maximum likelihood.

    Every observed visit of every patient is used; a missing visit is not filled in. Valid when visits are missing at
    random given the patient's group and observed values (Mallinckrodt et al. 2008, doi:10.1177/009286150804200402).

    Parameters
    ----------
    matrix
        n × T floats, one row per patient, one column per visit in order, NaN = missing. Or the sums of such rows, if there is no
        covariate.
    codes
        n integers 0 … G−1, the group of each patient (all 0: a single group); of sums, which have them, nothing: ().
    times
        T labels of the visits; the first is the reference of every change.
    covariance
        "us" unstructured, "toeph" heterogeneous Toeplitz, "ar1h" heterogeneous first-order autoregressive,
        "cs" compound symmetry; "auto" takes the first of these, in this order, that can be fitted and says in
        ``failed`` why the freer ones could not.
    level
        Confidence level.
    groups
        G labels; by default the codes as text. The first is the reference of every difference.
    covariates
        n × k floats without NaN; each enters centred and with its own slope at every visit, so that the adjusted
        means are those of a patient with average covariates.
    covariate_names
        k names for the coefficients' table.
    counts
        How many patients each row stands for, one without it.

    Returns
    -------
    MMRM
        ``contrasts`` has the columns name, kind, group, reference, time, estimate, se, df, t, p, ci_low, ci_high
        (Satterthwaite) and se_kr, df_kr, t_kr, p_kr, ci_low_kr, ci_high_kr (Kenward–Roger). Kinds: "lsmean" the
        adjusted mean of a group at a visit; "change" its change from the first visit; "diff" the difference of a
        group from the first group; "diffchange" the difference of their changes.

    Raises
    ------
    NotComputable
        No value at all; a group without a patient; values that do not vary; a missing covariate; no structure
        (or not the one asked for) can be fitted.

    Notes
    -----
    A visit without spread within any group has no variance to estimate and says nothing on the others: it is set aside
    (``known``) and its means are exact (se 0, no t). Otherwise a covariance that cannot be estimated would be replaced by one
    that gives the constant visit the variance of the rest.

    Agrees with R ``nlme::gls(corSymm, varIdent)`` for the fit and with R ``mmrm`` for Satterthwaite and Kenward–Roger
    inference. It misleads when patients leave because of what would have been observed next (missing not at random),
    and when a group has hardly more patients than there are visits.
    """
    if isinstance(matrix, PatternSums) or covariates is None or not np.size(covariates):
        sums = matrix if isinstance(matrix, PatternSums) else PatternSums.of(np.array(matrix, dtype=float, ndmin=2), codes, counts)
        cells, kept = sums_layout(sums, times, groups)
        stats = group_stats(kept, len(cells.groups))
    else:
        cells = cell_layout(matrix, codes, times, groups, covariates, covariate_names, set_aside_constant=True, counts=counts)
        stats = pattern_stats(cells.y, cells.z, cells.counts)
        cells.check_estimable(stats.active)
    scale = residual_scale(cells, stats)
    scaled = stats.over(scale)
    seen = [cells.visits[t] for t in cells.seen]
    best, failed = fit_first(scaled, _CHOICES[covariance], seen)
    structure = best.structure
    model = rescale(prepare(scaled, best.fit, best.info, structure.gradient(best.theta), structure.hessian(best.theta)), scale)
    if cells.known:
        model = with_constant(model)
    coefficients, vcov = coefficient_table(cells, model, level)
    return MMRM(
        structure=structure.name,
        failed=tuple(failed),
        converged=True,
        iterations=best.iterations,
        decrement=best.decrement,
        minus2_reml=best.fit.criterion + 2 * (stats.n_obs - stats.n_coef) * float(np.log(scale)),
        n_patients=int(cells.counts.sum()),
        n_excluded=cells.n_excluded,
        n_observations=stats.n_obs,
        groups=cells.groups,
        visits=cells.visits,
        empty_cells=cells.empty(),
        known=tuple(cells.visits[t] for t in cells.known),
        sigma=pd.DataFrame(best.sigma * scale**2, index=seen, columns=seen),
        coefficients=coefficients,
        vcov=vcov,
        contrasts=contrast_table(cells, model, level),
        tests=joint_test_table(cells, model),
        level=level,
    )
