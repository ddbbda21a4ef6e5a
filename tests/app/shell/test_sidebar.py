"""The sidebar, the address bar and the pages hold one plan."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from aadash import AnalysisPlan, analyses
from aadash.app.session.samples import load_sample
from aadash.formatting import percent
from aadash.levels import ALL

from ..conftest import PAGES, spoken

OpenApp = Callable[..., AppTest]


def test_a_choice_survives_a_change_of_page_and_stands_in_the_address(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025").switch_page("pages/responders.py").run()
    app.selectbox(key="plan.stratifier").set_value("subtype").run()
    app.selectbox(key="plan.endpoint").set_value("SALT<=20").run()
    app.switch_page("pages/trajectories.py").run()
    assert app.selectbox(key="plan.stratifier").value == "subtype"
    app.switch_page("pages/responders.py").run()
    assert app.selectbox(key="plan.endpoint").value == "SALT<=20"
    assert app.query_params["stratifier"] == "subtype"
    assert app.query_params["endpoint"] == "SALT<=20"
    assert app.query_params["cohort"] == "korea_2025"


def test_a_link_restores_the_plan(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025", stratifier="sex", endpoint="SALT90", week="24")
    app.switch_page("pages/responders.py").run()
    assert app.selectbox(key="plan.stratifier").value == "sex"
    assert app.selectbox(key="plan.endpoint").value == "SALT90"
    assert app.selectbox(key="plan.week").value == 24


def test_a_broken_link_opens_and_says_what_was_left_out(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025", stratifier="hat size", week="37", alpha="many", colour="blue")
    said = spoken(app)
    assert not app.exception
    for word in ("hat size", "week 37", "alpha", "colour"):
        assert word in said
    app.switch_page("pages/comparisons.py").run()
    assert not app.exception
    assert app.selectbox(key="plan.stratifier").value == "severity"


def test_an_unknown_sample_in_a_link_is_told(open_app: OpenApp) -> None:
    app = open_app(cohort="atlantis")
    assert "atlantis" in spoken(app)
    assert not app.exception


def test_numbers_on_the_page_are_those_of_the_analysis(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025", stratifier="sex").switch_page("pages/responders.py").run()
    result = analyses.responders(load_sample("korea_2025").cohort, AnalysisPlan(stratifier="sex"))
    said = spoken(app)
    for level in (ALL, "female", "male"):
        row = result.rows(group1_level=level, variable="SALT75", week=36).iloc[0]
        assert percent(row["rate"]).replace(".", "\\.") in said
        assert f"{row['k']}/{row['n']}" in said


def test_a_numeric_column_gets_a_cut(open_app: OpenApp) -> None:
    app = open_app(cohort="tohoku_2025", stratifier="disease_duration_years", column_cut="4")
    app.switch_page("pages/trajectories.py").run()
    assert app.number_input(key="plan.column_cut").value == 4
    app.number_input(key="plan.column_cut").set_value(6.0).run()
    assert not app.exception
    assert app.query_params["column_cut"] == "6"
    app.selectbox(key="plan.stratifier").set_value("sex").run()
    assert "column_cut" not in app.query_params


@pytest.mark.parametrize("page", PAGES)
def test_no_address_names_a_patient(open_app: OpenApp, page: str) -> None:
    app = open_app(cohort="korea_2025", filters='[{"column":"patient","levels":["K001"]}]').switch_page(page).run()
    assert "K001" not in repr(dict(app.query_params))


def test_removing_the_cohort_empties_the_pages(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025")
    next(b for b in app.button if b.label == "Remove this cohort").click().run()
    assert not app.exception
    app.switch_page("pages/trajectories.py").run()
    assert "No cohort is loaded yet" in spoken(app)


def test_the_error_rate_is_a_fold_that_holds_its_choice(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025").switch_page("pages/comparisons.py").run()
    assert "plan.alpha" not in {w.key for w in app.number_input}, "what is folded is not drawn"
    app.session_state["fold.error"] = True
    app.run()
    app.number_input(key="plan.alpha").set_value(0.01).run()
    app.session_state["fold.error"] = False
    app.run()
    assert app.session_state["aadash.plan"].alpha == 0.01
    assert "99 % CI" in spoken(app)


def test_the_words_of_a_page_are_those_that_it_uses(open_app: OpenApp) -> None:
    """Data quality explained responders and CI, of which it says nothing."""
    app = open_app(cohort="korea_2025").switch_page("pages/responders.py").run()
    assert {"Responder", "Confidence interval", "Stratum"} <= _explained(app)
    app.switch_page("pages/data_quality.py").run()
    assert "Baseline" in _explained(app) and not {"Responder", "Confidence interval", "Stratum"} & _explained(app)
    app.switch_page("pages/adverse_events.py").run()
    assert "Confidence interval" in _explained(app) and "Responder" not in _explained(app)


def _explained(app: AppTest) -> set[str]:
    """The terms under "What the words mean"."""
    (line,) = [str(h.proto.body) for h in app.get("html") if "aadash-line" in str(h.proto.body)]
    return {re.sub("<[^>]+>", "", name).capitalize() for name in re.findall(r"<dt>(.*?)</dt>", line)}
