"""A printed table as a journal sets it: a heading for each group of rows in the place of a word that is repeated in each of them.

On screen only: a file keeps one row for each line of the result, with every column.
"""

from __future__ import annotations

import pandas as pd

from aadash.report.lines import RowHead

#: Columns that say which row this is.
KEYS = ("Stratum", "Comparison", "Compared", "Measure", "Endpoint", "Week", "Effect", "Scenario")
#: Counts that are left out where every one is nought.
COUNTS = ("Imputed", "Left out", "Not seen")
#: What a wide table has of every row: said once where it is the same.
FACTS = ("Study", "Treatment", "Enrolled", "How", "Read in")
#: A table of so many columns is wide.
WIDE = 9


def grouped(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The table with group rows, and what holds of all its rows ("SALT75", "Week 36", "nobody left out").

    A column in which no row has anything goes. A key column with one value goes, and the value is said; of the others, the first whose
    rows stand together by value heads groups.
    A table whose rows are moved in already is left as it is; of one row the caption says week and endpoint.
    """
    if any(isinstance(v, RowHead) for v in frame.iloc[:, 0]) or not len(frame):
        return frame, []
    frame = filled(frame)
    counts = (*COUNTS, *(c for c in frame.columns if str(c).startswith("Without ")))
    said: list[str] = []
    facts = FACTS if frame.shape[1] >= WIDE and len(frame) > 1 else ()
    plain = ("Week", "Measure", "Endpoint", *(("Comparison",) if len(frame) > 1 else ()))
    for name in [c for c in frame.columns if c in (*plain, *counts, *facts)]:
        values = frame[name].astype(str)
        if (values != values.iloc[0]).any() or (name in counts and values.iloc[0] != "0") or frame.shape[1] < 3:
            continue
        if name in counts:
            said.append(f"{name}: none")
        elif name in facts:
            said.append(f"{name}: {values.iloc[0]}")
        else:
            said.append(f"Week {values.iloc[0]}" if name == "Week" else values.iloc[0])
        frame = frame.drop(columns=name)
    keys = [c for c in frame.columns if c in KEYS]
    if len(keys) < 2 or frame.columns[0] not in keys:
        return frame, said
    head = next((c for c in keys if _together(frame[c])), None)
    return (frame, said) if head is None else (_with_heads(frame, head), said)


def filled(frame: pd.DataFrame) -> pd.DataFrame:
    """The table without the columns in which no row has anything."""
    return frame[[c for i, c in enumerate(frame.columns) if i == 0 or not _nothing(frame[c])]]


def _nothing(values: pd.Series) -> bool:
    """Whether several rows all have a dash; of one row it is the answer."""
    return len(values) > 1 and bool((values.astype(str) == "–").all())


def _together(values: pd.Series) -> bool:
    """Whether equal values stand together, in at least one group of more than one row."""
    text = values.astype(str)
    runs = int((text != text.shift()).sum())
    return 1 < runs == text.nunique() < len(text)


def _with_heads(frame: pd.DataFrame, head: str) -> pd.DataFrame:
    rest = [c for c in frame.columns if c != head]
    rest = [*[c for c in rest if c in KEYS], *[c for c in rest if c not in KEYS]]
    rows: list[list[object]] = []
    for value, rows_of in frame.groupby(head, sort=False):
        rows.append([RowHead(str(value), section=True), *[""] * (len(rest) - 1)])
        rows += [[RowHead(str(r[0]), indent=1), *r[1:]] for r in rows_of[rest].astype(object).values.tolist()]
    return pd.DataFrame(rows, columns=rest, dtype=object)  # as text, pandas would forget which row is a head
