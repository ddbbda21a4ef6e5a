"""Tables of GraphPad Prism's XML files (.pzfx): rows of one X, columns of groups, each with its replicates side by side."""

from __future__ import annotations

import io
from xml.etree import ElementTree

from aadash.errors import IntakeError
from aadash.intake.read.delimited import MAX_COLUMNS, MAX_ROWS
from aadash.intake.read.grid import CHOOSE_SHEET, Grid

_FIX = "In Prism choose File, Export, and .csv"


def is_prism(data: bytes) -> bool:
    """Whether this is Prism's XML."""
    return b"<GraphPadPrismFile" in data[:2000]


def load_prism(data: bytes, name: str, sheet: str | None) -> list[Grid]:
    """A grid per data table; a group's title stands over each of its replicates. Raises IntakeError.

    Tables of means with SD or SEM hold no patients and are left out, which is told.
    """
    grids: list[Grid] = []
    told: list[str] = []
    try:
        for _, e in ElementTree.iterparse(io.BytesIO(data)):
            e.tag = e.tag.rpartition("}")[2]
            if e.tag in ("Table", "HugeTable"):
                title = _text(e.find("Title")) or f"table {len(grids) + 1}"
                if e.get("YFormat", "replicates") in ("replicates", "upper-lower-limits", "") and e.get("TableType") != "Contingency":
                    grids.append(Grid(title, _rows(e)))
                else:
                    told.append(title)
    except ElementTree.ParseError as error:
        raise IntakeError("The Prism file is damaged", file=name, fix=_FIX) from error
    grids = [g for g in grids if any(any(c for c in row) for row in g.rows[1:])]
    if sheet is not None and sheet not in [g.name for g in grids]:
        raise IntakeError(
            f"There is no table {sheet!r}", file=name, expected="one of " + ", ".join(g.name for g in grids), fix=CHOOSE_SHEET
        )
    grids = [g for g in grids if sheet is None or g.name == sheet]
    if not grids:
        why = f"its tables hold means, not patients ({', '.join(told[:4])})" if told else "it has no table with values"
        raise IntakeError(
            f"The Prism file cannot be read: {why}", file=name, expected="a table of replicates: one per patient", fix=_FIX
        )
    grids[0].notes.append(("note", "prism", "", f"Read as a Prism file ({', '.join(g.name for g in grids[:6])})."))
    if told:
        message = f"The tables {', '.join(map(repr, told[:6]))} hold means or counts, not patients; left out."
        grids[0].notes.append(("warning", "prism_means", "", message))
    return grids


def _rows(table: ElementTree.Element) -> list[list[str]]:
    """The header, and a row per X."""
    columns: list[list[str]] = []
    for e in table:
        kind = e.tag
        if kind not in ("RowTitlesColumn", "XColumn", "XAdvancedColumn", "YColumn") or (kind == "XAdvancedColumn" and columns):
            continue
        title = _text(e.find("Title")) or ("" if kind == "YColumn" else "Time")
        parts = [[_text(d) for d in part.findall("d")] for part in e.findall("Subcolumn")]
        if kind != "YColumn":
            parts = parts[:1]
        columns += [[title, *part] for part in parts if any(part)]
    if len(columns) > MAX_COLUMNS or max(map(len, columns), default=0) > MAX_ROWS:
        raise IntakeError("The Prism table is larger than a cohort", fix=_FIX)
    height = max(map(len, columns), default=0)
    return [[c[i] if i < len(c) else "" for c in columns] for i in range(height)]


def _text(e: ElementTree.Element | None) -> str:
    return "" if e is None else " ".join("".join(e.itertext()).split())
