"""Multiple imputation of a measure taken at several visits, stratum by stratum, and what is done with the copies."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from aadash.errors import NotComputable

Array = np.ndarray
#: Called with (steps done, steps in all); an exception raised in it ends the computation.
Progress = Callable[[int, int], None]
#: Fewest patients a parameter of the mean for a stratum to have a covariance of its own.
PATIENTS_A_VISIT = 3


@dataclass(frozen=True)
class RepeatedImputation:
    """m completed copies of a patients × visits matrix. Observed cells are the same in all."""

    values: Array
    """m × n × T, drawn without limits."""
    holes: Array
    """n × T booleans: what was drawn."""
    codes: Array
    bounds: tuple[float, float] | None
    common_covariance: bool
    """Whether strata share one covariance, being too small for their own."""
    seed: int
    cycles: int

    @property
    def m(self) -> int:
        """How many copies."""
        return len(self.values)

    def completed(self, delta: float | ArrayLike = 0.0) -> Array:
        """The copies, m × n × T, drawn cells moved by ``delta`` (a number, or one for each patient) and cut at the bounds."""
        shift = np.broadcast_to(np.asarray(delta, dtype=float), (self.holes.shape[0],))[:, None] * self.holes
        moved = self.values + shift
        return moved if self.bounds is None else np.where(self.holes, np.clip(moved, *self.bounds), moved)


def impute_repeated(
    matrix: ArrayLike,
    codes: ArrayLike,
    m: int = 200,
    seed: int = 20250117,
    cycles: int = 60,
    bounds: tuple[float, float] | None = None,
    progress: Progress | None = None,
) -> RepeatedImputation:
    """Draw the missing cells of a patients × visits matrix m times from a normal model, each stratum by itself.

    Parameters
    ----------
    matrix
        n × T floats, NaN = missing. Each patient has a value at one visit at least.
    codes
        n integers 0 … G−1: strata (a comparison made later must be in the model, or imputed patients are drawn towards no
        difference).
    m
        Copies. Each comes from a chain of its own, so they are independent.
    cycles
        Rounds of each chain: draw the missing given mean and covariance, then mean and covariance given the data so completed.
    bounds
        Limits of the scale. Drawn values beyond them are put on them, afterwards, so that the model itself is not bent.

    Notes
    -----
    Data augmentation for the multivariate normal under Jeffreys' prior (Schafer 1997, Analysis of Incomplete Multivariate Data,
    ch. 5; Tanner & Wong 1987, doi:10.1080/01621459.1987.10478458), a chain a copy. With every visit's conditional being a linear
    regression it is what R ``mice(method = "norm")`` draws from by chained equations. Strata with fewer than three patients a
    visit share one covariance around their own means. Valid when visits are missing at random given the stratum and the visits
    that were made. Skewed and bounded scores are only roughly normal: means are hardly touched (von Hippel 2013,
    doi:10.1177/0049124112464866), rates near the bounds more.

    Raises
    ------
    NotComputable
        A visit that nobody of a stratum made; too few patients to estimate a covariance of the visits; patients without a value.
    """
    y, code = np.array(matrix, dtype=float, ndmin=2), np.asarray(codes).astype(int)
    n, t = y.shape
    holes = np.isnan(y)
    _check(y, code, holes)
    rng = np.random.default_rng(seed)
    groups = [np.flatnonzero(code == g) for g in range(int(code.max()) + 1)]
    common = min(len(g) for g in groups) < PATIENTS_A_VISIT * t
    blocks = [np.arange(n)] if common else groups
    out = np.broadcast_to(y, (m, n, t)).copy()
    done, total = 0, cycles * len(blocks)
    for rows in blocks:
        if not holes[rows].any():
            done += cycles
            continue
        member = _indicators(code[rows])
        if len(rows) - member.shape[1] <= t:
            raise NotComputable(
                f"{len(rows)} patients in {member.shape[1]} strata are too few to impute {t} visits", fix="Use fewer visits or strata"
            )
        scale = max(float(np.nanstd(y[rows])), 1e-12)
        try:
            chain = _Chain(y[rows] / scale, member, m, rng)
            for _ in range(cycles):
                chain.step()
                done += 1
                if progress is not None:
                    progress(done, total)
        except np.linalg.LinAlgError as error:
            raise NotComputable(
                "The patients of a stratum do not differ at a visit, so there is no spread to draw from",
                fix="Choose a coarser split, or widen the filters",
            ) from error
        out[:, rows] = np.where(holes[rows], chain.values * scale, y[rows])
    return RepeatedImputation(out, holes, code, bounds, common, seed, cycles)


def _check(y: Array, code: Array, holes: Array) -> None:
    if len(code) != len(y):
        raise ValueError(f"{len(code)} codes for {len(y)} patients")
    if not len(y) or holes.all(axis=1).any():
        raise NotComputable("A patient without any visit cannot be imputed from the patient's other visits", fix="Leave those out")
    for g in range(int(code.max()) + 1):
        mine = code == g
        empty = np.flatnonzero(holes[mine].all(axis=0)) if mine.any() else np.array([], dtype=int)
        if len(empty):
            raise NotComputable(
                f"Nobody of stratum {g + 1} has a value at visit {empty[0] + 1}, so it cannot be imputed there",
                fix="Leave that visit or stratum out",
            )


def _indicators(code: Array) -> Array:
    present = np.unique(code)
    return (code[:, None] == present).astype(float)


class _Chain:
    """m chains side by side: the completed data of each, and one round of data augmentation."""

    def __init__(self, y: Array, member: Array, m: int, rng: np.random.Generator) -> None:
        self.rng, self.member, self.m = rng, member, m
        self.count = member.sum(axis=0)
        holes = np.isnan(y)
        patterns, which = np.unique(holes, axis=0, return_inverse=True)
        which = which.ravel()
        self.patterns = [(p, np.flatnonzero(which == k)) for k, p in enumerate(patterns) if p.any()]
        # Each chain starts from the stratum's mean at the visit, plus noise of the visit's own size.
        mean = np.array([np.nanmean(y[member[:, g] > 0], axis=0) for g in range(member.shape[1])])
        sd = np.nanstd(y, axis=0)
        start = (member @ mean)[None] + sd * rng.standard_normal((m, *y.shape))
        self.values = np.where(holes, start, y)

    def step(self) -> None:
        """Draw covariance and means given the completed data, then the missing cells given those."""
        m, n, t = self.values.shape
        mean = np.einsum("ng,mnt->mgt", self.member, self.values) / self.count[None, :, None]
        residual = self.values - np.einsum("ng,mgt->mnt", self.member, mean)
        scatter = residual.transpose(0, 2, 1) @ residual
        sigma = self._inverse_wishart(scatter, n - self.member.shape[1])
        self.sigma = sigma
        root = np.linalg.cholesky(sigma)
        noise = self.rng.standard_normal((m, len(self.count), t)) / np.sqrt(self.count)[None, :, None]
        drawn = mean + noise @ root.transpose(0, 2, 1)
        self.drawn = drawn
        centre = np.einsum("ng,mgt->mnt", self.member, drawn)
        for gap, rows in self.patterns:
            seen = ~gap
            s_oo = sigma[:, seen][:, :, seen]
            s_mo = sigma[:, gap][:, :, seen]
            weight = np.linalg.solve(s_oo, s_mo.transpose(0, 2, 1))  # m × seen × gap
            left = sigma[:, gap][:, :, gap] - s_mo @ weight
            chol = _root(left)
            block = self.values[:, rows]
            expected = centre[:, rows][:, :, gap] + (block[:, :, seen] - centre[:, rows][:, :, seen]) @ weight
            z = self.rng.standard_normal((m, len(rows), int(gap.sum())))
            block[:, :, gap] = expected + z @ chol.transpose(0, 2, 1)
            self.values[:, rows] = block

    def _inverse_wishart(self, scatter: Array, df: int) -> Array:
        """A draw for each chain: the inverse of a Wishart(scatter⁻¹, df) by Bartlett's decomposition."""
        m, t, _ = scatter.shape
        ridge = 1e-10 * np.trace(scatter, axis1=1, axis2=2)[:, None, None] / t * np.eye(t)
        lower = np.linalg.cholesky(scatter + ridge)
        a = np.tril(self.rng.standard_normal((m, t, t)), -1)
        a[:, np.arange(t), np.arange(t)] = np.sqrt(self.rng.chisquare(df - np.arange(t), size=(m, t)))
        half = lower @ np.linalg.inv(a).transpose(0, 2, 1)  # scatter = L L', W = L'⁻¹ A A' L⁻¹, so W⁻¹ = L A'⁻¹ A⁻¹ L'
        return half @ half.transpose(0, 2, 1)


def posterior_draws(done: RepeatedImputation, matrix: ArrayLike) -> tuple[Array, Array]:
    """Mean and covariance of each stratum, drawn once for each copy given that copy's completed data: m × G × T and m × G × T × T.

    The draws are those of one further round of the chains (same prior), from a generator of their own, so that the copies themselves
    stay what they are.
    """
    y = np.array(matrix, dtype=float, ndmin=2)
    rng = np.random.default_rng([done.seed, 99])
    groups = [np.flatnonzero(done.codes == g) for g in range(int(done.codes.max()) + 1)]
    m, _, t = done.values.shape
    means, sigmas = np.zeros((m, len(groups), t)), np.zeros((m, len(groups), t, t))
    for rows in [np.arange(len(y))] if done.common_covariance else groups:
        scale = max(float(np.nanstd(y[rows])), 1e-12)
        chain = _Chain(y[rows] / scale, _indicators(done.codes[rows]), m, rng)
        chain.values = np.array(done.values[:, rows] / scale)
        chain.step()
        for i, g in enumerate(np.unique(done.codes[rows])):
            means[:, g], sigmas[:, g] = chain.drawn[:, i] * scale, chain.sigma * scale**2
    return means, sigmas


def _root(matrix: Array) -> Array:
    """Cholesky roots, where a conditional variance may be 0 but for rounding."""
    size = matrix.shape[1]
    floor = 1e-12 * np.maximum(np.trace(matrix, axis1=1, axis2=2), 1e-300)[:, None, None]
    try:
        return np.linalg.cholesky((matrix + matrix.transpose(0, 2, 1)) / 2 + floor * np.eye(size))
    except np.linalg.LinAlgError:
        value, vector = np.linalg.eigh((matrix + matrix.transpose(0, 2, 1)) / 2)
        return vector * np.sqrt(np.maximum(value, 0.0))[:, None, :]


def monte_carlo_error(between_variance: float, m: int) -> float:
    """Standard deviation that another seed would give the pooled estimate: √(B/m) (Royston, Carlin & White 2009)."""
    return math.sqrt(max(0.0, between_variance) / m)
