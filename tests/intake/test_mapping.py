"""A mapping settles what columns are, is saved, and is applied to next month's export, which may have changed shape."""

from __future__ import annotations

import pytest

from aadash.errors import IntakeError
from aadash.intake import ColumnMapping, ColumnRole, Decisions, read, read_cohort

JANUARY = "ID,Geschl,erste,zweite,dritte\n1,1,80,40,20\n2,2,90,50,30\n"
SETTLED = (
    ColumnMapping()
    .with_column("erste", "salt", 0)
    .with_column("zweite", "salt", 12)
    .with_column("dritte", "salt", 24)
    .with_column("Geschl", "sex", values={"1": "male", "2": "female"})
)


def test_headers_that_say_nothing_are_mapped_by_hand() -> None:
    assert read(JANUARY).refusal
    cohort = read_cohort(JANUARY, mapping=SETTLED)
    assert cohort.weeks == (0, 12, 24)
    assert cohort.patients["Geschl"].tolist() == ["male", "female"]
    assert dict(cohort.roles) == {"sex": "Geschl"}
    assert any(e.found == "1" and e.became == "male" for e in read(JANUARY, mapping=SETTLED).log)


def test_a_saved_mapping_reads_the_next_export_the_same_way() -> None:
    saved = read(JANUARY, mapping=SETTLED).mapping.to_json()
    february = JANUARY + "3,1,100,90,80\n"
    reading = read(february, mapping=ColumnMapping.from_json(saved))
    assert reading.draft is not None
    assert len(reading.draft) == 3
    assert [p.code for p in reading.problems if p.code == "shape_changed"] == []
    assert {g.column for g in reading.columns if g.confidence == "saved"} == {"ID"}  # the only one that nobody set
    assert {g.confidence for g in reading.columns} == {"set", "saved"}


def test_a_changed_shape_is_told() -> None:
    saved = read(JANUARY, mapping=SETTLED).mapping
    march = "ID,Geschl,erste,zweite,SALT W36,Age\n1,1,80,40,10,31\n2,2,90,50,15,44\n"
    reading = read(march, mapping=saved)
    told = [p.message for p in reading.problems if p.code == "shape_changed"]
    assert len(told) == 2
    assert "'dritte'" in told[0]
    assert "'SALT W36', 'Age'" in told[1]
    assert reading.draft is not None
    assert reading.draft.weeks == (0, 12, 36)
    assert reading.draft.roles["age"] == "Age"


def test_the_mapping_of_a_reading_gives_the_same_reading() -> None:
    for text in (
        "ID,Visit,SALT\n1,Baseline,80\n1,Week 12,40\n2,Baseline,90\n2,Week 12,50\n",
        "ID,First dose,Date,SALT\n1,2024-01-01,2024-01-01,80\n1,2024-01-01,2024-03-25,40\n2,2024-01-01,2024-01-01,90\n",
        "ID,First dose,Date 1,SALT 1,Date 2,SALT 2\n1,2024-01-01,2024-01-01,80,2024-03-25,40\n",
        "ID,SALT 2024-01-01,SALT 2024-03-25\n1,80,40\n2,70,30\n",
        "ID,DOB,First dose,SALT_W0,SALT_W12\n1,1985-03-02,2024-01-01,80,40\n2,1990-03-02,2024-01-01,70,30\n",
        "ID,Top W0,Back W0,Left W0,Right W0,SALT W12\n1,100,80,60,60,40\n2,50,50,50,50,10\n",
    ):
        first = read(text)
        again = read(text, mapping=first.mapping)
        assert first.draft is not None
        assert again.draft is not None
        assert again.layout == first.layout
        assert again.draft.fingerprint == first.draft.fingerprint


def test_visits_of_a_long_file_can_be_named() -> None:
    text = "ID,Visit,SALT\n1,V1,80\n1,V2,40\n1,V9,1\n2,V1,90\n2,V2,50\n"
    asked = read(text)
    assert [p.code for p in asked.open_problems] == ["visit_number"]
    told = read(text, mapping=ColumnMapping(visits={"V1": 0, "V2": 12, "V9": None}))
    assert told.cohort is not None
    assert told.cohort.weeks == (0, 12)
    assert any(e.found == "V9" and "as you decided" in e.why for e in told.log)


def test_a_schedule_a_score_and_a_scale_can_be_given() -> None:
    dated = "ID,First dose,Date,SALT\n1,2024-01-01,2024-01-01,80\n1,2024-01-01,2024-03-20,40\n"
    reading = read(dated, mapping=ColumnMapping(schedule=(0, 8, 16)))
    assert [w.week for w in reading.windows] == [0, 8, 16]
    # 2024-03-20 is day 79: 79 - 56 = 23 days from week 8, 112 - 79 = 33 from week 16
    assert reading.draft is not None
    assert reading.draft.salt[8].tolist() == [40.0]
    fractions = "ID,SALT_W0,SALT_W12\n1,0.8,0.57\n2,0.9,0.1\n3,1,0.5\n"
    scaled = read_cohort(fractions, mapping=ColumnMapping(scale=100, score="SALT %"))
    assert scaled.salt[12].tolist() == [57.0, 10.0, 50.0]
    assert scaled.score == "SALT %"


def test_a_date_order_can_be_settled() -> None:
    text = "ID,First dose,Date,SALT\n1,01/02/2024,01/02/2024,80\n1,01/02/2024,04/04/2024,40\n"
    assert "date_order" in [p.code for p in read(text).open_problems]
    for order, weeks in (("dmy", (0, 9)), ("mdy", (0, 13))):  # 1 Feb to 4 Apr is day 63, 2 Jan to 4 Apr day 93
        cohort = read_cohort(text, mapping=ColumnMapping(date_order=order, schedule=(0, 4, 9, 13)))
        assert cohort.salt.notna().loc["1"].tolist() == [w in weeks for w in cohort.weeks]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"aadash_mapping": 2}',
        '{"aadash_mapping": 1, "columns": {"a": {"role": "king"}}}',
        '{"aadash_mapping": 1, "columns": {"a": {"role": "salt", "week": "x"}}}',
    ],
)
def test_what_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(IntakeError):
        ColumnMapping.from_json(text)


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(IntakeError, match="role"):
        ColumnRole("king")


def test_proposed_names_of_categories() -> None:
    text = "ID,Sex,AA type,SALT_W0\n1,M,AU,80\n2,male,universalis,90\n3,여,patchy,50\n4,F,Patchy ,60\n"
    proposed = {g.column: dict(g.values) for g in read(text).columns if g.values}
    assert proposed == {"Sex": {"M": "male", "여": "female", "F": "female"}, "AA type": {"AU": "universalis", "Patchy": "patchy"}}
    mapping = ColumnMapping()
    for column, values in proposed.items():
        mapping = mapping.with_column(column, {"Sex": "sex", "AA type": "subtype"}[column], values=values)
    unified = read(text, mapping=mapping)
    assert unified.cohort is not None
    assert unified.cohort.patients["Sex"].tolist() == ["male", "male", "female", "female"]
    assert [p.code for p in unified.problems if p.code == "spellings"] == []


def test_names_of_categories_are_proposed_for_a_joined_table_too() -> None:
    """男 and 男性 on the sheet of the patients were two sexes, without a word."""
    visits = "患者ID,週,SALT\n" + "".join(f"P{i},{w},{80 - w}\n" for i in range(4) for w in (0, 12))
    people = "患者ID,性別,年齢\nP0,男,30\nP1,男性,40\nP2,女,50\nP3,女,60\n"
    source = [("visits.csv", visits.encode()), ("people.csv", people.encode())]
    first = read(source)
    proposed = {g.column: dict(g.values) for g in first.columns if g.values}
    assert proposed == {"性別": {"男": "male", "男性": "male", "女": "female"}}
    assert [p.column for p in first.problems if p.code == "spellings"] == ["性別"]
    unified = read(source, mapping=ColumnMapping().with_column("性別", "sex", values=proposed["性別"]))
    assert unified.draft is not None and unified.draft.patients["性別"].tolist() == ["male", "male", "female", "female"]
    assert [p.code for p in unified.problems if p.code == "spellings"] == []


def test_a_saved_mapping_does_not_bring_back_what_identifies() -> None:
    text = "MRN,SALT_W0,SALT_W12\n4471120,80,40\n4471121,90,50\n"
    first = read(text)
    again = read(text, mapping=ColumnMapping.from_json(first.mapping.to_json()))
    for reading in (first, again):
        assert reading.draft is not None
        assert list(reading.draft.salt.index) == ["P01", "P02"]
        assert "4471120" not in reading.table.to_csv() + repr(reading.columns) + repr(reading.log)
    asked = next(p for p in first.problems if p.code == "code_replaced")
    kept = read(text, decisions=Decisions().decide(asked, "keep"))
    assert kept.draft is not None
    assert list(kept.draft.salt.index) == ["4471120", "4471121"]
    assert next(p for p in kept.problems if p.code == "code_replaced").decided == "keep"


def test_a_saved_mapping_keeps_what_was_decided_and_says_what_was_set() -> None:
    text = "ID,Gruppe,V1,V2\n1,a,80,40\n2,b,90,150\n3,a,70,abc\n"
    asked = {p.code: p for p in read(text).open_problems}
    assert set(asked) == {"visit_number", "out_of_range", "not_a_number"}
    decisions = Decisions().decide(asked["visit_number"], "keep").decide(asked["out_of_range"], "set missing", row=3)
    decisions = decisions.decide(asked["not_a_number"], "value 47")
    saved = read(text, mapping=ColumnMapping().with_column("Gruppe", "sex"), decisions=decisions).mapping
    again = ColumnMapping.from_json(saved.to_json())
    # what is about single cells of this file is not carried over to the next
    assert again.decisions == {asked["visit_number"].key: "keep"}
    assert [n for n, r in again.columns.items() if not r.guessed] == ["Gruppe"]
    reading = read(text, mapping=again)
    assert {p.code for p in reading.open_problems} == {"out_of_range", "not_a_number"}
    assert [p.level for p in reading.problems if p.code == "saved_decisions"] == ["warning"]
    other = read(text, mapping=again, decisions=Decisions(actions={asked["out_of_range"].key: "exclude"}))
    assert {p.code for p in other.open_problems} == {"not_a_number"}


def test_a_fact_has_another_name_on_screen() -> None:
    text = "ID,Geschl.,SALT_W0,SALT_W12\n1,m,80,40\n2,w,90,50\n"
    mapping = ColumnMapping().with_column("Geschl.", "sex").with_name("Geschl.", "sex", None, " Sex ")
    reading = read(text, mapping=ColumnMapping.from_json(mapping.to_json()))
    assert reading.accepted().patients.columns.tolist() == ["Sex"] and dict(reading.accepted().roles) == {"sex": "Sex"}
    assert reading.role_columns()["sex"] == "Geschl."
    assert read(text, mapping=reading.mapping).accepted().patients.columns.tolist() == ["Sex"]
    assert reading.whole is not None and reading.whole.used == 8
    taken = read(text.replace("ID,", "ID,Sex,").replace("\n1,", "\n1,x,").replace("\n2,", "\n2,y,"), mapping=mapping)
    assert "Geschl." in taken.accepted().patients and "name_taken" in {p.code for p in taken.problems}


def test_the_row_of_the_header_can_be_said() -> None:
    """Two tables under each other: the first is taken, unless the user says where the other starts."""
    text = "ID,SALT_W0,SALT_W12\nA1,80,40\nA2,70,30\n,,\nCode,SALT_W0,SALT_W24\nB1,60,20\nB2,50,10\n"
    found = read(text, mapping=ColumnMapping(start_row=5))
    assert found.accepted().salt.to_dict("list") == {0: [60, 50], 24: [20, 10]} and list(found.accepted().salt.index) == ["B1", "B2"]
    assert ColumnMapping.from_json(found.mapping.to_json()).start_row == 5
    assert found.whole is not None and found.whole.used == 6
    with pytest.raises(IntakeError, match="Row 4 holds no names"):
        read(text, mapping=ColumnMapping(start_row=4))
