"""The page “Who responds?”: every view in every state, the controls of the model, links, long computations."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from aadash.filters import BASELINE
from aadash.model_plan import ModelPlan, Predictor
from aadash.plan import AnalysisPlan
from aadash.views.predictors import VIEWS

from ..conftest import DEGENERATE, says_something, spoken, tables

OpenApp = Callable[..., AppTest]
PAGE = "pages/predictors.py"


def opened(open_app: OpenApp, view: str = "Predictors", **params: str) -> AppTest:
    app = open_app(**({"cohort": "tohoku_2025", "endpoint": "SALT<=20"} | params)).switch_page(PAGE).run()
    if view != "Predictors":
        app.segmented_control(key="view.predictors").set_value(view).run()
    assert not app.exception
    return app


def test_the_panel_stays_open_while_the_model_is_changed(open_app: OpenApp) -> None:
    """Its label is the model; a fold with another label is another one, closed, unless it has a key."""
    app = opened(open_app)
    app.session_state["model.open"] = True  # as a press leaves it
    app.run()
    before = next(e for e in app.expander if e.label.startswith("The model:"))
    app.selectbox(key="model.outcome").set_value("improvement").run()
    after = next(e for e in app.expander if e.label.startswith("The model:"))
    assert before.label != after.label and before.proto.expanded and after.proto.expanded


def model(app: AppTest) -> ModelPlan:
    return app.session_state["aadash.model"]


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("Predictors", "was reached by 29/70"),
        ("In plain numbers", "not a prediction rule until"),
        ("Cut-points", "Of 42 cuts of Disease duration"),
        ("Checks", "without patient T0"),
        ("Choosing and validating", "stepwise selection by AIC keeps"),
        ("AA subtype and sex", "in ophiasis"),
        ("Reporting", "items are filled in from the analysis"),
    ],
)
def test_every_view_answers_the_tohoku_sample(open_app: OpenApp, view: str, words: str) -> None:
    app = opened(open_app, view)
    assert words.replace("(", "\\(") in spoken(app).replace("\\-", "-").replace("\\.", ".")


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_on_a_sample_with_visits_missing(open_app: OpenApp, view: str) -> None:
    assert spoken(opened(open_app, view, cohort="korea_2025_missing")).strip()


@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_cohorts_get_a_sentence_in_every_view(open_app: OpenApp, name: str) -> None:
    """Each view with one of the outcomes, and from cohort to cohort with the other."""
    app, turn = open_app(DEGENERATE[name]), list(DEGENERATE).index(name)
    columns = [Predictor(str(c)) for c in DEGENERATE[name].patients.columns]
    for i, outcome in enumerate(("response", "improvement")):
        app.session_state["aadash.model"] = ModelPlan(outcome=outcome, predictors=(*columns, Predictor(BASELINE)))
        app.switch_page(PAGE).run()
        for view in list(VIEWS)[(i + turn) % 2 :: 2]:
            app.segmented_control(key="view.predictors").set_value(view).run()
            assert not app.exception, f"{name}, {outcome}, {view}: {app.exception}"
            assert says_something(app)


# --- the controls of the model -------------------------------------------------------------------------------------
def test_a_reference_level_is_chosen_and_travels_in_the_link(open_app: OpenApp) -> None:
    app = opened(open_app)
    app.selectbox(key="model.reference.subtype").set_value("ophiasis").run()
    assert model(app).predictor("subtype") == Predictor("subtype", reference="ophiasis")
    assert "ophiasis" in "".join(app.query_params["model"])
    again = opened(open_app, model="".join(app.query_params["model"]))
    assert model(again) == model(app)
    assert again.selectbox(key="model.reference.subtype").value == "ophiasis"


def test_predictors_are_taken_out_and_put_in_with_their_usual_cut(open_app: OpenApp) -> None:
    app = opened(open_app)
    app.multiselect(key="model.predictors").set_value(["sex", "age"]).run()
    assert [p.column for p in model(app).predictors] == ["sex", "age"]
    app.multiselect(key="model.predictors").set_value(["sex", "age", "duration"]).run()
    assert model(app).predictor("duration") == Predictor("duration", cut=4.0)
    app.multiselect(key="model.predictors").set_value([]).run()
    assert not app.exception and "No predictor is left" in spoken(app)


def test_a_number_is_cut_moved_and_made_whole_again(open_app: OpenApp) -> None:
    app = opened(open_app)
    app.selectbox(key="model.which").set_value("duration").run()
    app.number_input(key="model.cut.duration").set_value(7.0).run()
    assert model(app).predictor("duration") == Predictor("duration", cut=7.0)
    assert "the cut at 7 years explains more than" in spoken(app), "what it costs stands beside the cut"
    app.segmented_control(key="model.side.duration").set_value("<=").run()
    assert model(app).predictor("duration") == Predictor("duration", reference="<=", cut=7.0)
    printed = tables(app)[0].set_index("Predictor").iloc[:, 1]
    at = [v.strip().replace("\u00a0", " ") for v in printed.index].index("≤ 7")
    assert printed.iloc[at] == "reference"
    app.segmented_control(key="model.way.duration").set_value("numbers").run()
    assert model(app).predictor("duration") == Predictor("duration")
    app.number_input(key="model.per.duration").set_value(5.0).run()
    assert model(app).predictor("duration") == Predictor("duration", per=5.0)
    app.segmented_control(key="model.way.duration").set_value("cut").run()
    assert model(app).predictor("duration").cut == pytest.approx(4.65)  # the median


def test_the_outcome_sets_the_endpoint_or_the_model(open_app: OpenApp) -> None:
    app = opened(open_app)
    app.selectbox(key="model.outcome").set_value("improvement").run()
    assert model(app).outcome == "improvement" and "mean 56" in spoken(app)
    assert "model.estimator" not in [s.key for s in app.segmented_control]
    app.selectbox(key="model.outcome").set_value("endpoint:SALT90").run()
    assert model(app).outcome == "response" and app.session_state["aadash.plan"].endpoint == "SALT90"
    next(b for b in app.button if "Tohoku" in b.label).click().run()
    assert model(app) is None and app.session_state["aadash.plan"].endpoint == "SALT<=20"
    assert "29/70" in spoken(app)


def test_estimator_and_imputation(open_app: OpenApp) -> None:
    app = opened(open_app, cohort="korea_2025")
    app.segmented_control(key="model.missing").set_value("impute").run()
    assert "13 patients of 117 lack a predictor" in (spoken(app) + "".join(e.label for e in app.expander)).replace("\\", "")
    app.segmented_control(key="model.estimator").set_value("ml").run()
    assert model(app).estimator == "ml" and not app.exception


def test_a_broken_link_is_told_and_the_page_still_opens(open_app: OpenApp) -> None:
    app = open_app(cohort="tohoku_2025", model='{"outcome":"cure","predictors":["sex","nope"]}')
    said = "\n".join(w.value for w in app.warning).replace("\\", "")
    assert "outcome 'cure' cannot be used" in said and "no column 'nope'" in said
    assert model(app).predictors == (Predictor("sex"),)
    app = open_app(cohort="tohoku_2025", model="{")
    assert "The model is not JSON" in "\n".join(w.value for w in app.warning)


def test_another_cohort_keeps_of_the_model_what_it_has(open_app: OpenApp) -> None:
    app = opened(open_app)
    app.multiselect(key="model.predictors").set_value(["sex", "ivmp"]).run()
    app.switch_page("pages/cohort.py").run()
    app.segmented_control(key="home.way").set_value("Sample cohort").run()
    app.button(key="home.sample.korea_2025").click().run()
    assert model(app).predictors == (Predictor("sex"),)


# --- a patient, and long computations ------------------------------------------------------------------------------
def test_a_profile_follows_its_controls(open_app: OpenApp) -> None:
    app = opened(open_app, "In plain numbers")
    assert "A man of 38" in spoken(app)
    next(s for s in app.selectbox if s.label == "Sex").set_value("female").run()
    next(n for n in app.number_input if n.label.startswith("Age")).set_value(35.0).run()
    assert "A woman of 35" in spoken(app) and not app.exception


def test_bootstrap_runs_on_a_press_is_kept_and_comes_back(open_app: OpenApp) -> None:
    app = opened(open_app, "Choosing and validating")
    assert "different model" not in spoken(app) and "Brier" not in spoken(app)
    app.number_input(key="model.resamples").set_value(20).run()
    app.button(key="run.predictor_stability").click().run()
    assert "Drawing the 70 patients again 20 times" in spoken(app)
    app.button(key="run.predictor_performance").click().run()
    assert "Brier score" in spoken(app) and "Drawing the 70 patients again" in spoken(app)
    app.segmented_control(key="view.predictors").set_value("Reporting").run()
    assert "In new patients of the same kind" in " ".join(tables(app)[-1].to_numpy().ravel())
    app.segmented_control(key="view.predictors").set_value("Choosing and validating").run()
    assert "Drawing the 70 patients again 20 times" in spoken(app)
    app.segmented_control(key="view.predictors").set_value("Checks").run()
    assert "Calibration" in spoken(app) and "it stands under" not in spoken(app)
    app.segmented_control(key="view.predictors").set_value("Choosing and validating").run()
    app.segmented_control(key="model.criterion").set_value("p").run()
    assert "different model" not in spoken(app), "another criterion is another computation"


def test_plan_and_model_are_the_key(open_app: OpenApp) -> None:
    app = opened(open_app)
    app.session_state["aadash.plan"] = AnalysisPlan(endpoint="SALT<=20", alpha=0.2)
    app.run()
    assert "80 % CI" in spoken(app).replace("\\", "")


def test_no_calibration_is_promised_where_the_outcome_is_a_number(open_app: OpenApp) -> None:
    app = opened(open_app, "Checks")
    assert "to see calibration" in spoken(app)
    app.session_state["aadash.model"] = ModelPlan.prespecified(app.session_state["aadash.loaded"].cohort).replace(
        outcome="improvement"
    )
    assert "to see calibration" not in spoken(app.run()) and not app.exception
