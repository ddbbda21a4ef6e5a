"""What the layouts make of a table: facts and SALT of the same patients, with the cell that each value came from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from aadash.intake.model import VisitWindow


@dataclass(frozen=True, eq=False)
class Assembled:
    """Facts and SALT of the same patients in the same order.

    ``rows`` is patients × weeks: the spreadsheet row of each value, 0 where there is none. ``first_row`` is the first
    row of each patient, ``columns`` the column that each week came from. ``windows`` are those of a dated file.
    """

    patients: pd.DataFrame
    salt: pd.DataFrame
    roles: dict[str, str]
    rows: np.ndarray
    first_row: np.ndarray
    columns: dict[int, str]
    windows: tuple[VisitWindow, ...] = ()

    def keep(self, wanted: np.ndarray) -> Assembled:
        """Only the patients where the boolean array is True."""
        if wanted.all():
            return self
        return Assembled(
            self.patients[wanted], self.salt[wanted], self.roles, self.rows[wanted], self.first_row[wanted], self.columns, self.windows
        )
