"""A zip archive with one table inside, as mail programs and export tools make it."""

from __future__ import annotations

import io
import zipfile

from aadash.errors import IntakeError
from aadash.intake.read.otherfiles import refuse_archive

#: Most bytes that the table may have, and how much smaller a large one may be packed.
MAX_BYTES, LARGE, MAX_RATIO = 200_000_000, 20_000_000, 100
TABLES = (
    ".csv",
    ".tsv",
    ".txt",
    ".tab",
    ".dat",
    ".xlsx",
    ".xlsm",
    ".xlsb",
    ".xls",
    ".ods",
    ".fods",
    ".xml",
    ".htm",
    ".html",
    ".sav",
    ".zsav",
    ".por",
    ".dta",
    ".xpt",
    ".sas7bdat",
    ".parquet",
    ".feather",
    ".rds",
    ".gz",
)


def is_workbook(names: list[str]) -> bool:
    """Whether the archive is itself a workbook."""
    return any(n.startswith("xl/") or n == "content.xml" for n in names)


def table_inside(data: bytes, name: str) -> tuple[bytes, str] | None:
    """The table in an archive and its name; None for a workbook. Raises IntakeError for any other archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [p for p in archive.infolist() if not p.is_dir()]
            names = [p.filename for p in parts]
            refuse_archive(names, name)
            if is_workbook(names):
                return None
            mine = [p for p in parts if not p.filename.startswith("__MACOSX/") and not p.filename.rpartition("/")[2].startswith(".")]
            found = [p for p in mine if p.filename.lower().endswith(TABLES)]
            found = mine if len(mine) == 1 else found
            if len(found) != 1:
                raise IntakeError(
                    f"This is an archive (zip) with {len(found)} tables in it"
                    if found
                    else "This is an archive (zip) without a table",
                    file=name,
                    expected="one table in an archive",
                    fix="Unpack it and upload the tables inside; several can be chosen at once",
                )
            part = found[0]
            if part.flag_bits & 1:
                raise IntakeError("The archive (zip) has a password", file=name, fix="Unpack it and upload the table inside")
            if part.file_size > MAX_BYTES or (part.file_size > LARGE and part.file_size > MAX_RATIO * max(1, part.compress_size)):
                raise IntakeError("The archive would unpack to far more than a cohort", file=name, fix="Unpack it and upload a part")
            with archive.open(part) as stream:
                return stream.read(part.file_size), part.filename.rpartition("/")[2]
    except (IntakeError, MemoryError):
        raise
    except Exception as error:  # a damaged archive fails in many ways
        raise IntakeError("The file is a damaged archive", file=name, fix="Save it again and upload that") from error
