"""Patients as sums: how many there are of each group and missing pattern, and the sums and cross-products of their values.

A mixed model and a mixed analysis of variance read no more of a cohort. Recorded scores are whole numbers of some unit, so their sums
are exact, whatever the order and whoever added them up: a cohort's rows and sums of several hospitals then give the same digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from aadash.errors import NotComputable

Array = np.ndarray
#: Units of one point in which recorded scores are whole numbers.
FINEST = 1000
#: Sums of whole numbers are exact below this.
EXACT = 2.0**52
#: Share of the squares of fractions below which a sum of squared deviations is their last binary digits.
ROUNDING = 1e-13


@dataclass(frozen=True, eq=False)
class PatternSums:
    """B blocks of patients, one for each group and missing pattern in their order, and T visits.

    A value is ``origin`` + number / ``unit``.
    """

    codes: Array
    """B: the group's code; negative without one."""
    seen: Array
    """B × T booleans: the visits made."""
    n: Array
    """B: patients."""
    sums: Array
    """B × T, 0 at visits not made."""
    products: Array
    """B × T × T, 0 at visits not made."""
    unit: int
    """Whole numbers in this many units of a point; 0: fractions of a point, whose sums are rounded."""
    origin: Array
    """T: what the numbers are told from."""

    @classmethod
    def of(cls, matrix: ArrayLike, codes: ArrayLike, counts: ArrayLike | None = None) -> PatternSums:
        """Of a patients × visits matrix (NaN: not made) and a code a patient; a row stands for ``counts`` patients."""
        y = np.asarray(matrix, dtype=float)
        if y.ndim != 2 or len(y) != np.size(codes):
            raise ValueError(f"expected a patients x visits matrix and a group code a patient, found {y.shape} and {np.size(codes)}")
        if np.isinf(y).any():
            raise NotComputable("Infinite values cannot enter a mixed model")
        values, n = np.nan_to_num(y), float(len(y) if counts is None else np.sum(counts))
        unit = _unit(values, n)
        if unit:
            return cls._made(np.rint(values * unit), ~np.isnan(y), codes, counts, unit, np.zeros(y.shape[1]))
        each = np.ones(len(y)) if counts is None else np.asarray(counts, dtype=float)
        return cls.about(y, codes, each @ values / np.maximum(each @ ~np.isnan(y), 1.0), counts)

    @classmethod
    def about(cls, matrix: Array, codes: ArrayLike, origin: ArrayLike, counts: ArrayLike | None = None) -> PatternSums:
        """As :meth:`of`, of fractions told from ``origin``."""
        whence = np.broadcast_to(np.asarray(origin, dtype=float), matrix.shape[1:])
        return cls._made(np.nan_to_num(matrix - whence), ~np.isnan(matrix), codes, counts, 0, whence)

    @classmethod
    def _made(cls, values: Array, seen: Array, codes: ArrayLike, counts: ArrayLike | None, unit: int, origin: Array) -> PatternSums:
        code, visits = np.asarray(codes, dtype=np.int64), values.shape[1]
        words = np.packbits(seen, axis=1).astype(np.int64)  # eight visits each
        label = np.zeros(len(values), dtype=np.int64)
        for word in (code, *words.T):
            label = np.unique(label * 256 + word, return_inverse=True)[1].ravel()
        order = label.argsort(kind="stable")
        starts = np.flatnonzero(np.diff(label[order], prepend=-1))
        ends = [*starts[1:], len(order)][: len(starts)]
        values, first = values[order], order[starts]
        each = None if counts is None else np.asarray(counts, dtype=float)[order]
        weighed = values if each is None else values * each[:, None]
        blocks = len(starts)
        sums, products = np.empty((blocks, visits)), np.empty((blocks, visits, visits))
        for b, (i, j) in enumerate(zip(starts, ends, strict=True)):
            sums[b] = weighed[i:j].sum(axis=0)
            products[b] = weighed[i:j].T @ values[i:j]
        n = np.subtract(ends, starts).astype(float) if each is None else np.add.reduceat(each, starts) if blocks else np.empty(0)
        return cls(code[first], seen[first], n, sums, products, unit, origin)._coarsest()

    @classmethod
    def added(
        cls, codes: ArrayLike, seen: Array, n: ArrayLike, sums: Array, products: Array, unit: int, origin: ArrayLike
    ) -> PatternSums:
        """Of blocks in any order, several of which may be of the same patients' group and pattern."""
        whence = np.broadcast_to(np.asarray(origin, dtype=float), (seen.shape[1],))
        found = cls(np.asarray(codes, dtype=np.int64), seen, np.asarray(n, dtype=float), sums, products, unit, whence)
        return found._joined()._coarsest()

    def _joined(self) -> PatternSums:
        """Blocks of the same group and pattern as one, and all in order."""
        if not len(self.n):
            return self
        keys = [(code, *seen) for code, seen in zip(self.codes.tolist(), self.seen.tolist(), strict=True)]
        order = sorted(range(len(keys)), key=keys.__getitem__)
        starts = [i for i, b in enumerate(order) if not i or keys[b] != keys[order[i - 1]]]
        first = np.array(order)[starts]
        n, sums, products = (np.add.reduceat(part[order], starts, axis=0) for part in (self.n, self.sums, self.products))
        return replace(self, codes=self.codes[first], seen=self.seen[first], n=n, sums=sums, products=products)

    def _coarsest(self) -> PatternSums:
        """In the largest unit in which the sums are whole: the same patients then have the same numbers."""
        if self.unit < 10 or not self.n.size or float(self.products.max()) > 2.0**62:
            return self
        unit, sums, products = self.unit, self.sums.astype(np.int64), self.products.astype(np.int64)
        while unit >= 10 and not (sums % 10).any() and not (products % 100).any():
            unit, sums, products = unit // 10, sums // 10, products // 100
        return replace(self, unit=unit, sums=sums.astype(float), products=products.astype(float))

    def at(self, visits: Sequence[int]) -> PatternSums:
        """Of these visits alone; whoever made none of them stays counted."""
        here = list(visits)
        part = replace(
            self,
            seen=self.seen[:, here],
            sums=self.sums[:, here],
            products=self.products[:, here][:, :, here],
            origin=self.origin[here],
        )
        return part if len(here) == self.seen.shape[1] else part._joined()._coarsest()

    def grouped(self, code: Mapping[int, int]) -> PatternSums:
        """With other codes; groups without one are left out."""
        part = self.having(np.isin(self.codes, list(code)))
        return replace(part, codes=np.array([code[c] for c in part.codes.tolist()], dtype=np.int64))._joined()

    def having(self, which: Array) -> PatternSums:
        """The blocks of ``which`` (booleans)."""
        return replace(
            self,
            codes=self.codes[which],
            seen=self.seen[which],
            n=self.n[which],
            sums=self.sums[which],
            products=self.products[which],
        )

    def carried(self) -> PatternSums:
        """Gaps filled with the visit before, never with the first."""
        visits = self.seen.shape[1]
        source = np.broadcast_to(np.arange(visits), self.seen.shape).copy()
        seen = self.seen.copy()
        for j in range(2, visits):
            gap = ~seen[:, j] & seen[:, j - 1]
            source[gap, j], seen[gap, j] = source[gap, j - 1], True
        blocks = np.arange(len(self.n))
        return replace(
            self,
            seen=seen,
            sums=self.sums[blocks[:, None], source],
            products=self.products[blocks[:, None, None], source[:, :, None], source[:, None, :]],
        )._joined()

    @property
    def noise(self) -> float:
        """The sum of squared deviations, in squared points, that is none."""
        return 0.0 if self.unit else ROUNDING * float(np.einsum("btt->", self.products))


def _unit(values: Array, n: float) -> int:
    """A unit in which all values are whole numbers with exact sums, the finest that there is; 0 for none."""
    largest = float(np.abs(values).max(initial=0.0))
    if not 1e-3 <= largest < np.inf:
        return int(largest == 0.0)
    scaled, unit = values * FINEST, FINEST
    whole = np.rint(scaled)
    if np.abs(scaled - whole).max() > 1e-8:
        return 0
    while (largest * unit) ** 2 * n > EXACT:
        if unit == 1 or (whole % 10).any():
            return 0
        whole, unit = whole / 10, unit // 10
    return unit
