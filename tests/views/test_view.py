"""A fold shows the warnings of its result in words: what is folded is no less in doubt."""

from __future__ import annotations

from aadash import analyses
from aadash.document import Table, Text
from aadash.plan import AnalysisPlan
from aadash.views.view import in_short
from tests.making import NAN, cohort_of


def test_warnings_stand_in_the_fold() -> None:
    rows = [[80.0, 40.0 + i, NAN if i < 9 else 30.0 + i] for i in range(40)]
    cohort = cohort_of(rows, [0, 12, 24], sex=["f"] * 20 + ["m"] * 20, roles={"sex": "sex"})
    result = analyses.missing_rule_comparison(cohort, AnalysisPlan(stratifier="sex"), question="responders_between")
    parts = in_short(result)
    assert isinstance(parts[0], Text) and parts[0].text == result.sentence and isinstance(parts[1], Table)
    notices = [p.text for p in parts if isinstance(p, Text) and p.tone == "notice"]
    assert any("The strata lose patients unequally" in text for text in notices)
    assert len(notices) == sum(c.level == "warning" for c in result.caveats)
