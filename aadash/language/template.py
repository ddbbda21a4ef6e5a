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
_ENDS = re.compile(r"[.!?]\s+[A-Z“]|[)%\]]\.\s+\S|(?:[A-Za-z]{2}(?<!\bal)(?<!\bNo)|\d)[.!?]\s+\d|\.\s+\d+/\d+ |\n")
#: Parts of these names are numbers: no letter stands in them.
_COUNTED = re.compile(r"(?:n|k|w|week|eps_gg|sum|enrolled|analysed|unassigned)(?:_\d+)?$")
_LETTER = re.compile(r"[^\W\d_]|\d [−+]?\d{1,2}(?!\d)|\d [−+]?\d+\.\d")  # or a second number behind a space, as in “16 39.3”
#: A sentence of fewer letters of its own has parts of few words, without what joins others.
_SHORT, _WORDS = 12, 4
#: So is one that is a part and what follows it.
_UNIT = 18
_JOINT = re.compile(r", |(?:^| )and | at |; |: | · |\(|(?<!\d)(?<!\d[a-z])/|/(?!\d)")
#: A list of numbers, as of weeks.
_ONLY_NUMBERS = re.compile(r"\d+(?:, \d+)*(?: and \d+)?$")
#: A word that says something.
_WORD = re.compile(r"[a-z]{4}")
#: What follows a name in brackets, as in “Group A (SALT > 50)”.
_ASIDE = re.compile(r" \([^(),;:]*\)$")
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

    @cached_property
    def weight(self) -> int:
        """Letters that are no part: the more, the surer the match."""
        return sum(map(len, self._split[0]))

    @cached_property
    def words(self) -> frozenset[str]:
        """Whole words that every text of this sentence holds."""
        literals, _ = self._split
        out: set[str] = set()
        for i, text in enumerate(literals):
            for found in WORD.finditer(text):
                whole_left = found.start() > 0 or i == 0
                whole_right = found.end() < len(text) or i == len(literals) - 1
                if whole_left and whole_right:
                    out.add(found[0])
        return frozenset(out)

    def match(self, text: str) -> dict[str, str] | None:
        """The parts in ``text``, or None where it is not this sentence. A part keeps its brackets closed where that is possible."""
        literals, _ = self._split
        if not text.startswith(literals[0]) or not text.endswith(literals[-1]) or len(text) < self.weight:
            return None
        if not self._in_order(text):
            return None
        if text.endswith(" (%)") and self.source.endswith("}"):  # the unit of the whole, as of an axis, is none of its last part's
            return None
        found = self._placed(text, closed=True)
        if found is None and not _closed(text):
            found = self._placed(text, closed=False)
        return None if found is not None and self._again(found) else found

    def _in_order(self, text: str) -> bool:
        """Whether all that is no part stands in ``text``, one behind the other: without it no place for the parts need be tried."""
        literals, _ = self._split
        at, end = len(literals[0]), len(text) - len(literals[-1])
        for literal in literals[1:-1]:
            at = text.find(literal, at, end)
            if at < 0:
                return False
            at += len(literal)
        return at <= end

    def _again(self, found: dict[str, str]) -> bool:
        """Whether a part holds a word of the text around it, as where an item of a list is taken for the whole list."""
        if self.source.endswith("."):
            return False
        own = [text for text in self._split[0] if _WORD.search(text)]
        return any(text in value for text in own for value in found.values())

    def _placed(self, text: str, closed: bool) -> dict[str, str] | None:
        """The parts in ``text``, which begins and ends as it must: each literal as early as the rest allows."""
        literals, names = self._split
        end, tries = len(text) - len(literals[-1]), _TRIES
        unit = not literals[0] and len(names) == 1 and "," not in self.source and self.weight <= _UNIT  # "{value} percentage points"
        short = (self.weight <= _SHORT or unit) and not self.source.endswith(".")

        def place(i: int, at: int, found: dict[str, str]) -> dict[str, str] | None:
            nonlocal tries
            name, last = names[i - 1], i == len(literals) - 1
            stop = end if last else text.find(literals[i], at, end)
            if (
                not literals[i] and not last and (number := _LEADING.match(text, at))
            ):  # two parts side by side: a number is not cut in two
                stop = number.end()
            while stop >= at and tries > 0:
                tries -= 1
                value = text[at:stop]
                if (
                    found.get(name, value) == value
                    and (not closed or _closed(value))
                    and _fits(name, value, short)
                    and not _over(text, at, stop, literals[i])
                ):
                    here = {**found, name: value}
                    rest = here if last else place(i + 1, stop + len(literals[i]), here)
                    if rest is not None:
                        return rest
                if last:
                    return None
                stop = text.find(literals[i], stop + 1, end)
            return None

        return place(1, len(literals[0]), {})

    def filled(self, values: dict[str, str]) -> str:
        """The translation with its parts, and each particle as it must be after what stands before it."""
        out = ""
        at = 0
        for found in _PART.finditer(self.target):
            out += _once(out, self.target[at : found.start()])
            name = found[1]
            out += particle(name, out) if "/" in name else values.get(name, found[0])
            at = found.end()
        return out + _once(out, self.target[at:])


def _once(before: str, after: str) -> str:
    """``after`` without the “by” that ``before`` ends with: sex is 性別 and 성별, by sex is not 性別別."""
    return after[1:] if after[:1] in ("別", "별") and before.endswith(after[:1]) else after


def _fits(name: str, value: str, short: bool) -> bool:
    """Whether ``value`` can be the part called ``name`` of a sentence, one with few letters of its own if ``short``."""
    if _CUT.search(value) or (name.startswith("k_of_n") and (not value[:1].isdigit() or ":" in value)):
        return False
    counted = _COUNTED.match(name) and (_LETTER.search(value) or value.endswith("."))
    if _ENDS.search(value) or (_ONE.match(name) and ";" in value) or counted:
        return False
    bare = _ASIDE.sub("", value)
    if _NAMED.match(name) and (", " in bare or " and " in bare):
        return False
    name = bare
    return not short or bool(_ONLY_NUMBERS.match(name)) or (not _JOINT.search(name) and name.count(" ") < _WORDS)


_BRACKETS = re.compile(r"[()\[\]]")
#: What is no part of a sentence but a piece cut wrongly: a label without what it heads, two numbers, an "and" with nothing behind it
#: or before it, the brackets of an endpoint's name, and a share without the counts before it (“(65.0 %) DLQI”).
_CUT = re.compile(
    r":\s*$|^(?!\d{1,3}(?: \d{3})+$)\d+ (?:[−+]?\d[\d.]*(?: %)?|all)$| (?:and|or)$|^and |,$|^≥\d+ (?:grades|points) better$"
    r"|^\([\d.]+ %\) "
)
#: What a part that a number begins takes of it.
_LEADING = re.compile(r"[−+]?\d[\d.,]*(?<!,)")
#: A part of such a name goes over no semicolon.
_ONE = re.compile(r"(?:p|rest|what|variable|title|weeks)(?:_\d+)?$")


#: A part of such a name is one name, not a list of them.
_NAMED = re.compile(r"(?:score|symbol|cut)(?:_\d+)?$")


#: A piece of a source text with which a sentence begins.
_BEGINS = re.compile(r"\s+[A-Z“]")


def _over(text: str, at: int, stop: int, then: str) -> bool:
    """Whether a sentence ends with what stands from ``at`` to ``stop``, and another begins behind it; not where the source itself goes
    on, with ``then``, with a new sentence."""
    if text[stop - 1 : stop].isspace() or stop == at or _BEGINS.match(then):
        return False
    found = _ENDS.search(text, at, stop + 3)
    return found is not None and found.end() - len(found[0].lstrip("abcdefghijklmnopqrstuvwxyz0123456789)]%")) < stop


def _closed(value: str) -> bool:
    depth = 0
    for c in _BRACKETS.findall(value):
        depth += (c in "([") - (c in ")]")
        if depth < 0:
            return False
    return depth == 0 and value.count('"') % 2 == 0
