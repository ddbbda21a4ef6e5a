"""Patient codes, exactly as in the file; something else only where they identify a person or are not there."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from aadash.intake.assemble.samecodes import same_code
from aadash.intake.check.doubts import Doubts
from aadash.intake.model import EXCLUDE, KEEP, TWO_PEOPLE
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
    return _variants(codes, name, table, known, doubts), out


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


def _variants(codes: np.ndarray, name: str, table: Table, known: Recognised, doubts: Doubts) -> np.ndarray:
    """ "P01" and "p01", "0007" and "7", "KR-001" and "KR001": probably one patient, and only the clinic knows. Two of which both have
    a row of their own, or of the same visit, are taken for two, and told; where one code has the visits that the other lacks, it is
    asked. Returns the codes as decided."""
    filled = table.columns[name].filled
    joined = "\n".join(filled)
    alike = len({(len(c), c.count("-") + c.count("_") + c.count(".") + c.count(" ")) for c in filled}) < 2
    if alike and joined in (joined.upper(), joined.lower()) and not re.search(r"[^\S\n ]", joined):
        return codes  # codes of one length, in one case and with as many separators cannot be variants of each other
    keys = pd.Series([same_code(c) for c in filled], index=filled, dtype=object)
    twins = keys[keys.duplicated(keep=False)]
    if not len(twins):
        return codes
    at = table.columns[name].where(set(twins.index))
    stripped = table.columns[name].stripped
    visit = known.one("date" if known.layout == "dated" else "week") if known.layout != "wide" else None
    each = pd.DataFrame({"key": [twins[stripped[i]] for i in at], "visit": "" if visit is None else table.columns[visit].stripped[at]})
    both = set(each["key"][each.duplicated()])
    asked = at[~each["key"].isin(both).to_numpy()]
    told = np.setdiff1d(at, asked)
    for mine, level in ((told, "warning"), (asked, "error")):
        if not len(mine):
            continue
        rows = table.rows[mine]
        shown, where = ", ".join(map(scrub, list(dict.fromkeys(stripped[mine]))[:4])), rows_text(list(rows))
        text = f"Column {name!r} holds codes that differ only in case, spaces, hyphens or leading zeros ({shown})"
        if level == "warning":
            doubts.report(level, "code_variants", name, rows, f"{text}; they are taken for different patients ({where}).")
            continue
        text += f', in {where}. "keep" takes them for the same patient, "two people" for different ones.'
        chosen = doubts.report(level, "code_variants", name, rows, text, (KEEP, TWO_PEOPLE), part="visits")
        first = {key: code for code, key in reversed(list(twins.items()))}
        codes = codes.copy()
        for i, action in zip(mine, chosen, strict=True):
            one = first[twins[stripped[i]]]
            if action != TWO_PEOPLE and codes[i] != one:
                doubts.record([table.rows[i]], name, str(codes[i]), str(one), "the same patient in another spelling")
                codes[i] = one
    return codes


def pseudonyms(codes: np.ndarray) -> dict[str, str]:
    """Code → "P01", "P02" … in order of appearance."""
    distinct = list(dict.fromkeys(codes.tolist()))
    width = max(2, len(str(len(distinct))))
    return {c: f"P{i:0{width}d}" for i, c in enumerate(distinct, 1)}
