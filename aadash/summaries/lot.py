"""Patients of a registry drawn by lot, to be shown as lines."""

from __future__ import annotations

import narwhals as nw
import pandas as pd

from aadash.summaries.engine import Held, w

DRAWN = "aadash_drawn"
#: So many patients are drawn as lines.
LINES = 200
#: The rule by which they are drawn, the same on every engine: a linear congruential step (Lehmer; Park & Miller 1988,
#: doi:10.1145/63039.63042) of what is held of a patient. :data:`SEED` may be any number.
PRIME, STEP, SEED = 2**31 - 1, 48271, 2025


def drawn(table: Held) -> pd.DataFrame:
    """At most :data:`LINES` patients: every column held, the scores in points. Patients who are alike in everything come in together
    or stay out together."""
    held = [w(week) for week in table.weeks] + [c for c in table.facts if c in table.levels]
    factors = [pow(STEP, i + 2, PRIME) for i in range(len(held))]
    parts = [(nw.col(c).cast(nw.Int64) * factor).fill_null(0) for c, factor in zip(held, factors, strict=True)]
    lot = (nw.sum_horizontal(*parts) + SEED) % PRIME
    frame = table.table.select(*held, *[c for c in table.facts if c not in held], lot.alias(DRAWN))
    some = min(PRIME, int(PRIME * 4.0 * LINES / table.n) + 1)
    found = frame.filter(nw.col(DRAWN) < some).collect("pandas").to_native()
    found = found.sort_values([DRAWN, *held], kind="stable").head(LINES).reset_index(drop=True)
    points = {w(week): found[w(week)].astype(float) / table.grid for week in table.weeks}
    return found.assign(**points)  # type: ignore[no-any-return]
