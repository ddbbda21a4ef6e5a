"""Small workbooks and lists as clinics make them: what one sheet knows of another, rows that are named once, codes under odd names."""

from __future__ import annotations

import datetime as dt

import pytest

from aadash.intake import Reading, read
from tests.making import workbook

FIRST = {"K1": dt.date(2024, 1, 3), "K2": dt.date(2024, 1, 10), "K3": dt.date(2024, 2, 1)}


def sheets(start: bool) -> Reading:
    head = ["Patient", "Sex", "Age", *(["First dose"] if start else [])]
    people = [head, *([c, "F", 30 + i, *([d] if start else [])] for i, (c, d) in enumerate(FIRST.items()))]
    salt = [["Patient", "SALT W0", "SALT W12", "SALT W24"], *([c, 90 - i, 50 - i, 20] for i, c in enumerate(FIRST))]
    events = [["Patient", "AE", "Grade", "Onset date"], *([c, "acne", 1, d + dt.timedelta(days=15)] for c, d in FIRST.items())]
    labs = [["Patient", "Test", "Date", "Result"]]
    labs += [[c, t, d + dt.timedelta(days=k), 200 + k] for c, d in FIRST.items() for t in ("PLT", "CK") for k in (0, 84)]
    return workbook(Demographics=people, SALT=salt, AE=events, Labs=labs)


def test_the_first_dose_of_one_sheet_dates_the_events_and_results_of_others() -> None:
    """“The date of the first dose is not known: not used” was said of results although a sheet gives it; events lost their days
    without a word."""
    reading = sheets(start=True)
    cohort = reading.accepted()
    assert cohort.events["onset_day"].tolist() == [15, 15, 15]
    assert list(cohort.measures["Platelets"][1].columns) == [0, 12]
    assert "First dose" not in reading.unused
    assert not {"laboratory_dates", "event_start"} & {p.code for p in reading.problems}


def test_dates_of_events_that_cannot_be_counted_are_told() -> None:
    reading = sheets(start=False)
    told = {p.code: p.message for p in reading.problems}
    assert reading.accepted().events["onset_day"].isna().all()
    assert "of 3 events the date of the first dose is not known" in told["event_start"] and "laboratory_dates" in told


@pytest.mark.parametrize("head", ["Timing", "Visit", "평가 시점", "전후", "時点", "前後"])
def test_the_last_row_of_a_list_that_names_each_patient_once_is_a_visit(head: str) -> None:
    """Its 20 and 1 were taken for the SDs of the rows above, and under “Timing” each row was a patient."""
    pairs = [(80, 2, 32, 1), (70, 1, 30, 0), (90, 3, 60, 1), (75, 3, 20, 1)]
    rows = [line for i, (a, e, b, f) in enumerate(pairs, 1) for line in (f"{i},F,{29 + i},Pre,{a},{e}", f",,,Post 24wk,{b},{f}")]
    reading = read("\n".join([f"Subject No,Sex,Age,{head},SALT,EB", *rows]))
    assert reading.ready and reading.accepted().salt.to_numpy().tolist() == [[a, b] for a, _, b, _ in pairs]


def test_means_below_such_a_list_are_still_left_out() -> None:
    """(80 + 70 + 90 + 75) / 4 is 78.75, and (32 + 30 + 60 + 20) / 4 is 35.5; the last line has no visit."""
    rows = [
        line for i, (a, b) in enumerate(((80, 32), (70, 30), (90, 60), (75, 20)), 1) for line in (f"{i},Pre,{a}", f",Post 24wk,{b}")
    ]
    cohort = read("\n".join(["Subject No,Visit,SALT", *rows, "Mean,Pre,78.75", "Mean,Post 24wk,35.5"])).accepted()
    assert list(cohort.salt.index) == ["1", "2", "3", "4"] and cohort.salt[24].tolist() == [32, 30, 60, 20]


@pytest.mark.parametrize("code", ["Hosp code", "Our no", "증례코드", "外来コード"])
def test_a_code_under_an_odd_name_is_found_by_its_dates(code: str) -> None:
    """Each visit was a patient, T4 was SALT of week 4 and D3 that of week 0."""
    rows = [f"C{i},{d},{s},1.{s},2{s}" for i in range(1, 7) for d, s in (("2024-01-04", 90 - i), ("2024-03-28", 50 - i))]
    reading = read("\n".join([f"{code},Visit date,SALT total,T4,D3", *rows]))
    assert reading.layout == "dated" and list(reading.accepted().salt.index) == [f"C{i}" for i in range(1, 7)]
    assert set(reading.accepted().measures) == {"T4", "D3"}


def test_visits_without_any_code_are_asked_about() -> None:
    """Said in a note only: row numbers are used, and each visit is a patient."""
    rows = [f"2024-01-{d:02d},{90 - d}" for d in range(1, 9)]
    reading = read("\n".join(["Visit date,SALT", *rows]))
    assert [p.code for p in reading.open_problems if p.code == "no_code"] == ["no_code"]
    assert [p.code for p in read("SALT W0,SALT W12\n80,20\n70,30\n").problems if p.code == "no_id"] == ["no_id"]


@pytest.mark.parametrize(
    "head",
    ["번호,성별,병력,,SALT,\n,,기간,가족력,기저,12주\n,(M/F),(개월),(유/무),(%),(%)", "번호,성별,기간,가족력,기저,12주\n,,개월,,%,%"],
)
def test_a_row_of_units_belongs_to_the_header(head: str) -> None:
    """Under a header of two rows it was a patient without a code; under one of one row the unit of the duration was lost."""
    reading = read("\n".join([head, "P1,M,24,유,80,40", "P2,F,36,무,70,30", "P3,F,120,무,90,30"]))
    assert reading.ready and list(reading.accepted().salt.index) == ["P1", "P2", "P3"]
    names = [g.column for g in reading.columns]
    assert names[2].endswith("기간 (개월)") and reading.accepted().salt.to_numpy().tolist() == [[80, 40], [70, 30], [90, 30]]


def test_units_of_laboratory_values_in_a_row_of_their_own() -> None:
    reading = read(
        "ID,SALT W0,SALT W12,PLT W0,PLT W12\n,(%),(%),(10^3/uL),(10^3/uL)\nP1,80,40,200,210\nP2,70,30,220,230\nP3,60,1,210,215\n"
    )
    assert reading.accepted().measures["Platelets"][1].to_numpy().tolist() == [[200, 210], [220, 230], [210, 215]]


def test_a_visit_that_is_still_to_come_in_one_japanese_letter() -> None:
    reading = read("患者番号,SALT 0週,SALT 12週\n1,80,未\n2,70,30\n3,60,20\n")
    assert reading.ready and reading.accepted().salt[12].isna().tolist() == [True, False, False]


def beside(*rows: str, head: str = "AE,AE grade,Serious,Causality,AE outcome,AE onset week") -> Reading:
    return read("\n".join([f"ID,Sex,SALT W0,SALT W12,{head}", *(f"P{i},F,8{i},4{i},{row}" for i, row in enumerate(rows))]))


def test_what_is_said_of_an_event_in_a_patients_row_is_the_events() -> None:
    """The week in which the event began was the age at onset of the disease, and grade, seriousness and a fatal outcome were baseline
    facts of Table 1."""
    reading = beside("acne,1,N,related,recovered,4", "pneumonia,4,Y,unrelated,fatal,20", "none,,,,,", ",,,,,")
    cohort = reading.accepted()
    told = cohort.events[["term", "grade", "serious", "related", "onset_week", "outcome"]].values.tolist()
    assert told == [["acne", 1, False, True, 4, "recovered"], ["pneumonia", 4, True, False, 20, "fatal"]]
    assert list(cohort.patients.columns) == ["Sex", "AE"] and "age_at_onset" not in cohort.roles
    assert cohort.fact("AE").isna().tolist() == [False, False, False, True]
    assert [p.level for p in reading.problems if p.code == "events_beside"] == ["note"]


def test_which_of_two_events_a_grade_is_of_is_not_guessed() -> None:
    reading = beside("acne; headache,2", "zoster,3", head="부작용,등급")
    events = reading.accepted().events
    assert events[["term", "grade"]].fillna(0).values.tolist() == [["acne", 0], ["headache", 0], ["zoster", 3]]
    assert [(p.level, list(p.rows)) for p in reading.problems if p.code == "events_beside"][1:] == [("warning", [2])]


def test_a_grade_that_is_not_behind_the_events_stays_a_fact() -> None:
    cohort = beside("2,acne,x", "3,none,y", head="Grade,AE,Note code").accepted()
    assert "Grade" in cohort.patients.columns and cohort.events["grade"].isna().all()


@pytest.mark.parametrize("head", ["Traitement antérieur", "Tratamiento previo", "traitement concomitant", "frühere Medikation"])
def test_an_earlier_treatment_in_european_words_is_not_the_drug(head: str) -> None:
    reading = read(f"ID,SALT W0,SALT W12,{head}\nP1,80,40,MTX puis CsA\nP2,70,30,PUVA\nP3,60,20,MTX\n")
    assert [g.role for g in reading.columns if g.column == head] == ["fact"]


def test_weeks_as_bare_numbers_under_several_groups_are_a_second_header() -> None:
    """0, 4, 12, 0, 4, 12 was a row of data: SALT of weeks 4 and 12 were baseline facts called “column D” and “column E”."""
    head = [["No.", "Sex", "SALT", None, None, "DLQI", None, None], [None, None, 0, 4, 12, 0, 4, 12]]
    reading = workbook(Sheet=[*head, *([i, "F", 80 + i, 60, 20 + i, 10, 5, i] for i in range(1, 6))])
    cohort = reading.accepted()
    assert list(cohort.weeks) == [0, 4, 12] and cohort.salt[12].tolist() == [21, 22, 23, 24, 25]
    assert cohort.measures["DLQI"][1][12].tolist() == [1, 2, 3, 4, 5]


def test_marks_of_high_and_low_beside_laboratory_values() -> None:
    """“250↑” was missing, so that only normal values were left."""
    rows = ["P1,80,40,100,250↑", "P2,70,30,110,90 L", "P3,60,20,120,130(H)", "P4,50,10,90,100"]
    reading = read("\n".join(["ID,SALT W0,SALT W12,CK W0,CK W12", *rows]))
    assert reading.accepted().measures["CK"][1][12].tolist() == [250, 90, 130, 100]
    assert [list(p.rows) for p in reading.problems if p.code == "flags"] == [[2, 3, 4]]


def test_texts_of_a_later_visit_are_no_baseline_fact() -> None:
    rows = [f"{i},8{i},60,2{i},1.{i},0.4,within limits" for i in range(1, 6)]
    cohort = read("\n".join(["No,SALT 0,SALT 4,SALT 12,CRP 0,CRP 4,CRP 12", *rows])).accepted()
    assert "CRP 12" not in cohort.patients.columns and list(cohort.measures["CRP"][1].columns) == [0, 4]


def test_a_dose_at_a_later_visit_is_called_a_dose() -> None:
    cohort = read("ID,SALT W0,SALT W12,Dose at W12 (mg)\nP1,80,40,4\nP2,70,30,2\nP3,60,20,4\n").accepted()
    assert list(cohort.measures) == ["Dose"]


def test_what_is_said_of_an_event_on_the_row_of_a_visit_is_the_events() -> None:
    """A fatal outcome on a visit's row was “no baseline fact; not used”, and grades were a score called GRADE."""
    rows = [f"P{i},{w},{v},{'acne,1,Y,recovered' if w == 'W4' else 'sepsis,5,N,fatal' if (i, w) == (3, 'W12') else 'none,,,'}"
            for i in range(1, 5) for w, v in (("BL", 80 + i), ("W4", 60), ("W12", 30))]  # fmt: skip
    rows[-1] = "P4,W12,30,acne; zoster,2,,"
    reading = read("\n".join(["Pt,Visit,SALT,AE,Grade,Related,Outcome", *rows]))
    cohort = reading.accepted()
    events = cohort.events.sort_values(["patient", "onset_week", "term"])
    told = events[["patient", "term", "grade", "onset_week", "outcome"]].astype(object).where(events.notna(), None).values.tolist()
    assert told[:4] == [
        ["P1", "acne", 1, 4, "recovered"],
        ["P2", "acne", 1, 4, "recovered"],
        ["P3", "acne", 1, 4, "recovered"],
        ["P3", "sepsis", 5, 12, "fatal"],
    ]
    assert [(e[1], e[2]) for e in told[4:]] == [("acne", 1), ("acne", None), ("zoster", None)]
    assert "GRADE" not in cohort.measures and not {"Grade", "Related", "Outcome"} & set(reading.unused)
    assert [p.level for p in reading.problems if p.code == "events_beside"] == ["note", "warning"]


def test_an_event_that_is_the_same_on_all_visits_keeps_what_stands_beside_it() -> None:
    rows = [f"P{i},{w},{v},{'acne' if i < 3 else 'none'},{i}" for i in range(1, 5) for w, v in (("BL", 80), ("W12", 30))]
    cohort = read("\n".join(["Pt,Visit,SALT,AE,Grade", *rows])).accepted()
    assert "Grade" in cohort.patients.columns and cohort.events["patient"].tolist() == ["P1", "P2"]
