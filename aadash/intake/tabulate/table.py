"""A table as the file has it: named columns of text cells, and the spreadsheet row of each record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from aadash.intake.numbers import BLANK, MISSING_WORD, PLAIN, Numbers, plain_values, read_number


class Column:
    """Cells of one column, every one text ("" for an empty cell).

    A cell's content is looked at once however often it occurs: ``codes`` gives each cell its place in ``distinct``. ``dated`` keeps
    whether the cells are dates, once that was asked.
    """

    def __init__(self, cells: np.ndarray) -> None:
        self.cells = cells
        self.dated: bool | None = None

    def __len__(self) -> int:
        return len(self.cells)

    @cached_property
    def _factor(self) -> tuple[np.ndarray, list[str]]:
        codes, distinct = pd.factorize(self.cells)
        return codes, [str(d) for d in distinct]

    @property
    def codes(self) -> np.ndarray:
        """Place of each cell's content in :attr:`distinct`."""
        return self._factor[0]

    @property
    def distinct(self) -> list[str]:
        """The different contents, in order of appearance."""
        return self._factor[1]

    @cached_property
    def bare(self) -> list[str]:
        """:attr:`distinct` without surrounding white space."""
        return [d.strip() for d in self.distinct]

    @cached_property
    def plain(self) -> np.ndarray | None:
        """The number of each of :attr:`distinct` (NaN for blank) where nothing else stands in the column; else None."""
        return plain_values(self.bare)

    @cached_property
    def blank(self) -> np.ndarray:
        """Boolean array of the cells with nothing but white space."""
        return np.array([not b for b in self.bare], dtype=bool)[self.codes]

    @cached_property
    def stripped(self) -> np.ndarray:
        """The cells without surrounding white space."""
        return np.array(self.bare, dtype=object)[self.codes]

    @cached_property
    def filled(self) -> list[str]:
        """The different contents that are not blank, stripped, in order of appearance."""
        return list(dict.fromkeys(filter(None, self.bare)))

    @cached_property
    def numbers(self) -> Numbers:
        """The cells read as numbers."""
        if self.plain is not None:
            status = np.where(np.isnan(self.plain), BLANK, PLAIN).astype(np.int8)
            return Numbers(self.plain[self.codes], status[self.codes], {})
        read = [read_number(d) for d in self.distinct]
        values = np.array([r[0] for r in read], dtype=float)
        status = np.array([r[1] for r in read], dtype=np.int8)
        how = {d: r for d, r in zip(self.distinct, read, strict=True) if r[2]}
        return Numbers(values[self.codes], status[self.codes], how)

    @property
    def maybe_numeric(self) -> bool:
        """False when none of the first hundred different contents is a number: a column of codes or text."""
        if self.plain is not None:
            return bool((~np.isnan(self.plain[:100])).any())
        return any(not np.isnan(read_number(d)[0]) for d in self.distinct[:100])

    @property
    def numeric_share(self) -> float:
        """Share of the filled cells that can be read as numbers; 1 for a column with nothing in it but words for missing."""
        filled = int(((self.numbers.status != BLANK) & (self.numbers.status != MISSING_WORD)).sum())
        return float((~np.isnan(self.numbers.values)).sum()) / filled if filled else 1.0

    def where(self, texts: set[str]) -> np.ndarray:
        """Positions of the cells whose stripped content is one of ``texts``."""
        hit = np.array([d.strip() in texts for d in self.distinct], dtype=bool)
        return np.flatnonzero(hit[self.codes])

    def take(self, keep: np.ndarray) -> Column:
        """The cells at these positions (or where this boolean array is True)."""
        return Column(self.cells[keep])

    def replaced(self, renames: Mapping[str, str]) -> Column:
        """The column with some contents (stripped) renamed."""
        table = np.array([renames.get(d.strip(), d) for d in self.distinct], dtype=object)
        return Column(table[self.codes])


@dataclass(frozen=True, eq=False)
class Table:
    """One table of a file.

    ``rows`` holds the spreadsheet row number of each record, ``name`` the file's or sheet's name. ``labels`` are
    longer names of columns (SPSS variable labels, a second header row); ``title`` is the text above the header. ``top`` and
    ``width`` are the rows of the sheet down to the header and the columns that it names, ``copied`` positions of cells that
    were filled from a merged one, ``sheets`` the sheet of each record where several were put together.
    """

    name: str
    columns: Mapping[str, Column]
    rows: np.ndarray
    labels: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    top: int = 0
    width: int = 0
    copied: Mapping[str, list[int]] = field(default_factory=dict)
    sheets: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def frame(self) -> pd.DataFrame:
        """The cells as a frame of text, indexed by spreadsheet row."""
        index = pd.Index(self.rows, name="row")
        return pd.DataFrame({k: pd.Series(v.cells, index=index, dtype=object) for k, v in self.columns.items()}, index=index)

    def take(self, keep: np.ndarray) -> Table:
        """Only the records at these positions (or where this boolean array is True)."""
        sheets = None if self.sheets is None else self.sheets[keep]
        return replace(self, columns={k: v.take(keep) for k, v in self.columns.items()}, rows=self.rows[keep], sheets=sheets)

    def places(self, which: np.ndarray) -> list[tuple[str, int]]:
        """Sheet ("" where there is but one table) and row of the records where this boolean array is True."""
        rows = self.rows[which].tolist()
        return [("", r) for r in rows] if self.sheets is None else list(zip(self.sheets[which].tolist(), rows, strict=True))

    def without(self, names: set[str]) -> Table:
        """The table without some columns."""
        return replace(self, columns={k: v for k, v in self.columns.items() if k not in names})

    def with_columns(self, columns: Mapping[str, Column]) -> Table:
        """The table with some columns added or replaced."""
        return replace(self, columns={**self.columns, **columns})
