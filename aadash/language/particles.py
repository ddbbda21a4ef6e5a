"""Korean particles after a part whose last sound is known only when the sentence is made: 은/는, 이/가, 을/를, 과/와, 으로/로."""

from __future__ import annotations

import re

#: Whether a digit, read in Korean (영 일 이 삼 사 오 육 칠 팔 구), ends in a consonant.
_DIGITS = dict(zip("0123456789", (True, True, False, True, False, False, True, True, True, False), strict=True))
#: Letters whose Korean names end in a consonant: 엘, 엠, 엔, 알.
_LETTERS = "lmnr"
#: Units read in full, and words of a file that are read otherwise than their letters tell: whether each ends in a consonant.
_READ = {"mg": True, "kg": True, "g": True, "µg": True, "ml": False, "cm": False, "mm": False, "type": True, "subtype": True}
#: English words that are read with a consonant at the end: l, m, n and ng; a short vowel with b, c, k, p or t (닙, 릭, 백, 스텝, 컷);
#: a silent e behind l, m or n (스케일, 베이스라인).
_CONSONANT = re.compile(r"(?:[lmn]|ng|(?<![aeiou])[aeiou][bckpt]|[aeiouy][lmn]e)$")
_WORD = re.compile(r"[A-Za-zµ]+$")
#: What is not read aloud at the end.
_SILENT = re.compile(r"[\s)\]}>'\"”’*_\\.]+$")
_ASIDE = re.compile(r"\s*\\?\([^()]*\\?\)$")


def ends(text: str) -> tuple[bool, bool]:
    """Whether ``text``, read in Korean, ends in a consonant, and whether that is ㄹ. Brackets at its end are not read."""
    bare = _ASIDE.sub("", text.rstrip())
    bare = _SILENT.sub("", bare) or _SILENT.sub("", text)
    last = bare[-1:].lower()
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        return final > 0, final == 8
    if last == "%":
        return False, False  # 퍼센트
    if last in _DIGITS:
        return _DIGITS[last], last in "178"
    word = _WORD.search(bare)
    if word is None:
        return False, False
    if word[0].lower() in _READ:
        return _READ[word[0].lower()], False
    if len(word[0]) > 1 and not word[0].isupper() and word[0][-2:].islower():  # a word, not letters read one by one
        return bool(_CONSONANT.search(word[0].lower())), word[0].lower().endswith(("l", "le"))
    return last in _LETTERS, last in "lr"


def particle(pair: str, before: str) -> str:
    """The form of ``pair`` ("을/를", the one after a consonant first) that follows ``before``."""
    first, second = pair.split("/")
    consonant, rieul = ends(before)
    if first.startswith("으"):  # 으로/로: after ㄹ as after a vowel
        return first if consonant and not rieul else second
    return first if consonant else second
