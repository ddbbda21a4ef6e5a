"""Rows without a code like the others' that sum up the rows above: by their numbers, or as the labelled end of a table."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from aadash.intake.check.doubts import Doubts
from aadash.intake.model import EXCLUDE, KEEP
from aadash.intake.tabulate.summaries import LEAST, sums_up
from aadash.intake.tabulate.table import Column
from aadash.intake.text import rows_text

#: Rows of which every label is looked at, and how many at the end of a longer table.
_MOST_LABELS, LAST = 3000, 20


def numeric_summaries(
    columns: list[Column], blank: np.ndarray, keep: np.ndarray, body: np.ndarray, name: str, whole: np.ndarray, doubts: Doubts
) -> None:
    """Rows without a code like the others' whose numbers are the mean, SD, n … of the rows above: asked, not used until kept."""
    tail = _labelled_tail(columns[0], keep, whole, blank)
    nameless = blank[:, 0] & ~_named_once(blank, keep)
    odd = nameless | (_unlike(columns[0], keep) & ~blank[:, 0])
    odd[:LEAST] = False
    odd[list(tail)] = True
    candidates = np.flatnonzero(keep & odd).tolist()
    if not candidates or len(candidates) > max(30, 0.1 * keep.sum()):
        return
    numeric = [c for c in columns[1:] if c.maybe_numeric and c.numeric_share >= 0.5]
    if len(numeric) < 2 and not tail:
        return
    values = np.column_stack([c.numbers.values for c in numeric]) if numeric else np.empty((len(keep), 0))
    found: list[int] = []
    for k in candidates:
        above = np.flatnonzero(keep[:k])
        above = above[~np.isin(above, candidates)]
        second = bool(found) and found[-1] == k - 1  # another line under the means
        if second or k in tail or sums_up(values[k].tolist(), [str(c.cells[k]) for c in numeric], values[above]):
            found.append(k)
    if not found:
        return
    rows = body[found] + 1
    chosen = doubts.report(
        "error",
        "summary_row",
        name,
        rows,
        f"{rows_text(list(rows)).capitalize()}: no patient code like the others', and the numbers or the label sum up the rows "
        'above: no patient; left out. "keep" reads it as a patient.',
        (EXCLUDE, KEEP),
    )
    for k, row, action in zip(found, rows, chosen, strict=True):
        if action != KEEP:
            keep[k] = False
            doubts.record([row], name, "(the row's text)", "", "its numbers sum up the rows above")


def _labelled_tail(first: Column, keep: np.ndarray, whole: np.ndarray, blank: np.ndarray) -> set[int]:
    """The last rows of a table whose first cell is words and which lack a fact that others have: "DP,,12,8" under P01, P02 …

    ``whole`` says of the last rows that no cell is lacking: what lost a cell is asked about as such.
    """
    at = np.flatnonzero(keep).tolist()
    out: set[int] = set()
    while len(at) > LEAST + 1 and at[-1] >= len(keep) - len(whole) and whole[at[-1] - len(keep)]:
        text = str(first.cells[at[-1]]).strip()
        if not text or any(c.isdigit() for c in text):
            break
        out.add(at.pop())
    if not out:
        return out
    always = ~blank[at].any(axis=0)
    if any(not (blank[k] & always).any() for k in out):
        return set()
    digits = np.array([any(c.isdigit() for c in d) for d in first.distinct], dtype=bool)[first.codes]
    return out if digits[at].mean() >= 0.9 and len(out) <= len(at) else set()


def _named_once(blank: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """Rows without a code in a list that names each patient on the first of several rows: as many as half of the patients have such
    rows between theirs and the next one's, filled in the same columns."""
    coded = np.flatnonzero(keep & ~blank[:, 0])
    inner = np.flatnonzero(keep & blank[:, 0])
    inner = inner[(inner > coded[0]) & (inner < coded[-1])] if len(coded) else inner
    if len(inner) < max(2, 0.4 * (len(coded) - 1)):
        return np.zeros(len(keep), dtype=bool)
    usual = (~blank[inner]).mean(axis=0) >= 0.8
    return keep & blank[:, 0] & ~(blank & usual).any(axis=1)


def _unlike(first: Column, keep: np.ndarray) -> np.ndarray:
    """Rows whose first cell looks unlike those of nearly all others: "Schnitt" among P01, P02 … Only the last rows of a long table."""
    out = np.zeros(len(first), dtype=bool)
    at = np.flatnonzero(keep)
    looked = at if len(at) <= _MOST_LABELS else at[-LAST:]
    shapes = pd.Series([shape(str(first.cells[i])) for i in (at if len(at) <= _MOST_LABELS else at[:_MOST_LABELS])])
    counts = shapes.value_counts()
    if not len(counts) or counts.iloc[0] < 0.8 * len(shapes):
        return out
    rare = {s for s, n in counts.items() if n <= max(2, 0.02 * len(shapes))}
    common = set(counts.index) - rare
    out[[i for i in looked if shape(str(first.cells[i])) not in common]] = True
    return out


def shape(text: str) -> str:
    """ "P-012" → "A-9": what a code looks like."""
    return re.sub(r"9+", "9", re.sub(r"\d", "9", re.sub(r"[^\W\d_]+", "A", text.strip())))
