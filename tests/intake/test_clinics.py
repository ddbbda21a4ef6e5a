"""Spreadsheets as clinics keep them are read right: every value of SALT, the sexes, ages, durations and events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aadash.intake import Reading, read

CLINICS = Path(__file__).parent.parent / "intake_clinics"
TRUTH: dict[str, dict[str, Any]] = json.loads((CLINICS / "truth.json").read_text(encoding="utf-8"))
ASKED: dict[str, dict[str, Any]] = json.loads((CLINICS / "asked.json").read_text(encoding="utf-8"))
#: The first letters of the words for a woman, in the languages of the files.
WOMEN = ("F", "f", "w", "여", "女", "M" + "ujer")


def _read(name: str) -> Reading:
    return read((CLINICS / name).read_bytes(), name=name)


@pytest.mark.parametrize("name", TRUTH)
def test_every_value_is_the_true_one(name: str) -> None:
    truth, reading = TRUTH[name], _read(name)
    assert reading.ready, [p.message for p in reading.open_problems] or reading.refusal
    cohort = reading.cohort
    assert cohort is not None and list(cohort.weeks) == truth["weeks"]
    true = np.array([[np.nan if v is None else v for v in row] for row in truth["salt"]], dtype=float)
    found = cohort.values
    if truth.get("by") == "set":  # the first sheet has the patients in another order
        true, found = (m[np.lexsort(np.nan_to_num(m, nan=-1).T)] for m in (true, found))
    np.testing.assert_allclose(found, true, atol=1e-6)
    assert len(cohort.events) == truth.get("events", 0)


@pytest.mark.parametrize("name", [n for n, t in TRUTH.items() if "age" in t])
def test_sex_age_and_duration(name: str) -> None:
    truth, cohort = TRUTH[name], _read(name).accepted()
    sex = ["F" if str(v).startswith(WOMEN) and str(v) != "Male" else "M" for v in cohort.patients[cohort.roles["sex"]]]
    age = [int(v) for v in cohort.patients[cohort.roles["age"]]]
    true = list(zip(truth["sex"], truth["age"], strict=True))
    found = list(zip(sex, age, strict=True))
    assert (sorted(found) if truth.get("by") == "set" else found) == (sorted(map(tuple, true)) if truth.get("by") == "set" else true)
    if "duration_years" in truth:
        np.testing.assert_allclose(cohort.patients[cohort.roles["duration"]].to_numpy(dtype=float), truth["duration_years"], atol=1e-3)


@pytest.mark.parametrize("name", TRUTH)
def test_nothing_that_identifies_a_person_is_left(name: str) -> None:
    reading = _read(name)
    cohort = reading.accepted()
    text = (
        cohort.patients.to_csv() + " ".join(p.message for p in reading.problems) + str(reading.log) + str(cohort.salt.index.tolist())
    )
    for secret in {"A": "20230", "G": "8812", "H": "10203", "J": "H1002"}.get(name[0], "\0"), {"A": "○"}.get(name[0], "\0"):
        assert secret not in text


@pytest.mark.parametrize("name", [*TRUTH, *ASKED])
def test_the_account_of_the_file_adds_up(name: str) -> None:
    from aadash.intake.read.files import load

    whole = _read(name).whole
    present = sum(1 for g in load((CLINICS / name).read_bytes(), name, None) for row in g.rows for c in row if c.strip())
    assert whole is not None and whole.used + whole.names + whole.asked + sum(whole.left.values()) == present


@pytest.mark.parametrize("name", ASKED)
def test_what_cannot_be_read_for_sure_is_asked_and_all_else_is_right(name: str) -> None:
    """Made by somebody who did not know the reader, with an answer sheet: a cell is right, missing, or asked about."""
    truth, reading = ASKED[name], _read(name)
    cohort = reading.accepted()
    for code, course in truth["salt"].items():
        found = cohort.salt.loc[code]
        np.testing.assert_array_equal(
            [found.get(int(w), np.nan) for w in course], [np.nan if v is None else v for v in course.values()]
        )
    unclear = {(p.column, row) for p in reading.open_problems for row in p.rows}
    assert len(unclear) == len(truth["asked"])
    assert set(truth["salt"]) <= set(cohort.salt.index)
    assert cohort.events["patient"].value_counts().to_dict() == truth["events"]
    age = cohort.patients[cohort.roles["age"]]
    assert {c: float(age[c]) for c in truth["age"]} == {c: float(v) for c, v in truth["age"].items()}


@pytest.mark.parametrize("name", ASKED)
def test_sexes_are_proposed_as_they_are(name: str) -> None:
    truth, reading = ASKED[name], _read(name)
    cohort = reading.accepted()
    guess = next(g for g in reading.columns if g.role == "sex")
    names = dict(guess.values)
    words = {"male": "M", "female": "F", "H": "M", "M": "F"} if name.startswith("K") else {"male": "M", "female": "F"}
    given = {c: names.get(str(cohort.patients.loc[c, guess.column]), str(cohort.patients.loc[c, guess.column])) for c in truth["sex"]}
    assert {c: words.get(v, v) for c, v in given.items()} == truth["sex"]
