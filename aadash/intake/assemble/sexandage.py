"""A cell that holds sex and age together ("F/32", "여/45", "60/M") → two facts."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from aadash.intake.check.doubts import Doubts
from aadash.intake.recognise.columns import Recognised
from aadash.intake.tabulate.table import Column, Table

_SEX = r"(?P<sex>[fm]|female|male|[남여男女](?:자|성|性)?|w)"
_BOTH = re.compile(rf"^(?:{_SEX}\s*[/,·・|\s-]\s*(?P<age>\d{{1,3}})\s*(?:세|歳|才|y|yrs?|years?)?)$", re.IGNORECASE)
_TURNED = re.compile(rf"^(?:(?P<age>\d{{1,3}})\s*(?:세|歳|才|y|yrs?|years?)?\s*[/,·・|\s-]?\s*{_SEX})$", re.IGNORECASE)
#: Why such a column is no fact of its own.
APART = "taken apart"
#: Least share of the filled cells that must be of this form.
_MOST = 0.8


def with_sex_and_age(table: Table, known: Recognised, doubts: Doubts) -> tuple[Table, Recognised]:
    """The table with a column of sexes and one of ages from a column that holds both; the roles are theirs where nobody has them."""
    for guess in known.guesses:
        if guess.role not in ("fact", "sex", "age") or guess.confidence == "set" or guess.column not in table.columns:
            continue
        column = table.columns[guess.column]
        if column.plain is not None:
            continue
        read = {t: _BOTH.match(t) or _TURNED.match(t) for t in column.filled}
        found = {t: m for t, m in read.items() if m is not None}
        if len(found) < 2 or len(found) < _MOST * len(read):
            continue
        made = {f"{guess.column} (sex)": "sex", f"{guess.column} (age)": "age"}
        if any(n in table.columns for n in made):
            continue
        cells = {
            r: np.array([found[d.strip()][r] if d.strip() in found else "" for d in column.distinct], dtype=object)
            for r in ("sex", "age")
        }
        odd = [t for t in column.filled if t not in found]
        doubts.used.add(guess.column)
        doubts.report(
            "warning",
            "sex_and_age",
            guess.column,
            table.rows[column.where(set(odd))],
            f"Column {guess.column!r} holds sex and age in one cell; it was taken apart into {' and '.join(map(repr, made))}"
            + (f" ({', '.join(map(repr, odd[:4]))} could not be)." if odd else "."),
        )
        doubts.record((), guess.column, column.filled[0], "sex, age", "two facts in one cell")
        others = tuple(replace(g, role="unused", why=APART) if g is guess else g for g in known.guesses)
        taken = {g.role for g in others}
        new = tuple(
            replace(guess, column=n, role=r if r not in taken else "fact", why=f"from {guess.column!r}", preview=())
            for n, r in made.items()
        )
        columns = {n: Column(cells[r][column.codes]) for n, r in made.items()}
        return table.with_columns(columns), replace(known, guesses=(*others, *new))
    return table, known
