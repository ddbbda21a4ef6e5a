"""The Korean sample as a clinic would have it: visits missed, patients lost, the worse ones sooner."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

#: Chance of missing one follow-up visit and coming back.
SKIP = 0.05
#: Log odds of being lost before a visit: at SALT 0, and per point of SALT at the last visit made.
LOST_AT_0, LOST_PER_POINT = -5.2, 0.035


def with_missing(rng: np.random.RandomState, table: pd.DataFrame) -> pd.DataFrame:
    """``table`` with follow-up SALT blanked: missing at random given the last observed SALT. Week 0 is always there."""
    out = table.copy()
    visits = [c for c in table.columns if c.startswith("salt_w")]
    salt = table[visits].to_numpy(dtype=float, copy=True)
    last, lost = salt[:, 0].copy(), np.zeros(len(salt), dtype=bool)
    for j in range(1, len(visits)):
        lost |= rng.uniform(size=len(salt)) < expit(LOST_AT_0 + LOST_PER_POINT * last)
        missed = lost | (rng.uniform(size=len(salt)) < SKIP)
        salt[missed, j] = np.nan
        last = np.where(missed, last, salt[:, j])
    out[visits] = salt
    return out
