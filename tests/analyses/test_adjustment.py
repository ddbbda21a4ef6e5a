"""What a method says of adjustment is what the plan asks for, in each language a sentence of its own."""

from __future__ import annotations

import re

import pytest

from aadash import AnalysisPlan, analyses
from aadash.analyses.adjustment import adjusted_over
from aadash.app.session.samples import load_sample
from aadash.language import say, speaking
from aadash.plan import MULTIPLICITY

KOREA = load_sample("korea_2025").cohort


@pytest.mark.parametrize("rule", MULTIPLICITY)
def test_weeks_and_columns_are_told_apart(rule: str) -> None:
    plan = AnalysisPlan(multiplicity=rule)
    weeks, columns = adjusted_over("weeks", plan), adjusted_over("columns", plan)
    assert "week" in weeks and "column" not in weeks and "column" in columns and "week" not in columns
    assert ("not adjusted" in weeks) == ("not adjusted" in columns) == (rule == "none")
    for language in ("ko", "ja"):
        with speaking(language):
            for text in (weeks, columns):
                assert not re.search(r"\b(?:are|the|adjusted|over)\b", say(text)), say(text)


def test_change_speaks_of_weeks_and_subgroups_of_columns() -> None:
    """The change is adjusted over its four visits, a subgroup's test over the columns of the file."""
    plan = AnalysisPlan(multiplicity="bonferroni")
    assert analyses.change_from_baseline(KOREA, plan).method.endswith(adjusted_over("weeks", plan))
    assert analyses.subgroups_response(KOREA, plan).method.endswith(adjusted_over("columns", plan))
