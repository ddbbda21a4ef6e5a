"""A saved mapping that meets a file of another shape."""

from __future__ import annotations

from collections.abc import Sequence

from aadash.intake.check.doubts import Doubts
from aadash.intake.mapping import ColumnMapping
from aadash.intake.tabulate.table import Table


def tell_shape(tables: Sequence[Table], mapping: ColumnMapping, doubts: Doubts) -> None:
    """Tell when a saved mapping meets a file of another shape."""
    if not mapping.complete:
        return
    here = {n for t in tables for n in t.columns}
    gone = [n for n in mapping.columns if n not in here]
    new = [n for t in tables for n in t.columns if n not in mapping.columns]
    if gone:
        doubts.report(
            "warning",
            "shape_changed",
            gone[0],
            (),
            f"The saved mapping names columns that this file does not have: {', '.join(map(repr, gone[:8]))}.",
        )
    if new:
        doubts.report(
            "warning",
            "shape_changed",
            new[0],
            (),
            f"This file has columns that the saved mapping does not name: {', '.join(map(repr, new[:8]))}; what they are was guessed.",
        )
