"""What a session holds for learning: the lesson that is open, guesses and answers so far. The rest is in :mod:`.state`."""

from __future__ import annotations

from typing import Any

from aadash.app.spoken import st

_LESSON, _ANSWERS, _ON_SAMPLE = "aadash.lesson", "aadash.answers", "aadash.lesson_sample"
_COVER, _TOGGLE, _SIMULATED = "aadash.guess_first", "learn.guess_first", "aadash.simulated"
#: The class that this session attends; :mod:`.attending` writes it.
ATTENDED = "aadash.class"
_INVITED, _PROJECTOR, _WALL = "aadash.invited", "aadash.projector", "learn.projector"


def lesson() -> str:
    """The lesson that is open, or ""."""
    return st.session_state.get(_LESSON, "")


def open_lesson(name: str) -> None:
    """Open a lesson by its name; "" goes back to the list."""
    st.session_state[_LESSON] = name
    st.session_state[_ON_SAMPLE] = False


def on_sample() -> bool:
    """Whether the open lesson is told on its sample rather than on the cohort in use."""
    return bool(st.session_state.get(_ON_SAMPLE))


def take_sample(yes: bool) -> None:
    """Tell the open lesson on its sample, or on the cohort in use."""
    st.session_state[_ON_SAMPLE] = yes


def answer(key: str) -> float | str | None:
    """What was answered to the question of this key, or None."""
    return st.session_state.get(_ANSWERS, {}).get(key)


def give(key: str, value: float | str) -> None:
    """Answer a question."""
    st.session_state[_ANSWERS] = {**st.session_state.get(_ANSWERS, {}), key: value}


def forget(start: str) -> None:
    """Take the answers back whose keys begin with ``start``."""
    st.session_state[_ANSWERS] = {k: v for k, v in st.session_state.get(_ANSWERS, {}).items() if not k.startswith(start)}


def guess_first() -> bool:
    """The switches at the end of the sidebar; whether pages are covered until a guess is made."""
    st.session_state[_TOGGLE], st.session_state[_WALL] = covers(), projector()
    with st.sidebar, st.container(horizontal=True):
        st.toggle(
            "Guess first",
            key=_TOGGLE,
            on_change=_toggled,
            help="Covers answer, charts and tables of a page until you have made a guess; then your guess stands beside the answer.",
        )
        st.toggle("Projector", key=_WALL, on_change=_toggled, help="Large type, no navigation. Esc or the button on top leaves it.")
    return covers()


def covers() -> bool:
    """Whether pages are covered until a guess is made."""
    return bool(st.session_state.get(_COVER))


def cover(yes: bool) -> None:
    """Cover pages until a guess is made, or do not."""
    st.session_state[_COVER] = yes


def _toggled() -> None:
    cover(bool(st.session_state[_TOGGLE]))
    project(bool(st.session_state[_WALL]))


def simulated(key: str) -> Any:
    """The cohorts drawn so far from the truth of this key, or None."""
    kept = st.session_state.get(_SIMULATED)
    return kept[1] if kept is not None and kept[0] == key else None


def keep_simulated(key: str, trials: Any) -> None:
    """Keep what was drawn; that of another truth goes."""
    st.session_state[_SIMULATED] = (key, trials)


def forget_simulated() -> None:
    """Begin the simulation again."""
    st.session_state.pop(_SIMULATED, None)


def invite(code: str, back: bool) -> None:
    """Remember that the link of this session named a class; ``back`` for somebody who was in it already and reloaded the page."""
    if code:
        st.session_state[_INVITED] = (code, back)


def take_invitation() -> tuple[str, bool]:
    """The class that the link named, and whether somebody comes back to it; handed over once, ("", False) for none."""
    return st.session_state.pop(_INVITED, ("", False))


def projector() -> bool:
    """Whether the page is shown on a wall: large type, no navigation."""
    return bool(st.session_state.get(_PROJECTOR))


def project(yes: bool) -> None:
    """Show pages on a wall, or as usual."""
    st.session_state[_PROJECTOR] = yes


def attended() -> str:
    """The class that this session attends, as its address names it, or ""."""
    return st.session_state.get(ATTENDED, "")
