"""Logistic log-likelihoods, plain and penalised; maximising them with coefficients held fixed; profile limits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri, expit

from aadash.errors import NotComputable

Array = np.ndarray


@dataclass(frozen=True)
class Derivatives:
    """A log-likelihood at one point: value, gradient (p) and two p × p curvatures.

    ``information`` is always positive (semi)definite; ``curvature`` is minus the Hessian, which gives faster steps where
    it is positive definite.
    """

    value: float
    gradient: Array
    information: Array
    curvature: Array


@dataclass(frozen=True)
class Maximum:
    """The coefficients (p) at a maximum and the derivatives there."""

    beta: Array
    at: Derivatives


Objective = Callable[[Array], Derivatives]


def maximise(objective: Objective, start: Array, free: Array, max_iterations: int = 200) -> Maximum:
    """Newton's method over the coefficients in ``free`` (positions), the others staying at ``start``.

    Steps are at most 5 long in any coordinate of the information metric's unit box and are halved until the value does
    not fall. The iteration ends after a step that promised to raise the value by less than 10⁻¹⁴: Newton's steps square
    their error, so what is left is far below rounding. Raises NotComputable when there is no convergence.
    """
    beta, at = start.astype(float).copy(), objective(start)
    if not len(free):
        return Maximum(beta, at)
    box = np.ix_(free, free)
    for _ in range(max_iterations):
        step = _step(at.curvature[box], at.information[box], at.gradient[free])
        gain = float(step @ at.gradient[free])
        size, moved = 1.0, None
        for _ in range(50):
            candidate = beta.copy()
            candidate[free] += size * step
            trial = objective(candidate)
            if trial.value >= at.value - 1e-12 * (1 + abs(at.value)):
                moved = trial
                break
            size *= 0.5
        if moved is None:
            break
        beta, at = candidate, moved
        if gain < 1e-14:
            return Maximum(beta, at)
    if gain < 1e-10:
        return Maximum(beta, at)
    raise NotComputable("The likelihood has no maximum that could be found", fix="Use fewer predictors")


def highest(objective: Objective, x: Array, y: Array, counts: Array | None = None) -> Maximum:
    """The highest maximum over all coefficients of ``x`` (first column the intercept) that several starts lead to.

    Jeffreys' penalty can give the likelihood of a nearly separated outcome more than one maximum (about 3 in 1000 samples of
    10 to 30 patients with a separating predictor). The first search begins at zero; where it ends among fitted chances
    close to 0 and 1 (a linear predictor beyond 3), others begin one and four standard deviations' log odds up and down each
    predictor, and around the best so far. Raises NotComputable where no search converges.
    """
    p = x.shape[1]
    everything = np.arange(p)
    best: Maximum | None = None
    with suppress(NotComputable):
        best = maximise(objective, np.zeros(p), everything)
    if best is not None and float(np.abs(x @ best.beta).max()) < 3.0:
        return best
    mean = np.average(x, axis=0, weights=counts)
    spread = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=counts))
    middle = np.zeros(p)
    rate = float(np.average(y, weights=counts))
    middle[0] = np.log(rate / (1 - rate)) / x[0, 0]
    for size in (1.0, 4.0, 2.0):
        origin = middle if size != 2.0 or best is None else best.beta
        for j in range(1, p):
            for side in (-size, size) if spread[j] > 0 else ():
                start = origin.copy()
                start[j] += side / spread[j]
                start[0] -= mean[j] * side / spread[j] / x[0, 0]
                with suppress(NotComputable):
                    found = maximise(objective, start, everything)
                    if best is None or found.at.value > best.at.value + 1e-9:
                        best = found
    if best is None:
        raise NotComputable("The likelihood has no maximum that could be found", fix="Use fewer predictors")
    return best


def _step(curvature: Array, information: Array, gradient: Array) -> Array:
    """Newton's step, or the scoring step where minus the Hessian is not positive definite."""
    scale = 1.0 / np.sqrt(np.maximum(np.diagonal(information), 1e-300))
    for matrix in (curvature, information):
        scaled = matrix * scale[:, None] * scale
        try:
            root = np.linalg.cholesky(scaled)
        except np.linalg.LinAlgError:
            continue
        half = np.linalg.solve(root, gradient * scale)
        length = float(np.sqrt(half @ half))
        step = np.linalg.solve(root.T, half) * scale
        return step if length < 1e3 else step * (1e3 / length)
    raise NotComputable("The predictors cannot be told apart in these data", fix="Leave one out, or merge levels")


def profile_limits(objective: Objective, best: Maximum, j: int, se: float, level: float) -> tuple[float, float]:
    """Values of coefficient ``j`` at which twice the fall of the profile log-likelihood is the χ²(1) quantile.

    A limit that lies more than 2^40 standard errors away is infinite.
    """
    from scipy.optimize import brentq

    root_target = float(np.sqrt(chdtri(1, 1 - level)))
    free = np.array([k for k in range(len(best.beta)) if k != j])
    limits = []
    for side in (-1.0, 1.0):
        # what was maximised so far, by distance from the estimate: the nearest is where the next search starts
        known = {0.0: (-root_target, best)}

        def excess(distance: float, side: float = side, known: dict[float, tuple[float, Maximum]] = known) -> float:
            if distance not in known:
                near = known[min(known, key=lambda d: abs(d - distance))][1]
                profile = follow(objective, near, j, float(best.beta[j] + side * distance), free)
                fall = float(np.sqrt(max(0.0, 2 * (best.at.value - profile.at.value))))
                known[distance] = (fall - root_target, profile)
            return known[distance][0]

        low, high = 0.0, root_target * se
        for _ in range(40):
            if excess(high) >= 0:
                break
            low, high = high, 2 * high
        else:
            limits.append(side * np.inf)
            continue
        limits.append(best.beta[j] + side * brentq(excess, low, high, xtol=1e-12 * high, rtol=1e-12))
    return float(limits[0]), float(limits[1])


def follow(objective: Objective, here: Maximum, j: int, value: float, free: Array, depth: int = 8) -> Maximum:
    """The maximum over ``free`` with coefficient ``j`` at ``value``, coming from ``here``: along its tangent, or from the middle,
    or by way of the point half way. Raises NotComputable where all of that leads nowhere."""
    with suppress(NotComputable):
        return maximise(objective, _along_the_tangent(here, j, value, free), free)
    with suppress(NotComputable):
        start = np.zeros(len(here.beta))
        start[j] = value
        return maximise(objective, start, free)
    if not depth:
        raise NotComputable("The likelihood has no maximum that could be found", fix="Use fewer predictors")
    half = follow(objective, here, j, 0.5 * (float(here.beta[j]) + value), free, depth - 1)
    return follow(objective, half, j, value, free, depth - 1)


def _along_the_tangent(here: Maximum, j: int, value: float, free: Array) -> Array:
    """Coefficients with ``j`` at ``value`` and the others moved as the profile moves them to first order."""
    start = here.beta.copy()
    if len(free):
        curvature = here.at.curvature
        try:
            start[free] -= np.linalg.solve(curvature[np.ix_(free, free)], curvature[free, j]) * (value - start[j])
        except np.linalg.LinAlgError:
            start[free] = here.beta[free]
    start[j] = value
    return start


def likelihood_ratio(objective: Objective, best: Maximum, fixed: Array) -> float:
    """Twice the fall of the log-likelihood when the coefficients at positions ``fixed`` are held at zero."""
    start = best.beta.copy()
    free = np.delete(np.arange(len(start)), fixed)
    with suppress(np.linalg.LinAlgError):  # where the others would go if the log-likelihood were quadratic
        start[free] += np.linalg.solve(best.at.curvature[np.ix_(free, free)], best.at.curvature[np.ix_(free, fixed)] @ start[fixed])
    start[fixed] = 0.0
    try:
        held = maximise(objective, start, free)
    except NotComputable:  # the other coefficients stand where the likelihood is flat: begin in the middle
        held = maximise(objective, np.zeros(len(start)), free)
    return max(0.0, 2 * (best.at.value - held.at.value))


def bernoulli(x: Array, y: Array, counts: Array | None = None) -> Objective:
    """The log-likelihood of a logistic regression and its derivatives; each row stands for ``counts`` patients (None: one)."""

    def objective(beta: Array) -> Derivatives:
        eta = x @ beta
        loss, weight, error = np.logaddexp(0.0, np.where(y == 1, -eta, eta)), expit(eta) * expit(-eta), y - expit(eta)
        if counts is not None:
            loss, weight, error = loss * counts, weight * counts, error * counts
        information = (x * weight[:, None]).T @ x
        return Derivatives(float(-loss.sum()), x.T @ error, information, information)

    return objective


def penalised(x: Array, y: Array, counts: Array | None = None) -> Objective:
    """The log-likelihood with Jeffreys' penalty, its gradient and its exact Hessian; ``counts`` as of :func:`bernoulli`.

    With ``w = π(1 − π)``, ``w' = w(1 − 2π)``, ``w'' = w((1 − 2π)² − 2w)``, ``a_i = x_i'(X'WX)⁻¹x_i`` and
    ``B_j = Σ w'_i x_ij x_i x_i'``, the penalty's gradient is ``½ Σ a_i w'_i x_i`` and its Hessian
    ``½ Σ a_i w''_i x_i x_i' − ½ [tr(I⁻¹B_j I⁻¹B_k)]``.
    """
    likelihood = bernoulli(x, y, counts)
    pairs = np.einsum("ij,ik->ijk", x, x).reshape(len(x), -1)
    p = x.shape[1]

    def objective(beta: Array) -> Derivatives:
        plain = likelihood(beta)
        eta = x @ beta
        up, down = expit(eta), expit(-eta)
        weight, tilt = up * down, down - up
        with np.errstate(divide="ignore"):
            sign, log_det = np.linalg.slogdet(plain.information)
        if sign <= 0 or not log_det > -300 - 20 * p:
            return Derivatives(-np.inf, plain.gradient, plain.information, plain.curvature)
        inverse = np.linalg.inv(plain.information)
        leverage = ((x @ inverse) * x).sum(axis=1)
        bend, all_of_row = tilt**2 - 2 * weight, weight if counts is None else weight * counts
        slope = all_of_row * tilt
        second = (x * (leverage * all_of_row * bend)[:, None]).T @ x
        b = ((x * slope[:, None]).T @ pairs).reshape(p, p, p)
        ib = inverse @ b
        traces = ib.reshape(p, -1) @ ib.transpose(0, 2, 1).reshape(p, -1).T
        return Derivatives(
            value=plain.value + 0.5 * float(log_det),
            gradient=plain.gradient + 0.5 * x.T @ (leverage * slope),
            information=plain.information,
            curvature=plain.information - 0.5 * second + 0.5 * traces,
        )

    return objective
