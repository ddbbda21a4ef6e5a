"""Axes that several pictures share."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.result import Result


def change_domain(*results: Result) -> tuple[float, float]:
    """The axis on which the percent change of every result fits, −100 (0 where a rise is better) to at most 200."""
    t = pd.concat([r.table[(r.table["variable"] == "percent_change") & (r.table["n"] > 0)] for r in results])
    top = np.nanmax([0.0, *t["ci_high"].to_numpy(dtype=float), *t["mean"].to_numpy(dtype=float)])
    worst = 0.0 if results[0].measure.higher_is_better else -100.0
    low = np.nanmin([worst, *t["ci_low"].to_numpy(dtype=float)])
    return float(max(-100.0, 10 * np.floor(low / 10))), float(min(10 * np.ceil(top / 10), 200.0))
