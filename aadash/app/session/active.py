"""A cohort in use, and an upload that is being looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from aadash.cohort import Cohort
from aadash.formatting import listing
from aadash.intake import ColumnMapping, Decisions, Reading, read


@dataclass(frozen=True, eq=False)
class ActiveCohort:
    """The cohort in use and where it came from: ``sample`` is a sample's key, or "" for an upload.

    ``source`` is the upload as it was decided about, so that decisions can be changed; None where the file held what
    identifies a person: then its bytes were let go.
    """

    cohort: Cohort
    file: str
    sample: str = ""
    reading: Reading | None = None
    source: UploadDraft | None = None


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

    @classmethod
    def of(cls, *sources: tuple[str, bytes], mapping: ColumnMapping | None = None) -> UploadDraft:
        """Read an upload. Raises IntakeError when it holds no table."""
        mapping, decisions = mapping or ColumnMapping(), Decisions()
        reading = _read(sources, None, mapping, decisions)
        return cls(sources, reading, mapping, decisions, None, reading.sheets if len(sources) == 1 else ())

    def again(self, **changes: Any) -> UploadDraft:
        """The same upload, read with another mapping, other decisions or another sheet. Raises IntakeError."""
        new = replace(self, revision=self.revision + 1, **changes)
        return replace(new, reading=_read(new.sources, new.sheet, new.mapping, new.decisions))

    @property
    def name(self) -> str:
        """What the user calls it: the names of the files."""
        return listing([name for name, _ in self.sources])


def _read(sources: tuple[tuple[str, bytes], ...], sheet: str | None, mapping: ColumnMapping, decisions: Decisions) -> Reading:
    given: Any = sources[0][1] if len(sources) == 1 else sources
    return read(given, name=sources[0][0], sheet=sheet, mapping=mapping, decisions=decisions)
