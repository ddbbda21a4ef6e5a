"""SALT from the four regions of the scalp: 40 % top, 24 % back, 18 % each side (Olsen 2004, doi:10.1016/j.jaad.2003.09.032)."""

from __future__ import annotations

import numpy as np

from aadash.intake.check.doubts import Doubts
from aadash.intake.model import KEEP
from aadash.intake.text import rows_text

WEIGHTS = {"salt_top": 0.40, "salt_back": 0.24, "salt_left": 0.18, "salt_right": 0.18}
#: How far a total may lie from the regions without being told: both may be rounded to whole numbers.
TOLERANCE = 1.0


def combine(
    parts: dict[str, np.ndarray], totals: np.ndarray | None, rows: np.ndarray, names: dict[str, str], total_name: str, doubts: Doubts
) -> np.ndarray:
    """SALT of each record from its regions, and checked against a total where one is given.

    Regions are percentages of hair loss in the region; where they are already weighted (top at most 40, back 24, sides
    18, and their sum is the total) they are added. A total in the file stands; a record without a total takes the one
    that is computed. A record with a region missing has no computed value. Returns the values.
    """
    weighted = sum(WEIGHTS[r] * parts[r] for r in WEIGHTS)
    added = sum(parts[r] for r in WEIGHTS)
    shown = ", ".join(repr(names[r]) for r in WEIGHTS)
    first = names["salt_top"]
    with np.errstate(invalid="ignore"):
        within = all(np.nanmax(parts[r], initial=0.0) <= 100 * WEIGHTS[r] for r in WEIGHTS)
    is_sum = False
    if within and totals is not None and (~np.isnan(added - totals)).any():
        is_sum = float(np.nanmedian(np.abs(added - totals))) <= TOLERANCE < float(np.nanmedian(np.abs(weighted - totals)))
    elif within and totals is None and float(np.nanmax(added, initial=0.0)) > 0:
        doubts.report(
            "error",
            "region_scale",
            first,
            (),
            f"Columns {shown}: no value is above 40, 24, 18 and 18, so they may be "
            'percentages of each region or parts of SALT already weighted; "keep" reads them as percentages of each '
            "region.",
            (KEEP,),
        )
    computed = np.round(added if is_sum else weighted, 6)
    how = "added" if is_sum else "weighted 40/24/18/18"
    doubts.note("regions", first, (), f"SALT is computed from the regions {shown} ({how}).")
    doubts.record(rows, first, shown, "SALT", f"regions {how}")
    if totals is None:
        return np.asarray(computed)
    with np.errstate(invalid="ignore"):
        off = np.flatnonzero(np.abs(computed - totals) > TOLERANCE)
    if len(off):
        i = off[0]
        doubts.report(
            "warning",
            "total_differs",
            total_name,
            rows[off],
            f"Column {total_name!r}: the total differs from its "
            f"regions, first in row {rows[i]} ({totals[i]:g} against {computed[i]:g}); the total stands "
            f"({rows_text(list(rows[off]))}).",
        )
    return np.where(np.isnan(totals), computed, totals)
