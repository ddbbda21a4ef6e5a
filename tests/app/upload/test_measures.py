"""A cohort with several measures in the app: the control, what follows it, and every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from aadash.app.upload.measures import said_of
from aadash.errors import IntakeError
from aadash.filters import BASELINE, Filter
from aadash.intake import ColumnMapping, MeasureScale, read
from aadash.measure import Measure
from aadash.measures import KNOWN
from aadash.plan import AnalysisPlan
from tests.making import cohort_of
from tests.test_another_measure import dlqi
from tests.test_measure import a_clinic

from ..conftest import PAGES, ROOT, spoken
from ..uploading import upload

OpenApp = Callable[..., AppTest]
#: What a caveat's fold explains is of the field, and its examples are of SALT.
EXPLAINED = " ".join(word for path in (ROOT / "docs").rglob("*.md") for word in path.read_text(encoding="utf-8").split())


def said(app: AppTest) -> str:
    """What the page says, as it is read."""
    return spoken(app).replace("\\", "")


def test_the_control_stands_only_where_there_is_a_choice(open_app: OpenApp) -> None:
    one = open_app(cohort_of([[90.0, 50.0], [80.0, 10.0], [60.0, 30.0]])).switch_page("pages/responders.py").run()
    assert "plan.measure" not in {s.key for s in one.selectbox}
    several = open_app(a_clinic()).switch_page("pages/responders.py").run()
    assert several.selectbox(key="plan.measure").options == ["SALT", "Eyebrow ClinRO", "DLQI", "Hair density"]
    assert several.selectbox(key="plan.measure").value == "SALT"


def test_endpoint_week_and_address_follow_the_measure(open_app: OpenApp) -> None:
    app = open_app(a_clinic()).switch_page("pages/responders.py").run()
    app.selectbox(key="plan.week").set_value(12).run()
    app.selectbox(key="plan.measure").set_value("Eyebrow ClinRO").run()
    assert not app.exception
    assert app.selectbox(key="plan.endpoint").options == [
        "Eyebrow ClinRO 0/1 (≥2 points better)",
        "Eyebrow ClinRO 0/1 (≥1 point better)",
    ]
    assert app.query_params["measure"] == "Eyebrow ClinRO"
    assert "Eyebrow ClinRO 0/1 (≥2 points better)" in said(app)
    app.selectbox(key="plan.measure").set_value("DLQI").run()
    assert app.selectbox(key="plan.week").options == ["Week 24"]  # DLQI was recorded at week 24 only
    app.selectbox(key="plan.measure").set_value("SALT").run()
    assert "measure" not in app.query_params and app.selectbox(key="plan.endpoint").value == "SALT75"


def test_a_threshold_of_ones_own(open_app: OpenApp) -> None:
    app = open_app(a_clinic()).switch_page("pages/responders.py").run()
    app.selectbox(key="plan.measure").set_value("DLQI").run()
    app.selectbox(key="plan.endpoint").set_value("Own: at most …").run()
    app.number_input(key="plan.threshold").set_value(7.0).run()
    assert not app.exception
    assert app.query_params["endpoint"] == "DLQI <=7" and "DLQI≤7" in said(app)


def test_a_link_names_the_measure_and_a_stale_one_opens(open_app: OpenApp) -> None:
    app = open_app(a_clinic())
    app.session_state["aadash.plan"] = AnalysisPlan(measure="EASI")
    app.switch_page("pages/trajectories.py").run()
    assert not app.exception


@pytest.mark.parametrize("name", ["DLQI", "Eyebrow ClinRO", "Hair density"])
def test_every_page_with_another_measure(open_app: OpenApp, name: str) -> None:
    app = open_app(a_clinic())
    plan = AnalysisPlan(measure=name, stratifier="sex").resolved_for(a_clinic())[0]
    app.session_state["aadash.plan"] = plan
    for page in PAGES:
        app.switch_page(page).run()
        assert not app.exception, (page, app.exception)
        if page == "pages/trajectories.py":
            assert app.title[0].value == f"How does {name} change over time?"
        if page == "pages/two_measures.py":
            assert "repeated-measures r" in said(app)


def test_no_page_speaks_of_salt_where_it_was_never_recorded(open_app: OpenApp) -> None:
    app = open_app(dlqi())
    app.session_state["aadash.plan"] = AnalysisPlan(stratifier="severity", filters=(Filter(BASELINE, low=7),)).resolved_for(dlqi())[0]
    found = []
    for page in PAGES:
        if page in ("pages/lessons.py", "pages/evidence.py"):  # lessons and published rates are about SALT, and say so
            continue
        app.switch_page(page).run()
        assert not app.exception, (page, app.exception)
        labels = [w.label for kind in ("selectbox", "number_input", "button", "text_input", "toggle") for w in app.get(kind)]
        shown = [
            line
            for line in [*said(app).splitlines(), *labels]
            if "SALT" in line and "What the words me" not in line and " ".join(line.split()) not in EXPLAINED
        ]
        found += [(page, line) for line in shown]
    assert not found


def test_what_is_edited_about_a_measure_becomes_part_of_the_mapping() -> None:
    found = [Measure("Density"), KNOWN["DLQI"]]
    first = said_of(ColumnMapping(), found, 0, {"Name": " Hair  density ", "Highest": 400, "Better when": "Higher", "Unit": "hairs"})
    assert (first.score, first.measures) == ("Hair density", {"Hair density": MeasureScale(0, 400, "higher", "hairs")})
    second = said_of(first, found, 1, {"Name": "Quality of life"})
    assert second.measures["DLQI"] == MeasureScale(0, 30, name="Quality of life")
    renamed = [replace(found[0], name="Hair density"), replace(found[1], name="Quality of life")]
    assert said_of(second, renamed, 1, {"Name": "DLQI"}).measures["DLQI"] == MeasureScale(0, 30)
    assert said_of(second, renamed, 0, {"Lowest": None}).measures["Hair density"].low == 0
    for change, why in (
        ({"Name": "DLQI"}, "cannot both"),
        ({"Lowest": 100}, "100 to 100"),
        ({"Name": "SALT", "Highest": 60}, "SALT is"),
    ):
        with pytest.raises(IntakeError, match=why):
            said_of(ColumnMapping(), found, 0, change)


def test_a_range_or_a_name_says_nothing_about_the_direction() -> None:
    """Any edit of a row counted as if its direction had been said, and the note that nobody did was gone."""
    text = "ID,SALT_W0,SALT_W12,Satisfaction W0,Satisfaction W12\n" + "".join(
        f"P{i},{80 - i},{20 - i},{i},{9 - i}\n" for i in range(5)
    )
    found = [measure for measure, _ in read(text).accepted().measures.values()]
    for change, told in (
        ({"Highest": 10}, True),
        ({"Name": "Contentment"}, True),
        ({"Unit": "marks"}, True),
        ({"Better when": "Lower"}, False),
        ({"Highest": 10, "Better when": "Higher"}, False),
    ):
        mapping = ColumnMapping.from_json(said_of(ColumnMapping(), [KNOWN["SALT"], *found], 1, change).to_json())
        reading = read(text, mapping=mapping)
        (measure,) = [m for m, _ in reading.accepted().measures.values()]
        assert measure.assumed is told and ("direction_assumed" in {p.code for p in reading.problems}) is told, change
    twice = said_of(
        said_of(ColumnMapping(), [KNOWN["SALT"], *found], 1, {"Better when": "Higher"}),
        [KNOWN["SALT"], replace(found[0], better="higher", assumed=False)],
        1,
        {"Highest": 10},
    )
    assert twice.measures["Satisfaction"] == MeasureScale(0, 10, "higher")


def test_the_upload_shows_its_measures_where_there_is_one_beside_salt(open_app: OpenApp) -> None:
    rows = "".join(f"P{i},{80 - i},{20 - i},{20 - i},{9 - i}\n" for i in range(5))
    app = upload(open_app(), "clinic.csv", f"ID,SALT_W0,SALT_W12,DLQI_W0,DLQI_W12\n{rows}".encode())
    assert "What is measured over time" in spoken(app)
    (table,) = [t.value for t in app.dataframe if "Better when" in t.value]
    assert table[["Name", "Lowest", "Highest", "Better when"]].to_numpy().tolist() == [
        ["SALT", 0, 100, "Lower"],
        ["DLQI", 0, 30, "Lower"],
    ]
    app = upload(open_app(), "clinic.csv", b"ID,SALT_W0,SALT_W12\n" + "".join(f"P{i},{80 - i},{20 - i}\n" for i in range(5)).encode())
    assert "What is measured over time" not in spoken(app)
