"""The plan, as the shared sidebar shows it: how split, which endpoint and week, what a missing visit counts as.

The plan in session state is the truth. Each control is set from it before it is drawn and writes back to it when the
user changes it, so a control that a page does not show keeps its choice, and a link or an undo can set any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from aadash.app.parts.markdown import plain
from aadash.app.session import state
from aadash.app.spoken import st
from aadash.cohort import Cohort
from aadash.endpoints import MISSING_RULES, endpoint, offered, own_rules
from aadash.errors import AadashError
from aadash.filters import column_values, is_measured
from aadash.glossary import help_of
from aadash.measure import Measure
from aadash.plan import MULTIPLICITY, AnalysisPlan
from aadash.strata import BUILT_IN, MAX_LEVELS, later_stratifiers, stratifiers

#: The controls a page may ask for.
CONTROLS = ("split", "endpoint", "week", "missing", "error")
#: Rule for missing visits → what a missing visit counts as, in the few words that a menu has room for.
COUNTS_AS = {
    "observed": "Left out (observed cases)",
    "complete": "Patient left out (complete cases)",
    "nri": "No response (NRI)",
    "locf": "Last value (LOCF)",
    "mixed": "Mixed model",
}


def _key(name: str) -> str:
    return f"plan.{name}"


def _commit(name: str, read: Callable[[Any], Any] = lambda v: v) -> None:
    value = st.session_state[_key(name)]
    if value is None and name not in ("column_cut", "week"):
        return
    changes: dict[str, Any] = {name: read(value)}
    if name == "stratifier":
        changes["column_cut"] = None
    try:
        state.set_plan(state.plan().replace(**changes))
    except AadashError as error:
        state.add_message([error.paragraph()])


def _select(label: str, name: str, options: Iterable[Any], value: Any, words: dict | None = None, **more: Any) -> None:
    st.session_state[_key(name)] = value
    st.selectbox(
        label,
        list(options),
        key=_key(name),
        on_change=_commit,
        args=(name,),
        format_func=lambda v: str((words or {}).get(v, v)),
        **more,
    )


def _number(label: str, name: str, value: float, low: float, high: float, step: float, **more: Any) -> None:
    st.session_state[_key(name)] = float(min(max(value, low), high))
    st.number_input(
        label, float(low), float(high), step=float(step), format="%g", key=_key(name), on_change=_commit, args=(name,), **more
    )


def draw(cohort: Cohort, controls: Iterable[str]) -> AnalysisPlan:
    """Draw the named :data:`CONTROLS` for ``cohort`` and return the plan."""
    controls = set(controls)
    if state.plan().measure not in (None, *cohort.analysable):  # of another file
        fitted, notes = state.plan().resolved_for(cohort)
        state.set_plan(fitted)
        state.add_message(notes)
    if len(cohort.analysable) > 1:
        _measure(cohort, state.plan())
    plan = state.plan()
    cohort = plan.measured(cohort)
    if "split" in controls:
        _split(cohort, plan)
    if "endpoint" in controls:
        _endpoint(cohort.measure, plan)
    if "week" in controls and cohort.followup_weeks:
        _select("Week", "week", cohort.followup_weeks, plan.at_week(cohort), {w: f"Week {w}" for w in cohort.weeks})
    if "missing" in controls:
        _select(
            "A missing visit counts as",
            "missing",
            MISSING_RULES,
            plan.missing,
            COUNTS_AS,
            help=help_of("observed cases", "complete cases", "NRI", "LOCF", "mixed model"),
        )
    if "error" in controls:
        with st.expander("Error rate and adjustment", key="fold.error", on_change="rerun") as f:
            if f.open:  # what is not seen is not drawn: every control costs time at every change
                _number("Alpha (two-sided)", "alpha", plan.alpha, 0.001, 0.2, 0.01, help=help_of("alpha", "CI"))
                adjust = "Adjust p (change over the weeks, subgroups over the columns) by"
                _select(adjust, "multiplicity", MULTIPLICITY, plan.multiplicity, MULTIPLICITY, help=help_of("p-value", "Holm"))
    return state.plan().named_for(cohort)


def _measure(cohort: Cohort, plan: AnalysisPlan) -> None:
    """Which of several measures is analysed; what the new one does not have goes back to its default."""
    default = AnalysisPlan().measured(cohort).score

    def commit() -> None:
        chosen = st.session_state[_key("measure")]
        changed = state.plan().replace(measure=None if chosen == default else chosen, week=None)
        state.set_plan(changed.resolved_for(cohort)[0])

    st.session_state[_key("measure")] = plan.measured(cohort).score
    titles = {name: cohort.recorded(name)[0].title for name in cohort.analysable}
    st.selectbox(
        "Measure",
        cohort.analysable,
        key=_key("measure"),
        on_change=commit,
        help="\n\n".join(f"**{plain(name)}**: {plain(title or name)}" for name, title in titles.items()),
    )


def _endpoint(measure: Measure, plan: AnalysisPlan) -> None:
    rules, own = offered(measure), own_rules(measure)
    rule = endpoint(plan.endpoint, measure)
    current = next((label for label, make in own.items() if rule.name not in rules and make(rule.threshold) == rule.name), rule.name)
    if current not in own:
        rules = rules | {rule.name: rule}

    def commit() -> None:
        chosen = st.session_state[_key("endpoint")]
        start = (
            75.0
            if chosen in own and own[chosen](1.0).endswith("%")
            else (measure.low + measure.high) / 2
            if measure.cut is None
            else measure.cut
        )
        state.set_plan(state.plan().replace(endpoint=own[chosen](start) if chosen in own else chosen))

    st.session_state[_key("endpoint")] = current
    words = {name: e.symbol for name, e in rules.items()}
    st.selectbox(
        "Endpoint",
        [*rules, *own],
        key=_key("endpoint"),
        on_change=commit,
        format_func=lambda name: words.get(name, name),
        help="\n\n".join([help_of("responder"), *(f"**{e.symbol}**: {e.label}" for e in rules.values())]),
    )
    if current in own:
        _own_threshold(measure, current, own[current], rule.threshold)


def _own_threshold(measure: Measure, label: str, make: Callable[[float], str], value: float) -> None:
    percent = make(1.0).endswith("%")
    low, high = (1.0, 100.0) if percent else measure.domain

    def commit() -> None:
        state.set_plan(state.plan().replace(endpoint=make(st.session_state[_key("threshold")])))

    st.session_state[_key("threshold")] = float(min(max(value, low), high))
    st.number_input(
        "Percent improvement" if percent else f"{measure.name} {'at least' if measure.higher_is_better else 'at most'}",
        low,
        high,
        step=5.0 if percent else _step(high - low),
        format="%g",
        key=_key("threshold"),
        on_change=commit,
    )


def _split(cohort: Cohort, plan: AnalysisPlan) -> None:
    menu = stratifiers(cohort)
    none = menu.pop("none")
    menu |= {**later_stratifiers(cohort), "none": none}
    current = (
        plan.stratifier
        if plan.stratifier in menu
        else next((k for k in menu if cohort.role(k) and cohort.role(k) == cohort.role(plan.stratifier)), "severity")
    )
    _select("Split by", "stratifier", menu, current, menu, help=help_of("stratum", "severity group"))
    if current == "severity":
        severity = cohort.severity_measure
        step = 5 if severity.high - severity.low >= 100 else _step(severity.high - severity.low)
        _number(f"Group A is baseline {severity.name} above", "severity_cut", plan.severity_cut, *severity.domain, step)
    elif current not in BUILT_IN:
        series = column_values(cohort, current)
        if is_measured(cohort, current, series):
            cut = float(series.median()) if plan.column_cut is None else plan.column_cut
            _number(
                "Cut at (up to and including)",
                "column_cut",
                cut,
                min(cut, series.min()),
                max(cut, series.max()),
                _step(float(series.max() - series.min())),
                help=f"The median is {series.median():g}.",
            )
        elif series.nunique() > MAX_LEVELS:
            st.caption("Too many different values to compare.")


def _step(span: float) -> float:
    return 1.0 if span > 10 else 0.1 if span > 1 else 0.01
