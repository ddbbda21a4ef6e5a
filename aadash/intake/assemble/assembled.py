"""What the layouts make of a table: facts and SALT of the same patients, with the cell that each value came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from aadash.events import no_events
from aadash.intake.model import VisitWindow
from aadash.measure import Measure


@dataclass(frozen=True, eq=False)
class Assembled:
    """Facts and SALT of the same patients in the same order.

    ``rows`` is patients × weeks: the spreadsheet row of each value, 0 where there is none. ``first_row`` is the first
    row of each patient, ``columns`` the column that each week came from. ``windows`` are those of a dated file. ``measures``
    are the other scores (patients × weeks each), ``events`` the adverse events, both as a cohort has them.
    """

    patients: pd.DataFrame
    salt: pd.DataFrame
    roles: dict[str, str]
    rows: np.ndarray
    first_row: np.ndarray
    columns: dict[int, str]
    windows: tuple[VisitWindow, ...] = ()
    measures: Mapping[str, tuple[Measure, pd.DataFrame]] = field(default_factory=dict)
    events: pd.DataFrame = field(default_factory=no_events)

    def keep(self, wanted: np.ndarray) -> Assembled:
        """Only the patients where the boolean array is True."""
        if wanted.all():
            return self
        return replace(
            self,
            patients=self.patients[wanted],
            salt=self.salt[wanted],
            rows=self.rows[wanted],
            first_row=self.first_row[wanted],
            measures={name: (measure, frame[wanted]) for name, (measure, frame) in self.measures.items()},
            events=self.events[self.events["patient"].isin(self.salt.index[wanted])],
        )


def week_part(columns: Mapping[int, str], week: int) -> str:
    """What tells apart the problems of one column at several weeks: the week, where one column holds them all."""
    return f"week {week}" if len(set(columns.values())) < len(columns) else ""
