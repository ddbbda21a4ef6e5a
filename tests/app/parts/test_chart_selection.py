"""From a chart to a filter: the strata and the patients that a click or a box stands for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from aadash import AnalysisPlan
from aadash.app.parts import chart_selection
from aadash.app.session.samples import load_sample
from aadash.app.shell.page import PageContext
from aadash.filters import ONLY, Filter, mask

from ..conftest import NAN, make

OpenApp = Callable[..., AppTest]
KOREA = load_sample("korea_2025")
COURSES = make({0: [80.0, 60.0, 90.0, 100.0], 12: [40.0, 60.0, NAN, 0.0], 24: [10.0, 60.0, 20.0, NAN]})


def page(stratifier: str) -> PageContext:
    plan = AnalysisPlan(stratifier=stratifier)
    return PageContext(KOREA, KOREA.cohort, KOREA.cohort, plan, plan.strata(KOREA.cohort))


@pytest.mark.parametrize("stratifier", ["severity", "trial_severity", "aa_subtype", "sex", "age"])
def test_the_filter_of_picked_strata_keeps_exactly_them(stratifier: str) -> None:
    opened = page(stratifier)
    strata = opened.strata
    found = 0
    for i in range(len(strata.levels)):
        for chosen in (strata.levels[i : i + 1], strata.levels[i : i + 2], strata.levels[::2]):
            one = chart_selection._of_levels(opened, chosen)
            if one is not None:
                found += 1
                expected = sum(strata.members(lv).astype(int) for lv in chosen)
                assert mask(KOREA.cohort, one).tolist() == (expected > 0).tolist(), chosen
    assert found >= len(strata.levels)
    assert chart_selection._of_levels(opened, strata.levels) is None, "all of them is no filter"


def test_strata_with_a_gap_between_them_are_not_one_filter() -> None:
    assert chart_selection._of_levels(page("trial_severity"), ("<50", "95-100")) is None


@pytest.mark.parametrize(
    ("weeks", "values", "who"),
    [
        ((10, 14), (30, 70), [0, 1]),
        ((10, 26), (0, 20), [0, 2, 3]),
        ((26, 10), (20, 0), [0, 2, 3]),
        ((1, 5), (0, 100), []),
        ((24, 24), (60, 60), [1]),
    ],
)
def test_who_passes_through_a_box(weeks: tuple, values: tuple, who: list[int]) -> None:
    plan = AnalysisPlan()
    opened = PageContext(KOREA, COURSES, COURSES, plan, plan.strata(COURSES))
    assert chart_selection.passing(opened, weeks, values).nonzero()[0].tolist() == who


def test_the_switch_offers_a_box_and_a_picked_filter_starts_over(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025").switch_page("pages/trajectories.py").run()
    app.toggle(key=chart_selection.SWITCH).set_value(True).run()
    assert not app.exception
    assert any("Draw a box" in c.value for c in app.caption)
    app.session_state["salt_over_time.spaghetti-box.0"] = {"selection": {"brush": {"week": [30, 40], "value": [0, 20]}}}
    app.run()
    assert not app.exception
    inside = int((KOREA.cohort.salt[36] <= 20).sum())
    assert any(f"**{inside} patients**" in m.value for m in app.markdown)
    app.button(key="pick.Only these").click().run()
    (one,) = app.session_state["aadash.plan"].filters
    assert one.column == ONLY and len(one.levels) == inside
    assert not any("through the box" in m.value for m in app.markdown)
    app.button(key="filter.undo").click().run()
    assert app.session_state["aadash.plan"].filters == ()


def test_a_picked_bar_that_is_no_longer_there_offers_nothing(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025").switch_page("pages/responders.py").run()
    app.session_state["responders.weeks.0"] = {"selection": {"pick": [{"level": "A"}]}}
    app.run()
    app.button(key="pick.Leave these out").click().run()
    assert app.session_state["aadash.plan"].filters == (Filter("baseline_salt", high=50, keep_missing=True),)
    app.session_state["responders.weeks.1"] = {"selection": {"pick": [{"level": "A"}]}}
    app.run()
    app.selectbox(key="plan.stratifier").set_value("sex").run()
    assert not app.exception
    assert "pick.Only these" not in [b.key for b in app.button]
