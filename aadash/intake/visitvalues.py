"""Cells of SALT to numbers from 0 to 100, with every doubt named and every interpretation logged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aadash.intake.doubts import Doubts
from aadash.intake.model import EXCLUDE, KEEP, SET_MISSING
from aadash.intake.numbers import BAD, BOUND, MISSING_WORD, READ, REMARK, parse_numbers
from aadash.intake.text import rows_text, show

_OBVIOUS_MISSING = frozenset(("na", "n/a", "nan", "null"))


def salt_values(cells: np.ndarray, rows: np.ndarray, column: str, doubts: Doubts,
                score: str = "SALT", scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """SALT of one column.

    Returns the values (NaN where there is none or none that can stand) and a boolean array of the records whose
    patient the user decided to leave out. What is undecided is NaN.
    """
    numbers = parse_numbers(cells)
    values = numbers.values * scale
    out = np.zeros(len(cells), dtype=bool)
    for status in (MISSING_WORD, READ):
        _tell(cells, rows, numbers.cells(status), numbers.how, status, column, doubts)
    for status, level, actions, text in (
        (REMARK, "warning", (KEEP, SET_MISSING, EXCLUDE), "beside a number; the number alone is read"),
        (BOUND, "error", (KEEP, SET_MISSING, EXCLUDE),
         "is a bound or a range, not a value; \"keep\" reads it as the number"),
        (BAD, "error", (SET_MISSING, EXCLUDE), "where a number from 0 to 100 belongs"),
    ):
        where = numbers.cells(status)
        if not len(where):
            continue
        code = {REMARK: "remark", BOUND: "bound", BAD: "not_a_number"}[status]
        message = f"Column {column!r} holds {_quote(cells, where)} {text} ({rows_text(list(rows[where]))})."
        _apply(doubts.ask(level, code, column, rows[where], message, actions), cells, rows, where, values, out,
               column, doubts, keep_by_default=status == REMARK)
    outside = np.flatnonzero(~np.isnan(values) & ((values < 0) | (values > 100)))
    if len(outside):
        message = (f"Column {column!r} holds {_quote(cells, outside)} where {score} from 0 to 100 belongs "
                   f"({rows_text(list(rows[outside]))}).")
        actions = (SET_MISSING, EXCLUDE)
        _apply(doubts.ask("error", "out_of_range", column, rows[outside], message, actions), cells, rows, outside,
               values, out, column, doubts, keep_by_default=False)
    return values, out


def _apply(chosen: Sequence[str], cells: np.ndarray, rows: np.ndarray, where: np.ndarray, values: np.ndarray,
           out: np.ndarray, column: str, doubts: Doubts, *, keep_by_default: bool) -> None:
    for i, action in zip(where, chosen, strict=True):
        action = action or (KEEP if keep_by_default else "")
        if action == KEEP:
            doubts.record([rows[i]], column, show(cells[i]), f"{values[i]:g}", "read as the number in it")
            continue
        values[i] = np.nan
        if action == EXCLUDE:
            out[i] = True
            doubts.record([rows[i]], column, show(cells[i]), "", "the patient is left out, as you decided")
        else:
            why = "set missing, as you decided" if action else "not used until you decide"
            doubts.record([rows[i]], column, show(cells[i]), "", why)


def _tell(cells: np.ndarray, rows: np.ndarray, where: np.ndarray, how: dict[str, tuple[float, int, str]],
          status: int, column: str, doubts: Doubts) -> None:
    if not len(where):
        return
    groups: dict[str, list[int]] = {}
    for i in where:
        groups.setdefault(show(cells[i]), []).append(int(rows[i]))
    told = []
    for text, at in groups.items():
        value, _, why = how[text]
        doubts.record(at, column, text, "" if status == MISSING_WORD else f"{value:g}", why)
        if status == READ or text.strip().lower() not in _OBVIOUS_MISSING:
            told += at
    if told:
        verb = "read as missing" if status == MISSING_WORD else "read as a number"
        code = "missing_word" if status == MISSING_WORD else "interpreted"
        doubts.note(code, column, sorted(told), f"Column {column!r} holds {_quote(cells, where)}, {verb} "
                    f"({rows_text(sorted(told))}).")


def _quote(cells: np.ndarray, where: np.ndarray, limit: int = 4) -> str:
    distinct = list(dict.fromkeys(show(cells[i]) for i in where))
    text = ", ".join(f"'{d[:40]}'" for d in distinct[:limit])
    return text + (f" and {len(distinct) - limit} more" if len(distinct) > limit else "")
