"""Which texts a reader can see: sentences and words, not keys, codes, styles, programs or patterns."""

from __future__ import annotations

import re

from aadash.language.extract.texts import Part, Text, words

#: What only stands in a program, a style, a pattern, a query or an address.
_CODE = re.compile(
    r"://|\\[sdwWSDbB]|\(\?|<[a-z/!]|[{;]\s*$|[:;][^{}]*\}\s*$|(?<!\w)\}\s*$|\bdatum\.|&nbsp;|^\s*[.#]?[\w-]+\s*\{|"
    r"SELECT |CREATE |\$\{|=>|<-|library\(|c\(|::|"
    r"^[\w.-]+/[\w.+-]+$|var\(--|^--|^[\w.]+\([^)]*\)$|\bnp\.|\bpd\.|#set |#let |@media|[a-z]:[QNOT]$|\bpx\b|^[a-z_]+=|^charset|"
    r"\t|[=(,] ?\?|\w \?\w|&&| >= |\w\|\w|^#\w+\(|^[\w.]+\.$|\b(?:19|20)\d\d;\s?\d+|^[a-z]+\.[a-z]|^AND |^ORDER BY|^url\(|\.py\b"
)
#: Code that a sentence holds.
_QUOTED = re.compile(r"`[^`]*`")
#: A key or address put together.
_JOINED = re.compile(r"^[\w.:/,-]*$|^data:|^new ")
#: Words that join; a sentence with parts needs another one.
_JOINING = words("""
with from than over under that this into before after and the for per not are was were
""")
#: An address of a paper is no program, whatever stands in it.
_DOI = re.compile(r"doi:\S+")
_WORD = re.compile(r"[A-Za-z]{2,}")
#: A single word is one if it begins with a capital and goes on in small letters.
_SINGLE = re.compile(r"^(?:[A-Z][a-z]+(?:[-–/][A-Za-z]+)*|[a-z]+(?:-[a-z]+)*[a-z] %)[:.!?…]?$")


def _is_sentence(literal: str) -> bool:
    """A sentence may name a column: "Expected columns such as 'SALT_W0'."."""
    return literal.count(" ") > 4 and ((literal[0].isupper() and literal.rstrip().endswith(".")) or ": " in literal)


def is_visible(text: Text) -> bool:
    """Whether ``text`` is something to read."""
    literal = "".join(p for p in text if isinstance(p, str))
    literal = _DOI.sub("", literal)
    found = _WORD.findall(literal)
    if not found or _CODE.search(_QUOTED.sub("", literal)) or ("_" in literal and not _is_sentence(literal)) or len(literal) > 1500:
        return False
    if any(isinstance(p, Part) for p in text):
        if _JOINED.match(literal):
            return False
        whole = isinstance(text[0], str) and text[0][:1].isupper() and literal.endswith(".")
        long = [w.lower() for w in found if len(w) >= 4]
        return whole or any(w not in _JOINING for w in long) or (len(found) > 1 and any(len(w) > 2 for w in found))
    bare = literal.strip()
    if " " not in bare:
        return bool(_SINGLE.match(bare)) and len(bare) > 2
    return any(re.fullmatch(r"[A-Za-z][a-z’'-]+", w.strip('(),.:;?!“”*"')) for w in bare.split())
