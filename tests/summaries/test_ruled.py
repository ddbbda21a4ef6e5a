"""Last observation carried forward and complete cases, counted: the result of the rows, every number to 1e-12, every caveat."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aadash import read_cohort
from aadash.analyses import REGISTRY
from aadash.cohort import Cohort
from aadash.details import QUANTILES
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.summaries.counted import LOOKING, STRAIGHT
from aadash.summaries.registry_answers import answer
from tests.making import cohorts
from tests.summaries.test_same_result import MISSED, TOHOKU, alike, assert_same, outcome
from tests.summaries.test_tables import registry_of


@pytest.fixture(autouse=True)
def _no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aadash.summaries.registry.Registry.rows", None)


def same(cohort: Cohort, plan: AnalysisPlan, made_up: bool = False) -> None:
    registry = registry_of(cohort)
    for name in STRAIGHT:
        rows = outcome(lambda n=name: REGISTRY[n].function(cohort, plan))
        counts = outcome(lambda n=name: answer(registry, n, plan))
        assert_same(rows, counts, f"{plan.missing} {name}", 1e-12, made_up)
        if isinstance(rows, str) or isinstance(counts, str):
            continue
        assert [(c.code, c.level, c.advice) for c in counts.caveats] == [(c.code, c.level, c.advice) for c in rows.caveats], name
        for mine, theirs in zip(counts.caveats, rows.caveats, strict=True):
            assert alike(mine.text, theirs.text) if made_up else mine.text == theirs.text
        assert [c.verdict for c in counts.checks] == [c.verdict for c in rows.checks]


@pytest.mark.parametrize("rule", LOOKING)
@pytest.mark.parametrize(
    ("file", "stratifier", "endpoint"),
    [(MISSED, "severity", "SALT75"), (MISSED, "subtype", "SALT<=20"), (MISSED, "age", "SALT75"), (TOHOKU, "none", "SALT<=20")],
)
def test_samples(file: str, stratifier: str, endpoint: str, rule: str) -> None:
    cohort = read_cohort(file, accept_missing=True)
    same(cohort, AnalysisPlan(stratifier=stratifier, missing=rule, endpoint=endpoint).resolved_for(cohort)[0])


@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(cohorts(patients=16, visits=4), st.sampled_from(LOOKING), st.sampled_from(["severity", "sex", "none"]))
def test_any_cohort(cohort: Cohort, rule: str, stratifier: str) -> None:
    same(cohort, AnalysisPlan(stratifier=stratifier, missing=rule), made_up=True)


@pytest.mark.parametrize("rule", LOOKING)
def test_bands_are_of_what_was_seen(rule: str) -> None:
    """Lines and bands show the scores recorded, whatever the rule."""
    cohort = read_cohort(MISSED, accept_missing=True)
    found = answer(registry_of(cohort), "salt_over_time", AnalysisPlan(stratifier="none", missing=rule)).details
    expected = np.nanquantile(cohort.values, QUANTILES, axis=0).T
    np.testing.assert_allclose(found.bands[ALL], expected, rtol=0, atol=1e-9)
