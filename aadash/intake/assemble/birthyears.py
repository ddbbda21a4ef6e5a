"""Age from a year of birth and the year of baseline: right to a year."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np

from aadash.intake.assemble.dates import is_date_column
from aadash.intake.numbers import normal
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.headers import role_of
from aadash.intake.recognise.visitcolumns import bare
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold

_BORN = re.compile(
    r"(?<![a-z])(?:yob|birth ?(?:year|yr)|(?:year|yr) (?:of )?birth|year born|born(?: in)?(?: year)?|birthyr|geb(?:urts)? ?jahr"
    r"|jahrgang|ann[ée]e (?:de )?naissance|a[nñ]o (?:de )?nacimiento|ano (?:de )?nascimento|anno (?:di )?nascita"
    r"|do[gğ]um y[ıi]l[ıi])(?![a-z])"
    r"|생년(?!월일)|출생\s?(?:년|연)도?|태어난\s?(?:해|연도)|生年(?!月日)|出生年(?!月)|生まれ年|誕生年"
)
_BEGUN = re.compile(
    r"(?<![a-z])(?:baseline|start(?:ed)?|first|enrol\w*|inclusion|index|visit|begin\w*|initiation|beginn|aufnahme)(?![a-z])"
    r"|시작|개시|기저|등록|초진|투여|開始|初診|初回|登録|導入|ベースライン"
)
_IN_YEARS = re.compile(r"(?<![a-z])(?:year|yr|jahr|ann[ée]e|a[nñ]o|anno)(?![a-z])|년|연도|年")
_YEAR = re.compile(
    r"(?:year |jahrgang )?((?:18|19|20)\d\d)(?:\.0|\s?[-./]\s?(?:0?[1-9]|1[0-2]))?\s?(?:년도?|年度?)?\s?"
    r"(?:(?:0?[1-9]|1[0-2])\s?[월月])?(?:생|生まれ|生)?"
)
_SHORT = re.compile(r"['’]?(\d\d)\s?(?:년|年)?\s?(?:생|生まれ|生)?")
_ERA = re.compile(r"(明治|大正|昭和|平成|令和|[mtshr])\.?\s?(\d{1,2}|元)\s?(?:年)?(?:生まれ|生)?")
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018, "m": 1867, "t": 1911, "s": 1925, "h": 1988, "r": 2018}


def year_of(text: str) -> float:
    """The year that a cell names, one of two digits in the last hundred years; NaN where it is none.

    >>> [year_of(t) for t in ("1962", "62년생", "S37", "昭和37年", "2001.0", "born", "45.5")]
    [1962.0, 1962.0, 1962.0, 1962.0, 2001.0, nan, nan]
    """
    plain = normal(text)
    if found := _YEAR.fullmatch(plain):
        return float(found[1])
    if found := _ERA.fullmatch(plain):
        return float(_ERAS[found[1]] + (1 if found[2] == "元" else int(found[2])))
    if found := _SHORT.fullmatch(plain):
        year, last = int(found[1]), date.today().year
        return float(1900 + year if 2000 + year > last else 2000 + year)
    return float("nan")


def birth_years(table: Table, known: Recognised) -> tuple[str, np.ndarray] | None:
    """The column of years of birth and the year of each record; None where the file has none."""
    for guess in known.guesses:
        name = guess.column
        said = known.kinds.get(name) == "birth date" or _BORN.search(fold(bare(name)))
        if not said or name not in table.columns or guess.role not in ("fact", "unused", "identifying", "id"):
            continue
        column = table.columns[name]
        years = _years(column)
        if column.filled and not is_date_column(column) and np.isfinite(years[~column.blank]).mean() >= 0.8:
            return name, years
    return None


def baseline_years(table: Table, birth: str) -> tuple[np.ndarray, str] | None:
    """The year of each record's baseline where a column gives no more than that ("Baseline year"), and the column."""
    for name, column in table.columns.items():
        folded = fold(bare(name))
        said = (_BEGUN.search(folded) or role_of(bare(name)) == "first_dose") and _IN_YEARS.search(folded)
        if name == birth or not said or _BORN.search(folded):
            continue
        years = _years(column)
        seen = years[~column.blank]
        if len(seen) and np.isfinite(seen).all() and (seen >= 1990).all() and (seen <= date.today().year).all():
            return years, name
    return None


def without_years(known: Recognised, birth: str, age: str) -> Recognised:
    """What is known of the table once its years of birth gave the ages: the same thing is no second baseline fact."""
    guesses = tuple(replace(g, role="unused", why=f"gave {age!r}") if g.column == birth else g for g in known.guesses)
    return replace(known, guesses=guesses)


def _years(column: Column) -> np.ndarray:
    return np.array([year_of(d) for d in column.distinct], dtype=float)[column.codes]


def ages_of(born: np.ndarray, start: np.ndarray, oldest: int) -> np.ndarray:
    """Year of baseline less year of birth as text, "" where one is not known or the age cannot be."""
    with np.errstate(invalid="ignore"):
        ages = start - born
    return np.array([f"{a:.0f}" if 0 <= a <= oldest else "" for a in ages], dtype=object)
