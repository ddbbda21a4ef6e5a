"""What was chosen on the pages themselves (view, question, options), for links and for kept work.

A control notes itself when it is drawn (:func:`note`), so that no list of them has to be kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aadash.app.spoken import st

_NOTED, _HERE, _LAST, _GIVEN, _BY_LINK = "aadash.choices", "aadash.here", "aadash.last_page", "aadash.given", "aadash.by_link"


def turn_to(page: str) -> None:
    """Say which page is being drawn, by its place in the address ("" is the first)."""
    st.session_state[_HERE] = page


def here() -> str:
    """The page that is being drawn."""
    return st.session_state.get(_HERE, "")


def looked_at(page: str) -> None:
    """Remember the page with results that was looked at last: what a link to "the present plan" opens."""
    st.session_state[_LAST] = page


def last_looked_at() -> str:
    """The page with results that was looked at last; that of the responders in a new session."""
    return st.session_state.get(_LAST, "responders")


def note(key: str, default: Any) -> None:
    """A choice stands on this page: its key in session state, and what it is when nobody has chosen."""
    noted: dict[str, dict[str, Any]] = st.session_state.setdefault(_NOTED, {})
    noted.setdefault(here(), {})[key] = default


def made(page: str) -> dict[str, Any]:
    """What was chosen on ``page`` and is not the default, by key."""
    usual, asked = st.session_state.get(_NOTED, {}).get(page, {}), given()
    chosen = {key: st.session_state[key] for key in usual if key in st.session_state} | {k: v for k, v in asked.items() if k in usual}
    if page == here():
        chosen |= {key: asked[key] for key in st.session_state.get(_BY_LINK, ()) if key in asked}
    return {k: _plain(v) for k, v in chosen.items() if v is not None and (k not in usual or _plain(v) != _plain(usual[k]))}


def made_anywhere() -> dict[str, Any]:
    """The same of all pages that were open in this session."""
    return {key: value for page in st.session_state.get(_NOTED, {}) for key, value in made(page).items()}


def take(asked: Mapping[str, Any], link: bool = True) -> None:
    """Choose as ``asked``. Nothing is chosen before the control of that key is drawn and finds it among what it offers
    (:func:`given`): a link or a file can set nothing else.

    By a ``link`` it is about this page: what is known of it and not asked for goes back to its default. What is asked for
    otherwise waits for its page.
    """
    usual = dict(st.session_state.get(_NOTED, {}).get(here(), {})) if link else {}
    st.session_state[_GIVEN] = {**given(), **usual, **asked}
    st.session_state[_BY_LINK] = tuple(asked) if link else ()


def leave() -> None:
    """The page is drawn: what a link asked of it and it does not have is forgotten."""
    for key in st.session_state.pop(_BY_LINK, ()):
        given().pop(key, None)


def given() -> dict[str, Any]:
    """What is asked for and not yet chosen, by key; a control takes its own out (``pop``) when it is drawn."""
    return st.session_state.setdefault(_GIVEN, {})


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, (tuple, list)) else value
