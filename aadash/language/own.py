"""The words of a file: names of columns, levels and patients are never translated, whatever they happen to mean."""

from __future__ import annotations

import pandas as pd

from aadash.candidates import TITLES
from aadash.cohort import Cohort
from aadash.language import Own
from aadash.levels import readable
from aadash.measure import SALT

#: So many different values of a column are looked at, and so many patients.
_VALUES, _CODES = 300, 5000


def own_words(cohort: Cohort) -> Own:
    """Names of columns, levels and patients, as the file has them and as a page writes them, and the scores beside SALT.

    A column that our texts call by its role ("Sex", "AA subtype") has no name of its own where the file calls it the same.
    """
    named = {str(column): role for role, column in cohort.roles.items()}
    names = {str(c) for c in cohort.patients.columns}
    names -= {c for c in names if readable(c).lower() == TITLES.get(named.get(c, ""), "").lower()}
    found = names | {str(code) for code in cohort.salt.index[:_CODES]}
    tables = [cohort.patients] if cohort.events is None else [cohort.patients, cohort.events]
    for table in tables:
        for name in table.columns:
            column = table[name]
            if not pd.api.types.is_numeric_dtype(column):
                found.update(str(v) for v in column.drop_duplicates()[:_VALUES])
    words = frozenset({*found, *(text.replace("_", " ") for text in found), *map(readable, found)} - {""})
    return Own(words, tuple(name for name in cohort.analysable if name != SALT.name))
