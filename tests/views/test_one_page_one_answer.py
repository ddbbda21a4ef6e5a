"""What stands together on a page does not contradict itself: adjustment, patients counted, direction, ties.

Counts are of the sample file by hand: of 117 patients 102 have a visit after baseline, 83 came to week 36 (50 and 33)."""

from __future__ import annotations

import re

import numpy as np
import pytest
from scipy import stats

import aadash
from aadash import AnalysisPlan, analyses
from aadash.analyses.subgroups import splits
from aadash.charts import chart
from aadash.cohort import Cohort
from aadash.document import Answer, Doubts, Figure, KeyNumbers, Text, walk
from aadash.levels import ALL
from aadash.plan import MULTIPLICITY
from aadash.report.tables import printable
from aadash.views import VIEWS, context_for, headlines
from aadash.views.study import Choices, Study
from aadash.views.study_sections import sections_of
from aadash.views.subgroups import CHANGE, DIFFERENCE, RELATIVE
from aadash.views.view import in_short
from tests.making import asking, cohort_of

ASK = asking()


@pytest.fixture(scope="module")
def korea() -> Cohort:
    return aadash.read_cohort("sample_data/korea_2025_missing.csv")


def page(cohort: Cohort, plan: AnalysisPlan, name: str, **chosen: object) -> list:
    return list(VIEWS[name].content(context_for(cohort, plan, ASK, **chosen)))


# --- adjusted, or not --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rule", sorted(MULTIPLICITY))
@pytest.mark.parametrize(
    ("name", "over"),
    [
        ("change_from_baseline", "weeks"),
        ("subgroups_response", "columns"),
        ("subgroups_change", "columns"),
        ("subgroup_differences_response", "columns"),
        ("subgroup_differences_change", "columns"),
    ],
)
def test_a_method_says_whether_its_p_values_are_adjusted(korea: Cohort, name: str, over: str, rule: str) -> None:
    method = getattr(analyses, name)(korea, AnalysisPlan(multiplicity=rule)).method
    if rule == "none":
        assert "are adjusted" not in method and f"p-values are not adjusted for the number of {over}" in method
    else:
        assert f"p-values are adjusted over the {over}" in method and f"({MULTIPLICITY[rule]})" in method


@pytest.mark.parametrize(("rule", "label"), [("none", "Smallest p"), ("holm", "Smallest p, adjusted")])
def test_the_tile_of_subgroups_calls_its_p_what_the_column_does(korea: Cohort, rule: str, label: str) -> None:
    items = [i for p in page(korea, AnalysisPlan(multiplicity=rule), "subgroups") if isinstance(p, KeyNumbers) for i in p.items]
    assert [i.label for i in items if i.label.startswith("Smallest p")] == [label]


def test_the_forest_of_subgroups_is_headed_by_what_its_sentence_says() -> None:
    korea = aadash.read_cohort("sample_data/korea_2025.csv")
    parts = page(korea, AnalysisPlan(), "subgroups")
    sentence = next(p for p in parts if isinstance(p, Answer)).result.sentence
    said = re.search(
        r"Of (\d+) ways to split .* After adjustment for their number 2 are left: (.*) \(p = .*\) and (.*) \(p = ", sentence
    )
    title = next(p for p in parts if isinstance(p, Figure)).title
    assert said and title == f"SALT75 at week 36 varies with {said[2]} and {said[3]}, after adjustment for {said[1]} splits"
    plain = next(p for p in page(korea, AnalysisPlan(multiplicity="none"), "subgroups") if isinstance(p, Figure)).title
    assert re.fullmatch(rf"SALT75 at week 36 varies in \d+ of {said[1]} splits, not adjusted", plain)
    tohoku = aadash.read_cohort("sample_data/tohoku_2025.csv")
    none = next(p for p in page(tohoku, AnalysisPlan(endpoint="SALT<=20"), "subgroups") if isinstance(p, Figure)).title
    assert re.fullmatch(r"SALT≤20 at week 39 is not shown to vary in any of \d+ splits, after adjustment", none), "“in 0 of 9 splits”"


@pytest.mark.parametrize(
    ("missing", "rule", "said"),
    [
        ("observed", "holm", "paired t-test against baseline (adjusted over the weeks)."),
        ("observed", "none", "paired t-test against baseline (not adjusted)."),
        ("mixed", "bh", "mixed model against baseline (adjusted over the weeks)."),
        ("mixed", "none", "mixed model against baseline (not adjusted)."),
    ],
)
def test_stars_are_those_of_the_test_that_was_made(korea: Cohort, missing: str, rule: str, said: str) -> None:
    parts = page(korea, AnalysisPlan(missing=missing, multiplicity=rule), "papers", **{"figure.stars": True})
    first = next(p for p in parts if isinstance(p, Figure))
    assert chart(first.result, first.kind, **first.options).caption.endswith(said)


def test_a_forest_of_many_strata_is_not_called_adjusted_where_it_is_not() -> None:
    rows = [[80.0, 70.0 - i, 60.0 - 2 * i] for i in range(24)]
    cohort = cohort_of(rows, [0, 12, 24], site=list("abcdefgh" * 3))
    for rule, said in (("none", "Filled: p ≤ 0.05. "), ("holm", "Filled: p ≤ 0.05, adjusted. ")):
        result = analyses.change_from_baseline(cohort, AnalysisPlan(stratifier="site", multiplicity=rule))
        assert said in chart(result, "intervals").caption


def test_as_many_splits_were_tested_as_the_sentence_counts(korea: Cohort) -> None:
    for name in ("subgroups_response", "subgroups_change", "subgroup_differences_response", "subgroup_differences_change"):
        result = getattr(analyses, name)(korea, AnalysisPlan())
        ways = re.search(r"(\d+) (?:of \d+ )?ways", result.sentence)  # “Of 22 ways”, “16 of 21 ways can be tested”
        tried = next(c.text for c in result.caveats if c.code == "many-subgroups")
        assert ways and tried.startswith(f"{ways[1]} splits were tested")


def test_every_endpoint_on_the_page_has_its_doubt_where_test_and_interval_disagree() -> None:
    """SALT30 stood there with p = 0.116 beside 1.1 to 38.9 at an alpha of 0.1. By hand, of 8 and 2 patients with 0 and 1 responders:
    the one is of m in 2 of 10 arrangements, p = 0.2; Newcombe's 90 % interval ends at −0.044 (Wilson's limits 0.253 and 0.121)."""
    rows = [[80.0, 40.0]] * 8 + [[80.0, 15.0], [80.0, 40.0]]
    cohort = cohort_of(rows, [0, 12], sex=["f"] * 8 + ["m"] * 2)
    plan = AnalysisPlan(stratifier="sex", endpoint="SALT30", alpha=0.1, week=12)
    told = {
        view: " ".join(
            c.text for p in page(cohort, plan, "responders", **{"view.responders": view}) if isinstance(p, Doubts) for c in p.caveats
        )
        for view in ("Over the weeks", "All endpoints at this week")
    }
    said = "At week 12 the p-value and the interval of a difference in "
    assert said not in told["Over the weeks"] and f"{said}SALT75 and SALT≤20 point" in told["All endpoints at this week"]
    sure = page(cohort, plan.replace(alpha=0.01), "responders", **{"view.responders": "All endpoints at this week"})
    assert said not in " ".join(c.text for p in sure if isinstance(p, Doubts) for c in p.caveats)


def test_doubts_of_one_week_are_of_the_rows_of_that_week() -> None:
    """“This question is asked in 5 tests”, of the weeks of one endpoint, stood over a table of seven endpoints; and so did a
    disagreement of test and interval at a week that was not shown. By hand as above, now at week 4 alone."""
    rows = [[80.0, 40.0, 40.0 - 3 * (i % 2), 40.0, 40.0, 40.0] for i in range(8)] + [[80.0, 15.0, *[40.0] * 4], [80.0, *[40.0] * 5]]
    cohort = cohort_of(rows, [0, 4, 8, 12, 16, 20], sex=["f"] * 8 + ["m"] * 2)
    plan = AnalysisPlan(stratifier="sex", endpoint="SALT75", alpha=0.1, week=20)
    told = {
        view: " ".join(
            c.text for p in page(cohort, plan, "responders", **{"view.responders": view}) if isinstance(p, Doubts) for c in p.caveats
        )
        for view in ("Over the weeks", "All endpoints at this week")
    }
    n = int(analyses.responders_between(cohort, plan).rows(week=20)["p"].notna().sum())
    assert "asked in 5 tests" in told["Over the weeks"] and "point different ways" in told["Over the weeks"]
    assert n >= 5 and n != 5 and f"asked in {n} tests" in told["All endpoints at this week"]
    assert "asked in 5 tests" not in told["All endpoints at this week"]
    assert "point different ways" not in told["All endpoints at this week"]
    section = Study(context_for(cohort, plan, ASK), Choices(("responders",))).parts("responders")
    report = " ".join(c.text for p in section if isinstance(p, Doubts) for c in p.caveats)
    assert f"asked in {n} tests" in report and "point different ways" not in report, "under the same rows in a report"


# --- who is counted ----------------------------------------------------------------------------------------------------
def test_planning_by_the_mixed_model_speaks_of_patients_to_enrol(korea: Cohort) -> None:
    """Lu, Luo and Chen's number has the dropout in it: whoever is enrolled gives the visits made until then."""
    result = analyses.planning(korea, AnalysisPlan())
    shown = printable(result).set_index("What is planned").loc["Difference by mixed model"]
    row = result.rows(variable="mixed model").iloc[0]
    both = f"{row['n1']:.0f} and {row['n2']:.0f}"
    assert (shown["Patients to be seen"], shown["Patients to enrol"]) == ("–", f"{row['n_enrol']:.0f} ({both})")
    assert row["n1"] + row["n2"] == row["n_enrol"]


def test_planning_says_of_whose_means_it_plans_with(korea: Cohort) -> None:
    """Means of recorded scores under three of five rules: non-responder imputation has no mean, the mixed model fills nothing in."""
    targets = {}
    for rule in ("observed", "nri", "mixed", "locf", "complete"):
        result = analyses.planning(korea, AnalysisPlan(missing=rule))
        targets[rule] = result.rows(variable="two means").iloc[0]["target"]
        assert ("in two means the last score stands in" in result.method) == (rule == "locf")
        assert ("two means are of the patients with a score at every visit" in result.method) == (rule == "complete")
    assert targets["observed"] == targets["nri"] == targets["mixed"] and len(set(targets.values())) == 3


def test_who_was_never_seen_again_is_told_where_leaving_is_counted(korea: Cohort) -> None:
    text = analyses.competing_discontinuation(korea, AnalysisPlan()).sentence
    assert text.startswith("Of 102 patients followed, 58.8 % have responded")
    assert "15 patients with no visit after baseline count for neither." in text


def test_group_sizes_are_of_the_test_that_was_made(korea: Cohort) -> None:
    """69 and 33 have a visit after baseline and are in the model; 50 and 33 came to week 36."""
    for rule, sizes in (("mixed", "n = 69 and Group B (SALT ≤ 50) n = 33"), ("observed", "n = 50 and Group B (SALT ≤ 50) n = 33")):
        result = analyses.between_strata(korea, AnalysisPlan(missing=rule))
        assert sizes in next(c.detail for c in result.checks if c.name == "Group sizes")


@pytest.mark.parametrize("name", ["equivalence", "rank_differences"])
def test_a_fold_of_visits_made_says_so_on_a_page_of_the_mixed_model(korea: Cohort, name: str) -> None:
    plan = AnalysisPlan(missing="mixed")
    told = " ".join(p.text for p in in_short(ASK(name, korea, plan)) if isinstance(p, Text))
    assert "other results are of the patients with a score, nothing is filled in" in told
    assert "nothing is filled in" not in " ".join(c.text for c in ASK(name, korea, AnalysisPlan()).caveats)


# --- the answer of the page and of its folds ---------------------------------------------------------------------------
def test_the_second_opinion_is_on_the_p_value_that_the_page_concludes_by(korea: Cohort) -> None:
    for missing in ("observed", "mixed"):
        plan = AnalysisPlan(missing=missing, stratifier="sex")
        own = analyses.mixed_anova(korea, plan)
        p = re.search(r"stratum × week: F\([^)]*\) = [\d.]+, (p [=<] [\d.]+)\)", own.sentence)
        told = analyses.second_opinion(korea, plan, "mixed_anova").sentence
        assert p and re.search(rf"stratum × week of percent change: {re.escape(p[1])} by ", told)


def weak() -> Cohort:
    """Two follow-up weeks, five patients; scipy's paired t-test: p of both weeks above 0.02, so Holm's are others."""
    return cohort_of([[80, 70, 60], [80, 75, 78], [80, 74, 50], [80, 79, 79], [80, 60, 40]], [0, 12, 24], sex=list("fmfmf"))


def test_the_second_opinion_on_the_change_is_on_the_adjusted_p() -> None:
    p = [stats.ttest_rel([80] * 5, later).pvalue for later in ([70, 75, 74, 79, 60], [60, 78, 50, 79, 40])]
    holm = min(1.0, 2 * min(p)) if p[1] < p[0] else max(2 * min(p), max(p))
    plan = AnalysisPlan(stratifier="none")
    told = analyses.second_opinion(weak(), plan, "change_from_baseline").sentence
    assert f"adjusted over the weeks at week 24: p = {holm:.3f} by both" in told
    plain = analyses.second_opinion(weak(), plan.replace(multiplicity="none"), "change_from_baseline")
    assert f"Paired t-test at week 24: p = {p[1]:.3f} by both" in plain.sentence
    assert not any("adjusted" in str(t) for t in plain.table["test"])


# --- words that say more than the number -------------------------------------------------------------------------------
def test_equal_values_are_said_to_count_half() -> None:
    """By hand: of 2 × 2 pairs one is won, two are equal, one is lost: 50 %, and no patient has the lower value in two of four."""
    rows = [[80.0, 0.0], [80.0, 10.0], [80.0, 0.0], [80.0, 10.0]]
    result = analyses.rank_differences(
        cohort_of(rows, [0, 12], sex=list("ffmm"), roles={"sex": "sex"}), AnalysisPlan(stratifier="sex")
    )
    assert "has the lower, better value in 50.0 % of pairs, equal values counted half" in result.sentence
    assert "First has the lower, better value (equal: half)" in printable(result)


def test_a_text_alternative_that_stops_says_so(korea: Cohort) -> None:
    """Three groups at five weeks are 15 intervals."""
    alt = chart(analyses.change_from_baseline(korea, AnalysisPlan()), "intervals").alt
    assert alt.count("Week") == 12 and alt.endswith("and 3 more.")
    forest = chart(analyses.subgroups_response(korea, AnalysisPlan()), "forest").alt
    assert re.search(r"and \d+ more\.$", forest)


def one_of_three() -> Cohort:
    """Site x has one patient, y and z three each."""
    rows = [[80.0, 70.0], [60.0, 50.0], [90.0, 10.0], [70.0, 60.0], [55.0, 40.0], [95.0, 80.0], [85.0, 20.0]]
    return cohort_of(rows, [0, 12], site=list("xyyyzzz"), age=[30, 40, 45, 50, 20, 60, 70])


def test_table_1_says_which_pairs_its_largest_difference_passes_over() -> None:
    """With one patient at x only y against z has a standardised difference of age: (45 − 50) / √((25 + 700) / 2)."""
    result = analyses.baseline(one_of_three(), AnalysisPlan(stratifier="site"))
    age = result.rows(variable="age", group1_level=ALL).iloc[0]
    assert age["smd"] == pytest.approx(-5 / np.sqrt((25 + 700) / 2))
    text = next(c.text for c in result.caveats if c.code == "left-out")
    assert "age (2 of 3 pairs)" in text.lower()
    two = one_of_three()
    assert not [c for c in analyses.baseline(two, AnalysisPlan(stratifier="severity")).caveats if c.code == "left-out"]


def test_one_pair_is_one_pair() -> None:
    rows = [[80.0, 70.0 - i, 60.0 - 2 * i] for i in range(7)]
    cohort = cohort_of([*rows[:1], *rows[1:4], *rows[4:]], [0, 12, 24], site=list("xyyyzzz"))
    title = headlines.differences(analyses.between_strata(cohort, AnalysisPlan(stratifier="site")), "none")
    assert re.fullmatch(r"[01] of 1 pair differs after adjustment, week 24", title)


def test_methods_do_not_call_differences_between_strata_adjusted(korea: Cohort) -> None:
    """Welch's and the chi-squared tests of single weeks stand as they are; Holm's is over the weeks of the change."""
    study = Study(context_for(korea, AnalysisPlan(), ASK), Choices(("methods", "course", "comparisons", "lists")))
    found = {section.name: parts for section, parts in sections_of(study)}
    text = " ".join(p.text for p in walk(found["methods"]) if isinstance(p, Text))
    assert "p-values of the change since baseline were adjusted over the visits by the method of Holm" in text
    assert "p-values of differences between strata were not adjusted for the number of visits" in text


def test_a_difference_of_percent_changes_is_in_percentage_points() -> None:
    """“−10.1 %” stood under an answer that said “−10.1 percentage points”."""
    tohoku = aadash.read_cohort("sample_data/tohoku_2025.csv")
    chosen = {"view.subgroup.outcome": CHANGE, "view.subgroup.what": DIFFERENCE, "view.subgroup.scale": RELATIVE}
    parts = page(tohoku, AnalysisPlan(stratifier="trial_severity"), "subgroups", **chosen)
    first = next(p for p in walk(parts) if isinstance(p, KeyNumbers)).items[0]
    assert first.label.endswith("percentage points") and "%" not in first.value


def test_a_list_of_what_is_left_has_one_and() -> None:
    rows = [{"group1": name, "p": 0.001, "p_adjusted": 0.002} for name in "abcdefg"]
    told = splits.tests_in_words(rows, {name: name for name in "abcdefg"}, AnalysisPlan(), "a difference")
    assert told.endswith("7 are left: a (p = 0.002), b (p = 0.002), c (p = 0.002), d (p = 0.002) and 3 more.")
