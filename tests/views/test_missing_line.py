"""The line under a table names the plan's rule for missing visits where the analysis follows it, and nowhere else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from aadash import analyses
from aadash.analyses.followed import FOLLOWS
from aadash.analyses.registry import PROMPT, REGISTRY
from aadash.cohort import Cohort
from aadash.document import Choice, Text
from aadash.errors import AadashError
from aadash.plan import AnalysisPlan
from aadash.views.missing_visits import missing_visits
from aadash.views.prose import plan_note
from aadash.views.rules import NOTHING, rules
from aadash.views.view import context_for
from tests.making import asking, cohort_of

WORDS = {
    "nri": "non-responder imputation",
    "locf": "last observation carried forward",
    "complete": "complete cases",
    "mixed": "mixed model: use every score",
}
#: Who is left out by these has a gap anyway.
WHOLE = {"mixed_anova", "simple_effects"}
NAMES = sorted(name for name, one in REGISTRY.items() if one.section in PROMPT and one.variants)


@pytest.fixture(scope="module")
def gaps() -> Cohort:
    rng = np.random.default_rng(7)
    n = 90
    base = np.round(rng.uniform(40, 100, n), 1)
    weeks = [np.round(np.clip(base * rng.uniform(0.0, f, n), 0, 100), 1) for f in (1.1, 0.9, 0.8)]
    for salt, share in zip(weeks, (0.1, 0.2, 0.3), strict=True):
        salt[rng.random(n) < share] = np.nan
    rows = np.column_stack([base, *weeks]).tolist()
    return cohort_of(
        rows, [0, 12, 24, 36], sex=["f", "m"] * 45, drug=["A", "A", "B"] * 30, age=list(rng.integers(18, 70, n)),
        roles={"sex": "sex", "age": "age", "drug": "drug"},
    )  # fmt: skip


def same(a: pd.DataFrame, b: pd.DataFrame) -> bool:
    """Whether two tables hold the same numbers, in whatever order."""

    def told(t: pd.DataFrame) -> list[tuple[str, ...]]:
        return sorted(tuple(f"{v:.6g}" if isinstance(v, float) else str(v) for v in r) for r in t.itertuples(index=False))

    return a.shape == b.shape and told(a) == told(b)


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_is_named_where_it_changes_the_numbers_and_not_elsewhere(name: str, gaps: Cohort) -> None:
    one, plan = REGISTRY[name], AnalysisPlan(stratifier="sex")
    for options in one.variants:
        try:
            plain = one.function(gaps, plan.replace(missing="observed"), **options)
        except AadashError:
            continue
        for rule, words in WORDS.items():
            try:
                result = one.function(gaps, plan.replace(missing=rule), **options)
            except AadashError:
                continue
            note = plan_note(result).lower()
            if isinstance(result.follows, str):
                assert result.follows in note and words not in note
            elif not same(result.table, plain.table):
                assert words in note, (rule, note)
            elif rule in result.follows:
                assert (name in WHOLE and rule == "complete") or FOLLOWS.get(name) == FOLLOWS["estimand"], (rule, note)
            else:
                assert words not in note and "missing visits: not filled in" in note, (rule, note)


def test_where_no_visit_is_missing_nothing_is_offered_to_fill_in() -> None:
    """ "Responders (%) under 4 rules." and imputation were offered for a file without a gap."""
    cohort, plan = cohort_of([[80.0, 40.0, 10.0], [90.0, 70.0, 60.0], [60.0, 20.0, 5.0]] * 4), AnalysisPlan(stratifier="none")
    c = context_for(cohort, plan, asking())
    parts = missing_visits(c)
    told = [part.text for part in parts if isinstance(part, Text)]
    assert NOTHING in told and not [part for part in parts if isinstance(part, Choice)]
    assert [part.text for part in rules("responders", c).content() if isinstance(part, Text)] == [NOTHING]
    said = analyses.missing_rule_comparison(cohort, plan).sentence
    assert said.startswith("No visit is missing") and "rules." not in said
