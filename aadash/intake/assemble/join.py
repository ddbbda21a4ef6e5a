"""Several files or sheets of one cohort: demographics, visits, adverse events, joined on the patient code."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.intake.assemble.assembled import Assembled
from aadash.intake.assemble.facts import fact_roles, read_facts
from aadash.intake.check.doubts import Doubts
from aadash.intake.mapping import ColumnMapping
from aadash.intake.recognise.columns import Recognised
from aadash.intake.tabulate.longpivot import constant_facts
from aadash.intake.tabulate.table import Table
from aadash.intake.text import fold

#: Least share of a table's patients that must be in the main table for the two to be joined.
OVERLAP = 0.5
_EVENTS = re.compile(r"^(?:aedecod|aeterm|ae|aes|adverse events?|aebodsys|event|이상 ?반응|有害事象|副作用)")


def join_facts(made: Assembled, table: Table, known: Recognised, mapping: ColumnMapping, doubts: Doubts) -> Assembled:
    """Add the facts of another table to the patients of the main one.

    A table with several rows a patient adds what is constant within a patient; a table of adverse events adds one
    column, "yes" for patients with an event and "no" for the others. A table that shares fewer than half of its patients
    with the main one is not joined.
    """
    name = known.one("id")
    if name is None:
        doubts.report("warning", "not_joined", "", (), f"{table.name!r} has no column of patient codes, so it is not joined.")
        return made
    codes = table.columns[name].stripped
    index = made.salt.index
    matching = pd.Index(codes, dtype=object).isin(index)
    filled = codes != ""
    if not filled.any() or matching[filled].mean() < OVERLAP:
        doubts.report(
            "warning",
            "not_joined",
            name,
            (),
            f"{table.name!r} shares {int(matching.sum())} of its {int(filled.sum())} rows' "
            "patients with the main table, so it is not joined. Do the patient codes differ?",
        )
        return made
    strangers = list(dict.fromkeys(codes[filled & ~matching]))
    if strangers:
        doubts.report(
            "warning",
            "unknown_patient",
            name,
            table.rows[filled & ~matching],
            f"{table.name!r} lists {len(strangers)} "
            f"patients who are not in the main table ({', '.join(strangers[:5])}); they are not used.",
        )
        doubts.record(table.rows[filled & ~matching], name, ", ".join(strangers[:5]), "", "not in the main table")
    if _is_events(table, codes[matching], known, index):
        return _add_events(made, table, codes, doubts)
    mine = table.take(matching)
    facts, _ = read_facts(mine, known, mapping, doubts)
    one = constant_facts(facts, codes[matching], np.zeros(len(mine)), known, doubts)
    there = index.isin(one.index)
    if not there.all():
        doubts.note("no_match", name, (), f"{table.name!r} has nothing about {int((~there).sum())} patients of the main table.")
    added = one.reindex(index)
    taken = [c for c in added.columns if c in made.patients.columns]
    for column in taken:
        _compare(made.patients[column], added[column], str(column), table, doubts)
    added = added.drop(columns=taken)
    roles = {**{r: c for r, c in fact_roles(known).items() if c in added.columns}, **made.roles}
    doubts.note("joined", name, (), f"{table.name!r} was joined on {name!r}: {', '.join(map(str, added.columns)) or 'nothing new'}.")
    patients = pd.concat([made.patients, added], axis=1)
    return replace(made, patients=patients, roles=roles)


def _compare(main: pd.Series, other: pd.Series, column: str, table: Table, doubts: Doubts) -> None:
    both = main.notna() & other.notna()
    differ = [str(i) for i in main.index[both] if str(main[i]) != str(other[i])]
    if differ:
        doubts.report(
            "warning",
            "tables_differ",
            column,
            (),
            f"Column {column!r} is in two tables and differs for {len(differ)} "
            f"patients ({', '.join(differ[:5])}); the main table's value stands, {table.name!r} is not used for it.",
        )


def _is_events(table: Table, codes: np.ndarray, known: Recognised, index: pd.Index) -> bool:
    """A list of adverse events: a patient may stand on several rows, or those without an event are not there."""
    several = len(set(codes)) < len(codes)
    facts = any(g.role in ("sex", "age", "subtype") for g in known.guesses)
    return any(_EVENTS.match(fold(n)) for n in table.columns) and (several or (not facts and len(set(codes)) < len(index)))


def _add_events(made: Assembled, table: Table, codes: np.ndarray, doubts: Doubts) -> Assembled:
    """ "yes" or "no" for each patient of the main table."""
    named = next(n for n in table.columns if _EVENTS.match(fold(n)))
    real = codes[~table.columns[named].blank]
    column = "adverse_event" if "adverse_event" not in made.patients.columns else f"adverse_event ({table.name})"
    values = pd.Series(np.where(made.salt.index.isin(real), "yes", "no"), index=made.salt.index, dtype="str")
    doubts.note(
        "events",
        named,
        (),
        f"{table.name!r} lists {len(real)} adverse events; the cohort has one column {column!r}, yes for "
        f"the {int((values == 'yes').sum())} patients with any. The single events are not kept.",
    )
    return Assembled(
        made.patients.assign(**{column: values}),
        made.salt,
        {"adverse_event": column, **made.roles},
        made.rows,
        made.first_row,
        made.columns,
        made.windows,
    )
