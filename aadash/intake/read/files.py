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
from aadash.intake.read.otherfiles import refuse_start
from aadash.intake.read.packedtable import table_inside
from aadash.intake.read.prism import is_prism
from aadash.intake.read.xmlsheet import kind_of_xml

#: Most bytes that a file may have, packed or unpacked.
MAX_BYTES = 200_000_000
#: A compressed file that unpacks to more than this may be packed at most so many times smaller.
LARGE, MAX_RATIO = 20_000_000, 100
Source = bytes | str | Path | Sequence[tuple[str, bytes]]


def load(source: bytes | str | Path, name: str, sheet: str | None) -> list[Grid]:
    """The grids of one file. Raises IntakeError for what holds no table."""
    data, name = bytes_of(source, name)
    if not data or not data.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise IntakeError(
            "The file is empty",
            file=name,
            expected="a table with a header row and one row per patient or per visit",
            fix="Check that the right file was chosen",
        )
    if data[:2] == b"\x1f\x8b":
        data, name = _gunzip(data, name), name.removesuffix(".gz")
    return _dispatch(data, name, sheet)


def _dispatch(data: bytes, name: str, sheet: str | None, packed: bool = False) -> list[Grid]:
    refuse_start(data, name)
    if data[:4] == b"PK\x03\x04" and not packed and (inside := table_inside(data, name)) is not None:
        grids = _dispatch(*inside, sheet, packed=True) if inside[0] else [Grid(inside[1], [])]
        grids[0].notes.append(("note", "archive", "", f"The table {inside[1]!r} was read out of the archive {name!r}."))
        return grids
    if data[:4] == b"PK\x03\x04" or data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        from aadash.intake.read.workbook import load_workbook

        return load_workbook(data, name, sheet)
    if data[:2] == b"\x1f\x8b":
        return _dispatch(_gunzip(data, name), name, sheet, packed=True)
    from aadash.intake.read.statfile import kind_of, load_statistics

    kind = kind_of(data)
    if kind:
        return [load_statistics(data, name, kind)]
    if data[:2] in (b"X\n", b"A\n", b"B\n"):
        from aadash.intake.read.rfile import is_rds, load_rds

        if is_rds(data):
            return [load_rds(data, name)]
    if is_prism(data):
        from aadash.intake.read.prism import load_prism

        return load_prism(data, name, sheet)
    if kind_of_xml(data):
        from aadash.intake.read.workbook import load_workbook
        from aadash.intake.read.xmlsheet import as_ods, load_excel_xml

        return load_excel_xml(data, name, sheet) if kind_of_xml(data) == "excel" else load_workbook(as_ods(data), name, sheet)
    if data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" and re.search(
        rb"<(?:table|html|!doctype html)", data[:65536], re.IGNORECASE
    ):
        from aadash.intake.read.webtable import load_html

        return [load_html(data, name)]
    from aadash.intake.read.delimited import load_text

    return [load_text(data, name)]


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
            "The compressed file is damaged: it cannot be unpacked to its end",
            file=name,
            fix="Compress it again, or upload it unpacked",
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
