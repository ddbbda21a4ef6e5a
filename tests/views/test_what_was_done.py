"""What is said was done is what was done, under every rule for missing visits and without strata.

Counts are of the sample file: of 117 patients 83 came to week 36 (50 of 83 in Group A, 33 of 34 in Group B). Adjusted means 32.3 and
2.7: the mixed model fitted by an expectation–maximisation algorithm of its own (REML, stratum × week with week 0, unstructured)."""

from __future__ import annotations

import re

import numpy as np
import pytest

import aadash
from aadash import analyses
from aadash.charts import chart
from aadash.cohort import Cohort
from aadash.document import Figure, TextTable, walk
from aadash.formatting import number
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.report.r_code import r_lines
from aadash.report.tables import printable
from aadash.report.tables.wide import wide
from aadash.views import VIEWS, context_for, headlines
from aadash.views.prose import plan_note
from aadash.views.study import Choices, Study
from aadash.views.study_sections import SECTIONS, sections_of
from aadash.views.tests_done import further
from tests.making import asking, cohort_of

ASK = asking()
MIXED = AnalysisPlan(missing="mixed")


@pytest.fixture(scope="module")
def korea() -> Cohort:
    return aadash.read_cohort("sample_data/korea_2025_missing.csv")


def report(cohort: Cohort, plan: AnalysisPlan, *sections: str) -> dict[str, list]:
    study = Study(context_for(cohort, plan, ASK), Choices(sections))
    return {section.name: parts for section, parts in sections_of(study)}


def methods(cohort: Cohort, plan: AnalysisPlan) -> str:
    return " ".join(part.text for part in report(cohort, plan, "methods")["methods"])


# --- methods in words --------------------------------------------------------------------------------------------------
def test_methods_under_the_mixed_model_name_no_test_that_was_not_done(korea: Cohort) -> None:
    text = methods(korea, MIXED)
    assert not any(word in text for word in ("paired t-test", "Welch", "Greenhouse", "score at every visit."))
    # change, difference and course; and the rates, which are no model's
    assert text.count("mixed model for repeated measures, which uses every score recorded") == 3
    assert "Response rates are of the patients with a score at the visit, not of the mixed model" in text


def test_methods_of_filled_and_of_complete_visits_say_who_is_in(korea: Cohort) -> None:
    filled = methods(korea, AnalysisPlan(missing="locf"))
    assert "with both scores" not in filled and "with a score at every visit" not in filled
    assert filled.count("the last one after baseline was carried forward") == 2
    assert "paired t-tests in the patients with a score at every visit" in methods(korea, AnalysisPlan(missing="complete"))
    assert "Means are of the scores recorded" in methods(korea, AnalysisPlan(missing="nri"))


def test_welch_of_two_means_and_welch_of_several_are_two_papers(korea: Cohort) -> None:
    """Biometrika 1947;34:28 has the test of two means, 1951;38:330 that of several."""
    for split, year, other in (("sex", "1947;34:28", "1951;38:330"), ("subtype", "1951;38:330", "1947;34:28")):
        parts = report(korea, AnalysisPlan(stratifier=split), "methods", "references")["references"]
        cited = " ".join(part.text for part in parts if "Welch BL" in part.text)
        assert year in cited and other not in cited


def test_methods_without_strata_compare_none(korea: Cohort) -> None:
    text = methods(korea, AnalysisPlan(stratifier="none"))
    assert "strata" not in text and "log-rank" not in text and "standardised mean difference" not in text


def test_rates_of_events_are_told_only_where_there_are_any(korea: Cohort) -> None:
    """Not every patient of this sample has an end of follow-up after the first dose; 15 have no visit after baseline."""
    assert analyses.adverse_events(korea, AnalysisPlan()).table["rate"].isna().all()
    assert "patient-years" not in methods(korea, AnalysisPlan())
    whole = aadash.read_cohort("sample_data/korea_2025.csv")
    assert analyses.adverse_events(whole, AnalysisPlan()).table["rate"].notna().any()
    assert "rates per 100 patient-years and exact Poisson intervals" in methods(whole, AnalysisPlan())


def test_tests_have_names_and_the_report_its_own_number_of_them(korea: Cohort) -> None:
    found = report(korea, AnalysisPlan(), "comparisons", "time_to_response", "limitations", "lists")
    lists = next(p.frame for p in found["lists"] if isinstance(p, TextTable) and "SAMPL" in p.title)
    said = lists.set_index("Item").loc["Hypothesis tests", "What this analysis says"]
    assert "log-rank test" in said and "time to response" not in said and "Mann–Whitney" in said and said[0].isupper()
    told = lists.set_index("Item").loc["Multiplicity", "What this analysis says"]
    limits = " ".join(part.text for part in found["limitations"])
    assert "This table" not in limits
    n = int(told.split(" test")[0])  # no change since baseline is in this report, so none is adjusted
    assert f"rest on {n} tests, of which about {number(n * 0.05)} would" in limits


def test_the_note_under_a_table_names_the_rule_only_where_it_was_followed(korea: Cohort) -> None:
    nri = AnalysisPlan(missing="nri")
    assert "non-responder imputation" in plan_note(analyses.responders(korea, nri))
    assert "non-responder" not in plan_note(analyses.change_from_baseline(korea, nri))
    assert "mixed model" in plan_note(analyses.change_from_baseline(korea, MIXED))
    for asked in (analyses.responders, analyses.responders_between, analyses.time_to_response):
        assert "missing visits: not filled in;" in plan_note(asked(korea, MIXED))


# --- adjusted means ----------------------------------------------------------------------------------------------------
def test_headline_sentence_curve_and_table_show_the_same_means(korea: Cohort) -> None:
    result = analyses.salt_over_time(korea, MIXED)
    said = headlines.course(result, 36)
    assert said == "By week 36, adjusted mean SALT goes from 84.6 to 32.3 in Group A and from 18.1 to 2.7 in Group B"
    t = wide(result, result.rows(variable="salt"))
    own = t[t["Measure"].str.contains("adjusted mean")]["Week 36"].tolist()
    assert [v.split(" ")[0] for v in own][1:] == ["32.3", "2.7"]
    assert t["Measure"].str.contains("mean \\(SD\\) of the scores recorded").sum() == 3
    plain = wide(analyses.salt_over_time(korea, AnalysisPlan()), result.rows(variable="salt").drop(columns="adjusted_mean"))
    assert not plain["Measure"].str.contains("adjusted").any()
    titles = [p.title for p in walk(report(korea, MIXED, "course")["course"]) if isinstance(p, Figure)]
    assert titles[0].startswith("Adjusted mean SALT") and titles[2].startswith("Adjusted mean percent change")


def test_the_table_of_changes_says_who_is_in_the_model(korea: Cohort) -> None:
    result = analyses.change_from_baseline(korea, MIXED)
    row = printable(result, result.rows(group1_level=ALL, week=36)).iloc[0]
    assert (row["With a score then"], row["In the model"]) == (83, 117) and "83 with a score then, 117 in the model" in result.sentence
    plain = analyses.change_from_baseline(korea, AnalysisPlan())
    assert "In the model" not in printable(plain, plain.rows(week=36))


def test_the_second_opinion_names_what_each_program_did(korea: Cohort) -> None:
    text = analyses.second_opinion(korea, MIXED, "change_from_baseline").sentence
    assert "Paired t-test by pingouin against AAdash's mixed model, adjusted over the weeks at week 36" in text
    assert (
        " Paired t-test, adjusted over the weeks at week 36"
        in analyses.second_opinion(korea, AnalysisPlan(), "change_from_baseline").sentence
    )


def test_the_lines_of_r_fit_what_the_page_fits(korea: Cohort) -> None:
    script = r_lines(korea, MIXED)
    assert "paired = TRUE" not in script and "t.test(change" not in script and "car::Anova" not in script
    assert "c(0, 8, 12, 16, 24, 36))), v.names" not in script and 'paste0("score_w", c(0, 8, 12, 16, 24, 36))' in script
    assert script.count("nlme::gls") == 3 and "{" not in script.replace("function(x) c(", "")
    plain = r_lines(korea, AnalysisPlan())
    assert "paired = TRUE" in plain and "gls" not in plain
    many = r_lines(korea, AnalysisPlan(stratifier="subtype", missing="mixed"))
    assert "oneway.test" in many and many.count("nlme::gls") == 2, "single weeks of several strata are Welch's, as on the page"


# --- what is estimated, what is planned --------------------------------------------------------------------------------
def test_the_estimand_of_means_is_not_that_of_rates(korea: Cohort) -> None:
    mixed, nri = (analyses.estimand(korea, AnalysisPlan(missing=m)).sentence for m in ("mixed", "nri"))
    assert "the share with SALT75 (at least 75 % improvement from baseline) among the patients who came to week 36, and" in mixed
    assert "the mean change in SALT at week 36, as if patients who left had gone on" in mixed
    assert "at week 36, counting a patient who did not come to the visit as not responding, and the mean change" in nri
    assert "mean change in SALT among the patients who came to week 36" in nri


@pytest.mark.parametrize("rule", ["nri", "complete", "locf"])
def test_planning_says_whose_rate_it_plans_with(korea: Cohort, rule: str) -> None:
    text = analyses.planning(korea, AnalysisPlan(missing=rule)).sentence
    assert "of 83 patients assessed at week 36" in text and "not by the plan's rule for missing visits" in text
    assert "not by the plan's rule" not in analyses.planning(korea, AnalysisPlan(missing="observed")).sentence


# --- charts ------------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def arms() -> Cohort:
    """Two arms of twelve: of "drug" six respond at week 12 (80 → 10), of "placebo" nobody (80 → 79)."""
    rows = [[80.0, 79.0, 79.0]] * 12 + [[80.0, 10.0, 10.0]] * 6 + [[80.0, 79.0, 78.0]] * 6
    return cohort_of(rows, [0, 12, 24], sex=["placebo"] * 12 + ["drug"] * 12, roles={"sex": "sex"})


def test_a_stratum_in_which_nobody_responds_has_a_curve(arms: Cohort) -> None:
    result = analyses.time_to_response(arms, AnalysisPlan(stratifier="sex"))
    made = chart(result, "steps")
    curves = made.data["steps"].groupby("level")["value"].agg(["min", "max"])
    assert curves.loc["placebo"].tolist() == [0, 0] and curves.loc["drug", "max"] == pytest.approx(50)
    at_risk = made.data["risk"].groupby("beside")["text"].agg(list).tolist()
    assert sorted(at_risk) == [["12", "12", "12"], ["12", "12", "6"]]
    assert "placebo 0.0 %" in made.alt
    t = printable(result, result.rows(variable_level="curve"))
    row = t[t["Stratum"].str.contains("placebo")].iloc[0]
    assert [row["Week"], row["Still followed"], row["Responding now"], row["Responded by then"]] == [24, 12, 0, "0.0 %"]


def test_nobody_responds_at_all() -> None:
    cohort = cohort_of([[80.0, 79.0]] * 6, [0, 12], sex=["a", "b"] * 3, roles={"sex": "sex"})
    result = analyses.time_to_response(cohort, AnalysisPlan(stratifier="sex"))
    assert set(chart(result, "steps").data["steps"]["level"]) == {"a", "b"}


def test_a_legend_of_strata_stands_only_over_charts_of_strata(korea: Cohort) -> None:
    sections = ("predictors", "subgroups", "time_to_response", "missing", "lasting", "leaving", "adverse_events", "responders")
    with_legend = set()
    for parts in report(korea, AnalysisPlan(), *sections).values():
        for figure in (p for p in walk(parts) if isinstance(p, Figure) and p.legend is True):
            names = figure.result.labels
            strata = {names.colour(level) for level in names.used}
            drawn = chart(figure.result, figure.kind, **figure.options).data
            colours = set().union(*(set(f["colour"]) for f in drawn.values() if "colour" in f))
            assert strata <= colours, figure.title
            with_legend.add(figure.result.analysis)
    assert with_legend == {"responders", "adverse_events", "sustained_response"}


def test_panels_show_the_week_that_the_headline_is_about(korea: Cohort) -> None:
    """SALT50 of patients with every visit, counted in the file, at week 24 of 36."""
    plan = AnalysisPlan(stratifier="trial_severity", endpoint="SALT50", missing="complete", week=24)
    result = analyses.responders(korea, plan)
    made = chart(result, "weeks")
    at = {r["group1_level"]: f"{int(r['k'])}/{int(r['n'])}" for r in result.rows(variable="SALT50", week=24).to_dict("records")}
    shown = dict(zip(made.data["heads"]["series"], made.data["heads"]["text"], strict=True))
    for level in result.labels.used:
        assert shown[result.labels.short(level)].endswith(at[level])
    assert "week 24" in made.caption
    values = korea.values
    complete = ~np.isnan(values).any(axis=1) & (values[:, 0] >= 95)
    k = int((values[complete, korea.column_index(24)] <= 0.5 * values[complete, 0] + 1e-9).sum())
    assert any(text.endswith(f"{k}/{int(complete.sum())}") for text in shown.values())


# --- bands, events, patients who are there already ---------------------------------------------------------------------
def test_bands_count_everybody_who_is_drawn(korea: Cohort) -> None:
    result = analyses.severity_flow(korea, AnalysisPlan())
    assert result.accounting.analysed == 117 and "Of 83 patients seen" in result.sentence
    told = printable(analyses.band_differences(korea, AnalysisPlan()))["Odds of a milder band"].tolist()
    assert "SALT 20 or less against above" in told and not any("Below 21" in text for text in told)


def test_patients_of_no_stratum_are_in_the_list_of_those_who_are_there_already(korea: Cohort) -> None:
    plan = AnalysisPlan(stratifier="subtype", endpoint="SALT<=20")
    text = next(c.text for c in analyses.responders(korea, plan).caveats if c.code == "already-there")
    there = int(((korea.baseline <= 20) & ~np.isnan(korea.values[:, -1])).sum())
    assert int((korea.baseline <= 20).sum()) == 21 and there == 20, "one of them has no SALT at the week, and is not counted"
    assert "in whom it is not recorded" in text
    assert sum(int(n) for n in re.findall(r"(\d+) of \d+", text.split("still so: ")[1])) == there


def test_no_list_of_events_is_spoken_of_where_a_column_tells_them(korea: Cohort) -> None:
    result = analyses.adverse_events(korea, AnalysisPlan())
    text = next(c.text for c in result.caveats if c.code == "events-not-asked")
    everyone = result.rows(variable="any", group1_level=ALL).iloc[0]
    without = int(everyone["n"] - everyone["k"])
    assert "list of events" not in text and text.startswith(f"{without} patients for whom the file names no event")


def test_one_event_is_one_event() -> None:
    rows = [[80.0 - i, 60.0 - i, 50.0 - i] for i in range(11)] + [[80.0, 10.0, 5.0]]
    cohort = cohort_of(rows, [0, 12, 24], sex=["f", "m"] * 6, roles={"sex": "sex"})
    parts = VIEWS["predictors"].content(context_for(cohort, AnalysisPlan(), asking()))
    under = [i.under for p in parts for i in getattr(p, "items", ()) if getattr(i, "label", "") == "Events per parameter"]
    assert under and under[0].startswith("1 event, ")


def test_the_courses_by_type_are_told_at_the_week_in_question(korea: Cohort) -> None:
    result = analyses.response_patterns(korea, AnalysisPlan(week=24))
    rows = result.rows(role="mean", week=24)
    assert "adjusted improvement at week 24 runs" in result.sentence
    assert f"{rows['estimate'].max():.0f} %" in result.sentence and f"{rows['estimate'].min():.0f} %" in result.sentence


def test_the_lists_say_what_kind_of_study_it_was() -> None:
    """A trial is not without control, a score of 0 to 72 not one of 0 to 100, and a cohort without strata has a main result."""
    rng = np.random.default_rng(2)
    rows = np.column_stack([np.full(16, 60.0), 60 - rng.uniform(0, 55, 16)]).round(1).tolist()
    trial = cohort_of(rows, [0, 24], x=["placebo", "drug"] * 8)

    def said(cohort: Cohort, plan: AnalysisPlan, title: str = "STROBE") -> dict[str, str]:
        parts = report(cohort, plan, "course", "responders", "comparisons", "lists")["lists"]
        frame = next(p.frame for p in parts if isinstance(p, TextTable) and p.title.startswith(title))
        return dict(zip(frame["Item"], frame["What this analysis says"], strict=True))

    assert said(trial, AnalysisPlan(stratifier="x", arm="x"))["1"].startswith("Cohort with a control group")
    easi = said(cohort_of(rows, [0, 24], score="EASI"), AnalysisPlan(stratifier="none"))
    assert easi["8"].startswith("EASI, 0–72.")
    assert "reached by" in easi["16"] and "mean change in EASI" in easi["16"]
    assumptions = said(trial, AnalysisPlan(stratifier="none"), "SAMPL")["Assumptions"]
    assert "not met" in assumptions and "in doubt" in assumptions


def test_an_adjustment_is_named_only_where_a_p_value_is_adjusted_by_it(korea: Cohort) -> None:
    """“Adjustment: Benjamini–Hochberg where marked” stood under pairs headed “p, Holm”, and “adjustment: none” under the same."""
    plan = AnalysisPlan(stratifier="subtype", multiplicity="bh")
    assert "Benjamini" in plan_note(analyses.change_from_baseline(korea, plan))
    for asked in (analyses.responders_between, analyses.between_strata, analyses.time_to_response):
        assert "adjust" not in plan_note(asked(korea, plan))
        assert "adjust" not in plan_note(asked(korea, plan.replace(multiplicity="none")))


def test_that_pairs_are_adjusted_over_the_pairs_is_said(korea: Cohort) -> None:
    """Tables of three strata have a column “p, Holm”; the methods did not say of what."""
    said = methods(korea, AnalysisPlan(stratifier="subtype", multiplicity="none"))
    assert "p-values of pairs of strata were adjusted over the pairs by the method of Holm" in said
    assert "over the pairs" not in methods(korea, AnalysisPlan(stratifier="sex"))


def test_methods_in_words_have_a_place_for_every_section_that_tests(korea: Cohort) -> None:
    """Adjusted comparisons and ranks were printed, and no word of how they were made."""
    plan = AnalysisPlan(stratifier="sex")
    names = [name for name, s in SECTIONS.items() if {"adjusted_comparison", "rank_differences"} & set(s.asks)]
    parts = report(korea, plan, *names, "methods")
    text = " ".join(part.text for part in parts["methods"])
    assert "analysis of covariance (least squares)" in text and "Hodges–Lehmann shift" in text
    assert "analysis of covariance" not in methods(korea, plan)


def test_sections_without_a_test_have_their_methods_too(korea: Cohort) -> None:
    """Of types of course and lasting responses the Methods section said nothing: no p stands in their tables."""
    plan = AnalysisPlan()
    for name in ("course_types", "sustained_response"):
        result = getattr(analyses, name)(korea, plan)
        assert not result.tests() and further({name: result}) == result.method
    assert further({"participants": analyses.participants(korea, plan)}) == ""
