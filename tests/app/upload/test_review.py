"""The mapping screen: what a column is, what its values mean, which week a visit is, and the same again next month."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from aadash.intake import ColumnMapping
from aadash.views.file_account import cells, log_frame

from ..conftest import spoken
from ..uploading import case, draft, press, unfold, upload, upload_files, use

OpenApp = Callable[..., AppTest]
TWO_ODD = b"id,sex,salt_w0,salt_w12\n1,F,50,140\n2,M,20,10\n3,F,90,150\n4,F,90,20\n"
SPELT = b"id,sex,salt_w0,salt_w12\n1,F,50,40\n2,M,20,10\n3,female,90,50\n4,\xeb\x82\xa8,90,20\n"
LONG = b"id,visit,SALT\n1,Screening,90\n1,V1,80\n1,V2,60\n2,Screening,70\n2,V1,60\n2,V2,30\n3,Screening,50\n3,V1,45\n3,V2,5\n"
DATED = b"id,first dose,date,SALT\n" + b"".join(
    f"{i},2024-01-01,{day},{value}\n".encode()
    for i in (1, 2, 3)
    for day, value in (("2024-01-01", 80), ("2024-02-26", 60), ("2024-03-25", 30))
)


def pick(app: AppTest, label: str, option: object) -> AppTest:
    next(s for s in app.selectbox if s.label == label).select(option).run()
    assert not app.exception
    return app


def closer(app: AppTest, column: str) -> AppTest:
    return pick(unfold(app, "column"), "Column", column)


def test_every_column_is_listed_with_guess_reason_and_spread(open_app: OpenApp) -> None:
    app = upload(open_app(), "clinic.csv", TWO_ODD)
    listed = next(d.value for d in app.dataframe if "Taken for" in d.value)
    assert listed["Column"].tolist() == ["id", "sex", "salt_w0", "salt_w12"]
    assert listed["Taken for"].tolist() == ["Patient code", "Sex", "SALT", "SALT"]
    assert listed["Week"].tolist()[2:] == [0, 12]
    assert all(listed["Why"])
    spread = dict(zip(listed["Column"], listed["Spread"], strict=True))
    assert list(spread["salt_w0"]) == [1, 0, 0, 0, 1, 0, 0, 0, 0, 2], "20, 50, 90 and 90 in ten bins from 20 to 90"


def test_a_role_is_picked_and_the_file_read_again(open_app: OpenApp) -> None:
    app = closer(upload(open_app(), "clinic.csv", TWO_ODD), "salt_w12")
    next(n for n in app.number_input if n.label == "Week").set_value(16).run()
    assert draft(app).reading.draft.weeks == (0, 16)
    pick(app, "Taken for", "Not used")
    assert draft(app).reading.draft.weeks == (0,)
    press(app, "Forget my changes")
    assert draft(app).reading.draft.weeks == (0, 12)
    assert draft(app).mapping == ColumnMapping()


def test_values_get_the_proposed_names_or_others(open_app: OpenApp) -> None:
    app = press(upload(open_app(), "clinic.csv", SPELT), "Use these names")
    assert draft(app).reading.draft.patients["sex"].tolist() == ["female", "male", "female", "male"]
    assert any(e.found == "남" and e.became == "male" for e in draft(app).reading.log)
    closer(app, "sex")
    next(t for t in app.text_input if t.label.startswith("남")).set_value("man")
    press(app, "Use these names for the values")
    assert draft(app).reading.draft.patients["sex"].tolist() == ["female", "male", "female", "man"]


def test_visits_that_are_only_numbered_get_their_weeks(open_app: OpenApp) -> None:
    app = upload(open_app(), "visits.csv", LONG)
    boxes = {n.label.split(" ")[0]: n for n in app.number_input if n.label != "Names of columns stand in row"}
    assert set(boxes) == {"Screening", "V1", "V2"}
    for visit, week in (("Screening", None), ("V1", 0), ("V2", 24)):
        boxes[visit].set_value(week)
    press(app, "Use these weeks")
    made = draft(app).reading
    assert made.ready
    assert made.draft.salt.loc["1"].to_dict() == {0: 80, 24: 60}
    shown = {n.label.split(" ")[0]: n.value for n in app.number_input if n.label != "Names of columns stand in row"}
    assert shown == {"Screening": None, "V1": 0, "V2": 24}


def test_the_windows_of_a_dated_file_follow_the_schedule(open_app: OpenApp) -> None:
    app = upload(open_app(), "dated.csv", DATED)
    assert draft(app).reading.draft.weeks == (0, 8, 12)
    schedule = next(t for t in app.text_input if t.label == "Scheduled weeks")
    schedule.set_value("0, 12").run()
    made = draft(app).reading
    assert made.draft.weeks == (0, 12)
    assert [(w.week, w.first_day) for w in made.windows] == [(0, -90), (12, 43)]
    assert made.draft.salt[12].tolist() == [30, 30, 30], "day 84 is nearer to week 12 than day 56"
    next(t for t in app.text_input if t.label == "Scheduled weeks").set_value("soon").run()
    assert "was not used" in spoken(app)
    assert draft(app).reading.draft.weeks == (0, 12)


def test_an_ambiguous_order_of_dates_is_asked_and_answered(open_app: OpenApp) -> None:
    rows = (
        b"id,first dose,date,SALT\n1,10/01/2024,10/01/2024,80\n1,10/01/2024,03/04/2024,40\n"
        b"2,11/01/2024,11/01/2024,60\n2,11/01/2024,04/04/2024,20\n"
    )
    app = upload(open_app(), "dates.csv", rows)
    assert not draft(app).reading.ready
    pick(app, "Order of day, month and year", "dmy")
    assert draft(app).reading.ready
    assert draft(app).reading.draft.salt.loc["1"].to_dict() == {0: 80, 12: 40}, "10 January to 3 April 2024 is 84 days"


def test_fractions_are_multiplied_when_the_user_says_so(open_app: OpenApp) -> None:
    app = upload(open_app(), "share.csv", b"id,salt_w0,salt_w12\n1,0.8,0.4\n2,0.6,0.55\n3,1,0.2\n")
    pick(app, "SALT values", 100.0)
    assert draft(app).reading.draft.salt[0].tolist() == pytest.approx([80, 60, 100])


def test_a_sheet_is_chosen(open_app: OpenApp) -> None:
    files, _ = case("a_sheet_a_visit.xlsx")
    app = upload_files(open_app(), *files)
    sheets = draft(app).sheets
    assert len(sheets) > 1
    pick(app, "Sheet", sheets[0])
    assert draft(app).reading.sheets == (sheets[0],)
    pick(app, "Sheet", "All sheets, joined on the patient code")
    assert draft(app).reading.sheets == sheets


def test_files_uploaded_together_are_joined(open_app: OpenApp) -> None:
    app = upload_files(
        open_app(), ("visits.csv", b"id,salt_w0,salt_w12\n01,80,40\n02,60,30\n"), ("people.csv", b"id,sex,age\n02,F,30\n01,M,41\n")
    )
    assert draft(app).reading.draft.patients.loc["01"].to_dict() == {"sex": "M", "age": 41}
    assert "visits.csv and people.csv" in spoken(app).replace("\\", "")


def test_a_saved_mapping_reads_next_months_export_and_tells_what_changed(open_app: OpenApp) -> None:
    app = closer(upload(open_app(), "may.csv", b"pt,a,b\n1,80,40\n2,60,30\n"), "a")
    for column, week in (("a", 0), ("b", 12)):
        pick(closer(app, column), "Taken for", "SALT")
        next(n for n in app.number_input if n.label == "Week").set_value(week).run()
    saved = draft(app).reading.mapping.to_json().encode()
    use(app)

    new = b"pt,a,b,c\n1,80,40,7\n2,60,30,8\n3,90,20,9\n"
    upload(app, "june.csv", new)
    press(app, "Apply the mapping of may\\.csv")
    assert draft(app).reading.draft.weeks == (0, 12)
    assert "columns that the saved mapping does not name" in spoken(app)

    other = upload_files(open_app(), ("june.csv", new), ("aadash_mapping.json", saved))
    assert draft(other).reading.draft.salt.shape == (3, 2)
    early = upload(open_app(), "aadash_mapping.json", saved)
    assert "is ready" in spoken(early)
    upload(early, "june.csv", new)
    press(early, "Apply the mapping of aadash\\_mapping\\.json")
    assert draft(early).reading.draft.salt.shape == (3, 2)


def test_decisions_by_problem_and_by_row_are_reversible(open_app: OpenApp) -> None:
    app = upload(open_app(), "clinic.csv", TWO_ODD)
    problem = draft(app).reading.open_problems[0]
    assert problem.rows == (2, 4)
    key = f"{problem.key}|1"
    unfold(app, key)
    rows = next(d.value for d in app.dataframe if d.value.index.name == "row")
    assert rows["salt_w12"].tolist() == ["140", "150"], "the values as they stand in the file"

    app.multiselect(key=f"home.rows.{key}").set_value([4]).run()
    app.button(key=f"home.row.{key}.exclude").click().run()
    assert not draft(app).reading.ready, "row 2 is still open"
    app.multiselect(key=f"home.rows.{key}").set_value([2]).run()
    app.button(key=f"home.row.{key}.set missing").click().run()
    made = draft(app).reading
    assert made.ready
    assert list(made.draft.salt.index) == ["1", "2", "4"]
    assert pd.isna(made.draft.salt.loc["1", 12])
    assert {"140", "150"} <= set(log_frame(made.log)["In the file"])

    app.multiselect(key=f"home.rows.{key}").set_value([2, 4]).run()
    app.button(key=f"home.row.{key}.").click().run()
    assert draft(app).reading.open_problems
    app.segmented_control(key=f"home.decide.{key}").set_value("exclude").run()
    assert list(draft(app).reading.draft.salt.index) == ["2", "4"]
    app.segmented_control(key=f"home.decide.{key}").set_value(None).run()
    assert draft(app).reading.open_problems
    assert draft(app).decisions.actions == {}


def test_all_odd_values_at_once_and_back(open_app: OpenApp) -> None:
    app = upload(open_app(), "clinic.csv", TWO_ODD.replace(b"2,M,20,10", b"2,M,120,10"))
    press(app, "Leave all such patients out")
    assert list(draft(app).reading.cohort.salt.index) == ["4"]
    press(app, "Ask me about each value again")
    assert len(draft(app).reading.open_problems) == 2


def test_rows_of_a_joined_sheet_are_not_taken_for_rows_of_the_main_one(open_app: OpenApp) -> None:
    app = upload_files(
        open_app(),
        ("visits.csv", b"id,salt_w0,salt_w12\n01,80,40\n02,60,30\n03,50,20\n"),
        ("people.csv", b"id,sex\n02,F\n01,M\n03,F\n99,M\n"),
    )
    made = draft(app).reading
    stranger = next(p for p in made.problems if p.code == "unknown_patient")
    assert cells(made, stranger).empty


def test_rows_of_another_sheet_with_the_same_columns_are_not_shown_for_its_problem(open_app: OpenApp) -> None:
    first = b"id,visit,salt\n01,W0,80\n01,W12,40\n02,W0,60\n02,W12,30\n"
    second = b"id,visit,salt,age\n11,W0,90\n11,W12,400,\n12,W0,70,\n12,W12,20,\n".replace(b"90\n", b"90,50\n")
    app = upload_files(open_app(), ("seoul.csv", first), ("busan.csv", second))
    made = draft(app).reading
    asked = next(p for p in made.problems if p.code == "out_of_range")
    assert (made.main, asked.table, asked.rows) == ("seoul.csv", "busan.csv", (3,))
    assert cells(made, asked).empty
    assert "busan.csv: Column 'salt' holds '400'" in spoken(app).replace("\\", "")


def test_a_change_to_one_column_keeps_paired_dates(open_app: OpenApp) -> None:
    rows = (
        b"id,sex,date 1,SALT 1,date 2,SALT 2,date 3,SALT 3\n1,F,2024-01-01,80,2024-03-25,40,2024-06-17,10\n"
        b"2,M,2024-01-08,60,2024-04-01,30,2024-06-24,5\n"
    )
    app = upload(open_app(), "pairs.csv", rows)
    before = draft(app).reading
    assert before.draft.weeks == (0, 12, 24)
    pick(closer(app, "sex"), "Taken for", "Not used")
    after = draft(app).reading
    assert after.layout == "dated"
    assert after.draft.salt.equals(before.draft.salt)
    assert "sex" not in after.draft.patients


def test_a_right_value_is_typed_and_taken_back(open_app: OpenApp) -> None:
    app = upload(open_app(), "clinic.csv", TWO_ODD)
    problem = draft(app).reading.open_problems[0]
    key = f"{problem.key}|1"
    unfold(app, key)
    app.multiselect(key=f"home.rows.{key}").set_value([2]).run()
    app.number_input(key=f"home.value.{key}").set_value(14.0).run()
    app.button(key=f"home.value.{key}.use").click().run()
    assert not app.exception and draft(app).decisions.actions == {f"{problem.key}@2": "value 14"}
    assert draft(app).reading.draft.salt.loc["1", 12] == 14
    app.multiselect(key=f"home.rows.{key}").set_value([2]).run()
    app.button(key=f"home.row.{key}.").click().run()
    assert draft(app).decisions.actions == {}


def test_two_people_under_one_code_are_told_apart(open_app: OpenApp) -> None:
    app = upload(open_app(), "clinic.csv", b"id,sex,salt_w0,salt_w12\n1,F,50,40\n2,M,20,10\n2,F,90,50\n")
    key = f"{draft(app).reading.open_problems[0].key}|1"
    app.segmented_control(key=f"home.decide.{key}").set_value("two people").run()
    assert not app.exception and list(draft(app).reading.cohort.salt.index) == ["1", "2", "2-2"]


def test_what_kept_the_file_from_being_read_stays_first_when_it_is_answered(open_app: OpenApp) -> None:
    app = upload(open_app(), "clinic.csv", b"id,sex,salt_w0,salt_w12\n1,F,50,140\n2,M,20,10\n2,F,90,50\n")
    first, key = [w.key for w in app.segmented_control if w.key.startswith("home.decide.")], "home.decide.duplicate_patient|id|1"
    assert first[0] == key and len(first) == 2
    app.segmented_control(key=key).set_value("keep").run()
    assert [w.key for w in app.segmented_control if w.key.startswith("home.decide.")] == first


def test_a_column_has_another_name_on_screen_and_the_saved_mapping_says_what_was_set(open_app: OpenApp) -> None:
    app = closer(upload(open_app(), "clinic.csv", SPELT), "sex")
    next(t for t in app.text_input if t.label == "Name on screen").set_value("Gender").run()
    assert not app.exception and draft(app).reading.draft.patients.columns.tolist() == ["Gender"]
    saved = draft(app).reading.mapping
    assert [n for n, r in saved.columns.items() if not r.guessed] == ["sex"] and saved.columns["sex"].shown == "Gender"


def test_decisions_saved_with_a_mapping_come_back_and_can_be_taken_back(open_app: OpenApp) -> None:
    numbered = b"id,V1,V2\n1,80,40\n2,70,30\n"
    app = upload(open_app(), "may.csv", numbered)
    problem = draft(app).reading.open_problems[0]
    app.segmented_control(key=f"home.decide.{problem.key}|1").set_value("keep").run()
    saved = draft(app).reading.mapping.to_json().encode()
    again = upload_files(open_app(), ("aadash_mapping.json", saved), ("june.csv", numbered))
    assert draft(again).decisions.actions == {problem.key: "keep"} and not draft(again).mapping.decisions
    press(again, "Forget my changes")
    assert draft(again).decisions.actions == {} and draft(again).reading.open_problems


def test_the_row_in_which_a_table_starts_is_chosen(open_app: OpenApp) -> None:
    app = upload(open_app(), "clinic.csv", b"ID,SALT_W0,SALT_W12\nA1,80,40\nA2,70,30\n,,\nCode,SALT_W0,SALT_W24\nB1,60,20\nB2,50,10\n")
    next(n for n in app.number_input if n.label == "Names of columns stand in row").set_value(5).run()
    assert not app.exception and draft(app).reading.draft.weeks == (0, 24)
