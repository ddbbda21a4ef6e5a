"""The group × visit layout that mixed models share: checks, labels, contrasts, R's treatment coding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from aadash.errors import NotComputable
from aadash.stats._pattern_sums import ROUNDING, PatternSums
from aadash.stats._reml import group_stats

Array = np.ndarray


@dataclass(frozen=True)
class Cells:
    """Values by patient and visit with their groups. Coefficients are cell means: covariate row j, visit t."""

    y: Array
    """n × T' values at the visits that anybody had; every patient has at least one."""
    z: Array
    """n × q: G group indicators, then centred covariates."""
    groups: tuple[str, ...]
    visits: tuple[str, ...]
    """All T visits asked for."""
    seen: tuple[int, ...]
    """Positions of the T' visits with values that vary."""
    covariates: tuple[str, ...]
    n_excluded: int
    occupied: Array
    """G × T booleans: the cell has a value."""
    counts: Array
    """How many patients each row of ``y`` stands for."""
    noise: float
    """A standard deviation that is none."""
    known: dict[int, Array] = field(default_factory=dict)
    """Visit at which nobody differs from his group → the value of each group (NaN: nobody there). Such a mean is no estimate:
    it stands as a constant, by which vectors over the coefficients are one longer."""

    @property
    def shape(self) -> tuple[int, int]:
        """q and T': the coefficients' shape."""
        return self.z.shape[1], len(self.seen)

    def empty(self) -> tuple[tuple[str, str], ...]:
        """(group, visit) without values."""
        return tuple((self.groups[g], self.visits[t]) for g, t in np.argwhere(~self.occupied))

    def check_estimable(self, active: Array) -> None:
        """Raise NotComputable when a covariate's slope cannot be estimated at some visit."""
        for j, name in enumerate(self.covariates, start=len(self.groups)):
            for t in np.flatnonzero(~active[j]):
                raise NotComputable(
                    f"The covariate {name!r} cannot be adjusted for at week {self.visits[self.seen[t]]}: "
                    "it does not vary within the groups among the patients seen there",
                    fix="Leave the covariate or the visit out",
                )

    def cell(self, group: int, visit: int) -> Array:
        """The mean of a group (or a covariate's slope) at a visit as a function of the coefficients; NaN when the visit has no
        value."""
        rows, columns = self.shape
        vector = np.zeros(rows * columns + bool(self.known))
        if visit in self.known:
            vector[-1] = self.known[visit][group] if group < len(self.groups) else 0.0
        elif visit in self.seen:
            vector[group * columns + self.seen.index(visit)] = 1.0
        else:
            vector[:] = np.nan
        return vector

    def contrasts(self) -> tuple[list[dict[str, str]], Array]:
        """Labels and vectors of adjusted means, changes, differences and differences of changes, visit by visit."""
        labels: list[dict[str, str]] = []
        vectors: list[Array] = []

        def add(kind: str, g: int, t: int, vector: Array, reference: int | None = None) -> None:
            ref = "" if reference is None else self.groups[reference]
            who = self.groups[g] + (f"-{ref}" if reference is not None else "")
            name = f"{kind}|{who}|{self.visits[t]}"
            labels.append({"name": name, "kind": kind, "group": self.groups[g], "reference": ref, "time": self.visits[t]})
            vectors.append(vector)

        everybody = range(len(self.groups))
        for t in range(len(self.visits)):
            change = {g: self.cell(g, t) - self.cell(g, 0) for g in everybody}
            for g in everybody:
                add("lsmean", g, t, self.cell(g, t))
            for g in everybody if t else ():
                add("change", g, t, change[g])
            for g in everybody[1:]:
                add("diff", g, t, self.cell(g, t) - self.cell(0, t), 0)
                if t:
                    add("diffchange", g, t, change[g] - change[0], 0)
        return labels, np.array(vectors)

    def treatment_coding(self) -> tuple[list[str], Array]:
        """R's coefficients of ``group * time`` (and ``time * covariate``) as functions of the cell means."""
        names, vectors = ["(Intercept)"], [self.cell(0, 0)]
        others, later = range(1, len(self.groups)), range(1, len(self.visits))
        for g in others:
            names.append(f"group{self.groups[g]}")
            vectors.append(self.cell(g, 0) - self.cell(0, 0))
        for t in later:
            names.append(f"time{self.visits[t]}")
            vectors.append(self.cell(0, t) - self.cell(0, 0))
        for j, name in enumerate(self.covariates, start=len(self.groups)):
            names.append(name)
            vectors.append(self.cell(j, 0))
        for t in later:
            for g in others:
                names.append(f"group{self.groups[g]}:time{self.visits[t]}")
                vectors.append(self.cell(g, t) - self.cell(g, 0) - self.cell(0, t) + self.cell(0, 0))
        for j, name in enumerate(self.covariates, start=len(self.groups)):
            for t in later:
                names.append(f"time{self.visits[t]}:{name}")
                vectors.append(self.cell(j, t) - self.cell(j, 0))
        return names, np.array(vectors)


def group_visit_tests(cells: Cells) -> list[tuple[str, Array]]:
    """Type III contrasts (unweighted means over the other factor) of group, time and group:time."""
    g_count, t_count = len(cells.groups), len(cells.visits)
    grid = np.array([[cells.cell(g, t) for t in range(t_count)] for g in range(g_count)])
    tests = []
    if g_count > 1:
        tests.append(("group", (grid[1:] - grid[:1]).mean(axis=1)))
    if t_count > 1:
        tests.append(("time", (grid[:, 1:] - grid[:, :1]).mean(axis=0)))
    if g_count > 1 and t_count > 1:
        change = grid[:, 1:] - grid[:, :1]
        tests.append(("group:time", (change[1:] - change[:1]).reshape(-1, grid.shape[2])))
    return tests


def cell_layout(
    matrix: ArrayLike,
    codes: ArrayLike,
    times: Sequence[object],
    groups: Sequence[object] | None = None,
    covariates: ArrayLike | None = None,
    covariate_names: Sequence[str] | None = None,
    set_aside_constant: bool = False,
    counts: ArrayLike | None = None,
) -> Cells:
    """Check a patients × visits matrix with group codes and lay it out for a mixed model.

    Patients without values are left out and counted; visits without values are kept as labels only. With
    ``set_aside_constant`` visits at which nobody differs from his group are ``known`` instead of modelled. A row stands for
    ``counts`` patients, one without it. Raises
    ValueError for arrays that do not fit together and NotComputable where nothing can be estimated.
    """
    y = np.array(matrix, dtype=float, ndmin=2)
    code = np.asarray(codes).astype(int)
    visits = tuple(str(t) for t in times)
    if y.shape != (len(code), len(visits)):
        raise ValueError(f"matrix is {y.shape[0]} × {y.shape[1]}, but there are {len(code)} codes, {len(visits)} times")
    if np.any(np.isinf(y)):
        raise NotComputable("Infinite values cannot enter a mixed model")
    if len(code) == 0 or np.all(np.isnan(y)):
        raise NotComputable("There is not a single value at any visit")
    labels = tuple(str(g) for g in (groups if groups is not None else range(int(code.max()) + 1)))
    if code.min() < 0 or code.max() >= len(labels):
        raise ValueError(f"group codes run from {code.min()} to {code.max()}, but there are {len(labels)} groups")
    x = np.zeros((len(y), 0)) if covariates is None else np.asarray(covariates, dtype=float).reshape(len(y), -1)
    names = tuple(covariate_names) if covariate_names is not None else tuple(f"x{k + 1}" for k in range(x.shape[1]))
    each = np.ones(len(y)) if counts is None else np.asarray(counts, dtype=float)
    known = _constant_visits(y, code, len(labels), each) if set_aside_constant else {}
    occupied = np.array([np.any(~np.isnan(y[code == g]), axis=0) for g in range(len(labels))]).reshape(len(labels), -1)
    y[:, list(known)] = np.nan
    keep = ~np.all(np.isnan(y), axis=1)
    seen = tuple(int(t) for t in np.flatnonzero(~np.all(np.isnan(y), axis=0)))
    if np.any(np.isnan(x[keep])):
        raise NotComputable(
            f"{int(np.isnan(x[keep]).any(axis=1).sum())} patients lack a covariate",
            fix="Leave those patients or the covariate out",
        )
    where = "at any visit at which values vary" if known else "at any visit"
    for g in np.flatnonzero(~occupied[:, list(seen)].any(axis=1)):
        raise NotComputable(f"Group {labels[g]!r} has no value {where}", fix="Leave that group out")
    indicator = (code[keep, None] == np.arange(len(labels))).astype(float)
    kept = x[keep] - each[keep] @ x[keep] / each[keep].sum() if x.shape[1] else x[keep]
    return Cells(
        y=y[np.ix_(keep, seen)],
        z=np.concatenate([indicator, kept], axis=1),
        groups=labels,
        visits=visits,
        seen=seen,
        covariates=names,
        n_excluded=int(each[~keep].sum()),
        occupied=occupied,
        counts=each[keep],
        noise=1e-12 * float(np.nanmax(np.abs(y))),
        known=known,
    )


def sums_layout(sums: PatternSums, times: Sequence[object], groups: Sequence[object] | None = None) -> tuple[Cells, PatternSums]:
    """:func:`cell_layout` of sums without a covariate, with what is modelled of them: visits at which nobody differs are ``known``.

    The cells have no rows: their ``counts`` are of the blocks.
    """
    visits, code, made = tuple(str(t) for t in times), sums.codes, sums.seen
    if made.shape[1] != len(visits):
        raise ValueError(f"sums are of {made.shape[1]} visits, but there are {len(visits)} times")
    if not made.any():
        raise NotComputable("There is not a single value at any visit")
    labels = tuple(str(g) for g in (groups if groups is not None else range(int(code.max()) + 1)))
    if code.min() < 0 or code.max() >= len(labels):
        raise ValueError(f"group codes run from {code.min()} to {code.max()}, but there are {len(labels)} groups")
    occupied = np.zeros((len(labels), len(visits)), dtype=bool)
    np.logical_or.at(occupied, code, made)
    stats = group_stats(sums, len(labels))
    spread, patients = np.einsum("ptt->t", stats.yy), np.einsum("pgg,pt->gt", stats.zz, stats.observed)
    squares = np.einsum("btt->t", sums.products) + patients.sum(axis=0) * sums.origin**2
    spare = np.where(patients > 0, patients - 1, 0).sum(axis=0) > 0
    still = spare & (spread <= (0.0 if sums.unit else ROUNDING * squares))
    seen = made.any(axis=0)
    known = (
        {int(t): np.where(occupied[:, t], stats.centre[:, t], np.nan) for t in np.flatnonzero(still)} if (seen & ~still).any() else {}
    )
    used = [t for t in np.flatnonzero(seen).tolist() if t not in known]
    part = sums.at(used)
    kept = part.having(np.asarray(part.seen.any(axis=1)))
    where = "at any visit at which values vary" if known else "at any visit"
    for g in np.flatnonzero(~occupied[:, used].any(axis=1)):
        raise NotComputable(f"Group {labels[g]!r} has no value {where}", fix="Leave that group out")
    cells = Cells(
        y=np.empty((0, len(used))),
        z=np.empty((0, len(labels))),
        groups=labels,
        visits=visits,
        seen=tuple(used),
        covariates=(),
        n_excluded=int(part.n.sum() - kept.n.sum()),
        occupied=occupied,
        counts=kept.n,
        noise=0.0 if sums.unit else float(np.sqrt(ROUNDING * squares.sum() / patients.sum())),
        known=known,
    )
    return cells, kept


def _constant_visits(y: Array, code: Array, n_groups: int, counts: Array) -> dict[int, Array]:
    """Visits at which several patients were seen and none differs from his group, with the value of each group.

    Empty when no visit is left beside them. A visit with one patient a group has no spread to judge by and is no such visit.
    """
    out: dict[int, Array] = {}
    visits = np.flatnonzero(~np.all(np.isnan(y), axis=0))
    for t in visits:
        values, spread, spare = np.full(n_groups, np.nan), 0.0, 0
        for g in range(n_groups):
            who = (code == g) & ~np.isnan(y[:, t])
            here = y[who, t]
            if here.size:
                values[g], spread, spare = here[0], max(spread, float(np.ptp(here))), spare + int(counts[who].sum()) - 1
        if spare and spread <= 1e-12 * float(np.nanmax(np.abs(values))):
            out[int(t)] = values
    return out if len(out) < len(visits) else {}
