"""A sentence with named parts, found again in a finished text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from aadash.language.particles import particle

_PART = re.compile(r"\{([^{}]*)\}")
#: A word of the language, for the index.
WORD = re.compile(r"[^\W\d_]+")
#: A part goes over no end of a sentence.
_ENDS = re.compile(r"[.!?]\s+[A-Z“]")
#: So many places are tried for the parts of one sentence.
_TRIES = 400


def parts(text: str) -> list[str]:
    """The names of the parts of ``text``, in order; particles are none."""
    return [name for name in _PART.findall(text) if "/" not in name]


@dataclass(frozen=True)
class Template:
    """An English sentence with named parts and its translation."""

    source: str
    target: str

    @cached_property
    def _split(self) -> tuple[list[str], list[str]]:
        found = _PART.split(self.source)
        return found[::2], found[1::2]

    @property
    def weight(self) -> int:
        """Letters that are no part: the more, the surer the match."""
        return sum(map(len, self._split[0]))

    def words(self) -> set[str]:
        """Whole words that every text of this sentence holds."""
        literals, _ = self._split
        out: set[str] = set()
        for i, text in enumerate(literals):
            for found in WORD.finditer(text):
                whole_left = found.start() > 0 or i == 0
                whole_right = found.end() < len(text) or i == len(literals) - 1
                if whole_left and whole_right:
                    out.add(found[0])
        return out

    def match(self, text: str) -> dict[str, str] | None:
        """The parts in ``text``, or None where it is not this sentence. A part keeps its brackets closed where that is possible."""
        literals, names = self._split
        if not text.startswith(literals[0]) or not text.endswith(literals[-1]):
            return None
        if len(text) < self.weight:
            return None
        end = len(text) - len(literals[-1])
        for closed in (True, False):
            found = _place(text, literals, names, 1, len(literals[0]), end, {}, closed, [_TRIES])
            if found is not None:
                return found
        return None

    def filled(self, values: dict[str, str]) -> str:
        """The translation with its parts, and each particle as it must be after what stands before it."""
        out = ""
        at = 0
        for found in _PART.finditer(self.target):
            out += self.target[at : found.start()]
            name = found[1]
            out += particle(name, out) if "/" in name else values.get(name, found[0])
            at = found.end()
        return out + self.target[at:]


def _place(
    text: str, literals: list[str], names: list[str], i: int, at: int, end: int, found: dict[str, str], closed: bool, tries: list[int]
) -> dict[str, str] | None:
    """The parts from the ``i``-th literal on, that begin at ``at``; the last literal ends the text at ``end``."""
    name, last = names[i - 1], i == len(literals) - 1
    place = end if last else text.find(literals[i], at, end)
    while place >= at and tries[0] > 0:
        tries[0] -= 1
        value = text[at:place]
        if not _ENDS.search(value) and (not closed or _closed(value)) and found.get(name, value) == value:
            here = {**found, name: value}
            if last:
                return here
            rest = _place(text, literals, names, i + 1, place + len(literals[i]), end, here, closed, tries)
            if rest is not None:
                return rest
        if last:
            return None
        place = text.find(literals[i], place + 1, end)
    return None


def _closed(value: str) -> bool:
    depth = 0
    for c in value:
        depth += (c in "([") - (c in ")]")
        if depth < 0:
            return False
    return depth == 0 and value.count('"') % 2 == 0
