"""Two files of results held against each other: which numbers changed, appeared or are gone."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

import pandas as pd

from aadash.errors import ReportError
from aadash.formatting import whole
from aadash.serial import decode

_KEYS = ("analysis", "group1", "group1_level", "group1_level_is", "variable", "variable_level", "week", "stat_name")
#: Two numbers are the same up to this relative difference: what is left of another order of adding.
SAME = 1e-9


def compare(old: Sequence[Mapping[str, object]], new: Sequence[Mapping[str, object]], tolerance: float = SAME) -> pd.DataFrame:
    """What differs between two lists of results (rows of results.json).

    One row per number: the keys, ``change`` ("changed", "new", "gone"), ``old``, ``new``, ``difference`` (numbers only). Rows that
    have the same keys are compared in their order. Empty when nothing differs.
    """
    first, second = _keyed(old), _keyed(new)
    rows = []
    for key in [*first, *(k for k in second if k not in first)]:
        a, b = first.get(key), second.get(key)
        if key not in second:
            change = "gone"
        elif key not in first:
            change = "new"
        elif _same(a, b, tolerance):
            continue
        else:
            change = "changed"
        difference = float(b) - float(a) if isinstance(a, (int, float)) and isinstance(b, (int, float)) else math.nan
        rows.append({**dict(zip(_KEYS, key[:-1], strict=True)), "change": change, "old": a, "new": b, "difference": difference})
    frame = pd.DataFrame(rows, columns=[*_KEYS, "change", "old", "new", "difference"])
    return frame.drop(columns="group1_level_is")


def summary(changes: pd.DataFrame, older: int) -> str:
    """ "12 of the 3456 numbers in both changed, 4 new, 0 gone. Analyses: responders.", of ``older`` numbers that there were."""
    total = older
    counts = changes["change"].value_counts()
    changed, new, gone = (int(counts.get(k, 0)) for k in ("changed", "new", "gone"))
    if not len(changes):
        return f"None of {whole(total)} numbers differs."
    where = ", ".join(dict.fromkeys(map(str, changes["analysis"])))
    both = whole(older - gone)
    if older == gone:
        return f"No number is in both: {whole(new)} new, {whole(gone)} gone. Analyses: {where}."
    return f"{whole(changed)} of the {both} numbers in both changed, {whole(new)} new, {whole(gone)} gone. Analyses: {where}."


def read_results(text: str | bytes, file: str = "results.json") -> list[dict[str, object]]:
    """The rows of a results.json, from its text or its bytes. Raises ReportError for anything else."""
    try:
        rows = _decoded(text)
    except ValueError as error:
        raise ReportError(f"This is no file of results ({error})", file=file, expected="a results.json that AAdash wrote") from error
    if not isinstance(rows, list) or not all(isinstance(r, dict) and {"analysis", "stat_name", "stat"} <= set(r) for r in rows):
        raise ReportError("This is no file of results", file=file, expected="a list of objects with analysis, stat_name and stat")
    return rows


def _decoded(text: str | bytes) -> object:
    try:
        return decode(text)
    except ValueError:  # as AAdash wrote it before 0.2: "Infinity" is no JSON
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return decode(re.sub(r'("stat": -?)Infinity\b', r"\g<1>1e999", words))


def _keyed(rows: Sequence[Mapping[str, object]]) -> dict[tuple, object]:
    """Key → value; the last part of the key counts rows of the same keys."""
    out: dict[tuple, object] = {}
    seen: dict[tuple, int] = {}
    for row in rows:
        key = tuple(row.get(k) for k in _KEYS)
        seen[key] = seen.get(key, -1) + 1
        out[(*key, seen[key])] = row["stat"]
    return out


def _same(a: object, b: object, tolerance: float) -> bool:
    if isinstance(a, (int, float)) and isinstance(b, (int, float)) and not isinstance(a, bool) and not isinstance(b, bool):
        return a == b or math.isclose(a, b, rel_tol=tolerance, abs_tol=1e-12)
    return a == b
