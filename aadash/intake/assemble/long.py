"""One row per visit, visits named or dated → facts and SALT."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from aadash.formatting import counted
from aadash.intake.assemble.assembled import Assembled
from aadash.intake.assemble.besideevents import visit_events
from aadash.intake.assemble.codes import patient_codes
from aadash.intake.assemble.datedweeks import tell_dated_rows
from aadash.intake.assemble.endings import Cells, with_endings
from aadash.intake.assemble.facts import fact_roles, read_facts
from aadash.intake.assemble.longscores import column_scores
from aadash.intake.assemble.people import second_values
from aadash.intake.assemble.regions import combine
from aadash.intake.assemble.visitvalues import REGION, salt_values, scale_of
from aadash.intake.check.doubts import Doubts
from aadash.intake.mapping import ColumnMapping
from aadash.intake.recognise.columns import REGION_ROLES, Recognised
from aadash.intake.recognise.headers import measure_of
from aadash.intake.recognise.patterns import SALT
from aadash.intake.recognise.visitweeks import visit_weeks
from aadash.intake.tabulate.longpivot import constant_facts, first_rows, people, pivot
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold, rows_text

_BASE = re.compile(
    r"^(?:base|baseline|bl|baseline (?:salt|value|score)|(?:salt )?(?:base|baseline|bl)"
    r"|기저 ?(?:치|salt)|ベースライン値?)$"
)
_IMPUTED = ("dtype", "derivation type")


def assemble_long(table: Table, known: Recognised, mapping: ColumnMapping, doubts: Doubts) -> Assembled:
    """Patients × weeks from one record per visit."""
    week_name = known.one("week") or ""
    codes, excluded = patient_codes(table, known, doubts)
    weeks, windows = visit_weeks(table, week_name, codes, record_values(table, known), mapping, doubts)
    tell_dated_rows(table, known, codes, weeks, mapping.date_order, doubts)
    values, out, value_name = read_values(_scheduled(table, known, weeks), known, mapping, doubts)
    excluded |= out
    usable = ~_beside(table, known, codes, weeks, doubts)
    weeks = np.where(usable, weeks, np.nan)
    doubts.idle.update(table.places(np.isnan(weeks)))
    codes = second_values(codes, weeks, values, table.rows, week_name, doubts)
    persons = people(codes)
    salt, rows, gone = pivot(persons, weeks, values, table.rows, week_name, value_name, doubts)
    facts, out = read_facts(table, known, mapping, doubts)
    excluded |= out
    salt, rows = _baseline_column(facts, codes, salt, rows, table, known, doubts)
    scores, told = column_scores(table, known, codes, weeks, salt.index, doubts)
    events, facts = visit_events(table, known, codes, weeks, facts, doubts)
    one = constant_facts(facts.drop(columns=told), persons, weeks, known, doubts, table.rows)
    first = first_rows(persons, table.rows)
    roles = {r: c for r, c in fact_roles(known).items() if c in one.columns}
    made = Assembled(one, salt, roles, rows, first, {int(w): value_name for w in salt.columns}, windows, scores, events)
    cells = [Cells(n, table.columns[n], table.rows, codes, weeks) for n in (known.one("salt"), *told) if n is not None]
    return with_endings(made.keep(~salt.index.isin(list(gone | set(codes[excluded])))), cells, doubts)


def _scheduled(table: Table, known: Recognised, weeks: np.ndarray) -> Table:
    """The table without the values of visits that are not used: nothing is asked about them."""
    name = known.one("salt")
    if name is None or not np.isnan(weeks).any():
        return table
    cells = table.columns[name].cells.copy()
    cells[np.isnan(weeks)] = ""
    return table.with_columns({name: Column(cells)})


def record_values(table: Table, known: Recognised) -> np.ndarray:
    """True for the records with something in the value column (or in a region)."""
    name = known.one("salt") or known.one("salt_top")
    return np.ones(len(table), dtype=bool) if name is None else ~np.isnan(table.columns[name].numbers.values)


def read_values(table: Table, known: Recognised, mapping: ColumnMapping, doubts: Doubts) -> tuple[np.ndarray, np.ndarray, str]:
    """SALT of each record, the records whose patient is left out, and the column's name."""
    name = known.one("salt")
    total, out = None, np.zeros(len(table), dtype=bool)
    if name is not None:
        total, out = salt_values(table.columns[name], table.rows, name, doubts, scale_of(known, [table.columns[name]]), mapping.scale)
    names = {r: c for r in REGION_ROLES if (c := known.one(r)) is not None}
    if len(names) < 4:
        return (total if total is not None else np.full(len(table), np.nan)), out, name or ""
    parts = {}
    for role, column in names.items():
        parts[role], gone = salt_values(table.columns[column], table.rows, column, doubts, REGION, mapping.scale)
        out |= gone
    return combine(parts, total, table.rows, names, name or "", doubts), out, name or names["salt_top"]


def choose_measure(table: Table, known: Recognised, doubts: Doubts) -> tuple[Table, str]:
    """Only the records of SALT, where a column says what each record measures; and the score's name."""
    name = known.one("parameter")
    if name is None or known.layout == "wide":
        return table, known.score
    column = table.columns[name]
    distinct = column.filled
    mine = [d for d in distinct if SALT.search(fold(d)) and measure_of(fold(d)) == "salt"]
    mine = mine or [d for d in distinct if re.match(r"^salt(?:tot|sc|score|total|ts|01)?$", fold(d).replace(" ", ""))]
    if not mine and len(distinct) == 1 and not SALT.search(fold(distinct[0])):
        doubts.report(
            "warning",
            "score",
            name,
            (),
            f"Column {name!r} says that the values are {distinct[0]!r}, not SALT; endpoints "
            "such as SALT75 and the range 0 to 100 are SALT's.",
        )
        return table, distinct[0][:20]
    if not mine and len(distinct) == 1:
        return table, known.score
    if len(mine) != 1:
        doubts.refuse(
            "parameter_unknown",
            name,
            f"Column {name!r} says what each row measures ({', '.join(distinct[:8])}), and "
            f"{'none of these is' if not mine else 'several of these are'} SALT. Keep the rows of SALT only, or rename "
            "the measure to SALT.",
        )
        return table, known.score
    keep = np.zeros(len(table), dtype=bool)
    keep[column.where(set(mine))] = True
    if not keep.all():
        rows = table.rows[~keep]
        doubts.record(rows, name, ", ".join(d for d in distinct if d not in mine)[:80], "", f"measures something other than {mine[0]}")
        doubts.note(
            "other_measures",
            name,
            (),
            f"Column {name!r}: {counted(len(rows), 'row')} of something other than {mine[0]!r}, not read as SALT.",
        )
    return table.take(keep), known.score


def _beside(table: Table, known: Recognised, codes: np.ndarray, weeks: np.ndarray, doubts: Doubts) -> np.ndarray:
    """Records that a trial's data set marks as imputed (DTYPE) or as not for analysis (ANL01FL), where another stands."""
    out = np.zeros(len(table), dtype=bool)
    for name, column in table.columns.items():
        if fold(name) in _IMPUTED and not column.blank.all():
            mine = ~column.blank & ~np.isnan(weeks)
            if mine.any():
                out |= mine
                rows = table.rows[mine]
                doubts.report(
                    "warning",
                    "imputed",
                    name,
                    rows,
                    f"Column {name!r} marks {rows_text(list(rows))} as derived "
                    f"({', '.join(column.filled[:4])}); only observed values are used.",
                )
                doubts.record(rows, name, ", ".join(column.filled[:4]), "", "derived, not observed")
        if fold(name) in ("anl01fl", "anl01 fl"):
            chosen = column.stripped == "Y"
            key = pd.Series(list(zip(codes, np.nan_to_num(weeks, nan=-1.0), strict=True)))
            twice = key.duplicated(keep=False).to_numpy() & ~np.isnan(weeks)
            flagged = key.isin(set(key[chosen])).to_numpy()
            drop = twice & flagged & ~chosen & ~out
            if drop.any():
                out |= drop
                rows = table.rows[drop]
                doubts.note(
                    "not_for_analysis",
                    name,
                    rows,
                    f"Column {name!r}: of several records of one visit the one flagged Y is used; {rows_text(list(rows))} are not.",
                )
                doubts.record(rows, name, "", "", "another record of the visit is flagged for analysis")
    return out


def _baseline_column(
    facts: pd.DataFrame, codes: np.ndarray, salt: pd.DataFrame, rows: np.ndarray, table: Table, known: Recognised, doubts: Doubts
) -> tuple[pd.DataFrame, np.ndarray]:
    """A column "BASE" beside the visits gives week 0 where no visit does."""
    name = next((str(c) for c in facts.columns if _BASE.match(fold(str(c)))), None)
    if name is None or (0 in salt.columns and salt[0].notna().all()) or not pd.api.types.is_numeric_dtype(facts[name]):
        return salt, rows
    given = facts[name].groupby(pd.factorize(codes)[0]).agg(["first", "nunique"])
    usable = (given["nunique"] <= 1) & given["first"].between(0, 100)
    value = given["first"].where(usable).to_numpy(dtype=float)
    had = salt[0].to_numpy() if 0 in salt.columns else np.full(len(salt), np.nan)
    take = np.isnan(had) & ~np.isnan(value)
    if not take.any():
        return salt, rows
    first = pd.Series(table.rows).groupby(pd.factorize(codes)[0]).first().to_numpy()
    source = np.where(take, first, rows[:, int(np.flatnonzero(salt.columns == 0)[0])] if 0 in salt.columns else 0)
    doubts.report(
        "warning",
        "baseline_from_column",
        name,
        (),
        f"No visit gives the baseline of {counted(int(take.sum()), 'patient')}; it is taken from column {name!r}.",
    )
    doubts.record(first[take], name, name, "week 0", "baseline given in a column of its own")
    listed = [int(w) for w in salt.columns]
    others = [w for w in listed if w != 0]
    kept = np.array([listed.index(w) for w in others], dtype=int)
    matrix = np.column_stack([np.where(take, value, had), *(salt[w].to_numpy() for w in others)])
    return (pd.DataFrame(matrix, index=salt.index, columns=[0, *others]), np.column_stack([source, rows[:, kept]]))
