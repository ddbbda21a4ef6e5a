"""Cells of SALT to numbers from 0 to 100, with every doubt named and every interpretation logged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from aadash.intake.check.doubts import Doubts
from aadash.intake.decisions import typed
from aadash.intake.mapping import MeasureScale
from aadash.intake.model import EXCLUDE, KEEP, SET_MISSING, VALUE
from aadash.intake.numbers import BAD, BOUND, MISSING_WORD, MISSING_WORDS, READ, REMARK, normal
from aadash.intake.read.states import ERRORS
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.privacy import scrub
from aadash.intake.tabulate.table import Column
from aadash.intake.text import rows_text
from aadash.measure import SALT, Measure
from aadash.measures import measure_called

#: Read as missing without a note; every other word for it is told.
OBVIOUS_MISSING = frozenset(("na", "n/a", "nan", "null", "."))
REGION = replace(SALT, name="SALT of a region")
_DOUBTS = (
    (REMARK, "warning", "remark", (KEEP, SET_MISSING, EXCLUDE, VALUE)),
    (BOUND, "error", "bound", (SET_MISSING, KEEP, EXCLUDE, VALUE)),
    (BAD, "error", "not_a_number", (SET_MISSING, EXCLUDE, VALUE)),
)


def salt_values(
    column: Column, rows: np.ndarray, name: str, doubts: Doubts, measure: Measure = SALT, scale: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """SALT (or what ``measure`` says) of one column.

    Returns the values (NaN where there is none or none that can stand) and a boolean array of the records whose
    patient the user decided to leave out. What is undecided is NaN.
    """
    numbers = column.numbers
    values = numbers.values.copy() if scale == 1 else np.round(numbers.values * scale, 10)
    out = np.zeros(len(column), dtype=bool)
    for status in (MISSING_WORD, READ):
        _tell(column, rows, numbers.cells(status), status, name, doubts)
    for status, level, code, actions in _DOUBTS:
        where = numbers.cells(status)
        if len(where):
            held, at, first = quote(column, where), rows_text(list(rows[where])), f"{values[where[0]]:g}"
            message = f"Column {name!r} holds {held} where a number belongs ({at})."
            if status == REMARK:
                message = f"Column {name!r} holds {held}: something beside the number, which alone is read ({at})."
            elif status == BOUND:
                message = (
                    f"Column {name!r} holds {held}: no value, but a bound, a range or a doubt ({at}). "
                    f'"keep" reads {"it" if len(where) == 1 else "the first of them"} as {first}.'
                )
            _apply(
                doubts.report(level, code, name, rows[where], message, actions),
                column,
                rows,
                where,
                values,
                out,
                name,
                doubts,
                keep_by_default=status == REMARK,
            )
    with np.errstate(invalid="ignore"):
        outside = np.flatnonzero(measure.outside(values))
    if len(outside):
        message = (
            f"Column {name!r} holds {quote(column, outside)} where {measure.name} from {measure.low:g} to {measure.high:g} belongs "
            f"({rows_text(list(rows[outside]))})."
        )
        if code := _code_hint(values[outside]):
            message += f" {code}"
        _apply(
            doubts.report("error", "out_of_range", name, rows[outside], message, (SET_MISSING, EXCLUDE, VALUE)),
            column,
            rows,
            outside,
            values,
            out,
            name,
            doubts,
            keep_by_default=False,
        )
    return values, out


def scale_of(known: Recognised, columns: Sequence[Column]) -> Measure:
    """The scale of the score that the visits measure: as the user set it, its own where the field knows it, else from 0 to 100."""
    if known.score == SALT.name:
        return SALT
    return scale_for(known.score, np.concatenate([c.numbers.values for c in columns] or [np.zeros(0)]), known.scales)


def scale_for(score: str, values: np.ndarray, scales: Mapping[str, MeasureScale]) -> Measure:
    """The scale of a score with these values; what the user set (``scales``) comes first.

    A visual analogue scale was marked in millimetres (0–100) where a fifth of the values are above 10 and they are of more
    than two kinds: one number again and again is a code for a missing value.
    """
    seen = values[~np.isnan(values)]
    above = seen[(seen > 10) & (seen <= 100)]
    if len(above) > 0.2 * len(seen) and len(np.unique(above)) > 2:
        measure = measure_called(score, float(above.max()))
        measure = replace(measure, high=100.0) if score == "VAS" else measure
    else:
        measure = measure_called(score)
    return scales[score].of(measure) if score in scales else measure


def _code_hint(values: np.ndarray) -> str:
    """The same impossible number again and again is a code for "missing"."""
    distinct = set(values.tolist())
    codes = distinct & {-1.0, -9.0, -99.0, -999.0, 999.0, 9999.0, 888.0, 777.0, 998.0, -8.0, -7.0}
    return f"{min(codes):g} looks like a code for a missing value." if len(codes) == len(distinct) == 1 else ""


def _apply(
    chosen: Sequence[str],
    column: Column,
    rows: np.ndarray,
    where: np.ndarray,
    values: np.ndarray,
    out: np.ndarray,
    name: str,
    doubts: Doubts,
    *,
    keep_by_default: bool,
) -> None:
    for i, action in zip(where, chosen, strict=True):
        action = action or (KEEP if keep_by_default else "")
        text = scrub(column.cells[i])
        if action == KEEP:
            doubts.record([rows[i]], name, text, f"{values[i]:g}", "read as the number in it")
            continue
        right = typed(action)
        if right is not None:
            values[i] = right
            doubts.record([rows[i]], name, text, f"{right:g}", "the right value, as you typed it")
            continue
        values[i] = np.nan
        out[i] |= action == EXCLUDE
        why = {
            EXCLUDE: "the patient is left out, as you decided",
            SET_MISSING: "set missing, as you decided",
            "": "not used until you decide",
        }[action]
        doubts.record([rows[i]], name, text, "", why)


def _tell(column: Column, rows: np.ndarray, where: np.ndarray, status: int, name: str, doubts: Doubts) -> None:
    if not len(where):
        return
    told = []
    for text, at in by_content(column, where):
        value, _, why = column.numbers.how[text]
        doubts.record(rows[at], name, text, "" if status == MISSING_WORD else f"{value:g}", why)
        if why == "decimal comma":
            decimal_comma(text, value, name, rows[at], doubts)
        elif status == READ or text.strip().lower() not in OBVIOUS_MISSING:
            told.append(at)
    if told:
        at = np.sort(np.concatenate(told))
        verb = "read as missing" if status == MISSING_WORD else "read as a number"
        code = "missing_word" if status == MISSING_WORD else "interpreted"
        failed = status == MISSING_WORD and any(column.cells[i].strip().upper() in ERRORS for i in at)
        many = status == MISSING_WORD and len(at) > (~column.blank).sum() / 3
        code = "error_cell" if failed else code
        said = status == MISSING_WORD and any(normal(column.cells[i]) not in MISSING_WORDS for i in at)
        level = "warning" if many or failed or said else "note"
        doubts.report(level, code, name, rows[at], f"Column {name!r} holds {quote(column, at)}, {verb} ({rows_text(list(rows[at]))}).")


def decimal_comma(text: str, value: float, name: str, rows: np.ndarray, doubts: Doubts) -> None:
    """One note for the file; every cell is in the log."""
    doubts.note_once(
        "decimal_comma",
        name,
        rows[:1],
        f"Numbers are written with a decimal comma: '{text.strip()}' in column {name!r} is read as {value:g}, and so on throughout.",
    )


def by_content(column: Column, where: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """The positions grouped by what the cell holds."""
    codes = column.codes[where]
    order = np.argsort(codes, kind="stable")
    cuts = np.flatnonzero(np.diff(codes[order])) + 1
    return [(column.distinct[codes[g[0]]], where[g]) for g in np.split(order, cuts) if len(g)]


def quote(column: Column, where: np.ndarray, limit: int = 4) -> str:
    """The first distinct contents, in quotation marks; phone numbers and the like blacked out."""
    distinct = list(dict.fromkeys(column.codes[where].tolist()))
    text = ", ".join(f"'{scrub(column.distinct[d].strip())[:40]}'" for d in distinct[:limit])
    return text + (f" and {len(distinct) - limit} more" if len(distinct) > limit else "")
