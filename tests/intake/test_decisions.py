"""Every problem that asks can be answered in each way it offers, the answer can be taken back, and all of it is in the log."""

from __future__ import annotations

import numpy as np
import pytest

from aadash.completeness import filled, visit_patterns
from aadash.errors import IntakeError
from aadash.intake import Decisions, read, read_cohort

BOUNDS = "ID,SALT_W0,SALT_W12\n1,80,<5\n2,90,40-50\n3,70,30\n"
TWICE = "ID,Sex,SALT_W0,SALT_W12\n1,F,80,40\n2,M,90,50\n2,F,90,60\n3,F,70,30\n"
VISIT_TWICE = "ID,Week,SALT\n1,0,80\n1,12,40\n2,0,90\n2,12,50\n2,12,60\n"


def decided(text: str, action: str, code: str = "", row: int | None = None) -> Decisions:
    """The decision ``action`` about every open problem (or the one with ``code``)."""
    out = Decisions()
    for problem in read(text).open_problems:
        if not code or problem.code == code:
            out = out.decide(problem, action, row)
    return out


def test_a_bound_is_kept_set_missing_or_its_patient_left_out() -> None:
    kept = read(BOUNDS, decisions=decided(BOUNDS, "keep")).cohort
    missing = read(BOUNDS, decisions=decided(BOUNDS, "set missing")).cohort
    excluded = read(BOUNDS, decisions=decided(BOUNDS, "exclude")).cohort
    assert kept is not None and missing is not None and excluded is not None
    assert kept.salt[12].tolist() == [5.0, 45.0, 30.0]
    assert np.isnan(missing.salt[12].to_numpy()).tolist() == [True, True, False]
    assert list(excluded.salt.index) == ["3"]


def test_one_row_of_a_problem_can_be_decided_apart() -> None:
    reading = read(BOUNDS)
    problem = reading.open_problems[0]
    assert problem.rows == (2, 3)
    mixed = Decisions().decide(problem, "set missing").decide(problem, "keep", row=2)
    found = read(BOUNDS, decisions=mixed)
    assert found.cohort is not None
    assert found.cohort.salt[12].tolist()[0] == 5.0
    assert np.isnan(found.cohort.salt[12].tolist()[1])
    back = mixed.undo(problem, row=2)
    assert read(BOUNDS, decisions=back).draft is not None
    assert np.isnan(read(BOUNDS, decisions=back).draft.salt[12].tolist()[0])  # type: ignore[union-attr]


def test_contradicting_rows_of_a_patient() -> None:
    assert read(TWICE).draft is None
    assert "more than once" in read(TWICE).refusal
    kept = read(TWICE, decisions=decided(TWICE, "keep")).cohort
    missing = read(TWICE, decisions=decided(TWICE, "set missing")).cohort
    excluded = read(TWICE, decisions=decided(TWICE, "exclude")).cohort
    assert kept is not None and missing is not None and excluded is not None
    assert kept.salt.loc["2"].tolist() == [90.0, 50.0]
    assert missing.salt.loc["2"].tolist()[0] == 90.0
    assert np.isnan(missing.salt.loc["2"].tolist()[1])
    assert missing.patients["Sex"].isna().tolist() == [False, True, False]
    assert list(excluded.salt.index) == ["1", "3"]
    problem = read(TWICE).open_problems[0]
    one = read(TWICE, decisions=Decisions().decide(problem, "keep").decide(problem, "exclude", row=3)).cohort
    assert one is not None
    assert one.salt.loc["2"].tolist() == [90.0, 60.0]


def test_the_log_says_what_was_decided_of_a_row_that_stands_twice() -> None:
    same = "ID,Sex,SALT_W0,SALT_W12\n1,F,80,40\n2,M,90,50\n2,M,90,50\n3,F,70,30\n"
    for text in (same, TWICE):
        assert "decided" not in read(text).log[-1].why
        for action in ("keep", "exclude"):
            (line,) = [e for e in read(text, decisions=decided(text, action)).log if 4 in e.rows]
            assert "left out, as you decided" in line.why


def test_a_bound_that_stands_alone_is_called_it() -> None:
    assert '"keep" reads the first of them as 5.' in read(BOUNDS).open_problems[0].message
    assert '"keep" reads it as 5.' in read(BOUNDS.replace("40-50", "40")).open_problems[0].message


def test_what_refused_the_file_says_so_after_it_was_answered() -> None:
    for problem in (read(TWICE).open_problems[0], read(TWICE, decisions=decided(TWICE, "keep")).problems[0]):
        assert problem.code == "duplicate_patient" and problem.stops


def test_two_values_for_a_visit() -> None:
    assert read(VISIT_TWICE).draft is None
    missing = read(VISIT_TWICE, decisions=decided(VISIT_TWICE, "set missing")).cohort
    excluded = read(VISIT_TWICE, decisions=decided(VISIT_TWICE, "exclude")).cohort
    assert missing is not None and excluded is not None
    assert np.isnan(missing.salt.loc["2", 12])
    assert list(excluded.salt.index) == ["1"]


def test_accepting_everything_as_missing() -> None:
    cohort = read_cohort(TWICE.replace("70", "sixty"), accept_missing=True)
    assert len(cohort) == 3
    assert np.isnan(cohort.salt.loc["3", 0])


def test_a_suspicious_value_stays_unless_decided() -> None:
    text = "ID,SALT_W0,SALT_W4,SALT_W8\n1,3,100,98\n2,90,80,70\n3,80,75,70\n"
    reading = read(text)
    assert reading.cohort is not None
    problem = next(p for p in reading.problems if p.code == "rise")
    assert (problem.level, problem.column, problem.rows) == ("warning", "SALT_W4", (2,))
    assert reading.cohort.salt.loc["1", 4] == 100.0
    gone = read(text, decisions=Decisions().decide(problem, "set missing"))
    assert gone.cohort is not None
    assert np.isnan(gone.cohort.salt.loc["1", 4])
    assert any(e.rows == (2,) and e.found == "100" and "as you decided" in e.why for e in gone.log)


def test_an_identifying_column_is_kept_only_when_the_user_says_so() -> None:
    text = "ID,Initials,SALT_W0\n1,KMS,80\n2,LSJ,90\n"
    reading = read(text)
    assert "Initials" not in reading.table.columns
    problem = next(p for p in reading.problems if p.code == "identifying")
    kept = read(text, decisions=Decisions().decide(problem, "keep"))
    assert kept.cohort is not None
    assert kept.cohort.patients["Initials"].tolist() == ["KMS", "LSJ"]
    assert next(p for p in kept.problems if p.code == "identifying").decided == "keep"


def test_a_decision_that_is_not_offered_is_refused() -> None:
    problem = read("ID,SALT_W0\n1,sixty\n2,50\n").open_problems[0]
    with pytest.raises(IntakeError):
        Decisions().decide(problem, "keep")
    with pytest.raises(IntakeError):
        Decisions("guess")
    with pytest.raises(IntakeError):
        Decisions(actions={"x": "guess"})
    with pytest.raises(IntakeError):
        Decisions.from_json("[1]")


def test_decisions_survive_json() -> None:
    some = decided(BOUNDS, "keep")
    assert Decisions.from_json(some.to_json()) == some


def test_completeness_counts_what_is_there() -> None:
    cohort = read("ID,Sex,SALT_W0,SALT_W12\n1,F,80,\n2,,90,50\n3,M,70,\n").accepted()
    complete, patterns = filled(cohort), visit_patterns(cohort)
    salt = complete[complete["column"] == "SALT"]
    assert salt[["week", "n", "missing"]].values.tolist() == [[0, 3, 0], [12, 1, 2]]
    sex = complete[complete["column"] == "Sex"]
    assert sex["share"].tolist() == [2 / 3]
    assert patterns["n"].tolist() == [2, 1]
    assert patterns[12].tolist() == [False, True]


RIGHT = "ID,SALT_W0,SALT_W12,SALT_W24\n1,80,<5,20\n2,90,470,30\n3,70,4O,99\n4,60,20,99\n5,55,30,10\n"


def test_a_right_value_can_be_typed_for_each_row() -> None:
    asked = {p.code: p for p in read(RIGHT).open_problems}
    decisions = (
        Decisions()
        .decide(asked["bound"], "value 3")
        .decide(asked["out_of_range"], "value 47")
        .decide(asked["not_a_number"], "value 40")
    )
    decisions = decisions.decide(asked["missing_code"], "value 9.5", row=4).decide(asked["missing_code"], "set missing", row=5)
    reading = read(RIGHT, decisions=Decisions.from_json(decisions.to_json()))
    assert reading.cohort is not None
    assert reading.cohort.salt[12].tolist() == [3, 47, 40, 20, 30]
    assert reading.cohort.salt[24].fillna(-1).tolist() == [20, 30, 9.5, -1, 10]
    assert {(e.found, e.became) for e in reading.log if "typed" in e.why} == {("<5", "3"), ("470", "47"), ("4O", "40"), ("99", "9.5")}
    assert {p.code: p.decided for p in reading.problems if p.level == "error"}["out_of_range"] == "by row"


def test_a_right_value_that_cannot_be_is_refused_in_words() -> None:
    problem = next(p for p in read(RIGHT).open_problems if p.code == "out_of_range")
    reading = read(RIGHT, decisions=Decisions(on_bad_value="missing").decide(problem, "value 470"))
    assert reading.draft is None and "100" in reading.refusal
    for wrong in ("value", "value x", "value nan", "value 1e99", "47"):
        with pytest.raises(IntakeError):
            Decisions(actions={problem.key: wrong})


def test_which_of_two_values_for_a_visit_is_typed() -> None:
    problem = read(VISIT_TWICE).open_problems[0]
    cohort = read(VISIT_TWICE, decisions=Decisions().decide(problem, "value 55", row=5).decide(problem, "set missing", row=6)).cohort
    assert cohort is not None and cohort.salt.loc["2"].tolist() == [90, 55]


def test_two_people_under_one_code() -> None:
    """In a wide file, in a list of visits, and with visits years apart."""
    wide = read(TWICE, decisions=decided(TWICE, "two people")).cohort
    assert wide is not None and wide.salt.loc["2"].tolist() == [90, 50] and wide.salt.loc["2-2"].tolist() == [90, 60]
    assert wide.patients["Sex"].tolist() == ["F", "M", "F", "F"]
    long = read(VISIT_TWICE, decisions=decided(VISIT_TWICE, "two people"))
    assert long.cohort is not None and long.cohort.salt.loc["2"].tolist() == [90, 50] and long.cohort.salt.loc["2-2", 12] == 60
    assert [p.decided for p in long.problems if p.code == "visit_twice"] == ["two people"]  # it can be taken back


APART = (
    "ID,Date,SALT\nP1,2016-01-08,80\nP1,2016-04-01,50\nP1,2023-04-01,95\nP1,2023-06-24,20\n"
    "P2,2016-02-19,70\nP2,2016-05-13,40\nP3,2016-02-19,70\nP3,2016-05-13,40\n"
)


@pytest.mark.parametrize(
    ("answer", "patients", "first"),
    [
        ("two people", ["P1", "P1-2", "P2", "P3"], [80, 50]),
        ("set missing", ["P1", "P2", "P3"], [80, 50]),
        ("exclude", ["P2", "P3"], [70, 40]),
        ("keep", ["P1", "P2", "P3"], [80, 50]),
    ],
)
def test_dates_years_apart_under_one_code_are_asked(answer: str, patients: list[str], first: list[float]) -> None:
    assert [p.code for p in read(APART).open_problems] == ["years_apart"]
    cohort = read(APART, decisions=decided(APART, answer)).cohort
    assert cohort is not None and list(cohort.salt.index) == patients and cohort.salt.iloc[0].tolist()[:2] == first


def test_a_long_course_without_a_gap_is_no_question() -> None:
    rows = "".join(f"P1,{2016 + i // 2}-{'03' if i % 2 else '09'}-01,{90 - 5 * i}\n" for i in range(14))
    assert "years_apart" not in {p.code for p in read("ID,Date,SALT\n" + rows + "P2,2016-03-01,70\n").problems}


SUBTYPES = "ID,Week,AA type,Sex,SALT\n" + "".join(
    f"P{i},{w},{'totalis' if i == 3 else 'patchy'},F,{80 - w}\n" for i in range(8) for w in (0, 12, 24)
)


def test_a_slip_in_one_row_does_not_drop_the_column() -> None:
    one = read(SUBTYPES.replace("P2,12,patchy", "P2,12,patchi"))
    assert one.accepted().patients["AA type"].tolist() == ["patchy"] * 3 + ["totalis"] + ["patchy"] * 4
    assert ("warning", "fact_differs") in {(p.level, p.code) for p in one.problems}
    tied = SUBTYPES.replace("P2,12,patchy", "P2,12,totalis").replace("P2,24,patchy", "P2,24,")
    problem = next(p for p in read(tied).problems if p.code == "fact_differs")
    assert read(tied).accepted().patients["AA type"].isna().sum() == 1
    assert read(tied, decisions=Decisions().decide(problem, "keep")).accepted().patients.loc["P2", "AA type"] == "patchy"


def test_a_type_that_changes_in_most_patients_is_that_of_baseline() -> None:
    rows = "".join(f"P{i},0,patchy,F,80\nP{i},12,totalis,F,90\n" for i in range(6))
    reading = read("ID,Week,AA type,Sex,SALT\n" + rows)
    assert reading.accepted().patients["AA type"].tolist() == ["patchy"] * 6
    assert "baseline_fact" in {p.code for p in reading.problems}
