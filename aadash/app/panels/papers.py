""" "As in the Korean study", "As in the Tohoku study": a paper's plan in one click."""

from __future__ import annotations

from dataclasses import replace

from aadash.app.parts import draw
from aadash.app.session import state
from aadash.app.shell.page import PageContext
from aadash.app.spoken import st
from aadash.views.papers import KOREA, PAPER, PLANS, TOHOKU
from aadash.views.view import Context

_NAMES = {KOREA: "As in the Korean study", TOHOKU: "As in the Tohoku study"}


@draw.panel("papers")
def as_in_the_paper(opened: PageContext, context: Context) -> None:
    """A button for each paper; its plan takes the place of the present one, filters stay."""
    with st.container(horizontal=True):
        for name, label in _NAMES.items():
            st.button(label, icon=":material/menu_book:", key=f"papers.{name}", on_click=_use, args=(name, opened))


def _use(name: str, opened: PageContext) -> None:
    plan, notes = replace(PLANS[name], filters=opened.plan.filters).resolved_for(opened.everyone)
    state.set_plan(plan)
    state.add_message(notes)
    st.session_state[PAPER.key] = name
