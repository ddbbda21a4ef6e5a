"""What is published about response to JAK inhibitors in alopecia areata, and what users add to it.

``published()`` are the rates that come with AAdash (``published.csv``), each with its source; :func:`read_rates` reads more of
them from a CSV in the form of :func:`template`. Every one of them is of other patients, under other rules.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from aadash.evidence.choice import arms, beside, drugs, one_for_each_group, only_a_dose, usual_drug
from aadash.evidence.rate import BRIEFLY, DENOMINATORS, ESTIMATORS, PLACEBO, PRIMARY, SOURCES, PublishedRate, Severity, mix_of
from aadash.evidence.table import COLUMNS, Rates, read_rates, template

#: Among a reader's choices, the rates that he added in this session.
OWN_RATES = "aadash.own_rates"

__all__ = [
    "BRIEFLY",
    "COLUMNS",
    "DENOMINATORS",
    "ESTIMATORS",
    "OWN_RATES",
    "PLACEBO",
    "PRIMARY",
    "SOURCES",
    "PublishedRate",
    "Rates",
    "Severity",
    "arms",
    "beside",
    "drugs",
    "mix_of",
    "one_for_each_group",
    "only_a_dose",
    "published",
    "read_rates",
    "template",
    "usual_drug",
]


@lru_cache(maxsize=1)
def published() -> tuple[PublishedRate, ...]:
    """The rates that come with AAdash, in the order of the file."""
    found = read_rates(Path(__file__).with_name("published.csv").read_text("utf-8"), "published.csv", own=False)
    if found.problems:
        raise found.problems[0]
    return found.rates
