"""A cohort with several measures in the app: the control, what follows it, and every page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from aadash.filters import BASELINE, Filter
from aadash.plan import AnalysisPlan
from tests.making import cohort_of
from tests.test_another_measure import dlqi
from tests.test_measure import a_clinic

from .conftest import PAGES, ROOT, spoken

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
        shown = [line for line in [*said(app).splitlines(), *labels] if "SALT" in line and " ".join(line.split()) not in EXPLAINED]
        found += [(page, line) for line in shown]
    assert not found
