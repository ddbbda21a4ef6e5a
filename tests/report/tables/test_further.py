"""Tables of further analyses."""

from __future__ import annotations

from aadash import analyses
from aadash.app.session.samples import load_sample
from aadash.plan import AnalysisPlan
from aadash.report.tables import printable


def test_what_is_estimated_under_each_rule_is_named_with_its_unit() -> None:
    korea = load_sample("korea_2025_missing").cohort
    heads = {
        "responders": "Responders (%)",
        "responders_between": "Difference (points)",
        "between_strata": "Difference (% points)",
        "change_from_baseline": "Mean change (points)",
    }
    for question, head in heads.items():
        shown = printable(analyses.missing_rule_comparison(korea, AnalysisPlan(), question=question))
        assert [*shown.columns][1] == head and "Estimate" not in shown
