"""Sentences that wait to be shown at the top of the page, once."""

from __future__ import annotations

from aadash.app.spoken import st

_NOTES, _TOLD = "aadash.notes", "aadash.told"


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


def untold() -> bool:
    """Whether there are sentences that wait to be shown."""
    return bool(st.session_state.get(_NOTES))
