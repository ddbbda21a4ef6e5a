"""Other scores of a file with one row per visit: columns that change from visit to visit, and parameters beside SALT."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from aadash.intake.assemble.scores import Scores, scaled, score_values
from aadash.intake.check.doubts import Doubts
from aadash.intake.mapping import ColumnMapping
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.headers import measure_of, role_of
from aadash.intake.recognise.patterns import SALT, says_worked_out
from aadash.intake.recognise.scores import called, is_known_score
from aadash.intake.recognise.visitcolumns import bare
from aadash.intake.recognise.visitweeks import visit_weeks
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold
from aadash.measure import Measure

#: Roles of columns that may be another score.
_ROLES = ("fact", "measure", "eyebrow", "eyelash")


def column_scores(
    table: Table, known: Recognised, codes: np.ndarray, weeks: np.ndarray, index: pd.Index, doubts: Doubts
) -> tuple[Scores, list[str]]:
    """Measure → (its scale, patients × weeks), of the columns of numbers that change within a patient; and the columns that are
    no baseline facts for that reason.
    """
    out: Scores = {}
    told: list[str] = []
    for guess in known.guesses:
        name, column = guess.column, table.columns.get(guess.column)
        if (
            column is None
            or guess.role not in ("fact", "measure", "eyebrow", "eyelash")
            or role_of(bare(name)) not in ("", guess.role)
        ):
            continue
        folded = fold(bare(name))
        if says_worked_out(folded) or SALT.search(folded) or not column.maybe_numeric or column.numeric_share < 0.5:
            continue
        counts = is_known_score(measure_of(folded)) or guess.role == "fact"
        if guess.role != "measure" and not (counts and _changes(column.numbers.values, codes)):
            continue
        if guess.role == "fact" and not is_known_score(measure_of(folded)) and _says_yes_or_no(column):
            continue
        measure = guess.measure or called(measure_of(folded) or folded, bare(name))
        if measure in out or measure == known.score:
            continue
        out[measure] = _measure(measure, score_values(column, table.rows, name, doubts), codes, weeks, index, name, doubts, known)
        doubts.used.add(name)
        if guess.role == "fact":
            told.append(name)
    return out, told


def pair_scores(
    table: Table, known: Recognised, codes: np.ndarray, weeks: np.ndarray, visits: Sequence[int], index: pd.Index, doubts: Doubts
) -> Scores:
    """Measure → (its scale, patients × weeks), of the scores beside the date and the SALT of each visit.

    ``weeks`` is visits × records: the week that each dated visit was given, ``visits`` their numbers.
    """
    out: Scores = {}
    for measure in dict.fromkeys(g.measure for g in known.columns("measure") if g.visit in visits):
        mine = [g for g in known.columns("measure") if g.measure == measure and g.visit in visits]
        values = [score_values(table.columns[g.column], table.rows, g.column, doubts) for g in mine]
        when = [weeks[visits.index(g.visit)] for g in mine if g.visit is not None]
        parts = (np.concatenate(values), np.tile(codes, len(mine)), np.concatenate(when))
        out[measure] = _measure(measure, *parts, index, mine[0].column, doubts, known)
        doubts.used.update(g.column for g in mine)
    return out


def parameter_scores(table: Table, known: Recognised, index: pd.Index, mapping: ColumnMapping, doubts: Doubts) -> Scores:
    """Measure → (its scale, patients × weeks), of the parameters beside SALT in a file that says what each row measures."""
    name, week, value, code = (known.one(r) for r in ("parameter", "week", "salt", "id"))
    if name is None or week is None or value is None or code is None or known.layout != "long":
        return {}
    out: Scores = {}
    for text in table.columns[name].filled:
        folded = fold(text)
        if SALT.search(folded) or says_worked_out(folded):
            continue
        mine = table.take(table.columns[name].where({text}))
        if mine.columns[value].numeric_share < 0.5 or not mine.columns[value].maybe_numeric:
            continue
        codes = mine.columns[code].stripped
        weeks, _ = visit_weeks(mine, week, codes, np.ones(len(mine), dtype=bool), mapping, Doubts(doubts.decisions))
        measure = called(measure_of(folded) or folded, text)
        if measure in out or measure == known.score:
            continue
        numbers = score_values(mine.columns[value], mine.rows, value, doubts)
        out[measure] = _measure(measure, numbers, codes, weeks, index, name, doubts, known)
    return out


def _measure(
    measure: str,
    values: np.ndarray,
    codes: np.ndarray,
    weeks: np.ndarray,
    index: pd.Index,
    column: str,
    doubts: Doubts,
    known: Recognised,
) -> tuple[Measure, pd.DataFrame]:
    """The matrix of one score; of two values for a visit the first stands."""
    at = ~np.isnan(weeks) & ~np.isnan(values)
    records = pd.DataFrame({"code": codes[at], "week": weeks[at].astype(int), "value": values[at]})
    frame = records.groupby(["code", "week"], sort=True)["value"].first().unstack("week")
    frame = frame.reindex(index).set_axis([int(w) for w in frame.columns], axis=1)
    role = next((g.role for g in known.guesses if g.column == column), "")
    doubts.note(
        "measure",
        column,
        (),
        f"{measure} at {'week' if len(frame.columns) == 1 else 'weeks'} {', '.join(map(str, frame.columns))} is kept as a measure of "
        + ("its own." if role in ("eyebrow", "eyelash") else "its own, not as a baseline fact."),
    )
    return scaled(measure, frame, np.zeros(0, dtype=int), column, doubts, known)


def _says_yes_or_no(column: Column) -> bool:
    """Nothing but 0 and 1: an answer at each visit, and no score."""
    return set(column.numbers.values[~np.isnan(column.numbers.values)].tolist()) <= {0.0, 1.0}


def _changes(values: np.ndarray, codes: np.ndarray) -> bool:
    """Whether any patient has two different values."""
    seen = ~np.isnan(values)
    if not seen.any():
        return False
    spread = pd.Series(values[seen]).groupby(pd.factorize(codes[seen])[0]).agg(["min", "max"])
    return bool((spread["min"] != spread["max"]).any())
