"""Names of months in the languages of European files; Korean and Japanese write them as numbers."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: German, French, Spanish, Italian, Portuguese and Turkish, without accents, January first.
_OTHERS = (
    "januar|februar|marz|april|mai|juni|juli|august|september|oktober|november|dezember",
    "jaenner|februar|maerz|april|mai|juni|juli|august|september|oktober|november|dezember",
    "janner|feber|mrz|april|mai|juni|juli|august|sept|oktober|november|dezember",
    "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre",
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre",
    "gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre",
    "janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro",
    "ocak|subat|mart|nisan|mayis|haziran|temmuz|agustos|eylul|ekim|kasim|aralik",
)


@lru_cache(maxsize=2000)
def month_of(word: str) -> int:
    """The month (1 to 12) that a word of at least three letters begins to spell; 0 for any other word.

    >>> [month_of(w) for w in ("jan", "sept", "abr", "März", "mai", "ago", "dez", "fév", "şubat", "salt", "juil")]
    [1, 9, 4, 3, 5, 8, 12, 2, 2, 0, 7]
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c)).replace("ı", "i")
    if len(plain) < 3:
        return 0
    if plain[:3] in _ENGLISH:
        return _ENGLISH.index(plain[:3]) + 1
    return next((i for names in _OTHERS for i, name in enumerate(names.split("|"), 1) if name.startswith(plain)), 0)
