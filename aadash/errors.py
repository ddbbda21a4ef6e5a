"""Errors, by the stage that raises them.

An exception is for what cannot be computed or read. Doubt about a number that *can* be computed is a
:class:`aadash.result.Caveat` and travels with the result instead.
"""

from __future__ import annotations

from collections.abc import Sequence


class AadashError(Exception):
    """Base of every error that AAdash raises on purpose.

    Parameters
    ----------
    found
        What was found, in the user's words ("Column 'SALT_W12' holds the text 'sixty' in row 7").
    expected
        What would have been right ("a number from 0 to 100").
    fix
        What to do about it, as an imperative sentence.
    file, column, rows
        Where. ``rows`` are spreadsheet row numbers, the header being row 1.
    """

    def __init__(
        self,
        found: str,
        *,
        expected: str = "",
        fix: str = "",
        file: str = "",
        column: str = "",
        rows: Sequence[int] = (),
    ) -> None:
        self.found, self.expected, self.fix = found, expected, fix
        self.file, self.column, self.rows = file, column, tuple(rows)
        super().__init__(self.paragraph())

    def paragraph(self) -> str:
        """The whole message as one paragraph: where, what was found, what is expected, what to do."""
        where = f"{self.file}: " if self.file else ""
        parts = [where + self.found.rstrip(".") + "."]
        if self.expected:
            parts.append(f"Expected: {self.expected.rstrip('.')}.")
        if self.fix:
            parts.append(self.fix.rstrip(".") + ".")
        return " ".join(parts)


class IntakeError(AadashError):
    """The file is refused: it cannot be read as a cohort, and the message says what to do."""


class CohortError(AadashError):
    """A cohort's invariants do not hold (duplicate patients, no baseline visit, a value that is no number)."""


class PlanError(AadashError):
    """The plan asks for something that this cohort does not have (a column, a week, an endpoint)."""


class NotComputable(AadashError):
    """The statistic is not defined for these numbers (too few patients, one level, no spread)."""


class ReportError(AadashError):
    """A file to take away cannot be written, or one that was taken away cannot be read again."""


class SummaryError(AadashError):
    """A summary of a cohort that cannot be read, added to others, or asked."""


class EvidenceError(AadashError):
    """A table of published rates, or a row of it, cannot be read."""
