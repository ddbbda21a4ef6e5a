"""How complete a cohort is, as counts: by column and visit, and in which patterns of visits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from aadash.cohort import Cohort


def filled(cohort: Cohort) -> pd.DataFrame:
    """One row per fact or visit: ``column`` (the fact's name or the score's), ``week`` (NA for a fact), ``n`` filled, ``missing``,
    ``share`` filled (0–1)."""
    n, seen = len(cohort), ~np.isnan(cohort.values)
    rows: list[tuple[str, Any, int]] = [(str(c), pd.NA, int(cohort.patients[c].notna().sum())) for c in cohort.patients.columns]
    rows += [(cohort.score, w, int(seen[:, j].sum())) for j, w in enumerate(cohort.weeks)]
    found = pd.DataFrame(
        {"column": [r[0] for r in rows], "week": pd.array([r[1] for r in rows], dtype="Int64"), "n": [r[2] for r in rows]}
    )
    found["missing"], found["share"] = n - found["n"], found["n"] / n
    return found


def visit_patterns(cohort: Cohort) -> pd.DataFrame:
    """One row per pattern of visits that were made, commonest first: ``n`` patients, then one boolean column per week."""
    kinds, times = np.unique(~np.isnan(cohort.values), axis=0, return_counts=True)
    order = np.argsort(-times, kind="stable")
    patterns = pd.DataFrame(kinds[order], columns=pd.Index(list(cohort.weeks), name="week"))
    patterns.insert(0, "n", times[order])
    return patterns
