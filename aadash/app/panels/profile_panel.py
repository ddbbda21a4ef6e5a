"""One patient: choose the facts, read the probability with its interval."""

from __future__ import annotations

from typing import Any

from aadash.app.parts import render
from aadash.app.parts.markdown import plain
from aadash.app.session import tongue
from aadash.app.shell.page import PageContext
from aadash.app.spoken import st
from aadash.candidates import unit
from aadash.charts.rows import profile_rows
from aadash.model_plan import ModelPlan


@st.fragment
def draw(page: PageContext, model: ModelPlan) -> None:
    """The panel; a change in it computes nothing else of the page."""
    tongue.begin()
    typical = render.ask("predicted_probability", page, quiet=True, model=model)
    if typical is None:
        return
    st.markdown("## A patient like this")
    choices, told, profile = typical.details.choices, typical.details.names, typical.details.profile
    columns = st.columns(4)
    chosen = tuple(
        (name, _control(page, name, told[name], choices[name], profile[name], columns[i % 4])) for i, name in enumerate(choices)
    )
    result = typical if dict(chosen) == profile else render.ask("predicted_probability", page, model=model, profile=chosen)
    if result is None:
        return
    render.answer(result, accounting=False)
    for c in result.caveats:
        if c.code in ("not-validated", "unlike-anyone", "extrapolated-profile"):
            st.caption(f":material/info: {plain(c.text)} {plain(c.advice)}")
    render.picture(lambda: profile_rows(result), "profile")


def _control(page: PageContext, name: str, label: str, choice: tuple, value: Any, column: Any) -> Any:
    key = f"profile.{page.everyone.fingerprint[:8]}.{name}"
    with column:
        if isinstance(value, str):
            if st.session_state.get(key, value) not in choice:
                st.session_state.pop(key)
            return st.selectbox(plain(label), choice, index=choice.index(value), key=key)
        low, high = choice
        measure = unit(page.everyone, name)
        if not low <= st.session_state.get(key, value) <= high:
            st.session_state.pop(key)
        return st.number_input(
            plain(f"{label} ({measure})" if measure else label),
            low,
            high,
            float(value),
            key=key,
            format="%g",
            step=1.0 if high - low > 5 else 0.1,
        )
