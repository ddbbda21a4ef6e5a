"""Tables of further analyses."""

from __future__ import annotations

import dataclasses

from aadash import analyses
from aadash.app.session.samples import load_sample
from aadash.measures import AA_IGA
from aadash.plan import AnalysisPlan
from aadash.report.tables import blocks, captioned, printable
from aadash.report.tables.further import alternatives
from tests.making import NAN, cohort_of


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


def test_a_caption_does_not_say_itself_twice() -> None:
    assert captioned("Scores missing", "Scores missing") == "Scores missing"
    captions = [captioned("Outcomes", name) for name in ("Overlap", "E-value", "")]
    assert captions == ["Outcomes: overlap", "Outcomes: E-value", "Outcomes"]


def test_tests_of_points_and_of_percent_are_told_apart() -> None:
    """Printed whole, as in a report without a page, the two sets stood one under the other without a word."""
    rows = [[80.0 + i % 5, 10.0 + 7 * i % 31] for i in range(24)]
    plan = AnalysisPlan(stratifier="none")
    result = analyses.subgroups_change(cohort_of(rows, [0, 24], g=["a", "b"] * 12), plan)
    printed = dict(blocks(result))["Do the levels differ?"]
    shown = printable(result, printed)
    assert set(shown.loc[shown["Column"] == "g", "Measure"]) == {"Change in SALT (points)", "Percent change"}
    assert "Measure" not in printable(result, printed[printed["variable"] == "percent_change"])


def test_a_mean_time_without_limits_says_why_in_its_row() -> None:
    """By hand: the one patient of a has responded at week 8, so its mean is 8 and has no spread, whatever the 24 weeks; of c nobody
    responds, so 24 of 24; of d both respond at week 24, the end; of b one at 8, one never: (8 + 24) / 2 = 16."""
    rows = [[80, 5, 5, 5], [80, 5, 5, 5], [80, 60, 60, 60], [80, 70, 70, 70], [80, 75, 75, 75], [80, 60, 60, 5], [80, 60, 60, 5]]
    c = cohort_of(rows, [0, 8, 16, 24], arm=list("abbccdd"))
    result = analyses.time_to_response(c, AnalysisPlan(stratifier="arm", endpoint="SALT<=20"))
    shown = printable(result, result.rows(variable_level="summary")).set_index("Stratum")["Mean weeks without response"]
    assert shown["arm: a"] == "8.0 of 24 weeks: all had responded by week 8"
    assert shown["arm: b"].startswith("16.0 of 24 weeks (") and shown["arm: b"].endswith(")")
    assert shown["arm: c"] == shown["arm: d"] == "24.0 of 24 weeks: nobody responded before"


def test_an_endpoint_of_another_measure_is_named_in_the_comparison_of_treatments() -> None:
    """Its cell was empty ("nan")."""
    rows = [[20.0 + i % 7, 20.0 - 6 * (i % 2) - 7 * (i % 3 == 0)] for i in range(30)]
    cohort = cohort_of(rows, [0, 12], score="DLQI", arm=["placebo", "drug"] * 15, age=[20 + i * 7 % 31 for i in range(30)])
    plan = AnalysisPlan(stratifier="arm", arm="arm", measure="DLQI", endpoint="DLQI 50%")
    assert set(printable(analyses.treatment_comparison(cohort, plan))["Outcome"].dropna()) >= {"DLQI50", "Change (points)"}
    assert not printable(analyses.treatment_comparison(cohort, plan))["Outcome"].isna().any()


def test_a_difference_of_grades_is_not_headed_points() -> None:
    """Grades of an AA-IGA: the heads said “Difference (points)” and “Points added”."""
    rows = [[3.0 + i % 2, NAN if i % 8 < 2 else float(i // 2 % 3 + i % 2)] for i in range(48)]
    cohort = cohort_of(rows, [0, 24], score="AA-IGA", measure=AA_IGA, sex=["f", "m"] * 24)
    result = analyses.tipping_point(cohort, AnalysisPlan(stratifier="sex", endpoint="AA-IGA <=1"), measure="change")
    steps = dict(blocks(result))["Step by step"]
    assert [*printable(result, steps).columns][:2] == ["Added to missing scores (grades)", "Difference (grades)"]


def test_a_column_of_nothing_is_not_printed() -> None:
    """“Detail” and “Why not more” stood over empty cells."""
    korea = load_sample("korea_2025").cohort
    result = analyses.change_from_baseline(korea, AnalysisPlan())
    assert [*alternatives(result)] == ["Another choice", "p", "Same conclusion"]
    detailed = [dataclasses.replace(a, detail="so it is") for a in result.alternatives]
    assert [*alternatives(dataclasses.replace(result, alternatives=detailed))][-1] == "Detail"
    second = analyses.second_opinion(korea, AnalysisPlan())
    assert ("Why not more" in printable(second)) == (second.table["reason"] != "").any()
