"""Names of other scores that clinics record at visits, in three languages, brought to the names that the field uses."""

from __future__ import annotations

import re
import unicodedata

from aadash.intake.recognise.headers import role_of
from aadash.intake.recognise.visits import shown
from aadash.laboratory import lab_test
from aadash.measures import known, printed

_ITCH = re.compile(r"(?<![a-z])(?:itch(?:ing)?|prurit\w*)(?![a-z])|가려움|소양|痒|かゆ|掻痒|瘙痒")
#: What belongs to a measure's name and stands behind its letters: "CD8+ (%)".
_PERCENT = re.compile(r"[%+]*(?:\s?[(（\[]\s*%\s*[)）\]])?")
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


def called(measure: str, header: str) -> str:
    """:func:`score_name`, and of a measure that nobody knows the header's own spelling of it.

    >>> called("il 6 pg m l", "IL-6 (pg/mL) W12"), called("hair density", "W0_hair density"), called("dlqi", "dlqi week 4")
    ('IL-6 (pg/mL)', 'Hair density', 'DLQI')
    >>> called("tnf α", "TNF-α at 12 weeks"), called("ifn γ cxcl10", "(IFN-γ/CXCL10) W0")
    ('TNF-α', 'IFN-γ/CXCL10')
    """
    measure = shown(measure)
    name = score_name(measure)
    if is_known_score(measure) or printed(measure):
        return name
    plain = unicodedata.normalize("NFKC", header)
    if len(plain) != len(header):
        plain = header
    letters = [(i, c) for i, c in enumerate(plain.lower()) if c.isalnum()]
    wanted = "".join(c for c in measure.lower() if c.isalnum())
    start = "".join(c for _, c in letters).find(wanted)
    if not wanted or start < 0:
        return name
    first, end = letters[start][0], letters[start + len(wanted) - 1][0] + 1
    for opening, closing in ("()", "[]", "（）"):
        if header[first:end].count(opening) > header[first:end].count(closing) and header[end : end + 1] == closing:
            end += 1
    end += _PERCENT.match(header[end:]).end()  # type: ignore[union-attr]  # it matches nothing too
    return name if re.fullmatch(r"[a-z ]+", header[first:end]) else header[first:end]


def is_known_score(measure: str) -> bool:
    """True for a score that the field records at visits (a laboratory test among them): a header that names it and a visit is a
    measure over time."""
    return (
        known(measure) is not None
        or lab_test(measure) is not None
        or role_of(measure) in ("eyebrow", "eyelash")
        or bool(_ITCH.search(measure))
    )
