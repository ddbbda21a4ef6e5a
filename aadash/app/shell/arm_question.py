"""Whether a column is the treatment arm: asked once, since only the user knows; the answer is part of the plan."""

from __future__ import annotations

from aadash.app.parts.markdown import plain
from aadash.app.session import state
from aadash.app.spoken import st
from aadash.arms import Arm, arm_asked
from aadash.cohort import Cohort
from aadash.formatting import listing
from aadash.plan import NO_ARM, AnalysisPlan

#: So many levels are named in the question.
NAMED = 4


def ask(cohort: Cohort, plan: AnalysisPlan) -> None:
    """Ask about the column that looks like an arm, if there is one and nobody has answered."""
    arm = arm_asked(cohort, plan)
    if arm is None:
        return
    levels = [f"“{plain(text)}”" for text in arm.levels[:NAMED]] + [f"{len(arm.levels) - NAMED} more"] * (len(arm.levels) > NAMED)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"Is **{plain(arm.column)}** ({listing(levels)}) the treatment arm?", width="stretch")
        st.button("Yes, compare the arms", key="arm.yes", on_click=_answer, args=(arm, True))
        st.button("No, it is not", key="arm.no", on_click=_answer, args=(arm, False), help="It stays a column like any other.")


def _answer(arm: Arm, yes: bool) -> None:
    plan = state.plan()
    state.set_plan(plan.replace(arm=arm.key, stratifier=arm.key, column_cut=None) if yes else plan.replace(arm=NO_ARM))
