"""Axes that several pictures share."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.result import Result

#: Up to so many strata stand side by side at each endpoint; more have a line each, and no legend.
BESIDE = 4
#: Intervals of fewer patients do not stretch an axis: that of two patients may be thirteen times as wide as that of ten.
FEW = 3


def change_domain(*results: Result) -> tuple[float, float]:
    """The axis on which the percent change of every result fits, −100 (0 where a rise is better) to at most 200.

    An interval of fewer than :data:`FEW` patients runs out of it.
    """
    t = pd.concat([r.table[(r.table["variable"] == "percent_change") & (r.table["n"] > 0)] for r in results])
    enough = t[t["n"] >= FEW]
    top = np.nanmax([0.0, *enough["ci_high"].to_numpy(dtype=float), *t["mean"].to_numpy(dtype=float)])
    worst = 0.0 if results[0].measure.higher_is_better else -100.0
    low = np.nanmin([worst, *enough["ci_low"].to_numpy(dtype=float), *t["mean"].to_numpy(dtype=float)])
    return float(max(-100.0, 10 * np.floor(low / 10))), float(min(10 * np.ceil(top / 10), 200.0))
