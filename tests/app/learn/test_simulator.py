"""The simulator's page: drawn, kept, stopped, and one cohort opened as a synthetic one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from aadash.app.learn import simulator

from ..conftest import spoken

OpenApp = Callable[..., AppTest]


@pytest.fixture
def app(open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(simulator, "PAUSE", 0)
    return open_app().switch_page("pages/simulator.py").run()


def test_what_is_drawn_fills_in_and_stays(app: AppTest) -> None:
    assert "Press" in spoken(app)
    app.select_slider(key="simulator.cohorts").set_value(200).run()
    app.button(key="simulator.go").click().run()
    assert not app.exception
    assert "200 cohorts" in spoken(app) and "by formula" in spoken(app)
    assert len(app.get("vega_lite_chart")) == 2
    app.button(key="simulator.stop").click().run()
    assert "200 cohorts" in spoken(app)
    app.slider(key="simulator.effect").set_value(0.0).run()
    assert "Press" in spoken(app), "another truth begins anew"
    app.button(key="simulator.go").click().run()
    assert "False positives" in spoken(app) and "Power" not in spoken(app) and "Found, though" not in spoken(app)


def test_one_cohort_opens_and_says_that_it_is_made(app: AppTest) -> None:
    app.select_slider(key="simulator.cohorts").set_value(200).run()
    app.slider(key="simulator.n1").set_value(12).run()
    app.button(key="simulator.go").click().run()
    app.button(key="simulator.open").click().run()
    assert not app.exception
    cohort = app.session_state["aadash.loaded"].cohort
    assert cohort.synthetic and len(cohort) == 12 + 30
    assert cohort.salt.to_numpy().min() >= 0 and cohort.salt.to_numpy().max() <= 100
    assert "Synthetic data" in spoken(app)
    assert app.session_state["aadash.plan"].stratifier == "group"
