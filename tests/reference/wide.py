"""Reading a reference data set: its CSV, and the subjects × visits matrix that most analyses start from."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np

Request = dict[str, Any]
MISSING = {"", "NA", "NaN", "nan"}


def number(value: float) -> float | None:
    """A float as JSON holds it: None for what is not finite."""
    return float(value) if math.isfinite(value) else None


def rows_of(item: Request, folder: Path) -> list[dict[str, str]]:
    """The rows of the request's CSV, as text."""
    with open(folder / item["csv"], newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def _float(text: str) -> float:
    return math.nan if text in MISSING else float(text)


def _labels(levels: Any) -> list[str]:
    """Levels as text; a single level may have been written as a bare scalar."""
    return [str(level) for level in (levels if isinstance(levels, list) else [levels])]


class Wide:
    """The long CSV as a subjects × visits matrix, subjects in order of appearance, groups that occur in level order."""

    def __init__(self, item: Request, folder: Path) -> None:
        rows = rows_of(item, folder)
        self.times = _labels(item["time_levels"])
        seen = {row[item["group"]] for row in rows}
        self.levels = [level for level in _labels(item["group_levels"]) if level in seen]
        self.cells = {(row[item["group"]], row[item["time"]]) for row in rows}
        position: dict[str, int] = {}
        group: list[int] = []
        for row in rows:
            if row[item["subject"]] not in position:
                position[row[item["subject"]]] = len(position)
                group.append(self.levels.index(row[item["group"]]) if row[item["group"]] in self.levels else -1)
        self.matrix = np.full((len(position), len(self.times)), np.nan)
        for row in rows:
            if row[item["time"]] in self.times:
                column = self.times.index(row[item["time"]])
                self.matrix[position[row[item["subject"]]], column] = _float(row[item["value"]])
        self.codes = np.array(group)
        self.n = len(position)

    def values(self, code: int, column: int) -> np.ndarray:
        """Observed values of one group at one visit."""
        x = self.matrix[self.codes == code, column]
        return x[~np.isnan(x)]
