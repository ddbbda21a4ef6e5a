"""Patient codes, exactly as in the file; something else only where they identify a person or are not there."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from aadash.intake.check.doubts import Doubts
from aadash.intake.model import EXCLUDE, KEEP
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.headers import role_of
from aadash.intake.recognise.privacy import scrub
from aadash.intake.recognise.visitcolumns import bare
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import rows_text


def patient_codes(table: Table, known: Recognised, doubts: Doubts) -> tuple[np.ndarray, np.ndarray]:
    """Code of each record, and the records that the user left out."""
    name = known.one("id")
    out = np.zeros(len(table), dtype=bool)
    if name is None:
        visits = next((g.column for g in known.guesses if role_of(bare(g.column)) in ("date", "week")), "")
        if visits and len({g.week for g in known.columns("salt")}) < 2:
            told = (
                f"No column holds patient codes, and the rows look like visits (column {visits!r}): each would be a patient of its "
                'own. Say which column is the patient code; "keep" takes the row numbers.'
            )
            doubts.report("error", "no_code", "", (), told, (KEEP,))
        else:
            doubts.note("no_id", "", (), 'No column holds patient codes; row numbers are used ("row 2", "row 3" …).')
        return np.array([f"row {r}" for r in table.rows], dtype=object), out
    column = table.columns[name]
    codes = _without_point(column)
    empty = np.flatnonzero(column.blank)
    if known.layout != "wide" and len(empty):
        codes, empty = _filled_down(codes, empty, table, name, doubts)
    if known.layout == "wide":
        codes = _with_centre(codes, table, known, name, doubts)
    if len(empty):
        rows = table.rows[empty]
        chosen = doubts.report(
            "error",
            "no_code",
            name,
            rows,
            f'Column {name!r} has no patient code in {rows_text(list(rows))}; "keep" takes the row number for it.',
            (KEEP, EXCLUDE),
        )
        codes[empty] = [f"row {r}" for r in rows]
        out[empty] = [c == EXCLUDE for c in chosen]
        for r in rows:
            doubts.record([r], name, "", f"row {r}", "no patient code")
    _variants(column.filled, name, table, doubts)
    return codes, out


def _without_point(column: Column) -> np.ndarray:
    """Codes that a program kept as numbers ("20220011.0") as they were typed."""
    if column.filled and all(re.fullmatch(r"\d+\.0", v) for v in column.filled):
        return np.array([d.strip().removesuffix(".0") for d in column.distinct], dtype=object)[column.codes]
    return column.stripped.copy()


def _with_centre(codes: np.ndarray, table: Table, known: Recognised, name: str, doubts: Doubts) -> np.ndarray:
    """Codes that start again in each centre, where centre and code together are unique."""
    centre = known.one("centre")
    if centre is None:
        return codes
    again = pd.Series(codes).duplicated(keep=False).to_numpy() & (codes != "")
    if again.sum() < 4:
        return codes
    both = np.array([f"{a}-{b}" for a, b in zip(table.columns[centre].stripped, codes, strict=True)], dtype=object)
    if pd.Series(both).duplicated().any() or table.columns[centre].blank.any():
        return codes
    rows = table.rows[again]
    doubts.report(
        "error",
        "code_in_centre",
        name,
        rows,
        f"Column {name!r}: the same codes stand in several centres "
        f'({rows_text(list(rows))}); "keep" takes {centre!r} and {name!r} together as the code, such as '
        f"{both[np.flatnonzero(again)[0]]!r}.",
        (KEEP,),
    )
    doubts.record(table.rows, name, name, f"{centre}-{name}", "codes start again in each centre")
    return both


def _filled_down(codes: np.ndarray, empty: np.ndarray, table: Table, name: str, doubts: Doubts) -> tuple[np.ndarray, np.ndarray]:
    """In a list of visits a code may stand on a patient's first visit only."""
    series = pd.Series(codes, dtype=object).mask(np.isin(np.arange(len(codes)), empty)).ffill()
    filled = np.array([i for i in empty if isinstance(series[i], str)], dtype=int)
    if len(filled):
        rows = table.rows[filled]
        doubts.report(
            "warning",
            "code_from_above",
            name,
            rows,
            f"Column {name!r} is empty in {rows_text(list(rows))}; the code "
            "above was taken, as in a list that names each patient once.",
        )
        doubts.record(rows, name, "", "the code above", "the list names each patient once")
        codes = codes.copy()
        codes[filled] = series[filled]
    return codes, np.setdiff1d(empty, filled)


def _variants(codes: list[str], name: str, table: Table, doubts: Doubts) -> None:
    """ "P01" and "p01", or "0007" and "7", are two patients here, and probably one in truth."""
    joined = "\n".join(codes)
    alike = len(set(map(len, codes))) < 2 and joined in (joined.upper(), joined.lower())
    if alike and not re.search(r"[^\S\n]", joined):
        return  # codes of one length, in one case and without spaces cannot be variants of each other
    lower = pd.Series([re.sub(r"(?<!\d)0+(?=\d)", "", "".join(c.lower().split())) for c in codes], dtype=object)
    twins = lower[lower.duplicated(keep=False)]
    if len(twins):
        mine = [codes[i] for i in twins.index]
        rows = table.rows[table.columns[name].where(set(mine))]
        doubts.report(
            "warning",
            "code_variants",
            name,
            rows,
            f"Column {name!r} holds codes that differ only in case, spaces or "
            f"leading zeros ({', '.join(scrub(m) for m in mine[:4])}); they are taken for different patients "
            f"({rows_text(list(rows))}).",
        )


def pseudonyms(codes: np.ndarray) -> dict[str, str]:
    """Code → "P01", "P02" … in order of appearance."""
    distinct = list(dict.fromkeys(codes.tolist()))
    width = max(2, len(str(len(distinct))))
    return {c: f"P{i:0{width}d}" for i, c in enumerate(distinct, 1)}
