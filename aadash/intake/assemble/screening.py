"""People who were screened and never treated: told, and no patients of the cohort unless the user keeps them."""

from __future__ import annotations

import re

import numpy as np

from aadash.formatting import counted
from aadash.intake.check.doubts import Doubts
from aadash.intake.model import EXCLUDE, KEEP
from aadash.intake.tabulate.table import Table
from aadash.intake.text import fold

_FAILED = re.compile(
    r"^(?:screen(?:ing)? ?fail(?:ure|ed)?s?|scrnfail|not (?:randomi[sz]ed|treated|assigned)"
    r"|스크리닝 ?(?:탈락|실패)|スクリーニング(?:脱落|不適格))$"
)
#: A column of more different contents holds codes or values, no status.
_MOST = 500
_SAFETY = re.compile(r"^(?:saffl|safety (?:population|set|analysis set)(?: flag)?|treated(?: flag)?)$")


def never_treated(table: Table, doubts: Doubts) -> np.ndarray:
    """Boolean array of the records of people who failed screening or got no dose, and whom the user does not keep."""
    out = np.zeros(len(table), dtype=bool)
    named: list[str] = []
    for name, column in table.columns.items():
        words = [d for d in column.distinct if not d[:1].isdigit()] if len(column.distinct) <= _MOST else []
        hit = {d.strip() for d in words if _FAILED.match(fold(d))}
        if hit:
            out[column.where(hit)] = True
            named.append(name)
        elif _SAFETY.match(fold(name)) and {v.upper() for v in column.filled} <= {"Y", "N"}:
            out[column.where({"N", "n"})] = True
            named.append(name)
    if not out.any() or out.all():
        return np.zeros(len(table), dtype=bool)
    rows, source = table.rows[out], named[0]
    chosen = doubts.report(
        "warning",
        "never_treated",
        source,
        rows,
        f"Column {source!r}: people who failed screening or got no dose, in {counted(len(rows), 'row')}; "
        'left out. "keep" takes them in.',
        (EXCLUDE, KEEP),
    )
    keep = np.array([c == KEEP for c in chosen], dtype=bool)
    doubts.record(rows[~keep], source, "screened, not treated", "", "no patient of the cohort")
    out[np.flatnonzero(out)[keep]] = False
    return out
