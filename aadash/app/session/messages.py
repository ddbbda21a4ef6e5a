"""Sentences that wait to be shown once: at the top of the page, or in small letters where the plan stands."""

from __future__ import annotations

from aadash.app.spoken import st
from aadash.plan import AnalysisPlan

_NOTES, _TOLD, _ASIDES = "aadash.notes", "aadash.told", "aadash.asides"


def add_message(notes: list[str]) -> None:
    """Keep sentences to be shown once, at the top of the page."""
    if notes:
        st.session_state[_NOTES] = [*st.session_state.get(_NOTES, []), *notes]


def pop_messages() -> list[str]:
    """The sentences to be shown, handed over once."""
    st.session_state[_TOLD] = st.session_state.pop(_NOTES, [])
    return st.session_state[_TOLD]


def tell_again() -> None:
    """Show the sentences of this run once more: it is about to begin anew, and nobody would have read them."""
    st.session_state[_NOTES] = [*st.session_state.pop(_TOLD, []), *st.session_state.get(_NOTES, [])]


def has_messages() -> bool:
    """Whether there are sentences that wait to be shown."""
    return bool(st.session_state.get(_NOTES))


def add_aside(notes: list[str], plan: AnalysisPlan) -> None:
    """Keep sentences about this plan that ask for nothing: the next page with a plan tells them under it and pushes nothing away."""
    st.session_state[_ASIDES] = (notes, plan)


def pop_asides(plan: AnalysisPlan) -> list[str]:
    """The sentences about the plan, handed over once; none where another plan stands by now."""
    notes, of = st.session_state.pop(_ASIDES, ([], plan))
    return notes if of == plan else []
