"""Bytes → :class:`~aadash.cohort.Cohort`: read a clinic's file, and say exactly what was understood.

>>> from aadash.intake import read
>>> reading = read("ID,SALT_W0,SALT_W12\\n0007,80,20\\n0008,55,140\\n")
>>> reading.summary()
'2 patients, 2 visits (weeks 0–12), one row per patient; 1 thing to decide'
>>> decided = read("ID,SALT_W0,SALT_W12\\n0007,80,20\\n0008,55,140\\n", decisions=Decisions(on_bad_value="missing"))
>>> decided.cohort.weeks
(0, 12)
"""

from __future__ import annotations

from aadash.intake.decisions import Decisions
from aadash.intake.export import export_csv
from aadash.intake.mapping import ALL_ROLES, ColumnMapping, ColumnRole, MeasureScale
from aadash.intake.model import (
    EXCLUDE,
    KEEP,
    SET_MISSING,
    STRUCTURAL_ROLES,
    TWO_PEOPLE,
    VALUE,
    ColumnGuess,
    Issue,
    LogEntry,
    VisitWindow,
)
from aadash.intake.reader import read, read_cohort
from aadash.intake.reading import Reading

__all__ = [
    "ALL_ROLES",
    "EXCLUDE",
    "KEEP",
    "SET_MISSING",
    "STRUCTURAL_ROLES",
    "TWO_PEOPLE",
    "VALUE",
    "ColumnGuess",
    "ColumnMapping",
    "ColumnRole",
    "Decisions",
    "Issue",
    "LogEntry",
    "MeasureScale",
    "Reading",
    "VisitWindow",
    "export_csv",
    "read",
    "read_cohort",
]
