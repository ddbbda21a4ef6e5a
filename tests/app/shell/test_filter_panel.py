"""The filter panel: one click narrows, counts agree with the cohort, an empty cohort is a sentence with a way back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from aadash import AnalysisPlan
from aadash.app.session.samples import load_sample
from aadash.filters import BASELINE, ONLY, WITHOUT, Filter, apply

from ..conftest import PAGES, make, spoken
from ..uploading import upload, use

OpenApp = Callable[..., AppTest]
KOREA = load_sample("korea_2025").cohort
FEMALE = Filter("sex", ("female",))


def plan_of(app: AppTest) -> AnalysisPlan:
    return app.session_state["aadash.plan"]


def opened(open_app: OpenApp, *filters: Filter, page: str = "pages/responders.py") -> AppTest:
    app = open_app(cohort="korea_2025").switch_page(page).run()
    app.session_state["aadash.plan"] = AnalysisPlan(filters=filters)
    return app.run()


def button(app: AppTest, label: str, part: str = "") -> object:
    return next(b for b in app.button if b.label == label and part in (b.key or ""))


def test_a_column_from_the_menu_and_one_click_on_a_level(open_app: OpenApp) -> None:
    app = opened(open_app)
    app.selectbox(key="filter.add").set_value("sex").run()
    assert plan_of(app).filters == (), "an open control keeps everyone"
    assert "117 → 117 patients" in spoken(app)
    app.pills(key="filter.sex.0.levels").set_value(["female"]).run()
    assert plan_of(app).filters == (FEMALE,)
    left = len(apply(KOREA, [FEMALE]))
    said = spoken(app)
    assert f"117 → {left} patients" in said and f"{left} of 117 patients" in said and f"{left} patients of 117" in said
    app.pills(key="filter.sex.0.levels").set_value([]).run()
    assert plan_of(app).filters == () and "117 of 117 patients" in spoken(app)


def test_counts_before_a_filter_are_those_of_all_the_others(open_app: OpenApp) -> None:
    young = Filter("age", high=30)
    app = opened(open_app, FEMALE, young)
    both = len(apply(KOREA, [FEMALE, young]))
    said = spoken(app)
    assert f"{len(apply(KOREA, [young]))} → {both} patients" in said
    assert f"{len(apply(KOREA, [FEMALE]))} → {both} patients" in said
    male = len(apply(KOREA, [Filter("sex", ("male",)), young]))
    assert app.pills(key="filter.sex.0.levels").options == [f"female · {both}", f"male · {male}"]


def test_a_range_takes_any_number_and_an_open_end_stays_until_it_is_edited(open_app: OpenApp) -> None:
    app = opened(open_app, Filter(BASELINE, low=50, open_low=True))
    box = app.number_input(key=f"filter.{BASELINE}.0.low")
    assert (box.label, box.value) == ("Above", 50)
    app.number_input(key=f"filter.{BASELINE}.0.high").set_value(94.5).run()
    assert plan_of(app).filters == (Filter(BASELINE, low=50, high=94.5, open_low=True),)
    app.number_input(key=f"filter.{BASELINE}.0.low").set_value(20.0).run()
    assert plan_of(app).filters == (Filter(BASELINE, low=20, high=94.5),)


def test_those_with_nothing_recorded_are_kept_when_asked(open_app: OpenApp) -> None:
    patchy = Filter("aa_subtype", ("patchy",))
    app = opened(open_app, patchy)
    app.toggle(key="filter.aa_subtype.0.missing").set_value(True).run()
    assert plan_of(app).filters == (Filter("aa_subtype", ("patchy",), keep_missing=True),)
    assert f"→ {len(apply(KOREA, plan_of(app).filters))} patients" in spoken(app)
    assert "Keep" in app.toggle(key="filter.aa_subtype.0.missing").label


@pytest.mark.parametrize(("column", "left"), [(WITHOUT, 115), (ONLY, 2)])
def test_single_patients_by_code_and_never_in_a_link(open_app: OpenApp, column: str, left: int) -> None:
    app = opened(open_app)
    app.selectbox(key="filter.add").set_value(column).run()
    app.multiselect(key=f"filter.{column}.0.levels").set_value(["K003", "K007"]).run()
    assert plan_of(app).filters == (Filter(column, ("K003", "K007")),)
    assert f"{left} of 117 patients" in spoken(app)
    assert "K003" not in repr(dict(app.query_params))
    app.multiselect(key=f"filter.{column}.0.levels").set_value(["K003"]).run()
    assert plan_of(app).filters == (Filter(column, ("K003",)),)


def test_a_chip_a_filter_and_a_click_takes_it_off(open_app: OpenApp) -> None:
    app = opened(open_app, FEMALE, Filter("age", low=30))
    assert [b.label for b in app.button if "chip" in (b.key or "")] == ["sex\\: female", "30 ≤ age"]
    app.button(key="filter.chip.0").click().run()
    assert plan_of(app).filters == (Filter("age", low=30),)
    app.button(key="filter.age.0.remove").click().run()
    assert plan_of(app).filters == ()


@pytest.mark.parametrize("page", [p for p in PAGES if p != "pages/lessons.py"])  # a lesson has no filters
def test_an_emptied_cohort_is_a_sentence_with_an_undo(open_app: OpenApp, page: str) -> None:
    app = opened(open_app, FEMALE, page=page)
    app.selectbox(key="filter.add").set_value("age").run()
    app.number_input(key="filter.age.0.low").set_value(200.0).run()
    assert not app.exception and f"The filters leave 0 of {len(app.session_state['aadash.loaded'].cohort)} patients" in spoken(app)
    app.button(key="filter.undo.cohort").click().run()
    assert plan_of(app).filters == (FEMALE,) and "leave 0" not in spoken(app)
    app.number_input(key="filter.age.0.low").set_value(200.0).run()
    app.button(key="filter.none.cohort").click().run()
    assert plan_of(app).filters == ()


def test_an_emptied_level_is_a_sentence_with_an_undo(open_app: OpenApp) -> None:
    app = opened(open_app)
    app.selectbox(key="filter.add").set_value(BASELINE).run()
    app.number_input(key=f"filter.{BASELINE}.0.low").set_value(60.0).run()
    assert "no patient in Group B" in spoken(app)
    app.button(key="filter.undo.levels").click().run()
    assert plan_of(app).filters == () and "no patient" not in spoken(app)


def test_undo_goes_back_through_every_kind_of_change(open_app: OpenApp) -> None:
    app = opened(open_app)
    assert app.button(key="filter.undo").disabled
    app.selectbox(key="plan.endpoint").set_value("SALT90").run()
    app.selectbox(key="plan.stratifier").set_value("sex").run()
    app.selectbox(key="filter.add").set_value("age").run()
    app.number_input(key="filter.age.0.low").set_value(30.0).run()
    for expected in (AnalysisPlan(endpoint="SALT90", stratifier="sex"), AnalysisPlan(endpoint="SALT90"), AnalysisPlan()):
        app.button(key="filter.undo").click().run()
        assert plan_of(app) == expected
    assert app.button(key="filter.undo").disabled


def test_columns_of_every_kind_can_be_filtered(open_app: OpenApp) -> None:
    n = 600
    cohort = make(
        {0: [80.0] * n, 12: [40.0] * n},
        sex=["f", "m"] * (n // 2),
        initials=[f"X{i}" for i in range(n)],
        smoker=[True, False] * (n // 2),
        flag=[0.0, float("nan")] * (n // 2),
        years=list(range(n)),
        empty=[None] * n,
        **{"a.b[c]'d": ["<b>x</b>", "$y$ :red[z]"] * (n // 2)},
    )
    app = open_app(cohort).switch_page("pages/trajectories.py").run()
    for column in (BASELINE, WITHOUT, ONLY, *cohort.patients.columns):
        app.selectbox(key="filter.add").set_value(column).run()
        assert not app.exception, column
    app.pills(key="filter.smoker.0.levels").set_value(["True"]).run()
    assert "300 of 600 patients" in spoken(app)
    app.multiselect(key="filter.initials.0.levels").set_value(["X0", "X2"]).run()
    assert "2 of 600 patients" in spoken(app) and not app.exception
    assert "X0" not in repr(dict(app.query_params)), "the text of a column with many values may name a patient"
    app.pills(key="filter.a.b[c]'d.0.levels").set_value(["$y$ :red[z]"]).run()
    assert "The filters leave 0" in spoken(app) and not app.exception


def test_filters_that_stand_with_another_file_are_told_on_the_first_page(open_app: OpenApp) -> None:
    """The first page is of everyone, so that nobody would know why every other page is of a few."""
    app = opened(open_app, FEMALE)
    app.switch_page("pages/cohort.py").run()
    rows = "\n".join(f"P{i},{'M' if i % 2 else 'female'},{50 + i},{40 + i}" for i in range(6))
    upload(app, "clinic.csv", f"id,sex,salt_w0,salt_w12\n{rows}".encode())
    use(app)
    assert "The plan's filters stand: “sex: female”. They include 3 of 6 patients." in spoken(app).replace("\\", "")
