"""The controls of a model: what is explained, by what, and how each predictor enters.

As in the sidebar, the model in session state is the truth: each control is set from it before it is drawn and writes
back to it when the user changes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from aadash.app.parts import render
from aadash.app.parts.markdown import plain
from aadash.app.session import state
from aadash.app.shell.page import PageContext
from aadash.charts.relation import relation
from aadash.cohort import Cohort
from aadash.endpoints import endpoint, offered
from aadash.errors import AadashError
from aadash.filters import column_values, level_text, own_baseline
from aadash.model_plan import (
    CRITERIA,
    ESTIMATORS,
    MISSING_PREDICTORS,
    OUTCOMES,
    ModelPlan,
    Predictor,
    candidates,
    default_reference,
    many_numbers,
    outcome_words,
    per_so_many,
    title,
    unit,
)
from aadash.plan import AnalysisPlan
from aadash.strata import split

WAYS = {"numbers": "As a number", "cut": "Cut in two"}
SHORT = {"auto": "Automatic", "firth": "Firth", "ml": "Maximum likelihood", "complete": "Left out", "impute": "Imputed"}


def current(cohort: Cohort) -> ModelPlan:
    """The model in use for these patients."""
    return state.model() or ModelPlan.prespecified(cohort)


def draw(page: PageContext) -> ModelPlan:
    """Draw the panel and return the model. Everyone is asked, so that a filter does not change what can be chosen."""
    cohort, plan = page.everyone, page.plan
    model = current(cohort)
    with st.expander(_headline(cohort, plan, model), icon=":material/tune:"):
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
        _entering(page, model)
        left, right = st.columns(2)
        with left:
            _segments("Patients with a predictor missing", "missing", MISSING_PREDICTORS, cohort, model)
        if model.outcome == "response":
            with right:
                _segments("Estimated by", "estimator", ESTIMATORS, cohort, model)
    return current(cohort)


def _headline(cohort: Cohort, plan: AnalysisPlan, model: ModelPlan) -> str:
    names = [title(cohort, p.column) for p in model.predictors]
    what = (
        endpoint(plan.endpoint).symbol
        if model.outcome == "response"
        else outcome_words(model.outcome, plan.measured(cohort).score).split(" (")[0]
    )
    return f"The model: {plain(what)} by {plain(', '.join(names)) if names else 'nothing yet'}"


def _set(name: str, value: Any) -> str:
    key = f"model.{name}"
    st.session_state[key] = value
    return key


def _commit(cohort: Cohort, key: str, change: Callable[[ModelPlan, Any], ModelPlan]) -> None:
    value = st.session_state[key]
    if value is None:
        return
    try:
        state.set_model(change(current(cohort), value))
    except AadashError as error:
        state.add_message([error.paragraph()])


def _prespecified(cohort: Cohort) -> None:
    state.set_model(None)
    state.set_plan(state.plan().replace(endpoint="SALT<=20", week=None, measure=None))


def _outcome(cohort: Cohort, plan: AnalysisPlan, model: ModelPlan) -> None:
    rules = offered(cohort.measure) | {plan.endpoint: plan.rule(cohort)}
    words = {f"endpoint:{n}": e.symbol for n, e in rules.items()}
    words |= {k: outcome_words(k, cohort.score) for k in OUTCOMES if k != "response"}
    value = f"endpoint:{plan.endpoint}" if model.outcome == "response" else model.outcome
    key = _set("outcome", value)

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
    key = _set("predictors", [p.column for p in model.predictors])

    def change(now: ModelPlan, columns: list[str]) -> ModelPlan:
        default = {p.column: p for p in ModelPlan.prespecified(cohort).predictors}
        return now.replace(predictors=tuple(now.predictor(c) or default.get(c) or Predictor(c) for c in columns))

    st.multiselect(
        "Explained by",
        list(menu),
        key=key,
        format_func=menu.__getitem__,
        on_change=_commit,
        args=(cohort, key, change),
        placeholder="Choose predictors",
        help="Choose before looking at the answers: predictors chosen because they looked good look too good.",
    )


def _entering(page: PageContext, model: ModelPlan) -> None:
    """How one predictor enters: its reference level, or as a number, or cut, with what the cut costs."""
    cohort = page.everyone
    if not model.predictors:
        return
    columns = [p.column for p in model.predictors]
    with st.container(border=True):
        one = st.selectbox(
            "How a predictor enters",
            columns,
            key="model.which",
            persist_state="session",
            format_func=lambda c: _summary(cohort, model.predictor(c) or Predictor(c)),
        )
        predictor = model.predictor(one) or model.predictors[0]
        if not many_numbers(cohort, predictor.column):
            _reference(cohort, predictor)
        elif model.outcome == "salt" and predictor.column == own_baseline(page.cohort):
            st.caption(f"Baseline {plain(page.cohort.score)} enters as a number: the outcome is adjusted for it.")
        else:
            _number(cohort, predictor)
            if predictor.cut is not None:
                _cost(page, model, predictor)


def _cost(page: PageContext, model: ModelPlan, predictor: Predictor) -> None:
    """What the cut keeps of the relation, and the curve that it replaces."""
    result = render.ask("predictor_cuts", page, quiet=True, model=model, column=predictor.column)
    if result is None or not result.details.cost:
        return
    st.markdown(f"**{plain(result.details.cost)}**")
    render.picture(lambda: relation(result), "panel-relation")


def _summary(cohort: Cohort, p: Predictor) -> str:
    name, measure = title(cohort, p.column), unit(cohort, p.column)
    if p.cut is not None:
        return f"{name}: cut at {p.cut:g} {measure}".strip() + f", compared with {'≤' if p.reference == '<=' else '>'} {p.cut:g}"
    if many_numbers(cohort, p.column):
        return f"{name}: number, {per_so_many(p.per, measure)}"
    levels = _levels(cohort, p.column)
    return f"{name}: compared with {p.reference or (default_reference(levels) if levels else 'nothing')}"


def _levels(cohort: Cohort, column: str) -> list[str]:
    series = column_values(cohort, column)
    try:
        return list(split(cohort, column).levels)
    except AadashError:
        return sorted({level_text(v) for v in series.dropna()})


def _replace(cohort: Cohort, predictor: Predictor, key: str, **fixed: Any) -> Callable[[ModelPlan, Any], ModelPlan]:
    def change(now: ModelPlan, value: Any) -> ModelPlan:
        new = replace(predictor, **{k: v(value) if callable(v) else v for k, v in fixed.items()})
        return now.replace(predictors=tuple(new if p.column == new.column else p for p in now.predictors))

    return change


def _reference(cohort: Cohort, predictor: Predictor) -> None:
    levels = _levels(cohort, predictor.column)
    if len(levels) < 2:
        st.caption("There is one level only, so there is nothing to compare.")
        return
    reference = predictor.reference if predictor.reference in levels else default_reference(levels)
    key = _set(f"reference.{predictor.column}", reference)
    st.selectbox(
        "Compared with", levels, key=key, on_change=_commit, args=(cohort, key, _replace(cohort, predictor, key, reference=str))
    )


def _number(cohort: Cohort, predictor: Predictor) -> None:
    series = column_values(cohort, predictor.column).dropna()
    low, high, median = float(series.min()), float(series.max()), float(series.median())
    measure = unit(cohort, predictor.column)
    left, right = st.columns(2)
    with left:
        key = _set(f"way.{predictor.column}", "numbers" if predictor.cut is None else "cut")
        st.segmented_control(
            "Enters",
            list(WAYS),
            key=key,
            format_func=WAYS.__getitem__,
            on_change=_commit,
            args=(cohort, key, _replace(cohort, predictor, key, cut=lambda v: median if v == "cut" else None, reference=None)),
        )
    with right:
        if predictor.cut is None:
            key = _set(f"per.{predictor.column}", float(predictor.per))
            st.number_input(
                f"Estimate per so many {plain(measure) or 'units'}",
                0.01,
                1e6,
                step=1.0,
                format="%g",
                key=key,
                on_change=_commit,
                args=(cohort, key, _replace(cohort, predictor, key, per=float)),
            )
        else:
            key = _set(f"cut.{predictor.column}", float(min(max(predictor.cut, low), high)))
            st.number_input(
                f"Up to and including ({plain(measure) or 'units'})",
                low,
                high,
                format="%g",
                key=key,
                step=1.0 if high - low > 10 else 0.1,
                on_change=_commit,
                args=(cohort, key, _replace(cohort, predictor, key, cut=float)),
                help=f"The median is {median:g}. More on the cut stands under “Cut-points”.",
            )
    if predictor.cut is not None:
        sides = {">": f"> {predictor.cut:g}", "<=": f"≤ {predictor.cut:g}"}
        key = _set(f"side.{predictor.column}", "<=" if predictor.reference == "<=" else ">")
        st.segmented_control(
            "Compared with",
            list(sides),
            key=key,
            format_func=sides.__getitem__,
            on_change=_commit,
            args=(cohort, key, _replace(cohort, predictor, key, reference=lambda v: None if v == ">" else v)),
        )


def criterion(cohort: Cohort) -> None:
    """How stepwise selection decides, and how many resamples check it."""
    model = current(cohort)
    left, right = st.columns(2)
    with left:
        key = _set("criterion", model.criterion)
        st.segmented_control(
            "Stepwise selection by",
            list(CRITERIA),
            key=key,
            format_func=CRITERIA.__getitem__,
            on_change=_commit,
            args=(cohort, key, lambda now, value: now.replace(criterion=value)),
        )
    with right:
        key = _set("resamples", model.resamples)
        st.number_input(
            "Resamples",
            20,
            5000,
            step=100,
            key=key,
            on_change=_commit,
            args=(cohort, key, lambda now, value: now.replace(resamples=int(value))),
        )


def _segments(label: str, name: str, words: dict[str, str], cohort: Cohort, model: ModelPlan) -> None:
    key = _set(name, getattr(model, name))
    st.segmented_control(
        label,
        list(words),
        key=key,
        format_func=SHORT.__getitem__,
        on_change=_commit,
        args=(cohort, key, lambda now, value: now.replace(**{name: value})),
        help="\n\n".join(words.values()),
    )
