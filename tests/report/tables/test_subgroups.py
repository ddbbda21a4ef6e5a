"""Tables of subgroups say whose numbers stand in a column."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from aadash import analyses
from aadash.app.session.samples import load_sample
from aadash.document import Doubts
from aadash.language import say, speaking
from aadash.plan import AnalysisPlan
from aadash.report.tables import blocks, printable
from aadash.result import Result
from aadash.views import VIEWS, context_for
from tests.making import asking, cohort_of

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


def test_where_nothing_is_adjusted_one_p_stands() -> None:
    """“p” and “p, unadjusted” stood beside each other with the same numbers."""
    for made, kind in (
        (analyses.subgroups_response, "test"),
        (analyses.subgroup_differences_response, "test"),
        (analyses.change_from_baseline, ""),
    ):
        for adjustment, heads in (("none", 0), ("holm", 1)):
            result = made(KOREA, AnalysisPlan(multiplicity=adjustment))
            rows = result.table[result.table["variable_level"] == kind] if kind else result.rows(variable="salt")
            columns = [str(c) for c in printable(result, rows).columns]
            assert "p, unadjusted" not in columns and columns.count("p, adjusted") == heads


def test_what_is_shrunken_is_named() -> None:
    """“Shrunken” headed rates beside odds ratios."""
    named = {
        "Shrunken rate": analyses.subgroups_response,
        "Shrunken difference (points)": analyses.subgroup_differences_response,
        "Shrunken mean": analyses.subgroups_change,
        "Shrunken difference": analyses.subgroup_differences_change,
    }
    for head, made in named.items():
        assert head in printed(made(KOREA, AnalysisPlan())).columns


def test_a_p_beside_an_interval_that_says_otherwise_is_explained() -> None:
    """By hand and R: 0 of 10 against 4 of 10 in site x are p = 0.087 (fisher.test) and Newcombe's 5.5 to 68.7 points; where single p
    are not shown nothing is said of them."""
    salt = [[80.0, 80.0]] * 10 + [[80.0, 10.0]] * 4 + [[80.0, 80.0]] * 6 + [[80.0, 10.0], [80.0, 80.0]] * 10
    sexes = ["f"] * 10 + ["m"] * 10 + ["f", "f", "m", "m"] * 5
    cohort = cohort_of(salt, [0, 24], sex=sexes, site=["x"] * 20 + ["y"] * 20, roles={"sex": "sex"})
    plan = AnalysisPlan(stratifier="sex", week=24)
    said = {}
    for single in (True, False):
        choices = {"view.subgroup.what": "The difference in each", "view.subgroup.single": single}
        context = replace(context_for(cohort, plan, asking()), chosen=choices)
        doubts = [p for p in VIEWS["subgroups"].content(context) if isinstance(p, Doubts)]
        said[single] = [c.text for d in doubts for c in d.caveats if c.code == "test-and-interval"]
    assert len(said[True]) == 1 and said[True][0].startswith("The p-value and an interval beside it point different ways")
    assert "in site: x: Fisher's" in said[True][0] and not said[False]
