"""The ledger page: questions are counted as they are shown, and what is prespecified is marked."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from aadash.ledger import Ledger

from ..conftest import make, spoken

OpenApp = Callable[..., AppTest]
PAGE = "pages/ledger.py"


def ledger(app: AppTest) -> Ledger:
    return app.session_state["aadash.ledger"]


def test_looks_are_entered_once_as_they_are_shown(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025", stratifier="sex").switch_page(PAGE).run()
    assert "No question" in spoken(app)
    app.switch_page("pages/responders.py").run()
    assert len(ledger(app)) == 1, "one endpoint, the week in question"
    app.session_state["fold.responders.responders_between"] = True
    app.run()
    assert len(ledger(app)) == 5, "all five weeks were unfolded"
    app.switch_page("pages/trajectories.py").run()
    app.switch_page("pages/responders.py").run()
    assert len(ledger(app)) == 5
    app.selectbox(key="plan.week").set_value(24).run()
    assert len(ledger(app)) == 5, "the table had shown that week already"
    app.selectbox(key="plan.endpoint").set_value("SALT90").run()
    app.session_state["fold.responders.responders_between"] = True
    app.run()
    assert len(ledger(app)) == 10
    app.switch_page(PAGE).run()
    said = spoken(app)
    assert "10 questions asked" in said and "by chance alone" in said
    (table,) = [t.value for t in app.dataframe]
    assert len(table) == 10 and set(table["Outcome"]) == {"SALT75", "SALT90"} and set(table["Prespecified"]) == {"no"}


def test_what_is_prespecified_before_it_is_seen_is_marked(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025", stratifier="sex", week="24").switch_page(PAGE).run()
    app.button(key="ledger.prespecify").click().run()
    (pin,) = app.session_state["aadash.scenarios"]
    assert pin.prespecified_at and pin.plan.week == 24 and "Prespecified" in pin.name
    app.switch_page("pages/responders.py").run()
    marked = [entry for entry in ledger(app).entries if entry.prespecified_at]
    assert [(entry.week, entry.outcome) for entry in marked] == [(24, "SALT75")]
    app.switch_page("pages/subgroups.py").run()
    assert "Prespecified on 2" in spoken(app), "the checklist of a claim knows it"
    app.switch_page(PAGE).run()
    assert "Answers to this have already been shown" in spoken(app)


def test_prespecifying_after_the_answer_changes_nothing_about_it(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025", stratifier="sex").switch_page("pages/responders.py").run()
    app.switch_page(PAGE).run()
    app.button(key="ledger.prespecify").click().run()
    app.switch_page("pages/responders.py").run()
    assert not any(entry.prespecified_at for entry in ledger(app).entries)


def test_a_prespecified_plan_cannot_be_updated_but_copied(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025").switch_page(PAGE).run()
    app.button(key="ledger.prespecify").click().run()
    app.switch_page("pages/scenarios.py").run()
    assert "scenario.Update.0" not in [b.key for b in app.button] and "prespecified" in spoken(app)
    app.button(key="scenario.Copy.0").click().run()
    assert [bool(s.prespecified_at) for s in app.session_state["aadash.scenarios"]] == [True, False]
    assert [s.name for s in app.session_state["aadash.scenarios"]] == ["Prespecified: SALT75 at week 36", "SALT75 at week 36"]
    assert "scenario.Update.1" in [b.key for b in app.button]


def test_each_cohort_has_its_own_account(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025").switch_page("pages/responders.py").run()
    assert len(ledger(app))
    app.session_state["aadash.loaded"] = type(app.session_state["aadash.loaded"])(
        make({0: [80.0, 60.0, 30.0], 12: [40.0, 50.0, 1.0]}, sex=["f", "m", "f"]), "x.csv"
    )
    app.switch_page(PAGE).run()
    assert "No question" in spoken(app)
