"""Adjusted curves: intervals at every visit, or at the last one alone where they would cover the curves."""

from __future__ import annotations

import numpy as np
import pytest

from aadash import analyses
from aadash.charts import chart
from aadash.charts.adjusted import MOST
from aadash.plan import AnalysisPlan
from tests.making import cohort_of


@pytest.mark.parametrize(("strata", "visits"), [(3, 4), (8, 9)])
def test_of_many_intervals_those_of_the_last_visit_are_drawn(strata: int, visits: int) -> None:
    """Twelve strata at twenty visits had 240 intervals, between which no curve could be followed."""
    rng, weeks = np.random.default_rng(7), list(range(0, 4 * visits + 1, 4))
    n = 12 * strata
    values = [[80.0, *(80 - 2.0 * np.array(weeks[1:]) + rng.normal(0, 6, visits)).clip(0, 100).round(1)] for _ in range(n)]
    kind = [f"type {i % strata}" for i in range(n)]
    cohort = cohort_of(values, weeks, aa_subtype=kind, sex=["f", "m"] * (n // 2), roles={"subtype": "aa_subtype", "sex": "sex"})
    drawn = chart(analyses.response_patterns(cohort, AnalysisPlan()), "curves")
    means = drawn.data["means"]
    crowded = strata * visits > MOST
    with_interval = means[means["low"].notna()]
    assert set(with_interval["week"]) == ({weeks[-1]} if crowded else set(weeks[1:]))
    assert ("at the last visit" if crowded else "at each visit") in drawn.caption
    assert (means["at"] - means["week"]).abs().max() < 4 / 2, "an interval stands nearer to its visit than to the next"
