"""Lists in a finished English text: where one is taken apart, and what is one item."""

from __future__ import annotations

import re

from aadash.language.template import Template

#: A sentence ends before a space that follows one of these.
SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[.!?][)”\"*])\s+")
#: A name in a list has fewer spaces than this.
NAME = 6
#: What joins a list: between its items, and before the last one.
LIST = re.compile(r"(, and |, or | and | or |, |; | · |: | − |\*\*|: )")
ITEMS = re.compile(r"(, and |, or | and | or |, )")
CLAUSES = re.compile(r"(; )")
#: Where an item has an "and" of its own: "aged 12 and over, SALT ≥ 50".
COMMAS = re.compile(r"(, )")
#: Between what heads something and what it heads: "Age · Mean and SD against the range".
HEADS = re.compile(r"( · )")
#: Between two reasons, each with its number: "21 with SALT of 20 or less, 14 with no visit".
WHY = r"(?:with|without|seen|who|whose|not|by the|in a|on another) "
REASONS = re.compile(rf"(, and |, | and )(?=\d+ {WHY})")
#: A source text that is one reason: "{unassigned} with nothing recorded for {title}".
REASON = re.compile(rf"\{{[^{{}}]*\}} {WHY}")
#: What stands in quotation marks is a name, however long.
_QUOTED_NAME = re.compile(r"“[^“”]*”$")
_AROUND = re.compile(r"[(“)”]")


def each_is(template: Template | re.Pattern[str], text: str) -> bool:
    """Whether ``text`` is a list of which every item is such a text: "33 of 83 (39.8 %) in A and 1 of 34 (2.9 %) in B". It is said
    item by item, lest the first takes the others for a part of it."""
    items = outside(LIST, text)[::2]
    return len(items) > 1 and all(template.match(item) is not None for item in items)


def is_quoted(name: str) -> bool:
    """Whether all of ``name`` stands in quotation marks."""
    return _QUOTED_NAME.match(name) is not None


def is_name(name: str) -> bool:
    """Whether an item of a list is a name: few words, or any in quotation marks."""
    return is_quoted(name) or (name.count(" ") < NAME and not SENTENCE.search(name))


def outside(pattern: re.Pattern[str], text: str) -> list[str]:
    """``text`` split at what stands in no brackets and no quotation marks: pieces, and between them what was found."""
    if not _AROUND.search(text):
        return pattern.split(text)  # each is one group
    out, at, depth, seen = [], 0, 0, 0
    for found in pattern.finditer(text):
        between = text[seen : found.start()]
        depth += sum(between.count(c) for c in "(“") - sum(between.count(c) for c in ")”")
        seen = found.start()
        if depth == 0:
            out += [text[at : found.start()], found[0]]
            at = found.end()
    return [*out, text[at:]]
