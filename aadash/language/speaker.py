"""A finished English text in another language: looked up whole, then as a sentence with parts, then sentence by sentence."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from functools import cache

from aadash.language import NOTHING, Own
from aadash.language.catalogue import catalogue
from aadash.language.template import WORD, Template, parts

#: So many finished texts are kept.
KEPT = 20_000
_LETTERS = re.compile(r"[A-Za-z]{2}")
#: A sentence ends before a space that follows one of these.
SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[.!?][)”\"*])\s+")
#: A text of more sentences than this is not tried as a whole but in runs of at most so many.
LONGEST = 6
_NUMBER = r"[−+<>≈=]?\s?[\d.,\u00a0]+(?:\s?%)?|[−+]?∞"
#: What joins a list: between its items, and before the last one.
_LIST = re.compile(r"(, and |, or | and | or |, |; | · |: | − |\*\*|: )")
_NUMBERS = itertools.count(1)
#: A text with a number at its end, with brackets at its end.
_TAIL = re.compile(r"^(.*?[A-Za-z)]) ([−+]?\d[\d/.,]*(?: ?%)?(?: \([^A-Za-z]*\))?)$")
_ASIDE = re.compile(r"^(.+?)(\s)\(([^()]*)\)$")
#: The score that our texts speak of; a cohort may be about another one.
SALT = "SALT"
#: Forms that no source text shows as a sentence: what joins two, and what numbers stand in.
AND, OR = "{first} and {last}", "{first} or {last}"
COUNTED = "{count} {reason}"
NUMBERS = {
    "{low} to {high}": re.compile(rf"^(?P<low>{_NUMBER}) to (?P<high>{_NUMBER})$"),
    "CI {interval}": re.compile(r"^CI (?P<interval>.+)$"),
    "{rate} % of {who}": re.compile(r"^(?P<rate>[\d.]+) % of (?P<who>(?:[^.,;:]|[.,;:](?! ))+)$"),
    "{share} in {who}": re.compile(r"^(?P<share>\d+ of \d+(?: \([\d.]+ %\))?) in (?P<who>.+)$"),
    "{what} in {share}": re.compile(r"^(?P<what>[^.:;,]+) in (?P<share>\d+/\d+ \([\d.]+ %\))$"),
    "{k} of {n} ({rate} %)": re.compile(r"^(?P<k>\d+) of (?P<n>\d+) \((?P<rate>[\d.]+) %\)$"),
    COUNTED: re.compile(r"^(?P<count>\d+) (?P<reason>(?:with|without|seen|in|who|whose|not) .+)$"),
}
FORMS = (*NUMBERS, AND, OR)


@cache
def _index(language: str) -> dict[str, list[Template]]:
    """Templates by their rarest word, the surest first."""
    made = [Template(source, target) for source, target in catalogue(language).items() if parts(source) and source not in FORMS]
    counts = Counter(word for t in made for word in t.words())
    index: dict[str, list[Template]] = {}
    for t in sorted(made, key=lambda t: -t.weight):
        words = t.words()
        if words:
            index.setdefault(min(words, key=lambda w: (counts[w], -len(w))), []).append(t)
    return index


class Speaker:
    """Translates finished texts, each once."""

    def __init__(self, language: str, own: Own = NOTHING) -> None:
        self.language, self.own, self.measures = language, own.words, own.measures
        self.number = next(_NUMBERS)
        self._exact = catalogue(language)
        self._templates = _index(language)
        self._said: dict[str, str] = {}

    def say(self, text: str) -> str:
        """``text`` in the language; as it is where nothing translates it, or where it is one of the file's own words."""
        found = self._said.get(text)
        if found is None:
            if len(self._said) >= KEPT:
                self._said.clear()
            found = self._said[text] = self._say(text)
        return found

    def _say(self, text: str) -> str:
        bare = text.strip()
        if not _LETTERS.search(bare) or bare in self.own:
            return text
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        found = self._whole(bare)
        if found is None:
            found = self._measured(bare)
        if found is None and "\n" in bare:
            found = "".join(p if p.isspace() else self.say(p) for p in re.split(r"(\s*\n\s*)", bare))
        if found is None:
            found = self._sentences(bare)
        if found is None:
            found = self._listed(bare)
        if found is None:
            found = self._aside(bare)
        return text if found is None else before + found + after

    def _measured(self, text: str) -> str | None:
        """A text about another score, as the same text about SALT."""
        for name in self.measures if SALT not in text else ():
            if name in text and (said := self._whole(text.replace(name, SALT))) is not None:
                return said.replace(SALT, name)
        return None

    def _aside(self, text: str) -> str | None:
        """A text with a number or brackets at its end: both apart."""
        tail = _TAIL.match(text)
        if tail and (head := self.say(tail[1])) != tail[1]:
            return f"{head} {tail[2]}"
        found = _ASIDE.match(text)
        if not found:
            return None
        head, aside = self.say(found[1]), self.say(found[3])
        return None if (head, aside) == (found[1], found[3]) else f"{head}{found[2]}({aside})"

    def _whole(self, text: str) -> str | None:
        """One sentence, or a text that the catalogue has as it is."""
        exact = self._exact.get(text)
        if exact is not None:
            return exact
        for form, pattern in NUMBERS.items():
            found = pattern.match(text)
            if found and form in self._exact and (form != COUNTED or self.say(found["reason"]) != found["reason"]):
                return self._filled(Template(form, self._exact[form]), found.groupdict())
        tried = sorted(
            (t for word in set(WORD.findall(text)) for t in self._templates.get(word, ())), key=lambda t: t.weight, reverse=True
        )
        for t in tried:
            values = t.match(text)
            if values is not None:
                return self._filled(t, values)
        if text[0].islower() and (said := self._exact.get(text[0].upper() + text[1:])) is not None:
            return said
        if text.endswith(".") and not text.endswith("..") and (said := self._whole(text[:-1])) is not None:
            return said + ("。" if self.language == "ja" else ".")
        return None

    def _filled(self, template: Template, values: dict[str, str]) -> str:
        """A sentence with its parts said."""
        return template.filled({name: self.say(value) for name, value in values.items()})

    def _sentences(self, text: str) -> str | None:
        """Several sentences: the longest runs that are known, the rest as it is."""
        ends = list(SENTENCE.finditer(text))
        if not ends:
            return None
        starts = [0, *(m.end() for m in ends)]
        stops = [*(m.start() for m in ends), len(text)]
        out, i, n, known = [], 0, len(starts), False
        while i < n:
            for j in range(min(n, i + LONGEST) - 1, i - 1, -1):
                if i == 0 and j == n - 1:
                    continue
                piece = text[starts[i] : stops[j]]
                said = self._whole(piece) if j > i else self.say(piece)
                if said is not None:
                    known = known or said != piece
                    out.append(said)
                    i = j + 1
                    break
        return _run(out) if known else None

    def _listed(self, text: str) -> str | None:
        """A list or a pair: item by item."""
        pieces = _LIST.split(text)
        if len(pieces) < 3:
            return None
        out, known = "", False
        for k, piece in enumerate(pieces):
            if k % 2:
                out += self._joint(piece)
            else:
                said = self.say(piece) if piece else piece
                known = known or said != piece
                out += said
        return out if known else None

    def _joint(self, joint: str) -> str:
        """What joins two items."""
        form = AND if "and" in joint else OR if " or" in joint else ""
        said = self._exact.get(form, "")
        return said.replace("{first}", "").replace("{last}", "") if said else joint


def _run(sentences: list[str]) -> str:
    """Sentences one after another: a space between them, none after a Japanese full stop."""
    out = ""
    for one in sentences:
        out += one if not out or out.endswith("。") else f" {one}"
    return out
