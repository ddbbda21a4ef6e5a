"""Where none of several things is found, the sentence says none, not 0."""

from __future__ import annotations

import re

from aadash import analyses
from aadash.plan import AnalysisPlan
from tests.making import cohort_of


def test_nothing_outside_no_small_cell_and_no_hit_are_none() -> None:
    """Half of each sex and of each site respond: 24 patients to a cell, every rate the same, so by hand nothing stands out."""
    n = 96
    cohort = cohort_of(
        [[80.0, 10.0 if i % 2 else 80.0] for i in range(n)],
        [0, 12],
        sex=["f" if i // 2 % 2 else "m" for i in range(n)],
        site=["a" if i // 4 % 2 else "b" for i in range(n)],
    )
    plan = AnalysisPlan(stratifier="sex", week=12)
    assert "of which none holds fewer than 10 patients." in analyses.subgroup_pairs(cohort, plan, across="site").sentence
    assert re.match(r"Of \d+ subgroups, none lies outside the 95 % band", analyses.subgroup_chance(cohort, plan).sentence)
    assert re.search(r"to split the cohort, none has p ≤ 0.05", analyses.subgroup_differences_response(cohort, plan).sentence)
