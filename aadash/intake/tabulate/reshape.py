"""Tables that are a cohort in another arrangement: a sheet per visit, a sheet per year, patients as columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aadash.intake.assemble.dates import parse_dates
from aadash.intake.recognise.headers import MOST_FACTS, lies_on_its_side, role_of
from aadash.intake.recognise.visitcolumns import bare
from aadash.intake.recognise.visits import parse_visit
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold

#: Units of visits whose week is not known.
_WEEKLESS = ("screening", "unscheduled", "before")


def stack_visit_sheets(tables: list[Table], codes: list[str | None], values: list[str | None]) -> Table | None:
    """Sheets called after visits ("Baseline", "W12") with a code and a SALT column each → one table of visits.

    A value of "" is a sheet with the four regions of the scalp and no total. A sheet that is called after a visit without a week
    ("Screening", "EOT") belongs to them: as further visits of the same patients, never as further patients.
    """
    visits = [parse_visit(t.name) for t in tables]
    whole = [i for i, v in enumerate(visits) if v is not None and codes[i] and values[i] is not None]
    timed = [v.week for i in whole if (v := visits[i]) is not None and v.week is not None]
    if len(timed) < 2 or len(set(timed)) < len(timed):
        return None
    usable = [i for i in whole if (v := visits[i]) is not None and (v.week is not None or v.unit in _WEEKLESS)]
    names = list(dict.fromkeys(n for i in usable for n in tables[i].columns if n not in (codes[i], values[i])))
    code = str(codes[usable[0]])  # the file's own name: it tells whether it identifies a person
    parts: dict[str, list[np.ndarray]] = {n: [] for n in (code, "visit", "SALT", *names)}
    for i in usable:
        table = tables[i]
        blank = np.full(len(table), "", dtype=object)
        parts[code].append(table.columns[str(codes[i])].cells)
        parts["visit"].append(np.full(len(table), table.name, dtype=object))
        parts["SALT"].append(table.columns[str(values[i])].cells if values[i] else blank)
        for n in names:
            parts[n].append(table.columns[n].cells if n in table.columns else blank)
    if not any(values[i] for i in usable):
        del parts["SALT"]
    rows = np.concatenate([tables[i].rows for i in usable])
    return Table(
        ", ".join(tables[i].name for i in usable),
        {n: Column(np.concatenate(p)) for n, p in parts.items()},
        rows,
        sheets=_sheets([tables[i] for i in usable]),
    )


def _sheets(tables: Sequence[Table]) -> np.ndarray:
    """The sheet of each record of tables that are put under each other."""
    return np.concatenate([np.full(len(t), t.name, dtype=object) for t in tables])


def stack_same_sheets(tables: Sequence[Table], codes: Sequence[str | None]) -> Table | None:
    """Sheets with the same columns and different patients (one a year, one a centre) → one table.

    A column "sheet" says where each record comes from. None when the sheets are not so."""
    if len(tables) < 2 or any(c is None for c in codes) or len(set(codes)) > 1:
        return None
    names = list(tables[0].columns)
    if any(set(t.columns) != set(names) for t in tables):
        return None
    seen: set[str] = set()
    for table, code in zip(tables, codes, strict=True):
        mine = set(table.columns[str(code)].filled)
        if mine & seen:
            return None
        seen |= mine
    columns = {n: Column(np.concatenate([t.columns[n].cells for t in tables])) for n in names}
    if "sheet" not in columns:
        columns["sheet"] = Column(_sheets(tables))
    return Table(
        ", ".join(t.name for t in tables),
        columns,
        np.concatenate([t.rows for t in tables]),
        tables[0].labels,
        " ".join(t.title for t in tables),
        sheets=_sheets(tables),
    )


def stack_patient_sheets(tables: Sequence[Table], codes: Sequence[str | None], visits: Sequence[str | None]) -> Table | None:
    """One sheet per patient, each with the same columns, a column of visits and no code → one table whose code is the sheet's name."""
    if len(tables) < 2 or any(c is not None for c in codes) or any(v is None for v in visits) or len(set(visits)) > 1:
        return None
    names = list(tables[0].columns)
    if any(set(t.columns) != set(names) for t in tables) or len({t.name for t in tables}) < len(tables):
        return None
    if role_of(bare(str(visits[0]))) == "date" and (len(tables) < 3 or not all(_in_order(t.columns[str(visits[0])]) for t in tables)):
        return None
    if any(len(t.columns[str(v)].filled) < len(t) for t, v in zip(tables, visits, strict=True)):
        return None
    columns = {"patient": Column(_sheets(tables))}
    columns |= {n: Column(np.concatenate([t.columns[n].cells for t in tables])) for n in names}
    return Table(
        ", ".join(t.name for t in tables), columns, np.concatenate([t.rows for t in tables]), tables[0].labels, sheets=_sheets(tables)
    )


def _in_order(column: Column) -> bool:
    """Dates that follow each other, as the visits of one patient do."""
    days = parse_dates(column).days
    return bool((np.diff(days) > 0).all()) and not np.isnan(days).any()


def transposed(table: Table) -> Table | None:
    """Visits down, patients across → one record per patient and visit; None when the table is not so.

    The first column holds visits, baseline among them; every other column holds numbers under a header that names neither a
    visit nor a role. Several columns under one header (Prism's replicates) are the patients of a group of that name.
    """
    names = list(table.columns)
    groups = _groups(names)
    headed = len(names) > 2 and role_of(names[0]) == "week"
    if len(names) < 3 or not (headed or names[0].startswith("column ")):
        return None
    visits = table.columns[names[0]]
    if len(visits.filled) < len(table):
        return None
    read = [parse_visit(v) for v in visits.filled]
    if len(read) < 2 or any(v is None or v.week is None for v in read) or not any(v is not None and v.week == 0 for v in read):
        return None
    if not headed and all(v is not None and v.unit == "number" for v in read):
        return None
    unit = "month" if "month" in fold(names[0]) else ""
    for name in names[1:]:
        visit = parse_visit(groups.get(name, name))
        if (role_of(name) and not groups) or (visit is not None and visit.unit != "number") or table.columns[name].numeric_share < 0.5:
            return None
    n, patients = len(table), [f"{groups[p]} {_place(groups, p)}" if groups else p for p in names[1:]]
    first = unit or names[0] if role_of(names[0]) == "week" else "visit"
    columns = {
        "patient": Column(np.repeat(np.array(patients, dtype=object), n)),
        first: Column(np.tile(visits.cells, len(patients))),
        "SALT": Column(np.concatenate([table.columns[p].cells for p in names[1:]])),
    }
    if groups:
        columns["group"] = Column(np.repeat(np.array([groups[p] for p in names[1:]], dtype=object), n))
    return Table(table.name, columns, np.tile(table.rows, len(patients)), {}, table.title)


def upright(table: Table) -> Table | None:
    """Facts and visits down, patients across ("SALT W0" and "Sex" in the first column, P01, P02 … as headers) → one record a patient;
    None when the table is not so. The rows of such a table count patients, the header being row 1.
    """
    names = list(table.columns)
    labels = [str(c) for c in table.columns[names[0]].stripped] if len(table) <= MOST_FACTS else []
    if not lies_on_its_side([names[0], *labels], names[1:]):
        return None
    code = names[0] if role_of(bare(names[0])) == "id" else "patient"
    columns = {code: Column(np.array(names[1:], dtype=object))}
    for i, label in enumerate(labels):
        columns[label] = Column(np.array([table.columns[n].cells[i] for n in names[1:]], dtype=object))
    return Table(table.name, columns, np.arange(2, len(names) + 1, dtype=np.int64), {}, table.title, table.top)


def _groups(names: Sequence[str]) -> dict[str, str]:
    """Column → the group whose replicate it is, where headers repeat or stand over the first of their columns only; else {}."""
    out: dict[str, str] = {}
    last = ""
    for name in names[1:]:
        last = last if name.startswith("column ") else bare(name)
        out[name] = last
    sizes = [list(out.values()).count(g) for g in dict.fromkeys(out.values())]
    return out if all(out.values()) and sizes and min(sizes) >= 2 else {}


def _place(groups: dict[str, str], name: str) -> int:
    """Which replicate of its group a column is, from 1."""
    return [n for n, g in groups.items() if g == groups[name]].index(name) + 1
