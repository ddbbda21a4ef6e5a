"""Degenerate cohorts under every rule for missing visits: an answer or a sentence, never anything but an AadashError."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aadash.analyses.registry import PROMPT, answers
from aadash.cohort import Cohort
from aadash.endpoints import ENDPOINTS, MISSING_RULES
from aadash.plan import AnalysisPlan
from tests.making import NAN, cohort_of, cohorts

FAULT = "fault of AAdash"
RNG = np.random.default_rng(12)


def drawn(n: int, visits: int, missing: float = 0.0, **facts: list) -> Cohort:
    rows = np.clip(np.round(RNG.normal(60, 25, (n, 1)) + RNG.normal(-4, 10, (n, visits)).cumsum(axis=1)), 0, 100)
    rows[RNG.random((n, visits)) < missing] = NAN
    return cohort_of(rows.tolist(), range(0, 4 * visits, 4), **facts)


def sexes(n: int) -> dict:
    return {"sex": ["f", "m"] * (n // 2) + ["f"] * (n % 2), "roles": {"sex": "sex"}}


def constant_stratum() -> Cohort:
    """Half stay at 100, the others improve."""
    rows = [[100.0, 100.0, 100.0] if i % 2 else [100.0, 100.0 - i, 60.0 - i] for i in range(20)]
    return cohort_of(rows, [0, 12, 24], **sexes(20))


def nobody_with_a_baseline() -> Cohort:
    return cohort_of([[NAN, 20.0 + i, 10.0] for i in range(12)], [0, 12, 24], **sexes(12))


COHORTS = {
    "one patient": cohort_of([[60.0, 30.0, 10.0]], sex=["f"], roles={"sex": "sex"}),
    "one visit": drawn(12, 1, **sexes(12)),
    "two visits": drawn(24, 2, **sexes(24)),
    "two visits, some missing": drawn(24, 2, 0.2, **sexes(24)),
    "two patients": cohort_of([[60.0, 30.0, 10.0], [80.0, 70.0, 70.0]], **sexes(2)),
    "one level": drawn(12, 4, sex=["f"] * 12, roles={"sex": "sex"}),
    "nothing recorded": cohort_of([[NAN, NAN, NAN]] * 6, **sexes(6)),
    "baseline only": cohort_of([[50.0 + i, NAN, NAN] for i in range(8)], **sexes(8)),
    "no baseline": nobody_with_a_baseline(),
    "all start at 0": cohort_of([[0.0, 10.0, float(i)] for i in range(10)], **sexes(10)),
    "all start at 100": cohort_of([[100.0, 90.0 - i, 40.0 + i] for i in range(14)], **sexes(14)),
    "all the same": cohort_of([[80.0, 40.0, 0.0]] * 10, **sexes(10)),
    "nobody changes": cohort_of([[80.0 - i] * 3 for i in range(10)], **sexes(10)),
    "one stratum constant": constant_stratum(),
    "one of a kind": drawn(15, 4, 0.1, sex=["f"] * 14 + ["m"], roles={"sex": "sex"}),
    "seven levels of two": drawn(14, 4, 0.1, sex=[f"g{i // 2}" for i in range(14)], roles={"sex": "sex"}),
    "a week nobody came": cohort_of([[80.0, NAN, 40.0 + i] for i in range(10)], **sexes(10)),
    "last week empty": cohort_of([[80.0 - i, 40.0 + i, NAN] for i in range(10)], **sexes(10)),
    "sex not recorded": drawn(12, 4, 0.1, sex=[None] * 10 + ["f", "m"], roles={"sex": "sex"}),
}


def faults(cohort: Cohort, plan: AnalysisPlan) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        return [f"{name}: {text}" for name, text in answers(cohort, plan, PROMPT).reasons.items() if FAULT in text]


#: Every rule with one split, and the rules that differ most in code with the others.
RULES = [*((rule, "sex") for rule in sorted(MISSING_RULES)), ("observed", "severity"), ("mixed", "severity"), ("mixed", "none")]
#: Where every visit was made all rules count the same.
NO_GAPS = [("observed", "sex"), ("mixed", "sex"), ("nri", "severity"), ("mixed", "none")]
ASKED = [(name, *how) for name, cohort in COHORTS.items() for how in (RULES if np.isnan(cohort.values).any() else NO_GAPS)]


@pytest.mark.parametrize(("name", "rule", "split"), ASKED)
def test_every_analysis_answers_or_says_why(name: str, rule: str, split: str) -> None:
    assert not faults(COHORTS[name], AnalysisPlan(stratifier=split, missing=rule))


@given(
    cohorts(), st.sampled_from(sorted(MISSING_RULES)), st.sampled_from(["sex", "severity", "none"]), st.sampled_from(sorted(ENDPOINTS))
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_small_cohort_under_any_rule(cohort: Cohort, rule: str, split: str, endpoint: str) -> None:
    assert not faults(cohort, AnalysisPlan(stratifier=split, missing=rule, endpoint=endpoint))
