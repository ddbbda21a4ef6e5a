"""Which column is the patient code, and which columns say who a person is."""

from __future__ import annotations

import re

from aadash.cohort import ROLES
from aadash.intake.assemble.dates import is_date_column
from aadash.intake.recognise.headers import id_rank, role_of
from aadash.intake.recognise.patterns import REMARKS, SALT
from aadash.intake.recognise.privacy import header_kind, value_kind
from aadash.intake.recognise.visitcolumns import bare
from aadash.intake.recognise.visits import parse_visit
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold


def identifying(table: Table, names: list[str]) -> dict[str, str]:
    """Column → what it identifies a person by, among ``names``."""
    out = {}
    for name in names:
        role = role_of(bare(name))
        visit = parse_visit(bare(name))
        said = header_kind(bare(name))
        timed = visit is not None and visit.unit != "number" and role != "id" and not said
        if timed or (role in ("salt", *ROLES) and said != "record number"):
            kind = ""
        else:
            kind = header_kind(bare(name)) or header_kind(table.labels.get(name, ""))
        values = value_kind(table.columns[name], code=role == "id")
        if values == "phone number" and role == "id":
            values = ""
        kind = kind or ("" if role in ("drug", "centre", "subtype") and values == "name" else values)
        if kind:
            out[name] = kind
    return out


def patient_code(table: Table, roles: dict[str, str], free: list[str], kinds: dict[str, str]) -> str | None:
    """The column of patient codes: by name, else the first column without a name or one that numbers the rows, else one that
    identifies a person.
    """
    said = next((n for n, r in roles.items() if r == "id"), None)
    if said is not None:
        return said
    named = [n for n in free if (role_of(bare(n)) or role_of(table.labels.get(n, ""))) == "id" and n not in kinds]
    named = [n for n in named if not table.columns[n].blank.all() and not is_date_column(table.columns[n])]
    several = [n for n in named if len(table.columns[n].filled) > 1]
    named = several or named
    if named:
        return min(named, key=lambda n: (id_rank(bare(n)), -len(table.columns[n].filled)))
    first = next(iter(table.columns), None)
    if first is not None and first.startswith("column ") and first in free and first not in kinds:
        column = table.columns[first]
        if len(column.filled) >= 0.9 * len(table):
            return first
    numbered = first is not None and first in free and first not in kinds and (kinds or fold(first) == "n")
    if first is not None and numbered and _counts_rows(table.columns[first], bare(first)) and not _one_row_a_visit(table, kinds):
        return first
    if first is not None and first in free and first not in kinds and _coded(table.columns[first], bare(first)):
        return first
    again = next((n for n in free if n not in kinds and _coded_again(table, n)), None)
    if again is not None:
        return again
    for kind in ("record number", "name", "national number"):
        for name in free:
            if kinds.get(name) == kind and not table.columns[name].blank.all():
                return name
    if first is not None and first in free and _numbered(table.columns[first]) and role_of(bare(first)) == "":
        kinds[first] = "record number"  # nothing says so, but a first column of long numbers, all different, is nothing else
        return first
    return None


def _coded(column: Column, header: str) -> bool:
    """Codes of one shape, letters and then a number (AA-001, AA-002), each different, under a header that says nothing else."""
    filled = column.filled
    if len(filled) != len(column) or len(filled) < 5 or role_of(header) or parse_visit(header) is not None:
        return False
    shapes = {re.sub(r"\d+", "9", v.strip()) for v in filled}
    return len(shapes) == 1 and bool(re.fullmatch(r"[^\W\d_]{1,6}[-_. ]?9", next(iter(shapes))))


_CODE = re.compile(r"(?<![a-z])(?:code|id|no|nr|num|number)(?![a-z])|번호|코드|番号|コード")


def _coded_again(table: Table, name: str) -> bool:
    """Codes of one shape under a header that speaks of a code or a number ("Hosp code"), each on several rows of different dates."""
    column = table.columns[name]
    dates = [n for n, c in table.columns.items() if role_of(bare(n)) == "date" and is_date_column(c)]
    if len(dates) != 1 or not _CODE.search(fold(bare(name))) or role_of(bare(name)) or column.blank.any():
        return False
    shapes = {re.sub(r"\d+", "9", v.strip()) for v in column.filled}
    if len(shapes) != 1 or "9" not in next(iter(shapes)) or not 2 <= len(column.filled) <= 0.6 * len(table):
        return False
    pairs = list(zip(column.stripped.tolist(), table.columns[dates[0]].stripped.tolist(), strict=True))
    return len(set(pairs)) == len(pairs)


def _numbered(column: Column) -> bool:
    """Whole numbers of five digits or more, one per row, each different."""
    filled = column.filled
    return len(filled) == len(column) >= 3 and all(re.fullmatch(r"\d{5,12}", v) for v in filled)


def _one_row_a_visit(table: Table, kinds: dict[str, str]) -> bool:
    """People stand on several rows, and one column holds SALT: a number for each row is that of a visit, not of a patient."""
    values = [n for n in table.columns if n not in kinds and SALT.search(fold(bare(n)))]
    return len(values) <= 1 and any(len(table.columns[n].filled) < 0.8 * int((~table.columns[n].blank).sum()) for n in kinds)


def _counts_rows(column: Column, header: str) -> bool:
    """Short codes such as 1, 2, 3 or P1, P2, one per row, each different, under no name of anything else."""
    filled = column.filled
    if len(filled) != len(column) or len(filled) < 3 or role_of(header) not in ("", "id") or parse_visit(header) is not None:
        return False
    return all(re.fullmatch(r"[^\W\d_]{0,4}[-_. ]?\d{1,4}", v) for v in filled)


def is_free_text(name: str, column: Column) -> bool:
    """Remarks by name, or long values that hardly repeat."""
    return _is_remarks(name) or _is_prose(column)


def _is_remarks(name: str) -> bool:
    folded = fold(bare(name))
    found = REMARKS.search(folded)
    return found is not None and len(found.group()) >= 0.6 * len(folded) and role_of(bare(name)) == ""


def _is_prose(column: Column) -> bool:
    """Free text: long values that hardly repeat."""
    values = column.filled
    long = [v for v in values if len(v) > 30 and " " in v]
    return len(values) >= 2 and len(long) >= 0.5 * len(values) and len(values) >= 0.5 * int((~column.blank).sum())


def article(kind: str) -> str:
    """ "a name", "an address"."""
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
