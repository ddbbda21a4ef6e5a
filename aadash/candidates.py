"""Columns of a cohort that can be predictors of a model, and how they are called there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aadash.cohort import Cohort
from aadash.filters import BASELINE, baselines, column_values, is_measured, own_baselines, second_readings
from aadash.levels import column_of, readable
from aadash.subtypes import subtype_among, unit_of_time

#: A column with more levels than this is no predictor.
MAX_LEVELS = 12
#: Levels that read as "without" and are compared with first, when no reference is chosen.
PLAIN_LEVELS = ("no", "none", "never", "absent", "0", "false", "male", "m", "patchy")
#: The same in Korean and Japanese files.
_PLAIN_WORDS = ("없음", "무", "아니오", "なし", "無", "無し", "いいえ", "남", "남자", "남성", "男", "男性")
#: The predictors of the Tohoku study (Wada-Irimada et al. 2025, doi:10.1111/1346-8138.17641), by role.
PRESPECIFIED = ("subtype", "sex", "age", "duration", "atopic_dermatitis", "ivmp", "eyebrow", "eyelash", BASELINE)
#: Its cuts: at most four years of disease, baseline SALT at most 95.
SHORT_YEARS, BELOW_TOTAL = 4.0, 95.0
#: Four years in each unit.
FOUR_YEARS = {"months": 12 * SHORT_YEARS, "years": SHORT_YEARS}


def four_years(column: str) -> float | None:
    """Four years in the unit that a column's name says: 4, 48 for months, None where it says neither."""
    return FOUR_YEARS.get(unit_of_time(column))


def many_numbers(cohort: Cohort, column: str) -> bool:
    """True for a column of measured numbers with more than two values: it can be kept as numbers, or cut."""
    return is_measured(cohort, column, column_values(cohort, column))


def default_reference(levels: Sequence[str]) -> str:
    """The level that others are compared with: the one that reads as "without", else the first."""
    for plain in PLAIN_LEVELS:
        for level in levels:
            if level.strip().lower() == plain:
                return level
    for level in levels:
        if subtype_among(level, levels) == "patchy" or level.strip() in _PLAIN_WORDS:
            return level
    return levels[0]


def candidates(cohort: Cohort) -> dict[str, str]:
    """Name → title of everything that can be a predictor, known roles first.

    A column of text needs two to :data:`MAX_LEVELS` levels; a column of numbers, two values.
    """
    out: dict[str, str] = {}
    by_column = {column: role for role, column in cohort.roles.items()}
    names = [r for r in PRESPECIFIED if r == BASELINE or cohort.roles.get(r) in cohort.baseline_columns]
    again = set(second_readings(cohort))
    names += [by_column.get(str(c), cohort.key_of(str(c))) for c in cohort.baseline_columns if c not in again]
    names += [name for name in own_baselines(cohort) if name != BASELINE]
    for name in dict.fromkeys(names):
        series = column_values(cohort, name)
        different = series.nunique()
        if different >= 2 and (different <= MAX_LEVELS or is_measured(cohort, name, series)):
            out[name] = title(cohort, name)
    return out


def unit(cohort: Cohort, column: str) -> str:
    """ "years" or "months" where the column's own name (or, for an age, the role) says so, else ""."""
    return unit_of_time(str(cohort.role(column) or column)) or ("years" if column in ("age", "age_at_onset") else "")


def per_so_many(per: float, measure: str) -> str:
    """ "per year", "per 10 years", "per unit", "per 10": how much more the estimate of a column of numbers is about."""
    if per == 1:
        return {"": "per unit", "years": "per year", "months": "per month"}.get(measure) or f"per {measure.removesuffix('s')}"
    if measure == "years":
        return f"per {per:g} years"
    return f"per {per:g} months" if measure == "months" else f"per {per:g} {measure}".strip()


#: Names of roles where the role's own name would not read well.
TITLES = {
    "subtype": "AA subtype",
    "sex": "Sex",
    "age": "Age",
    "duration": "Disease duration",
    "ivmp": "IVMP history",
    "atopic_dermatitis": "Atopic dermatitis",
    "eyebrow": "Eyebrow ClinRO",
    "eyelash": "Eyelash ClinRO",
}


def title(cohort: Cohort, column: str) -> str:
    """A predictor's name as printed: known roles in words, other columns as the file has them, "_" as a space."""
    if column in TITLES:
        return TITLES[column]
    if column in baselines(cohort) and column not in cohort.baseline_columns:
        return f"Baseline {baselines(cohort)[column]}"
    role = next((r for r, c in cohort.roles.items() if c == column and r in TITLES), None)
    return TITLES[role] if role and _says(role, column) else readable(column_of(column))


#: Roles whose title names a drug or an instrument, and how a column that says so is called: a “pulse” may be another drug's.
_BY_NAME = {"ivmp": r"ivmp|methylpred|메틸프레드|メチルプレド", "eyebrow": r"clinro", "eyelash": r"clinro"}


def _says(role: str, column: str) -> bool:
    return role not in _BY_NAME or re.search(_BY_NAME[role], column.lower()) is not None
