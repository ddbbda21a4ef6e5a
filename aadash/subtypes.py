"""Subtypes of alopecia areata, sexes and units of time, as English, Korean, Japanese and European files write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from aadash.later import ARROW

#: AA subtypes from least to most extensive → the words for each, without endings such as 형, 型, 탈모 or 脱毛症.
SUBTYPES = {
    "patchy": "patchy|patch|unifocal|aap|원형|단발|단발성|통상|通常|単発|単発性|斑状|円形",
    "multilocularis": "multilocularis|multifocal|multi-focal|multiple|aam|다발성|다발|多発|多発性",
    "diffuse": "diffuse|incognita|aad|미만|미만성|びまん|びまん性",
    "ophiasis": "oa|ophiasis|ophiasis type|사행|사행성|사행상|蛇行|蛇行状|蛇行性",
    "totalis": "at|totalis|alopecia totalis|aat|전두|全頭|全頭性",
    "universalis": "au|universalis|alopecia universalis|aau|전신|범발|범발성|汎発|汎発性",
}
#: The two sexes → the words for each.
SEXES = {
    "male": "m|male|man|men|boy|남|남자|남성|男|男性|男子|männlich|mann|homme|h|hombre|uomo|maschio|v|varon|varón|masc|masculin|"
    "masculino|maschile|homem|e|erkek",
    "female": "f|female|woman|women|girl|여|여자|여성|女|女性|女子|weiblich|w|frau|femme|mujer|donna|femmina|fem|féminin|feminin|"
    "femenino|feminino|femminile|mulher|k|kadın|kadin|bayan",
}
#: Beside H (hombre) or V (varón) an M is a woman (mujer), beside E (erkek) a K (kadın).
SPANISH = {"h", "v", "hombre", "varon", "varón"}
_NAMES = {word: name for name, listed in SUBTYPES.items() for word in listed.split("|")}
_ENDING = re.compile(r"(?:\s|원형\s?탈모증?$|탈모증?|脱毛症?|(?<=.)형$|型|円形(?=脱毛))")
#: Words that may stand among others ("AA universal", "Ophiasis-Typ", "placas"), in European languages.
_AMONG = {
    "patchy": r"patch(?:y|es)?|circumscripta|placas?|chiazze|plaques?|yama",
    "multilocularis": r"multilo[ck]ular(?:is|e)?|multifo[ck]al(?:e)?|multiple patches|multiple plaques",
    "ophiasis": r"ophiasis|ofiasis|ofiasi|ofi[aá]si[ck]a|ofiazis|ophiasique",
    "totalis": r"totalis|total(?:e)?",
    "universalis": r"universalis|universal(?:e)?|universelle",
}
_PARTS = {name: re.compile(rf"(?<![^\W\d_])(?:{words})(?![^\W\d_])") for name, words in _AMONG.items()}
#: Between two subtypes: the one became the other, or it is not known which.
_EITHER = re.compile(rf"/|{ARROW}|(?<![a-z])(?:to|or|vs|sub)(?![a-z])")
_MONTHS = re.compile(r"month|\(mo|개월|[かヶケカヵ箇]月|月数|monat|(?<![^\W\d_])(?:mon|meses|mês|mois|mesi|ay)(?![^\W\d_])")
_YEARS = re.compile(r"year|yr|\(y|년|年|jahr|(?<![^\W\d_])(?:anos|años|ans|ann[oi]|yıl)(?![^\W\d_])")


def subtype_of(text: str) -> str:
    """The English name of a subtype; "" for a word that is none, or for two of them.

    >>> [subtype_of(t) for t in ("단발형", "사행성 탈모", "蛇行型", "全頭型", "전신탈모", "汎発性脱毛症", "Patchy", "AT", "other")]
    ['patchy', 'ophiasis', 'ophiasis', 'totalis', 'universalis', 'universalis', 'patchy', 'totalis', '']
    >>> [subtype_of(t) for t in ("A. universalis", "Ophiasis-Typ", "AA en placas", "AA - multiple patches", "total → universal")]
    ['universalis', 'ophiasis', 'patchy', 'multilocularis', '']
    >>> subtype_of("A.T.")
    'totalis'
    """
    folded = re.sub(r"\s*[(（].*[)）]$", "", unicodedata.normalize("NFKC", text)).strip().casefold()
    for word in (
        folded,
        re.sub(r"[\s.]+", "", folded),
        _ENDING.sub("", folded),
        re.sub(r"(?:原型|型|형)$", "", _ENDING.sub("", folded)),
    ):
        if word in _NAMES:
            return _NAMES[word]
    if re.fullmatch(r"원형\s?탈모(?:증)?|円形脱毛症?", folded):
        return "patchy"
    found = [name for name, pattern in _PARTS.items() if pattern.search(folded)]
    found = ["multilocularis"] if found == ["patchy", "multilocularis"] else found
    return found[0] if len(found) == 1 and not _EITHER.search(folded) else ""


def subtype_among(text: str, levels: Iterable[str]) -> str:
    """:func:`subtype_of`, and "AA" beside AT or AU, which is the patches that are neither.

    >>> subtype_among("AA", ("AA", "AT", "AU")), subtype_among("AA", ("AA", "other")), subtype_among("AT", ("AA", "AT"))
    ('patchy', '', 'totalis')
    """
    if text.strip().casefold() == "aa" and {"totalis", "universalis"} & {subtype_of(level) for level in levels}:
        return "patchy"
    return subtype_of(text)


def sexes_among(levels: Iterable[str]) -> dict[str, str]:
    """:data:`SEXES` as a column with these levels has them: beside H (hombre) or V (varón) an M is a woman (mujer)."""
    said = {unicodedata.normalize("NFKC", level).strip().casefold() for level in levels}
    if SPANISH & said and not {"f", "w"} & said:
        return {"male": SEXES["male"].removeprefix("m|"), "female": "m|" + SEXES["female"]}
    return SEXES


def sex_among(text: str, levels: Iterable[str]) -> str:
    """ "male" or "female", by the words of a column with these levels; "" for anything else.

    >>> [sex_among(t, ("남", "여")) for t in ("남", "여", "x")], sex_among("M", ("M", "F")), sex_among("M", ("H", "M"))
    (['male', 'female', ''], 'male', 'female')
    >>> sex_among("M", ("H", "M", "F"))
    'male'
    """
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    return next((name for name, words in sexes_among(levels).items() if folded in words.split("|")), "")


def unit_of_time(header: str) -> str:
    """ "months", "years" or "" as a column's name says, in three languages.

    >>> unit_of_time("유병기간(개월)"), unit_of_time("罹病期間(年)"), unit_of_time("Duration (years)"), unit_of_time("duration")
    ('months', 'years', 'years', '')
    """
    name = header.lower()
    return "months" if _MONTHS.search(name) else "years" if _YEARS.search(name) else ""
