"""The data-quality page: completeness counted by hand, odd values with their decisions, and what can be taken away."""

from __future__ import annotations

import io
from collections.abc import Callable

import pandas as pd
from streamlit.testing.v1 import AppTest

from aadash.analyses.completeness import completeness
from aadash.app.panels.data_quality import text_of
from aadash.app.session.active import ActiveCohort
from aadash.app.shell.page import PageContext
from aadash.charts.completeness import KNOWN, MOST_FACTS, completeness_map
from aadash.cohort import Cohort
from aadash.filters import Filter
from aadash.intake import export_csv, read_cohort
from aadash.plan import AnalysisPlan
from aadash.report.files import csv
from aadash.result import Result
from aadash.views.file_account import log_frame

from ..conftest import NAN, make, spoken, tables
from ..uploading import unfold, upload, use

OpenApp = Callable[..., AppTest]
PAGE = "pages/data_quality.py"
ODD = b"code,sex,age,salt_w0,salt_w4,salt_w12\n0007,F,30,0,100,10\n0008,M,,60,sixty,50\n0009,F,50,90,80,0\n0010,M,41,30,20,\n"
#: 4 patients; seen: 4, 2, 3; sex known of 3, age of all.
GAPS = make(
    {0: [80.0, 60.0, 90.0, 30.0], 4: [40.0, NAN, NAN, 20.0], 12: [10.0, 5.0, NAN, 0.0]},
    sex=["F", None, "F", "M"],
    age=[30, 40, 50, 60],
)


def printed(loaded: ActiveCohort) -> str:
    plan = AnalysisPlan()
    page = PageContext(loaded, loaded.cohort, loaded.cohort, plan, plan.strata(loaded.cohort))
    return text_of(page)


def test_what_the_filters_leave_out_is_said_in_the_text() -> None:
    plan = AnalysisPlan(filters=(Filter("sex", ("F",)),))
    page = PageContext(ActiveCohort(GAPS, "gaps.csv"), GAPS, plan.included(GAPS), plan, plan.strata(plan.included(GAPS)))
    assert "Content: 2 patients (of 4 in the file, whom the filters keep), weeks 0, 4, 12" in text_of(page)


def found(cohort: Cohort) -> Result:
    return completeness(cohort, AnalysisPlan())


def in_use(open_app: OpenApp) -> AppTest:
    app = upload(open_app(), "clinic.csv", ODD)
    key = app.session_state["aadash.draft"].reading.open_problems[0].key
    app.segmented_control(key=f"home.decide.{key}|1").set_value("set missing").run()
    return use(app).switch_page(PAGE).run()


def view(app: AppTest, name: str) -> AppTest:
    app.segmented_control(key="view.quality").set_value(name).run()
    assert not app.exception
    return app


def test_the_map_counts_who_can_be_used_together() -> None:
    cells = completeness_map(found(GAPS)).data["cells"].set_index(["column", "visit"])["k"]
    assert [cells["SALT", f"Week {w}"] for w in (0, 4, 12)] == [4, 2, 3]
    assert [cells["sex", v] for v in (KNOWN, "Week 0", "Week 4", "Week 12")] == [3, 3, 2, 2]
    assert [cells["age", v] for v in (KNOWN, "Week 0", "Week 4", "Week 12")] == [4, 4, 2, 3]


def test_facts_without_a_gap_share_a_row_and_the_rest_is_bounded() -> None:
    whole = make({0: [80.0, 60.0]}, **{f"f{i}": ["a", "b"] for i in range(5)})
    assert set(completeness_map(found(whole)).data["cells"]["column"]) == {"SALT", "5 facts"}
    wide = make({0: [80.0, 60.0]}, **{f"f{i}": ["a", None] for i in range(50)})
    made = completeness_map(found(wide))
    assert made.data["cells"]["column"].nunique() == MOST_FACTS + 1
    assert f"The {MOST_FACTS} facts known least of 50" in made.caption


def test_the_page_says_how_complete_a_sample_is(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025_missing").switch_page(PAGE).run()
    cohort = app.session_state["aadash.loaded"].cohort
    whole = int(cohort.salt.notna().all(axis=1).sum())
    assert f"{whole}/117" in spoken(app)
    patterns = next(t for t in tables(app) if "Patients" in t)
    assert patterns.iloc[0].tolist()[1:] == ["●"] * 6, "the commonest pattern is that of every visit"
    assert "Nothing odd was found" in spoken(view(app, "What is odd"))


def test_in_words() -> None:
    assert found(GAPS).sentence == (
        "2/4 (50.0 %) of the patients were seen at every visit. The visit missed most is week 4, by 2/4 (50.0 %). "
        "The fact known least is sex, missing for 1/4 (25.0 %)."
    )


def test_odd_values_stand_with_their_rows_and_what_was_decided(open_app: OpenApp) -> None:
    app = view(in_use(open_app), "What is odd")
    said = spoken(app)
    assert "rises from 0 to 100" in said
    assert "sixty" in said
    assert "**Set missing" in said
    problem = next(p for p in app.session_state["aadash.loaded"].reading.problems if p.code == "rise")
    unfold(app, f"odd.{problem.key}|1")
    rows = next(d.value for d in app.dataframe if "salt_w4" in d.value)
    assert rows.loc[2, "salt_w4"] == "100"
    assert rows.loc[2, "code"] == "0007"


def test_a_decision_can_be_changed_after_the_cohort_is_in_use(open_app: OpenApp) -> None:
    app = view(in_use(open_app), "What is odd")
    next(b for b in app.button if b.label == "Change what was decided").click().run()
    app.switch_page("pages/cohort.py").run()
    d = app.session_state["aadash.draft"]
    rise = next(p for p in d.reading.problems if p.code == "rise")
    app.segmented_control(key=f"home.decide.{rise.key}|1").set_value("exclude").run()
    use(app)
    assert list(app.session_state["aadash.loaded"].cohort.salt.index) == ["0008", "0009", "0010"]


def test_the_log_names_every_change_with_the_original_value(open_app: OpenApp) -> None:
    app = view(in_use(open_app), "What was changed")
    log = next(d.value for d in app.dataframe if "In the file" in d.value)
    line = log[log["In the file"] == "sixty"].iloc[0]
    assert (line["Rows"], line["Column"], line["In the cohort"]) == ("3", "salt_w4", "")
    whole = app.session_state["aadash.loaded"].reading.log
    assert len(pd.read_csv(io.BytesIO(csv(log_frame(whole))))) == len(whole)


def test_the_report_holds_everything_and_the_cohort_reads_back_the_same(open_app: OpenApp) -> None:
    app = in_use(open_app)
    loaded = app.session_state["aadash.loaded"]
    text = printed(loaded)
    for words in (
        "DATA QUALITY: clinic",
        "File: clinic.csv",
        "4 patients, weeks 0, 4, 12",
        "SALT at week 4",
        "3/4 (75.0 %)",
        "rises from 0 to 100",
        "Decided: set missing.",
        "In the file: sixty",
        "weeks 0, 4",
    ):
        assert words in text, words
    assert max(map(len, text.splitlines())) <= 100
    again = read_cohort(export_csv(loaded.cohort))
    assert again.fingerprint == loaded.cohort.fingerprint
    assert list(again.salt.index) == ["0007", "0008", "0009", "0010"]


def test_filters_narrow_completeness(open_app: OpenApp) -> None:
    app = in_use(open_app)
    app.session_state["aadash.plan"] = AnalysisPlan(filters=(Filter("sex", ("F",)),))
    app.switch_page(PAGE).run()
    assert not app.exception
    assert "2/2 (100.0 %) of the patients were seen at every visit" in spoken(app).replace("\\", "")


def test_a_cohort_without_a_reading_says_so(open_app: OpenApp) -> None:
    app = open_app(GAPS).switch_page(PAGE).run()
    assert "2/4" in spoken(app)
    for name in ("What is odd", "What was changed"):
        assert "did not come from a file that was read here" in spoken(view(app, name))
