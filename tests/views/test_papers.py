"""The papers' figures: what is said under a panel of one group is of that group, and a panel of many visits can be read."""

from __future__ import annotations

from typing import Any

import aadash
from aadash import analyses
from aadash import document as d
from aadash.analyses import REGISTRY
from aadash.charts import chart
from aadash.cohort import Cohort
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.views import VIEWS, context_for
from aadash.views.papers import KOREA, PLANS
from tests.making import cohort_of


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


def marks(visits: int) -> set[str]:
    cohort = cohort_of([[80.0] + [80.0 - 4 * w for w in range(visits)]] * 6, range(0, 4 * visits + 4, 4))
    spec = chart(analyses.responders(cohort, AnalysisPlan(stratifier="none", endpoint="SALT75")), "one group").spec
    return {layer["mark"]["type"] for layer in spec["layer"]}


def test_a_panel_of_twenty_visits_has_lines_for_57_bars_that_are_thinner_than_their_whiskers() -> None:
    assert "bar" in marks(16) and "bar" not in marks(19)
    assert marks(19) == {"line", "point", "rule"}


def test_of_many_groups_it_is_said_how_many_are_drawn() -> None:
    many = cohort_of([[80.0, 10.0 * i] for i in range(8)] * 2, [0, 12], site=list("abcdefgh") * 2)
    plan = AnalysisPlan(stratifier="site", endpoint="SALT75")

    def ask(name: str, cohort: Cohort, plan: AnalysisPlan, **options: Any) -> Result:
        return REGISTRY[name].function(cohort, plan, **options)

    parts = list(d.walk(VIEWS["papers"].content(context_for(many, plan, ask))))
    assert sum(isinstance(p, d.Figure) and p.kind == "one group" for p in parts) == 6
    assert sum(isinstance(p, d.Text) and p.text == "The first 6 of 8 groups are drawn." for p in parts) == 2
