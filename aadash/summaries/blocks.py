"""The sums and cross-products of a level's missing patterns: as a mixed model reads them, or as few rows that have them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aadash.analyses.visits import Patterns, PatternSums
from aadash.summaries.form import Block

#: The place of a level among those of a split (-1: no level), and the blocks of its patients' scores and percent changes.
Blocks = tuple[int, Sequence[Block], Sequence[Block]]


def block_rows(block: Block, weeks: int, grid: int) -> tuple[np.ndarray, np.ndarray]:
    """At most one row more than visits with the block's sums and cross-products, and how many patients each row stands for.

    With counts c, whose roots are one unit vector after division by √n, and Q orthonormal and orthogonal to it, the rows of
    mean + diag(1/√c) Q diag(√w) Uᵀ have the mean and the centred cross-products S = U diag(w) Uᵀ.
    """
    made = np.array([sign == "1" for sign in block.pattern])
    k = int(made.sum())
    size = min(block.n, k + 1)
    counts = block.n // size + (np.arange(size) < block.n % size).astype(float)
    out = np.full((size, weeks), np.nan)
    if not k:
        return out, counts
    w, u = np.linalg.eigh(block.centred())
    kept = np.argsort(w)[::-1][: min(size - 1, k)]
    root = np.sqrt(counts)
    q = np.linalg.qr(np.column_stack([root, np.eye(size)]))[0][:, 1 : len(kept) + 1]
    rows = np.array(block.sums) / block.n + q / root[:, None] * np.sqrt(np.clip(w[kept], 0, None)) @ u[:, kept].T
    out[:, made] = rows / grid
    return out, counts


def sums_of(levels: Sequence[Blocks], weeks: int, grid: int, what: str) -> PatternSums:
    """The sums of every level, of "values" or "percent_change"."""
    percent = what == "percent_change"
    found = [(code, block) for code, *both in levels for block in both[percent] if block.n]
    seen = np.array([[sign == "1" for sign in block.pattern] for _, block in found], dtype=bool).reshape(len(found), weeks)
    sums, products = np.zeros((len(found), weeks)), np.zeros((len(found), weeks, weeks))
    for i, (_, block) in enumerate(found):
        here = np.flatnonzero(seen[i])
        row, column = (here[at] for at in np.triu_indices(len(here)))
        sums[i, here], products[i, row, column], products[i, column, row] = block.sums, block.products, block.products
    origin = -100.0 if percent else 0.0  # percent changes are held as a score that is 100 at baseline
    return PatternSums.added(
        [code for code, _ in found], seen, [block.n for _, block in found], sums, products, 0 if percent else grid, origin
    )


def patterns_of(levels: Sequence[Blocks], weeks: int) -> Patterns:
    """The visits made in each level: of those with a baseline, whoever has no percent change has a baseline of 0."""
    made, baseline, counts, codes = [], [], [], []
    for code, scores, percent in levels:
        defined = {block.pattern: block.n for block in percent if block.pattern.startswith("1")}
        for block in scores:
            above = defined.get(block.pattern, 0)
            known = block.pattern.startswith("1")
            for n, base in ((above, 1.0), (block.n - above, 0.0 if known else np.nan)):
                if n:
                    made.append([sign == "1" for sign in block.pattern])
                    baseline.append(base)
                    counts.append(n)
                    codes.append(code)
    return Patterns(
        np.array(made, dtype=bool).reshape(len(made), weeks),
        np.array(baseline, dtype=float),
        np.array(counts, dtype=np.int64),
        np.array(codes, dtype=int),
    )
