"""The glossary in the language of what is shown: a term where it stands, with the English term and its meaning to hover over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from aadash.glossary import Term, by_name, pieces
from aadash.language import current, say


@cache
def _terms(language: str) -> tuple[re.Pattern[str], dict[str, Term]]:
    """Spellings in ``language``, English ones among them, the longest first."""
    spelled = {say(spelling).lower(): term for spelling, term in by_name().items()} | dict(by_name())
    spelled |= {say(term.name).lower(): term for term in by_name().values()}
    longest = sorted(spelled, key=len, reverse=True)
    latin = [re.escape(s) for s in longest if s.isascii()]
    other = [re.escape(s) for s in longest if not s.isascii() and len(s) > 1]
    pattern = rf"{'|'.join(other) or '(?!)'}|(?<![A-Za-z0-9≤<])(?:{'|'.join(latin)})(?![A-Za-z0-9≤<])"
    return re.compile(pattern, re.IGNORECASE), spelled


def said_pieces(text: str) -> Iterator[tuple[str, str]]:
    """``text`` translated, in pieces; with each term where it first stands what it means, "" with the rest."""
    if current() == "en":
        yield from ((piece, "" if term is None else term.help) for piece, term in pieces(text))
        return
    text = say(text)
    pattern, spelled = _terms(current())
    seen: set[str] = set()
    at = 0
    for found in pattern.finditer(text):
        term = spelled[found[0].lower()]
        if term.name in seen or (found[0].lower() in ("se", "sd", "ci") and not found[0].isupper()):
            continue
        seen.add(term.name)
        if found.start() > at:
            yield text[at : found.start()], ""
        yield found[0], f"{term.name}: {say(term.help)}"
        at = found.end()
    if at < len(text):
        yield text[at:], ""
