"""Every problem that asks can be answered in each way it offers, the answer can be taken back, and all of it is in the log."""

from __future__ import annotations

import numpy as np
import pytest

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


def test_the_report_counts_what_is_there() -> None:
    report = read("ID,Sex,SALT_W0,SALT_W12\n1,F,80,\n2,,90,50\n3,M,70,\n").quality()
    salt = report.completeness[report.completeness["column"] == "SALT"]
    assert salt[["week", "n", "missing"]].values.tolist() == [[0, 3, 0], [12, 1, 2]]
    sex = report.completeness[report.completeness["column"] == "Sex"]
    assert sex["share"].tolist() == [2 / 3]
    assert report.patterns["n"].tolist() == [2, 1]
    assert report.patterns[12].tolist() == [False, True]
