"""Adverse events in the forms in which clinics keep them become events, one row each."""

from __future__ import annotations

import pandas as pd
import pytest

from aadash.cohort import Cohort
from aadash.intake import read
from aadash.intake.assemble.eventcells import terms_in

_ROWS = "".join(f"P{i},2024-01-0{i + 1},{80 + i},{20 + i}\n" for i in range(6))
VISITS = ("visits.csv", ("ID,Start of treatment,SALT_W0,SALT_W12\n" + _ROWS).encode())


def _cohort(*files: tuple[str, str]) -> Cohort:
    reading = read([VISITS, *((n, t.encode()) for n, t in files)])
    assert reading.draft is not None, reading.refusal
    return reading.draft


def test_a_list_with_everything() -> None:
    text = (
        "ID,AE term,Grade,Serious,Related,Action taken,Onset date,End date\n"
        'P0,"Rash, facial",2,No,Yes,none,2024-01-15,2024-01-20\n'
        "P0,Acne,mild,N,N,,2023-12-31,\nP4,Zoster,Grade 3,Y,,drug stopped,2024-03-05,\n"
    )
    events = _cohort(("ae.csv", text)).events
    assert events["term"].tolist() == ["Rash, facial", "Acne", "Zoster"]
    assert events["grade"].tolist() == [2.0, 1.0, 3.0]
    assert events["serious"].tolist() == [False, False, True]
    assert events["related"].tolist() == [True, False, pd.NA]
    assert events["onset_day"].tolist() == [14.0, -1.0, 60.0]
    assert events["end_day"].tolist()[0] == 19.0
    assert events["treatment_emergent"].tolist() == [True, False, True]
    assert events["action"].tolist()[2] == "drug stopped"


def test_a_row_that_stands_there_twice_is_one_event() -> None:
    """It was two events; one of another day or grade, or without a day, is one of its own."""
    rows = ["P0,Acne,1,2024-02-01", "P0,Acne,1,2024-02-01", "P0,Acne,1,2024-02-09", "P0,Acne,2,2024-02-01", *["P4,Acne,1,"] * 2]
    reading = read([VISITS, ("ae.csv", "\n".join(["ID,AE term,Grade,Onset date", *rows]).encode())])
    assert reading.draft is not None and len(reading.draft.events) == 5
    assert [list(p.rows) for p in reading.problems if p.code == "event_twice"] == [[3]]


def test_whether_the_drug_may_have_caused_an_event_is_read_as_it_is_written() -> None:
    """“possibly related” was no answer, though “possible” was one. WHO-UMC's categories: down to possible is related."""
    yes = [
        "possibly related",
        "Probably related",
        "definitely related",
        "possible",
        "관련 있음",
        "가능성 있음",
        "関連あり",
        "否定できない",
    ]
    no = ["not related", "probably not related", "unlikely", "관련 없음", "가능성 적음", "因果関係なし"]
    rows = "".join(f"P0,e{i},{said}\n" for i, said in enumerate([*yes, *no, "not assessable"]))
    events = _cohort(("ae.csv", f"ID,AE term,Relatedness\n{rows}")).events
    assert events["related"].tolist() == [True] * len(yes) + [False] * len(no) + [pd.NA]


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("AE.csv", "ID,Term"),
        ("adverse events.csv", "ID,Event"),
        ("이상반응.csv", "ID,이상반응명"),
        ("有害事象.csv", "ID,事象名"),
        ("list2.csv", "ID,Adverse event"),
        ("부작용.csv", "환자번호,증상"),
    ],
)
@pytest.mark.parametrize("none", ["none", "None", "없음", "なし", "-", "0", "특이사항 없음", "no"])
def test_words_for_none_are_no_events(name: str, head: str, none: str) -> None:
    cohort = _cohort((name, f"{head}\nP0,acne\nP1,acne\nP1,headache\n" + "".join(f"P{i},{none}\n" for i in range(2, 6))))
    assert cohort.events[["patient", "term"]].to_numpy().tolist() == [["P0", "acne"], ["P1", "acne"], ["P1", "headache"]]
    assert cohort.patients["adverse_event"].tolist() == ["yes", "yes", "no", "no", "no", "no"]


@pytest.mark.parametrize("mark", [", ", "; ", "、", " + ", "\n", "，"])
def test_a_cell_with_several_events(mark: str) -> None:
    text = f'ID,이상반응,SALT_W0,SALT_W12\nP0,"여드름{mark}모낭염",80,20\nP1,없음,70,10\nP2,"acne (G2)",60,10\nP3,,50,20\n'
    cohort = read(text).draft
    assert cohort is not None
    assert cohort.events[["patient", "term"]].to_numpy().tolist() == [["P0", "여드름"], ["P0", "모낭염"], ["P2", "acne"]]
    assert cohort.events["grade"].tolist()[2] == 2.0
    assert cohort.patients["이상반응"].tolist()[:3] == ["yes", "no", "yes"] and cohort.patients["이상반응"].isna().iloc[3]


def test_a_column_of_events_a_visit_gives_their_week_and_no_fact() -> None:
    text = "ID,SALT_W0,SALT_W12,AE W4,AE W12\nP0,80,20,acne,\nP1,70,10,,zoster\nP2,60,10,,\n"
    cohort = read(text).draft
    assert cohort is not None
    assert cohort.events[["patient", "term", "onset_week"]].to_numpy().tolist() == [["P0", "acne", 4.0], ["P1", "zoster", 12.0]]
    assert list(cohort.patients.columns) == []


def test_yes_and_no_stay_a_fact_and_are_no_events() -> None:
    cohort = read("ID,AE,SALT_W0,SALT_W12\nP0,yes,80,20\nP1,no,70,10\nP2,Y,60,10\n").draft
    assert cohort is not None and len(cohort.events) == 0
    assert cohort.patients["AE"].tolist() == ["yes", "no", "Y"]


def test_subjects_and_events_without_salt() -> None:
    subjects = "USUBJID,AGE,SEX,TRT01A,SAFFL\n01,63,F,Placebo,Y\n02,64,M,Drug,Y\n03,70,F,Screen Failure,N\n04,51,M,Drug,Y\n"
    events = "USUBJID,AEDECOD,AESEV,AESER,TRTEMFL,ASTDY\n01,RASH,MILD,N,Y,2\n02,RASH,SEVERE,Y,Y,1\n02,COUGH,MODERATE,N,,-3\n"
    for files in ([("adsl.csv", subjects), ("adae.csv", events)], [("adae.csv", events), ("adsl.csv", subjects)]):
        reading = read([(n, t.encode()) for n, t in files])
        assert reading.cohort is not None, reading.refusal
        assert list(reading.cohort.salt.index) == ["01", "02", "04"] and reading.cohort.roles["drug"] == "TRT01A"
        assert any(p.code == "never_treated" and p.level == "warning" and p.rows == (4,) for p in reading.problems)
        found = reading.cohort.events
        assert found["grade"].tolist() == [1.0, 3.0, 2.0]
        assert found["onset_day"].tolist() == [1.0, 0.0, -3.0], "study day 1 is the first dose; there is no study day 0"
        assert found["treatment_emergent"].tolist() == [True, True, False]


@pytest.mark.parametrize("cell", ["", "none", "None", "없음", "なし", "-", "0", "N/A", "特になし", "해당없음"])
def test_none_in_a_cell(cell: str) -> None:
    assert terms_in(cell) == []


@pytest.mark.parametrize(
    ("sheet", "head", "rows"),
    [
        (
            "Nebenwirkungen.csv",
            "ID,UE,Beginn (Woche),Schweregrad,SUE",
            ("P0,Akne,4,1,nein", "P0,Kopfschmerz,6,2,nein", "P4,Zoster,10,3,ja", "P5,keine,,,"),
        ),
        (
            "EA.csv",
            "ID,Evento adverso,Semana,Grau,Grave",
            ("P0,acne,4,1,não", "P0,cefaleia,6,2,não", "P4,zoster,10,3,sim", "P5,nenhum,,,"),
        ),
    ],
)
def test_european_lists(sheet: str, head: str, rows: tuple[str, ...]) -> None:
    cohort = _cohort((sheet, "\n".join((head, *rows, ""))))
    assert cohort.events["patient"].tolist() == ["P0", "P0", "P4"]
    assert cohort.events["grade"].tolist() == [1.0, 2.0, 3.0]
    assert cohort.events["serious"].tolist() == [False, False, True]
    assert cohort.events["onset_week"].tolist() == [4.0, 6.0, 10.0]


@pytest.mark.parametrize("word", ["－", "ausente", "nega", "sem EA", "entfällt", "特になし", "해당없음", "keine Nebenwirkungen"])
def test_words_for_no_event(word: str) -> None:
    rows = [f"P{i},{w},80,40" for i, w in enumerate(["acne", word, "acne + foliculite", word, "headache", word])]
    reading = read("\n".join(["ID,AE,SALT_W0,SALT_W12", *rows]).encode(), name="clinic.csv")
    assert reading.accepted().events["term"].tolist() == ["acne", "acne", "foliculite", "headache"]


@pytest.mark.parametrize(
    ("unit", "week"), [("Onset (week)", 6.0), ("Beginn (Monat)", 26.0), ("Início (semana)", 6.0), ("발생(주)", 6.0)]
)
def test_onset_in_units(unit: str, week: float) -> None:
    """Six months are 26 weeks."""
    assert _cohort(("ae.csv", f"ID,AE term,{unit},Grade\nP0,Acne,6,1\n")).events["onset_week"].tolist() == [week]


def test_what_is_not_known_of_an_event_is_told() -> None:
    reading = read([VISITS, ("ae.csv", b"ID,AE term,Onset,Grade\nP0,Acne,6,very bad\nP1,Zoster,9,leicht\nP2,Acne,3,.\n")])
    told = {p.code: (p.column, p.rows) for p in reading.problems if p.code in ("event_time", "event_grade")}
    assert told == {"event_time": ("Onset", (2, 3, 4)), "event_grade": ("Grade", (2,))}
    assert reading.accepted().events["grade"].tolist()[1] == 1.0


def test_the_day_an_event_began_is_no_birthday() -> None:
    """발생일 (day of occurrence) ends in 생일 (birthday)."""
    text = "ID,이상반응명,발생일,중증도\nP0,여드름,2024-01-15,경증\n"
    events = _cohort(("이상반응.csv", text)).events
    assert events["onset_day"].tolist() == [14.0] and events["grade"].tolist() == [1.0]


@pytest.mark.parametrize(
    "cell", ["Acne e cefaleia", "Acné y cefalea", "Akne und Kopfschmerz", "acné et céphalée", "acne and headache"]
)
def test_two_events_joined_by_a_word(cell: str) -> None:
    assert len(terms_in(cell)) == 2


@pytest.mark.parametrize("cell", ["Infecção urinária", "Hepatitis E", "Gewichtszunahme", "Eye pain"])
def test_one_event_stays_one(cell: str) -> None:
    assert len(terms_in(cell)) == 1


def test_where_an_event_began_is_no_first_dose() -> None:
    visits = ("visits.csv", b"ID,SALT_W0,SALT_W12\nP0,80,40\nP1,70,30\n")
    reading = read([visits, ("ae.csv", b"ID,UE,Beginn (Woche),Schweregrad\nP0,Akne,4,1\n")])
    assert "first_dose" not in reading.role_columns() and reading.accepted().events["onset_week"].tolist() == [4.0]


@pytest.mark.parametrize(
    ("cell", "events"),
    [
        ("headache grade 2, week 8", [("headache", 2, 8)]),
        ("nausea (grade 3, week 12); acne", [("nausea", 3, 12), ("acne", 0, 0)]),
        ("zoster, week 20, acne (mild)", [("zoster", 0, 20), ("acne", 1, 0)]),
        ("여드름(경증, 12주), 모낭염", [("여드름", 1, 12), ("모낭염", 0, 0)]),
        ("grade 3 nausea (week 4) and severe acne", [("nausea", 3, 4), ("acne", 3, 0)]),
        ("acne, headache at week 8", [("acne", 0, 0), ("headache", 0, 8)]),
        ("rash (face, neck), URTI x2", [("rash (face, neck)", 0, 0), ("URTI", 0, 0), ("URTI", 0, 0)]),
        ("none, week 8", []),
        ("zoster, 2021-03-04", [("zoster", 0, 0)]),
        ("URTI 2021/03/04; acne 04.03.21", [("URTI", 0, 0), ("acne", 0, 0)]),
        ("zoster on 4 March 2021 and acne", [("zoster", 0, 0), ("acne", 0, 0)]),
        ("대상포진(2021년 3월 4일), 여드름 (2021-03-04 발생)", [("대상포진", 0, 0), ("여드름", 0, 0)]),
        ("帯状疱疹 2021年3月4日、ざ瘡", [("帯状疱疹", 0, 0), ("ざ瘡", 0, 0)]),
        ("acne (grade 2, 2021-03-04); nausea (2021-03-05, grade 1)", [("acne", 2, 0), ("nausea", 1, 0)]),
        ("2021-03-04: zoster, 2021-05-06 acne", [("zoster", 0, 0), ("acne", 0, 0)]),
        ("2021-03-04 / acne", [("acne", 0, 0)]),
        ("rash, 2021-03-04 ~ 2021-04-01, week 8", [("rash", 0, 8)]),
        ("March 4, 2021 zoster, acne since 2021-05", [("zoster", 0, 0), ("acne", 0, 0)]),
        ("2021-03-04", [("2021-03-04", 0, 0)]),
        ("COVID-19, HSV 1/2, CK 1200.5", [("COVID-19", 0, 0), ("HSV 1/2", 0, 0), ("CK 1200.5", 0, 0)]),
        ("none, 2021-03-04", []),
    ],
)
def test_a_grade_a_week_and_a_date_are_no_events_of_their_own(cell: str, events: list[tuple[str, int, int]]) -> None:
    """As one reads the cell; 0 stands for "not said"."""
    assert [(t, 0 if g != g else g, 0 if w != w else w) for t, g, w in terms_in(cell)] == events


def test_dates_beside_events_are_told_with_their_rows() -> None:
    wide = 'ID,SALT_W0,SALT_W12,AE\nP0,80,40,"zoster, 2021-03-04"\nP1,70,30,acne\nP2,70,30,none\nP3,60,30,URTI 04/05/2021\n'
    reading = read([("a.csv", wide.encode())])
    told = [p for p in reading.problems if p.code == "event_dates"]
    assert [(p.column, p.rows) for p in told] == [("AE", (2, 5))]
    assert [(e.found, e.became) for e in reading.log if e.column == "AE"] == [("2021-03-04, 04/05/2021", "")]
    assert reading.accepted().events["term"].tolist() == ["zoster", "acne", "URTI"]


@pytest.mark.parametrize(
    ("header", "cells", "outcome"),
    [
        ("Outcome", ("recovered", "fatal"), ["recovered", "fatal"]),
        ("Outcome of event", ("ongoing", "n/a"), ["ongoing", None]),
        ("AEOUT", ("RECOVERED/RESOLVED", "FATAL"), ["RECOVERED/RESOLVED", "FATAL"]),
        ("결과", ("회복", "사망"), ["회복", "사망"]),
        ("転帰", ("軽快", "死亡"), ["軽快", "死亡"]),
        ("Resolved", ("Y", "N"), ["recovered", "not recovered"]),
        ("Fatal", ("no", "yes"), [None, "fatal"]),
    ],
)
def test_what_became_of_an_event_is_read(header: str, cells: tuple[str, str], outcome: list[str | None]) -> None:
    """The column was not used, and nothing said so of the events themselves."""
    reading = read([VISITS, ("ae.csv", f"ID,AE term,Grade,{header}\nP0,Acne,1,{cells[0]}\nP4,Sepsis,3,{cells[1]}\n".encode())])
    assert reading.draft is not None and reading.draft.events["outcome"].tolist() == outcome
    assert header not in reading.unused


def test_the_day_of_an_outcome_is_the_end_of_the_event() -> None:
    events = _cohort(("ae.csv", "ID,有害事象名,転帰,転帰日\nP0,帯状疱疹,回復,2024-01-20\n")).events
    assert events[["outcome", "end_day"]].values.tolist() == [["回復", 19.0]]
