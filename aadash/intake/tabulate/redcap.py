"""REDCap exports, raw or with labels: repeating instruments become tables of their own, the arm in the event's name a column."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold

_INSTRUMENT = re.compile(r"^(?:redcap )?repeat instrument$")
_EVENT = re.compile(r"^(?:redcap )?event name$")
_ARM_RAW = re.compile(r"_arm_(\d+)[a-z]?$", re.IGNORECASE)
_ARM_LABEL = re.compile(r"\(arm\s*\d+:\s*([^()]+)\)\s*$", re.IGNORECASE)


def split_instruments(table: Table) -> list[Table]:
    """The table without the rows of repeating instruments, then one table for each of these, without its empty columns."""
    table = with_arm(table)
    name = next((n for n in table.columns if _INSTRUMENT.match(fold(n))), None)
    if name is None:
        return [table]
    column = table.columns[name]
    if not column.filled:
        return [table]
    out = []
    for text in ("", *column.filled):
        where = np.flatnonzero(column.blank) if not text else column.where({text})
        if not len(where):
            continue
        part = table.take(where)
        kept = {n: c for n, c in part.columns.items() if not text or not c.blank.all()}
        copied = {"arm": list(range(len(part)))} if "arm" in table.copied and "arm" in kept else {}
        out.append(replace(part, columns=kept, name=table.name if not text else f"{table.name}: {text}", copied=copied))
    return out


def with_arm(table: Table) -> Table:
    """The table with a column "arm" where the events' names hold several arms."""
    name = next((n for n in table.columns if _EVENT.match(fold(n))), None)
    if name is None or any(fold(n) in ("arm", "redcap arm") for n in table.columns):
        return table
    column = table.columns[name]
    arms = {d: _arm(d) for d in column.distinct}
    if len({a for a in arms.values() if a}) < 2:
        return table
    cells = np.array([arms[d] for d in column.distinct], dtype=object)[column.codes]
    events = {d.strip(): _ARM_LABEL.sub("", d).strip() for d in column.filled}
    made = table.with_columns({name: column.replaced(events), "arm": Column(cells)})
    return replace(made, copied={**table.copied, "arm": list(range(len(table)))})


def _arm(text: str) -> str:
    found = _ARM_LABEL.search(text.strip())
    if found:
        return found.group(1).strip()
    found = _ARM_RAW.search(text.strip())
    return f"arm {found.group(1)}" if found else ""
