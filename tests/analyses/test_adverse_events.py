"""Table 2: the Korean paper's counts, a trial's events counted by plain pandas, and hand-made lists."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import aadash
from aadash import read_cohort
from aadash.analyses.adverse_events import adverse_events
from aadash.analyses.baseline import baseline
from aadash.analyses.estimand import estimand
from aadash.analyses.over_time import salt_over_time
from aadash.analyses.response_between import responders_between
from aadash.charts import chart
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.intake import read
from aadash.measures import KNOWN
from aadash.plan import AnalysisPlan
from aadash.report.tables import printable
from aadash.report.tables.baseline import table_two
from tests.making import NAN, cohort_of

PLAIN = AnalysisPlan(stratifier="none")


def listed(rows: list[dict], salt: list[list[float]] | None = None, **facts: list) -> Cohort:
    """Four patients with a list of events, seen at weeks 0, 26 and 52."""
    salt = salt or [[80, 40, 20], [80, 40, 20], [60, 30, NAN], [60, 30, 10]]
    plain = cohort_of(salt, [0, 26, 52], **facts)
    return Cohort(plain.patients, plain.salt, events=pd.DataFrame(rows))


def test_the_korean_table_2_to_the_number() -> None:
    r = adverse_events(aadash.read_cohort("sample_data/korea_2025.csv"), PLAIN)
    terms = r.rows(variable="term").set_index("variable_level")["k"]
    assert terms.to_dict() == {
        "neutropenia": 5, "folliculitis": 5, "acne": 4, "headache": 2, "gastroenteritis": 2, "elevated CPK": 1, "hyperlipidemia": 1,
    }  # fmt: skip
    total = r.rows(variable="any").iloc[0]
    assert (total["k"], total["events"], total["n"]) == (20, 20, 117)
    # R: 117 * 36 / (365.25 / 7) = 80.72279 patient-years; poisson.test(20, 0.8072279): 24.77615, 15.13392 to 38.26475
    assert (total["rate"], total["rate_low"], total["rate_high"]) == pytest.approx((24.77615, 15.13392, 38.26475), rel=1e-6)
    assert r.rows(variable="of_interest", variable_level="Herpes zoster").iloc[0]["upper_if_none"] == pytest.approx(0.02527953)


@pytest.mark.parametrize("cells", [("Y", "N"), ("yes", "no"), ("있음", "없음"), ("1", "0")])
def test_a_yes_names_no_event_and_tells_no_number(cells: tuple[str, str]) -> None:
    """“Most often Y (2)”, “Herpes zoster 0 (≤ 4 %)” and a rate of events stood where the file says only who had any."""
    salt = [[80, 40, 20], [80, 40, 20], [60, 30, 30], [60, 30, 10]]
    role = {"adverse_event": "adverse_event"}
    cohort = cohort_of(salt, [0, 26, 52], adverse_event=[cells[0], cells[1], cells[0], cells[1]], roles=role)
    r = adverse_events(cohort, PLAIN)
    total = r.rows(variable="any").iloc[0]
    assert (total["k"], total["n"]) == (2, 4) and np.isnan([total["events"], total["rate"]]).all()
    assert not set(r.table["variable"]) & {"term", "of_interest"}
    assert r.sentence == "An adverse event is recorded in 2/4 (50.0 %) of the patients at risk (95 % CI 15.0 to 85.0 %)."
    assert next(c.text for c in r.caveats if c.code == "events-unnamed").startswith("Of 2 patients the file says only")
    assert chart(r).data["events"]["term"].unique().tolist() == ["Any adverse event"]
    mixed = adverse_events(cohort_of(salt, [0, 26, 52], adverse_event=[cells[0], cells[1], "acne", cells[1]], roles=role), PLAIN)
    assert mixed.rows(variable="term").set_index("variable_level")["events"].to_dict() == {"acne": 1}
    assert np.isnan(mixed.rows(variable="of_interest")["upper_if_none"]).all(), "the event that has no name may be zoster"


def test_an_event_lies_within_the_time_that_it_is_divided_by() -> None:
    rows = [
        {"patient": "p0", "term": "acne", "grade": 1, "onset_day": 7 * 60},
        {"patient": "p2", "term": "zoster", "grade": 3, "onset_day": 7 * 30},
        {"patient": "p2", "term": "acne", "grade": 1, "onset_day": 7},
        {"patient": "p1", "term": "acne", "grade": 1, "onset_day": -7},
    ]
    r = adverse_events(listed(rows), PLAIN)
    # by hand: weeks 60 (event after the visit of week 52), 52, 30 (last visit at 26) and 52
    total = r.rows(variable="any").iloc[0]
    assert total["patient_years"] == pytest.approx(194 * 7 / 365.25)
    assert total["rate"] == pytest.approx(300 / (194 * 7 / 365.25))
    # who has no visit after baseline was followed to his event
    salt = [[80, 40, 20], [80, NAN, NAN], [60, 30, NAN], [60, 30, 10]]
    alone = adverse_events(listed([{"patient": "p1", "term": "acne", "grade": 1, "onset_day": 70}], salt), PLAIN)
    assert alone.rows(variable="any").iloc[0]["patient_years"] == pytest.approx((52 + 10 + 26 + 52) * 7 / 365.25)


def test_none_told_is_not_none_where_the_file_is_silent_of_some_events() -> None:
    """Of two events one is graded and judged: nobody can say that 0 of 4 patients had a severe or serious one."""
    rows = [
        {"patient": "p0", "term": "acne", "grade": 1, "serious": False},
        {"patient": "p2", "term": "pneumonia", "grade": NAN, "serious": None},
    ]
    r = adverse_events(listed(rows), PLAIN)
    for variable in ("severe", "serious"):
        row = r.rows(variable=variable).iloc[0]
        assert row["k"] == 0 and np.isnan(row["upper_if_none"])
    assert np.isnan(r.rows(variable_level="Serious infection").iloc[0]["upper_if_none"])
    assert "None is said to be serious." in r.sentence
    printed = table_two(r).set_index("Adverse event").iloc[:, 0]
    assert printed["Serious"] == printed["Grade 3 or worse"] == printed["Serious infection"] == "0 recorded"
    told = adverse_events(listed([{**row, "grade": 1, "serious": False} for row in rows]), PLAIN)
    # of 4 patients, by hand: 1 - 0.05^(1/4) = 52.7 %
    assert "None was serious (upper limit 52.7 %)." in told.sentence


def test_no_events_stand_beside_the_worst_grade_of_patients() -> None:
    """Five events of two patients whose worst grade is 3 are no five events of grade 3."""
    rows = [{"patient": "p0", "term": "acne", "grade": g, "onset_day": 7} for g in (1, 1, 3)]
    r = adverse_events(listed(rows), PLAIN)
    assert r.rows(variable="worst_grade")["events"].isna().all()
    assert r.rows(variable="severe").iloc[0]["events"] == 1
    printed = table_two(r).set_index("Adverse event")["Events"]
    assert printed["Grade 3 (severe)"] == "" and printed["Grade 3 or worse"] == "1"


def test_patients_and_events_are_counted_apart() -> None:
    columns = ("patient", "term", "grade", "onset_day", "serious", "related", "action")
    rows = [
        ("p0", "Acne", 1, 70, False, True, "none"),
        ("p0", "acne", 2, 140, False, True, "none"),
        ("p1", "acne", 1, 7, False, None, "none"),
        ("p1", "Pneumonia", 3, 20, True, False, "drug withdrawn"),
        ("p2", "headache", 1, -10, False, False, None),
    ]
    r = adverse_events(listed([dict(zip(columns, row, strict=True)) for row in rows]), PLAIN)
    acne = r.rows(variable="term", variable_level="acne").iloc[0]
    assert (acne["k"], acne["events"], acne["worst_grade"], acne["onset_median"]) == (2, 3, 2, 10)
    assert (acne["onset_min"], acne["onset_max"]) == (1, 20)
    got = {v: r.rows(variable=v).iloc[0]["k"] for v in ("any", "serious", "related", "severe", "stopped")}
    assert got == {"any": 2, "serious": 1, "related": 1, "severe": 1, "stopped": 1}
    # followed 52, 52, 26 and 52 weeks
    assert r.rows(variable="any").iloc[0]["patient_years"] == pytest.approx(182 * 7 / 365.25)
    assert r.rows(variable="worst_grade")[["variable_level", "k"]].to_numpy().tolist() == [["2", 1], ["3", 1]]
    assert r.rows(variable="of_interest", variable_level="Serious infection").iloc[0]["k"] == 1
    assert [c.code for c in r.caveats if c.code == "events-before"] == ["events-before"]
    assert "headache" not in set(r.rows(variable="term")["variable_level"])


def test_a_worst_grade_is_of_patients_and_events_without_a_grade_are_told() -> None:
    """Under “Grade 3 (severe)” stood 8 events, under “Grade 3 or worse” 6; 42 of 52 events without a grade were not spoken of."""
    graded = [("p0", "acne", 1), ("p0", "zoster", 3), ("p1", "acne", 1)]
    plain = [{"patient": p, "term": t, "grade": g} for p, t, g in graded]
    r = adverse_events(listed(plain), PLAIN)
    shown = printable(r).set_index("Adverse event")["Events"]
    assert (shown["Grade 3 or worse"], shown["Grade 3 (severe)"], shown["Grade 1 (mild)"]) == ("1", "", "")
    assert "events-ungraded" not in {c.code for c in r.caveats}
    more = [*plain, {"patient": "p0", "term": "URTI"}, {"patient": "p2", "term": "URTI"}]
    told = [c.text for c in adverse_events(listed(more), PLAIN).caveats if c.code == "events-ungraded"]
    assert told == [
        "Of 2 of 5 events the file gives no grade; the rows of grades are of the others. 1 patient has no graded event at all."
    ]
    assert "events-ungraded" not in {c.code for c in adverse_events(listed([{"patient": "p0", "term": "URTI"}]), PLAIN).caveats}


def test_every_event_when_asked_and_a_flag_beats_the_date() -> None:
    cohort = listed(
        [
            {"patient": "p0", "term": "a", "onset_day": -3, "treatment_emergent": True},
            {"patient": "p1", "term": "b", "onset_day": 5, "treatment_emergent": False},
            {"patient": "p2", "term": "c"},
        ]
    )
    terms = lambda scope: sorted(adverse_events(cohort, PLAIN, scope).rows(variable="term")["variable_level"])  # noqa: E731
    assert terms("emergent") == ["a", "c"] and terms("all") == ["a", "b", "c"]
    assert any(c.code == "events-undated" for c in adverse_events(cohort, PLAIN).caveats)


def test_who_was_not_treated_was_not_at_risk() -> None:
    cohort = listed(
        [{"patient": "p0", "term": "acne"}, {"patient": "p3", "term": "acne"}],
        arm=["drug", "drug", "placebo", "Screen Failure"],
        SAFFL=["Y", "N", "Y", "Y"],
    )
    r = adverse_events(cohort, AnalysisPlan(stratifier="arm"))
    assert (r.accounting.enrolled, r.accounting.analysed) == (4, 2)
    any_ = r.rows(variable="any")
    assert any_["n"].tolist() == [2, 1, 1] and any_["k"].tolist() == [1, 1, 0]
    assert "Screen Failure" not in set(any_["group1_level"])


def test_no_rate_where_followup_is_not_known() -> None:
    cohort = listed([{"patient": "p0", "term": "acne"}], [[80, 40, 20], [80, 40, 20], [60, NAN, NAN], [60, 30, 10]])
    r = adverse_events(cohort, PLAIN)
    assert np.isnan(r.rows(variable="any").iloc[0]["rate"])
    assert any(c.code == "events-no-time" for c in r.caveats)
    advice = {c.code: c.advice for c in r.caveats}["events-no-control"]
    assert advice.startswith("Compare the share of patients"), "no rate is given that could be compared"
    whole = adverse_events(listed([{"patient": "p0", "term": "acne"}], [[80, 40, 20]] * 4), PLAIN)
    assert {c.code: c.advice for c in whole.caveats}["events-no-control"].startswith("Compare the rate per 100 patient-years")
    assert not any("patient-years" in c for c in table_two(r).columns)


def test_cells_that_list_several_events() -> None:
    cohort = cohort_of(
        [[80, 20]] * 4, ae=["acne, headache", "none", None, "Acne"], roles={"adverse_event": "ae"}
    )  # a patient per cell
    r = adverse_events(cohort, PLAIN)
    assert r.rows(variable="term")["k"].tolist() == [2, 1]
    assert r.rows(variable="any").iloc[0]["k"] == 2


def test_a_file_without_events_says_what_it_would_take() -> None:
    with pytest.raises(NotComputable, match="no list of adverse events, which does not say that there were none") as said:
        adverse_events(cohort_of([[80, 20]]), PLAIN)
    assert not said.value.fix


def test_columns_that_look_like_events_are_named() -> None:
    columns = {
        "Acne": ["yes", "no"],
        "CPK_elevated": [1, 0],
        "Stop reason": ["adverse event", None],
        "prior acne": ["yes", "no"],
        "Sex": ["f", "m"],
    }
    with pytest.raises(NotComputable) as said:
        adverse_events(cohort_of([[80, 20], [70, 60]], **columns), PLAIN)
    assert said.value.fix.startswith("The columns “Acne”, “CPK_elevated” and “Stop reason” may speak of some")


def test_a_split_by_events_warns_that_it_is_known_afterwards() -> None:
    cohort = cohort_of([[80, 20], [80, 70], [60, 10], [60, 50]], ae=["acne", "acne", "none", "none"], roles={"adverse_event": "ae"})
    codes = [c.code for c in responders_between(cohort, AnalysisPlan(stratifier="ae")).caveats]
    assert "after-baseline" in codes and "prognostic" not in codes


def test_an_event_in_a_column_and_in_the_list_is_one() -> None:
    cohort = listed(
        [{"patient": "p0", "term": "acne"}, {"patient": "p0", "term": "Acne", "grade": 2}, {"patient": "p1", "term": "acne"}]
    )
    r = adverse_events(cohort, PLAIN)
    assert r.rows(variable="any").iloc[0][["k", "events"]].tolist() == [2, 2]
    assert [c.code for c in r.caveats if c.code == "events-twice"] == ["events-twice"]


def test_a_cohort_of_events_alone_claims_no_score() -> None:
    """Patients, arms and events without a score (as a safety set of a trial is kept): nothing of SALT is described or estimated."""
    plain = cohort_of([[NAN]] * 4, [0], arm=["A", "A", "B", "B"], age=[30, 40, 50, 60])
    cohort = Cohort(plain.patients, plain.salt, events=pd.DataFrame([{"patient": "p0", "term": "acne"}]))
    described = baseline(cohort, PLAIN)
    assert not {"baseline_salt", "severity_band", "trial_band"} & set(described.table["variable"])
    assert not any("SALT" in c.text for c in described.caveats) and "SALT" not in described.sentence
    with pytest.raises(NotComputable, match="one visit only"):
        estimand(cohort, PLAIN)
    with pytest.raises(NotComputable) as said:
        salt_over_time(cohort, PLAIN)
    assert said.value.fix == "Add SALT at each visit to the file"


def test_who_stopped_for_an_event_is_not_said_to_be_unknown() -> None:
    """“Nothing here says who stopped the drug” stood over a table of events with “Drug withdrawn 2 (50.0 %)”."""
    rows = [
        {"patient": "p0", "term": "acne", "action": "DRUG WITHDRAWN", "onset_week": 20},
        {"patient": "p0", "term": "zoster", "action": "drug withdrawn", "onset_week": 40},
        {"patient": "p1", "term": "acne", "action": "none", "onset_week": 3},
        {"patient": "p2", "term": "acne", "action": "stopped", "onset_week": 30},
    ]
    cohort = listed(rows)
    r = estimand(cohort, PLAIN.replace(week=26))
    told = r.rows(variable="stopping").iloc[0]
    assert (told["k"], told["n"], told["recorded"]) == (1, 4, 1)  # the other stopped in week 30
    assert "By week 26 the drug was stopped for an adverse event in 1/4 (25.0 %)" in r.sentence and "Nothing here" not in r.sentence
    assert estimand(cohort, PLAIN).rows(variable="stopping").iloc[0]["k"] == 2
    assert any("not who stopped it for another reason" in c.text for c in r.caveats)
    assert "Nothing here says" in estimand(listed([{"patient": "p1", "term": "acne"}]), PLAIN).sentence
    dated = listed(rows, stop_week=[NAN, NAN, NAN, 8.0])  # a column of the patients says more
    assert "the drug was stopped in 1/4" in estimand(dated, PLAIN).sentence
    printed = printable(r)  # of those who stopped by then: a plain "Patients" hid who stopped later
    assert printed.loc[0, "Patients by week 26"] == "1/4 (25.0 %)"
    yes = printable(estimand(listed(rows[1:2], stopped=["yes", "no", "no", "no"]), PLAIN))
    assert yes.filter(like="by week").iloc[0, 0] == "1/4 (25.0 %), at no known time"


def test_a_dose_lowered_for_an_event_is_recorded_in_the_file() -> None:
    """“Dose lowered: not recorded in the file” stood pages before a table of events with “dose reduced 1 (25.0 %)”."""
    rows = [
        {"patient": "p0", "term": "acne", "action": "dose reduced", "onset_week": 20},
        {"patient": "p1", "term": "acne", "action": "Dose not changed", "onset_week": 3},
        {"patient": "p2", "term": "acne", "action": "dose reduced", "onset_week": -3},  # of a drug before this one
    ]
    r = estimand(listed(rows), PLAIN.replace(week=26))
    told = r.rows(variable="dose step-down").iloc[0]
    assert (told["k"], told["n"], told["recorded"], told["variable_level"]) == (1, 4, 1, "list of adverse events")
    assert "and the dose was lowered for an adverse event in 1/4 (25.0 %)" in r.sentence
    assert estimand(listed(rows[1:2]), PLAIN).rows(variable="dose step-down").iloc[0]["recorded"] == 0
    assert "the dose was lowered in 2/4" in estimand(listed(rows, dose_reduced=["yes", "yes", "no", "no"]), PLAIN).sentence


def test_an_event_that_nobody_judged_is_not_silently_unrelated() -> None:
    """Of 64 events 19 were “possibly related”, which was taken for no answer; “Related 16 (25.0 %)” stood without a word."""
    rows = [{"patient": "p0", "term": "acne", "related": True}, {"patient": "p1", "term": "zoster", "related": None}]
    told = [c.text for c in adverse_events(listed(rows), PLAIN).caveats if c.code == "events-unjudged"]
    assert told == ["Of 1 of 2 events the file does not say whether it was related to the drug; such an event is not in that row."]
    for none in (rows[:1], [{"patient": "p0", "term": "acne"}]):
        assert "events-unjudged" not in {c.code for c in adverse_events(listed(none), PLAIN).caveats}


def test_a_cell_that_says_none_is_told_from_one_that_says_nothing(tmp_path: Path) -> None:
    """“acne; resolved 2021-04-01” was two events, and five patients were those without one named."""
    file = tmp_path / "clinic.csv"
    cells = ["acne; resolved 2021-04-01", "none", "none", "", "acne", "", "", "headache 2021-01-01"]
    file.write_text("ID,SALT week 0,SALT week 24,Adverse event\n" + "\n".join(f"P{i},80,{10 * i},{e}" for i, e in enumerate(cells)))
    cohort = read_cohort(file)
    assert cohort.events["term"].tolist() == ["acne", "acne", "headache"]
    caveats = adverse_events(cohort, AnalysisPlan(stratifier="none")).caveats
    said = next(c.text for c in caveats if c.code == "events-not-asked")
    assert said.startswith("For 2 patients the file says that there was no event, for 3 it says nothing: all of these")


def test_each_total_that_nobody_had_has_an_upper_limit() -> None:
    """0 of 117: 1 − 0.05^(1/117) = 2.53 %. It was "0 (0.0 %)" for who withdrew, beside "0 (at most 2.5 %)" for who was serious."""
    shown = printable(adverse_events(aadash.read_cohort("sample_data/korea_2025_events.xlsx"), AnalysisPlan()))
    rows = shown.set_index("Adverse event").iloc[:, 0]
    for title in ("Serious", "Drug withdrawn", "Grade 3 or worse"):
        assert rows[title] == "0 (≤ 2.5 %)"


@pytest.mark.parametrize(
    ("term", "name", "counted"),
    [
        *(
            (t, "Serious infection", 1)
            for t in ("URTI", "COVID-19", "Acute pyelonephritis", "Appendicitis", "대상포진", "폐결핵", "肺結核")
        ),
        *((t, "Serious infection", 0) for t in ("Cholecystitis", "Aseptic necrosis", "Acne", "골절")),
        *((t, "Malignancy", 1) for t in ("Multiple myeloma", "백혈병", "悪性リンパ腫", "유방암(좌)")),
        *((t, "Malignancy", 0) for t in ("암모니아 증가", "Acne")),
        ("DVT", "Venous thromboembolism", 1),
        ("Pulmonary TB", "Tuberculosis", 1),
        ("Heart attack", "Major cardiovascular event", 1),
        ("Heat stroke", "Major cardiovascular event", 0),
    ],
)
def test_events_of_interest_are_known_by_the_words_of_clinics(term: str, name: str, counted: int) -> None:
    """A serious “URTI” or “COVID-19” stood in the list, and under it “Serious infection: 0 (at most 4.1 %)”."""
    r = adverse_events(listed([{"patient": "p0", "term": term, "serious": True, "onset_day": 20}]), PLAIN)
    assert r.rows(variable="of_interest", variable_level=name).iloc[0]["k"] == counted


def test_a_fatal_infection_is_a_serious_one() -> None:
    """“Serious infection 0” stood beside a fatal pneumonia that the list does not mark: what ends in death is serious (ICH E2A)."""
    rows = [
        {"patient": "p0", "term": "pneumonia", "outcome": "died", "onset_week": 30, "serious": False},
        {"patient": "p1", "term": "sinusitis", "outcome": "recovered", "onset_week": 3, "serious": False},
    ]
    r = adverse_events(listed(rows), PLAIN)
    assert r.rows(variable="of_interest", variable_level="Serious infection").iloc[0]["k"] == 1
    assert r.rows(variable="serious").iloc[0]["k"] == 0, "what the file marks"
    assert any("a fatal infection counts as a serious one" in c.text for c in r.caveats)


def test_what_became_of_events_is_counted_and_a_death_is_said() -> None:
    """The outcomes of a list were not used, and a fatal event was one line among others."""
    rows = [
        {"patient": "p0", "term": "acne", "outcome": "Recovered", "onset_week": 3, "serious": False},
        {"patient": "p0", "term": "headache", "outcome": "recovered", "onset_week": 4, "serious": False},
        {"patient": "p1", "term": "acne", "outcome": "ongoing", "onset_week": 3, "serious": False},
        {"patient": "p2", "term": "myocardial infarction", "outcome": "died", "onset_week": 30, "serious": False},
    ]
    r = adverse_events(listed(rows), PLAIN)
    counts = {v: (k, e) for v, k, e in r.rows(variable="outcome")[["variable_level", "k", "events"]].to_numpy().tolist()}
    assert counts == {"Recovered": (1, 2), "ongoing": (1, 1), "died": (1, 1)}
    assert r.rows(variable="fatal").iloc[0]["k"] == 1 and "Fatal: 1/4 (25.0 %)." in r.sentence
    printed = table_two(r).set_index("Adverse event").iloc[:, 0]
    assert printed["Fatal"] == "1 (25.0 %)" and printed["ongoing"] == "1 (25.0 %)" and "Outcome of the event" in printed.index
    assert [c.level for c in r.caveats if c.code == "events-fatal"] == ["warning"]  # not marked as serious
    alive = adverse_events(listed(rows[:3]), PLAIN)
    assert "None was fatal." in alive.sentence and "Fatal" not in alive.sentence
    unknown = adverse_events(listed([*rows[:2], {**rows[2], "outcome": None}]), PLAIN)
    assert "fatal" not in unknown.sentence
    assert [c.text for c in unknown.caveats if c.code == "events-outcome"] == [
        "Of 1 of 3 events the file does not say what became of it."
    ]


@pytest.mark.parametrize(
    "row", [{"term": "pneumonia", "grade": 5}, {"term": "Sudden death"}, {"term": "사망"}, {"term": "sepsis", "outcome": "死亡"}]
)
def test_an_event_is_fatal_by_its_outcome_its_grade_or_its_name(row: dict) -> None:
    r = adverse_events(listed([{"patient": "p1", **row}, {"patient": "p2", "term": "fear of death"}]), PLAIN)
    assert r.rows(variable="fatal").iloc[0]["k"] == 1 and "Fatal: 1/4" in r.sentence


def test_a_body_system_that_some_events_lack() -> None:
    """One event of a list without its body system stopped the page."""
    rows = [{"patient": "p0", "term": "acne", "system_organ_class": "Skin"}, {"patient": "p1", "term": "zoster"}]
    r = adverse_events(listed(rows), PLAIN)
    assert r.rows(variable="class")["variable_level"].tolist() == ["Skin"] and r.details.classes == {"acne": "Skin"}


def test_the_time_at_risk_does_not_depend_on_the_measure_that_is_analysed() -> None:
    """82.4 events per 100 patient-years beside SALT were 83.8 beside DLQI: of whom no DLQI was recorded, the visit did not count."""
    rows = [{"patient": "p1", "term": "acne", "onset_week": 3}]
    base = listed(rows)
    dlqi = pd.DataFrame({0: 10.0, 26: [5.0, NAN, 4.0, NAN]}, index=base.salt.index)
    cohort = dataclasses.replace(base, measures={"DLQI": (KNOWN["DLQI"], dlqi)})
    years = [adverse_events(cohort, PLAIN.replace(measure=m)).rows(variable="any").iloc[0]["patient_years"] for m in (None, "DLQI")]
    alone = adverse_events(base, PLAIN).rows(variable="any").iloc[0]["patient_years"]
    assert years[0] == years[1] == pytest.approx(alone)


@pytest.mark.parametrize(
    "action", ["일시중지", "drug interrupted", "temporarily stopped", "一時中止", "not discontinued", "중단 안함", "dose held"]
)
def test_an_interruption_is_no_withdrawal(action: str) -> None:
    """CDISC tells DRUG INTERRUPTED from DRUG WITHDRAWN; 16 of 46 were said to have had the drug withdrawn where 10 had."""
    rows = [
        {"patient": "p0", "term": "acne", "onset_week": 4, "action": action},
        {"patient": "p1", "term": "zoster", "onset_week": 8, "action": "drug withdrawn"},
    ]
    cohort = listed(rows)
    assert adverse_events(cohort, PLAIN).rows(variable="stopped").iloc[0]["k"] == 1
    assert "the drug was stopped for an adverse event in 1/4 (25.0 %)" in estimand(cohort, PLAIN).sentence


def test_whose_only_event_began_before_the_first_dose_is_not_said_to_have_none_in_the_file() -> None:
    """41 of 80 had an event in the file, three of them before the first dose only, and 42 were those without one named."""
    salt = "ID,SALT W0,SALT W12\n" + "".join(f"P{i},90,40\n" for i in range(6))
    ae = "ID,AE term,Onset week\nP1,acne,2\nP2,headache,-3\n"
    cohort = read([("salt.csv", salt.encode()), ("ae.csv", ae.encode())]).accepted()
    said = next(c.text for c in adverse_events(cohort, PLAIN).caveats if c.code == "events-not-asked")
    assert said == "5 patients for whom the file names no event after the first dose are counted as without an event."


def test_an_unknown_outcome_is_no_outcome() -> None:
    """“None was fatal”, “up to 11.3 % possible”, where the outcome of 7 of 16 events was “unknown”."""
    salt = "ID,SALT W0,SALT W12\n" + "".join(f"P{i},90,40\n" for i in range(6))
    ae = "ID,AE term,Outcome\nP1,acne,recovered\nP2,headache,{}\n"
    for word in ("unknown", "UNKNOWN", "미상", "不明"):
        cohort = read([("salt.csv", salt.encode()), ("ae.csv", ae.format(word).encode())]).accepted()
        result = adverse_events(cohort, PLAIN)
        assert "None was fatal" not in result.sentence and "events-outcome" in {c.code for c in result.caveats}
        assert np.isnan(result.rows(variable="fatal").iloc[0]["upper_if_none"])
    known = read([("salt.csv", salt.encode()), ("ae.csv", ae.format("ongoing").encode())]).accepted()
    assert "None was fatal" in adverse_events(known, PLAIN).sentence
