"""Few rows that have the sums and cross-products of many patients: what a mixed model reads of a level's missing patterns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aadash.analyses.visits import ModelRows, Patterns
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


def model_rows(levels: Sequence[Blocks], weeks: int, grid: int, what: str) -> ModelRows:
    """The rows of every level; of "percent_change" without the first visit, which has none."""
    percent = what == "percent_change"
    found = [(code, *block_rows(b, weeks, 1 if percent else grid)) for code, *both in levels for b in both[percent] if b.n]
    matrix = np.vstack([np.empty((0, weeks)), *(rows for _, rows, _ in found)])
    if percent:
        matrix = matrix - 100.0
        matrix[:, :1] = np.nan
    codes = np.repeat([code for code, _, _ in found], [len(rows) for _, rows, _ in found]).astype(int)
    return ModelRows(matrix, codes, np.concatenate([np.empty(0), *(counts for _, _, counts in found)]))


def carry(matrix: np.ndarray) -> None:
    """Fill gaps with the visit before, never the baseline: of rows with the sums of a missing pattern as of patients."""
    for j in range(2, matrix.shape[1]):
        matrix[:, j] = np.where(np.isnan(matrix[:, j]), matrix[:, j - 1], matrix[:, j])


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
