"""Every page in every state: no traceback, and a sentence where there is no answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from aadash.cohort import Cohort
from aadash.plan import AnalysisPlan

from .conftest import DEGENERATE, PAGES, make, says_something, spoken

OpenApp = Callable[..., AppTest]
SAMPLES = ("korea_2025", "korea_2025_missing", "tohoku_2025")


@pytest.mark.parametrize("page", PAGES)
def test_without_a_cohort_a_page_says_what_to_do(open_app: OpenApp, page: str) -> None:
    app = open_app().switch_page(page).run()
    assert not app.exception
    assert "No cohort is loaded yet" in spoken(app)


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("page", PAGES)
def test_samples(open_app: OpenApp, page: str, sample: str) -> None:
    app = open_app(cohort=sample).switch_page(page).run()
    assert not app.exception
    assert len(app.title) == 1
    assert "No cohort" not in spoken(app)


@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_cohorts_never_end_in_a_traceback(open_app: OpenApp, name: str) -> None:
    """Each page under each split and under each rule, the rules taking turns from page to page; tests/views crosses them."""
    cohort = DEGENERATE[name]
    app = open_app(cohort)
    splits, rules = ("severity", "none", *map(str, cohort.patients.columns)), ("observed", "nri", "locf")
    for i, page in enumerate(PAGES):
        for j in range(3):
            stratifier, missing = splits[j % len(splits)], rules[(i + j) % 3]
            app.session_state["aadash.plan"] = AnalysisPlan(stratifier=stratifier, missing=missing)
            app.switch_page(page).run()
            assert not app.exception, f"{name}, {page}, {stratifier}, {missing}: {app.exception}"
            assert says_something(app)


def test_one_visit_says_why_nothing_can_be_said_about_change(open_app: OpenApp) -> None:
    app = open_app(DEGENERATE["one visit"]).switch_page("pages/responders.py").run()
    assert "one visit only" in spoken(app)
    app.switch_page("pages/trajectories.py").run()
    assert "only visit" in spoken(app), "the other pages still work"


def test_one_level_says_there_is_nothing_to_compare(open_app: OpenApp) -> None:
    app = open_app(DEGENERATE["one level"])
    app.session_state["aadash.plan"] = AnalysisPlan(stratifier="sex")
    app.switch_page("pages/comparisons.py").run()
    app.segmented_control(key="view.comparisons").set_value("Between strata").run()
    assert "nothing to compare" in spoken(app)


@pytest.mark.parametrize("view", ["Means", "Percent change", "One panel per stratum"])
@pytest.mark.parametrize(
    "cohort",
    [make({0: [80.0]}), DEGENERATE["all missing at the last visit"], DEGENERATE["all baseline zero"], DEGENERATE["nothing recorded"]],
)
def test_views_of_degenerate_cohorts(open_app: OpenApp, view: str, cohort: Cohort) -> None:
    app = open_app(cohort).switch_page("pages/trajectories.py").run()
    if app.segmented_control:
        app.segmented_control(key="view.trajectories").set_value(view).run()
    assert not app.exception
    assert says_something(app)


def test_text_from_a_file_is_printed_not_obeyed(open_app: OpenApp) -> None:
    app = open_app(DEGENERATE["awkward names"])
    app.session_state["aadash.plan"] = AnalysisPlan(stratifier="a.b[c]'d", endpoint="SALT50")
    app.switch_page("pages/responders.py").run()
    assert not app.exception
    said = spoken(app)
    assert "\\<b\\>x" in said
    assert "<b>" not in said
    assert "$y$" not in said


def test_a_visit_that_was_not_made_is_a_dash_in_a_grid(open_app: OpenApp) -> None:
    """Streamlit would write "None", in English in every language."""
    app = open_app(DEGENERATE["all missing at the last visit"])
    assert [frame.proto.placeholder for frame in app.dataframe] == ["–"]
