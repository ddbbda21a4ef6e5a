"""The language of what is shown: English text is made everywhere, and translated where it is shown.

Nothing is imported or looked up in English. See ``docs/LANGUAGES.md`` and ``docs/adr/0028-languages.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from aadash.language.speaker import Speaker

#: Language → its own name, in the order of the switch.
LANGUAGES = {"en": "English", "ko": "한국어", "ja": "日本語"}


class Own(NamedTuple):
    """What a file brings: ``words`` are never translated; ``measures`` are scores that stand where our texts say SALT."""

    words: frozenset[str] = frozenset()
    measures: tuple[str, ...] = ()


class Ours(str):
    """A text that is ours where it stands, though a file may have the same word: a table's heading “Treatment” is said beside a level
    “Treatment” that is not."""


NOTHING = Own()

T = TypeVar("T")
_SPEAKER: ContextVar[Speaker | None] = ContextVar("speaker", default=None)


def speak(language: str, own: Own = NOTHING, who: Speaker | None = None) -> None:
    """From here on, in this thread: what is shown is in ``language``; the words of a file (``own``) stay as they are.

    ``who`` has said texts of the same before and remembers them.
    """
    if language == "en":
        _SPEAKER.set(None)
        return
    from aadash.language.speaker import Speaker

    _SPEAKER.set(who or Speaker(language, own))


@contextmanager
def speaking(language: str, own: Own = NOTHING) -> Iterator[None]:
    """The same for as long as the block lasts."""
    before = _SPEAKER.get()
    speak(language, own)
    try:
        yield
    finally:
        _SPEAKER.set(before)


def current() -> str:
    """The language of what is shown: "en", "ko" or "ja"."""
    speaker = _SPEAKER.get()
    return "en" if speaker is None else speaker.language


def voice() -> int:
    """A number that tells apart what is shown differently: 0 in English. For keys of what is kept."""
    speaker = _SPEAKER.get()
    return 0 if speaker is None else speaker.number


def saying() -> Callable[[str], str]:
    """:func:`say` of now, for words that are asked for later."""
    speaker = _SPEAKER.get()
    return str if speaker is None else speaker.say


def later(function: Callable[[], T]) -> Callable[[], T]:
    """``function``, which another thread will call, in the language of now."""
    speaker = _SPEAKER.get()

    def called() -> T:
        token = _SPEAKER.set(speaker)
        try:
            return function()
        finally:
            _SPEAKER.reset(token)

    return called


def say(text: str) -> str:
    """``text`` in the language of what is shown; as it is where nothing translates it."""
    speaker = _SPEAKER.get()
    return text if speaker is None else speaker.say(text)


def together(said: Sequence[str]) -> str:
    """Sentences that are said already, one after another: a space between them, none after a Japanese full stop."""
    out = ""
    for one in said:
        out += one if not out or out.endswith("。") else f" {one}"
    return out
