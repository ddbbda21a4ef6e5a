"""A finished English text in another language: looked up whole, then as a sentence with parts, then sentence by sentence."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable
from functools import cache

from aadash.language import NOTHING, Ours, Own, together
from aadash.language.catalogue import catalogue
from aadash.language.lists import (
    CLAUSES,
    COMMAS,
    HEADS,
    ITEMS,
    LIST,
    NAME,
    REASON,
    REASONS,
    SENTENCE,
    WHY,
    each_is,
    is_name,
    is_quoted,
    outside,
)
from aadash.language.template import WORD, Template, parts

#: So many finished texts are kept.
KEPT = 20_000
#: For a text with a full stop, a sentence with one is worth so many letters more than one without.
SENTENCE_FIRST = 10
#: A space at which no line ends.
FIRM = "\u00a0"
_LETTERS, _CAPITALS = re.compile(r"[A-Za-z]{2}"), re.compile(r"[^a-z\u3000-\uffff]+")
#: A name of the file in quotation marks, in which a sentence seems to end ('Pat. No'), and what stands for its spaces meanwhile.
_QUOTED = re.compile(r"""(?<![A-Za-z\d])(?:'(?=\S)[^'\n]*[.!?] [^'\n]*'|"(?=\S)[^"\n]*[.!?] [^"\n]*")(?![A-Za-z\d])""")
_HELD = "\ue000"
#: A text of more sentences than this is not tried as a whole but in runs of at most so many.
LONGEST = 6
_NUMBER = r"[−+<>≈=]?\s?[\d.,\u00a0]+(?:\s?%)?|[−+]?∞"
_NUMBERS = itertools.count(1)
#: A text with a number at its end, with brackets at its end.
_TAIL = re.compile(r"^(.*?[A-Za-z)])(?: in| at| of)? ((?:n = |[≤<≥>] )?[−+]?\d[\d/.,]*(?: ?%)?(?: \([^A-Za-z]*\))?)$")
#: A further label in a list, and the numbers of a label.
_LABEL, _DIGITS = re.compile(r"(?:^|[,;] )([^,;:()“”]+): "), re.compile(r"\d+")
_LETTERED = re.compile(r"^(\([A-Z]\) )(.+)$")
#: A paper as it is cited: "Kwon O, Senna MM, et al. Efficacy and safety of … 2023;24:443".
_CITED = re.compile(r"(?:\d+\. )?[A-Z][\w’'-]+ [A-Z]{1,3}, (?:et al\.|[A-Z][\w’'-]+ [A-Z]{1,3}[,.]) .*\b(?:19|20)\d\d\b")
#: The end of the name of a file, which stands before what is said of it.
_FILE = re.compile(r"\.[A-Za-z]\w{1,7}$")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
#: A sentence of Korean or Japanese: said already.
_SAID = re.compile(r"(?:니다|시오|니까|ます|です|ません|でした|さい|でしょう)\\?[.。?]")
#: A text that ends in a word of Latin letters keeps the full stop of its language.
_ENGLISH_END = re.compile(r"[A-Za-z]{2}\.$")
#: A space where one sentence of Japanese follows another.
_AFTER_STOP = re.compile(r"。 (?=\S)")
#: A sentence of Japanese that says numbers alone: "SALT 50–94: 71.3 → 26.8 (n = 39)."
_NUMBER_END = re.compile(r"(?<=[)\]%\d])\.$")
_ASIDE = re.compile(r"^(.+?)(\s)\(([^()]*)\)$")
_BRACKETED = re.compile(r" \([^()]*\)$")
#: The score that our texts speak of; a cohort may be about another one.
SALT = "SALT"
#: Forms that no source text shows as a sentence: what joins two, and what numbers stand in.
AND, OR = "{first} and {last}", "{first} or {last}"
COUNTED = "{count} {reason}"
NUMBERS = {
    "{low} to {high}": re.compile(rf"^(?P<low>{_NUMBER}) to (?P<high>{_NUMBER})$"),
    "CI {interval}": re.compile(r"^CI (?P<interval>.+)$"),
    "{rate} % of {who}": re.compile(r"^(?P<rate>[\d.]+) % of (?P<who>(?!pairs )(?:[^.,;:]|[.,;:](?! ))+)$"),
    "{level} CI {interval}": re.compile(r"^(?P<level>[\d.]+ %) CI (?P<interval>.+)$"),
    "{n} in {who}": re.compile(r"^(?P<n>\d+) in (?P<who>(?!the (?:file|model)$|a stratum )\S(?:(?!(?:,| and) \d+ in ).)*)$"),
    "{k} of {n} in {who}": re.compile(r"^(?P<k>\d+) of (?P<n>\d+) in (?P<who>\S.*)$"),
    "{k} of {n} ({rate}) in {who}": re.compile(r"^(?P<k>\d+) of (?P<n>\d+) \((?P<rate>[\d.]+ %)\) in (?P<who>\S.*)$"),
    "{what} in {share}": re.compile(r"^(?P<what>(?:(?! above )[^.:;,])+) in (?P<share>\d+/\d+ \([\d.]+ %\))$"),
    COUNTED: re.compile(rf"^(?P<count>\d+) (?P<reason>{WHY}(?:(?!; |\. \d|(?:,| and) \d+ [a-z]).)+)$"),
}
FORMS = (*NUMBERS, AND, OR)


@cache
def _index(language: str) -> dict[str, list[Template]]:
    """Templates by their rarest word, the surest first."""
    made = [Template(source, target) for source, target in catalogue(language).items() if parts(source) and source not in FORMS]
    counts = Counter(word for t in made for word in t.words)
    index: dict[str, list[Template]] = {}
    for t in sorted(made, key=lambda t: -t.weight):
        if t.words:
            index.setdefault(min(t.words, key=lambda w: (counts[w], -len(w))), []).append(t)
    return index


class Speaker:
    """Translates finished texts, each once."""

    def __init__(self, language: str, own: Own = NOTHING) -> None:
        self.language, self.own, self.measures = language, own.words, own.measures
        self.number = next(_NUMBERS)
        self._exact = catalogue(language)
        self._templates = _index(language)
        self._said: dict[str, str] = {}
        self._joining = [word for word in self.own if " and " in word or " or " in word]

    def say(self, text: str) -> str:
        """``text`` in the language; as it is where nothing translates it, or where it is one of the file's own words and not
        :class:`aadash.language.Ours`."""
        if isinstance(text, Ours) and text in self.own:
            return self._exact.get(text, text)
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
        if found is None and _CITED.match(bare):
            return text
        if found is None and (held := _QUOTED.sub(lambda quoted: quoted[0].replace(" ", _HELD), bare)) != bare:
            found = self.say(held).replace(_HELD, " ")
        if found is None:
            found = self._measured(bare)
        if found is None:
            found = self._labelled(bare)
        if found is None and "\n" in bare:
            found = "".join(p if p.isspace() else self.say(p) for p in re.split(r"(\s*\n\s*)", bare))
        if found is None and "**" in bare:
            found = self._bold(bare)
        if found is None:
            found = self._sentences(bare)
        if found is None and bare.count(" ") >= NAME and bare[-1] not in ".:!?" and (whole := self._whole(bare + ".")) is not None:
            found = whole.rstrip(".。")  # a sentence that stands within another
        if found is None:
            found = self._listed(bare)
        if found is None:
            found = self._aside(bare)
        if found is None and FIRM in bare:  # a cell that stays on one line, where every space is firm
            loose = self.say(bare.replace(FIRM, " "))
            found = loose.replace(" %", f"{FIRM}%") if " " in bare else loose.replace(" ", FIRM)
        if (
            found is not None
            and self.language == "ja"
            and bare.endswith(".")
            and found.endswith(".")
            and not _ENGLISH_END.search(found)
        ):
            found = found[:-1] + "。"
        if found is not None and self.language == "ja":
            found = _AFTER_STOP.sub("。", found)
        return text if found is None else before + found + after

    def _bold(self, text: str) -> str | None:
        """What stands in bold and what stands around it, each by itself."""
        pieces = _BOLD.split(text)
        if len(pieces) == 1:  # one half of a pair, where a list was taken apart in the midst of bold words
            return None
        alone = SENTENCE.split(text)
        if len(alone) > 1 and all(one.count("**") % 2 == 0 for one in alone) and (said_alone := self._sentences(text)) is not None:
            return said_alone
        said = [f"**{self.say(piece)}**" if k % 2 else self.say(piece) if piece.strip() else piece for k, piece in enumerate(pieces)]
        known = [said[k].strip("*") != pieces[k] or _SAID.search(pieces[k]) for k in range(len(pieces)) if pieces[k].strip()]
        return "".join(said) if all(known) else None

    def _measured(self, text: str) -> str | None:
        """A text about another score, as the same text about SALT."""
        for name in self.measures if SALT not in text else ():
            if name in text and (said := self._whole(text.replace(name, SALT))) is not None:
                return said.replace(SALT, self.say(name))
        return None

    def _labelled(self, text: str) -> str | None:
        """A text behind a label that can be said: “Method: …”, “Sphericity, percent change: …”."""
        label, colon, rest = text.partition(": ")
        first = SENTENCE.split(text, maxsplit=1)[0]
        known = SENTENCE.split(rest, maxsplit=1)[0] in self._exact  # what is behind the label is a sentence, not half of one
        if first != text and not known and self._whole(first) is not None:
            return None
        kind = _DIGITS.sub("0", label)
        if any(_DIGITS.sub("0", further) == kind for further in _LABEL.findall(rest)):  # a list: "week 0: …, week 12: …"
            return None
        if colon and label in self._exact and (said := self.say(rest)) != rest:
            return f"{self._exact[label]}: {said}"
        if not colon or label.count(" ") >= NAME or SENTENCE.search(text) or f"{label}: " in rest:
            return None
        if (whole := rest if rest in self.own else self._whole(rest)) is None:
            return None
        name = self.say(label)
        return None if name == label and label not in self.own and not _FILE.search(label) else f"{name}: {whole}"

    def _aside(self, text: str) -> str | None:
        """A text with a number or brackets at its end, or a letter in brackets before it: both apart."""
        if (lettered := _LETTERED.match(text)) and (after := self.say(lettered[2])) != lettered[2]:
            return lettered[1] + after
        if text.endswith(".") and (said := self._aside(text[:-1])) is not None:
            return self._stopped(said)
        tail = _TAIL.match(text)
        if tail and ((head := self.say(tail[1])) != tail[1] or head in self.own):
            return f"{head} {tail[2]}"
        found = _ASIDE.match(text)
        if not found:
            return None
        head, aside = self.say(found[1]), self.say(found[3])
        return None if (head, aside) == (found[1], found[3]) else f"{head}{found[2]}({aside})"

    def _whole(self, text: str) -> str | None:
        """One sentence, or a text that the catalogue has as it is."""
        for spelled in (text, text.removesuffix("."), text[0].swapcase() + text[1:]):
            exact = self._exact.get(spelled)
            if exact is not None:
                return exact if len(spelled) == len(text) else self._stopped(exact)
        for form, pattern in NUMBERS.items():
            found = pattern.match(text)
            if found and each_is(pattern, text):
                found = None
            if found and found.groupdict().get("who", "")[:1].isdigit() and not self._is_level(found["who"]):
                found = None
            if found and form in self._exact and (form != COUNTED or self.say(found["reason"]) != found["reason"]):
                return self._filled(Template(form, self._exact[form]), found.groupdict())
        stopped = text.endswith(".") and not text.endswith("..")
        words = set(WORD.findall(text))
        tried = sorted(
            (t for word in sorted(words) for t in self._templates.get(word, ()) if t.words <= words),
            key=lambda t: t.weight + (SENTENCE_FIRST if stopped and t.source.endswith(".") else 0),
            reverse=True,
        )
        for t in tried:
            open_end = stopped and t.source.endswith("}")
            values = t.match(text[:-1] if open_end else text)
            if values is not None and (each_is(t, text) or (REASON.match(t.source) and len(outside(REASONS, text)) > 1)):
                return None
            if values is not None:
                if not open_end:
                    return self._filled(t, values)
                last = parts(t.source)[-1]
                within = values[last] + "."  # a sentence with its own full stop
                if within not in self._exact and (self._whole(values[last]) is not None or self._whole(within) is None):
                    return self._stopped(self._filled(t, values))
                return self._filled(t, {**values, last: within})
        if stopped and len(text) > 1 and (said := self._whole(text[:-1])) is not None:
            return self._stopped(said)
        return None

    def _stopped(self, said: str) -> str:
        """A sentence with its full stop."""
        return said + ("。" if self.language == "ja" else ".")

    def _filled(self, template: Template, values: dict[str, str]) -> str:
        """A sentence with its parts said."""
        return template.filled({name: self._part(value) for name, value in values.items()})

    def _part(self, value: str) -> str:
        """What fills a part; the names and numbers of a list are joined as the language joins them."""
        said = self.say(value)
        if said.rstrip().endswith(("。", "、")):
            return said.rstrip()
        if said != value or any(word in value for word in self._joining):
            return said
        return self._joined(value, outside(LIST, value), is_name)

    def _joined(self, text: str, pieces: list[str], named: Callable[[str], bool]) -> str:
        """A list of names and numbers."""
        if len(pieces) < 3 or not all(map(named, pieces[::2])):
            return self._quoted(text)
        return "".join(self._joint(piece) if k % 2 else self._quoted(piece) for k, piece in enumerate(pieces))

    def _quoted(self, name: str) -> str:
        """A name in the quotation marks of the language."""
        return f"「{name[1:-1]}」" if self.language == "ja" and is_quoted(name) else name

    def _is_own(self, name: str) -> bool:
        """Whether a piece of a list is a number, a name of capitals ("SALT 50–94"), or one of the file's own words."""
        return bool(_CAPITALS.fullmatch(name)) or any(name.startswith(word) for word in self.own if len(word) > 1)

    def _is_level(self, name: str) -> bool:
        """Whether a name that a digit begins is one of the file's own: "2 mg", "2 mg (n = 9)"."""
        return name in self.own or _BRACKETED.sub("", name) in self.own

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
                said = (self._whole(piece) or self._measured(piece)) if j > i else self.say(piece)
                if said is not None:
                    known = known or said != piece
                    out.append(_NUMBER_END.sub("。", said) if self.language == "ja" else said)
                    i = j + 1
                    break
        return together(out) if known else None

    def _listed(self, text: str) -> str | None:
        """A list or a pair: item by item."""
        pieces: list[str] = []
        for joints in (HEADS, CLAUSES, REASONS, COMMAS, ITEMS, LIST):
            pieces = outside(joints, text)
            if len(pieces) < 3 or (joints is COMMAS and not any(" and " in p and p in self._exact for p in pieces[::2])):
                continue
            said = [self._joint(piece) if k % 2 else self.say(piece) if piece else piece for k, piece in enumerate(pieces)]
            known = any(said[k] != pieces[k] for k in range(0, len(pieces), 2))
            if known:
                return "".join(said)
        if len(pieces) < 3:
            return None
        joined = self._joined(text, pieces, self._is_own)
        return None if joined == text else joined

    def _joint(self, joint: str) -> str:
        """What joins two items."""
        if joint == ", " and self.language == "ja":
            return "、"
        form = AND if "and" in joint else OR if " or" in joint else ""
        said = self._exact.get(form, "")
        return said.replace("{first}", "").replace("{last}", "") if said else joint
