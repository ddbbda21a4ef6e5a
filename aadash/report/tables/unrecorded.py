"""The row that makes a total the sum of its strata: patients for whom the stratifier is empty."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from aadash.levels import ALL, Level
from aadash.result import Result

#: How a printed column of that row is made from the difference of the total and the strata in the table's own columns.
Maker = Callable[[Mapping[str, int]], object]


def with_unrecorded(result: Result, t: pd.DataFrame, printed: pd.DataFrame, columns: Mapping[str, Maker], of: str) -> pd.DataFrame:
    """``printed`` (row by row what ``t`` is) with a row after the strata of each question and week whose total holds more patients.

    ``of`` is the column of counts that is summed. A printed column that is not in ``columns`` shows "–"; a selection without the
    total, or without one of the strata, stays as it is.
    """
    labels = result.labels
    if not labels.used or of not in t:
        return printed
    counts = [c for c in ("n", "k", "n_enrolled", "n_analysed", "n_excluded", "n_imputed") if c in t]
    keys = [tuple("" if v != v else v for v in key) for key in zip(t["variable"], t["variable_level"], t["week"], strict=True)]
    levels = t["group1_level"].tolist()
    places: dict[tuple[object, ...], dict[Level, int]] = {}
    for i, (key, level) in enumerate(zip(keys, levels, strict=True)):
        places.setdefault(key, {})[level] = i
    out: list[dict[str, object]] = []
    waiting: list[dict[str, object]] = []
    for i, (key, level) in enumerate(zip(keys, levels, strict=True)):
        if level != labels.used[-1]:
            out, waiting = [*out, *waiting], []
        out.append({str(c): v for c, v in printed.iloc[i].items()})
        found = places[key]
        if level == labels.used[-1] and set(found) == {ALL, *labels.used}:
            values = t.iloc[[found[ALL], *(found[lv] for lv in labels.used)]][counts].fillna(0).astype(int)
            rest = {c: int(values[c].iloc[0] - values[c].iloc[1:].sum()) for c in counts}
            if rest["n_enrolled"] > 0:
                waiting.append(_row(labels.title, printed, columns, rest, printed.iloc[i]))
    out += waiting
    return pd.DataFrame(out, columns=printed.columns) if len(out) > len(printed) else printed


def _row(
    title: str, printed: pd.DataFrame, columns: Mapping[str, Maker], rest: Mapping[str, int], last: pd.Series
) -> dict[str, object]:
    out: dict[str, object] = {}
    for column in printed.columns:
        if column == "Stratum":
            out[column] = f"{title}: not recorded"
        elif column in columns:
            out[column] = columns[column](rest)
        else:
            out[column] = last[column] if column in ("Week", "Endpoint", "Measure") else "–"
    return out
