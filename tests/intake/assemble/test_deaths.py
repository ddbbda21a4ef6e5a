"""A death that stands where a score belongs: missing, kept with its week, and an intercurrent event."""

from __future__ import annotations

import pytest

from aadash import AnalysisPlan, analyses
from aadash.analyses.intercurrent import intercurrent_events
from aadash.intake import Reading, read

WORDS = ("death", "dead", "Deceased", "died (MI)", "died wk 20", "사망", "사망 (2024.3)", "死亡", "verstorben", "décédé", "fallecido")


def wide(word: str) -> Reading:
    rows = [f"P{i},{90 - i},{60 - i},{word if i == 3 else 30 - i}" for i in range(8)]
    return read("\n".join(["ID,SALT W0,SALT W12,SALT W24", *rows]))


def long(word: str) -> Reading:
    rows = [f"P{i},W{w},{word if (i, w) == (3, 24) else 90 - w - i}" for i in range(8) for w in (0, 12, 24)]
    return read("\n".join(["ID,Visit,SALT", *rows]))


def dated(word: str) -> Reading:
    days = {0: "2024-01-08", 12: "2024-04-01", 24: "2024-06-24"}
    rows = [f"P{i},{d},{word if (i, w) == (3, 24) else 90 - w - i}" for i in range(8) for w, d in days.items()]
    return read("\n".join(["ID,Visit date,SALT", *rows]))


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("layout", [wide, long, dated])
def test_a_death_is_kept_in_every_layout(word: str, layout) -> None:  # type: ignore[no-untyped-def]
    """“death” was asked about as no number, and “사망” was one missing value among others."""
    reading = layout(word)
    cohort = reading.cohort
    assert cohort is not None and cohort.salt[24].isna().sum() == 1
    assert cohort.patients["Death (week)"].dropna().to_dict() == {"P3": 24.0}
    told = next(p for p in reading.problems if p.code == "death")
    assert told.level == "warning" and word in told.message
    event = intercurrent_events(cohort)["death"]
    assert event.happened.tolist() == [c == "P3" for c in cohort.salt.index] and event.dated


def test_a_number_beside_it_stands() -> None:
    cohort = wide("45 (died later)").cohort
    assert (
        cohort is not None and cohort.salt.loc["P3", 24] == 45 and cohort.patients["Death (week)"].dropna().to_dict() == {"P3": 24.0}
    )


def test_the_estimand_counts_it_and_no_other_file_is_asked() -> None:
    plan = AnalysisPlan(stratifier="none", week=24)
    table = analyses.estimand(wide("사망").accepted(), plan).table.set_index("variable")
    assert table.loc["death", "k"] == 1
    assert "death" not in set(analyses.estimand(wide("30").accepted(), plan).table["variable"])


@pytest.mark.parametrize("word", ["", "중단", "lost to follow-up", "not fatal"])
def test_what_is_no_death_is_none(word: str) -> None:
    assert "Death (week)" not in wide(word).accepted().patients


def test_who_died_is_not_said_to_have_missed_the_visit() -> None:
    plan = AnalysisPlan(stratifier="none", week=24)
    assert "1 patient did not come to week 24, of whom 1 had died." in analyses.estimand(wide("사망").accepted(), plan).sentence


def test_a_fatal_event_of_a_list_is_a_death() -> None:
    salt = "ID,SALT W0,SALT W12\n" + "".join(f"P{i},{90 - i},{40 - i}\n" for i in range(6))
    ae = "ID,AE term,Grade,Outcome\nP1,pneumonia,3,fatal\nP2,acne,1,recovered\n"
    cohort = read([("salt.csv", salt.encode()), ("ae.csv", ae.encode())]).accepted()
    result = analyses.estimand(cohort, AnalysisPlan(stratifier="none", week=12))
    row = result.table.set_index("variable").loc["death"]
    assert (row["k"], row["dated"]) == (1, 0) and "intercurrent-unknown" in {c.code for c in result.caveats}


def test_a_death_under_another_score_is_kept_too() -> None:
    """“died” under DLQI was a missing cell without a word; so was any word for a missing value there."""
    rows = [f"P{i},{90 - i},{60 - i},{10 + i},{'died' if i == 3 else 'lost to follow-up' if i == 4 else 4 + i}" for i in range(8)]
    reading = read("\n".join(["ID,SALT W0,SALT W12,DLQI W0,DLQI W12", *rows]))
    assert reading.accepted().patients["Death (week)"].dropna().to_dict() == {"P3": 12.0}
    assert [p.rows for p in reading.problems if p.code == "missing_word"] == [(5, 6)]
