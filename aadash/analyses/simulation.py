"""The simulator for a page: a truth, cohorts drawn from it block by block, what formulas expect, and one cohort to open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from aadash.cohort import Cohort
from aadash.stats.simulate import (
    BLOCK,
    Summary,
    Trials,
    Truth,
    draw_block,
    draw_patients,
    power_expected,
    regression_expected,
    summarise,
)

__all__ = ["BLOCK", "Expected", "Summary", "Trials", "Truth", "cohort_of", "draw_block", "expected", "pictures", "summarise"]

#: The week of the second visit in a cohort that is opened.
WEEK = 24
#: From so many patients a group on Welch's test finds what Student's does: with 8 it has 69 % power for 70 %, with 2 a half of it.
ENOUGH = 10
#: So many intervals are drawn, the last ones.
SHOWN = 60


@dataclass(frozen=True)
class Expected:
    """What formulas say of a truth: ``power`` by the noncentral t (over how many are seen again), ``regression`` to the mean;
    ``rough``: with so few patients the power is not that of the test that is made."""

    power: float
    regression: float
    rough: bool = False


def expected(truth: Truth) -> Expected:
    """What formulas say, where leaving is by chance."""
    left = min(truth.n1, truth.n2) * (1 - truth.dropout)
    return Expected(power_expected(truth), regression_expected(truth), left < ENOUGH)


def pictures(trials: Trials, truth: Truth) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is drawn: the estimates (``estimate``, ``found``: below alpha), and the last intervals (``cohort, estimate, low, high,
    holds``)."""
    usable = np.flatnonzero(~np.isnan(trials.p))
    estimates = pd.DataFrame({"estimate": trials.estimate[usable], "found": trials.p[usable] < truth.alpha})
    last = usable[-SHOWN:]
    holds = (trials.ci_low[last] <= truth.effect) & (truth.effect <= trials.ci_high[last])
    intervals = pd.DataFrame(
        {
            "cohort": last + 1,
            "estimate": trials.estimate[last],
            "low": trials.ci_low[last],
            "high": trials.ci_high[last],
            "holds": holds,
        }
    )
    return estimates, intervals


def cohort_of(truth: Truth, seed: int, block: int) -> Cohort:
    """The first cohort of a block as a cohort of the app: synthetic, scores cut to 0–100 and rounded to one decimal."""
    first, later = draw_patients(truth, seed, block)
    codes = [f"S{i + 1:03d}" for i in range(len(first))]
    salt = pd.DataFrame({0: first, WEEK: later}, index=codes).clip(0, 100).round(1)
    arm = ["treated"] * truth.n1 + ["untreated"] * truth.n2
    patients = pd.DataFrame({"group": arm}, index=codes)
    return Cohort(patients, salt, f"Simulated cohort (seed {seed}, number {block * BLOCK + 1})", {}, synthetic=True)
