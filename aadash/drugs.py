"""Which substance a text names: its international name, brands, and how Korean and Japanese write it."""

from __future__ import annotations

import re

_NAMES = {
    "baricitinib": r"\bbari\b|olumiant|바리시티닙|올루미언트|バリシチニブ|オルミエント",
    "ritlecitinib": r"\britle\b|litfulo|리틀레시티닙|릿풀로|リトレシチニブ|リットフーロ",
    "deuruxolitinib": r"leqselvi|\bctp ?-?543\b|듀룩솔리티닙|デウルキソリチニブ|デュルキソリチニブ",
    "tofacitinib": r"\btofa\b|xeljanz|토파시티닙|젤잔즈|トファシチニブ|ゼルヤンツ",
    "upadacitinib": r"\bupa\b|rinvoq|유파다시티닙|린버크|ウパダシチニブ|リンヴォック",
    "abrocitinib": r"\babro\b|cibinqo|아브로시티닙|시빈코|アブロシチニブ|サイバインコ",
    "ruxolitinib": r"jakafi|jakavi|룩소리티닙|ルキソリチニブ",
    "placebo": r"\bpbo\b|위약|플라세보|プラセボ|偽薬",
}


def names_drug(text: str, substance: str) -> bool:
    """Whether ``text`` names ``substance``, by its international name, a brand, or as Korean or Japanese write it.

    >>> [names_drug(t, "baricitinib") for t in ("Baricitinib 4 mg", "Olumiant", "바리시티닙 2mg", "オルミエント錠4mg", "ritlecitinib")]
    [True, True, True, True, False]
    """
    plain, name = text.casefold(), substance.casefold()
    if name in _NAMES and re.search(_NAMES[name], plain):
        return True
    return re.search(rf"(?<![a-z]){re.escape(name)}", plain) is not None
