"""Who is left out is left out for the reason that is given, under every rule for missing visits.

Counted in the sample file: of 117 patients 83 came to week 36 and 87 to week 12; 15 had no visit after baseline at all."""

from __future__ import annotations

import re

import numpy as np
import pytest

import aadash
from aadash import AnalysisPlan
from aadash.analyses.registry import REGISTRY
from aadash.cohort import Cohort
from aadash.endpoints import MISSING_RULES
from aadash.errors import AadashError

#: Analyses whose accounting speaks of a week; those that draw patients again take long and share theirs.
NAMES = (
    "responders", "responders_between", "change_from_baseline", "between_strata", "adjusted_comparison", "rank_differences",
    "equivalence", "planning", "predictors", "predictor_effects", "subgroups_response", "subgroups_change",
    "subgroup_differences_response", "subgroup_differences_change", "subgroup_pairs", "repeated_response", "band_differences",
)  # fmt: skip


@pytest.fixture(scope="module")
def korea() -> Cohort:
    return aadash.read_cohort("sample_data/korea_2025_missing.csv")


@pytest.mark.parametrize(
    ("split", "rule"), [*(("subtype", rule) for rule in sorted(MISSING_RULES)), ("severity", "observed"), ("severity", "nri")]
)
def test_no_more_are_said_not_to_have_come_than_did_not_come(korea: Cohort, rule: str, split: str) -> None:
    week, j = 12, korea.column_index(12)
    came, never = ~np.isnan(korea.values[:, j]), np.isnan(korea.values[:, 1 : j + 1]).all(axis=1)
    assert (int(came.sum()), int(never.sum())) == (87, 15)
    for name in NAMES:
        try:
            found = REGISTRY[name].function(korea, AnalysisPlan(missing=rule, stratifier=split, week=week)).accounting
        except AadashError:
            continue
        assert found.analysed + sum(e.n for e in found.excluded) == found.enrolled, name
        for e in found.excluded:
            if re.fullmatch(r"with no visit at week 12", e.reason):
                assert found.analysed <= came.sum() and e.n <= (~came).sum(), (name, e)
            if e.reason.startswith("with no visit after baseline up to"):
                assert e.n <= never.sum(), (name, e)


def test_strata_that_cannot_be_told_from_a_covariate_are_not_compared(korea: Cohort) -> None:
    """Every patient of this sample has age, sex and duration: nobody is without a covariate."""
    result = REGISTRY["adjusted_comparison"].function(korea, AnalysisPlan(stratifier="subtype"))
    reasons = {e.reason: e.n for e in result.accounting.excluded}
    assert "without a value of a covariate" not in reasons and reasons["whose stratum is not compared"] > 0
