"""How complete a file is: by column and visit, and in which patterns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aadash.cohort import Cohort
from aadash.intake.model import Issue, LogEntry


@dataclass(frozen=True, eq=False)
class QualityReport:
    """The quality of a file as data.

    Parameters
    ----------
    completeness
        One row per fact or visit: ``column`` (the fact's name or the score's), ``week`` (NA for a fact), ``n`` filled,
        ``missing``, ``share`` filled (0–1).
    patterns
        One row a pattern of observed visits, commonest first: ``n`` patients, then one boolean column a week.
    findings
        Issues with something to decide about: impossible and suspicious values, each with its rows.
    log
        Every value changed, dropped or interpreted, and every decision.
    """

    completeness: pd.DataFrame
    patterns: pd.DataFrame
    findings: tuple[Issue, ...]
    log: tuple[LogEntry, ...]


def quality_report(cohort: Cohort, problems: tuple[Issue, ...], log: tuple[LogEntry, ...]) -> QualityReport:
    """The report of a cohort and of what was said while it was read."""
    n = len(cohort)
    seen = ~np.isnan(cohort.values)
    rows: list[tuple[str, Any, int]] = [(str(c), pd.NA, int(cohort.patients[c].notna().sum())) for c in cohort.patients.columns]
    rows += [(cohort.score, w, int(seen[:, j].sum())) for j, w in enumerate(cohort.weeks)]
    complete = pd.DataFrame(
        {"column": [r[0] for r in rows], "week": pd.array([r[1] for r in rows], dtype="Int64"), "n": [r[2] for r in rows]}
    )
    complete["missing"], complete["share"] = n - complete["n"], complete["n"] / n
    kinds, times = np.unique(seen, axis=0, return_counts=True)
    order = np.argsort(-times, kind="stable")
    patterns = pd.DataFrame(kinds[order], columns=pd.Index(list(cohort.weeks), name="week"))
    patterns.insert(0, "n", times[order])
    return QualityReport(complete, patterns, tuple(p for p in problems if p.actions or p.level != "note"), log)
