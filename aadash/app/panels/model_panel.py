"""The controls of a model: what is explained, by what, and how each predictor enters.

As in the sidebar, the model in session state is the truth: each control is set from it before it is drawn and writes
back to it when the user changes it.
"""

from __future__ import annotations

from aadash.app.panels.predictor_control import commit, current, entering, set_model
from aadash.app.parts.markdown import plain
from aadash.app.session import state
from aadash.app.shell.page import PageContext
from aadash.app.spoken import st
from aadash.candidates import candidates, title
from aadash.cohort import Cohort
from aadash.endpoints import endpoint, offered
from aadash.model_plan import CRITERIA, ESTIMATORS, MISSING_PREDICTORS, OUTCOMES, ModelPlan, Predictor, outcome_words
from aadash.plan import AnalysisPlan

SHORT = {"auto": "Automatic", "firth": "Firth", "ml": "Maximum likelihood", "complete": "Left out", "impute": "Imputed"}
_FOLD, _OPEN = "fold.model", "model.open"


def draw(page: PageContext) -> ModelPlan:
    """Draw the panel and return the model. Everyone is asked, so that a filter does not change what can be chosen."""
    cohort, plan = page.everyone, page.plan
    model = current(cohort)
    was_open = st.session_state.get(_OPEN, False)  # with another label it is another fold to Streamlit, which would be closed
    with st.expander(_headline(cohort, plan, model), icon=":material/tune:", expanded=was_open, key=_FOLD, on_change=_turned):
        left, right = st.columns(2, vertical_alignment="bottom")
        with left:
            _outcome(page.cohort, plan, model)
        with right:
            if "SALT" in cohort.analysable:
                st.button(
                    "As in the Tohoku study",
                    icon=":material/history:",
                    on_click=_prespecified,
                    args=(cohort,),
                    help="SALT≤20 at the last visit, by the predictors of Wada-Irimada et al. 2025 that this file has.",
                )
        _chosen(cohort, model)
        entering(page, model)
        left, right = st.columns(2)
        with left:
            _segments("Patients with a predictor missing", "missing", MISSING_PREDICTORS, cohort, model)
        if model.outcome == "response":
            with right:
                _segments("Estimated by", "estimator", ESTIMATORS, cohort, model)
    return current(cohort)


def _turned() -> None:
    st.session_state[_OPEN] = st.session_state[_FOLD]


def _headline(cohort: Cohort, plan: AnalysisPlan, model: ModelPlan) -> str:
    names = [title(cohort, p.column) for p in model.predictors]
    what = (
        endpoint(plan.endpoint).symbol
        if model.outcome == "response"
        else outcome_words(model.outcome, plan.measured(cohort).score).split(" (")[0]
    )
    return f"The model: {plain(what)} by {plain(', '.join(names)) if names else 'nothing yet'}"


def _prespecified(cohort: Cohort) -> None:
    state.set_model(None)
    state.set_plan(state.plan().replace(endpoint="SALT<=20", week=None, measure=None))


def _outcome(cohort: Cohort, plan: AnalysisPlan, model: ModelPlan) -> None:
    rules = offered(cohort.measure) | {plan.endpoint: plan.rule(cohort)}
    words = {f"endpoint:{n}": e.symbol for n, e in rules.items()}
    words |= {k: outcome_words(k, cohort.score) for k in OUTCOMES if k != "response"}
    value = f"endpoint:{plan.endpoint}" if model.outcome == "response" else model.outcome
    key = set_model("outcome", value)

    def commit() -> None:
        chosen = st.session_state[key]
        if chosen.startswith("endpoint:"):
            state.set_plan(state.plan().replace(endpoint=chosen.removeprefix("endpoint:")))
        state.set_model(model.replace(outcome="response" if chosen.startswith("endpoint:") else chosen))

    st.selectbox("What is explained", list(words), key=key, format_func=words.__getitem__, on_change=commit)


def _chosen(cohort: Cohort, model: ModelPlan) -> None:
    menu = candidates(cohort)
    for p in model.predictors:
        menu.setdefault(p.column, title(cohort, p.column))
    key = set_model("predictors", [p.column for p in model.predictors])

    def change(now: ModelPlan, columns: list[str]) -> ModelPlan:
        default = {p.column: p for p in ModelPlan.prespecified(cohort).predictors}
        return now.replace(predictors=tuple(now.predictor(c) or default.get(c) or Predictor(c) for c in columns))

    st.multiselect(
        "Explained by",
        list(menu),
        key=key,
        format_func=menu.__getitem__,
        on_change=commit,
        args=(cohort, key, change),
        placeholder="Choose predictors",
        help="Choose before looking at the answers: predictors chosen because they looked good look too good.",
    )


def criterion(cohort: Cohort) -> None:
    """How stepwise selection decides, and how many resamples check it."""
    model = current(cohort)
    left, right = st.columns(2)
    with left:
        key = set_model("criterion", model.criterion)
        st.segmented_control(
            "Stepwise selection by",
            list(CRITERIA),
            key=key,
            format_func=CRITERIA.__getitem__,
            on_change=commit,
            args=(cohort, key, lambda now, value: now.replace(criterion=value)),
        )
    with right:
        key = set_model("resamples", model.resamples)
        st.number_input(
            "Resamples",
            20,
            5000,
            step=100,
            key=key,
            on_change=commit,
            args=(cohort, key, lambda now, value: now.replace(resamples=int(value))),
        )


def _segments(label: str, name: str, words: dict[str, str], cohort: Cohort, model: ModelPlan) -> None:
    key = set_model(name, getattr(model, name))
    st.segmented_control(
        label,
        list(words),
        key=key,
        format_func=SHORT.__getitem__,
        on_change=commit,
        args=(cohort, key, lambda now, value: now.replace(**{name: value})),
        help="\n\n".join(words.values()),
    )
