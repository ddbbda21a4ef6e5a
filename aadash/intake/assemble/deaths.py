"""Deaths that stand where a score belongs ("사망" under SALT W24): the score is missing, and the death is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from aadash.events import says_fatal
from aadash.formatting import counted
from aadash.intake.assemble.assembled import Assembled
from aadash.intake.assemble.visitvalues import quote
from aadash.intake.check.doubts import Doubts
from aadash.intake.tabulate.table import Column
from aadash.intake.text import rows_text

#: The column of the patients that says at the visit of which week a death stands in the file.
DEATH = "Death (week)"


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a column of scores, and whose they are at which week (NaN for a visit without one)."""

    name: str
    column: Column
    rows: np.ndarray
    codes: np.ndarray
    weeks: np.ndarray


def with_deaths(made: Assembled, scores: Sequence[Cells], doubts: Doubts) -> Assembled:
    """The cohort with the week at which the file says of a patient that he has died in the place of a score; told, with the rows."""
    week: dict[str, float] = {}
    for cells in scores:
        said = {d.strip() for d in cells.column.distinct if says_fatal(d)}
        at = cells.column.where(said) if said else np.zeros(0, dtype=int)
        if not len(at):
            continue
        for i in at:
            code, when = str(cells.codes[i]), float(cells.weeks[i])
            week[code] = float(np.fmin(week.get(code, np.nan), when))
        n = len(set(map(str, cells.codes[at])))
        doubts.report(
            "warning",
            "death",
            cells.name,
            cells.rows[at],
            f"Column {cells.name!r} tells of the death of {counted(n, 'patient')} ({quote(cells.column, at)}, "
            f"{rows_text(list(cells.rows[at]))}): the value is missing, and column {DEATH!r} keeps the week. A death is an event of "
            "its own, not a visit that was missed.",
        )
        doubts.record(cells.rows[at], cells.name, quote(cells.column, at), DEATH, "a death in the place of a score")
    weeks = pd.Series({c: w for c, w in week.items() if not np.isnan(w)}, dtype=float).reindex(made.salt.index)
    if DEATH in made.patients.columns or weeks.isna().all():
        return made
    return replace(made, patients=made.patients.assign(**{DEATH: weeks.to_numpy(dtype=float)}))
