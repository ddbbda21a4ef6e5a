"""Names of other scores that clinics record at visits, in three languages, brought to the names that the field uses."""

from __future__ import annotations

import re

from aadash.intake.recognise.headers import role_of
from aadash.laboratory import lab_test
from aadash.measures import known, printed

_ITCH = re.compile(r"(?<![a-z])(?:itch(?:ing)?|prurit\w*)(?![a-z])|가려움|소양|痒|かゆ|掻痒|瘙痒")
_PAIN = re.compile(r"(?<![a-z])pain(?![a-z])|통증|疼痛|痛み")


def score_name(measure: str) -> str:
    """What to call a measure that a header names ("dlqi" → "DLQI", "눈썹" → "Eyebrow ClinRO").

    >>> score_name("dlqi"), score_name("vas itch"), score_name("눈썹"), score_name("ige"), score_name("hair density")
    ('DLQI', 'Itch VAS', 'Eyebrow ClinRO', 'IGE', 'Hair density')
    >>> score_name("hb g dl"), score_name("got"), score_name("백혈구")
    ('Hemoglobin', 'AST', 'White cells')
    >>> score_name("hads a"), score_name("eq5d"), score_name("phq 9"), score_name("eq5d5l vas")
    ('HADS-A', 'EQ-5D', 'PHQ-9', 'EQ VAS')
    """
    found = known(measure)
    if found is not None:
        return found.name
    test = lab_test(measure)
    if test is not None:
        return test.name
    if name := printed(measure):
        return name
    role = role_of(measure)
    if role in ("eyebrow", "eyelash"):
        return f"{role.capitalize()} ClinRO"
    for pattern, name in ((_ITCH, "Itch VAS"), (_PAIN, "Pain VAS")):
        if pattern.search(measure) and ("vas" in measure or "nrs" not in measure):
            return name
    return measure.upper() if len(measure) <= 5 and measure.islower() else measure[:1].upper() + measure[1:]


def is_known_score(measure: str) -> bool:
    """True for a score that the field records at visits (a laboratory test among them): a header that names it and a visit is a
    measure over time."""
    return (
        known(measure) is not None
        or lab_test(measure) is not None
        or role_of(measure) in ("eyebrow", "eyelash")
        or bool(_ITCH.search(measure))
    )
