"""Several rows per patient, one below the other ("SALT" above, "ClinRO" below), the visits across → one row per patient."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.intake.check.doubts import Doubts
from aadash.intake.model import KEEP
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.headers import measure_of
from aadash.intake.recognise.patterns import SALT
from aadash.intake.recognise.visitcolumns import bare
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold, rows_text

#: Least share of the patients that have the same number of rows.
_MOST = 0.8


def rows_below(table: Table, known: Recognised, doubts: Doubts) -> Table | None:
    """The table with one row per patient; None where patients do not stand on the same few rows each.

    What the rows below hold is told by a column ("Medida"); where nothing tells it they are asked about and left out. Another score
    of numbers goes into columns of its own for each visit, the rest is left out and told.
    """
    code = known.one("id")
    visits = [g.column for g in known.columns("salt") if g.week is not None]
    if known.layout != "wide" or code is None or len(visits) < 2 or len(table) < 4:
        return None
    column = table.columns[code]
    upper = ~column.blank & (column.codes != np.concatenate([[-1], column.codes[:-1]]))
    if not upper[0] or upper.all():
        return None
    patient = np.cumsum(upper) - 1
    place = np.arange(len(table)) - np.flatnonzero(upper)[patient]
    sizes = np.bincount(patient)
    size = int(np.bincount(sizes).argmax())
    if size not in (2, 3) or (sizes == size).mean() < _MOST or sizes.max() > size:
        return None
    tells = _telling(table, place, size, code)
    titles = [_title(table, tells, place, k) for k in range(size)]
    said = [k for k, t in enumerate(titles) if SALT.search(fold(t))]
    tells = tells if len(said) == 1 else ""
    if not tells and not column.blank[place > 0].all():
        return None  # one code on two rows, and nothing says which is SALT: that is asked elsewhere
    mine = said[0] if tells else 0
    columns = {n: c.take(upper) for n, c in table.columns.items() if n != tells}
    for name in visits if mine else ():
        columns[name] = _of(table, name, patient, place == mine, len(sizes))
    told = []
    for k, title in enumerate(titles):
        if k == mine:
            continue
        added = _scores(table, title, visits, patient, place == k, len(sizes)) if tells else {}
        columns |= {n: c for n, c in added.items() if n not in columns}
        told.append(f"{title!r} {'is kept in columns of its own' if added else 'is not used'}" if tells else "")
    rows = table.rows[place != mine]
    what = f"column {tells!r} says what each holds ({titles[mine]!r} is read as SALT; {', '.join(told)})" if tells else ""
    doubts.report(
        "warning" if tells else "error",
        "rows_below",
        code,
        rows,
        f"Each patient stands on {size} rows: "
        + (what + "." if tells else f'{rows_text(rows.tolist())} have no patient code and are not used; "keep" goes on without them.'),
        () if tells else (KEEP,),
    )
    doubts.record(rows, code, ", ".join(t for k, t in enumerate(titles) if k != mine), "", "a further row of the patient above")
    return replace(table, columns=columns, rows=table.rows[upper], copied={})


def _telling(table: Table, place: np.ndarray, size: int, code: str) -> str:
    """The column that says what each row of a patient holds: its own texts at each place; "" for none."""
    for name, column in table.columns.items():
        if name == code or column.maybe_numeric or column.blank.any() or len(column.filled) > 6:
            continue
        at = [set(column.codes[place == k].tolist()) for k in range(size)]
        if all(at) and sum(map(len, at)) == len(set.union(*at)):
            return name
    return ""


def _title(table: Table, tells: str, place: np.ndarray, k: int) -> str:
    return str(pd.Series(table.columns[tells].stripped[place == k]).mode()[0]) if tells else ""


def _of(table: Table, name: str, patient: np.ndarray, which: np.ndarray, n: int) -> Column:
    cells = np.full(n, "", dtype=object)
    cells[patient[which]] = table.columns[name].cells[which]
    return Column(cells)


def _scores(table: Table, title: str, visits: list[str], patient: np.ndarray, which: np.ndarray, n: int) -> dict[str, Column]:
    """Columns of another score, one per visit; {} where the rows hold no numbers."""
    found = {name: _of(table, name, patient, which, n) for name in visits}
    if any(not c.maybe_numeric or c.numeric_share < 0.5 for c in found.values() if c.filled) or not measure_of(fold(title)):
        return {}
    return {f"{title} {SALT.sub(' ', fold(bare(name))).strip()}": column for name, column in found.items()}
