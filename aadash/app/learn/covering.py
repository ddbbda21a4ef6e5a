"""Guess, then reveal, on any page: what the page tells is covered until a guess is made for this cohort and plan."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from aadash.app.learn import asking
from aadash.app.parts.markdown import plain
from aadash.app.session import learning
from aadash.app.shell.page import PageContext
from aadash.app.spoken import st
from aadash.document import Part
from aadash.lessons.cover import covered


def uncovered(name: str, title: str, parts: Sequence[Part], opened: PageContext) -> bool:
    """Ask for a guess, or show the one that was made; say whether the page may be shown.

    A change of the plan is a new question, so the page is covered again.
    """
    about = f"{opened.everyone.fingerprint}{opened.plan.to_json()}"
    key = f"page.{name}.{hashlib.sha256(about.encode()).hexdigest()[:12]}"
    found = covered(title, parts, opened.plan.alpha)
    if found.guess is not None:
        return asking.ask(key, found.question, found.guess) is not None
    if learning.answer(key) is not None:
        return True
    st.markdown(f"## {plain(found.question)}")
    st.button("Show the page", type="primary", key=f"ask.{key}.give", on_click=learning.give, args=(key, "seen"))
    return False
