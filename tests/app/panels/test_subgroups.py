"""The subgroups page: the interaction first, single p-values only when asked for, one click from a subgroup to a filter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from aadash import AnalysisPlan, analyses
from aadash.app.session.samples import load_sample
from aadash.filters import Filter
from aadash.formatting import p_value, percent
from aadash.levels import ALL
from aadash.scenarios import Scenario

from ..conftest import make, spoken, tables

OpenApp = Callable[..., AppTest]
PAGE = "pages/subgroups.py"
KOREA = load_sample("korea_2025").cohort


def opened(open_app: OpenApp, **params: str) -> AppTest:
    return open_app(cohort="korea_2025", **params).switch_page(PAGE).run()


def test_the_page_holds_the_numbers_of_the_analysis(open_app: OpenApp) -> None:
    app = opened(open_app, endpoint="SALT90", week="24")
    result = analyses.subgroups_response(KOREA, AnalysisPlan(endpoint="SALT90", week=24))
    whole = result.rows(group1=ALL).iloc[0]
    assert percent(whole["rate"]).replace(".", "\\.") in spoken(app)
    tests = result.rows(variable_level="test")
    first = next(t for t in tables(app) if "Column" in t)
    assert first.iloc[:, 4].tolist() == [p_value(p) for p in tests["p"]]
    assert "says who does better on treatment, not in whom the drug works better" in spoken(app)


def test_single_p_values_are_hidden_until_asked_for(open_app: OpenApp) -> None:
    app = opened(open_app)
    assert not any("against the rest" in c for t in tables(app) for c in t if c.startswith("p,"))
    before = len(app.session_state["aadash.ledger"])
    assert before == 22, "one question per column"
    app.toggle(key="view.subgroup.single").set_value(True).run()
    assert any("p, against the rest" in t for t in tables(app))
    assert len(app.session_state["aadash.ledger"]) > 2 * before, "what is shown is counted"


@pytest.mark.parametrize("what", ["How each fares", "The difference in each"])
@pytest.mark.parametrize("outcome", ["Response", "Change in SALT"])
@pytest.mark.parametrize("scale", ["Absolute", "Relative"])
def test_every_question_on_both_scales_in_every_view(open_app: OpenApp, what: str, outcome: str, scale: str) -> None:
    app = opened(open_app)
    app.segmented_control(key="view.subgroup.what").set_value(what).run()
    app.segmented_control(key="view.subgroup.outcome").set_value(outcome).run()
    app.segmented_control(key="view.subgroup.scale").set_value(scale).run()
    for view in ("Forest", "Size and chance", "Two splits at once"):
        app.segmented_control(key="view.subgroups").set_value(view).run()
        assert not app.exception
        assert len(app.get("vega_lite_chart")) == 1
    tests = next(t for t in tables(app) if "Column" in t)
    assert ("Interaction p" in tests) == (what != "How each fares")


def test_both_scales_are_different_questions(open_app: OpenApp) -> None:
    app = opened(open_app)
    absolute = next(t for t in tables(app) if "Column" in t)
    app.segmented_control(key="view.subgroup.scale").set_value("Relative").run()
    relative = next(t for t in tables(app) if "Column" in t)
    assert absolute["Column"].tolist() == relative["Column"].tolist() and absolute["Test"].tolist() != relative["Test"].tolist()
    assert "relative scale" in spoken(app)
    assert len(app.session_state["aadash.ledger"]) == 44


def test_a_click_on_a_subgroup_offers_it_as_a_filter(open_app: OpenApp) -> None:
    app = opened(open_app)
    app.session_state["subgroups_response.forest.0"] = {"selection": {"pick": [{"group": "subtype", "level": "totalis"}]}}
    app.run()
    app.button(key="pick.Only these").click().run()
    assert app.session_state["aadash.plan"].filters == (Filter("aa_subtype", ("totalis",)),)
    assert not app.exception and "22 patients of 117" in spoken(app)
    app.session_state["subgroups_response.forest.1"] = {"selection": {"pick": [{"group": "hat", "level": "size"}]}}
    app.run()
    assert not app.exception


def test_the_columns_can_be_narrowed_without_changing_a_number(open_app: OpenApp) -> None:
    app = opened(open_app)
    app.multiselect(key="view.subgroup.columns").set_value(["sex", "subtype"]).run()
    tests = next(t for t in tables(app) if "Column" in t)
    assert tests["Column"].tolist() == ["AA subtype", "sex"]
    adjusted = analyses.subgroups_response(KOREA, AnalysisPlan()).rows(variable_level="test", group1="subtype").iloc[0]["p_adjusted"]
    assert p_value(adjusted) in tests.iloc[0].tolist(), "adjusted over all columns, shown or not"


def test_a_claim_is_judged_and_naming_it_beforehand_is_seen(open_app: OpenApp) -> None:
    app = opened(open_app, stratifier="subtype")
    said = spoken(app)
    assert "credibility" in said and "Not prespecified in this session" in said
    app.selectbox(key="view.subgroup.claim.subtype").set_value("sex").run()
    assert "differs by sex" in spoken(app)


def test_a_plan_prespecified_for_the_change_prespecifies_no_claim_about_responders(open_app: OpenApp) -> None:
    """The claim is that the endpoint differs by a column."""
    plan = AnalysisPlan(stratifier="sex", week=36)
    for outcome, named in (("change", False), ("response", True)):
        app = open_app(cohort="korea_2025", **plan.to_params())
        app.session_state["aadash.scenarios"] = (Scenario("S", plan, "2026", "2026-01-01T10:00:00.000Z", "", outcome),)
        app.switch_page(PAGE).run()
        assert ("Not prespecified in this session" not in spoken(app)) is named, outcome


def test_a_cohort_without_columns_has_subgroups_by_severity_only(open_app: OpenApp) -> None:
    app = open_app(make({0: [80.0, 60.0, 30.0, 20.0], 12: [40.0, 50.0, 10.0, 1.0]})).switch_page(PAGE).run()
    assert not app.exception
    splits = next(t for t in tables(app) if "Column" in t)["Column"].str.replace("\u00a0", " ").tolist()
    assert splits == ["severity group (cut at 50)", "trial severity"]
