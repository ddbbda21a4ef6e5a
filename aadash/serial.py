"""Saved files and links: JSON to plain data, plain data to typed values, each thing broken with a reason in plain words.

msgspec reads and checks; what is written is plain data in JSON's own types (``json``, which refuses a number that is not finite
where msgspec would write null).
"""

from __future__ import annotations

import json
import math
import re
import reprlib
from typing import Annotated, Any, get_args

import msgspec

#: A whole number that pandas, a chart and a browser all hold exactly.
MOST_WHOLE = 2**53
#: A number with a week, a count or a place in it.
Whole = Annotated[int, msgspec.Meta(ge=-MOST_WHOLE, le=MOST_WHOLE)]
#: What stands for a level in a file that was written by hand: its text, or a number or yes/no that reads as one.
Text = str | int | float | bool

_DECODER = msgspec.json.Decoder(float_hook=float)
_WORDS = {
    "float": "a number",
    "int": "a whole number",
    "str": "text",
    "bool": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "nothing",
}


class Saved(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Base of the forms in which things are saved: an entry that is not known is an error, not a silence."""


def decode(content: str | bytes) -> Any:
    """JSON text, or its bytes in UTF-8, UTF-16 or UTF-32, as plain data.

    A number beyond the range of a float is read as infinite, so that it is refused where it stands and not with the whole file.
    Raises ValueError, with what is wrong in words, for anything that is not JSON, is nested too deeply, or holds half a character.
    """
    try:
        text = content.decode(json.detect_encoding(content)) if isinstance(content, bytes) else content
        return _DECODER.decode(text.removeprefix("\ufeff"))
    except UnicodeError as error:
        raise ValueError("its text is in no encoding of Unicode") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except msgspec.MsgspecError as error:
        raise ValueError(_in_words(str(error))) from error


def convert(raw: Any, kind: Any, *, from_text: bool = False) -> Any:
    """``raw`` as a value of the type ``kind``; with ``from_text`` also a number or yes/no that is written as text.

    Raises ValueError, with what was expected in words, for another type, a number that is not finite, or a whole number beyond
    :data:`MOST_WHOLE`.
    """
    try:
        value = msgspec.convert(raw, kind, strict=not from_text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except msgspec.ValidationError as error:
        raise ValueError(_in_words(str(error))) from error
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number that is not finite")
    if isinstance(value, int) and abs(value) > MOST_WHOLE:
        raise ValueError("a whole number that is too large")
    return value


def in_words(kind: Any) -> str:
    """A type as a reader knows it: "a number", "a whole number", "text"."""
    names = [getattr(one, "__name__", "") for one in (kind, *get_args(kind))]
    return next((_WORDS[name] for name in names if name in _WORDS), "a value that fits")


def finite(raw: Any) -> float:
    """``raw`` (a number, or text that is one) as a finite float. Raises ValueError."""
    return float(convert(raw, float, from_text=True))


def shown(raw: Any) -> str:
    """``raw`` as a reader sees it in a sentence: at most about a line, however large or deep it is."""
    try:
        return _SHORT.repr(raw)
    except (ValueError, RecursionError):
        return f"a {type(raw).__name__} that is too large to show"


class _Short(reprlib.Repr):
    """Texts of some words stay whole; entries stay in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxstring, self.maxother, self.maxlong = 4, 120, 120, 40

    def repr_dict(self, x: dict[Any, Any], level: int) -> str:
        if level <= 0:
            return "{...}"
        parts = [f"{self.repr1(k, level - 1)}: {self.repr1(v, level - 1)}" for k, v in list(x.items())[: self.maxdict]]
        return "{" + ", ".join(parts + ["..."] * (len(x) > self.maxdict)) + "}"


_SHORT = _Short()


def _in_words(message: str) -> str:
    """msgspec's message without its marks: "Expected a number, got text, in 'low'"."""
    types = r"`([\w| ]+)`"

    def words(match: re.Match[str]) -> str:
        return " or ".join(_WORDS.get(name.strip(), name.strip()) for name in match[1].split("|"))

    text, _, where = message.partition(" - at ")
    text = re.sub(types, words, text) if text.startswith("Expected") else text.replace("`", "'")
    place = where.strip("`").removeprefix("$").removeprefix(".")
    return f"{text}, in '{place}'" if place else text
