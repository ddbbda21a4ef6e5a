"""Tables of subgroups say whose numbers stand in a column."""

from __future__ import annotations

import pandas as pd
import pytest

from aadash import analyses
from aadash.app.session.samples import load_sample
from aadash.language import say, speaking
from aadash.plan import AnalysisPlan
from aadash.report.tables import blocks, printable
from aadash.result import Result

KOREA = load_sample("korea_2025").cohort


def printed(result: Result) -> pd.DataFrame:
    return printable(result, result.table[result.table["variable_level"] != "test"])


def test_a_column_of_one_stratum_is_headed_by_its_name() -> None:
    """“First stratum” and “Second stratum” stood over the counts, and nothing said which is which."""
    shown = printed(analyses.subgroup_differences_response(KOREA, AnalysisPlan()))
    first, second = "Group A, responders / patients", "Group B, responders / patients"
    assert list(shown.columns[:3]) == ["Subgroup", first, second]
    whole = shown.iloc[0]
    assert (whole[first], whole[second]) == ("46/83 (55.4 %)", "27/34 (79.4 %)"), "as on the page of responders"
    changes = printed(analyses.subgroup_differences_change(KOREA, AnalysisPlan()))
    assert changes["n, Group A and Group B"].iloc[0] == "83 and 34"


@pytest.mark.parametrize(("language", "head"), [("ko", "A군, 반응자 / 환자"), ("ja", "A群、レスポンダー / 患者")])
def test_the_head_is_said_whole(language: str, head: str) -> None:
    with speaking(language):
        assert head in [say(c) for c in printed(analyses.subgroup_differences_response(KOREA, AnalysisPlan())).columns]


def test_a_table_of_interactions_is_headed_by_their_question() -> None:
    """“Do the levels differ?” stood over interaction p-values, which say whether the difference does."""
    asked = {True: "Does the difference vary with the level?", False: "Do the levels differ?"}
    for analysis in (analyses.subgroups_response, analyses.subgroup_differences_response):
        result = analysis(KOREA, AnalysisPlan())
        head, rows = blocks(result)[0]
        assert head == asked["Interaction p" in printable(result, rows).columns]
