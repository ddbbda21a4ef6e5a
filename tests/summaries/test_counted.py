"""Counts read visit by visit give the result of the rows: every number to 1e-12, every caveat, without a stand-in."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aadash import read_cohort
from aadash.analyses import REGISTRY
from aadash.cohort import Cohort
from aadash.endpoints import MISSING_RULES
from aadash.plan import AnalysisPlan
from aadash.summaries import answer, from_json, summarise, to_json
from aadash.summaries.answer import ALONE
from aadash.summaries.counted import STRAIGHT
from tests.making import cohorts
from tests.summaries.test_same_result import MISSED, TOHOKU, alike, assert_same, outcome


@pytest.fixture(autouse=True)
def _no_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("a stand-in was made")

    monkeypatch.setattr(sys.modules["aadash.summaries.answer"], "by_pairs", refused)


def same(cohort: Cohort, plan: AnalysisPlan, made_up: bool = False) -> None:
    summary = from_json(to_json(summarise(cohort, plan, by=[plan.stratifier], minimum=1)))
    for name in STRAIGHT:
        rows = outcome(lambda n=name: REGISTRY[n].function(cohort, plan))
        sums = outcome(lambda n=name: answer(summary, n, plan))
        assert_same(rows, sums, f"{plan} {name}", made_up=made_up)
        if not isinstance(rows, str) and not isinstance(sums, str):
            said, expected = sums.caveats, (*rows.caveats, ALONE)
            assert [(c.code, c.level, c.advice) for c in said] == [(c.code, c.level, c.advice) for c in expected], name
            for mine, theirs in zip(said, expected, strict=True):
                assert alike(mine.text, theirs.text) if made_up else mine.text == theirs.text
            assert sums.choice == rows.choice
            assert [c.verdict for c in sums.checks] == [c.verdict for c in rows.checks]
            if made_up:
                continue
            assert [c.detail for c in sums.checks] == [c.detail for c in rows.checks]
            for mine, theirs in zip(sums.alternatives, rows.alternatives, strict=True):
                assert replace(mine, p=0) == replace(theirs, p=0)
                assert mine.p == pytest.approx(theirs.p, rel=1e-12)


@pytest.mark.parametrize("rule", sorted(MISSING_RULES))
@pytest.mark.parametrize(
    ("file", "stratifier", "endpoint"),
    [
        (MISSED, "severity", "SALT75"),
        (MISSED, "subtype", "SALT<=20"),
        (MISSED, "age", "SALT75"),
        (MISSED, "none", "SALT<=20"),
        (TOHOKU, "sex", "SALT<=20"),
    ],
)
def test_samples(file: str, stratifier: str, endpoint: str, rule: str) -> None:
    cohort = read_cohort(file, accept_missing=True)
    same(cohort, AnalysisPlan(stratifier=stratifier, missing=rule, endpoint=endpoint).resolved_for(cohort)[0])


@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(
    cohorts(patients=20, visits=4),
    st.sampled_from(sorted(MISSING_RULES)),
    st.sampled_from(["severity", "sex", "none"]),
    st.sampled_from(["SALT75", "SALT<=20"]),
)
def test_any_cohort(cohort: Cohort, rule: str, stratifier: str, endpoint: str) -> None:
    same(cohort, AnalysisPlan(stratifier=stratifier, missing=rule, endpoint=endpoint), made_up=True)
