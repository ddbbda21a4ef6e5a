"""Other scores at visits (DLQI, itch, brows and lashes): from columns of visits, or from records of visits, to matrices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.intake.assemble.visitvalues import OBVIOUS_MISSING, quote, scale_for
from aadash.intake.check.doubts import Doubts
from aadash.intake.model import SET_MISSING
from aadash.intake.numbers import BAD, BOUND, MISSING_WORD
from aadash.intake.recognise.columns import Recognised
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import rows_text
from aadash.laboratory import lab_test
from aadash.measure import Measure
from aadash.measures import known as known_score

Scores = dict[str, tuple[Measure, pd.DataFrame]]


def wide_scores(table: Table, known: Recognised, index: pd.Index, doubts: Doubts) -> Scores:
    """Measure → (its scale, records × weeks), of the columns with role "measure"; told in one line per measure."""
    groups: dict[str, dict[int, np.ndarray]] = {}
    columns: dict[str, list[str]] = {}
    for guess in known.columns("measure"):
        if guess.week is None:
            doubts.report(
                "warning",
                "measure_week",
                guess.column,
                (),
                f"Column {guess.column!r} is {guess.measure} of an unknown week; not used.",
            )
            continue
        values = score_values(table.columns[guess.column], table.rows, guess.column, doubts)
        mine = groups.setdefault(guess.measure, {})
        columns.setdefault(guess.measure, []).append(guess.column)
        first = mine.get(guess.week)
        mine[guess.week] = values if first is None else np.where(np.isnan(first), values, first)
        if first is not None and (~np.isnan(first) & ~np.isnan(values) & (first != values)).any():
            doubts.report(
                "warning",
                "measure_twice",
                guess.column,
                (),
                f"Two columns hold {guess.measure} of week {guess.week} and differ; {guess.column!r} only fills gaps.",
            )
    out: Scores = {}
    for name, weeks in groups.items():
        matrix = np.column_stack([weeks[w] for w in sorted(weeks)])
        out[name] = scaled(name, pd.DataFrame(matrix, index=index, columns=sorted(weeks)), table.rows, columns[name][0], doubts, known)
        doubts.note(
            "measure",
            columns[name][0],
            (),
            f"{name} at {'week' if len(weeks) == 1 else 'weeks'} {', '.join(map(str, sorted(weeks)))} is kept as a measure of its own "
            f"({', '.join(columns[name])}), not as a baseline fact.",
        )
    return out


def score_values(column: Column, rows: np.ndarray, name: str, doubts: Doubts) -> np.ndarray:
    """The numbers of a score; what is none is missing and told."""
    numbers = column.numbers
    values = numbers.values.copy()
    values, flagged = _flagged(column, values)
    if len(flagged):
        doubts.note(
            "flags",
            name,
            rows[flagged],
            f"Column {name!r} holds {quote(column, flagged)}: the mark of a high or low value is left out "
            f"({rows_text(list(rows[flagged]))}).",
        )
    words = [i for i in numbers.cells(MISSING_WORD) if column.cells[i].strip().lower() not in OBVIOUS_MISSING]
    if words:
        doubts.note(
            "missing_word",
            name,
            rows[words],
            f"Column {name!r} holds {quote(column, np.array(words))}, read as missing ({rows_text(list(rows[words]))}).",
        )
    for i in words:
        doubts.record([rows[i]], name, column.cells[i], "", "stands for a missing value")
    odd = np.setdiff1d(numbers.cells(BOUND, BAD), flagged)
    if len(odd):
        values[odd] = np.nan
        doubts.report(
            "warning",
            "measure_not_a_number",
            name,
            rows[odd],
            f"Column {name!r} holds {quote(column, odd)} where a number belongs; read as missing ({rows_text(list(rows[odd]))}).",
        )
        for i in odd:
            doubts.record([rows[i]], name, column.cells[i], "", "no number in a score")
    return values


_FLAG = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:[↑↓▲▼△▽]|[(（]?(?:[HL]|high|low)[)）]?)\s*", re.IGNORECASE)


def _flagged(column: Column, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values with a laboratory's mark beside them ("0.5↑", "12.1 L"), and where these are."""
    read = [_FLAG.fullmatch(d) if any(map(str.isdigit, d)) else None for d in column.distinct]
    mine = np.array([np.nan if found is None else float(found.group(1)) for found in read], dtype=float)
    if not len(mine) or np.isnan(mine).all():
        return values, np.zeros(0, dtype=int)
    at = mine[column.codes]
    return np.where(np.isnan(at), values, at), np.flatnonzero(~np.isnan(at))


def scaled(
    name: str, frame: pd.DataFrame, rows: np.ndarray, column: str, doubts: Doubts, known: Recognised
) -> tuple[Measure, pd.DataFrame]:
    """The measure's scale, and its values; those that a known scale does not have are missing and told.

    A score that the field does not know takes the range of its own values.
    """
    values = frame.to_numpy(dtype=float).copy()
    seen = values[~np.isnan(values)]
    measure = scale_for(name, seen, known.scales)
    outside = measure.outside(values)
    test = lab_test(name)
    if test is not None:
        return replace(
            measure,
            low=min(0.0, float(seen.min(initial=0.0))),
            high=float(max(seen.max(initial=1.0), 1.0)),
            unit=test.unit_of(values).name,
        ), frame
    if outside.any() and known_score(name) is None and name not in known.scales:
        return replace(measure, low=min(0.0, float(seen.min())), high=max(100.0, float(seen.max()))), frame
    if outside.any():
        at = np.flatnonzero(outside.any(axis=1))
        found = ", ".join(dict.fromkeys(f"{v:g}" for v in values[outside][:4]))
        mine = rows[at] if len(rows) == len(values) else ()
        chosen = doubts.report(
            "error",
            "measure_range",
            column,
            mine,
            f"{name} holds {found} where {measure.expected} belong"
            f'{f" ({rows_text(list(mine))})" if len(mine) else ""}; "set missing" leaves these values out.',
            (SET_MISSING,),
        )
        del chosen
        doubts.record(mine, column, found, "", f"outside the range of {name}")
        values[outside] = np.nan
        frame = pd.DataFrame(values, index=frame.index, columns=frame.columns)
    return measure, frame


def together(codes: np.ndarray, index: pd.Index, scores: Mapping[str, tuple[Measure, pd.DataFrame]]) -> Scores:
    """The matrices with one row per patient: of several records of a patient the first filled value."""
    out: Scores = {}
    for name, (measure, frame) in scores.items():
        merged = frame.set_axis(pd.Index(codes, dtype=object), axis=0).groupby(level=0, sort=False).first()
        out[name] = (measure, merged.reindex(index))
    return out


__all__ = ["Scores", "scaled", "score_values", "together", "wide_scores"]
