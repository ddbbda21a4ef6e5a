"""Decision curve: what acting on predicted probabilities is worth against acting on all, or on nobody."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from aadash.errors import NotComputable


def decision_curve(y: ArrayLike, p: ArrayLike, thresholds: ArrayLike | None = None) -> pd.DataFrame:
    """Net benefit of treating whoever is predicted at or above a threshold.

    Parameters
    ----------
    y
        n outcomes, 0/1.
    p
        n predicted probabilities, 0 to 1.
    thresholds
        Chances of the outcome at which one would act; 0.01 to 0.99 in steps of 0.01 by default.

    Returns
    -------
    DataFrame
        One row a threshold t: threshold, model (TP/n − FP/n · t/(1 − t)), everyone, nobody (0), true_positives, false_positives
        (shares of all patients).

    Notes
    -----
    Vickers & Elkin 2006, doi:10.1177/0272989X06295361. R: ``dcurves::dca``, or by this formula. On the patients who made the model
    it is too good. The threshold is a judgement about harms and benefits, made before looking at the curve.

    Raises
    ------
    NotComputable
        Nobody, or outcomes that are not 0/1.
    """
    outcome, chance = np.asarray(y, dtype=float).ravel(), np.asarray(p, dtype=float).ravel()
    if not len(outcome) or not np.isin(outcome, (0.0, 1.0)).all():
        raise NotComputable("A decision curve needs patients with a yes/no outcome")
    t = np.arange(1, 100) / 100 if thresholds is None else np.asarray(thresholds, dtype=float)
    acted = chance[:, None] >= t - 1e-12
    true = (acted & (outcome[:, None] == 1)).mean(axis=0)
    false = (acted & (outcome[:, None] == 0)).mean(axis=0)
    odds, rate = t / (1 - t), float(outcome.mean())
    return pd.DataFrame(
        {
            "threshold": t,
            "model": true - false * odds,
            "everyone": rate - (1 - rate) * odds,
            "nobody": 0.0,
            "true_positives": true,
            "false_positives": false,
        }
    )
