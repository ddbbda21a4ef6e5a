"""What a column of baseline facts can be."""

from __future__ import annotations

import re

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


#: Roles of what happened after the first dose. Such a column is no baseline fact, whoever asks.
AFTER_BASELINE = ("adverse_event",)

#: A column of these is known after the first dose only: it describes an outcome, not a baseline.
_AFTER = re.compile(
    r"adverse|\bae\b|side effect|respon|discontinu|drop ?out|withdr|follow ?up|outcome|improve"
    r"|dose (?:change|increase|decrease|reduc|escalat)|titrat|\btaper|\bstop(?:ped|ping)?\b|rescue|step ?(?:up|down)\b|switch"
    r"|(?:treatment|medication|drug|therapy) (?:chang|modif|duration)|duration of (?:treatment|therapy|drug|exposure)|exposure"
    r"|last (?:visit|contact|seen|observation|dose)|lost to|complet(?:ed|ion|er)\b|end of (?:study|treatment|trial|follow)|^reason$"
    r"|\b(?:week|wk|w) ?0*[1-9]\d{0,2}\b|[1-9]\d{0,2} ?(?:주차?|週目?)$"
    r"|\bdied\b|\bdeath\b|abbruch|abandono|suspensi[oó]n|^(?:사유|理由)$|최종 ?방문|最終来院"
    r"|부작용|이상 ?반응|중단|반응|증량|감량|용량 ?변경|구제|치료 ?기간|투여 ?기간"
    r"|有害事象|副作用|中止|脱落|転帰|増量|減量|用量変更|レスキュー|治療期間|投与期間"
)
#: What was before the first dose, whatever else its name speaks of: "response to prior treatment".
_BEFORE = re.compile(r"\b(?:prior|previous|prev|past|history|before)\b|이전|과거|既往|前治療|過去")


def known_later(column: str) -> bool:
    """True where a column's name speaks of what is known only after the first dose.

    >>> [known_later(c) for c in ("Stop week", "last contact month", "Response to DPCP", "prior response to DPCP", "Age")]
    [True, True, True, False, False]
    """
    return bool(_AFTER.search(plain_words(column))) and not known_before(column)


def known_before(column: str) -> bool:
    """True where a column's name speaks of what was before the first dose.

    >>> [known_before(c) for c in ("prior rescue", "PriorJAK", "이전 중단", "Rescue treatment")]
    [True, True, True, False]
    """
    return bool(_BEFORE.search(plain_words(column)))


def plain_words(column: str) -> str:
    """A column's name in small letters, words apart."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return re.sub(r"[\s_\-.()\[\]]+", " ", apart).strip().lower()
