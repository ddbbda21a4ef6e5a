"""The classes of this process: what each hands out, who is there, what was answered. No name, no address, nothing on disk.

A class is known by a code of 128 random bits, which stands in its link, and is ruled by whoever holds its key. It goes when it is
ended or its hours are over; the keeper asks :func:`sweep`. Times are those of ``time.monotonic``.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aadash.app.session.active import ActiveCohort
from aadash.errors import AadashError
from aadash.plan import AnalysisPlan

#: Classes at a time, residents in one, questions in one, hours that one may last.
MOST_CLASSES, MOST_RESIDENTS, MOST_QUESTIONS, MOST_HOURS = 20, 200, 200, 8
#: The longest text of a question or answer that is kept.
LONGEST = 400


class ClassError(AadashError):
    """What a class cannot do."""


@dataclass(frozen=True, eq=False)
class Handout:
    """What every resident begins with: a cohort, a plan, a page (``pages/NAME.py``) with ``choices`` on it, perhaps a lesson, and
    whether pages are covered until a guess is made. ``own``: the cohort is the teacher's, not a sample."""

    cohort: ActiveCohort
    plan: AnalysisPlan
    page: str
    choices: Mapping[str, Any] = field(default_factory=dict)
    lesson: str = ""
    guess_first: bool = False

    @property
    def own(self) -> bool:
        """Whether the cohort is the teacher's."""
        return not self.cohort.sample


@dataclass(eq=False)
class Poll:
    """A question and its answers, by the token of a session. ``options`` are those of a choice, else () and the answer is a number
    from ``low`` to ``high``; ``truth`` is the right option or number, None where there is none."""

    question: str
    options: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 100.0
    unit: str = ""
    truth: float | str | None = None
    answers: dict[str, float | str] = field(default_factory=dict)


@dataclass(eq=False)
class Classroom:
    """A class that is on."""

    code: str
    key: str
    handout: Handout
    ends: float
    polls: dict[str, Poll] = field(default_factory=dict)
    residents: set[str] = field(default_factory=set)


_CLASSES: dict[str, Classroom] = {}
_LOCK = threading.RLock()


def begin(handout: Handout, hours: float, now: float) -> Classroom:
    """Begin a class of so many hours. Raises ClassError where there are too many, or the hours are not between 0 and the most."""
    if not 0 < hours <= MOST_HOURS:
        raise ClassError(f"A class of {hours:g} hours", expected=f"more than 0, and {MOST_HOURS} at most")
    with _LOCK:
        sweep(now)
        if len(_CLASSES) >= MOST_CLASSES:
            raise ClassError(f"{MOST_CLASSES} classes are on already", fix="Wait until one has ended")
        new = Classroom(secrets.token_urlsafe(16), secrets.token_urlsafe(16), handout, now + 3600 * hours)
        _CLASSES[new.code] = new
        return new


def find(code: str, now: float) -> Classroom | None:
    """The class of this code, or None for one that never was or is over."""
    with _LOCK:
        found = _CLASSES.get(code)
        return found if found is not None and now < found.ends else None


def end(code: str, key: str) -> bool:
    """End a class, for whoever holds its key; say whether it was ended."""
    with _LOCK:
        found = _CLASSES.get(code)
        if found is None or not hmac.compare_digest(found.key.encode(), key.encode()):
            return False
        del _CLASSES[code]
        return True


def sweep(now: float) -> int:
    """Let go of the classes whose hours are over; say how many."""
    with _LOCK:
        over = [code for code, one in _CLASSES.items() if now >= one.ends]
        for code in over:
            del _CLASSES[code]
        return len(over)


def token_for(code: str, browser: str) -> str:
    """By what a browser is known in a class: the same when it comes again, another in every class, and nobody can go back from it to
    the browser. ``browser`` is the digest of its random cookie; without one ("") a random number for this time alone."""
    with _LOCK:
        found = _CLASSES.get(code)
        if found is None or not browser:
            return secrets.token_hex(8)
        return hmac.new(found.key.encode(), browser.encode(), "sha256").hexdigest()[:16]


def enter(code: str, token: str, now: float) -> Classroom:
    """Come into a class under this token. Raises ClassError for a class that is over, or full."""
    with _LOCK:
        found = find(code, now)
        if found is None:
            raise ClassError("This class is over, or its link is not complete", fix="Ask your teacher for the link")
        if token not in found.residents and len(found.residents) >= MOST_RESIDENTS:
            raise ClassError(f"This class is full ({MOST_RESIDENTS} residents)", fix="Share a screen with a neighbour")
        found.residents.add(token)
        return found


def answer(code: str, token: str, key: str, asked: Poll, value: float | str, now: float) -> bool:
    """Take an answer of a session that has come in; a second one takes the place of the first. Say whether it counts: an answer that
    is not among the options or within the bounds does not, nor a question too many."""
    with _LOCK:
        found = find(code, now)
        if found is None or token not in found.residents or len(key) > LONGEST:
            return False
        fits = value in asked.options if asked.options else isinstance(value, (int, float)) and asked.low <= value <= asked.high
        if not fits or (key not in found.polls and len(found.polls) >= MOST_QUESTIONS):
            return False
        if key not in found.polls:
            options = tuple(o[:LONGEST] for o in asked.options)
            found.polls[key] = Poll(asked.question[:LONGEST], options, asked.low, asked.high, asked.unit, asked.truth)
        found.polls[key].answers[token] = value[:LONGEST] if isinstance(value, str) else float(value)
        return True


def counted(code: str, key: str, now: float) -> Poll | None:
    """A copy of a question with its answers so far, or None."""
    with _LOCK:
        found = find(code, now)
        if found is None or key not in found.polls:
            return None
        p = found.polls[key]
        return Poll(p.question, p.options, p.low, p.high, p.unit, p.truth, dict(p.answers))


def questions(code: str, now: float) -> dict[str, str]:
    """Key → question of everything that was answered, in order of the first answer."""
    with _LOCK:
        found = find(code, now)
        return {} if found is None else {key: p.question for key, p in found.polls.items()}
