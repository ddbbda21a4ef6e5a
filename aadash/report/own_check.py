"""A report's own tables, as they are printed, held against themselves: the check that a reader of it could make."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from aadash.papercheck.finding import Outcome
from aadash.papercheck.frames import paper_of_frames
from aadash.report.compose import printed_tables
from aadash.views.study import Study
from aadash.views.study_sections import sections_of

#: Findings that are told in the report itself.
TOLD = 5


def own_check(tables: Sequence[tuple[str, pd.DataFrame]]) -> Outcome:
    """The outcome for captions and printed tables."""
    from aadash.papercheck.check import check  # the statistics behind it are not needed before somebody writes a report

    return check(paper_of_frames(tables))


def own_check_of(study: Study) -> Outcome:
    """The outcome for everything that a report of ``study`` prints."""
    return own_check([table for _, parts in sections_of(study) for table in printed_tables(parts)])


def own_check_note(outcome: Outcome) -> str:
    """One line for the report; with doubts, what they are."""
    if not outcome.checked:
        return "No two numbers printed in this report can be held against each other."
    told = " ".join(f"{f.where}: {f.found}" for f in outcome.findings[:TOLD])
    return f"The numbers printed in this report, held against each other. {outcome.line()} {told}".strip()
