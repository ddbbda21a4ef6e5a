"""Bytes to grids of cells: which kind of file this is, and what to say about the kinds that hold no table."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Sequence
from pathlib import Path

from aadash.errors import IntakeError
from aadash.intake.read.grid import Grid

#: Most bytes that a file may have, packed or unpacked.
MAX_BYTES = 200_000_000
#: A compressed file that unpacks to more than this may be packed at most so many times smaller.
LARGE, MAX_RATIO = 20_000_000, 100
Source = bytes | str | Path | Sequence[tuple[str, bytes]]

_SAVE_AS = "Save the table as .xlsx or .csv and upload that"
_WRONG = (
    (b"%PDF", "a PDF document", "Copy the table into a spreadsheet, save it as .xlsx or .csv, and upload that"),
    (b"\x89PNG", "a picture (PNG)", "Upload the spreadsheet that the picture was taken of"),
    (b"\xff\xd8\xff", "a picture (JPEG)", "Upload the spreadsheet that the picture was taken of"),
    (b"GIF8", "a picture (GIF)", "Upload the spreadsheet that the picture was taken of"),
    (b"{\\rtf", "a text document (RTF)", _SAVE_AS),
    (b"Rar!", "an archive (RAR)", "Unpack it and upload the table inside"),
    (b"7z\xbc\xaf", "an archive (7z)", "Unpack it and upload the table inside"),
    (b"RDX", "an R workspace", "Write the data frame with write.csv() and upload that"),
    (b"RDA", "an R workspace", "Write the data frame with write.csv() and upload that"),
    (b"SQLite format 3", "a database (SQLite)", "Export the table as .csv and upload that"),
    (b"\x7fELF", "a program", _SAVE_AS),
    (b"MZ", "a program", _SAVE_AS),
)


def load(source: bytes | str | Path, name: str, sheet: str | None) -> list[Grid]:
    """The grids of one file. Raises IntakeError for what holds no table."""
    data, name = bytes_of(source, name)
    if not data or not data.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise IntakeError(
            "The file is empty",
            file=name,
            expected="a table with a header row and one row a patient or a visit",
            fix="Check that the right file was chosen",
        )
    if data[:2] == b"\x1f\x8b":
        data, name = _gunzip(data, name), name.removesuffix(".gz")
    return _dispatch(data, name, sheet)


def _dispatch(data: bytes, name: str, sheet: str | None) -> list[Grid]:
    for magic, kind, fix in _WRONG:
        if data.startswith(magic):
            raise _wrong(name, kind, fix)
    if data[:4] == b"PK\x03\x04" or data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        from aadash.intake.read.workbook import load_workbook

        return load_workbook(data, name, sheet)
    from aadash.intake.read.statfile import kind_of, load_statistics

    kind = kind_of(data)
    if kind:
        return [load_statistics(data, name, kind)]
    if data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" and re.search(
        rb"<(?:table|html|!doctype html)", data[:65536], re.IGNORECASE
    ):
        from aadash.intake.read.webtable import load_html

        return [load_html(data, name)]
    from aadash.intake.read.delimited import load_text

    return [load_text(data, name)]


def _wrong(name: str, kind: str, fix: str) -> IntakeError:
    return IntakeError(
        f"This is {kind}, not a table",
        file=name,
        expected="a spreadsheet (.xlsx, .xls, .ods), text (.csv, .tsv), SPSS, Stata, SAS or Parquet file",
        fix=fix,
    )


def bytes_of(source: bytes | str | Path, name: str) -> tuple[bytes, str]:
    """The bytes of a source, and what to call it. Raises IntakeError when it cannot be opened or is too large."""
    if isinstance(source, bytes):
        data = source
    elif isinstance(source, str) and ("\n" in source or "\t" in source or "\r" in source):
        data, name = source.encode("utf-8", "surrogatepass"), name or "pasted text"
    else:
        path = Path(source)
        name = name or path.name
        try:
            if path.stat().st_size > MAX_BYTES:
                raise too_big(name)
            data = path.read_bytes()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise IntakeError(
                f"The file {str(source)!r} cannot be opened ({reason})", fix="Check its name and that you may read it"
            ) from error
    if len(data) > MAX_BYTES:
        raise too_big(name)
    return data, name or "upload"


def too_big(name: str) -> IntakeError:
    """The refusal of a file beyond :data:`MAX_BYTES`."""
    return IntakeError(
        f"The file is larger than {MAX_BYTES // 1_000_000} MB",
        file=name,
        expected="a cohort of at most a few hundred thousand patients",
        fix="Export only the patients and visits that are to be analysed",
    )


def _gunzip(data: bytes, name: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            out = packed.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise IntakeError(
            f"The compressed file is damaged ({error})", file=name, fix="Compress it again, or upload it unpacked"
        ) from error
    if len(out) > MAX_BYTES:
        raise too_big(name)
    if len(out) > LARGE and len(out) > MAX_RATIO * len(data):
        raise IntakeError(
            f"The compressed file of {len(data) / 1e6:.1f} MB would unpack to {len(out) / 1e6:.0f} MB, far more than a cohort",
            file=name,
            fix="Check that the right file was chosen, or upload it unpacked",
        )
    return out
