"""Guess, then reveal, on a live page."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from ..conftest import spoken, tables

OpenApp = Callable[..., AppTest]


def test_a_page_is_covered_until_a_guess_and_again_after_a_change(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025", guess="1").switch_page("pages/responders.py").run()
    assert not tables(app) and not app.get("vega_lite_chart")
    assert "73/117" not in spoken(app)
    ask = next(s for s in app.slider if s.key.startswith("ask.page.responders"))
    app.button(key=f"{ask.key}.give").click().run()
    assert "73/117" in spoken(app)
    assert "Your guess\\: 50" in spoken(app)
    assert tables(app)
    app.selectbox(key="plan.endpoint").set_value("SALT90").run()
    assert not tables(app), "another question is covered again"


def test_the_switch_takes_the_cover_off(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025").switch_page("pages/responders.py").run()
    assert tables(app)
    app.toggle(key="learn.guess_first").set_value(True).run()
    assert not tables(app)
    app.toggle(key="learn.guess_first").set_value(False).run()
    assert tables(app)
