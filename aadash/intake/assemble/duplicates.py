"""One code on several rows of a wide table: the same row again, rows that complete each other, rows that contradict."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.intake.assemble.people import next_person
from aadash.intake.check import causes
from aadash.intake.check.doubts import Doubts
from aadash.intake.model import EXCLUDE, KEEP, SET_MISSING, TWO_PEOPLE
from aadash.intake.recognise.columns import Recognised
from aadash.intake.tabulate.table import Table
from aadash.intake.text import rows_text


def one_row_each(
    codes: np.ndarray,
    matrix: np.ndarray,
    columns: list[str],
    facts: pd.DataFrame,
    excluded: np.ndarray,
    table: Table,
    known: Recognised,
    doubts: Doubts,
) -> tuple[np.ndarray, pd.DataFrame]:
    """Which records stay, and the facts.

    Of identical rows the first stays; rows that differ only where one is empty complete each other; both are asked about.
    Rows that contradict each other refuse the file until decided. Changes ``matrix`` and ``excluded``, and ``codes`` where the rows
    are those of two people.
    """
    keep = np.ones(len(codes), dtype=bool)
    position, names = pd.factorize(codes)
    first = np.full(len(names), -1)
    first[position[::-1]] = np.arange(len(codes))[::-1]
    again = first[position] != np.arange(len(codes))
    if not again.any():
        return keep, facts
    name = known.one("id") or ""
    unlike, clash = _differences(position, len(names), first, table, known)
    repeated = np.isin(position, position[again])
    if again.sum() >= len(names) and clash[np.unique(position[again])].mean() > 0.5:
        doubts.refuse(
            "rows_not_patients",
            name,
            causes.rows_of_regions(table)
            or f"Column {name!r}: most patients stand on several rows, more than once with "
            "different content, and no column says which visit a row is. Say which column holds the visit or its date.",
        )
        return keep, facts
    shown = {
        code: _listed(list(dict.fromkeys(codes[repeated & (kind[position])])))
        for code, kind in (("same", ~unlike), ("complete", unlike & ~clash), ("conflict", clash))
    }
    groups = pd.Series(np.flatnonzero(repeated)).groupby(position[repeated]).apply(list).to_dict()
    same = np.flatnonzero(repeated & ~unlike[position])
    if len(same):
        rows = table.rows[same]
        chosen = doubts.report(
            "error",
            "duplicate_row",
            name,
            rows,
            f"Column {name!r} has {shown['same']} more than once with the "
            f'same content ({rows_text(list(rows))}); "keep" keeps the first, "exclude" leaves the patient out.',
            (KEEP, EXCLUDE),
        )
        excluded[same] |= np.array([c == EXCLUDE for c in chosen])
        keep[same] = ~again[same]
        more, then = again[same], np.array(chosen, dtype=object)
        for action in dict.fromkeys(chosen):
            doubts.record(
                rows[more & (then == action)], name, "the same row again", "", _SAME.get(action, "the same row stands above")
            )
    part = np.flatnonzero(repeated & (unlike & ~clash)[position])
    if len(part):
        rows = table.rows[part]
        chosen = doubts.report(
            "error",
            "duplicate_incomplete",
            name,
            rows,
            f"Column {name!r} has {shown['complete']} more than once; the "
            f'rows differ only where one is empty ({rows_text(list(rows))}). "keep" puts them together, '
            '"exclude" leaves the patient out, "two people" takes each row for a patient.',
            (KEEP, EXCLUDE, TWO_PEOPLE),
        )
        excluded[part] |= np.array([c == EXCLUDE for c in chosen])
        apart = _apart(part, chosen, codes, names, position, table, name, doubts)
        facts = _put_together(
            [groups[p] for p in np.unique(position[part]) if p not in apart], matrix, columns, facts, keep, table, doubts
        )
        doubts.record(rows, name, "several rows", "one row", "rows that complete each other")
    conflict = np.flatnonzero(repeated & clash[position])
    if len(conflict):
        rows = table.rows[conflict]
        chosen = doubts.report(
            "error",
            "duplicate_patient",
            name,
            rows,
            f"Column {name!r} has {shown['conflict']} more than once "
            f"with different content ({rows_text(list(rows))}), and nothing says which row is right. Correct the "
            'file; or "keep" the first row, "set missing" what differs between the rows, leave a row or the patient out ("exclude"), '
            'or say that one code stands for two ("two people").',
            (SET_MISSING, KEEP, EXCLUDE, TWO_PEOPLE),
            fatal=True,
        )
        apart = _apart(conflict, chosen, codes, names, position, table, name, doubts)
        by_row = dict(zip(conflict.tolist(), chosen, strict=True))
        together = []
        for p in np.unique(position[conflict]):
            if p in apart:
                continue
            stay = [i for i in groups[p] if by_row[i] != EXCLUDE]
            keep[groups[p]] = False
            keep[stay[:1]] = True
            gone = [i for i in groups[p] if i not in stay[:1]]
            undecided = "" in {by_row[i] for i in groups[p]}
            doubts.record(
                table.rows[gone],
                name,
                str(names[p]),
                "",
                "appears more than once with different content"
                if undecided
                else "appears more than once with different content; this row is left out, as you decided",
            )
            if len(stay) > 1 and by_row[stay[0]] == SET_MISSING:
                together.append(stay)
                continue
            doubts.gone.update(table.places(np.isin(np.arange(len(table.rows)), gone)))
        facts = _put_together(together, matrix, columns, facts, keep, table, doubts)
    return keep, facts


#: What was decided of a row that stands above as well → what becomes of it.
_SAME = {
    KEEP: "the same row stands above; this one is left out, as you decided",
    EXCLUDE: "the same row stands above; the patient is left out, as you decided",
}


def _listed(codes: list[str]) -> str:
    """ "P01, P02"."""
    return ", ".join(codes[:6]) + (" …" if len(codes) > 6 else "")


def _apart(
    rows: np.ndarray,
    chosen: list[str],
    codes: np.ndarray,
    names: np.ndarray,
    position: np.ndarray,
    table: Table,
    name: str,
    doubts: Doubts,
) -> set[int]:
    """The patients of whom every row is decided to be another person; the rows after the first get a code of their own."""
    taken = set(map(str, names))
    said = pd.Series([c == TWO_PEOPLE for c in chosen]).groupby(position[rows]).any()
    out = {int(p) for p in said.index[said]}
    for p in out:
        for i in rows[position[rows] == p][1:]:
            codes[i] = next_person(str(names[p]), taken)
            taken.add(codes[i])
            doubts.record([table.rows[i]], name, str(names[p]), codes[i], "another person, as you decided")
    return out


def _differences(position: np.ndarray, n: int, first: np.ndarray, table: Table, known: Recognised) -> tuple[np.ndarray, np.ndarray]:
    """For each patient: whether rows differ at all, and whether two filled cells do."""
    unlike, clash = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    for guess in known.guesses:
        if guess.role in ("id", "unused", "identifying") or guess.column not in table.columns:
            continue
        column = table.columns[guess.column]
        kind = pd.factorize(column.stripped)[0]
        np.logical_or.at(unlike, position, kind != kind[first[position]])
        filled = np.flatnonzero(~column.blank)
        told = np.full(n, -1)
        told[position[filled][::-1]] = kind[filled][::-1]
        np.logical_or.at(clash, position[filled], kind[filled] != told[position[filled]])
    return unlike, clash


def _put_together(
    groups: list[list[int]],
    matrix: np.ndarray,
    columns: list[str],
    facts: pd.DataFrame,
    keep: np.ndarray,
    table: Table,
    doubts: Doubts,
) -> pd.DataFrame:
    """The first row of each group takes what the others add, and loses what they contradict."""
    facts = facts.copy()
    for rows in groups:
        head = rows[0]
        keep[rows] = False
        keep[head] = True
        block = matrix[rows]
        low, high = np.fmin.reduce(block), np.fmax.reduce(block)
        for j in np.flatnonzero(low < high):
            doubts.record(
                table.rows[rows],
                columns[j],
                " / ".join(f"{v:g}" for v in block[:, j] if v == v),
                "",
                "differs between the rows of one patient",
            )
        matrix[head] = np.where(low == high, low, np.nan)
        for column in facts.columns:
            told = list(dict.fromkeys(facts[column].iloc[rows].dropna()))
            if len(told) == 1:
                facts.loc[facts.index[head], column] = told[0]
            elif told:
                if pd.api.types.is_integer_dtype(facts[column]):
                    facts[column] = facts[column].astype(float)
                facts.loc[facts.index[head], column] = np.nan
                doubts.record(table.rows[rows], str(column), " / ".join(map(str, told)), "", "differs between the rows of one patient")
    return facts
