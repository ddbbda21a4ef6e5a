"""A death, or that somebody left, where a score belongs: missing, kept with its week, and an intercurrent event."""

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


GONE = (
    "lost to follow-up",
    "LTFU",
    "f/u loss",
    "withdrawn",
    "discontinued (no effect)",
    "d/c",
    "dropped out",
    "moved away",
    "중단",
    "추적소실",
)
GONE += ("임신으로 중단", "전원", "中止", "効果不十分中止", "脱落", "転院", "Abbruch", "perdu de vue", "arrêt")


@pytest.mark.parametrize("word", GONE)
@pytest.mark.parametrize("layout", [wide, long, dated])
def test_who_left_is_kept_in_every_layout(word: str, layout) -> None:  # type: ignore[no-untyped-def]
    """“lost” under SALT was told as a missing value, and the estimand said that no column tells who left."""
    reading = layout(word)
    cohort = reading.accepted()
    assert cohort.patients["Withdrawal (week)"].dropna().to_dict() == {"P3": 24.0}
    told = next(p for p in reading.problems if p.code == "left")
    assert told.level == "note" and word in told.message and "1 patient" in told.message
    event = intercurrent_events(cohort)["stopping"]
    assert event.ended and event.happened.tolist() == [c == "P3" for c in cohort.salt.index] and event.week[3] == 24
    assert "Withdrawal (week)" not in cohort.baseline_columns


@pytest.mark.parametrize(
    "word", ["missed", "no show", "not done", "phone visit", "미내원", "未受診", "NA", "pending", "refused", "결측"]
)
def test_who_missed_a_visit_has_not_left(word: str) -> None:
    assert "Withdrawal (week)" not in wide(word).accepted().patients


def test_who_has_a_score_later_has_not_left_and_the_first_week_counts() -> None:
    rows = [f"P{i},{90 - i},60,{40 - i},{30 - i}" for i in range(6)]
    rows += ["Q1,90,lost,40,30", "Q2,88,중단,중단,중단", "Q3,80,70,lost,lost"]
    reading = read("\n".join(["ID,SALT W0,SALT W12,SALT W24,SALT W36", *rows]))
    assert reading.accepted().patients["Withdrawal (week)"].dropna().to_dict() == {"Q2": 12.0, "Q3": 24.0}
    assert [(p.column, p.rows) for p in reading.problems if p.code == "left"] == [("SALT W12", (9,)), ("SALT W24", (10,))]


def test_a_column_of_who_stopped_is_believed() -> None:
    rows = [f"P{i},{90 - i},{'lost' if i == 3 else 40 - i},{'yes' if i in (3, 5) else 'no'}" for i in range(8)]
    cohort = read("\n".join(["ID,SALT W0,SALT W24,Discontinued", *rows])).accepted()
    assert "Withdrawal (week)" not in cohort.patients and intercurrent_events(cohort)["stopping"].happened.sum() == 2
