"""How one predictor enters a model: as a number, cut in two, against which level, and what that costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aadash.app.parts import render
from aadash.app.parts.markdown import plain
from aadash.app.session import state
from aadash.app.shell.page import PageContext
from aadash.app.spoken import st
from aadash.candidates import default_reference, many_numbers, per_so_many, title, unit
from aadash.charts.relation import relation
from aadash.cohort import Cohort
from aadash.errors import AadashError
from aadash.filters import column_values, level_text, own_baseline
from aadash.model_plan import ModelPlan, Predictor
from aadash.strata import split

WAYS = {"numbers": "As a number", "cut": "Cut in two"}


def current(cohort: Cohort) -> ModelPlan:
    """The model in use for these patients."""
    return state.model() or ModelPlan.prespecified(cohort)


def set_model(name: str, value: Any) -> str:
    key = f"model.{name}"
    st.session_state[key] = value
    return key


def commit(cohort: Cohort, key: str, change: Callable[[ModelPlan, Any], ModelPlan]) -> None:
    value = st.session_state[key]
    if value is None:
        return
    try:
        state.set_model(change(current(cohort), value).in_units_of(cohort))
    except AadashError as error:
        state.add_message([error.paragraph()])


def entering(page: PageContext, model: ModelPlan) -> None:
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
    key = set_model(f"reference.{predictor.column}", reference)
    st.selectbox(
        "Compared with", levels, key=key, on_change=commit, args=(cohort, key, _replace(cohort, predictor, key, reference=str))
    )


def _number(cohort: Cohort, predictor: Predictor) -> None:
    series = column_values(cohort, predictor.column).dropna()
    low, high, median = float(series.min()), float(series.max()), float(series.median())
    measure = unit(cohort, predictor.column)
    left, right = st.columns(2)
    with left:
        key = set_model(f"way.{predictor.column}", "numbers" if predictor.cut is None else "cut")
        st.segmented_control(
            "Enters",
            list(WAYS),
            key=key,
            format_func=WAYS.__getitem__,
            on_change=commit,
            args=(cohort, key, _replace(cohort, predictor, key, cut=lambda v: median if v == "cut" else None, reference=None)),
        )
    with right:
        if predictor.cut is None:
            key = set_model(f"per.{predictor.column}", float(predictor.per))
            st.number_input(
                f"Estimate per so many {plain(measure) or 'units'}",
                0.01,
                1e6,
                step=1.0,
                format="%g",
                key=key,
                on_change=commit,
                args=(cohort, key, _replace(cohort, predictor, key, per=float)),
            )
        else:
            key = set_model(f"cut.{predictor.column}", float(min(max(predictor.cut, low), high)))
            st.number_input(
                f"Up to and including ({plain(measure) or 'units'})",
                low,
                high,
                format="%g",
                key=key,
                step=1.0 if high - low > 10 else 0.1,
                on_change=commit,
                args=(cohort, key, _replace(cohort, predictor, key, cut=float)),
                help=f"The median is {median:g}. More on the cut stands under “Cut-points”.",
            )
    if predictor.cut is not None:
        sides = {">": f"> {predictor.cut:g}", "<=": f"≤ {predictor.cut:g}"}
        key = set_model(f"side.{predictor.column}", "<=" if predictor.reference == "<=" else ">")
        st.segmented_control(
            "Compared with",
            list(sides),
            key=key,
            format_func=sides.__getitem__,
            on_change=commit,
            args=(cohort, key, _replace(cohort, predictor, key, reference=lambda v: None if v == ">" else v)),
        )
