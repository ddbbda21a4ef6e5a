"""How a file writes numbers: a decimal comma or a separator of thousands, once established by any column, holds for all."""

from __future__ import annotations

import re
from collections.abc import Callable

from aadash.intake.check.doubts import Doubts
from aadash.intake.numbers import PLAIN, READ, read_number
from aadash.intake.recognise.headers import role_of
from aadash.intake.tabulate.table import Column, Table

#: "62,1", "0,875", "1.250,5": only a decimal comma can be meant.
_DECIMAL = re.compile(r"[-+]?(?:\d+,(?:\d{1,2}|\d{4,})|0,\d+|\d{1,3}(?:\.\d{3})+,\d+)", re.ASCII)
#: "1,250.5", "1,250,000": only thousands can be meant.
_THOUSANDS = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+\.\d+|[1-9]\d{0,2}(?:,\d{3}){2,})", re.ASCII)
_THREE_COMMA = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_THREE_DOT = re.compile(r"[-+]?\d{1,3}(?:\.\d{3})+(?:,\d+)?", re.ASCII)


def one_style(table: Table, doubts: Doubts) -> Table:
    """The table with numbers whose separators could mean two things written plainly, as the rest of the file settles it."""
    with_comma = {n: c for n, c in table.columns.items() if _any(c, ",")}
    if not with_comma or all(role_of(n) == "id" for n in with_comma):
        return table
    cells = [d.strip() for c in with_comma.values() for d in c.distinct if "," in d and len(d) <= 24]
    decimal = sum(bool(_DECIMAL.fullmatch(c)) for c in cells)
    thousands = sum(bool(_THOUSANDS.fullmatch(c)) for c in cells)
    three = sum(bool(_THREE_COMMA.fullmatch(c)) for c in cells)
    if decimal and not thousands:
        return _rewritten(table, doubts, "a decimal comma", {",": _to_point, ".": _without_dots})
    if three and not decimal:
        return _rewritten(table, doubts, "a comma between thousands", {",": _without_commas})
    return table


def _to_point(text: str) -> str | None:
    return text.replace(",", ".") if _THREE_COMMA.fullmatch(text) and "." not in text and text.count(",") == 1 else None


def _without_dots(text: str) -> str | None:
    return text.replace(".", "").replace(",", ".") if _THREE_DOT.fullmatch(text) else None


def _without_commas(text: str) -> str | None:
    return text.replace(",", "") if _THREE_COMMA.fullmatch(text) else None


def _rewritten(table: Table, doubts: Doubts, what: str, rules: dict[str, Callable[[str], str | None]]) -> Table:
    changed: dict[str, Column] = {}
    for name, column in table.columns.items():
        if role_of(name) == "id":
            continue
        for mark, rule in rules.items():
            mine = [d.strip() for d in column.distinct if mark in d and len(d) <= 24]
            new = {d: r for d in mine if (r := rule(d)) is not None}
            others = [d for d in mine if d not in new]
            # a column that uses the mark in another way too ("1.5" beside "1.250") keeps its own style
            if not new or any(_plain_number(d) for d in others if mark == ".") or not _mostly_numbers(column):
                continue
            first = next(iter(new))
            doubts.report(
                "warning" if mark == "." or what.endswith("thousands") else "note",
                "number_style",
                name,
                table.rows[column.where(set(new))][:1],
                f"The file writes numbers with {what}, so {first!r} in column {name!r} is read as {new[first]}.",
            )
            for old, text in new.items():
                doubts.record(table.rows[column.where({old})], name, old, text, f"the file writes {what}")
            changed[name] = changed.get(name, column).replaced(new)
    return table.with_columns(changed) if changed else table


def _any(column: Column, mark: str) -> bool:
    return mark in "\n".join(column.distinct)


def _plain_number(text: str) -> bool:
    return read_number(text)[1] == PLAIN


def _mostly_numbers(column: Column) -> bool:
    filled = column.filled[:300]
    good = sum(read_number(v)[1] in (PLAIN, READ) or bool(_THREE_COMMA.fullmatch(v)) or bool(_THREE_DOT.fullmatch(v)) for v in filled)
    return good >= 0.7 * len(filled)
