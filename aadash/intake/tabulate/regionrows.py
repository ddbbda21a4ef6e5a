"""One row per scalp region ("Top", "Back", "Left", "Right" down a column) → one row per patient or visit, a column per region."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.formatting import counted
from aadash.intake.check.doubts import Doubts
from aadash.intake.recognise.headers import role_of
from aadash.intake.recognise.patterns import REGIONS, SALT
from aadash.intake.recognise.visitcolumns import bare
from aadash.intake.recognise.visits import parse_visit
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold

_WORDS = {role: role.removeprefix("salt_") for role, _ in REGIONS}
_MEASURED = ("", "salt", "week")


def regions_across(table: Table, doubts: Doubts) -> Table | None:
    """The table with the four regions side by side; None where no column holds just the four regions for each patient (and visit)."""
    where = next((n for n, c in table.columns.items() if _regions(c)), None)
    code = next((n for n in table.columns if role_of(bare(n)) == "id"), None)
    if where is None or code is None:
        return None
    named = _regions(table.columns[where])
    timed = [n for n in table.columns if role_of(bare(n)) in ("week", "date") and parse_visit(bare(n)) is None]
    key = pd.MultiIndex.from_arrays([table.columns[n].stripped for n in (code, *timed)])
    place, records = pd.factorize(key)
    region = np.array([named[v] for v in table.columns[where].stripped], dtype=object)
    if len(table) != 4 * len(records) or len(set(zip(place.tolist(), region.tolist(), strict=True))) < len(table):
        return None
    values = [n for n in table.columns if n not in (where, code, *timed) and _measured(n, table.columns[n])]
    if not values:
        return None
    first = np.zeros(len(records), dtype=int)
    first[place[::-1]] = np.arange(len(table))[::-1]
    columns = {n: c.take(first) for n, c in table.columns.items() if n != where and n not in values}
    for name in values:
        for role, word in _WORDS.items():
            cells = np.full(len(records), "", dtype=object)
            mine = np.flatnonzero(region == role)
            cells[place[mine]] = table.columns[name].cells[mine]
            columns[f"{name} {word}" if SALT.search(fold(name)) or parse_visit(name) else f"SALT {word}"] = Column(cells)
    doubts.report(
        "warning",
        "regions_in_rows",
        where,
        (),
        f"Column {where!r} holds the regions of the scalp, one row per region: they were put side by side "
        f"({counted(len(records), 'row')}), and SALT is their sum weighted by area (top 40 %, back 24 %, each side 18 %). "
        "Row numbers are those of the first region.",
    )
    return Table(table.name, columns, table.rows[first], table.labels, table.title, table.top, table.width)


def _regions(column: Column) -> dict[str, str]:
    """Content → role, for a column of just the four regions; else {}."""
    cells = column.filled
    if len(cells) < 4 or len(cells) > 12 or column.blank.any():
        return {}
    out = {}
    for cell in cells:
        found = [role for role, pattern in REGIONS if pattern.search(fold(cell))]
        if len(found) != 1:
            return {}
        out[cell] = found[0]
    return out if len(set(out.values())) == 4 else {}


def _measured(name: str, column: Column) -> bool:
    """A column of SALT: at a visit, or by its name."""
    visit = parse_visit(bare(name))
    says = bool(SALT.search(fold(name))) or role_of(bare(name)) == "salt" or (visit is not None and visit.week is not None)
    return says and role_of(bare(name)) in _MEASURED and column.maybe_numeric and column.numeric_share >= 1 / 3
