"""The reporting lists say what is there, and leave to the authors what is not."""

from __future__ import annotations

import pytest

import aadash
from aadash.cohort import Cohort
from aadash.document import Text, TextTable
from aadash.filters import Filter
from aadash.measures import EASI
from aadash.plan import AnalysisPlan
from aadash.report.tables import printable
from aadash.views import context_for
from aadash.views.study import Choices, Study
from aadash.views.study_sections import sections_of
from tests.making import NAN, asking, cohort_of

ASK, PLAIN = asking(), AnalysisPlan()


def lists(cohort: Cohort, *sections: str, plan: AnalysisPlan = PLAIN) -> dict[tuple[int, str], tuple[str, str]]:
    """Number of the list and item → what is said, and its state."""
    study = Study(context_for(cohort, plan, ASK), Choices((*sections, "lists")))
    parts = next(parts for section, parts in sections_of(study) if section.name == "lists")
    frames = [p.frame for p in parts if isinstance(p, TextTable)]
    return {(i, r["Item"]): (r["What this analysis says"], r["State"]) for i, f in enumerate(frames) for _, r in f.iterrows()}


@pytest.fixture(scope="module")
def korea() -> Cohort:
    return aadash.read_cohort("sample_data/korea_2025_missing.csv")


def test_what_the_report_does_not_hold_is_left_to_the_authors(korea: Cohort) -> None:
    said = lists(korea, "responders")
    assert said[0, "12e"] == ("Not part of this report. For the authors.", "for the authors")
    assert said[0, "12d"][1] == "for the authors"
    assert said[0, "15"][1] == "filled in"
    assert said[0, "4"][0].startswith("Cohort followed at weeks 0, 8, 12, 16, 24 and 36.")


def test_the_size_of_a_model_is_its_events_and_parameters(korea: Cohort) -> None:
    said = lists(korea, "predictors")
    made = ASK("predictors", korea, AnalysisPlan())
    seen = korea.salt[36].notna() & korea.fact("aa_subtype").notna()
    events = int(((1 - korea.salt[36] / korea.salt[0]) >= 0.75)[seen].sum())
    assert made.details.events == events
    assert said[2, "10"][0].startswith(f"{events} events for {made.details.parameters} parameters. For the authors")
    assert said[2, "14"][1] == "for the authors"


@pytest.mark.parametrize(("arms", "words"), [(["placebo", "baricitinib"], "with"), (["tofacitinib", "baricitinib"], "without")])
def test_two_drugs_are_no_control_group_and_placebo_is(arms: list[str], words: str) -> None:
    rows = [[80.0 + i, 60.0 - i, 50.0 - i] for i in range(12)]
    said = lists(cohort_of(rows, [0, 12, 24], treatment=arms * 6), "responders")
    assert said[0, "1"][0].startswith(f"Cohort {words} a control group.")


def test_the_range_the_filters_and_the_cut_are_those_of_the_plan() -> None:
    """“EASI, 0 to 100” and “All patients of the file were used” were said, whatever the score and the filters."""
    rows = [[40.0 + i, 20.0 - i, 5.0] for i in range(12)]
    easi = cohort_of(rows, [0, 12, 24], sex=list("fm") * 6, roles={"sex": "sex"}, score=EASI.name, measure=EASI)
    plan = AnalysisPlan(filters=(Filter("sex", ("f",)),), stratifier="sex").resolved_for(easi)[0]
    said = lists(easi, "responders", plan=plan)
    assert said[0, "8"][0].startswith("EASI, 0–72.")
    assert said[0, "10"][0].startswith("All patients of the file who pass the filters were used")
    assert "why this cut" not in said[0, "11"][0] and "why this cut" in lists(easi, "responders")[0, "11"][0]


def test_no_column_stands_for_what_the_mixed_model_does_not_give(korea: Cohort) -> None:
    heads = {rule: printable(ASK("change_from_baseline", korea, AnalysisPlan(missing=rule))).columns for rule in ("observed", "mixed")}
    assert {"Mean change (SD)", "dz"} <= set(heads["observed"]) and "Mean change" in heads["mixed"]
    assert not {"Mean change (SD)", "dz"} & set(heads["mixed"])


def test_what_is_not_in_the_report_is_not_claimed(korea: Cohort) -> None:
    """A report of responses alone has no Table 1, no words on methods and limitations, and no change over the visits."""
    said = lists(korea, "responders")
    for item in ("12a", "14b"):
        assert said[0, item] == ("Not part of this report. For the authors.", "for the authors"), item
    assert said[0, "19"] == ("For the authors", "for the authors")
    assert "Holm" not in said[1, "Multiplicity"][0]
    whole = lists(korea, "baseline", "course", "methods", "limitations")
    assert whole[0, "12a"][0].startswith("See “Statistical") and whole[0, "19"][0].startswith("See “Limitations”")
    assert "over the visits: Holm" in whole[1, "Multiplicity"][0]


def test_what_asks_again_is_a_sensitivity_analysis(korea: Cohort) -> None:
    again = lists(korea, "unseen", "adjusted")
    assert "How bad would the missing scores have to be?" in again[0, "12e"][0]
    assert "adjusted for" in again[0, "17"][0]


def test_lists_and_limitations_stand_before_what_they_tell_of(korea: Cohort) -> None:
    study = Study(context_for(korea, PLAIN, ASK), Choices(("limitations", "lists", "responders")))
    first = {section.name: parts for section, parts in sections_of(study)}
    assert any("natural course" in part.text for part in first["limitations"] if isinstance(part, Text))
    strobe = next(p.frame for p in first["lists"] if isinstance(p, TextTable))
    assert strobe.set_index("Item")["State"]["15"] == "filled in"


@pytest.mark.parametrize(("adjusted", "sections"), [(False, ("responders", "methods")), (True, ("course", "methods"))])
def test_p_values_are_adjusted_where_there_are_any(korea: Cohort, adjusted: bool, sections: tuple[str, ...]) -> None:
    study = Study(context_for(korea, PLAIN, ASK), Choices(sections))
    text = " ".join(part.text for part in {s.name: p for s, p in sections_of(study)}["methods"])
    assert ("p-values of the change since baseline were adjusted" in text) is adjusted


def test_one_visit_has_no_endpoint() -> None:
    cohort = cohort_of([[60.0 + i] for i in range(8)], [0], sex=["f", "m"] * 4)
    study = Study(context_for(cohort, PLAIN, ASK), Choices(("baseline", "methods")))
    text = " ".join(part.text for part in {s.name: p for s, p in sections_of(study)}["methods"])
    assert "recorded at week 0 were analysed" in text and "The endpoint was" not in text
    assert "SALT was recorded at baseline alone" in text and "adjusted over the visits" not in text
    assert lists(cohort, "baseline")[0, "7"][0].startswith("SALT at baseline, the only visit.")


def test_a_model_that_was_not_fitted_is_not_said_to_be_the_rule() -> None:
    """Three patients at four visits: no covariance can be estimated, and each number is of the scores recorded."""
    cohort = cohort_of([[80.0, 40, NAN, 20], [70, NAN, 30, NAN], [60, 50, NAN, NAN]], [0, 12, 24, 36], sex=["f", "m", "f"])
    plan = AnalysisPlan(stratifier="sex", missing="mixed")
    study = Study(context_for(cohort, plan, ASK), Choices(("course", "responders", "methods")))
    text = " ".join(part.text for part in {s.name: p for s, p in sections_of(study)}["methods"])
    assert "Missing visits: left out of that visit, as no mixed model stands in this report." in text
    assert "differences between strata were not adjusted" not in text, "between the strata there was nothing to test"
    assert lists(cohort, "course", plan=plan)[0, "12c"][0].startswith("Left out of that visit")


def test_the_design_is_of_the_patients_analysed() -> None:
    """Of one arm that a filter leaves, item 1 said “Cohort with a control group”, and a caveat “without an untreated group”."""
    cohort = cohort_of([[80.0, 30.0], [80.0, 70.0]] * 6, [0, 24], arm=["placebo", "4 mg"] * 6)
    by_filter = {kept: PLAIN.replace(filters=(Filter("arm", kept),)) for kept in (("4 mg",), ("placebo",), ("4 mg", "placebo"))}
    said = {kept: lists(cohort, "responders", plan=plan)[0, "1"][0].split(".")[0] for kept, plan in by_filter.items()}
    assert list(said.values()) == ["Cohort without a control group", "Cohort of a control group alone", "Cohort with a control group"]


def test_the_tests_named_are_those_that_the_tables_print(korea: Cohort) -> None:
    """“Fisher's exact test; chi-squared test” where every row of the report was Fisher's."""
    study = Study(context_for(korea, AnalysisPlan(stratifier="sex"), ASK), Choices(("responders", "lists")))
    names = {t.name for t in study.tests_printed}
    assert names
    said = lists(korea, "responders", plan=AnalysisPlan(stratifier="sex"))[1, "Hypothesis tests"][0]
    assert {n.lower() for n in said.split(". Two-sided")[0].split("; ")} == {n.lower() for n in names}
