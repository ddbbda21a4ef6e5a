"""What a row of a result is about: everyone, one level of a split, two levels against each other, or a cell of two splits.

A level is the file's own text and may read "all" or "A - B". What is ours is therefore told apart by type, never by text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import east_asian_width

#: Begins the key of a column whose name is taken by something of ours: ``column:severity`` is the file's own "severity".
PREFIX = "column:"
#: A column with more levels than this is no stratifier.
MAX_LEVELS = 12
_BOUND = re.compile(r"\s*([<≤≦>≥≧])=?\s*([0-9]+(?:\.[0-9]+)?)")
_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)")
#: Names that a plan uses for something of ours: built-in splits, baseline, filters by patient.
RESERVED = frozenset(("", "all", "none", "severity", "trial_severity", "baseline_salt", "patient", "only patient"))


class Total:
    """Everyone together, whatever the split. There is one of it: :data:`ALL`."""

    def __repr__(self) -> str:
        return "ALL"

    def __str__(self) -> str:
        return "all"

    def __reduce__(self) -> str:
        return "ALL"


ALL: Final = Total()


@dataclass(frozen=True)
class Pair:
    """Two levels of one split, the first minus the second."""

    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.first} - {self.second}"


@dataclass(frozen=True)
class Cell:
    """The patients who are in a level of one split and in a level of another."""

    row: str
    column: str

    def __str__(self) -> str:
        return f"{self.row} × {self.column}"


Level = str | Total | Pair | Cell

#: A yes and a no, as files have them; in European languages too.
YES = frozenset(
    (
        *("yes", "y", "true", "t", "1", "+", "present", "positive", "있음", "유", "예", "有", "あり", "はい", "o", "○"),
        *("ja", "oui", "sí", "si", "sì", "sim", "evet"),
    )
)
NO = frozenset(
    (
        *("no", "n", "false", "f", "0", "-", "absent", "negative", "none", "없음", "무", "아니오", "無", "なし", "いいえ", "x", "×"),
        *("nein", "kein", "keine", "non", "não", "nao", "hayır", "hayir", "yok", "aucun", "aucune", "ninguno", "ninguna", "nessuno"),
    )
)


def level_text(value: object) -> str:
    """A cell as the name of a level: 1.0 reads "1", whether or not the column has an empty cell."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def says_little(level: str) -> bool:
    """Whether a level tells nothing without its column's name: a yes or no, a number, a single letter."""
    plain = level.strip().lower()
    return len(plain) < 2 or plain in YES or plain in NO or plain.replace(".", "", 1).replace("-", "", 1).isdecimal()


#: Names wider than this, in letters of Latin, are shortened in a chart.
MOST = 22
#: Words that only lead to another one, as files have them: a shortened name neither ends nor begins with one.
_LEADING = frozenset(
    (
        *("an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "per", "than", "that", "the", "to", "under", "with"),
        *("without", "&", "+", "-", "–", "/", "=", "der", "die", "das", "des", "im", "mit", "ohne", "und", "von", "avec", "de", "du"),
        *("et", "la", "le", "les", "par", "sans", "con", "del", "el", "sin", "di", "della"),
    )
)


def told_apart(names: Sequence[str], most: int = MOST) -> tuple[str, ...]:
    """Names of levels short enough for a chart, and still different: what all of them begin or end with goes first, then the middle.

    A chart that cuts long names at the end shows twelve times “Alopecia areata with …”. Where no short form tells them apart the
    names stay whole.
    """
    if all(width_of(name) <= most for name in names):
        return tuple(names)
    words = [name.split() for name in names]
    front, back = _shared(words)
    while back and any(w[-back - 1].replace(".", "", 1).isdigit() for w in words):  # "50 mg" keeps its unit
        back -= 1
    bare = [" ".join(w[front : len(w) - back]) for w in words]
    while front + back:  # as many of the shared words as there is room for
        front, back = (front, back - 1) if back else (front - 1, 0)
        fuller = [" ".join(w[front : len(w) - back]) for w in words]
        fuller = [name.rstrip(",;:") for name in fuller] if back else fuller
        if any(width_of(name) > most for name in fuller):
            break
        unit = all(name.startswith("(") for name in fuller)  # without what it is the unit of
        if not unit and not any(_leads(name) for name in fuller):
            bare = fuller
    ends = [_ends(name, most) for name in bare]
    alike = [[j for j, end in enumerate(ends) if end == mine] for mine in ends]
    parted = [_parted(like.index(i), [bare[j] for j in like], most) if len(like) > 1 else ends[i] for i, like in enumerate(alike)]
    for kept in (bare, ends, parted):
        if all(width_of(name) <= most for name in kept) and len(set(kept)) == len(names):
            return tuple(kept)
    return tuple(names)


def _leads(name: str) -> bool:
    """Whether a shortened name begins or ends with a word that leads to one which is not there: "Acute of the"."""
    words = name.lower().split()
    return bool(words) and not _LEADING.isdisjoint((words[0], words[-1]))


def _ends(name: str, most: int) -> str:
    """The first letters and the last words of a long name: "multilocula… the hairline"."""
    if width_of(name) <= most:
        return name
    words, tail = name.split(), ""
    while words and width_of(f"{words[-1]} {tail}") <= 0.6 * most:
        tail = f"{words.pop()} {tail}".strip()
    while " " in tail and tail.split()[0].lower() in _LEADING:
        words.append(tail.split()[0])
        tail = tail.partition(" ")[2]
    if not tail:
        return _middle(name, most)
    return f"{_begun(' '.join(words), most - width_of(f'… {tail}'))}… {tail}"


def _begun(head: str, room: int) -> str:
    """The first letters of ``head``, as many as there is room for; a whole word at their end leads to no other."""
    cut = head
    while cut and width_of(cut) > room:
        cut = cut[:-1]
    words = cut.split()
    while words[1:] and words[-1].lower() in _LEADING and (" ".join(words) == head or head[len(" ".join(words))] == " "):
        words.pop()
    return " ".join(words)


def _parted(i: int, alike: Sequence[str], most: int) -> str:
    """Of long names with the same ends the one at ``i``: the first letters, then what it does not share with the others."""
    words = [name.split() for name in alike]
    front, back = _shared(words)
    own = words[i][front : len(words[i]) - back]
    if not own or width_of(" ".join(own)) > most - 5:  # as long as two letters and two "…" leave room for
        return _ends(" ".join(own) or alike[i], most)
    for word in words[i][len(words[i]) - back :]:
        if width_of(" ".join([*own, word])) > 0.7 * most:
            own[-1] += "…"
            break
        own.append(word)
    tail, head = " ".join(own), " ".join(words[i][:front])
    begun = _begun(head, most - width_of(f"… {tail}"))
    return f"{begun}… {tail}" if begun else tail


def _shared(words: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How many words all of the names begin with, and end with; each keeps one of its own."""
    if len(words) < 2:
        return 0, 0
    room = min(map(len, words)) - 1
    front = next((i for i in range(room) if len({w[i] for w in words}) > 1), room)
    room -= front
    return front, next((i for i in range(room) if len({w[-1 - i] for w in words}) > 1), room)


def _middle(name: str, most: int) -> str:
    """The first and the last letters of a name that is too long."""
    half = (most - 1) // 2 if width_of(name) < 1.5 * len(name) else most // 4
    return f"{name[:half].rstrip()}…{name[-half:].lstrip()}"


def width_of(text: str) -> int:
    """Letters of Latin that would take the same room."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def column_of(key: str) -> str:
    """The column that a key of a plan names: the key itself, or what follows :data:`PREFIX`."""
    return key.removeprefix(PREFIX)


#: Abbreviations of the field, which a file may write small.
_ABBREVIATIONS = re.compile(r"\b(?:aa|dpcp|sadbe|puva|mtx|ilk|jak|ivmp|bmi|tsh|sle|salt|ibd|dlqi|phq|ldl|hdl)\b", re.IGNORECASE)
_CLINRO = re.compile(r"\bclinro\b", re.IGNORECASE)


def readable(column: str) -> str:
    """A column's name as it is read wherever it stands: "ivmp_history" is "IVMP history".

    >>> readable("ivmp_history"), readable("eyebrow_clinro"), readable("Sex")
    ('IVMP history', 'eyebrow ClinRO', 'Sex')
    """
    text = _ABBREVIATIONS.sub(lambda m: m[0].upper(), column.replace("_", " "))
    return _CLINRO.sub("ClinRO", text)


def is_prefixed(key: str) -> bool:
    """True for a key that names a column of the file and nothing else."""
    return key.startswith(PREFIX)


def by_name(level: str) -> tuple[list[str | float], str]:
    """What levels are sorted by.

    >>> sorted(["10 mg", "placebo", "2 mg", "2.5 mg"], key=by_name)
    ['2 mg', '2.5 mg', '10 mg', 'placebo']
    >>> sorted(["18–39", "40–64", "<18", "≥65"], key=by_name)
    ['<18', '18–39', '40–64', '≥65']
    """
    bound = _BOUND.match(level)
    if bound is not None:  # just below, or just above, the number
        value = float(bound[2])
        return ["", value - 1e-9 if bound[1] in "<≤≦" else value + 1e-9, level[bound.end() :]], level
    return [float(part) if i % 2 else part for i, part in enumerate(_NUMBER.split(level))], level
