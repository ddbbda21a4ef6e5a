"""The papers' figures: what is said under a panel of one group is of that group."""

from __future__ import annotations

from typing import Any

import aadash
from aadash import document as d
from aadash.analyses import REGISTRY
from aadash.cohort import Cohort
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.views import VIEWS, context_for
from aadash.views.papers import KOREA, PLANS


def test_the_n_under_a_panel_is_that_of_its_group() -> None:
    """83 patients above 50 and 34 at or below (the paper's Table 1); 117 under a figure of all."""

    korea = aadash.read_cohort("sample_data/korea_2025.csv")

    def ask(name: str, cohort: Cohort, plan: AnalysisPlan, **options: Any) -> Result:
        return REGISTRY[name].function(cohort, plan, **options)

    drawn = [p for p in d.walk(VIEWS["papers"].content(context_for(korea, PLANS[KOREA], ask))) if isinstance(p, d.Figure)]
    assert [(p.kind, p.analysed) for p in drawn] == [
        ("mean and spread", 117),
        ("one group", 83),
        ("one group", 34),
        ("spaghetti", 83),
        ("spaghetti", 34),
        ("means", 117),
    ]
