"""What a column of baseline facts can be."""

from __future__ import annotations

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
