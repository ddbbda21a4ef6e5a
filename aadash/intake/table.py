"""A table as the file has it: named columns of cells, and the spreadsheet row of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd


@dataclass(frozen=True, eq=False)
class Table:
    """One table of a file.

    ``columns`` maps header to an object array of cells (text, float, bool, date or None); ``rows`` holds the
    spreadsheet row number of each record, ``name`` the file's or sheet's name. ``labels`` are longer names of columns
    (SPSS variable labels, a second header row); ``title`` is the text above the header.
    """

    name: str
    columns: Mapping[str, np.ndarray]
    rows: np.ndarray
    labels: Mapping[str, str] = field(default_factory=dict)
    title: str = ""

    def __len__(self) -> int:
        return len(self.rows)

    def frame(self) -> pd.DataFrame:
        """The cells as a frame of objects, indexed by spreadsheet row."""
        return pd.DataFrame({k: pd.Series(v, dtype=object) for k, v in self.columns.items()}).set_axis(
            pd.Index(self.rows, name="row"), axis=0)

    def take(self, keep: np.ndarray) -> Table:
        """Only the records at these positions (or where this boolean array is True)."""
        return Table(self.name, {k: v[keep] for k, v in self.columns.items()}, self.rows[keep], self.labels, self.title)

    def without(self, names: set[str]) -> Table:
        """The table without some columns."""
        return Table(self.name, {k: v for k, v in self.columns.items() if k not in names}, self.rows, self.labels,
                     self.title)
