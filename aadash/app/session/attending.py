"""A session that attends a class: it comes in by the link, begins again, answers, and lets go when the class is over. And the session
of the teacher, which holds the key of its class."""

from __future__ import annotations

import time

from aadash.app.classroom import store
from aadash.app.session import choices, learning, state
from aadash.app.session.active import ActiveCohort
from aadash.app.spoken import st
from aadash.errors import AadashError

_TOKEN, _COHORT, _TAUGHT = "aadash.class_token", "aadash.class_cohort", "aadash.taught"


def taught() -> store.Classroom | None:
    """The class that this session teaches, or None."""
    mine = st.session_state.get(_TAUGHT)
    found = store.find(mine[0], time.monotonic()) if mine else None
    return found if found is not None and mine is not None and found.key == mine[1] else None


def teach(handout: store.Handout, hours: float) -> None:
    """Begin a class. Raises ClassError."""
    new = store.begin(handout, hours, time.monotonic())
    st.session_state[_TAUGHT] = (new.code, new.key)


def end() -> None:
    """End the class that this session teaches."""
    mine = st.session_state.pop(_TAUGHT, None)
    if mine:
        store.end(*mine)


def arrive() -> str:
    """Come in if the link of this session named a class: the page to open (``pages/NAME.py``), or "" to stay. Let go if the class that
    was attended is over."""
    wanted, back = learning.take_invitation()
    if wanted:
        return _enter(wanted, back)
    if learning.attended() and store.find(learning.attended(), time.monotonic()) is None:
        _leave()
    return ""


def _enter(wanted: str, back: bool) -> str:
    token = store.token_for(wanted, str(st.user.get("browser") or ""))
    try:
        found = store.enter(wanted, token, time.monotonic())
    except AadashError as error:
        state.add_message([error.paragraph()])
        return ""
    st.session_state[learning.ATTENDED], st.session_state[_TOKEN] = wanted, token
    if not back:
        return _hand_out(found)
    st.session_state[_COHORT] = found.handout.cohort  # page, plan and options are back from the address
    if state.loaded() is None:
        state.load(found.handout.cohort, by_address=True)
    return ""


def _hand_out(found: store.Classroom) -> str:
    given = found.handout
    st.session_state[_COHORT] = given.cohort
    state.load(given.cohort, given.plan)
    choices.take(given.choices, link=False)
    learning.open_lesson(given.lesson)
    learning.cover(given.guess_first)
    return given.page


def again() -> str:
    """Begin again as the class began: the page to open, or "" if the class is over."""
    found = store.find(learning.attended(), time.monotonic())
    learning.forget("")
    return _hand_out(found) if found is not None else ""


def _leave() -> None:
    """The class is over: its cohort goes, unless it is a sample or another one has taken its place."""
    given: ActiveCohort | None = st.session_state.pop(_COHORT, None)
    for key in (learning.ATTENDED, _TOKEN):
        st.session_state.pop(key, None)
    learning.forget("")
    held = state.loaded()
    if given is not None and not given.sample and given in (held, state.cohort_before()):
        from aadash.app.session import cache

        state.load(None if held is given else held)  # either way the one before goes
        cache.forget()
        state.add_message(["The class is over, and the cohort that was handed out for it is gone from this tab."])
    else:
        state.add_message(["The class is over. You can go on with the sample."])


def answer(key: str, asked: store.Poll, value: float | str) -> None:
    """Count an answer in the class's poll, if this session attends one."""
    if learning.attended():
        store.answer(learning.attended(), st.session_state.get(_TOKEN, ""), key, asked, value, time.monotonic())


def poll(key: str) -> store.Poll | None:
    """The answers of the class to a question, for who attends or teaches it; None for nobody's."""
    mine = taught()
    where = learning.attended() or (mine.code if mine is not None else "")
    return store.counted(where, key, time.monotonic()) if where else None
