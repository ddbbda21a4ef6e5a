"""Maximising the residual likelihood: one covariance structure, or the first of several that can be fitted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from aadash.errors import NotComputable
from aadash.stats._covariance import Structure
from aadash.stats._reml import Fit, Information, PatternStats, evaluate, information, invert

Array = np.ndarray

MAX_VISITS = {"unstructured": 15, "heterogeneous Toeplitz": 30, "heterogeneous AR(1)": 40}
"""Most visits for which a structure is tried. An unstructured covariance of 15 visits has 120 parameters, and the work of a fit
grows with the square of the parameters times that of the visits: beyond these limits it takes minutes and gigabytes."""
_SINGULAR = 1e-9
"""Smallest admissible eigenvalue of the correlation matrix: below it the estimate lies on the boundary."""

_SINGULAR_REASON = "The likelihood rises towards a singular covariance matrix: too few values for so many parameters"


@dataclass(frozen=True)
class CovarianceFit:
    """A converged maximum of the residual (or ordinary) likelihood."""

    structure: Structure
    theta: Array
    sigma: Array
    fit: Fit
    info: Information
    decrement: float
    """Newton decrement at the last step: twice the gain in log-likelihood that one more step promises."""
    iterations: int


def fit_structure(stats: PatternStats, structure: Structure, reml: bool = True, max_iterations: int = 100) -> CovarianceFit:
    """Newton's method in the structure's parameters, with Fisher scoring where minus the Hessian is not positive
    definite, and steps halved until the covariance is positive definite and the likelihood does not fall.

    The values must have been divided by a common factor so that their pooled variance is about 1. ``reml`` False
    maximises the ordinary likelihood. Raises NotComputable, with the reason, where no interior maximum is found.
    """
    theta, fit = _start(stats, structure, reml)
    decrement, iterations, best = np.inf, 0, np.inf
    for iterations in range(1, max_iterations + 1):  # noqa: B007 - reported after the loop
        info = information(stats, fit, structure.gradient(theta), structure.hessian(theta))
        step = _direction(info, structure.sigma(theta))
        decrement = float(info.score @ step)
        if decrement < 1e-24 or (decrement < 1e-14 and decrement > 0.1 * best):
            break
        best = min(best, decrement)
        moved = _line_search(stats, structure, theta, step, fit, decrement)
        if moved is None:
            break
        theta, fit = moved
        if _smallest_eigenvalue(structure.sigma(theta)) < _SINGULAR:
            raise NotComputable(_SINGULAR_REASON)
    info = information(stats, fit, structure.gradient(theta), structure.hessian(theta))
    if not decrement < 1e-9:
        if _smallest_eigenvalue(structure.sigma(theta)) < 1e-4:
            raise NotComputable(_SINGULAR_REASON)
        raise NotComputable(f"The likelihood did not converge within {iterations} iterations")
    invert(info.observed)
    return CovarianceFit(structure, theta, structure.sigma(theta), fit, info, max(decrement, 0.0), iterations)


def _start(stats: PatternStats, structure: Structure, reml: bool) -> tuple[Array, Fit]:
    """Moments of the available cases, drawn towards their diagonal until the structure is positive definite."""
    together = (stats.observed * stats.count[:, None]).T @ stats.observed
    lost = np.minimum(stats.active.sum(axis=0)[:, None], stats.active.sum(axis=0)[None])
    moments = stats.yy.sum(axis=0) / np.maximum(together - lost, 1.0)
    floor = 1e-3 * float(np.mean(np.diagonal(moments)))
    diagonal = np.diag(np.maximum(np.diagonal(moments), floor))
    if floor <= 0:
        raise NotComputable("The values do not vary within groups")
    for weight in (0.0, 0.02, 0.1, 0.3, 0.6, 0.9, 1.0):
        shrunk = (1 - weight) * moments + weight * diagonal
        if np.linalg.eigvalsh(shrunk)[0] < 1e-4 * float(np.max(np.diagonal(shrunk))):
            continue
        theta = structure.start(shrunk)
        fit = evaluate(stats, structure.sigma(theta), reml)
        if fit is not None:
            return theta, fit
    raise NotComputable("No positive definite covariance matrix was found to start from")


def _direction(info: Information, sigma: Array) -> Array:
    for matrix in (info.observed, info.expected):
        try:
            return invert(matrix) @ info.score
        except NotComputable:
            continue
    if _smallest_eigenvalue(sigma) < 1e-4:
        raise NotComputable(_SINGULAR_REASON)
    raise NotComputable("The data do not determine all parameters of the covariance matrix")


def _line_search(
    stats: PatternStats, structure: Structure, theta: Array, step: Array, fit: Fit, decrement: float
) -> tuple[Array, Fit] | None:
    """The longest of the steps 1, 1/2, 1/4 … that does not lower the likelihood; None when there is none."""
    slack = 1e-11 * (1.0 + abs(fit.criterion))
    size = 1.0
    for _ in range(40):
        candidate = theta + size * step
        with np.errstate(over="ignore", invalid="ignore"):
            sigma = structure.sigma(candidate)
        trial = evaluate(stats, sigma, fit.reml) if _in_range(sigma) else None
        if trial is not None and trial.criterion <= fit.criterion - 1e-4 * size * decrement + slack:
            return candidate, trial
        size *= 0.5
    return None


def _in_range(sigma: Array) -> bool:
    """Whether the variances are of a size that values with pooled variance 1 could have."""
    diagonal = np.diagonal(sigma)
    return bool(np.all(np.isfinite(sigma)) and np.all(diagonal > 1e-14) and np.all(diagonal < 1e8))


def _smallest_eigenvalue(sigma: Array) -> float:
    """Smallest eigenvalue of the correlation matrix."""
    sd = np.sqrt(np.diagonal(sigma))
    return float(np.linalg.eigvalsh(sigma / np.outer(sd, sd))[0])


def obstacle(stats: PatternStats, structure: Structure, visits: Sequence[str]) -> str:
    """Why a structure is out of the question for these data, in words; empty when it may be tried."""
    parameters, spare = _parameters(structure, len(visits)), stats.n_obs - stats.n_coef
    if spare <= parameters and parameters > 2:  # then some covariance fits them perfectly, and every interval has no width
        return f"{spare} degrees of freedom for {parameters} variances and correlations"
    if structure.name == "compound symmetry":
        return ""
    if len(visits) > MAX_VISITS[structure.name]:
        return f"{len(visits)} visits are more than the {MAX_VISITS[structure.name]} up to which it is fitted"
    together = (stats.observed * stats.count[:, None]).T @ stats.observed
    means = stats.active.sum(axis=0)
    squares = np.diagonal(stats.yy.sum(axis=0))
    for t, label in enumerate(visits):
        if together[t, t] <= means[t]:
            return f"week {label} has no more values than means and slopes"
        if squares[t] <= 1e-12 * float(squares.max()):
            return f"the values of week {label} do not vary within groups"
    if structure.name != "unstructured":
        return ""
    never = [(visits[s], visits[t]) for s, t in zip(*np.nonzero(together == 0), strict=True) if s < t]
    if never:
        return f"nobody seen at week {never[0][0]} was seen at week {never[0][1]} too"
    patients = int(stats.count.sum())
    left = patients - int(means.max())
    if left < len(visits):
        return f"{patients} patients less {int(means.max())} means and slopes leave {left} degrees of freedom for {len(visits)} visits"
    return ""


def _parameters(structure: Structure, visits: int) -> int:
    """How many variances and correlations a structure has."""
    return {
        "unstructured": visits * (visits + 1) // 2,
        "heterogeneous Toeplitz": 2 * visits - 1,
        "heterogeneous AR(1)": min(visits + 1, 2 * visits - 1),
        "compound symmetry": min(visits, 2),
    }[structure.name]


def fit_first(
    stats: PatternStats, structures: Sequence[Callable[[int], Structure]], visits: Sequence[str]
) -> tuple[CovarianceFit, list[tuple[str, str]]]:
    """The first structure that can be fitted, and (structure, reason) for each that failed before it.

    Raises NotComputable when none can, with all reasons.
    """
    failures: list[tuple[str, str]] = []
    for make in structures:
        structure = make(len(visits))
        reason = obstacle(stats, structure, visits)
        if not reason:
            try:
                return fit_structure(stats, structure), failures
            except NotComputable as problem:
                reason = problem.found[0].lower() + problem.found[1:]
        failures.append((structure.name, reason))
    listed = "; ".join(f"{name}: {reason}" for name, reason in failures)
    raise NotComputable(
        f"The mixed model for repeated measures could not be fitted ({listed})",
        fix="Use fewer visits, merge small groups, or report observed cases instead",
    )
