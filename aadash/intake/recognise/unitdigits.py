"""Digits of a header that belong to a unit or a name and are no visit: "BSA (m2)", "T4", "S100", "vitamin D3"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from aadash.intake.recognise.headers import measure_of
from aadash.intake.recognise.patterns import SALT
from aadash.intake.recognise.scores import is_known_score
from aadash.intake.recognise.visits import Visit, hyphen_is_minus, parse_visit
from aadash.intake.text import fold

#: What reads the visit that a header names.
ReadVisit = Callable[[str], Visit | None]
#: What is measured in square metres, or over them.
_AREA_OF = re.compile(r"(?<![a-z])(?:bsa|bmi|e? ?gfr|lvmi|body surface)(?![a-z])|체표면적|체질량|体表面積|体格")
#: "m2", "m^3", "M2": square and cubic metres, or months.
_METRES = re.compile(r"(?<![^\W\d_])(m)\s?\^?\s?([23])(?![\d.])", re.IGNORECASE)
_ALONE = re.compile(r"[(（\[]\s*m\s?\^?\s?[23]\s*[)）\]]", re.IGNORECASE)
_MONTH = re.compile(r"(?<![^\W\d_])(m)\s?(\d{1,2})(?![\d.])", re.IGNORECASE)


def header_visits(headers: Iterable[str]) -> ReadVisit:
    """What reads the visit of each of these headers.

    The m2 of what is measured in square metres, or that stands in brackets for itself, is a unit, unless another header names the
    same month, or the same thing at another month, in the same letters.

    >>> read = header_visits(["SALT W0", "BSA (m2)", "DLQI M3"])
    >>> read("BSA (m2)"), read("DLQI M3").week, header_visits(["BSA M2", "BSA M6"])("BSA M2").week
    (None, 13, 9)
    """
    every = list(headers)
    minus = hyphen_is_minus(every)
    months = [(h, found.group(1), int(found.group(2))) for h in every for found in _MONTH.finditer(h)]
    others = {(letter, number) for h, letter, number in months if not _may_be_area(h)}
    courses = {(_stem(h), letter): {n for o, m, n in months if _stem(o) == _stem(h) and m == letter} for h, letter, _ in months}

    def read(text: str) -> Visit | None:
        found = _METRES.search(text)
        if found is not None and _may_be_area(text):
            letter, number = found.group(1), int(found.group(2))
            if (letter, number) not in others and not courses.get((_stem(text), letter), set()) - {number}:
                return parse_visit(text[: found.start()] + " " + text[found.end() :], minus)
        return parse_visit(text, minus)

    return read


def _may_be_area(text: str) -> bool:
    folded = fold(text)
    if SALT.search(folded) or is_known_score(measure_of(_stem(text))):
        return False
    return bool(_AREA_OF.search(folded) or _ALONE.search(text))


def _stem(header: str) -> str:
    return fold(_MONTH.sub(" ", header))
