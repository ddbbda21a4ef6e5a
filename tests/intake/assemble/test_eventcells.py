"""What a cell says beside an event: what was done with the drug, what became of it; and of several events in one cell."""

from __future__ import annotations

import pytest

from aadash.analyses.event_records import says_stopped
from aadash.intake import Reading, read
from aadash.intake.assemble.eventcells import events_in


@pytest.mark.parametrize(
    ("cell", "term", "action"),
    [
        ("帯状疱疹：中止", "帯状疱疹", "中止"),
        ("帯状疱疹（投与中止）", "帯状疱疹", "投与中止"),
        ("帯状疱疹で中止", "帯状疱疹", "中止"),
        ("帯状疱疹のため休薬", "帯状疱疹", "休薬"),
        ("zoster: stopped", "zoster", "stopped"),
        ("zoster (drug stopped)", "zoster", "drug stopped"),
        ("zoster, drug stopped", "zoster", "drug stopped"),
        ("zoster; treatment discontinued", "zoster", "treatment discontinued"),
        ("zoster - dose reduced", "zoster", "dose reduced"),
        ("zoster → stopped", "zoster", "stopped"),
        ("대상포진: 중단", "대상포진", "중단"),
        ("대상포진으로 투약 중단", "대상포진", "투약 중단"),
        ("LFT 상승: 감량", "LFT 상승", "감량"),
        ("zoster (grade 2): stopped", "zoster", "stopped"),
        ("zoster: stopped (week 12)", "zoster", "stopped"),
    ],
)
def test_what_was_done_is_no_part_of_the_event_s_name(cell: str, term: str, action: str) -> None:
    """“帯状疱疹：中止” was an event of that name, beside “帯状疱疹”, and nobody was known to have stopped."""
    assert [(e.term, e.action) for e in events_in(cell)] == [(term, action)]


@pytest.mark.parametrize(
    "cell", ["체중 감량", "appetite reduced", "acne: mild", "heart stopped", "menstruation: irregular", "URI - cough"]
)
def test_a_word_of_the_event_itself_is_no_action(cell: str) -> None:
    assert [e.action for e in events_in(cell)] == [None]


def test_what_became_of_an_event_is_kept() -> None:
    """“resolved” was cut off the name of the event and forgotten."""
    found = events_in("acne (resolved), zoster; ongoing, 여드름(회복), headache")
    assert [(e.term, e.outcome) for e in found] == [
        ("acne", "resolved"),
        ("zoster", "ongoing"),
        ("여드름", "회복"),
        ("headache", None),
    ]


def clinic(*cells: str) -> Reading:
    return read("\n".join(["ID,SALT W0,SALT W12,AE", *(f'P{i},{90 - i},{40 - i},"{c}"' for i, c in enumerate(cells))]))


def test_actions_and_outcomes_reach_the_cohort_s_events() -> None:
    events = clinic("none", "帯状疱疹：中止", "acne (resolved)", "帯状疱疹").accepted().events
    assert events["term"].tolist() == ["帯状疱疹", "acne", "帯状疱疹"]
    assert events["action"].tolist() == ["中止", None, None] and events["outcome"].tolist() == [None, "resolved", None]


def listed(*rows: str, head: str = "ID,AE term,Grade,Outcome") -> Reading:
    salt = "ID,SALT W0,SALT W12\n" + "".join(f"P{i},{90 - i},{40 - i}\n" for i in range(6))
    return read([("salt.csv", salt.encode()), ("ae.csv", "\n".join([head, *rows]).encode())])


@pytest.mark.parametrize("cell", ["acne; zoster", '"acne, zoster"', "acne + zoster", '"acne / zoster"', "acne and zoster"])
def test_the_grade_of_a_row_is_not_that_of_each_of_its_events(cell: str) -> None:
    """“acne, zoster” was one event of grade 2."""
    reading = listed(f"P1,{cell},2,recovered", "P2,acne,1,ongoing", "P3,zoster,3,")
    events = reading.accepted().events
    assert events["term"].tolist() == ["acne", "zoster", "acne", "zoster"]
    assert events["grade"].isna().tolist() == [True, True, False, False] and events["outcome"].tolist() == [
        None,
        None,
        "ongoing",
        None,
    ]
    told = next(p for p in reading.problems if p.code == "events_beside")
    assert told.rows == (2,) and "'Grade', 'Outcome'" in told.message and "List one event a row" in told.message


def test_a_death_among_them_is_told() -> None:
    told = [p.message for p in listed("P1,sepsis; pneumonia,5,fatal", "P2,acne,1,").problems if p.code == "events_beside"]
    assert "A death is among what is not used (row 2)" in told[0]


@pytest.mark.parametrize("cell", ['"Rash, facial"', '"Infection, upper respiratory"', "nausea and vomiting", "悪心・嘔吐"])
def test_one_event_of_two_words_keeps_its_grade(cell: str) -> None:
    events = listed(f"P1,{cell},2,recovered", "P2,acne,1,").accepted().events
    assert events["term"].tolist() == [cell.strip('"'), "acne"] and events["grade"].tolist() == [2, 1]


@pytest.mark.parametrize("word", ["suspendido", "abgesetzt", "arrêté", "sospeso", "suspenso"])
def test_stopping_in_other_languages(word: str) -> None:
    """“herpes zóster: suspendido” was an event of that name."""
    found = events_in(f"herpes zóster: {word}")
    assert [(e.term, e.action) for e in found] == [("herpes zóster", word)] and says_stopped(word)


def test_events_described_on_rows_of_visits_under_a_longer_name() -> None:
    """“ae_desc” was a baseline fact, and “ae_yn”, 0 or 1, a score from 0 to 100 of which less is better."""
    rows = [
        f"{i},{v},{90 - 20 * k},{int(k == 1 and i == 2)},{'zoster - stopped' if k == 1 and i == 2 else ''}"
        for i in range(1, 7)
        for k, v in enumerate(("Baseline", "Week 12", "Week 24"))
    ]
    cohort = read("\n".join(["record_id,visit,salt,ae_yn,ae_desc", *rows])).accepted()
    assert not cohort.measures
    assert cohort.events[["patient", "term", "action", "onset_week"]].to_numpy().tolist() == [["2", "zoster", "stopped", 12.0]]


@pytest.mark.parametrize("marks", ["OX", "○×", "ox", "◯Ｘ"])
def test_a_circle_is_a_yes_and_no_event(marks: str) -> None:
    """“O” beside “X”, the usual yes and no of Korean and Japanese files, was an event of that name."""
    rows = [f"P{i},{90 - i},{40 - i},{marks[i % 2]},{'acne' if i % 2 == 0 else ''}" for i in range(6)]
    cohort = read("\n".join(["ID,SALT W0,SALT W12,AE,AE detail", *rows])).accepted()
    assert cohort.events["term"].tolist() == ["acne"] * 3


def test_each_of_two_events_on_a_row_of_visits_has_its_own_grade() -> None:
    """The grades were facts of the patient, and the events had none."""
    rows = [f"S{i},{w},{90 - w - i}" + (",acne,1,zoster,2" if (i, w) == (1, 12) else ",,,,") for i in range(8) for w in (0, 12, 24)]
    cohort = read("\n".join(["subject_id,week,salt,AE1,AE1 grade,AE2,AE2 grade", *rows])).accepted()
    assert cohort.events[["term", "grade", "onset_week"]].to_numpy().tolist() == [["acne", 1, 12], ["zoster", 2, 12]]
    assert not {"AE1 grade", "AE2 grade"} & set(cohort.patients)


@pytest.mark.parametrize("form", ["{w}주 이상반응", "이상반응({w}주)", "{w}週 有害事象", "AE W{w}"])
def test_events_of_a_visit_keep_its_week(form: str) -> None:
    """이상 in 이상반응 (adverse event) was read as “at least”: “4주 이상반응” was no visit."""
    rows = [f"P{i},{90 - i},{60 - i},{'acne' if i == 2 else 'none'},{'zoster' if i == 4 else 'none'}" for i in range(6)]
    head = ",".join(["ID", "SALT W0", "SALT W12", *(form.format(w=w) for w in (4, 12))])
    assert read("\n".join([head, *rows])).accepted().events["onset_week"].tolist() == [4, 12]


@pytest.mark.parametrize("grade", ["2등급", "G2", "Grade II", "グレード2", "2도", "grado 2", "ii"])
def test_grades_as_lists_write_them(grade: str) -> None:
    events = listed(f"P1,acne,{grade},4주", head="ID,이상반응,CTCAE,발생 시기").accepted().events
    assert events[["grade", "onset_week"]].to_numpy().tolist() == [[2, 4]]
