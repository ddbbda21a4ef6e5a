"""A cohort in use, and an upload that is being looked at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from aadash.cohort import Cohort
from aadash.formatting import listing
from aadash.intake import ColumnMapping, Decisions, Reading
from aadash.intake.isolated import ReadingJob
from aadash.report.code import Source


@dataclass(frozen=True, eq=False)
class ActiveCohort:
    """The cohort in use and where it came from: ``sample`` is a sample's key, or "" for an upload.

    ``source`` is the upload as it was decided about, so that decisions can be changed; None where the file held what
    identifies a person: then its bytes were deleted. ``recipe`` is how it was read: what was settled about it stays in any case.
    """

    cohort: Cohort
    file: str
    sample: str = ""
    reading: Reading | None = None
    source: UploadDraft | None = None
    recipe: Source | None = None

    @property
    def read_from(self) -> Source:
        """The file and what was settled about it, for a script that reads it again."""
        return self.recipe or Source((f"sample_data/{self.file}" if self.sample else self.file,))


@dataclass(frozen=True, eq=False)
class UploadDraft:
    """An upload that is being looked at: its bytes, what the user settled so far, and what that makes of it.

    ``sources`` are (name, bytes) of the files uploaded together; ``sheet`` is the sheet chosen of ``sheets``, None for
    all of them. ``revision`` counts how often it was read.
    """

    sources: tuple[tuple[str, bytes], ...]
    reading: Reading
    mapping: ColumnMapping
    decisions: Decisions
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    revision: int = 0

    def again(self, **changes: Any) -> UploadDraft:
        """The same upload, read with another mapping, other decisions or another sheet. Raises IntakeError."""
        new = replace(self, revision=self.revision + 1, **changes)
        return replace(new, reading=_job(new.sources, new.sheet, new.mapping, new.decisions).result())

    @property
    def name(self) -> str:
        """What the user calls it: the names of the files."""
        return listing([name for name, _ in self.sources])

    @property
    def personal(self) -> bool:
        """Whether the bytes hold more about a person than the cohort does."""
        return any(p.code in ("identifying", "code_replaced") and p.decided != "keep" for p in self.reading.problems)

    @property
    def recipe(self) -> Source:
        """How it was read: files, sheet, and what the user settled."""
        mapping = "" if self.mapping == ColumnMapping() else self.mapping.to_json()
        decisions = "" if self.decisions == Decisions() else self.decisions.to_json()
        return Source(tuple(name for name, _ in self.sources), self.sheet, mapping, decisions)


@dataclass(frozen=True, eq=False)
class PendingUpload:
    """An upload that is being read: its bytes, what came along to read it by (a mapping, kept work, what a bundle settled), and the
    process at work on it."""

    sources: tuple[tuple[str, bytes], ...]
    mapping: ColumnMapping
    job: ReadingJob
    decisions: Decisions = field(default_factory=Decisions)
    sheet: str | None = None

    @classmethod
    def of(
        cls,
        *sources: tuple[str, bytes],
        mapping: ColumnMapping | None = None,
        decisions: Decisions | None = None,
        sheet: str | None = None,
    ) -> PendingUpload:
        """Begin to read, with what was settled before. Raises IntakeError when there is too much of it."""
        given, saved = settled(mapping or ColumnMapping())
        decided = decisions or Decisions()
        decided = replace(decided, actions={**saved.actions, **decided.actions})
        return cls(sources, given, _job(sources, sheet, given, decided), decided, sheet)

    @property
    def name(self) -> str:
        """What the user calls it: the names of the files."""
        return listing([name for name, _ in self.sources])

    def draft(self) -> UploadDraft:
        """The upload as it was read, when it is. Raises IntakeError when it holds no table."""
        reading = self.job.result()
        return UploadDraft(
            self.sources, reading, self.mapping, self.decisions, self.sheet, reading.sheets if len(self.sources) == 1 else ()
        )


def settled(mapping: ColumnMapping) -> tuple[ColumnMapping, Decisions]:
    """A saved mapping, and the decisions saved in it, which can be taken back on screen like any others."""
    return replace(mapping, decisions={}), Decisions(actions=dict(mapping.decisions))


def _job(sources: tuple[tuple[str, bytes], ...], sheet: str | None, mapping: ColumnMapping, decisions: Decisions) -> ReadingJob:
    given: Any = sources[0][1] if len(sources) == 1 else sources
    return ReadingJob(given, name=sources[0][0], sheet=sheet, mapping=mapping, decisions=decisions)
