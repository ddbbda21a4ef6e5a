"""The page Evidence and the rates over other pages' curves, for any cohort; and the report's section."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from aadash import AnalysisPlan, PublishedRate, analyses
from aadash.app.session.samples import load_sample
from aadash.charts import chart
from aadash.cohort import Cohort
from aadash.document import Answer, Doubts, Figure, TextTable, Unavailable
from aadash.errors import NotComputable
from aadash.evidence import OWN_RATES
from aadash.views import context_for
from aadash.views.evidence import BESIDE, POOLED, SHOWN, VIEW, options
from aadash.views.study import Choices, Study
from aadash.views.study_sections import sections_of
from tests.making import cohort_of
from tests.views.test_views import DEGENERATE, KOREA, Asked, everything, shown

PLAN = AnalysisPlan(endpoint="SALT<=20")
COHORTS = {
    **DEGENERATE,
    "nobody severe": cohort_of([[30.0, 10.0], [20.0, 5.0]], weeks=(0, 36)),
    "everybody responds": cohort_of([[80.0, 5.0], [90.0, 0.0]], weeks=(0, 36)),
    "nobody at the visit": cohort_of([[80.0, 5.0, np.nan], [90.0, 0.0, np.nan]], weeks=(0, 12, 36)),
    "seen once, far off": cohort_of([[80.0, 5.0], [90.0, 0.0]], weeks=(0, 300)),
}


@pytest.mark.parametrize("cohort", COHORTS.values(), ids=COHORTS)
def test_any_cohort_gets_an_answer_or_a_reason(cohort: Cohort) -> None:
    mine = (
        PublishedRate("Mine", "x", "SALT<=20", 0.0, week=36, n=5, events=0, source="S", severity_mix="0-49: 3; 50-100: 2", own=True),
    )
    asked = Asked()
    for view, missing, own in itertools.product((BESIDE, POOLED), ("observed", "nri", "mixed"), ((), mine)):
        chosen = {
            VIEW.key: view,
            SHOWN.key: True,
            OWN_RATES: own,
            "evidence.mix": mine[0].severity_mix,
            "evidence.drug": "x" if own else "",
        }
        for name in ("evidence", "responders", "time_to_response"):
            shown(everything(context_for(cohort, PLAN.replace(missing=missing), asked, **chosen), name))


def test_off_means_not_computed() -> None:
    asked = Asked()
    everything(context_for(KOREA, PLAN, asked), "responders")
    assert "published_rates" not in asked.names


def test_what_it_is_not_stands_first_among_the_doubts() -> None:
    for view in (BESIDE, POOLED):
        parts = everything(context_for(KOREA, PLAN, Asked(), **{VIEW.key: view}), "evidence")
        doubts = next(p for p in parts if isinstance(p, Doubts))
        assert doubts.caveats[0].code == "not-randomised"


def test_the_drug_that_the_cohort_names_is_chosen() -> None:
    treated = cohort_of([[80.0, 10.0]] * 3, weeks=(0, 24), drug=["Ritlecitinib"] * 3, roles={"drug": "drug"})
    chosen = options(context_for(treated, PLAN, Asked()))
    assert (chosen["published_rates"]["drug"], chosen["published_rates"]["dose"]) == ("ritlecitinib", "50 mg")
    plain = options(context_for(KOREA, PLAN, Asked()))["pooled_evidence"]
    assert (plain["drug"], plain["dose"], plain["window"], plain["prefer"]) == ("baricitinib", "4 mg", 4, "counted")


def test_a_forest_says_once_what_its_lines_share() -> None:
    result = Asked()("pooled_evidence", KOREA, PLAN, drug="baricitinib", dose="4 mg")
    drawn = chart(result, "forest")
    rows = list(drawn.data["points"]["row"])
    assert rows[0] == "BRAVE-AA1\nas counted, n = 281" and rows[3] == "Tohoku 2025\nweek 39, observed, n = 70"
    assert "baricitinib 4 mg, SALT ≥ 50, week 36" in drawn.caption
    several = chart(Asked()("pooled_evidence", KOREA, PLAN, drug="baricitinib"), "forest").data["points"]["row"]
    assert {"BRAVE-AA1, 4 mg", "BRAVE-AA1, 2 mg"} <= {row.split("\n")[0] for row in several}


def test_the_section_of_the_report_cites_every_source_in_the_reference_list() -> None:
    mine = PublishedRate("Mine", "baricitinib", "SALT<=20", 40.0, dose="4 mg", week=36, n=20, source="Own report 2024", own=True)
    study = Study(context_for(KOREA, PLAN, Asked(), **{OWN_RATES: (mine,)}), Choices(("evidence", "references")))
    parts = {section.name: found for section, found in sections_of(study)}
    assert sum(isinstance(p, Answer | Figure) for p in parts["evidence"]) == 4
    sources = next(p for p in parts["evidence"] if isinstance(p, TextTable))
    listed = [p.text for p in parts["references"]]
    assert len(listed) == sources.frame["Reference"].nunique() and listed[-1].endswith("Own report 2024")
    brave = sources.frame[(sources.frame["Study"] == "BRAVE-AA1") & (sources.frame["Read in"] == "paper")]["Reference"].iloc[0]
    assert "N Engl J Med 2022;386:1687–1699" in listed[int(brave.strip("[]")) - 1]


def test_what_a_section_after_the_reference_list_cites_is_listed() -> None:
    study = Study(context_for(KOREA, PLAN, Asked()), Choices(("references", "evidence")))
    parts = {section.name: found for section, found in sections_of(study)}
    assert any("N Engl J Med 2022;386:1687–1699" in p.text for p in parts["references"])


def test_a_report_of_an_endpoint_without_published_rates_says_so() -> None:
    study = Study(context_for(KOREA, AnalysisPlan(endpoint="SALT30"), Asked()), Choices(("evidence",)))
    (found,) = [parts for _, parts in sections_of(study)]
    assert isinstance(found[0], Unavailable) and "No published rate of SALT30" in found[0].reason


def test_two_severities_of_one_study_are_told_apart_where_they_are_drawn() -> None:
    """SALT > 50 and SALT ≤ 50 of the Korean paper were marks of one colour and one shape at the same weeks."""
    result = analyses.published_rates(KOREA, AnalysisPlan(), drug="baricitinib", dose="4 mg")
    drawn = chart(result, "weeks").data
    last = drawn["published"].sort_values("week").groupby("severity").tail(1).set_index("severity")
    assert len(last) == 2
    named = drawn["named"].set_index("severity")
    assert set(named.index) == set(last.index)
    assert (named["week"] == last["week"]).all() and np.allclose(named["value"], last["value"].reindex(named.index))  # 52 and 81 %


def test_without_patients_of_a_severity_no_week_is_blamed() -> None:
    """Nobody of the Tohoku sample starts at SALT ≤ 50, while its week 13 is beside the published weeks 12 and 16."""
    tohoku = load_sample("tohoku_2025").cohort
    result = analyses.published_rates(tohoku, AnalysisPlan(), severity="<=50")
    with pytest.raises(NotComputable, match="No patient here can be set beside a published rate"):
        chart(result, "differences")
