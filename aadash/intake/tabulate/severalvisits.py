"""Several visits in one cell ("61 / 65 / 62 / 64" under "SALT (baseline/w12/w24/w36)") → a column for each visit."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from aadash.intake.check.doubts import Doubts
from aadash.intake.numbers import BAD, read_number
from aadash.intake.recognise.visits import parse_visit
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold, rows_text

_LISTED = re.compile(r"^(?P<what>[^()\[\]]{1,60}?)\s*[(\[](?P<visits>[^()\[\]]{3,120})[)\]]\s*$")
_BETWEEN = re.compile(r"\s*(?:[/|;→]|->|>)\s*")


def visits_apart(table: Table, doubts: Doubts) -> Table:
    """The table with a column for each visit in the place of a column whose header lists the visits that its cells hold."""
    columns: dict[str, Column] = {}
    counted = dict(table.copied)
    for name, column in table.columns.items():
        new = _apart(name, column, table, doubts)
        columns |= new or {name: column}
        counted |= {n: list(range(len(table))) for n in list(new)[1:]}  # a cell of the file counts once
    return replace(table, columns=columns, copied=counted)


def _apart(name: str, column: Column, table: Table, doubts: Doubts) -> dict[str, Column]:
    """New header → column; {} for any other column."""
    found = _LISTED.match(name)
    visits = _BETWEEN.split(found["visits"].strip()) if found else []
    if found is None or len(visits) < 2 or not _are_visits(visits) or not column.filled:
        return {}
    parts = {t: _BETWEEN.split(t) for t in column.filled}
    several = [p for p in parts.values() if 2 <= len(p) <= len(visits)]
    readable = sum(read_number(c)[1] != BAD for p in several for c in p)
    if len(several) < 0.6 * len(parts) or readable < 0.6 * sum(map(len, several)):
        return {}
    new = {f"{found['what'].strip()} {visit}": k for k, visit in enumerate(visits)}
    if any(n in table.columns for n in new) or len(new) < len(visits):
        return {}
    fewer = table.rows[column.where({t for t, p in parts.items() if len(p) < len(visits)})].tolist()
    more = table.rows[column.where({t for t, p in parts.items() if len(p) > len(visits)})].tolist()
    text = (
        f"Column {name!r} holds {len(visits)} visits in a cell; they were put into columns of their own ({', '.join(map(repr, new))})."
    )
    text += f" Fewer values, the later visits being empty: {rows_text(fewer)}." if fewer else ""
    text += f" More values than visits, the last of them not used: {rows_text(more)}." if more else ""
    doubts.report("warning", "several_visits", name, [*fewer, *more], text)
    doubts.record((), name, column.filled[0], " | ".join(parts[column.filled[0]]), "several visits in one cell")

    def cell(text: str, k: int) -> str:
        mine = parts.get(text.strip(), [])
        return mine[k].strip() if k < len(mine) else ""

    return {n: Column(np.array([cell(d, k) for d in column.distinct], dtype=object)[column.codes]) for n, k in new.items()}


def _are_visits(texts: list[str]) -> bool:
    """Each names a week, in ascending order."""
    read = [parse_visit(t) for t in texts]
    weeks = [v.week for v in read if v is not None and v.week is not None]
    named = any(v is not None and (v.unit not in ("number", "") or v.stem in ("s", "w")) for v in read)
    return len(weeks) == len(texts) and weeks == sorted(set(weeks)) and (named or fold(texts[0]) == "0")
