"""How complete a file is: by column and visit, and in which patterns."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from aadash.cohort import Cohort
from aadash.completeness import filled, visit_patterns
from aadash.intake.model import Issue, LogEntry


@dataclass(frozen=True, eq=False)
class QualityReport:
    """The quality of a file as data.

    Parameters
    ----------
    completeness
        One row per fact or visit (:func:`aadash.completeness.filled`).
    patterns
        One row per pattern of observed visits (:func:`aadash.completeness.visit_patterns`).
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
    findings = tuple(p for p in problems if p.actions or p.level != "note")
    return QualityReport(filled(cohort), visit_patterns(cohort), findings, log)
