"""One patient whose code is written in two ways (KR-001 on one sheet, KR001 on another) is neither joined nor parted unasked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from aadash.formatting import counted
from aadash.intake.check.doubts import Doubts
from aadash.intake.model import KEEP, TWO_PEOPLE
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.privacy import scrub
from aadash.intake.tabulate.table import Column, Table

_RUNS = re.compile(r"\d+|[^\W\d_]+")


def same_code(code: str) -> str:
    """What two ways of writing one code have in common: its letters and numbers, in order.

    >>> [same_code(c) for c in ("KR-001", "kr001", "ＫＲ＿１", "KR 01")]
    ['kr|1', 'kr|1', 'kr|1', 'kr|1']
    >>> same_code("P1-1") == same_code("P11"), same_code("P1-1") == same_code("P01_01")
    (False, True)
    """
    return "|".join(run.lstrip("0") or "0" for run in _RUNS.findall(unicodedata.normalize("NFKC", code).lower()))


def one_spelling(
    main: tuple[Table, Recognised], others: Sequence[tuple[Table, Recognised, Doubts]]
) -> list[tuple[Table, Recognised, Doubts]]:
    """The other tables with the main table's spelling of each code that they write in another way, as it was decided; taken for the
    same patient while it is not."""
    table, code, private = main[0], main[1].one("id"), main[1].coded
    if code is None:
        return list(others)
    mine = set(table.columns[code].filled)
    by_key: dict[str, list[str]] = {}
    for one in mine:
        by_key.setdefault(same_code(one), []).append(one)
    return [(_respelled(t, k, table.name, mine, by_key, private, d), k, d) for t, k, d in others]


def _respelled(
    table: Table, known: Recognised, main: str, mine: set[str], by_key: dict[str, list[str]], private: bool, doubts: Doubts
) -> Table:
    name = known.one("id")
    if name is None:
        return table
    column = table.columns[name]
    found = {c: like[0] for c in column.filled if c not in mine and len(like := by_key.get(same_code(c), [])) == 1}
    if not found:
        return table
    at = column.where(set(found))
    rows = table.rows[at]
    first = next(iter(found))
    example = "" if private else f", such as {scrub(first)!r} and {scrub(found[first])!r}"
    chosen = doubts.report(
        "error",
        "code_spelling",
        name,
        rows,
        f"{table.name!r} and {main!r} write the codes of {counted(len(found), 'patient')} in different ways"
        f'{example}. "keep" takes them for the same patients, "two people" for others.',
        (KEEP, TWO_PEOPLE),
    )
    cells, stripped = column.cells.copy(), column.stripped
    same = np.array([action != TWO_PEOPLE for action in chosen], dtype=bool)
    cells[at[same]] = [found[c] for c in stripped[at[same]]]
    for i in at[same]:
        before, after = ("", "") if private else (stripped[i], found[stripped[i]])
        doubts.record([table.rows[i]], name, before, after, f"the same patient as in {main!r}")
    return table.with_columns({name: Column(cells)})
