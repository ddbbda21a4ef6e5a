"""One row per patient, one column per visit → facts and SALT."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.intake.assemble.assembled import Assembled
from aadash.intake.assemble.codes import patient_codes
from aadash.intake.assemble.datedweeks import tell_dated_columns
from aadash.intake.assemble.duplicates import one_row_each
from aadash.intake.assemble.endings import Cells, with_endings
from aadash.intake.assemble.facts import fact_roles, read_facts
from aadash.intake.assemble.regions import combine
from aadash.intake.assemble.scores import together, wide_scores
from aadash.intake.assemble.screening import never_treated
from aadash.intake.assemble.visitvalues import REGION, salt_values, scale_of
from aadash.intake.check.doubts import Doubts
from aadash.intake.decisions import typed
from aadash.intake.mapping import ColumnMapping
from aadash.intake.model import KEEP, SET_MISSING, VALUE
from aadash.intake.recognise.columns import REGION_ROLES, Recognised
from aadash.intake.recognise.others import HORMONE, PROTEIN
from aadash.intake.recognise.visits import may_be_months
from aadash.intake.tabulate.table import Table
from aadash.intake.text import rows_text


def assemble_wide(table: Table, known: Recognised, mapping: ColumnMapping, doubts: Doubts) -> Assembled:
    """One patient per record."""
    codes, excluded = patient_codes(table, known, doubts)
    excluded |= never_treated(table, doubts)
    _tell_assumed(known, doubts)
    tell_dated_columns(table, known, mapping.date_order, doubts)
    measure = scale_of(known, [table.columns[g.column] for g in known.columns("salt")])
    values: dict[int, np.ndarray] = {}
    source: dict[int, str] = {}
    for guess in known.columns("salt"):
        if guess.week is None:
            doubts.report(
                "error",
                "visit_unknown",
                guess.column,
                (),
                f"Column {guess.column!r} looks like {known.score}, but of which week is not known. Say which week it is; "
                '"keep" goes on without this column.',
                (KEEP,),
            )
            continue
        found, out = salt_values(table.columns[guess.column], table.rows, guess.column, doubts, measure, mapping.scale)
        excluded |= out
        if guess.week in values:
            _merge(values, source, guess.week, found, guess.column, table, doubts)
        else:
            values[guess.week], source[guess.week] = found, guess.column
    _from_regions(table, known, mapping, values, source, excluded, doubts)
    facts, out = read_facts(table, known, mapping, doubts)
    excluded |= out
    weeks = sorted(values)
    matrix = np.column_stack([values[w] for w in weeks]) if weeks else np.empty((len(table), 0))
    keep, facts = one_row_each(codes, matrix, [source[w] for w in weeks], facts, excluded, table, known, doubts)
    rows = np.where(np.isnan(matrix), 0, table.rows[:, None])
    index = pd.Index(codes, dtype=object)
    scores = wide_scores(table, known, index, doubts)
    made = Assembled(
        facts.set_axis(index, axis=0), pd.DataFrame(matrix, index=index, columns=weeks), fact_roles(known), rows, table.rows, source
    ).keep(keep & ~excluded)
    cells = [
        Cells(g.column, table.columns[g.column], table.rows, codes, np.full(len(table), float(g.week)))
        for g in (*known.columns("salt"), *known.columns("measure"))
        if g.week is not None
    ]
    return with_endings(replace(made, measures=together(codes, made.salt.index, scores) if scores else {}), cells, doubts)


def _tell_assumed(known: Recognised, doubts: Doubts) -> None:
    """Weeks that were assumed, and numbers taken as weeks."""
    if known.assumed:
        weeks = {g.column: g.week for g in known.guesses if g.column in known.assumed}
        shown = ", ".join(f"{c!r} as week {w}" for c, w in weeks.items())
        said = ", ".join(
            f"{g.column!r} (week {g.week})" for g in known.columns("salt") if g.column not in weeks and g.week is not None
        )
        if len(weeks) == 1:
            text = (
                f"Column {known.assumed[0]!r} numbers its visit without saying the week; "
                f'"keep" takes {shown}. Better: say which it is.'
            )
        else:
            text = (
                f"Columns {', '.join(map(repr, known.assumed))} number the "
                f'visits without saying their weeks; "keep" takes {shown}. Better: say which week each of them is.'
            )
        text += f" The other visits say their week: {said}." if said else ""
        doubts.report("error", "visit_number", known.assumed[0], (), text, (KEEP,))
    numbers = [g for g in known.columns("salt") if g.why.startswith("a number without a unit")]
    if any(g.week for g in numbers):
        asked = may_be_months(float(g.week) for g in numbers if g.week is not None)
        shown = ", ".join(f"{g.column!r}" for g in numbers[:8])
        doubts.report(
            "error" if asked else "note",
            "unit_unknown",
            numbers[0].column,
            (),
            f"The headers {shown} hold numbers without a unit; "
            + ('"keep" takes them as weeks. If they are months, say which week each is.' if asked else "they are taken as weeks."),
            (KEEP,) if asked else (),
        )
    for guess in known.guesses:
        if guess.role == "unused" and guess.why == "before baseline":
            doubts.report(
                "warning", "before_baseline", guess.column, (), f"Column {guess.column!r} lies before baseline and is not used."
            )
        if guess.why == HORMONE:
            text = (
                f"Column {guess.column!r} does not say {known.score}, as the other visits of its letter do: kept as a baseline fact "
                "(the hormone?), and used as no visit. If it is one, say of which week."
            )
            doubts.report("warning", "visit_unknown", guess.column, (), text)
        if guess.role == "unused" and guess.why == PROTEIN:
            text = (
                f"Column {guess.column!r} is not used: the other visits of the file are not spelled so. If it is {known.score}, say "
                "of which week; if it is something else, that it is a baseline fact."
            )
            doubts.report("warning", "visit_unknown", guess.column, (), text)
    unsure = [g for g in known.columns("salt") if g.confidence == "unsure" and g.week == 0 and "baseline" in g.why]
    for guess in unsure:
        doubts.report("warning", "baseline_guessed", guess.column, (), f"Column {guess.column!r}: {guess.why}.")


def _merge(
    values: dict[int, np.ndarray], source: dict[int, str], week: int, found: np.ndarray, column: str, table: Table, doubts: Doubts
) -> None:
    """Two columns for the same week: agree, complete each other, or conflict."""
    first = values[week]
    clash = np.flatnonzero(~np.isnan(first) & ~np.isnan(found) & (first != found))
    if len(clash):
        rows = table.rows[clash]
        chosen = doubts.report(
            "error",
            "visit_twice",
            column,
            rows,
            f"Columns {source[week]!r} and {column!r} are both week "
            f"{week} and hold different values in {rows_text(list(rows))}, and nothing says which is right. "
            f'Say which column is week {week}; or "keep" the first, "set missing" these values, or type the right one.',
            (KEEP, SET_MISSING, VALUE),
            fatal=True,
        )
        first = first.copy()
        for i, action in zip(clash, chosen, strict=True):
            right = typed(action)
            if right is not None:
                doubts.record(
                    [table.rows[i]], column, f"{first[i]:g} / {found[i]:g}", f"{right:g}", "the right value, as you typed it"
                )
                first[i] = right
        missing = clash[[c == SET_MISSING for c in chosen]]
        first[missing] = np.nan
        found = found.copy()
        found[missing] = np.nan
    else:
        doubts.note(
            "visit_twice",
            column,
            (),
            f"Columns {source[week]!r} and {column!r} are both week {week}; where both are filled they agree.",
        )
    values[week] = np.where(np.isnan(first), found, first)


def _from_regions(
    table: Table,
    known: Recognised,
    mapping: ColumnMapping,
    values: dict[int, np.ndarray],
    source: dict[int, str],
    excluded: np.ndarray,
    doubts: Doubts,
) -> None:
    for week in sorted({g.week for r in REGION_ROLES for g in known.columns(r) if g.week is not None}):
        names = {g.role: g.column for g in known.guesses if g.role in REGION_ROLES and g.week == week}
        if len(names) < 4:
            lacking = ", ".join(r.removeprefix("salt_") for r in REGION_ROLES if r not in names)
            doubts.report(
                "error",
                "region_missing",
                next(iter(names.values())),
                (),
                f"SALT by region at week {week} lacks the {lacking}; it is not computed.",
            )
            continue
        parts = {}
        for role, name in names.items():
            parts[role], out = salt_values(table.columns[name], table.rows, name, doubts, REGION, mapping.scale)
            excluded |= out
        values[week] = combine(parts, values.get(week), table.rows, names, source.get(week, ""), doubts)
        source.setdefault(week, names["salt_top"])
