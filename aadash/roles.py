"""What a column of baseline facts can be."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aadash.levels import MAX_LEVELS

#: Roles that a column of the patients frame can play, in the order in which they are shown.
#: ``subtype`` and ``sex`` are stratifiers by name; the others are known to tables and to predictors.
ROLES = (
    "sex",
    "subtype",
    "age",
    "age_at_onset",
    "duration",
    "atopic_dermatitis",
    "ivmp",
    "eyebrow",
    "eyelash",
    "adverse_event",
    "drug",
    "dose",
    "centre",
)


#: Roles of findings, which a column may hold of a later time: “Eyebrow regrowth”.
FINDINGS = ("eyebrow", "eyelash", "ivmp", "atopic_dermatitis")
#: Roles of what a patient was given at first; a cell such as "2 mg → 4 mg" tells of a later change.
GIVEN_FIRST = ("dose", "drug")
#: Roles of what happened after the first dose. Such a column is no baseline fact, whoever asks.
AFTER_BASELINE = ("adverse_event",)

#: Roles and names of what is told apart, not measured, with numbers as codes: sex 1 and 2 have no mean.
_CODED_ROLES = ("sex", "subtype", "drug", "dose", "centre", "atopic_dermatitis", "ivmp")
_PLACES = r"cent(?:er|re)|site|hospital|clinic|code"
_CODED = re.compile(
    rf"\b(?:{_PLACES}|sex|gender|arm|group|race|ethnic\w*|type|subtype)\b"
    "|성별|병원|기관|인종|유형|코드|性別|施設|病院|人種|病型|コード"
)
#: What is measured or counted, whatever stands beside it: a hospital's stay in days is no code.
_MEASURED = re.compile(
    r"\b(?:stays?|days?|visits?|weeks?|months?|years?|counts?|scores?|length|duration|size|area|circumference|cm|mm|kg|levels?)\b"
)
#: Names of codes however many there are: the number of a hospital is no measurement if there are forty.
_ALWAYS_CODED = re.compile(rf"\b(?:{_PLACES})\b|병원|기관|코드|施設|病院|コード")
#: Who read a score, when a second reading of it is meant.
_READER = re.compile(
    r"(?:rater|reader|assessor|observer|investigator|second|평가자|판독자|판정자|판독의|判定者|判定医|評価者|評価医|読影者|観察者)"
)


def are_codes(column: str, role: str, different: Sequence[float]) -> bool:
    """True for numbers that are names: whole ones of a role or a name of what is told apart and not measured, or 1 and 2.

    >>> are_codes("Site", "", [1, 2, 3]), are_codes("Hospital no.", "", range(40)), are_codes("Number of sites", "", [1, 2, 3])
    (True, True, False)
    >>> are_codes("Hospital stay (days)", "", range(40)), are_codes("Arm circumference", "", [20, 24, 31])
    (False, False)
    """
    words = plain_words(column)
    if words.startswith(("number of", "n of", "age")) or (not role and _MEASURED.search(words)):
        return False
    if not len(different) or any(v != round(v) for v in different):
        return False
    if role == "centre" or (not role and _ALWAYS_CODED.search(words)):
        return True
    if len(different) > (4 if role == "dose" else MAX_LEVELS):
        return False
    return role in _CODED_ROLES or (not role and (bool(_CODED.search(words)) or sorted(different) == [1, 2]))


def is_second_reading(column: str, score: str) -> bool:
    """True for a name that says that somebody else read ``score``: "salt_reader_2", "SALT W0 rater B"."""
    words = re.sub(r"[_\s]+", " ", column.lower())
    return score.lower().split()[0] in words and bool(_READER.search(words))


def plain_words(column: str) -> str:
    """A column's name in small letters, words apart."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return re.sub(r"[\s_\-.()\[\]]+", " ", apart).strip().lower()
