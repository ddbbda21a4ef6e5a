"""The report page, the pages of Table 1, Table 2 and the papers, and what a severe cohort opens on."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from aadash import analyses
from aadash.app.session import bundles
from aadash.app.session.samples import load_sample
from aadash.model_plan import ModelPlan, Predictor
from aadash.plan import AnalysisPlan

from ..conftest import make, spoken

OpenApp = Callable[..., AppTest]
KOREA = load_sample("korea_2025").cohort


def test_a_report_is_made_and_can_be_saved(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025").switch_page("pages/report.py").run()
    app.multiselect(key="report.sections").set_value(["participants", "baseline"]).run()
    app.button(key="report.make").click().run()
    assert not app.exception
    assert any("Save the file" in b.label for b in app.get("download_button"))
    app.multiselect(key="report.sections").set_value(["participants"]).run()
    assert "Make it again" in spoken(app)
    app.multiselect(key="report.sections").set_value(["participants", "baseline"]).run()
    assert "Make it again" not in spoken(app)
    app.session_state["aadash.model"] = ModelPlan(predictors=(Predictor("age"),))  # what the report would hold is another model
    assert "Make it again" in spoken(app.run())


@pytest.mark.parametrize("kind", ["docx", "zip"])
def test_what_a_file_prints_is_in_the_ledger(open_app: OpenApp, kind: str) -> None:
    """A report of forty p-values left the ledger empty: “every p-value that a table showed is one question”."""
    app = open_app(cohort="korea_2025", stratifier="sex").switch_page("pages/report.py").run()
    app.multiselect(key="report.sections").set_value(["participants", "responders"]).run()
    app.session_state[bundles.KEY_KIND] = kind
    app.run()
    assert "aadash.ledger" not in app.session_state or not len(app.session_state["aadash.ledger"])
    app.button(key="report.make").click().run()
    asked = app.session_state["aadash.ledger"].entries
    wanted = analyses.responders_between(KOREA, AnalysisPlan(stratifier="sex"))
    assert {e.outcome for e in asked} <= {r.outcome for r in wanted.tests()} and len(asked) >= 5
    if kind == "zip":
        with zipfile.ZipFile(io.BytesIO(app.session_state["report.made"][1])) as files:
            kept = json.loads(files.read("source/scenarios.json"))
        assert len(kept["ledger"]) == len(asked)


def test_sections_that_nobody_touched_follow_the_plan(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025").switch_page("pages/report.py").run()
    usual = app.multiselect(key="report.sections").value
    assert "comparisons" in usual
    app.session_state["aadash.plan"] = AnalysisPlan(stratifier="none")
    app.run()
    fewer = app.multiselect(key="report.sections").value
    assert fewer == [name for name in usual if name != "comparisons"]
    app.multiselect(key="report.sections").set_value([*fewer, "comparisons"]).run()
    assert app.run().multiselect(key="report.sections").value == [*fewer, "comparisons"], "it was chosen by name"
    app.switch_page("pages/ledger.py").run()
    app.switch_page("pages/report.py").run()
    assert app.multiselect(key="report.sections").value == [*fewer, "comparisons"]
    app.multiselect(key="report.sections").set_value(fewer).run()
    app.switch_page("pages/ledger.py").run()
    app.session_state["aadash.plan"] = AnalysisPlan(stratifier="sex")
    app.switch_page("pages/report.py").run()
    assert app.multiselect(key="report.sections").value == usual and not app.exception


def test_a_section_is_shown_as_it_will_stand(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025").switch_page("pages/report.py").run()
    app.segmented_control(key="report.preview").set_value("methods").run()
    assert not app.exception and "Wilson intervals" in spoken(app)
    app.segmented_control(key="report.preview").set_value("references").run()
    assert "sequentially rejective" in spoken(app)
    app.segmented_control(key="report.preview").set_value("results").run()
    headings = [m.value for m in app.markdown if m.value.startswith("#")]
    assert "## Results, in words" in headings and "### Course" in headings, "what a section holds stands under its heading"


def test_table_1_has_p_values_only_when_asked(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025", stratifier="sex").switch_page("pages/baseline.py").run()
    assert "Read the standardised mean differences instead" not in spoken(app)
    app.toggle(key="baseline.p_values").set_value(True).run()
    assert "Read the standardised mean differences instead" in spoken(app)


def test_as_in_the_tohoku_study_sets_the_plan(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025").switch_page("pages/papers.py").run()
    app.button(key="papers.tohoku").click().run()
    plan = app.session_state["aadash.plan"]
    assert (plan.stratifier, plan.endpoint) == ("subtype", "SALT<=20") and not app.exception


def test_a_severe_cohort_opens_on_the_trials_endpoint(open_app: OpenApp) -> None:
    app = open_app(cohort="tohoku_2025")
    assert app.session_state["aadash.plan"].endpoint == "SALT<=20"
    assert app.query_params["endpoint"] in ("SALT<=20", ["SALT<=20"])
    assert open_app(cohort="tohoku_2025", endpoint="SALT75").session_state["aadash.plan"].endpoint == "SALT75"
    assert open_app(cohort="korea_2025").session_state["aadash.plan"].endpoint == "SALT75"


def test_a_severe_cohort_opens_on_a_split_that_parts_it(open_app: OpenApp) -> None:
    """Cut at 50 all 70 would be in one group: "All patients" and "Group A" are then the same numbers twice."""
    app = open_app(cohort="tohoku_2025")
    assert app.session_state["aadash.plan"].stratifier == "trial_severity" and "the split at SALT 95" in spoken(app)
    assert open_app(cohort="tohoku_2025", stratifier="sex").session_state["aadash.plan"].stratifier == "sex"
    assert open_app(cohort="tohoku_2025", endpoint="SALT<=20").session_state["aadash.plan"].stratifier == "severity", "a link stands"
    app.switch_page("pages/responders.py").run()
    assert app.caption[0].value.startswith("As in the trials") and not app.warning, "under the plan, once: it pushes no chart away"
    assert "the split at SALT 95" not in spoken(app.run())
    other = open_app(cohort="tohoku_2025")
    other.session_state["aadash.plan"] = other.session_state["aadash.plan"].replace(stratifier="sex")
    assert "the split at SALT 95" not in spoken(other.switch_page("pages/responders.py").run()), "another plan stands by now"
    one_band = make({0: [55.0, 60.0, 90.0, 70.0], 12: [40.0, 50.0, 10.0, 30.0]})
    assert open_app(one_band).session_state["aadash.plan"].stratifier == "severity"


def test_files_of_a_page_are_offered_when_the_fold_is_open(open_app: OpenApp) -> None:
    cohort = make({0: [80.0, 60.0, 90.0, 70.0], 12: [40.0, 50.0, 10.0, 70.0]}, sex=["f", "f", "m", "m"])
    app = open_app(cohort).switch_page("pages/baseline.py").run()
    assert "Copy for Word" not in spoken(app) and not [b for b in app.get("download_button") if b.label == "Word"]
    app.session_state["fold.files.baseline"] = True
    app.run()
    assert not app.exception and {"Word", "Excel", "CSV"} <= {b.label for b in app.get("download_button")}


def test_the_code_of_a_result_is_there_for_python_and_for_r(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025").switch_page("pages/baseline.py").run()
    app.session_state["fold.code.baseline"] = True
    app.run()
    assert [c.language for c in app.code] == ["python", "r"] and "t.test(" in app.code[1].value
