"""The question whether a column is the treatment arm: asked once, on any page, answered into the plan."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from ..conftest import make, spoken

OpenApp = Callable[..., AppTest]
TRIAL = make(
    {0: [80.0 + i for i in range(12)], 12: [60.0 - 3 * i for i in range(12)]},
    sex=["f", "m", "m", "f"] * 3,
    treatment=["baricitinib", "placebo"] * 6,
)


def test_yes_splits_by_the_arm_and_is_not_asked_again(open_app: OpenApp) -> None:
    app = open_app(TRIAL).switch_page("pages/responders.py").run()
    assert "Is **treatment** (“baricitinib” and “placebo”) the treatment arm?" in spoken(app)
    app.button(key="arm.yes").click().run()
    plan = app.session_state["aadash.plan"]
    assert (plan.arm, plan.stratifier) == ("treatment", "treatment") and not app.exception
    for page in ("responders", "comparisons", "trajectories"):
        app.switch_page(f"pages/{page}.py").run()
        assert "the treatment arm?" not in spoken(app) and not app.exception
    assert app.query_params["arm"] in ("treatment", ["treatment"])


def test_no_leaves_the_split_and_is_not_asked_again(open_app: OpenApp) -> None:
    app = open_app(TRIAL).switch_page("pages/responders.py").run()
    before = app.session_state["aadash.plan"]
    app.button(key="arm.no").click().run()
    assert app.session_state["aadash.plan"] == before.replace(arm="none")
    assert "the treatment arm?" not in spoken(app)


def test_nothing_is_asked_of_a_cohort_without_one(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025").switch_page("pages/responders.py").run()
    assert "treatment arm?" not in spoken(app)
