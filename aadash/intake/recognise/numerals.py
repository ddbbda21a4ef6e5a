"""Numbers written as words before a unit of time, and the windows that stand beside a visit, in three languages."""

from __future__ import annotations

import re

_ENGLISH = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "sixteen": 16,
    "eighteen": 18,
    "twenty": 20,
    "twenty four": 24,
    "thirty six": 36,
    "forty eight": 48,
    "fifty two": 52,
}
#: German, Portuguese, Spanish, French and Italian, as far as months and weeks of visits are written so.
_EUROPEAN = {
    1: "einem|einer|ein|eine|um|uma|un|una|une",
    2: "zwei|dois|duas|dos|deux|due",
    3: "drei|três|tres|trois|tre",
    4: "vier|quatro|cuatro|quatre|quattro",
    6: "sechs|seis|six|sei",
    8: "acht|oito|ocho|huit|otto",
    9: "neun|nove|nueve|neuf",
    12: "zwölf|zwoelf|doze|doce|douze|dodici",
    16: "sechzehn|dezesseis|dezasseis|dieciséis|seize|sedici",
    18: "achtzehn|dezoito|dieciocho|dix[- ]huit|diciotto",
    24: "vierundzwanzig|vinte e quatro|veinticuatro|vingt[- ]quatre|ventiquattro",
    36: "sechsunddreißig|sechsunddreissig|trinta e seis|treinta y seis|trente[- ]six|trentasei",
    48: "achtundvierzig|quarenta e oito|cuarenta y ocho|quarante[- ]huit|quarantotto",
    52: "zweiundfünfzig|cinquenta e dois|cinquenta e duas|cincuenta y dos|cinquante[- ]deux|cinquantadue",
}
_EUROPEAN_NUMBERS = {word.replace("[- ]", " "): n for n, listed in _EUROPEAN.items() for word in listed.split("|")}
_EUROPEAN_UNIT = (
    r"(?:wochen?|monat(?:en?)?|jahr(?:en?)?|semanas?|m[eê]s(?:es)?|a[nñ]os?|semaines?|mois|ans?|settiman[ae]|mes[ei]|ann[oi])"
)
_NUMBER_WORDS = "|".join(sorted("|".join(_EUROPEAN.values()).split("|"), key=len, reverse=True))
_EUROPEAN_WORDS = re.compile(rf"(?<![^\W\d_])({_NUMBER_WORDS})(?=[\s_-]*{_EUROPEAN_UNIT}(?![^\W\d_]))", re.IGNORECASE)
_UNIT_FIRST = re.compile(rf"(?<![^\W\d_])({_EUROPEAN_UNIT}[\s_-]+)({_NUMBER_WORDS})(?![^\W\d_])", re.IGNORECASE)
_JOINED = {word.replace(" ", ""): number for word, number in _ENGLISH.items()}
_KOREAN = {
    "열두": 12,
    "열한": 11,
    "열": 10,
    "다섯": 5,
    "여섯": 6,
    "일곱": 7,
    "여덟": 8,
    "아홉": 9,
    "한": 1,
    "두": 2,
    "세": 3,
    "석": 3,
    "네": 4,
    "넉": 4,
}
_DIGITS = {c: i for row in ("一二三四五六七八九", "일이삼사오육칠팔구") for i, c in enumerate(row, 1)}
_TENS = "十십"
#: "(±2)", "+/- 4 days", "±3日", "[10-14]" beside a visit: how far it may lie from its week.
_WINDOW = re.compile(
    r"\s*[(\[]?\s*(?:±|\+\s*/?\s*[-−–]|∓)\s*\d+(?:\.\d+)?\s*(?:d(?:ays?)?|w(?:ee)?ks?|w|m|months?|주|일|週|日)?\s*[)\]]?",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"(?<![a-z])(" + "|".join(sorted((w.replace(" ", r"[\s_-]?") for w in _ENGLISH), key=len, reverse=True)) + ")"
    r"(?=[\s_-]*(?:weeks?|wks?|months?|mths?|years?|yrs?)(?![a-z]))",
    re.IGNORECASE,
)
_ORDER = ("first", "second", "third", "fourth", "fifth", "sixth")
_ORDINALS = re.compile(r"(?<![a-z])(" + "|".join(_ORDER) + r")(?=[\s_-]*(?:weeks?|months?|years?)(?![a-z]))", re.IGNORECASE)
_NTH_VISIT = re.compile(r"(?<![a-z])(" + "|".join(_ORDER[1:]) + r")[\s_-]*visits?(?![a-z])", re.IGNORECASE)
_HALF = (
    (re.compile(r"(?<![a-z])(?:half|½)(?:[\s_-]*(?:a|of a))?[\s_-]*(?:years?|yrs?)(?![a-z])", re.IGNORECASE), "6 months"),
    (re.compile(r"(?<![a-z])quarter(?:[\s_-]*(?:of a|a))?[\s_-]*years?(?![a-z])", re.IGNORECASE), "3 months"),
    (
        re.compile(r"(?<![a-z])(?:one|a|1)(?:[\s_-]*year)?[\s_-]*and[\s_-]*a[\s_-]*half[\s_-]*(?:years?)?(?![a-z])", re.IGNORECASE),
        "18 months",
    ),
    (re.compile(r"(?<![a-z])(?:a|1)[\s_-]year(?![a-z])", re.IGNORECASE), "1 year"),
    (re.compile("일\\s?주일"), "1주"),
    (re.compile("(?<=\\d)\\s?주일"), "주"),
    (re.compile("[1일一]\\s*[년年]\\s*[반半]"), "18개월"),
    (re.compile("반\\s*년"), "6개월"),
    (re.compile("半\\s*年"), "6か月"),
)
_KOREAN_WORDS = re.compile("(" + "|".join(_KOREAN) + r")\s*(?=달|개월|주(?!소|민|치|의|관|요))")
_SINO = re.compile(
    "(?<![가-힣])([일이삼사오육칠팔구]?십?[일이삼사오육칠팔구]?)(?=개월|주\\s?(?:차|후|째|$|[\\s_]|[a-z])|년\\s?(?:차|후|째|$|[\\s_]))"
)
_KANJI = re.compile("([一二三四五六七八九]?十?[一二三四五六七八九]?)(?=週|か月|ヶ月|カ月|ヵ月|ケ月|箇月|年(?:後|目|時))")


def plain_numbers(text: str) -> str:
    """``text`` with numbers in words as digits where a unit of time follows, half years as months, windows left out.

    >>> plain_numbers("SALT three months"), plain_numbers("半年後SALT"), plain_numbers("SALT_W12 (±2)")
    ('SALT 3 months', '6か月後SALT', 'SALT_W12')
    """
    out = _WINDOW.sub(" ", text).strip() if any(c in text for c in "±∓+") else text
    for pattern, instead in _HALF:
        out = pattern.sub(instead, out)
    out = _EUROPEAN_WORDS.sub(lambda m: _european(m.group(1)), out)
    out = _UNIT_FIRST.sub(lambda m: m.group(1) + _european(m.group(2)), out)
    if out.isascii():
        out = _WORDS.sub(lambda m: str(_JOINED[re.sub(r"[\s_-]+", "", m.group(1).lower())]), out)
        out = _NTH_VISIT.sub(lambda m: f"visit {1 + _ORDER.index(m.group(1).lower())}", out)
        return _ORDINALS.sub(lambda m: str(1 + _ORDER.index(m.group(1).lower())), out)
    out = _KOREAN_WORDS.sub(lambda m: str(_KOREAN[m.group(1)]), out)
    out = _SINO.sub(_value, out)
    return _KANJI.sub(_value, out)


def _european(word: str) -> str:
    return str(_EUROPEAN_NUMBERS[word.lower().replace("-", " ")])


def _value(found: re.Match[str]) -> str:
    word = found.group(1)
    if not word:
        return ""
    ten = next((i for i, c in enumerate(word) if c in _TENS), -1)
    if ten < 0:
        return str(_DIGITS[word]) if len(word) == 1 else word
    high = _DIGITS[word[0]] if ten else 1
    low = _DIGITS[word[ten + 1]] if ten + 1 < len(word) else 0
    return str(10 * high + low)
